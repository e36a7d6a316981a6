"""What a manager's answer means: how the transaction stands, what was paid, what to print."""

from collections.abc import Mapping
from typing import Final

from edge_agent.devices.drivers.tef import fields as f
from edge_agent.devices.drivers.tef.book import Entry, Stage
from edge_agent.devices.drivers.tef.profiles import Profile, read_amount
from edge_agent.devices.ports import CardData, CardOutcome

ENDED_BEFORE_NETWORK: Final = ("FF", "101")
FINAL: Final = "1"
NO_CUSTOMER_COPY: Final = ("0", "2")
COUNTS: Final = ("028-000", "710-000", "712-000", "714-000")


def stage_of(answer: Mapping[str, str]) -> Stage:
    """How the transaction stands by its answer alone. An answer without a status is undone where
    it can be named; what needs a confirmation but cannot be named is still waited for.
    """
    status = answer.get(f.STATUS, "")
    if status and not is_approval(status):
        return "denied"
    if not _needs_confirmation(answer):
        return "final" if status else "waiting"
    if not answer.get(f.CONTROL):
        return "waiting"
    return "open" if status else "undoing"


def answered(number: str, command: str, answer: Mapping[str, str]) -> Entry:
    """The entry of an answer. A denial's control code is not its own: it is left out."""
    stage = stage_of(answer)
    foreign = (f.COMMAND, f.TRAILER) + ((f.CONTROL,) if stage == "denied" else ())
    fields = {key: value for key, value in answer.items() if key not in foreign}
    return Entry(number, stage, command, fields)


def is_approval(status: str) -> bool:
    """Zero, however many digits."""
    return set(status.strip()) == {"0"}


def _needs_confirmation(answer: Mapping[str, str]) -> bool:
    said = answer.get(f.CONFIRMATION, "").strip()
    if said:
        return said != FINAL
    counted = any(answer.get(key, "0").strip(" 0") for key in COUNTS)
    return counted or any(f.receipt(answer, group) for group in f.RECEIPTS)


def denial(answer: Mapping[str, str]) -> CardOutcome:
    """The outcome of an answer that is no approval."""
    if answer.get(f.STATUS, "").strip().upper() in ENDED_BEFORE_NETWORK:
        return CardOutcome("cancelled", "customer_cancelled")
    return CardOutcome("declined", "host_declined")


def charged(answer: Mapping[str, str], profile: Profile) -> int:
    """Centavos charged, 0 when the answer does not say, -1 when it cannot be understood."""
    text = answer.get(f.AMOUNT, "").strip()
    if not text:
        return 0
    try:
        return read_amount(profile, text)
    except ValueError:
        return -1


def card_data(answer: Mapping[str, str], profile: Profile) -> CardData:
    """What is known of the card and the authorisation, with the customer's receipt."""
    brand = answer.get(f.STANDARD_CARD_NAME, "")
    if not brand and profile.names_card:
        brand = answer.get(f.CARD_NAME, "")
    return CardData(
        masked_pan=f.masked_card(answer.get(f.MASKED_CARD, "")),
        brand=brand.strip(),
        auth_code=answer.get(f.AUTH_CODE, "").strip(),
        nsu=answer.get(f.NSU, "").strip(),
        acquirer=answer.get(f.NETWORK, "").strip(),
        slip=customer_copy(answer),
    )


def customer_copy(answer: Mapping[str, str]) -> tuple[str, ...]:
    """The customer's receipt: its own copy, else the short one, else the first common copy."""
    if answer.get(f.COPIES, "").strip() in NO_CUSTOMER_COPY:
        return ()
    common = f.receipt(answer, "029")
    last = answer.get(f.FIRST_COPY_END, "").strip()
    if last.isascii() and last.isdecimal() and int(last[:4]) > 0:
        common = common[: int(last[:4])]
    return f.receipt(answer, "713") or f.receipt(answer, "711") or common
