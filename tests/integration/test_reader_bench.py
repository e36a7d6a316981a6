"""What a technician's test of the card reader does on the reader itself."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from edge_agent.clock import SystemClock
from edge_agent.devices.emulators.abecs import AbecsEmulator, Behaviour
from edge_agent.devices.emulators.zvt import Behaviour as ZvtBehaviour, ZvtEmulator
from edge_agent.devices.ports import CardReader
from edge_agent.devices.registry import reader_for
from edge_agent.services import bench
from edge_agent.services.bench import QUESTION, Finding
from edge_agent.settings import DeviceSettings
from tests.support.scripted_pinpad import Pinpad, frame, reader_of


@contextmanager
def reader_at(far: AbecsEmulator | ZvtEmulator, driver: str) -> Iterator[CardReader]:
    """The reader of this far end, opened."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    def run(work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, loop).result(20)

    address = f"tcp:127.0.0.1:{run(far.start_tcp())}"
    reader = reader_for(DeviceSettings(driver, address), SystemClock())
    try:
        reader.open()
        yield reader
    finally:
        reader.close()
        run(far.stop())
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()


def acting(**how: Any) -> AbecsEmulator:
    """Only of a person who walks away is the end not waited for."""
    second_s = 0.01 if how.get("keypad") == "walks_away" else 1.0
    return AbecsEmulator(Behaviour(delay_s=0.0, second_s=second_s, **how))


@pytest.mark.parametrize(
    ("person", "said", "is_well"),
    [
        ({"choice": 1}, "read and answered", True),
        ({"choice": 2}, "not readable", False),
        ({"keypad": "walks_away"}, "nobody answered", False),
        ({"keypad": "cancels"}, "nobody answered", False),
    ],
    ids=str,
)
def test_a_line_on_the_display_is_read_and_answered_by_a_key(
    person: dict[str, Any], said: str, is_well: bool
) -> None:
    pinpad = acting(**person)
    with reader_at(pinpad, "abecs") as reader:
        for _ in range(2):
            answers, display = bench.test_reader(reader)
            assert (answers.what, answers.is_well) == ("answers", True)
            assert display == Finding("display", said, is_well)
        assert QUESTION not in " ".join(pinpad._panel.lines)
        assert [it.what for it in bench.ping_reader(reader)] == ["answers"]


def test_a_pinpad_without_menus_shows_the_line_only() -> None:
    pinpad = Pinpad()
    reader = reader_of(pinpad)
    reader.open()
    pinpad.answers |= {"MNU": [frame(b"MNU010")], "DSP": [frame(b"DSP000")]}
    assert bench.test_reader(reader)[1] == Finding("display", "shows a line, takes no answer")
    assert [it[:3] for it in pinpad.commands[-4:]] == [b"CLX", b"OPN", b"GIX", b"DSP"]


def test_a_terminal_that_owns_its_display_is_asked_whether_it_lives() -> None:
    with reader_at(ZvtEmulator(ZvtBehaviour()), "zvt") as reader:
        assert [it.what for it in bench.test_reader(reader)] == ["answers"]
