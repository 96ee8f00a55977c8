"""A PostgreSQL that says nothing any more: frozen, or behind a network that swallows what is sent."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from domain.database.session import Database
from domain.errors import Unavailable

_PORT = ".s.PGSQL.5432"
_ONE = "SELECT CAST(1 AS TEXT)"


class Line:
    """A way to the server that can fall silent without being cut."""

    def __init__(self, url: str, place: Path) -> None:
        before, _, self._server = url.partition("host=")
        self.url = f"{before}host={place}"
        self.is_silent = False
        self._writers: list[asyncio.StreamWriter] = []

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry what a client and the server say."""
        back, on = await asyncio.open_unix_connection(f"{self._server}/{_PORT}")
        self._writers += [writer, on]
        await asyncio.gather(self._carry(reader, on), self._carry(back, writer), return_exceptions=True)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            if not self.is_silent:
                writer.write(data)
        if not self.is_silent:
            writer.close()

    async def close(self) -> None:
        """Cut it."""
        for writer in self._writers:
            writer.close()
        await asyncio.gather(*(writer.wait_closed() for writer in self._writers), return_exceptions=True)


@pytest.fixture
async def line(postgresql_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Line]:
    """A line to a database of this test's own."""
    place = tmp_path_factory.mktemp("line")
    line = Line(postgresql_url, place)
    server = await asyncio.start_unix_server(line.accept, place / _PORT)
    yield line
    server.close()
    await line.close()
    await server.wait_closed()


async def _use(database: Database) -> None:
    await database.rows(_ONE, ())
    async with database.read() as session:
        await session.execute(text(_ONE))


async def test_a_silent_database_is_out_of_reach(line: Line) -> None:
    """A7: who asks a database that has fallen silent is told to try again, and is served when it speaks again."""
    database = Database(line.url, command_seconds=0.2)
    await _use(database)
    line.is_silent = True

    async with asyncio.timeout(30):
        with pytest.raises(Unavailable):
            await database.rows(_ONE, ())
        with pytest.raises(Unavailable):
            async with database.write() as session:
                await session.execute(text(_ONE))

    line.is_silent = False
    await _use(database)
    await database.close()


async def test_a_silent_database_holds_nobody_back(line: Line) -> None:
    """R5: a process that ends doesn't wait for a database that has fallen silent."""
    database = Database(line.url)
    await _use(database)
    line.is_silent = True

    async with asyncio.timeout(30):
        await database.close()
