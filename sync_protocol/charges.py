"""Central's charge port: how a totem asks for a PIX charge and hears what became of it.

``PUT /v1/charges/{txid}`` makes it or finds it again, ``GET`` tells, ``DELETE`` removes it unless
it is paid; each answers a ChargeState, so that what is lost on the way is asked again. 404: there
is no such charge. The PSP's credentials never leave central.
"""

from typing import Literal

from msgspec import Struct, field

from sync_protocol.pix import Txid
from sync_protocol.shapes import Counter, Currency, Minor

State = Literal["active", "paid", "expired", "removed"]
"""``removed`` and ``expired`` take no money any more, as far as the PSP keeps its word."""


class ChargeRequest(Struct, frozen=True, omit_defaults=True):
    """``by_entity``: each legal entity's part, for whoever chooses the PIX key."""

    txid: Txid
    sale: str
    amount_minor: Minor
    currency: Currency
    expires_s: Counter
    by_entity: dict[str, Minor] = field(default_factory=dict)


class ChargePaid(Struct, frozen=True):
    """One settled PIX, known by its end-to-end id."""

    end_to_end_id: str
    amount_minor: Minor
    paid_at_ms: Counter


class ChargeState(Struct, frozen=True, omit_defaults=True):
    """``br_code`` is the text of the QR. ``end_to_end_id``, ``paid_minor`` and ``paid_at_ms`` are
    the first PIX under this txid; ``extras`` all later ones.
    """

    txid: Txid
    state: State
    br_code: str = ""
    paid_minor: Minor = 0
    end_to_end_id: str = ""
    paid_at_ms: Counter = 0
    extras: list[ChargePaid] = field(default_factory=list)
