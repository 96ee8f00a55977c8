"""The server as a process: the sockets that it listens on, and how it starts and stops."""

import errno
import resource
import signal
import socket
import threading
from dataclasses import replace
from functools import partial
from types import FrameType

import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp

from api.app import create_app
from api.transport.connections import BoundedHttp, BoundedWebSocket
from api.transport.limits import SocketLimits
from domain import faults, telemetry, tracing
from domain.readiness import report_unknown_variables
from domain.settings import ConfigurationError, Settings
from domain.telemetry import log

_LARGEST_FRAME = 1024 * 1024
_DRAIN_SECONDS = 20
# What a process holds open besides its clients' connections: databases, Redis, logs, files.
_OTHER_DESCRIPTORS = 100
_FEWEST_CONNECTIONS = 10
_WORDS = {
    errno.EADDRINUSE: "is in use: end what listens there, or choose another --port",
    errno.EACCES: "may not be used by this user: choose a --port above 1023",
    errno.EPERM: "may not be used by this user: choose a --port above 1023",
    errno.EADDRNOTAVAIL: "is no address of this machine: correct --host",
}


def serve(*, host: str, port: int, limits: SocketLimits | None = None) -> None:
    """Serve until SIGTERM or SIGINT, then finish the requests in hand. A database that is away is waited for."""
    with faults.ending_in_one_line():
        settings = Settings.load()
    telemetry.configure(log_format=settings.log_format)
    report_unknown_variables()
    tracing.start("tradewind-server")
    with faults.ending_in_one_line(settings):
        app = create_app(settings)
    limits = replace(limits or SocketLimits(), connections=_affordable(settings.server_connections))
    server = _Server(configured(app, settings, limits), app, delay_seconds=settings.shutdown_delay_seconds)
    found: list[Exception] = []

    def end(fault: Exception) -> None:
        found.append(fault)
        server.should_exit = True

    app.state.end = end
    with faults.ending_in_one_line(settings):
        server.run(sockets=_listening(host, port, stalled_seconds=limits.stalled_seconds))
        for fault in found:
            raise fault


def configured(app: ASGIApp, settings: Settings, limits: SocketLimits) -> uvicorn.Config:
    """How uvicorn serves *app* to strangers."""
    return uvicorn.Config(
        app,
        http=partial(BoundedHttp, limits=limits),  # type: ignore[arg-type]
        # Its access log holds query strings, and with them queries.
        access_log=False,
        log_config=None,
        server_header=False,
        ws=BoundedWebSocket,
        ws_max_size=_LARGEST_FRAME,
        timeout_graceful_shutdown=_DRAIN_SECONDS,
        timeout_keep_alive=limits.idle_seconds,
        # Anyone may say so of themselves: only of a proxy that is named is it believed.
        proxy_headers=settings.trusted_proxies is not None,
        forwarded_allow_ips=settings.trusted_proxies,
    )


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


def _affordable(connections: int) -> int:
    """As many of these as this process may have files and sockets open for; its own limit is raised to them where it may."""
    needed = connections + _OTHER_DESCRIPTORS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    if most < needed:
        connections = max(most - _OTHER_DESCRIPTORS, _FEWEST_CONNECTIONS)
        log.warning("server.few_descriptors", descriptors=most, connections=connections)
    return connections


def _listening(host: str, port: int, *, stalled_seconds: float = 20.0) -> list[socket.socket]:
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
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            # Of each connection to it, too: a client that takes nothing of what it is sent would be kept for ever.
            milliseconds = round(stalled_seconds * 1000)
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, milliseconds)
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
