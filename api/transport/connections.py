"""Connections as strangers open them: what is taken of one before it is a request, for how long, and of how many.

uvicorn's parsers bound none of this: a head of any length is read to its end, and whoever falls silent stays.
"""

import asyncio
import logging
from enum import Enum, auto
from typing import Any, cast

from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame

from api.observability.request_log import QUIET
from api.transport.limits import SocketLimits
from domain import metrics

_CLOSING_SECONDS = 5.0
# Connections beyond the limit, for those who watch the server.
_SPARE = 50
# Of a message over a WebSocket whose key isn't known yet: connection_init has little to say.
_UNKNOWN_CLIENT_BYTES = 16 * 1024
# How the answer to connection_init begins, which it gets once its key is known.
_LET_IN = '{"type":"connection_ack"'
# So much at once is parsed: what is of no use is counted as exactly.
_PIECE = 16 * 1024
# The colon and what ends the line.
_AROUND_A_HEADER = 4


class _Part(Enum):
    """What of a request is to come next."""

    BEGINNING = auto()
    HEAD = auto()
    BODY = auto()


class _TooMuch(Exception):
    """More of a head than may be; ends the parsing."""


class BoundedHttp(HttpToolsProtocol):
    """HTTP of which only so much is read before it is a request: by bytes, by lines, by requests in a row and by time."""

    def __init__(self, *arguments: Any, limits: SocketLimits, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.opened_at = self.loop.time()
        self._limits = limits
        self._part = _Part.BEGINNING
        self._head_bytes = 0
        # Since the last byte that was of use, and what the bytes that are parsed just now brought.
        self._useless_bytes = 0
        self._begun, self._was_useful = 0, False
        self._refusal = 400
        self._deadline: asyncio.TimerHandle | None = None
        self._answering: RequestResponseCycle | None = None
        self._is_spare = self._is_websocket = False

    @property
    def last_request(self) -> RequestResponseCycle | None:
        """The request that came last over this connection, if one has."""
        return cast("RequestResponseCycle | None", self.cycle)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > self._limits.connections:
            self._make_room()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._unset_deadline()
        self._leave()

    def data_received(self, data: bytes) -> None:
        for start in range(0, len(data), _PIECE):
            self._parse(data[start : start + _PIECE])
            if self._is_websocket or self.transport.is_closing():
                self._unset_deadline()
                return
        self._watch()

    def _parse(self, data: bytes) -> None:
        is_first = self._part is _Part.BEGINNING
        if is_first:
            self._part, self._useless_bytes = _Part.HEAD, 0
        self._begun, self._was_useful = 0, False
        super().data_received(data)
        # Of a piece that brought something, nobody knows how much: the rest of it is not counted.
        if self._begun == (1 if is_first else 0) and not self._was_useful:
            self._useless_bytes += len(data)
        else:
            self._useless_bytes = 0
        if self._useless_bytes > self._limits.head_bytes and self._part is not _Part.BEGINNING:
            self._refuse(431, "TOO_LARGE")

    # What the parser finds:

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._begun += 1
        self._part, self._head_bytes = _Part.HEAD, 0
        if len(self.pipeline) >= self._limits.pipelined:
            raise _TooMuch

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        self._count(len(url), 414)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._count(len(name) + len(value) + _AROUND_A_HEADER, 431)
        if self._part is _Part.BODY:
            return  # A trailer: nobody here asks for it, and the application has begun with the headers.
        super().on_header(name, value)
        if len(self.headers) > self._limits.headers:
            self._refusal = 431
            raise _TooMuch

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        self._part, self._was_useful = _Part.BODY, True
        self._unset_deadline()

    def on_body(self, body: bytes) -> None:
        self._was_useful = True
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._part, self._was_useful = _Part.BEGINNING, True
        super().on_message_complete()

    # What becomes of it:

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._is_spare:
            self.transport.close()
        self._watch()

    def handle_websocket_upgrade(self) -> None:
        self._is_websocket = True
        super().handle_websocket_upgrade()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's form
        self._refuse(self._refusal, "MALFORMED" if self._refusal == 400 else "TOO_LARGE")

    def _should_upgrade(self) -> bool:
        return not self._is_spare and super()._should_upgrade()

    def _count(self, more: int, refusal: int) -> None:
        self._head_bytes += more
        if self._head_bytes > self._limits.head_bytes:
            self._refusal = refusal
            raise _TooMuch

    def _make_room(self) -> None:
        """Close whoever has been silent longest; where all have asked for something, answer only those who watch."""
        silent = [
            each
            for each in self.connections
            if isinstance(each, BoundedHttp) and each.last_request is None and each is not self
        ]
        metrics.REFUSED_CONNECTIONS.labels("TOO_MANY").inc()
        if silent:
            longest = min(silent, key=lambda each: each.opened_at)
            # At once, so that the next to come finds another.
            self.connections.discard(longest)
            longest.transport.abort()
            return
        self._is_spare = True
        application = self.app

        async def answer_watchers(scope: Scope, receive: Receive, send: Send) -> None:
            await (application if scope["path"] in QUIET else _FULL)(scope, receive, send)

        self.app = answer_watchers
        if len(self.connections) > self._limits.connections + _SPARE:
            self.transport.abort()

    def _watch(self) -> None:
        """Wait for what the client still owes, no longer than it may take."""
        if self.transport.is_closing() or self._is_websocket:
            return
        request = self.last_request
        is_answered = request is not None and request.response_complete
        if self._part is _Part.HEAD or (request is None if self._part is _Part.BEGINNING else is_answered):
            if self._deadline is None:
                self._deadline = self.loop.call_later(self._limits.head_seconds, self._end_late)
            return
        self._unset_deadline()
        if is_answered and self.timeout_keep_alive_task is None:
            # uvicorn sets it with the answer, and forgets it with the rest of a body that comes later.
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )

    def _unset_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _end_late(self) -> None:
        self._deadline = None
        if self.flow.read_paused:
            self._watch()  # It is we who don't read.
        elif self._part is _Part.HEAD:
            self._refuse(408, "TOO_SLOW")
        else:
            metrics.REFUSED_CONNECTIONS.labels("TOO_SLOW").inc()
            self.transport.close()

    def _refuse(self, status: int, reason: str) -> None:
        """End the connection, with an answer where that can't be taken for another request's."""
        if self.transport.is_closing():
            return
        metrics.REFUSED_CONNECTIONS.labels(reason).inc()
        request = self.last_request
        if self._part is _Part.BODY:
            is_open = request is not None and not request.response_started and not self.pipeline
        else:
            is_open = request is None or request.response_complete
        if is_open:
            self.transport.write(_answer(status))
        self._leave()
        self.transport.close()

    def _leave(self) -> None:
        """Have what answers know that nobody listens; of requests in a row, uvicorn tells only the last."""
        if self._answering is not None and not self._answering.response_complete:
            self._answering.disconnected = True
            self._answering.message_event.set()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._answering = cycle
        super()._start_asgi_task(cycle, app)


class BoundedWebSocket(WebSocketsSansIOProtocol):
    """A WebSocket that ends with a request that it can't read, and holds no more for a client than that takes."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.close_timeout = _CLOSING_SECONDS
        # uvicorn tells of each with its query string, in which some put keys.
        self.logger = logging.getLogger("uvicorn.websocket")
        self._message_bytes, self.conn.max_message_size = self.conn.max_message_size, _UNKNOWN_CLIENT_BYTES

    async def send(self, message: Any) -> None:
        """As uvicorn does it; whoever is let in may send as much as its configuration has."""
        if message["type"] == "websocket.send" and str(message.get("text")).startswith(_LET_IN):
            self.conn.max_message_size = self._message_bytes
        await super().send(message)
        # It takes a refusal that is an answer of HTTP for none, and logs an error that anybody could make.
        self.handshake_complete |= self.close_sent

    def handle_cont(self, event: Frame) -> None:
        """A part of a message; one that holds nothing would be remembered all the same, without end."""
        if event.data or event.fin:
            super().handle_cont(event)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if not self.handshake_initiated:
            # It came whole, from the parser of HTTP. What refuses it is left lying by uvicorn.
            self.transport.write(b"".join(self.conn.data_to_send()) or _answer(400))
            self.transport.close()

    def handle_ping(self) -> None:
        # Who takes no answers gets none: they would pile up here.
        answer = b"".join(self.conn.data_to_send())
        if self.writable.is_set():
            self.transport.write(answer)


def _answer(status: int) -> bytes:
    return STATUS_LINE[status] + b"content-length: 0\r\nconnection: close\r\n\r\n"


_FULL = JSONResponse(
    {
        "errors": [
            {
                "message": "This server has as many connections as it may.",
                "extensions": {"code": "UNAVAILABLE"},
            }
        ]
    },
    503,
    headers={"Retry-After": "1", "Connection": "close", "Cache-Control": "no-store"},
)
