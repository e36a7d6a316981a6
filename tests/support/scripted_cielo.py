"""A POS that calls and says what a test wrote down, with its own framing; time is the test's."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from edge_agent.devices.drivers.cielo import DRIVER, CieloReader
from edge_agent.devices.errors import DeviceError, DeviceGoneError
from edge_agent.devices.ports import Attempt, CardIntent, CardOutcome, CardStep

POS, OTHER_POS, STRANGER = "91746241", "91746242", "66666666"
SEQ_POS, SEQ_AC = "00018725", "00000042"
Json = dict[str, Any]
RECEIPT = ["CIELO", "VISA CREDITO", "476173******0119", "VALOR R$ 12,90"]


def framed(payload: bytes) -> bytes:
    return bytes(divmod(len(payload), 256)) + payload


def framed_json(message: Json) -> bytes:
    return framed(json.dumps(message).encode())


def unframed(raw: bytes) -> Json:
    assert raw[0] * 256 + raw[1] == len(raw) - 2
    message: Json = json.loads(raw[2:])
    return message


def init(pos_id: str = POS, seq_pos: str = SEQ_POS) -> Json:
    return {"msg_id": "CmdInitSession", "pos_id": pos_id, "seq_pos": seq_pos}


def end(status: int = 0, amount: str = "1290", **changed: Any) -> Json:
    message: Json = {
        "msg_id": "CmdEndSession",
        "pos_id": POS,
        "seq_pos": SEQ_POS,
        "seq_ac": SEQ_AC,
        "status": status,
        "pos_sn": "SN77",
    }
    if status == 0:
        message["transaction"] = {
            "amount": amount,
            "prod_pri": "VISA",
            "prod_sec": "CREDITO",
            "nsu": "001234",
            "aut": "A1B2C3",
            "timestamp": "20261018120000",
            "receipt_cli": RECEIPT,
            "receipt_mch": ["VIA LOJA"],
        }
    return message | changed


def intent(amount_minor: int = 1290, number: int = 42, **changed: Any) -> CardIntent:
    asked: Json = {
        "attempt": f"attempt-{number}",
        "amount_minor": amount_minor,
        "currency": "BRL",
        "kind": "credit",
        "timeout_s": 60,
        "allow_offline": False,
        "wall_ms": 1_760_000_000_000,
        "number": number,
    }
    return CardIntent(**(asked | changed))


class Line:
    """One connection of the POS, and the Wire that the driver gets. By default the POS hangs up
    after every answer.
    """

    def __init__(self, lan: "Lan") -> None:
        self.name = "tcp:pos"
        self.lan = lan
        self.heard: list[Json] = []
        self.heard_at = 0.0
        self.is_gone = False
        self.is_closed_by_us = False
        self.is_deaf = False
        self.stays = False
        self.on_answer: Callable[[Json], None] = lambda _: None
        self._sent = bytearray()

    # ---- the POS' side

    def send(self, message: Json | bytes) -> "Line":
        self._sent += message if isinstance(message, bytes) else framed_json(message)
        return self

    def hang_up(self) -> None:
        self.is_gone = True

    # ---- the driver's side

    def open(self) -> None:
        """Accepted wires are open."""

    def close(self) -> None:
        self.is_closed_by_us = True

    def write(self, data: bytes, deadline_s: float) -> None:
        assert not self.is_closed_by_us
        assert deadline_s <= 3.0
        message = unframed(data)
        self.lan.log.append(("answer", message))
        if self.is_deaf:
            raise DeviceGoneError("reset")
        self.heard.append(message)
        self.heard_at = self.lan.now
        if not self.stays:
            self.hang_up()
        self.on_answer(message)

    def read(self, most: int, deadline_s: float) -> bytes:
        assert deadline_s == 0
        if self.is_closed_by_us:
            raise DeviceGoneError("not open")
        data = bytes(self._sent[:most])
        del self._sent[:most]
        if not data and self.is_gone:
            raise DeviceGoneError("closed by the device")
        return data


class Lan:
    """The Listener and the Clock, with what happens when. ``log`` holds every keep and answer."""

    def __init__(self) -> None:
        self.name = "listen:test"
        self.now = 1000.0
        self.log: list[tuple[str, Json]] = []
        self.is_open = False
        self.is_broken = False
        self._calls: list[Line] = []
        self._plan: list[tuple[float, Callable[[], Any]]] = []

    def after(self, seconds: float, deed: Callable[[], Any]) -> None:
        self._plan.append((self.now + seconds, deed))

    def call(self, *messages: Json | bytes) -> Line:
        """The POS connects and speaks."""
        line = Line(self)
        for message in messages:
            line.send(message)
        self._calls.append(line)
        return line

    def pass_time(self, seconds: float) -> None:
        until = self.now + seconds
        while due := sorted((it for it in self._plan if it[0] <= until), key=lambda it: it[0]):
            self._plan.remove(due[0])
            self.now = max(self.now, due[0][0])
            due[0][1]()
        self.now = until

    # ---- Listener

    def open(self) -> None:
        if self.is_broken:
            raise DeviceGoneError("address in use")
        self.is_open = True

    def close(self) -> None:
        self.is_open = False

    def accept(self, deadline_s: float) -> Line | None:
        if self.is_broken or not self.is_open:
            raise DeviceGoneError("not listening")
        if not self._calls:
            self.pass_time(max(deadline_s, 0.001))
        return self._calls.pop(0) if self._calls else None

    # ---- Clock

    def monotonic(self) -> float:
        return self.now

    def wall_ms(self) -> int:
        return int(self.now * 1000)

    def sleep(self, seconds: float) -> None:
        self.pass_time(seconds)


class Journal:
    """The Talk of one attempt: what was kept survives the driver."""

    def __init__(self, lan: Lan, asked: CardIntent) -> None:
        self.lan = lan
        self.intent = asked
        self.notes: dict[str, str] = {}
        self.steps: list[CardStep] = []
        self.cancel_at = float("inf")
        self.full_after = 99

    def tell(self, step: CardStep, text: str) -> None:
        assert text
        self.steps.append(step)

    def cancelled(self) -> bool:
        return self.lan.now >= self.cancel_at

    def keep(self, notes: Mapping[str, str]) -> None:
        if self.full_after == 0:
            raise DeviceError("the disk is full")
        self.full_after -= 1
        self.lan.log.append(("keep", dict(notes)))
        self.notes.update(notes)

    def authorised(self, outcome: CardOutcome) -> None:
        raise AssertionError("this reader is acknowledged by confirm")

    def attempt(self) -> Attempt:
        return Attempt(self.intent, dict(self.notes))


class Shop:
    """A driver that listens, and one attempt."""

    def __init__(self, lan: Lan | None = None, asked: CardIntent | None = None) -> None:
        self.lan = lan or Lan()
        self.intent = asked or intent()
        self.journal = Journal(self.lan, self.intent)
        self.reader = reader_on(self.lan)

    def customer(self, ended: Json | None = None, seq_pos: str = SEQ_POS) -> list[Line]:
        """Someone starts on the POS after 1 s; 5 s after the amount the POS calls with ``ended``
        (an approval unless told) on a new line. The lines appear in the list as they are made.
        """
        lines: list[Line] = []
        number = f"{self.intent.number:08d}"
        said = end(seq_pos=seq_pos, seq_ac=number) if ended is None else ended

        def start() -> None:
            lines.append(self.lan.call(init(seq_pos=seq_pos)))
            lines[0].on_answer = lambda told: finish(told["status"])

        def finish(status: int) -> None:
            if status == 0:
                self.lan.after(5, lambda: lines.append(self.lan.call(said)))

        self.lan.after(1, start)
        return lines

    def pay(self) -> CardOutcome:
        return self.reader.pay(self.intent, self.journal)

    def attempt(self) -> Attempt:
        return self.journal.attempt()

    def restart(self) -> None:
        """The totem loses its power: lines break, memory is gone, the journal stays."""
        self.reader.close()
        self.reader = reader_on(self.lan)

    def next_sale(self, number: int) -> "Shop":
        """Another attempt on the same driver."""
        following = Shop(self.lan, intent(number=number))
        following.reader = self.reader
        return following


def reader_on(lan: Lan) -> CieloReader:
    reader = DRIVER.build({"pos_ids": f"{POS}, {OTHER_POS}", "terminal": "Caixa 1"}, lan, lan)
    assert isinstance(reader, CieloReader)
    reader.open()
    return reader
