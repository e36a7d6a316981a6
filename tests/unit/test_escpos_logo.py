"""The owner's picture: kept in printers that can, drawn by the others, its text where there is
none."""

from pathlib import Path

import pytest
from PIL import Image as Drawing

from edge_agent.devices.drivers.escpos import DRIVER
from edge_agent.devices.drivers.escpos.logo import HEIGHT_MAX, OwnersLogo, picture_of
from edge_agent.devices.drivers.escpos.profiles import profile_named
from edge_agent.devices.drivers.escpos.render import render
from edge_agent.devices.errors import DeviceRefusedError, DeviceTimeoutError
from edge_agent.devices.ports import Image, Logo, PrinterProfile, PrintResult
from tests.support.scripted_dialects import bematech
from tests.support.scripted_printer import WIDE, VirtualClock, after_writes, printer

EPSON, BEMATECH = profile_named("epson-tm-t20x"), profile_named("bematech-mp4200")
STORED = bytes.fromhex("1d284c 1100 30 43 30 5431 01 1000 0300 31 ff00ff00ff00")
BY_KEY = bytes.fromhex("1b6101 1d284c 0600 30 45 5431 01 01")
DRAWN = bytes.fromhex("1b6101 1d7630 00 0200 0300 ff00ff00ff00")


def bar(folder: Path, width: int = 8) -> Path:
    """Three rows of 16 dots, the left ``width`` black."""
    file = folder / "logo.png"
    drawing = Drawing.new("RGBA", (16, 3), (255, 0, 0, 0))
    drawing.paste((0, 0, 0, 255), (0, 0, width, 3))
    drawing.save(file)
    return file


def owners(folder: Path, profile: PrinterProfile = EPSON) -> OwnersLogo:
    return OwnersLogo(bar(folder), profile)


def test_an_epson_draws_its_logo_until_it_keeps_it_then_prints_it_by_key(tmp_path: Path) -> None:
    device, wire, _ = printer(EPSON, owners(tmp_path))
    assert device.print([Logo("Loja")], "0001") == PrintResult("printed")
    assert DRAWN in wire.sent
    device.store_logo()
    assert STORED in wire.writes
    wire.writes.clear()
    assert device.print([Logo("Loja")], "0002") == PrintResult("printed")
    assert BY_KEY in wire.sent
    assert b"Loja" not in wire.sent


def test_what_is_kept_is_known_at_the_next_start_for_this_picture_and_make_only(
    tmp_path: Path,
) -> None:
    device, _, _ = printer(EPSON, owners(tmp_path))
    device.store_logo()
    for profile, is_kept in ((EPSON, True), (WIDE, False)):
        again, wire, _ = printer(profile, OwnersLogo(tmp_path / "logo.png", profile))
        again.print([Logo("Loja")], "0001")
        assert (BY_KEY in wire.sent, DRAWN in wire.sent) == (is_kept, not is_kept)
    bar(tmp_path, width=16)
    changed, wire, _ = printer(EPSON, OwnersLogo(tmp_path / "logo.png", EPSON))
    changed.print([Logo("Loja")], "0001")
    assert BY_KEY not in wire.sent


def test_a_bematech_stores_its_logo_by_columns(tmp_path: Path) -> None:
    device, wire, _ = bematech(logo=owners(tmp_path, BEMATECH))
    device.store_logo()
    columns = "e0" * 8 + "00" * 8
    assert bytes.fromhex("1c71 01 0200 0100" + columns) in wire.writes
    wire.writes.clear()
    device.print([Logo("Loja")], "0001")
    assert bytes.fromhex("1b6101 1c700100") in wire.sent


def test_a_high_or_wide_picture_is_made_smaller_and_sent_in_chunks(tmp_path: Path) -> None:
    file = tmp_path / "logo.png"
    Drawing.effect_noise((2000, 1000), 50).save(file)
    image = picture_of(file, 576)
    assert (image.width, image.height) == (2 * HEIGHT_MAX, HEIGHT_MAX)
    device, wire, _ = printer(EPSON, OwnersLogo(file, EPSON))
    device.store_logo()
    chunks = [it for it in wire.writes if it[:2] != b"\x10\x04" and it[:2] != b"\x1dI"]
    assert all(len(chunk) <= 512 for chunk in chunks)
    assert b"\x1d(L" + (len(image.bits) + 11).to_bytes(2, "little") in b"".join(chunks)


def test_an_odd_width_has_no_black_edge(tmp_path: Path) -> None:
    file = tmp_path / "logo.png"
    Drawing.new("L", (9, 1), 255).save(file)
    assert picture_of(file, 576) == Image(9, 1, b"\0\0")


def test_without_a_picture_the_text_stands_in_and_storing_is_refused(tmp_path: Path) -> None:
    device, wire, _ = printer(EPSON)
    assert device.print([Logo("Loja"), Logo()], "0001") == PrintResult("printed")
    assert b"Loja" in wire.sent
    with pytest.raises(DeviceRefusedError):
        device.store_logo()
    without_memory, _, _ = printer(WIDE, owners(tmp_path, WIDE))
    with pytest.raises(DeviceRefusedError):
        without_memory.store_logo()


def test_a_printer_that_draws_no_pictures_prints_the_text(tmp_path: Path) -> None:
    make = profile_named("daruma-dr800")
    assert b"Loja" in b"".join(render([Logo("Loja")], make, owners(tmp_path, make).head("")).pieces)


@pytest.mark.parametrize("content", [None, b"", b"no picture"])
def test_a_picture_that_is_none_leaves_the_text_and_is_not_stored(
    tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "logo.png"
    if content is not None:
        file.write_bytes(content)
    device, wire, _ = printer(EPSON, OwnersLogo(file, EPSON))
    assert device.print([Logo("Loja")], "0001") == PrintResult("printed")
    assert b"Loja" in wire.sent
    with pytest.raises(DeviceRefusedError) as refused:
        device.store_logo()
    assert refused.value.code == "logo"


def test_a_printer_that_never_comes_back_from_storing_timed_out_and_keeps_nothing(
    tmp_path: Path,
) -> None:
    device, wire, clock = printer(EPSON, owners(tmp_path))
    wire.on_write = after_writes(12, lambda it: it.temper.status.clear())
    before = clock.now
    with pytest.raises(DeviceTimeoutError):
        device.store_logo()
    assert clock.now - before >= 15
    assert not (tmp_path / "logo.png.kept").exists()


def test_the_picture_is_an_option_of_the_driver(tmp_path: Path) -> None:
    options = {"profile": "epson-tm-t20x", "logo": str(bar(tmp_path))}
    assert DRIVER.build(options, None, VirtualClock())
