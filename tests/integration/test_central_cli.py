"""``totem-central`` as its operator uses it: real processes on an embedded PostgreSQL."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import httpx
import pytest
from msgspec import json

from central.cli.catalogue import read_document
from central.domain.catalogue_file import items_of
from central.domain.errors import CatalogueFileError
from tests.support.totem_peer import Peer, acked, page_of

SAMPLE = Path("central/samples/catalogue.json")


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="totem-cli-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


def command(data_dir: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "central", *words, "--data-dir", str(data_dir)]


def told(data_dir: Path, *words: str, code: int = 0) -> str:
    """What a command says on stdout."""
    done = subprocess.run(
        command(data_dir, *words), capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == code, done.stderr
    return done.stdout.strip()


@contextmanager
def serving(data_dir: Path, ending: signal.Signals) -> Iterator[tuple[str, dict[str, str]]]:
    """A running central; its address and what it announced before. Ends by a signal, cleanly."""
    process = subprocess.Popen(
        command(data_dir, "run", "--port", "0"),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    announced: dict[str, str] = {}
    try:
        for line in process.stdout:
            word, _, rest = line.strip().partition(" ")
            announced[word] = rest
            if word == "READY":
                break
        yield announced["READY"], announced
        process.send_signal(ending)
        assert process.wait(timeout=30) == 0
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


OWN_KEY = 1
"""Headquarters' own item: the key that private records are sealed to."""


def test_operator_sets_up_sells_audits_and_stops(data_dir: Path) -> None:
    with serving(data_dir, signal.SIGINT) as (url, announced), httpx.Client(base_url=url) as http:
        username, password = announced["LOGIN"].split()
        login = json.encode({"username": username, "password": password})
        headers = {"content-type": "application/json"}
        assert http.post("/v1/login", content=login, headers=headers).status_code == 200
        first = told(data_dir, "catalogue", "import", str(SAMPLE))
        items = int(first.split()[0])
        assert first == f"{items} published, 0 unchanged, 0 withdrawn"
        again = told(data_dir, "catalogue", "import", str(SAMPLE))
        assert again == f"0 published, {items} unchanged, 0 withdrawn"
        peer = Peer(http)
        code = told(data_dir, "totem", "create", "centro", "Recepção 1", "--id", "VCLARA1")
        assert peer.enrol(code).status_code == 200
        assert len(page_of(peer.feed({})).items) == items + OWN_KEY
        peer.sell("debit", 3200)
        acked(peer.push(peer.run()))
        assert told(data_dir, "totem", "list").startswith("VCLARA1          centro")
        found = json.decode(told(data_dir, "audit", "--json"))
        assert (found["balanced"], found["ledger_sum_minor"]) == (True, 3200)
        changed = told(data_dir, "admin", "reset-password")
        login = json.encode({"username": "admin", "password": changed})
        assert http.post("/v1/login", content=login, headers=headers).status_code == 200
    assert not postmasters(data_dir)


def test_second_start_keeps_everything_and_tells_no_password(data_dir: Path) -> None:
    with serving(data_dir, signal.SIGTERM) as (_, announced):
        assert "LOGIN" not in announced
        assert "VCLARA1" in told(data_dir, "totem", "list")
    assert not postmasters(data_dir)


def test_commands_work_while_central_is_down(data_dir: Path) -> None:
    assert "VCLARA1" in told(data_dir, "totem", "list")
    assert not postmasters(data_dir)


def test_a_restored_ledger_begins_a_new_generation(data_dir: Path) -> None:
    assert told(data_dir, "admin", "restored") == "generation 2"


def test_audit_of_a_tampered_ledger_exits_1_and_names_the_row(data_dir: Path) -> None:
    async def tamper(url: str) -> None:
        connection = await asyncpg.connect(url)
        await connection.execute("UPDATE legs SET amount_minor = amount_minor + 1 WHERE place = 0")
        await connection.close()

    with serving(data_dir, signal.SIGTERM):
        asyncio.run(tamper((data_dir / "database_url").read_text().strip()))
        found = json.decode(told(data_dir, "audit", "--json", code=1))
    assert found["balanced"] is False
    assert found["differences"][0].startswith("VCLARA1 legs 1/")


def test_help_loads_no_heavy_library() -> None:
    names = "litestar asyncpg sqlalchemy alembic uvicorn cryptography"
    script = (
        "import sys, central.cli;"
        f"print([name for name in {names.split()!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def postmasters(data_dir: Path) -> list[str]:
    """Command lines of PostgreSQL servers on this data folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = process.read_bytes().decode(errors="replace")
        except OSError:
            continue
        if str(data_dir) in line and "postgres" in line and str(os.getpid()) not in process.parts:
            found.append(line)
    return found


SPOILT = {
    "services[0] (coleta-agendada).prices.debit: must be 0 to": ("prices", {"debit": -1}),
    "prices.cash: must be one of debit": ("prices", {"cash": 100}),
    "prices.free: must be 0 for free": ("prices", {"free": 5}),
    "prices.debit: must be 0 for free, else more than 0": ("prices", {"debit": 0}),
    "services[0] (coleta-agendada).category: must be the id": ("category", "nowhere"),
    "services[0].legal_entity": ("legal_entity", 7),
    "services[0].price: there is no such field": ("price", 1),
    "services[1]: must be unique": ("id", "coleta-convenio"),
    "name.en: must be a text": ("name", {"pt": "a", "en": " ", "es": "c"}),
}


@pytest.mark.parametrize("named", SPOILT)
def test_catalogue_with_a_fault_is_refused_whole_and_the_field_named(named: str) -> None:
    document = json.decode(SAMPLE.read_bytes())
    field, value = SPOILT[named]
    document["services"][0][field] = value
    with pytest.raises(CatalogueFileError) as refused:
        items_of(document)
    assert named in str(refused.value)


@pytest.mark.parametrize(
    ("name", "text"), [("a.json", '{\n "brand": }'), ("a.toml", 'brand = "x"\nservices = [')]
)
def test_catalogue_with_a_syntax_error_names_the_line(tmp_path: Path, name: str, text: str) -> None:
    file = tmp_path / name
    file.write_text(text)
    with pytest.raises(CatalogueFileError, match=r"line 2|end of document"):
        read_document(file)
