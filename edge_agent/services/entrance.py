"""The door of the corner: a PIN or a badge opens it for two minutes, as who one is.

Wrong PINs make everyone wait, longer each time; a restart does not shorten the wait. One is tried
at a time, off the event loop, so that neither many requests nor slow hashing get around it.
"""

import asyncio
import secrets
from collections.abc import Callable, Sequence
from typing import NamedTuple

from edge_agent.journal.journal import Journal
from edge_agent.journal.staff import note_act, put_tries, read_tries
from edge_agent.services.errors import RefusedError
from edge_agent.services.shelf import Shelf
from sync_protocol.feed import Attendant, Role
from sync_protocol.pins import is_secret

SESSION_S = 120.0
FREE_TRIES = 3
WAIT_FIRST_S = 5.0
WAIT_MOST_S = 900.0
DOUBLINGS_MAX = 10


class Session(NamedTuple):
    token: str
    attendant: Attendant
    touched_s: float


class Clocks(NamedTuple):
    """Seconds that only grow, and the wall's milliseconds, which a restart needs."""

    monotonic: Callable[[], float]
    wall_ms: Callable[[], int]


class Entrance:
    """One session at a time; everything behind the door asks ``who``. Raises RefusedError."""

    def __init__(self, journal: Journal, shelf: Shelf, clocks: Clocks) -> None:
        self._journal = journal
        self._shelf = shelf
        self._clocks = clocks
        self._session: Session | None = None
        self._failures = 0
        self._closed_until_s = 0.0
        self._one_at_a_time = asyncio.Lock()
        self.entered: Callable[[], None] = lambda: None
        """Told when somebody is in."""

    def open(self) -> None:
        """Take up what earlier boots remember. A clock that jumped makes nobody wait longer than
        the longest wait.
        """
        self._failures, until_ms = read_tries(self._journal)
        left_s = (until_ms - self._clocks.wall_ms()) / 1000
        self._closed_until_s = self._clocks.monotonic() + min(WAIT_MOST_S, max(0.0, left_s))

    async def enter(self, secret: str) -> Session:
        """By PIN or badge. Raises RefusedError: bad-pin, or wait-for-pin after too many."""
        async with self._one_at_a_time:
            left_s = self._closed_until_s - self._clocks.monotonic()
            if left_s > 0:
                wait_s = round(left_s) + 1
                raise RefusedError("wait-for-pin", f"Too many wrong PINs: wait {wait_s} s.")
            found = await asyncio.to_thread(_whose, secret, self._shelf.catalogue.staff)
            if found is None:
                await self._fail()
                raise RefusedError("bad-pin", "No attendant has this PIN.")
            if self._failures:
                self._failures = 0
                await self._journal.do(put_tries(0, 0))
        await self._journal.do(note_act(found.id, "entered"))
        self._session = Session(secrets.token_urlsafe(16), found, self._clocks.monotonic())
        self.entered()
        return self._session

    def leave(self) -> None:
        self._session = None

    def who(self, token: str, role: Role | None = None) -> str:
        """The attendant's id; the session lives on. Raises RefusedError: no-session,
        not-allowed.
        """
        session, now = self._session, self._clocks.monotonic()
        is_ours = session is not None and secrets.compare_digest(
            session.token.encode(), token.encode()
        )
        if session is None or not is_ours or now - session.touched_s > SESSION_S:
            self._session = None if is_ours else session
            raise RefusedError("no-session", "Enter your PIN again.")
        self._session = session._replace(touched_s=now)
        if role is not None and role not in session.attendant.roles:
            raise RefusedError("not-allowed", f"Only a {role} may do this.")
        return session.attendant.id

    async def _fail(self) -> None:
        """On disk before it is told, so that no cut gives a free try."""
        self._failures += 1
        wait_s = 0.0
        if self._failures >= FREE_TRIES:
            doublings = min(DOUBLINGS_MAX, self._failures - FREE_TRIES)
            wait_s = min(WAIT_MOST_S, WAIT_FIRST_S * 2**doublings)
        self._closed_until_s = self._clocks.monotonic() + wait_s
        await self._journal.do(put_tries(self._failures, round(wait_s * 1000)))


def _whose(secret: str, staff: Sequence[Attendant]) -> Attendant | None:
    return next((it for it in staff if _opens(secret, it)), None)


def _opens(secret: str, attendant: Attendant) -> bool:
    return is_secret(secret, attendant.pin_hash) or (
        bool(attendant.badge_hash) and is_secret(secret, attendant.badge_hash)
    )
