"""A POS on the LAN that calls the kiosk: asks what to charge, charges by itself, asks whether to
keep it.

It shares no code with the drivers it answers. ``errors`` lists what a POS would object to in the
kiosk's answers.
"""

import asyncio
import contextlib
import json
from collections.abc import Collection
from pathlib import Path

from edge_agent.devices.emulators.cielo.pos import (
    FAULTS,
    STATUS,
    Behaviour,
    Decision,
    Message,
    Payment,
    Pos,
    Timing,
    packed,
)
from edge_agent.devices.emulators.front import Face, Front, Key
from edge_agent.devices.emulators.ledger import Ledger

FILE_NAME = "cielo-ledger.jsonl"
TRIES = 6
OTHER_POS = "88888888"
SKEWED = "20010101000000"
ROWS_SHOWN = 12
Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class CieloEmulator:
    """Calls ``host:port``. ``faults`` may be changed while it runs. Everything but the constructor
    runs on one event loop.
    """

    def __init__(
        self,
        behaviour: Behaviour,
        address: tuple[str, int],
        folder: Path | None = None,
        seed: int = 0,
        timing: Timing | None = None,
    ) -> None:
        self.faults: set[str] = set()
        self.pos_id = f"{seed:08d}"
        self._behaviour = behaviour
        self._address = address
        self._timing = timing or Timing()
        self._path = folder / FILE_NAME if folder else None
        self._pos = Pos(self.pos_id, Ledger(Payment, self._path))
        self._pos.start()
        self._sessions = 0
        self._lines = ["CIELO", "PRONTO"]
        self._pressed: asyncio.Queue[Decision] = asyncio.Queue()
        self._tasks: list[asyncio.Task[None]] = []
        self._servers: list[asyncio.Server] = []
        self._later: asyncio.Task[None] | None = None

    @property
    def errors(self) -> list[str]:
        return self._pos.errors

    def set_faults(self, faults: Collection[str]) -> None:
        """Raises ValueError for a name that is not known."""
        unknown = set(faults) - set(FAULTS)
        if unknown:
            raise ValueError(f"unknown faults {sorted(unknown)}; known: {', '.join(FAULTS)}")
        self.faults = set(faults)

    def ledger(self) -> list[Payment]:
        return self._pos.ledger.entries()

    def charged(self) -> list[Payment]:
        """Payments that stand."""
        return [it for it in self.ledger() if it.state == "kept"]

    def pending(self) -> list[Payment]:
        """Payments that wait for the kiosk's word."""
        return [it for it in self.ledger() if it.state == "pending"]

    async def start(self) -> None:
        self._tasks = [asyncio.create_task(self._run())]

    async def start_http(self, port: int = 0) -> int:
        """The POS's face for a person: http://127.0.0.1:PORT/."""
        front = Front(self._face, self._act)
        self._servers.append(await asyncio.start_server(front.serve, "127.0.0.1", port))
        return int(self._servers[-1].sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Idempotent. The ledger can still be asked for."""
        await self._halt()
        for server in self._servers:
            server.close()
        for server in self._servers:
            await server.wait_closed()
        self._servers = []

    async def power_cycle(self) -> None:
        """Off and on again: lines drop, what the kiosk never heard of is undone."""
        await self._halt()
        ledger = Ledger(Payment, self._path) if self._path else self._pos.ledger
        if "forget_on_restart" in self.faults:
            ledger.forget()
        errors = self._pos.errors
        self._pos = Pos(self.pos_id, ledger)
        self._pos.errors = errors
        self._pos.start()
        await self.start()

    async def _halt(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    async def _run(self) -> None:
        while True:
            if self._behaviour.mode == "manual" and self._pos.pending() is None:
                self._lines = ["CIELO", "TOQUE PARA INICIAR O PAGAMENTO"]
                await self._pressed.get()
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, TimeoutError):
                await self._session()
            await asyncio.sleep(self._timing.knock_s)

    async def _session(self) -> None:
        """One payment from the first call to the kiosk's word."""
        if self._once("sequence_wrap"):
            self._pos.wrap()
        asked = self._pos.init()
        if "not_allowed_pos" in self.faults:
            asked["pos_id"] = "99999999"
        line = await asyncio.open_connection(*self._address)
        try:
            await self._send(line, asked)
            answer = await self._hear(line, self._timing.init_s, "RspInitSession")
        finally:
            await self._hang_up(line)
        self._pos.check_init(asked, answer)
        self._pos.hear_last(answer)
        if str(answer.get("status")) != "0" or "drop_after_init" in self.faults:
            return
        if "other_pos" in self.faults:
            await self._other_pos()
        decision = await self._customer(str(answer["transaction"]["amount"]))
        one = None
        if decision == "approve":
            partial = "partial_amount" in self.faults
            one = self._pos.authorise(asked, answer, partial=partial)
        status = 20 if "comm_error" in self.faults else STATUS[decision]
        if one is not None and self._once("power_cycle"):
            self._later = asyncio.get_running_loop().create_task(self.power_cycle())
            return
        end = self._pos.end(asked, answer, one, status)
        if one is not None and "clock_skew" in self.faults:
            end["transaction"]["timestamp"] = SKEWED
        if "unknown_seq_ac" in self.faults:
            end["seq_ac"] = "99999999"
        await self._tell(end, one)

    def _once(self, fault: str) -> bool:
        """Whether this fault strikes now; it will not again."""
        strikes = fault in self.faults
        self.faults.discard(fault)
        return strikes

    async def _other_pos(self) -> None:
        """A second POS wants a session in the middle of this one; it must not get one."""
        line = await asyncio.open_connection(*self._address)
        asked = {"msg_id": "CmdInitSession", "pos_id": OTHER_POS, "seq_pos": "00000001"}
        try:
            await self._send(line, asked)
            answer = await self._hear(line, self._timing.init_s, "RspInitSession")
            if str(answer.get("status")) == "0":
                self._pos.errors.append("two sessions at once")
        except (asyncio.IncompleteReadError, TimeoutError):
            return
        finally:
            await self._hang_up(line)

    async def _tell(self, end: Message, one: Payment | None) -> None:
        """The end, until somebody hears it; undone when nobody can be reached."""
        if "late_end" in self.faults:
            await asyncio.sleep(self._timing.late_s)
        line = None if "no_end" in self.faults else await self._reached()
        if line is None or "drop_before_end" in self.faults:
            if line is not None:
                await self._hang_up(line)
            if one is not None:
                self._pos.move(one, "undone")
            return
        if one is not None:
            one = self._pos.tell(one)
        try:
            await self._send(line, end)
            if "duplicate_end" in self.faults:
                await self._send(line, end)
            if "drop_after_end" in self.faults:
                return
            answer = await self._hear(line, self._timing.end_s, "RspEndSession")
        finally:
            await self._hang_up(line)
        self._decide(end, answer, one)

    def _decide(self, end: Message, answer: Message, one: Payment | None) -> None:
        for name in ("pos_id", "seq_pos", "seq_ac"):
            if answer.get(name) != end[name]:
                self._pos.errors.append(f"RspEndSession says {name} {answer.get(name)!r}")
        if one is not None:
            self._pos.move(one, "kept" if str(answer.get("status")) == "0" else "undone")
        self._lines = ["CIELO", "APROVADO" if one else "NAO CONCLUIDO"]

    async def _reached(self) -> Line | None:
        for _ in range(TRIES):
            with contextlib.suppress(OSError):
                return await asyncio.open_connection(*self._address)
            await asyncio.sleep(self._timing.again_s)
        return None

    async def _customer(self, amount: str) -> Decision:
        if "decline" in self.faults:
            return "decline"
        if "customer_cancel" in self.faults:
            return "cancel"
        if self._behaviour.mode == "manual":
            self._lines = ["INSIRA OU APROXIME O CARTAO", f"R$ {int(amount) / 100:.2f}"]
            return await self._pressed.get()
        await asyncio.sleep(self._timing.card_s)
        script = self._behaviour.script
        self._sessions += 1
        return script[min(self._sessions, len(script)) - 1]

    async def _send(self, line: Line, message: Message) -> None:
        data = packed(message)
        if "curly_quotes" in self.faults:
            data = data.replace(b'"', b"\x93")
        if "wrong_length" in self.faults:
            data = (len(data) + 20).to_bytes(2, "big") + data[2:]
        if "garbage" in self.faults:
            data = b"\x00\x04GARB" + data
        size = 1 if "split_bytes" in self.faults else len(data)
        for start in range(0, len(data), size):
            line[1].write(data[start : start + size])
            await line[1].drain()
            if "fragment_gap" in self.faults and start == 0:
                await asyncio.sleep(self._timing.gap_s)

    async def _hear(self, line: Line, within_s: float, wanted: str) -> Message:
        """Raises TimeoutError, IncompleteReadError; notes what is malformed."""
        async with asyncio.timeout(within_s):
            length = int.from_bytes(await line[0].readexactly(2), "big")
            raw = await line[0].readexactly(length)
        try:
            message = json.loads(raw)
        except ValueError as error:
            self._pos.errors.append(f"no JSON: {raw[:40]!r}")
            raise TimeoutError from error
        if message.get("msg_id") != wanted:
            self._pos.errors.append(f"{message.get('msg_id')!r} where {wanted} was due")
        return dict(message)

    async def _hang_up(self, line: Line) -> None:
        if "never_closes" in self.faults:
            await asyncio.sleep(self._timing.late_s)
        line[1].close()
        with contextlib.suppress(OSError):
            await line[1].wait_closed()

    def _face(self) -> Face:
        keys = [
            Key("approve", "Iniciar / aprovar"),
            Key("decline", "Recusar"),
            Key("cancel", "Cancelar"),
        ]
        rows = [
            [it.nsu, f"R$ {it.amount_minor / 100:.2f}", it.state]
            for it in self.ledger()[: -ROWS_SHOWN - 1 : -1]
        ]
        is_manual = self._behaviour.mode == "manual"
        return Face(f"Cielo POS {self.pos_id}", self._lines, keys if is_manual else [], rows)

    def _act(self, deed: str, _: str) -> None:
        if deed not in STATUS:
            raise ValueError(f"a POS has no key {deed!r}")
        self._pressed.put_nowait(deed)  # type: ignore[arg-type] # one of its words
