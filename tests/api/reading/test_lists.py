"""Lists as front ends page through them, and what they cost."""

from datetime import timedelta
from typing import Any

import pytest

from domain.models import Company, OrderAddress, OrderNote, OrderStatus
from tests.factories import (
    NOW,
    make_company,
    make_item,
    make_job,
    make_level,
    make_order,
    make_product,
    make_warehouse,
)
from tests.fixtures.database import one_database
from tests.fixtures.world import World

PAGE = """query($first: Int, $after: String, $last: Int, $before: String) {
  orders(first: $first, after: $after, last: $last, before: $before) {
    nodes { channelOrderId } totalCount
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""


async def _make_orders(world: World, count: int) -> list[str]:
    """Orders of which each three were placed in the same moment; their numbers, newest first."""
    async with world.database.write() as session:
        company = await session.get_one(Company, 1)
        made = [
            await make_order(session, company, ordered_at=NOW + timedelta(seconds=i // 3, microseconds=7))
            for i in range(count)
        ]
    return [
        order.channel_order_id for order in sorted(made, key=lambda o: (o.ordered_at, o.id), reverse=True)
    ]


async def test_forward_and_backward(world: World) -> None:
    """A2: reading on by cursor meets every order once, forward and backward, in the same order."""
    numbers = await _make_orders(world, 40)
    forward: list[str] = []
    page: Any = {"pageInfo": {"endCursor": None, "hasNextPage": True}}
    while page["pageInfo"]["hasNextPage"]:
        page = await world.api.ask(PAGE, first=7, after=page["pageInfo"]["endCursor"])
        forward += [node["channelOrderId"] for node in page["nodes"]]
        assert page["totalCount"] == 40
    backward: list[str] = []
    page = {"pageInfo": {"startCursor": None, "hasPreviousPage": True}}
    while page["pageInfo"]["hasPreviousPage"]:
        page = await world.api.ask(PAGE, last=7, before=page["pageInfo"]["startCursor"])
        backward = [node["channelOrderId"] for node in page["nodes"]] + backward

    assert forward == numbers
    assert backward == numbers


async def test_inserts_move_nothing(world: World) -> None:
    """A2: orders that come in while one reads neither repeat nor hide any other."""
    numbers = await _make_orders(world, 10)
    first = await world.api.ask(PAGE, first=5)
    async with world.database.write() as session:
        await make_order(session, await session.get_one(Company, 1), ordered_at=NOW + timedelta(days=1))

    second = await world.api.ask(PAGE, first=5, after=first["pageInfo"]["endCursor"])

    assert [node["channelOrderId"] for node in first["nodes"] + second["nodes"]] == numbers


@pytest.mark.parametrize(
    "arguments,name",
    [
        ({"first": 0}, "first"),
        ({"first": -1}, "first"),
        ({"first": 251}, "first"),
        ({"last": 2**31 - 1}, "last"),
        ({"first": 1, "last": 1}, "first or last"),
        ({"after": ""}, "after"),
        ({"after": "nonsense"}, "after"),
        ({"after": "WzFd"}, "after"),
        ({"after": "W251bGwsbnVsbF0"}, "after"),
        ({"before": "Wzk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTksMV0"}, "before"),
    ],
)
@one_database
async def test_pages_that_can_not_be(world: World, arguments: dict[str, Any], name: str) -> None:
    """A2: a page size or a cursor that can't be is a clear error."""
    reply = await world.api.send(PAGE, **arguments)

    (error,) = reply["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert name in error["message"]


@pytest.mark.parametrize(
    "condition,found",
    [
        ({"search": "211-0000"}, {"A", "B"}),
        ({"search": "łódź"}, set()),
        ({"search": "jOSé"}, {"A"}),
        ({"search": "lamp"}, {"B"}),
        ({"search": "%"}, set()),
        ({"status": ["CANCELLED"]}, {"B"}),
        ({"status": []}, set()),
        ({"hasUnknownProduct": True}, {"A"}),
        ({"hasUnknownProduct": False}, {"B"}),
        ({"orderedFrom": "2026-05-02T00:00:00Z"}, {"B"}),
        ({"orderedTo": "2026-05-02T00:00:00+02:00"}, {"A"}),
        ({"shippingStatus": ["UNSHIPPED"], "channel": "WEBSITE", "orderSource": "WEBSITE"}, {"A", "B"}),
        ({"sourceUpdatedForShipping": True}, set()),
    ],
)
async def test_orders_are_found(world: World, condition: dict[str, Any], found: set[str]) -> None:
    """O2: orders are found by status, dates, number, recipient, SKU and Unknown products."""
    async with world.database.write() as session:
        company = await session.get_one(Company, 1)
        product = await make_product(session, company, sku="LAMP-1")
        a = await make_order(session, company, channel_order_id="PO-211-00001")
        b = await make_order(
            session,
            company,
            channel_order_id="PO-211-00002",
            status=OrderStatus.CANCELLED,
            ordered_at=NOW + timedelta(days=2),
        )
        await make_item(session, a)
        await make_item(session, b, product_id=product.id)
        session.add(OrderAddress(order_id=a.id, name="José Núñez"))

    page = await world.api.ask(
        "query($f: OrderFilter) { orders(filter: $f) { nodes { channelOrderId } } }", f=condition
    )

    names = {"PO-211-00001": "A", "PO-211-00002": "B"}
    assert {names[node["channelOrderId"]] for node in page["nodes"]} == found


async def _fill(world: World, companies: int, rows: int) -> None:
    async with world.database.write() as session:
        warehouse = await make_warehouse(session)
        for _ in range(companies):
            company = await make_company(session)
            for _ in range(rows):
                product = await make_product(session, company)
                await make_level(session, product, warehouse, 3)
                order = await make_order(session, company)
                await make_item(session, order, product_id=product.id)
                session.add(OrderAddress(order_id=order.id, city="Łódź"))
                session.add(OrderNote(order_id=order.id, body="x", author="y", created_at=NOW))
                await make_job(session, company, run_at=2**60)


async def test_nested_pages_belong_to_their_owner(world: World) -> None:
    """A2: each company's page holds its own orders, though one statement fetched them all."""
    await _fill(world, 2, 5)
    document = """{ companies { nodes { name orders(first: 2) { totalCount nodes { company { name } }
      pageInfo { hasNextPage } } } } }"""

    companies = (await world.api.ask(document))["nodes"]

    assert [c["orders"]["totalCount"] for c in companies] == [0, 5, 5]
    for company in companies[1:]:
        assert company["orders"]["nodes"] == [{"company": {"name": company["name"]}}] * 2
        assert company["orders"]["pageInfo"]["hasNextPage"] is True
