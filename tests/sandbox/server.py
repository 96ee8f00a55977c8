"""The sandbox on a real socket, in a thread of the process that asks for it."""

import asyncio
import socket
import threading
import time
from types import TracebackType
from typing import Any, Self

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from tests.sandbox import control, file_upload, label_documents
from tests.sandbox.file_upload import FileUpload
from tests.sandbox.label_documents import LabelFileHost
from tests.sandbox.mall import Sandbox
from tests.sandbox.router import Router

PATH = "/openapi/router"
START_WITHIN = 10.0
END_WITHIN = 1.0


class DroppableProtocol(HttpToolsProtocol):
    """Hands the connection to the application, which can then close it without a word."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


class QuickServer(uvicorn.Server):
    """Ends at once when told to, where uvicorn takes tenths of a second: a suite starts and stops many."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        self._ended = asyncio.Event()
        await super().startup(sockets)

    async def main_loop(self) -> None:
        await self._ended.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        given_up_at = self._loop.time() + END_WITHIN
        while self._is_busy() and self._loop.time() < given_up_at:  # noqa: ASYNC110 - uvicorn tells by no event
            await asyncio.sleep(0.002)
        # A call that is being answered slowly doesn't hold up the end of a test.
        for task in self.server_state.tasks:
            task.cancel()

    def _is_busy(self) -> bool:
        return bool(self.server_state.connections or self.server_state.tasks)

    def end(self) -> None:
        self._loop.call_soon_threadsafe(self._ended.set)


class SandboxServer:
    def __init__(
        self,
        sandbox: Sandbox,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        has_control: bool = True,
        region: str | None = None,
    ) -> None:
        """Without a region it stands for all of Temu's addresses, with one for the address of that region."""
        self.sandbox = sandbox
        self._region = region
        self._address = (host, port)
        self._has_control = has_control
        self._socket: socket.socket | None = None
        self._server: QuickServer | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Known once it has started."""
        if self._socket is None:
            raise RuntimeError("the sandbox hasn't been started")
        host, port = self._socket.getsockname()[:2]
        return f"http://{host}:{port}{PATH}"

    def start(self) -> None:
        self._socket = _listen(self._address)
        self._server = QuickServer(_config(self._app()))
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, name="sandbox", daemon=True
        )
        self._thread.start()
        given_up_at = time.perf_counter() + START_WITHIN
        while not self._server.started:
            if not self._thread.is_alive() or time.perf_counter() > given_up_at:
                raise RuntimeError("the sandbox didn't start")
            time.sleep(0.005)

    def stop(self) -> None:
        """Close everything; an error that a callback or a handler left is raised here, where a test sees it."""
        if self._server is None or self._thread is None or self._socket is None:
            return
        self._server.end()
        self._thread.join(START_WITHIN)
        self._socket.close()
        self._server = self._thread = self._socket = None
        if self.sandbox.errors:
            raise self.sandbox.errors.pop(0)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _app(self) -> Starlette:
        routes = [
            Route(PATH, Router(self.sandbox, region=self._region), methods=["POST"]),
            Route(file_upload.PATH, FileUpload(self.sandbox), methods=["POST"]),
            *self.sandbox.authorizations.routes(),
            Route(f"{label_documents.PATH}/{{secret}}", LabelFileHost(self.sandbox).answer, methods=["GET"]),
        ]
        return Starlette(routes=routes + (control.routes(self.sandbox) if self._has_control else []))


def _listen(address: tuple[str, int]) -> socket.socket:
    # asyncio turns Nagle's algorithm off for sockets that say that they are TCP; `socket.create_server` makes one
    # that doesn't, and every answer would wait 40 ms for an acknowledgement.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(128)
    except OSError:
        listening.close()
        raise
    return listening


def _config(app: Any) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        loop="uvloop",
        http=DroppableProtocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        # The router sends the date of the sandbox's own clock.
        date_header=False,
    )
