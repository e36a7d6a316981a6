"""Operators and their refresh tokens in PostgreSQL.

A refresh token is stored as its SHA-256 only. Rotation is decided under a row lock, so that two
requests with the same token see one successor.
"""

from datetime import datetime, timedelta
from hashlib import sha256

from asyncpg import Pool
from msgspec import Struct, json

from central.domain.people import Credential, Person


class Rotation(Struct, frozen=True):
    """A token, its successor, and the moment and rules of the exchange."""

    token: str
    successor: str
    now: datetime
    lifetime: timedelta
    grace: timedelta


class PeopleRecords:
    """Reads and writes ``people`` and ``refresh_tokens``."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def credential(self, username: str) -> Credential | None:
        row = await self._pool.fetchrow(
            "SELECT username, name, scopes::text AS scopes, password_hash FROM people"
            " WHERE username = $1",
            username,
        )
        if row is None:
            return None
        person = Person(row["username"], row["name"], json.decode(row["scopes"], type=list[str]))
        return Credential(person, row["password_hash"])

    async def anybody(self) -> bool:
        """Whether there is any operator at all."""
        found: bool = await self._pool.fetchval("SELECT EXISTS (SELECT FROM people)")
        return found

    async def add(self, credential: Credential) -> bool:
        """Store a new operator; False when the username is taken."""
        person = credential.person
        done: str = await self._pool.execute(
            "INSERT INTO people (username, password_hash, name, scopes)"
            " VALUES ($1, $2, $3, $4::text::jsonb) ON CONFLICT DO NOTHING",
            person.username,
            credential.password_hash,
            person.name,
            json.encode(person.scopes).decode(),
        )
        return done == "INSERT 0 1"

    async def set_password(self, username: str, password_hash: str) -> bool:
        """Change a password and end every login under the old one; False without such a person."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute("DELETE FROM refresh_tokens WHERE username = $1", username)
            done: str = await connection.execute(
                "UPDATE people SET password_hash = $2 WHERE username = $1", username, password_hash
            )
        return done == "UPDATE 1"

    async def begin_family(
        self, family: str, username: str, token: str, expires_at: datetime
    ) -> None:
        """Store the first refresh token of a login, and drop this person's expired ones."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(
                "DELETE FROM refresh_tokens WHERE username = $1"
                " AND expires_at < $2::timestamptz - interval '30 days'",
                username,
                expires_at,
            )
            await connection.execute(
                "INSERT INTO refresh_tokens (token_hash, family, username, expires_at)"
                " VALUES ($1, $2, $3, $4)",
                _digest(token),
                family,
                username,
                expires_at,
            )

    async def rotate(self, step: Rotation) -> str | None:
        """Exchange a token for its successor; the owner's username, or None when it buys nothing.

        A token used before revokes its whole family, unless it comes again within the grace and its
        successor is unused: then the answer was lost, and the same successor stands.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            row = await connection.fetchrow(
                "SELECT family, username, expires_at, used_at FROM refresh_tokens"
                " WHERE token_hash = $1 FOR UPDATE",
                _digest(step.token),
            )
            if row is None or row["expires_at"] <= step.now:
                return None
            username: str = row["username"]
            if row["used_at"] is None:
                await connection.execute(
                    "UPDATE refresh_tokens SET used_at = $2 WHERE token_hash = $1",
                    _digest(step.token),
                    step.now,
                )
                await connection.execute(
                    "INSERT INTO refresh_tokens (token_hash, family, username, expires_at)"
                    " VALUES ($1, $2, $3, $4)",
                    _digest(step.successor),
                    row["family"],
                    username,
                    step.now + step.lifetime,
                )
                return username
            unused = await connection.fetchval(
                "SELECT used_at IS NULL FROM refresh_tokens WHERE token_hash = $1",
                _digest(step.successor),
            )
            if unused and step.now - row["used_at"] <= step.grace:
                return username
            await connection.execute("DELETE FROM refresh_tokens WHERE family = $1", row["family"])
            return None

    async def end_family(self, token: str) -> None:
        """Revoke the family a token belongs to; an unknown token is no error."""
        await self._pool.execute(
            "DELETE FROM refresh_tokens WHERE family ="
            " (SELECT family FROM refresh_tokens WHERE token_hash = $1)",
            _digest(token),
        )


def _digest(token: str) -> bytes:
    return sha256(token.encode()).digest()
