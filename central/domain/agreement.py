"""Where totems and headquarters disagree, or proved that they agree. Instants are aware, in UTC."""

from datetime import datetime
from typing import Any

from msgspec import Struct

from central.domain.incidents import Words


class IncidentRow(Struct, frozen=True):
    """``words``: language -> what happened and what to do."""

    id: int
    seen_at: datetime
    totem: str
    kind: str
    words: dict[str, Words]
    detail: dict[str, Any]


class AsideRow(Struct, frozen=True):
    """An event that is held and not posted. ``sale`` is empty when it belongs to none."""

    totem: str
    epoch: int
    seq: int
    type: str
    tver: int
    at: datetime
    status: str
    reason: str
    sale: str


class SealRow(Struct, frozen=True):
    """A business day as the totem sealed it, and what headquarters computed from its own rows.

    Sums are minor units: ``sums`` by method, ``aside_minor`` in rows that are not posted.
    """

    totem: str
    business_day: str
    epoch: int
    seq: int
    rows: int
    sums: dict[str, int]
    perpetual_minor: int
    verdict: str
    detail: str
    aside_minor: int


class Agreement(Struct, frozen=True):
    """The newest of each, newest first."""

    currency: str
    incidents: list[IncidentRow]
    aside: list[AsideRow]
    seals: list[SealRow]
