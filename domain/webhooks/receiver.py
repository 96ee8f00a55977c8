"""One request to a receiver, and what its answer means: little is read of it, nothing is kept but its status."""

import asyncio
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

from domain import clock, network

_SECONDS = 10.0
# More of an answer is not waited for.
_MOST_BYTES = 64 * 1024
_GONE = 410
# Answers of a receiver that has too much to do, or of whoever stands before it; other failures may be about one message alone.
_OVERLOADED = frozenset({429, 502, 503, 504})


@dataclass(frozen=True)
class Answer:
    """What came of a request. *error* is why it failed, None where it was taken; *retry_after* is in seconds."""

    status: int | None = None
    error: str | None = None
    retry_after: float = 0
    is_unreachable: bool = False
    milliseconds: int = 0

    @property
    def is_gone(self) -> bool:
        """Whether the receiver wants no more, for good."""
        return self.status == _GONE


def client(*, private_too: bool) -> httpx.AsyncClient:
    """For all requests of one run. *private_too* as in network.transport()."""
    return httpx.AsyncClient(
        transport=network.transport(private_too=private_too),
        trust_env=False,
        follow_redirects=False,
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        timeout=httpx.Timeout(_SECONDS),
    )


async def post(http: httpx.AsyncClient, url: str, body: str, headers: dict[str, str]) -> Answer:
    """Send a message; never raises for what the receiver does."""
    began = clock.monotonic()
    answer = await _answer(http, url, body, headers)
    milliseconds = round((clock.monotonic() - began) * 1000)
    return Answer(answer.status, answer.error, answer.retry_after, answer.is_unreachable, milliseconds)


async def _answer(http: httpx.AsyncClient, url: str, body: str, headers: dict[str, str]) -> Answer:
    try:
        async with (
            asyncio.timeout(_SECONDS),
            http.stream("POST", url, content=body.encode(), headers=headers) as response,
        ):
            await _skip(response)
    except (TimeoutError, httpx.TimeoutException):
        return Answer(error=f"No answer within {_SECONDS:.0f} seconds.", is_unreachable=True)
    except httpx.ConnectError as error:
        # Ours are about the address; those of TLS and sockets are in words of theirs.
        is_ours = "not public" in str(error) or "not known" in str(error)
        words = str(error) if is_ours else "No connection: see to the host, its port and its certificate."
        return Answer(error=words, is_unreachable=True)
    except (httpx.HTTPError, httpx.InvalidURL):
        return Answer(error="The connection broke off, or what came was no HTTP.", is_unreachable=True)
    return _judged(response)


async def _skip(response: httpx.Response) -> None:
    """Read the rest, so that the connection can be used again, as far as it is short."""
    read = 0
    async for part in response.aiter_raw():
        read += len(part)
        if read > _MOST_BYTES:
            return


def _judged(response: httpx.Response) -> Answer:
    status = response.status_code
    if response.is_success:
        return Answer(status)
    words = f"Answered {status}."
    if response.is_redirect:
        words = f"Answered {status}: no redirect is followed, so give the new URL to updateWebhook."
    after = response.headers.get("retry-after", "")
    seconds = float(after) if after.isascii() and after.isdigit() and len(after) < 6 else 0.0
    return Answer(status, words, seconds, is_unreachable=status in _OVERLOADED)
