"""A small TEF manager on real folders and a virtual clock, every fault at will; not the product's
emulator. It acts whenever somebody waits.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from msgspec import structs

from edge_agent.devices.drivers.tef.reader import build
from edge_agent.devices.ports import Attempt, CardIntent, CardOutcome, CardReader, CardStep

WALL_MS = 1_795_000_000_000
PAYGO = {
    "profile": "paygo",
    "company": "ACME KIOSK LTDA",
    "application": "KIOSKAPP",
    "version": "1.4.0",
    "registration": "TESTREG001",
}
ID = "733-000 = 210\r\n735-000 = KIOSKAPP\r\n736-000 = 1.4.0\r\n738-000 = TESTREG001\r\n"

APPROVED = """000 CRT; 001 810001; 002 5512; 003 2590; 004 0; 009 0; 010 DEMO; 011 20; 012 400771;
013 118204; 022 23112026; 023 101532; 027 231120261015400771; 028 0; 030 TRANSACAO AUTORIZADA;
712-000 2; 713-001 "VIA CLIENTE"; 713-002 "DEBITO        R$ 25,90"; 729 2; 730 1; 731 2; 737 1;
740 ************4321; 748 MAESTRO; 999-999 0"""


class PowerCut(BaseException):
    """The process ends here."""


class SharedFolder:
    """A Folder on a directory that is there."""

    name = "tef"

    def __init__(self, path: Path) -> None:
        self.path = path
        self.shown: list[tuple[str, bytes]] = []

    def open(self) -> None:
        pass

    def close(self) -> None:
        pass

    def show(self, way: str, data: bytes) -> None:
        self.shown.append((way, data))


def paper(text: str, **changes: str) -> bytes:
    """A file out of the short notation ``001 x; 009 = 0``; ``changes`` as ``f009="51"``, and
    ``f009=""`` to leave a field out.
    """
    fields: dict[str, str] = {}
    for part in text.replace("\n", " ").split("; "):
        key, _, value = part.strip().partition(" ")
        key = key if "-" in key else f"{key}-000"
        fields[key] = value.removeprefix("= ") if key != "713-002" else value
    for name, value in changes.items():
        key = name[1:].replace("_", "-")
        fields[key if "-" in key else f"{key}-000"] = value
    trailer = fields.pop("999-999", "")
    lines = [f"{key} = {value}\r\n" for key, value in fields.items() if value]
    return ("".join(lines) + (f"999-999 = {trailer}\r\n" if trailer else "")).encode("cp1252")


def read(raw: bytes) -> dict[str, str]:
    lines = raw.decode("cp1252").split("\r\n")
    return {line[:7]: line[10:] for line in lines if line}


Answer = Callable[[dict[str, str]], bytes | None]


def answering(text: str, **changes: str) -> Answer:
    """Answer with ``text``, under the number that was asked."""
    return lambda asked: paper(text, f000=asked["000-000"], f001=asked["001-000"], **changes)


class ScriptedTef:
    """The manager and the time that passes. ``answers`` are used up one per sale; a sale without
    one is never answered. ``silent`` commands get no acknowledgement.
    """

    def __init__(self, path: Path, *answers: Answer) -> None:
        self.path = path
        self.req, self.resp = path / "Req", path / "Resp"
        for folder in (self.req, self.resp):
            folder.mkdir(exist_ok=True)
        self.answers = list(answers)
        self.requests: list[bytes] = []
        self.ledger: dict[str, str] = {}
        self.wrong: list[str] = []
        self.silent: set[str] = set()
        self.is_up = True
        self.status_s = 0.3
        self.answer_s = 2.0
        self.now = 0.0
        self.cut_at: Callable[[ScriptedTef], bool] = lambda _: False
        self._due: list[tuple[float, str, bytes]] = []

    def monotonic(self) -> float:
        return self.now

    def wall_ms(self) -> int:
        return WALL_MS + int(self.now * 1000)

    def sleep(self, seconds: float) -> None:
        if self.cut_at(self):
            self.cut_at = lambda _: False
            raise PowerCut
        self.now += seconds
        if self.is_up:
            self.step()

    def step(self) -> None:
        request = self.req / "intpos.001"
        if request.exists():
            raw = request.read_bytes()
            request.unlink()
            self.requests.append(raw)
            self._take(read(raw))
        for item in [item for item in self._due if item[0] <= self.now]:
            self._due.remove(item)
            self.write(item[1], item[2])

    def write(self, name: str, raw: bytes) -> None:
        aside = self.resp / "manager.tmp"
        aside.write_bytes(raw)
        aside.replace(self.resp / name)

    def commands(self) -> list[str]:
        return [read(raw)["000-000"] for raw in self.requests]

    def closings(self) -> list[tuple[str, str]]:
        asked = [read(raw) for raw in self.requests]
        return [(a["000-000"], a["027-000"]) for a in asked if a["000-000"] in ("CNF", "NCN")]

    def last(self, command: str) -> bytes:
        return next(raw for raw in reversed(self.requests) if read(raw)["000-000"] == command)

    def put_answer(self, raw: bytes) -> None:
        """An answer that lies there; what it approves is open."""
        self._count(raw)
        self.write("intpos.001", raw)

    def _take(self, asked: dict[str, str]) -> None:
        command = asked["000-000"]
        if command not in self.silent:
            ack = paper(f"000 {command}; 001 {asked['001-000']}; 999-999 0")
            self._due.append((self.now + self.status_s, "intpos.sts", ack))
        if command in ("CNF", "NCN"):
            self._close(command, asked["027-000"])
        elif command != "ATV" and self.answers:
            raw = self.answers.pop(0)(asked)
            if raw is not None:
                self._count(raw)
                self._due.append((self.now + self.answer_s, "intpos.001", raw))

    def _count(self, raw: bytes) -> None:
        said = read(raw)
        is_open = said.get("009-000", "0") == "0" and said.get("729-000") == "2"
        if is_open and "027-000" in said:
            self.ledger[said["027-000"]] = "open"

    def _close(self, command: str, control: str) -> None:
        stage = "confirmed" if command == "CNF" else "undone"
        if self.ledger.get(control) not in (None, "open", stage):
            self.wrong.append(f"{command} {control}")
        self.ledger[control] = stage


class RecordingTalk:
    """A Talk that remembers in order. ``saw``: what lay in the folders at every keep. ``cut_at``:
    the number of the keep that the power does not survive; ``after`` it was written, or before.
    """

    def __init__(self, tef: ScriptedTef, cut_at: int = 0, after: bool = True) -> None:
        self.notes: dict[str, str] = {}
        self.saw: list[tuple[bool, bool]] = []
        self.told: list[str] = []
        self.give_up = False
        self._tef = tef
        self._cut_at, self._after = cut_at, after

    def tell(self, step: CardStep, text: str) -> None:
        self.told.append(text)

    def cancelled(self) -> bool:
        return self.give_up

    def keep(self, notes: Mapping[str, str]) -> None:
        places = (self._tef.req, self._tef.resp)
        asked, answered = ((place / "intpos.001").exists() for place in places)
        self.saw.append((asked, answered))
        is_cut = len(self.saw) == self._cut_at
        if not is_cut or self._after:
            self.notes.update(notes)
        if is_cut:
            raise PowerCut

    def authorised(self, outcome: CardOutcome) -> None:
        raise AssertionError("not for this reader")


def reader(tef: ScriptedTef, **options: str) -> CardReader:
    """A driver as after a start; ``options`` on top of a PayGo identity, unless they say else."""
    chosen = options if "profile" in options else PAYGO | options
    return build(chosen, SharedFolder(tef.path), tef)


def sale(number: int = 810001, amount: int = 2590, **changes: Any) -> CardIntent:
    basis = CardIntent(
        attempt=f"attempt-{number}",
        amount_minor=amount,
        currency="BRL",
        kind="debit",
        timeout_s=60,
        allow_offline=False,
        wall_ms=WALL_MS,
        number=number,
    )
    return structs.replace(basis, **changes)


def attempt(talk: RecordingTalk, intent: CardIntent | None = None) -> Attempt:
    return Attempt(intent or sale(), dict(talk.notes))
