"""Papers drawn without a printer: every document, on both widths, by the command itself."""

import io
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from edge_agent.cli.preview import draw, profile_named
from edge_agent.cli.printer import command
from edge_agent.devices.drivers.escpos.profiles import PROFILES
from edge_agent.devices.ports import Paper
from edge_agent.services.specimens import SPECIMENS


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
