"""
What brings jobs to a worker at once.
"""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from arq.connections import ArqRedis

from domain.resources import Resources, opened
from domain.settings import Settings
from jobs import listener
from jobs.doorbell import BELL, QUEUE, Doorbell
from jobs.runner import Runner


class Ears(Runner):
    """
    A runner that only takes note of what it is to start.
    """

    def __init__(self, resources: Resources) -> None:
        super().__init__(resources, owner="ears")
        self.heard: asyncio.Queue[int] = asyncio.Queue()
        self.room = 1

    @property
    def free_slots(self) -> int:
        """
        As many as the test says.
        """
        return self.room

    def start(self, job_id: int) -> None:
        """
        Take note.
        """
        self.heard.put_nowait(job_id)


@pytest.fixture
async def ears(settings: Settings, redis: ArqRedis, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Ears]:
    """
    A worker's ears, which look for what nobody rang for only after this test.
    """
    monkeypatch.setattr(listener, "_LOOK_UNASKED_SECONDS", 4)
    async with opened(settings, redis=redis) as resources:
        ears = Ears(resources)
        listening = asyncio.create_task(listener.listen(settings, redis, ears))
        yield ears
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


async def test_a_ring_is_heard_at_once(ears: Ears, redis: ArqRedis) -> None:
    """whoever listens has a job's number when the bell rings, without looking again and again."""
    for number in (7, 8, 9):
        await Doorbell(redis).ring([number])

        assert await asyncio.wait_for(ears.heard.get(), 3) == number
    assert ears.heard.empty()


async def test_several_rings_bring_all(ears: Ears, redis: ArqRedis) -> None:
    """jobs that become durable together are all heard of, each once, and nothing of them is left in Redis."""
    await Doorbell(redis).ring([1, 2, 3])

    assert sorted([await asyncio.wait_for(ears.heard.get(), 3) for _ in range(3)]) == [1, 2, 3]
    while await redis.exists(QUEUE, BELL):  # noqa: ASYNC110 - arq tells by no event
        await asyncio.sleep(0.01)
    assert ears.heard.empty()


async def test_rings_that_nobody_hears_are_few(redis: ArqRedis) -> None:
    """while no worker listens the bell holds no more than a worker that comes is called for in a moment."""
    for _ in range(130):
        await Doorbell(redis)._ring_once()

    async with redis.pipeline() as pipe:
        pipe.llen(BELL)
        pipe.ttl(BELL)
        rings, seconds = await pipe.execute()
    assert rings == 100
    assert seconds > 0


async def test_a_clock_that_is_ahead(ears: Ears, redis: ArqRedis, monkeypatch: pytest.MonkeyPatch) -> None:
    """a ring from a machine whose clock is ahead is heard as soon as any other."""
    monkeypatch.setattr("arq.connections.timestamp_ms", lambda: int(time.time() * 1000) + 5_000)

    await Doorbell(redis).ring([7])

    assert await asyncio.wait_for(ears.heard.get(), 3) == 7


async def test_a_worker_without_room_leaves_rings_to_others(ears: Ears, redis: ArqRedis) -> None:
    """who can take no job takes no ring: it is there for another, or for when there is room."""
    ears.room = 0
    await Doorbell(redis).ring([7])  # It waits for this one already, and takes it.
    while await redis.exists(BELL):  # noqa: ASYNC110 - Redis tells by no event
        await asyncio.sleep(0.01)
    await Doorbell(redis).ring([8])
    await asyncio.sleep(0.2)
    assert ears.heard.empty()
    assert await redis.exists(BELL) == 1

    ears.room = 1

    assert sorted([await asyncio.wait_for(ears.heard.get(), 3) for _ in range(2)]) == [7, 8]
