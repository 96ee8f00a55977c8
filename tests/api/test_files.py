"""Files as they come in: POST /files, who may use them, and the template."""

import asyncio
import dataclasses
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from api.files import UNKNOWN, XLSX
from domain import clock, files
from domain.access.principal import Principal
from domain.database.session import Database
from domain.documents import PDF, PNG
from domain.errors import LimitExceeded
from domain.models import File, Role
from domain.products import mapping_file
from domain.tables import reading
from tests.fixtures.database import one_database
from tests.fixtures.world import Api, World
from tests.journeys.mapping import HEADER, ask_for_import, upload


async def test_a_file_is_kept(world: World) -> None:
    """M2: the raw body is kept with its name and size; sent again it is the same file."""
    first = await upload(world, HEADER, headers={"Content-Disposition": 'attachment; filename="map.csv"'})
    again = await upload(world, HEADER, headers={"Content-Disposition": 'attachment; filename="map.csv"'})
    named = await upload(world, HEADER, query="?name=C:%5Cfiles%5Cm%C3%BCll.csv")
    umlaut = await upload(
        world, HEADER, headers={"Content-Disposition": "attachment; filename*=UTF-8''m%C3%BCll.csv"}
    )
    nameless = await upload(world, b"PK\x03\x04", media_type=UNKNOWN)

    assert [reply.status_code for reply in (first, again, named, umlaut, nameless)] == [201] * 5
    assert first.json() == again.json() == {"id": first.json()["id"], "name": "map.csv", "bytes": len(HEADER)}
    assert named.json() == umlaut.json()
    assert named.json()["name"] == "müll.csv"
    assert nameless.json()["name"] == "file.xlsx"


@pytest.mark.parametrize(
    "media_type",
    ["text/csv", "text/csv; charset=utf-16", "text/tab-separated-values", XLSX, UNKNOWN],
)
@one_database
async def test_media_types_that_are_taken(world: World, media_type: str) -> None:
    """M2: each kind of table that is read can be handed in."""
    assert (await upload(world, HEADER, media_type=media_type)).status_code == 201


@one_database
async def test_a_document_is_one_whatever_it_is_called(world: World) -> None:
    """C2: what names a buyer lies sealed and without its name, also where its sender calls it a table or says nothing."""
    pdf, png = b"%PDF-1.7\nErika\n%%EOF\n", b"\x89PNG\r\n\x1a\n Erika IEND"
    given = [(pdf, UNKNOWN), (pdf, "text/csv"), (pdf, XLSX), (png, UNKNOWN), (png, PDF)]
    for content, media_type in given:
        reply = await upload(world, content, media_type=media_type, query="?name=Erika.csv")
        assert (reply.status_code, reply.json()["name"]) == (
            201,
            "document.pdf" if content == pdf else "document.png",
        )
    async with world.database.read() as session:
        stored = (await session.scalars(select(File).options(undefer(File.content)))).all()
    assert [file.media_type for file in stored] == [PDF, PDF, PDF, PNG, PNG]
    assert not any(b"Erika" in file.content or "Erika" in file.name for file in stored)
    half = await upload(world, pdf[:12], media_type=UNKNOWN)
    assert (half.status_code, _code(half)) == (400, "INVALID")


@pytest.mark.parametrize(
    "headers,status,code",
    [
        ({"Content-Type": "multipart/form-data; boundary=x"}, 415, "UNSUPPORTED_MEDIA_TYPE"),
        ({"Content-Type": "application/json"}, 415, "UNSUPPORTED_MEDIA_TYPE"),
        ({"Content-Encoding": "gzip"}, 415, "UNSUPPORTED_MEDIA_TYPE"),
        ({"Authorization": ""}, 401, "UNAUTHENTICATED"),
        ({"Authorization": "Bearer tw_live_0"}, 401, "UNAUTHENTICATED"),
        ({"Content-Disposition": 'attachment; filename="' + "x" * 201 + '"'}, 400, "INVALID"),
    ],
)
@one_database
async def test_what_is_refused(world: World, headers: dict[str, str], status: int, code: str) -> None:
    """A6: what is not a file to be read, or from nobody, is refused with a reason in JSON."""
    reply = await upload(world, HEADER, headers=headers)

    assert (reply.status_code, _code(reply)) == (status, code)
    assert reply.json()["errors"][0]["message"]


@one_database
async def test_empty_and_too_large(world: World) -> None:
    """A6: an empty body is refused, and so is one above the limit, whether or not it says how long it is."""
    most = world.resources.settings.largest_file_bytes

    async def chunks() -> Any:
        for _ in range(most // 2**20 + 2):
            yield bytes(2**20)

    assert _code(await upload(world, b"")) == "REQUIRED"
    declared = await upload(world, b"x", headers={"Content-Length": str(most + 1)})
    streamed = await upload(world, chunks())
    assert [reply.status_code for reply in (declared, streamed)] == [413, 413]
    assert _code(streamed) == "PAYLOAD_TOO_LARGE"


async def test_roles(world: World) -> None:
    """A5: to hand in a file needs the role OPERATE, of whatever companies."""
    reader, operator = await world.key(Role.READ), await world.key(Role.OPERATE, 1)

    assert (await upload(world, HEADER, api=operator)).status_code == 201
    reply = await upload(world, HEADER, api=reader)
    assert (reply.status_code, _code(reply)) == (403, "FORBIDDEN")


async def test_a_file_is_its_keys(world: World) -> None:
    """A5: another key's file does not exist, but for an administrator of the server; nor does a thing that is no file."""
    one, other = await world.key(Role.OPERATE, 1), await world.key(Role.OPERATE, 1)
    wide = await world.key(Role.OPERATE)
    file_id = (await upload(world, HEADER, api=one)).json()["id"]

    async def codes(api: Api, some_id: str) -> list[str]:
        payload = await ask_for_import(world, some_id, api=api)
        return [error["code"] for error in payload["userErrors"]]

    assert await codes(one, file_id) == []
    assert await codes(other, file_id) == await codes(wide, file_id) == ["NOT_FOUND"]
    assert await codes(world.api, file_id) == []
    assert await codes(one, world.company_id) == await codes(one, "RmlsZTo5OQ==") == ["NOT_FOUND"]
    payload = await ask_for_import(world, file_id, api=one, company_id="Q29tcGFueTo5OQ==")
    assert payload["userErrors"][0]["field"] == ["companyId"]


def _allow(world: World, **most: int) -> None:
    """Have the server keep so much of a company at the most."""
    settings = world.resources.settings.model_copy(update=most)
    world.app.state.resources = dataclasses.replace(world.resources, settings=settings)


async def test_what_is_kept_of_a_company_is_bounded(world: World) -> None:
    """A6: files of all keys that see a company are counted for it, those of the server's keys by themselves; a refusal says
    what is kept, until when, and what to do. What is kept already may be sent again.
    """
    await world.new_company("Sued")
    one, both, other = [await world.key(Role.OPERATE, *companies) for companies in ((1,), (1, 2), (2,))]
    wide = await world.key(Role.OPERATE)
    _allow(world, files_per_company=2, file_bytes_per_company=1000)

    replies = [await upload(world, body, api=api) for api, body in (
        (one, b"a"), (both, b"b"), (one, b"c"), (both, b"c"), (other, b"c"), (other, b"d"), (one, b"a"),
        (wide, b"x" * 500), (world.api, b"y" * 501), (world.api, b"y" * 500), (wide, b"z"),
    )]  # fmt: skip

    assert [reply.status_code for reply in replies] == [201, 201, 413, 413, 201, 413, 201, 201, 413, 201, 413]
    assert {_code(reply) for reply in replies if reply.status_code == 413} == {"LIMIT_EXCEEDED"}
    message = replies[2].json()["errors"][0]["message"]
    until = (clock.now() + timedelta(days=30)).strftime("%Y-%m-%dT")
    for words in (
        "Nordlicht has 2 of 2 files",
        f"30 days after they were last sent, the first at {until}",
        "_BYTES_PER_",
    ):
        assert words in message
    assert "The server has 1 of 2 files with 500 of 1,000 bytes" in replies[8].json()["errors"][0]["message"]
    assert "Sued has 2 of 2 files" in replies[5].json()["errors"][0]["message"]


async def test_uploads_at_once(world: World) -> None:
    """A6: of two files at the same moment, of different keys of a company, the later is counted with the earlier."""
    settings = world.resources.settings.model_copy(update={"files_per_company": 1})
    callers = [
        Principal(key_id=number, role=Role.OPERATE, company_ids=frozenset({1}))
        for number, _ in enumerate([await world.key(Role.OPERATE, 1) for _ in range(2)], 2)
    ]

    async def store(session: AsyncSession, by: Principal) -> None:
        await files.store(session, by=by, name="x", media_type="text/csv", content=b"x", settings=settings,
                          now=clock.now())  # fmt: skip

    async def later() -> None:
        async with world.database.write() as session:
            await store(session, callers[1])

    async with world.database.write() as session:
        await store(session, callers[0])
        second = asyncio.create_task(later())
        # Time to go wrong in.
        await asyncio.wait({second}, timeout=0.3)
    with pytest.raises(LimitExceeded):
        await second


@one_database
async def test_the_template(world: World) -> None:
    """M2: the template has the columns that are read, and can be read itself."""
    reply = await world.http.get("/files/templates/website-properties.csv")

    assert reply.headers["content-type"].startswith("text/csv")
    assert len(mapping_file.read(await reading.read(reply.content, mapping_file.COLUMNS)).requests) == 1


async def test_files_are_removed_with_jobs(world: World) -> None:
    """J7: a file goes when it was sent longer ago than jobs are kept; an import of it then fails and says so."""
    file_id = (await upload(world, HEADER)).json()["id"]
    payload = await ask_for_import(world, file_id)
    async with world.database.write() as session:
        file = await session.get_one(File, 1)
        file.created_at = clock.now().replace(year=2020)

    await world.sweeper()[1].clean()
    await world.run_jobs()

    job = await world.job(payload["job"]["id"])
    assert (job["status"], job["errorIsPassing"]) == ("FAILED", False)
    assert "Upload it again" in job["error"]
    assert [e["code"] for e in (await ask_for_import(world, file_id))["userErrors"]] == ["NOT_FOUND"]


async def test_the_database_is_away(world: World) -> None:
    """A8: while the database can't be reached the answer is 503, and says nothing of where it is."""
    away = Database(f"postgresql+asyncpg://u:hunter2@127.0.0.1:1/{'x' * 8}")
    world.app.state.resources = dataclasses.replace(world.resources, database=away)

    reply = await upload(world, HEADER)

    await away.close()
    assert (reply.status_code, _code(reply)) == (503, "UNAVAILABLE")
    assert "hunter2" not in reply.text


@one_database
async def test_our_own_mistakes(world: World) -> None:
    """A8: what we did wrong is answered with an id to quote, and with no text from inside."""
    world.app.state.resources = None

    reply = await upload(world, HEADER)

    assert (reply.status_code, _code(reply)) == (500, "INTERNAL")
    assert "NoneType" not in reply.text


def _code(reply: httpx.Response) -> Any:
    return reply.json()["errors"][0]["extensions"]["code"]
