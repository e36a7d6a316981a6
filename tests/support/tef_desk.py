"""A point of sale's hands on a TEF manager's two folders; shares no code with the driver."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from pathlib import Path

from edge_agent.devices.emulators.tef import Behaviour, TefEmulator, Timing

FAST = Timing(0.002, 0.002, slow_sts_s=0.05, slow_response_s=0.05, piece_s=0.04, locked_s=0.04)
ID = "733 210; 735 KIOSKAPP; 736 1.4.0; 738 TESTREG001"
CRT = f"000 CRT; 001 {{id}}; 003 2590; 004 0; 706 156; 716 ACME KIOSK LTDA; {ID}; 999-999 0"
ATV = f"000 ATV; 001 1; {ID}; 999-999 0"
TRAILER = b"999-999 = 0\r\n"
SILENCE_S = 0.03
Fields = dict[str, str]
Change = Callable[[bytes], bytes]


class Desk:
    """A point of sale's hands on the two folders."""

    def __init__(self, folder: Path) -> None:
        self.requests, self.answers = folder / "Req", folder / "Resp"

    def put(self, content: bytes) -> None:
        fresh = self.requests / "intpos.tmp"
        fresh.write_bytes(content)
        fresh.rename(self.requests / "intpos.001")

    def found(self, suffix: str) -> list[Path]:
        return [it for it in self.answers.iterdir() if it.suffix.lower() == suffix]

    async def until(self, done: Callable[[], object]) -> None:
        async with asyncio.timeout(10):
            while not done():  # noqa: ASYNC110 - files announce nothing
                await asyncio.sleep(0.001)

    async def take(self, suffix: str) -> bytes:
        """A whole answer, which is then deleted."""
        await self.until(lambda: any(map(is_whole, self.found(suffix))))
        (file,) = self.found(suffix)
        content = file.read_bytes()
        file.unlink()
        return content

    async def tell(self, text: str) -> None:
        """A command and its acknowledgement, which must echo it."""
        self.put(spelled(text))
        asked = parsed(spelled(text))
        names = ("000-000", "001-000", "999-999")
        assert parsed(await self.take(".sts")) == {name: asked[name] for name in names}

    async def ask(self, text: str) -> Fields:
        await self.tell(text)
        return parsed(await self.take(".001"))

    async def word(self, command: str, control: str, number: int = 990) -> None:
        text = f"000 {command}; 001 {number}; 010 DEMO; 027 {control}; {ID}; 999-999 0"
        await self.tell(text)


def is_whole(file: Path) -> bool:
    return file.read_bytes().endswith(TRAILER)


def spelled(text: str) -> bytes:
    """``000 CRT; 001 7`` as the bytes of a file."""
    rows = [row.strip().partition(" ") for row in text.split(";")]
    names = [(name if "-" in name else f"{name}-000", value) for name, _, value in rows]
    return "".join(f"{name} = {value}\r\n" for name, value in names).encode("cp1252")


def parsed(content: bytes) -> Fields:
    """Fails on a line end the record format does not know, and on a repeated field."""
    assert content.endswith(b"\r\n")
    rows = [line.partition(" = ")[::2] for line in content.decode("cp1252").split("\r\n")[:-1]]
    assert len({name for name, _ in rows}) == len(rows)
    return dict(rows)


def play(
    folder: Path,
    scene: Callable[[TefEmulator, Desk], Awaitable[None]],
    faults: Collection[str] = (),
    behaviour: Behaviour | None = None,
    is_clean: bool = True,
) -> TefEmulator:
    """Runs ``scene``; the manager must find its requests sound unless they were not meant to be."""
    emulator = TefEmulator(behaviour or Behaviour(delay_s=0), folder, faults=faults, timing=FAST)

    async def run() -> None:
        await emulator.start()
        try:
            await scene(emulator, Desk(folder))
        finally:
            await emulator.stop()

    asyncio.run(run())
    assert not is_clean or emulator.errors == []
    return emulator


def states(emulator: TefEmulator) -> list[str]:
    return [it.state for it in emulator.ledger()]
