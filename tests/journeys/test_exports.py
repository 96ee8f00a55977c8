"""Exports from the request to the file that is fetched."""

import csv
import io
import json
import zlib
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from api.values.ids import encode
from domain import clock
from domain.exports import sources
from domain.exports.formats import GZIP_HEADER, deflated, gzip_trailer, inflated
from domain.models import (
    Export,
    ExportPart,
    JobStatus,
    JobType,
    Order,
    OrderAddress,
    OrderStatus,
    QueuedJob,
    Role,
)
from jobs.sweeper import Sweeper
from tests.domain.orders.looking import fill
from tests.factories import make_level, make_product, make_warehouse
from tests.fixtures.database import one_database
from tests.fixtures.world import Api, World
from tests.journeys.mapping import outcomes
from tests.journeys.test_file_imports import imported

EXPORT = """query($id: ID!) { queuedJob(id: $id) {
  status error export { name rows bytes url urlExpiresAt expiresAt includesBuyer } } }"""
ERASE = "mutation($id: ID!) { eraseBuyer(input: {orderId: $id}) { userErrors { code } } }"


async def ask(world: World, kind: str, *, api: Api | None = None, **given: Any) -> dict[str, Any]:
    """What asking for an export answers."""
    document = f"mutation($input: Export{kind}Input!) {{ export{kind}(input: $input) {{ job {{ id }} userErrors {{ code field }} }} }}"
    wanted = given if kind == "Outcomes" else {"companyId": world.company_id} | given
    payload: dict[str, Any] = await (api or world.api).ask(document, input=wanted)
    return payload


async def exported(
    world: World, kind: str, *, api: Api | None = None, **given: Any
) -> tuple[str, dict[str, Any]]:
    """The job of an export, and it as it ended."""
    payload = await ask(world, kind, api=api, **given)
    assert payload["userErrors"] == []
    await world.run_jobs()
    return payload["job"]["id"], await (api or world.api).ask(EXPORT, id=payload["job"]["id"])


async def content(world: World, job: dict[str, Any], encoding: str = "gzip") -> str:
    reply = await world.http.get(job["export"]["url"], headers={"Accept-Encoding": encoding})
    assert reply.status_code == 200, reply.text
    assert reply.headers.get("content-encoding", "identity") == encoding
    assert len(reply.content) == job["export"]["bytes"]
    return reply.content.decode()


async def table(world: World, job: dict[str, Any], encoding: str = "gzip") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(await content(world, job, encoding))))


async def test_orders(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A2, J1: orders are written page by page with the list's filter, in both formats, streamed deflated or not; what a
    spreadsheet takes for a formula is none, and ids keep their digits.
    """
    monkeypatch.setattr(sources, "AT_ONCE", 3)
    formula = world.mall.add_goods(title='=HYPERLINK("http://x")')
    made = fill(world, 7, items=[(world.mall.add_goods(), 2)]) + fill(
        world, 1, items=[(formula, 1), (world.mall.add_goods(), 3)]
    )
    await world.import_orders()

    _, job = await exported(world, "Orders", format="CSV")
    rows = await table(world, job)
    assert rows == await table(world, job, "identity")
    assert [row["ChannelOrderID"] for row in rows].count(made[-1].number) == 2
    assert {row["ChannelOrderID"] for row in rows} == {order.number for order in made}
    assert (job["status"], job["export"]["rows"], job["export"]["includesBuyer"]) == ("SUCCEEDED", 9, False)
    assert [row["OrderedAt"] for row in rows] == sorted((row["OrderedAt"] for row in rows), reverse=True)
    assert [row["Title"] for row in rows if row["Title"].startswith("'")] == ['\'=HYPERLINK("http://x")']
    assert {row["CountryCode"] for row in rows} == {"US"}
    assert "Recipient" not in rows[0]

    _, job = await exported(world, "Orders", format="JSONL", filter={"search": made[0].number, "not": {"status": ["PENDING"]},
                                                                     "orderedTo": "2100-01-01T00:00:00Z"})  # fmt: skip
    (line,) = [json.loads(line) for line in (await content(world, job)).splitlines()]
    assert (line["channelOrderId"], line["quantity"], line["labels"]) == (made[0].number, 2, [])
    assert line["websiteProductIdVariantId"]

    _, job = await exported(
        world, "Orders", format="CSV", forSpreadsheet=True, filter={"search": made[0].number}
    )
    text = await content(world, job)
    assert text.startswith("\ufeffChannelOrderID")
    assert f'"=""{line["websiteProductId"]}"""' in text
    _, nothing = await exported(world, "Orders", format="CSV", filter={"search": "nobody"})
    assert (await table(world, nothing), nothing["export"]["rows"]) == ([], 0)
    async with world.database.read() as session:
        assert set(await session.scalars(select(Export.sealed_filter))) == {None}
        stored = await session.scalars(select(QueuedJob.arguments))
        assert not [each for each in stored if made[0].number in json.dumps(each)]


@one_database
async def test_what_is_cut_off_goes_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """J2: any worker goes on behind the last part; run again after it failed, a file is written anew."""
    monkeypatch.setattr(sources, "AT_ONCE", 2)
    made = fill(world, 9)
    await world.import_orders()
    job_id = (await ask(world, "Orders", format="CSV"))["job"]["id"]
    begun: list[int] = []
    page = sources.Orders.page

    async def cut_off(self: Any, session: Any, after: Any) -> Any:
        if len(begun) < 4:
            begun.append(1)
            if len(begun) % 2 == 0:
                raise RuntimeError("cut off")
        return await page(self, session, after)

    monkeypatch.setattr(sources.Orders, "page", cut_off)
    retry = "mutation($id: ID!) { retryQueuedJob(input: {jobId: $id}) { userErrors { message } } }"
    for _ in range(2):
        await world.run_jobs()
        assert (await world.job(job_id))["status"] == "FAILED"
        await world.api.ask(retry, id=job_id)
    cut = 0
    while (job := await world.api.ask(EXPORT, id=job_id))["status"] in {"QUEUED", "RUNNING"}:
        runner, sweeper = world.sweeper()
        await world.make_due_again()
        await sweeper.sweep()
        parts = job["export"]["rows"]
        # One that is not due yet, as its lease has not ended, is looked for again.
        while runner._running and job["export"]["rows"] == parts and job["status"] in {"QUEUED", "RUNNING"}:
            job = await world.api.ask(EXPORT, id=job_id)
        # In whatever it does at this moment.
        await runner.drain(seconds=0)
        cut += 1

    assert cut > 1
    rows = await table(world, job)
    assert sorted(row["ChannelOrderID"] for row in rows) == sorted(order.number for order in made)


@one_database
async def test_cut_off_behind_its_file(world: World) -> None:
    """J2: a job that was cut off between the end of its file and its own has nothing left to do."""
    fill(world, 1)
    await world.import_orders()
    job_id, job = await exported(world, "Orders", format="CSV")
    rows = await table(world, job)
    async with world.database.write() as session:
        of_export = update(QueuedJob).where(QueuedJob.type == JobType.EXPORT_ORDERS)
        await session.execute(of_export.values(status=JobStatus.QUEUED, finished_at=None))

    await world.run_jobs()

    again = await world.api.ask(EXPORT, id=job_id)
    assert (again["status"], await table(world, again)) == ("SUCCEEDED", rows)


@one_database
async def test_erased_while_a_page_is_written(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A5: a buyer who is erased after a page was read is in no file, and the job says why it ended."""
    made = fill(world, 1)
    await world.import_orders()
    order_id = encode("Order", (await world.orders())[made[0].number].id)
    async with world.database.write() as session:
        await session.execute(update(Order).values(status=OrderStatus.COMPLETED))
    page = sources.Orders.page

    async def erased_behind(self: Any, session: Any, after: Any) -> Any:
        found = await page(self, session, after)
        assert (await world.api.ask(ERASE, id=order_id))["userErrors"] == []
        return found

    monkeypatch.setattr(sources.Orders, "page", erased_behind)
    _, job = await exported(world, "Orders", format="CSV", includeBuyer=True)
    assert (job["status"], job["export"]) == ("FAILED", None)
    assert "Ask for it again" in job["error"]


@one_database
async def test_inventory_and_outcomes(world: World) -> None:
    """I8, J1: stock is written so that it can be imported again, outcomes of a job with failures first."""
    async with world.database.write() as session:
        company: Any = type("Company", (), {"id": 1})
        kiel, ulm = [await make_warehouse(session, name=name) for name in ("Kiel", "Ulm")]
        mug = await make_product(session, company, sku="-MUG")
        await make_product(session, company, sku="000123456789012345")
        await make_level(session, mug, kiel, 5)
        await make_level(session, mug, ulm, 7)

    for for_spreadsheet in (False, True):
        _, job = await exported(world, "Inventory", format="CSV", forSpreadsheet=for_spreadsheet)
        text = await content(world, job)
        again = await imported(world, "Inventory", text)
        assert set(outcomes(again).values()) == {
            ("SKIPPED", "UNCHANGED"), ("SKIPPED", "NOTHING_TO_SET"), ("SKIPPED", "COLUMNS_IGNORED")
        }  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [(row["Warehouse"], row["OnHand"], row["Available"]) for row in rows] == [
        ("Kiel", "5", "12"), ("Ulm", "7", "12"), ("", "", "0"),
    ]  # fmt: skip

    failed = await imported(world, "Inventory", "SKU,Warehouse,OnHand\n-MUG,Kiel,6\nNONE,Kiel,1\n")
    assert failed["status"] == "PARTIALLY_SUCCEEDED"
    jobs = "query($id: ID!) { company(id: $id) { queuedJobs(first: 1) { nodes { id } } } }"
    job_id = (await world.api.ask(jobs, id=world.company_id))["queuedJobs"]["nodes"][0]["id"]
    _, job = await exported(world, "Outcomes", jobId=job_id, format="CSV")
    assert [(row["Subject"], row["Code"]) for row in await table(world, job)] == [
        ("row 3 NONE Kiel", "NOT_FOUND"), ("row 2 -MUG Kiel", "CHANGED"),
    ]  # fmt: skip


@one_database
async def test_links(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """A5, A8: a link is good for its file and an hour, needs no key, and isn't logged."""
    fill(world, 1)
    await world.import_orders()
    _, job = await exported(world, "Orders", format="CSV")
    _, other = await exported(world, "Inventory", format="CSV")
    url = job["export"]["url"]
    path, token = url.split("?token=")
    assert (await world.http.get(url)).headers[
        "content-disposition"
    ] == f'attachment; filename="{job["export"]["name"]}"'
    for wrong in (path, f"{path}?token=v1.dev.AAAA", f"{path}?token={token[:-2]}", f"/files/RXhwb3J0OjE=?token={token}",
                  other["export"]["url"].split("?")[0] + f"?token={token}"):  # fmt: skip
        reply = await world.http.get(wrong)
        assert (reply.status_code, reply.json()["errors"][0]["extensions"]["code"]) == (404, "NOT_FOUND"), (
            wrong
        )
    assert token[:40] not in capsys.readouterr().out
    async with world.database.write() as session:
        await session.execute(update(Export).values(expires_at=clock.now() - timedelta(seconds=1)))
    assert (await world.http.get(url)).status_code == 404
    runner, sweeper = world.sweeper()
    assert isinstance(sweeper, Sweeper)
    await sweeper.clean()
    await runner.drain(seconds=0)
    async with world.database.read() as session:
        assert (await session.scalars(select(Export))).all() == []
        assert (await session.scalars(select(ExportPart))).all() == []


async def test_buyers(world: World) -> None:
    """A5: recipients are written for administrators alone, and gone when a buyer of the company is erased."""
    made = fill(world, 2)
    await world.import_orders()
    operator = await world.key(Role.OPERATE, 1)
    refused = await ask(world, "Orders", api=operator, format="CSV", includeBuyer=True)
    assert [error["code"] for error in refused["userErrors"]] == ["FORBIDDEN"]
    wanted: dict[str, Any] = {"format": "CSV", "includeBuyer": True, "idempotencyKey": "once"}
    job_id, job = await exported(world, "Orders", **wanted)
    plain_id, _ = await exported(world, "Orders", format="CSV")
    async with world.database.read() as session:
        names = set(await session.scalars(select(OrderAddress.name)))
    assert {row["Recipient"] for row in await table(world, job)} == names
    assert (await operator.ask(EXPORT, id=job_id))["export"]["url"] is None
    waiting = (await ask(world, "Orders", format="JSONL", includeBuyer=True))["job"]["id"]

    orders = await world.orders()
    async with world.database.write() as session:
        await session.execute(update(Order).values(status=OrderStatus.COMPLETED))
    erased = await world.api.ask(ERASE, id=encode("Order", orders[made[0].number].id))
    assert erased["userErrors"] == []
    await world.run_jobs()

    assert (await world.http.get(job["export"]["url"])).status_code == 404
    assert (await ask(world, "Orders", **wanted))["job"]["id"] == job_id
    assert (await world.api.ask(EXPORT, id=job_id))["export"] is None
    assert (await world.api.ask(EXPORT, id=plain_id))["export"] is not None
    ended = await world.api.ask(EXPORT, id=waiting)
    assert (ended["status"], ended["export"]) == ("FAILED", None)
    assert "Ask for it again" in ended["error"]


def test_parts_make_one_stream() -> None:
    """A3: parts that were deflated one by one, by whatever worker, are one gzip file."""
    parts = [b"a,b\r\n", b"1,2\r\n" * 5000, "ä,ß\r\n".encode() * 10]
    whole, crc = b"".join(parts), 0
    for part in parts:
        crc = zlib.crc32(part, crc)
    stream = GZIP_HEADER + b"".join(map(deflated, parts)) + gzip_trailer(crc, len(whole))
    assert zlib.decompress(stream, 16 + zlib.MAX_WBITS) == whole
    assert b"".join(chunk for part in parts for chunk in inflated(deflated(part))) == whole
