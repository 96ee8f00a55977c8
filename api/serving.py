"""The server as a process: the sockets that it listens on, and how it starts and stops."""

import errno
import signal
import socket
import threading
from types import FrameType

import uvicorn
from starlette.applications import Starlette

from api.app import create_app
from domain import faults, telemetry, tracing
from domain.readiness import report_unknown_variables
from domain.settings import ConfigurationError, Settings

_LARGEST_FRAME = 1024 * 1024
_DRAIN_SECONDS = 20
_WORDS = {
    errno.EADDRINUSE: "is in use: end what listens there, or choose another --port",
    errno.EACCES: "may not be used by this user: choose a --port above 1023",
    errno.EPERM: "may not be used by this user: choose a --port above 1023",
    errno.EADDRNOTAVAIL: "is no address of this machine: correct --host",
}


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
        server.run(sockets=_listening(host, port))
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


def _listening(host: str, port: int) -> list[socket.socket]:
    """A socket for each address of *host*. Raises ConfigurationError."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (socket.gaierror, UnicodeError):
        raise ConfigurationError(f"--host {host}: is no address and no name that is known here") from None
    sockets: list[socket.socket] = []
    for family, _, _, _, address in dict.fromkeys(found):
        opened = socket.socket(family, socket.SOCK_STREAM)
        sockets.append(opened)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        try:
            opened.bind(address)
            # At once: of two that are bound and don't listen yet, the later would find out while it serves.
            opened.listen()
        except OSError as error:
            for each in sockets:
                each.close()
            words = _WORDS.get(error.errno or 0, f"can't be listened on ({error.strerror})")
            raise ConfigurationError(f"{host}:{port} {words}") from None
    return sockets
