"""A pinpad that says what a test wrote down, with its own CRC, stuffing and clock."""

import binascii
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from edge_agent.devices.drivers.abecs import DRIVER, AbecsReader
from edge_agent.devices.drivers.abecs.tlv import Response
from edge_agent.devices.errors import DeviceGoneError
from edge_agent.devices.ports import CardIntent, CardOutcome, CardStep

CAN, EOT, ACK, NAK = b"\x18", b"\x04", b"\x06", b"\x15"
PAN = b"476173******0119"
CLX_ASK = "16 43 4C 58 30 31 32 00 1B 00 08 4F 42 52 49 47 41 44 4F 17 B8 3C"


def frame(data: bytes) -> bytes:
    """A frame made without the driver: replacement for stuffing, the library's CRC."""
    check = binascii.crc_hqx(data + b"\x17", 0).to_bytes(2, "big")
    for plain in b"\x13\x16\x17":
        data = data.replace(bytes((plain,)), bytes((0x13, plain + 0x20)))
    return b"\x16" + data + b"\x17" + check


def unframe(raw: bytes) -> bytes:
    assert raw[0] == 0x16
    assert raw[-3] == 0x17
    data = raw[1:-3]
    for plain in b"\x17\x16\x13":
        data = data.replace(bytes((0x13, plain + 0x20)), bytes((plain,)))
    assert frame(data) == raw
    return data


def tlvs(*fields: tuple[int, bytes]) -> bytes:
    return b"".join(i.to_bytes(2, "big") + len(v).to_bytes(2, "big") + v for i, v in fields)


def said(name: str, *fields: tuple[int, bytes], status: str = "000") -> bytes:
    body = tlvs(*fields)
    return f"{name}{status}".encode() + (b"%03d" % len(body) + body if body else b"")


def asked(data: bytes) -> dict[int, bytes]:
    return Response("", "", data[6:]).fields() if len(data) > 3 else {}


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


class Pinpad:
    """The far end: answers CAN with EOT, a frame with ACK and the next scripted bytes."""

    name = "scripted"

    def __init__(self, chunk: int = 512) -> None:
        self.clock = SlowTime()
        self.answers: dict[str, list[bytes]] = {
            "OPN": [frame(b"OPN000")],
            "GIX": [frame(said("GIX", (0x8001, b"SN1"), (0x8003, b"M"), (0x8005, b"1000000000")))],
            "CLX": [frame(b"CLX000")],
        }
        self.commands: list[bytes] = []
        self.controls = b""
        self.acks: list[bytes] = []
        self.deaf_cans = 0
        self.before_eot = b""
        self.gone = False
        self._chunk = chunk
        self._out = bytearray()
        self._last = b""

    def open(self) -> None: ...

    def close(self) -> None: ...

    def write(self, data: bytes, deadline_s: float) -> None:
        if self.gone:
            raise DeviceGoneError("unplugged")
        if data in (CAN, NAK):
            self.controls += data
            self._on_control(data)
            return
        asked_for = self.understood(unframe(data))
        self.commands.append(asked_for)
        acknowledgement = self.acks.pop(0) if self.acks else ACK
        self._out += acknowledgement
        if acknowledgement == ACK:
            queue = self.answers.get(asked_for[:3].decode(), [])
            self._last = self.spoken(queue.pop(0) if len(queue) > 1 else b"".join(queue))
            self._out += self._last

    def understood(self, data: bytes) -> bytes:
        """The command in what came."""
        return data

    def spoken(self, frames: bytes) -> bytes:
        """What goes out for the scripted frames."""
        return frames

    def _on_control(self, data: bytes) -> None:
        if data == NAK:
            self._out += self._last
        elif self.deaf_cans:
            self.deaf_cans -= 1
        else:
            self._out += self.before_eot + EOT

    def read(self, most: int, deadline_s: float) -> bytes:
        if self.gone:
            raise DeviceGoneError("unplugged")
        if not self._out:
            self.clock.now += max(deadline_s, 0.001)
            return b""
        size = min(most, self._chunk)
        data = bytes(self._out[:size])
        del self._out[:size]
        return data

    def sent(self, name: str) -> list[dict[int, bytes]]:
        return [asked(data) for data in self.commands if data[:3] == name.encode()]


def an_intent(amount: int = 1290, allow_offline: bool = True) -> CardIntent:
    at = datetime(2026, 11, 23, 17, 35, 7, tzinfo=UTC)
    return CardIntent(
        attempt="p1",
        amount_minor=amount,
        currency="BRL",
        kind="credit",
        timeout_s=60,
        allow_offline=allow_offline,
        wall_ms=int(at.timestamp() * 1000),
    )


def emv(kind: int = 0x40, amount: int = 1290) -> bytes:
    echoed = bytes.fromhex(f"{amount:012d}")
    return (
        bytes.fromhex("9F26081122334455667788")
        + bytes((0x9F, 0x27, 1, kind))
        + bytes.fromhex("9F3602004C 8407A0000000031010 5A084761739001010119")
        + b"\x9f\x02\x06"
        + echoed
    )


def with_card(pinpad: Pinpad, card_type: bytes = b"03", pan: bytes = PAN) -> Pinpad:
    pinpad.answers["GCX"] = [
        frame(said("GCX", (0x804F, card_type), (0x8052, pan), (0x805B, b"VISA CREDITO  ")))
    ]
    return pinpad


def decided(pinpad: Pinpad, verdict: bytes, data: bytes | None = None) -> Pinpad:
    pinpad.answers["GOX"] = [
        frame(said("GOX", (0x8056, verdict), (0x8054, emv() if data is None else data)))
    ]
    return pinpad


class Heard:
    """What a driver says while it pays."""

    def __init__(self, cancelled: Callable[[], bool] = lambda: False) -> None:
        self.told: list[tuple[CardStep, str]] = []
        self.cancelled = cancelled

    def tell(self, step: CardStep, text: str) -> None:
        self.told.append((step, text))

    def keep(self, notes: Mapping[str, str]) -> None:
        raise AssertionError("a pinpad has nothing to keep")

    def authorised(self, outcome: CardOutcome) -> None:
        raise AssertionError("a pinpad authorises nothing")


def reader_of(pinpad: Pinpad, **options: str) -> AbecsReader:
    reader = DRIVER.build(options, pinpad, pinpad.clock)
    assert isinstance(reader, AbecsReader)
    return reader


def paid(
    pinpad: Pinpad,
    intent: CardIntent | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> tuple[CardOutcome, list[tuple[CardStep, str]]]:
    talk = Heard(cancelled)
    outcome = reader_of(pinpad).pay(intent or an_intent(), talk)
    return outcome, talk.told
