"""A totem behind a line that is slow, lossy or half open gets everything home, once."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from central.services.audit import audit
from edge_agent.sync.transport import Timeouts
from tests.support.central_server import Central
from tests.support.faulty_proxy import FaultyProxy
from tests.support.sync_totem import SyncTotem
from tests.support.totem_and_central import central, headquarters

__all__ = ["central", "headquarters"]

MODEM_BYTES_PER_S = 32_000 // 8
IMPATIENT = Timeouts(connect_s=1.0, read_s=0.4, whole_s=10.0)


@pytest.fixture
def line(central: Central) -> Iterator[FaultyProxy]:
    port = urlsplit(central.url).port
    assert port is not None
    proxy = FaultyProxy(port, seed=7)
    yield proxy
    proxy.stop()


@pytest.fixture
def totem(central: Central, line: FaultyProxy, tmp_path: Path) -> Iterator[SyncTotem]:
    one = SyncTotem(tmp_path, line.url)
    one.timeouts = IMPATIENT
    one.enrol(central.code("KIOSK1"))
    one.boot()
    yield one
    one.stop()


def assert_home(central: Central, totem: SyncTotem, sales: list[str]) -> None:
    assert central.query("SELECT count(*) FROM events") == [(totem.outbox.head()[0],)]
    assert sorted(row[0] for row in central.query("SELECT sale FROM sales")) == sorted(sales)
    assert central.query("SELECT kind FROM incidents") == []
    assert central.ledger(audit).balanced


def test_connections_that_die_anywhere(
    central: Central, line: FaultyProxy, totem: SyncTotem
) -> None:
    line.loss = 0.2
    sold: list[str] = []
    for _ in range(20):
        sold += totem.sell(3)
        totem.talk()
    totem.talk_until_home()
    assert line.killed > 3
    assert totem.lost > 0
    assert_home(central, totem, sold)


def test_answers_that_never_come(central: Central, line: FaultyProxy, totem: SyncTotem) -> None:
    sold = totem.sell(5)
    line.is_half_open = True
    totem.talk()
    sold += totem.sell(5)
    totem.talk()
    assert totem.lost == 2
    assert totem.is_away()
    line.is_half_open = False
    totem.talk_until_home()
    assert_home(central, totem, sold)


def test_a_modem_of_32_kbit_s_carries_a_hundred_sales(
    central: Central, line: FaultyProxy, totem: SyncTotem
) -> None:
    line.bytes_per_s, line.delay_s = MODEM_BYTES_PER_S, 0.02
    totem.timeouts = Timeouts(connect_s=5.0, read_s=30.0, whole_s=90.0)
    sold = totem.sell(100)
    totem.talk_until_home()
    assert totem.lost == 0
    assert_home(central, totem, sold)
