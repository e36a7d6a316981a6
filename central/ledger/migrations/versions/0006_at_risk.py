"""Card money at risk is what is stored and what is under way to the acquirer."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("payments_stored", table_name="payments")
    op.create_index(
        "payments_stored",
        "payments",
        ["totem"],
        postgresql_where=sa.text("state IN ('STORED_OFFLINE', 'FORWARDING')"),
    )


def downgrade() -> None:
    op.drop_index("payments_stored", table_name="payments")
    op.create_index(
        "payments_stored",
        "payments",
        ["totem"],
        postgresql_where=sa.text("state = 'STORED_OFFLINE'"),
    )
