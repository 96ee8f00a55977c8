"""
A body to Temu's address and its reply back, over kept connections. What either means is transport.py's.

This is httpx's transport without its client: redirects, cookies, authentication and hooks, none of which are wanted
here, would take a third of what a call costs.
"""

import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from functools import cache, lru_cache

import httpx

from domain.temu.errors import NotSent, TemuUnavailable

_TIMEOUT = httpx.Timeout(15, connect=3)
# Shorter than any server keeps them: one that closes meanwhile would leave the fate of a call in doubt.
_KEPT_SECONDS = 5.0
_LARGEST_REPLY = 10 * 1024 * 1024
_HEADERS = {
    "Accept": "*/*",
    "Accept-Encoding": "gzip, deflate",
    "Connection": "keep-alive",
    "Content-Type": "application/json",
    "User-Agent": f"python-httpx/{httpx.__version__}",
}

# There are three addresses, and reading one takes longer than signing.
_address = lru_cache(maxsize=16)(httpx.URL)


@dataclass(frozen=True)
class Reply:
    """
    What came back, of whatever status.
    """

    status: int
    headers: httpx.Headers
    body: bytes


class Wire:
    """
    Connections that are kept for a while after each use. *tls*: whom to trust, if not whom everybody does.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        # Proxies of the environment stay unused: nothing but the configured router gets a token.
        self._http = httpx.AsyncHTTPTransport(
            verify=tls or _certificates(),
            trust_env=False,
            limits=httpx.Limits(max_keepalive_connections=20, keepalive_expiry=_KEPT_SECONDS),
        )

    async def close(self) -> None:
        """
        Close the connections.
        """
        await self._http.aclose()

    async def post(self, url: str, body: bytes, *, leaving: Callable[[], Awaitable[None]]) -> Reply:
        """
        Send *body*; *leaving* is awaited when the connection is there, which takes longer than anything else. Raises
        NotSent and TemuUnavailable.
        """

        async def content() -> AsyncGenerator[bytes]:
            await leaving()
            yield body

        try:
            request = httpx.Request(
                "POST",
                _address(url),
                headers=_HEADERS | {"Content-Length": str(len(body))},
                content=content(),
                extensions={"timeout": _TIMEOUT.as_dict()},
            )
            return await _whole(await self._http.handle_async_request(request))
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            message = f"Temu could not be reached ({type(error).__name__})."
            raise NotSent(message) from error
        except httpx.TimeoutException as error:
            message = "Temu did not answer in time."
            raise TemuUnavailable(message) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            message = f"Temu could not be reached ({type(error).__name__})."
            raise TemuUnavailable(message) from error


async def _whole(response: httpx.Response) -> Reply:
    body = bytearray()
    try:
        async for part in response.aiter_bytes():
            body += part
            if len(body) > _LARGEST_REPLY:
                message = "Temu's reply is longer than 10 MiB."
                raise TemuUnavailable(message)
    finally:
        await response.aclose()
    return Reply(response.status_code, response.headers, bytes(body))


@cache
def _certificates() -> ssl.SSLContext:
    """
    Whom we trust to be Temu: read once a process, since that takes longer than many a test.
    """
    return httpx.create_ssl_context(trust_env=False)
