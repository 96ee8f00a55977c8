"""Lists of orders: in which orders, by which conditions, and what is counted beside them."""

import json
from datetime import timedelta
from typing import Any

import pytest

from domain import clock
from domain.models import ChannelActionStatus, Company
from tests.api.reading.rows_of_every_kind import fill
from tests.factories import make_action, make_company, make_order
from tests.fixtures.world import World

LIST = """query($by: OrderOrder, $filter: OrderFilter, $first: Int, $after: String, $last: Int, $before: String) {
  orders(orderBy: $by, filter: $filter, first: $first, after: $after, last: $last, before: $before) {
    totalCount edges { cursor node { id } } pageInfo { startCursor endCursor hasNextPage hasPreviousPage } } }"""
FIELDS = ("ORDERED_AT", "LATEST_SHIP_AT", "TOTAL", "UPDATED_AT", "CHANNEL_ORDER_ID")
ATTENTION = """{ companies { nodes { id attention { code count
  orderFilter { companyId attention } productFilter { companyId attention } jobFilter { companyId type }
  channelActionFilter { attention } } } } }"""
REFUSED, WORKING = ChannelActionStatus.REFUSED, ChannelActionStatus.WORKING
# Of the second of two refused for the same, of one that nobody knows of, of one that is eight days old and one of rows_of_every_kind.
OF_ACTIONS = {"CHANNEL_ACTIONS_REFUSED": 1, "CHANNEL_ACTIONS_UNCONFIRMED": 1, "CHANNEL_ACTIONS_STALLED": 2}
OF_PARTS = {"UNKNOWN_PRODUCTS", "RENUMBERED_ITEMS", "CORRECTIONS_REFUSED", "CANCELLATION_REQUESTS"}
ACTIONS = """query($c: ID!, $f: ChannelActionFilter) {
  company(id: $c) { channelActions(filter: $f) { totalCount } } }"""
PRODUCTS = """query($c: ID!, $f: ProductFilter) { company(id: $c) { products(filter: $f) { totalCount } } }"""


@pytest.fixture(autouse=True)
async def _rows(world: World) -> None:
    """Rows of every kind, many of one moment and one total, or without."""
    async with world.database.write() as session:
        await fill(session)


def _by(field: str, direction: str) -> dict[str, str]:
    return {"field": field, "direction": direction}


async def _walk(world: World, by: dict[str, str], *, backward: bool) -> list[str]:
    size, cursor, end, more = (
        ("last", "before", "startCursor", "hasPreviousPage")
        if backward
        else ("first", "after", "endCursor", "hasNextPage")
    )
    found: list[str] = []
    arguments: dict[str, Any] = {size: 7}
    while True:
        page = await world.api.ask(LIST, by=by, **arguments)
        ids = [edge["node"]["id"] for edge in page["edges"]]
        found = ids + found if backward else found + ids
        if not page["pageInfo"][more]:
            return found
        arguments[cursor] = page["pageInfo"][end]


async def test_walks(world: World) -> None:
    """A2: in each order every row is met once, forward and backward, those of one value and of none too; the plans are told apart."""
    for field in FIELDS:
        walks = [
            await _walk(world, _by(field, direction), backward=backward)
            for direction in ("ASC", "DESC")
            for backward in (False, True)
        ]
        assert len(set(walks[0])) == len(walks[0]) == 30
        assert walks[0] == walks[1] == walks[2][::-1] == walks[3][::-1], field
    parts = "query($f: OrderOrderField!, $d: OrderDirection!) { orders(orderBy: {field: $f, direction: $d}) { nodes { id } } }"
    inline = "{ orders(orderBy: {field: %s, direction: %s}) { nodes { id } } }"
    for field, direction in (
        ("TOTAL", "ASC"),
        ("TOTAL", "DESC"),
        ("LATEST_SHIP_AT", "ASC"),
        ("TOTAL", "ASC"),
    ):
        expected = [
            edge["node"]["id"] for edge in (await world.api.ask(LIST, by=_by(field, direction)))["edges"]
        ]
        for page in (
            await world.api.ask(parts, f=field, d=direction),
            await world.api.ask(inline % (field, direction)),
        ):
            assert [node["id"] for node in page["nodes"]] == expected


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_cursor_of_another_order(world: World) -> None:
    """A2: a cursor is good for the order that it was made in; of any other it is a clear error."""
    orders = [None, *(_by(field, direction) for field in FIELDS for direction in ("ASC", "DESC"))]
    cursors = {
        json.dumps(by): (await world.api.ask(LIST, by=by, first=1))["edges"][0]["cursor"] for by in orders
    }
    assert len(set(cursors.values())) == len(orders)
    for by in orders[:4]:
        for made, cursor in cursors.items():
            reply = await world.api.send(LIST, by=by, after=cursor)
            if made == json.dumps(by):
                assert "errors" not in reply
                continue
            (error,) = reply["errors"]
            assert error["message"].startswith("after is not a cursor of this list in this order.")
            assert error["extensions"] == {"code": "BAD_USER_INPUT"}


async def test_filters_in_filters(world: World) -> None:
    """A2: and, or and not hold of what they hold; what isn't known of an order is in no range, and so in each range's contrary."""

    async def count(given: dict[str, Any]) -> int:
        found: int = (await world.api.ask(LIST, filter=given))["totalCount"]
        return found

    pending, ranged = {"status": ["PENDING"]}, {"latestShipAt": {"from": "2000-01-01T00:00:00Z"}}
    assert await count({"or": []}) == await count({"not": {}}) == await count({"not": {"and": []}}) == 0
    assert await count({"and": []}) == await count({"or": [{}]}) == 30
    assert await count(pending) + await count({"not": pending}) == 30
    assert 0 < await count(ranged) < 30
    assert await count(ranged) + await count({"not": ranged}) == 30
    assert await count({"or": [pending, {"not": pending}]}) == 30
    assert await count({"and": [pending, {"not": pending}]}) == 0

    deep: dict[str, Any] = {}
    for _ in range(5):
        deep = {"not": deep}
    for given, words in (
        (deep, "A filter may lie in 4 others"),
        ({"or": [pending] * 50}, "A filter may have 50"),
    ):
        (error,) = (await world.api.send(LIST, filter=given))["errors"]
        assert error["extensions"]["code"] == "BAD_USER_INPUT"
        assert error["message"].startswith(words)
    (error,) = (await world.api.send(LIST, filter={"total": {"from": "1e999999999"}}))["errors"]
    assert "is not a decimal number" in error["message"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_values_differ_within_one_plan(world: World) -> None:
    """A2: what a variable chooses of the conditions makes another statement, what it only compares with doesn't."""
    query = "query($a: OrderAttention, $s: [OrderStatus!]) { orders(filter: {attention: $a, status: $s}) { totalCount } }"
    counts = {
        code: (await world.api.ask(LIST, filter={"attention": code}))["totalCount"]
        for code in ("PAST_SHIP_BY", "RENUMBERED_ITEMS", "CANCELLATION_REQUESTS")
    }
    assert len(set(counts.values())) > 1
    for code in (*counts, *counts):
        assert (await world.api.ask(query, a=code))["totalCount"] == counts[code]
        assert (await world.api.ask(query, a=code, s=[]))["totalCount"] == 0


async def test_counts_by_status(world: World) -> None:
    """A2: beside a page stand the counts of all statuses, of what the filter's other conditions let through."""
    query = (
        "query($f: OrderFilter) { orders(filter: $f, first: 1) { totalCount statusCounts { status count } } }"
    )
    for given in ({}, {"hasUnknownProduct": True}, {"search": "nowhere"}):
        page = await world.api.ask(query, f=given)
        assert sum(each["count"] for each in page["statusCounts"]) == page["totalCount"]
        for each in page["statusCounts"]:
            of_status = await world.api.ask(query, f={**given, "status": [each["status"]]})
            assert of_status["totalCount"] == each["count"]
            assert of_status["statusCounts"] == page["statusCounts"]


async def test_attention_lists_what_it_counts(world: World) -> None:
    """C11: an item's filter, sent back as it is, lists the orders, products or actions that it counts, or whose items or packages.
    What Temu has worked on for a week is told of, and not what it began six days ago.
    """
    async with world.database.write() as session:
        idle = await make_company(session, store_plugin=None)
        await make_order(session, idle, latest_ship_at=None)
        order = await make_order(session, await session.get_one(Company, 1))
        for i, status in enumerate([REFUSED, REFUSED, WORKING, WORKING]):
            sent_at = clock.now() - timedelta(days=[0, 0, 6, 8][i])
            ended_at = sent_at if status is REFUSED else None
            subject = ["PA-7", "PA-7", "PA-8", "PA-9"][i]
            await make_action(
                session, order, status=status, subject=subject, sent_at=sent_at, ended_at=ended_at
            )
    counted: set[str] = set()
    for company in (await world.api.ask(ATTENTION))["nodes"]:
        for item in company["attention"]:
            code, listed = item["code"], None
            if item["orderFilter"]:
                listed = (await world.api.ask(LIST, filter=item["orderFilter"]))["totalCount"]
            if item["productFilter"]:
                given = {"attention": item["productFilter"]["attention"]}
                listed = (await world.api.ask(PRODUCTS, c=company["id"], f=given))["products"]["totalCount"]
            if item["channelActionFilter"]:
                given = item["channelActionFilter"]
                found = await world.api.ask(ACTIONS, c=company["id"], f=given)
                listed = found["channelActions"]["totalCount"]
            if listed is None:
                continue
            counted.add(code)
            # Items, packages and requests are counted themselves, and one order may have several.
            is_of_parts = code in OF_PARTS
            assert 0 < listed <= item["count"] if is_of_parts else listed == item["count"], item
            if company["id"] == world.company_id and code in OF_ACTIONS:
                assert item["count"] == OF_ACTIONS[code]
    assert counted >= {
        "PAST_SHIP_BY",
        "CANCELLATION_REQUESTS",
        "UNKNOWN_PRODUCTS",
        "UNMAPPED_PRODUCTS",
        *OF_ACTIONS,
    }


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_is_refused_spoils_its_field(world: World) -> None:
    """A2: a bad cursor, page or filter leaves its own field null; the fields beside it are answered, and the error names the path."""
    query = """query($c: ID!, $a: String, $n: Int, $f: OrderFilter, $b: OrderFilter) { companies { totalCount }
      orders(after: $a, first: $n, filter: $f) { totalCount }
      company(id: $c) { orders(filter: $b) { totalCount } } }"""
    good = await world.api.send(query, c=world.company_id)
    bad: list[dict[str, Any]] = [{"a": "x"}, {"n": 0}, {"f": {"search": "x" * 501}}]
    for wrong in bad:
        reply = await world.api.send(query, c=world.company_id, **wrong)
        assert reply["data"] == {**good["data"], "orders": None}
        assert [error["path"] for error in reply["errors"]] == [["orders"]]
    # Asked before with another value, and not.
    assert "errors" not in await world.api.send(query, c=world.company_id, b={"search": "x"})
    reply = await world.api.send(query, c=world.company_id, b={"search": "x" * 501})
    assert reply["data"] == {**good["data"], "company": None}
    assert [error["path"] for error in reply["errors"]] == [["company", "orders"]]
    nested = '{ companies { nodes { orders(after: "x") { totalCount } } } orders { totalCount } }'
    reply = await world.api.send(nested)
    assert reply["data"] == {"companies": None, "orders": good["data"]["orders"]}
    assert reply["errors"][0]["path"][0] == "companies"
