"""Headquarters' commands on disk: each is delivered with its feed page, and begun at most once.

``delivered`` came with the feed, ``begun`` is committed before the effect starts, ``done`` has its
outcome in the journal. One that was begun and has no outcome is never run again.
"""

from msgspec import ValidationError, json

from edge_agent.journal.writer import Deed, Writing
from sync_protocol.events import CommandFinished, CommandOutcome
from sync_protocol.feed import Command, FeedItem

CUT_SHORT = "the agent stopped while it ran; it is not run again"


def deliver(writing: Writing, item: FeedItem) -> None:
    """Keep a command of the feed; one that is known already changes nothing."""
    try:
        command = json.decode(item.body, type=Command)
    except ValidationError:
        return
    writing.db.execute(
        "INSERT INTO commands VALUES (?, ?, 'delivered') ON CONFLICT DO NOTHING",
        (command.id, item.body),
    )


def begin_next(effects: frozenset[str]) -> Deed[Command | None]:
    """The oldest delivered command, begun; those that must not run get their outcome instead."""

    def deed(writing: Writing) -> Command | None:
        sql = "SELECT body FROM commands WHERE state = 'delivered' ORDER BY rowid"
        for (body,) in writing.rows(sql):
            command = json.decode(body, type=Command)
            outcome, why = _refusal(writing, command, effects)
            if outcome is None:
                _move(writing, command, "begun")
                return command
            _finish(writing, command, outcome, why)
        return None

    return deed


def finish(command: Command, outcome: CommandOutcome, detail: str) -> Deed[None]:
    """The deed that tells what came of it."""
    return lambda writing: _finish(writing, command, outcome, detail)


def cut_short(writing: Writing) -> int:
    """After a start: whatever was begun and never finished has failed; how many."""
    rows = writing.rows("SELECT body FROM commands WHERE state = 'begun'")
    for (body,) in rows:
        _finish(writing, json.decode(body, type=Command), "failed", CUT_SHORT)
    return len(rows)


def _refusal(
    writing: Writing, command: Command, effects: frozenset[str]
) -> tuple[CommandOutcome | None, str]:
    if command.epoch != writing.head.epoch:
        return "refused", f"it was given in epoch {command.epoch}: the totem was set back since"
    if command.expires_ms < writing.stamp.wall_ms:
        return "expired", ""
    if command.effect not in effects:
        return "refused", f"this agent does not know {command.effect:.64}"
    return None, ""


def _finish(writing: Writing, command: Command, outcome: CommandOutcome, detail: str) -> None:
    _move(writing, command, "done")
    writing.append(CommandFinished(command.id, command.effect, outcome, detail))


def _move(writing: Writing, command: Command, state: str) -> None:
    writing.db.execute("UPDATE commands SET state = ? WHERE id = ?", (state, command.id))
