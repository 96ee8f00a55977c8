"""
Fields that wait for the same rows, some of which are given up.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, NoReturn

import pytest

from api import answers, repeating
from api.shared_loader import SharedLoader
from domain.models import Company
from domain.projection.asking import NotProjectable
from tests.factories import NOW, make_company, make_order
from tests.fixtures.world import World

# Of the first company nothing is left: its cursor is none. The second waits for the same rows meanwhile.
QUERY = """query($a: ID!, $b: ID!) {
  a: company(id: $a) { products { nodes { stock: shadowOf { sku } } } orders { nodes { items { id } wrong: company {
    products(after: "no cursor") { totalCount } } } } }
  b: company(id: $b) { orders { nodes { items { id } notes { id } company { name } } } } }"""


class Loading:
    """
    A loader that waits for `open`; `asked` are the keys of each batch.
    """

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.asked: list[list[int]] = []
        self.was_cancelled = False
        self.loader: SharedLoader[int, int] = SharedLoader(self._load)

    async def _load(self, keys: list[int]) -> Sequence[int]:
        self.asked.append(keys)
        try:
            await self.open.wait()
        except asyncio.CancelledError:
            self.was_cancelled = True
            raise
        return [10 * key for key in keys]

    async def load(self, key: int) -> int:
        return await self.loader.load(key)


async def test_one_who_gives_up_leaves_the_others_waiting() -> None:
    """A8: of two who wait for the same one may be cancelled, and the other has its value."""
    loading = Loading()
    gone, waiting = (asyncio.create_task(loading.load(1)) for _ in range(2))
    await asyncio.sleep(0.01)
    gone.cancel()
    await asyncio.sleep(0.01)
    loading.open.set()

    assert await waiting == 10
    assert await loading.load(1) == 10
    assert loading.asked == [[1]]


async def test_what_nobody_waits_for_is_given_up() -> None:
    """A6: when all who wait are cancelled, as where an operation takes too long, so is what they wait for."""
    loading = Loading()
    tasks = [asyncio.create_task(loading.load(key)) for key in (1, 1, 2)]
    await asyncio.sleep(0.01)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.sleep(0.01)

    assert loading.was_cancelled
    loading.open.set()
    assert await loading.load(1) == 10


def _nothing(*_: Any) -> NoReturn:
    raise NotProjectable


async def _never(*_: Any) -> None:
    """
    As if nothing had been asked before.
    """


# What the executor had not begun to wait for when it gave up is never awaited.
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
async def test_an_error_elsewhere(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A8: an error that makes one root field null leaves the other its rows, though both wait for the same."""
    async with world.database.write() as session:
        company = await session.get_one(Company, 1)
        await make_company(session, name="Other")
        for _ in range(3):
            await make_order(session, company, ordered_at=NOW)
    monkeypatch.setattr(repeating.Repeats, "again", _never)
    monkeypatch.setattr(answers, "find", _nothing)
    for _ in range(5):
        reply = await world.api.send(QUERY, a=world.company_id, b=world.company_id)

        assert reply["data"]["a"] is None
        assert len(reply["data"]["b"]["orders"]["nodes"]) == 3
        assert {error["path"][0] for error in reply["errors"]} == {"a"}
