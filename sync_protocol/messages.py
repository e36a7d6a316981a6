"""The shapes that travel. Push and its answer are msgpack; everything else is JSON.

``bytes`` fields are raw in msgpack and base64 in JSON (msgspec does both).
"""

from typing import Literal

from msgspec import Struct, field

from sync_protocol.events import Event


class Head(Struct, frozen=True):
    """The last event of this push, signed together with what is declared."""

    seq: int
    hash: bytes
    key_id: str
    sig: bytes


class Declared(Struct, frozen=True):
    """The totem's true head even when this push is a slice, and its settled money by method."""

    seq: int
    hash: bytes
    sums_by_method: dict[str, int]


class Applied(Struct, frozen=True):
    """How far a totem has read one scope; ``rejected`` says why it keeps the last good version."""

    version: int
    digest: str
    rejected: str = ""


class Push(Struct, frozen=True):
    """A run of consecutive events from ``from_seq``; none at all is the probe."""

    epoch: int
    from_seq: int
    prev_hash: bytes
    events: list[Event]
    head: Head
    declared: Declared
    applied: dict[str, Applied] = field(default_factory=dict)


class Ack(Struct, frozen=True):
    """Central holds everything up to ``seq``: durable and signed."""

    epoch: int
    seq: int
    hash: bytes
    server_gen: int
    key_id: str
    sig: bytes


class Next(Struct, frozen=True):
    """How to go on: pause, size of the next push, nonce for the next signature."""

    delay_ms: int
    max_events: int
    nonce: str


Verdict = Literal["confirmed", "confirmed_with_quarantine", "mismatch"]


class SealAnswer(Struct, frozen=True):
    """What central found when it computed a day's seal from its own rows.

    ``aside_minor`` is settled money in rows that are set aside, in minor units.
    """

    epoch: int
    seq: int
    verdict: Verdict
    detail: str = ""
    aside_minor: int = 0


class PushAnswer(Struct, frozen=True):
    """``seals`` answers the seals in the push, repeated ones too."""

    ack: Ack
    quarantined: list[int]
    next: Next
    feed: dict[str, int]
    seals: list[SealAnswer] = []


class Held(Struct, frozen=True):
    """What central holds of an epoch; carried by ``gap`` and ``fork`` answers."""

    epoch: int
    seq: int
    hash: bytes


class ProblemDocument(Struct, frozen=True, omit_defaults=True):
    """RFC 9457. ``code`` is the last part of ``type`` and a key of errors.CATALOGUE."""

    type: str
    title: str
    status: int
    detail: str = ""
    code: str = ""
    nonce: str = ""
    held: Held | None = None
    retry_after_ms: int = 0


class Grant(Struct, frozen=True):
    """Leave to write one epoch, bound to one machine. ``series`` is the site's ticket letter."""

    totem: str
    instance_id: str
    epoch: int
    parents: list[str]
    series: str
    server_gen: int
    nonce: str
    key_id: str
    sig: bytes


class EnrolRequest(Struct, frozen=True):
    """``proof``: the new key's signature over chain.enrol_bytes."""

    code: str
    public_key: bytes
    instance_id: str
    proof: bytes


class EnrolAnswer(Struct, frozen=True):
    """``held`` is what central holds of a totem whose disk or machine is new, oldest first; the
    grant then opens the epoch after it.
    """

    totem: str
    name: str
    site: str
    site_name: str
    grant: Grant
    server_keys: dict[str, bytes]
    nonce: str
    scopes: list[str]
    held: list[Held] = []
    server_gen: int = 0


EpochReason = Literal["fork", "epoch-closed", "bad-chain", "restored", "instance", "clone"]
"""Why a totem asks for a new epoch."""


class EpochRequest(Struct, frozen=True):
    """A totem that cannot go on in its epoch says what it has, and asks for a new one.

    ``heads`` are the ends of every epoch it wrote, oldest first, ``grants`` the leave it had for
    each: a central that was restored learns of them here. ``nonce`` makes asking twice harmless.
    """

    instance_id: str
    boot_id: str
    nonce: str
    reason: EpochReason
    heads: list[Held]
    grants: list[Grant]


class EpochAnswer(Struct, frozen=True):
    """Leave to write, and what central holds of every epoch before it: what to compare with.

    ``server_gen`` counts how often central was restored: what was compared before must be again.
    """

    grant: Grant
    held: list[Held]
    server_gen: int


class JournalPage(Struct, frozen=True):
    """A run of a journal as central holds it, for the totem that lost it.

    ``head`` is the end of that epoch at central.
    """

    epoch: int
    from_seq: int
    prev_hash: bytes
    events: list[Event]
    head: Held


class ForensicReceipt(Struct, frozen=True):
    """The forensic intake keeps everything of the sent run up to ``seq``, unposted."""

    seq: int


class PrivateFields(Struct, frozen=True, omit_defaults=True):
    """What a customer said of themselves; empty is what they did not say. Never sent in the clear
    and never in an event.
    """

    name: str = ""
    cpf: str = ""
    phone: str = ""
    email: str = ""

    def __repr__(self) -> str:
        return "PrivateFields(hidden)"


class PrivateRecord(Struct, frozen=True):
    """A sale's PrivateFields, sealed to headquarters' privacy key ``key_id``."""

    key_id: str
    sealed: bytes


class PrivateReceipt(Struct, frozen=True):
    """Central has it durably, or will never have it: it was erased."""

    sale: str
    state: Literal["kept", "erased"]
