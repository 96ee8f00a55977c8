"""The server's composition root: routes in one list, and what the process holds while it runs."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

from asgi_correlation_id import CorrelationIdMiddleware
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import HTTPConnection
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp

from api import authorize, files, graphiql, health, welcome
from api import webhooks as events
from api.authentication import authenticate
from api.context import Context
from api.documents.by_id import DocumentsById
from api.observability import metrics, request_log
from api.schema.build import build
from api.schema.errors import present
from api.transport.http import GraphQLEndpoint
from api.transport.limits import ConnectionLimits
from domain import clock, scraping, tracing
from domain.access.key_cache import KeyCache
from domain.access.points import PointsLimiter
from domain.access.wrong_keys import WrongKeys
from domain.attention import following as attention
from domain.changes.following import Feed
from domain.companies import authorization
from domain.document_store import DocumentStore
from domain.metrics import loop_lag
from domain.queued_jobs import following
from domain.readiness import until_ready
from domain.resources import Resources, opened
from domain.settings import Settings
from domain.telemetry import log
from jobs.queue import connected

# Those that a browser asks about before it sends them: of GraphQL's clients, of uploads, and of traces.
_REQUEST_HEADERS = ["Authorization", "Content-Disposition", "Content-Type", "Traceparent", "Tracestate", "X-Request-Id",
                    "Apollo-Require-Preflight", "Apollographql-Client-Name", "Apollographql-Client-Version",
                    "GraphQL-Preflight"]  # fmt: skip
_LEAST_COMPRESSED = 2048


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
        state = connection.app.state
        principal = await authenticate(connection, authorization, now=now)
        resources = resources.limited_to(principal.company_ids)
        documents = DocumentsById(
            state.documents, trusted_documents, only_trusted=settings.trusted_documents_only
        )
        return Context(
            principal,
            resources,
            now,
            state.keys,
            state.points,
            state.jobs,
            documents,
            state.changes,
            state.attention,
        )

    schema = build(introspection=settings.shows_schema)
    trusted_documents: Mapping[str, str] = {}
    if settings.trusted_documents is not None:
        trusted_documents = schema.trusted_documents(
            settings.trusted_documents, introspection=settings.shows_schema
        )
    graphql = GraphQLEndpoint(
        schema,
        document_of=lambda request, context: context.documents.text_of(request),
        connect=connect_graphql,
        present=present,
        page=graphiql.page if settings.serves_graphiql else graphiql.sign,
        transport=ConnectionLimits(
            origins=settings.browser_origins,
            # The rest is for requests; and no key takes it all.
            streams=settings.server_connections * 4 // 5,
            streams_of_a_key=settings.server_connections * 2 // 5,
        ),
    )
    app = _Observed(
        routes=[
            Route("/", welcome.welcome, methods=["GET"]),
            Route("/graphql", graphql),
            WebSocketRoute("/graphql", graphql),
            Route("/events/temu", events.temu, methods=["GET", "POST"]),
            Route(authorization.REDIRECT_PATH, authorize.temu),
            Route("/live", health.live),
            Route("/ready", health.ready),
            Route("/metrics", metrics.scrape),
            *files.routes(),
            *graphiql.routes(enabled=settings.serves_graphiql),
        ],
        middleware=[Middleware(metrics.CountRequests), *_for_browsers(settings)],
        lifespan=lambda app: _lifespan(app, settings),
    )
    # A redirection would name whatever host the request names.
    app.router.redirect_slashes = False
    app.state.is_stopping = False
    app.state.close_streams = graphql.close_streams
    return app


def _for_browsers(settings: Settings) -> list[Middleware]:
    """What pages of other origins need, and what spares those who are far away most of a reply's bytes."""
    found: list[Middleware] = []
    if settings.browser_origins:
        # No cookie opens anything: a key comes in a header, which a page has to be handed.
        cors = Middleware(
            CORSMiddleware,
            allow_origins=settings.browser_origins,
            allow_methods=["GET", "POST"],
            allow_headers=_REQUEST_HEADERS,
            expose_headers=["Content-Disposition", "Retry-After", "X-Request-Id"],
            max_age=3600,
        )
        found.append(cors)
    if settings.compression:
        # The least work: more levels cost several times as much for a tenth of the bytes.
        found.append(Middleware(GZipMiddleware, minimum_size=_LEAST_COMPRESSED, compresslevel=1))
    return found


def hold(app: Starlette, resources: Resources) -> None:
    """Have the application answer from these resources."""
    app.state.resources = resources
    app.state.keys = KeyCache(resources.database)
    app.state.wrong_keys = WrongKeys(resources.database)
    app.state.points = PointsLimiter(
        resources.redis,
        maximum=resources.settings.key_points,
        per_second=resources.settings.key_points_per_second,
    )
    app.state.documents = DocumentStore(resources.redis)
    app.state.jobs = following.watcher(resources.database)
    app.state.changes = Feed(resources.database)
    app.state.attention = attention.watcher(resources.database, resources.settings)
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
