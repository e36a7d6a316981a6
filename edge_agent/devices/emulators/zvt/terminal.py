"""What a ZVT terminal keeps and says: transactions, receipts, numbers. No wires here.

A sale is stored once its status information was acknowledged; one that was not is reversed, also
when the power was cut in between.
"""

from typing import Literal

from msgspec import Struct, structs

from edge_agent.devices.emulators.ledger import Ledger

Decision = Literal["approve", "decline", "cancel"]
State = Literal["open", "stored", "reversed", "voided"]
CURRENCY = bytes.fromhex("490986")
TERMINAL = bytes.fromhex("2952500041")
RECEIPTS = 9999
DATE, SKEWED = "1124", "0101"
DECLINED, ABORTED = 0x05, 0x6C
REVERSED_BEFORE, NOT_FOUND = 0xB4, 0xB5

FAULTS = (
    "nak_first",
    "nak_always",
    "drop_ack",
    "crc_flip",
    "split_bytes",
    "merge",
    "garbage_before",
    "slow_response",
    "flood_intermediate",
    "silent_after_card",
    "decline",
    "wrong_amount",
    "duplicate_status",
    "unplug_at_card",
    "unplug_before_status",
    "unplug_after_status",
    "unplug_before_completion",
    "no_completion",
    "power_cycle",
    "forget_on_restart",
    "receipt_wrap",
    "clock_skew",
    "busy",
    "speaks_idle",
    "no_repeat_receipt",
)
"""Names of what can go wrong; set them live."""


class Behaviour(Struct, frozen=True):
    """``auto``: customers do by ``script`` (the last one for ever) after ``delay_s``; ``manual``: a
    person presses the keys on the page.
    """

    mode: Literal["auto", "manual"] = "auto"
    script: tuple[Decision, ...] = ("approve",)
    delay_s: float = 0.5


class Timing(Struct, frozen=True):
    """Seconds: a link acknowledgement, an application answer, an intermediate status, silence."""

    ack_s: float = 5.0
    answer_s: float = 5.0
    between_s: float = 0.3
    silence_s: float = 200.0

    def scaled(self, factor: float) -> "Timing":
        return Timing(*(max(0.01, value * factor) for value in structs.astuple(self)))


class Entry(Struct, frozen=True):
    """One sale of this terminal."""

    receipt: int
    trace: int
    amount_minor: int
    state: State
    time: str
    date: str
    masked_pan: str = "453211******0366"


class Memory:
    """The terminal's journal, durable; numbers go on where they were."""

    def __init__(self, ledger: Ledger[Entry], first_receipt: int = 1) -> None:
        self.ledger = ledger
        entries = ledger.entries()
        self._receipt = entries[-1].receipt if entries else first_receipt - 1
        self._trace = max((it.trace for it in entries), default=0)
        for it in entries:
            if it.state == "open":
                self.move(it, "reversed")

    def begin(self, amount_minor: int, *, date: str = DATE) -> Entry:
        """The host said yes; nothing is stored before the register acknowledges. ``date`` is
        month and day.
        """
        self._receipt = self._receipt % RECEIPTS + 1
        self._trace += 1
        clock = f"{self._trace % 24:02d}{self._trace % 60:02d}07"
        one = Entry(self._receipt, self._trace, amount_minor, "open", clock, date)
        self.ledger.put(str(one.trace), one)
        return one

    def wrap(self) -> None:
        """The next receipt is number 1 again."""
        self._receipt = RECEIPTS

    def move(self, one: Entry, state: State) -> Entry:
        moved = structs.replace(one, state=state)
        self.ledger.put(str(one.trace), moved)
        return moved

    def last(self) -> Entry | None:
        """The newest sale that was stored."""
        stored = [it for it in self.ledger.entries() if it.state in ("stored", "voided")]
        return stored[-1] if stored else None

    def of_receipt(self, receipt: int) -> Entry | None:
        return next(
            (
                it
                for it in reversed(self.ledger.entries())
                if it.receipt == receipt and it.state in ("stored", "voided")
            ),
            None,
        )


def bcd(number: int, size: int) -> bytes:
    return bytes.fromhex(f"{number:0{2 * size}d}")


def status_data(one: Entry) -> bytes:
    """04 0F of an approved sale."""
    pan = bytes.fromhex("EEEEEEEEEEEE0366")
    return b"".join(
        (
            b"\x27\x00\x04",
            bcd(one.amount_minor, 6),
            CURRENCY,
            b"\x0b" + bcd(one.trace, 3),
            b"\x0c" + bytes.fromhex(one.time),
            b"\x0d" + bytes.fromhex(one.date),
            b"\x87" + bcd(one.receipt, 2),
            b"\x19\x70",
            TERMINAL,
            b"\x22\xf0" + bytes([0xF0 + len(pan)]) + pan,
            b"\x8a\x06",
        )
    )


def refused_data(code: int) -> bytes:
    """04 0F of a sale that was not approved."""
    return bytes([0x27, code]) + TERMINAL


def amount_in(data: bytes) -> int | None:
    """Minor units of BMP 04 at the start of an authorisation; None without one."""
    if len(data) < 7 or data[0] != 0x04 or not data[1:7].hex().isdecimal():
        return None
    return int(data[1:7].hex())


def receipt_lines(one: Entry) -> list[str]:
    return [
        "    VIA CLIENTE",
        f"RECIBO {one.receipt:04d}  NSU {one.trace:06d}",
        f"VALOR     R$ {one.amount_minor / 100:.2f}".replace(".", ","),
        f"CARTAO {one.masked_pan}",
    ]
