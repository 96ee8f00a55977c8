"""The most that strangers may have of a server's sockets, and that one connection or one key may do."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class SocketLimits:
    """The most that whoever connects may have, before anything is known of them."""

    connections: int = 2500
    """Connections of this process, WebSockets included."""
    head_bytes: int = 64 * 1024
    """Bytes in a request's line and headers; between two pieces of a body's content; in trailers."""
    headers: int = 100
    """Header lines of a request."""
    pipelined: int = 100
    """Requests of one connection that wait for the answer to the one before."""
    head_seconds: float = 10.0
    """Seconds in which line and headers must have come, from the first byte or from the connection's beginning, and the
    rest of a request that is answered already."""
    idle_seconds: int = 30
    """Seconds for which a connection is held after an answer, until the next request begins."""
    stalled_seconds: float = 20.0
    """Seconds in which a client must have taken something of what was sent to it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ConnectionLimits:
    """The most that one connection may do, whatever it asks for."""

    body_bytes: int = 256 * 1024
    """Bytes in the body of a request, in its query string or in a message over a WebSocket."""
    body_seconds: float = 10.0
    """Seconds in which a body must have come."""
    init_seconds: float = 5.0
    """Seconds in which a WebSocket must have sent connection_init."""
    socket_operations: int = 20
    """Operations that run at once over one WebSocket, subscriptions included."""
    streams: int = 2000
    """WebSockets and event streams that are open at once in this process."""
    streams_of_a_key: int = 1000
    """WebSockets and event streams that one key holds open at once in this process."""
    origins: tuple[str, ...] = ()
    """Origins besides the server's own whose pages may open a WebSocket."""
    heartbeat_seconds: float = 15.0
    """Seconds of silence after which an event stream sends a sign of life."""
    errors: int = 10
    """Errors told in one reply."""


class TooManyStreams(Exception):
    """As many WebSockets and event streams are open as may be; its text is shown to whoever asks for one more."""


class OpenStreams:
    """The WebSockets and event streams of this process, each with the key that holds it once that is known."""

    def __init__(self, limits: ConnectionLimits) -> None:
        self._limits = limits
        self._keys: dict[int, int | None] = {}

    def open(self, stream: int, key_id: int | None = None) -> None:
        """Count a stream, or give one that is counted its key. Raises TooManyStreams."""
        if stream not in self._keys and len(self._keys) >= self._limits.streams:
            raise TooManyStreams("This server has as many streams open as it may: try again later.")
        if key_id is not None and self._keys.get(stream) != key_id:
            of_the_key = sum(each == key_id for each in self._keys.values())
            if of_the_key >= self._limits.streams_of_a_key:
                raise TooManyStreams("This API key has as many streams open as it may: close some first.")
        self._keys[stream] = key_id

    def close(self, stream: int) -> None:
        """Count it no more."""
        self._keys.pop(stream, None)
