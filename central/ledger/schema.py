"""The one definition of headquarters' tables (SQLAlchemy Core).

Growing tables start their keys with the totem, so that they can be partitioned and distributed by
it.
``events`` is every totem's journal, as made: append-only, its bytes never re-encoded. ``sales``,
``payments``, ``tickets`` and ``legs`` are projections of posted events. Small reference tables
carry no totem.
SQL stays within what PostgreSQL 15 knows.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData()


def _instant(name: str, *, null: bool = False, now: bool = False) -> Column[object]:
    default = func.now() if now else None
    return Column(name, DateTime(timezone=True), nullable=null, server_default=default)


sites = Table(
    "sites",
    metadata,
    Column("site", String(32), primary_key=True),
    Column("name", Text, nullable=False),
    Column("series_next", Integer, nullable=False, server_default="0"),
)

totems = Table(
    "totems",
    metadata,
    Column("totem", String(16), primary_key=True),
    Column("site", ForeignKey("sites.site"), nullable=False),
    Column("name", Text, nullable=False),
    Column(
        "status", String(16), nullable=False, server_default="created"
    ),  # created active revoked
    Column("instance_id", Text),
    Column("leave", Text, nullable=False, server_default=""),  # instance an operator chose
    _instant("created_at", now=True),
)

totem_keys = Table(
    "totem_keys",
    metadata,
    Column("totem", ForeignKey("totems.totem"), nullable=False),
    Column("key_id", String(64), nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    _instant("revoked_at", null=True),
    _instant("created_at", now=True),
    PrimaryKeyConstraint("totem", "key_id"),
)

enrol_codes = Table(
    "enrol_codes",
    metadata,
    Column("totem", ForeignKey("totems.totem"), primary_key=True),
    Column("code_hash", LargeBinary, nullable=False, unique=True),
    _instant("expires_at"),
    Column("tries_left", Integer, nullable=False),
    Column(
        "answer", LargeBinary
    ),  # JSON of the EnrolAnswer once used: the same request gets it again
    Column("public_key", LargeBinary),
)

epochs = Table(
    "epochs",
    metadata,
    Column("totem", ForeignKey("totems.totem"), nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("grant_json", LargeBinary, nullable=False),
    Column("genesis", LargeBinary, nullable=False),
    Column("series", String(4), nullable=False),
    Column("reason", String(16), nullable=False, server_default="enrolled"),
    Column("by_operator", Boolean, nullable=False, server_default="false"),
    _instant("closed_at", null=True),
    _instant("opened_at", now=True),
    PrimaryKeyConstraint("totem", "epoch"),
)

heads = Table(
    "heads",
    metadata,
    Column("totem", ForeignKey("totems.totem"), primary_key=True),
    Column("epoch", BigInteger, nullable=False),
    Column("held_seq", BigInteger, nullable=False, server_default="0"),
    Column("held_hash", LargeBinary, nullable=False),
    Column("declared_seq", BigInteger, nullable=False, server_default="0"),
    Column("declared_sums", JSONB, nullable=False, server_default="{}"),
    Column("applied", JSONB, nullable=False, server_default="{}"),
    Column("agent_version", String(32), nullable=False, server_default=""),
    _instant("last_contact_at", null=True),
    _instant("last_posted_at", null=True),
)

events = Table(
    "events",
    metadata,
    Column("totem", String(16), nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("type", String(64), nullable=False),
    Column("tver", Integer, nullable=False),
    Column("wall_ms", BigInteger, nullable=False),
    Column("boot_id", String(64), nullable=False),
    Column("mono_ms", BigInteger, nullable=False),
    Column("business_day", String(10), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("origin_epoch", BigInteger),
    Column("origin_seq", BigInteger),
    Column("origin_hash", LargeBinary),
    Column("sale", String(64)),
    Column("status", String(12), nullable=False),  # posted parked quarantined
    Column("reason", Text, nullable=False, server_default=""),
    Column("after_epoch", BigInteger),  # of an event that was replayed: the head it was folded
    Column("after_seq", BigInteger),  # behind, and the order among those
    Column("after_place", BigInteger),
    _instant("posted_at", now=True),
    PrimaryKeyConstraint("totem", "epoch", "seq"),
    Index("events_by_sale", "totem", "sale", "epoch", "seq"),
    Index(
        "events_by_origin",
        "totem",
        "origin_epoch",
        "origin_seq",
        postgresql_where=text("origin_epoch IS NOT NULL"),
    ),
    Index("events_unposted", "totem", "sale", postgresql_where=text("status <> 'posted'")),
)

seals = Table(
    "seals",
    metadata,
    Column("totem", String(16), nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("business_day", String(10), nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("sums", JSONB, nullable=False),
    Column("perpetual_minor", BigInteger, nullable=False),
    Column("verdict", String(32), nullable=False),
    Column("detail", Text, nullable=False),
    Column("aside_minor", BigInteger, nullable=False),
    PrimaryKeyConstraint("totem", "epoch", "seq"),
)

forensic = Table(  # journals that are kept and not posted: copies, revoked totems
    "forensic",
    metadata,
    Column("totem", String(16), nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("instance_id", Text, nullable=False),
    Column("type", String(64), nullable=False),
    Column("wall_ms", BigInteger, nullable=False),
    Column("event", LargeBinary, nullable=False),  # msgpack, as sent
    _instant("taken_at", now=True),
    PrimaryKeyConstraint("totem", "epoch", "seq", "hash"),
)

refused_pushes = Table(  # what could not be read at all, as it came
    "refused_pushes",
    metadata,
    Column("totem", String(16), nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("wire", LargeBinary, nullable=False),
    Column("why", Text, nullable=False),
    _instant("taken_at", now=True),
    PrimaryKeyConstraint("totem", "hash"),
)

sales = Table(
    "sales",
    metadata,
    Column("totem", String(16), nullable=False),
    Column("sale", String(64), nullable=False),
    Column("business_day", String(10), nullable=False),
    Column("state", String(24), nullable=False),
    Column("method", String(16), nullable=False, server_default=""),
    Column("currency", String(3), nullable=False, server_default="BRL"),
    Column("total_minor", BigInteger, nullable=False, server_default="0"),
    Column("lines", JSONB, nullable=False, server_default="[]"),
    Column("ticket_number", String(16), nullable=False, server_default=""),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("opened_seq", BigInteger, nullable=False),
    PrimaryKeyConstraint("totem", "sale"),
    Index("sales_by_time", "opened_at", "sale"),
    Index("sales_by_day", "business_day", "totem"),
)

payments = Table(
    "payments",
    metadata,
    Column("totem", String(16), nullable=False),
    Column("payment", String(64), nullable=False),
    Column("sale", String(64), nullable=False),
    Column("method", String(16), nullable=False),
    Column("state", String(24), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("proof", JSONB),
    PrimaryKeyConstraint("totem", "payment"),
    Index("payments_by_sale", "totem", "sale"),
    Index(
        "payments_stored",
        "totem",
        postgresql_where=text("state IN ('STORED_OFFLINE', 'FORWARDING')"),
    ),
)

tickets = Table(
    "tickets",
    metadata,
    Column("totem", String(16), nullable=False),
    Column("ticket", String(64), nullable=False),
    Column("sale", String(64), nullable=False),
    Column("number", String(16), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("business_day", String(10), nullable=False),
    Column("print_outcome", String(12), nullable=False, server_default=""),
    PrimaryKeyConstraint("totem", "ticket"),
    Index("tickets_by_sale", "totem", "sale"),
)

legs = Table(
    "legs",
    metadata,
    Column("totem", String(16), nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("place", Integer, nullable=False),
    Column("account", String(32), nullable=False),
    Column("entity", String(32), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("business_day", String(10), nullable=False),
    PrimaryKeyConstraint("totem", "epoch", "seq", "place"),
)

cases = Table(
    "cases",
    metadata,
    Column("totem", String(16), nullable=False),
    Column("case", String(64), nullable=False),
    Column("sale", String(64), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("todo", Text, nullable=False),
    Column("open", Boolean, nullable=False),
    PrimaryKeyConstraint("totem", "case"),
    Index("cases_open", "totem", postgresql_where=text("open")),
)

private_records = Table(  # sealed: no row of ours can be read without the key file
    "private_records",
    metadata,
    Column("totem", String(16), nullable=False),
    Column("sale", String(64), nullable=False),
    Column("key_id", String(64), nullable=False, server_default=""),
    Column("sealed", LargeBinary),  # absent once erased: the row stays so that nothing comes back
    _instant("kept_at", now=True),
    _instant("erased_at", null=True),
    PrimaryKeyConstraint("totem", "sale"),
)

incidents = Table(
    "incidents",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=True),
    Column("totem", String(16), nullable=False),
    Column("kind", String(24), nullable=False),  # fork epoch-closed held-behind-ack bad-chain
    Column("detail", JSONB, nullable=False),
    _instant("seen_at", now=True),
)

feed_heads = Table(
    "feed_heads",
    metadata,
    Column("scope", String(64), primary_key=True),
    Column("version", BigInteger, nullable=False, server_default="0"),
    Column("tail", BigInteger, nullable=False, server_default="0"),  # older changes are gone
)

feed_items = Table(
    "feed_items",
    metadata,
    Column("scope", String(64), nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("kind", String(8), nullable=False),
    Column("key", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    _instant("made_at", now=True),
    PrimaryKeyConstraint("scope", "version"),
)

server = Table(
    "server",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("server_gen", BigInteger, nullable=False),
)

people = Table(
    "people",
    metadata,
    Column("username", String(64), primary_key=True),
    Column("password_hash", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("scopes", JSONB, nullable=False),
    _instant("created_at", now=True),
)

refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("family", String(36), nullable=False),
    Column("username", ForeignKey("people.username"), nullable=False),
    _instant("expires_at"),
    _instant("used_at", null=True),
    UniqueConstraint("token_hash", "family"),
)
