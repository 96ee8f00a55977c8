"""
Questions that are asked while others are awaited.
"""

import asyncio
from typing import cast

import pytest

from domain.errors import Refused, Unavailable
from domain.models import Order
from domain.orders.asking_ahead import AskingAhead


def _orders(*numbers: int) -> list[Order]:
    return [Order(id=number) for number in numbers]


class Temu:
    """
    Answers when it is told to.
    """

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.given_up: list[int] = []
        self.answers = asyncio.Event()

    async def ask(self, order: Order) -> int:
        self.asked.append(order.id)
        try:
            await self.answers.wait()
        except asyncio.CancelledError:
            self.given_up.append(order.id)
            raise
        if order.id == 2:
            raise Refused("No.")
        if order.id == 3:
            raise Unavailable("Not now.")
        if order.id == 9:
            raise ZeroDivisionError
        return order.id * 10


async def test_the_next_are_asked_meanwhile() -> None:
    """J6, O16: the next batch is asked before the last one is answered; each answer stands in its order's place."""
    temu = Temu()
    async with AskingAhead(temu.ask) as ahead:
        first, second = ahead.begin(_orders(1, 2)), ahead.begin(_orders(3, 4))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert temu.asked == [1, 2, 3, 4]

        temu.answers.set()
        one, refused = await first
        trouble, four = await second

    assert (one, four) == (10, 40)
    assert isinstance(refused, Refused)
    assert isinstance(cast("object", trouble), Unavailable)
    assert temu.given_up == []


async def test_what_is_not_awaited_is_given_up() -> None:
    """J5: whatever ends the work, no question goes on after it."""
    temu = Temu()

    async def work() -> None:
        async with AskingAhead(temu.ask) as ahead:
            _ = ahead.begin(_orders(1, 2))
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            raise KeyError

    with pytest.raises(KeyError):
        await work()

    assert temu.given_up == [1, 2]


async def test_a_fault_of_ours_is_raised_where_it_is_awaited() -> None:
    """J4: what is neither a refusal nor passing trouble concerns all, and is not told in any order's place."""
    temu = Temu()
    temu.answers.set()
    async with AskingAhead(temu.ask) as ahead:
        with pytest.raises(ZeroDivisionError):
            await ahead.begin(_orders(1, 9))
        _ = ahead.begin(_orders(9))
        await asyncio.sleep(0.01)
