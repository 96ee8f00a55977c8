"""
Questions that are asked while others are awaited.
"""

import asyncio
from datetime import UTC, datetime
from typing import cast

import pytest

from domain.errors import Refused, Unavailable
from domain.models import Order
from domain.orders.importing.asking_ahead import AskingAhead


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

    assert sorted(temu.given_up) == [1, 2]


async def test_a_fault_of_ours_is_raised_where_it_is_awaited() -> None:
    """J4: what is neither a refusal nor passing trouble concerns all, and is not told in any order's place."""
    temu = Temu()
    temu.answers.set()
    async with AskingAhead(temu.ask) as ahead:
        with pytest.raises(ZeroDivisionError):
            await ahead.begin(_orders(1, 9))
        _ = ahead.begin(_orders(9))
        await asyncio.sleep(0.01)


async def test_a_question_is_asked_once_until_it_is_settled() -> None:
    """O16: whoever asks about the same order meanwhile gets the same answer; about a newer one, or later, another."""
    temu = Temu()
    temu.answers.set()
    first = _orders(1, 2)
    newer = Order(id=1, channel_updated_at=datetime(2026, 1, 1, tzinfo=UTC))
    async with AskingAhead(temu.ask) as ahead:
        one, refused = await ahead.begin(first)
        again = await ahead.begin([*first, newer])
        assert temu.asked == [1, 2, 1]
        assert again == [one, refused, one]
        assert ahead.unsettled == 3

        ahead.settle(first)
        await ahead.begin(first)

        assert temu.asked == [1, 2, 1, 1, 2]
