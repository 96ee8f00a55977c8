"""What Prometheus scrapes, and the counting of requests and operations."""

import asyncio

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request as HTTPRequest
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.observability.request_log import Request
from domain import metrics

_METHODS = frozenset({"GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"})
# A client names its operations, so only so many names are told apart.
_MOST_OPERATIONS = 100
_operations = metrics.BoundedNames(_MOST_OPERATIONS)


async def scrape(request: HTTPRequest) -> Response:
    """All metrics of this process. They are read by a thread, which waits for what only the event loop can ask."""
    content = await asyncio.to_thread(generate_latest, request.app.state.registry)
    return Response(content, media_type=CONTENT_TYPE_LATEST)


def count_operation(request: Request, seconds: float) -> None:
    """Count an operation that ended."""
    code = request.code or "OK"
    if request.type is None or not request.runs:
        # It may be called anything, and each wrong document something else.
        metrics.OPERATIONS.labels("other", "unknown", code).inc()
        return
    name = _operations.of(request.operation)
    metrics.OPERATIONS.labels(name, request.type, code).inc()
    metrics.OPERATION_COST.labels(name).inc(request.cost or 0)
    if request.type != "subscription":
        metrics.OPERATION_SECONDS.labels(name).observe(seconds)


class CountRequests:
    """ASGI middleware that counts each HTTP request once its reply has begun, or has failed to."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watch)
        finally:
            route: BaseRoute | None = scope.get("route")
            method = scope["method"] if scope["method"] in _METHODS else "other"
            metrics.HTTP_REQUESTS.labels(getattr(route, "path", "none"), method, str(status)).inc()
