"""Addresses by the customs of their countries, and those that can't be had."""

from typing import Any

import pytest
from sqlalchemy import select, update

from domain.models import OrderAddress, OrderNote
from tests.domain.orders.looking import ADDRESS, AMOUNTS, addresses, calls, events, fill, numbers
from tests.fixtures.database import one_database
from tests.fixtures.world import World, a_world
from tests.sandbox.mall import ParentOrder

ORDERS = """{ orders { nodes { channelOrderId shippingRestrictions total { amount currencyCode } shippingAddress {
  line1 line2 city district region postalCode countryCode taxCode taxCodeType } } } }"""
ATTENTION = "query($id: ID!) { company(id: $id) { attention { code severity message advice count since } } }"
SHIP = """mutation($order: ID!, $warehouse: ID!) { shipOrder(input: {orderId: $order, packages: [
  {warehouseId: $warehouse, carrier: "UPS", trackingNumber: "TRACK12345678"}]}) {
  order { id } userErrors { code message } } }"""


async def _orders(world: World) -> dict[str, dict[str, Any]]:
    return {order["channelOrderId"]: order for order in (await world.api.ask(ORDERS))["nodes"]}


async def _address(world: World, order: ParentOrder) -> dict[str, Any]:
    found: dict[str, Any] = (await _orders(world))[order.number]["shippingAddress"]
    return found


async def _attention(world: World) -> dict[str, dict[str, Any]]:
    company = await world.api.ask(ATTENTION, id=world.company_id)
    return {item["code"]: item for item in company["attention"] if item["code"].startswith("DATA_")}


@one_database
async def test_a_mexican_mall(settings: Any, redis: Any, sandbox: Any) -> None:
    """O2: without a city the district stands for it, and the tax code is kept."""
    async with a_world(settings, redis, sandbox, sandbox.add_mall("GLOBAL")) as world:
        order = world.mall.add_order(address={"addressLine2": "Int. 4"})
        await world.import_orders()
        assert await _address(world, order) == {
            "line1": "1 Main Street",
            "line2": "Int. 4",
            "city": "Coyoacán",
            "district": "Coyoacán",
            "region": "Ciudad de México",
            "postalCode": "04000",
            "countryCode": "MX",
            "taxCode": "XAXX010101000",
            "taxCodeType": "1",
        }


@one_database
async def test_a_brazilian_address(world: World) -> None:
    """O2: where there is a city, the district is told beside it and at the end of the street."""
    place = {"regionName1": "Brazil", "regionName2": "SP", "regionName3": "São Paulo", "regionName4": "Sé"}
    order = world.mall.add_order(address={**place, "addressLine2": "Apto 5", "taxCode": "00412950995"})
    order.region_id = 29
    await world.import_orders()
    found = await _address(world, order)
    assert (found["line2"], found["city"], found["district"]) == ("Apto 5, Sé", "São Paulo", "Sé")
    assert (found["taxCode"], found["countryCode"]) == ("00412950995", "BR")


async def test_what_is_read_now_was_not_changed(world: World) -> None:
    """O13: that a release knows a district, a tax code or a country better than the one before is no change of address."""
    place = {"regionName3": "São Paulo", "regionName4": "Sé", "taxCode": "00412950995"}
    order = world.mall.add_order(address=place | {"postCode": "JE2 3AB"})
    order.region_id = 210
    await world.import_orders()
    async with world.database.write() as session:
        before = {"line2": None, "district": None, "tax_code": None, "tax_code_type": None}
        await session.execute(update(OrderAddress).values(**before, country_code="GB"))
    world.mall.touch(order.number)
    await world.import_orders()
    assert (await _address(world, order))["line2"] == "Sé"
    assert (await _address(world, order))["countryCode"] == "JE"
    assert await events(world) == []

    world.mall.change_address(order.number, regionName4="Luz", taxCode="1")
    await world.import_orders()
    async with world.database.read() as session:
        (note,) = await session.scalars(select(OrderNote.body))
    assert note == "The address was changed on Temu before shipping: street, district, tax code."


@pytest.mark.parametrize(
    "marks,words",
    [
        ({"address_refusal": 180020001}, "Temu gives out no addresses of this country"),
        ({"address_refusal": 180020030}, "Temu has limited this mall to labels that are bought from it"),
        ({"restriction": 1}, "the buyer pays on delivery"),
        ({"restriction": 5}, "the order is delivered to a store"),
    ],
)
@one_database
async def test_a_restriction_of_the_order(world: World, marks: Any, words: str) -> None:
    """O16, T10: an address that can't be had is told with its order, fails nothing, and is not asked for each run."""
    order, other = fill(world, 2)
    world.mall.mark(order.number, **marks)

    job = await world.import_orders()
    await world.import_orders()

    assert job["status"] == "SUCCEEDED"
    assert job["progress"] == {"done": 2, "total": 2, "succeeded": 2, "failed": 0, "skipped": 0}
    assert set(await addresses(world)) == {other.number}
    assert (await _orders(world))[order.number]["shippingRestrictions"] == [*world.mall.usual_warnings, words]
    assert [call["parentOrderSn"] for call in calls(world, ADDRESS)].count(order.number) == 1
    warehouse = await world.api.ask(
        'mutation { createWarehouse(input: {name: "Kiel"}) { warehouse { id } } }'
    )
    ids = await world.api.ask("{ orders { nodes { id channelOrderId } } }")
    ids = {row["channelOrderId"]: row["id"] for row in ids["nodes"]}
    payload = await world.api.ask(SHIP, order=ids[order.number], warehouse=warehouse["warehouse"]["id"])
    assert payload["userErrors"] == [
        {
            "code": "CONFLICT",
            "message": f"Temu wants its own label on this order ({words}). Buy it with buyShippingLabels, at a price that "
            "shippingRates tells, or in the seller centre.",
        }
    ]


@one_database
async def test_an_address_that_is_taken_back(world: World) -> None:
    """O13, T10: what was known of an address stays where Temu keeps it back later, and no note says that it changed."""
    (order,) = fill(world, 1)
    await world.import_orders()
    known = await _address(world, order)
    world.mall.mark(order.number, restriction=2)
    await world.import_orders()
    assert (await _orders(world))[order.number]["shippingRestrictions"] == [
        *world.mall.usual_warnings,
        "Temu restricts shipping by oneself",
    ]
    assert await _address(world, order) == known
    assert await events(world) == []
    world.mall.mark(order.number, restriction=None)
    await world.import_orders()
    assert (await _orders(world))[order.number]["shippingRestrictions"] == world.mall.usual_warnings


@one_database
async def test_an_unsigned_agreement(world: World) -> None:
    """C11, C14, O16: it is one advice for the company, one call and one outcome a run, until an address is read again."""
    made = fill(world, 40)
    world.mall.address_refusal = 180020008

    jobs = [await world.import_orders(), await world.import_orders()]

    assert [call.code for call in world.sandbox.ledger.of(ADDRESS)] == [180020008, 180020008]
    for job in jobs:
        assert job["status"] == "PARTIALLY_SUCCEEDED"
        (failure,) = [row for row in job["outcomes"]["nodes"] if row["status"] == "FAILED"]
        assert (failure["subject"], failure["code"]) == ("(addresses)", "DATA_AGREEMENT_UNSIGNED")
        assert "Sign it in the seller centre" in failure["message"]
    item = (await _attention(world))["DATA_AGREEMENT_UNSIGNED"]
    assert (item["severity"], item["count"]) == ("CRITICAL", 1)
    assert item["advice"].startswith("Sign it in the seller centre")

    world.mall.address_refusal = None
    assert (await world.import_orders())["status"] == "SUCCEEDED"
    assert set(await addresses(world)) == numbers(made)
    assert await _attention(world) == {}


@one_database
async def test_since_when_an_agreement_is_unsigned(world: World) -> None:
    """C11: the advice says since when, however often it was found."""
    fill(world, 1)
    world.mall.address_refusal = 180020008
    await world.import_orders()
    since = (await _attention(world))["DATA_AGREEMENT_UNSIGNED"]["since"]
    await world.import_orders()
    assert (await _attention(world))["DATA_AGREEMENT_UNSIGNED"]["since"] == since


@pytest.mark.parametrize("written", ["decimals", "decimal text"])
@one_database
async def test_amounts_in_decimals(world: World, written: str) -> None:
    """O10, O16: 19.99 is no number of cents: the order comes in without a total, one failure says so, others have theirs."""
    odd, other = fill(world, 2)
    world.mall.mark(odd.number, amounts_in=written)

    job = await world.import_orders()

    assert job["status"] == "PARTIALLY_SUCCEEDED"
    (failure,) = [row for row in job["outcomes"]["nodes"] if row["status"] == "FAILED"]
    assert (failure["subject"], failure["code"]) == (odd.number, "AMOUNTS")
    assert failure["message"] == (
        "The amounts could not be read: Temu told the amount 19.99 USD, which is no whole number of the smallest unit."
    )
    found = await _orders(world)
    assert found[odd.number]["total"] is None
    assert found[other.number]["total"] == {"amount": "19.99", "currencyCode": "USD"}
    assert set(await addresses(world)) == {odd.number, other.number}
    await world.import_orders()
    assert [call["parentOrderSn"] for call in calls(world, AMOUNTS)].count(odd.number) == 1
