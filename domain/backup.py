"""A back-up of a SQLite database while servers and workers use it. PostgreSQL has its own tools for that."""

import os
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import make_url

from domain import outbound
from domain.database.session import Database
from domain.errors import Conflict, Invalid, NotFound

_OTHERS = (
    "`tradewind backup` is for SQLite. Back PostgreSQL up with its own tool, and restore with pg_restore: "
    "PGOPTIONS='-c tradewind.companies=all' pg_dump --enable-row-security --format=custom --file=FILE DATABASE "
    "(docs/backup.md)."
)


async def back_up(url: str, file: Path, *, now: datetime) -> None:
    """Copy the database at *url* to *file* as it is at one moment; the copy starts paused. Raises Refused."""
    source = _source(url)
    partial = _reserve(file)
    try:
        if _copy(source, partial):
            await _pause(partial, now=now)
        _finish(partial, file)
    except (OSError, sqlite3.Error) as error:
        raise Invalid(f"The back-up failed: {error}.") from None
    finally:
        partial.unlink(missing_ok=True)


def _source(url: str) -> Path:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        raise Invalid(_OTHERS)
    source = Path(parsed.database or "")
    if not source.is_file():
        raise NotFound(f"There is no database at {source}.")
    return source


def _reserve(file: Path) -> Path:
    """The file that becomes *file* once it is whole."""
    if file.exists():
        raise Conflict(f"{file} is there already; a back-up overwrites nothing.")
    partial = file.absolute().with_name(f"{file.name}.partial")
    try:
        # It holds buyers' data: nobody else may read it.
        os.close(os.open(partial, os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        message = f"{partial} is there: another back-up runs, or one was cut off. Then remove it."
        raise Conflict(message) from None
    except OSError as error:
        raise Invalid(f"{file} can't be written: {error.strerror}.") from None
    return partial


def _copy(source: Path, partial: Path) -> bool:
    """Returns whether the copy knows of a pause: one from before the upgrade that brings it doesn't, nor does the release
    that it is restored with.
    """
    with (
        closing(sqlite3.connect(f"file:{quote(str(source))}?mode=rw", uri=True, timeout=10)) as original,
        closing(sqlite3.connect(partial)) as copy,
    ):
        # In one step, as of one moment: writers neither wait for it nor have it begin anew.
        original.backup(copy)
        found = copy.execute("SELECT 1 FROM sqlite_master WHERE name = 'installation'").fetchone()
    return found is not None


async def _pause(partial: Path, *, now: datetime) -> None:
    database = Database(f"sqlite+aiosqlite:///{partial}")
    try:
        async with database.write() as session:
            reason = f"{outbound.RESTORED} The back-up was made at {now:%Y-%m-%d %H:%M:%S} UTC."
            await outbound.pause_restored(session, reason=reason, now=now)
    finally:
        await database.close()


def _finish(partial: Path, file: Path) -> None:
    with closing(sqlite3.connect(partial)) as copy:
        # One file, with no log beside it.
        copy.execute("PRAGMA journal_mode = DELETE")
        (found,) = copy.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise Invalid(f"The database is damaged, and so would be its back-up: {found}.")
    with partial.open("rb+") as written:
        os.fsync(written.fileno())
    partial.rename(file)
