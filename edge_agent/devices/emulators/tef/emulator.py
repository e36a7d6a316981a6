"""A TEF manager in two folders: reads ``Req``, answers in ``Resp``, keeps its own ledger.

It shares no code with the drivers it answers. ``errors`` lists what a homologation would object to
in the requests; a good point of sale leaves it empty.
"""

import asyncio
import contextlib
from collections.abc import Collection
from pathlib import Path

from edge_agent.devices.emulators.front import Face, Front, Key
from edge_agent.devices.emulators.ledger import Ledger
from edge_agent.devices.emulators.tef.record import Fields, lint, read, sloppy, written
from edge_agent.devices.emulators.tef.transactions import (
    FAULTS,
    Behaviour,
    Decision,
    Manager,
    Timing,
    Transaction,
)

LEDGER = Path("ledger") / "tef-ledger.jsonl"
NAME = "intpos.001"
WITHOUT_ANSWER = ("ATV", "CNF", "NCN")
ROWS_SHOWN = 12
STATES = {
    "OPEN": "em aberto",
    "CONFIRMED": "confirmada",
    "UNDONE": "desfeita",
    "CANCELLED": "cancelada",
}


class TefEmulator:
    """``folder`` gets ``Req``, ``Resp`` and ``ledger``. ``faults`` may be changed while it runs.
    Everything but the constructor runs on one event loop.
    """

    def __init__(
        self,
        behaviour: Behaviour,
        folder: Path,
        faults: Collection[str] = frozenset(),
        timing: Timing | None = None,
        profile: str = "paygo",
    ) -> None:
        unknown = set(faults) - set(FAULTS)
        if unknown:
            raise ValueError(f"unknown faults {sorted(unknown)}; known: {', '.join(FAULTS)}")
        self.faults = set(faults)
        self.errors: list[str] = []
        self.profile = profile
        self._behaviour = behaviour
        self._timing = timing or Timing()
        self._requests, self._answers = folder / "Req", folder / "Resp"
        for directory in (self._requests, self._answers):
            directory.mkdir(parents=True, exist_ok=True)
        self._ledger = Ledger(Transaction, folder / LEDGER)
        self._manager = Manager(self._ledger, self.profile, self.faults)
        self._sales = 0
        self._former = b""
        self._kept: tuple[int, int] | None = None
        self._lines = ["TEF pronto"]
        self._pressed: asyncio.Queue[Decision] = asyncio.Queue()
        self._tasks: list[asyncio.Task[None]] = []
        self._servers: list[asyncio.Server] = []

    def ledger(self) -> list[Transaction]:
        return self._ledger.entries()

    def charged(self) -> list[Transaction]:
        """Sales that stand."""
        return [it for it in self.ledger() if it.state == "CONFIRMED" and not it.cancels]

    def pending(self) -> list[Transaction]:
        """Sales that wait for a word."""
        return [it for it in self.ledger() if it.state == "OPEN" and not it.cancels]

    def violations(self) -> list[str]:
        return self._manager.violations

    async def start(self) -> None:
        self._tasks = [asyncio.create_task(self._run())]

    async def start_http(self, port: int = 0) -> int:
        """The manager's face for a person: http://127.0.0.1:PORT/."""
        front = Front(self._face, self._act)
        self._servers.append(await asyncio.start_server(front.serve, "127.0.0.1", port))
        return int(self._servers[-1].sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Idempotent. The ledger can still be asked for."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for server in self._servers:
            server.close()
        for server in self._servers:
            await server.wait_closed()
        self._tasks, self._servers = [], []

    async def power_cycle(self) -> None:
        """Off and on again: what was going on is over."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._ledger = Ledger(Transaction, self._ledger._path)
        self._manager = Manager(self._ledger, self.profile, self.faults)
        await self.start()

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._timing.poll_s)
            if "inactive" in self.faults:
                continue
            request = next((it for it in self._requests.iterdir() if it.name.lower() == NAME), None)
            if request is not None:
                await self._serve(request)

    async def _serve(self, request: Path) -> None:
        taken = self._keep(request) if "undeletable_request" in self.faults else _taken(request)
        if taken is None:
            return
        raw, asked = taken
        self.errors += lint(raw, asked, self.profile)
        command = asked.get("000-000", "")
        if command in ("CNF", "NCN"):
            self._manager.decide(asked)
            if self._is_unanswered(command):
                return
        elif command == "CRT" and "stale_response" in self.faults and self._former:
            self._put(NAME, self._former)
        if "no_sts" not in self.faults:
            await self._acknowledge(asked)
        if command not in WITHOUT_ANSWER and "sts_then_dead" not in self.faults:
            await self._answer(asked)

    def _keep(self, request: Path) -> tuple[bytes, Fields] | None:
        """A whole request that was not read before; its file stays where it is."""
        try:
            stat, raw = request.stat(), request.read_bytes()
        except OSError:
            return None
        asked, place = read(raw), (stat.st_ino, stat.st_mtime_ns)
        if asked is None or place == self._kept:
            return None
        self._kept = place
        return raw, asked

    def _is_unanswered(self, command: str) -> bool:
        once = "decision_unanswered_once" in self.faults
        self.faults.discard("decision_unanswered_once")
        return once or f"{command.lower()}_unanswered" in self.faults

    async def _acknowledge(self, asked: Fields) -> None:
        timing = self._timing
        waits = {"slow_sts": timing.slow_sts_s, "late_sts": timing.late_sts_s}
        await asyncio.sleep(
            next((it for name, it in waits.items() if name in self.faults), timing.sts_s)
        )
        echo = {"000-000": asked.get("000-000", ""), "001-000": asked.get("001-000", "")}
        if "bad_sts" in self.faults:
            echo["001-000"] = "1"
        if "sts_of_other_command" in self.faults:
            echo["000-000"] = "XXX"
        content = written(echo)
        whole = "sts_without_trailer" not in self.faults
        self._put("intpos.sts", content if whole else content.partition(b"999-999")[0])

    async def _answer(self, asked: Fields) -> None:
        answer = await self._decided(asked)
        self._lines = ["TEF pronto"]
        if "crash_before_response" in self.faults:
            self.faults.discard("crash_before_response")
            self._manager.start()
            return
        if "slow_response" in self.faults:
            await asyncio.sleep(self._timing.slow_response_s)
        if "wrong_id" in self.faults:
            self._put(NAME, written({**answer, "001-000": "1"}))
            return
        await self._deliver(answer)
        self._manager.delivered(answer)
        if "crash_after_response" in self.faults:
            self.faults.discard("crash_after_response")
            self._manager.start()

    async def _decided(self, asked: Fields) -> Fields:
        manager = self._manager
        match asked.get("000-000", ""):
            case "ADM":
                return manager.administer(asked)
            case "CNC":
                return manager.cancel(asked)
            case "CRT":
                return await self._sell(asked)
            case _:
                return manager.refuse(asked, "99", "OPERACAO NAO DISPONIVEL")

    async def _sell(self, asked: Fields) -> Fields:
        manager = self._manager
        pending = manager.pending(asked)
        if pending is not None:
            return pending
        match await self._customer(asked):
            case "approve":
                return manager.approve(asked)
            case "decline":
                return manager.refuse(asked, "51", "SALDO INSUFICIENTE")
            case _:
                status = "101" if "status_101" in self.faults else "FF"
                return manager.refuse(asked, status, "OPERACAO CANCELADA")

    async def _customer(self, asked: Fields) -> Decision:
        if "decline" in self.faults:
            return "decline"
        if self.faults & {"customer_cancel", "status_101"}:
            return "cancel"
        if self._behaviour.mode == "manual":
            self._lines = ["APROXIME OU INSIRA O CARTAO", f"VALOR {asked.get('003-000', '')}"]
            while not self._pressed.empty():
                self._pressed.get_nowait()
            return await self._pressed.get()
        await asyncio.sleep(self._behaviour.delay_s)
        script = self._behaviour.script
        self._sales += 1
        return script[min(self._sales, len(script)) - 1]

    async def _deliver(self, answer: Fields) -> None:
        content = sloppy(answer) if "sloppy_record" in self.faults else written(answer)
        if answer.get("009-000") == "0":
            self._former = content
        if "truncated_response" in self.faults:
            self.faults.discard("truncated_response")
            (self._answers / NAME).write_bytes(content[: len(content) // 2])
            await asyncio.sleep(self._timing.piece_s)
        if "response_in_pieces" in self.faults:
            half = len(content) // 2
            with (self._answers / NAME).open("wb") as file:
                file.write(content[:half])
                file.flush()
                await asyncio.sleep(self._timing.piece_s)
                file.write(content[half:])
            return
        self._put(NAME, content)
        if "locked_file" in self.faults:
            await self._locked()
        if "duplicate_response" in self.faults:
            await asyncio.sleep(self._timing.piece_s)
            self._put(NAME, content)

    async def _locked(self) -> None:
        """Unreadable for a while, as under a virus scanner."""
        path = self._answers / NAME
        hidden = path.with_suffix(".held")
        with contextlib.suppress(OSError):
            path.rename(hidden)
            await asyncio.sleep(self._timing.locked_s)
            hidden.rename(path)

    def _put(self, name: str, content: bytes) -> None:
        if "uppercase_names" in self.faults:
            name = name.upper()
        if "mixed_case_names" in self.faults:
            name = name.replace("intpos", "IntPos")
        self._answers.mkdir(exist_ok=True)
        fresh = self._answers / "manager.tmp"
        fresh.write_bytes(content)
        fresh.rename(self._answers / name)

    def _face(self) -> Face:
        keys = [
            Key("approve", "Aprovar"),
            Key("decline", "Recusar"),
            Key("cancel", "Cancelar"),
        ]
        rows = [
            [it.nsu, f"R$ {it.amount_minor / 100:.2f}".replace(".", ","), STATES[it.state]]
            for it in self.ledger()[: -ROWS_SHOWN - 1 : -1]
        ]
        is_manual = self._behaviour.mode == "manual"
        return Face("Gerenciador TEF", self._lines, keys if is_manual else [], rows)

    def _act(self, deed: str, _: str) -> None:
        if deed not in ("approve", "decline", "cancel"):
            raise ValueError(f"a TEF manager has no key {deed!r}")
        self._pressed.put_nowait(deed)  # type: ignore[arg-type] # one of its words


def _taken(request: Path) -> tuple[bytes, Fields] | None:
    """A whole request, read and deleted; None while it is not whole."""
    try:
        raw = request.read_bytes()
        asked = read(raw)
        if asked is not None:
            request.unlink()
    except OSError:
        return None
    return None if asked is None else (raw, asked)
