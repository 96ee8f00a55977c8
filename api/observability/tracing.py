"""Spans of requests by OpenTelemetry's own middleware; imported only where traces are on."""

from typing import Any

from opentelemetry.instrumentation.asgi import OpenTelemetryMiddleware  # pyright: ignore[reportMissingTypeStubs]
from starlette.types import ASGIApp, Receive, Scope, Send

from api.observability.request_log import QUIET, shown_path
from domain import tracing

_SCOPE, _FAILURE = "tradewind.scope", "tradewind.failure"
# Of others, whose number is anybody's choice, the method alone names the span.
_NAMED_PATHS = frozenset({"/authorize/temu", "/graphql", "/events/temu", "/files"})
# They may hold a key, or the name of a file.
_HIDDEN_HEADERS = frozenset({b"authorization", b"cookie", b"content-disposition"})


class Traced:
    """Shows the middleware requests without query strings, keys, callers' addresses and texts of errors, and the application
    what came in. Operations over a WebSocket begin traces of their own: a connection may last for days.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._traced = OpenTelemetryMiddleware(
            self._inside,
            default_span_details=_details,
            exclude_spans=["receive", "send"],
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in QUIET:
            await self._app(scope, receive, send)
            return
        shown: dict[str, Any] = {
            **scope,
            "path": shown_path(scope),
            "query_string": b"",
            "client": None,
            "headers": [each for each in scope["headers"] if each[0] not in _HIDDEN_HEADERS],
            _SCOPE: scope,
        }
        await self._traced(shown, receive, send)
        failure: Exception | None = shown.get(_FAILURE)
        if failure is not None:
            raise failure

    async def _inside(self, shown: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(shown[_SCOPE], receive, send)
        except Exception as error:  # noqa: BLE001 - raised again, past the middleware, which records its text
            tracing.annotate({}, error=error)
            shown[_FAILURE] = error


def _details(scope: Scope) -> tuple[str, dict[str, str]]:
    method: str = scope["method"]
    return (f"{method} {scope['path']}" if scope["path"] in _NAMED_PATHS else method), {}
