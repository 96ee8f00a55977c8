"""`tradewind doctor`."""

import re
import subprocess
import time
from pathlib import Path

import pytest
from redis import Redis

from domain.database.session import Database
from domain.models import AccessToken, AccessTokenPurpose, AccessTokenStatus
from domain.secrets import SecretBox
from domain.settings import Settings
from tests.factories import make_company
from tests.fixtures.commands import run_command
from tests.fixtures.embedded import running_redis
from tests.sandbox.mall import Sandbox

_SECRET = "not-the-secret-of-the-app"


def _run(settings: Settings, redis_url: str, **more: str) -> "subprocess.CompletedProcess[str]":
    values = {
        "ENV": "development",
        "DATABASE_URL": str(settings.database_url),
        "REDIS_URL": redis_url,
        "TEMU_APP_KEY": str(settings.temu_app_key),
        "TEMU_APP_SECRET": settings.temu_app_secret.get_secret_value() if settings.temu_app_secret else "",
        **{f"TEMU_URL_{name}": settings.temu_url_us for name in ("US", "EU", "GLOBAL", "PARTNER")},
    }
    return run_command("doctor", folder=settings.data_dir, **values | more)


async def test_nothing_is_wrong(settings: Settings, redis_url: str, sandbox: Sandbox) -> None:
    """A7: each part is looked at, and nothing secret is shown."""
    done = _run(settings, redis_url)

    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    parts = [line.split(": ")[0].split(maxsplit=1)[1] for line in done.stdout.splitlines()]
    host = settings.temu_url_us.split("/")[2]
    role = ["database role"] if "postgresql" in str(settings.database_url) else []
    assert parts == [
        "settings", "database", "clock against database", "migrations", "encryption keys", *role, "redis",
        f"temu {host}", f"temu {host}",
    ]  # fmt: skip
    assert all(line.startswith("OK ") for line in done.stdout.splitlines())
    assert sandbox.app_secret not in done.stdout


async def test_a_clock_that_is_wrong(settings: Settings, redis_url: str, sandbox: Sandbox) -> None:
    """A7: where Temu finds this machine's clock off, the advice is about the clock."""
    sandbox.clock = lambda: time.time() + 3600

    done = _run(settings, redis_url)

    assert done.returncode == 1
    # Between the two readings of the clocks, and by the second to which a Date header is rounded, some pass.
    told = re.search(
        r"FAULT   clock against Temu: .* clock is (\d+) seconds behind. Have the clocks", done.stdout
    )
    assert told is not None, done.stdout
    assert 3500 < int(told[1]) <= 3600


async def test_what_is_wrong(database: Database, settings: Settings, tmp_path: Path) -> None:
    """A7: an app that Temu refuses, a Redis that throws away what jobs need, tokens whose key is lost."""
    async with database.write() as session:
        company = await make_company(session)
        sealed = SecretBox({"old": bytes(range(32))}).seal(
            "x", place=f"access_tokens|sealed|{company.id}|ALL"
        )
        session.add(
            AccessToken(company_id=company.id, purpose=AccessTokenPurpose.ALL, sealed=sealed, last_four="",
                        status=AccessTokenStatus.VALID, scopes=[], missing_scopes=[])
        )  # fmt: skip
    with running_redis(tmp_path / "redis") as server:
        with Redis.from_url(server.url) as client:
            client.config_set("maxmemory-policy", "allkeys-lru")
            client.config_set("appendonly", "no")
        done = _run(
            settings, server.url, TEMU_APP_SECRET=_SECRET, TEMU_URL_EU="http://127.0.0.1:1/openapi/router"
        )

    assert (done.returncode, done.stderr) == (1, "")
    for words in (
        "FAULT   encryption keys: TRADEWIND_ENCRYPTION_KEYS: lacks the key old, which sealed 1 stored tokens",
        "FAULT   redis: Its maxmemory-policy is allkeys-lru",
        "WARNING redis: It keeps nothing on disk",
        "FAULT   temu 127.0.0.1:1: It can't be reached (ConnectError)",
        "It refuses this server's app. Temu refuses the signature. Check TRADEWIND_TEMU_APP_SECRET.",
    ):
        assert words in done.stdout, done.stdout
    assert _SECRET not in done.stdout


@pytest.mark.parametrize(
    "change,words",
    [
        (
            {"DATABASE_URL": "postgresql://u:hunter2@127.0.0.1:1/d"},
            "FAULT   database: No PostgreSQL listens at",
        ),
        ({"REDIS_URL": "redis://:hunter2@127.0.0.1:1/0"}, "FAULT   redis: It doesn't answer: "),
        ({"REDIS_URL": "redis://:hunter2@nowhere.invalid/0"}, "FAULT   redis: It doesn't answer: "),
        ({"LEASE_SECONDS": "hunter2"}, "FAULT   settings: TRADEWIND_LEASE_SECONDS: "),
        (
            {"PUBLIC_URL": "http://127.0.0.1:1"},
            "WARNING public URL: http://127.0.0.1:1/authorize/temu can't be",
        ),
        ({"ODD": "hunter2"}, "WARNING settings: TRADEWIND_ODD is no setting of this release."),
    ],
)
def test_what_is_away(
    change: dict[str, str], words: str, sqlite_url: str, redis_url: str, tmp_path: Path
) -> None:
    """A7: a part that is away is told with advice, and the others are looked at all the same."""
    values = {"ENV": "development", "DATABASE_URL": sqlite_url, "REDIS_URL": redis_url}
    nowhere = {
        f"TEMU_URL_{name}": "http://127.0.0.1:1/openapi/router" for name in ("US", "EU", "GLOBAL", "PARTNER")
    }

    done = run_command("doctor", folder=tmp_path / "data", **values | nowhere | change)

    assert (done.returncode, done.stderr) == (1, "")
    assert words in done.stdout
    assert "hunter2" not in done.stdout
