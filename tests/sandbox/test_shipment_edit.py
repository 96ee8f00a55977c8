"""Numbers that are corrected after they were confirmed."""

import pytest

from tests.sandbox.caller import Caller, Json
from tests.sandbox.mall import Mall
from tests.sandbox.model import ParentOrder
from tests.sandbox.shipment_calls import (
    DONE,
    UPS,
    USPS,
    box,
    confirm,
    entry,
    held,
    order_of_two_lines,
    piece,
)

EDIT = "bg.logistics.shipment.shippingtype.update"


def edit(mall: Mall, **change: object) -> Json:
    package = {"packageSn": mall.packages[0].number, "trackingNumber": "RIGHT0001", "shipCompanyId": UPS}
    return package | {"selfShippingWarehouseId": mall.addresses[1].id} | change


async def shipped(caller: Caller) -> ParentOrder:
    order = order_of_two_lines(caller.mall)
    parcel = entry(caller.mall, "NUMBER0001", *(piece(order, line) for line in order.items))
    assert await confirm(caller, 0, parcel) == DONE
    return order


async def test_a_package_is_corrected(caller: Caller) -> None:
    """Number, carrier and address of a package change for every line in it, and the order has changed (R3)."""
    order = await shipped(caller)
    before = order.updated_at
    envelope = await caller.envelope(EDIT, editPackageRequestList=[edit(caller.mall)])
    assert (envelope["success"], envelope["result"]) == (True, True)
    for line in order.items:
        (row,) = await held(caller, order, line)
        assert (row["trackingNumber"], row["carrierId"]) == ("RIGHT0001", UPS)
    assert {package.address_id for package in caller.mall.packages} == {caller.mall.addresses[1].id}
    assert order.updated_at > before
    assert await caller.code(EDIT, editPackageRequestList=[edit(caller.mall)]) == DONE


@pytest.mark.parametrize(
    "change,code",
    [
        ({"packageSn": "PK-1"}, 120018027),
        ({"packageSn": None}, 3000000),
        ({"trackingNumber": ""}, 3000000),
        ({"trackingNumber": "9400-1000"}, 120014020),
        ({"trackingNumber": "ABC"}, 120011020),
        ({"trackingNumber": "NUMBER0002"}, 120011020),
        ({"shipCompanyId": str(UPS)}, 3000000),
        ({"shipCompanyId": 1}, 120011020),
        ({"shipCompanyId": 960246693}, 120011092),
        ({"selfShippingWarehouseId": None}, 120015527),
        ({"selfShippingWarehouseId": "WH-1"}, 120011085),
    ],
)
async def test_wrong_corrections(caller: Caller, change: Json, code: int) -> None:
    """What is refused changes nothing (R3)."""
    await shipped(caller)
    other = caller.mall.add_order()
    assert await confirm(caller, 0, entry(caller.mall, "NUMBER0002", piece(other))) == DONE
    assert await caller.code(EDIT, editPackageRequestList=[edit(caller.mall, **change)]) == code
    assert caller.mall.packages[0].tracking_number == "NUMBER0001"


async def test_packages_that_cant_be_corrected(caller: Caller) -> None:
    """What has arrived, a further box, and a call without packages are refused (R3)."""
    mall = caller.mall
    order = mall.add_order()
    boxes = [box(mall, "BOX00000001", carrierId=USPS)]
    parcel = entry(mall, "NUMBER0001", piece(order), subSendRequests=boxes)
    assert await confirm(caller, 1, parcel) == DONE
    further = mall.packages[0].sub_packages[0].number
    assert await caller.code(EDIT, editPackageRequestList=[edit(mall, packageSn=further)]) == 120015520
    assert await caller.code(EDIT, editPackageRequestList=[]) == 3000000
    mall.deliver(order.number)
    assert await caller.code(EDIT, editPackageRequestList=[edit(mall)]) == 120015529
