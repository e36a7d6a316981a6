"""The emulated Cielo POS against a kiosk written by hand: when it keeps and when it undoes."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from edge_agent.devices.emulators.cielo import FAULTS, Behaviour, CieloEmulator, Timing
from edge_agent.devices.emulators.cielo.pos import packed

QUICK = Timing().scaled(0.03)
PATIENCE_S = 10.0
UNTOLD = {"drop_before_end", "no_end"}
"""Faults under which the kiosk never hears how a session ended."""

Message = dict[str, Any]


def test_the_golden_first_frame() -> None:
    frame = packed({"msg_id": "CmdInitSession", "pos_id": "91746241", "seq_pos": "00018725"})
    assert frame[:9] == bytes.fromhex("00497B226D73675F69")
    assert len(frame) == 2 + 73


class Kiosk:
    """Answers by hand; ``ends`` is the status of each RspEndSession, None hangs up instead."""

    def __init__(self, ends: list[int | None], last: bool = True) -> None:
        self._ends = ends
        self._tells_last = last
        self._last: Message | None = None
        self._seq = 100
        self.heard: list[Message] = []
        self.done = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            length = int.from_bytes(await reader.readexactly(2), "big")
            asked = json.loads(await reader.readexactly(length))
            self.heard.append(asked)
            answer = self._answer(asked)
            if answer is None:
                return
            writer.write(packed(answer))
            await writer.drain()
            await reader.read(1)
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()

    def _answer(self, asked: Message) -> Message | None:
        echo = {"pos_id": asked["pos_id"], "seq_pos": asked["seq_pos"]}
        if asked["msg_id"] == "CmdInitSession":
            return self._start(echo)
        status = self._ends.pop(0) if self._ends else 0
        if status is None:
            return None
        end = {"seq_pos": asked["seq_pos"], "seq_ac": asked["seq_ac"], "status": status}
        self._last = end
        self.done.set()
        return {"msg_id": "RspEndSession", "pos_id": asked["pos_id"], **end}

    def _start(self, echo: Message) -> Message:
        last = {"last_endsession": self._last} if self._last and self._tells_last else {}
        if self.done.is_set():
            return {"msg_id": "RspInitSession", **echo, "status": 10, **last}
        self._seq += 1
        amount = {"transaction": {"amount": "1290"}}
        started = {"status": 0, "seq_ac": f"{self._seq:08d}", **amount}
        return {"msg_id": "RspInitSession", **echo, **started, **last}


async def _until(is_true: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not is_true():  # noqa: ASYNC110 # the emulator tells nobody
            await asyncio.sleep(0.005)


def played(kiosk: Kiosk, folder: Path, faults: set[str]) -> CieloEmulator:
    async def run() -> CieloEmulator:
        server = await asyncio.start_server(kiosk.serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        pos = CieloEmulator(Behaviour(), ("127.0.0.1", port), folder, seed=7, timing=QUICK)
        pos.set_faults(faults)
        await pos.start()
        is_told = not faults & UNTOLD
        await _until(lambda: kiosk.done.is_set() if is_told else bool(pos.ledger()))
        await asyncio.sleep(0.15)
        await _until(lambda: not pos.pending())
        await pos.stop()
        server.close()
        return pos

    return asyncio.run(run())


@pytest.mark.parametrize(("status", "state"), [(0, "kept"), (12, "undone"), (4, "undone")])
def test_the_kiosks_word_decides(tmp_path: Path, status: int, state: str) -> None:
    pos = played(Kiosk([status]), tmp_path, set())
    assert [(it.amount_minor, it.state) for it in pos.ledger()] == [(1290, state)]
    assert pos.errors == []


def test_a_payment_that_was_not_answered_is_undone_by_the_next_session(tmp_path: Path) -> None:
    pos = played(Kiosk([None, 0]), tmp_path, set())
    assert [it.state for it in pos.ledger()] == ["undone", "kept"]


@pytest.mark.parametrize("fault", sorted(UNTOLD))
def test_a_kiosk_that_cannot_be_told_is_not_charged(tmp_path: Path, fault: str) -> None:
    pos = played(Kiosk([0]), tmp_path, {fault})
    assert {it.state for it in pos.ledger()} == {"undone"}


@pytest.mark.parametrize(("fault", "status"), [("decline", 21), ("customer_cancel", 3)])
def test_a_refusal_charges_nothing(tmp_path: Path, fault: str, status: int) -> None:
    kiosk = Kiosk([status])
    pos = played(kiosk, tmp_path, {fault})
    assert pos.ledger() == []
    assert kiosk.heard[1]["status"] == status


def test_what_the_kiosk_never_heard_of_is_undone_at_power_on(tmp_path: Path) -> None:
    pos = CieloEmulator(Behaviour(), ("127.0.0.1", 9), tmp_path, timing=QUICK)
    init = pos._pos.init()
    answer = {"seq_ac": "00000101", "transaction": {"amount": "1290"}}
    pos._pos.authorise(init, answer, partial=False)
    again = CieloEmulator(Behaviour(), ("127.0.0.1", 9), tmp_path, timing=QUICK)
    assert [it.state for it in again.ledger()] == ["undone"]


def test_a_fault_nobody_knows_is_named() -> None:
    with pytest.raises(ValueError, match=FAULTS[0]):
        CieloEmulator(Behaviour(), ("127.0.0.1", 9)).set_faults({"no such fault"})
