"""The most that one connection may do."""

from dataclasses import dataclass


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
    origins: tuple[str, ...] = ()
    """Origins besides the server's own whose pages may open a WebSocket."""
    heartbeat_seconds: float = 15.0
    """Seconds of silence after which an event stream sends a sign of life."""
    errors: int = 10
    """Errors told in one reply."""
