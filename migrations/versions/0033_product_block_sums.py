"""
Sums of products over blocks of 32 days, so that a year's are not added up of each day's: docs/decisions/0025. All of it may be run
again where it was cut off.
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_TABLE = "order_product_block_sums"
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_IS_SEEN = (
    "(SELECT current_setting('tradewind.companies', true)) = 'all' OR order_product_block_sums.company_id = ANY ((SELECT "
    "string_to_array(nullif(current_setting('tradewind.companies', true), 'all'), ',')::bigint[])::bigint[])"
)
_HAS_POLICY = "SELECT EXISTS (SELECT FROM pg_policies WHERE schemaname = current_schema() AND tablename = 'order_product_block_sums')"
_FILL = """
INSERT INTO order_product_block_sums (company_id, block, product_id, currency_code, pieces, cancelled_pieces, total)
SELECT company_id, day / 32, product_id, currency_code, sum(pieces), sum(cancelled_pieces), sum(total) FROM order_product_sums
GROUP BY 1, 2, 3, 4"""


def upgrade() -> None:
    """Forward."""
    large = sa.BigInteger()
    op.create_table(
        _TABLE,
        sa.Column("company_id", _ID, sa.ForeignKey("companies.id"), nullable=False),
        sa.Column("block", sa.Integer(), nullable=False),
        sa.Column("product_id", large, nullable=False),
        sa.Column("currency_code", sa.String(3), nullable=False),
        sa.PrimaryKeyConstraint("company_id", "block", "product_id", "currency_code"),
        *(sa.Column(name, large, nullable=False) for name in ("pieces", "cancelled_pieces", "total")),
        if_not_exists=True,
    )
    # Whoever takes up a day's changes, a worker of the release before too, makes its block one that is not summed.
    if op.get_context().dialect.name == "postgresql":
        if not op.get_bind().scalar(sa.text(_HAS_POLICY)):
            op.execute(f"CREATE POLICY companies ON {_TABLE} USING ({_IS_SEEN}) WITH CHECK ({_IS_SEEN})")
        op.execute(f"ALTER TABLE {_TABLE} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
        # As the owner of the tables: such a worker's role may not have been granted the new one yet.
        op.execute("""
CREATE OR REPLACE FUNCTION order_sum_changes_taken() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT AS $$
BEGIN
  DELETE FROM order_product_block_sums AS sums USING (SELECT DISTINCT company_id, day / 32 AS block FROM old_rows) AS taken
  WHERE sums.company_id = taken.company_id AND sums.block = taken.block;
  RETURN NULL;
END $$""")
        op.execute(
            "CREATE OR REPLACE TRIGGER order_sum_changes_taken AFTER DELETE ON order_sum_changes "
            "REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION order_sum_changes_taken()"
        )
        with op.get_context().autocommit_block():
            # While no worker stores sums, which would be of newer days (domain/statistics/storing.py).
            op.execute(f"""
DO $$ BEGIN
  PERFORM pg_advisory_xact_lock(7461646578);
  {_FILL} ON CONFLICT DO NOTHING;
END $$""")
    else:
        op.execute(
            "CREATE TRIGGER IF NOT EXISTS order_sum_changes_taken AFTER DELETE ON order_sum_changes BEGIN "
            "DELETE FROM order_product_block_sums WHERE company_id = OLD.company_id AND block = OLD.day / 32; END"
        )
        op.execute(_FILL.replace("INSERT", "INSERT OR IGNORE"))


def downgrade() -> None:
    """Back."""
    if op.get_context().dialect.name == "postgresql":
        op.execute("DROP TRIGGER IF EXISTS order_sum_changes_taken ON order_sum_changes")
        op.execute("DROP FUNCTION IF EXISTS order_sum_changes_taken()")
    else:
        op.execute("DROP TRIGGER IF EXISTS order_sum_changes_taken")
    op.drop_table(_TABLE, if_exists=True)
