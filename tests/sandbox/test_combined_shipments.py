"""Parent orders that may leave in one parcel, and lines of one order that leave one call after the other."""

from tests.sandbox.caller import DETAIL, Caller
from tests.sandbox.model import BY_OTHER_WAREHOUSE
from tests.sandbox.shipment_calls import DONE, confirm, entry, order_of_two_lines, piece

COMBINED = "bg.order.combinedshipment.list.get"


async def _groups(caller: Caller) -> list[list[str]]:
    result = await caller.result(COMBINED)
    return [
        [row["parentOrderSn"] for row in group["combinedShippingGroup"]]
        for group in result["combinedShippingGroups"]
    ]


async def test_groups_go_to_one_address(caller: Caller) -> None:
    """Orders to one address are a group; what can't go together, or needn't, is in none (R3)."""
    mall = caller.mall
    assert await _groups(caller) == []
    first, second, shipped, alone, signed = (mall.add_order() for _ in range(5))
    mall.add_order(address={"addressLine1": "2 Oak Avenue"})
    mall.add_order(status=1)
    mall.add_order(fulfillment=BY_OTHER_WAREHOUSE)
    mall.ship(shipped.number)
    mall.mark(alone.number, ships_alone=True)
    signed.labels["signature_required_on_delivery"] = 1
    assert await _groups(caller) == [[first.number, second.number]]
    assert await confirm(caller, 2, entry(mall, "NUMBER0001", piece(first), piece(alone))) == 120015539
    assert await confirm(caller, 2, entry(mall, "NUMBER0001", piece(first), piece(second))) == DONE
    assert await _groups(caller) == []
    mall.scopes.discard(COMBINED)
    assert await caller.code(COMBINED) == 3000032


async def test_a_later_call_for_the_other_lines(caller: Caller) -> None:
    """Lines may follow in later calls, each whole; the parent is partly shipped in between (R3)."""
    mall = caller.mall
    order = order_of_two_lines(mall)
    assert await confirm(caller, 0, entry(mall, "NUMBER0001", piece(order, quantity=1))) == 120013002
    half = entry(mall, "NUMBER0001", piece(order, quantity=1), piece(order, order.items[1]))
    assert await confirm(caller, 0, half) == 120013002
    assert (order.status, mall.packages) == (2, [])
    assert await confirm(caller, 0, entry(mall, "NUMBER0002", piece(order, order.items[1]))) == DONE
    detail = await caller.result(DETAIL, parentOrderSn=order.number)
    assert detail["parentOrderMap"]["parentOrderStatus"] == 41
    halves = [entry(mall, f"NUMBER000{number}", piece(order, quantity=1)) for number in (3, 4)]
    assert await confirm(caller, 1, halves[0]) == 3000000
    assert await confirm(caller, 1, *halves) == DONE
    assert order.status == 4
