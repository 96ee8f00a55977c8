"""
What the database answers by itself equals what the resolvers say, to the byte.

Here a few queries written at random are asked; `pytest tests/api/test_projection.py --hypothesis-profile=long` asks 2,000.
"""

import json
from collections.abc import Awaitable, Callable
from typing import Any, NoReturn

import pytest
from graphql import GraphQLObjectType, get_named_type, is_leaf_type
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from api import answers, ids, projecting, repeating, schema
from api.queries import Query
from domain.companies.projection import COMPANY
from domain.database import Database
from domain.models import Role
from domain.orders.projection import ORDER, ORDER_ITEM, ORDER_NOTE
from domain.projection.asking import NotProjectable
from domain.projection.fields import Entity, Listed, Many, One, Paged, Part
from domain.shipping.projection import PACKAGE
from tests.api.query_writer import Known, Writer
from tests.api.rows_of_every_kind import ALL_KINDS, ODD, PLAIN, fill
from tests.fixtures.world import Api, World

SCHEMA = schema.build()._schema
# Computed in Python: see docs/performance.md.
ORDINARY = {"Company": frozenset({"attention", "schedules"}), "Product": frozenset({"stockExplanation"})}


async def _raw(api: Api, document: str, variables: dict[str, Any]) -> bytes:
    reply = await api._http.post(
        "/graphql",
        json={"query": document, "variables": variables},
        headers={"Authorization": f"Bearer {api._key}"},
    )
    return reply.content


CURSORS = """{ orders { edges { cursor } } companies(first: 3) { edges { cursor node {
  products { edges { cursor } } queuedJobs(first: 6) { edges { cursor node { outcomes { edges { cursor } } } } } } } } }"""


@pytest.fixture
async def apis(world: World) -> list[Api]:
    """
    A world that holds rows of every kind, as the server's key sees it and as those of one company and of two do.
    """
    async with world.database.write() as session:
        await fill(session)
    return [world.api, await world.key(Role.READ, 1), await world.key(Role.READ, 1, 2)]


@pytest.fixture
async def known(world: World, apis: list[Api]) -> Known:
    """
    What its queries may name.
    """
    assert apis
    by_kind = {
        kind: [ids.encode(kind, number) for number in (1, 2, 4, 6, 7, 12, 15, 26, 999)] for kind in ALL_KINDS
    }
    by_kind["Company"] = [ids.encode("Company", number) for number in (1, 1, 2, 3, 4)]
    page = await world.api.ask(CURSORS)
    cursors: dict[str, list[str]] = {}

    def collect(name: str, connection: dict[str, Any]) -> None:
        for edge in connection["edges"]:
            cursors.setdefault(name, []).append(edge["cursor"])
            for inner, value in edge.get("node", {}).items():
                collect(f"{inner[0].upper()}{inner[1:-1]}Connection".replace("Outcome", "JobOutcome"), value)

    collect("OrderConnection", page["orders"])
    for edge in page["companies"]["edges"]:
        collect("CompanyConnection", {"edges": [edge]})
    moments = [
        "2026-05-01T12:00:00Z",
        "2026-05-01T15:00:00.120000+01:00",
        "2026-05-01T14:00:00.000001Z",
        "1900-01-01T00:00:00Z",
    ]
    words = [
        "",
        "a",
        "A_B",
        "100%",
        "%",
        "_",
        "/",
        "\\",
        "Zoë",
        "zoë",
        "ZOE",
        'Zoe\u0308 "a',
        "李",
        ODD,
        PLAIN,
        "PO-211",
        "z" * 500,
        "x" * 501,
    ]
    return Known(
        {**{kind: [*own, by_kind["Order"][0], "nonsense"] for kind, own in by_kind.items()},
         "any": [*(each for own in by_kind.values() for each in own), "nonsense"]},
        cursors,
        {"search": words, "skus": ["a_b", "ab", "A_B", "", ODD, *words], "orderedFrom": moments, "orderedTo": moments},
    )  # fmt: skip


def _nothing(*_: Any) -> NoReturn:
    raise NotProjectable


# Beside an error that leaves nothing of a reply, GraphQL's executor cancels what it had not begun to wait for.
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
@given(data=st.data())
@settings(
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
async def test_both_ways_say_the_same(
    world: World, apis: list[Api], known: Known, data: st.DataObject
) -> None:
    """A2, A5: queries written at random are answered alike by projections and resolvers, to the byte, whoever asks."""
    is_sqlite = world.database.engine.dialect.name == "sqlite"
    for _ in range(3):
        query = Writer(data, SCHEMA, known, ORDINARY).query()
        for api in apis:
            projected: list[object] = []
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(repeating.Repeats, "again", _never)
                patch.setattr(Database, "json", _counting(projected))
                one = await _raw(api, query.document, query.variables)
            again = [await _raw(api, query.document, each) for each in (query.variables, query.others)]
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(repeating.Repeats, "again", _never)
                patch.setattr(answers, "find", _nothing)
                ordinary = [await _raw(api, query.document, each) for each in (query.variables, query.others)]
            assert _comparable(one) == _comparable(ordinary[0]), query
            assert list(map(_comparable, again)) == list(map(_comparable, ordinary)), query
            reply = json.loads(one)
            # SQLite's parser reads only so many brackets inside brackets: the rest is resolved in the ordinary way.
            if "errors" not in reply and not is_sqlite:
                assert len(projected) == sum(value is not None for value in reply["data"].values()), query


def _counting(projected: list[object]) -> Callable[..., Awaitable[object]]:
    json = Database.json

    async def counted(self: Database, *statement: Any) -> object:
        value = await json(self, *statement)
        projected.extend([] if value is None else [value])
        return value

    return counted


async def _never(*_: Any) -> None:
    """
    As if nothing had been asked before.
    """


def _comparable(reply: bytes) -> object:
    """
    The reply as it is; errors of two root fields may come in either order.
    """
    if b'"errors"' not in reply:
        return reply
    parsed = json.loads(reply)
    return {**parsed, "errors": sorted(parsed.get("errors", ()), key=str)}


def test_every_field_is_declared() -> None:
    """A1, A2: of all that can be read, projections declare every field, of the kind that it has in the schema."""
    types = SCHEMA.type_map
    found: list[Entity | Listed | Part] = [COMPANY, ORDER, ORDER_ITEM, ORDER_NOTE, PACKAGE]
    for of in found:
        kind = types[of.type]
        assert isinstance(kind, GraphQLObjectType)
        assert set(of.fields) == set(kind.fields) - ORDINARY.get(of.type, frozenset()), of.type
        for name, known in of.fields.items():
            inner = known.entity if isinstance(known, One | Many | Paged) else known
            returned = get_named_type(kind.fields[name].type)
            if not isinstance(inner, Entity | Listed | Part):
                assert is_leaf_type(returned)
                continue
            suffix = "Connection" if isinstance(known, Paged) else ""
            assert returned.name == inner.type + suffix
            if inner not in found:
                found.append(inner)


def test_every_root_field_projects() -> None:
    """A2: what can be asked at the root is a projection where it can be."""
    for field in Query.__strawberry_definition__.fields:  # type: ignore[attr-defined]
        assert any(isinstance(each, projecting.Projects) for each in field.extensions), field.name
