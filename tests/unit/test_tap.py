"""What support is shown of a wire holds no card number, however it came over it."""

import socket
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from edge_agent.clock import SystemClock
from edge_agent.devices.registry import reader_for
from edge_agent.devices.tap import KEPT, Tap, TappedListener, TappedWire, redacted
from edge_agent.logs import is_card_number
from edge_agent.settings import DeviceSettings
from tests.support.ports import free_port
from tests.support.scripted_cielo import POS, framed_json, init
from tests.support.scripted_tef import PAYGO, ScriptedTef

PANS = ("4539578763621486", "371449635398431", "6011000990139424", "5018000000000009")
assert all(is_card_number(it) for it in PANS)


def told(tap: Tap, device: str = "reader", way: str = "<") -> list[bytes]:
    rows = [line.split(maxsplit=3) for line in tap.last(60)]
    return [bytes.fromhex(row[3]) for row in rows if row[1:3] == [device, way]]


def middle(pan: str) -> str:
    return pan[6:-4]


def masked(pan: str) -> bytes:
    return f"{pan[:6]}{'*' * (len(pan) - 10)}{pan[-4:]}".encode()


def pieces(data: bytes, cuts: Sequence[int]) -> list[bytes]:
    places = [0, *sorted(cuts), len(data)]
    return [data[start:end] for start, end in pairwise(places)]


def in_bcd(pan: str) -> bytes:
    return bytes.fromhex(pan if len(pan) % 2 == 0 else f"{pan}f")


pans = st.sampled_from(PANS)
noise = st.binary(max_size=8)
cuts = st.lists(st.integers(0, 20), max_size=20)


@given(pans, st.data())
def test_a_card_number_in_pieces_is_masked(pan: str, data: st.DataObject) -> None:
    stream = f"\x02;{pan}=2512".encode()
    tap = Tap()
    for piece in pieces(stream, data.draw(st.lists(st.integers(0, len(stream)), max_size=25))):
        tap.note("reader", "<", piece, "serial:a")
        tap.note("reader", ">", b"\x06", "serial:a")
        tap.note("reader", "<", b"7", "tcp:another-caller")
        tap.note("printer", "<", b"7", "usb:p")
    assert middle(pan).encode() not in b"".join(told(tap))
    ours = b"".join(told(tap)).replace(b"7", b"")
    assert ours == b"\x02;" + masked(pan).replace(b"7", b"") + b"=2512"


@given(pans, st.data())
def test_a_packed_card_number_in_pieces_is_masked(pan: str, data: st.DataObject) -> None:
    stream = b"\x02\xea" + in_bcd(pan) + b"\xea"
    tap = Tap()
    for piece in pieces(stream, data.draw(st.lists(st.integers(0, len(stream)), max_size=12))):
        tap.note("reader", "<", piece)
    assert middle(pan) not in b"".join(told(tap)).hex()


@given(pans, st.text("0123456789", max_size=9), st.text("0123456789", max_size=9))
def test_digits_beside_a_card_number_do_not_show_it(pan: str, before: str, after: str) -> None:
    clean = redacted(f"{before}{pan}{after}".encode())
    start = len(before) + 6
    assert clean[start : start + len(middle(pan))] == b"*" * len(middle(pan))
    if len(before) % 2 == 0:
        packed = redacted(bytes.fromhex(before) + in_bcd(pan)).hex()
        assert packed[start : start + len(middle(pan))] == "e" * len(middle(pan))


@given(st.binary(max_size=200))
def test_as_many_bytes_are_told_as_there_were(data: bytes) -> None:
    assert len(redacted(data)) == len(data)


@pytest.mark.parametrize(
    "data", [b"DSP032TOTEM 0.9.3", b"000000004500", b"paid 000000004500", b"OK"]
)
def test_what_is_no_card_number_stays(data: bytes) -> None:
    assert redacted(data) == data


def test_a_number_whose_head_was_pushed_out_is_not_told() -> None:
    tap = Tap()
    pan = PANS[0].encode()
    for byte in pan:
        tap.note("reader", "<", bytes([byte]))
    for _ in range(KEPT - 8):
        tap.note("printer", ">", b"x")
    assert b"".join(told(tap)) == masked(PANS[0])[-8:]
    assert len(tap.last(60)) == KEPT


def test_what_is_personal_is_forgotten() -> None:
    tap = Tap()
    tap.note("printer", ">", b"name")
    tap.note("reader", ">", b"OPN")
    tap.forget("printer")
    assert told(tap, "printer", ">") == []
    assert told(tap, "reader", ">") == [b"OPN"]


class ScriptedWire:
    """Says one thing."""

    def __init__(self, name: str, says: bytes) -> None:
        self.name = name
        self._says = says

    def open(self) -> None: ...

    def close(self) -> None: ...

    def write(self, data: bytes, deadline_s: float) -> None: ...

    def read(self, most: int, deadline_s: float) -> bytes:
        said, self._says = self._says[:most], self._says[most:]
        return said


class ScriptedListener:
    """One caller, then nobody."""

    name = "listen:bench"

    def __init__(self, says: bytes) -> None:
        self._callers = [ScriptedWire("tcp:pos", says)]

    def open(self) -> None: ...

    def close(self) -> None: ...

    def accept(self, deadline_s: float) -> ScriptedWire | None:
        return self._callers.pop() if self._callers else None


def test_a_wire_is_copied_both_ways_and_changed_in_neither() -> None:
    tap = Tap()
    wire = TappedWire(ScriptedWire("serial:a", b"answer"), "reader", tap)
    wire.write(b"ask", 1.0)
    assert wire.read(100, 1.0) == b"answer"
    assert (told(tap, way=">"), told(tap)) == ([b"ask"], [b"answer"])


def test_who_calls_a_listener_is_copied_too() -> None:
    tap = Tap()
    pan = PANS[0]
    listener = TappedListener(ScriptedListener(f'{{"pan": "{pan}"}}'.encode()), "reader", tap)
    wire = listener.accept(1.0)
    assert wire is not None
    while wire.read(3, 1.0):
        continue
    assert b"".join(told(tap)) == b'{"pan": "' + masked(pan) + b'"}'
    assert listener.accept(0.0) is None


def test_files_of_a_tef_manager_are_captured(tmp_path: Path) -> None:
    tef, tap = ScriptedTef(tmp_path), Tap()
    reader_for(DeviceSettings("tef", f"folder:{tmp_path}", PAYGO), tef, tap).open()
    (asked,) = told(tap, "card_reader", ">")
    assert b"000-000 = ATV" in asked
    assert b"000-000 = ATV" in told(tap, "card_reader")[0]


def test_what_a_pos_says_is_captured() -> None:
    port, tap = free_port(), Tap()
    wanted = DeviceSettings("cielo", f"listen:127.0.0.1:{port}", {"pos_ids": POS})
    reader = reader_for(wanted, SystemClock(), tap)
    reader.open()
    with socket.create_connection(("127.0.0.1", port)) as pos:
        pos.sendall(framed_json(init()))
        while not told(tap, "card_reader", ">"):
            reader.ping()
    assert b"CmdInitSession" in b"".join(told(tap, "card_reader"))
    assert b"RspInitSession" in b"".join(told(tap, "card_reader", ">"))
    reader.close()
