"""A driver from outside the tree, found by its entry point; and one that hangs or raises."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from edge_agent.cli.agent_client import AgentClient
from tests.crash.totem import Far
from tests.crash.whole import prepare

SOURCE = Path(__file__).parents[1] / "support" / "outside" / "outside_drivers.py"
ENTRY_POINTS = """[totem.drivers]
outside-printer = outside_drivers:PRINTER
outside-reader = outside_drivers:READER
"""
SALE_S = 5.0
PATIENCE_S = 20.0


def install(folder: Path) -> Path:
    """A site folder as pip would leave it."""
    site = folder / "site"
    info = site / "outside_drivers-1.0.dist-info"
    info.mkdir(parents=True)
    shutil.copy(SOURCE, site)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: outside-drivers\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(ENTRY_POINTS)
    return site


@contextmanager
def running(folder: Path, reader: str) -> Iterator[AgentClient]:
    """``totem run`` with the outside printer, and whatever ``reader`` says."""
    site, papers = install(folder), folder / "papers"
    papers.mkdir()
    data = folder / "data"
    data.mkdir()
    port = prepare(data, Far("tcp:127.0.0.1:9", "tcp:127.0.0.1:9"))
    written = (data / "agent.toml").read_text()
    head = written[: written.index("[devices.printer]")]
    printer = f'[devices.printer]\ndriver = "outside-printer"\naddress = "folder:{papers}"\n'
    (data / "agent.toml").write_text(head + printer + reader)
    process = subprocess.Popen(
        [sys.executable, "-m", "edge_agent", "run", "--data-dir", str(data)],
        env={**os.environ, "PYTHONPATH": str(site)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        client = AgentClient("127.0.0.1", port)
        client.wait_until_up(30)
        yield client
    finally:
        process.terminate()
        process.wait()


def sell(client: AgentClient) -> float:
    """A counter sale, touch to paper; how long it took."""
    end = time.monotonic() + PATIENCE_S
    while client.get("/v1/state")["step"] != "attract":
        assert time.monotonic() < end, "it does not sell"
        time.sleep(0.02)
    begun = time.monotonic()
    client.send("POST", "/v1/visit", {"locale": "pt"})
    client.send("PUT", "/v1/visit/cart", {"lines": [{"service": "blood", "quantity": 1}]})
    client.send("PUT", "/v1/visit/step", {"step": "review"})
    state = client.send("POST", "/v1/visit/pay", {"method": "counter"})
    while state["ticket"]["print"] == "printing":
        state = client.get(f"/v1/state?rev={state['rev']}&wait=1")
    assert state["ticket"]["print"] == "printed"
    return time.monotonic() - begun


READERS = {
    "hangs": '[devices.reader]\ndriver = "outside-reader"\naddress = "tcp:127.0.0.1:9"\n'
    'options = { hang_s = "600" }\n',
    "raises": '[devices.reader]\ndriver = "outside-reader"\naddress = "tcp:127.0.0.1:9"\n',
    "is not installed": '[devices.reader]\ndriver = "nobody"\naddress = "tcp:127.0.0.1:9"\n',
}


@pytest.mark.parametrize("kind", READERS)
def test_an_outside_printer_works_beside_a_reader_that(tmp_path: Path, kind: str) -> None:
    with running(tmp_path, READERS[kind]) as client:
        assert sell(client) < SALE_S
        papers = list((tmp_path / "papers").iterdir())
        assert len(papers) == 1
        assert "SENHA" in papers[0].read_text()
        devices = {it["name"]: it for it in client.get("/v1/devices/")}
        assert devices["printer"]["facts"] == {"maker": "outside"}
        assert devices["reader"]["state"] != "ready"
