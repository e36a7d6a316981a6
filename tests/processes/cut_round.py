"""A sync round that is cut: a restored totem comes home and goes on, and either end dies at a step.

The round has everything in it: a new epoch, a pull, facts written again, new sales, a seal, a push,
a page of the feed.
"""

import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncpg
import uvicorn

from central.app import create_app
from central.services.epochs import Epochs
from central.services.intake import Intake
from central.settings import Settings
from tests.crash.cuts import Cuts
from tests.support.central_server import Central
from tests.support.sync_totem import SyncTotem

TOMORROW = "2026-11-25"


def restored_disk(central: Central, name: str, folder: Path) -> tuple[Path, list[str]]:
    """The disk of a totem that was set back, and every sale it ever made."""
    totem = SyncTotem(folder / name, central.url, name)
    totem.data_dir.mkdir()
    totem.enrol(central.code(name))
    totem.boot()
    sold = totem.sell(2)
    totem.talk()
    totem.backup(folder / f"{name}-backup")
    sold += totem.sell(2)
    totem.talk()
    totem.stop()
    mark = (totem.data_dir / "journal.high-water").read_bytes()
    shutil.rmtree(totem.data_dir)
    (folder / f"{name}-backup").rename(totem.data_dir)
    (totem.data_dir / "journal.high-water").write_bytes(mark)
    return totem.data_dir, sold


def live(totem: SyncTotem) -> list[str]:
    """The round; the sales made in it. Whatever was done before a cut is not done again."""
    totem.boot()
    totem.talk()
    sold = [totem.pay_by_card(), *totem.sell(1)] if not totem.is_away() else []
    totem.close_day(TOMORROW)
    totem.talk()
    if totem.lost == 0:
        totem.read_feed()
    return sold


def die_at(cut: int, disk: Path, url: str, log: int) -> None:
    """In a child: the totem's process dies at its ``cut``-th step."""

    def tell(name: str) -> None:
        os.write(log, f"{name}\n".encode())

    cuts = Cuts(cut, tell)
    totem = SyncTotem(disk, url, disk.name)
    totem.connect, totem.step = cuts.connect, cuts.step
    cuts.armed = True
    live(totem)
    totem.stop()


def serve_until(cut: int, database_url: str, data_dir: Path, port: int, log: int) -> None:
    """In a child: central, dying at its ``cut``-th step in taking a push or opening an epoch."""
    steps = 0

    def step(name: str) -> None:
        nonlocal steps
        steps += 1
        os.write(log, f"{name}\n".encode())
        if steps == cut:
            os.kill(os.getpid(), signal.SIGKILL)

    for name in ("execute", "fetch", "fetchrow", "fetchval"):
        _watch(asyncpg.Connection, name, lambda words: step(f"sql:{str(words[0]).split()[0]}"))
    _watch(Intake, "take", lambda _: step("take"), is_around=True)
    _watch(Epochs, "open", lambda _: step("open"), is_around=True)
    app = create_app(Settings(database_url=database_url, data_dir=data_dir, pool_max=4))
    uvicorn.Server(uvicorn.Config(app, port=port, log_config=None, lifespan="on")).run()


_inside = 0


def _watch(
    owner: type, name: str, tell: Callable[[tuple[Any, ...]], None], *, is_around: bool = False
) -> None:
    """Tell before (and after) every call that happens while an outermost deed is under way."""
    whole = owner in (Intake, Epochs)
    inner = getattr(owner, name)

    async def watched(self: object, *words: Any, **named: Any) -> Any:
        global _inside
        _inside += whole
        try:
            if _inside:
                tell(words)
            result = await inner(self, *words, **named)
            if _inside and is_around:
                tell(words)
            return result
        finally:
            _inside -= whole

    setattr(owner, name, watched)
