"""A ZVT terminal that says what a test wrote down, with its own CRC, stuffing and clock."""

import binascii
from collections.abc import Callable, Mapping
from typing import Any

from edge_agent.devices.drivers.zvt import DRIVER, ZvtTerminal
from edge_agent.devices.errors import DeviceError, DeviceGoneError
from edge_agent.devices.ports import Attempt, CardIntent, CardOutcome, CardStep

ACK, NAK = b"\x06", b"\x15"
OK = "80 00 00"
NOT_ISSUED = "84 FF 00"
COMPLETION = "06 0F 00"
ABORTED_6C = "06 1E 01 6C"
REGISTERED = "06 0F 0A 19 00 29 52 50 00 41 49 09 86"
READY = "06 0F 01 00"
BUSY = "06 0F 01 9C"
STATUS_APPROVED = (
    "04 0F 2E 27 00 04 00 00 00 00 12 90 49 09 86 0B 00 00 17 0C 14 35 07 0D 11 23 87 00 42 19 70"
    " 29 52 50 00 41 22 F0 F8 EE EE EE EE EE EE 12 34 8A 06"
)
STATUS_ABORTED = "04 0F 07 27 6C 29 52 50 00 41"
GONE = "gone"
"""A step of a script: the wire breaks here."""


def kermit(data: bytes) -> int:
    """CRC-16/KERMIT by mirroring the library's CRC-16/XMODEM bit by bit."""
    mirrored = bytes(int(f"{byte:08b}"[::-1], 2) for byte in data)
    return int(f"{binascii.crc_hqx(mirrored, 0):016b}"[::-1], 2)


def frame(apdu: bytes) -> bytes:
    check = kermit(apdu + b"\x03").to_bytes(2, "little")
    return b"\x10\x02" + apdu.replace(b"\x10", b"\x10\x10") + b"\x10\x03" + check


def unframe(raw: bytes) -> bytes:
    assert raw[:2] == b"\x10\x02"
    assert raw[-4:-2] == b"\x10\x03"
    apdu = raw[2:-4].replace(b"\x10\x10", b"\x10")
    assert frame(apdu) == raw
    return apdu


def hexed(text: str) -> bytes:
    return bytes.fromhex(text)


def status(
    receipt: str = "0042",
    trace: str = "000017",
    moment: str = "1123143507",
    amount: int = 1290,
    result: str = "00",
) -> str:
    """A status-information; ``moment`` is MMDDHHMMSS."""
    body = (
        f"27{result}04{amount:012d}4909860B{trace}0C{moment[4:]}0D{moment[:4]}87{receipt}"
        "29525000412 2F0F8EEEEEEEEEEEE1234"
    ).replace(" ", "")
    return f"040F{len(body) // 2:02X}{body}"


BEFORE = status("0041", "000016", "1123142000", 900)


class SlowTime:
    """A clock that only waiting moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now

    def wall_ms(self) -> int:
        return int(self.now * 1000)

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class Terminal:
    """The far end. ``scripts``: for each command its runs, used up but for the last; a run is the
    answer to the command and then reports, each sent when the one before was answered.
    """

    def __init__(self, kind: str = "tcp", chunk: int = 512) -> None:
        self.name = f"{kind}:scripted"
        self.clock = SlowTime()
        self.events: list[tuple[str, Any]] = []
        self.scripts: dict[str, list[list[str]]] = {
            "0600": [[OK, REGISTERED]],
            "0620": [[OK, BEFORE, COMPLETION]],
            "0501": [[OK, READY]],
            "06B0": [[OK]],
        }
        self.after_refusal = [ABORTED_6C]
        self.after_abort: list[str] = [STATUS_ABORTED, ABORTED_6C]
        self.acks: list[bytes] = []
        self.lost_acks = 0
        self.naks = 0
        self.spoken = bytearray()
        self.opens = 0
        self.gone = False
        self.mangle: Callable[[bytes], bytes] = lambda raw: raw
        self._is_serial = kind == "serial"
        self._chunk = chunk
        self._out = bytearray()
        self._unheard: list[bytes] = []
        self._todo: list[str] = []
        self._said = b""
        self._is_refused = False

    def open(self) -> None:
        self.opens += 1
        self.gone = False

    def close(self) -> None:
        self._out.clear()
        self._unheard.clear()

    def write(self, data: bytes, deadline_s: float) -> None:
        if self.gone:
            raise DeviceGoneError("unplugged")
        if not self._is_serial:
            self._take(data)
        elif data == NAK:
            self.naks += 1
            self._utter(b"".join(self._unheard[:1]))
        elif data == ACK:
            del self._unheard[:1]
            self._transmit()
        else:
            self._take_frame(data)

    def _take_frame(self, data: bytes) -> None:
        apdu = unframe(data)
        answer = self.acks.pop(0) if self.acks else ACK
        if answer != ACK:
            self.events.append(("unheard", apdu))
            self._out += answer
            return
        if self.lost_acks:
            self.lost_acks -= 1
        else:
            self._out += ACK
        self._take(apdu)

    def _take(self, apdu: bytes) -> None:
        self.events.append(("ecr", apdu))
        if apdu[0] not in (0x80, 0x84):
            self._run(apdu[:2].hex().upper())
            return
        is_refused = apdu[0] == 0x84 and self._said[:2] == hexed("04 0F")
        if is_refused and not self._is_refused:
            self._is_refused = True
            self._todo = list(self.after_refusal)
        self._said = b""
        self._go_on()

    def _run(self, command: str) -> None:
        self._is_refused = False
        runs = self.scripts.get(command, [])
        run = runs.pop(0) if len(runs) > 1 else list(runs[0]) if runs else []
        if command == "06B0":
            self._todo = list(self.after_abort)
        else:
            self._todo = run[1:]
        if run:
            self.send(run[0])
            self._go_on()

    def _go_on(self) -> None:
        if not self._todo:
            return
        step = self._todo.pop(0)
        if step == GONE:
            self.gone = True
            return
        self.send(step)

    def send(self, text: str) -> None:
        """Say an APDU by itself."""
        apdu = hexed(text)
        self._said = apdu
        if not self._is_serial:
            self._utter(self.mangle(apdu))
            return
        self._unheard.append(frame(apdu))
        if len(self._unheard) == 1:
            self._transmit()

    def _transmit(self) -> None:
        """The oldest frame nobody acknowledged; the others wait for it."""
        if self._unheard:
            self._utter(self.mangle(self._unheard[0]))

    def _utter(self, raw: bytes) -> None:
        self.spoken += raw
        self._out += raw

    def say_raw(self, raw: bytes) -> None:
        self._out += raw

    def read(self, most: int, deadline_s: float) -> bytes:
        if self._out:
            size = min(most, self._chunk)
            data = bytes(self._out[:size])
            del self._out[:size]
            return data
        if self.gone:
            raise DeviceGoneError("unplugged")
        self.clock.now += max(deadline_s, 0.001)
        return b""

    def heard(self) -> list[str]:
        """Every APDU of ours, as hex."""
        return [apdu.hex(" ").upper() for kind, apdu in self.events if kind == "ecr"]

    def commands(self) -> list[str]:
        return [text[:5] for text in self.heard() if text[:2] not in ("80", "84")]


class Heard:
    """What a driver says while it pays, in one list with what the terminal hears."""

    def __init__(
        self,
        terminal: Terminal,
        cancelled: Callable[[], bool] = lambda: False,
        full_at: str = "",
    ) -> None:
        self.notes: dict[str, str] = {}
        self.stored: list[CardOutcome] = []
        self.told: list[tuple[CardStep, str]] = []
        self.cancelled = cancelled
        self._events = terminal.events
        self._full_at = full_at

    def tell(self, step: CardStep, text: str) -> None:
        self.told.append((step, text))

    def keep(self, notes: Mapping[str, str]) -> None:
        self._events.append(("keep", dict(notes)))
        if self._full_at in notes:
            raise DeviceError("disk full")
        self.notes |= notes

    def authorised(self, outcome: CardOutcome) -> None:
        self._events.append(("authorised", outcome))
        if self._full_at == "authorised":
            raise DeviceError("disk full")
        self.stored.append(outcome)


def an_intent(amount: int = 1290, timeout_s: int = 60) -> CardIntent:
    return CardIntent(
        attempt="p1",
        amount_minor=amount,
        currency="BRL",
        kind="credit",
        timeout_s=timeout_s,
        allow_offline=False,
        wall_ms=1_795_000_000_000,
    )


def reader_of(terminal: Terminal, **options: str) -> ZvtTerminal:
    reader = DRIVER.build(options, terminal, terminal.clock)
    assert isinstance(reader, ZvtTerminal)
    return reader


def selling(terminal: Terminal, *reports: str) -> Terminal:
    """The terminal answers 06 01 with these reports."""
    terminal.scripts["0601"] = [[OK, *reports]]
    return terminal


def approving(terminal: Terminal) -> Terminal:
    return selling(terminal, "04 FF 01 0A", STATUS_APPROVED, COMPLETION)


def remembering(terminal: Terminal, *last: str) -> Terminal:
    """The terminal's last transaction; none makes it abort 06 20."""
    terminal.scripts["0620"] = [[OK, *last, COMPLETION]] if last else [[OK, ABORTED_6C]]
    return terminal


def an_attempt(**notes: str) -> Attempt:
    """One whose last transaction of before is ``BEFORE``."""
    before = {
        "last_receipt": "0041",
        "last_trace": "000016",
        "last_time": "142000",
        "last_date": "1123",
    }
    return Attempt(an_intent(), before | notes)


OWN = {"receipt": "0042", "trace": "000017", "time": "143507", "date": "1123"}
