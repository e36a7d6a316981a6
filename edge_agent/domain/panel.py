"""Where hands reach: the part of a standing panel between 800 and 1200 mm above the floor.

A reach range has both ends (NBR 15250, NBR 9050; EN 301 549 §8.3 and ADA 308 are wider). The panel
is told by three figures that anybody with a ruler can check; everything else is computed from them.
"""

from msgspec import Struct

REACH_LOW_MM = 800.0
REACH_HIGH_MM = 1200.0
SHARE_MIN = 0.4
"""A question with its answers needs this much of a panel; of one that hangs out of reach low mode
uses the nearest part of this size."""


class Panel(Struct, frozen=True):
    """A standing panel: its lower edge above the floor, the size of a pixel, its height."""

    bottom_edge_mm: float
    pixel_pitch_mm: float
    height_px: int

    def height_mm(self) -> float:
        return self.height_px * self.pixel_pitch_mm


class Band(Struct, frozen=True):
    """Shares of the panel's height, counted from its top; ``in_reach`` when all of it is within
    reach."""

    top: float
    bottom: float
    in_reach: bool


def band(panel: Panel) -> Band:
    """The part of the panel low mode may use. Never smaller than ``SHARE_MIN``."""
    top = _from_top(panel, REACH_HIGH_MM)
    bottom = _from_top(panel, REACH_LOW_MM)
    if bottom - top >= SHARE_MIN:
        return Band(round(top, 4), round(bottom, 4), True)
    middle = (top + bottom) / 2
    start = min(max(middle - SHARE_MIN / 2, 0.0), 1.0 - SHARE_MIN)
    return Band(round(start, 4), round(start + SHARE_MIN, 4), False)


def _from_top(panel: Panel, height_mm: float) -> float:
    """A height above the floor as a share of the panel from its top, kept on the panel."""
    above_edge_px = (height_mm - panel.bottom_edge_mm) / panel.pixel_pitch_mm
    return min(max(1.0 - above_edge_px / panel.height_px, 0.0), 1.0)
