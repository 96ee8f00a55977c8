"""Tradewind's API as a front end uses it: requests over HTTP, a subscription over graphql-transport-ws."""

import json
from collections.abc import Iterator
from typing import Any, Self

import httpx
from websockets.sync.client import connect

_PROTOCOL = "graphql-transport-ws"


class ApiError(Exception):
    """The API refused something that the demo needs."""


class Client:
    """One front end with one key."""

    def __init__(self, url: str, key: str) -> None:
        self._url = url
        self._authorization = f"Bearer {key}"
        self._http = httpx.Client(base_url=url, timeout=30, headers={"Authorization": self._authorization})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def run(self, document: str, **variables: Any) -> Any:
        """The only root field of a query or mutation; raises ApiError where anything was refused."""
        reply = self._http.post("/graphql", json={"query": document, "variables": variables}).json()
        if reply.get("errors"):
            raise ApiError(reply["errors"][0]["message"])
        (answer,) = reply["data"].values()
        if isinstance(answer, dict) and answer.get("userErrors"):
            raise ApiError(answer["userErrors"][0]["message"])
        return answer

    def follow(self, document: str, **variables: Any) -> Iterator[Any]:
        """Each event of a subscription, until it completes."""
        address = self._url.replace("http", "ws", 1) + "/graphql"
        with connect(address, subprotocols=[_PROTOCOL]) as socket:  # type: ignore[list-item]
            _send(socket, type="connection_init", payload={"Authorization": self._authorization})
            _send(socket, type="subscribe", id="1", payload={"query": document, "variables": variables})
            for text in socket:
                message = json.loads(text)
                if message["type"] == "next":
                    (event,) = message["payload"]["data"].values()
                    yield event
                elif message["type"] == "ping":
                    _send(socket, type="pong")
                elif message["type"] == "error":
                    raise ApiError(message["payload"][0]["message"])
                elif message["type"] == "complete":
                    return


def _send(socket: Any, **message: Any) -> None:
    socket.send(json.dumps(message))
