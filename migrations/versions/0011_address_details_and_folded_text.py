"""Districts and tax codes of addresses, text as it is searched, and since when a mall's data agreement is unsigned.

The columns of searched text are filled by domain/migration.py once these changes are committed, batch by batch: here, each
table would be closed to everybody until the last of its rows is done.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_TEXTS = [
    ("order_addresses", "district"),
    ("order_addresses", "tax_code"),
    ("order_addresses", "tax_code_type"),
    ("order_addresses", "name_folded"),
    ("products", "sku_folded"),
    ("products", "name_folded"),
]


def upgrade() -> None:
    """Forward."""
    for table, column in _TEXTS:
        op.add_column(table, sa.Column(column, sa.Text(), nullable=True))
    since = sa.Column("data_agreement_unsigned_since", sa.DateTime(timezone=True), nullable=True)
    op.add_column("companies", since)


def downgrade() -> None:
    """Back."""
    op.drop_column("companies", "data_agreement_unsigned_since")
    for table, column in reversed(_TEXTS):
        op.drop_column(table, column)
