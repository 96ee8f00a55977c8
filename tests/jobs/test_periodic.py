"""What a worker does again and again."""

import asyncio

from structlog.testing import capture_logs

from domain.errors import Unavailable
from jobs.periodic import run_periodically


async def test_looks_go_on_whatever_one_meets() -> None:
    """J2: a database that is away, and a fault of ours, end one look and no later one, and the log tells either."""
    faults = iter([Unavailable("away"), KeyError("ours"), None])
    looks = 0
    wake = asyncio.Event()

    async def look() -> None:
        nonlocal looks
        looks += 1
        # At once, and not after the hour.
        wake.set()
        fault = next(faults, None)
        if fault is not None:
            raise fault
        if looks == 4:
            raise asyncio.CancelledError

    with capture_logs() as logs:
        run = asyncio.create_task(
            run_periodically(look, every_seconds=3600, unavailable="a.away", failed="a.failed", wake=wake)
        )
        await asyncio.wait([run])

    assert (run.cancelled(), looks) == (True, 4)
    assert [(each["event"], each["log_level"]) for each in logs] == [
        ("a.away", "warning"),
        ("a.failed", "error"),
    ]


async def test_the_next_look_comes_by_itself() -> None:
    """J2: with nobody who wakes it, it looks again after its time."""
    looks = 0

    async def look() -> None:
        nonlocal looks
        looks += 1
        if looks == 3:
            raise asyncio.CancelledError

    run = asyncio.create_task(
        run_periodically(look, every_seconds=0, unavailable="a.away", failed="a.failed")
    )
    await asyncio.wait([run])

    assert (run.cancelled(), looks) == (True, 3)
