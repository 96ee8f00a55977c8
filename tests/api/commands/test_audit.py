"""Every command that changes something leaves an audit event of it."""

import base64
import hashlib
import importlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from api.cli import app
from domain.models import AccessTokenPurpose
from domain.resources import place_of_token
from domain.secrets import SecretBox
from domain.settings import Settings

# Those that change what is stored.
CHANGING = {
    "migrate",
    "keys create",
    "keys revoke",
    "outbound pause",
    "outbound resume",
    "encryption rotate",
}
LOOKING = {"keys list", "outbound show", "status", "doctor", "backup", "restore-check"}
SERVING = {"serve", "worker", "sandbox"}
_PACKAGE = "api.commands"


@pytest.fixture
def path(monkeypatch: pytest.MonkeyPatch, sqlite_url: str, tmp_path: Path) -> Path:
    """The file of a migrated database, which commands use."""
    monkeypatch.setenv("TRADEWIND_ENV", "development")
    monkeypatch.setenv("TRADEWIND_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("TRADEWIND_DATABASE_URL", sqlite_url)
    return Path(sqlite_url.partition("///")[2])


def _run(words: str, *arguments: str) -> str:
    name, *others = words.split()
    result = CliRunner().invoke(importlib.import_module(f"{_PACKAGE}.{name}").app, [*others, *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def _events(path: Path) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as database:
        columns = "actor, action, api_key_id, company_id, subject_type, subject_id, before, after"
        rows = database.execute(f"SELECT {columns} FROM audit_events ORDER BY id").fetchall()
    return [(*row[:6], *(value and json.loads(value) for value in row[6:])) for row in rows]


def test_every_command_is_known() -> None:
    """R6: a command changes something, and is tried below, or it changes nothing."""
    names: set[str] = set()
    for name in get_command(app).commands:  # type: ignore[attr-defined]
        if name in SERVING:
            names.add(name)
            continue
        inner = get_command(importlib.import_module(f"{_PACKAGE}.{name.replace('-', '_')}").app)
        parts = getattr(inner, "commands", None)
        names |= {name} if parts is None else {f"{name} {part}" for part in parts}
    assert names == CHANGING | LOOKING | SERVING


def test_what_commands_change(path: Path) -> None:
    """R6: keys that are made and revoked, a pause, its end and a migration are recorded as a command's, without a secret."""
    secret = _run("keys create", "--admin", "--name", "till").strip()
    for _ in range(2):
        _run("keys revoke", "1")
    _run("outbound pause", "--reason", "stocktaking")
    for words in ("outbound resume", "outbound resume", "migrate"):
        _run(words)
    key = {"name": "till", "hint": secret[-6:], "role": "ADMINISTER", "isServerWide": True}
    created, revoked, *others = _events(path)
    revoked_at = revoked[-1].pop("revokedAt")

    assert created == ("COMMAND", "keys create", None, None, "ApiKey", 1, None, key)
    assert revoked == ("COMMAND", "keys revoke", None, None, "ApiKey", 1, {"revokedAt": None}, {})
    assert revoked_at.endswith("Z")
    paused = {"outboundPaused": True, "outboundPauseReason": "stocktaking"}
    running = {"outboundPaused": False, "outboundPauseReason": None}
    installation = (None, None, None, None)
    assert others == [
        ("COMMAND", "outbound pause", *installation, running, paused),
        ("COMMAND", "outbound resume", *installation, paused, running),
    ]
    assert secret.encode() not in path.read_bytes()


def test_sealing_anew(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """R6: that tokens were sealed with another key is recorded, once there were any."""
    keys = [
        f"{name}:{base64.b64encode(hashlib.sha256(name.encode()).digest()).decode()}"
        for name in ("new", "old")
    ]
    monkeypatch.setenv("TRADEWIND_ENCRYPTION_KEYS", keys[1])
    sealed = SecretBox(Settings.load().sealing_keys).seal(
        "token", place=place_of_token(1, AccessTokenPurpose.ALL)
    )
    with closing(sqlite3.connect(path)) as database, database:
        company = "INSERT INTO companies (id, name, created_at, store_type, region, allow_inventory_upload, allow_order_download, allow_tracking_upload, safety_quantity, sell_only_mapped_warehouses) VALUES (1, 'A', '2026-01-01 00:00:00', 'NONE', 'US', 0, 0, 0, 0, 0)"
        database.execute(company)
        token = "INSERT INTO access_tokens (company_id, purpose, sealed, last_four, status, scopes, missing_scopes) VALUES (1, 'ALL', ?, '1234', 'VALID', '[]', '[]')"
        database.execute(token, (sealed,))
    monkeypatch.setenv("TRADEWIND_ENCRYPTION_KEYS", ",".join(keys))
    for _ in range(2):
        _run("encryption rotate")
    assert _events(path) == [
        (
            "COMMAND",
            "encryption rotate",
            None,
            None,
            None,
            None,
            {"resealedTokens": 0},
            {"resealedTokens": 1},
        )
    ]


def test_a_migration(path: Path) -> None:
    """R4: what a migration ran is recorded where there is a table for it."""
    _run("migrate", "--to", "0015")
    _run("migrate", "--to", "0016")

    moved = {"migration": "0015"}, {"migration": "0016"}
    assert _events(path) == [("COMMAND", "migrate", None, None, None, None, *moved)]
