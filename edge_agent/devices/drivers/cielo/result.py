"""How a session ended: as notes for the journal, and as an outcome made from those notes alone."""

import re
from typing import Literal

from edge_agent.devices.drivers.cielo.messages import CmdEndSession, Code, Key, Transaction
from edge_agent.devices.errors import DeviceProtocolError
from edge_agent.devices.ports import Attempt, CardData, CardIntent, CardOutcome

ACQUIRER = "01027058000191"
"""The CNPJ of Cielo S.A."""

_ENDS: dict[int, tuple[Literal["cancelled", "declined"], str]] = {
    Code.CANCELLED: ("cancelled", "customer_cancelled"),
    Code.NO_LINK: ("declined", "go_online"),
    Code.DENIED: ("declined", "host_declined"),
}
_CARD_NUMBER = re.compile(r"(?<!\d)\d(?:[ .-]?\d){12,18}(?!\d)")
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def sequence_of(intent: CardIntent) -> str:
    """Our number for the session, 8 digits."""
    return f"{intent.number % 100_000_000:08d}"


def decision(end: CmdEndSession, intent: CardIntent) -> int | None:
    """The answer that needs nobody's decision: the POS' own status echoed, 99 for an approval of
    another amount. None: the caller decides.
    """
    if end.status != Code.OK:
        return end.status
    if end.transaction is None or int(end.transaction.amount) != intent.amount_minor:
        return Code.OTHER
    return None


def notes_of(end: CmdEndSession, answer: int | None) -> dict[str, str]:
    """What must be on disk before the end is answered; without card data."""
    notes = {
        "seq_ac": end.seq_ac,
        "pos_id": end.pos_id,
        "seq_pos": end.seq_pos,
        "status": str(end.status),
        "pos_sn": _clean(end.pos_sn),
    }
    if answer is not None:
        notes["answer"] = str(answer)
    charged = end.transaction
    if charged is not None:
        notes |= {
            "amount": charged.amount,
            "nsu": _clean(charged.nsu),
            "auth_code": _clean(charged.aut),
            "brand": _brand(charged),
            "slip": "\n".join(_clean(line).rstrip() for line in charged.receipt_cli),
        }
    return notes


def key_of(attempt: Attempt) -> Key | None:
    """The session whose end was received, or None when none was."""
    notes = attempt.notes
    if "status" not in notes:
        return None
    try:
        return Key(notes["pos_id"], notes["seq_pos"], notes["seq_ac"])
    except KeyError as error:
        raise DeviceProtocolError(f"the attempt's notes lack {error}") from error


def answer_of(attempt: Attempt) -> int | None:
    """The answer that was decided when the end was received (see ``decision``)."""
    answer = attempt.notes.get("answer")
    return None if answer is None else int(answer)


def outcome_of(notes: dict[str, str]) -> CardOutcome:
    """The outcome of a session whose end was received."""
    status = int(notes["status"])
    if status != Code.OK:
        kind, reason = _ENDS.get(status, ("declined", "reader_error"))
        return CardOutcome(kind, reason)
    amount = int(notes.get("amount", "0"))
    if "answer" in notes:
        return CardOutcome("failed", "wrong_amount", amount_minor=amount)
    data = CardData(
        brand=notes["brand"],
        reader_serial=notes["pos_sn"],
        auth_code=notes["auth_code"],
        nsu=notes["nsu"],
        acquirer=ACQUIRER,
        slip=tuple(notes["slip"].split("\n")) if notes["slip"] else (),
    )
    return CardOutcome("authorised", data=data, amount_minor=amount)


def _brand(charged: Transaction) -> str:
    return " ".join(filter(None, (_clean(charged.prod_pri), _clean(charged.prod_sec)))).strip()


def _clean(text: str | int) -> str:
    """On one line, without control characters, card numbers as first 6 and last 4."""
    shown = "".join(char if char.isprintable() else " " for char in str(text))
    return _CARD_NUMBER.sub(_masked, shown)


def _masked(found: re.Match[str]) -> str:
    digits = [char for char in found.group() if char.isdecimal()]
    values = [int(digit) for digit in reversed(digits)]
    if (sum(values[::2]) + sum(_DOUBLED[value] for value in values[1::2])) % 10:
        return found.group()
    return "".join((*digits[:6], "*" * (len(digits) - 10), *digits[-4:]))
