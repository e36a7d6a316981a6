"""A card number never reaches a log, however it is written."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from msgspec import json

from edge_agent.logs import FILE, HIDDEN, Redactor, configure_logs, is_card_number

VISA = "4539578763621486"
AMEX = "371449635398431"
assert is_card_number(VISA)
assert is_card_number(AMEX)


def cleaned(value: object) -> tuple[object, int]:
    found: list[None] = []
    line = Redactor(lambda: found.append(None))(None, "info", {"event": value})
    return line["event"], len(found)


@pytest.mark.parametrize(
    "text",
    [
        VISA,
        AMEX,
        "4539 5787 6362 1486",
        "4539-5787-6362-1486",
        "4539.5787.6362.1486",
        f"pan={VISA};",
        f"PAN{VISA}D2512",
    ],
)
def test_a_card_number_is_hidden_and_counted(text: str) -> None:
    value, count = cleaned(text)
    assert HIDDEN in str(value)
    assert count == 1
    assert "5787" not in str(value)


@pytest.mark.parametrize(
    "value",
    [{"inner": [VISA]}, [("x", VISA)], int(VISA), {VISA: 1}, {VISA}, ValueError(VISA)],
)
def test_it_is_found_wherever_it_hides(value: object) -> None:
    clean, count = cleaned(value)
    assert VISA not in repr(clean)
    assert count == 1


@pytest.mark.parametrize(
    "value",
    [
        "453957******1486",
        "T0001-1-1234567-4QV7M0ZT",
        "1795478400008",
        1_795_478_400_008,
        "12.345.678/0001-95",
        "4539578763621487",
        True,
        None,
        0.5,
    ],
)
def test_names_times_and_masked_numbers_stay(value: object) -> None:
    assert cleaned(value) == (value, 0)


@pytest.fixture
def log_file(tmp_path: Path) -> Iterator[Path]:
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    root.handlers.clear()
    configure_logs(tmp_path, "info", lambda: None)
    yield tmp_path / FILE
    for handler in root.handlers:
        handler.close()
    root.handlers[:], root.level = before
    structlog.reset_defaults()


def test_our_lines_libraries_lines_and_tracebacks_are_clean_json(log_file: Path) -> None:
    structlog.get_logger("ours").info("paid", card=VISA, amount_minor=4500)
    logging.getLogger("library").warning("got %s", VISA)
    try:
        raise ValueError(f"bad track {VISA}")
    except ValueError:
        structlog.get_logger("ours").exception("driver failed")
    raw = log_file.read_bytes()
    assert VISA.encode() not in raw
    ours, library, failure = (json.decode(line) for line in raw.splitlines())
    assert (ours["event"], ours["amount_minor"], ours["logger"]) == ("paid", 4500, "ours")
    assert library["event"] == f"got {HIDDEN}"
    assert "Traceback" in failure["exception"]
