"""What a status-information (04 0F) says of a transaction, and which of two came later.

Promise: a card number is masked the moment it is parsed; tracks are dropped.
"""

from collections.abc import Mapping

from msgspec import Struct

from edge_agent.devices.drivers.zvt.apdu import bcd_digits, parse_bmps
from edge_agent.devices.ports import CardData

APPROVED = 0
RECEIPT_NUMBERS = 10_000
TRACE_NUMBERS = 1_000_000
DAY_S = 86_400
YEAR_S = 12 * 31 * DAY_S
PAN_LEAST = 13
CHARSET = "cp437"


class Mark(Struct, frozen=True):
    """Which transaction of this terminal: digits as it wrote them, empty where it did not say."""

    receipt: str = ""
    trace: str = ""
    time: str = ""
    date: str = ""

    def notes(self, prefix: str = "") -> dict[str, str]:
        return {
            f"{prefix}receipt": self.receipt,
            f"{prefix}trace": self.trace,
            f"{prefix}time": self.time,
            f"{prefix}date": self.date,
        }


def noted(notes: Mapping[str, str], prefix: str = "") -> Mark | None:
    """The mark that ``Mark.notes`` kept, or None when it never did."""
    if f"{prefix}receipt" not in notes:
        return None
    return Mark(*(notes.get(prefix + name, "") for name in Mark.__struct_fields__))


class Status(Struct, frozen=True):
    """``result`` and ``amount_minor`` are None, ``currency`` empty where the terminal did not say.
    ``data`` has no slip.
    """

    result: int | None
    amount_minor: int | None
    currency: str
    mark: Mark
    data: CardData


def parse_status(data: bytes) -> Status:
    """Raises DeviceProtocolError."""
    fields = parse_bmps(data)

    def digits(bmp: int) -> str:
        return bcd_digits(fields[bmp]) if bmp in fields else ""

    def text(bmp: int) -> str:
        return fields.get(bmp, b"").decode(CHARSET).strip(" \0")

    amount = digits(0x04)
    mark = Mark(digits(0x87), digits(0x0B), digits(0x0C), digits(0x0D))
    return Status(
        result=fields[0x27][0] if 0x27 in fields else None,
        amount_minor=int(amount) if amount else None,
        currency=digits(0x49),
        mark=mark,
        data=CardData(
            masked_pan=masked(fields.get(0x22, b"")),
            brand=text(0x8B),
            reader_serial=digits(0x29),
            auth_code=text(0x3B),
            nsu=mark.trace,
        ),
    )


def masked(raw: bytes) -> str:
    """The packed card number (E is masked, F fills up, D ends it) with at most its first 6 and last
    4 digits, and only its last 4 when it is short.
    """
    nibbles = raw.hex().partition("d")[0].rstrip("f")
    number = "".join(nibble if nibble.isdecimal() else "*" for nibble in nibbles)
    shown = 6 if len(number) >= PAN_LEAST else 0
    hidden = max(len(number) - shown - 4, 0)
    return number[:shown] + "*" * hidden + number[shown + hidden :]


def is_same(one: Mark, other: Mark) -> bool:
    """Both name one transaction: by receipt and trace, by the time where neither is known."""
    numbers = _both((one.receipt, other.receipt), (one.trace, other.trace))
    known = numbers or _both((one.time, other.time), (one.date, other.date))
    return bool(known) and all(mine == theirs for mine, theirs in known)


def is_newer(mark: Mark, before: Mark) -> bool:
    """Whether ``mark`` came after ``before``, though numbers wrap, counters restart and clocks are
    set back: trace or clock went on, or, where neither can tell, the receipt number.
    """
    trace = _ahead(mark.trace, before.trace, TRACE_NUMBERS)
    clock = _circular(_moment(mark), _moment(before), YEAR_S)
    if trace > 0 or clock > 0:
        return True
    if trace < 0 or clock < 0:
        return False
    return _ahead(mark.receipt, before.receipt, RECEIPT_NUMBERS) > 0


def _both(*pairs: tuple[str, str]) -> list[tuple[str, str]]:
    return [pair for pair in pairs if all(pair)]


def _ahead(new: str, old: str, modulus: int) -> int:
    return _circular(int(new) if new else None, int(old) if old else None, modulus)


def _moment(mark: Mark) -> int | None:
    """Seconds into a year of months of 31 days."""
    if len(mark.time) != 6 or len(mark.date) != 4:
        return None
    days = int(mark.date[:2]) * 31 + int(mark.date[2:])
    hours, minutes, seconds = (int(mark.time[at : at + 2]) for at in (0, 2, 4))
    return days * DAY_S + hours * 3600 + minutes * 60 + seconds


def _circular(new: int | None, old: int | None, modulus: int) -> int:
    """How far ``new`` is ahead on a circle: negative behind, 0 equal or not known."""
    if new is None or old is None:
        return 0
    ahead = (new - old) % modulus
    return ahead if ahead <= modulus // 2 else ahead - modulus
