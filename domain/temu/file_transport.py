"""Files on their way to Temu and from it, beside the calls that name them."""

from collections.abc import Awaitable, Callable
from datetime import datetime

import httpx

from domain.temu import uploading
from domain.temu.access import App, MallAccess
from domain.temu.call_metrics import counted
from domain.temu.files import FileHosts, FileRefused, fetch, host_of, signed_headers


class FileTransport:
    """For all malls of one app. Files take no slots: the limit is the router's. *permit* as in Transport."""

    def __init__(
        self,
        app: App,
        http: httpx.AsyncClient,
        *,
        hosts: FileHosts,
        now: Callable[[], datetime],
        forbidden_while: Callable[[], bool],
        permit: Callable[[], Awaitable[None]],
    ) -> None:
        self._app = app
        self._http = http
        self._hosts = hosts
        self._now = now
        self._forbidden_while = forbidden_while
        self._permit = permit

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def fetch(self, access: MallAccess, url: str) -> bytes:
        """The PDF at a URL that Temu has told a mall. Raises FileRefused."""
        self._refuse_in_transaction()
        if not self._hosts.include(url, router=access.url):
            message = f"Temu names a host of files that is not in TRADEWIND_TEMU_FILE_HOSTS: {host_of(url)}."
            raise FileRefused(message)
        app = access.app or self._app
        timestamp = int(self._now().timestamp())
        headers = signed_headers(
            app_key=app.key, app_secret=app.secret, token=access.token, timestamp=timestamp
        )
        with counted("(file)"):
            return await fetch(self._http, url, headers)

    async def upload(
        self, access: MallAccess, *, signature: str, name: str, media_type: str, content: bytes
    ) -> str:
        """Upload a file for a call that is to name it; returns its address. Raises as uploading.upload() does, and what *permit*
        raises.
        """
        self._refuse_in_transaction()
        await self._permit()
        with counted("(upload)"):
            return await uploading.upload(
                self._http, access.url, signature=signature, name=name, media_type=media_type, content=content
            )

    def _refuse_in_transaction(self) -> None:
        if self._forbidden_while():
            message = "a file sent or fetched inside a database transaction"
            raise AssertionError(message)
