"""What is followed is looked at once for all that follow it."""

import asyncio
from collections.abc import AsyncGenerator, Collection
from contextlib import aclosing

from domain.errors import Unavailable
from domain.watcher import Watcher


class Rows:
    """What is looked at, and each look."""

    def __init__(self) -> None:
        self.states: dict[int, str] = {}
        self.looks: list[set[int]] = []
        self.failures: list[Exception] = []
        self.looked = asyncio.Condition()

    async def look(self, subjects: Collection[int]) -> dict[int, str]:
        seen = {subject: self.states[subject] for subject in subjects if subject in self.states}
        await asyncio.sleep(0)
        async with self.looked:
            self.looks.append(set(subjects))
            self.looked.notify_all()
        if self.failures:
            raise self.failures.pop()
        return seen

    async def wait_for_looks(self, more: int) -> None:
        until = len(self.looks) + more
        async with asyncio.timeout(10), self.looked:
            await self.looked.wait_for(lambda: len(self.looks) >= until)


async def _until(states: AsyncGenerator[str | None], wanted: str | None) -> list[str | None]:
    seen = []
    async with asyncio.timeout(10):
        async for state in states:
            seen.append(state)
            if state == wanted:
                return seen
    raise AssertionError("they ended")


async def test_one_look_for_all() -> None:
    """J1: however many follow, a look is one for all of them; each is told the state at once, each change, and no more."""
    rows = Rows()
    rows.states = dict.fromkeys(range(10), "waits")
    watcher = Watcher(rows.look, every_seconds=0.001)
    followers = [watcher.states(n % 10) for n in range(200)]
    assert await asyncio.gather(*(anext(each) for each in followers)) == ["waits"] * 200
    joined = len(rows.looks)
    following = [asyncio.create_task(_until(each, "done")) for each in followers]
    await rows.wait_for_looks(20)
    assert joined < 10
    assert rows.looks[-1] == set(range(10))

    rows.states = dict.fromkeys(range(10), "done")

    assert await asyncio.gather(*following) == [["done"]] * 200
    for each in followers:
        await each.aclose()
    assert watcher._watched == {}
    assert watcher._looking is not None
    async with asyncio.timeout(10):
        await watcher._looking
    looks = len(rows.looks)
    await asyncio.sleep(0.01)
    assert len(rows.looks) == looks, "nobody follows any more"


async def test_what_was_before_is_not_told() -> None:
    """J1: who comes while a look is under way hears what a later one saw, and one that is slow hears the latest."""
    rows = Rows()
    rows.states = {1: "old"}
    watcher = Watcher(rows.look, every_seconds=0.001)
    async with aclosing(watcher.states(1)) as slow:
        assert await anext(slow) == "old"
        for state in ("a", "b", "new"):
            rows.states = {1: state}
            await rows.wait_for_looks(2)
            async with aclosing(watcher.states(1)) as late:
                assert await anext(late) == state
        assert await anext(slow) == "new"
        rows.states = {}
        assert await anext(slow) is None


async def test_a_look_that_fails() -> None:
    """J1: a database that is away, or whatever goes wrong in a look, ends nothing; what was seen stands meanwhile."""
    rows = Rows()
    rows.states = {1: "before"}
    watcher = Watcher(rows.look, every_seconds=0.001)
    async with aclosing(watcher.states(1)) as states:
        assert await anext(states) == "before"
        rows.failures = [Unavailable("away"), ValueError("ours")]
        await rows.wait_for_looks(3)
        rows.states = {1: "after"}
        assert await _until(states, "after") == ["after"]


async def test_who_comes_before_a_look_that_fails() -> None:
    """J1: who comes to follow what others follow already, or what there is not, is told its state by the next look that works."""
    rows = Rows()
    rows.states = {1: "same"}
    watcher = Watcher(rows.look, every_seconds=0.001)
    async with aclosing(watcher.states(1)) as first:
        assert await anext(first) == "same"
        for subject, state in ((1, "same"), (2, None)):
            rows.failures = [Unavailable("away"), Unavailable("away")]
            async with aclosing(watcher.states(subject)) as late, asyncio.timeout(10):
                assert await anext(late) == state
