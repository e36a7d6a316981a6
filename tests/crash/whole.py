"""The same cut, on whole processes: ``totem run`` is killed as soon as the journal or the reader's
own ledger shows that a sale came to a certain point, and started again.
"""

import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Literal

from msgspec import json

from edge_agent.cli.agent_client import AgentClient, AgentError, AgentUnreachableError
from edge_agent.journal.connection import JOURNAL_FILE, load_key, open_reader
from edge_agent.journal.outbox import Outbox
from edge_agent.sync.identity import make_identity
from sync_protocol.feed import FeedPage
from sync_protocol.messages import EnrolAnswer
from tests.crash.harness import FORK, Pace, far_ends
from tests.crash.judges import Run, Witness, judge, read_left
from tests.crash.readers import KINDS
from tests.crash.totem import WAITING_S, Far
from tests.support.bench_totem import CATALOGUE_PAGE, GRANT, open_journal
from tests.support.ports import free_port

UP_S = 60.0
PACE = Pace(customer_s=3.0, lines_per_s=12)
"""Slow enough that a sale is still at the point where it was seen when the agent is killed."""

Point = Literal["asked", "charged", "ticket", "printing", "over"]
"""The reader was asked; its own ledger has the charge; a ticket is issued; its paper is under way;
the sale is closed and all paper is out.
"""
POINTS: tuple[Point, ...] = ("asked", "charged", "ticket", "printing", "over")
REACHED: dict[Point, str] = {
    "asked": "SELECT 1 FROM payments",
    "ticket": "SELECT 1 FROM tickets",
    "printing": "SELECT 1 FROM prints WHERE state = 'SENDING'",
    "over": "SELECT 1 FROM sales WHERE state = 'CLOSED' AND NOT EXISTS "
    "(SELECT 1 FROM prints WHERE state IN ('QUEUED', 'SENDING'))",
}
OPEN = (
    "SELECT 1 FROM payments WHERE state IN ('REQUESTED', 'AUTHORISED', 'UNKNOWN') "
    "UNION ALL SELECT 1 FROM prints WHERE state IN ('QUEUED', 'SENDING')"
)


def run_whole(point: Point, kind: str, seed: int) -> Run:
    """Kill the agent when a card sale is seen at ``point``, restart it, judge what is left."""
    with tempfile.TemporaryDirectory(prefix="totem-crash-") as name:
        folder = Path(name)
        ours, theirs = FORK.Pipe()
        devices = FORK.Process(
            target=far_ends, args=(theirs, seed, kind, folder, PACE), daemon=True
        )
        devices.start()
        try:
            printer, address = ours.recv()
            port = prepare(folder, Far(printer, address, kind))
            _killed_life(folder, port, lambda: _is_reached(folder, ours, point))
            struck = read_left(folder).payment
            _second_life(folder, port, lambda: _asked(ours, "waiting"))
            witness = _counted(ours)
        finally:
            devices.terminate()
            devices.join()
        books = read_left(folder).books
        return judge(0, f"{kind} {point}: {struck}", books, witness)


def _is_reached(folder: Path, far_ends: Connection, point: Point) -> bool:
    if point == "charged":
        counted = _counted(far_ends)
        return bool(counted.charges or counted.approvals)
    return _says(folder, REACHED[point])


def _counted(far_ends: Connection) -> Witness:
    far_ends.send("count")
    return Witness(*far_ends.recv())


def _asked(far_ends: Connection, question: str) -> int:
    far_ends.send(question)
    answer: int = far_ends.recv()
    return answer


def _says(folder: Path, sql: str) -> bool:
    """Whether the journal, as it is on the disk now, has such a row."""
    connection = open_reader(folder / JOURNAL_FILE, load_key(folder))
    try:
        return connection.execute(sql).fetchone() is not None
    finally:
        connection.close()


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
    reader = KINDS[far.kind].options if far.kind in KINDS else {}
    (folder / "agent.toml").write_text(
        f'port = {port}\ncentral_url = "http://127.0.0.1:9"\ninstance_id = "bench"\n'
        f'[devices.printer]\ndriver = "escpos"\naddress = "{far.printer}"\n'
        f"[devices.printer.options]\n{_toml(printer or {})}"
        f'[devices.reader]\ndriver = "{far.kind}"\naddress = "{far.reader}"\n'
        f"[devices.reader.options]\n{_toml(reader)}"
    )
    record = EnrolAnswer("T0001", "Recepção", "centro", "Unidade Centro", GRANT, {}, "", ["org"])
    (folder / "enrolment.json").write_bytes(json.encode(record))
    make_identity(folder, "bench")
    journal = open_journal(folder)
    Outbox(journal).apply_feed(page)
    journal.stop()
    return port


def _toml(options: dict[str, str]) -> str:
    return "".join(f'{name} = "{value}"\n' for name, value in options.items())


def _killed_life(folder: Path, port: int, is_reached: Callable[[], bool]) -> None:
    """Raises TimeoutError when the point was never seen."""
    agent = start(folder)
    try:
        client = ready(port)
        customer = threading.Thread(target=_buy, args=(client,), daemon=True)
        customer.start()
        until(is_reached)
    finally:
        agent.kill()
        agent.wait()
    customer.join(UP_S)


def _second_life(folder: Path, port: int, waiting: Callable[[], int]) -> None:
    """The restart, until every payment has ended, no paper is to come, and the reader waits for
    nothing; a POS that was never answered may wait for its next session.
    """
    agent = start(folder)
    try:
        AgentClient("127.0.0.1", port).wait_until_up(UP_S)
        until(lambda: not _says(folder, OPEN))
        with suppress(TimeoutError):
            until(lambda: not waiting(), WAITING_S)
    finally:
        agent.terminate()
        agent.wait()


def until(is_true: Callable[[], bool], most_s: float = UP_S) -> None:
    """Raises TimeoutError."""
    end = time.monotonic() + most_s
    while not is_true():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.01)


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
