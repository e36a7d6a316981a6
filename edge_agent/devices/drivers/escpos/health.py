"""What a printer's status bytes come to, the same for every dialect."""

from typing import Literal

from msgspec import Struct

from edge_agent.devices.ports import PrinterStatus

PaperState = Literal["ok", "near_end", "end"]


class Health(Struct, frozen=True):
    """``cause`` as in PrinterStatus. ``busy``: it says that it still prints. ``mouth``: a paper
    waits at the presenter.
    """

    cause: str = ""
    paper: PaperState = "ok"
    busy: bool = False
    mouth: bool = False

    @property
    def stops(self) -> bool:
        """A hot head cools and goes on by itself; everything else needs a person."""
        return self.cause not in ("", "overheated")

    @property
    def status(self) -> PrinterStatus:
        return PrinterStatus(not self.cause, self.paper, self.cause, self.mouth)


def first_of(named: tuple[tuple[str, int], ...]) -> str:
    """The first name whose bits are set: the cause a person can act on first comes first."""
    return next((name for name, bits in named if bits), "")


def in_words(byte: int, names: dict[int, str]) -> str:
    """Every set bit of ``names`` (bit mask to words, a negative mask is told when clear)."""
    told = [words for mask, words in names.items() if _is_told(byte, mask)]
    return ", ".join(told) or "nothing to report"


def _is_told(byte: int, mask: int) -> bool:
    return bool(byte & mask) if mask > 0 else not byte & -mask
