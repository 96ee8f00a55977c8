"""What an operation is made into is made once, and asked each time with what its variables say."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from api.values import ids
from domain import clock
from domain.access.key_cache import KeyCache
from domain.database.raw import RawPostgreSQL, Rows
from tests.api.reading.rows_of_every_kind import fill
from tests.fixtures.world import World

ISSUE = """query($c: ID!, $n: Int!) { company(id: $c) { orders(first: $n) { edges { cursor node {
  id channelOrderId status shippingStatus total { amount currencyCode } orderedAt company { name }
  items { quantity unitPrice { amount currencyCode } product { sku name
    websiteProperties { websiteProductId websiteProductVariantId } } } } }
  pageInfo { hasNextPage endCursor } } } }"""


@pytest.fixture(autouse=True)
async def _rows(world: World) -> None:
    """Rows of every kind."""
    async with world.database.write() as session:
        await fill(session)


@contextmanager
def _noted(world: World) -> Generator[list[str]]:
    """What the database is asked, by SQLAlchemy and by the driver alone."""
    statements: list[str] = []
    engine, raw = world.database.engine.sync_engine, world.database._raw
    rows = raw.rows

    def note(*arguments: Any) -> None:
        statements.append(arguments[2])

    async def noted(sql: str, values: Sequence[Any], *, companies: str) -> Rows:
        statements.append(sql)
        return await rows(sql, values, companies=companies)

    if isinstance(raw, RawPostgreSQL):
        raw.rows = noted  # type: ignore[method-assign]
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)
        raw.rows = rows  # type: ignore[method-assign]


async def test_a_page_is_one_statement(world: World) -> None:
    """A2: a page of orders with all that belongs to each takes one statement, where the key was seen just now."""
    world.app.state.keys = KeyCache(world.database, trusted_seconds=60)
    await world.api.ask("{ companies { totalCount } }")
    with _noted(world) as statements:
        page = await world.api.ask(ISSUE, c=world.company_id, n=50)

    assert len(page["orders"]["edges"]) == 10
    assert len([text for text in statements if "FROM orders" in text]) == 1
    assert len([text for text in statements if "SELECT" in text]) == 1

    left_out = ISSUE.replace("$n: Int!)", "$n: Int!, $a: String)").replace(
        "first: $n)", "first: $n, after: $a)"
    )
    with _noted(world) as statements:
        assert await world.api.ask(left_out, c=world.company_id, n=50) == page
    assert len([text for text in statements if "SELECT" in text]) == 1


async def test_texts_differ_within_one_plan(world: World) -> None:
    """A2: an operation asked again with another cursor, id or page is answered for these, and a wrong one refused."""
    query = "query($c: ID!, $n: Int, $a: String, $d: Boolean = false) { company(id: $c) { name @skip(if: $d) "
    query += "orders(first: $n, after: $a) { nodes { id } pageInfo { endCursor } } } }"
    seen: list[str] = []
    after = None
    for size in (3, 3, 2):
        page = (await world.api.ask(query, c=world.company_id, n=size, a=after))["orders"]
        seen += [node["id"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
    assert len(set(seen)) == 8
    assert seen == [
        node["id"] for node in (await world.api.ask(query, c=world.company_id))["orders"]["nodes"][:8]
    ]

    other = ids.encode("Company", 2)
    names = {(await world.api.ask(query, c=company))["name"] for company in (world.company_id, other)}
    assert len(names) == 2
    assert "name" not in await world.api.ask(query, c=other, d=True)
    wrongs: list[dict[str, Any]] = [{"a": "nothing of ours"}, {"n": 0}, {"n": 251}]
    for wrong in wrongs:
        reply = await world.api.send(query, c=world.company_id, **wrong)
        assert reply["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    assert await world.api.ask(query, c="nothing of ours") is None


FILTERED = """query($f: OrderFilter, $s: [OrderStatus!], $t: String) { orders(filter: $f) { totalCount }
  mine: orders(filter: {status: $s, search: $t, companyId: "Q29tcGFueTox"}) { totalCount } }"""


@pytest.mark.parametrize(
    "form, counts",
    [
        ([{"f": {"status": ["PENDING"]}}, {"f": {"status": ["PENDING", "ON_HOLD"]}}, {"f": {"status": []}}], [6, 12, 0]),
        ([{"f": {"search": "PO-211"}}, {"f": {"search": ""}}, {"f": {"search": "nowhere"}}], [30, 30, 0]),
        ([{"f": {"companyId": "Q29tcGFueTox"}}, {"f": {"companyId": "nonsense"}}], [10, 0]),
        ([{"f": {"hasUnknownProduct": True}}], [9]),
        ([{"f": {"hasUnknownProduct": False}}], [21]),
        ([{"f": {"orderedFrom": "2026-05-01T12:00:00Z", "search": None}}, {"f": {"orderedFrom": "2099-01-01T00:00:00Z", "search": None}}],
         [30, 0]),
        ([{}], [30]),
        ([{"f": None}], [30]),
        ([{"f": {}}], [30]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_filters_of_one_form_share_a_statement(
    world: World, form: list[dict[str, Any]], counts: list[int]
) -> None:
    """A2, O2: a filter asked again with other values is answered for these by the same statement."""
    with _noted(world) as statements:
        for variables, count in zip(form, counts, strict=True):
            reply = await world.api.ask(FILTERED, **variables)
            assert reply["orders"]["totalCount"] == count, variables
            assert reply["mine"]["totalCount"] == 10

    # One for each of the two fields, which happen to be the same for some.
    assert len({text for text in statements if "FROM orders" in text}) <= 2


async def test_a_filter_that_is_refused(world: World) -> None:
    """A2: what is refused of a filter is refused as ever, also after it was answered with other values."""
    for search, refused in (("a", False), ("x" * 501, True), ("b", False)):
        reply = await world.api.send(FILTERED, f={"search": search})
        assert ("errors" in reply) is refused
        if refused:
            assert reply["errors"][0]["message"] == "search must have at most 500 characters."


async def test_time_goes_on_within_one_plan(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """C4: a token expires while nothing is written and the operation stays the same."""
    query = "query($c: ID!) { company(id: $c) { settings { accessToken { status } } } }"
    seen: list[str] = []
    for days in (0, 15):
        moment = clock.now() + timedelta(days=days)
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        seen.append((await world.api.ask(query, c=world.company_id))["settings"]["accessToken"]["status"])
    assert seen == ["EXPIRING", "EXPIRED"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_fragment_is_read_once(world: World) -> None:
    """A8: fragments that each spread the next twice take no longer than if they did so once."""
    spread = " ".join(f"fragment F{i} on Company {{ ...F{i + 1} ...F{i + 1} }}" for i in range(28))
    query = "query($c: ID!) { company(id: $c) { ...F0 } } fragment F28 on Company { name } " + spread
    with _noted(world) as statements:
        assert list(await world.api.ask(query, c=world.company_id)) == ["name"]
    assert any("FROM companies" in text for text in statements)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_sqlite_can_not_read(world: World) -> None:
    """A6: an operation that is more nested than SQLite reads is refused with a word on its depth, and others are answered."""
    inner = "name"
    for _ in range(2):
        inner = f"orders(first: 1) {{ nodes {{ items {{ product {{ company {{ {inner} }} }} }} }} }}"
    reply = await world.api.send(f"{{ orders(first: 1) {{ nodes {{ company {{ {inner} }} }} }} }}")
    assert reply["errors"][0]["extensions"] == {"code": "LIMIT_EXCEEDED", "limit": "depth"}
    assert "too deep" in reply["errors"][0]["message"]
    assert (await world.api.ask("{ companies { totalCount } }"))["totalCount"] > 0
