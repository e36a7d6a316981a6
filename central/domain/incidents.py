"""What happened between a totem and headquarters, in words, and what to do about it."""

from typing import Any, NamedTuple


class Words(NamedTuple):
    """For an operator: one sentence each."""

    what: str
    todo: str


_WORDS = {
    "fork": Words(
        "{totem} sent other events for a place that is held already (epoch {pushed_epoch}, from "
        "{from_seq}): it was set back to an older state, or its disk was copied.",
        "Nothing was overwritten. The totem asks for a new epoch by itself; if a copy of its disk "
        "runs elsewhere, stop that machine.",
    ),
    "epoch-closed": Words(
        "{totem} sent events of epoch {pushed_epoch}, which is closed or was never granted here.",
        "Nothing to do if a restore of the totem or of headquarters is known: it asks for a new "
        "epoch and brings what is missing.",
    ),
    "held-behind-ack": Words(
        "{totem} sent events from {from_seq} on, {held_seq} are held: headquarters is behind.",
        "The totem sends the missing events again. If the database was restored, make sure that "
        "`totem-central admin restored` was run.",
    ),
    "bad-chain": Words(
        "{totem} sent events whose chain does not fit its signed head.",
        "Nothing was stored. On the totem, run `totem journal verify`; keep its disk.",
    ),
    "epoch": Words(
        "{totem} began a new epoch after {open_epoch} ({reason}), {in_a_day} in 24 hours. It "
        "compares its journal with ours and brings what we lack.",
        "Ask who restored or moved this totem. More than one in a day without a known reason is "
        "two machines under one name, or a failing disk.",
    ),
    "clone": Words(
        "A second machine ({instance_id}) asked to write as {totem} while {known_instance_id} "
        "works. It was refused, sells nothing, and its journal is kept aside.",
        "Stop the machine that is not wanted. To let the second one go on instead: "
        "`totem-central totem choose {totem} {instance_id}`.",
    ),
    "totem-revoked": Words(
        "{totem} was revoked and still talks to us. Its journal is kept aside, unposted.",
        "Its unsynced sales may be money: read them before the machine is scrapped.",
    ),
}
_UNKNOWN = Words("{totem}: {kind}.", "Read the detail, and ask the technician of this totem.")


class _Gaps(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "?"


def in_words(totem: str, kind: str, detail: dict[str, Any]) -> Words:
    """One incident; what its detail does not say reads as a question mark."""
    words = _WORDS.get(kind, _UNKNOWN)
    values = _Gaps(detail, totem=totem, kind=kind)
    return Words(words.what.format_map(values), words.todo.format_map(values))
