"""Files that Temu hands out by a URL: fetched with the token in headers that are signed as a call is, from Temu's hosts alone."""

import asyncio
import re
import secrets
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from domain.setting_values import is_of_hosts
from domain.temu.errors import TemuUnavailable
from domain.temu.signing import sign

_OK = 200
# Seconds for all of a file, and bytes of the largest: a label of a page or two has some tens of thousands.
_LONGEST = 30.0
LARGEST_FILE = 5 * 2**20
# "32 random numbers" [A: Temu's guide]; a published client sends letters [B].
_RANDOM_DIGITS = 32
_HOST = re.compile(r"[a-z0-9.-]{1,253}")
_NO_HOST = "none that can be read"


class FileRefused(TemuUnavailable):
    """The file was not had, or is none. Its URL is good for ten minutes, so another try asks for another one."""


@dataclass(frozen=True)
class FileHosts:
    """Where files are fetched from: these hosts and those below them by https. *is_development*: from the router's host too."""

    names: Collection[str]
    is_development: bool = False

    def include(self, url: str, *, router: str) -> bool:
        """Whether the token may go to *url*, which Temu has told for a call of *router*."""
        if is_of_hosts(url, self.names):
            return True
        with suppress(ValueError):
            return self.is_development and urlsplit(url)[:2] == urlsplit(router)[:2]
        return False


def host_of(url: str) -> str:
    """The host that a URL names, for whoever is to allow it; what doesn't look like one may be a buyer's, and isn't told."""
    with suppress(ValueError):
        host = urlsplit(url).hostname or ""
        return host if _HOST.fullmatch(host) else _NO_HOST
    return _NO_HOST


def signed_headers(*, app_key: str, app_secret: str, token: str, timestamp: int) -> dict[str, str]:
    """The headers that a file is asked for with [A: Temu's guide to fulfilment]."""
    headers = {
        "toa-access-token": token,
        "toa-app-key": app_key,
        "toa-random": "".join(secrets.choice("0123456789") for _ in range(_RANDOM_DIGITS)),
        "toa-timestamp": str(timestamp),
    }
    return {**headers, "toa-sign": sign(headers, app_secret)}


async def fetch(http: httpx.AsyncClient, url: str, headers: dict[str, str]) -> bytes:
    """The PDF at a URL. Raises FileRefused; neither the URL nor what came back is told, as both may be a buyer's."""
    # Asked for as it is: what is packed may be larger than it looks.
    headers = {**headers, "Accept": "application/pdf", "Accept-Encoding": "identity"}
    try:
        async with asyncio.timeout(_LONGEST), http.stream("GET", url, headers=headers) as response:
            if response.status_code != _OK:
                raise FileRefused(f"Temu's host of files answered with HTTP {response.status_code}.")
            content = bytearray()
            async for part in response.aiter_raw():
                content += part
                if len(content) > LARGEST_FILE:
                    raise FileRefused(f"The file is larger than {LARGEST_FILE // 2**20} MiB.")
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError, OSError) as error:  # TimeoutError is an OSError.
        raise FileRefused(f"Temu's host of files could not be reached ({type(error).__name__}).") from None
    if not is_pdf(content):
        raise FileRefused("What Temu's host of files answered with is no PDF.")
    return bytes(content)


def is_pdf(content: bytes | bytearray) -> bool:
    """Whether it looks like a whole PDF, by its first and last bytes."""
    return content.startswith(b"%PDF-") and b"%%EOF" in content[-1024:]
