"""
Details are asked for while something else has its calls: earlier than otherwise, and as often.
"""

import pytest

from domain.models import JobStatus
from tests.domain.orders.looking import ADDRESS, AMOUNTS, LIST, addresses, fill, numbers
from tests.fixtures.world import World


def _places(world: World, interface: str) -> list[int]:
    return [call.sequence for call in world.sandbox.ledger.of(interface)]


def _asked(world: World, interface: str) -> list[str]:
    return [call.parameters["parentOrderSn"] for call in world.sandbox.ledger.of(interface)]


async def test_addresses_beside_pages(world: World) -> None:
    """J6, O16: while pages are awaited, addresses of what came in before are asked for, each once."""
    orders = fill(world, 130)
    world.sandbox.faults.add("slow", interface=LIST, times=None, seconds=0.4)

    job = await world.import_orders()

    assert job["status"] == JobStatus.SUCCEEDED.value
    assert _places(world, ADDRESS)[20] < _places(world, LIST)[-1]
    assert sorted(_asked(world, ADDRESS)) == sorted(numbers(orders))
    assert sorted(_asked(world, AMOUNTS)) == sorted(numbers(orders))
    assert set(await addresses(world)) == numbers(orders)


async def test_amounts_beside_addresses(world: World) -> None:
    """J6, O16: while addresses are awaited, amounts are asked for; what is under way at the end is not asked again."""
    orders = fill(world, 130)
    for interface in (ADDRESS, AMOUNTS):
        world.sandbox.faults.add("slow", interface=interface, times=None, seconds=0.2)

    assert (await world.import_orders())["status"] == "SUCCEEDED"

    assert _places(world, AMOUNTS)[5] < _places(world, ADDRESS)[-1]
    assert sorted(_asked(world, ADDRESS)) == sorted(_asked(world, AMOUNTS)) == sorted(numbers(orders))
    assert {str(order.total_amount) for order in (await world.orders()).values()} == {"19.99"}


async def test_what_was_here_before_waits_for_the_list(world: World) -> None:
    """O16, O9: of an order that is here the list may yet tell that it is cancelled, so that it needs no address."""
    [order] = fill(world, 1)
    world.sandbox.faults.add("error", interface=ADDRESS, times=1, code=180020007)
    await world.import_orders()
    assert _asked(world, ADDRESS) == [order.number]
    fill(world, 101)
    world.mall.cancel(order.number)
    world.sandbox.faults.add("slow", interface=LIST, times=None, seconds=0.3)

    assert (await world.import_orders())["status"] == "SUCCEEDED"

    assert len(_asked(world, ADDRESS)) == 102
    assert _asked(world, ADDRESS).count(order.number) == 1


@pytest.mark.parametrize("code, outcomes", [(180020007, 1), (140020008, 0)])
async def test_what_was_refused_early_is_told_once(world: World, code: int, outcomes: int) -> None:
    """O10, O16: what Temu refuses beside pages is told as always, without asking for it again."""
    fill(world, 110)
    interface = ADDRESS if outcomes else AMOUNTS
    world.sandbox.faults.add("slow", interface=LIST, times=None, seconds=0.4)
    world.sandbox.faults.add("error", interface=interface, times=1, skip=3, code=code, message="no")

    job = await world.import_orders()

    assert (job["progress"]["failed"], job["progress"]["total"]) == (outcomes, 110)
    assert world.sandbox.ledger.count(interface) == 110
    assert job["progress"]["done"] == 110


async def test_without_the_permission_one_call_finds_out(world: World) -> None:
    """O16: also where it is asked early, one call a run finds out that the token may not know addresses."""
    fill(world, 110)
    world.mall.scopes -= {ADDRESS}
    world.sandbox.faults.add("slow", interface=LIST, times=None, seconds=0.3)

    job = await world.import_orders()

    assert [outcome["subject"] for outcome in job["outcomes"]["nodes"][:1]] == ["(addresses)"]
    assert world.sandbox.ledger.count(ADDRESS) == 1
    assert world.sandbox.ledger.count(AMOUNTS) == 110
