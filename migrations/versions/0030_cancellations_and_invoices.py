"""What a person decides about a request to cancel, and what Temu was told there is no stock of."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0030"
down_revision = "0026"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Forward."""
    op.add_column("orders", sa.Column("cancellation_declined_at", _MOMENT, nullable=True))
    op.add_column("orders", sa.Column("out_of_stock_items", _JSON, server_default="[]", nullable=False))


def downgrade() -> None:
    """Back."""
    op.drop_column("orders", "out_of_stock_items")
    op.drop_column("orders", "cancellation_declined_at")
