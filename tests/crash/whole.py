"""The same cut, on whole processes: ``totem run`` is killed while a customer pays, and started
again.
"""

import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from msgspec import json

from edge_agent.cli.agent_client import AgentClient, AgentError, AgentUnreachableError
from edge_agent.cli.demo.ports import free_port
from edge_agent.journal.connection import load_key
from edge_agent.journal.inspection import inspect
from edge_agent.journal.outbox import Outbox
from edge_agent.sync.identity import make_identity
from sync_protocol.feed import FeedPage
from sync_protocol.messages import EnrolAnswer
from tests.crash.harness import FORK, Run, Witness, far_ends, judge
from tests.crash.readers import KINDS
from tests.crash.totem import Far
from tests.support.bench_totem import CATALOGUE_PAGE, GRANT, open_journal

UP_S = 30.0
SALE_S = 0.6


def run_whole(place: int, places: int, seed: int) -> Run:
    """Kill the agent ``place / places`` into a card sale, restart it, judge what is left."""
    with tempfile.TemporaryDirectory(prefix="totem-crash-") as name:
        folder = Path(name)
        ours, theirs = FORK.Pipe()
        devices = FORK.Process(target=far_ends, args=(theirs, seed), daemon=True)
        devices.start()
        try:
            port = prepare(folder, Far(*ours.recv()))
            after_s = SALE_S * place / places
            _killed_life(folder, port, after_s)
            _second_life(folder, port)
            ours.send("count")
            witness = Witness(*ours.recv())
        finally:
            devices.terminate()
            devices.join()
        books = inspect(folder, load_key(folder))
        return judge(place, f"process:{after_s:.2f}s", books, witness)


def prepare(
    folder: Path,
    far: Far,
    printer: dict[str, str] | None = None,
    page: FeedPage = CATALOGUE_PAGE,
) -> int:
    """An enrolled totem with a catalogue, and no central anywhere. ``printer`` are its driver's
    options.
    """
    port = free_port()
    options = _options(printer or {})
    (folder / "agent.toml").write_text(
        f'port = {port}\ncentral_url = "http://127.0.0.1:9"\ninstance_id = "bench"\n'
        f'[devices.printer]\ndriver = "escpos"\naddress = "{far.printer}"\n'
        f"[devices.printer.options]\n{options}"
        f'[devices.reader]\ndriver = "{far.kind}"\naddress = "{far.reader}"\n'
        f"[devices.reader.options]\n{_options(KINDS[far.kind].options)}"
    )
    record = EnrolAnswer("T0001", "Recepção", "centro", "Unidade Centro", GRANT, {}, "", ["org"])
    (folder / "enrolment.json").write_bytes(json.encode(record))
    make_identity(folder, "bench")
    journal = open_journal(folder)
    Outbox(journal).apply_feed(page)
    journal.stop()
    return port


def _options(named: dict[str, str]) -> str:
    return "".join(f'{name} = "{value}"\n' for name, value in named.items())


def _killed_life(folder: Path, port: int, after_s: float) -> None:
    agent = start(folder)
    try:
        client = ready(port)
        customer = threading.Thread(target=_buy, args=(client,), daemon=True)
        customer.start()
        time.sleep(after_s)
    finally:
        agent.kill()
        agent.wait()
    customer.join(UP_S)


def _second_life(folder: Path, port: int) -> None:
    agent = start(folder)
    try:
        client = ready(port)
        end = time.monotonic() + UP_S
        while client.get("/v1/health")["printing"] and time.monotonic() < end:
            time.sleep(0.05)
    finally:
        agent.terminate()
        agent.wait()


def start(folder: Path) -> "subprocess.Popen[bytes]":
    log = (folder / "process.log").open("ab")
    with log:
        return subprocess.Popen(
            [sys.executable, "-m", "edge_agent", "run", "--data-dir", str(folder)],
            stdout=log,
            stderr=log,
        )


def ready(port: int) -> AgentClient:
    """A client of an agent that can sell."""
    client = AgentClient("127.0.0.1", port)
    client.wait_until_up(UP_S)
    end = time.monotonic() + UP_S
    while client.get("/v1/health")["reader"] != "ready" or client.get("/v1/state")["reason"]:
        if time.monotonic() > end:
            raise TimeoutError(f"not ready: {client.get('/v1/health')}")
        time.sleep(0.05)
    return client


def _buy(client: AgentClient) -> None:
    """Touch to ticket, as far as the agent lives."""
    try:
        client.send("POST", "/v1/visit", {"locale": "pt"})
        client.send("PUT", "/v1/visit/cart", {"lines": [{"service": "blood", "quantity": 1}]})
        client.send("PUT", "/v1/visit/step", {"step": "review"})
        state: dict[str, Any] = client.send("POST", "/v1/visit/pay", {"method": "debit"})
        while state["ticket"] is None or state["ticket"]["print"] in ("printing", "late"):
            state = client.get(f"/v1/state?rev={state['rev']}&wait=1")
    except (AgentError, AgentUnreachableError):
        return
