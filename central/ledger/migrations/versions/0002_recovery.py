"""Recovery: more than one epoch of a totem, facts that come again, journals kept aside."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("totems", sa.Column("leave", sa.Text(), server_default="", nullable=False))
    op.add_column(
        "epochs",
        sa.Column("reason", sa.String(length=16), server_default="enrolled", nullable=False),
    )
    op.add_column(
        "epochs",
        sa.Column("by_operator", sa.Boolean(), server_default="false", nullable=False),
    )
    for column in ("after_epoch", "after_seq", "after_place"):
        op.add_column("events", sa.Column(column, sa.BigInteger(), nullable=True))
    op.create_index(
        "events_by_origin",
        "events",
        ["totem", "origin_epoch", "origin_seq"],
        postgresql_where=sa.text("origin_epoch IS NOT NULL"),
    )
    op.create_table(
        "seals",
        sa.Column("totem", sa.String(length=16), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("business_day", sa.String(length=10), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("sums", postgresql.JSONB(), nullable=False),
        sa.Column("perpetual_minor", sa.BigInteger(), nullable=False),
        sa.Column("verdict", sa.String(length=32), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("aside_minor", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("totem", "epoch", "seq"),
    )
    op.create_table(
        "forensic",
        sa.Column("totem", sa.String(length=16), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("wall_ms", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.LargeBinary(), nullable=False),
        sa.Column(
            "taken_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("totem", "epoch", "seq", "hash"),
    )


def downgrade() -> None:
    op.drop_table("forensic")
    op.drop_table("seals")
    op.drop_index("events_by_origin", table_name="events")
    for column in ("after_place", "after_seq", "after_epoch"):
        op.drop_column("events", column)
    op.drop_column("epochs", "by_operator")
    op.drop_column("epochs", "reason")
    op.drop_column("totems", "leave")
