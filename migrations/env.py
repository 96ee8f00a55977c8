"""
Alembic's environment for both databases. `tradewind migrate` and tests hand in a connection; the alembic command, by which
a migration is begun, reads the settings.
"""

import asyncio

from alembic import context
from alembic.runtime.migration import MigrationInfo
from sqlalchemy import Connection

from domain.database.session import Database
from domain.models import Base
from domain.settings import Settings


def _migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        # SQLite changes a table by making it anew.
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        transaction_per_migration=True,
        on_version_apply=_note,
    )
    with context.begin_transaction():
        context.run_migrations()


def _note(ctx: object, step: MigrationInfo, heads: object, run_args: object) -> None:  # noqa: ARG001 - alembic's form
    ran: list[str] = context.config.attributes.get("ran", [])
    if step.up_revision_id is not None:
        ran.append(step.up_revision_id)


async def _migrate_database_of_settings() -> None:
    database = Database(Settings.load().effective_database_url, command_seconds=None)
    async with database.engine.execution_options(write=True).connect() as connection:
        await connection.run_sync(_migrate)
    await database.close()


handed_in = context.config.attributes.get("connection")
if handed_in is not None:
    _migrate(handed_in)
else:
    asyncio.run(_migrate_database_of_settings())
