"""The connections that POS have open to us, served in turns by one thread."""

from collections import deque
from collections.abc import Callable
from math import inf
from typing import NamedTuple

from edge_agent.devices.drivers.cielo.framing import Unframer, frame
from edge_agent.devices.drivers.cielo.messages import Answer, Command, Key, decode, encode
from edge_agent.devices.errors import DeviceError, DeviceGoneError, DeviceProtocolError
from edge_agent.devices.ports import Clock, Listener, Wire

TURN_S = 0.02
CHUNK = 4096
CHUNKS = 32
MOST = 8
"""Connections open at once; more are closed at the door."""


class Pace(NamedTuple):
    """Seconds. ``session_s`` is less than a supervisor gives a call. ``hold_s`` is less than the
    60 s that a POS waits for the answer to its end; ``claim_s``: how long an end that nobody knows
    may wait for the journal to be read; ``patience_s``: how long confirm waits for a POS to call.
    """

    fragment_s: float = 1.0
    answer_s: float = 3.0
    session_s: float = 290.0
    close_s: float = 10.0
    hold_s: float = 55.0
    claim_s: float = 20.0
    patience_s: float = 5.0
    ping_s: float = 1.0


class Waiting(NamedTuple):
    """An end that waits for its answer, and since when (of the monotonic clock)."""

    key: Key
    since: float


class Caller:
    """One connection. ``teaches``: the session whose answer was sent here and is heard once the
    POS closes or speaks again.
    """

    def __init__(self, wire: Wire, now: float, close_at: float) -> None:
        self.wire = wire
        self.unframer = Unframer()
        self.inbox: deque[Command] = deque()
        self.read_at = now
        self.close_at = close_at
        self.waiting: Waiting | None = None
        self.teaches: Key | None = None


class Callers:
    """All open connections. ``heard`` is told each session whose answer a POS has got."""

    def __init__(
        self, listener: Listener, clock: Clock, pace: Pace, heard: Callable[[Key], None]
    ) -> None:
        self._listener = listener
        self._clock = clock
        self._pace = pace
        self._heard = heard
        self._open: list[Caller] = []

    def poll(self, wait_s: float) -> tuple[Caller, Command] | None:
        """Take in and read once, waiting at most ``wait_s``; the next command of a POS that is
        still there, if any. Raises DeviceGoneError when the listener broke.
        """
        self._accept(min(wait_s, TURN_S) if self._open else wait_s)
        for caller in tuple(self._open):
            self._listen(caller)
        for caller in self._open:
            if caller.inbox:
                return caller, caller.inbox.popleft()
        return None

    def answer(self, caller: Caller, answer: Answer, teaches: Key | None = None) -> None:
        """Send, and leave it to the POS to close for a while. A POS that is gone is dropped."""
        caller.waiting = None
        try:
            caller.wire.write(frame(encode(answer)), self._pace.answer_s)
        except DeviceError:
            self.drop(caller)
            return
        caller.teaches = teaches
        caller.close_at = self._clock.monotonic() + self._pace.close_s

    def keep(self, caller: Caller) -> None:
        """This one may stay silent until it is answered, dropped or dismissed."""
        caller.close_at = inf

    def waiting(self) -> list[tuple[Caller, Waiting]]:
        return [(it, it.waiting) for it in self._open if it.waiting is not None]

    def is_teaching(self, key: Key) -> bool:
        """Whether a POS that was sent this answer has not closed yet."""
        return any(it.teaches == key for it in self._open)

    def is_busy(self) -> bool:
        """Whether anybody is there besides those who wait for us."""
        return any(it.waiting is None for it in self._open)

    def dismiss(self) -> None:
        """Close those that were kept and wait for nothing."""
        for caller in tuple(self._open):
            if caller.close_at == inf and caller.waiting is None:
                self.drop(caller)

    def drop(self, caller: Caller) -> None:
        """Close from our side, which proves nothing about what was heard."""
        caller.teaches = None
        caller.wire.close()
        if caller in self._open:
            self._open.remove(caller)

    def close(self) -> None:
        for caller in tuple(self._open):
            self.drop(caller)

    def _accept(self, wait_s: float) -> None:
        for turn in range(MOST):
            wire = self._listener.accept(0.0 if turn else wait_s)
            if wire is None:
                return
            if len(self._open) == MOST:
                wire.close()
                continue
            now = self._clock.monotonic()
            self._open.append(Caller(wire, now, now + self._pace.close_s))

    def _listen(self, caller: Caller) -> None:
        try:
            has_news = self._read(caller)
        except DeviceGoneError:
            self._note_heard(caller)
            self.drop(caller)
            return
        except DeviceProtocolError:
            self.drop(caller)
            return
        now = self._clock.monotonic()
        is_torn = caller.unframer.partial and now - caller.read_at > self._pace.fragment_s
        if is_torn or (not has_news and now >= caller.close_at):
            self.drop(caller)

    def _read(self, caller: Caller) -> bool:
        has_news = False
        for _ in range(CHUNKS):
            data = caller.wire.read(CHUNK, 0.0)
            if not data:
                break
            caller.read_at = self._clock.monotonic()
            for payload in caller.unframer.feed(data):
                caller.inbox.append(decode(payload))
                self._note_heard(caller)
                has_news = True
        return has_news

    def _note_heard(self, caller: Caller) -> None:
        if caller.teaches is not None:
            self._heard(caller.teaches)
            caller.teaches = None
