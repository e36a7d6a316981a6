"""The ESC/POS driver against a small scripted printer on a virtual clock: no waiting, every
fault at will."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from edge_agent.devices.drivers.escpos import DRIVER, EscposPrinter
from edge_agent.devices.drivers.escpos_profiles import PROFILES, profile_named
from edge_agent.devices.drivers.escpos_render import render
from edge_agent.devices.drivers.escpos_replies import (
    Faults,
    Info,
    ProcessId,
    Queued,
    RealTime,
    Replies,
    Reply,
)
from edge_agent.devices.drivers.escpos_text import fit, pair, wrap
from edge_agent.devices.errors import (
    DeviceGoneError,
    DeviceRefusedError,
    DeviceTimeoutError,
)
from edge_agent.devices.ports import (
    Block,
    Cut,
    Feed,
    Pair,
    PrinterProfile,
    PrinterStatus,
    PrintResult,
    Qr,
    Rule,
    Text,
)

WIDE = profile_named("generic-80mm")
PROLOGUE = bytes.fromhex("1b40 1b7403")
PLAIN = bytes.fromhex("1d2100 1b4500 1b6100 1d4200")
OK, COVER, PAPER_END, ERROR, CUTTER = 0x12, 0x16, 0x32, 0x52, 0x1A


class VirtualClock:
    """Time passes only when somebody waits."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def wall_ms(self) -> int:
        return int(self.now * 1000)

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class Temper(Struct):
    """How the scripted printer behaves. ``status`` answers DLE EOT 1 to 4; a missing one is
    silence."""

    status: dict[int, int]
    knows_process_id: bool = True
    knows_sentinel: bool = True
    seconds_per_job: float = 0.5


class ScriptedPrinter:
    """A Wire with a printer behind it that knows five questions and prints by counting bytes."""

    name = "scripted"

    def __init__(self, clock: VirtualClock, **temper: object) -> None:
        self.temper = Temper(**({"status": dict.fromkeys((1, 2, 3, 4), OK)} | temper))  # type: ignore[arg-type]
        self.writes: list[bytes] = []
        self.is_open = False
        self.on_write: Callable[[ScriptedPrinter], None] = lambda _: None
        self._clock = clock
        self._answers: list[tuple[float, bytes]] = []

    @property
    def sent(self) -> bytes:
        return b"".join(self.writes)

    def faults(self, **codes: int) -> None:
        numbers = {"printer": 1, "offline": 2, "error": 3, "paper": 4}
        self.temper.status |= {numbers[name]: code for name, code in codes.items()}

    def open(self) -> None:
        self.is_open = True

    def close(self) -> None:
        self.is_open = False

    def write(self, data: bytes, deadline_s: float) -> None:
        assert deadline_s > 0
        if not self.is_open:
            raise DeviceGoneError("closed")
        self.on_write(self)
        self.writes.append(data)
        self._answer(data)

    def read(self, most: int, deadline_s: float) -> bytes:
        if not self.is_open:
            raise DeviceGoneError("closed")
        end = self._clock.now + deadline_s
        if self._answers and self._answers[0][0] <= end:
            at, data = self._answers.pop(0)
            self._clock.now = max(self._clock.now, at)
            return data[:most]
        self._clock.now = end
        return b""

    def say(self, data: bytes, after_s: float = 0.0) -> None:
        self._answers.append((self._clock.now + after_s, data))
        self._answers.sort(key=lambda answer: answer[0])

    def _answer(self, data: bytes) -> None:
        if data[:2] == b"\x10\x04" and data[2] in self.temper.status:
            self.say(bytes([self.temper.status[data[2]]]))
        if data[:2] == b"\x1dI":
            self.say(b"_GENERIC\0")
        at = data.find(b"\x1d(H\x06\x0000")
        working = self._printing()
        if at >= 0 and self.temper.knows_process_id and working:
            self.say(b"7\x22" + data[at + 7 : at + 11] + b"\0", self.temper.seconds_per_job)
        if data.endswith(b"\x1dr\x01") and self.temper.knows_sentinel and working:
            self.say(b"\x00", self.temper.seconds_per_job)

    def _printing(self) -> bool:
        return self.temper.status.get(2) == OK and self.temper.status.get(4) != 0x72


def printer(
    profile: PrinterProfile = WIDE, **temper: object
) -> tuple[EscposPrinter, ScriptedPrinter, VirtualClock]:
    clock = VirtualClock()
    wire = ScriptedPrinter(clock, **temper)
    device = EscposPrinter(profile, wire, clock)
    device.open()
    wire.writes.clear()
    return device, wire, clock


def after_writes(count: int, deed: Callable[[ScriptedPrinter], None]) -> Callable[..., None]:
    def watch(wire: ScriptedPrinter) -> None:
        if len(wire.writes) == count:
            deed(wire)

    return watch


TICKET: list[Block] = [Text("SENHA"), Text("A012", size=4, align="center"), Cut()]
LONG: list[Block] = [Text(f"linha {number}") for number in range(200)]


# ---- rendering


def test_a_paragraph_is_one_code_page_and_never_switches() -> None:
    rendered = render([Text("Ação São João, 1ª via nº 2")], WIDE)
    text = bytes.fromhex("4187846f 2053846f") + b" Jo\x84o, 1\xa6 via n\xa7 2\n"
    assert b"".join(rendered.pieces) == PROLOGUE + PLAIN + text


@pytest.mark.parametrize(
    ("block", "golden"),
    [
        (Text("A", size=2, bold=True, align="center"), "1d2111 1b4501 1b6101 1d4200 410a"),
        (Text("A", size=8, align="right"), "1d2177 1b4500 1b6102 1d4200 410a"),
        (Feed(3), "1b6403"),
        (Cut(), "1d564200"),
        (Rule("dashed"), PLAIN.hex() + "2d" * 48 + "0a"),
        (Rule("solid"), PLAIN.hex() + "c4" * 48 + "0a"),
        (Pair("Café", "R$ 9,90"), PLAIN.hex() + "43616682" + "20" * 37 + "522420392c39300a"),
        (
            Qr("ABC", millimetres=30),
            "1b6101 1d286b0400 31413200 1d286b0300 31430c 1d286b0300 314531"
            "1d286b0600 315030414243 1d286b0300 315130",
        ),
    ],
)
def test_each_kind_of_block_has_its_golden_bytes(block: Block, golden: str) -> None:
    assert b"".join(render([block], WIDE).pieces) == PROLOGUE + bytes.fromhex(golden)


def test_inverted_text_fills_the_whole_line() -> None:
    (line,) = render([Text("OI", invert=True, align="center")], WIDE).pieces[1:]
    assert line == bytes.fromhex("1d2100 1b4500 1b6100 1d4201") + b"OI".center(48) + b"\n"


def test_text_from_a_catalogue_cannot_command_the_printer() -> None:
    (line,) = render([Text("a\x1b@\x1dV\x00\x10\x04b")], WIDE).pieces[1:]
    assert line == PLAIN + b"a @ V   b\n"


def test_a_qr_code_is_at_least_as_wide_as_asked_and_never_wider_than_the_paper() -> None:
    data = "https://totem.example/t/" + "x" * 60
    for profile in PROFILES.values():
        raw = b"".join(render([Qr(data, millimetres=30)], profile).pieces)
        module_dots = raw[raw.index(b"\x1d(k\x03\x001C") + 7]
        modules = 37
        assert module_dots * modules >= 240
        assert module_dots * (modules + 8) <= profile.dots


@pytest.mark.parametrize("data", ["", "x" * 2000, "x" * 8000])
def test_a_qr_code_that_does_not_fit_is_refused_before_anything_is_sent(data: str) -> None:
    device, wire, _ = printer(profile_named("generic-58mm"))
    with pytest.raises(DeviceRefusedError) as refused:
        device.print([Qr(data)], "0001")
    assert refused.value.code == "document"
    assert not wire.sent


def test_a_printer_without_native_qr_gets_a_raster() -> None:
    profile = PrinterProfile(id="old", native_qr=False)
    assert b"\x1dv0\x00" in b"".join(render([Qr("ABC")], profile).pieces)


# ---- text


def test_what_the_page_lacks_is_written_with_what_it_has() -> None:
    assert fit("“R$ 5” – 1 €… naïve ţ\u00a0漢", "cp860") == '"R$ 5" - 1 EUR... naive t ?'
    assert fit("Sa\u0303o", "cp860") == "São"


@pytest.mark.parametrize("codec", ["cp860", "cp850", "cp858", "cp1252"])
def test_every_portuguese_and_spanish_letter_survives(codec: str) -> None:
    letters = "áàâãéêíóôõúüçÁÀÂÃÉÊÍÓÔÕÚÜÇºªñÑ¿¡"
    assert fit(letters, codec) == letters


@given(st.text(max_size=60), st.sampled_from(["cp860", "cp850", "cp1252"]))
def test_any_text_becomes_printable_bytes(text: str, codec: str) -> None:
    raw = fit(text, codec).encode(codec)
    assert all(byte >= 0x20 and byte != 0x7F for byte in raw.replace(b"\n", b""))


@given(st.text(alphabet="ab c\n-", max_size=80), st.integers(1, 20))
def test_wrapping_loses_no_word_and_fits(text: str, columns: int) -> None:
    lines = wrap(text, columns)
    assert all(len(line) <= columns for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


@given(st.text(alphabet="ab c", max_size=60), st.text(alphabet="$1,", max_size=40))
def test_a_pair_keeps_both_texts_and_its_width(left: str, right: str) -> None:
    lines = pair(left, right, 32)
    assert all(len(line) <= 32 for line in lines)
    told = "".join("".join(lines).split())
    assert sorted(told) == sorted("".join((left + right).split()))


def test_the_left_text_of_a_pair_gives_way() -> None:
    assert pair("Exame de sangue completo", "R$ 49,90", 24) == [
        "Exame de sangue R$ 49,90",
        "completo",
    ]


# ---- replies


@pytest.mark.parametrize(
    ("faults", "state", "cause"),
    [
        (Faults(), "ok", ""),
        (Faults(paper=0x1E), "near_end", ""),
        (Faults(paper=0x16), "near_end", ""),
        (Faults(paper=0x1A), "near_end", ""),
        (Faults(paper=0x32), "end", "paper_end"),
        (Faults(paper=0x52), "end", "paper_end"),
        (Faults(paper=0x7E), "end", "paper_end"),
        (Faults(printer=0x1A, offline=0x32), "end", "paper_end"),
        (Faults(printer=30, offline=54, paper=114), "end", "cover_open"),
        (Faults(printer=0x1A), "ok", "offline"),
        (Faults(offline=ERROR, error=CUTTER), "ok", "cutter_error"),
        (Faults(offline=ERROR, error=0x32), "ok", "unrecoverable"),
        (Faults(offline=ERROR, error=0x52), "ok", "overheated"),
        (Faults(offline=ERROR), "ok", "unrecoverable"),
        (Faults(printer=0x16), "ok", ""),
    ],
)
def test_one_bit_of_a_pair_is_enough(faults: Faults, state: str, cause: str) -> None:
    assert (faults.paper_state, faults.cause) == (state, cause)


MEANT: list[tuple[bytes, Reply | None]] = [
    (b"\x12", RealTime(0x12)),
    (b"\x7e", RealTime(0x7E)),
    (b"\x0f", Queued(0x0F)),
    (b"7\x22 09~\0", ProcessId(" 09~")),
    (b"7\x22777_\0", ProcessId("777_")),
    (b"_TM-T20X\0", Info("TM-T20X")),
    (b"\x10\x00\x00\x00", None),
    (b"\xff", None),
    (b"\x13", None),
    (b"\x37", None),
]


@given(st.lists(st.sampled_from(MEANT)), st.integers(1, 7))
def test_replies_are_told_apart_in_any_cuts(
    meant: list[tuple[bytes, Reply | None]], cut: int
) -> None:
    stream = b"".join(raw + b"\x12" for raw, _ in meant)
    expected = [reply for _, meaning in meant for reply in (meaning, RealTime(0x12)) if reply]
    replies = Replies()
    heard = [
        reply
        for start in range(0, len(stream), cut)
        for reply in replies.feed(stream[start : start + cut])
    ]
    assert heard == expected


@given(st.binary(max_size=200), st.integers(1, 9))
def test_noise_never_breaks_the_reader_nor_depends_on_its_cuts(noise: bytes, cut: int) -> None:
    whole, pieces = Replies(), Replies()
    heard = [
        reply
        for start in range(0, len(noise), cut)
        for reply in pieces.feed(noise[start : start + cut])
    ]
    assert heard == whole.feed(noise)
    assert all(reply.id.isprintable() for reply in heard if isinstance(reply, ProcessId))


@given(st.binary(max_size=60))
def test_after_noise_a_status_is_still_read(noise: bytes) -> None:
    replies = Replies()
    replies.feed(noise)
    replies.feed(b"\xff")
    assert replies.feed(b"\x12") == [RealTime(0x12)]


# ---- printing


def test_a_proved_ticket_is_printed() -> None:
    device, wire, _ = printer()
    assert device.print(TICKET, "0001") == PrintResult("printed")
    assert wire.sent.index(PROLOGUE) > wire.sent.index(b"\x10\x04\x04")
    assert b"\x1d(H\x06\x00000001" in wire.sent


def test_chunks_are_small_and_status_is_asked_only_between_commands() -> None:
    device, wire, _ = printer()
    assert device.print(LONG, "0001") == PrintResult("printed")
    tickets = [chunk for chunk in wire.writes if chunk[:2] != b"\x10\x04"]
    assert len(tickets) > 5
    assert all(len(chunk) <= 512 for chunk in tickets)
    assert all(chunk.endswith((b"\n", b"0001")) for chunk in tickets)
    assert b"".join(tickets) == b"".join(render(LONG, WIDE).pieces) + b"\x1d(H\x06\x00000001"


def test_an_image_is_cut_into_chunks_without_questions_inside() -> None:
    device, wire, _ = printer(PrinterProfile(id="old", native_qr=False))
    assert device.print([Qr("ABC", millimetres=50)], "0001").outcome == "printed"
    first = next(i for i, chunk in enumerate(wire.writes) if len(chunk) == 512)
    assert all(len(chunk) <= 512 for chunk in wire.writes)
    assert wire.writes[first + 1][:2] != b"\x10\x04"


@pytest.mark.parametrize(
    ("faults", "cause"),
    [
        ({"paper": 0x72}, "paper_end"),
        ({"offline": COVER, "printer": 0x1A}, "cover_open"),
        ({"offline": ERROR, "error": CUTTER}, "cutter_error"),
        ({"printer": 0x1A}, "offline"),
    ],
)
def test_a_printer_that_cannot_print_refuses_before_the_first_byte(
    faults: dict[str, int], cause: str
) -> None:
    device, wire, _ = printer()
    wire.faults(**faults)
    with pytest.raises(DeviceRefusedError) as refused:
        device.print(TICKET, "0001")
    assert refused.value.code == cause
    assert all(chunk[:2] == b"\x10\x04" for chunk in wire.writes)
    assert device.status() == PrinterStatus(
        ready=False, paper="end" if cause == "paper_end" else "ok", cause=cause
    )


@pytest.mark.parametrize("mute", [1, 2, 3, 4])
def test_silence_is_never_ready(mute: int) -> None:
    device, wire, _ = printer()
    del wire.temper.status[mute]
    with pytest.raises(DeviceTimeoutError):
        device.status()
    with pytest.raises(DeviceTimeoutError):
        device.print(TICKET, "0001")
    assert all(chunk[:2] == b"\x10\x04" for chunk in wire.writes)


@pytest.mark.parametrize("byte", [0x00, 0xFF, 0x13, 0x10])
def test_a_byte_without_the_fixed_bits_is_not_a_status(byte: int) -> None:
    device, wire, _ = printer()
    wire.faults(paper=byte)
    with pytest.raises(DeviceTimeoutError):
        device.status()


def test_near_the_end_of_the_paper_it_prints_and_says_so() -> None:
    device, wire, _ = printer()
    wire.faults(paper=0x16)
    assert device.status() == PrinterStatus(ready=True, paper="near_end")
    assert device.print(TICKET, "0001") == PrintResult("printed")


@pytest.mark.parametrize(
    ("faults", "cause"),
    [
        ({"paper": 0x72, "offline": PAPER_END}, "paper_end"),
        ({"offline": COVER}, "cover_open"),
        ({"offline": ERROR, "error": CUTTER}, "cutter_error"),
    ],
)
@pytest.mark.parametrize("moment", [5, 9, 20])
def test_a_fault_in_mid_ticket_fails_and_clears_the_buffer(
    faults: dict[str, int], cause: str, moment: int
) -> None:
    device, wire, _ = printer()
    wire.on_write = after_writes(moment, lambda wire: wire.faults(**faults))
    assert device.print(LONG, "0001") == PrintResult("failed", cause)
    assert wire.writes[-1] == b"\x10\x05\x02"


def test_a_fault_while_waiting_for_the_proof_fails_and_clears_the_buffer() -> None:
    device, wire, _ = printer(knows_process_id=True, seconds_per_job=0.5)
    wire.temper.seconds_per_job = 60.0
    wire.on_write = after_writes(8, lambda wire: wire.faults(paper=0x32))
    assert device.print(TICKET, "0001") == PrintResult("failed", "paper_end")
    assert wire.writes[-1] == b"\x10\x05\x02"


def test_a_proof_stands_even_when_the_paper_ends_right_after_it() -> None:
    device, wire, _ = printer(seconds_per_job=0.0)

    def end(wire: ScriptedPrinter) -> None:
        wire.say(b"7\x220001\0")
        wire.faults(paper=0x72)

    wire.on_write = after_writes(5, end)
    assert device.print(TICKET, "0001") == PrintResult("printed")


def test_no_proof_and_no_fault_is_unknown_within_its_time() -> None:
    device, wire, clock = printer()
    wire.temper.knows_process_id = False
    before = clock.now
    assert device.print(TICKET, "0001") == PrintResult("unknown", "no_proof")
    assert clock.now - before < 6


def test_a_printer_that_goes_silent_is_unknown() -> None:
    device, wire, clock = printer()
    wire.on_write = after_writes(5, lambda wire: wire.temper.status.clear())
    assert device.print(LONG, "0001") == PrintResult("unknown", "silent")
    assert clock.now < 60


def test_another_jobs_proof_is_not_this_jobs() -> None:
    device, wire, _ = printer()
    wire.temper.knows_process_id = False
    wire.on_write = after_writes(6, lambda wire: wire.say(b"7\x220000\0"))
    assert device.print(TICKET, "0001") == PrintResult("unknown", "no_proof")


def test_an_overheated_head_is_waited_for() -> None:
    device, wire, _ = printer(seconds_per_job=1.0)
    wire.on_write = after_writes(5, lambda wire: wire.faults(offline=0x52, error=0x52))
    wire.say(b"7\x220001\0", after_s=2.0)
    assert device.print(TICKET, "0001") == PrintResult("printed")


@pytest.mark.parametrize("moment", range(4, 12))
def test_a_wire_that_breaks_after_the_first_byte_never_raises(moment: int) -> None:
    device, wire, _ = printer()

    def cut(wire: ScriptedPrinter) -> None:
        wire.close()
        raise DeviceGoneError("unplugged")

    wire.on_write = after_writes(moment, cut)
    assert device.print(LONG, "0001") == PrintResult("unknown", "wire_gone")


def test_a_printer_that_takes_no_more_data_is_unknown_and_the_wire_is_closed() -> None:
    device, wire, _ = printer()

    def stall(wire: ScriptedPrinter) -> None:
        if len(wire.writes) >= 6:
            raise DeviceTimeoutError("full")

    wire.on_write = stall
    assert device.print(LONG, "0001") == PrintResult("unknown", "stalled")
    assert not wire.is_open


def test_without_process_ids_a_sentinel_makes_it_likely() -> None:
    device, _, _ = printer(knows_process_id=False)
    assert device.describe()["proof"] == "sentinel"
    assert device.print(TICKET, "0001") == PrintResult("likely")


def test_without_any_proof_a_clean_status_makes_it_likely() -> None:
    device, wire, _ = printer(knows_process_id=False, knows_sentinel=False)
    assert device.describe()["proof"] == "status"
    assert device.print(TICKET, "0001") == PrintResult("likely")
    wire.on_write = after_writes(len(wire.writes) + 6, lambda wire: wire.faults(offline=COVER))
    assert device.print(LONG, "0002") == PrintResult("failed", "cover_open")


def test_a_printer_without_paper_opens_clears_its_buffer_and_is_probed_later() -> None:
    clock = VirtualClock()
    wire = ScriptedPrinter(clock)
    wire.faults(paper=0x72)
    device = EscposPrinter(WIDE, wire, clock)
    device.open()
    assert wire.writes[-1] == b"\x10\x05\x02"
    wire.faults(paper=OK)
    assert device.print(TICKET, "0001") == PrintResult("printed")
    assert device.describe()["proof"] == "process_id"


def test_opening_a_mute_printer_fails_and_closes_the_wire() -> None:
    clock = VirtualClock()
    wire = ScriptedPrinter(clock, status={})
    with pytest.raises(DeviceTimeoutError):
        EscposPrinter(WIDE, wire, clock).open()
    assert not wire.is_open


def test_a_printer_says_who_it_is() -> None:
    device, _, _ = printer()
    assert device.describe() == {
        "maker": "GENERIC",
        "model": "GENERIC",
        "firmware": "GENERIC",
        "serial": "GENERIC",
        "proof": "process_id",
        "profile": "generic-80mm",
    }


@pytest.mark.parametrize("process_id", ["", "001", "00001", "00é1", "\x1f001"])
def test_a_bad_process_id_is_our_own_mistake(process_id: str) -> None:
    device, _, _ = printer()
    with pytest.raises(ValueError, match="process id"):
        device.print(TICKET, process_id)


def test_the_driver_is_built_from_options_and_unknown_ones_are_refused() -> None:
    clock = VirtualClock()
    wire = ScriptedPrinter(clock)
    assert DRIVER.id == "escpos"
    DRIVER.build({"profile": "epson-tm-t20x"}, wire, clock)
    assert not wire.writes
    with pytest.raises(ValueError, match="unknown printer profile 'x'; known: epson"):
        DRIVER.build({"profile": "x"}, wire, clock)
    with pytest.raises(ValueError, match="baud"):
        DRIVER.build({"baud": "9600"}, wire, clock)
