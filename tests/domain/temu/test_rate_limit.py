"""
Calls per second, with a real Valkey and without one.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from itertools import pairwise
from typing import Any, cast

import pytest
from arq.connections import ArqRedis
from redis.asyncio import Redis

from domain.temu.rate_limit import RateLimiter
from domain.temu.shared_turns import SharedTurns
from tests.domain.temu.calling import Caller, tell
from tests.sandbox.mall import Sandbox

TAKEN = "tradewind:calls:{app}:taken"


async def _seconds(limiter: RateLimiter, calls: int, app: str = "app") -> float:
    began = time.monotonic()
    await asyncio.gather(*(limiter.wait(app, mall=f"mall {n}") for n in range(calls)))
    return time.monotonic() - began


async def _go_on(limiter: RateLimiter, mall: str, turns: list[str]) -> None:
    while True:
        await limiter.wait("app", mall=mall)
        turns.append(mall)


async def _give_up(tasks: Iterable[asyncio.Task[Any]]) -> None:
    tasks = list(tasks)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
async def limit() -> AsyncIterator[Callable[..., RateLimiter]]:
    """
    Makes limiters, and closes them before the Redis that they share: what one has still to tell would open it again.
    """
    limiters: list[RateLimiter] = []

    def make(redis: Redis | None, *, calls_per_second: float) -> RateLimiter:
        limiters.append(RateLimiter(redis, calls_per_second=calls_per_second))
        return limiters[-1]

    yield make
    for limiter in limiters:
        await limiter.close()


@pytest.fixture(params=["redis", "alone"])
def shared(request: pytest.FixtureRequest, redis: ArqRedis) -> Redis | None:
    """
    What limiters share.
    """
    return redis if request.param == "redis" else None


@pytest.fixture
async def frozen() -> AsyncIterator[Redis]:
    """
    A Redis that takes connections and says nothing.
    """
    ended = asyncio.Event()

    async def say_nothing(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await ended.wait()
        writer.close()

    async with await asyncio.start_server(say_nothing, "127.0.0.1") as server:
        client = Redis(host="127.0.0.1", port=server.sockets[0].getsockname()[1])
        yield client
        ended.set()
        await client.aclose()


async def test_calls_leave_one_after_the_other(
    shared: Redis | None, limit: Callable[..., RateLimiter]
) -> None:
    """O16: eleven calls at a hundred a second take ten intervals, none of which is saved up for later."""
    limiter = limit(shared, calls_per_second=100)
    await limiter.wait("app", mall="one")
    await asyncio.sleep(0.1)

    assert 0.1 <= await _seconds(limiter, 11) < 0.5


async def test_apps_do_not_wait_for_each_other(
    shared: Redis | None, limit: Callable[..., RateLimiter]
) -> None:
    """O16: the limit is one app's."""
    limiter = limit(shared, calls_per_second=2)
    await limiter.wait("app", mall="one")

    assert await _seconds(limiter, 1, app="other") < 0.2


async def test_less_than_one_call_a_second(shared: Redis | None, limit: Callable[..., RateLimiter]) -> None:
    """J6: four calls in ten seconds are one in two and a half, not one at once and three later."""
    limiter = limit(shared, calls_per_second=0.4)
    await limiter.wait("app", mall="one")

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(limiter.wait("app", mall="one"), 0.2)


async def test_processes_share_the_limit(redis: ArqRedis, limit: Callable[..., RateLimiter]) -> None:
    """J6: two limiters on one Redis keep within one limit together."""
    one, other = (limit(redis, calls_per_second=100) for _ in range(2))
    began = time.monotonic()

    await asyncio.gather(_seconds(one, 10), _seconds(other, 10))

    assert time.monotonic() - began >= 0.19


async def test_no_second_holds_more(redis: ArqRedis, limit: Callable[..., RateLimiter]) -> None:
    """J6: however many limiters give turns, by Redis's own clock no second holds more of them than allowed."""
    limiters = [limit(redis, calls_per_second=40) for _ in range(8)]
    turns: list[str] = []
    tasks = [asyncio.create_task(_go_on(one, f"mall {n}", turns)) for n in range(3) for one in limiters]
    moments: set[float] = set()
    for _ in range(5):
        await asyncio.sleep(0.4)
        moments |= await _moments(redis)
    await _give_up(tasks)

    ordered = sorted(moments)
    assert len(ordered) > 40
    assert all(later - earlier > 1_000_000 for earlier, later in zip(ordered, ordered[40:], strict=False))


async def test_eight_processes_against_a_strict_temu(
    redis_url: str, redis: ArqRedis, sandbox: Sandbox, temu_url: str
) -> None:
    """J6: eight processes are never refused, also with their first calls, and share what there is between malls."""
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
    assert len(sandbox.ledger.of(mall_id=quiet.mall_id)) > len(sandbox.ledger.calls) * 0.4


async def test_a_busy_mall_leaves_every_second_turn_to_another(
    redis: ArqRedis, limit: Callable[..., RateLimiter]
) -> None:
    """J6: a mall with many callers in all processes and one with a single caller get as many turns."""
    limiters = [limit(redis, calls_per_second=50) for _ in range(8)]
    turns: list[str] = []
    tasks = [asyncio.create_task(_go_on(one, "busy", turns)) for one in limiters for _ in range(5)]
    await limiters[0].wait("app", mall="busy")
    turns.clear()
    async with asyncio.timeout(10):
        for _ in range(10):
            await limiters[0].wait("app", mall="quiet")
    await _give_up(tasks)

    assert turns.count("busy") <= 14


async def test_the_malls_of_one_process_take_turns(
    shared: Redis | None, limit: Callable[..., RateLimiter]
) -> None:
    """J6: the same within a process, with Redis and without."""
    limiter = limit(shared, calls_per_second=100)
    turns: list[str] = []
    tasks = [asyncio.create_task(_go_on(limiter, "busy", turns)) for _ in range(20)]
    await limiter.wait("app", mall="busy")
    turns.clear()
    async with asyncio.timeout(10):
        for _ in range(10):
            await limiter.wait("app", mall="quiet")
    await _give_up(tasks)

    assert turns.count("busy") <= 14


async def test_callers_of_a_mall_go_as_they_came(
    shared: Redis | None, limit: Callable[..., RateLimiter]
) -> None:
    """J6: nobody of a mall is overtaken by who came later."""
    limiter = limit(shared, calls_per_second=200)
    went: list[int] = []

    async def go(number: int) -> None:
        await limiter.wait("app", mall="one")
        went.append(number)

    await asyncio.gather(*(go(number) for number in range(10)))

    assert went == list(range(10))


async def test_who_gives_up_takes_no_turn(shared: Redis | None, limit: Callable[..., RateLimiter]) -> None:
    """J6: thirty callers that are cancelled while they wait leave their turns to others."""
    limiter = limit(shared, calls_per_second=10)
    await limiter.wait("app", mall="first")
    waiting = [asyncio.create_task(limiter.wait("app", mall=f"mall {n}")) for n in range(30)]
    await asyncio.sleep(0.02)
    await _give_up(waiting)

    assert await _seconds(limiter, 1) < 0.5


async def test_turns_that_were_given_up_are_not_saved_up(
    redis: ArqRedis, limit: Callable[..., RateLimiter]
) -> None:
    """J6: turns that a mall got at once, for callers that then gave up, are gone when others come later."""
    limiter = limit(redis, calls_per_second=100)
    turns: list[str] = []
    tasks = [asyncio.create_task(_go_on(limiter, "one", turns)) for _ in range(10)]
    await asyncio.sleep(1.3)  # By then it counts as the only one that calls.
    await _give_up(tasks)
    await asyncio.sleep(0.2)
    began = time.monotonic()
    await asyncio.gather(*(limiter.wait("app", mall="one") for _ in range(6)))

    assert time.monotonic() - began >= 0.05


async def test_a_mall_that_is_alone_asks_for_many_turns_at_once(
    redis: ArqRedis, limit: Callable[..., RateLimiter]
) -> None:
    """J6: where one mall calls, its callers' turns take few questions, and each still comes at its moment."""
    limiter = limit(redis, calls_per_second=500)
    turns: list[str] = []
    tasks = [asyncio.create_task(_go_on(limiter, "one", turns)) for _ in range(20)]
    await asyncio.sleep(1.2)
    before, turned = await _questions(redis), len(turns)
    await asyncio.sleep(0.5)
    asked, went = await _questions(redis) - before, len(turns) - turned
    await _give_up(tasks)

    ordered = sorted(await _moments(redis))
    assert all(later - earlier > 1_000_000 for earlier, later in zip(ordered, ordered[500:], strict=False))
    assert asked < went / 2


async def test_a_late_call_counts_whoever_waits(redis: ArqRedis, limit: Callable[..., RateLimiter]) -> None:
    """J6: a call that leaves long after its turn holds up the next one by as long, also while others of its mall wait."""
    limiters = [limit(redis, calls_per_second=1) for _ in range(4)]
    left: list[float] = []

    async def call(limiter: RateLimiter, mall: str, *, late: float = 0.0) -> None:
        turn = await limiter.wait("app", mall=mall)
        await asyncio.sleep(late)
        await turn.use()
        left.append(time.monotonic())

    tasks = [asyncio.create_task(call(limiters[0], "A", late=0.6))]
    await asyncio.sleep(0.05)
    tasks += [asyncio.create_task(call(one, f"other {n}")) for n, one in enumerate(limiters[1:])]
    await asyncio.sleep(0.1)
    tasks += [asyncio.create_task(call(limiters[0], "A"))]
    while len(left) < 3:  # noqa: ASYNC110 - no event tells
        await asyncio.sleep(0.05)
    await _give_up(tasks)

    assert all(later - earlier > 1 for earlier, later in pairwise(left))


async def test_calls_that_were_held_up_together(
    shared: Redis | None, limit: Callable[..., RateLimiter]
) -> None:
    """J6: calls that all waited for the same, such as a name's address, leave one after the other and not at once."""
    limiter = limit(shared, calls_per_second=10)
    gate = asyncio.Event()
    left: list[float] = []

    async def call(number: int) -> None:
        turn = await limiter.wait("app", mall=f"mall {number % 2}")
        await gate.wait()
        await turn.use()
        left.append(time.monotonic())

    tasks = [asyncio.create_task(call(number)) for number in range(24)]
    await asyncio.sleep(2)
    gate.set()
    await asyncio.gather(*tasks)

    assert all(later - earlier > 1 for earlier, later in zip(left, left[10:], strict=False))


async def test_turns_that_are_given_up_are_given_back(
    redis: ArqRedis, limit: Callable[..., RateLimiter]
) -> None:
    """J6: callers that give up when their turn is given but has not come leave it to the next one, of whichever mall."""
    limiter = limit(redis, calls_per_second=1)
    await limiter.wait("app", mall="one")
    began = time.monotonic()
    for mall in ("a", "b", "c"):
        waiting = asyncio.create_task(limiter.wait("app", mall=mall))
        await asyncio.sleep(0.965 - (time.monotonic() - began) if mall == "a" else 0.01)
        await _give_up([waiting])
    await limiter.wait("app", mall="last")

    assert time.monotonic() - began < 1.5


async def test_a_frozen_redis_and_a_busy_loop(
    frozen: Redis, monkeypatch: pytest.MonkeyPatch, limit: Callable[..., RateLimiter]
) -> None:
    """J6: a process that is held up again and again still takes a Redis that says nothing for one that is gone."""
    monkeypatch.setattr("domain.temu.rate_limit._REDIS_ANSWERS_WITHIN", 0.1)

    async def hold_up() -> None:
        while True:
            time.sleep(0.2)  # noqa: ASYNC251 - the loop is to be held up
            await asyncio.sleep(0.01)

    limiter = limit(frozen, calls_per_second=1000)
    holding = asyncio.create_task(hold_up())
    await asyncio.wait_for(limiter.wait("app", mall="one"), 5)
    await _give_up([holding])


async def test_turns_of_redis_count_when_it_goes(
    redis: ArqRedis, monkeypatch: pytest.MonkeyPatch, limit: Callable[..., RateLimiter]
) -> None:
    """J6: a process that goes on alone goes on from the turns that it had."""
    limiter = limit(redis, calls_per_second=2)
    for _ in range(2):
        await limiter.wait("app", mall="one")
    monkeypatch.setattr(limiter, "_without_redis_until", time.monotonic() + 60)

    assert await _seconds(limiter, 1) > 0.4


async def test_closing_tells_what_is_left(redis: ArqRedis, limit: Callable[..., RateLimiter]) -> None:
    """J6: the last late call of a process that ends is told of before it ends."""
    limiter = limit(redis, calls_per_second=100)
    turn = await limiter.wait("app", mall="one")
    before = await _moments(redis)
    await asyncio.sleep(0.01)
    await turn.use()
    await limiter.close()

    assert not before & await _moments(redis)


async def test_calls_that_are_late_together_count(redis: ArqRedis, limit: Callable[..., RateLimiter]) -> None:
    """J6: calls that leave a little late are told of together, and each counts from when it left."""
    limiter = limit(redis, calls_per_second=100)
    turns = [await limiter.wait("app", mall="one") for _ in range(3)]
    before = await _moments(redis)
    await asyncio.sleep(0.01)
    asked = await _questions(redis)
    for turn in turns:
        await turn.use()
    await asyncio.sleep(0.1)

    assert len(await _moments(redis) - before) == 3
    assert await _questions(redis) - asked < 3


async def test_who_gives_up_costs_its_mall_nothing(
    redis: ArqRedis, limit: Callable[..., RateLimiter]
) -> None:
    """J6: callers that come and go in two processes leave their mall as near to its turn as if they had never come."""
    hasty = [limit(redis, calls_per_second=20) for _ in range(2)]
    busy = limit(redis, calls_per_second=20)
    turns: list[str] = []
    tasks = [asyncio.create_task(_go_on(busy, "busy", turns)) for _ in range(2)]

    async def come_and_go(limiter: RateLimiter) -> None:
        for _ in range(20):
            waiting = asyncio.create_task(limiter.wait("app", mall="hasty"))
            await asyncio.sleep(0.03)
            await _give_up([waiting])

    await asyncio.gather(*map(come_and_go, hasty))
    turns.clear()
    await hasty[0].wait("app", mall="hasty")
    await _give_up(tasks)

    assert len(turns) <= 4


async def test_a_slow_redis_slows_but_stops_nobody(
    redis_url: str, redis: ArqRedis, limit: Callable[..., RateLimiter]
) -> None:
    """J6: where Redis takes a while to answer, turns take as long, and the limit is still kept by it."""
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
        limiter = limit(slow, calls_per_second=20)
        async with asyncio.timeout(5):
            for _ in range(5):
                await limiter.wait("app", mall="one")
        assert len(await _moments(redis)) == 5
        await slow.aclose()


async def test_very_few_calls(redis: ArqRedis, limit: Callable[..., RateLimiter]) -> None:
    """J6: one call in half a minute or more is shared as others are."""
    limiter = limit(redis, calls_per_second=0.011)
    await limiter.wait("app", mall="one")

    assert len(await _moments(redis)) == 1


async def _moments(redis: Redis) -> set[float]:
    return {moment for _, moment in await redis.zrange(TAKEN, 0, -1, withscores=True)}


async def _questions(redis: Redis) -> int:
    return int((await redis.info("commandstats"))["cmdstat_evalsha"]["calls"])


async def test_whoever_dies_waiting_holds_nobody_up(
    redis: ArqRedis, limit: Callable[..., RateLimiter]
) -> None:
    """J6: places of a process that was killed are passed over, and soon forgotten."""
    queue = SharedTurns(redis, calls=50, period=1.0)
    for n in range(20):
        await queue.ask("app", mall=f"mall {n}", ticket=f"dead {n}")
    limiter = limit(redis, calls_per_second=50)

    assert await _seconds(limiter, 5) < 2


async def test_a_clock_that_was_set_back(redis: ArqRedis, limit: Callable[..., RateLimiter]) -> None:
    """J6: turns that Redis noted for what is the future by now hold nobody up."""
    limiter = limit(redis, calls_per_second=1)
    await limiter.wait("app", mall="one")
    in_an_hour = int((time.time() + 3600) * 1e6)
    await redis.zadd(TAKEN, {"of the future": in_an_hour})
    await cast("Awaitable[int]", redis.hset(TAKEN.replace("taken", "state"), "clock", str(in_an_hour)))
    for n in range(20):
        await redis.zadd(TAKEN.replace("taken", "waiting"), {f"dead/{n}": 0})
        await redis.zadd(TAKEN.replace("taken", "awaited"), {f"dead/{n}": in_an_hour})

    assert await _seconds(limiter, 1) < 0.5


async def test_many_who_are_told_to_slow_down_are_one_pause(
    shared: Redis | None, monkeypatch: pytest.MonkeyPatch, limit: Callable[..., RateLimiter]
) -> None:
    """J4: when Temu refuses twenty calls at once, the next one waits for one pause and not for twenty."""
    monkeypatch.setattr("domain.temu.rate_limit._PAUSE_SECONDS", 0.3)
    limiter = limit(shared, calls_per_second=1000)
    await asyncio.gather(*(limiter.slow_down("app") for _ in range(20)))

    assert 0.25 <= await _seconds(limiter, 1) < 2


async def test_slowing_down_holds_those_who_wait_already(
    redis: ArqRedis, limit: Callable[..., RateLimiter]
) -> None:
    """J6: an answer that one process gets slows down all at once, also who has been told its turn."""
    one, other = (limit(redis, calls_per_second=20) for _ in range(2))
    turns: list[str] = []
    tasks = [asyncio.create_task(_go_on(one, f"mall {n}", turns)) for n in range(5)]
    await one.wait("app", mall="one")
    await other.slow_down("app")
    await asyncio.sleep(0.06)  # What was given to this process before still leaves.
    turns.clear()
    await asyncio.sleep(0.5)
    during = list(turns)
    await _give_up(tasks)

    assert during == []


async def test_a_call_counts_from_when_it_leaves(
    shared: Redis | None, limit: Callable[..., RateLimiter]
) -> None:
    """J6: a turn that is used late, after making a connection, holds up the turn of a period later."""
    limiter = limit(shared, calls_per_second=4)
    turns = [await limiter.wait("app", mall="one") for _ in range(4)]
    await turns[0].use()
    began = time.monotonic()
    await limiter.wait("app", mall="one")
    await limiter.wait("app", mall="one")

    # Four to a second: those that follow wait for the second and the third turn to be a second ago, not for the first.
    assert time.monotonic() - began >= 0.7


async def test_without_redis_it_goes_on_alone(limit: Callable[..., RateLimiter]) -> None:
    """J6: a Redis that is gone stops no call; this process then keeps the limit by itself."""
    gone = Redis(host="127.0.0.1", port=1)
    limiter = limit(gone, calls_per_second=50)

    assert 0.06 <= await _seconds(limiter, 4) < 2
    await gone.aclose()


async def test_a_frozen_redis_is_not_asked_each_time(
    frozen: Redis, monkeypatch: pytest.MonkeyPatch, limit: Callable[..., RateLimiter]
) -> None:
    """J6: a Redis that takes connections and says nothing costs its time-out once, not with each call."""
    monkeypatch.setattr("domain.temu.rate_limit._REDIS_ANSWERS_WITHIN", 0.2)
    limiter = limit(frozen, calls_per_second=1000)
    began = time.monotonic()
    for _ in range(20):
        await limiter.wait("app", mall="one")

    assert time.monotonic() - began < 2
