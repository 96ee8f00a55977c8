"""One line for each fault that a person meets at the command line or at a start: what is wrong, and what to do.

The only place that puts into words what settings, the database, files and keys can have wrong. What is no such fault is a
mistake of ours, and keeps its traceback.
"""

import socket
import sqlite3
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import asyncpg
from sqlalchemy import URL, make_url

from domain.errors import DomainError, Unavailable
from domain.settings import ConfigurationError, Settings

_SETTING = "TRADEWIND_DATABASE_URL"


@dataclass(frozen=True)
class Fault:
    """What is wrong, and what to do about it. *may_pass*: it may be mended without anybody starting this process anew."""

    what: str
    advice: str = ""
    may_pass: bool = False

    @property
    def line(self) -> str:
        return f"{self.what} {self.advice}".strip()


@contextmanager
def ending_in_one_line(settings: Settings | None = None) -> Generator[None]:
    """End the process with a fault's line on standard error and exit code 1."""
    try:
        yield
    except Exception as error:
        fault = describe(error, settings)
        if fault is None:
            raise
        raise SystemExit(fault.line) from None


def describe(error: BaseException, settings: Settings | None = None) -> Fault | None:
    """The fault that an exception tells of; None for a mistake of ours. *settings*: those of the database it is about."""
    if isinstance(error, ConfigurationError):
        return Fault(str(error))
    if settings is not None:
        url = make_url(settings.effective_database_url)
        for cause in _causes(error):
            fault = (
                _of_sqlite(cause, url) if url.drivername.startswith("sqlite") else _of_postgresql(cause, url)
            )
            if fault is not None:
                return fault
    if isinstance(error, DomainError):
        return Fault(error.message, may_pass=isinstance(error, Unavailable))
    return _of_file(error) if isinstance(error, OSError) else None


def _causes(error: BaseException) -> Iterator[BaseException]:
    """What an exception was raised from, the first cause first."""
    chain = [error]
    while (
        cause := chain[-1].__cause__ or getattr(chain[-1], "orig", None)
    ) is not None and cause not in chain:
        chain.append(cause)
    return reversed(chain)


_LACKS_TABLES = Fault("The database lacks tables of this release.", "Run `tradewind migrate`.", may_pass=True)


def _of_sqlite(error: BaseException, url: URL) -> Fault | None:
    if not isinstance(error, sqlite3.Error):
        return None
    path, code = url.database, getattr(error, "sqlite_errorcode", None)
    if str(error).startswith(("no such table", "no such column")):
        return _LACKS_TABLES
    faults = {
        sqlite3.SQLITE_NOTADB: Fault(
            f"{path} is not a SQLite database.", f"Move that file away, or correct {_SETTING}."
        ),
        sqlite3.SQLITE_CORRUPT: Fault(f"The database {path} is damaged.", "Restore it from a back-up."),
        sqlite3.SQLITE_CANTOPEN: Fault(
            f"The database {path} can't be opened.",
            "See that its folder exists and this user may write there.",
        ),
        sqlite3.SQLITE_READONLY: Fault(
            f"The database {path} can't be written.", "See that this user may write that file and its folder."
        ),
        sqlite3.SQLITE_PERM: Fault(
            f"The database {path} can't be opened.", "See that this user may read it."
        ),
        sqlite3.SQLITE_FULL: Fault(
            f"The disk of the database {path} is full.", "Make room on it.", may_pass=True
        ),
    }
    # An extended code says more in its upper bytes.
    return None if code is None else faults.get(code & 0xFF)


def _of_postgresql(error: BaseException, url: URL) -> Fault | None:
    host = url.host or url.query.get("host") or "localhost"
    where = f"{host}:{url.port or 5432}" if url.host else f"{host}"
    state = getattr(error, "sqlstate", None)
    if isinstance(state, str):
        return _of_state(state, where, url)
    advice = f"See that it runs there, or correct {_SETTING}."
    kinds: list[tuple[type[BaseException] | tuple[type[BaseException], ...], Callable[[], str]]] = [
        (socket.gaierror, lambda: f"The host of the database, {host}, is not known here."),
        ((ConnectionRefusedError, FileNotFoundError), lambda: f"No PostgreSQL listens at {where}."),
        (TimeoutError, lambda: f"The PostgreSQL at {where} doesn't answer."),
        (
            (ConnectionError, asyncpg.InternalClientError, asyncpg.InterfaceError),
            lambda: f"What listens at {where} doesn't talk as PostgreSQL does, or hung up.",
        ),
        (OSError, lambda: f"The PostgreSQL at {where} is out of reach."),
    ]
    return next(
        (Fault(words(), advice, may_pass=True) for kind, words in kinds if isinstance(error, kind)), None
    )


# Classes of SQLSTATE: of the connection, and of a server that an operator stops.
_ENDED = ("08", "57P0")


def _of_state(state: str, where: str, url: URL) -> Fault | None:
    """By SQLSTATE."""
    refused = Fault(
        f"The PostgreSQL at {where} refuses the user {url.username} or the password.", f"Correct {_SETTING}."
    )
    faults = {
        "28P01": refused,
        "28000": refused,
        "3D000": Fault(
            f"The PostgreSQL at {where} has no database {url.database}.", f"Create it, or correct {_SETTING}."
        ),
        "42501": Fault(
            f"The user {url.username} may not do this in the database {url.database}.",
            "`tradewind migrate` needs the owner of the tables (TRADEWIND_DATABASE_OWNER_URL), and lets the other user use them.",
        ),
        "42P01": _LACKS_TABLES,
        "42703": _LACKS_TABLES,
        "57P03": Fault(
            f"The PostgreSQL at {where} is starting or stopping.", "Wait a moment.", may_pass=True
        ),
        "53300": Fault(
            f"The PostgreSQL at {where} has no connection free.",
            "Raise its max_connections, or run fewer processes.",
            may_pass=True,
        ),
        "53100": Fault(f"The disk of the PostgreSQL at {where} is full.", "Make room on it.", may_pass=True),
        "25006": Fault(
            f"The PostgreSQL at {where} takes no writes: it is a standby, or set to read only.",
            f"See that the primary answers there, or correct {_SETTING}.",
            may_pass=True,
        ),
        "08P01": Fault(
            f"What listens at {where} refuses how this release speaks to PostgreSQL, as poolers do.",
            "Set PgBouncer as docs/operations.md has it.",
            may_pass=True,
        ),
    }
    if state in faults or not state.startswith(_ENDED):
        return faults.get(state)
    return Fault(f"The PostgreSQL at {where} ended the connection.", "Try again.", may_pass=True)


def _of_file(error: OSError) -> Fault | None:
    """Only what names a file: other faults of the system are not a person's to mend by these words."""
    if error.filename is None:
        return None
    if isinstance(error, FileExistsError | NotADirectoryError):
        return Fault(f"{error.filename} is needed as a folder, and is a file or lies below one.",
                     "Move the file away, or correct TRADEWIND_DATA_DIR.")  # fmt: skip
    reason = error.strerror or type(error).__name__
    return Fault(f"{error.filename} can't be used: {reason.lower()}.",
                 "See that this user may write there, or set TRADEWIND_DATA_DIR.")  # fmt: skip
