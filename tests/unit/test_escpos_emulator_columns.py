"""Pictures column by column, as ESC/Bema prints them: dots where they belong, no white between
bands.
"""

import pytest

from edge_agent.devices.emulators.escpos import DIALECTS
from edge_agent.devices.emulators.escpos.commands import Tokeniser
from edge_agent.devices.emulators.escpos.machine import Machine
from edge_agent.devices.emulators.escpos.papers import Raster

TIGHT = b"\x1b3\x10"
DIAGONAL = b"\x1b*\x21\x08\x00" + b"".join((0x800000 >> x).to_bytes(3, "big") for x in range(8))


def printed(data: bytes) -> Machine:
    machine = Machine(48, 576, dialect=DIALECTS["bematech"])
    for command in Tokeniser(machine.dialect.grammar).feed(data):
        machine.perform(command)
    return machine


def test_columns_become_rows() -> None:
    machine = printed(TIGHT + DIAGONAL + b"\n")
    (band,) = machine.papers()[0].items
    assert isinstance(band, Raster)
    assert band.rows == bytes(0x80 >> y for y in range(8)) + bytes(16)
    assert (band.row_bytes, band.height) == (1, 24)
    assert machine.errors == []


def test_bands_touch_when_the_spacing_is_tight_and_part_when_it_is_not() -> None:
    assert [it.height for it in printed(TIGHT + (DIAGONAL + b"\n") * 2).papers()[0].items] == [
        24,
        24,
    ]
    assert [it.height for it in printed(DIAGONAL + b"\n").papers()[0].items] == [24, 6]


@pytest.mark.parametrize("bad", [b"A" + DIAGONAL, b"\x1b*\x21\x41\x02" + bytes(3 * 577)])
def test_a_picture_that_cannot_be_printed_is_an_error(bad: bytes) -> None:
    assert len(printed(bad).errors) == 1


def test_a_mode_that_is_not_there_is_an_unknown_command() -> None:
    assert printed(b"\x1b*\x05\x00\x00").errors[0].startswith("unknown")
