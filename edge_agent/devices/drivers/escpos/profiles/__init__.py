"""Makes of receipt printers as data, one file each: what differs between them, and nothing else.

``proof`` is the best proof of print the make may offer; the driver probes for it at start and steps
down the ladder when the printer does not answer, never up. The code page is one per printer,
forced, never guessed.
"""

from importlib.resources import files

from msgspec import toml

from edge_agent.devices.ports import PrinterProfile

DEFAULT = "generic-80mm"


def _load() -> dict[str, PrinterProfile]:
    sheets = (it for it in files(__name__).iterdir() if it.name.endswith(".toml"))
    makes = (toml.decode(sheet.read_bytes(), type=PrinterProfile) for sheet in sheets)
    return {make.id: make for make in sorted(makes, key=lambda make: make.id)}


PROFILES = _load()


def profile_named(profile_id: str) -> PrinterProfile:
    """The profile, or ValueError with the names there are."""
    try:
        return PROFILES[profile_id]
    except KeyError:
        names = ", ".join(sorted(PROFILES))
        raise ValueError(f"unknown printer profile {profile_id!r}; known: {names}") from None
