"""The commands by which an operator pauses what goes out, and backs up."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.commands import backup, outbound

URL = "TRADEWIND_DATABASE_URL"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, sqlite_url: str, tmp_path: Path) -> None:
    """A migrated database."""
    monkeypatch.setenv("TRADEWIND_ENV", "development")
    monkeypatch.setenv("TRADEWIND_DATA_DIR", str(tmp_path))
    monkeypatch.setenv(URL, sqlite_url)


def _outbound(*arguments: str) -> Result:
    result = CliRunner().invoke(outbound.app, arguments)
    assert result.exit_code == 0, result.output
    return result


def test_pause_and_resume() -> None:
    """R6: it is said whether it is paused, since when and why."""
    assert _outbound("show").output == "Not paused.\n"
    _outbound("pause", "--reason", "stocktaking")
    assert "UTC. stocktaking" in _outbound("show").output
    _outbound("pause", "--restored")
    assert "restored from a back-up" in _outbound("show").output
    _outbound("resume")
    assert _outbound("show").output == "Not paused.\n"


def test_backup(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """R6: a back-up that was made can be used as a database, and one that can't be made ends with 1 and one line."""
    file = tmp_path / "copy"
    made = CliRunner().invoke(backup.app, [str(file)])
    again = CliRunner().invoke(backup.app, [str(file)])
    monkeypatch.setenv(URL, f"sqlite:///{file}")
    shown = _outbound("show")
    monkeypatch.setenv(URL, "postgresql://me:secret@nowhere/name")
    other = CliRunner().invoke(backup.app, [str(tmp_path / "other")])

    assert (made.exit_code, again.exit_code, other.exit_code) == (0, 1, 1), made.output
    assert "restored from a back-up" in shown.output
    assert "pg_dump" in other.output
    assert "secret" not in other.output
    assert [result.output.count("\n") for result in (made, again, other)] == [1, 1, 1]
