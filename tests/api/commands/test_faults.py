"""R2, R6: each fault of a start is told in one line, with an exit code that isn't 0, and never as a traceback."""

import base64
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from api.serving import _listening
from domain.database.session import Database
from domain.faults import describe
from domain.models import AccessToken, AccessTokenPurpose, AccessTokenStatus
from domain.secrets import SecretBox
from domain.settings import ConfigurationError, Settings
from tests.factories import make_company
from tests.fixtures.commands import run_command

OTHER_KEY = base64.b64encode(bytes(range(1, 33))).decode()
# A server, a worker, and what is done at once.
EACH = ["serve --port 0", "worker", "keys list"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def something_else(tmp_path: Path) -> Iterator[int]:
    """The port of something that listens, and is neither a database nor a Redis: it hangs up on whoever comes."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def hang_up() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(1)
                    connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=hang_up, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
        thread.join(10)


def _told(command: str, folder: Path, **settings: str) -> str:
    """The only line on standard error of a command that is refused; what is logged before it is JSON."""
    done = run_command(*command.split(), folder=folder, **settings)
    assert done.returncode != 0, done.stdout
    assert "Traceback" not in done.stderr, done.stderr
    lines = [line for line in done.stderr.splitlines() if not line.startswith("{")]
    assert len(lines) == 1, done.stderr
    return lines[0]


@pytest.mark.parametrize(
    "command,words",
    [
        ("nonsense", "No such command 'nonsense'. See `tradewind --help`."),
        ("keys nonsense", "No such command 'nonsense'. See `tradewind --help`."),
        ("serve --port many", "Invalid value for '--port': "),
        ("serve --port 70000", "Invalid value for '--port': "),
        ("serve --nonsense", "No such option: --nonsense"),
        (
            "serve --host nowhere.invalid",
            "--host nowhere.invalid: is no address and no name that is known here",
        ),
        ("serve --host 192.0.2.1", "192.0.2.1:8000 is no address of this machine: correct --host"),
        ("migrate --to nonsense", "nonsense"),
        ("keys create", "Give either --admin or --company."),
        ("keys create --company nonsense", "nonsense is not the id of a company."),
        ("status --due-minutes soon", "Invalid value for '--due-minutes': "),
    ],
)
def test_a_wrong_command(command: str, words: str, folder: Path) -> None:
    """R6: what is wrong with the command itself is one line."""
    assert words in _told(command, folder)


@pytest.mark.parametrize(
    "command,name,value,words",
    [
        ("migrate", "LEASE_SECONDS", "soon", "TRADEWIND_LEASE_SECONDS: "),
        (
            "serve",
            "DATABSE_URL",
            "sqlite:///x",
            "TRADEWIND_DATABSE_URL: is no setting; TRADEWIND_DATABASE_URL is",
        ),
        ("worker", "REDIS_URL", "redis://host:port/0", "TRADEWIND_REDIS_URL: can't be read as a URL"),
        ("status", "ENCRYPTION_KEYS", "k1:short", "TRADEWIND_ENCRYPTION_KEYS: "),
    ],
)
def test_wrong_settings(command: str, name: str, value: str, words: str, folder: Path) -> None:
    """R2: a setting that can't be used is named, by whatever reads it."""
    assert words in _told(command, folder, **{name: value})


@pytest.mark.parametrize("command", EACH)
def test_a_file_that_is_no_database(command: str, folder: Path) -> None:
    """R2: waiting doesn't make a database of another file, so a server and a worker end too."""
    folder.mkdir()
    (folder / "tradewind.sqlite3").write_text("This is a letter, and as long as a letter is. " * 100)

    assert "tradewind.sqlite3 is not a SQLite database. Move that file away" in _told(command, folder)


@pytest.mark.parametrize("command", EACH)
def test_a_folder_that_is_a_file(command: str, folder: Path) -> None:
    """R2: a data folder that is a file, or lies below one."""
    folder.write_text("a letter")

    assert f"{folder} is needed as a folder" in _told(command, folder)
    assert "is needed as a folder" in _told(command, folder, DATA_DIR=str(folder / "below"))


@pytest.mark.parametrize("command", ["serve --port 0", "migrate"])
def test_a_folder_that_can_not_be_written(command: str, folder: Path) -> None:
    """R2: not even root may make a folder there."""
    told = _told(command, folder, DATA_DIR="/sys/tradewind")

    assert told.startswith("/sys/tradewind can't be used: ")


def test_a_database_in_no_folder(folder: Path) -> None:
    """R2: the folder of a SQLite database that is named must exist."""
    assert "can't be opened" in _told(
        "keys list", folder, DATABASE_URL=f"sqlite:///{folder}/no/where.sqlite3"
    )


@pytest.mark.parametrize("command", ["status"])
async def test_before_a_migration(
    command: str, folder: Path, postgresql_owner: object, postgresql_server: str
) -> None:
    """R4: a command that needs tables says how to get them, on both databases."""
    told = "The database lacks tables of this release. Run `tradewind migrate`."

    assert _told(command, folder) == told
    assert _told(command, folder, DATABASE_URL=postgresql_server.replace("NAME", "postgres")) == told


@pytest.mark.parametrize(
    "url,words",
    [
        (
            "postgresql://u:hunter2@127.0.0.1:1/d",
            "No PostgreSQL listens at 127.0.0.1:1. See that it runs there",
        ),
        (
            "postgresql://u:hunter2@nowhere.invalid/d",
            "The host of the database, nowhere.invalid, is not known here.",
        ),
        (
            "postgresql://u:hunter2@127.0.0.1:PORT/d",
            "What listens at 127.0.0.1:PORT doesn't talk as PostgreSQL does",
        ),
        ("postgresql://u:hunter2@/d?host=/no/folder", "No PostgreSQL listens at /no/folder."),
    ],
)
@pytest.mark.parametrize("command", ["migrate"])
def test_no_database(command: str, url: str, words: str, folder: Path, something_else: int) -> None:
    """R2: a database that is away, at another host or port; its password is never told."""
    port = str(something_else)

    told = _told(command, folder, DATABASE_URL=url.replace("PORT", port))

    assert told.startswith(words.replace("PORT", port))
    assert "hunter2" not in told


@pytest.mark.parametrize("command", EACH)
def test_a_database_that_refuses(command: str, folder: Path, postgresql_server: str) -> None:
    """R2: a missing database and an unknown user are no matter of waiting."""
    told = _told(command, folder, DATABASE_URL=postgresql_server.replace("NAME", "nonsense"))
    assert "has no database nonsense. Create it, or correct TRADEWIND_DATABASE_URL." in told

    url = postgresql_server.replace("NAME", "postgres").replace("postgres@", "nobody:hunter2@")
    told = _told(command, folder, DATABASE_URL=url)
    assert "refuses the user nobody or the password. Correct TRADEWIND_DATABASE_URL." in told
    assert "hunter2" not in told


@pytest.mark.parametrize("command", ["serve --port 0", "worker"])
async def test_a_wrong_key(command: str, database: Database, database_url: str, folder: Path) -> None:
    """R2: where a key is not the one of its id that sealed the tokens, a start ends before anything is sealed with it."""
    async with database.write() as session:
        company = await make_company(session)
        place = f"access_tokens|sealed|{company.id}|ALL"
        sealed = SecretBox({"k1": bytes(range(2, 34))}).seal("secret", place=place)
        token = AccessToken(company_id=company.id, purpose=AccessTokenPurpose.ALL, sealed=sealed, last_four="",
                            status=AccessTokenStatus.VALID, scopes=[], missing_scopes=[])  # fmt: skip
        session.add(token)

    told = _told(command, folder, DATABASE_URL=database_url)

    assert told.startswith("TRADEWIND_ENCRYPTION_KEYS: k1 is not the key that sealed 1 stored tokens.")
    assert OTHER_KEY not in told


def test_a_port_in_use(folder: Path, something_else: int) -> None:
    """R2: a port on which something else listens."""
    told = _told(f"serve --port {something_else}", folder)

    assert told == f"127.0.0.1:{something_else} is in use: end what listens there, or choose another --port"


def test_two_that_start_at_once() -> None:
    """R2: of two servers on one port the later is told so when it starts, though the first doesn't serve yet."""
    [first] = _listening("127.0.0.1", 0)
    with first, pytest.raises(ConfigurationError, match="is in use"):
        _listening("127.0.0.1", first.getsockname()[1])


@pytest.mark.parametrize(
    "kind,words",
    [
        (asyncpg.ReadOnlySQLTransactionError, "The PostgreSQL at db:5432 takes no writes: it is a standby"),
        (asyncpg.ProtocolViolationError, "Set PgBouncer as docs/operations.md has it."),
        (asyncpg.AdminShutdownError, "The PostgreSQL at db:5432 ended the connection. Try again."),
        (asyncpg.ConnectionDoesNotExistError, "The PostgreSQL at db:5432 ended the connection. Try again."),
    ],
)
def test_what_waiting_may_mend(kind: type[asyncpg.PostgresError], words: str) -> None:
    """R2: what passes by itself or by an operator's hand is told, and waited for."""
    values = {"env": "development", "database_url": "postgresql://u:hunter2@db/d"}
    fault = describe(kind("hunter2"), Settings.model_validate(values))

    assert fault is not None
    assert words in fault.line
    assert "hunter2" not in fault.line
    assert fault.may_pass


def test_the_version(folder: Path) -> None:
    """R6: `tradewind --version` tells the release, which is that of the project."""
    done = run_command("--version", folder=folder)

    project = (Path(__file__).parents[3] / "pyproject.toml").read_text(encoding="utf-8")
    assert done.returncode == 0
    assert f'version = "{done.stdout.removeprefix("tradewind ").strip()}"' in project
