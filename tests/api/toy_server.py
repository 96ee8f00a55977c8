"""A small schema behind the real endpoint, on a real server."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import httpx
import strawberry
import uvicorn
from graphql import GraphQLError
from starlette.applications import Starlette
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route, WebSocketRoute

from api.authentication import Unauthenticated
from api.documents.cache import Prepared
from api.documents.limits import Limits
from api.documents.prepare import preparation
from api.observability import request_log
from api.observability.request_log import RequestLog
from api.transport.http import GraphQLEndpoint
from api.transport.limits import ConnectionLimits
from domain.access.points import Charge

KEY = "Bearer tw_test_key"
# What no reply may hold.
SECRET = "postgresql://tradewind:hunter2@database/tradewind"


@dataclass
class Seen:
    """What happened behind the endpoint: the only thing that says what did not happen."""

    connected: list[str | None] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    presented: list[GraphQLError] = field(default_factory=list)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    revoked: bool = False
    # What an operation's preparation asks of its context, and tells it.
    seen_from: None = None
    prepared: Prepared = field(init=False)
    unavailable: bool = False
    throttled: Charge | None = None
    key_has_ended: asyncio.Event = field(default_factory=asyncio.Event)

    async def charge(self, points: int) -> Charge | None:
        return self.throttled

    async def key_ended(self) -> None:
        await self.key_has_ended.wait()


Info = strawberry.Info[Seen, None]


@strawberry.enum
class Colour(Enum):
    RED = "red"
    GREEN = "green"


@strawberry.type
class Item:
    id: strawberry.ID
    name: str

    @strawberry.field
    def items(self) -> list["Item"]:
        return [Item(id=strawberry.ID(f"{self.id}-{n}"), name="item") for n in range(2)]


@strawberry.type
class PageInfo:
    has_next_page: bool


@strawberry.type
class ItemConnection:
    nodes: list[Item]
    page_info: PageInfo


@strawberry.type
class Query:
    @strawberry.field
    def item(self, id: strawberry.ID) -> Item | None:  # noqa: A002 - the name in the schema
        return Item(id=id, name="one")

    @strawberry.field
    def items(self, first: int | None = None, ids: list[strawberry.ID] | None = None) -> ItemConnection:
        return ItemConnection(
            nodes=[Item(id=strawberry.ID("1"), name="one")], page_info=PageInfo(has_next_page=False)
        )

    @strawberry.field
    def echo(self, text: str) -> str:
        return text

    @strawberry.field
    def paint(self, colour: Colour) -> str:
        return colour.value

    @strawberry.field
    async def slow(self) -> str:
        await asyncio.sleep(60)
        return "late"

    @strawberry.field
    def fails(self) -> str | None:
        raise RuntimeError(f"could not connect to {SECRET}")

    @strawberry.field
    def must_not_fail(self) -> str:
        raise RuntimeError(f"could not connect to {SECRET}")

    @strawberry.field
    def unwritable(self) -> str:
        return "half a pair: \ud800"


@strawberry.type
class Mutation:
    @strawberry.mutation
    def write(self, info: Info, text: str) -> str:
        info.context.written.append(text)
        return text


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def count(self, info: Info, to: int) -> AsyncGenerator[int, None]:
        for number in range(to):
            yield number

    @strawberry.subscription
    async def wait(self, info: Info) -> AsyncGenerator[str, None]:
        try:
            yield "waiting"
            await asyncio.sleep(60)
        finally:
            info.context.ended.set()

    @strawberry.subscription
    async def breaks(self) -> AsyncGenerator[int, None]:
        yield 0
        raise RuntimeError(f"could not connect to {SECRET}")


class ToySchema(strawberry.Schema):
    def process_errors(self, errors: list[GraphQLError], execution_context: Any = None) -> None:
        """Nothing: what is worth a line in the log is written where errors are presented."""


def toy_schema(limits: Limits | None = None, *, introspection: bool = True) -> strawberry.Schema:
    return ToySchema(
        Query, Mutation, Subscription, extensions=[preparation(limits, introspection=introspection)]
    )


@dataclass
class ToyServer:
    """A running server; what `seen` refers to while a request runs, the request reports to."""

    url: str = ""
    seen: Seen = field(default_factory=Seen)
    endpoint: GraphQLEndpoint = field(init=False)

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            base_url=self.url, trust_env=False, verify=False, headers={"authorization": KEY}
        )

    async def connect(self, _connection: HTTPConnection, authorization: str | None) -> Seen:
        self.seen.connected.append(authorization)
        if self.seen.unavailable:
            raise GraphQLError("The database can't be reached.", extensions={"code": "UNAVAILABLE"})
        if authorization != KEY or self.seen.revoked:
            raise Unauthenticated("Send a key as Authorization: Bearer.")
        request_log.current().key_id = 1
        return self.seen

    def present(self, error: GraphQLError) -> GraphQLError:
        self.seen.presented.append(error)
        if error.original_error is None or isinstance(error.original_error, GraphQLError):
            return error
        masked = "Something went wrong here."
        return GraphQLError(masked, nodes=error.nodes, path=error.path, extensions={"code": "INTERNAL"})

    def page(self, request: Request) -> Response | None:
        return HTMLResponse("<title>GraphiQL</title>") if "off" not in request.query_params else None


@asynccontextmanager
async def toy_server(
    *, limits: Limits | None = None, transport: ConnectionLimits | None = None, introspection: bool = True
) -> AsyncGenerator[ToyServer]:
    toy = ToyServer()
    toy.endpoint = endpoint = GraphQLEndpoint(
        toy_schema(limits, introspection=introspection),
        connect=toy.connect,
        present=toy.present,
        page=toy.page,
        transport=transport,
    )
    # What is known of a request is known by its line in the log, on every server of ours.
    app = RequestLog(Starlette(routes=[Route("/graphql", endpoint), WebSocketRoute("/graphql", endpoint)]))
    config = uvicorn.Config(app, port=0, log_config=None, lifespan="off", access_log=False, ws_max_size=2**20)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn tells it in no other way
        await asyncio.sleep(0.005)
    toy.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    try:
        yield toy
    finally:
        server.should_exit = True
        await serving


async def post(
    toy: httpx.AsyncClient, query: str, *, accept: str = "application/graphql-response+json", **more: Any
) -> httpx.Response:
    return await toy.post("/graphql", json={"query": query, **more}, headers={"accept": accept})


def code_of(response: httpx.Response) -> str:
    """The code of the one error in a reply, which has a message too."""
    (error,) = response.json()["errors"]
    assert error["message"]
    return str(error["extensions"]["code"])
