"""API keys through the API: who asks, and keys that are made, rotated and revoked."""

from datetime import timedelta
from typing import Any

from api.values import ids
from domain import clock
from domain.models import Role
from tests.fixtures.database import one_database
from tests.fixtures.world import Api, World

VIEWER = """{ viewer { role isServerWide apiKey { name hint role isServerWide companies { name } lastUsedAt }
  companies { totalCount nodes { id } } points { available maximum restoreRate } } }"""
_ANSWER = (
    "{ secret apiKey { id name role isServerWide companies { id } expiresAt } userErrors { code field } }"
)
CREATE = f"mutation($input: CreateApiKeyInput!) {{ createApiKey(input: $input) {_ANSWER} }}"
ROTATE = f"mutation($input: RotateApiKeyInput!) {{ rotateApiKey(input: $input) {_ANSWER} }}"
REVOKE = """mutation($input: RevokeApiKeyInput!) {
  revokeApiKey(input: $input) { apiKey { id revokedAt } userErrors { code field } } }"""
KEYS = "{ apiKeys { totalCount nodes { id name revokedAt } } }"


async def _answers(world: World, secret: str) -> bool:
    reply = await Api(world.http, secret).send("{ __typename }")
    return "data" in reply


async def test_who_asks(world: World) -> None:
    """A5, A6: a key is told what it is, which companies it may see and what it has left, whatever its role."""
    await world.new_company("Another")
    mine, servers = await world.key(Role.READ, 1), world.api

    seen, every = await mine.ask(VIEWER), await servers.ask(VIEWER)

    assert seen["role"] == seen["apiKey"]["role"] == "READ"
    assert not seen["isServerWide"]
    assert seen["apiKey"]["hint"] == mine._key[-6:]
    assert seen["apiKey"]["companies"] == [{"name": "Nordlicht"}]
    assert seen["companies"] == {"totalCount": 1, "nodes": [{"id": world.company_id}]}
    assert 0 < seen["points"]["available"] <= seen["points"]["maximum"]
    assert seen["points"]["restoreRate"] > 0
    assert every["isServerWide"]
    assert every["apiKey"]["companies"] == []
    assert every["companies"]["totalCount"] == 2


async def test_a_key_from_its_making_to_its_end(world: World) -> None:
    """A5: a key that is made opens what it is for; one that follows it has the same; the old one goes on as long as was asked."""
    made = await world.api.ask(
        CREATE, input={"name": "Courier", "role": "OPERATE", "companyIds": [world.company_id]}
    )
    number = made["apiKey"]["id"]
    assert made["apiKey"] == {"id": number, "name": "Courier", "role": "OPERATE", "isServerWide": False,
                              "companies": [{"id": world.company_id}], "expiresAt": None}  # fmt: skip
    assert await _answers(world, made["secret"])

    rotated = await world.api.ask(ROTATE, input={"apiKeyId": number, "graceSeconds": 3600})
    again = await world.api.ask(ROTATE, input={"apiKeyId": rotated["apiKey"]["id"], "graceSeconds": 0})

    keys = {each["id"]: each for each in (await world.api.ask(KEYS))["nodes"]}
    assert rotated["apiKey"] | {"id": number} == made["apiKey"]
    assert keys[number]["revokedAt"] is None
    assert keys[rotated["apiKey"]["id"]]["revokedAt"] is not None
    assert [await _answers(world, key["secret"]) for key in (made, rotated, again)] == [True, False, True]
    for _ in range(2):
        revoked = await world.api.ask(REVOKE, input={"apiKeyId": again["apiKey"]["id"]})
        assert revoked["userErrors"] == []
        assert revoked["apiKey"]["revokedAt"] is not None


@one_database
async def test_one_that_expires_is_followed_by_one_that_does(world: World) -> None:
    """A5: rotating makes a key last as long as the one before, and lets the old one live no longer than it was to."""
    expires = clock.now() + timedelta(minutes=10)
    made = await world.api.ask(
        CREATE, input={"name": "x", "role": "READ", "expiresAt": clock.rfc3339(expires)}
    )

    rotated = await world.api.ask(ROTATE, input={"apiKeyId": made["apiKey"]["id"]})

    old = await world.api.ask(
        "query($ids: [ID!]!) { nodes(ids: $ids) { ... on ApiKey { expiresAt } } }", ids=[made["apiKey"]["id"]]
    )
    assert old[0]["expiresAt"] == made["apiKey"]["expiresAt"] <= rotated["apiKey"]["expiresAt"]


@one_database
async def test_what_is_refused(world: World) -> None:
    """A5: only keys of the server make and end keys, none ends itself, and what is wrong is told by its place."""
    companys, reader = await world.key(Role.ADMINISTER, 1), await world.key(Role.READ)
    me = (await world.api.ask("{ viewer { apiKey { id } } }"))["apiKey"]["id"]
    new = {"name": "x", "role": "READ"}
    past = clock.rfc3339(clock.now() - timedelta(days=1))
    cases: list[tuple[Api, str, dict[str, Any], str, list[str] | None]] = [
        (companys, CREATE, new, "FORBIDDEN", None),
        (reader, CREATE, new, "FORBIDDEN", None),
        (companys, REVOKE, {"apiKeyId": me}, "FORBIDDEN", None),
        (companys, ROTATE, {"apiKeyId": me}, "FORBIDDEN", None),
        (world.api, CREATE, new | {"name": " "}, "REQUIRED", ["name"]),
        (world.api, CREATE, new | {"companyIds": []}, "INVALID", ["companyIds"]),
        (world.api, CREATE, new | {"companyIds": [ids.encode("Company", 99)]}, "NOT_FOUND", ["companyIds"]),
        (world.api, CREATE, new | {"expiresAt": past}, "INVALID", ["expiresAt"]),
        (world.api, REVOKE, {"apiKeyId": me}, "CONFLICT", ["apiKeyId"]),
        (world.api, REVOKE, {"apiKeyId": ids.encode("Company", 1)}, "NOT_FOUND", ["apiKeyId"]),
        (world.api, ROTATE, {"apiKeyId": me, "graceSeconds": -1}, "INVALID", ["graceSeconds"]),
    ]
    count = (await world.api.ask(KEYS))["totalCount"]
    for api, document, given, code, field in cases:
        payload = await api.ask(document, input=given)
        assert payload["userErrors"] == [{"code": code, "field": field}], given
        assert payload["apiKey"] is None
    assert (await world.api.ask(KEYS))["totalCount"] == count
    for api in (companys, reader):
        (error,) = (await api.send(KEYS))["errors"]
        assert error["extensions"]["code"] == "FORBIDDEN"


async def test_nodes_by_their_ids(world: World) -> None:
    """A1, A5: things of several types come in the order of their ids; what there isn't for the key is null, and too many are refused."""
    other = await world.new_company("Another")
    document = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Company { name settings { region } } ... on Warehouse { name } } }"
    warehouse = (
        await world.api.ask('mutation { createWarehouse(input: {name: "W"}) { warehouse { id } } }')
    )["warehouse"]["id"]
    asked = [other, warehouse, "nonsense", world.company_id, ids.encode("Order", 9), other]

    every = await world.api.ask(document, ids=asked)
    mine = await (await world.key(Role.READ, 1)).ask(document, ids=asked)
    refused = await world.api.send(document, ids=["x"] * 101)

    assert [each and each["id"] for each in every] == [other, warehouse, None, world.company_id, None, other]
    assert every[0] == {"__typename": "Company", "id": other, "name": "Another", "settings": {"region": "US"}}
    assert [each and each["id"] for each in mine] == [None, warehouse, None, world.company_id, None, None]
    assert refused["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
