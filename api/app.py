"""The server's composition root: routes in one list, and what the process holds while it runs."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection
from starlette.routing import Route, WebSocketRoute

from api import files, graphiql, health, metrics
from api import webhooks as events
from api.authentication import authenticate
from api.context import Context
from api.schema.build import build
from api.schema.errors import present
from api.transport.http import GraphQLEndpoint
from domain import clock, revision, scraping, telemetry
from domain.access.key_cache import KeyCache
from domain.metrics import loop_lag
from domain.resources import Resources, opened
from domain.settings import ConfigurationError, Settings
from domain.telemetry import log
from jobs.queue import connected

_LARGEST_FRAME = 1024 * 1024
_DRAIN_SECONDS = 20


def create_app(settings: Settings) -> Starlette:
    """The ASGI application."""

    async def connect_graphql(connection: HTTPConnection, authorization: str | None) -> Context:
        resources: Resources = connection.app.state.resources
        now = clock.now()
        principal = await authenticate(connection.app.state.keys, authorization, now=now)
        return Context(principal, resources, now)

    graphql = GraphQLEndpoint(
        build(introspection=settings.introspection),
        connect=connect_graphql,
        present=present,
        page=graphiql.page if settings.graphiql else lambda _: None,
        observe=metrics.count_operation,
    )
    return Starlette(
        routes=[
            Route("/graphql", graphql),
            WebSocketRoute("/graphql", graphql),
            Route("/events/temu", events.temu, methods=["GET", "POST"]),
            Route("/live", health.live),
            Route("/ready", health.ready),
            Route("/metrics", metrics.scrape),
            *files.routes(),
            *graphiql.routes(enabled=settings.graphiql),
        ],
        middleware=[Middleware(metrics.CountRequests)],
        lifespan=lambda app: _lifespan(app, settings),
    )


def hold(app: Starlette, resources: Resources) -> None:
    """Have the application answer from these resources."""
    app.state.resources = resources
    app.state.keys = KeyCache(resources.database)
    app.state.registry = scraping.registry(resources)


@asynccontextmanager
async def _lifespan(app: Starlette, settings: Settings) -> AsyncGenerator[None]:
    async with (
        connected(settings) as queue,
        opened(settings, redis=queue.redis, after_commit=queue.enqueue) as resources,
    ):
        hold(app, resources)
        unfit = await revision.problem(resources.database)
        if unfit is not None:
            log.error("server.unready", reason=f"The database {unfit}.")
        log.info("server.ready")
        with loop_lag():
            yield
    log.info("server.stopped")


def serve(*, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT, then finish the requests in hand."""
    try:
        settings = Settings.load()
    except ConfigurationError as error:
        raise SystemExit(str(error)) from None
    telemetry.configure(log_format=settings.log_format)
    uvicorn.run(
        create_app(settings),
        host=host,
        port=port,
        # Its access log holds query strings, and with them queries.
        access_log=False,
        log_config=None,
        server_header=False,
        ws="websockets-sansio",
        ws_max_size=_LARGEST_FRAME,
        timeout_graceful_shutdown=_DRAIN_SECONDS,
        timeout_keep_alive=30,
    )
