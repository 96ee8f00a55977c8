"""Whether the tables fit this release. Apart from moving them, so that who only asks needn't load alembic.

Migrations come in two halves. The first adds what a release needs and takes nothing away, so that the release before goes
on beside it; its tables may be ahead of a server's. The second, `post` in the name of its file, takes away what only
older releases used, once none of these runs.
"""

from pathlib import Path

from sqlalchemy import Connection, inspect, select, text

from domain.database.session import Database
from domain.models import Installation

_FILES = sorted((Path(__file__).parent.parent / "migrations" / "versions").glob("[0-9]*.py"))
#: Migrations are numbered, and each file is named by its number: all that this release knows, in their order.
KNOWN = [path.name.partition("_")[0] for path in _FILES]
POST = [path.name.partition("_")[0] for path in _FILES if path.name.partition("_")[2].startswith("post_")]
#: What this release needs at least.
REQUIRED = max(number for number in KNOWN if number not in POST)


async def problem(database: Database) -> str | None:
    """Why the tables don't fit this release; None where they do."""
    async with database.read() as session:
        connection = await session.connection()
        present = await connection.run_sync(current)
        if present in KNOWN:
            if present >= REQUIRED:
                return None
        elif present is not None:
            serves = (
                await session.scalar(select(Installation.compatible_from)) if present > KNOWN[-1] else None
            )
            if serves is not None and serves <= KNOWN[-1]:
                return None
            return f"is at migration {present}, which this release ({KNOWN[-1]}) doesn't know: run a newer release"
    return f"is at migration {present or 'none'}, this release needs {REQUIRED}: run `tradewind migrate`"


def current(connection: Connection) -> str | None:
    """The number of the last migration that was run; None where there was none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    present: str | None = connection.scalar(text("SELECT max(version_num) FROM alembic_version"))
    return present
