"""The owner's picture at the head of a paper: read from a file, kept in the printer where it can.

A printer's memory wears out and is not asked what it holds: a picture is stored when a technician
says so, and a note beside the file tells which picture went into which printer. Without the note
the picture is drawn dot by dot, which every printer can, only slower.
"""

from hashlib import sha256
from pathlib import Path

from msgspec import Struct
from PIL import Image as Drawing, ImageOps

from edge_agent.devices.errors import DeviceRefusedError
from edge_agent.devices.ports import Image, PrinterProfile

HEIGHT_MAX = 240
NOTE = ".kept"


class Head(Struct, frozen=True):
    """What stands for ``Logo`` on this printer: its text where there is no picture. ``kept``: the
    printer has the picture in its memory.
    """

    image: Image | None = None
    kept: bool = False


class OwnersLogo:
    """One picture file for one printer."""

    def __init__(self, file: Path, profile: PrinterProfile) -> None:
        self._file = file
        self._note = file.with_name(file.name + NOTE)
        self._profile = profile

    def head(self, serial: str) -> Head:
        """The picture, and whether the printer of this serial number keeps it. Raises
        DeviceRefusedError when the file is none.
        """
        columns = self._profile.columns
        image = picture_of(self._file, self._profile.dots // columns * columns)
        return Head(image, kept=self._profile.logo and self._noted() == self._mark(image, serial))

    def note(self, image: Image, serial: str) -> None:
        """The printer keeps it from now on. Raises DeviceRefusedError when that cannot be noted:
        then the picture goes on being drawn.
        """
        try:
            self._note.write_text(self._mark(image, serial))
        except OSError as error:
            raise DeviceRefusedError("logo", f"{self._note}: {error.strerror}") from error

    def _mark(self, image: Image, serial: str) -> str:
        digest = sha256(image.width.to_bytes(2, "big") + image.bits).hexdigest()
        return f"{digest} {self._profile.id} {serial}"

    def _noted(self) -> str:
        try:
            return self._note.read_text()
        except (OSError, UnicodeDecodeError):
            return ""


def picture_of(file: Path, dots: int) -> Image:
    """Black and white, made smaller where it is wider than ``dots`` or higher than 30 mm. Raises
    DeviceRefusedError.
    """
    try:
        with Drawing.open(file) as opened:
            drawing = opened.convert("RGBA")
    except (OSError, ValueError, Drawing.DecompressionBombError) as error:
        raise DeviceRefusedError("logo", f"{file} is no picture: {error}") from error
    sheet = Drawing.new("RGBA", drawing.size, "white")
    sheet.alpha_composite(drawing)
    grey = sheet.convert("L")
    grey.thumbnail((dots, HEIGHT_MAX))
    ink = ImageOps.invert(grey).convert("1")
    return Image(ink.width, ink.height, ink.tobytes())
