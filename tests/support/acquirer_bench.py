"""A whole totem with an acquirer that is not there yet, and a limit of a few cards."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from msgspec import structs

from edge_agent.devices.emulators.acquirer import AcquirerEmulator
from edge_agent.journal.outbox import Outbox
from sync_protocol.feed import SitePolicy
from tests.crash.whole import prepare
from tests.support.asking_totem import page_after
from tests.support.bench_totem import CATALOGUE, CATALOGUE_PAGE, open_journal
from tests.support.flow_bench import FarEnds, MortalTotem
from tests.support.ports import free_port

PATIENCE_S = 20.0


class SlowAcquirer:
    """Takes one payment, and each other one once it is told to ``go_on``."""

    def __init__(self) -> None:
        self.port = free_port()
        self._may_go_on = threading.Event()
        self._emulator = AcquirerEmulator(decide=self._decide)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def come_up(self) -> None:
        self._run(self._emulator.start_tcp(self.port))

    def go_on(self) -> None:
        self._may_go_on.set()

    def taken(self) -> list[int]:
        return [it.amount_minor for it in self._emulator.ledger()]

    def stop(self) -> None:
        self.go_on()
        self._run(self._emulator.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE_S)
        self._loop.close()

    def _decide(self, key: str, amount_minor: int) -> str:
        if self._emulator.ledger():
            self._may_go_on.wait(PATIENCE_S)
        return ""

    def _run(self, work: Any) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE_S)


def policy(**change: object) -> SitePolicy:
    """The bench's policy with this changed."""
    return structs.replace(CATALOGUE.policy, **change)


@contextmanager
def totem_with_acquirer(
    folder: Path, site: SitePolicy
) -> Iterator[tuple[MortalTotem, SlowAcquirer]]:
    """The totem knows the acquirer's address; nobody answers there before ``come_up``."""
    far, acquirer = FarEnds((), "auto"), SlowAcquirer()
    port = prepare(folder, far.far)
    settings = folder / "agent.toml"
    settings.write_text(
        f'acquirer_url = "http://127.0.0.1:{acquirer.port}"\n{settings.read_text()}'
    )
    journal = open_journal(folder)
    Outbox(journal).apply_feed(page_after(CATALOGUE_PAGE, {"policy": site}))
    journal.stop()
    totem = MortalTotem(folder, port, far)
    try:
        yield totem, acquirer
    finally:
        totem.stop()
        far.stop()
        acquirer.stop()
