"""/graphql over POST, GET, server-sent events and WebSocket, as GraphQL over HTTP describes it.

Who is asking, what an error may show and what a browser gets are handed in.
"""

import asyncio
from collections.abc import Callable, Mapping

from graphql import GraphQLError
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry import Schema
from strawberry.schema.exceptions import InvalidOperationTypeError
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

from api.authentication import Throttled, Unauthenticated
from api.observability import request_log
from api.transport.body import (
    GraphQLRequest,
    RequestRefused,
    check_media_type,
    from_body,
    from_query_string,
    read_body,
    throttled,
)
from api.transport.limits import ConnectionLimits, OpenStreams, TooManyStreams
from api.transport.negotiation import GRAPHQL, JSON, AcceptedTypes, accepted
from api.transport.results import (
    Connect,
    DocumentOf,
    Operations,
    Present,
    as_sent,
    encode_json,
    is_request_error,
)
from api.transport.sse import server_sent_events
from api.transport.websocket import GraphQLWebSocket

Page = Callable[[Request], Response | None]
"""What a browser gets to see at the endpoint, if anything."""

_METHODS = "GET, POST"

# Answers depend on who asks; none may be kept by anyone between, or taken for a page.
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}

# Of requests that never came to execute: what isn't the client's doing gets a status that says so; and a hash that isn't known
# yet is the way that persisted queries go, so clients take it for no failure.
_STATUS = {"TIMEOUT": 504, "UNAVAILABLE": 503, "INTERNAL": 500, "UNAUTHENTICATED": 401, "FORBIDDEN": 403,
           "THROTTLED": 429, "PERSISTED_QUERY_NOT_FOUND": 200}  # fmt: skip


class GraphQLEndpoint:
    """The ASGI application for a `Route` and a `WebSocketRoute` at the same path."""

    def __init__(
        self,
        schema: Schema,
        *,
        connect: Connect,
        present: Present,
        page: Page = lambda _request: None,
        document_of: DocumentOf = as_sent,
        transport: ConnectionLimits | None = None,
    ) -> None:
        self._transport = transport = transport or ConnectionLimits()
        self._operations = Operations(schema, present, document_of=document_of, errors=transport.errors)
        self._connect = connect
        self._page = page
        self._websocket = GraphQLWebSocket(self._operations, self._connect_socket, transport)
        self._streams = OpenStreams(transport)
        self._closing = asyncio.Event()

    def close_streams(self) -> None:
        """End the event streams of subscriptions, and each that still comes: the server stops."""
        self._closing.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            if scope["type"] == "websocket":
                await self._serve_socket(WebSocket(scope, receive, send))
            else:
                response = await self._respond(Request(scope, receive))
                await response(scope, receive, send)
        finally:
            self._streams.close(id(scope))

    async def _serve_socket(self, websocket: WebSocket) -> None:
        try:
            self._streams.open(id(websocket.scope))
        except TooManyStreams as error:
            await websocket.send_denial_response(PlainTextResponse(str(error), 503))
        else:
            await self._websocket.serve(websocket)

    async def _connect_socket(self, connection: HTTPConnection, authorization: str | None) -> object:
        context = await self._connect(connection, authorization)
        try:
            self._streams.open(id(connection.scope), request_log.current().key_id)
        except TooManyStreams as error:
            raise GraphQLError(str(error), extensions={"code": "LIMIT_EXCEEDED"}) from None
        return context

    async def _respond(self, request: Request) -> Response:
        accept = accepted(",".join(request.headers.getlist("accept")))
        try:
            return await self._answer(request, accept)
        except RequestRefused as refusal:
            return _refused(refusal, accept)
        except ClientDisconnect:
            return Response(status_code=400)  # to nobody: the client has left

    async def _answer(self, request: Request, accept: AcceptedTypes) -> Response:
        if request.method not in {"GET", "POST"}:
            message = f"GraphQL is served by {_METHODS}."
            raise RequestRefused(
                405, "METHOD_NOT_ALLOWED", message, {"Allow": _METHODS, "Connection": "close"}
            )
        if request.method == "GET" and accept.prefers_html:
            page = self._page(request)
            if page is not None:
                return page
        if accept.json is None and not accept.events:
            message = f"Answers are {GRAPHQL}, {JSON} or, of subscriptions, text/event-stream."
            raise RequestRefused(406, "NOT_ACCEPTABLE", message, {"Connection": "close"})
        try:
            context = await self._connect(request, request.headers.get("authorization"))
        except Throttled as error:
            raise throttled(error) from None
        except Unauthenticated as error:
            challenge = {"WWW-Authenticate": "Bearer", "Connection": "close"}
            raise RequestRefused(401, "UNAUTHENTICATED", str(error), challenge) from None
        except Exception as error:  # noqa: BLE001 - answered like any other error, as `present` shows it
            failed = self._operations.failed(error)
            return _response(self._operations.reply(failed), accept.json or JSON, _status(failed))
        return await self._run(request, await self._read(request), context, accept)

    async def _read(self, request: Request) -> GraphQLRequest:
        most = self._transport.body_bytes
        if request.method == "GET":
            return from_query_string(request.scope["query_string"], most=most)
        headers = request.headers
        check_media_type(headers.get("content-type"), headers.get("content-encoding"))
        body = await read_body(request, most=most, seconds=self._transport.body_seconds)
        return from_body(body)

    async def _run(
        self, request: Request, asked: GraphQLRequest, context: object, accept: AcceptedTypes
    ) -> Response:
        allowed = {OperationType.QUERY}
        if request.method == "POST":
            allowed.add(OperationType.MUTATION)
        if accept.json is None:
            return self._stream(id(request.scope), asked, context, allowed | {OperationType.SUBSCRIPTION})
        try:
            result = await self._operations.execute(asked, context, allowed)
        except InvalidOperationTypeError as error:
            if error.operation_type is OperationType.MUTATION:
                message = "A mutation must be sent by POST."
                raise RequestRefused(405, "METHOD_NOT_ALLOWED", message, {"Allow": "POST"}) from None
            if not accept.events:
                message = "A subscription is answered as text/event-stream, or over a WebSocket."
                raise RequestRefused(406, "NOT_ACCEPTABLE", message) from None
            return self._stream(id(request.scope), asked, context, {OperationType.SUBSCRIPTION})
        # Older clients take anything but 200 for a failure of the transport, so plain JSON keeps to it.
        status = _status(result) if accept.json == GRAPHQL else 200
        return _response(self._operations.reply(result), accept.json, status, _retry_after(result))

    def _stream(
        self, stream: int, asked: GraphQLRequest, context: object, allowed: set[OperationType]
    ) -> Response:
        request = request_log.current()
        request.transport = "sse"
        try:
            self._streams.open(stream, request.key_id)
        except TooManyStreams as error:
            raise RequestRefused(503, "LIMIT_EXCEEDED", str(error)) from None
        events = server_sent_events(
            self._operations.stream(asked, context, allowed),
            self._operations.reply,
            heartbeat_seconds=self._transport.heartbeat_seconds,
            closing=self._closing,
        )
        headers = {**_HEADERS, "Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no"}
        return StreamingResponse(events, headers=headers, media_type="text/event-stream")


def _status(result: ExecutionResult) -> int:
    if not is_request_error(result):
        return 200
    codes = [(error.extensions or {}).get("code") for error in result.errors or ()]
    return next((_STATUS[code] for code in codes if code in _STATUS), 400)


def _retry_after(result: ExecutionResult) -> dict[str, str]:
    """When a caller that was throttled may come again, for clients that read headers."""
    for error in result.errors or ():
        if (error.extensions or {}).get("code") == "THROTTLED":
            return {"Retry-After": str((error.extensions or {})["retryAfter"])}
    return {}


def _refused(refusal: RequestRefused, accept: AcceptedTypes) -> Response:
    error = GraphQLError(refusal.message, extensions=refusal.extensions)
    body = encode_json({"errors": [error.formatted]})
    return _response(body, accept.json or JSON, refusal.status, refusal.headers)


def _response(
    body: bytes, media_type: str, status: int, headers: Mapping[str, str] | None = None
) -> Response:
    content_type = {"Content-Type": f"{media_type}; charset=utf-8"}
    return Response(body, status, headers={**_HEADERS, **content_type, **(headers or {})})
