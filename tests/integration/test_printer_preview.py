"""Papers drawn without a printer: every document, on both widths, by the command itself."""

import asyncio
import io
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from edge_agent.cli.preview import draw, profile_named
from edge_agent.cli.printer import command
from edge_agent.clock import SystemClock
from edge_agent.devices.drivers.escpos.profiles import PROFILES
from edge_agent.devices.emulators.escpos import EscposEmulator
from edge_agent.devices.ports import Paper
from edge_agent.devices.registry import printer_for
from edge_agent.services.bench import store_logo
from edge_agent.services.specimens import SPECIMENS
from edge_agent.settings import DeviceSettings


def preview(*args: str) -> "tuple[int, str]":
    done = CliRunner().invoke(command, ["preview", *args])
    return done.exit_code, done.output


@pytest.mark.parametrize("profile", ["generic-80mm", "generic-58mm"])
@pytest.mark.parametrize("document", sorted(SPECIMENS))
def test_every_paper_is_drawn_with_ink_and_as_wide_as_the_make(
    document: str, profile: str, tmp_path: Path
) -> None:
    out = tmp_path / "paper.png"
    code, said = preview(document, "--out", str(out), "--profile", profile)
    assert (code, profile in said) == (0, True)
    picture = Image.open(out).convert("L")
    assert picture.width > PROFILES[profile].dots
    shades = [shade for shade, count in enumerate(picture.histogram()) if count]
    assert shades[0] < 80
    assert shades[-1] > 230


@pytest.mark.parametrize("profile", sorted(PROFILES))
def test_every_make_draws_its_ticket_in_its_own_language(profile: str) -> None:
    drawn = draw(SPECIMENS["ticket"](), profile_named(profile))
    assert Image.open(io.BytesIO(drawn)).width > PROFILES[profile].dots


@pytest.mark.parametrize("profile", sorted(PROFILES))
def test_every_make_draws_a_ticket_with_the_owners_picture_or_name(
    profile: str, tmp_path: Path
) -> None:
    file = tmp_path / "logo.png"
    Image.new("L", (900, 300), 0).save(file)
    out = tmp_path / "paper.png"
    options = ("--out", str(out), "--profile", profile, "--logo", str(file))
    assert preview("ticket", *options)[0] == 0
    ink = Image.open(out).convert("L").crop((0, 0, PROFILES[profile].dots, 320))
    black = ink.histogram()[:80]
    assert (sum(black) > 40_000) == (PROFILES[profile].dialect != "daruma")


@pytest.mark.parametrize("profile", ["epson-tm-t88", "bematech-mp4200"])
def test_a_kept_picture_comes_out_as_it_was_drawn(profile: str, tmp_path: Path) -> None:
    """``totem printer logo`` twice: the paper before and the paper after."""
    file = tmp_path / "logo.png"
    Image.effect_noise((300, 100), 90).save(file)
    make = PROFILES[profile]
    emulator = EscposEmulator(
        columns=make.columns, dots=make.dots, lines_per_s=0, dialect=make.dialect
    )

    async def run() -> None:
        address = f"tcp:127.0.0.1:{await emulator.start_tcp()}"
        await asyncio.to_thread(print_and_keep, address)
        await emulator.stop()

    def print_and_keep(address: str) -> None:
        options = {"profile": profile, "logo": str(file)}
        printer = printer_for(DeviceSettings("escpos", address, options), SystemClock())
        printer.open()
        papers = SPECIMENS["ticket"]()
        assert printer.print(papers, "0001").outcome in ("printed", "likely")
        assert store_logo(printer)[0].is_well
        assert printer.print(papers, "0002").outcome in ("printed", "likely")
        printer.close()

    asyncio.run(run())
    assert emulator.errors == []
    assert len(emulator.printer.machine.memory) == 1
    drawn, kept = (burnt(emulator, number) for number in (1, 2))
    assert drawn == kept


def burnt(emulator: EscposEmulator, number: int) -> bytes:
    """The head of a paper, black on white."""
    sheet = Image.open(io.BytesIO(emulator.render(number))).convert("L")
    return sheet.crop((0, 0, sheet.width, 200)).point(lambda grey: 255 * (grey > 128)).tobytes()


def test_a_longer_paper_makes_a_longer_picture() -> None:
    profile = profile_named("generic-80mm")
    heights = [Image.open(io.BytesIO(draw(paper, profile))).height for paper in papers()]
    assert heights[0] < heights[1]


def papers() -> list[Paper]:
    whole = SPECIMENS["receipt"]()
    return [whole[: len(whole) // 2], whole]


def test_a_make_nobody_knows_is_refused_with_those_that_are_known(tmp_path: Path) -> None:
    code, said = preview("ticket", "--out", str(tmp_path / "x.png"), "--profile", "none")
    assert code != 0
    assert "generic-58mm" in said
