"""The server's composition root: routes in one list, and what the process holds while it runs."""

import asyncio
import signal
import socket
import threading
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from types import FrameType

import uvicorn
from asgi_correlation_id import CorrelationIdMiddleware
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp

from api import files, graphiql, health
from api import webhooks as events
from api.authentication import authenticate
from api.context import Context
from api.listening import listening
from api.observability import metrics, request_log
from api.schema.build import build
from api.schema.errors import present
from api.transport.http import GraphQLEndpoint
from domain import clock, faults, scraping, telemetry, tracing
from domain.access.key_cache import KeyCache
from domain.metrics import loop_lag
from domain.readiness import report_unknown_variables, until_ready
from domain.resources import Resources, opened
from domain.settings import Settings
from domain.telemetry import log
from jobs.queue import connected

_LARGEST_FRAME = 1024 * 1024
_DRAIN_SECONDS = 20


class _Observed(Starlette):
    """Starlette, with what sees each reply around all of it: also those of its own to what nobody has caught."""

    def build_middleware_stack(self) -> ASGIApp:
        app: ASGIApp = request_log.RequestLog(super().build_middleware_stack())
        if tracing.is_on():
            from api.observability.tracing import Traced  # noqa: PLC0415 - OpenTelemetry is imported only where it is used

            app = Traced(app)
        return CorrelationIdMiddleware(
            app,
            header_name="X-Request-Id",
            validator=request_log.is_sane,
            transformer=None,
            update_request_header=False,
        )


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
    )
    app = _Observed(
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
    app.state.is_stopping = False
    app.state.close_streams = graphql.close_streams
    return app


def hold(app: Starlette, resources: Resources) -> None:
    """Have the application answer from these resources."""
    app.state.resources = resources
    app.state.keys = KeyCache(resources.database)
    app.state.registry = scraping.registry(resources)


@asynccontextmanager
async def _lifespan(app: Starlette, settings: Settings) -> AsyncGenerator[None]:
    async with AsyncExitStack() as stack:
        try:
            queue = await stack.enter_async_context(connected(settings))
            holding = opened(settings, redis=queue.redis, after_commit=queue.enqueue)
            resources = await stack.enter_async_context(holding)
        except Exception as fault:  # noqa: BLE001 - serve() tells it; what is raised here would be a traceback in the log
            app.state.end(fault)
            yield
            return
        hold(app, resources)
        # It listens meanwhile, and /ready says why it can do no more.
        starting = asyncio.create_task(_start(app, resources))
        with loop_lag():
            yield
        starting.cancel()
        await asyncio.wait([starting])
    # Here, as uvicorn ends the process with the signal that it was sent.
    await asyncio.to_thread(tracing.stop)
    log.info("server.stopped")


async def _start(app: Starlette, resources: Resources) -> None:
    try:
        await until_ready(resources, report=lambda reason: log.warning("server.not_ready", reason=reason))
    except Exception as fault:  # noqa: BLE001 - serve() tells it
        app.state.end(fault)
    else:
        log.info("server.ready")


def serve(*, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT, then finish the requests in hand. A database that is away is waited for."""
    with faults.ending_in_one_line():
        settings = Settings.load()
    telemetry.configure(log_format=settings.log_format)
    report_unknown_variables()
    tracing.start("tradewind-server")
    app = create_app(settings)
    config = uvicorn.Config(
        app,
        # Its access log holds query strings, and with them queries.
        access_log=False,
        log_config=None,
        server_header=False,
        ws="websockets-sansio",
        ws_max_size=_LARGEST_FRAME,
        timeout_graceful_shutdown=_DRAIN_SECONDS,
        timeout_keep_alive=30,
    )
    server = _Server(config, app, delay_seconds=settings.shutdown_delay_seconds)
    found: list[Exception] = []

    def end(fault: Exception) -> None:
        found.append(fault)
        server.should_exit = True

    app.state.end = end
    with faults.ending_in_one_line(settings):
        server.run(sockets=listening(host, port))
        for fault in found:
            raise fault


class _Server(uvicorn.Server):
    """A server that goes on answering for a while when it is told to stop, unready, so that others are asked instead."""

    def __init__(self, config: uvicorn.Config, app: Starlette, *, delay_seconds: float) -> None:
        super().__init__(config)
        self._app = app
        self._delay_seconds = delay_seconds

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        is_first = not self._app.state.is_stopping
        self._app.state.is_stopping = True
        if sig == signal.SIGTERM and is_first and self._delay_seconds:
            later = threading.Timer(self._delay_seconds, super().handle_exit, (sig, frame))
            later.daemon = True
            later.start()
        else:
            super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # WebSockets are closed by uvicorn itself; for these it would wait as long as for a request.
        self._app.state.close_streams()
        await super().shutdown(sockets)
