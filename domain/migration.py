"""
Bringing the database to the tables of this release: forward with `tradewind migrate`, or back.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from domain.database import Database

_ROOT = Path(__file__).parent.parent
# Any number that no one else takes: two processes that migrate at once wait for each other.
_LOCK = 7_461_646_577


async def migrate(database: Database, *, to: str = "head") -> None:
    """
    Move to revision *to*; "base" takes everything back. Again does nothing.
    """
    engine = database.engine.execution_options(write=True)
    async with engine.begin() as connection:
        await connection.run_sync(_run, to)


def prepare(connection: Connection) -> None:
    """
    Wait for whoever else migrates, and have this transaction take the time that it needs: an index of millions of rows
    takes longer than any statement of a server or worker may.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SET LOCAL lock_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        connection.execute(text("SET LOCAL lock_timeout = '10s'"))


def _run(connection: Connection, to: str) -> None:
    prepare(connection)
    config = _config()
    config.attributes["connection"] = connection
    known = inspect(connection).has_table("alembic_version")
    if to == "base" or (known and _is_behind(connection, to)):
        command.downgrade(config, to)
    else:
        command.upgrade(config, to)


def _is_behind(connection: Connection, to: str) -> bool:
    """
    Whether *to* is an ancestor of where the database is.
    """
    script = ScriptDirectory.from_config(_config())
    present = MigrationContext.configure(connection).get_current_revision()
    ancestors = {revision.revision for revision in script.iterate_revisions(present, "base")}
    return to in ancestors - {present}


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_ROOT / "migrations"))
    return config
