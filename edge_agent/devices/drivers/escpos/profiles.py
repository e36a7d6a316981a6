"""Makes of receipt printers as data, one file each: what differs between them, and nothing else.

``proof`` is the best proof of print the make may offer; the driver probes for it at start and steps
down the ladder when the printer does not answer, never up. The code page is one per printer, forced
and never guessed.
"""

from importlib.resources import files

from msgspec import toml

from edge_agent.devices.ports import PrinterProfile

DEFAULT = "generic-80mm"
FOLDER = files("edge_agent.devices.drivers.escpos") / "makes"


def _read() -> dict[str, PrinterProfile]:
    found = [
        toml.decode(file.read_bytes(), type=PrinterProfile)
        for file in FOLDER.iterdir()
        if file.name.endswith(".toml")
    ]
    return {profile.id: profile for profile in sorted(found, key=lambda it: it.id)}


PROFILES = _read()


def profile_named(profile_id: str) -> PrinterProfile:
    """The profile, or ValueError with the names there are."""
    try:
        return PROFILES[profile_id]
    except KeyError:
        names = ", ".join(sorted(PROFILES))
        raise ValueError(f"unknown printer profile {profile_id!r}; known: {names}") from None
