"""Cursors of lists: whose they are, and what can be none."""

import base64
import json
from datetime import timedelta
from typing import Any

from domain.models import Company
from tests.factories import NOW, make_job, make_order, make_product
from tests.fixtures.world import World

ORDERS = """query($first: Int, $after: String, $last: Int, $before: String) {
  orders(first: $first, after: $after, last: $last, before: $before) { totalCount
    edges { cursor node { channelOrderId } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
CURSORS = """{ orders { edges { cursor } } companies { edges { cursor } nodes {
  products { edges { cursor } } queuedJobs { edges { cursor } } } } }"""


def _cursor(*values: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


GARBAGE = ["", "x", "ö", "=", "a" * 10_000, _cursor(), _cursor(1), _cursor(-1), _cursor(1, 1), _cursor("orders", 1),
           _cursor("orders", 1, -1), _cursor("orders", 1, 2**63), _cursor("orders", 10**30, 1),
           _cursor("orders", 1, 1, 1), _cursor("orders", "1", 1), _cursor("orders", True, 1),
           _cursor("orders", None, 1), _cursor("products", "\ud800", 1), _cursor("products", "a\0", 1),
           _cursor("products", 1, 1), _cursor({"orders": 1}), base64.b64encode(b"[" * 5000).decode()]  # fmt: skip


async def _make_orders(world: World, count: int, **values: Any) -> None:
    async with world.database.write() as session:
        company = await session.get_one(Company, 1)
        for _ in range(count):
            await make_order(session, company, **values)


async def _walk(world: World, *, backward: bool) -> list[str]:
    """All order numbers by pages of 50, while others come in behind the reader."""
    size, cursor, end, more = (
        ("last", "before", "startCursor", "hasPreviousPage")
        if backward
        else ("first", "after", "endCursor", "hasNextPage")
    )
    numbers: list[str] = []
    arguments: dict[str, Any] = {size: 50}
    while True:
        page = await world.api.ask(ORDERS, **arguments)
        found = [edge["node"]["channelOrderId"] for edge in page["edges"]]
        numbers = found + numbers if backward else numbers + found
        if not page["pageInfo"][more]:
            return numbers
        arguments[cursor] = page["pageInfo"][end]
        await _make_orders(world, 3, ordered_at=NOW + timedelta(days=-1 if backward else 1))


async def test_one_moment_many_orders(world: World) -> None:
    """A2: 120 orders of one moment are each met once, forward and backward, though others come in between the pages."""
    await _make_orders(world, 120)
    there = set(await world.orders())

    forward = await _walk(world, backward=False)
    backward = [number for number in await _walk(world, backward=True) if number in there]

    assert len(forward) == 120
    assert set(forward) == there
    assert backward == forward


async def test_what_a_page_says(world: World) -> None:
    """A2: a page tells how long the whole list is, its own ends, and whether there is more on either side."""
    await _make_orders(world, 5)
    every = await world.api.ask(ORDERS)
    cursors = [edge["cursor"] for edge in every["edges"]]

    def said(page: Any) -> tuple[list[int], bool, bool, int]:
        places = [cursors.index(edge["cursor"]) for edge in page["edges"]]
        info = page["pageInfo"]
        ends = [cursors[places[0]], cursors[places[-1]]] if places else [None, None]
        assert [info["startCursor"], info["endCursor"]] == ends
        return places, info["hasPreviousPage"], info["hasNextPage"], page["totalCount"]

    assert said(every) == ([0, 1, 2, 3, 4], False, False, 5)
    assert said(await world.api.ask(ORDERS, first=2, after=cursors[0])) == ([1, 2], True, True, 5)
    assert said(await world.api.ask(ORDERS, last=2)) == ([3, 4], True, False, 5)
    assert said(await world.api.ask(ORDERS, last=2, before=cursors[1])) == ([0], False, True, 5)
    assert said(await world.api.ask(ORDERS, first=2, after=cursors[4])) == ([], True, False, 5)


async def test_cursors_that_can_not_be(world: World) -> None:
    """A2: garbage, another list's cursor, negative and huge numbers are each a clear error that shows nothing inside."""
    async with world.database.write() as session:
        company = await session.get_one(Company, 1)
        await make_order(session, company)
        await make_product(session, company)
        await make_job(session, company, run_at=2**60)
    lists = await world.api.ask(CURSORS)
    lists |= lists["companies"]["nodes"][0]
    cursors = {name: page["edges"][0]["cursor"] for name, page in lists.items()}
    documents = {name: f"query($c: String) {{ {name}(after: $c) {{ totalCount }} }}" for name in cursors}
    for name in ("products", "queuedJobs"):
        inner = f"{{ {name}(after: $c) {{ totalCount }} }}"
        documents[name] = f'query($c: String) {{ company(id: "{world.company_id}") {inner} }}'

    for name, document in documents.items():
        assert "errors" not in await world.api.send(document, c=cursors[name])
        for wrong in [*GARBAGE, *(cursor for other, cursor in cursors.items() if other != name)]:
            (error,) = (await world.api.send(document, c=wrong))["errors"]
            assert error["extensions"] == {"code": "BAD_USER_INPUT"}, (name, wrong)
            assert error["message"].startswith("after is not a cursor of this list."), (name, wrong)


async def test_one_bad_cursor_spoils_no_other_list(world: World) -> None:
    """A2: a bad cursor fails its own list, not another company's in the same document."""
    other = await world.new_company("Other")
    document = """query($a: ID!, $b: ID!) {
      bad: company(id: $a) { products(after: "x") { totalCount } }
      good: company(id: $b) { products { totalCount } } }"""

    reply = await world.api.send(document, a=world.company_id, b=other)

    assert reply["data"] == {"bad": None, "good": {"products": {"totalCount": 0}}}
    assert [error["path"] for error in reply["errors"]] == [["bad", "products"]]


async def test_sizes_that_can_not_be(world: World) -> None:
    """A2: a page has 1 to 250 objects, and 50 where none is asked for."""
    await _make_orders(world, 60)
    for size in (0, -1, 251, 2**31 - 1, -(2**31)):
        for name in ("first", "last"):
            (error,) = (await world.api.send(ORDERS, **{name: size}))["errors"]
            assert error["extensions"]["code"] == "BAD_USER_INPUT"
            assert error["message"] == f"{name} must be from 1 to 250."
    assert len((await world.api.ask(ORDERS))["edges"]) == 50
    assert len((await world.api.ask(ORDERS, first=None, last=None))["edges"]) == 50
    assert len((await world.api.ask(ORDERS, first=250))["edges"]) == 60


async def test_a_search_has_an_end(world: World) -> None:
    """A2, O2: what is searched for has at most 500 characters; more is a clear error on both databases."""
    await _make_orders(world, 1)
    document = "query($f: OrderFilter) { orders(filter: $f) { totalCount } }"

    (error,) = (await world.api.send(document, f={"search": "a" * 60_000}))["errors"]

    assert error["extensions"] == {"code": "BAD_USER_INPUT"}
    assert await world.api.ask(document, f={"search": "a" * 500}) == {"totalCount": 0}
