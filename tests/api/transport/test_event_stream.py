"""Operations answered as server-sent events."""

import asyncio
import json

import httpx
import pytest

from api.transport.limits import ConnectionLimits
from tests.api.toy_server import SECRET, Seen, code_of, post, toy_server

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"
EVENTS = {"accept": "text/event-stream"}


class TestEvents:
    async def test_subscription(self, toy: httpx.AsyncClient) -> None:
        """A3: a subscription is answered as events: next for each, then complete."""
        response = await post(toy, "subscription { count(to: 2) }", accept="text/event-stream")

        assert response.headers["content-type"].startswith("text/event-stream")
        events = _events(response.text)
        assert [event for event, _ in events] == ["next", "next", "complete"]
        assert [json.loads(data)["data"] for _, data in events[:2]] == [{"count": 0}, {"count": 1}]

    @pytest.mark.parametrize(
        "accept", ["*/*", f"{JSON}, text/event-stream", f"{GRAPHQL}, text/event-stream;q=0.4"]
    )
    async def test_chosen_by_operation(self, toy: httpx.AsyncClient, accept: str) -> None:
        """A3: a client that takes both gets events for a subscription and one answer for a query."""
        subscription = await post(toy, "subscription { count(to: 1) }", accept=accept)
        query = await post(toy, "{ __typename }", accept=accept)

        assert subscription.headers["content-type"].startswith("text/event-stream")
        assert query.json()["data"] == {"__typename": "Query"}

    async def test_by_get(self, toy: httpx.AsyncClient) -> None:
        """A3: EventSource can only GET, so a subscription may come that way."""
        parameters = {"query": "subscription { count(to: 1) }"}

        response = await toy.get("/graphql", params=parameters, headers=EVENTS)

        assert [event for event, _ in _events(response.text)] == ["next", "complete"]

    async def test_no_events_accepted(self, toy: httpx.AsyncClient) -> None:
        """A3: a subscription that could only be answered once is 406, which says how to ask."""
        response = await post(toy, "subscription { count(to: 1) }", accept=JSON)

        assert (response.status_code, code_of(response)) == (406, "NOT_ACCEPTABLE")

    @pytest.mark.parametrize(
        "query",
        [
            "{",
            "subscription { nothing }",
            "subscription { breaks }",
            "query A { a } query B { b }",
            "{ fails }",
        ],
    )
    async def test_errors(self, toy: httpx.AsyncClient, query: str) -> None:
        """A3, A8: an event stream tells errors as events, masked like all others, and completes."""
        response = await post(toy, query, accept="text/event-stream")

        events = _events(response.text)
        assert response.status_code == 200
        assert json.loads(events[-2][1])["errors"]
        assert events[-1][0] == "complete"
        assert SECRET not in response.text

    async def test_client_that_leaves(self, toy: httpx.AsyncClient, seen: Seen) -> None:
        """A3: when the client leaves, its subscription ends."""
        request = toy.build_request(
            "POST",
            "/graphql",
            json={"query": "subscription { wait }"},
            headers=EVENTS,
        )
        response = await toy.send(request, stream=True)
        assert "waiting" in await anext(response.aiter_text())

        await response.aclose()

        async with asyncio.timeout(5):
            await seen.ended.wait()

    async def test_heartbeat(self, seen: Seen) -> None:
        """A3: a silent stream sends signs of life."""
        async with (
            toy_server(transport=ConnectionLimits(heartbeat_seconds=0.02)) as server,
            server.client() as toy,
        ):
            request = toy.build_request(
                "POST",
                "/graphql",
                json={"query": "subscription { wait }"},
                headers=EVENTS,
            )
            response = await toy.send(request, stream=True)
            lines = response.aiter_lines()
            while await anext(lines) != ":":
                pass
            await response.aclose()

    async def test_a_server_that_stops(self) -> None:
        """A3, R5: a subscription's stream ends with the server, whole but not complete, and one that comes then too."""
        async with toy_server() as server, server.client() as toy, asyncio.timeout(20):
            query = {"query": "subscription { wait }"}
            async with toy.stream("POST", "/graphql", json=query, headers=EVENTS) as response:
                text = response.aiter_text()
                assert "waiting" in await anext(text)
                server.endpoint.close_streams()
                rest = "".join([part async for part in text])
            await server.seen.ended.wait()
            later = await post(toy, "subscription { wait }", accept="text/event-stream")
            answered = await post(toy, '{ echo(text: "x") }', accept="text/event-stream")

        assert "complete" not in rest
        assert [event for event, _ in _events(later.text)] == ["next"]
        assert [event for event, _ in _events(answered.text)] == ["next", "complete"]


def _events(text: str) -> list[tuple[str, str]]:
    events: list[tuple[str, str]] = []
    for block in text.split("\n\n"):
        if block and not block.startswith(":"):
            name, data = block.split("\n")
            events.append((name.removeprefix("event: "), data.removeprefix("data:").strip()))
    return events
