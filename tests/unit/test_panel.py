"""Where hands reach on a standing panel."""

import pytest

from edge_agent.domain.panel import SHARE_MIN, Panel, band

PITCH_MM = 0.248
HEIGHT_PX = 1920


@pytest.mark.parametrize(
    ("bottom_edge_mm", "top_px", "bottom_px"),
    [
        (800, HEIGHT_PX - 1612.9, HEIGHT_PX),
        (1000, HEIGHT_PX - 806.5, HEIGHT_PX),
        (700, 0, HEIGHT_PX - 403.2),
        (750, HEIGHT_PX - 1814.5, HEIGHT_PX - 201.6),
    ],
)
def test_the_band_is_what_a_ruler_says(
    bottom_edge_mm: float, top_px: float, bottom_px: float
) -> None:
    found = band(Panel(bottom_edge_mm, PITCH_MM, HEIGHT_PX))
    assert found.in_reach
    assert found.top * HEIGHT_PX == pytest.approx(top_px, abs=0.2)
    assert found.bottom * HEIGHT_PX == pytest.approx(bottom_px, abs=0.2)


@pytest.mark.parametrize("bottom_edge_mm", [800, 900, 1000])
def test_every_point_of_the_band_is_between_800_and_1200_mm(bottom_edge_mm: float) -> None:
    panel = Panel(bottom_edge_mm, PITCH_MM, HEIGHT_PX)
    found = band(panel)
    highest_mm = bottom_edge_mm + (1 - found.top) * panel.height_mm()
    lowest_mm = bottom_edge_mm + (1 - found.bottom) * panel.height_mm()
    assert highest_mm <= 1200.1
    assert lowest_mm >= 799.9


@pytest.mark.parametrize(("bottom_edge_mm", "start"), [(1150, 1 - SHARE_MIN), (300, 0.0)])
def test_a_panel_out_of_reach_gives_its_nearest_part_and_says_so(
    bottom_edge_mm: float, start: float
) -> None:
    found = band(Panel(bottom_edge_mm, PITCH_MM, HEIGHT_PX))
    assert not found.in_reach
    assert found.top == start
    assert found.bottom == pytest.approx(start + SHARE_MIN)
