"""The emulated printer at work: over TCP, over a pty, on its web page, through its faults."""

import asyncio
import json
import os
from pathlib import Path

import pytest

from edge_agent.devices.emulators.escpos import EscposEmulator
from tests.support.escpos_bench import (
    CUT,
    DEADLINE_S,
    QR_DATA,
    START,
    TICKET,
    connected,
    heard,
    process_id,
    proof,
    silent,
    until,
)

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


# ---- the living printer


async def test_the_process_id_comes_after_the_paper_has_moved() -> None:
    emulator = EscposEmulator(lines_per_s=100)
    async with connected(emulator) as (reader, writer):
        started = asyncio.get_running_loop().time()
        writer.write(b"line\n" * 10 + process_id(b"ab01") + b"\x10\x04\x01")
        assert await heard(reader, 1) == b"\x12"
        assert await heard(reader, 7) == proof(b"ab01")
        assert asyncio.get_running_loop().time() - started >= 0.1
    assert emulator.errors == []


async def test_paper_end_in_mid_ticket_stops_answers_until_a_new_roll() -> None:
    emulator = EscposEmulator(lines_per_s=0, faults=frozenset({"paper_end_after_lines=5"}))
    async with connected(emulator) as (reader, writer):
        writer.write(START + b"SENHA\n" * 9 + process_id(b"ab02") + CUT)
        await until(lambda: emulator.state().offline)
        assert await silent(reader)
        writer.write(b"\x10\x04\x02\x10\x04\x04")
        assert await heard(reader, 2) == b"\x32\x7e"
        assert [paper.complete for paper in emulator.papers()] == [False]
        emulator.act("paper_in")
        assert await heard(reader, 7) == proof(b"ab02")
        await until(lambda: emulator.papers()[-1].complete)
    halves = [paper.text.count("SENHA") for paper in emulator.papers()]
    assert halves == [5, 4]


@pytest.mark.parametrize("clear", [b"\x10\x05\x02", b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"])
async def test_a_cleared_buffer_is_never_printed_nor_answered(clear: bytes) -> None:
    emulator = EscposEmulator(lines_per_s=0, faults=frozenset({"cover_open"}))
    async with connected(emulator) as (reader, writer):
        writer.write(b"lost\n" + process_id(b"ab03"))
        await until(lambda: emulator.state().buffered_bytes > 0)
        writer.write(clear)
        await until(lambda: emulator.state().buffered_bytes == 0)
        emulator.act("cover_close")
        writer.write(b"kept\n" + process_id(b"ab04"))
        assert await heard(reader, 7) == proof(b"ab04")
    assert [paper.text for paper in emulator.papers()] == ["kept"]


async def test_power_cycle_loses_the_buffer_and_the_connection() -> None:
    emulator = EscposEmulator(lines_per_s=50)
    async with connected(emulator) as (reader, writer):
        writer.write(b"SENHA\n" * 50 + process_id(b"ab05"))
        await until(lambda: len(emulator.papers()) == 1)
        emulator.power_cycle()
        with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
            await heard(reader, 7)
    (paper,) = emulator.papers()
    assert not paper.complete
    assert 0 < paper.text.count("SENHA") < 50


async def test_a_mute_printer_prints_and_says_nothing() -> None:
    emulator = EscposEmulator(lines_per_s=0, faults=frozenset({"mute"}))
    async with connected(emulator) as (reader, writer):
        writer.write(TICKET + process_id(b"ab06") + CUT + b"\x10\x04\x01")
        await until(lambda: emulator.tickets_printed() == 1)
        assert await silent(reader)
        emulator.act("speak")
        writer.write(b"\x10\x04\x01")
        assert await heard(reader, 1) == b"\x12"


async def test_a_printer_with_latency_answers_all_and_in_order() -> None:
    emulator = EscposEmulator(lines_per_s=0, faults=frozenset({"latency_s=0.05"}))
    async with connected(emulator) as (reader, writer):
        since = asyncio.get_running_loop().time()
        writer.write(b"\x10\x04\x01" + process_id(b"ab09"))
        assert await heard(reader, 8) == b"\x12" + proof(b"ab09")
        assert asyncio.get_running_loop().time() - since >= 0.05


async def test_a_half_closed_printer_prints_on() -> None:
    emulator = EscposEmulator(lines_per_s=0)
    async with connected(emulator) as (reader, writer):
        writer.write(b"\x10\x04\x01")
        assert await heard(reader, 1) == b"\x12"
        emulator.act("half_close")
        assert await reader.read(1) == b""
        writer.write(TICKET + CUT)
        await until(lambda: emulator.tickets_printed() == 1)


async def test_a_slow_printer_makes_the_sender_wait() -> None:
    emulator = EscposEmulator(lines_per_s=0, faults=frozenset({"slow"}))
    async with connected(emulator) as (reader, writer):
        writer.write(b"x" * 47 + b"\n" + b"y\n" * 5000)
        await until(lambda: emulator.state().buffered_bytes > 0)
        assert emulator.state().buffered_bytes < 5000
        emulator.act("fast")
        writer.write(process_id(b"ab07"))
        assert await heard(reader, 7) == proof(b"ab07")


async def test_an_old_model_knows_no_process_id() -> None:
    emulator = EscposEmulator(lines_per_s=0, faults=frozenset({"no_process_id"}))
    async with connected(emulator) as (reader, writer):
        writer.write(process_id(b"ab08") + b"\x1dr\x01")
        assert await heard(reader, 1) == b"\x00"


async def test_automatic_status_is_told_at_once_and_at_every_change() -> None:
    emulator = EscposEmulator(lines_per_s=0)
    async with connected(emulator) as (reader, writer):
        writer.write(b"\x1da\x0f")
        assert await heard(reader, 4) == bytes.fromhex("10000000")
        emulator.act("cover_open")
        assert await heard(reader, 4) == bytes.fromhex("38000000")
        emulator.act("cover_close")
        assert await heard(reader, 4) == bytes.fromhex("10000000")


async def test_a_jammed_cutter_is_freed_by_dle_enq() -> None:
    emulator = EscposEmulator(lines_per_s=0, faults=frozenset({"cutter_jam"}))
    async with connected(emulator) as (reader, writer):
        writer.write(TICKET + CUT + process_id(b"ab09") + b"\x10\x04\x03")
        assert await heard(reader, 1) == b"\x1a"
        writer.write(b"\x10\x05\x01")
        assert await heard(reader, 7) == proof(b"ab09")


async def test_the_drawer_opens_by_pulse() -> None:
    emulator = EscposEmulator(lines_per_s=0)
    async with connected(emulator) as (reader, writer):
        writer.write(b"\x1bp\x00\x19\xfa\x1dr\x02")
        assert await heard(reader, 1) == b"\x01"
        assert emulator.printer.machine.drawer_pulses == 1


async def test_the_pty_speaks_the_same() -> None:
    emulator = EscposEmulator(lines_per_s=0)
    path = emulator.start_pty()
    try:
        for name in (b"ab10", b"ab11"):
            line = os.open(path, os.O_RDWR | os.O_NOCTTY)
            os.write(line, TICKET + process_id(name) + CUT)
            assert await asyncio.to_thread(os.read, line, 7) == proof(name)
            os.close(line)
        await until(lambda: emulator.tickets_printed() == 2)
    finally:
        await emulator.stop()
    assert emulator.errors == []


def test_unknown_faults_are_refused() -> None:
    with pytest.raises(ValueError, match="none of"):
        EscposEmulator(faults=frozenset({"gremlins"}))


# ---- the witness


async def test_papers_outlive_the_printer(tmp_path: Path) -> None:
    first = EscposEmulator(tmp_path, lines_per_s=0)
    async with connected(first) as (reader, writer):
        writer.write(TICKET + CUT + b"slip\n" + CUT + process_id(b"ab12"))
        await heard(reader, 7)
    with (tmp_path / "papers.jsonl").open("ab") as log:
        log.write(b'{"number":3,"te')
    second = EscposEmulator(tmp_path)
    assert second.papers() == first.papers()
    assert second.tickets_printed() == 1
    assert [paper.number for paper in second.papers()] == [1, 2]
    assert (tmp_path / "0002.txt").read_text(encoding="utf-8") == "slip\n"
    lines = (tmp_path / "papers.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["qr"] for line in lines] == [[QR_DATA.decode()], []]
    assert second.render(1) == first.render(1)


# ---- the page


async def _ask(port: int, request: bytes) -> tuple[int, bytes]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    async with asyncio.timeout(DEADLINE_S):
        reply = await reader.read()
    writer.close()
    head, _, body = reply.partition(b"\r\n\r\n")
    return int(head.split(b" ")[1]), body


def _post(deed: str, kind: str = "application/json") -> bytes:
    body = json.dumps({"do": deed}).encode()
    head = f"POST /act HTTP/1.1\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}"
    return head.encode() + b"\r\n\r\n" + body


async def test_the_page_shows_papers_and_its_buttons_work() -> None:
    emulator = EscposEmulator(lines_per_s=0)
    async with connected(emulator) as (reader, writer):
        writer.write(TICKET + CUT + process_id(b"ab13"))
        await heard(reader, 7)
        port = await emulator.start_http()
        status, page = await _ask(port, b"GET / HTTP/1.1\r\n\r\n")
        assert status == 200
        assert "Acabar o papel" in page.decode()
        status, png = await _ask(port, b"GET /papers/1.png?x HTTP/1.1\r\n\r\n")
        assert png == emulator.render(1)
        status, state = await _ask(port, _post("paper_end"))
        assert (status, json.loads(state)["sensors"]["paper_end"]) == (200, True)
        assert json.loads(state)["tickets"] == 1
        status, _ = await _ask(port, _post("paper_in"))
        assert (status, emulator.state().offline) == (200, False)


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"GET /papers/9.png HTTP/1.1\r\n\r\n", 404),
        (b"GET /papers/x.png HTTP/1.1\r\n\r\n", 404),
        (b"GET /../etc HTTP/1.1\r\n\r\n", 404),
        (_post("gremlins"), 400),
        (_post("paper_end", "text/plain"), 415),
    ],
)
async def test_the_page_refuses_what_it_does_not_know(request_bytes: bytes, status: int) -> None:
    emulator = EscposEmulator()
    try:
        assert (await _ask(await emulator.start_http(), request_bytes))[0] == status
    finally:
        await emulator.stop()
