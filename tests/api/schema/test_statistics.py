"""Company.statistics, as it is asked."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from api.values import ids
from domain.models import Company, Order, OrderAddress, OrderStatus, Role
from tests.factories import make_item, make_order, make_product
from tests.fixtures.world import World

ALL = """query($c: ID!, $from: DateTime!, $to: DateTime!, $zone: String!, $n: Int = 5) { company(id: $c) { statistics(
    from: $from, to: $to, timeZone: $zone) {
  totals { orders pieces sales { amount currencyCode } cancelledOrders cancelledPieces ordersWithoutTotal }
  intervals { startsAt endsAt orders sales { amount } }
  byStatus { status orders pieces sales { amount currencyCode } }
  byCountry { countryCode orders }
  byProduct(first: $n) { product { sku company { name } } pieces sales { amount currencyCode } }
  shipping { shippedInTime shippedLate open pastDue }
  importLag { orders averageSeconds }
  stockPushes { jobs accepted refused } } } }"""
NIGHT = datetime(2026, 3, 28, 23, tzinfo=UTC)
SPAN = {"from": "2026-03-28T00:00:00+01:00", "to": "2026-03-31T00:00:00+02:00", "zone": "Europe/Berlin"}


async def _fill(world: World) -> None:
    async with world.database.write() as session:
        company = await session.get_one(Company, ids.find(world.company_id, "Company"))
        product = await make_product(session, company, sku="LAMP")
        for hours, status, total in (
            (-1, OrderStatus.IN_PROCESS, "19.90"),
            (0, OrderStatus.COMPLETED, "0.10"),
            (1, OrderStatus.CANCELLED, "5"),
            (60, OrderStatus.COMPLETED, None),
        ):
            at = NIGHT + timedelta(hours=hours)
            order = await make_order(
                session, company, status=status, ordered_at=at, imported_at=at + timedelta(seconds=90),
                latest_ship_at=at + timedelta(days=1), currency_code="EUR",
                total_amount=None if total is None else Decimal(total),
            )  # fmt: skip
            await make_item(
                session, order, product_id=product.id, quantity=2, unit_price_amount=Decimal("9.95"), currency_code="EUR",
                cancelled_quantity=2 if status is OrderStatus.CANCELLED else 0,
            )  # fmt: skip
            session.add(OrderAddress(order_id=order.id, country_code="DE" if hours else None))


async def test_what_it_tells(world: World) -> None:
    """A1: one request has all numbers of a period by the clock of a place: exact, with the days without orders."""
    await _fill(world)
    found = (await world.api.ask(ALL, c=world.company_id, **SPAN))["statistics"]

    assert found["totals"] == {
        "orders": 3, "pieces": 6, "sales": [{"amount": "20.00", "currencyCode": "EUR"}], "cancelledOrders": 1,
        "cancelledPieces": 2, "ordersWithoutTotal": 0,
    }  # fmt: skip
    assert found["intervals"] == [
        {"startsAt": "2026-03-27T23:00:00Z", "endsAt": "2026-03-28T23:00:00Z", "orders": 1, "sales": [{"amount": "19.90"}]},
        {"startsAt": "2026-03-28T23:00:00Z", "endsAt": "2026-03-29T22:00:00Z", "orders": 2, "sales": [{"amount": "0.10"}]},
        {"startsAt": "2026-03-29T22:00:00Z", "endsAt": "2026-03-30T22:00:00Z", "orders": 0, "sales": []},
    ]  # fmt: skip
    assert [(each["status"], each["orders"], each["sales"]) for each in found["byStatus"]] == [
        ("IN_PROCESS", 1, [{"amount": "19.90", "currencyCode": "EUR"}]),
        ("COMPLETED", 1, [{"amount": "0.10", "currencyCode": "EUR"}]),
        ("CANCELLED", 1, [{"amount": "5.00", "currencyCode": "EUR"}]),
    ]
    assert found["byCountry"] == [{"countryCode": "DE", "orders": 2}, {"countryCode": None, "orders": 1}]
    assert found["byProduct"] == [
        {"product": {"sku": "LAMP", "company": {"name": "Nordlicht"}}, "pieces": 6,
         "sales": [{"amount": "39.80", "currencyCode": "EUR"}]}
    ]  # fmt: skip
    assert found["shipping"] == {"shippedInTime": 0, "shippedLate": 0, "open": 0, "pastDue": 1}
    assert found["importLag"] == {"orders": 3, "averageSeconds": 90}
    assert found["stockPushes"] == {"jobs": 0, "accepted": 0, "refused": 0}

    # Whoever sees the company sees its numbers, and of several each has its own.
    other = await world.new_company("Other")
    reader = await world.key(Role.READ, ids.find(world.company_id, "Company") or 0)
    assert (await reader.ask(ALL, c=world.company_id, **SPAN))["statistics"] == found
    assert await reader.ask(ALL, c=other, **SPAN) is None
    both = """{ companies { nodes { a: statistics(from: "2026-03-28T00:00:00Z", to: "2026-03-29T00:00:00Z") { totals { orders } }
      b: statistics(from: "2026-03-29T00:00:00Z", to: "2026-04-29T00:00:00Z", interval: MONTH) { intervals { orders } } } } }"""
    assert (await world.api.ask(both))["nodes"] == [
        {"a": {"totals": {"orders": 2}}, "b": {"intervals": [{"orders": 2}, {"orders": 0}]}},
        {"a": {"totals": {"orders": 0}}, "b": {"intervals": [{"orders": 0}, {"orders": 0}]}},
    ]


async def test_what_it_refuses(world: World) -> None:
    """A2: a period that can't be is refused where it stood, and a mutation whose reply can't be had changes nothing."""
    for more, path in (
        ({"zone": "Berlin"}, ["company", "statistics"]),
        ({"to": SPAN["from"]}, ["company", "statistics"]),
        ({"n": 0}, ["company", "statistics", "byProduct"]),
        ({"n": 251}, ["company", "statistics", "byProduct"]),
    ):
        (error,) = (await world.api.send(ALL, c=world.company_id, **SPAN | more))["errors"]
        assert (error["extensions"]["code"], error["path"]) == ("BAD_USER_INPUT", path)

    document = """mutation($zone: String!) { createCompany(input: {name: "New"}) { company { statistics(
      from: "2026-03-28T00:00:00Z", to: "2026-03-29T00:00:00Z", timeZone: $zone) { totals { orders } } } } }"""
    refused: dict[str, Any] = await world.api.send(document, zone="Berlin")
    assert refused["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    async with world.database.read() as session:
        assert await session.scalar(select(func.count()).select_from(Company)) == 1
        assert await session.scalar(select(func.count()).select_from(Order)) == 0
    assert (await world.api.ask(document, zone="Asia/Kolkata"))["company"] == {
        "statistics": {"totals": {"orders": 0}}
    }
