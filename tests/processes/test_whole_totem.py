"""``totem run`` against a real central: set back to an old backup, and copied."""

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from central.ledger import commands, feed
from central.ledger.feed import Change
from central.services.audit import audit
from central.services.enrolment import new_code
from edge_agent.cli.agent_client import AgentClient
from tests.crash.whole import ready, start
from tests.support.bench_totem import CATALOGUE_PAGE
from tests.support.central_server import Central
from tests.support.flow_bench import FarEnds
from tests.support.ports import free_port
from tests.support.totem_and_central import central, headquarters

__all__ = ["central", "headquarters"]

PATIENCE_S = 40.0


def settings(folder: Path, central_url: str, far: FarEnds, instance: str) -> int:
    """Write the machine's own file; its port."""
    port = free_port()
    printer, reader, _ = far.far
    folder.mkdir(exist_ok=True)
    (folder / "agent.toml").write_text(
        f'port = {port}\ncentral_url = "{central_url}"\ninstance_id = "{instance}"\n'
        f"push_idle_s = 0.1\nprobe_s = 0.5\n"
        f'[devices.printer]\ndriver = "escpos"\naddress = "{printer}"\n'
        f'[devices.reader]\ndriver = "abecs"\naddress = "{reader}"\n'
    )
    return port


class Shop(NamedTuple):
    """One enrolled totem with its devices; ``port`` is its API's."""

    disk: Path
    port: int
    far: FarEnds


@pytest.fixture
def shop(central: Central, tmp_path: Path) -> Iterator[Shop]:
    far, disk = FarEnds((), "auto"), tmp_path / "disk"
    port = settings(disk, central.url, far, "board-1")
    publish(central)
    enrol(disk, central.code("KIOSK1"))
    yield Shop(disk, port, far)
    far.stop()


@contextmanager
def running(folder: Path) -> Iterator[None]:
    process = start(folder)
    try:
        yield
    finally:
        process.kill()
        process.wait()


def buy(client: AgentClient) -> None:
    """Pay at the counter, take the ticket, leave."""
    client.send("POST", "/v1/visit", {"locale": "pt"})
    client.send("PUT", "/v1/visit/cart", {"lines": [{"service": "blood", "quantity": 1}]})
    client.send("PUT", "/v1/visit/step", {"step": "review"})
    state: dict[str, Any] = client.send("POST", "/v1/visit/pay", {"method": "counter"})
    while state["ticket"] is None or state["ticket"]["print"] == "printing":
        state = client.get(f"/v1/state?rev={state['rev']}&wait=1")
    client.send("POST", "/v1/visit/finish")


def until(is_true: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE_S
    while not is_true():
        assert time.monotonic() < end, what
        time.sleep(0.1)


def is_home(central: Central, port: int) -> bool:
    outbox = AgentClient("127.0.0.1", port).get("/v1/health")["outbox"]
    held = central.query("SELECT held_seq = declared_seq FROM heads")
    return outbox == 0 and held == [(True,)]


def sales(central: Central) -> int:
    found: int = central.query("SELECT count(*) FROM sales")[0][0]
    return found


def enrol(folder: Path, code: str) -> None:
    command = [sys.executable, "-m", "edge_agent", "enrol", "--data-dir", str(folder)]
    subprocess.run([*command, "--code", code], check=True)


def publish(central: Central) -> None:
    """The bench's catalogue, as headquarters' own."""
    changes = [Change("put", item.key, item.body) for item in CATALOGUE_PAGE.items]
    central.ledger(lambda database: feed.put(database, "org", changes))


def test_a_totem_on_its_backup_of_three_days_ago_gets_everything_back_and_sells_on(
    central: Central, shop: Shop, tmp_path: Path
) -> None:
    old = tmp_path / "old"
    with running(shop.disk):
        buy(ready(shop.port))
        until(lambda: is_home(central, shop.port), "the first sale is home")
    shutil.copytree(shop.disk, old)
    with running(shop.disk):
        for _ in range(4):
            buy(ready(shop.port))
        until(lambda: is_home(central, shop.port), "four more are home")
    shutil.rmtree(shop.disk)
    old.rename(shop.disk)
    with running(shop.disk):
        client = ready(shop.port)
        until(lambda: central.query("SELECT max(epoch) FROM epochs") == [(2,)], "a new epoch")
        until(lambda: client.get("/v1/state")["reason"] == "", "it sells again")
        buy(client)
        until(lambda: sales(central) == 6 and is_home(central, shop.port), "all six are home")
    assert central.ledger(audit).balanced
    shown = central.query("SELECT count(DISTINCT number), count(*) FROM tickets")
    assert shown == [(6, 6)]


def test_a_new_disk_gets_the_history_of_the_one_that_broke(
    central: Central, shop: Shop, tmp_path: Path
) -> None:
    with running(shop.disk):
        buy(ready(shop.port))
        until(lambda: is_home(central, shop.port), "the sale is home")
    shutil.rmtree(shop.disk)
    new = tmp_path / "new"
    port = settings(new, central.url, shop.far, "board-1")
    enrol(new, central.ledger(lambda it: new_code(it, "KIOSK1", is_replacement=True)))
    with running(new):
        client = ready(port)
        until(lambda: client.get("/v1/health")["tickets"] == 1, "the old ticket came back")
        buy(client)
        until(lambda: sales(central) == 2 and is_home(central, port), "both are home")
    assert central.query("SELECT epoch, reason FROM epochs ORDER BY epoch") == [
        (1, "enrolled"),
        (2, "new-disk"),
    ]
    assert central.ledger(audit).balanced


def test_a_totem_proves_its_journal_when_headquarters_asks(central: Central, shop: Shop) -> None:
    now, life = datetime.now(UTC), timedelta(hours=1)

    def outcomes() -> list[str]:
        found = central.ledger(lambda it: commands.listing(it, "KIOSK1", 9))
        return [f"{one.effect} {one.state} {one.detail}" for one in found]

    with running(shop.disk):
        buy(ready(shop.port))
        central.ledger(lambda it: commands.order(it, "KIOSK1", "verify", now, life))
        central.ledger(lambda it: commands.order(it, "KIOSK1", "dance", now, life))
        until(lambda: not any("queued" in it for it in outcomes()), "both were delivered")
        until(lambda: not any("delivered" in it for it in outcomes()), "both have an outcome")
        assert AgentClient("127.0.0.1", shop.port).get("/v1/health")["lease_days"] == 45
    verified, refused = outcomes()
    assert verified.startswith("verify succeeded")
    assert "acks verify" in verified
    assert refused.startswith("dance refused")


def test_a_copy_sells_nothing_while_its_original_works(
    central: Central, shop: Shop, tmp_path: Path
) -> None:
    other, copy = FarEnds((), "auto"), tmp_path / "copy"
    with running(shop.disk):
        buy(ready(shop.port))
        until(lambda: is_home(central, shop.port), "the sale is home")
    shutil.copytree(shop.disk, copy)
    copied = settings(copy, central.url, other, "board-2")
    with running(shop.disk), running(copy):
        client = AgentClient("127.0.0.1", copied)
        client.wait_until_up(PATIENCE_S)
        until(lambda: client.get("/v1/state")["reason"] == "copy", "the copy is barred")
        buy(ready(shop.port))
        until(lambda: sales(central) == 2, "the original sells")
        assert client.get("/v1/state")["reason"] == "copy"
    other.stop()
    assert central.query("SELECT kind FROM incidents") == [("clone",)]
    assert central.ledger(audit).balanced
