"""What a caller hears of its key's points, and what becomes of a key that has none left."""

from typing import Any

import httpx
import pytest

from domain.access.points import PointsLimiter
from domain.models import Role
from tests.fixtures.database import one_database
from tests.fixtures.world import Api, World

PAGE = "{ orders(first: 100) { nodes { id } } }"
NAME = 'mutation { createCompany(input: {name: "New"}) { company { id } userErrors { message } } }'
GRAPHQL, JSON = "application/graphql-response+json", "application/json"
MAXIMUM = 500


@pytest.fixture
def bucket(world: World) -> None:
    """Buckets so small that a test empties them, to which nothing comes back meanwhile."""
    world.app.state.points = PointsLimiter(world.resources.redis, maximum=MAXIMUM, per_second=1)


async def _send(api: Api, query: str, accept: str = GRAPHQL) -> httpx.Response:
    headers = {"Authorization": f"Bearer {api._key}", "Accept": accept}
    return await api._http.post("/graphql", json={"query": query}, headers=headers)


async def _spend(api: Api) -> list[int]:
    """Ask for pages until there are no points left; returns what was told to be available after each."""
    available = []
    while (reply := await _send(api, PAGE)).status_code == 200:
        available.append(reply.json()["extensions"]["cost"]["throttleStatus"]["available"])
        # Each takes one at least.
        assert len(available) <= MAXIMUM
    return available


@one_database
async def test_points_are_told_and_end(world: World, bucket: None) -> None:
    """A6: each reply tells what its key has left; with too little, nothing runs and the reply says when to come again,
    in the status and a header too where the newer media type is spoken.
    """
    api = await world.key(Role.ADMINISTER)
    whole = (await _send(api, PAGE)).json()["extensions"]["cost"]
    available = await _spend(api)
    refused, older = await _send(api, PAGE), await _send(api, PAGE, JSON)
    while (mutation := await _send(api, NAME)).status_code == 200:
        available.append(mutation.json()["extensions"]["cost"]["throttleStatus"]["available"])
        assert len(available) <= 2 * MAXIMUM
    made = (await world.api.ask("{ companies(first: 250) { nodes { name } } }"))["nodes"][1:]

    cost = whole["requested"]
    status = {"available": MAXIMUM - cost, "maximum": MAXIMUM, "restoreRate": 1}
    assert whole == {"requested": cost, "limit": 30_000, "throttleStatus": status}
    assert len(available) == MAXIMUM // cost - 1 + len(made)
    assert available == sorted(available, reverse=True)
    for reply, http_status in ((refused, 429), (older, 200), (mutation, 429)):
        (error,) = reply.json()["errors"]
        assert reply.status_code == http_status
        assert error["extensions"]["code"] == "THROTTLED"
        assert 0 < error["extensions"]["retryAfter"] <= cost
        assert reply.headers["Retry-After"] == str(error["extensions"]["retryAfter"])
        assert "data" not in reply.json()
        assert reply.json()["extensions"]["cost"]["throttleStatus"]["available"] < cost


@one_database
async def test_one_key_spends_no_others_points(world: World, bucket: None) -> None:
    """A6: a key that has spent its points, and goes on asking, takes nothing from another one, nor by what is wrong."""
    greedy, other = await world.key(Role.READ), await world.key(Role.READ, 1)
    answered = len(await _spend(greedy))
    replies = []
    for _ in range(answered):
        assert (await _send(greedy, PAGE)).status_code == 429
        assert (await _send(other, "{ wrong }")).status_code == 400
        replies.append(await _send(other, PAGE))

    assert [reply.status_code for reply in replies] == [200] * answered


@one_database
async def test_what_costs_nothing_takes_a_point(world: World, bucket: None) -> None:
    """A6: an operation that asks for nothing is not asked without end; subscriptions are taken from as well."""
    api = await world.key(Role.READ)

    async def left(query: str, accept: str = JSON) -> Any:
        reply = await _send(api, query, accept)
        return (await world.app.state.points.charge(2, 0)).available, reply

    before, _ = await left("{ __typename }")
    after, _ = await left("{ __typename }")
    assert before - after == 1
    await _spend(api)
    while (await world.app.state.points.charge(2, 1)).is_granted:
        """Whatever is left."""
    _, reply = await left('subscription { queuedJob(id: "x") { id } }', "text/event-stream")
    assert "THROTTLED" in reply.text
    assert "NOT_FOUND" not in reply.text
