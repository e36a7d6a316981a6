"""Bytes to messages and back, with every limit checked before anything is believed.

What one end refuses to read the other refuses to send: both call the same ``_fault_of_push``.
Compression is given in as two ports, so that this package stays pure.
"""

from collections.abc import Callable, Sequence

from msgspec import msgpack

from sync_protocol import limits
from sync_protocol.chain import HASH_BYTES
from sync_protocol.errors import LocalProtocolError, MalformedEnvelopeError
from sync_protocol.events import Event
from sync_protocol.messages import JournalPage, Push, PushAnswer

Compress = Callable[[bytes], bytes]
Inflate = Callable[[bytes, int], bytes]
"""(compressed, most bytes allowed) -> raw; raises ValueError beyond the cap or on garbage."""

_encoder = msgpack.Encoder()
_push = msgpack.Decoder(Push)
_answer = msgpack.Decoder(PushAnswer)
_page = msgpack.Decoder(JournalPage)


def check_event(event: Event) -> None:
    """Before COMMIT, what central checks on arrival: a malformed envelope must be impossible.

    Raises LocalProtocolError.
    """
    fault = _fault(event)
    if fault:
        raise LocalProtocolError(f"{event.type} seq {event.seq}: {fault}")


def encode_push(push: Push, compress: Compress) -> bytes:
    """Wire bytes of a push. Raises LocalProtocolError beyond a limit: send fewer events."""
    raw = _encoder.encode(push)
    wire = compress(raw)
    fault = _fault_of_push(push) or _fault_of_size(len(raw), len(wire))
    if fault:
        raise LocalProtocolError(fault)
    return wire


def decode_push(wire: bytes, inflate: Inflate) -> Push:
    """Read a push. Raises MalformedEnvelopeError for anything that is not one."""
    if len(wire) > limits.PUSH_WIRE_BYTES_MAX:
        raise MalformedEnvelopeError(f"{len(wire)} bytes, {limits.PUSH_WIRE_BYTES_MAX} allowed")
    try:
        push = _push.decode(inflate(wire, _inflate_cap(len(wire))))
    except (ValueError, RecursionError) as error:
        raise MalformedEnvelopeError(str(error)) from error
    fault = _fault_of_push(push)
    if fault:
        raise MalformedEnvelopeError(fault)
    return push


def encode_answer(answer: PushAnswer) -> bytes:
    return _encoder.encode(answer)


def decode_answer(raw: bytes) -> PushAnswer:
    """Read central's answer. Raises MalformedEnvelopeError."""
    try:
        return _answer.decode(raw)
    except (ValueError, RecursionError) as error:
        raise MalformedEnvelopeError(str(error)) from error


def encode_page(page: JournalPage) -> bytes:
    return _encoder.encode(page)


def decode_page(raw: bytes) -> JournalPage:
    """Read a page of a journal as central holds it. Raises MalformedEnvelopeError."""
    try:
        page = _page.decode(raw)
    except (ValueError, RecursionError) as error:
        raise MalformedEnvelopeError(str(error)) from error
    fault = _fault_of_run(page.from_seq, page.events)
    if fault:
        raise MalformedEnvelopeError(fault)
    return page


def _inflate_cap(wire_bytes: int) -> int:
    allowed = max(limits.INFLATE_BYTES_FREE, wire_bytes * limits.INFLATE_RATIO_MAX)
    return min(limits.PUSH_RAW_BYTES_MAX, allowed)


def _fault_of_size(raw_bytes: int, wire_bytes: int) -> str:
    if wire_bytes > limits.PUSH_WIRE_BYTES_MAX or raw_bytes > _inflate_cap(wire_bytes):
        return f"a push of {raw_bytes} bytes, {wire_bytes} compressed, is beyond the limit"
    return ""


def _fault_of_push(push: Push) -> str:
    if len(push.events) > limits.PUSH_EVENTS_MAX:
        return f"{len(push.events)} events, {limits.PUSH_EVENTS_MAX} allowed"
    if push.from_seq < 1 or len(push.prev_hash) != HASH_BYTES:
        return "from_seq or prev_hash is impossible"
    declared = push.declared
    versions = [applied.version for applied in push.applied.values()]
    numbers = (push.epoch, push.from_seq, push.head.seq, declared.seq, *versions)
    if not _fit(*numbers, *declared.sums_by_method.values()):
        return "an integer is negative or too large"
    if not all(_plain(text, 64) for text in (*push.applied, *declared.sums_by_method)):
        return "a scope or method is too long or not plain text"
    return _fault_of_run(push.from_seq, push.events)


def _fault_of_run(from_seq: int, events: Sequence[Event]) -> str:
    for place, event in enumerate(events):
        if event.seq != from_seq + place:
            return f"event {place}: seqs are not consecutive"
        fault = _fault(event)
        if fault:
            return f"event {place}: {fault}"
    return ""


def _fault(event: Event) -> str:
    if event.seq < 1 or event.tver < 1:
        return "seq and tver start at 1"
    if not _fit(event.seq, event.tver, event.wall_ms, event.mono_ms):
        return "an integer is negative or too large"
    if len(event.body) > limits.BODY_BYTES_MAX:
        return f"body of {len(event.body)} bytes, {limits.BODY_BYTES_MAX} allowed"
    if not (event.type.isascii() and event.type.isalnum()) or len(event.type) > 64:
        return "type must be 1 to 64 letters and digits"
    if not _plain(event.boot_id, 64) or not _plain(event.business_day, 10):
        return "boot_id or business_day is too long or not plain text"
    origin = event.origin
    if origin and not (_fit(origin.epoch, origin.seq) and len(origin.hash) == HASH_BYTES):
        return "origin is impossible"
    return ""


def _fit(*numbers: int) -> bool:
    return all(0 <= number <= limits.INTEGER_MAX for number in numbers)


def _plain(text: str, most: int) -> bool:
    return len(text) <= most and text.isascii() and text.isprintable()
