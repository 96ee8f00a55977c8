"""
An operation that the database answered is answered again without being executed, and as if it were.
"""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, NoReturn

import pytest

from api import answers, ids
from api.latest import REMEMBERED_LENGTH
from api.limits import Limits
from domain.database import Database
from domain.errors import Unavailable
from domain.models import Company, Role
from tests.factories import NOW, make_company, make_order
from tests.fixtures.world import World

PAGE = """query Page($c: ID!, $n: Int, $a: String) { company(id: $c) { name orders(first: $n, after: $a) {
  nodes { id } pageInfo { endCursor } } } }"""


@contextmanager
def _executed(monkeypatch: pytest.MonkeyPatch) -> Generator[list[str]]:
    """
    The root fields that are executed meanwhile.
    """
    seen: list[str] = []
    find = answers.find

    def noted(raw: Any, *more: Any) -> answers.Answer:
        seen.append(raw.field_name)
        return find(raw, *more)

    with monkeypatch.context() as patched:
        patched.setattr(answers, "find", noted)
        yield seen


async def _three_orders(world: World) -> None:
    async with world.database.write() as session:
        company = await session.get_one(Company, 1)
        for _ in range(3):
            await make_order(session, company, ordered_at=NOW)


async def test_what_was_asked_before(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A2: asked again with other texts an operation is not executed; in another form, it is."""
    await _three_orders(world)
    page = PAGE.replace("Page(", "AskedBefore(")  # Other tests ask for the one above.
    first = await world.api.send(page, c=world.company_id, n=2)
    cursor = first["data"]["company"]["orders"]["pageInfo"]["endCursor"]

    with _executed(monkeypatch) as executed:
        assert await world.api.send(page, c=world.company_id, n=2) == first
        assert executed == []
        assert len((await world.api.ask(page, c=world.company_id, n=2, a=cursor))["orders"]["nodes"]) == 1
        assert len((await world.api.ask(page, c=world.company_id, n=3))["orders"]["nodes"]) == 3
        assert executed == ["company", "company"]
        rest = await world.api.ask(page, c=world.company_id, n=2, a=cursor)
        assert executed == ["company", "company"]
    assert rest["orders"]["nodes"] not in (first["data"]["company"]["orders"]["nodes"], [])


async def test_whoever_asks(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A5: what another key was answered is nothing to this one: it sees its own companies and no others."""
    async with world.database.write() as session:
        other = ids.encode("Company", (await make_company(session, name="Other")).id)
    own = await world.key(Role.READ, 1)
    others = await world.key(Role.READ, ids.find(other, "Company") or 0)
    asked = "query($c: ID!) { company(id: $c) { name } }"
    for api in (world.api, own, others):
        await api.send(asked, c=other)

    with _executed(monkeypatch) as executed:
        assert (await world.api.ask(asked, c=other))["name"] == "Other"
        assert (await others.ask(asked, c=other))["name"] == "Other"
        assert await own.ask(asked, c=other) is None
        assert (await own.ask(asked, c=world.company_id))["name"] == "Nordlicht"
        assert executed == []


@pytest.mark.parametrize(
    "wrong", [{"c": None}, {"c": ["x"]}, {"c": "nothing of ours"}, {"n": 0}, {"n": "2"}, {"a": "no cursor"}]
)
async def test_what_is_wrong_the_second_time(world: World, wrong: dict[str, Any]) -> None:
    """A8: variables that can't be taken are refused alike, whether the operation was asked before or not."""
    right = {"c": world.company_id, "n": 2, "a": None}
    fresh = await world.api.send(PAGE.replace("Page(", "Same("), **(right | wrong))
    for a in (None, "WyJvcmRlcnMiLDAsMV0"):
        await world.api.send(PAGE, **(right | {"a": a}))

    assert await world.api.send(PAGE, **(right | wrong)) == fresh


async def test_when_the_database_fails(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A8: a fault of the second time is told as one of the first."""
    right = {"c": world.company_id, "n": 2}
    await world.api.send(PAGE, **right)

    async def unavailable(*_: Any) -> NoReturn:
        raise Unavailable("The database is out of reach.")

    async def broken(*_: Any) -> NoReturn:
        raise RuntimeError("a text from inside")

    for fault, code in ((unavailable, "UNAVAILABLE"), (broken, "INTERNAL")):
        monkeypatch.setattr(Database, "json", fault)
        errors = (await world.api.send(PAGE, **right))["errors"]
        assert [(error["extensions"]["code"], error["path"]) for error in errors] == [(code, ["company"])]
        assert "a text" not in errors[0]["message"]


async def test_when_it_takes_too_long(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A6: an operation that is asked again is stopped like any other."""
    right = {"c": world.company_id, "n": 2}
    await world.api.send(PAGE, **right)

    async def slow(*_: Any) -> None:
        await asyncio.sleep(5)

    monkeypatch.setattr(Database, "json", slow)
    monkeypatch.setattr(Limits, "seconds", 0.05, raising=False)
    errors = (await world.api.send(PAGE, **right))["errors"]
    assert [error["extensions"]["code"] for error in errors] == ["TIMEOUT"]


async def test_several_root_fields(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A1: fields come in the order in which they were asked for; what isn't the database's alone is executed."""
    query = "query($c: ID!) { b: companies { totalCount } a: company(id: $c) { name } none: order(id: $c) { id } }"
    mixed = "query($c: ID!) { company(id: $c) { name attention { code } } companies { totalCount } }"
    first = await world.api.send(query, c=ids.encode("Company", 1))
    await world.api.send(mixed, c=world.company_id)
    assert list(first["data"]) == ["b", "a", "none"]

    with _executed(monkeypatch) as executed:
        again = await world.api.send(query, c=ids.encode("Company", 1))
        assert (again, list(again["data"])) == (first, list(first["data"]))
        executed.clear()
        await world.api.send(mixed, c=world.company_id)
        assert sorted(executed) == ["companies", "company"]


async def test_trouble_is_asked_for_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A8: a database that is out of reach is not asked again for the same reply, nor is anything left that asks it."""
    query = "query($c: ID!) { a: company(id: $c) { name } b: companies { totalCount } }"
    await world.api.send(query, c=world.company_id)
    asked: list[str] = []

    async def unavailable(_: Database, sql: str, *__: Any) -> NoReturn:
        asked.append(sql)
        raise Unavailable("The database is out of reach.")

    monkeypatch.setattr(Database, "json", unavailable)
    errors = (await world.api.send(query, c=world.company_id))["errors"]

    assert {error["extensions"]["code"] for error in errors} == {"UNAVAILABLE"}
    assert len(asked) == 2


async def test_a_page_counts_whatever_number_asks_for_it(world: World) -> None:
    """A6: 250.0 is as good a page as 250, and costs as much, whichever was asked for first."""
    query = """query($n: Int) { companies(first: $n) { nodes { products(first: $n) { nodes { shadowOf { id } } } } } }"""
    for n in (250.0, 250, 250.0):
        errors = (await world.api.send(query, n=n))["errors"]
        assert [error["extensions"]["limit"] for error in errors] == ["cost"]
    assert (await world.api.send(query, n=2.0))["extensions"] == (await world.api.send(query, n=2))[
        "extensions"
    ]


async def test_a_single_value_for_a_list(world: World) -> None:
    """A6: a value that stands for a list of one costs what it costs, whichever was asked for first."""
    query = "query($s: [OrderStatus!]) { orders(first: 1, filter: { status: $s }) { totalCount } }"
    fresh = await world.api.send(query + " ", s="PENDING")
    listed = [await world.api.send(query, s=["PENDING"]) for _ in range(2)]

    assert await world.api.send(query, s="PENDING") == fresh
    assert listed == [listed[0]] * 2


async def test_trouble_with_one_root_field(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A8: what the database can't answer is null with its error, and the other fields are there, as the first time."""
    query = "query($c: ID!) { a: company(id: $c) { name } b: companies { totalCount } }"
    await world.api.send(query, c=world.company_id)
    json = Database.json

    async def sometimes(self: Database, sql: str, *more: Any) -> str | None:
        if "count(*)" in sql and "companies" in sql and " = " not in sql:
            raise Unavailable("The database is out of reach.")
        return await json(self, sql, *more)

    monkeypatch.setattr(Database, "json", sometimes)
    reply = await world.api.send(query, c=world.company_id)

    assert [error["path"] for error in reply["errors"]] == [["b"]]


async def test_many_values(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A6: a filter by as many values as may be given is planned once, too."""
    query = (
        "query($c: ID!, $s: [String!]) { company(id: $c) { products(filter: { skus: $s }) { totalCount } } }"
    )
    for prefix in ("a", "b"):
        with _executed(monkeypatch) as executed:
            await world.api.ask(query, c=world.company_id, s=[f"{prefix}{n}" for n in range(200)])
    assert executed == []


async def test_long_documents(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A6: a document that would take too much of the memory is not remembered, and answered all the same."""
    long = PAGE + " " * REMEMBERED_LENGTH
    first = await world.api.send(long, c=world.company_id)

    with _executed(monkeypatch) as executed:
        assert await world.api.send(long, c=world.company_id) == first
        assert executed == ["company"]
