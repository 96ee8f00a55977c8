"""
Carriers that an order may not go by: told before anyone packs it, refused by name and brand, and checked once more.
"""

from typing import Any

import pytest

from tests.fixtures.database import one_database
from tests.fixtures.world import World
from tests.journeys.test_shipping import CONFIRM, WAREHOUSE, Desk, _errors, _outcomes

# What Temu answers is the same to both; tests of what is written run on both elsewhere.
pytestmark = one_database

CARRIERS = "bg.logistics.companies.get"
RESTRICTIONS = """{ orders(first: 250) { nodes { channelOrderId shippingRestrictions
  shippingRestrictionDetails { code forbidsAllCarriers carriers } } } }"""


@pytest.fixture
async def desk(world: World) -> Desk:
    """A desk in a warehouse that the channel has no code for."""
    made = await world.api.ask(WAREHOUSE, name="Kiel")
    return Desk(world, made["warehouse"]["id"])


async def _restrictions(world: World) -> dict[str, dict[str, Any]]:
    return {each["channelOrderId"]: each for each in (await world.api.ask(RESTRICTIONS))["nodes"]}


async def test_a_us_mall_ships_by_ups(desk: Desk, world: World) -> None:
    """T10, T11: the FedEx word, which each order of a US mall carries, forbids FedEx's brand and nothing else."""
    order = world.mall.add_order()
    await world.import_orders()

    assert (await _restrictions(world))[order.number] == {
        "channelOrderId": order.number,
        "shippingRestrictions": ["RESTRICT_FEDEX_SELF_SHIPPING"],
        "shippingRestrictionDetails": [
            {"code": "RESTRICT_FEDEX_SELF_SHIPPING", "forbidsAllCarriers": False, "carriers": ["FedEx"]}
        ],
    }
    for carrier in ("FedEx", "fedex smartpost", "960246693"):
        payload = await desk.ship(order, desk.package(carrier=carrier))
        assert _errors(payload) == [("CONFLICT", ["packages", "0", "carrier"])]
        message = payload["userErrors"][0]["message"]
        assert "RESTRICT_FEDEX_SELF_SHIPPING" in message
        assert "UPS, USPS" in message
    boxes = [{"carrier": "FedEx", "trackingNumber": "BOX00000002"}]
    assert _errors(await desk.ship(order, desk.package(subPackages=boxes))) == [
        ("CONFLICT", ["packages", "0", "subPackages", "0", "carrier"])
    ]
    await desk.shipped(order)
    assert (await desk.upload())["status"] == "SUCCEEDED"


async def test_each_word_tells_whom_it_concerns(world: World) -> None:
    """T10, T11: general words and an address's restriction concern all carriers, others those that they name."""
    words = ["RESTRICT_SOMETHING_NEW", "BLOCK_LOGISTICS_PROVIDERS_{UniUni,GOFO}", "RESTRICT_CALL_SHIPPING"]
    order = world.mall.add_order()
    world.mall.mark(order.number, fulfillment_warnings=words, restriction="Not deliverable")
    await world.import_orders()

    found = (await _restrictions(world))[order.number]
    assert found["shippingRestrictions"] == [*words[:2], "Not deliverable"]
    assert found["shippingRestrictionDetails"] == [
        {"code": words[0], "forbidsAllCarriers": True, "carriers": []},
        {"code": words[1], "forbidsAllCarriers": False, "carriers": ["UniUni", "GOFO"]},
        {"code": "Not deliverable", "forbidsAllCarriers": True, "carriers": []},
    ]
    world.mall.mark(order.number, fulfillment_warnings=[], restriction=None)
    await world.import_orders()
    assert (await _restrictions(world))[order.number]["shippingRestrictionDetails"] == []


async def test_carriers_that_the_buyer_excludes(desk: Desk, world: World) -> None:
    """T11: carriers that the buyer excludes are refused by name or brand, and others go out."""
    order = world.mall.add_order()
    world.mall.mark(order.number, fulfillment_warnings=["BLOCK_LOGISTICS_PROVIDERS_{GOFO}"])
    await world.import_orders()

    payload = await desk.ship(order, desk.package(carrier="GOFO Express"))
    assert _errors(payload) == [("CONFLICT", ["packages", "0", "carrier"])]
    await desk.shipped(order, desk.package(carrier="FedEx"))
    assert _outcomes(await desk.upload()) == {order.number: ("SUCCEEDED", "UPLOADED")}


async def test_without_temus_list(desk: Desk, world: World) -> None:
    """T5, T11: what only Temu's list tells is checked before anything is sent, and fails just its order."""
    order, good = world.mall.add_order(), world.mall.add_order()
    await world.import_orders()
    world.sandbox.faults.add("http_status", interface=CARRIERS, status=503, times=3)
    by_name = await desk.ship(order, desk.package(carrier="Fed-Ex Ground"))
    await desk.shipped(order, desk.package(carrier="960246693"))
    world.sandbox.faults.clear()
    await desk.shipped(good)

    job = await desk.upload()

    assert _errors(by_name) == [("CONFLICT", ["packages", "0", "carrier"])]
    assert _outcomes(job) == {
        order.number: ("FAILED", "CARRIER_RESTRICTED"),
        good.number: ("SUCCEEDED", "UPLOADED"),
    }
    message = next(o["message"] for o in job["outcomes"]["nodes"] if o["subject"] == order.number)
    assert "no label of FedEx SmartPost" in message
    assert len(world.mall.packages) == 1


async def test_restricted_after_it_was_shipped(desk: Desk, world: World) -> None:
    """T6, T11: what Temu may have received before a restriction came is found out by asking, not refused unasked."""
    order = world.mall.add_order()
    await world.import_orders()
    await desk.shipped(order)
    world.sandbox.faults.add("drop_after", interface=CONFIRM)
    world.sandbox.faults.add("http_status", interface="bg.logistics.shipment.v2.get", status=503, times=3)
    job = await desk.upload()
    assert job["status"] == "QUEUED"
    world.mall.mark(
        order.number, fulfillment_warnings=["RESTRICT_USPS_SELF_SHIPPING", "RESTRICT_SELF_SHIPPING"]
    )
    await world.import_orders()
    await world.make_due()
    await world.run_jobs()

    assert (await world.orders())[order.number].source_updated_for_shipping
    assert desk.confirmations() == 1


@pytest.mark.parametrize(
    "number, words",
    [
        ("9400-1118-9922-3197-4284-90", "Did you mean 9400111899223197428490?"),
        ("#1Z999AA10123456784", "Did you mean 1Z999AA10123456784?"),
        ("https://www.ups.com/track?tracknum=1Z999AA10123456784", "Did you mean 1Z999AA10123456784?"),
        ("1Z999AA10123456784 / 1Z999AA10123456785", "several tracking numbers"),
        ("9.4E+21", "can't be restored"),
    ],
)
async def test_numbers_that_were_copied_wrongly(desk: Desk, world: World, number: str, words: str) -> None:
    """T1: what is no tracking number is refused with the one that was probably meant, of boxes too."""
    order = world.mall.add_order()
    await world.import_orders()
    boxes = [{"carrier": "UPS", "trackingNumber": number}]

    payloads = [
        await desk.ship(order, desk.package(trackingNumber=number)),
        await desk.ship(order, desk.package(subPackages=boxes)),
    ]

    assert [_errors(payload) for payload in payloads] == [
        [("INVALID", ["packages", "0", "trackingNumber"])],
        [("INVALID", ["packages", "0", "subPackages", "0", "trackingNumber"])],
    ]
    assert all(words in payload["userErrors"][0]["message"] for payload in payloads)


async def test_a_warning_is_kept(desk: Desk, world: World) -> None:
    """T12: what Temu says of a number that it accepts is kept with its package, and the upload is a success."""
    order = world.mall.add_order(items=[(world.mall.add_goods(), 1), (world.mall.add_goods(), 1)])
    await world.import_orders()
    one, two = (item["id"] for item in (await desk.orders())[order.number]["items"])
    await desk.shipped(
        order,
        desk.package(trackingNumber="LOOKS 0001", lines=[{"orderItemId": one, "quantity": 1}]),
        desk.package(trackingNumber="LOOKS0002", lines=[{"orderItemId": two, "quantity": 1}]),
    )
    world.mall.number_warnings["LOOKS0001"] = "LOOKS0001 may not be the carrier's."

    job = await desk.upload()

    assert job["status"] == "SUCCEEDED"
    [outcome] = job["outcomes"]["nodes"]
    assert (outcome["code"], outcome["message"]) == ("UPLOADED", "LOOKS0001 may not be the carrier's.")
    asked = "{ orders { nodes { packages { trackingNumber uploadedAt warnings } } } }"
    [found] = (await world.api.ask(asked))["nodes"]
    assert all(package["uploadedAt"] for package in found["packages"])
    assert {p["trackingNumber"]: p["warnings"] for p in found["packages"]} == {
        "LOOKS 0001": ["LOOKS0001 may not be the carrier's."],
        "LOOKS0002": [],
    }
