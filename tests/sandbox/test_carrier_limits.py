"""Carriers that an order may not go by."""

import pytest

from tests.sandbox.caller import LIST, Caller
from tests.sandbox.shipment_calls import CONFIRM, DONE, UPS, USPS, confirm, entry, piece

FEDEX, SMARTPOST, UNIUNI = 960246692, 960246693, 960246698


async def test_a_us_mall_takes_no_fedex_labels(caller: Caller) -> None:
    """Each order of a US mall carries the FedEx word, by which FedEx's brand is refused and others aren't (R3)."""
    order = caller.mall.add_order()
    row = (await caller.result(LIST))["pageItems"][0]
    assert row["parentOrderMap"]["fulfillmentWarning"] == ["RESTRICT_FEDEX_SELF_SHIPPING"]
    assert [line["fulfillmentWarning"] for line in row["orderList"]] == [[]]
    for carrier in (FEDEX, SMARTPOST):
        parcel = entry(caller.mall, "NUMBER0001", piece(order), carrierId=carrier)
        assert await confirm(caller, 0, parcel) == 120011092
    assert order.status == 2
    assert await confirm(caller, 0, entry(caller.mall, "NUMBER0001", piece(order), carrierId=UPS)) == DONE
    assert caller.sandbox.add_mall("EU").add_order().fulfillment_warnings == []


@pytest.mark.parametrize(
    "warnings,carrier,code",
    [
        (["RESTRICT_USPS_SELF_SHIPPING"], USPS, 120011059),
        (["RESTRICT_USPS_SELF_SHIPPING"], UPS, DONE),
        (["BLOCK_LOGISTICS_PROVIDERS_{UniUni}"], UNIUNI, 120015040),
        (["BLOCK_LOGISTICS_PROVIDERS_{GOFO, UniUni}"], UNIUNI, 120015040),
        (["BLOCK_LOGISTICS_PROVIDERS_{UniUni}"], UPS, DONE),
        (["RESTRICT_CALL_SHIPPING", "SUGGEST_SIGNATURE_ON_DELIVERY"], FEDEX, DONE),
    ],
)
async def test_carriers_that_an_order_excludes(
    caller: Caller, warnings: list[str], carrier: int, code: int
) -> None:
    """A word about one carrier refuses that one alone (R3)."""
    order = caller.mall.add_order()
    caller.mall.mark(order.number, fulfillment_warnings=warnings)
    parcel = entry(caller.mall, "NUMBER0001", piece(order), carrierId=carrier)
    assert await confirm(caller, 0, parcel) == code


async def test_a_number_that_looks_wrong(caller: Caller) -> None:
    """A good answer can warn of a number that it takes (R3)."""
    order = caller.mall.add_order()
    caller.mall.number_warnings["NUMBER0001"] = "The tracking number NUMBER0001 may be wrong."
    parcel = entry(caller.mall, "NUMBER0001", piece(order))
    result = await caller.result(CONFIRM, sendType=0, sendRequestList=[parcel])
    assert result["warningMessage"] == ["The tracking number NUMBER0001 may be wrong."]
    assert order.status == 4
