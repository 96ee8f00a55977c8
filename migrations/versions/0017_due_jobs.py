"""Indexes by which due jobs are found without reading all that wait."""

import sqlalchemy as sa

from migrations.online import create_index, drop_index

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_TABLE = "queued_jobs"
_INDEXES = {
    "ix_queued_jobs_due": ["trigger", "run_at", "id"],
    "ix_queued_jobs_due_lane": ["lane", "trigger", "run_at", "id"],
    "ix_queued_jobs_same_work": ["lane", "scope", "fence", "id"],
}


def upgrade() -> None:
    """Forward."""
    is_queued = sa.text("status = 'QUEUED'")
    for name, columns in _INDEXES.items():
        create_index(name, _TABLE, columns, postgresql_where=is_queued, sqlite_where=is_queued)
    # Servers of the release before find the lane's queued jobs by the second of these, and those that run by their own.
    drop_index("ix_queued_jobs_active_lane", _TABLE)


def downgrade() -> None:
    """Back."""
    create_index(
        "ix_queued_jobs_active_lane",
        _TABLE,
        ["lane"],
        postgresql_where=sa.text("status IN ('QUEUED', 'RUNNING')"),
        sqlite_where=sa.text("status = 'QUEUED' OR status = 'RUNNING'"),
    )
    for name in reversed(_INDEXES):
        drop_index(name, _TABLE)
