"""One order's details, address and amounts, and what happens to orders."""

from dataclasses import replace
from typing import Any

import pytest

from tests.sandbox.caller import ADDRESS, AMOUNTS, DETAIL, LIST, Caller
from tests.sandbox.mall import Mall


@pytest.mark.parametrize("interface,code", [(DETAIL, 140020002), (ADDRESS, 180020003), (AMOUNTS, 140020002)])
async def test_unknown_order(caller: Caller, interface: str, code: int) -> None:
    """An order that isn't the mall's is refused, and so is a call that names none (R3)."""
    other = caller.sandbox.add_mall().add_order()
    assert await caller.code(interface, parentOrderSn=other.number) == code
    assert await caller.code(interface) == 3000000
    assert await caller.code(interface, parentOrderSn=5) == 3000000


async def test_detail_has_the_lists_lines(caller: Caller) -> None:
    """The details of an order hold all that its row in the list holds of its lines (R3)."""
    order = caller.mall.add_order(
        status=41, items=[(caller.mall.add_goods(), 2), (caller.mall.add_goods(), 1)]
    )
    detail = await caller.result(DETAIL, parentOrderSn=order.number)
    row = (await caller.result(LIST))["pageItems"][0]
    for line, listed in zip(detail["orderList"], row["orderList"], strict=True):
        assert line.items() >= listed.items()
    assert detail["parentOrderMap"]["regionName1"] == "United States"
    assert [line["orderStatus"] for line in detail["orderList"]] == [4, 2]


async def test_address_appears_when_pending_ends(caller: Caller) -> None:
    """A pending order has no address to give; once released it has, and a change of it shows (R3)."""
    order = caller.mall.add_order(status=1, address={"receiptName": "José Núñez", "addressLine2": "北京"})
    assert await caller.code(ADDRESS, parentOrderSn=order.number) == 180020003
    caller.mall.release(order.number)
    address = await caller.result(ADDRESS, parentOrderSn=order.number)
    assert (address["receiptName"], address["regionName1"]) == ("José Núñez", "United States")
    assert address["addressLineAll"] == "1 Main Street 北京"
    assert address["addressExtra"]["lastName"] == "Núñez"
    before = order.updated_at
    caller.mall.change_address(order.number, addressLine1="2 Oak Avenue")
    assert (await caller.result(ADDRESS, parentOrderSn=order.number))["addressLine1"] == "2 Oak Avenue"
    assert order.updated_at > before


def _amounts(of: dict[str, Any]) -> dict[str, int]:
    return {name: value["amount"] for name, value in of.items() if isinstance(value, dict)}


async def test_amounts_add_up(caller: Caller) -> None:
    """Amounts are in the smallest unit, and the sums are those of what remains; the quantity is the first one (R3)."""
    items = [(caller.mall.add_goods(), 3), (caller.mall.add_goods(), 1)]
    order = caller.mall.add_order(items=items, unit_price_cents=1050, shipping_cents=299)
    caller.mall.cancel_pieces(order.items[0].number, 1)
    result = await caller.result(AMOUNTS, parentOrderSn=order.number)
    parent = _amounts(result["parentOrderMap"])
    assert result["parentOrderMap"]["customerPaid"] == {"currency": "USD", "amount": 3 * 1050 + 299}
    assert (parent["retailPriceTotal"], parent["basePriceTotal"], parent["refundsTotal"]) == (
        3150,
        2520,
        1050,
    )
    assert sum(line["basePrice"]["amount"] for line in result["orderList"]) == 2520
    assert [line["quantity"] for line in result["orderList"]] == [3, 1]
    caller.mall.cancel(order.number)
    left = _amounts((await caller.result(AMOUNTS, parentOrderSn=order.number))["parentOrderMap"])
    assert (left["customerPaid"], left["refundsTotal"]) == (0, 4200)


async def test_amounts_that_are_not_ready_or_not_permitted(caller: Caller) -> None:
    """Amounts may still be being computed, and need a permission of their own (R3)."""
    order = caller.mall.add_order(amounts_ready=False)
    assert await caller.code(AMOUNTS, parentOrderSn=order.number) == 140020008
    order.amounts_ready = True
    assert await caller.code(AMOUNTS, parentOrderSn=order.number) == 1000000
    caller.mall.scopes.remove(AMOUNTS)
    assert await caller.code(AMOUNTS, parentOrderSn=order.number) == 3000032


def test_life_of_an_order(mall: Mall) -> None:
    """Each step sets the status and a strictly later time of update (R3)."""
    order = mall.add_order(status=1)
    times = [order.updated_at]
    for step, status in ((mall.release, 2), (mall.ship, 4), (mall.deliver, 5)):
        step(order.number)
        times.append(order.updated_at)
        assert (order.status, order.items[0].status) == (status, status)
    assert times == sorted(set(times))


def test_impossible_steps_are_errors(mall: Mall) -> None:
    """What can't happen on Temu is an error in the test that asks for it (R3)."""
    order = mall.add_order(status=4)
    for step in (mall.release, mall.ship, mall.cancel):
        with pytest.raises(ValueError, match="status 4"):
            step(order.number)
    with pytest.raises(ValueError, match="has no city"):
        mall.change_address(mall.add_order().number, city="Łódź")
    with pytest.raises(ValueError, match="has 1 pieces"):
        mall.cancel_pieces(mall.add_order().items[0].number, 2)


def test_last_piece_cancels_the_order(mall: Mall) -> None:
    """An order whose every piece is cancelled is cancelled (R3)."""
    order = mall.add_order(status=1, items=[(mall.add_goods(), 2), (mall.add_goods(), 1)])
    mall.cancel_pieces(order.items[0].number, 2)
    assert (order.status, order.items[0].status, order.items[1].status) == (1, 3, 1)
    mall.cancel_pieces(order.items[1].number, 1)
    assert (order.status, order.cancelled_while_pending) == (3, True)


async def test_addresses_by_the_customs_of_a_country(caller: Caller) -> None:
    """A Mexican address has a district and no city, and a tax code; an American one the other way round (R3)."""
    mexican = replace(caller, mall=caller.sandbox.add_mall("GLOBAL"))
    for here, place in ((mexican, [None, "Coyoacán"]), (caller, ["Portland", None])):
        answer = await here.result(ADDRESS, parentOrderSn=here.mall.add_order().number)
        assert [answer["regionName3"], answer["regionName4"]] == place
        taxed = ["XAXX010101000", 1] if here is mexican else [None, None]
        assert [answer["taxCode"], answer["taxCodeType"]] == taxed


async def test_addresses_that_are_not_given(caller: Caller) -> None:
    """An address may be refused for its order or for the mall, and is kept back for a reason with a number (R3)."""
    order = caller.mall.add_order()
    caller.mall.mark(order.number, address_refusal=180020001)
    assert await caller.code(ADDRESS, parentOrderSn=order.number) == 180020001
    caller.mall.address_refusal = 180020008
    assert await caller.code(ADDRESS, parentOrderSn=order.number) == 180020008
    caller.mall.address_refusal = None
    caller.mall.mark(order.number, address_refusal=None, restriction=3)
    answer = await caller.result(ADDRESS, parentOrderSn=order.number)
    assert answer["warning"] == {"isRestriction": True, "reason": 3}
    assert {answer[name] for name in order.address} == {None}
