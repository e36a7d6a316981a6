"""Indexes for what every open dashboard asks each few seconds: today, money at risk, open cases."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("sales_by_day", "sales", ["business_day", "totem"])
    op.create_index(
        "payments_stored",
        "payments",
        ["totem"],
        postgresql_where=sa.text("state = 'STORED_OFFLINE'"),
    )
    op.create_index("cases_open", "cases", ["totem"], postgresql_where=sa.text("open"))


def downgrade() -> None:
    op.drop_index("cases_open", table_name="cases")
    op.drop_index("payments_stored", table_name="payments")
    op.drop_index("sales_by_day", table_name="sales")
