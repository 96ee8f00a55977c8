"""Whether the tables are those of this release. Apart from moving them, so that who only asks needn't load alembic."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from domain.database.session import Database

_VERSIONS = Path(__file__).parent.parent / "migrations" / "versions"


async def problem(database: Database) -> str | None:
    """Why the tables don't fit this release; None where they do."""
    async with database.read() as session:
        connection = await session.connection()
        present = await connection.run_sync(_present)
    wanted = newest()
    if present == [wanted]:
        return None
    return f"is at migration {', '.join(present) or 'none'}, this release needs {wanted}: run `tradewind migrate`"


def newest() -> str:
    """The revision of this release: migrations are numbered, and each file is named by its number."""
    return max(path.name.partition("_")[0] for path in _VERSIONS.glob("[0-9]*.py"))


def _present(connection: Connection) -> list[str]:
    if not inspect(connection).has_table("alembic_version"):
        return []
    return sorted(connection.scalars(text("SELECT version_num FROM alembic_version")))
