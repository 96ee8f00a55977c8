"""Asks a server over and over on so many connections, and says how many replies came and how long they took.

It speaks just enough HTTP for that: a client library in Python would take as much of the machine as the server does.
"""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any
from urllib.parse import urlsplit

import httpx
import orjson

_WARM_UP_SECONDS = 1.0


@dataclass(frozen=True)
class Asked:
    """One request, sent as it stands each time."""

    url: str
    content: bytes
    headers: Mapping[str, str]

    @classmethod
    def of(cls, url: str, query: str, variables: Mapping[str, Any], *, key: str | None = None) -> "Asked":
        """A GraphQL request."""
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if key is not None:
            headers["Authorization"] = f"Bearer {key}"
        return cls(url, orjson.dumps({"query": query, "variables": variables}), headers)

    def reply(self) -> Any:
        """What the server says to it; raises RuntimeError for anything but an answer without errors."""
        reply = httpx.post(self.url, content=self.content, headers=dict(self.headers), timeout=60)
        if not reply.is_success or "errors" in reply.json():
            raise RuntimeError(reply.text[:1000])
        return reply.json()["data"]

    @property
    def text(self) -> bytes:
        """The request as it goes over the wire."""
        parts = urlsplit(self.url)
        headers = {"Host": parts.netloc, "Content-Length": str(len(self.content)), **self.headers}
        lines = [
            f"POST {parts.path or '/'} HTTP/1.1",
            *(f"{name}: {value}" for name, value in headers.items()),
        ]
        return "\r\n".join([*lines, "", ""]).encode() + self.content


@dataclass(frozen=True)
class Measured:
    """Replies a second, and how long the one in the middle took, and the slowest but for one in twenty."""

    rate: float
    median_ms: float
    p95_ms: float


async def measure(asked: Asked, *, connections: int, seconds: float) -> Measured:
    """Ask for *seconds*, after a while to warm up."""
    parts, loop = urlsplit(asked.url), asyncio.get_running_loop()
    begin = time.perf_counter() + _WARM_UP_SECONDS
    askers = [_Asker(asked.text, begin, begin + seconds) for _ in range(connections)]
    for asker in askers:
        await loop.create_connection(partial(_same, asker), parts.hostname or "", parts.port or 80)
    taken = sorted(chain.from_iterable(await asyncio.gather(*(asker.done for asker in askers))))
    return Measured(len(taken) / seconds, taken[len(taken) // 2] * 1000, taken[len(taken) * 19 // 20] * 1000)


def _same(asker: "_Asker") -> "_Asker":
    return asker


class _Asker(asyncio.Protocol):
    """One connection: asks again as soon as it is answered."""

    def __init__(self, text: bytes, begin: float, end: float) -> None:
        self.done: asyncio.Future[list[float]] = asyncio.get_running_loop().create_future()
        self._text, self._begin, self._end = text, begin, end
        self._taken: list[float] = []
        self._received = bytearray()
        self._length = 0

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        self._received += data
        if not self._length:
            head, found, _ = self._received.partition(b"\r\n\r\n")
            if not found:
                return
            if not head.startswith(b"HTTP/1.1 200 "):
                self._fail(head.decode())
                return
            fields = dict(line.lower().split(b": ", 1) for line in bytes(head).split(b"\r\n")[1:])
            self._length = len(head) + 4 + int(fields[b"content-length"])
        if len(self._received) == self._length:
            self._answered()

    def connection_lost(self, exc: Exception | None) -> None:
        self._fail(f"The server closed the connection: {exc}")

    def _ask(self) -> None:
        self._asked = time.perf_counter()
        self._transport.write(self._text)

    def _answered(self) -> None:
        now = time.perf_counter()
        if now >= self._begin:
            self._taken.append(now - self._asked)
        self._received.clear()
        self._length = 0
        if now < self._end or not self._taken:
            self._ask()
        else:
            self.done.set_result(self._taken)
            self._transport.close()

    def _fail(self, why: str) -> None:
        if not self.done.done():
            self.done.set_exception(RuntimeError(why))
        self._transport.close()
