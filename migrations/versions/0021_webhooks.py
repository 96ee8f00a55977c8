"""Webhooks: receivers that are told of changes, the messages for them, and each attempt to deliver one."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.online import create_index, drop_index

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)
_JSON = sa.JSON().with_variant(JSONB(), "postgresql")
_IS_PENDING = sa.text("status = 'PENDING'")
_IS_ALL = "(SELECT current_setting('tradewind.companies', true)) = 'all'"
_NUMBERS = "(SELECT string_to_array(nullif(current_setting('tradewind.companies', true), 'all'), ',')::bigint[])::bigint[]"
_CONDITIONS = {
    "webhooks": f"webhooks.company_id = ANY ({_NUMBERS})",
    "webhook_deliveries": f"webhook_deliveries.company_id = ANY ({_NUMBERS})",
    "webhook_attempts": "EXISTS (SELECT FROM webhook_deliveries WHERE webhook_deliveries.id = webhook_attempts.delivery_id)",
}
# A job that delivers what changed is none of what is told of.
_IS_LOGGED = "NEW.type <> 'DELIVER_WEBHOOKS'"
_DIFFERS = {
    "sqlite": "(NEW.status IS NOT OLD.status OR NEW.attempts IS NOT OLD.attempts)",
    "postgresql": "(NEW.status IS DISTINCT FROM OLD.status OR NEW.attempts IS DISTINCT FROM OLD.attempts)",
}
_TYPES = {
    "INSERT": "'job.created'",
    "UPDATE": "CASE WHEN NEW.status IN ('QUEUED', 'RUNNING') THEN 'job.updated' ELSE 'job.finished' END",
}


def upgrade() -> None:
    """Forward."""
    is_webhooks = sa.text("type = 'DELIVER_WEBHOOKS'")
    create_index(
        "uq_queued_jobs_webhook",
        "queued_jobs",
        ["lane"],
        unique=True,
        postgresql_where=is_webhooks,
        sqlite_where=is_webhooks,
    )
    op.create_table(
        "webhooks",
        sa.Column("id", _ID, nullable=False),
        sa.Column("company_id", _ID, nullable=True),
        sa.Column("api_key_id", _ID, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("event_types", _JSON, nullable=False),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("sealed", sa.String(), nullable=False),
        sa.Column("secret_created_at", _MOMENT, nullable=False),
        sa.Column("sealed_previous", sa.String(), nullable=True),
        sa.Column("previous_secret_until", _MOMENT, nullable=True),
        sa.Column("cursor_xid", sa.BigInteger(), nullable=False),
        sa.Column("cursor_id", sa.BigInteger(), nullable=False),
        sa.Column("failing_since", _MOMENT, nullable=True),
        sa.Column("unreachable", sa.Integer(), nullable=False),
        sa.Column("paused_until", _MOMENT, nullable=True),
        sa.Column("off_since", _MOMENT, nullable=True),
        sa.Column("off_reason", sa.String(32), nullable=True),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhooks")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_webhooks_company_id_companies")
        ),
        sa.ForeignKeyConstraint(
            ["api_key_id"], ["api_keys.id"], name=op.f("fk_webhooks_api_key_id_api_keys")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_webhooks_company", "webhooks", ["company_id"])
    op.create_table(
        "webhook_deliveries",
        sa.Column("id", _ID, nullable=False),
        sa.Column("webhook_id", _ID, nullable=False),
        sa.Column("company_id", _ID, nullable=True),
        sa.Column("subject_company_id", _ID, nullable=True),
        sa.Column("change_id", sa.BigInteger(), nullable=True),
        sa.Column("message_id", sa.String(40), nullable=False),
        sa.Column("event_type", sa.String(32), nullable=False),
        sa.Column("subject_type", sa.String(64), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("occurred_at", _MOMENT, nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", _MOMENT, nullable=True),
        sa.Column("next_attempt_at", _MOMENT, nullable=True),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_deliveries")),
        sa.UniqueConstraint("webhook_id", "change_id", name=op.f("uq_webhook_deliveries_change")),
        sa.ForeignKeyConstraint(
            ["webhook_id"],
            ["webhooks.id"],
            name=op.f("fk_webhook_deliveries_webhook_id_webhooks"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_webhook_deliveries_company_id_companies")
        ),
        sa.ForeignKeyConstraint(
            ["subject_company_id"],
            ["companies.id"],
            name=op.f("fk_webhook_deliveries_subject_company_id_companies"),
        ),
        sqlite_autoincrement=True,
    )
    for name, columns in (
        ("newest", ["webhook_id", "id"]),
        ("company_newest", ["company_id", "id"]),
        ("status_newest", ["webhook_id", "status", "id"]),
        ("all_status_newest", ["status", "id"]),
        ("ended", ["ended_at"]),
    ):
        op.create_index(f"ix_webhook_deliveries_{name}", "webhook_deliveries", columns)
    op.create_index(
        "ix_webhook_deliveries_pending",
        "webhook_deliveries",
        ["webhook_id", "subject_type", "subject_id", "id"],
        postgresql_where=_IS_PENDING,
        sqlite_where=_IS_PENDING,
    )
    op.create_table(
        "webhook_attempts",
        sa.Column("id", _ID, nullable=False),
        sa.Column("delivery_id", _ID, nullable=False),
        sa.Column("attempted_at", _MOMENT, nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("request_headers", sa.Text(), nullable=False),
        sa.Column("response_status", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_attempts")),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["webhook_deliveries.id"],
            name=op.f("fk_webhook_attempts_delivery_id_webhook_deliveries"),
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_webhook_attempts_delivery", "webhook_attempts", ["delivery_id", "id"])
    if op.get_bind().dialect.name == "postgresql":
        for table, condition in _CONDITIONS.items():
            rule = f"{_IS_ALL} OR {condition}"
            op.execute(f"CREATE POLICY companies ON {table} USING ({rule}) WITH CHECK ({rule})")
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
    _log_jobs(only=_IS_LOGGED)


def downgrade() -> None:
    """Back."""
    drop_index("uq_queued_jobs_webhook", "queued_jobs")
    # What the release before knows no type of.
    op.execute("DELETE FROM queued_jobs WHERE type = 'DELIVER_WEBHOOKS'")
    _log_jobs()
    for table in ("webhook_attempts", "webhook_deliveries", "webhooks"):
        op.drop_table(table)


def _log_jobs(*, only: str = "") -> None:
    """Have the log of changes hold those of jobs, *only* of some."""
    dialect = op.get_bind().dialect.name
    for event, kind in _TYPES.items():
        name = f"log_queued_jobs_{event.lower()}"
        conditions = [each for each in ("" if event == "INSERT" else _DIFFERS[dialect], only) if each]
        when = f"WHEN ({' AND '.join(conditions)})" if conditions else ""
        if dialect == "postgresql":
            op.execute(f"DROP TRIGGER {name} ON queued_jobs")
            op.execute(
                f"CREATE TRIGGER {name} AFTER {event} ON queued_jobs FOR EACH ROW {when} EXECUTE FUNCTION {name}()"
            )
            continue
        op.execute(f"DROP TRIGGER {name}")
        logs = f"""INSERT INTO changes (company_id, type, subject_type, subject_id, occurred_at)
SELECT NEW.company_id, {kind}, 'QueuedJob', NEW.id, strftime('%Y-%m-%d %H:%M:%f', 'now') || '000'"""
        statement = f"CREATE TRIGGER {name} AFTER {event} ON queued_jobs {when} BEGIN {logs}; END"
        op.execute(sa.text(statement.replace(":", r"\:")))
