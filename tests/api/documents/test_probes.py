"""What scanners of GraphQL servers look for, tried on a server as production has it."""

import base64
import json
from collections.abc import AsyncIterator

import httpx
import pytest
from pydantic import SecretStr

from api.app import create_app, hold
from domain.settings import Environment, Settings
from tests.fixtures.database import one_database
from tests.fixtures.world import World

pytestmark = one_database
_KEY = "k1:" + base64.b64encode(bytes(range(32))).decode()


@pytest.fixture
async def production(world: World, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A server in production with nothing set but what must be, and a key of the whole server's."""
    urls = ("us", "eu", "global", "partner")
    bare = {f"temu_url_{each}": Settings.model_fields[f"temu_url_{each}"].default for each in urls}
    strict = {"env": Environment.PRODUCTION, "encryption_keys": SecretStr(_KEY), **bare}
    app = create_app(settings.model_copy(update=strict))
    hold(app, world.resources)
    key = {"Authorization": f"Bearer {world.api._key}"}
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://tradewind", headers=key) as client:
        yield client


async def _ask(client: httpx.AsyncClient, query: str, **variables: object) -> httpx.Response:
    return await client.post("/graphql", json={"query": query, "variables": variables})


_CIRCLE = "__schema { types { fields { type { fields { type { fields { type { name } } } } } } } }"


async def test_what_is_refused(production: httpx.AsyncClient) -> None:
    """A6, E2, E3, E4, E6, E7, E10: too many aliases, fields, directives or circles are refused, each with one reason, and the
    schema is told to nobody.
    """
    probes = {
        "query cop {" + " ".join(f"alias{n}: __typename" for n in range(101)) + "}": "LIMIT_EXCEEDED",
        "query cop {" + "__typename " * 500 + "}": "LIMIT_EXCEEDED",
        "query cop { __typename " + "@aa" * 10 + " }": "LIMIT_EXCEEDED",
        "query cop { ...A } fragment A on Query { ...B } fragment B on Query { ...A }": "GRAPHQL_VALIDATION_FAILED",
        f"query cop {{ {_CIRCLE} }}": "GRAPHQL_VALIDATION_FAILED",
        "query cop { __schema { types { name fields { name } } } }": "GRAPHQL_VALIDATION_FAILED",
        'query cop { __type(name: "Order") { name } }': "GRAPHQL_VALIDATION_FAILED",
        "qwerty cop { abc }": "GRAPHQL_PARSE_FAILED",
    }
    for query, code in probes.items():
        answer = (await _ask(production, query)).json()

        assert {each["extensions"]["code"] for each in answer["errors"]} == {code}, query
        assert len(answer["errors"]) < 10
        assert not answer.get("data")


# A wrong name, what it is sent with, and what the server knows better.
_WRONG: list[tuple[str, dict[str, object], str]] = [
    ("{ __schema { directive } }", {}, "directives"),
    ("{ order(id: 1) { channelOrderIdd } }", {}, "channelOrderId'"),
    ("{ ordersx { totalCount } }", {}, "'orders'"),
    ("{ orders(firs: 1) { totalCount } }", {}, "'first'"),
    ("{ orders(filter: {statu: [PENDING]}) { totalCount } }", {}, "'status'"),
    ("{ orders(filter: {status: [PENDIN]}) { totalCount } }", {}, "PENDING"),
    ("{ node(id: 1) { channelOrderId } }", {}, "Order'"),
    ("query($f: OrderFilte) { orders(filter: $f) { totalCount } }", {}, "OrderFilter"),
    ("query($f: OrderFilter) { orders(filter: $f) { totalCount } }", {"f": {"statu": []}}, "'status'"),
    ("query($f: OrderFilter) { orders(filter: $f) { totalCount } }", {"f": {"status": ["PENDIN"]}}, "PENDING"),
    ("mutation { importOrder { job { id } } }", {}, "importOrders"),
    ("{ ... on Ordr { id } }", {}, "Order'"),
    ("{ __typename @skp(if: true) }", {}, "skip"),
]  # fmt: skip


async def test_no_right_name_for_a_wrong_one(production: httpx.AsyncClient) -> None:
    """A6, E10: a wrong name of a field, argument, value or type is met with no right one."""
    for query, variables, hidden in _WRONG:
        errors = (await _ask(production, query, **variables)).json()["errors"]

        assert errors
        messages = [each["message"] for each in errors]
        assert not [message for message in messages if "Did you mean" in message or hidden in message]


async def test_what_other_sites_can_send(production: httpx.AsyncClient) -> None:
    """A3, A5, E4, E12: batches, forms and mutations by GET are refused, and without a key in a header nothing is answered."""
    query = "query cop { __typename }"
    del production.headers["Authorization"]
    keyless = await production.get("/graphql", params={"query": query}, headers={"Cookie": "key=tw_x"})
    bad = await production.get(
        "/graphql", params={"query": query}, headers={"Origin": "https://evil.example"}
    )
    assert (keyless.status_code, bad.status_code) == (401, 401)
    assert not [name for name in bad.headers if name.startswith("access-control")]


async def test_transport(production: httpx.AsyncClient) -> None:
    """A3, A4, E4, E10, E12: no batch, no form, no mutation by GET, nothing of how it was run, and no page to try it out."""
    query = "query cop { __typename }"
    batch = await production.post("/graphql", json=[{"query": query}] * 10)
    form = await production.post("/graphql", data={"query": query})
    mutation = await production.get("/graphql", params={"query": "mutation cop { __typename }"})
    plain = (await _ask(production, query)).json()
    page = await production.get("/graphql", headers={"Accept": "text/html"})

    assert (batch.status_code, form.status_code, mutation.status_code) == (400, 415, 405)
    assert plain == {"data": {"__typename": "Query"}, "extensions": plain["extensions"]}
    assert list(plain["extensions"]) == ["cost"]
    assert "tracing" not in json.dumps(plain)
    assert page.status_code == 406
    assert "Tradewind" in page.text
    assert not [word for word in ("GraphiQL", "Playground", "playground") if word in page.text]
    assert (await production.get("/graphiql/assets/x/page.js")).status_code == 404
