"""The endpoint over POST and GET, on a real server and real sockets."""

import asyncio
import logging
from typing import Any

import httpx
import pytest

from api.transport.limits import ConnectionLimits
from tests.api.toy_server import KEY, Seen, code_of, post, toy_server

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


class TestNegotiation:
    @pytest.mark.parametrize(
        "accept, media_type",
        [
            (GRAPHQL, GRAPHQL),
            (JSON, JSON),
            ("*/*", JSON),
            ("application/*", JSON),
            (f"{JSON}, multipart/mixed", JSON),
            (f"{GRAPHQL}, {JSON};q=0.9, text/event-stream, multipart/mixed", GRAPHQL),
            (f"{JSON}, {GRAPHQL}", GRAPHQL),
            (f"{JSON}, {GRAPHQL};q=0.5", JSON),
            (f"{GRAPHQL};q=0, */*", JSON),
            (f"{GRAPHQL}; charset=utf-8", GRAPHQL),
            ("APPLICATION/JSON;Q=nonsense", JSON),
        ],
    )
    async def test_media_type(self, toy: httpx.AsyncClient, accept: str, media_type: str) -> None:
        """A3: the newer type where it is named and liked no less, plain JSON otherwise; always UTF-8."""
        response = await post(toy, "{ __typename }", accept=accept)

        assert response.status_code == 200
        assert response.headers["content-type"] == f"{media_type}; charset=utf-8"
        assert response.json()["data"] == {"__typename": "Query"}

    async def test_no_accept(self, toy: httpx.AsyncClient) -> None:
        """A3: plain JSON is assumed where Accept is missing."""
        request = toy.build_request("POST", "/graphql", json={"query": "{ __typename }"})
        del request.headers["accept"]

        response = await toy.send(request)

        assert response.headers["content-type"] == "application/json; charset=utf-8"

    @pytest.mark.parametrize("accept", ["text/html", "image/*", "application/json;q=0"])
    async def test_nothing_acceptable(self, toy: httpx.AsyncClient, seen: Seen, accept: str) -> None:
        """A3: a client that takes none of our types is told with 406, before anyone looks at its key."""
        response = await post(toy, "{ __typename }", accept=accept)

        assert (response.status_code, code_of(response)) == (406, "NOT_ACCEPTABLE")
        assert seen.connected == []


class TestStatus:
    @pytest.mark.parametrize(
        "query, variables, code",
        [
            ("{", None, "GRAPHQL_PARSE_FAILED"),
            ("{ unknown }", None, "GRAPHQL_VALIDATION_FAILED"),
            ("query($c: Colour!) { paint(colour: $c) }", {"c": None}, "BAD_USER_INPUT"),
            ("query A { __typename } query B { __typename }", None, "OPERATION_RESOLUTION_FAILURE"),
            ("fragment F on Query { __typename }", None, "OPERATION_RESOLUTION_FAILURE"),
            ("{" + "__typename " * 21 + "}", None, "LIMIT_EXCEEDED"),
        ],
    )
    async def test_request_errors(
        self, toy: httpx.AsyncClient, query: str, variables: dict[str, Any] | None, code: str
    ) -> None:
        """A3, A8: what never came to run has no `data`; 400 by the newer type and 200 by plain JSON."""
        newer = await post(toy, query, variables=variables)
        older = await post(toy, query, variables=variables, accept=JSON)

        assert (newer.status_code, older.status_code) == (400, 200)
        assert newer.json() == older.json()
        assert "data" not in newer.json()
        assert code_of(newer) == code

    async def test_field_errors(self, toy: httpx.AsyncClient) -> None:
        """A3: what ran in part or down to null is 200, with `data`."""
        part = await post(toy, "{ __typename fails }")
        null = await post(toy, "{ mustNotFail }")

        assert (part.status_code, part.json()["data"]) == (200, {"__typename": "Query", "fails": None})
        assert (null.status_code, null.json()["data"]) == (200, None)

    async def test_operation_name(self, toy: httpx.AsyncClient) -> None:
        """A3, E4: of several operations the one that is named runs, and no other."""
        query = 'mutation A { write(text: "a") } mutation B { write(text: "b") }'

        chosen = await post(toy, query, operationName="B")
        unknown = await post(toy, query, operationName="C")

        assert chosen.json()["data"] == {"write": "b"}
        assert (unknown.status_code, code_of(unknown)) == (400, "OPERATION_RESOLUTION_FAILURE")

    async def test_utf8(self, toy: httpx.AsyncClient) -> None:
        """A3: requests and replies are UTF-8."""
        response = await post(toy, "query($t: String!) { echo(text: $t) }", variables={"t": "Ünïcödé 🏃"})

        assert response.json()["data"] == {"echo": "Ünïcödé 🏃"}
        assert "🏃".encode() in response.content

    @pytest.mark.parametrize("parameter", ["variables", "operationName", "extensions"])
    async def test_null_parameters(self, toy: httpx.AsyncClient, parameter: str) -> None:
        """A3: the other parameters may be null."""
        response = await toy.post("/graphql", json={"query": "{ __typename }", parameter: None})

        assert (response.status_code, response.json()["data"]) == (200, {"__typename": "Query"})


class TestGet:
    async def test_query(self, toy: httpx.AsyncClient) -> None:
        """A3: a query may come by GET, with variables as JSON."""
        parameters = {"query": "query($t: String!) { echo(text: $t) }", "variables": '{"t": "x"}'}

        response = await toy.get("/graphql", params=parameters, headers={"accept": GRAPHQL})

        assert (response.status_code, response.json()["data"]) == (200, {"echo": "x"})

    @pytest.mark.parametrize("accept", [GRAPHQL, JSON])
    async def test_mutation(self, toy: httpx.AsyncClient, seen: Seen, accept: str) -> None:
        """A3, E12: a mutation by GET is 405 and writes nothing."""
        parameters = {"query": 'mutation { write(text: "x") }'}

        response = await toy.get("/graphql", params=parameters, headers={"accept": accept})

        assert (response.status_code, response.headers["allow"]) == (405, "POST")
        assert seen.written == []

    async def test_mutation_for_events(self, toy: httpx.AsyncClient, seen: Seen) -> None:
        """A3: a mutation by GET isn't run for an event stream either."""
        parameters = {"query": 'mutation { write(text: "x") }'}

        response = await toy.get("/graphql", params=parameters, headers={"accept": "text/event-stream"})

        assert '"errors"' in response.text
        assert seen.written == []

    async def test_page(self, toy: httpx.AsyncClient, seen: Seen) -> None:
        """A4: a browser gets the page without a key, and without one is told to send a key."""
        page = await toy.get("/graphql", headers={"accept": BROWSER})
        off = await toy.get("/graphql?off", headers={"accept": BROWSER, "authorization": ""})

        assert (page.status_code, page.text) == (200, "<title>GraphiQL</title>")
        assert (off.status_code, code_of(off)) == (401, "UNAUTHENTICATED")
        assert len(seen.connected) == 1

    @pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE"])
    async def test_other_methods(self, toy: httpx.AsyncClient, seen: Seen, method: str) -> None:
        """A3, E12: other methods are 405 with Allow, and no CORS header lets another site in."""
        headers = {"origin": "https://elsewhere.example", "access-control-request-method": "POST"}

        response = await toy.request(method, "/graphql", headers=headers)

        assert (response.status_code, response.headers["allow"]) == (405, "GET, POST")
        assert not [name for name in response.headers if name.startswith("access-control")]
        assert seen.connected == []


class TestBody:
    @pytest.mark.parametrize(
        "content_type",
        [None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"],
    )
    async def test_content_type(self, toy: httpx.AsyncClient, seen: Seen, content_type: str | None) -> None:
        """A3, E12: what a browser's form can send without asking is 415 and runs nothing."""
        headers = {"content-type": content_type} if content_type else {}
        body = b'{"query": "mutation { write(text: \\"x\\") }"}'

        response = await toy.post("/graphql", content=body, headers=headers)

        assert (response.status_code, code_of(response)) == (415, "UNSUPPORTED_MEDIA_TYPE")
        assert seen.written == []

    @pytest.mark.parametrize(
        "body", [b"", b"{", b"1", b'"x"', b"null", b"\xff", b"[" * 100_000, b'[{"query": "{ __typename }"}]']
    )
    async def test_malformed(self, toy: httpx.AsyncClient, body: bytes) -> None:
        """A3, A8, E4, E9: a malformed or batched body is 400 with the reason, whatever the type accepted."""
        for accept in (GRAPHQL, JSON):
            headers = {"content-type": JSON, "accept": accept}
            response = await toy.post("/graphql", content=body, headers=headers)

            assert (response.status_code, code_of(response)) == (400, "BAD_REQUEST")

    async def test_large(self, toy: httpx.AsyncClient) -> None:
        """A6, E8: 256 KiB pass the guard, one byte more is 413."""
        most = ConnectionLimits().body_bytes
        body = b'{"query": "{ __typename }"' + b" " * (most - 27) + b"}"
        headers = {"content-type": JSON}

        taken = await toy.post("/graphql", content=body, headers=headers)
        refused = await toy.post("/graphql", content=body + b" ", headers=headers)

        assert taken.status_code == 200
        assert (refused.status_code, code_of(refused)) == (413, "PAYLOAD_TOO_LARGE")

    async def test_endless(self, toy: httpx.AsyncClient) -> None:
        """A6, E8: an endless body without a length is cut off, and the connection with it."""
        reader, writer = await _send(toy, "Transfer-Encoding: chunked")
        sent = 0
        try:
            while not reader.at_eof() and sent < 100 * 2**20:
                writer.write(b"10000\r\n" + b" " * 0x10000 + b"\r\n")
                await writer.drain()
                sent += 0x10000
                await asyncio.sleep(0)
        except ConnectionError:
            pass
        reply = await _rest(reader, writer)

        assert reply.startswith(b"HTTP/1.1 413 ") or (not reply and sent)
        assert sent < 100 * 2**20

    async def test_length_too_large(self, toy: httpx.AsyncClient) -> None:
        """A6, E8: a body that announces itself as too large is refused before it is sent."""
        for length in (b"262145", b"9" * 18):
            reader, writer = await _send(toy, f"Content-Length: {length.decode()}")

            assert (await _rest(reader, writer)).startswith(b"HTTP/1.1 413 ")

    async def test_body_that_never_comes(self, seen: Seen) -> None:
        """A6, E8: a body that is shorter than it says is waited for no longer than the limit: 408."""
        async with toy_server(transport=ConnectionLimits(body_seconds=0.1)) as server, server.client() as toy:
            reader, writer = await _send(toy, "Content-Length: 100", b'{"query": ')

            assert (await _rest(reader, writer)).startswith(b"HTTP/1.1 408 ")

    async def test_client_that_leaves(self, toy: httpx.AsyncClient, caplog: pytest.LogCaptureFixture) -> None:
        """A3: a client that leaves before its body is sent leaves nothing behind, not even a line in the log."""
        _reader, writer = await _send(toy, "Content-Length: 100", b'{"query": ')
        writer.close()
        await writer.wait_closed()

        response = await post(toy, "{ __typename }")

        assert response.status_code == 200
        assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


class TestAuthentication:
    @pytest.mark.parametrize("query", ["{ __typename }", "{ __schema { queryType { name } } }"])
    async def test_no_key(self, toy: httpx.AsyncClient, query: str) -> None:
        """A5, A8: without a key nothing is answered, introspection included: 401 with what to send."""
        del toy.headers["authorization"]

        response = await post(toy, query)

        assert (response.status_code, code_of(response)) == (401, "UNAUTHENTICATED")
        assert response.headers["www-authenticate"] == "Bearer"
        assert response.json()["errors"][0]["message"] == "Send a key as Authorization: Bearer."

    async def test_key_elsewhere(self, toy: httpx.AsyncClient, seen: Seen) -> None:
        """A5, E12: a key in the URL or in a cookie isn't looked at."""
        del toy.headers["authorization"]
        parameters = {"query": "{ __typename }", "authorization": KEY, "access_token": KEY}

        response = await toy.get("/graphql", params=parameters, headers={"cookie": f"authorization={KEY}"})

        assert response.status_code == 401
        assert seen.connected == [None]

    async def test_key_before_body(self, toy: httpx.AsyncClient) -> None:
        """A5: who has no key gets no body read: the answer comes before it is sent."""
        reader, writer = await _send(toy, "Content-Length: 100", key="Bearer wrong")

        assert (await _rest(reader, writer)).startswith(b"HTTP/1.1 401 ")

    async def test_unavailable(self, toy: httpx.AsyncClient, seen: Seen) -> None:
        """A8: where the key can't be looked up, the answer is 503 and a GraphQL error."""
        seen.unavailable = True

        response = await post(toy, "{ __typename }", accept=JSON)

        assert (response.status_code, code_of(response)) == (503, "UNAVAILABLE")


async def _send(
    toy: httpx.AsyncClient, header: str, body: bytes = b"", *, key: str = KEY
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """The beginning of a request that no HTTP client would send."""
    reader, writer = await asyncio.open_connection(toy.base_url.host, toy.base_url.port)
    head = f"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: {JSON}\r\nAuthorization: {key}\r\n{header}\r\n\r\n"
    writer.write(head.encode() + body)
    await writer.drain()
    return reader, writer


async def _rest(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    """All that the server says until it closes the connection, as it must."""
    received = b""
    try:
        async with asyncio.timeout(5):
            received = await reader.read()
    except ConnectionError:
        pass
    writer.close()
    return received
