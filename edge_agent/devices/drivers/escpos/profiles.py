"""Makes of ESC/POS printers as data: what differs between them, and nothing else.

``proof`` is the best proof of print the make may offer; the driver probes for it at start and steps
down the ladder when the printer does not answer. The code page is one per printer, forced, never
guessed.
"""

from edge_agent.devices.ports import PrinterProfile

DEFAULT = "generic-80mm"

PROFILES = {
    profile.id: profile
    for profile in (
        PrinterProfile(id="generic-80mm"),
        PrinterProfile(id="generic-58mm", columns=32, dots=384),
        PrinterProfile(id="generic-80mm-42col", columns=42, dots=512),
        PrinterProfile(id="epson-tm-t20x"),
    )
}


def profile_named(profile_id: str) -> PrinterProfile:
    """The profile, or ValueError with the names there are."""
    try:
        return PROFILES[profile_id]
    except KeyError:
        names = ", ".join(sorted(PROFILES))
        raise ValueError(f"unknown printer profile {profile_id!r}; known: {names}") from None
