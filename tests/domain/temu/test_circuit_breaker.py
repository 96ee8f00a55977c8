"""Hosts of Temu's that are away: left alone after ten failures, probed by one call, and used again once they answer."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import select, update

from domain.clock import now
from domain.models import JobStatus, QueuedJob
from domain.temu import circuit_breaker
from domain.temu.access import App, MallAccess
from domain.temu.circuit_breaker import CircuitBreaker
from domain.temu.errors import HostAway, TemuUnavailable
from domain.temu.rate_limiter import RateLimiter
from domain.temu.transport import Transport
from tests.fixtures.database import one_database
from tests.fixtures.permits import permit_all
from tests.fixtures.world import IMPORT, World
from tests.sandbox.mall import Mall, Sandbox

LIST = "bg.order.list.v2.get"


class Clock:
    """Stands in for the clock that never goes back."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def monotonic(self) -> float:
        return self.seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(circuit_breaker, "time", clock)
    return clock


def _answer(breaker: CircuitBreaker, *, answered: bool | None) -> None:
    with breaker.attempt() as attempt:
        attempt.answered = answered


def test_open_half_open_and_closed(clock: Clock) -> None:
    """J4: ten failures in a row open it; after thirty seconds one call probes, which opens it again or closes it."""
    breaker = CircuitBreaker("temu.example")
    for answered in [*[False] * 9, True, *[False] * 9, None, False]:
        breaker.check()
        _answer(breaker, answered=answered)

    with pytest.raises(HostAway) as away:
        breaker.check()
    assert away.value.retry_after == 30
    assert REGISTRY.get_sample_value("tradewind_temu_circuit_open", {"host": "temu.example"}) == 1
    clock.seconds += 29
    with pytest.raises(HostAway):
        _answer(breaker, answered=True)
    clock.seconds += 1
    with breaker.attempt() as probe:
        with pytest.raises(HostAway):
            breaker.check()
        probe.answered = False
    with pytest.raises(HostAway):
        breaker.check()
    clock.seconds += 30
    with pytest.raises(asyncio.CancelledError), breaker.attempt():
        raise asyncio.CancelledError
    _answer(breaker, answered=True)
    breaker.check()
    assert REGISTRY.get_sample_value("tradewind_temu_circuit_open", {"host": "temu.example"}) == 0


@pytest.fixture
async def transport(sandbox: Sandbox) -> AsyncIterator[Transport]:
    transport = Transport(
        App(sandbox.app_key, sandbox.app_secret),
        RateLimiter(None, calls_per_second=10_000),
        forbidden_while=lambda: False,
        permit=permit_all,
        private_too=True,
    )
    yield transport
    await transport.close()


async def _ask(transport: Transport, url: str, mall: Mall) -> str:
    try:
        await transport.send(MallAccess(url, mall.token), LIST, {})
    except TemuUnavailable as error:
        return type(error).__name__
    return "answered"


async def test_many_callers_of_a_host_that_is_away(
    sandbox: Sandbox, transport: Transport, temu_url: str, clock: Clock
) -> None:
    """J4, J6: while a host answers 503 to everything, a hundred callers send a few calls in all, then one every half minute;
    once it is back, each gets its answer by a single call. Other hosts are called meanwhile.
    """
    mall = sandbox.add_mall()
    sandbox.faults.add("http_status", interface=LIST, times=None, status=503)

    async def all_ask() -> set[str]:
        return set(await asyncio.gather(*(_ask(transport, temu_url, mall) for _ in range(100))))

    for _ in range(4):
        await _ask(transport, temu_url, mall)
    assert sandbox.ledger.count(LIST) == 10
    assert await all_ask() == {"HostAway"}
    other = temu_url.replace("127.0.0.1", "localhost")
    assert await _ask(transport, other, mall) == "TemuUnavailable"
    assert sandbox.ledger.count(LIST) == 13
    clock.seconds += 30
    assert await all_ask() <= {"HostAway", "TemuUnavailable"}
    assert sandbox.ledger.count(LIST) == 14

    sandbox.faults.clear()
    clock.seconds += 30
    assert await _ask(transport, temu_url, mall) == "answered"
    assert await all_ask() == {"answered"}
    assert sandbox.ledger.count(LIST) == 14 + 101


async def test_refusals_of_a_host_that_is_there(
    sandbox: Sandbox, transport: Transport, temu_url: str
) -> None:
    """J4: what the host answers, be it that its service failed, says that it is there."""
    mall = sandbox.add_mall()
    for code in (7000000, 4000000):
        sandbox.faults.add("error", interface=LIST, times=12, code=code)
        for _ in range(4):
            with pytest.raises(Exception, match="Temu") as refused:
                await transport.send(MallAccess(temu_url, mall.token), LIST, {})
            assert not isinstance(refused.value, HostAway)


@one_database
async def test_jobs_wait_while_a_host_is_away(world: World) -> None:
    """J4: jobs that meet a host which is left alone go back to the queue, with no try of theirs counted, and succeed once it is
    back.
    """
    for number in range(5):
        company_id = await world.new_company(f"Company {number}", world.sandbox.add_mall())
        await world.api.ask(IMPORT, input={"companyId": company_id})
    world.sandbox.faults.add("http_status", interface=LIST, times=None, status=503)

    await world.run_jobs()

    async with world.database.read() as session:
        jobs = list(await session.scalars(select(QueuedJob)))
    waiting = [job for job in jobs if job.attempts == 0]
    assert world.sandbox.ledger.count(LIST) <= 15
    assert waiting
    assert {(job.status, job.passing_failures, job.error_is_passing) for job in waiting} == {
        (JobStatus.QUEUED, 0, True)
    }
    async with world.database.write() as session:
        long_ago = update(QueuedJob).where(QueuedJob.id == waiting[0].id)
        await session.execute(long_ago.values(started_at=now() - timedelta(hours=25)))
    await world.make_due()
    await world.run_jobs()
    async with world.database.read() as session:
        given_up = await session.get_one(QueuedJob, waiting[0].id)
    assert given_up.status is JobStatus.FAILED
    assert "Given up after a day without progress" in (given_up.error or "")
    assert world.resources.transport is not None
    for breaker in world.resources.transport._breakers.values():
        breaker._probe_at = 0.0
    world.sandbox.faults.clear()
    await world.make_due()
    # One of them probes; the others come after it.
    await world.run_jobs()
    await world.make_due()
    await world.run_jobs()
    async with world.database.read() as session:
        others = select(QueuedJob.status).where(QueuedJob.id != given_up.id)
        assert set(await session.scalars(others)) == {JobStatus.SUCCEEDED}
