"""How many WebSockets and event streams may be open, of all and of one key."""

import asyncio

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from api.transport.limits import ConnectionLimits
from tests.api.toy_server import ToyServer, toy_server
from tests.api.transport.test_websocket import INIT, acknowledged, socket, subscribe

WAIT = {"query": "subscription { wait }"}
EVENTS = {"accept": "text/event-stream"}


async def test_of_one_key() -> None:
    """A6, E13: of more streams of one key, of either kind, the last is refused and the others go on; an end makes room."""
    async with (
        asyncio.timeout(20),
        toy_server(transport=ConnectionLimits(streams_of_a_key=2)) as toys,
        toys.client() as toy,
    ):
        async with (
            acknowledged(toys) as first,
            toy.stream("POST", "/graphql", json=WAIT, headers=EVENTS) as stream,
        ):
            assert stream.status_code == 200
            async with socket(toys) as refused:
                await refused.send(INIT)
                assert (await refused.closed())[0] == 1011
            again = await toy.post("/graphql", json=WAIT, headers=EVENTS)
            assert (again.status_code, again.json()["errors"][0]["extensions"]["code"]) == (
                503,
                "LIMIT_EXCEEDED",
            )
            await first.send(subscribe("{ __typename }"))
            await first.receive_until_complete()
            # Who has no stream is as free as ever.
            assert (await toy.post("/graphql", json={"query": "{ __typename }"})).status_code == 200
        # As soon as the server has seen them go.
        while not await _opens(toys):
            pass


async def _opens(toys: ToyServer) -> bool:
    async with socket(toys) as opened:
        await opened.send(INIT)
        try:
            return bool((await opened.receive())["type"] == "connection_ack")
        except ConnectionClosed:
            return False


async def test_of_a_process() -> None:
    """A6: of more WebSockets than a process may have, even those that have told no key count, the last is 503."""
    async with toy_server(transport=ConnectionLimits(streams=1)) as toys, socket(toys):
        with pytest.raises(InvalidStatus) as refusal:
            async with socket(toys):
                pass
        assert refusal.value.response.status_code == 503
