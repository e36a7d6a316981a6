"""What customers said of themselves, sealed, beside the books and erasable."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "private_records",
        sa.Column("totem", sa.String(16), nullable=False),
        sa.Column("sale", sa.String(64), nullable=False),
        sa.Column("key_id", sa.String(64), nullable=False, server_default=""),
        sa.Column("sealed", sa.LargeBinary),
        sa.Column(
            "kept_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()
        ),
        sa.Column("erased_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("totem", "sale"),
    )


def downgrade() -> None:
    op.drop_table("private_records")
