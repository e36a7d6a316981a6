"""What this totem answered each POS, in memory; attempts handed in after a restart rebuild it."""

from edge_agent.devices.drivers.cielo.messages import Code, Key, LastEnd

MOST = 64
"""Answers kept. A POS asks again about its last session only."""


class Book:
    """Decisions by session, newest last.

    ``undecided``: approvals that the caller has neither confirmed nor undone yet.
    """

    def __init__(self) -> None:
        self.undecided: set[Key] = set()
        self._answers: dict[Key, int] = {}
        self._heard: set[Key] = set()
        self._dead: dict[str, None] = {}

    def decide(self, key: Key, status: int) -> None:
        """From now on ``key`` is answered ``status``."""
        self.undecided.discard(key)
        self._answers[key] = status
        for old in list(self._answers)[:-MOST]:
            del self._answers[old]
            self._heard.discard(old)

    def bury(self, seq_ac: str) -> None:
        """From now on every session of this attempt that has no answer is answered 4."""
        self._dead[seq_ac] = None
        for old in list(self._dead)[:-MOST]:
            del self._dead[old]

    def status(self, key: Key) -> int | None:
        """The answer for ``key``, or None while there is none."""
        if key in self._answers:
            return self._answers[key]
        return Code.WRONG_SEQUENCE if key.seq_ac in self._dead else None

    def is_undecided(self, pos_id: str) -> bool:
        return any(key.pos_id == pos_id for key in self.undecided)

    def hear(self, key: Key) -> None:
        """The POS has proved that it knows the answer for ``key``."""
        if key in self._answers:
            self._heard.add(key)

    def has_heard(self, key: Key) -> bool:
        return key in self._heard

    def last(self, pos_id: str) -> Key | None:
        """The session that this POS was answered last."""
        return next((key for key in reversed(self._answers) if key.pos_id == pos_id), None)

    def last_end(self, pos_id: str) -> LastEnd | None:
        """The same as the POS is told it; None when there was none."""
        key = self.last(pos_id)
        return None if key is None else LastEnd(key.seq_pos, key.seq_ac, self._answers[key])
