"""What one request to a receiver may lead to."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from domain.webhooks import receiver
from domain.webhooks.receiver import Answer


@asynccontextmanager
async def _answering(answer: bytes | None) -> AsyncGenerator[tuple[str, list[bytes]]]:
    """A receiver that says this to whatever it hears, or nothing."""
    heads: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            heads.append(await reader.readuntil(b"\r\n\r\n"))
            if answer is None:
                await reader.read()
                await reader.read()
            writer.write(answer or b"")
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hooks", heads
    finally:
        server.close()


async def _post(url: str, *, private_too: bool = True) -> Answer:
    async with receiver.client(private_too=private_too) as http:
        return await receiver.post(http, url, "{}", {"webhook-id": "msg_1"})


def _answer(status: int, *headers: str, body: bytes = b"") -> bytes:
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


CASES: list[tuple[bytes, int | None, bool, str]] = [
    (_answer(200, body=b"x" * 10_000_000), 200, False, ""),
    (_answer(204), 204, False, ""),
    (_answer(302, "Location: http://127.0.0.1:1/"), 302, False, "no redirect"),
    (_answer(400), 400, False, "Answered 400."),
    (_answer(410), 410, False, "Answered 410."),
    (_answer(429, "Retry-After: 17"), 429, True, "Answered 429."),
    (_answer(500), 500, False, "Answered 500."),
    (_answer(503, "Retry-After: Fri, 31 Dec 1999 23:59:59 GMT"), 503, True, "Answered 503."),
    (b"nonsense\r\n\r\n", None, True, "broke off"),
    (b"", None, True, "broke off"),
]


async def test_what_answers_mean() -> None:
    """A6, J4: 2xx is taken, nothing else is; no redirect is followed, and little is read of what comes back."""
    for answer, status, is_unreachable, words in CASES:
        async with _answering(answer) as (url, heads):
            got = await _post(url)
        assert (got.status, got.is_unreachable) == (status, is_unreachable), answer[:40]
        assert (words in got.error) if words and got.error else got.error is None, answer[:40]
        assert len(heads) == 1
        assert b"msg_1" in heads[0]
        assert got.retry_after == (17 if b"Retry-After: 17" in answer else 0)


async def test_nobody_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """J4: who doesn't answer within the time, or isn't there, is left alone for a while."""
    monkeypatch.setattr(receiver, "_SECONDS", 0.2)
    async with _answering(None) as (url, _):
        slow = await _post(url)
    gone = await _post(url)
    assert (slow.is_unreachable, slow.error) == (True, "No answer within 0 seconds.")
    assert gone.is_unreachable
    assert gone.error is not None
    assert gone.error.startswith("No connection")


async def test_no_address_of_this_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A6: whatever a name says, a receiver inside is not called, also where one of several addresses is."""
    async with _answering(_answer(204)) as (url, heads):
        port = url.split(":")[2].split("/")[0]
        for addresses in (["127.0.0.1"], ["93.184.215.14", "10.0.0.7"], ["::ffff:127.0.0.1"], []):

            async def resolve(_host: str, _port: int, found: list[str] = addresses) -> list[str]:
                return found

            monkeypatch.setattr("domain.network.resolve", resolve)
            got = await _post(f"http://receiver.example:{port}/hooks", private_too=False)
            assert (got.status, got.is_unreachable) == (None, True)
            assert got.error == "The host has an address that is not public."
    assert heads == []
