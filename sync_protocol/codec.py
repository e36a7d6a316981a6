"""Bytes to messages and back, with every limit checked before anything is believed.

Compression is given in as two ports, so that this package stays pure.
"""

from collections.abc import Callable

from msgspec import DecodeError, ValidationError, msgpack

from sync_protocol import limits
from sync_protocol.errors import LocalProtocolError, MalformedEnvelopeError
from sync_protocol.events import Event
from sync_protocol.messages import Push, PushAnswer

Compress = Callable[[bytes], bytes]
Inflate = Callable[[bytes, int], bytes]
"""(compressed, most bytes allowed) -> raw; raises ValueError beyond the cap or on garbage."""

_encoder = msgpack.Encoder()
_push = msgpack.Decoder(Push)
_answer = msgpack.Decoder(PushAnswer)


def check_event(event: Event) -> None:
    """Assert before COMMIT what central will assert on arrival: a malformed envelope must be impossible."""
    fault = _fault(event)
    if fault:
        raise LocalProtocolError(f"{event.type} seq {event.seq}: {fault}")


def encode_push(push: Push, compress: Compress) -> bytes:
    """Wire bytes of a push. Raises LocalProtocolError beyond a limit: send fewer events."""
    raw = _encoder.encode(push)
    if len(push.events) > limits.PUSH_EVENTS_MAX or len(raw) > limits.PUSH_RAW_BYTES_MAX:
        raise LocalProtocolError(
            f"push of {len(push.events)} events, {len(raw)} bytes is beyond the limit"
        )
    return compress(raw)


def decode_push(wire: bytes, inflate: Inflate) -> Push:
    """Read a push. Raises MalformedEnvelopeError for anything that is not one."""
    if len(wire) > limits.PUSH_WIRE_BYTES_MAX:
        raise MalformedEnvelopeError(f"{len(wire)} bytes, {limits.PUSH_WIRE_BYTES_MAX} allowed")
    cap = min(limits.PUSH_RAW_BYTES_MAX, max(4096, len(wire) * limits.INFLATE_RATIO_MAX))
    try:
        push = _push.decode(inflate(wire, cap))
    except (ValidationError, DecodeError, ValueError) as error:
        raise MalformedEnvelopeError(str(error)) from error
    for place, event in enumerate(push.events):
        fault = _fault(event) or (
            "" if event.seq == push.from_seq + place else "seqs are not consecutive"
        )
        if fault:
            raise MalformedEnvelopeError(f"event {place}: {fault}")
    if push.from_seq < 1 or len(push.prev_hash) != 32 or len(push.events) > limits.PUSH_EVENTS_MAX:
        raise MalformedEnvelopeError("from_seq, prev_hash or the number of events is impossible")
    return push


def encode_answer(answer: PushAnswer) -> bytes:
    return _encoder.encode(answer)


def decode_answer(raw: bytes) -> PushAnswer:
    """Read central's answer. Raises MalformedEnvelopeError."""
    try:
        return _answer.decode(raw)
    except (ValidationError, DecodeError) as error:
        raise MalformedEnvelopeError(str(error)) from error


def _fault(event: Event) -> str:
    if event.seq < 1 or event.tver < 1 or event.wall_ms < 0 or event.mono_ms < 0:
        return "seq, tver, wall_ms and mono_ms must not be negative"
    if len(event.body) > limits.BODY_BYTES_MAX:
        return f"body of {len(event.body)} bytes, {limits.BODY_BYTES_MAX} allowed"
    if not event.type.isalnum() or len(event.type) > 64:
        return "type must be 1 to 64 letters and digits"
    if len(event.boot_id) > 64 or len(event.business_day) > 10:
        return "boot_id or business_day is too long"
    return ""
