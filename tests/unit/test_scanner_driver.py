"""The serial scanner driver against a wire that a test writes down."""

import pytest
from hypothesis import given, strategies as st

from edge_agent.devices.drivers.scanner import DRIVER, SerialScanner
from edge_agent.devices.errors import DeviceGoneError


class Bench:
    """A wire and its clock: ``plan`` is the pieces that arrive, and when, in order."""

    def __init__(self, *plan: tuple[float, bytes]) -> None:
        self.name = "serial:test"
        self.plan = list(plan)
        self.now = 0.0
        self.is_open = False

    def open(self) -> None:
        self.is_open = True

    def close(self) -> None:
        self.is_open = False

    def write(self, data: bytes, deadline_s: float) -> None:
        raise AssertionError("a scanner is told nothing")

    def read(self, most: int, deadline_s: float) -> bytes:
        if not self.is_open:
            raise DeviceGoneError("unplugged")
        until = self.now + deadline_s
        if not self.plan or self.plan[0][0] > until:
            self.now = until
            return b""
        at, piece = self.plan.pop(0)
        self.now = max(self.now, at)
        if piece[most:]:
            self.plan.insert(0, (at, piece[most:]))
        return piece[:most]

    def monotonic(self) -> float:
        return self.now

    def wall_ms(self) -> int:
        return int(self.now * 1000)

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def scanner_on(bench: Bench, **options: str) -> SerialScanner:
    scanner = DRIVER.build(options, bench, bench)
    assert isinstance(scanner, SerialScanner)
    scanner.open()
    return scanner


def codes(scanner: SerialScanner, most: int = 50, wait_s: float = 1.0) -> list[str]:
    found: list[str] = []
    while len(found) < most and (code := scanner.read(wait_s)):
        found.append(code)
    return found


def heard(*pieces: bytes, **options: str) -> list[str]:
    return codes(scanner_on(Bench(*((0.0, piece) for piece in pieces)), **options))


@pytest.mark.parametrize("ending", [b"\r", b"\n", b"\r\n"])
def test_a_code_ends_with_its_line(ending: bytes) -> None:
    assert heard(b"7891000100103" + ending + b"A/B?;" + ending) == ["7891000100103", "A/B?;"]


def test_an_ending_may_be_torn_and_empty_lines_are_no_codes() -> None:
    assert heard(b"AB", b"C\r", b"\n\r\n", b"DE\r\n\n") == ["ABC", "DE"]
    assert heard(b"no end") == []


lines = st.text(st.characters(exclude_characters="\r\n"), min_size=1, max_size=40)


@given(st.lists(lines, max_size=8), st.integers(1, 17), st.sampled_from(["\r", "\n", "\r\n"]))
def test_codes_survive_any_cut(sent: list[str], size: int, ending: str) -> None:
    stream = "".join(line + ending for line in sent).encode()
    pieces = [stream[at : at + size] for at in range(0, len(stream), size)]
    assert heard(*pieces) == sent


@given(st.binary(max_size=300))
def test_any_bytes_are_text_and_never_an_error(noise: bytes) -> None:
    for suffix in ("crlf", "none"):
        found = heard(noise, b"\rOK\r", suffix=suffix)
        assert "OK" in found[-1]
        assert all(found)


def test_utf8_first_then_latin1() -> None:
    assert heard("café ☕\r".encode(), "café\r".encode("latin-1")) == ["café ☕", "café"]
    assert heard(b"a\x00\x1db\r") == ["a\x00\x1db"]


@pytest.mark.parametrize("letter", ["x", "é", "😀"])
def test_two_thousand_characters_and_no_more(letter: str) -> None:
    fits, too_long = letter * 2000, letter * 2001
    assert heard(f"{fits}\r{too_long}\rnext\r".encode()) == [fits, "next"]


def test_an_endless_code_is_dropped_up_to_its_end() -> None:
    bench = Bench(*((0.0, b"x" * 500) for _ in range(200)), (0.1, b"tail\rnext\r"))
    scanner = scanner_on(bench)
    assert codes(scanner) == ["next"]
    assert heard(b"x" * 20_000, suffix="none") == []


def test_the_prefix_is_taken_away_and_required() -> None:
    assert heard(b"]C17891\r7892\r]C1\r]C1]C1\r", prefix="]C1") == ["7891", "]C1"]
    assert heard(b"]C1" + b"x" * 2000 + b"\r", prefix="]C1") == ["x" * 2000]


def test_a_silence_ends_a_code_without_suffix() -> None:
    bench = Bench((0.0, b"AB"), (0.03, b"C\r\n"), (0.1, b"DE"), (0.2, b"F"))
    assert codes(scanner_on(bench, suffix="none")) == ["ABC\r\n", "DE", "F"]


def test_a_silence_ends_no_code_that_has_a_suffix() -> None:
    assert codes(scanner_on(Bench((0.0, b"AB"), (0.9, b"C\r")))) == ["ABC"]


@pytest.mark.parametrize("suffix", ["crlf", "none"])
def test_short_waits_lose_nothing(suffix: str) -> None:
    bench = Bench((0.01, b"AB"), (0.04, b"C"), (0.05, b"\r"))
    scanner = scanner_on(bench, suffix=suffix)
    found = [code for _ in range(40) if (code := scanner.read(0.01))]
    assert [code.strip() for code in found] == ["ABC"]


def test_the_deadline_holds() -> None:
    bench = Bench((0.9, b"half"))
    scanner = scanner_on(bench)
    assert scanner.read(1.0) == ""
    assert bench.now == pytest.approx(1.0)
    assert scanner.read(0.0) == ""
    assert bench.now == pytest.approx(1.0)


def test_a_ping_loses_no_code() -> None:
    scanner = scanner_on(Bench((0.0, b"AB"), (0.0, b"C\r")))
    scanner.ping()
    scanner.ping()
    assert scanner.read(0.0) == "ABC"


def test_unplugging_is_told_and_what_was_half_read_is_forgotten() -> None:
    bench = Bench((0.0, b"old\rhal"))
    scanner = scanner_on(bench)
    scanner.ping()
    scanner.close()
    with pytest.raises(DeviceGoneError):
        scanner.ping()
    with pytest.raises(DeviceGoneError):
        scanner.read(1.0)
    bench.plan = [(0.0, b"new\r")]
    assert scanner.open() == {"wire": "serial:test", "suffix": "crlf", "prefix": ""}
    assert codes(scanner) == ["new"]


@pytest.mark.parametrize("options", [{"suffix": "tab"}, {"baud": "9600"}])
def test_options_that_make_no_sense_are_refused(options: dict[str, str]) -> None:
    bench = Bench()
    with pytest.raises(ValueError, match=r"suffix|baud"):
        DRIVER.build(options, bench, bench)


def test_the_driver_is_a_scanner() -> None:
    assert (DRIVER.id, DRIVER.kind, DRIVER.transport) == ("serial-scanner", "scanner", "stream")
