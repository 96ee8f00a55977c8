"""Addresses, carriers, confirming shipments, and what Temu then holds of them."""

from tests.sandbox.caller import ADDRESS, DETAIL, LIST, Caller, Json
from tests.sandbox.mall import Sandbox
from tests.sandbox.shipment_calls import (
    CARRIERS,
    CONFIRM,
    DONE,
    UPS,
    USPS,
    WAREHOUSES,
    box,
    confirm,
    entry,
    held,
    order_of_two_lines,
    piece,
)


async def test_addresses_and_carriers(caller: Caller) -> None:
    """A mall has two addresses to begin with, one of them the default; carriers are those of a region (R3)."""
    listed = (await caller.result(WAREHOUSES))["warehouseList"]
    assert [(one["warehouseName"], one["defaultWarehouse"]) for one in listed] == [
        ("Main warehouse", True),
        ("Second warehouse", False),
    ]
    assert {one["regionId1"] for one in listed} == {211}
    added = caller.mall.add_address("Łódź", is_default=True)
    listed = (await caller.result(WAREHOUSES))["warehouseList"]
    assert [one["warehouseId"] for one in listed if one["defaultWarehouse"]] == [added.id]
    known = (await caller.envelope(CARRIERS, regionId=211))["result"]
    assert len(known) >= 12
    assert {
        "logisticsServiceProviderId": UPS,
        "logisticsServiceProviderName": "UPS",
        "logisticsBrandName": "UPS",
    } in known
    assert (await caller.envelope(CARRIERS, regionId=76))["result"] == []
    assert await caller.code(CARRIERS) == 3000000
    assert await caller.code(CARRIERS, regionId="211") == 3000000


def test_shipping_doesnt_change_a_seeds_mall() -> None:
    """The same seed gives the same addresses, and shipping draws nothing from what makes the orders (R3)."""
    one, other = Sandbox().add_mall(seed=3), Sandbox().add_mall(seed=3)
    assert one.addresses == other.addresses
    one.add_address("Third")
    assert one.add_goods() == other.add_goods()


async def test_one_package(caller: Caller) -> None:
    """A confirmed order is shipped, has changed, and tells its package; a second time it is refused (R3)."""
    mall = caller.mall
    order = order_of_two_lines(mall)
    before = order.updated_at
    assert await held(caller, order) == []
    parcel = entry(mall, "9400100000000000000001", *(piece(order, line) for line in order.items))
    result = await caller.result(CONFIRM, sendType=0, sendRequestList=[parcel])
    assert result["warningMessage"] == []
    assert (order.status, [line.status for line in order.items]) == (4, [4, 4])
    assert order.updated_at > before
    assert order.shipped_at is not None
    (told,) = await held(caller, order)
    assert told | {"packageSn": ""} == {
        "packageSn": "",
        "packageDeliveryType": 1,
        "carrierId": USPS,
        "carrierName": "USPS",
        "trackingNumber": "9400100000000000000001",
        "skuId": order.items[0].goods.sku_id,
        "quantity": 2,
        "trackingWarningLabel": 0,
        "cooperativeWarehouseDTO": None,
        "subPackageShipmentInfoList": [],
    }
    first, second = mall.packages
    assert (first.number, first.order_sn, first.quantity) == (told["packageSn"], order.items[0].number, 2)
    assert (second.number, second.order_sn, second.quantity) == (first.number, order.items[1].number, 1)
    detail = await caller.result(DETAIL, parentOrderSn=order.number)
    assert [line["packageSnInfo"][0]["packageSn"] for line in detail["orderList"]] == [first.number] * 2
    assert await confirm(caller, 0, parcel) == 120012004
    other = entry(mall, "9400100000000000000002", *(piece(order, line) for line in order.items))
    assert await confirm(caller, 0, other) == 120012004
    assert mall.packages == [first, second]


async def test_one_line_after_the_other(caller: Caller) -> None:
    """A parent order whose lines leave apart is partly shipped until the last, cancelled lines not counted (R3)."""
    mall = caller.mall
    order = mall.add_order(items=[(mall.add_goods(), 1), (mall.add_goods(), 3), (mall.add_goods(), 1)])
    mall.cancel_pieces(order.items[2].number, 1)
    mall.cancel_pieces(order.items[1].number, 1)
    assert await confirm(caller, 0, entry(mall, "NUMBER0001", piece(order))) == DONE
    assert (order.status, order.items[0].status, order.items[1].status) == (41, 4, 2)
    assert (
        await confirm(caller, 0, entry(mall, "NUMBER0002", piece(order, order.items[2], quantity=1)))
        == 120012016
    )
    assert await confirm(caller, 0, entry(mall, "NUMBER0002", piece(order, order.items[1]))) == DONE
    assert (order.status, order.items[2].status) == (4, 3)
    assert await held(caller, order, order.items[2]) == []


async def test_split_over_packages(caller: Caller) -> None:
    """The pieces of a line may leave in several packages, told in one call (R3)."""
    mall = caller.mall
    order = order_of_two_lines(mall)
    first = entry(mall, "NUMBER0001", piece(order, quantity=1), piece(order, order.items[1]))
    second = entry(mall, "NUMBER0002", piece(order, quantity=1), selfShippingWarehouseId=mall.addresses[1].id)
    assert await confirm(caller, 1, first, second) == DONE
    rows = await held(caller, order)
    assert [(row["trackingNumber"], row["quantity"]) for row in rows] == [
        ("NUMBER0001", 1),
        ("NUMBER0002", 1),
    ]
    assert [package.address_id for package in mall.packages] == [
        mall.addresses[0].id,
        mall.addresses[0].id,
        mall.addresses[1].id,
    ]
    assert order.status == 4


async def test_one_piece_in_several_boxes(caller: Caller) -> None:
    """A piece too large for one box has a number of its own and sub-packages, ten at most (R3)."""
    mall = caller.mall
    order = order_of_two_lines(mall)

    async def sent(count: int, *pieces: Json) -> int:
        boxes = [box(mall, f"BOX{number:08d}", carrierId=UPS) for number in range(count)]
        return await confirm(caller, 1, entry(mall, "NUMBER0001", *pieces, subSendRequests=boxes))

    single = piece(order, order.items[1])
    assert await sent(1, piece(order)) == 120011045
    assert await sent(1, piece(order, quantity=1), single) == 120011045
    assert await sent(11, single) == 120011098
    assert await sent(10, single) == DONE
    (row,) = await held(caller, order, order.items[1])
    subs = row["subPackageShipmentInfoList"]
    assert [sub["trackingNumber"] for sub in subs] == [f"BOX{number:08d}" for number in range(10)]
    assert {sub["carrierName"] for sub in subs} == {"UPS"}
    assert len({row["packageSn"], *(sub["packageSn"] for sub in subs)}) == 11
    assert [sub.number for sub in mall.packages[0].sub_packages] == [sub["packageSn"] for sub in subs]
    other = mall.add_order()
    assert await confirm(caller, 0, entry(mall, "BOX00000003", piece(other))) == 120014004


async def test_pieces_known_by_their_order_alone(caller: Caller) -> None:
    """goodsId and skuId may be left out; Temu knows the line's own (R3)."""
    order = caller.mall.add_order()
    sent = piece(order)
    del sent["goodsId"], sent["skuId"]
    assert await confirm(caller, 0, entry(caller.mall, "NUMBER0001", sent)) == DONE
    assert caller.mall.packages[0].sku_id == order.items[0].goods.sku_id


async def test_several_parent_orders_together(caller: Caller) -> None:
    """One package of several parent orders takes all of each, to one address, without one to be signed for (R3)."""
    mall = caller.mall
    whole, single = order_of_two_lines(mall), mall.add_order()
    elsewhere = mall.add_order(address={"addressLine1": "2 Oak Avenue"})
    signed = mall.add_order()
    signed.labels["signature_required_on_delivery"] = 1
    lines = [piece(whole, line) for line in whole.items]
    assert await confirm(caller, 2, entry(mall, "NUMBER0001", lines[0], piece(single))) == 120015539
    assert await confirm(caller, 2, entry(mall, "NUMBER0001", *lines, piece(elsewhere))) == 120012015
    assert await confirm(caller, 2, entry(mall, "NUMBER0001", *lines, piece(signed))) == 120015543
    single.items[0].labels["US_to_CA"] = 1
    assert await confirm(caller, 2, entry(mall, "NUMBER0001", *lines, piece(single))) == 120015518
    single.items[0].labels["US_to_CA"] = 0
    assert await confirm(caller, 2, entry(mall, "NUMBER0001", *lines)) == 3000000
    assert await confirm(caller, 2, entry(mall, "NUMBER0001", *lines, piece(single))) == DONE
    assert (whole.status, single.status, elsewhere.status) == (4, 4, 2)
    assert len({package.number for package in mall.packages}) == 1


async def test_marks_are_told(caller: Caller) -> None:
    """Orders tell of requests that wait and of restrictions, and have changed by that (R3)."""
    order = caller.mall.add_order()
    before = order.updated_at
    caller.mall.mark(
        order.number,
        cancel_pending=True,
        address_change_pending=True,
        fulfillment_warnings=["RESTRICT_SELF_SHIPPING"],
        restriction="own label",
    )
    assert order.updated_at > before
    row = (await caller.result(LIST))["pageItems"][0]["parentOrderMap"]
    detail = (await caller.result(DETAIL, parentOrderSn=order.number))["parentOrderMap"]
    for told in (row, detail):
        labels = {label["name"] for label in told["parentOrderLabel"] if label["value"]}
        assert labels == {"pending_buyer_cancellation", "pending_buyer_address_change"}
        assert told["fulfillmentWarning"] == ["RESTRICT_SELF_SHIPPING"]
    address = await caller.result(ADDRESS, parentOrderSn=order.number)
    assert address["warning"] == {"isRestriction": True, "reason": "own label"}
    caller.mall.change_address(order.number, addressLine1="2 Oak Avenue")
    assert (order.cancel_pending, order.address_change_pending) == (True, False)
    caller.mall.cancel(order.number)
    assert not order.cancel_pending


async def test_orders_that_left_without_a_call(caller: Caller) -> None:
    """An order shipped in the seller center, or made so, has a package all the same, and always that one (R3)."""
    mall = caller.mall
    by_hand, made = mall.add_order(), mall.add_order(status=5)
    mall.ship(by_hand.number)
    for order in (by_hand, made):
        (row,) = await held(caller, order)
        assert (row["skuId"], row["quantity"]) == (order.items[0].goods.sku_id, 1)
        assert row["trackingNumber"].startswith("1Z")
        assert await held(caller, order) == [row]
        assert await confirm(caller, 0, entry(mall, "NUMBER0001", piece(order))) == 120012004
    assert mall.packages == []


async def test_control_shows_packages(caller: Caller) -> None:
    """Whoever looks on from outside sees what was confirmed (R3)."""
    order = caller.mall.add_order()
    assert await confirm(caller, 0, entry(caller.mall, "NUMBER0001", piece(order))) == DONE
    address = caller.url.replace("/openapi/router", "/control/packages")
    (row,) = (await caller.client.get(address)).json()
    assert (row["mallId"], row["tracking_number"], row["order_sn"], row["sub_packages"]) == (
        caller.mall.mall_id,
        "NUMBER0001",
        order.items[0].number,
        [],
    )
    assert (await caller.client.get(address, params={"mall": 5})).json() == []
    assert (await caller.client.get(address, params={"mall": "x"})).status_code == 400
