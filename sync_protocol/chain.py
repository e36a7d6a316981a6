"""The one rule for hashed and signed bytes, and every structure that uses it.

    domain tag ‖ for each field in table order: u32be length ‖ bytes

Integers are u64be, text is UTF-8, an absent field has the length 0xFFFFFFFF and no bytes. No tag is
the beginning of another. PROTOCOL.md has one table per structure, with golden vectors.
"""

from collections.abc import Iterable, Mapping
from hashlib import sha256

from sync_protocol.events import Event
from sync_protocol.messages import Declared, Grant

Field = bytes | str | int | None
ABSENT = b"\xff\xff\xff\xff"
HASH_BYTES = 32


def framed(tag: str, *fields: Field) -> bytes:
    """The bytes that are hashed or signed for a structure with this domain tag."""
    parts = [tag.encode()]
    for value in fields:
        if value is None:
            parts.append(ABSENT)
            continue
        raw = _raw(value)
        parts.append(len(raw).to_bytes(4, "big"))
        parts.append(raw)
    return b"".join(parts)


def body_hash(body: bytes) -> bytes:
    return sha256(framed("totem.body.v1", body)).digest()


def event_hash(prev_hash: bytes, event: Event, hash_of_body: bytes | None = None) -> bytes:
    """The event's place in the chain. ``hash_of_body`` stands in for a body that was erased."""
    origin = event.origin
    return sha256(
        framed(
            "totem.event.v1",
            prev_hash,
            event.seq,
            event.type,
            event.tver,
            event.wall_ms,
            event.boot_id,
            event.mono_ms,
            event.business_day,
            origin.epoch if origin else None,
            origin.seq if origin else None,
            origin.hash if origin else None,
            body_hash(event.body) if hash_of_body is None else hash_of_body,
        )
    ).digest()


def hashes(prev_hash: bytes, events: Iterable[Event]) -> list[bytes]:
    """The hash of each event of a run that follows ``prev_hash``."""
    out = []
    for event in events:
        prev_hash = event_hash(prev_hash, event)
        out.append(prev_hash)
    return out


def grant_bytes(grant: Grant) -> bytes:
    """What central signs to open an epoch."""
    parents = framed("", *grant.parents)
    return framed(
        "totem.grant.v1",
        grant.totem,
        grant.instance_id,
        grant.epoch,
        parents,
        grant.series,
        grant.server_gen,
        grant.nonce,
    )


def genesis(grant: Grant) -> bytes:
    """``prev_hash`` of event 1 of the granted epoch."""
    return sha256(
        framed("totem.epoch.v1", grant.totem, grant.epoch, sha256(grant_bytes(grant)).digest())
    ).digest()


def head_bytes(totem: str, epoch: int, seq: int, head_hash: bytes, declared: Declared) -> bytes:
    """What the totem signs on every push: the pushed head and what it declares."""
    sums = framed("", *_flat(declared.sums_by_method))
    return framed("totem.head.v1", totem, epoch, seq, head_hash, declared.seq, declared.hash, sums)


def ack_bytes(totem: str, epoch: int, seq: int, head_hash: bytes, server_gen: int) -> bytes:
    """What central signs to promise that it holds everything up to ``seq``."""
    return framed("totem.ack.v1", totem, epoch, seq, head_hash, server_gen)


def enrol_bytes(code: str, public_key: bytes, instance_id: str) -> bytes:
    """What a new totem signs to prove that it holds the key it enrols."""
    return framed("totem.enrol.v1", code, public_key, instance_id)


def nonce_bytes(totem: str, time_slot: int) -> bytes:
    """What central authenticates in a stateless nonce."""
    return framed("totem.nonce.v1", totem, time_slot)


def private_bytes(sale: str, key_id: str) -> bytes:
    """What binds a sealed private record to its sale and to the key it was sealed to."""
    return framed("totem.private.v1", sale, key_id)


def ticket_bytes(
    ticket: str, number: str, business_day: str, kind: str, amount_minor: int
) -> bytes:
    """What the totem signs into a ticket's QR code."""
    return framed("totem.ticket.v1", ticket, number, business_day, kind, amount_minor)


def _raw(value: bytes | str | int) -> bytes:
    match value:
        case int():
            return value.to_bytes(8, "big")
        case str():
            return value.encode()
        case _:
            return value


def _flat(sums: Mapping[str, int]) -> list[Field]:
    return [part for method in sorted(sums) for part in (method, sums[method])]
