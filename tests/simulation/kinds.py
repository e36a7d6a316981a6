"""What may happen in a simulated world, by weight."""

from dataclasses import dataclass, field

MIXED = {
    "sell": 26,
    "print": 14,
    "sync": 34,
    "feed": 6,
    "publish": 3,
    "power_cut": 3,
    "backup_disk": 2,
    "restore_disk": 1,
    "backup_central": 2,
    "restore_central": 1,
    "clone": 1,
    "poison": 2,
    "clock": 2,
    "disk_full": 1,
    "late": 3,
    "mark": 4,
    "choose": 1,
    "day": 1,
    "seal": 2,
}
CLONES = {**MIXED, "restore_disk": 0, "restore_central": 0, "clone": 5}
RESTORES = {
    **MIXED,
    "restore_disk": 5,
    "backup_disk": 6,
    "backup_central": 5,
    "restore_central": 5,
    "power_cut": 7,
    "clone": 0,
}


@dataclass
class Kind:
    """What may happen in a world, by weight; and how long it goes on."""

    name: str = "mixed"
    steps: int = 70
    totems: int = 1
    weights: dict[str, int] = field(default_factory=lambda: dict(MIXED))


KINDS = (
    Kind(),
    Kind("two", steps=90, totems=2),
    Kind("clones", weights=CLONES),
    Kind("restores", weights=RESTORES),
)
"""They take turns, seed by seed."""
