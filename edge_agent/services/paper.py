"""The ticket and the card slip as blocks, top to bottom. Drivers turn them into bytes."""

from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from edge_agent.devices.ports import Cut, Feed, Logo, Pair, Paper, Qr, Rule, Text
from edge_agent.domain.catalogue import Catalogue
from edge_agent.domain.money import written
from edge_agent.services.tickets import Slip, Ticket
from edge_agent.services.words import word
from sync_protocol.events import Line
from sync_protocol.feed import LegalEntity


class Place(NamedTuple):
    """Whose paper it is. In training every paper says at both ends that it is worth nothing."""

    catalogue: Catalogue
    site_name: str
    totem: str
    is_training: bool = False


def ticket_paper(place: Place, ticket: Ticket, copy: int, qr: str, customer: str = "") -> Paper:
    """The customer's ticket: brand, number, who is served first, the ``customer``'s name where they
    gave it, services, what to do next, QR, who sells.
    """
    locale = ticket.locale
    paper: Paper = [
        *_training_mark(place, locale),
        *_heading(place),
        Rule(),
    ]
    paper += [
        *_copy_mark(copy, locale),
        Text(word("ticket", locale), align="center"),
        Text(ticket.number, size=6, bold=True, align="center"),
        *_priority_mark(ticket),
        *([Text(customer, size=2, align="center")] if customer else []),
    ]
    if ticket.kind == "to_pay":
        paper.append(Text(f" {word('to_pay', locale)} ", bold=True, align="center", invert=True))
    paper += [Feed(), *_lines(place, ticket), Rule("dashed"), *_total(ticket)]
    step = "next_to_pay" if ticket.kind == "to_pay" else "next_paid"
    paper += [
        Feed(),
        Text(word(step, locale), bold=True, align="center"),
        Feed(),
        Qr(qr, 30),
        Feed(),
    ]
    paper += [Pair(_when(place, ticket), place.totem), Rule()]
    paper += _sellers(place, ticket)
    paper += [Feed(), Text(word("not_fiscal", locale), bold=True, align="center")]
    return [*paper, *_training_mark(place, locale), Cut()]


def slip_paper(place: Place, ticket: Ticket, slip: Slip, copy: int = 1) -> Paper:
    """The customer's copy of the card payment; a document of its own. Where the host wrote the
    receipt, its words stand; otherwise ours.
    """
    locale, proof = ticket.locale, slip.proof
    paper: Paper = [
        *_training_mark(place, locale),
        Text(word("slip", locale), bold=True, align="center"),
        Text(word("customer_copy", locale), align="center"),
        *_copy_mark(copy, locale),
        Rule(),
    ]
    if proof.slip:
        paper += [Text(line) for line in proof.slip]
    else:
        paper += _own_slip(place, ticket, slip)
    paper += [
        Text(slip.payment, align="center"),
        Rule(),
        Text(word("not_fiscal", locale), bold=True, align="center"),
        *_training_mark(place, locale),
        Cut(),
    ]
    return paper


def _own_slip(place: Place, ticket: Ticket, slip: Slip) -> Paper:
    locale, proof = ticket.locale, slip.proof
    paper: Paper = []
    paper += _sellers(place, ticket)
    paper += [
        Feed(),
        Text(written(slip.amount_minor, slip.currency), size=2, bold=True, align="center"),
        Feed(),
        Pair(word("paid_by", locale), word(slip.method, locale)),
    ]
    if slip.instalments > 1:
        part = written(slip.amount_minor // slip.instalments, slip.currency)
        paper.append(Pair(word("instalments", locale), f"{slip.instalments} x {part}"))
    details = {
        word("card", locale): proof.masked_pan,
        "": proof.brand,
        "AID": proof.aid,
        "ARQC/TC": proof.cryptogram,
        "NSU": proof.nsu,
        "AUT": proof.auth_code,
    }
    paper += [Pair(name, value) for name, value in details.items() if value]
    paper += [Pair(_when(place, ticket), place.totem), Feed()]
    if slip.is_stored:
        paper.append(Text(word("stored", locale), align="center"))
    return paper


def receipt_paper(place: Place, ticket: Ticket, copy: int) -> Paper:
    """What was bought from whom, for how much and how it was paid; no ticket and no tax document.
    A block for each legal entity with its own lines and sum, then the whole by method.
    """
    locale = ticket.locale
    paper: Paper = [
        *_training_mark(place, locale),
        *_heading(place),
        Feed(),
        Text(word("receipt", locale), size=2, bold=True, align="center"),
        Text(word("not_fiscal", locale), bold=True, align="center"),
        *_copy_mark(copy, locale),
        Feed(),
        Pair(word("receipt_number", locale), ticket.number, bold=True),
        Pair(_when(place, ticket), place.totem),
    ]
    entities = _entities(place, ticket.lines)
    for entity in entities:
        paper += [Rule(), *_sold_by(place, ticket, entity, is_one_of_many=len(entities) > 1)]
    total = written(ticket.total_minor, ticket.currency)
    paper += [
        Rule(),
        Pair(word(ticket.method, locale), total),
        Pair(word("total", locale), total, bold=True),
        Feed(),
        Text(ticket.sale, align="center"),
    ]
    return [*paper, *_training_mark(place, locale), Cut()]


def _sold_by(place: Place, ticket: Ticket, entity: LegalEntity, *, is_one_of_many: bool) -> Paper:
    lines = [line for line in ticket.lines if line.legal_entity == entity.cnpj]
    paper = _seller(entity)
    if entity.phone:
        phone = f"{word('receipt_phone', ticket.locale)} {entity.phone}"
        paper.append(Text(phone, align="center"))
    paper += [Rule("dashed"), *_priced(place, ticket, lines)]
    if is_one_of_many:
        subtotal = written(sum(line.total_minor for line in lines), ticket.currency)
        paper.append(Pair(word("subtotal", ticket.locale), subtotal, bold=True))
    return paper


def paid_paper(place: Place, ticket: Ticket, copy: int, qr: str) -> Paper:
    """What a counter gives for the money of a voucher: desks serve only this."""
    locale = ticket.locale
    paper: Paper = [
        *_training_mark(place, locale),
        *_heading(place),
        Rule(),
        *_copy_mark(copy, locale),
        Text(f" {word('paid', locale)} ", size=2, bold=True, align="center", invert=True),
        Text(ticket.number, size=6, bold=True, align="center"),
        *_lines(place, ticket),
        Rule("dashed"),
        Pair(word("total", locale), _amount(ticket.total_minor, ticket), bold=True),
        Feed(),
        Qr(qr, 30),
        Feed(),
        Pair(_when(place, ticket), place.totem),
        Rule(),
    ]
    paper += _sellers(place, ticket)
    paper += [Feed(), Text(word("not_fiscal", locale), bold=True, align="center")]
    return [*paper, *_training_mark(place, locale), Cut()]


def _heading(place: Place) -> Paper:
    return [
        Logo(place.catalogue.brand.name),
        Text(place.site_name, align="center"),
    ]


def _training_mark(place: Place, locale: str) -> Paper:
    if not place.is_training:
        return []
    return [Text(f" {word('training', locale)} ", bold=True, align="center", invert=True)]


def _copy_mark(copy: int, locale: str) -> Paper:
    return [Text(word("copy", locale), bold=True, align="center")] if copy > 1 else []


def _priority_mark(ticket: Ticket) -> Paper:
    """What attendants call by; never a reason."""
    if not ticket.priority:
        return []
    text = f" {word(f'priority_{ticket.priority}', ticket.locale)} "
    return [Text(text, size=2, bold=True, align="center", invert=True)]


def _lines(place: Place, ticket: Ticket) -> Paper:
    return _priced(place, ticket, ticket.lines)


def _priced(place: Place, ticket: Ticket, lines: list[Line]) -> Paper:
    paper: Paper = []
    for line in lines:
        name = f"{line.quantity} x {_name(place, line, ticket.locale)}"
        paper.append(Pair(name, _amount(line.total_minor, ticket)))
        if line.options:
            paper += [Text(it) for it in _options(place, line, ticket)]
    return paper


def _options(place: Place, line: Line, ticket: Ticket) -> list[str]:
    """Each option on a line of its own; what it adds to each is in the line's amount already."""
    service = place.catalogue.services.get(line.service)
    names = {it.id: it.name for group in service.options for it in group.choices} if service else {}
    found = []
    for option in line.options or []:
        known = names.get(option.id)
        name = option.name if known is None else getattr(known, ticket.locale, option.name)
        extra = f" ({written(option.minor, ticket.currency)})" if option.minor else ""
        found.append(f"  + {name}{extra}")
    return found


def _total(ticket: Ticket) -> Paper:
    locale = ticket.locale
    total: Paper = [Pair(word("total", locale), _amount(ticket.total_minor, ticket), bold=True)]
    if ticket.kind == "paid":
        total.append(Pair(word("paid_by", locale), word(ticket.method, locale)))
    return total


def _amount(amount_minor: int, ticket: Ticket) -> str:
    if amount_minor == 0:
        return word("free", ticket.locale)
    return written(amount_minor, ticket.currency)


def _name(place: Place, line: Line, locale: str) -> str:
    service = place.catalogue.services.get(line.service)
    return line.name if service is None else str(getattr(service.name, locale, line.name))


def _when(place: Place, ticket: Ticket) -> str:
    zone = ZoneInfo(place.catalogue.policy.timezone)
    return (
        datetime.fromtimestamp(ticket.issued_ms / 1000, UTC)
        .astimezone(zone)
        .strftime("%d/%m/%Y %H:%M")
    )


def _entities(place: Place, lines: list[Line]) -> list[LegalEntity]:
    wanted = dict.fromkeys(line.legal_entity for line in lines)
    known = place.catalogue.entities
    return [known[cnpj] for cnpj in wanted if cnpj in known]


def _sellers(place: Place, ticket: Ticket) -> Paper:
    paper: Paper = []
    for entity in _entities(place, ticket.lines):
        paper += [*([Feed()] if paper else []), *_seller(entity)]
    return paper


def _seller(entity: LegalEntity) -> Paper:
    return [
        Text(entity.name, bold=True, align="center"),
        Text(f"CNPJ {entity.cnpj}", align="center"),
        Text(entity.address, align="center"),
    ]
