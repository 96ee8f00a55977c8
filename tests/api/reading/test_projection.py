"""What the API answers equals what a slow and obvious reader of the same rows says (tests/oracle).

Here a few queries written at random are asked; `pytest tests/api/reading/test_projection.py --hypothesis-profile=long` asks 2,000.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from itertools import product
from typing import Any

import pytest
from graphql import GraphQLObjectType, get_named_type, is_leaf_type
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from api.schema.build import build
from api.values import ids
from domain import clock
from domain.companies.queries import CompanyOrderField
from domain.inventory.queries import InventoryOrderField
from domain.models import Role
from domain.orders.queries import OrderOrderField
from domain.products.listing_queries import ListingOrderField
from domain.products.queries import ProductOrderField
from domain.queued_jobs.queries import QueuedJobOrderField
from domain.returns.queries import ReturnOrderField
from tests.api.reading.query_writer import Known, Query, Writer
from tests.api.reading.rows_of_every_kind import ALL_KINDS, ODD, PLAIN, fill
from tests.fixtures.tenancy import switch_the_filter_off
from tests.fixtures.world import Api, World
from tests.oracle.executing import answer
from tests.oracle.rows import Rows

SCHEMA = build()._schema
# Statistics are compared with the orders themselves in tests/domain/statistics; lists of Temu's, keys, exports and several things by
# their ids have tests of their own.
WITHOUT = {
    "Company": frozenset({"statistics", "carrierDirectories", "shippingAddressDirectory"}),
    "Query": frozenset({"viewer", "apiKeys", "nodes"}),
    # With a link that is another one each time.
    "QueuedJob": frozenset({"export"}),
    # Noted as it is used.
    "ApiKey": frozenset({"lastUsedAt"}),
}
# What an argument may say that is refused wherever it stands.
WRONG = re.compile(r"nonsense|\b(0|251)\b|x{501}")


@dataclass(frozen=True)
class Caller:
    """Who asks, and the companies that its key may see; None: all."""

    api: Api
    company_ids: frozenset[int] | None


CURSORS = """{ orders { edges { cursor } } inventory { edges { cursor } } auditEvents(first: 9) { edges { cursor } }
  webhooks { edges { cursor } } webhookDeliveries(first: 9) { edges { cursor } } companies(first: 3) { edges { cursor node {
  channelActions { edges { cursor } } returns { edges { cursor } } shippingLabels { edges { cursor } } listings { edges { cursor } } products { edges { cursor } } queuedJobs(first: 6) { edges { cursor node { outcomes { edges { cursor } } } } } } } } }"""


# The lists that can be sorted, by what of, and the words that each is asked with.
SORTED: Mapping[str, tuple[type[Enum], str]] = {
    "Company": (CompanyOrderField, "companies"),
    "InventoryLevel": (InventoryOrderField, "inventory"),
    "Order": (OrderOrderField, "orders"),
    "Product": (ProductOrderField, 'products(filter: {companyId: "Q29tcGFueTox"}'),
    "QueuedJob": (QueuedJobOrderField, "queuedJobs"),
}


@pytest.fixture
async def rows(world: World, monkeypatch: pytest.MonkeyPatch) -> Rows:
    """Rows of every kind, at a moment that stays."""
    moment = clock.now()
    monkeypatch.setattr(clock, "now", lambda: moment)
    async with world.database.write() as session:
        await fill(session)
    async with world.database.read() as session:
        return await Rows.load(session, settings=world.resources.settings, now=moment)


@pytest.fixture
async def callers(world: World) -> list[Caller]:
    """The server's key, that of one company and that of two."""
    return [
        Caller(world.api, None),
        Caller(await world.key(Role.ADMINISTER, 1), frozenset({1})),
        Caller(await world.key(Role.ADMINISTER, 1, 2), frozenset({1, 2})),
    ]


@pytest.fixture
async def known(world: World, rows: Rows) -> Known:
    """What its queries may name."""
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
    for kind, (fields, asked) in SORTED.items():
        for field, direction in product(fields, ("ASC", "DESC")):
            order = f"orderBy: {{field: {field.value}, direction: {direction}}}"
            begun = asked + (", " if "(" in asked else "(")
            found = await world.api.ask(f"{{ {begun}{order}, first: 9) {{ edges {{ cursor }} }} }}")
            collect(f"{kind}Connection {field.value} {direction}", found)
    for field, direction in product(ListingOrderField, ("ASC", "DESC")):
        order = f"orderBy: {{field: {field.value}, direction: {direction}}}, first: 9"
        found = await world.api.ask(
            f'{{ company(id: "Q29tcGFueTox") {{ listings({order}) {{ edges {{ cursor }} }} }} }}'
        )
        collect(f"ListingConnection {field.value} {direction}", found["listings"])
    for field, direction in product(ReturnOrderField, ("ASC", "DESC")):
        order = f"orderBy: {{field: {field.value}, direction: {direction}}}, first: 9"
        asked = (
            f'{{ company(id: "{by_kind["Company"][0]}") {{ returns({order}) {{ edges {{ cursor }} }} }} }}'
        )
        collect(f"ReturnConnection {field.value} {direction}", (await world.api.ask(asked))["returns"])
    collect("AuditEventConnection", page["auditEvents"])
    collect("WebhookConnection", page["webhooks"])
    collect("WebhookDeliveryConnection", page["webhookDeliveries"])
    collect("InventoryLevelConnection", page["inventory"])
    for edge in page["companies"]["edges"]:
        collect("CompanyConnection", {"edges": [edge]})
    of_orders = await world.api.ask("{ orders { nodes { history(first: 3) { edges { cursor } } } } }")
    for node in of_orders["nodes"]:
        collect("HistoryEntryConnection", node["history"])
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
        {"search": words, "skus": ["a_b", "ab", "A_B", "", ODD, *words], "orderedFrom": moments, "orderedTo": moments,
         "from": moments, "to": moments, "action": words, "channelOrderIds": words, "countryCodes": ["DE", "US", *words],
         "forbidsCarrier": ["b", *words], "carriers": ["UPS", ODD, *words], "channelReturnIds": words, "currencyCode": ["USD", "EUR", "X"],
         "trackingNumber": [ODD, *words], "trackingNumbers": ["1Z", ODD, *words], "packageNumber": ["PK-1", *words],
         "subject": [f"{ODD} 1", "PA-2", f"{ODD[:80]}3", *words], "websiteProductIds": ["9", *words]},
    )  # fmt: skip


def _all_of(kind: GraphQLObjectType, depth: int) -> str:
    """Every field of a type, and of the objects inside it so deep."""
    fields: list[str] = []
    for name, field in kind.fields.items():
        inner = get_named_type(field.type)
        if name in WITHOUT.get(kind.name, ()):
            continue
        arguments = "(first: 3)" if "first" in field.args else ""
        if isinstance(inner, GraphQLObjectType) and depth > 0:
            fields.append(f"{name}{arguments} {_all_of(inner, depth - 1)}")
        elif is_leaf_type(inner):
            fields.append(name)
    return "{ __typename " + " ".join(fields) + " }"


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_every_field_without_the_filter(
    rows: Rows, callers: list[Caller], known: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A5: with no condition on companies left in any statement, PostgreSQL itself answers as with them."""
    switch_the_filter_off(monkeypatch)
    # In one they would be more fields than an operation may select.
    lists = [
        "{ companies { totalCount nodes " + _all_of(SCHEMA.type_map["Company"], 2) + " } }",  # type: ignore[arg-type]
        "{ inventory { totalCount } products { totalCount statusCounts { count } } queuedJobs { totalCount } "
        "orders { totalCount nodes " + _all_of(SCHEMA.type_map["Order"], 2) + " } }",  # type: ignore[arg-type]
    ]
    # The server's own key is under no such condition.
    for caller in callers[1:]:
        for each in lists:
            assert await _compared(caller, rows, Query(each, {}, {}), {}) is not None
        for kind in ALL_KINDS:
            of = SCHEMA.type_map[kind]
            assert isinstance(of, GraphQLObjectType)
            # One step deep: each kind is asked for by itself, and the lists above go two.
            query = Query(f"query($id: ID!) {{ node(id: $id) {{ ... on {kind} {_all_of(of, 1)} }} }}", {}, {})
            for number in known.ids[kind]:
                await _compared(caller, rows, query, {"id": number})


async def test_every_field(rows: Rows, callers: list[Caller], known: Known) -> None:
    """A1, A2: each field of what has an id is what its row says."""
    for kind in ALL_KINDS:
        of = SCHEMA.type_map[kind]
        assert isinstance(of, GraphQLObjectType)
        query = Query(f"query($id: ID!) {{ node(id: $id) {{ ... on {kind} {_all_of(of, 2)} }} }}", {}, {})
        replies = [await _compared(callers[2], rows, query, {"id": number}) for number in known.ids[kind][:4]]
        assert sum(reply is not None and reply["node"] is not None for reply in replies) > 1, kind


# Beside an error that leaves nothing of a reply, GraphQL's executor cancels what it had not begun to wait for.
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
@given(data=st.data())
@settings(
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
async def test_queries_written_at_random(
    rows: Rows, callers: list[Caller], known: Known, data: st.DataObject
) -> None:
    """A2, A5: queries written at random are answered as their rows say, whoever asks, and whether asked before or not."""
    for _ in range(3):
        query = Writer(data, SCHEMA, known, WITHOUT).query()
        for caller in callers:
            for variables in (query.variables, query.others, query.variables):
                await _compared(caller, rows, query, variables)


async def _compared(
    caller: Caller, rows: Rows, query: Query, variables: Mapping[str, Any]
) -> Mapping[str, Any] | None:
    """The data of a reply, which is what the rows say; None where it was refused, for a reason."""
    expected = answer(rows, caller.company_ids, query.document, variables)
    reply = await caller.api.send(query.document, **variables)
    if "errors" in reply:
        for error in reply["errors"]:
            is_limit = "limit" in error["extensions"]
            assert is_limit or error["extensions"]["code"] == "BAD_USER_INPUT", (error, query)
            is_dear = expected.is_refused and "is worked out for each row" in error["message"]
            assert is_limit or is_dear or _is_wrong(query, variables), (error, query)
        return None
    assert not expected.is_refused, query
    # As text: what was asked for first comes first.
    assert json.dumps(reply["data"]) == json.dumps(expected.data), (query, variables, caller.company_ids)
    data: Mapping[str, Any] = reply["data"]
    return data


def _is_wrong(query: Query, variables: Mapping[str, Any]) -> bool:
    # Variables may name another order than that of the cursor beside them.
    has_cursor = "orderBy" in query.document and re.search("after|before", query.document)
    return WRONG.search(query.document + json.dumps(variables)) is not None or has_cursor is not None
