"""What operators see and steer: workers, a pause of all that goes out, the trace and the progress of a job."""

import uuid

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.add_column("queued_jobs", sa.Column("traceparent", sa.String(64), nullable=True))
    op.add_column("queued_jobs", sa.Column("progressed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "workers",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("release", sa.String(32), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("slots", sa.Integer(), nullable=False),
        sa.Column("running", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_workers")),
    )
    installation = op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("uid", sa.String(32), nullable=False),
        sa.Column("compatible_from", sa.String(32), nullable=False),
        sa.Column("generation", sa.BigInteger(), nullable=False),
        sa.Column("outbound_paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outbound_pause_reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
        sa.CheckConstraint("id = 1", name=op.f("ck_installation_only_row")),
    )
    row = {"id": 1, "uid": uuid.uuid4().hex, "compatible_from": "0014", "generation": 1}
    op.bulk_insert(installation, [row])


def downgrade() -> None:
    """Back."""
    op.drop_table("installation")
    op.drop_table("workers")
    op.drop_column("queued_jobs", "progressed_at")
    op.drop_column("queued_jobs", "traceparent")
