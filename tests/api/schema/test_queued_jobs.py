"""Asking for jobs through the API: idempotency keys, the same work asked for again, ends."""

import asyncio
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from domain.models import JobStatus, QueuedJob
from tests.api.looking import refused, stored
from tests.fixtures.database import one_database
from tests.fixtures.world import IMPORT, World

CANCEL = """mutation($id: ID!) { cancelQueuedJob(input: {jobId: $id}) {
  job { id status } userErrors { code message field } } }"""
RETRY = CANCEL.replace("cancelQueuedJob", "retryQueuedJob")


async def _ask(world: World, **more: Any) -> Any:
    return await world.api.ask(IMPORT, input={"companyId": world.company_id} | more)


async def _count(world: World) -> int:
    return len((await stored(world))["queued_jobs"])


async def test_a_key_twice(world: World) -> None:
    """J8: a key given again with the same input returns the first job, even once that has ended."""
    first = await _ask(world, idempotencyKey="k", **{"from": "2026-05-01T12:00:00Z"})
    again = await _ask(world, idempotencyKey="k", **{"from": "2026-05-01T14:00:00+02:00"})
    await world.run_jobs()
    ended = await _ask(world, idempotencyKey="k", **{"from": "2026-05-01T12:00:00Z"})

    assert first["userErrors"] == []
    assert again == first
    assert ended["job"] == first["job"] | {"status": "SUCCEEDED"}
    assert await _count(world) == 1


async def test_a_key_with_other_input(world: World) -> None:
    """J8: a key given again with other input is CONFLICT; another company's same key is its own."""
    other = await world.new_company("Other", world.sandbox.add_mall())
    await _ask(world, idempotencyKey="k")
    before = await stored(world)

    clash = await _ask(world, idempotencyKey="k", to="2026-05-01T12:00:00Z")

    assert refused(clash) == ("CONFLICT", ["idempotencyKey"])
    assert await stored(world) == before
    assert (await _ask(world, idempotencyKey="k", companyId=other))["userErrors"] == []
    assert await _count(world) == 2


@one_database
async def test_keys_that_can_not_be(world: World) -> None:
    """J8: a key has 1 to 255 characters; null is none."""
    for key in ("", "k" * 256, "k" * 10_000):
        assert refused(await _ask(world, idempotencyKey=key)) == ("INVALID", ["idempotencyKey"])
    assert await _count(world) == 0
    assert (await _ask(world, idempotencyKey="ß" * 255))["userErrors"] == []
    assert (await _ask(world, idempotencyKey=None))["userErrors"] == []


async def test_a_key_after_a_day(world: World) -> None:
    """J8: a key holds for 24 hours; after that it asks for a new job, and then holds for that one."""
    first = (await _ask(world, idempotencyKey="k"))["job"]["id"]
    await world.run_jobs()
    seen: list[str] = []
    for hours in (23, 2):
        async with world.database.write() as session:
            job = (await session.scalars(select(QueuedJob).where(QueuedJob.idempotency_key == "k"))).one()
            job.created_at -= timedelta(hours=hours)
        seen.append((await _ask(world, idempotencyKey="k"))["job"]["id"])

    assert seen[0] == first
    assert seen[1] != first
    assert (await _ask(world, idempotencyKey="k"))["job"]["id"] == seen[1]


async def test_twenty_at_once(world: World) -> None:
    """J3, J8: twenty that ask at the same moment get one and the same job, with one key or with none."""
    keyed = await asyncio.gather(*(_ask(world, idempotencyKey="k") for _ in range(20)))
    async with world.database.write() as session:
        await session.execute(update(QueuedJob).values(status=JobStatus.CANCELLED))
    bare = await asyncio.gather(*(_ask(world) for _ in range(20)))

    for answers in (keyed, bare):
        assert all(answer == answers[0] for answer in answers)
        assert answers[0]["userErrors"] == []
    assert await _count(world) == 2


async def test_spans_that_can_not_be(world: World) -> None:
    """C9, A8: a span that can't be is refused at its end, and without a plugin there is no import."""
    at = "2026-05-01T12:00:00Z"
    assert refused(await _ask(world, **{"from": "2126-05-01T12:00:00Z"})) == ("INVALID", ["from"])
    assert refused(await _ask(world, **{"from": at, "to": at})) == ("INVALID", ["to"])
    bare = await world.new_company("Bare")
    assert refused(await _ask(world, companyId=bare)) == ("NOT_CONFIGURED", ["companyId"])
    assert await _count(world) == 0


async def test_ends(world: World) -> None:
    """J5, A8: what has succeeded is neither cancelled nor run again; a cancelled job is cancelled once."""
    done = (await _ask(world))["job"]["id"]
    await world.run_jobs()
    before = await stored(world)
    assert refused(await world.api.ask(CANCEL, id=done)) == ("CONFLICT", ["jobId"])
    assert refused(await world.api.ask(RETRY, id=done)) == ("CONFLICT", ["jobId"])
    assert await stored(world) == before

    waiting = (await _ask(world))["job"]["id"]
    cancelled = [await world.api.ask(CANCEL, id=waiting) for _ in range(2)]
    retried = [await world.api.ask(RETRY, id=waiting) for _ in range(2)]

    assert [payload["job"] for payload in cancelled] == [{"id": waiting, "status": "CANCELLED"}] * 2
    assert [payload["job"] for payload in retried] == [{"id": waiting, "status": "QUEUED"}] * 2
