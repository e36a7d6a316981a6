"""What a dialect gives the driver: commands as bytes, and questions that make sense of answers.

Every command is whole, so that the sender may ask for status between any two of them.
"""

from collections.abc import Iterator
from typing import Literal, Protocol

from msgspec import Struct

from edge_agent.devices.drivers.escpos.health import Health
from edge_agent.devices.drivers.escpos.link import EscposLink
from edge_agent.devices.ports import Barcode, Image, Reading

Proof = Literal["process_id", "sentinel", "status"]
Align = Literal["left", "center", "right"]


class Look(Struct, frozen=True):
    """How lines of text look; ``size`` multiplies both ways, up to the dialect's ``size_max``."""

    size: int = 1
    bold: bool = False
    align: Align = "left"
    invert: bool = False


class Presenter(Protocol):
    """A printer's mouth, where a cut paper waits for its reader. Both commands are queued."""

    present: bytes
    retract: bytes

    def is_jammed(self, link: EscposLink) -> bool:
        """Raises DeviceError."""


class Dialect(Protocol):
    """``start`` resets and silences automatic status. ``proofs`` are those it has, best first,
    before the status alone. ``module_dots``: sizes of a QR module it can print itself.
    """

    start: bytes
    proofs: tuple[Proof, ...]
    size_max: int
    inverts: bool
    module_dots: range
    presenter: Presenter | None

    def begin(self) -> bytes:
        """Back to known settings and the profile's code page: the first command of a paper."""

    def look(self, look: Look) -> bytes: ...

    def line(self, text: str) -> bytes:
        """``text`` holds only characters of the profile's codec."""

    def feed(self, lines: int) -> bytes: ...

    def cut(self) -> bytes: ...

    def qr(self, data: str, dots: int) -> bytes:
        """A centred QR code with modules of ``dots``, correction M."""

    def barcode(self, block: Barcode, dots: int) -> bytes:
        """A centred code with bars of at least ``dots``, its text below."""

    def raster(self, image: Image) -> Iterator[tuple[bytes, int]]:
        """A centred picture as bands: commands and rows of each."""

    def logo(self) -> bytes:
        """The stored picture, centred."""

    def store_logo(self, image: Image) -> bytes: ...

    def proof(self, proof: Proof, process_id: str) -> bytes:
        """What makes the printer prove all that went before."""

    def clear(self, proof: Proof | None) -> list[bytes]:
        """What throws away the buffers, each to be written alone; ``proof`` tells what is known of
        the firmware.
        """

    def health(self, link: EscposLink) -> Health:
        """Everything. Raises DeviceError."""

    def health_between(self, link: EscposLink) -> Health:
        """What can stop a ticket half way, in few questions. Raises DeviceError."""

    def facts(self, link: EscposLink) -> dict[str, str]:
        """Maker, model, firmware, serial as far as the printer says. Raises DeviceError."""

    def readings(self, link: EscposLink) -> Iterator[Reading]:
        """Every status there is, raw and in words. Raises DeviceError."""


def no_answer(asked: str) -> Reading:
    return Reading(asked, "", "no answer")
