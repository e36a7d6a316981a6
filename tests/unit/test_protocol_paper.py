"""PROTOCOL.md says what the code does."""

import re
from pathlib import Path

import pytest

from tests.support.protocol_paper import PAPER, TABLES, filled

PROTOCOL = Path(PAPER).parent


def test_every_table_of_the_paper_is_the_code() -> None:
    paper = PAPER.read_text()
    assert set(re.findall(r"<!-- table: (\w+) -->", paper)) == TABLES.keys()
    assert filled(paper) == paper, "run python -m tests.support.protocol_paper and read the change"


@pytest.mark.parametrize(
    ("was", "is_now"),
    [
        ("| **probing** | streaming |", "| **probing** | rewound |"),
        ("| `gap` | 409 |", "| `gap` | 400 |"),
        ("`sale`: str, `reason`: str", "`sale`: str"),
        ("| `PUSH_EVENTS_MAX` | 500 |", "| `PUSH_EVENTS_MAX` | 501 |"),
    ],
)
def test_a_paper_that_says_something_else_is_found(was: str, is_now: str) -> None:
    paper = PAPER.read_text()
    assert was in paper
    assert filled(paper.replace(was, is_now)) != paper.replace(was, is_now)


def test_every_domain_tag_has_a_row_in_the_paper() -> None:
    code = "".join(file.read_text() for file in PROTOCOL.glob("*.py"))
    tags = set(re.findall(r'"(totem\.[a-z]+\.v\d)"', code)) | {"totem.code.v1"}
    rows = set(re.findall(r"`(totem\.[a-z]+\.v\d)`", PAPER.read_text()))
    assert tags == rows


def test_no_tag_is_the_beginning_of_another() -> None:
    tags = re.findall(r"`(totem\.[a-z]+\.v\d)`", PAPER.read_text())
    assert not [(a, b) for a in tags for b in tags if a != b and b.startswith(a)]
