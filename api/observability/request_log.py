"""One line for each request when it is over: ids, names of operations and figures, nothing else that a caller sent."""

import re
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

import structlog
from asgi_correlation_id.context import correlation_id
from graphql import GraphQLError, OperationDefinitionNode
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from domain import tracing
from domain.telemetry import log, without_secrets

# Asked every few seconds by whoever watches the server; of these there is no line.
QUIET = frozenset({"/live", "/ready", "/metrics"})
_LONGEST_NAME = 64
_LONGEST_PATH = 100
_SANE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
# How a server says no to an upgrade that the application closes.
_SWITCHED, _REFUSED = 101, 403


@dataclass
class Request:
    """What is known of a request so far. Over a WebSocket, each operation is one."""

    transport: str
    method: str | None = None
    path: str | None = None
    status: int | None = None
    type: str | None = None
    operation: str | None = None
    key_id: int | None = None
    errors: int = 0
    # Of the first error.
    code: str | None = None
    cost: int | None = None
    # Whether nothing is wrong with the operation itself.
    runs: bool = False

    def name(self, operation: OperationDefinitionNode) -> None:
        """Say which operation it runs."""
        self.type = operation.operation.value
        self.operation = None if operation.name is None else operation.name.value[:_LONGEST_NAME]
        shown = self.operation or ""
        about = {"graphql.operation.type": self.type, "graphql.operation.name": shown}
        tracing.annotate(about, name=f"{self.type} {shown}".strip())

    def fail(self, shown: Sequence[GraphQLError], *, count: int = 1) -> None:
        """Count the errors of its reply, of which these are *shown*."""
        self.errors += count
        if self.code is None and shown:
            self.code = str((shown[0].extensions or {}).get("code", "UNKNOWN"))


_current: ContextVar[Request | None] = ContextVar("request", default=None)


def current() -> Request:
    """The request that this task is part of."""
    return _current.get() or Request("none")


def shown_path(scope: Scope) -> str:
    """As much of a path as is told."""
    return without_secrets(scope["path"][:_LONGEST_PATH])


def is_sane(request_id: str) -> bool:
    """Whether a caller's id of a request may be taken over."""
    return _SANE_ID.fullmatch(request_id) is not None


@contextmanager
def logged(request: Request) -> Generator[Request]:
    """Make it this task's request, for good, and tell of it at the end."""
    _current.set(request)
    began = time.perf_counter()
    try:
        yield request
    finally:
        milliseconds = round((time.perf_counter() - began) * 1000, 2)
        told = {name: value for name, value in vars(request).items() if name != "runs"}
        log.info("request.finished", **told, duration_ms=milliseconds)


class RequestLog:
    """Tells of each request over HTTP and of each WebSocket. Inside asgi-correlation-id's middleware."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or scope["path"] in QUIET:
            await self._app(scope, receive, send)
            return
        # Never unbound: what the server logs of a request that failed comes after us, in the same task.
        structlog.contextvars.bind_contextvars(request_id=correlation_id.get())
        transport = "http" if scope["type"] == "http" else "websocket"
        with logged(Request(transport, scope.get("method"), shown_path(scope))) as request:

            async def send_and_look(message: Message) -> None:
                if request.status is None:
                    request.status = _status(message)
                await send(message)

            await self._app(scope, receive, send_and_look)


def _status(message: Message) -> int | None:
    match message["type"]:
        case "http.response.start" | "websocket.http.response.start":
            return int(message["status"])
        case "websocket.accept":
            return _SWITCHED
        case "websocket.close":
            return _REFUSED
        case _:
            return None
