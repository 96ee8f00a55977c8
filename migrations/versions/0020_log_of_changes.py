"""A log of what changed, which triggers write; when each object was made and last written; what is archived or held back."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from alembic import op

from domain import clock

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)
_DATED = (
    ("companies", "updated_at"),
    ("products", "updated_at"),
    ("warehouses", "created_at"),
    ("warehouses", "updated_at"),
    ("inventory_levels", "updated_at"),
    ("orders", "updated_at"),
    ("order_items", "created_at"),
    ("order_items", "updated_at"),
    ("packages", "updated_at"),
)
_ADDED = (
    ("companies", "archived_at", _MOMENT),
    ("products", "archived_at", _MOMENT),
    ("warehouses", "archived_at", _MOMENT),
    ("orders", "held_at", _MOMENT),
    ("orders", "held_because", sa.Text()),
    ("order_notes", "edited_at", _MOMENT),
    ("order_notes", "api_key_id", _ID),
)


@dataclass(frozen=True)
class _Trigger:
    """What is written to the log when a row of *table* is written. {differ} stands for how a database compares with nulls."""

    table: str
    event: str
    type: str
    subject_type: str
    subject: str
    company: str = "NEW.company_id"
    source: str = ""
    #: Columns of which one has to differ.
    columns: Sequence[str] = ()
    when: str = ""

    @property
    def name(self) -> str:
        return f"log_{self.table}_{self.event.lower()}"

    def logs(self, moment: str) -> str:
        """The statement that writes to the log."""
        return f"""INSERT INTO changes (company_id, type, subject_type, subject_id, occurred_at)
SELECT {self.company}, {self.type}, '{self.subject_type}', {self.subject}, {moment} {self.source}"""

    def condition(self, differ: str) -> str:
        """When it is written."""
        differing = " OR ".join(f"NEW.{name} {differ} OLD.{name}" for name in self.columns)
        conditions = [f"({each})" for each in (differing, self.when.format(differ=differ)) if each]
        return f"WHEN ({' AND '.join(conditions)})" if conditions else ""


_ORDER_TYPE = """CASE
WHEN NEW.status = 'CANCELLED' AND OLD.status <> 'CANCELLED' THEN 'order.cancelled'
WHEN NEW.status = 'ON_HOLD' AND OLD.status <> 'ON_HOLD' THEN 'order.on_hold'
WHEN NEW.shipping_status <> OLD.shipping_status THEN 'order.shipped'
WHEN NEW.status = 'IN_PROCESS' AND OLD.status IN ('ON_HOLD', 'PENDING') THEN 'order.released'
WHEN NEW.source_updated_for_shipping AND NOT OLD.source_updated_for_shipping THEN 'order.tracking_uploaded'
ELSE 'order.updated' END"""
_ORDER_COLUMNS = ("status", "shipping_status", "source_updated_for_shipping", "fulfilled_by", "latest_ship_at", "total_amount",
    "currency_code", "hold_reasons", "labels", "channel_notices", "shipping_restrictions", "address_restriction",
    "channel_updated_at", "ended_at", "keeps_buyer", "held_at", "held_because")  # fmt: skip
_OF_ORDER = {"company": "orders.company_id", "subject_type": "Order", "subject": "orders.id"}


def _of_stock(row: str) -> dict[str, str]:
    """The product whose stock it is, and all that sell it."""
    return {
        "company": "products.company_id",
        "subject_type": "Product",
        "subject": "products.id",
        "source": f"FROM products WHERE products.id = {row}.product_id OR products.shadow_of_id = {row}.product_id",
    }


_TRIGGERS = (
    _Trigger("orders", "INSERT", "'order.created'", "Order", "NEW.id"),
    _Trigger("orders", "UPDATE", _ORDER_TYPE, "Order", "NEW.id", columns=_ORDER_COLUMNS),
    _Trigger("order_items", "UPDATE", "'order.updated'", "Order", "NEW.order_id",
             columns=("product_id", "quantity", "cancelled_quantity", "unit_price_amount", "channel_order_item_id")),
    *(
        _Trigger("order_notes", event, "'order.updated'", **_OF_ORDER, source=f"FROM orders WHERE orders.id = {row}.order_id")
        for event, row in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD"))
    ),
    *(
        _Trigger("order_addresses", event, "'order.updated'", **_OF_ORDER, source="FROM orders WHERE orders.id = NEW.order_id",
                 columns=columns)
        # An import asks for an address again and again, and mostly finds what it knows.
        for event, columns in (
            ("INSERT", ()),
            ("UPDATE", ("name", "phone", "line1", "line2", "city", "district", "region", "postal_code", "country_code",
                        "tax_code", "erased_at")),
        )
    ),
    _Trigger("packages", "INSERT", "'order.updated'", "Order", "NEW.order_id"),
    _Trigger("packages", "UPDATE", "'order.updated'", "Order", "NEW.order_id",
             columns=("carrier", "tracking_number", "warehouse_id", "uploaded_at", "upload_warnings", "voided_at")),
    _Trigger("products", "INSERT", "'product.created'", "Product", "NEW.id"),
    _Trigger("products", "UPDATE", "'product.updated'", "Product", "NEW.id",
             columns=("sku", "name", "shadow_of_id", "website_product_id", "website_product_variant_id",
                      "use_default_safety_quantity", "safety_quantity", "archived_at")),
    _Trigger("inventory_levels", "INSERT", "'inventory.changed'", **_of_stock("NEW")),
    _Trigger("inventory_levels", "UPDATE", "'inventory.changed'", **_of_stock("NEW"), columns=("on_hand",)),
    _Trigger("inventory_levels", "DELETE", "'inventory.changed'", **_of_stock("OLD")),
    _Trigger("reservations", "INSERT", "'inventory.changed'", **_of_stock("NEW")),
    _Trigger("reservations", "UPDATE", "'inventory.changed'", **_of_stock("NEW"), columns=("quantity", "warehouse_id")),
    _Trigger("reservations", "DELETE", "'inventory.changed'", **_of_stock("OLD")),
    *(
        _Trigger("channel_stock", event, "CASE WHEN NEW.refused_at IS NULL THEN 'inventory.pushed' ELSE 'inventory.refused' END",
                 "Product", "NEW.product_id", columns=columns, when=when)
        for event, columns, when in (
            ("INSERT", (), "NEW.accepted_at IS NOT NULL OR NEW.refused_at IS NOT NULL"),
            ("UPDATE", ("accepted_at", "refused_at"), ""),
        )
    ),
    _Trigger("queued_jobs", "INSERT", "'job.created'", "QueuedJob", "NEW.id"),
    _Trigger("queued_jobs", "UPDATE",
             "CASE WHEN NEW.status IN ('QUEUED', 'RUNNING') THEN 'job.updated' ELSE 'job.finished' END",
             "QueuedJob", "NEW.id", columns=("status", "attempts")),
    _Trigger("companies", "INSERT", "'company.created'", "Company", "NEW.id", company="NEW.id"),
    _Trigger("companies", "UPDATE", "'company.updated'", "Company", "NEW.id", company="NEW.id",
             columns=("name", "store_type", "store_plugin", "region", "allow_inventory_upload", "allow_order_download",
                      "allow_tracking_upload", "upload_tracking_per_item", "safety_quantity", "max_quantity",
                      "sell_only_mapped_warehouses", "orders_not_before", "mall_id", "removed_at", "archived_at")),
    *(
        _Trigger("access_tokens", event, "'company.updated'", "Company", f"{row}.company_id", company=f"{row}.company_id",
                 columns=columns)
        for event, row, columns in (("INSERT", "NEW", ()), ("UPDATE", "NEW", ("status", "mall_id")), ("DELETE", "OLD", ()))
    ),
)  # fmt: skip
_IS_ALL = "(SELECT current_setting('tradewind.companies', true)) = 'all'"
_NUMBERS = "(SELECT string_to_array(nullif(current_setting('tradewind.companies', true), 'all'), ',')::bigint[])::bigint[]"


def upgrade() -> None:
    """Forward."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    # A constant, as SQLite wants it of a column that is added: rows that are there have it without being written.
    default = sa.text("now()") if is_postgresql else sa.text(f"'{clock.now():%Y-%m-%d %H:%M:%S.%f}'")
    for table, column in _DATED:
        op.add_column(table, sa.Column(column, _MOMENT, server_default=default, nullable=False))
    for table, column, kind in _ADDED:
        op.add_column(table, sa.Column(column, kind, nullable=True))
    xid = sa.text("CAST(CAST(pg_current_xact_id() AS TEXT) AS BIGINT)" if is_postgresql else "0")
    op.create_table(
        "changes",
        sa.Column("id", _ID, nullable=False),
        sa.Column("xid", sa.BigInteger(), server_default=xid, nullable=False),
        sa.Column("company_id", _ID, nullable=False),
        sa.Column("type", sa.String(32), nullable=False),
        sa.Column("subject_type", sa.String(64), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("occurred_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changes")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_changes_company_id_companies")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_changes_in_order", "changes", ["xid", "id"])
    op.create_index("ix_changes_company", "changes", ["company_id", "xid", "id"])
    op.create_index("ix_changes_subject", "changes", ["subject_type", "subject_id", "id"])
    op.create_index("ix_changes_occurred_at", "changes", ["occurred_at"])
    if is_postgresql:
        rule = f"{_IS_ALL} OR changes.company_id = ANY ({_NUMBERS})"
        op.execute(f"CREATE POLICY companies ON changes USING ({rule}) WITH CHECK ({rule})")
        op.execute("ALTER TABLE changes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
    # On SQLite a table that is made anew loses its triggers: whoever does that makes these again.
    for trigger in _TRIGGERS:
        (_make_on_postgresql if is_postgresql else _make_on_sqlite)(trigger)


def _make_on_sqlite(trigger: _Trigger) -> None:
    # As SQLAlchemy writes moments, to which it compares them.
    logs = trigger.logs("strftime('%Y-%m-%d %H:%M:%f', 'now') || '000'")
    op.execute(
        sa.text(
            f"CREATE TRIGGER {trigger.name} AFTER {trigger.event} ON {trigger.table} "
            f"{trigger.condition('IS NOT')} BEGIN {logs}; END".replace(":", r"\:")
        )
    )


def _make_on_postgresql(trigger: _Trigger) -> None:
    # Stock is also sold by products of companies that whoever writes may not see: they are told of it all the same. As the owner of
    # the tables: the role of servers that go on meanwhile is granted the log only after the last migration.
    op.execute(f"""CREATE FUNCTION {trigger.name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT AS $$
DECLARE visible text := current_setting('tradewind.companies', true);
BEGIN
    PERFORM set_config('tradewind.companies', 'all', true);
    {trigger.logs("clock_timestamp()")};
    PERFORM set_config('tradewind.companies', coalesce(visible, ''), true);
    PERFORM pg_notify('tradewind_changes', '');
    RETURN NULL;
END $$""")
    op.execute(
        f"CREATE TRIGGER {trigger.name} AFTER {trigger.event} ON {trigger.table} FOR EACH ROW "
        f"{trigger.condition('IS DISTINCT FROM')} EXECUTE FUNCTION {trigger.name}()"
    )


def downgrade() -> None:
    """Back."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for trigger in _TRIGGERS:
        if is_postgresql:
            op.execute(f"DROP TRIGGER {trigger.name} ON {trigger.table}")
            op.execute(f"DROP FUNCTION {trigger.name}()")
        else:
            op.execute(f"DROP TRIGGER {trigger.name}")
    op.drop_table("changes")
    for table, column, _ in reversed(_ADDED):
        op.drop_column(table, column)
    for table, column in reversed(_DATED):
        op.drop_column(table, column)
