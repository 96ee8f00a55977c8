"""Who changed what; API keys that expire; companies that were removed, and buyers whose data was erased."""

import sqlalchemy as sa
from alembic import op

from migrations.online import create_index, drop_index

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# On SQLite a table that is made anew, as each change of its columns does, loses its triggers: make them again then.
_REFUSE = {
    "sqlite": (
        """CREATE TRIGGER audit_events_stay_as_they_are BEFORE UPDATE ON audit_events
BEGIN SELECT RAISE(ABORT, 'audit events are never changed'); END""",
        """CREATE TRIGGER audit_events_stay BEFORE DELETE ON audit_events
WHEN OLD.occurred_at > datetime('now', '-30 days')
BEGIN SELECT RAISE(ABORT, 'audit events are kept for 30 days at least'); END""",
    ),
    "postgresql": (
        """CREATE FUNCTION refuse_change_of_audit_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.occurred_at <= now() - interval '30 days' THEN RETURN OLD; END IF;
        RAISE EXCEPTION 'audit events are kept for 30 days at least';
    END IF;
    RAISE EXCEPTION 'audit events are never changed';
END $$""",
        """CREATE TRIGGER audit_events_stay BEFORE UPDATE OR DELETE ON audit_events
FOR EACH ROW EXECUTE FUNCTION refuse_change_of_audit_event()""",
        """CREATE TRIGGER audit_events_stay_all BEFORE TRUNCATE ON audit_events
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit_event()""",
    ),
}


def upgrade() -> None:
    """Forward."""
    op.add_column("api_keys", sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("companies", sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("orders", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("orders", sa.Column("keeps_buyer", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("order_addresses", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "audit_events",
        sa.Column("id", _ID, nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(32), nullable=False),
        sa.Column("api_key_id", _ID, nullable=True),
        sa.Column("request_id", sa.String(64), nullable=True),
        sa.Column("company_id", _ID, nullable=True),
        sa.Column("action", sa.String(100), nullable=False),
        sa.Column("subject_type", sa.String(64), nullable=True),
        sa.Column("subject_id", sa.BigInteger(), nullable=True),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_events")),
        sa.ForeignKeyConstraint(
            ["api_key_id"], ["api_keys.id"], name=op.f("fk_audit_events_api_key_id_api_keys")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_audit_events_company_id_companies")
        ),
    )
    newest = ["occurred_at", "id"]
    op.create_index("ix_audit_events_newest", "audit_events", newest)
    op.create_index("ix_audit_events_company_newest", "audit_events", ["company_id", *newest])
    op.create_index("ix_audit_events_api_key_newest", "audit_events", ["api_key_id", *newest])
    op.create_index("ix_audit_events_action_newest", "audit_events", ["action", *newest])
    op.create_index("ix_audit_events_subject_newest", "audit_events", ["subject_id", "subject_type", *newest])
    for statement in _REFUSE[op.get_bind().dialect.name]:
        op.execute(statement)
    create_index(
        "ix_orders_keeps_buyer",
        "orders",
        ["company_id", "ended_at", "ordered_at"],
        postgresql_where=sa.text("keeps_buyer"),
        sqlite_where=sa.text("keeps_buyer = 1"),
    )


def downgrade() -> None:
    """Back."""
    drop_index("ix_orders_keeps_buyer", "orders")
    op.drop_table("audit_events")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change_of_audit_event()")
    op.drop_column("order_addresses", "erased_at")
    op.drop_column("orders", "keeps_buyer")
    op.drop_column("orders", "ended_at")
    op.drop_column("companies", "removed_at")
    op.drop_column("api_keys", "expires_at")
