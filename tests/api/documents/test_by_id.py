"""Documents that requests name by a hash or an id: automatic persisted queries and trusted documents."""

import asyncio
import dataclasses
import hashlib
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from arq.connections import ArqRedis
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from api.app import create_app, hold
from domain.document_store import DocumentStore
from domain.models import Role
from domain.settings import ConfigurationError, Environment, Settings
from tests.fixtures.database import one_database
from tests.fixtures.serving import served
from tests.fixtures.world import Api, World

_QUERY = "query Names { companies(first: 1) { nodes { name } } }"
_JSON, _NEW = "application/json", "application/graphql-response+json"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _persisted(text: str) -> dict[str, Any]:
    return {"persistedQuery": {"version": 1, "sha256Hash": _hash(text)}}


def _code(reply: httpx.Response) -> str | None:
    errors = reply.json().get("errors")
    return errors[0]["extensions"]["code"] if errors else None


async def _post(world: World, accept: str = _NEW, *, api: Api | None = None, **body: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {(api or world.api)._key}", "Accept": accept}
    return await world.http.post("/graphql", json=body, headers=headers)


@one_database
async def test_as_apollo_speaks_it(world: World) -> None:
    """A1: a hash that isn't known is answered with the words that clients wait for; with its document it is known from then on,
    by POST and GET, and at every server.
    """
    unknown = await _post(world, extensions=_persisted(_QUERY))
    assert (unknown.status_code, _code(unknown)) == (200, "PERSISTED_QUERY_NOT_FOUND")
    assert unknown.json()["errors"][0]["message"] == "PersistedQueryNotFound"

    sent = await _post(world, query=_QUERY, extensions=_persisted(_QUERY))
    expected = {"companies": {"nodes": [{"name": "Nordlicht"}]}}
    assert sent.json()["data"] == expected
    assert (await _post(world, extensions=_persisted(_QUERY))).json()["data"] == expected
    assert (await _post(world, documentId=f"sha256:{_hash(_QUERY)}")).json()["data"] == expected
    got = await world.http.get(
        "/graphql",
        params={"extensions": json.dumps(_persisted(_QUERY)), "variables": "{}"},
        headers={"Authorization": f"Bearer {world.api._key}"},
    )
    assert got.json()["data"] == expected

    world.app.state.documents = DocumentStore(world.resources.redis)
    other = await world.key(Role.READ)
    assert (await _post(world, api=other, extensions=_persisted(_QUERY))).json()["data"] == expected


_REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"query": _QUERY, "extensions": _persisted("{ __typename }")}, "BAD_REQUEST"),
    ({"query": _QUERY, "extensions": {"persistedQuery": {"version": 2, "sha256Hash": "x"}}}, "BAD_REQUEST"),
    ({"extensions": {"persistedQuery": {"version": 1}}}, "BAD_REQUEST"),
    ({"extensions": {"persistedQuery": 7}}, "BAD_REQUEST"),
    ({"documentId": "sha256:nonsense"}, "PERSISTED_QUERY_NOT_FOUND"),
    ({"documentId": 7}, "BAD_REQUEST"),
    ({"extensions": {}}, "BAD_REQUEST"),
    ({"query": None, "documentId": ""}, "BAD_REQUEST"),
]  # fmt: skip


@one_database
async def test_refused(world: World) -> None:
    """A2: a hash of another document, a version of another time and what is no hash are refused by a code."""
    for body, code in _REFUSED:
        assert _code(await _post(world, **body)) == code, body


@one_database
async def test_what_is_not_stored(world: World) -> None:
    """A6: a document that can't be run isn't stored, nor one without a key, nor one that is very long."""
    wrong, long = "{ nothingOfTheKind }", _QUERY + " " * 17_000
    assert _code(await _post(world, query=wrong, extensions=_persisted(wrong))) == "GRAPHQL_VALIDATION_FAILED"
    assert "data" in (await _post(world, query=long, extensions=_persisted(long))).json()
    stranger = await world.http.post("/graphql", json={"query": _QUERY, "extensions": _persisted(_QUERY)})
    assert stranger.status_code == 401

    for text in (wrong, long, _QUERY):
        assert _code(await _post(world, extensions=_persisted(text))) == "PERSISTED_QUERY_NOT_FOUND"


@one_database
async def test_a_document_under_the_hash_of_another(world: World) -> None:
    """A5: whoever names two documents has neither remembered by the other's hash, which others may give."""
    await _post(world, query=_QUERY, extensions=_persisted(_QUERY))
    await _post(world, documentId=f"sha256:{_hash(_QUERY)}", extensions=_persisted("{ other }"))
    assert _code(await _post(world, extensions=_persisted("{ other }"))) == "PERSISTED_QUERY_NOT_FOUND"


async def test_many_who_ask_at_once(redis: ArqRedis) -> None:
    """A6: a document that many ask for before this process has it takes its room once."""
    text, others = "x" * 16_000, DocumentStore(redis)
    await others.put(_hash(text), text, key_id=1)
    store = DocumentStore(redis)
    assert await asyncio.gather(*(store.get(_hash(text)) for _ in range(70))) == [text] * 70
    await store.put(_hash("{ a }"), "{ a }", key_id=1)
    await store.put(_hash(text[1:]), text[1:], key_id=1)
    assert list(store._here.values()) == [text, "{ a }", text[1:]]


async def test_one_key_fills_no_store(redis: ArqRedis) -> None:
    """A6: of more than a key may store in a day, other servers know nothing; what others store is known."""
    full, documents = DocumentStore(redis, bytes_of_key=100), ["a" * 60, "b" * 60, "c" * 60]
    for text in documents:
        await full.put(_hash(text), text, key_id=1)
    await full.put(_hash("{ d }"), "{ d }", key_id=2)

    other = DocumentStore(redis)
    assert [await other.get(_hash(text)) for text in [*documents, "{ d }"]] == [
        documents[0],
        None,
        None,
        "{ d }",
    ]
    # This process has them all the same, up to so many letters.
    assert [await full.get(_hash(text)) for text in documents] == documents
    for number in range(70):
        await full.put(_hash(str(number)), str(number) * 8_000, key_id=3)
    assert sum(len(text) for text in full._here.values()) <= 1024 * 1024


@one_database
async def test_without_redis(world: World) -> None:
    """C8, A1: while Redis is away, what this process knows is known, and all else is sent again."""
    store = DocumentStore(ArqRedis(host="127.0.0.1", port=1))
    world.app.state.documents = store
    assert _code(await _post(world, extensions=_persisted(_QUERY))) == "PERSISTED_QUERY_NOT_FOUND"
    assert "data" in (await _post(world, query=_QUERY, extensions=_persisted(_QUERY))).json()
    assert "data" in (await _post(world, extensions=_persisted(_QUERY))).json()


@one_database
async def test_over_streams(world: World) -> None:
    """A1: a subscription may be named by its hash too, over a WebSocket and as server-sent events."""
    document = "subscription($id: ID!) { queuedJob(id: $id) { status } }"
    job = await world.api.ask(
        "mutation($c: ID!) { importOrders(input: {companyId: $c}) { job { id } } }", c=world.company_id
    )
    variables = {"id": job["job"]["id"]}
    payload = {"query": document, "variables": variables, "extensions": _persisted(document)}
    await world.run_jobs()
    async with served(world, ws="websockets-sansio") as url:
        address = f"{url.replace('http', 'ws')}/graphql"
        async with connect(address, subprotocols=[Subprotocol("graphql-transport-ws")]) as socket:
            key = {"Authorization": f"Bearer {world.api._key}"}
            await socket.send(json.dumps({"type": "connection_init", "payload": key}))
            assert json.loads(await socket.recv())["type"] == "connection_ack"
            for number, each in enumerate([payload, {**payload, "query": None}]):
                await socket.send(json.dumps({"id": str(number), "type": "subscribe", "payload": each}))
                message = json.loads(await socket.recv())
                assert message["payload"]["data"]["queuedJob"]["status"] == "SUCCEEDED", message
                assert json.loads(await socket.recv())["type"] == "complete"
        async with httpx.AsyncClient() as http:
            headers = {"Authorization": f"Bearer {world.api._key}", "Accept": "text/event-stream"}
            del payload["query"]
            reply = await http.post(f"{url}/graphql", json=payload, headers=headers)
            assert '"status":"SUCCEEDED"' in reply.text


@one_database
async def test_trusted_documents(world: World, tmp_path: Path) -> None:
    """A1, A6: documents of the operator's file run by their ids beside all others; where only these may run, nothing else does."""
    file, settings = tmp_path / "documents.json", world.resources.settings
    file.write_text(json.dumps({"names": _QUERY, _hash(_QUERY): _QUERY}))
    expected = {"companies": {"nodes": [{"name": "Nordlicht"}]}}
    for only in (False, True):
        more = {"trusted_documents": file, "trusted_documents_only": only}
        app = create_app(settings.model_copy(update=more))
        hold(app, world.resources)
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app), base_url="http://tradewind"
        ) as http:
            of_file = dataclasses.replace(world, http=http)
            bodies: list[dict[str, Any]] = [
                {"documentId": "names"},
                {"documentId": f"sha256:{_hash(_QUERY)}"},
                {"extensions": _persisted(_QUERY)},
                {"query": _QUERY, "documentId": "names"},
            ]
            for body in bodies:
                assert (await _post(of_file, **body)).json()["data"] == expected
            other: dict[str, Any] = {"query": "{ __typename }"}
            assert _code(await _post(of_file, **other)) == ("PERSISTED_QUERY_ID_REQUIRED" if only else None)
            found = _code(await _post(of_file, **other, extensions=_persisted("{ __typename }")))
            assert found == ("PERSISTED_QUERY_NOT_IN_LIST" if only else None)
            assert _code(await _post(of_file, query="{ __typename }", documentId="names")) == "BAD_REQUEST"


@pytest.mark.parametrize("written, words", [
    (json.dumps({"good": _QUERY, "bad": "{ companies { nodes { nam } } }"}), "'bad': Cannot query field 'nam'"),
    (json.dumps({"broken": "query {"}), "'broken': Syntax Error"),
    (json.dumps({"empty": "fragment F on Company { id }"}), "'empty': The document has no operation"),
    (json.dumps({"deep": "{ node(id: 1) " + "{ ... on Order { company " * 9 + "{ id }" + "}}" * 9 + "}"}), "'deep': "),
    ("[]", "must be an object of documents"),
    ("{", "isn't JSON"),
    (None, "can't be read"),
])  # fmt: skip
def test_a_wrong_file(tmp_path: Path, written: str | None, words: str) -> None:
    """C8: a server does not start with a file of which a document can't be run; it names the document, and says why."""
    file = tmp_path / "documents.json"
    if written is not None:
        file.write_text(written)
    settings = Settings.model_validate({"env": Environment.DEVELOPMENT, "trusted_documents": file})
    with pytest.raises(ConfigurationError, match="TRADEWIND_TRUSTED_DOCUMENTS: ") as error:
        create_app(settings)
    assert words in str(error.value)
    assert "'good'" not in str(error.value)
