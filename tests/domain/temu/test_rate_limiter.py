"""Calls per second, with a real Valkey and without one."""

import asyncio
import time
from collections.abc import AsyncIterator, Generator, Iterable
from contextlib import contextmanager
from itertools import pairwise
from typing import Any, cast

import pytest
from arq.connections import ArqRedis
from redis.asyncio import Redis

from domain.temu.rate_limiter import RateLimiter
from tests.domain.temu.calling import Caller, tell
from tests.sandbox.mall import Sandbox

STATE = "tradewind:rate_limiter:app"
ENOUGH = 10  # Seconds that nothing here takes, however busy the machine.


async def _go_on(limiter: RateLimiter, line: str, went: list[tuple[str, float]]) -> None:
    while True:
        went.append((line, await limiter.wait("app", line=line)))


async def _cancel(tasks: Iterable[asyncio.Task[Any]]) -> None:
    tasks = list(tasks)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@contextmanager
def _alone(limiter: RateLimiter) -> Generator[None]:
    """As if Redis had not answered a moment ago."""
    limiter._without_redis_until = time.monotonic() + 60
    yield
    limiter._without_redis_until = 0.0


@pytest.fixture(params=["redis", "alone"])
def shared(request: pytest.FixtureRequest, redis: ArqRedis) -> Redis | None:
    """What limiters share."""
    return redis if request.param == "redis" else None


class Frozen:
    """A Redis that takes connections and says nothing."""

    def __init__(self) -> None:
        self.connections = 0
        self.ended = asyncio.Event()

    async def serve(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Say nothing until the end."""
        self.connections += 1
        await self.ended.wait()
        writer.close()


@pytest.fixture
async def frozen() -> AsyncIterator[tuple[Redis, Frozen]]:
    """A client of a frozen Redis."""
    server = Frozen()
    async with await asyncio.start_server(server.serve, "127.0.0.1") as listening:
        client = Redis(host="127.0.0.1", port=listening.sockets[0].getsockname()[1])
        yield client, server
        server.ended.set()
        await client.aclose()


async def test_calls_leave_one_after_the_other(shared: Redis | None) -> None:
    """J6: calls at a hundred a second are an interval apart, none of which is saved up for later."""
    limiter = RateLimiter(shared, calls_per_second=100)
    went: list[float] = []

    async def go(n: int) -> None:
        await limiter.wait("app", line=f"mall {n}")
        went.append(time.monotonic())

    await go(0)
    await asyncio.sleep(0.1)
    await asyncio.gather(*(go(n) for n in range(11)))

    assert went[-1] - went[1] > 0.095


async def test_apps_do_not_wait_for_each_other(shared: Redis | None) -> None:
    """J6: the limit is one app's."""
    limiter = RateLimiter(shared, calls_per_second=0.01)

    async with asyncio.timeout(ENOUGH):
        await asyncio.gather(*(limiter.wait(app, line="one") for app in ("app", "other")))


async def test_less_than_one_call_a_second(shared: Redis | None, redis: ArqRedis) -> None:
    """J6: one call in a hundred seconds is one, and not forgotten before its time."""
    limiter = RateLimiter(shared, calls_per_second=0.01)
    await limiter.wait("app", line="one")

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(limiter.wait("app", line="one"), 0.2)
    assert shared is None or await redis.pttl(STATE) > 105_000


async def test_no_second_holds_more(redis: ArqRedis) -> None:
    """J6: however many limiters give slots, by Redis's own clock no second holds more of them than allowed."""
    limiters = [RateLimiter(redis, calls_per_second=200) for _ in range(8)]
    answers = await asyncio.gather(*(one._run_script("app") for one in limiters for _ in range(30)))

    slots = sorted(answer[1] for answer in answers if answer is not None)
    assert len(slots) == 240
    assert all(later - earlier > 1_000_000 for earlier, later in zip(slots, slots[200:], strict=False))


async def test_eight_processes_against_a_strict_temu(
    redis_url: str, redis: ArqRedis, sandbox: Sandbox, temu_url: str
) -> None:
    """J6: eight processes are never refused, also with their first calls, and share what there is."""
    sandbox.rate_limit.calls_per_second = 50
    busy, quiet = sandbox.add_mall(), sandbox.add_mall()
    callers = [
        Caller(temu_url, sandbox.app_key, sandbox.app_secret, mall.token, redis_url, 50)
        for mall in [busy] * 7 + [quiet]
    ]
    processes = await asyncio.gather(*(caller.start() for caller in callers))
    tell(processes)
    async with asyncio.timeout(60):
        while len(sandbox.ledger.calls) < 120:  # noqa: ASYNC110 - it counts in another thread
            await asyncio.sleep(0.05)
    tell(processes)

    assert await asyncio.gather(*(process.wait() for process in processes)) == [0] * 8
    assert sandbox.ledger.of(code=4000004) == []
    assert len(sandbox.ledger.of(mall_id=quiet.mall_id)) > len(sandbox.ledger.calls) / 8 * 0.6


async def test_processes_take_turns(redis: ArqRedis) -> None:
    """J6, J9: of nine processes one with a single caller has each ninth slot, or nearly, whatever malls the others call for."""
    limiters = [RateLimiter(redis, calls_per_second=100) for _ in range(8)]
    went: list[tuple[str, float]] = []
    tasks = [asyncio.create_task(_go_on(one, "mall", went)) for one in limiters for _ in range(5)]
    single = RateLimiter(redis, calls_per_second=100)
    await single.wait("app", line="mall")
    went.clear()
    for _ in range(10):
        await single.wait("app", line="mall")
    await _cancel(tasks)

    assert len(went) <= 10 * 8 + 20


async def test_the_malls_of_one_process_take_turns(shared: Redis | None) -> None:
    """J6: the same within a process, with Redis and without."""
    limiter = RateLimiter(shared, calls_per_second=50)
    went: list[tuple[str, float]] = []
    tasks = [asyncio.create_task(_go_on(limiter, "busy", went)) for _ in range(20)]
    await limiter.wait("app", line="quiet")
    went.clear()
    for _ in range(10):
        await limiter.wait("app", line="quiet")
    await _cancel(tasks)

    assert len(went) <= 15


async def test_callers_of_a_mall_go_as_they_came(shared: Redis | None) -> None:
    """J6: nobody of a mall is overtaken by who came later."""
    limiter = RateLimiter(shared, calls_per_second=200)
    slots = await asyncio.gather(*(limiter.wait("app", line="one") for _ in range(10)))

    assert all(later > earlier for earlier, later in pairwise(slots))


async def test_whoever_gives_up_costs_no_slot(shared: Redis | None) -> None:
    """J6: the slot that thirty callers of a mall held one after the other goes to the next one of the mall."""
    limiter = RateLimiter(shared, calls_per_second=4)
    first = await limiter.wait("app", line="one")
    for _ in range(30):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(limiter.wait("app", line="one"), 0.005)

    assert await limiter.wait("app", line="one") - first < 30 * 0.25


async def test_whoever_dies_waiting_holds_nobody_up(redis: ArqRedis) -> None:
    """J6: slots of a process that was killed pass, those of the same mall too."""
    dead, limiter = (RateLimiter(redis, calls_per_second=50) for _ in range(2))
    for _ in range(20):
        await dead._run_script("app")

    async with asyncio.timeout(ENOUGH):
        await asyncio.gather(*(limiter.wait("app", line=f"mall {n}") for n in range(20)))


@pytest.mark.parametrize("lines", [1, 5])
async def test_a_busy_process_has_its_slots(shared: Redis | None, lines: int) -> None:
    """J6: a process whose event loop takes longer for a turn than a slot lasts gets its slots all the same."""
    limiter = RateLimiter(shared, calls_per_second=20)

    async def work() -> None:
        while True:
            time.sleep(0.03)  # noqa: ASYNC251 - that is the point
            await asyncio.sleep(0)

    working = asyncio.create_task(work())
    async with asyncio.timeout(ENOUGH):
        for n in range(5):
            slot = await limiter.wait("app", line=f"mall {n % lines}")
            limiter.leave("app", slot)
    await _cancel([working])

    assert limiter._without_redis_until == 0.0


async def test_a_late_call_delays_the_next_ones(shared: Redis | None) -> None:
    """J6: calls that leave after their slots keep those that come later at a distance."""
    limiter = RateLimiter(shared, calls_per_second=4)
    slot = await limiter.wait("app", line="one")
    await asyncio.sleep(0.1)
    left = time.monotonic()
    limiter.leave("app", slot)

    assert await limiter.wait("app", line="one") - left > 0.25


async def test_slots_that_were_held_when_redis_forgot_them(redis: ArqRedis) -> None:
    """J6: who waits when Redis loses all it knew gets another slot, so no more calls leave than are allowed, but for one."""
    limiter = RateLimiter(redis, calls_per_second=20)
    waiting = [asyncio.create_task(limiter.wait("app", line=f"mall {n}")) for n in range(30)]
    await waiting[5]
    await redis.flushall()
    slots = sorted(await asyncio.gather(*waiting))

    assert all(later - earlier > 1 for earlier, later in zip(slots, slots[21:], strict=False))


async def test_a_frozen_redis_is_not_asked_each_time(
    frozen: tuple[Redis, Frozen], monkeypatch: pytest.MonkeyPatch
) -> None:
    """J6: a Redis that takes connections and says nothing stops nobody, and costs its time-out once."""
    monkeypatch.setattr("domain.temu.rate_limiter._REDIS_TIMEOUT", 0.1)
    limiter = RateLimiter(frozen[0], calls_per_second=1000)
    async with asyncio.timeout(ENOUGH):
        for _ in range(20):
            await limiter.wait("app", line="one")

    assert frozen[1].connections == 1


async def test_a_process_that_was_held_up_goes_on_with_redis(
    redis: ArqRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """J6: who did not listen for a while doesn't take Redis for gone."""
    monkeypatch.setattr("domain.temu.rate_limiter._REDIS_TIMEOUT", 0.3)
    limiter = RateLimiter(redis, calls_per_second=50)
    await limiter.wait("app", line="one")
    asyncio.get_running_loop().call_soon(time.sleep, 0.4)
    await limiter.wait("app", line="one")

    assert limiter._without_redis_until == 0.0


async def test_a_slow_redis_slows_but_stops_nobody(redis_url: str) -> None:
    """J6: where Redis takes a while to answer, slots take as long, and the limit is still kept by it."""
    path = redis_url.removeprefix("unix://")

    async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            asyncio.get_running_loop().call_later(0.08, writer.write, data)
        writer.close()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_redis, to_redis = await asyncio.open_unix_connection(path)
        await asyncio.gather(forward(reader, to_redis), forward(from_redis, writer))

    async with await asyncio.start_server(accept, "127.0.0.1") as server:
        slow = Redis(host="127.0.0.1", port=server.sockets[0].getsockname()[1])
        limiter = RateLimiter(slow, calls_per_second=20)
        async with asyncio.timeout(ENOUGH):
            for n in range(5):
                await limiter.wait("app", line=f"mall {n}")
        assert limiter._without_redis_until == 0.0
        await slow.aclose()


async def test_without_redis_it_goes_on_alone() -> None:
    """J6: a Redis that is gone stops no call; this process then keeps the limit by itself."""
    gone = Redis(host="127.0.0.1", port=1)
    limiter = RateLimiter(gone, calls_per_second=50)
    slots = await asyncio.gather(*(limiter.wait("app", line=f"mall {n}") for n in range(5)))

    assert max(slots) - min(slots) > 0.079
    await gone.aclose()


async def test_slots_of_redis_count_when_it_goes(redis: ArqRedis) -> None:
    """J6: a process that goes on alone goes on from the slots that it had."""
    limiter = RateLimiter(redis, calls_per_second=2)
    before = await limiter.wait("app", line="one")
    with _alone(limiter):
        assert await limiter.wait("app", line="one") - before > 0.5


async def test_a_clock_that_was_set_back(redis: ArqRedis) -> None:
    """J6: slots and pauses that Redis noted for what is the future by now hold nobody up."""
    limiter = RateLimiter(redis, calls_per_second=1)
    in_an_hour = int((time.time() + 3600) * 1e6)
    known = dict.fromkeys(("now", "next", "pause"), in_an_hour)
    await cast("Any", redis.hset(STATE, mapping=cast("Any", known)))

    await asyncio.wait_for(limiter.wait("app", line="one"), ENOUGH)


async def test_many_who_are_told_to_slow_down_are_one_pause(
    shared: Redis | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """J4: when Temu refuses twenty calls at once, the next one waits for one pause and not for twenty."""
    monkeypatch.setattr("domain.temu.rate_limiter._PAUSE_SECONDS", 0.5)
    limiter = RateLimiter(shared, calls_per_second=1)
    began = time.monotonic()
    await asyncio.gather(*(limiter.slow_down("app") for _ in range(20)))

    assert 0.45 < await limiter.wait("app", line="one") - began < 20 * 0.5


async def test_slowing_down_holds_those_who_wait_already(redis: ArqRedis) -> None:
    """J6: an answer that one process gets slows down all at once, also who has been told its slot."""
    one, other = (RateLimiter(redis, calls_per_second=20) for _ in range(2))
    went: list[tuple[str, float]] = []
    tasks = [asyncio.create_task(_go_on(one, f"mall {n}", went)) for n in range(8)]
    await one.wait("app", line="one")
    began = time.monotonic()
    await other.slow_down("app")
    paused = time.monotonic()
    await one.wait("app", line="one")
    await _cancel(tasks)

    # What was to leave within a tenth of a second from then still left.
    assert [slot for _, slot in went if paused + 0.15 < slot < began + 0.95] == []
