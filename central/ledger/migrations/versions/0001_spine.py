"""The spine: totems and their epochs, the journal as held, its projections, the feed, people."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _totems()
    _epochs()
    _journal()
    _projections()
    _feed()
    _people()
    op.execute("INSERT INTO server (id, server_gen) VALUES (1, 1)")


def _totems() -> None:
    op.create_table(
        "sites",
        sa.Column("site", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("series_next", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("site"),
    )
    op.create_table(
        "totems",
        sa.Column("totem", sa.String(length=16), nullable=False),
        sa.Column("site", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=16), server_default="created", nullable=False),
        sa.Column("instance_id", sa.Text(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["site"],
            ["sites.site"],
        ),
        sa.PrimaryKeyConstraint("totem"),
    )
    op.create_table(
        "totem_keys",
        sa.Column("totem", sa.String(length=16), nullable=False),
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["totem"],
            ["totems.totem"],
        ),
        sa.PrimaryKeyConstraint("totem", "key_id"),
    )
    op.create_table(
        "enrol_codes",
        sa.Column("totem", sa.String(length=16), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries_left", sa.Integer(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("public_key", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["totem"],
            ["totems.totem"],
        ),
        sa.PrimaryKeyConstraint("totem"),
        sa.UniqueConstraint("code_hash"),
    )


def _epochs() -> None:
    op.create_table(
        "epochs",
        sa.Column("totem", sa.String(length=16), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("grant_json", sa.LargeBinary(), nullable=False),
        sa.Column("genesis", sa.LargeBinary(), nullable=False),
        sa.Column("series", sa.String(length=4), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "opened_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["totem"],
            ["totems.totem"],
        ),
        sa.PrimaryKeyConstraint("totem", "epoch"),
    )
    op.create_table(
        "heads",
        sa.Column("totem", sa.String(length=16), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("held_seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("held_hash", sa.LargeBinary(), nullable=False),
        sa.Column("declared_seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("declared_sums", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("applied", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("agent_version", sa.String(length=32), server_default="", nullable=False),
        sa.Column("last_contact_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_posted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["totem"],
            ["totems.totem"],
        ),
        sa.PrimaryKeyConstraint("totem"),
    )
    op.create_table(
        "server",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("server_gen", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def _journal() -> None:
    op.create_table(
        "events",
        sa.Column("totem", sa.String(length=16), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("tver", sa.Integer(), nullable=False),
        sa.Column("wall_ms", sa.BigInteger(), nullable=False),
        sa.Column("boot_id", sa.String(length=64), nullable=False),
        sa.Column("mono_ms", sa.BigInteger(), nullable=False),
        sa.Column("business_day", sa.String(length=10), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("origin_epoch", sa.BigInteger(), nullable=True),
        sa.Column("origin_seq", sa.BigInteger(), nullable=True),
        sa.Column("origin_hash", sa.LargeBinary(), nullable=True),
        sa.Column("sale", sa.String(length=64), nullable=True),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "posted_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("totem", "epoch", "seq"),
    )
    op.create_index("events_by_sale", "events", ["totem", "sale", "epoch", "seq"], unique=False)
    op.create_index(
        "events_unposted",
        "events",
        ["totem", "sale"],
        unique=False,
        postgresql_where=sa.text("status <> 'posted'"),
    )
    op.create_table(
        "incidents",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("totem", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("detail", postgresql.JSONB(), nullable=False),
        sa.Column(
            "seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("id"),
    )


def _projections() -> None:
    op.create_table(
        "sales",
        sa.Column("totem", sa.String(length=16), nullable=False),
        sa.Column("sale", sa.String(length=64), nullable=False),
        sa.Column("business_day", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("method", sa.String(length=16), server_default="", nullable=False),
        sa.Column("currency", sa.String(length=3), server_default="BRL", nullable=False),
        sa.Column("total_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("lines", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.Column("ticket_number", sa.String(length=16), server_default="", nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("totem", "sale"),
    )
    op.create_index("sales_by_time", "sales", ["opened_at", "sale"], unique=False)
    op.create_table(
        "payments",
        sa.Column("totem", sa.String(length=16), nullable=False),
        sa.Column("payment", sa.String(length=64), nullable=False),
        sa.Column("sale", sa.String(length=64), nullable=False),
        sa.Column("method", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("proof", postgresql.JSONB(), nullable=True),
        sa.PrimaryKeyConstraint("totem", "payment"),
    )
    op.create_index("payments_by_sale", "payments", ["totem", "sale"], unique=False)
    op.create_table(
        "tickets",
        sa.Column("totem", sa.String(length=16), nullable=False),
        sa.Column("ticket", sa.String(length=64), nullable=False),
        sa.Column("sale", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("business_day", sa.String(length=10), nullable=False),
        sa.Column("print_outcome", sa.String(length=12), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("totem", "ticket"),
    )
    op.create_index("tickets_by_sale", "tickets", ["totem", "sale"], unique=False)
    op.create_table(
        "legs",
        sa.Column("totem", sa.String(length=16), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(length=32), nullable=False),
        sa.Column("entity", sa.String(length=32), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("business_day", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("totem", "epoch", "seq", "place"),
    )
    op.create_table(
        "cases",
        sa.Column("totem", sa.String(length=16), nullable=False),
        sa.Column("case", sa.String(length=64), nullable=False),
        sa.Column("sale", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("todo", sa.Text(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("totem", "case"),
    )


def _feed() -> None:
    op.create_table(
        "feed_heads",
        sa.Column("scope", sa.String(length=64), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("scope"),
    )
    op.create_table(
        "feed_items",
        sa.Column("scope", sa.String(length=64), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column(
            "made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("scope", "version"),
    )


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scopes", postgresql.JSONB(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("username"),
    )
    op.create_table(
        "refresh_tokens",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("family", sa.String(length=36), nullable=False),
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["username"],
            ["people.username"],
        ),
        sa.PrimaryKeyConstraint("token_hash"),
        sa.UniqueConstraint("token_hash", "family"),
    )
