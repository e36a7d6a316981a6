"""Training beside the real totem: its own books, its own paper, and no line to anybody."""

import re
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from msgspec import json

from edge_agent.cli.training import FOLDER, NOBODY, TrainingError, prepare as train
from edge_agent.journal.connection import JOURNAL_FILE, load_key, open_reader
from edge_agent.settings import load_settings
from tests.crash.totem import Far
from tests.crash.whole import prepare, ready
from tests.integration.test_forwarding import store
from tests.support.bench_totem import PIN, open_journal
from tests.support.flow_bench import Totem

MARK = "TREINAMENTO · SEM VALOR"


class Listener:
    """Stands where everybody is whom the real totem speaks to; counts who calls."""

    def __init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        self.calls = 0
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        while True:
            try:
                self._server.accept()[0].close()
            except OSError:
                return
            self.calls += 1

    def stop(self) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join(5)


def books(folder: Path) -> list[tuple[Any, ...]]:
    connection = open_reader(folder / JOURNAL_FILE, load_key(folder))
    try:
        found: list[tuple[Any, ...]] = connection.execute(
            "SELECT epoch, seq, type FROM journal ORDER BY epoch, seq"
        ).fetchall()
    finally:
        connection.close()
    return found


def real_totem(folder: Path, everybody: str) -> int:
    """An enrolled totem that speaks to headquarters, to an acquirer and to a charge port."""
    port = prepare(folder, Far("tcp:127.0.0.1:9", "tcp:127.0.0.1:9"))
    settings = folder / "agent.toml"
    lines = f'acquirer_url = "{everybody}"\ncharges_url = "{everybody}"\n{settings.read_text()}'
    settings.write_text(lines.replace('"http://127.0.0.1:9"', f'"{everybody}"'))
    return port


class Practice(Totem):
    """``totem run --training``, and the pages of its emulated devices."""

    def __init__(self, folder: Path, port: int) -> None:  # its far ends are its own
        command = [sys.executable, "-m", "edge_agent", "run", "--training", "--data-dir"]
        self._process = subprocess.Popen([*command, str(folder)], stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        said = [self._process.stdout.readline() for _ in range(2)]
        self._pages = {line.split()[0]: re.findall(r"http\S+", line)[0] for line in said}
        self.client = ready(port)

    def sell(self, service: str, method: str) -> str:
        """The ticket's number."""
        self.choose(service)
        self.pay(method)
        if method == "debit":
            self.until(lambda it: it["payment"]["step"] == "insert_card")
            self.insert_card()
        number: str = self.printed()["ticket"]["number"]
        self.tell("finish")
        return number

    def papers(self) -> list[str]:
        """Those that were cut."""
        with urllib.request.urlopen(f"{self._pages['printer']}state.json", timeout=20) as answer:
            papers = json.decode(answer.read())["papers"]
        return [it["text"] for it in papers if it["complete"]]

    def insert_card(self) -> None:
        body, kind = b'{"do":"insert_ok"}', {"content-type": "application/json"}
        asked = urllib.request.Request(f"{self._pages['reader']}act", body, kind)
        urllib.request.urlopen(asked, timeout=20).close()

    def stop(self) -> None:
        self._process.terminate()
        self._process.communicate()


@contextmanager
def practice(folder: Path, port: int) -> Iterator[Practice]:
    found = Practice(folder, port)
    try:
        yield found
    finally:
        found.stop()


@pytest.fixture
def everybody() -> Iterator[Listener]:
    found = Listener()
    yield found
    found.stop()


def test_training_has_no_line_to_anybody(tmp_path: Path, everybody: Listener) -> None:
    real_totem(tmp_path, everybody.url)
    real = load_settings(tmp_path)
    assert {real.central_url, real.acquirer_url, real.charges_url} == {everybody.url}
    settings = train(real)
    assert (settings.central_url, settings.acquirer_url, settings.charges_url) == (NOBODY, "", "")
    assert (settings.data_dir, settings.training) == (tmp_path / FOLDER, True)


def test_what_is_sold_in_training_is_marked_and_in_books_of_its_own(
    tmp_path: Path, everybody: Listener
) -> None:
    port = real_totem(tmp_path, everybody.url)
    before, on_disk = books(tmp_path), (tmp_path / JOURNAL_FILE).read_bytes()
    with practice(tmp_path, port) as totem:
        assert totem.state()["training"]
        methods = {it["method"] for it in totem.choose("blood")["methods"]}
        assert methods == {"debit", "credit", "counter"}
        totem.tell("cancel")
        numbers = [
            totem.sell(service, method)
            for service, method in (("result", "free"), ("blood", "counter"), ("blood", "debit"))
        ]
        assert numbers == ["RZZ001", "CZZ001", "CZZ002"]
        desk = totem.client.send("POST", "/v1/counter/session", {"secret": PIN})
        totem.client.headers = {"totem-counter": desk["token"]}
        totem.client.send("POST", "/v1/counter/settle", {"code": "CZZ001"})
        totem.until(lambda _: len(totem.papers()) == 5)
        for paper in totem.papers():
            assert paper.count(MARK) == 2, paper
    assert everybody.calls == 0
    assert books(tmp_path) == before
    assert (tmp_path / JOURNAL_FILE).read_bytes() == on_disk
    assert len(books(tmp_path / FOLDER)) > len(before)


def test_training_waits_until_no_money_is_open(tmp_path: Path, everybody: Listener) -> None:
    real_totem(tmp_path, everybody.url)
    journal = open_journal(tmp_path)
    store(journal)
    journal.stop()
    with pytest.raises(TrainingError, match="1 payments are still open"):
        train(load_settings(tmp_path))
