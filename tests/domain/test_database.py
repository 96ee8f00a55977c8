"""
Connections that have gone while nobody used them.
"""

import pytest
from sqlalchemy import text

import domain.database
from domain.database import Database


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_restarted_database_is_not_noticed(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A7: a connection that the server closed while it lay in the pool is replaced before it is used."""
    monkeypatch.setattr(domain.database, "_TRUSTED_SECONDS", 0.0)
    async with database.read() as session:
        old = await session.scalar(text("SELECT pg_backend_pid()"))
    other = Database(database.engine.url.render_as_string(hide_password=False))
    async with other.write() as session:
        ended = "SELECT pg_terminate_backend(:old, 5000)"
        assert await session.scalar(text(ended), {"old": old})
    await other.close()

    async with database.read() as session:
        new = await session.scalar(text("SELECT pg_backend_pid()"))
    assert new != old
    found = await database.json("SELECT CAST(pg_backend_pid() AS TEXT)", ())
    assert found == str(new)
