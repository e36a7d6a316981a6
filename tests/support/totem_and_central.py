"""Fixtures: a real central that starts every test empty, and a totem that is enrolled there."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.central_server import Central, serving
from tests.support.postgres import fresh_database
from tests.support.sync_totem import SyncTotem


@pytest.fixture(scope="module")
def headquarters(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Central]:
    with (
        fresh_database(postgres) as url,
        serving(url, tmp_path_factory.mktemp("central")) as one,
    ):
        yield one


@pytest.fixture
def central(headquarters: Central) -> Central:
    headquarters.empty()
    return headquarters


@pytest.fixture
def totem(central: Central, tmp_path: Path) -> Iterator[SyncTotem]:
    one = SyncTotem(tmp_path / "disk", central.url)
    one.data_dir.mkdir()
    one.enrol(central.code("KIOSK1"))
    one.boot()
    yield one
    one.stop()
