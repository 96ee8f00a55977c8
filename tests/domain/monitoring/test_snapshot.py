"""What an operator sees of an installation at one moment (A7)."""

from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from domain.access import api_keys
from domain.attention.items import AttentionSeverity
from domain.database.dialect_sql import database_milliseconds
from domain.database.session import Database
from domain.models import (
    AccessToken,
    AccessTokenPurpose,
    AccessTokenStatus,
    Installation,
    JobStatus,
    JobTrigger,
    JobType,
    Role,
    Worker,
)
from domain.monitoring import workers
from domain.monitoring.flows import FlowPause
from domain.monitoring.queue import JobCount
from domain.monitoring.snapshot import AttentionCount, OutboundPause, Snapshot, snapshot
from domain.settings import Environment, Settings
from tests.factories import NOW, make_company, make_job

_SETTINGS = Settings(env=Environment.DEVELOPMENT)  # pyright: ignore[reportCallIssue] - pydantic fills in the rest
_IMPORT = JobType.IMPORT_ORDERS


async def _taken(database: Database) -> Snapshot:
    async with database.read() as session:
        return await snapshot(session, settings=_SETTINGS, now=NOW)


def _token(company_id: int, **values: object) -> AccessToken:
    defaults = {"purpose": AccessTokenPurpose.ALL, "sealed": "sealed", "last_four": "", "scopes": [],
                "status": AccessTokenStatus.VALID, "missing_scopes": []}  # fmt: skip
    return AccessToken(company_id=company_id, **defaults | values)


async def _make_ended(session: AsyncSession, company: object, *, ago: timedelta, **values: object) -> None:
    await make_job(session, company, finished_at=NOW - ago, **{"status": JobStatus.SUCCEEDED} | values)  # type: ignore[arg-type]


async def test_an_empty_installation(database: Database) -> None:
    """A7: where nothing is set up, nothing is wrong."""
    taken = await _taken(database)

    assert (taken.queue.active, taken.queue.ended, taken.queue.oldest_due_seconds) == ([], [], 0)
    assert (taken.workers, taken.flows, taken.tokens, taken.attention) == ([], [], [], [])
    assert (taken.outbound_pause, taken.keys) == (None, [])


async def test_keys_that_expire(database: Database) -> None:
    """A5, A7: keys that expire within two weeks or did as lately are told, the first one first; those that were revoked aren't."""
    async with database.write() as session:
        for days in (13, 15, 1, None):
            expires_at = None if days is None else NOW + timedelta(days=days)
            key, _ = await api_keys.create(
                session, name=f"{days} days", role=Role.READ, company_ids=None, expires_at=expires_at, now=NOW
            )
        for ago in (-15, -1):
            key, _ = await api_keys.create(session, name="old", role=Role.READ, company_ids=None, now=NOW)
            key.expires_at = NOW + timedelta(days=ago)
        key, _ = await api_keys.create(
            session, name="x", role=Role.READ, company_ids=None, expires_at=NOW + timedelta(days=2), now=NOW
        )
        await api_keys.revoke(session, key.id, now=NOW)

    told = (await _taken(database)).keys

    assert [each.name for each in told] == ["old", "1 days", "13 days"]
    assert told[0].expires_at == NOW - timedelta(days=1)


async def test_the_queue(database: Database) -> None:
    """A7: jobs by type, status and trigger; of those that have ended, the last hour's; and how long the oldest is due."""
    async with database.write() as session:
        company = await make_company(session)
        due = database_milliseconds() - 90_000
        await make_job(session, company, lane="a", trigger=JobTrigger.MANUAL, run_at=due)
        await make_job(session, company, lane="b", trigger=JobTrigger.SCHEDULE, run_at=due)
        await make_job(session, company, lane="c", trigger=JobTrigger.SCHEDULE, run_at=due + 3_600_000)
        # One that runs, and one that was due long ago but waits for it.
        later = database_milliseconds() + 60_000
        await make_job(session, company, lane="d", status=JobStatus.RUNNING, lease_until=later)
        await make_job(session, company, lane="d", run_at=0)
        await _make_ended(session, company, lane="e", ago=timedelta(minutes=59))
        await _make_ended(session, company, lane="f", ago=timedelta(minutes=61))

    taken = (await _taken(database)).queue

    assert JobCount(_IMPORT, JobStatus.QUEUED, JobTrigger.SCHEDULE, 2) in taken.active
    assert (taken.total(JobStatus.QUEUED), taken.total(JobStatus.RUNNING)) == (4, 1)
    assert [(jobs.status, jobs.count) for jobs in taken.ended] == [(JobStatus.SUCCEEDED, 1)]
    assert set(taken.due_seconds) == {JobTrigger.MANUAL, JobTrigger.SCHEDULE}
    assert 90 <= taken.oldest_due_seconds < 3600


async def test_flows(database: Database) -> None:
    """A7: each flow that is switched on, with its last success, how far it lags, and why it stands still."""
    async with database.write() as session:
        late = await make_company(session, allow_order_download=True)
        session.add(_token(late.id))
        for age, status in ((5, JobStatus.SUCCEEDED), (3, JobStatus.SUCCEEDED), (1, JobStatus.FAILED)):
            await _make_ended(session, late, lane=f"{late.id}", ago=timedelta(hours=age), status=status)
        # An import of single orders says nothing of the others.
        await _make_ended(session, late, lane=f"{late.id}:IMPORT_ORDERS:BY_NUMBER", ago=timedelta())
        never = await make_company(session, allow_order_download=True)
        session.add(_token(never.id))
        await make_job(session, never, lane=f"{never.id}", created_at=NOW - timedelta(hours=1))
        refused = await make_company(session, allow_tracking_upload=True, schedule_paused_at=NOW)
        session.add(_token(refused.id, status=AccessTokenStatus.REJECTED))
        without = await make_company(session, allow_tracking_upload=True)
        await make_company(session, allow_tracking_upload=True, store_plugin=None)

    found = {flow.company_id: flow for flow in (await _taken(database)).flows}

    assert found.keys() == {late.id, never.id, refused.id, without.id}
    assert found[late.id].last_succeeded_at == NOW - timedelta(hours=3)
    assert found[late.id].lag_seconds == 3 * 3600 - 600
    assert (found[never.id].last_succeeded_at, found[never.id].lag_seconds) == (None, 3600 - 600)
    assert [found[company.id].pause for company in (late, refused, without)] == [
        None,
        FlowPause.REFUSED,
        FlowPause.MISSING,
    ]
    assert found[refused.id].paused_since == NOW


async def test_tokens_and_attention(database: Database) -> None:
    """A7, C4, C11: tokens with what is known of them and their days, and what needs a person, counted over companies."""
    async with database.write() as session:
        for days in (100, 10, -1):
            company = await make_company(session)
            session.add(_token(company.id, expires_at=NOW + timedelta(days=days)))

    taken = await _taken(database)

    assert [(token.status, token.days_left) for token in taken.tokens] == [
        (AccessTokenStatus.VALID, 100),
        (AccessTokenStatus.EXPIRING, 10),
        (AccessTokenStatus.EXPIRED, -1),
    ]
    assert taken.attention == [
        AttentionCount("ACCESS_TOKEN_EXPIRED", AttentionSeverity.CRITICAL, 1, 1),
        AttentionCount("ACCESS_TOKEN_EXPIRING", AttentionSeverity.WARNING, 1, 1),
    ]


async def test_workers(database: Database) -> None:
    """A7: a worker is alive for half a minute after its heartbeat, and forgotten after a day."""
    async with database.write() as session:
        for name in ("alive", "silent", "gone"):
            await workers.beat(session, name, slots=10, running=3)
        ago = {"silent": 31_000, "gone": 86_401_000}
        for name, milliseconds in ago.items():
            seen = update(Worker).where(Worker.name == name)
            await session.execute(seen.values(seen_at=Worker.seen_at - milliseconds))
    async with database.write() as session:
        await workers.beat(session, "alive", slots=10, running=4)

    found = (await _taken(database)).workers

    assert [(worker.name, worker.running, worker.is_alive) for worker in found] == [
        ("alive", 4, True),
        ("silent", 3, False),
    ]


async def test_a_pause_of_what_goes_out(database: Database) -> None:
    """A7: that nothing leaves for Temu is seen, with since when and why."""
    async with database.write() as session:
        await session.execute(
            update(Installation).values(outbound_paused_at=NOW, outbound_pause_reason="a restored copy")
        )

    assert (await _taken(database)).outbound_pause == OutboundPause(NOW, "a restored copy")
