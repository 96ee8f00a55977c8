"""`tradewind keys`."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.commands import keys
from domain import clock
from tests.fixtures.database import one_database


@pytest.fixture
def run(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("TRADEWIND_ENV", "development")
    monkeypatch.setenv("TRADEWIND_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("TRADEWIND_DATABASE_URL", database_url)
    return CliRunner()


@one_database
def test_when_a_key_expires(run: CliRunner) -> None:
    """A5: a key expires at the end of a day or after so many of them, or never; the list says when, and which have."""
    for arguments, code in (
        ("--expires 2127-01-31", 0),
        ("--days 90", 0),
        ("", 0),
        ("--expires 2020-01-31", 1),
        ("--expires 2127-01-31 --days 1", 1),
        ("--expires tomorrow", 2),
        ("--days 0", 2),
    ):
        made = run.invoke(keys.app, ["create", "--admin", *arguments.split()])
        assert made.exit_code == code, (arguments, made.output)
        assert bool(re.fullmatch(r"tw_live_\w{36}\n", made.stdout)) == (code == 0)

    run.invoke(keys.app, ["revoke", "3"])
    first, second, third = run.invoke(keys.app, ["list"]).stdout.splitlines()

    assert "active\texpires 2127-02-01 00:00:00+00:00" in first
    assert f"expires {clock.now() + timedelta(days=90):%Y-%m-%d}" in second
    assert "revoked\texpires never" in third
