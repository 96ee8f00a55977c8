"""Mapping files from upload to matched orders."""

import asyncio
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from domain.models import Product
from domain.settings import Settings
from tests.domain.orders.looking import fill, reserved
from tests.domain.tables.hostile import slow
from tests.domain.tables.reading import is_gone, recorded
from tests.domain.tables.workbook import saved
from tests.fixtures.database import one_database
from tests.fixtures.workers import start_worker
from tests.fixtures.world import World
from tests.journeys.mapping import HEADER, UPSERT, add_products, ask_for_import, import_file, outcomes, upload

COLUMNS = HEADER.decode().strip().split(",")


async def mappings(world: World) -> dict[str, tuple[str | None, str | None]]:
    async with world.database.read() as session:
        rows = await session.scalars(select(Product))
        return {p.sku: (p.website_product_id, p.website_product_variant_id) for p in rows}


async def test_good_rows_are_applied_and_bad_ones_told(world: World) -> None:
    """M2, O4: each row has an outcome with its number, good rows are applied, waiting orders are matched and hold stock."""
    goods = world.mall.add_goods()
    fill(world, 3, status=1, items=[(goods, 2)])
    await world.import_orders()
    await add_products(world, "A", "B", "C", "Größe")
    content = (
        HEADER
        + f"A,{goods.goods_id},{goods.sku_id}\n".encode()
        + "B,6.01E+14,2\nC,1,\nD,3,4\nGröße,5,6\nGröße,5,6\nA,7,8\n,9,9\nB,,\n".encode()
    )

    job = await import_file(world, content)

    assert outcomes(job) == {
        "row 2 A": ("SUCCEEDED", "MAPPED"),
        "row 3 B": ("FAILED", "INVALID"),
        "row 4 C": ("FAILED", "INVALID"),
        "row 5 D": ("FAILED", "NOT_FOUND"),
        "row 6 Größe": ("SUCCEEDED", "MAPPED"),
        "row 7 Größe": ("SKIPPED", "REPEATED"),
        "row 8 A": ("FAILED", "CONFLICT"),
        "row 9": ("FAILED", "INVALID"),
        "row 10 B": ("SKIPPED", "NOTHING_TO_SET"),
    }
    messages = {one["subject"]: one["message"] for one in job["outcomes"]["nodes"]}
    assert messages["row 3 B"] == (
        "row 3: WebsiteProductID 6.01E+14 was shortened by a spreadsheet; format the column as text."
    )
    assert messages["row 2 A"].endswith("Orders that waited for it: 3.")
    assert job["status"] == "PARTIALLY_SUCCEEDED"
    assert job["progress"] == {"done": 9, "total": 9, "succeeded": 2, "failed": 5, "skipped": 2}
    assert await mappings(world) == {
        "A": (str(goods.goods_id), str(goods.sku_id)),
        "B": (None, None),
        "C": (None, None),
        "Größe": ("5", "6"),
    }
    assert await reserved(world) == 6


async def test_nothing_is_changed_on_trial(world: World) -> None:
    """M2: validateOnly tells of each row what would become of it, within the file and the database, and changes nothing."""
    goods = world.mall.add_goods()
    fill(world, 2, status=1, items=[(goods, 1)])
    await world.import_orders()
    await add_products(world, "A", "B", OLD=("1", "2"))
    rows = f"A,{goods.goods_id},{goods.sku_id}\nB,{goods.goods_id},{goods.sku_id}\nOLD,1,2\nX,1,2\n"

    job = await import_file(world, HEADER + rows.encode(), validateOnly=True)

    assert outcomes(job) == {
        "row 2 A": ("SUCCEEDED", "VALID"),
        "row 3 B": ("FAILED", "TAKEN"),
        "row 4 OLD": ("SKIPPED", "UNCHANGED"),
        "row 5 X": ("FAILED", "NOT_FOUND"),
    }
    messages = {one["subject"]: one["message"] for one in job["outcomes"]["nodes"]}
    assert "would be mapped" in messages["row 2 A"]
    assert messages["row 2 A"].endswith("Orders that waited for it: 2.")
    assert messages["row 3 B"].startswith("row 3: Product A is mapped to this listing")
    assert await mappings(world) == {"A": (None, None), "B": (None, None), "OLD": ("1", "2")}
    assert await reserved(world) == 0


async def test_products_pass_their_listings_on(world: World) -> None:
    """M2, M3: products that swap or pass on listings get them, over batches; one that keeps its own is named."""
    many = {f"S{n}": (str(n), "9") for n in range(1, 451)}
    await add_products(world, "NEW", "LATE", A=("1", "1"), B=("2", "2"), KEEPS=("3", "3"), **many)
    rows = ["A,2,2", "B,1,1", "LATE,3,3", "NEW,1,9"]
    # Each moves to the listing of the next, which only becomes free when that one has moved.
    rows += [f"S{n},{n + 1},9" for n in range(1, 451)]

    job = await import_file(world, HEADER + "\n".join(rows).encode())

    assert (job["progress"]["succeeded"], job["progress"]["failed"]) == (453, 1)
    assert job["error"].endswith("The first: row 4: Product KEEPS is mapped to this listing already. "
                                 "Take that mapping away first.")  # fmt: skip
    assert await mappings(world) == {
        "A": ("2", "2"), "B": ("1", "1"), "KEEPS": ("3", "3"), "LATE": (None, None), "NEW": ("1", "9"),
        **{f"S{n}": (str(n + 1), "9") for n in range(1, 451)},
    }  # fmt: skip


async def test_safety_quantities(world: World) -> None:
    """M2: the columns of safety quantities are set too, with a mapping or without one."""
    await add_products(world, "A", "B", C=("5", "6"))
    content = (
        b"SafetyQuantity,UseDefaultSafetyQuantity,ProductID,WebsiteProductID,WebsiteProductIDVariantID\n"
    )

    job = await import_file(world, content + b"7,no,A,1,2\n8,,B,,\n,yes,C,5,6\n")

    assert outcomes(job) == {
        "row 2 A": ("SUCCEEDED", "MAPPED"),
        "row 3 B": ("SUCCEEDED", "CHANGED"),
        "row 4 C": ("SKIPPED", "UNCHANGED"),
    }
    async with world.database.read() as session:
        rows = await session.scalars(select(Product).order_by(Product.sku))
        assert [(p.use_default_safety_quantity, p.safety_quantity) for p in rows] == [
            (False, 7),
            (True, 8),
            (True, 0),
        ]


@one_database
async def test_a_file_that_can_not_be_read(world: World) -> None:
    """M2: the job fails with one line that names what the file has, and no advice to wait."""
    job = await import_file(world, b"Article;Goods\nA;1\n")

    assert (job["status"], job["errorIsPassing"]) == ("FAILED", False)
    assert job["error"] == (
        "The header lacks ProductID, WebsiteProductID, WebsiteProductIDVariantID. The first row has: Article, Goods."
    )


@one_database
async def test_a_workbook_is_read_as_it_is_shown(world: World) -> None:
    """M6: of a workbook the sheet that people see is read, each cell as they see it; what is not sure maps nothing."""
    await add_products(world, "17", "00017", "A-1", "46082", "OLD")
    book = openpyxl.Workbook()
    old, table = book.worksheets[0], book.create_sheet("Mapping")
    old.title, old.sheet_state, book.active = "old", "hidden", 1
    old.append(COLUMNS)
    old.append(["OLD", "1", "2"])
    rows: list[list[Any]] = [
        [17, "601099512345678", 17592186044416],
        ["A-1", "=TEXT(1,0)", "3"],
        [date(2026, 3, 1), "5", "6"],
        ["17", 601000000000000, "7"],
        ["OLD", None, None],
    ]
    for row in (COLUMNS, *rows):
        table.append(row)
    table["A2"].number_format = "00000"

    job = await import_file(world, saved(book))

    assert outcomes(job) == {
        "(workbook)": ("SKIPPED", "SHEETS_IGNORED"),
        "row 2 00017": ("SUCCEEDED", "MAPPED"),
        "row 3 A-1": ("FAILED", "INVALID"),
        "row 4": ("FAILED", "INVALID"),
        "row 5 17": ("FAILED", "INVALID"),
        "row 6 OLD": ("SKIPPED", "NOTHING_TO_SET"),
    }
    messages = {one["subject"]: one["message"] for one in job["outcomes"]["nodes"]}
    assert messages["(workbook)"] == "Read the sheet Mapping. Ignored the others: old (hidden)."
    assert "holds a formula without a result" in messages["row 3 A-1"]
    assert {sku: pair for sku, pair in (await mappings(world)).items() if pair != (None, None)} == {
        "00017": ("601099512345678", "17592186044416")
    }


@one_database
async def test_failed_rows_are_told_in_their_order(world: World) -> None:
    """M2: what failed comes in the order of the rows, whatever was wrong with each, and again when it is run again."""
    await add_products(world, "A", HOLDER=("1", "1"))
    causes = ("A,6.01E+14,2", "MISSING{n},{n},9", "A,1,1", "A{n},,1", "MISSING{n},{n},8")
    rows = ["A,5,5", *(causes[n % 5].format(n=n) for n in range(230))]
    job_id, job = await _import(world, HEADER + "\n".join(rows).encode())
    failed = [one["subject"] for one in job["outcomes"]["nodes"] if one["status"] == "FAILED"]
    assert [int(subject.split()[1]) for subject in failed] == list(range(3, 233))

    retry = "mutation($id: ID!) { retryQueuedJob(input: {jobId: $id}) { userErrors { message } } }"
    assert (await world.api.ask(retry, id=job_id))["userErrors"] == []
    await world.run_jobs()
    job = await world.job(job_id)
    assert [one["subject"] for one in job["outcomes"]["nodes"] if one["status"] == "FAILED"] == failed


@one_database
async def test_a_sku_that_is_stored_with_what_nobody_sees(world: World) -> None:
    """M2: a row finds the product whose SKU is written as in the file, else the one that looks the same."""
    await add_products(world, "A\u200b-1", "A-1", "B-1")
    content = HEADER + "A\u200b-1,1,2\n\u200bB\u200b-1,3,4\nC\u200b-1,5,6\n".encode()

    job = await import_file(world, content)

    assert await mappings(world) == {"A\u200b-1": ("1", "2"), "A-1": (None, None), "B-1": ("3", "4")}
    messages = {one["subject"]: one["message"] for one in job["outcomes"]["nodes"]}
    assert messages["row 4 C-1"] == (
        "row 4: This company has no product with SKU C-1 (the cell holds U+200B zero width space)."
    )


@one_database
async def test_a_worker_that_stops_ends_its_reading(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """M6, J2: a worker that shuts down leaves no process behind, and the file to another."""
    started = recorded(monkeypatch)
    payload = await ask_for_import(world, (await upload(world, slow())).json()["id"])
    runner, sweeper = world.sweeper("one that stops")
    await world.make_due()
    await sweeper.sweep()
    async with asyncio.timeout(60):
        process = await started.get()

    await runner.drain(seconds=0)

    assert is_gone(process)
    assert (await world.job(payload["job"]["id"]))["status"] == "QUEUED"


async def test_the_same_import_waits_once(world: World) -> None:
    """J3, J8: the same file for the same company is the job that waits; on trial, or elsewhere, it is another."""
    other = await world.new_company("Other")
    file_id = (await upload(world, HEADER + b"A,1,2")).json()["id"]

    async def job_of(**more: Any) -> str:
        payload = await ask_for_import(world, file_id, **more)
        return "".join(error["code"] for error in payload["userErrors"]) or str(payload["job"]["id"])

    first = await job_of()
    assert await job_of() == first
    assert len({first, await job_of(validateOnly=True), await job_of(company_id=other)}) == 3
    keyed = await job_of(idempotencyKey="k")
    assert keyed != first
    assert await job_of(idempotencyKey="k") == keyed
    assert await job_of(idempotencyKey="k", validateOnly=True) == "CONFLICT"


async def test_what_failed_is_run_again(world: World) -> None:
    """M2, J5: run again, a job goes through the rows that failed, and its counts are of all rows."""
    await add_products(world, "A", HOLDER=("3", "4"))
    job_id, job = await _import(world, HEADER + b"A,1,2\nB,5,6\nC,3,4\n")
    assert job["progress"] == {"done": 3, "total": 3, "succeeded": 1, "failed": 2, "skipped": 0}
    await add_products(world, "B", "C")

    retry = "mutation($id: ID!) { retryQueuedJob(input: {jobId: $id}) { userErrors { message } } }"
    assert (await world.api.ask(retry, id=job_id))["userErrors"] == []
    await world.run_jobs()

    job = await world.job(job_id)
    assert outcomes(job) == {
        "row 2 A": ("SUCCEEDED", "MAPPED"),
        "row 3 B": ("SUCCEEDED", "MAPPED"),
        "row 4 C": ("FAILED", "TAKEN"),
    }
    assert job["progress"] == {"done": 3, "total": 3, "succeeded": 2, "failed": 1, "skipped": 0}


async def test_mappings_say_what_they_free(world: World) -> None:
    """O4: a mapping's answer says how many orders wait for it, each once, and they are matched without anyone asking."""
    one, other = world.mall.add_goods(), world.mall.add_goods()
    fill(world, 2, status=1, items=[(one, 1), (other, 1)])
    fill(world, 1, status=1, items=[(other, 1)])
    await world.import_orders()
    pairs = [
        {"websiteProductId": str(goods.goods_id), "websiteProductVariantId": str(goods.sku_id)}
        for goods in (one, other)
    ]
    products: list[dict[str, str]] = [{"sku": "A"} | pairs[0], {"sku": "B"}]
    first = await world.api.ask(UPSERT, id=world.company_id, products=products)
    update = """mutation($input: UpdateWebsitePropertiesInput!) { updateWebsiteProperties(input: $input) {
      matchedOrders userErrors { message } } }"""
    second = await world.api.ask(update, input={"productId": first["products"][1]["id"]} | pairs[1])
    again = await world.api.ask(UPSERT, id=world.company_id, products=products)

    assert (first["matchedOrders"], second["matchedOrders"], again["matchedOrders"]) == (2, 3, 0)
    await world.run_jobs()
    assert await reserved(world) == 5


async def test_killed_workers(world: World, settings: Settings, redis_url: str, tmp_path: Path) -> None:
    """M2, J2: workers killed in the middle of a file leave each row with one outcome, and the counts right."""
    rows = 2500
    async with world.database.write() as session:
        session.add_all(Product(company_id=1, sku=f"P{n}", name="x") for n in range(rows))
    content = HEADER + "".join(f"P{n},{n + 1},7\n" for n in range(rows)).encode()
    payload = await ask_for_import(world, (await upload(world, content)).json()["id"])
    job_id = payload["job"]["id"]
    for enough in (_has_done(1), _has_done(rows // 4), _has_ended):
        worker = start_worker(settings, redis_url, tmp_path / "worker.log")
        try:
            await _until(world, job_id, enough)
        finally:
            worker.kill()
            await asyncio.to_thread(worker.wait, 20)

    job = await world.job(job_id)
    assert job["status"] == "SUCCEEDED"
    assert job["attempts"] > 1
    assert job["progress"] == {"done": rows, "total": rows, "succeeded": rows, "failed": 0, "skipped": 0}
    assert set((await mappings(world)).items()) == {(f"P{n}", (str(n + 1), "7")) for n in range(rows)}


async def _import(world: World, content: bytes) -> tuple[str, dict[str, Any]]:
    payload = await ask_for_import(world, (await upload(world, content)).json()["id"])
    await world.run_jobs()
    return payload["job"]["id"], await world.job(payload["job"]["id"])


def _has_done(rows: int) -> Callable[[dict[str, Any]], bool]:
    return lambda job: bool(job["progress"]["done"] >= rows)


def _has_ended(job: dict[str, Any]) -> bool:
    return job["status"] not in {"QUEUED", "RUNNING"}


async def _until(world: World, job_id: str, enough: Callable[[dict[str, Any]], bool]) -> None:
    async with asyncio.timeout(60):
        while True:
            if enough(await world.standing(job_id)):
                return
            await asyncio.sleep(0.05)
