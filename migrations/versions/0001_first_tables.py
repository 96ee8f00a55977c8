"""The first tables: companies, products, stock, orders, queued jobs and API keys."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# SQLite counts rows up by itself only for INTEGER primary keys, and keeps decimals exact only as text.
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
EXACT = sa.Numeric().with_variant(sa.String(40), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "api_keys",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("hint", sa.String(length=6), nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("is_server_wide", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("hash", name=op.f("uq_api_keys_hash")),
    )
    op.create_table(
        "companies",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("store_type", sa.String(32), nullable=False),
        sa.Column("store_plugin", sa.String(32), nullable=True),
        sa.Column("region", sa.String(32), nullable=False),
        sa.Column("allow_inventory_upload", sa.Boolean(), nullable=False),
        sa.Column("allow_order_download", sa.Boolean(), nullable=False),
        sa.Column("allow_tracking_upload", sa.Boolean(), nullable=False),
        sa.Column("safety_quantity", sa.Integer(), nullable=False),
        sa.Column("max_quantity", sa.Integer(), nullable=True),
        sa.Column("sell_only_mapped_warehouses", sa.Boolean(), nullable=False),
        sa.Column("orders_not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mall_id", sa.String(length=64), nullable=True),
        sa.Column("orders_imported_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("schedule_paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_companies")),
        sa.UniqueConstraint("mall_id", name=op.f("uq_companies_mall_id")),
    )
    op.create_table(
        "warehouses",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("is_sellable", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warehouses")),
        sa.UniqueConstraint("name", name=op.f("uq_warehouses_name")),
    )
    op.create_table(
        "access_tokens",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("purpose", sa.String(32), nullable=False),
        sa.Column("sealed", sa.String(), nullable=False),
        sa.Column("last_four", sa.String(length=4), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("mall_id", sa.String(length=64), nullable=True),
        sa.Column("scopes", JSON, nullable=False),
        sa.Column("missing_scopes", JSON, nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tested_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_access_tokens_company_id_companies")
        ),
        sa.PrimaryKeyConstraint("company_id", "purpose", name=op.f("pk_access_tokens")),
    )
    op.create_table(
        "api_key_companies",
        sa.Column("api_key_id", ID, nullable=False),
        sa.Column("company_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["api_key_id"],
            ["api_keys.id"],
            name=op.f("fk_api_key_companies_api_key_id_api_keys"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_api_key_companies_company_id_companies")
        ),
        sa.PrimaryKeyConstraint("api_key_id", "company_id", name=op.f("pk_api_key_companies")),
    )
    op.create_table(
        "channel_warehouse_mappings",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("warehouse_id", ID, nullable=False),
        sa.Column("channel_warehouse_code", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_channel_warehouse_mappings_company_id_companies")
        ),
        sa.ForeignKeyConstraint(
            ["warehouse_id"],
            ["warehouses.id"],
            name=op.f("fk_channel_warehouse_mappings_warehouse_id_warehouses"),
        ),
        sa.PrimaryKeyConstraint(
            "company_id", "channel", "warehouse_id", name=op.f("pk_channel_warehouse_mappings")
        ),
    )
    op.create_table(
        "orders",
        sa.Column("id", ID, nullable=False),
        sa.Column("company_id", ID, nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("order_source", sa.String(32), nullable=False),
        sa.Column("channel_order_id", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("shipping_status", sa.String(32), nullable=False),
        sa.Column("source_updated_for_shipping", sa.Boolean(), nullable=False),
        sa.Column("fulfilled_by", sa.String(32), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("latest_ship_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("total_amount", EXACT, nullable=True),
        sa.Column("currency_code", sa.String(length=3), nullable=True),
        sa.Column("channel_region_id", sa.Integer(), nullable=True),
        sa.Column("channel_updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address_wanted", sa.Boolean(), nullable=False),
        sa.Column("amounts_wanted", sa.Boolean(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_orders_company_id_companies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
        sa.UniqueConstraint(
            "company_id", "channel", "channel_order_id", name="uq_orders_company_channel_order"
        ),
    )
    op.create_index(
        "ix_orders_address_wanted",
        "orders",
        ["company_id", "id"],
        unique=False,
        postgresql_where=sa.text("address_wanted"),
        sqlite_where=sa.text("address_wanted"),
    )
    op.create_index(
        "ix_orders_amounts_wanted",
        "orders",
        ["company_id", "id"],
        unique=False,
        postgresql_where=sa.text("amounts_wanted"),
        sqlite_where=sa.text("amounts_wanted"),
    )
    op.create_index("ix_orders_channel_order_id", "orders", ["channel_order_id"], unique=False)
    op.create_index("ix_orders_company_newest", "orders", ["company_id", "ordered_at", "id"], unique=False)
    op.create_index("ix_orders_newest", "orders", ["ordered_at", "id"], unique=False)

    op.create_table(
        "products",
        sa.Column("id", ID, nullable=False),
        sa.Column("company_id", ID, nullable=False),
        sa.Column("sku", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("shadow_of_id", ID, nullable=True),
        sa.Column("website_product_id", sa.String(length=32), nullable=True),
        sa.Column("website_product_variant_id", sa.String(length=32), nullable=True),
        sa.Column("use_default_safety_quantity", sa.Boolean(), nullable=False),
        sa.Column("safety_quantity", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_products_company_id_companies")
        ),
        sa.ForeignKeyConstraint(
            ["shadow_of_id"], ["products.id"], name=op.f("fk_products_shadow_of_id_products")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_products")),
        sa.UniqueConstraint("company_id", "sku", name=op.f("uq_products_company_id_sku")),
        sa.UniqueConstraint(
            "company_id", "website_product_id", "website_product_variant_id", name="uq_products_website_ids"
        ),
    )
    op.create_index("ix_products_shadow_of_id", "products", ["shadow_of_id"], unique=False)

    op.create_table(
        "queued_jobs",
        sa.Column("id", ID, nullable=False),
        sa.Column("company_id", ID, nullable=False),
        sa.Column("type", sa.String(32), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("trigger", sa.String(32), nullable=False),
        sa.Column("arguments", JSON, nullable=False),
        sa.Column("lane", sa.String(length=100), nullable=False),
        sa.Column("scope", sa.String(length=64), nullable=False),
        sa.Column("idempotency_key", sa.String(length=255), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("passing_failures", sa.Integer(), nullable=False),
        sa.Column("crashes", sa.Integer(), nullable=False),
        sa.Column("run_at", sa.BigInteger(), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=True),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        sa.Column("checkpoint", JSON, nullable=True),
        sa.Column("progress_done", sa.Integer(), nullable=False),
        sa.Column("progress_total", sa.Integer(), nullable=True),
        sa.Column("succeeded", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("error_is_passing", sa.Boolean(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_queued_jobs_company_id_companies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queued_jobs")),
        sa.UniqueConstraint("company_id", "idempotency_key", name="uq_queued_jobs_idempotency_key"),
    )
    op.create_index(
        "ix_queued_jobs_active",
        "queued_jobs",
        ["run_at"],
        unique=False,
        postgresql_where=sa.text("status IN ('QUEUED', 'RUNNING')"),
        sqlite_where=sa.text("status IN ('QUEUED', 'RUNNING')"),
    )
    op.create_index("ix_queued_jobs_company_newest", "queued_jobs", ["company_id", "id"], unique=False)
    op.create_index("ix_queued_jobs_finished", "queued_jobs", ["finished_at"], unique=False)
    op.create_index(
        "uq_queued_jobs_running_lane",
        "queued_jobs",
        ["lane"],
        unique=True,
        postgresql_where=sa.text("status = 'RUNNING'"),
        sqlite_where=sa.text("status = 'RUNNING'"),
    )
    op.create_index(
        "uq_queued_jobs_waiting",
        "queued_jobs",
        ["lane", "scope"],
        unique=True,
        postgresql_where=sa.text("status = 'QUEUED' AND fence = 0 AND idempotency_key IS NULL"),
        sqlite_where=sa.text("status = 'QUEUED' AND fence = 0 AND idempotency_key IS NULL"),
    )

    op.create_table(
        "schedule_ticks",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("type", sa.String(32), nullable=False),
        sa.Column("tick", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_schedule_ticks_company_id_companies")
        ),
        sa.PrimaryKeyConstraint("company_id", "type", "tick", name=op.f("pk_schedule_ticks")),
    )
    op.create_table(
        "unreadable_orders",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("channel_order_id", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_unreadable_orders_company_id_companies")
        ),
        sa.PrimaryKeyConstraint("company_id", "channel_order_id", name=op.f("pk_unreadable_orders")),
    )
    op.create_table(
        "inventory_levels",
        sa.Column("product_id", ID, nullable=False),
        sa.Column("warehouse_id", ID, nullable=False),
        sa.Column("on_hand", sa.Integer(), nullable=False),
        sa.CheckConstraint("on_hand >= 0", name=op.f("ck_inventory_levels_on_hand")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_inventory_levels_product_id_products")
        ),
        sa.ForeignKeyConstraint(
            ["warehouse_id"], ["warehouses.id"], name=op.f("fk_inventory_levels_warehouse_id_warehouses")
        ),
        sa.PrimaryKeyConstraint("product_id", "warehouse_id", name=op.f("pk_inventory_levels")),
    )
    op.create_table(
        "job_outcomes",
        sa.Column("id", ID, nullable=False),
        sa.Column("job_id", ID, nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("retryable", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["job_id"],
            ["queued_jobs.id"],
            name=op.f("fk_job_outcomes_job_id_queued_jobs"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_outcomes")),
        sa.UniqueConstraint("job_id", "subject", name="uq_job_outcomes_subject"),
    )
    op.create_index("ix_job_outcomes_failures_first", "job_outcomes", ["job_id", "rank", "id"], unique=False)

    op.create_table(
        "order_addresses",
        sa.Column("order_id", ID, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("line1", sa.Text(), nullable=True),
        sa.Column("line2", sa.Text(), nullable=True),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("postal_code", sa.Text(), nullable=True),
        sa.Column("country_code", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_addresses_order_id_orders")),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_order_addresses")),
    )
    op.create_table(
        "order_items",
        sa.Column("id", ID, nullable=False),
        sa.Column("order_id", ID, nullable=False),
        sa.Column("company_id", ID, nullable=False),
        sa.Column("channel_order_item_id", sa.String(length=64), nullable=False),
        sa.Column("product_id", ID, nullable=True),
        sa.Column("website_product_id", sa.String(length=32), nullable=False),
        sa.Column("website_product_variant_id", sa.String(length=32), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("cancelled_quantity", sa.Integer(), nullable=False),
        sa.Column("shipped_quantity", sa.Integer(), nullable=False),
        sa.Column("fulfilled_by", sa.String(32), nullable=False),
        sa.Column("unit_price_amount", EXACT, nullable=True),
        sa.Column("currency_code", sa.String(length=3), nullable=True),
        sa.CheckConstraint(
            "cancelled_quantity BETWEEN 0 AND quantity", name=op.f("ck_order_items_cancelled_quantity")
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_order_items_quantity")),
        sa.CheckConstraint(
            "shipped_quantity BETWEEN 0 AND quantity", name=op.f("ck_order_items_shipped_quantity")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_order_items_company_id_companies")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_items_order_id_orders")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_order_items_product_id_products")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_items")),
        sa.UniqueConstraint("order_id", "channel_order_item_id", name="uq_order_items_order_channel_item"),
    )
    op.create_index("ix_order_items_product", "order_items", ["product_id"], unique=False)
    op.create_index(
        "ix_order_items_unknown",
        "order_items",
        ["company_id", "website_product_id", "website_product_variant_id"],
        unique=False,
        postgresql_where=sa.text("product_id IS NULL"),
        sqlite_where=sa.text("product_id IS NULL"),
    )

    op.create_table(
        "order_notes",
        sa.Column("id", ID, nullable=False),
        sa.Column("order_id", ID, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_notes_order_id_orders")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_notes")),
        sa.UniqueConstraint("order_id", "event", name="uq_order_notes_event"),
    )
    op.create_table(
        "reservations",
        sa.Column("order_item_id", ID, autoincrement=False, nullable=False),
        sa.Column("product_id", ID, nullable=False),
        sa.Column("warehouse_id", ID, nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_reservations_quantity")),
        sa.ForeignKeyConstraint(
            ["order_item_id"], ["order_items.id"], name=op.f("fk_reservations_order_item_id_order_items")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_reservations_product_id_products")
        ),
        sa.ForeignKeyConstraint(
            ["warehouse_id"], ["warehouses.id"], name=op.f("fk_reservations_warehouse_id_warehouses")
        ),
        sa.PrimaryKeyConstraint("order_item_id", name=op.f("pk_reservations")),
    )
    op.create_index("ix_reservations_stock", "reservations", ["product_id", "warehouse_id"], unique=False)


def downgrade() -> None:
    """Back."""
    for table in (
        "reservations",
        "order_notes",
        "order_items",
        "order_addresses",
        "job_outcomes",
        "inventory_levels",
        "unreadable_orders",
        "schedule_ticks",
        "queued_jobs",
        "products",
        "orders",
        "channel_warehouse_mappings",
        "api_key_companies",
        "access_tokens",
        "warehouses",
        "companies",
        "api_keys",
    ):
        op.drop_table(table)
