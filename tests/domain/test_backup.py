"""Back-ups of SQLite: whole, of one moment, paused, and never over another file."""

import asyncio
import re
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import func, select

from domain import clock, outbound
from domain.backup import back_up
from domain.database.session import Database
from domain.errors import Refused
from domain.migration import migrate
from domain.models import Company, Product
from tests.factories import make_company, make_product


async def _counts(database: Database) -> tuple[int, int]:
    async with database.read() as session:
        companies = await session.scalar(select(func.count()).select_from(Company))
        products = await session.scalar(select(func.count()).select_from(Product))
    return companies or 0, products or 0


def _names(folder: Path, beginning: str) -> list[str]:
    return [path.name for path in folder.glob(f"{beginning}*")]


async def test_while_others_write(sqlite_url: str, tmp_path: Path) -> None:
    """R4: a back-up under load is of one moment between two transactions, and starts paused; the live one doesn't."""
    live = Database(sqlite_url)
    begun, stop = asyncio.Event(), asyncio.Event()

    async def go_on() -> None:
        while not stop.is_set():
            async with live.write() as session:
                company = await make_company(session)
                await make_product(session, company)
            begun.set()

    writing = [asyncio.create_task(go_on()) for _ in range(3)]
    await begun.wait()
    file = tmp_path / "back-up"
    # On a loop of its own, as the command is in a process of its own.
    await asyncio.to_thread(asyncio.run, back_up(sqlite_url, file, now=clock.now()))
    stop.set()
    await asyncio.gather(*writing)
    copy = Database(f"sqlite+aiosqlite:///{file}")
    async with copy.read() as session:
        paused = await outbound.get(session)
    async with live.read() as session:
        running = await outbound.get(session)
    companies, products = await _counts(copy)
    await live.close()
    await copy.close()

    assert companies == products >= 1
    assert running.outbound_paused_at is None
    assert paused.outbound_paused_at is not None
    assert re.search(r"restored .* made at", paused.outbound_pause_reason or "")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert _names(tmp_path, "back-up") == ["back-up"]


async def test_a_file_that_is_there(sqlite_url: str, tmp_path: Path) -> None:
    """R6: nothing is overwritten, and what was cut off is told."""
    file = tmp_path / "back-up"
    file.write_text("mine")
    with pytest.raises(Refused, match="there already"):
        await back_up(sqlite_url, file, now=clock.now())
    assert file.read_text() == "mine"

    (tmp_path / "other.partial").touch()
    with pytest.raises(Refused, match="cut off"):
        await back_up(sqlite_url, tmp_path / "other", now=clock.now())
    assert (tmp_path / "other.partial").exists()


async def test_what_can_not_be_backed_up(sqlite_url: str, tmp_path: Path) -> None:
    """R6: one line says what is wrong, and nothing is left behind."""
    damaged = tmp_path / "damaged.sqlite3"
    damaged.write_bytes(b"no database" * 1000)
    for url, file, words in [
        ("postgresql+asyncpg://me:secret@host/name", tmp_path / "copy", "pg_dump --enable-row-security"),
        (f"sqlite+aiosqlite:///{tmp_path}/none.sqlite3", tmp_path / "copy", "no database at"),
        (sqlite_url, tmp_path / "no" / "folder", "can't be written"),
        (f"sqlite+aiosqlite:///{damaged}", tmp_path / "copy", "not a database"),
    ]:
        with pytest.raises(Refused, match=words) as error:
            await back_up(url, file, now=clock.now())
        assert "secret" not in error.value.message
        assert not _names(tmp_path, "copy")


async def test_before_an_upgrade(sqlite_url: str, tmp_path: Path) -> None:
    """R4: a database of the release before is backed up as it is."""
    database = Database(sqlite_url)
    await migrate(database, to="0014")
    await database.close()
    file = tmp_path / "back-up"
    await back_up(sqlite_url, file, now=clock.now())

    with closing(sqlite3.connect(file)) as copy:
        assert copy.execute("SELECT version_num FROM alembic_version").fetchall() == [("0014",)]
