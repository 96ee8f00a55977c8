"""
PostgreSQL itself shows and takes only rows of the companies that a transaction names: docs/decisions/0019. Second half,
because servers of the release before name none.
"""

from collections.abc import Mapping

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_POLICY = "companies"
# In brackets of their own, so that they are worked out once for a statement and not once for each row.
_IS_ALL = "(SELECT current_setting('tradewind.companies', true)) = 'all'"
_NUMBERS = "(SELECT string_to_array(nullif(current_setting('tradewind.companies', true), 'all'), ',')::bigint[])::bigint[]"
_PRODUCT = (
    "EXISTS (SELECT FROM products WHERE products.id = {table}.product_id) "
    # A shadow sells, and reserves, the stock of a product that its own company's keys may not see.
    "OR EXISTS (SELECT FROM products WHERE products.shadow_of_id = {table}.product_id)"
)


def _of_company(column: str = "company_id") -> str:
    return f"{{table}}.{column} = ANY ({_NUMBERS})"


def _of(parent: str, column: str) -> str:
    """A child is seen where its parent is, for which the parent's own policy speaks."""
    return f"EXISTS (SELECT FROM {parent} WHERE {parent}.id = {{table}}.{column})"


_CONDITIONS: Mapping[str, str] = {
    "companies": _of_company("id"),
    "access_tokens": _of_company(),
    "api_key_companies": _of_company(),
    "audit_events": _of_company(),
    "cancellation_requests": _of_company(),
    "channel_directories": _of_company(),
    "channel_stock": _of_company(),
    "channel_warehouse_mappings": _of_company(),
    "order_items": _of_company(),
    "orders": _of_company(),
    "package_corrections": _of_company(),
    "packages": _of_company(),
    "products": _of_company(),
    "queued_jobs": _of_company(),
    "schedule_ticks": _of_company(),
    "stock_changes": _of_company(),
    "tracking_uploads": _of_company(),
    "unreadable_orders": _of_company(),
    "channel_events": _of("queued_jobs", "job_id"),
    "combined_packages": _of("packages", "package_id"),
    "job_outcomes": _of("queued_jobs", "job_id"),
    "order_addresses": _of("orders", "order_id"),
    "order_notes": _of("orders", "order_id"),
    "package_lines": _of("packages", "package_id"),
    "sub_packages": _of("packages", "package_id"),
    "inventory_levels": _PRODUCT,
    # An order's own, whatever its product has become since.
    "reservations": f"{_PRODUCT} OR {_of('order_items', 'order_item_id')}",
}
_HAS_POLICY = sa.text(
    "SELECT EXISTS (SELECT FROM pg_policies WHERE schemaname = current_schema() AND tablename = :name)"
)


def upgrade() -> None:
    """Forward."""
    if op.get_context().dialect.name != "postgresql":
        return
    # Each table for itself: nobody waits for one while another can't be had.
    with op.get_context().autocommit_block():
        for table, condition in _CONDITIONS.items():
            rule = f"{_IS_ALL} OR {condition.format(table=table)}"
            if not op.get_bind().scalar(_HAS_POLICY, {"name": table}):
                op.execute(f"CREATE POLICY {_POLICY} ON {table} USING ({rule}) WITH CHECK ({rule})")
            # For the owner too: an installation may have one role for everything.
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    """Back."""
    if op.get_context().dialect.name != "postgresql":
        return
    with op.get_context().autocommit_block():
        for table in _CONDITIONS:
            op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY")
            op.execute(f"DROP POLICY IF EXISTS {_POLICY} ON {table}")
