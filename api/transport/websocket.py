"""Operations over a WebSocket by graphql-transport-ws, and by no other protocol.

Strawberry keeps the protocol's states; what comes in is checked here before it gets there.
"""

import logging
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from datetime import timedelta
from typing import Any, cast

import orjson
from graphql import GraphQLError
from starlette.responses import PlainTextResponse
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState
from strawberry.exceptions import ConnectionRejectionError
from strawberry.http.async_base_view import AsyncWebSocketAdapter
from strawberry.http.exceptions import NonJsonMessageReceived, NonTextMessageReceived, WebSocketDisconnected
from strawberry.http.websocket_origin import is_same_origin
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import BaseGraphQLTransportWSHandler
from strawberry.subscriptions.protocols.graphql_transport_ws.types import Message
from strawberry.types import ExecutionResult
from strawberry.types.unset import UNSET

from api.authentication import Throttled, Unauthenticated
from api.observability import request_log
from api.transport.body import GraphQLRequest, RequestRefused, from_parameters, load_json, throttled
from api.transport.limits import ConnectionLimits
from api.transport.results import Connect, Operations, encode_json
from domain import metrics

_log = logging.getLogger(__name__)

# A close frame has room for so many bytes of reason.
_REASON_BYTES = 123


class GraphQLWebSocket:
    """Serves one connection, from the request to upgrade until it is closed."""

    def __init__(self, operations: Operations, connect: Connect, transport: ConnectionLimits) -> None:
        self._operations = operations
        self._connect = connect
        self._transport = transport

    async def serve(self, websocket: WebSocket) -> None:
        refusal = self._refusal(websocket)
        if refusal is not None:
            await websocket.send_denial_response(refusal)
            return
        await websocket.accept(subprotocol=GRAPHQL_TRANSPORT_WS_PROTOCOL)
        caller = _Caller(websocket, self._operations, self._connect)
        handler = _Handler(
            view=cast("Any", caller),
            websocket=_Messages(websocket, self._operations, self._transport.body_bytes),
            # Each operation gets a context of its own from the caller; this one only receives the first payload.
            context=caller.parameters,
            root_value=None,
            schema=cast("Any", caller),
            connection_init_wait_timeout=timedelta(seconds=self._transport.init_seconds),
            max_subscriptions_per_connection=self._transport.socket_operations,
        )
        with metrics.OPEN_STREAMS.labels("websocket").track_inprogress():
            await handler.handle()

    def _refusal(self, websocket: WebSocket) -> PlainTextResponse | None:
        origin = websocket.headers.get("origin")
        host = websocket.headers.get("host")
        # Only browsers send an origin; their pages may open a socket to anywhere, and no CORS stands before it.
        if origin is not None and not is_same_origin(origin, host) and origin not in self._transport.origins:
            return PlainTextResponse("Pages of this origin may not connect.", 403)
        if GRAPHQL_TRANSPORT_WS_PROTOCOL not in websocket.scope["subprotocols"]:
            return PlainTextResponse(f"The subprotocol must be {GRAPHQL_TRANSPORT_WS_PROTOCOL}.", 400)
        return None


class _Caller:
    """Who is connected. Stands where strawberry's protocol handler expects its view and its schema."""

    def __init__(self, websocket: WebSocket, operations: Operations, connect: Connect) -> None:
        self.parameters: dict[str, Any] = {}
        self._websocket = websocket
        self._operations = operations
        self._connect = connect

    async def on_ws_connect(self, _context: object) -> object:
        """Let in whoever has a key, and nobody else."""
        try:
            await self._context()
        except Unauthenticated as error:
            raise ConnectionRejectionError from error
        except Exception as error:
            _ = self._operations.failed(error)
            await self._websocket.close(1011, "The connection could not be set up: try again later.")
            raise ConnectionRejectionError from error
        return UNSET

    async def stream(self, query: GraphQLRequest, **_: object) -> AsyncGenerator[ExecutionResult, None]:
        return self._logged(query)

    async def _logged(self, request: GraphQLRequest) -> AsyncGenerator[ExecutionResult, None]:
        # In a task of its own, from its beginning to its end.
        with request_log.logged(request_log.Request("websocket")):
            async with aclosing(self._stream(request)) as results:
                async for result in results:
                    yield result

    async def _stream(self, request: GraphQLRequest) -> AsyncGenerator[ExecutionResult, None]:
        # The key is looked at again: it may have been revoked since, and each operation has a moment of its own.
        try:
            context = await self._context()
        except Throttled as error:
            yield self._operations.failed(GraphQLError(str(error), extensions=throttled(error).extensions))
        except Unauthenticated as error:
            yield self._operations.failed(GraphQLError(str(error), extensions={"code": "UNAUTHENTICATED"}))
        except Exception as error:  # noqa: BLE001 - the operation ends with the error that is presented
            yield self._operations.failed(error)
        else:
            async with aclosing(self._operations.stream(request, context)) as results:
                async for result in results:
                    yield result

    async def _context(self) -> object:
        payload = self.parameters.get("connection_params") or {}
        given = payload.get("Authorization", payload.get("authorization"))
        if given is None:
            given = self._websocket.headers.get("authorization")
        return await self._connect(self._websocket, given if isinstance(given, str) else None)


class _Messages(AsyncWebSocketAdapter):
    """Messages in as checked JSON objects, out as text."""

    def __init__(self, websocket: WebSocket, operations: Operations, most: int) -> None:
        super().__init__(cast("Any", None))
        self._websocket = websocket
        self._operations = operations
        self._most = most

    async def iter_json(
        self,
        *,
        ignore_parsing_errors: bool = False,  # noqa: ARG002 - the other protocol's
    ) -> AsyncGenerator[object, None]:
        try:
            while self._websocket.application_state is WebSocketState.CONNECTED:
                text = await self._websocket.receive_text()
                yield self._read(text)
        except KeyError as error:
            raise NonTextMessageReceived from error
        except WebSocketDisconnect:
            return

    async def send_json(self, message: Mapping[str, object]) -> None:
        if message["type"] == "next":
            payload = self._operations.encode(cast("Mapping[str, Any]", message["payload"]))
            message = {**message, "payload": orjson.Fragment(payload)}
        try:
            await self._websocket.send_text(encode_json(message).decode())
        except (WebSocketDisconnect, RuntimeError) as error:
            raise WebSocketDisconnected from error

    async def close(self, code: int, reason: str) -> None:
        if self._websocket.application_state is WebSocketState.CONNECTED:
            short = reason.encode()[:_REASON_BYTES].decode(errors="ignore")
            await self._websocket.close(code, short)

    def _read(self, text: str) -> object:
        if len(text) > self._most:
            raise NonJsonMessageReceived
        try:
            message = load_json(text)
        except RequestRefused as refusal:
            raise NonJsonMessageReceived from refusal
        if not isinstance(message, dict):
            raise NonJsonMessageReceived
        return message


class _Handler(BaseGraphQLTransportWSHandler[Any, None]):
    """The protocol, with messages of wrong types closed on rather than tripped over."""

    async def handle_message(self, message: Message) -> None:
        given = cast("dict[str, Any]", message)
        try:
            _check(given)
        except RequestRefused as refusal:
            await self.handle_invalid_message(refusal.message)
        else:
            await super().handle_message(message)

    async def handle_task_exception(self, error: Exception) -> None:
        # A client that has left is no fault; of anything else the kind is told, never a text that may quote it.
        if not isinstance(error, WebSocketDisconnected):
            _log.error("websocket.task_failed %s", type(error).__qualname__)

    @staticmethod
    def _get_pre_execution_close_reason(error: GraphQLError) -> str | None:  # noqa: ARG004
        """A wrong document ends its operation with its errors, not the connection with all the others."""
        return None


def _check(message: dict[str, Any]) -> None:
    """Put the whole request in the place of a subscription's query, as strawberry hands on no extensions. Raises RequestRefused."""
    kind = message.get("type")
    if not isinstance(kind, str):
        raise _wrong("A message must have a type")
    if kind in {"subscribe", "complete"} and (not isinstance(message.get("id"), str) or not message["id"]):
        raise _wrong("A message of this type must have an id")
    if kind == "subscribe":
        message["payload"] = {"query": from_parameters(message.get("payload"))}


def _wrong(message: str) -> RequestRefused:
    return RequestRefused(400, "BAD_REQUEST", message)
