"""The files of labels: what can't be had yet, what is no file, and whose address stands on them."""

import io
import time
from datetime import timedelta

import pytest
from pypdf import PdfReader
from sqlalchemy import LargeBinary, String, cast, select, update

from api.values import ids
from domain import clock
from domain.models import (
    Base,
    LabelOrigin,
    Order,
    Role,
    ShippingLabel,
    ShippingLabelFile,
    ShippingLabelStatus,
)
from domain.shipping.bought_labels import due
from domain.temu.client import TemuClient
from tests.fixtures.database import one_database
from tests.fixtures.world import World
from tests.journeys.test_label_handover import PRINT, Labels
from tests.sandbox.label_orders import buy_in_seller_center

BUYER = "Wilhelmina Canary"
ERASE = "mutation($id: ID!) { eraseBuyer(input: {orderId: $id}) { erasedCount userErrors { message } } }"
ATTENTION = "query($id: ID!) { company(id: $id) { attention { code count } } }"


async def _fetch_again(labels: Labels) -> None:
    """As hours later."""
    async with labels.world.database.write() as session:
        await session.execute(
            update(ShippingLabelFile).where(ShippingLabelFile.due_at.is_not(None)).values(due_at=clock.now())
        )
    await due.request_due(labels.world.database, now=clock.now())
    await labels.world.run_jobs()


@one_database
async def test_what_can_not_be_had_yet_is_asked_for_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T10, A6: too early, no manifest, no PDF, too long, another host: each says why, and is fetched once it can be had."""
    labels = Labels(world)
    await labels.set_up()
    files, cases = world.mall.label_files, [labels.bought() for _ in range(6)]
    early, manifest, page, long, empty, fine = (each.number for each in cases)
    files.not_before[early] = world.mall.now() + 3600
    files.without_manifest.add(manifest)
    files.answers_with |= {
        page: b"<html>no</html>",
        long: b"%PDF-" + bytes(6 * 2**20) + b"%%EOF",
        empty: b"",
    }
    await world.import_orders()
    async with world.database.read() as session:
        rows = {each.label_id: each for each in await session.scalars(select(ShippingLabelFile))}
    found = {each.package_number: rows[each.id] for each in await labels.labels()}
    assert found[fine].fetched_at is not None
    words = {number: found[number].error or "" for number in (early, manifest, page, long, empty)}
    assert "later" in words[early]
    assert "manifest" in words[manifest]
    assert "no PDF" in words[page]
    assert "larger than" in words[long]
    assert "no PDF" in words[empty]
    by_number = {each.package_number: each for each in await labels.labels()}
    refused = await labels.print(by_number[early])
    assert (refused["userErrors"][0]["code"], refused["url"]) == ("CONFLICT", None)
    assert refused["userErrors"][0]["field"] == ["labelIds", "0"]

    files.not_before.clear()
    files.without_manifest.clear()
    files.answers_with.clear()
    await _fetch_again(labels)
    assert (await labels.print(*by_number.values()))["userErrors"] == []

    files.foreign_host = "https://files.example.com"
    labels.bought()
    await world.import_orders()
    assert "files.example.com" in ((await labels.file()).error or "")
    files.foreign_host = ""

    # A URL is good for ten minutes, by the clock of whoever made it.
    monkeypatch.setattr(world.sandbox, "clock", lambda: time.time() + 200)
    await _fetch_again(labels)
    assert (await labels.file()).fetched_at is not None
    assert {call.code for call in world.sandbox.ledger.of("(file)")} == {200}


@one_database
async def test_addresses_of_files_that_are_none(world: World) -> None:
    """A6, J2: whatever Temu names for an address is that label's trouble alone; what looks like no host is not told."""
    labels = Labels(world)
    await labels.set_up()
    for host in (
        "https://[::1",
        "https://Ada Lovelace",
        "https://xn--.temu.com",
        "https://temu.com\\.example.com",
    ):
        world.mall.label_files.foreign_host = host
        labels.bought()
        await world.import_orders()
        error = (await labels.file()).error or ""
        assert error.startswith("Temu")
        assert "lovelace" not in error.lower()
    world.mall.label_files.foreign_host = ""
    labels.bought()
    await world.import_orders()
    assert (await labels.file()).fetched_at is not None


@one_database
async def test_files_of_others_are_not_asked_for(world: World) -> None:
    """F1: naming another company's labels behind one whose file is missing has nothing of theirs fetched."""
    labels = Labels(world)
    await labels.set_up()
    labels.bought()
    await world.import_orders()
    other = ids.find(await world.new_company("Other"), "Company") or 0
    async with world.database.write() as session:
        await session.execute(update(ShippingLabelFile).values(fetched_at=None, due_at=None))
        mine = ShippingLabel(
            company_id=other, origin=LabelOrigin.SELLER_CENTER, status=ShippingLabelStatus.BOUGHT, created_at=clock.now()
        )  # fmt: skip
        session.add(mine)
    theirs = (await labels.labels())[0]
    key = await world.key(Role.OPERATE, other)
    named = [ids.encode("ShippingLabel", each.id) for each in (mine, theirs)]
    (error,) = (await key.ask(PRINT, ids=named))["userErrors"]
    assert (error["code"], error["field"]) == ("NOT_FOUND", ["labelIds", "1"])
    assert (await labels.file()).due_at is None


async def _all_that_is_stored(world: World) -> bytes:
    """Every column of every table, but where buyers are kept."""
    stored: list[bytes] = []
    async with world.database.read() as session:
        for table in Base.metadata.sorted_tables:
            if table.name == "order_addresses":
                continue
            for column in table.columns:
                of = column if isinstance(column.type, LargeBinary) else cast(column, String)
                stored += [
                    each if isinstance(each, bytes) else str(each).encode()
                    for each in await session.scalars(select(of).where(column.is_not(None)))
                ]
    return b"\n".join(stored)


async def test_the_buyers_address_stands_in_the_sealed_file_alone(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """A6, O2: no log, no outcome and no row outside of the sealed file holds what is printed on a label; with its buyer it is erased,
    and neither fetched again nor given out.
    """
    labels = Labels(world)
    await labels.set_up()
    order = world.mall.add_order(items=[(labels.goods, 1)], address={"receiptName": BUYER})
    buy_in_seller_center(world.mall, order)
    await world.import_orders()
    label = await labels.label()
    link = await labels.print(label)
    sheet = (await world.http.get(link["url"])).content
    assert BUYER in PdfReader(io.BytesIO(sheet)).pages[0].extract_text()
    stored, told = await _all_that_is_stored(world), capsys.readouterr()
    for seen in (stored, (told.out + told.err).encode()):
        assert b"Canary" not in seen
        assert b"/label-files/" not in seen
        assert link["url"].encode() not in seen

    await labels.confirm(label)
    await world.run_jobs()
    world.mall.deliver(order.number)
    await world.import_orders()
    async with world.database.read() as session:
        number = await session.scalar(select(Order.id))
    erased = await world.api.ask(ERASE, id=ids.encode("Order", number or 0))
    assert (erased["erasedCount"], erased["userErrors"]) == (1, [])
    file = await labels.file()
    assert (file.sealed, file.size, file.erased_at is not None) == (None, None, True)
    assert (await world.http.get(link["url"])).status_code == 404
    refused = await labels.print(label)
    assert "erased" in refused["userErrors"][0]["message"]
    fetched = world.sandbox.ledger.count("(file)")
    await _fetch_again(labels)
    assert world.sandbox.ledger.count("(file)") == fetched


@one_database
async def test_a_file_that_comes_when_its_buyer_was_erased_is_dropped(world: World) -> None:
    """O2: what is on its way while a buyer is erased is not stored."""
    labels = Labels(world)
    await labels.set_up()
    labels.bought()

    fetch = TemuClient.fetch_file

    async def fetched(self: TemuClient, url: str) -> bytes:
        content = await fetch(self, url)
        async with world.database.write() as session:
            await session.execute(update(Order).values(keeps_buyer=False))
        return content

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TemuClient, "fetch_file", fetched)
        await world.import_orders()
    file = await labels.file()
    assert (file.sealed, file.erased_at is not None) == (None, True)


@one_database
async def test_who_may_print_and_what_is_missing(world: World) -> None:
    """A5, C14, C11: a key that only reads prints nothing; another company's label does not exist; without the permission one outcome
    says so, imports go on, and what is missing for long asks for attention.
    """
    labels = Labels(world)
    await labels.set_up()
    world.mall.scopes -= {"bg.logistics.shipment.document.get"}
    labels.bought()
    job = await world.import_orders()
    assert job["status"] == "SUCCEEDED"
    file = await labels.file()
    assert "bg.logistics.shipment.document.get" in (file.error or "")
    assert file.due_at is not None
    assert file.due_at > clock.now() + timedelta(minutes=50)
    async with world.database.write() as session:
        await session.execute(update(ShippingLabelFile).values(created_at=clock.now() - timedelta(hours=2)))
    attention = await world.api.ask(ATTENTION, id=world.company_id)
    assert {"code": "LABEL_FILES_MISSING", "count": 1} in attention["attention"]
    world.mall.scopes |= {"bg.logistics.shipment.document.get"}
    await _fetch_again(labels)

    number = ids.encode("ShippingLabel", (await labels.label()).id)
    reader = await world.key(Role.READ)
    assert (await reader.ask(PRINT, ids=[number]))["userErrors"][0]["code"] == "FORBIDDEN"
    elsewhere = await world.new_company("Elsewhere")
    stranger = await world.key(Role.OPERATE, ids.find(elsewhere, "Company") or 0)
    assert (await stranger.ask(PRINT, ids=[number]))["userErrors"][0]["code"] == "NOT_FOUND"
    world.mall.scopes -= {"bg.order.unshipped.package.get"}
    assert (await world.import_orders())["status"] == "SUCCEEDED"
    for wrong in ([], [number, number], ["nonsense"]):
        assert (await world.api.ask(PRINT, ids=wrong))["userErrors"], wrong
