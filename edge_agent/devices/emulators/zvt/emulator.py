"""A ZVT terminal in vending mode: sells, reverses by itself what was not acknowledged, repeats its
last receipt.

It shares no code with the drivers it answers and keeps its own ledger: what a kiosk books can be
compared with what the terminal stored.
"""

import asyncio
import contextlib
import os
import tty
from collections.abc import Collection
from pathlib import Path

from msgspec import structs

from edge_agent.devices.emulators.front import Face, Front, Key
from edge_agent.devices.emulators.ledger import Ledger
from edge_agent.devices.emulators.zvt import terminal as t
from edge_agent.devices.emulators.zvt.framing import apdu, split
from edge_agent.devices.emulators.zvt.line import Line, LostError
from edge_agent.devices.emulators.zvt.terminal import Behaviour, Decision, Entry, Memory, Timing

LOOPBACK = "127.0.0.1"
FILE_NAME = "zvt-ledger.jsonl"
ROWS_SHOWN = 12
VERSION_2_14_15 = bytes.fromhex("f0f0f7322e31342e3135")
OK = bytes.fromhex("800000")
UNKNOWN = bytes.fromhex("848300")
ISSUED = (0x8000, 0x8400)
WAIT = 0x849C
INSERT, AUTHORISING, REVERSING, REMOVE = 0x0A, 0x04, 0x05, 0x0B


class ZvtEmulator:
    """``faults`` may be changed while it runs. Everything but the constructor runs on one event
    loop. One terminal, however many lines: the newest TCP connection wins.
    """

    def __init__(
        self,
        behaviour: Behaviour,
        folder: Path | None = None,
        seed: int = 0,
        faults: Collection[str] = frozenset(),
        timing: Timing | None = None,
    ) -> None:
        unknown = set(faults) - set(t.FAULTS)
        if unknown:
            raise ValueError(f"unknown faults {sorted(unknown)}; known: {', '.join(t.FAULTS)}")
        self.faults = set(faults)
        self._behaviour = behaviour
        self._timing = timing or Timing()
        self._path = folder / FILE_NAME if folder else None
        self._memory = Memory(Ledger(Entry, self._path), first_receipt=seed % t.RECEIPTS + 1)
        self._sales = 0
        self._lines_shown = ["ZVT", "PRONTO"]
        self._pressed: asyncio.Queue[Decision] = asyncio.Queue()
        self._servers: list[asyncio.Server] = []
        self._ptys: list[tuple[int, int]] = []
        self._talks: set[asyncio.Task[None]] = set()
        self._tcp: asyncio.StreamWriter | None = None
        self._later: asyncio.Task[None] | None = None

    def ledger(self) -> list[Entry]:
        return self._memory.ledger.entries()

    def charged(self) -> list[Entry]:
        """Sales that stand."""
        return [it for it in self.ledger() if it.state == "stored"]

    def sold_before(self, amount_minor: int) -> None:
        """A sale of another day in the ledger, as in any terminal that is in use."""
        self._memory.move(self._memory.begin(amount_minor), "stored")

    async def start_tcp(self, port: int = 0) -> int:
        return await self._listen(await asyncio.start_server(self._serve, LOOPBACK, port))

    async def start_http(self, port: int = 0) -> int:
        """The terminal's face for a person: http://127.0.0.1:PORT/."""
        front = Front(self._face, self._act)
        return await self._listen(await asyncio.start_server(front.serve, LOOPBACK, port))

    def start_pty(self) -> str:
        """The path to open as a serial port. It stays when the other side closes it."""
        master, slave = os.openpty()
        tty.setraw(slave)
        os.set_blocking(master, False)
        self._ptys.append((master, slave))
        line = Line(
            lambda data: _write(master, data),
            self.faults,
            is_serial=True,
            ack_s=self._timing.ack_s,
        )
        asyncio.get_running_loop().add_reader(master, _read, master, line)
        self._talk(line)
        return os.ttyname(slave)

    async def stop(self) -> None:
        """Idempotent. The ledger can still be asked for."""
        await self._halt()
        for server in self._servers:
            server.close()
        for master, slave in self._ptys:
            asyncio.get_running_loop().remove_reader(master)
            os.close(master)
            os.close(slave)
        for server in self._servers:
            await server.wait_closed()
        self._servers, self._ptys = [], []

    async def power_cycle(self) -> None:
        """Off and on again: lines drop; what was not acknowledged is reversed."""
        await self._halt()
        ledger = Ledger(Entry, self._path) if self._path else self._memory.ledger
        if "forget_on_restart" in self.faults:
            ledger.forget()
        self._memory = Memory(ledger)

    async def _halt(self) -> None:
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)
        self._talks.clear()
        if self._tcp is not None:
            self._tcp.close()

    async def _listen(self, server: asyncio.Server) -> int:
        self._servers.append(server)
        return int(server.sockets[0].getsockname()[1])

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        before, self._tcp = self._tcp, writer
        if before is not None:
            before.close()
        line = Line(writer.write, self.faults, is_serial=False, ack_s=self._timing.ack_s)
        talk = self._talk(line)
        try:
            while data := await reader.read(4096):
                line.hear(data)
        except ConnectionError:
            pass
        finally:
            line.is_gone = True
            line.apdus.put_nowait(b"")
            writer.close()
            with contextlib.suppress(asyncio.CancelledError):
                await talk

    def _talk(self, line: Line) -> "asyncio.Task[None]":
        talk = asyncio.get_running_loop().create_task(self._converse(line))
        self._talks.add(talk)
        talk.add_done_callback(self._talks.discard)
        return talk

    async def _converse(self, line: Line) -> None:
        if "speaks_idle" in self.faults:
            with contextlib.suppress(LostError, TimeoutError):
                await line.put(apdu(0x04FF, bytes([INSERT])))
        while message := await line.apdus.get():
            with contextlib.suppress(LostError, TimeoutError):
                await self._command(line, *split(message))

    async def _command(self, line: Line, kind: int, data: bytes) -> None:
        if kind == 0x8000 or kind >> 8 == 0x84:
            return
        if "slow_response" in self.faults:
            await asyncio.sleep(self._timing.between_s * 5)
        match kind:
            case 0x0600:
                await line.put(OK)
                await self._ask(line, apdu(0x060F, b"\x19\x10" + t.TERMINAL + t.CURRENCY))
            case 0x0601:
                await self._sell(line, data)
            case 0x0620:
                await self._repeat(line)
            case 0x0630:
                await self._void(line, data)
            case 0x0501:
                status = 0x9C if "busy" in self.faults else 0x00
                await line.put(OK)
                await self._ask(
                    line, apdu(0x060F, bytes.fromhex("f0f0f7322e31342e3135") + bytes([status]))
                )
            case 0x06B0 | 0x0602 | 0x0670 | 0x0693 | 0x06E0 | 0x0650 | 0x0651:
                await line.put(OK)
                if kind not in (0x06B0, 0x0602, 0x06E0):
                    await self._ask(line, apdu(0x060F))
            case _:
                await line.put(UNKNOWN)

    async def _sell(self, line: Line, data: bytes) -> None:
        amount = t.amount_in(data)
        if amount is None:
            await line.put(UNKNOWN)
            return
        await line.put(OK)
        for _ in range(20 if "flood_intermediate" in self.faults else 1):
            await self._ask(line, apdu(0x04FF, bytes([INSERT])))
        if self._once("unplug_at_card"):
            self._unplug(line)
        decision = await self._customer(line, amount)
        if decision != "approve":
            code = t.DECLINED if decision == "decline" else t.ABORTED
            await self._ask(line, apdu(0x040F, t.refused_data(code)))
            await self._ask(line, apdu(0x061E, bytes([code])))
            return
        await self._ask(line, apdu(0x04FF, bytes([AUTHORISING])))
        if "silent_after_card" in self.faults:
            await asyncio.sleep(self._timing.silence_s)
        if self._once("receipt_wrap"):
            self._memory.wrap()
        date = t.SKEWED if "clock_skew" in self.faults else t.DATE
        one = self._memory.begin(amount, date=date)
        try:
            is_issued = await self._offer(line, one)
        except (LostError, TimeoutError):
            is_issued = False
        one = self._memory.move(one, "stored" if is_issued else "reversed")
        if not is_issued:
            await self._ask(line, apdu(0x04FF, bytes([REVERSING])))
            await self._ask(line, apdu(0x061E, bytes([t.ABORTED])))
            return
        await self._complete(line)

    async def _offer(self, line: Line, one: Entry) -> bool:
        """Whether the register took the sale: status and every receipt line acknowledged."""
        if "unplug_before_status" in self.faults:
            self._unplug(line)
        told = one
        if "wrong_amount" in self.faults:
            told = structs.replace(one, amount_minor=one.amount_minor + 100)
        answer = await self._ask(line, apdu(0x040F, t.status_data(told)))
        if self._once("power_cycle"):
            self._later = asyncio.get_running_loop().create_task(self.power_cycle())
            raise LostError
        if "unplug_after_status" in self.faults:
            self._unplug(line)
        while answer == WAIT:
            await asyncio.sleep(self._timing.between_s)
            answer = await self._ask(line, apdu(0x040F, t.status_data(told)))
        if "duplicate_status" in self.faults:
            answer = await self._ask(line, apdu(0x040F, t.status_data(told)))
        if answer not in ISSUED:
            return False
        lines = t.receipt_lines(one)
        for place, text in enumerate(lines):
            is_last = 0x80 if place == len(lines) - 1 else 0
            content = bytes([is_last | 0x01]) + text.encode("cp437", "replace")
            if await self._ask(line, apdu(0x06D1, content)) not in ISSUED:
                return False
        return True

    async def _complete(self, line: Line) -> None:
        if "unplug_before_completion" in self.faults:
            self._unplug(line)
        if "no_completion" in self.faults:
            return
        await self._ask(line, apdu(0x04FF, bytes([REMOVE])))
        await self._ask(line, apdu(0x060F))

    async def _repeat(self, line: Line) -> None:
        last = self._memory.last()
        if last is None or "no_repeat_receipt" in self.faults:
            await line.put(OK)
            await self._ask(line, apdu(0x061E, b"\x83"))
            return
        await line.put(OK)
        await self._ask(line, apdu(0x040F, t.status_data(last)))
        await self._ask(line, apdu(0x060F))

    async def _void(self, line: Line, data: bytes) -> None:
        """06 30: password, then BMP 87 with the receipt. What was taken back before is refused."""
        place = data.find(b"\x87", 3)
        one = self._memory.of_receipt(int(data[place + 1 : place + 3].hex())) if place > 0 else None
        await line.put(OK)
        if one is None or one.state == "voided":
            code = t.NOT_FOUND if one is None else t.REVERSED_BEFORE
            await self._ask(line, apdu(0x061E, bytes([code])))
            return
        answer = await self._ask(line, apdu(0x040F, t.status_data(one)))
        if answer in ISSUED:
            self._memory.move(one, "voided")
            await self._ask(line, apdu(0x060F))

    async def _ask(self, line: Line, message: bytes) -> int:
        """Send, and wait for the register's answer. Raises LostError, TimeoutError."""
        await line.put(message)
        async with asyncio.timeout(self._timing.answer_s):
            answer = await line.apdus.get()
        if not answer:
            raise LostError
        return split(answer)[0]

    async def _customer(self, line: Line, amount: int) -> Decision:
        if "decline" in self.faults:
            return "decline"
        if self._behaviour.mode == "manual":
            self._lines_shown = ["INSIRA OU APROXIME O CARTAO", f"R$ {amount / 100:.2f}"]
            deciding = asyncio.create_task(self._pressed.get())
        else:
            self._sales += 1
            script = self._behaviour.script
            chosen = script[min(self._sales, len(script)) - 1]
            deciding = asyncio.create_task(asyncio.sleep(self._behaviour.delay_s, chosen))
        stopping = asyncio.create_task(line.apdus.get())
        try:
            await asyncio.wait({deciding, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not stopping.done():
                return deciding.result()
            if not stopping.result():
                raise LostError
            if split(stopping.result())[0] == 0x06B0:
                await line.put(OK)
            return "cancel"
        finally:
            deciding.cancel()
            stopping.cancel()
            self._lines_shown = ["ZVT", "PRONTO"]

    def _once(self, fault: str) -> bool:
        """Whether this fault strikes now; it will not again."""
        strikes = fault in self.faults
        self.faults.discard(fault)
        return strikes

    def _unplug(self, line: Line) -> None:
        line.is_gone = True
        if self._tcp is not None:
            self._tcp.close()

    def _face(self) -> Face:
        keys = [
            Key("approve", "Aproximar cartão"),
            Key("decline", "Cartão recusado"),
            Key("cancel", "Cancelar"),
        ]
        rows = [
            [f"{it.receipt:04d}", f"R$ {it.amount_minor / 100:.2f}", it.state]
            for it in self.ledger()[: -ROWS_SHOWN - 1 : -1]
        ]
        is_manual = self._behaviour.mode == "manual"
        return Face("Terminal ZVT", self._lines_shown, keys if is_manual else [], rows)

    def _act(self, deed: str, _: str) -> None:
        if deed not in ("approve", "decline", "cancel"):
            raise ValueError(f"a terminal has no key {deed!r}")
        self._pressed.put_nowait(deed)  # type: ignore[arg-type] # one of its words


def _read(master: int, line: Line) -> None:
    with contextlib.suppress(BlockingIOError):
        line.hear(os.read(master, 4096))


def _write(master: int, data: bytes) -> None:
    """A serial line nobody reads loses what does not fit."""
    with contextlib.suppress(BlockingIOError):
        os.write(master, data)
