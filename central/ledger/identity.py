"""Totems, their keys, epochs and enrolment codes in PostgreSQL."""

from datetime import datetime, timedelta

import asyncpg
from asyncpg import Connection
from msgspec import Struct, json

from central.domain.errors import OperatorError
from central.domain.series import SERIES_SKIPPED
from central.ledger.database import Database
from sync_protocol import limits
from sync_protocol.messages import Grant

CODE_LIFE = timedelta(seconds=limits.ENROL_CODE_LIFE_S)


_NO_CODE = {
    "created": "totem {} was never enrolled: ask for its code without --replace",
    "active": "totem {} is enrolled; when its disk or machine is new, ask with --replace",
    "revoked": "totem {} is revoked: it gets no code",
}


class Identity(Struct, frozen=True):
    """A totem and one of its keys; ``public_key`` is None when the key is not, or no longer, its
    own.
    """

    totem: str
    site: str
    status: str
    public_key: bytes | None


class NewTotem(Struct, frozen=True):
    totem: str
    name: str
    site: str
    site_name: str


class Listed(Struct, frozen=True):
    """One line of ``totem-central totem list``."""

    totem: str
    site: str
    name: str
    status: str
    epoch: int
    held_seq: int
    last_contact_at: datetime | None


class Candidate(Struct, frozen=True):
    """Whom an enrolment code names. ``answer`` and ``public_key`` are set once it was used."""

    totem: str
    name: str
    site: str
    site_name: str
    expires_at: datetime
    tries_left: int
    answer: bytes | None
    public_key: bytes | None


class Enrolled(Struct, frozen=True):
    """What enrolling a totem writes."""

    grant: Grant
    genesis: bytes
    key_id: str
    public_key: bytes
    answer: bytes


async def identify(database: Database, totem: str, key_id: str) -> Identity | None:
    """The totem of this name with this key; None when there is no such totem."""
    async with database.connection() as connection:
        row = await connection.fetchrow(
            "SELECT t.totem, t.site, t.status, k.public_key FROM totems t"
            " LEFT JOIN totem_keys k"
            " ON k.totem = t.totem AND k.key_id = $2 AND k.revoked_at IS NULL"
            " WHERE t.totem = $1",
            totem,
            key_id,
        )
    return None if row is None else Identity(*row)


async def create(database: Database, new: NewTotem) -> None:
    """Store a totem, and its site when it is new. Raises OperatorError when the name is taken."""
    async with database.transaction() as connection:
        await connection.execute(
            "INSERT INTO sites (site, name) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            new.site,
            new.site_name,
        )
        try:
            await connection.execute(
                "INSERT INTO totems (totem, site, name) VALUES ($1, $2, $3)",
                new.totem,
                new.site,
                new.name,
            )
        except asyncpg.UniqueViolationError:
            raise OperatorError(f"totem {new.totem} exists already") from None


async def put_code(
    database: Database, totem: str, code_hash: bytes, now: datetime, *, is_replacement: bool
) -> None:
    """Give a totem a new code in place of any other. Raises OperatorError: once it is enrolled only
    a replacement of its disk or machine takes a code.
    """
    async with database.transaction() as connection:
        status = await connection.fetchval(
            "SELECT status FROM totems WHERE totem = $1 FOR UPDATE", totem
        )
        if status is None:
            raise OperatorError(f"there is no totem {totem}")
        if status != ("active" if is_replacement else "created"):
            raise OperatorError(_NO_CODE.get(status, _NO_CODE["revoked"]).format(totem))
        await connection.execute(
            "INSERT INTO enrol_codes (totem, code_hash, expires_at, tries_left)"
            " VALUES ($1, $2, $3, $4) ON CONFLICT (totem) DO UPDATE SET"
            " code_hash = excluded.code_hash, expires_at = excluded.expires_at,"
            " tries_left = excluded.tries_left, answer = NULL, public_key = NULL",
            totem,
            code_hash,
            now + CODE_LIFE,
            limits.ENROL_TRIES_MAX,
        )


async def listing(database: Database) -> list[Listed]:
    """Every totem, by site and name."""
    async with database.connection() as connection:
        rows = await connection.fetch(
            "SELECT t.totem, t.site, t.name, t.status, coalesce(h.epoch, 0),"
            " coalesce(h.held_seq, 0), h.last_contact_at"
            " FROM totems t LEFT JOIN heads h USING (totem) ORDER BY t.site, t.totem"
        )
    return [Listed(*row) for row in rows]


async def server_gen(connection: Connection) -> int:
    """How often this ledger was restored from a backup, plus one."""
    generation: int = await connection.fetchval("SELECT server_gen FROM server WHERE id = 1")
    return generation


async def raise_generation(database: Database) -> int:
    """After a restore of the ledger: what totems compared and read before means nothing now, and
    ticket series given out since the backup are passed over. The new generation.
    """
    async with database.transaction() as connection:
        await connection.execute("UPDATE sites SET series_next = series_next + $1", SERIES_SKIPPED)
        generation: int = await connection.fetchval(
            "UPDATE server SET server_gen = server_gen + 1 WHERE id = 1 RETURNING server_gen"
        )
    return generation


async def lock_candidate(connection: Connection, code_hash: bytes) -> Candidate | None:
    """Whom this code names, locked until the transaction ends."""
    row = await connection.fetchrow(
        "SELECT t.totem, t.name, t.site, s.name, c.expires_at, c.tries_left, c.answer,"
        " c.public_key FROM enrol_codes c JOIN totems t USING (totem) JOIN sites s USING (site)"
        " WHERE c.code_hash = $1 FOR UPDATE OF c",
        code_hash,
    )
    return None if row is None else Candidate(*row)


async def spend_try(connection: Connection, totem: str) -> None:
    """A right code came with a wrong proof."""
    await connection.execute(
        "UPDATE enrol_codes SET tries_left = tries_left - 1 WHERE totem = $1", totem
    )


async def next_series(connection: Connection, site: str) -> int:
    """Index of a ticket series that this site never used."""
    index: int = await connection.fetchval(
        "UPDATE sites SET series_next = series_next + 1 WHERE site = $1 RETURNING series_next - 1",
        site,
    )
    return index


async def enrol(connection: Connection, enrolled: Enrolled) -> None:
    """Open the totem's first epoch under its key, and keep the answer for a request that comes
    again.
    """
    grant = enrolled.grant
    await connection.execute(
        "UPDATE totems SET status = 'active', instance_id = $2 WHERE totem = $1",
        grant.totem,
        grant.instance_id,
    )
    await connection.execute(
        "INSERT INTO epochs (totem, epoch, grant_json, genesis, series)"
        " VALUES ($1, $2, $3, $4, $5)",
        grant.totem,
        grant.epoch,
        json.encode(grant),
        enrolled.genesis,
        grant.series,
    )
    await connection.execute(
        "INSERT INTO heads (totem, epoch, held_hash) VALUES ($1, $2, $3)",
        grant.totem,
        grant.epoch,
        enrolled.genesis,
    )
    await add_key(connection, enrolled)


async def add_key(connection: Connection, enrolled: Enrolled) -> None:
    """The totem may sign with this key too; the code that brought it is used up."""
    grant = enrolled.grant
    await connection.execute(
        "INSERT INTO totem_keys (totem, key_id, public_key) VALUES ($1, $2, $3)",
        grant.totem,
        enrolled.key_id,
        enrolled.public_key,
    )
    await connection.execute(
        "UPDATE enrol_codes SET answer = $2, public_key = $3 WHERE totem = $1",
        grant.totem,
        enrolled.answer,
        enrolled.public_key,
    )
