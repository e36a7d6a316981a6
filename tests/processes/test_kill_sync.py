"""kill -9 after every effect of a sync round, on either side: nothing is lost, nothing doubled.

Every cut has a totem of its own; under CI every step is cut, otherwise a sample.
"""

import os
import time
from pathlib import Path

import httpx

from central.services.audit import audit
from tests.crash.harness import FORK
from tests.processes.cut_round import TOMORROW, die_at, live, restored_disk, serve_until
from tests.support.central_server import Central
from tests.support.ports import free_port
from tests.support.sync_totem import SyncTotem
from tests.support.totem_and_central import central, headquarters

__all__ = ["central", "headquarters"]

STRIDE = 1 if os.environ.get("CI") else 6
STEPS_MAX = 200
LIFE_S = 60.0


def come_home(central: Central, totem: SyncTotem, sold: list[str]) -> None:
    """The next life on the same disk, and the judgement."""
    totem.boot()
    totem.talk_until_home()
    totem.close_day(TOMORROW)
    totem.talk_until_home()
    with totem.journal.reading() as connection:
        here = {row[0] for row in connection.execute("SELECT sale FROM sales")}
    totem.stop()
    there = central.query("SELECT sale FROM sales WHERE totem = $1", totem.data_dir.name)
    assert {row[0] for row in there} == here
    assert set(sold) <= here
    assert len(here) <= len(sold) + 2
    assert central.query("SELECT verdict FROM seals WHERE verdict <> 'confirmed'") == []
    assert central.ledger(audit).differences == []


def test_the_totem_dies_at_every_step(central: Central, tmp_path: Path) -> None:
    steps: list[str] = []
    for cut in range(1, STEPS_MAX, STRIDE):
        disk, sold = restored_disk(central, f"KIOSK{cut}", tmp_path)
        log = tmp_path / "steps"
        descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        child = FORK.Process(target=die_at, args=(cut, disk, central.url, descriptor))
        child.start()
        child.join(LIFE_S)
        os.close(descriptor)
        steps = log.read_text().splitlines()
        assert child.exitcode in (0, -9), (cut, child.exitcode)
        come_home(central, SyncTotem(disk, central.url, disk.name), sold)
        if child.exitcode == 0:
            break
    kinds = {step.partition(":")[0] for step in steps}
    assert kinds >= {"commit", "EpochRequest", "Pull", "Push", "feed"}, kinds
    assert cut > len(steps) >= 30, "the last life reached its end, and cuts fell all through it"


def test_central_dies_at_every_step(central: Central, tmp_path: Path) -> None:
    log, fell = tmp_path / "steps", set()
    for cut in range(1, STEPS_MAX, STRIDE):
        disk, sold = restored_disk(central, f"KIOSK{cut}", tmp_path)
        descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        port = free_port()
        dying = (cut, central.database_url, central.data_dir, port, descriptor)
        child = FORK.Process(target=serve_until, args=dying)
        child.start()
        url = f"http://127.0.0.1:{port}"
        await_up(url)
        totem = SyncTotem(disk, url, disk.name)
        sold += live(totem)
        totem.stop()
        child.kill()
        child.join()
        os.close(descriptor)
        steps = log.read_text().splitlines()
        has_died = len(steps) >= cut
        fell.add(steps[-1])
        come_home(central, SyncTotem(disk, central.url, disk.name), sold)
        if not has_died:
            break
    assert not has_died
    assert STRIDE > 1 or fell >= {"open", "take", "sql:COMMIT;", "sql:INSERT", "sql:UPDATE"}, fell


def await_up(url: str) -> None:
    end = time.monotonic() + LIFE_S
    while time.monotonic() < end:
        try:
            httpx.get(f"{url}/health", timeout=1)
        except httpx.HTTPError:
            time.sleep(0.02)
        else:
            return
    raise TimeoutError(f"{url} does not answer")
