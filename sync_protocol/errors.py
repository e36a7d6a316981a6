"""What can go wrong between a totem and central, and who must act.

    ProtocolError
    ├── LocalProtocolError    our own bug: crash loudly, never send
    └── RemoteProtocolError   the other end's fault: refuse, keep serving
        ├── MalformedEnvelopeError   the shape or size is impossible: answer 422, take it as a blob
        ├── UnknownEventError        a type or version from the future: park it, replay after deploy
        ├── BadContentError          the body breaks its type's promise: quarantine the row
        └── FeedHoleError            a feed page skips something: drop the page, ask again

The wire speaks RFC 9457 problem documents. ``CATALOGUE`` holds every code a peer may answer with,
its HTTP status and what the totem does about it.
"""

from typing import Literal, NamedTuple

Verb = Literal["re-sign", "alarm", "rewind", "recover", "halve", "snapshot", "wait", "continue"]


class Problem(NamedTuple):
    """One row of the catalogue: HTTP status, what the totem does, and a title for people."""

    status: int
    verb: Verb
    title: str


CATALOGUE: dict[str, Problem] = {
    "use-nonce": Problem(401, "re-sign", "Sign again with the nonce in this answer"),
    "bad-signature": Problem(401, "alarm", "The signature does not fit the request"),
    "unknown-totem": Problem(401, "alarm", "No totem of this name is enrolled"),
    "totem-revoked": Problem(403, "alarm", "This totem was revoked; its journal is still taken"),
    "gap": Problem(409, "rewind", "Events are missing before this push"),
    "fork": Problem(409, "recover", "Another event is already held at this place"),
    "epoch-closed": Problem(409, "recover", "This epoch is closed or was never granted"),
    "clone": Problem(409, "recover", "Another machine uses this identity"),
    "stale-gen": Problem(409, "snapshot", "Central was restored: read the feed anew"),
    "cursor-expired": Problem(410, "snapshot", "The cursor is older than the feed's tail"),
    "too-large": Problem(413, "halve", "The push is too large"),
    "bad-chain": Problem(422, "recover", "The hash chain inside the push is broken"),
    "malformed-envelope": Problem(422, "alarm", "The push does not have the shape of a push"),
    "upgrade-required": Problem(426, "continue", "This version is no longer spoken here"),
    "rate-limited": Problem(429, "wait", "Too many requests"),
    "overloaded": Problem(503, "wait", "Central is shedding load"),
}


class ProtocolError(Exception):
    """Anything wrong with the conversation between a totem and central."""


class LocalProtocolError(ProtocolError):
    """We were about to break the contract ourselves."""


class RemoteProtocolError(ProtocolError):
    """The peer broke the contract."""


class MalformedEnvelopeError(RemoteProtocolError):
    """The bytes do not have the shape or size the contract allows."""


class UnknownEventError(RemoteProtocolError):
    """A type or version this build does not know: park it."""


class BadContentError(RemoteProtocolError):
    """A known type whose body does not fit its schema: quarantine it."""


class FeedHoleError(RemoteProtocolError):
    """A feed page does not continue from the cursor."""
