"""`tradewind status`."""

import json
from datetime import timedelta
from pathlib import Path

from api.values import ids
from domain import clock
from domain.database.session import Database
from domain.models import AccessToken, AccessTokenPurpose, AccessTokenStatus, OrderStatus
from domain.monitoring import workers
from tests.factories import make_company, make_job, make_order
from tests.fixtures.commands import run_command


async def _set_up(database: Database, *, status: AccessTokenStatus) -> int:
    async with database.write() as session:
        company = await make_company(session, name="Nordlicht [EU]", allow_order_download=True)
        expires_at = clock.now() + timedelta(days=100)
        token = AccessToken(company_id=company.id, purpose=AccessTokenPurpose.ALL, sealed="sealed", status=status,
                            last_four="", scopes=[], missing_scopes=[], expires_at=expires_at)  # fmt: skip
        session.add(token)
        await make_job(session, company, created_at=clock.now())
        return company.id


async def test_what_runs_well(database: Database, database_url: str, tmp_path: Path) -> None:
    """A7: exit code 0 where nothing is critical; JSON in a shape that stays, with ids as the API has them."""
    company = await _set_up(database, status=AccessTokenStatus.VALID)
    async with database.write() as session:
        await workers.beat(session, "host:1", slots=10, running=2)
    arguments = ("status", "--json", "--due-minutes", "99999999")

    done = run_command(*arguments, folder=tmp_path / "data", DATABASE_URL=database_url)

    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert (told["is_critical"], told["critical"], told["outbound_pause"]) == (False, [], None)
    assert set(told) == {
        "is_critical", "critical", "taken_at", "queue", "workers", "flows", "tokens", "attention", "outbound_pause",
        "keys",
    }  # fmt: skip
    assert set(told["queue"]) == {"active", "ended", "due_seconds", "oldest_due_seconds"}
    assert told["queue"]["active"] == [
        {"type": "IMPORT_ORDERS", "status": "QUEUED", "trigger": "MANUAL", "count": 1}
    ]
    (worker,) = told["workers"]
    assert set(worker) == {
        "name", "release", "seconds_since_start", "seconds_since_seen", "slots", "running", "is_alive",
    }  # fmt: skip
    assert (worker["name"], worker["is_alive"]) == ("host:1", True)
    (flow,) = told["flows"]
    assert set(flow) == {
        "company_id", "company_name", "type", "interval_seconds", "last_succeeded_at", "lag_seconds", "pause",
        "paused_since",
    }  # fmt: skip
    assert flow["company_id"] == ids.encode("Company", company)
    (token,) = told["tokens"]
    assert set(token) == {"company_id", "company_name", "purpose", "status", "days_left"}
    assert 99 < token["days_left"] <= 100


async def test_what_is_critical(database: Database, database_url: str, tmp_path: Path) -> None:
    """A7: exit code 1 where something is critical, and what it is, in words; plain where no person looks."""
    await _set_up(database, status=AccessTokenStatus.REJECTED)

    done = run_command("status", folder=tmp_path / "data", DATABASE_URL=database_url)

    assert (done.returncode, done.stderr) == (1, "")
    assert "CRITICAL Jobs wait, and no worker is alive: start `tradewind worker`." in done.stdout
    assert "CRITICAL Nordlicht [EU]: its access token (ALL) is refused by Temu" in done.stdout
    assert "IMPORT_ORDERS  QUEUED  MANUAL   1" in done.stdout
    assert "\x1b" not in done.stdout


async def test_what_people_see_to(database: Database, database_url: str, tmp_path: Path) -> None:
    """A7: an order that is late is said to be critical, though not of the installation; and no name is cut in a pipe."""
    name = "Nordlicht " * 15 + "GmbH"
    now = clock.now()
    async with database.write() as session:
        company = await make_company(session, name=name, allow_order_download=True)
        await make_order(
            session, company, status=OrderStatus.IN_PROCESS, latest_ship_at=now - timedelta(days=1)
        )

    done = run_command("status", folder=tmp_path / "data", DATABASE_URL=database_url)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Nothing is critical but what needs a person: see Attention.\n")
    assert f"{name}  IMPORT_ORDERS" in done.stdout
