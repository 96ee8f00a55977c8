"""Labels that are made: they come in from the seller centre, are fetched, printed and confirmed, and what follows happens once."""

import io
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import select, update
from structlog.testing import capture_logs

from api.values import ids
from domain import clock
from domain.models import (
    ChannelAction,
    InventoryLevel,
    JobType,
    LabelOrigin,
    Order,
    OrderNote,
    OrderStatus,
    Package,
    Product,
    ShippingLabel,
    ShippingLabelFile,
    ShippingLabelLine,
    ShippingLabelStatus,
    ShippingStatus,
    Warehouse,
)
from domain.shipping.bought_labels import due
from tests.fixtures.database import one_database
from tests.fixtures.killing import Killed, killed_at, later, run_due, run_to_the_end
from tests.fixtures.world import IMPORT, World
from tests.sandbox.label_orders import buy_in_seller_center
from tests.sandbox.label_shipping import confirm_due
from tests.sandbox.labels import Label, LabelState
from tests.sandbox.model import ParentOrder

PRINT = """mutation($ids: [ID!]!) { printShippingLabels(input: {labelIds: $ids}) {
  url expiresAt userErrors { code field message } } }"""
CONFIRM = """mutation($input: ConfirmLabelsShippedInput!) { confirmLabelsShipped(input: $input) {
  actions { id kind status } userErrors { code field message } } }"""
ATTENTION = "query($id: ID!) { company(id: $id) { attention { code count } } }"
AUTOMATICALLY = """mutation($id: ID!) {
  updateCompanySettings(input: {companyId: $id, confirmLabelsAutomatically: true}) {
    company { settings { confirmLabelsAutomatically } } userErrors { message } } }"""
CONFIRMED = "bg.logistics.shipped.package.confirm"


class Labels:
    """A world with one warehouse, and goods of which ten lie there."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.mall = world.mall

    async def set_up(self) -> None:
        number = ids.find(self.world.company_id, "Company") or 0
        goods = self.mall.add_goods()
        async with self.world.database.write() as session:
            warehouse = Warehouse(name="Hall", is_sellable=True)
            product = Product(
                company_id=number, sku="A-1", name="A", website_product_id=str(goods.goods_id),
                website_product_variant_id=str(goods.sku_id),
            )  # fmt: skip
            session.add_all([warehouse, product])
            await session.flush()
            level = InventoryLevel(product_id=product.id, warehouse_id=warehouse.id, on_hand=1000)
            session.add(level)
        self.goods = goods

    def order(self, pieces: int = 2) -> ParentOrder:
        return self.mall.add_order(items=[(self.goods, pieces)])

    def bought(self, order: ParentOrder | None = None) -> Label:
        return buy_in_seller_center(self.mall, order or self.order())

    async def labels(self) -> Sequence[ShippingLabel]:
        async with self.world.database.read() as session:
            return (await session.scalars(select(ShippingLabel).order_by(ShippingLabel.id))).all()

    async def label(self) -> ShippingLabel:
        return (await self.labels())[-1]

    async def file(self) -> ShippingLabelFile:
        async with self.world.database.read() as session:
            newest = select(ShippingLabelFile).order_by(ShippingLabelFile.label_id.desc()).limit(1)
            return (await session.scalars(newest)).one()

    async def packages(self) -> Sequence[Package]:
        async with self.world.database.read() as session:
            return (await session.scalars(select(Package).order_by(Package.id))).all()

    async def on_hand(self) -> int:
        async with self.world.database.read() as session:
            return (await session.scalars(select(InventoryLevel.on_hand))).one()

    async def print(self, *labels: ShippingLabel) -> dict[str, Any]:
        numbers = [ids.encode("ShippingLabel", label.id) for label in labels]
        payload: dict[str, Any] = await self.world.api.ask(PRINT, ids=numbers)
        return payload

    async def confirm(self, *labels: ShippingLabel, **more: Any) -> dict[str, Any]:
        numbers = [ids.encode("ShippingLabel", label.id) for label in labels]
        payload: dict[str, Any] = await self.world.api.ask(CONFIRM, input={"labelIds": numbers} | more)
        return payload


@pytest.fixture
async def labels(world: World) -> Labels:
    made = Labels(world)
    await made.set_up()
    return made


async def test_from_the_seller_centre_to_the_hand_over(labels: Labels) -> None:
    """T10, T1: a label that was bought in the seller centre appears once with its tracking and file; confirmed, its package is there
    once, and its pieces have left the stock once.
    """
    world, first, second = labels.world, labels.bought(), labels.bought()
    await world.import_orders()
    await world.import_orders()
    found = await labels.labels()
    assert [(each.package_number, each.tracking_number) for each in found] == [
        (each.number, each.tracking_number) for each in (first, second)
    ]
    assert {(each.origin, each.status, each.carrier) for each in found} == {
        (LabelOrigin.SELLER_CENTER, ShippingLabelStatus.BOUGHT, "USPS")
    }
    assert world.sandbox.ledger.count("(file)") == 2

    link = await labels.print(found[1], found[0])
    assert link["userErrors"] == []
    reply = await world.http.get(link["url"])
    assert (reply.status_code, reply.headers["content-type"]) == (200, "application/pdf")
    assert reply.headers["cache-control"] == "no-store"
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(reply.content)).pages]
    assert [second.number in pages[0], first.number in pages[1]] == [True, True]
    assert (await world.http.get(f"{link['url']}x")).status_code == 404

    payload = await labels.confirm(*found)
    assert [each["kind"] for each in payload["actions"]] == ["CONFIRM_SHIPPING_LABEL"] * 2
    assert await labels.packages() == []
    await world.run_jobs()
    packages = await labels.packages()
    assert [each.tracking_number for each in packages] == [each.tracking_number for each in found]
    assert all(each.uploaded_at for each in packages)
    orders = await world.orders()
    assert {(o.status, o.shipping_status, o.source_updated_for_shipping) for o in orders.values()} == {
        (OrderStatus.COMPLETED, ShippingStatus.FULLY_SHIPPED, True)
    }
    assert await labels.on_hand() == 996
    assert world.sandbox.ledger.count("bg.logistics.shipment.v2.confirm") == 0
    assert world.sandbox.ledger.count(CONFIRMED) == 2
    again = await labels.confirm(found[0])
    assert again["userErrors"][0]["code"] == "CONFLICT"


async def _all_due(labels: Labels) -> None:
    await due.request_due(labels.world.database, now=clock.now())
    await labels.world.run_jobs()


@one_database
async def test_what_is_cancelled_is_not_shipped(labels: Labels) -> None:
    """O20, T1, C11: a label of what was cancelled is cancelled, its pieces lie where they lay, and a person is told; what is left of one
    that was cancelled in part leaves by itself.
    """
    world, mall = labels.world, labels.mall
    whole, late, part = (labels.order() for _ in range(3))
    bought = {order.number: labels.bought(order).number for order in (whole, late, part)}
    await world.import_orders()
    by_number = {each.package_number: each for each in await labels.labels()}
    mall.cancel(whole.number)
    mall.cancel_pieces(part.items[0].number, 1)
    await world.import_orders()
    refused = await labels.confirm(by_number[bought[whole.number]])
    assert "cancelled" in refused["userErrors"][0]["message"]
    # Cancelled while it is being confirmed: nobody here knows yet.
    mall.cancel(late.number)
    kept = [by_number[bought[order.number]] for order in (late, part)]
    assert (await labels.confirm(*kept))["userErrors"] == []
    await world.run_jobs()
    states = {each.package_number: each.status for each in await labels.labels()}
    assert states == {
        bought[whole.number]: ShippingLabelStatus.CANCELLED,
        bought[late.number]: ShippingLabelStatus.CANCELLED,
        bought[part.number]: ShippingLabelStatus.CONFIRMED,
    }
    assert await labels.on_hand() == 999
    orders = await world.orders()
    assert [orders[each.number].status for each in (whole, late, part)] == [
        OrderStatus.CANCELLED, OrderStatus.CANCELLED, OrderStatus.COMPLETED,
    ]  # fmt: skip
    found = await world.api.ask(ATTENTION, id=world.company_id)
    assert {"code": "LABELS_CANCELLED", "count": 2} in found["attention"]
    # Cancelled by itself in the seller centre: its pieces are there to be shipped otherwise.
    label = labels.bought()
    # Of what it costs Temu tells nothing; it comes in all the same.
    world.sandbox.faults.add("error", interface="bg.logistics.shipment.result.get", code=120018027, times=2)
    await world.import_orders()
    label.state = LabelState.CANCELLED
    async with world.database.write() as session:
        await session.execute(update(ShippingLabel).values(bought_at=clock.now() - timedelta(hours=1)))
    await world.import_orders()
    last = await labels.label()
    assert (last.package_number, last.status) == (label.number, ShippingLabelStatus.CANCELLED)
    statuses = [order.status for order in (await world.orders()).values()]
    assert statuses.count(OrderStatus.IN_PROCESS) == 1


@one_database
async def test_the_clock_confirms_and_temu_does_by_itself(
    labels: Labels, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C5, T1: off by default; six hours before Temu's own time where the company wants it, and what Temu has confirmed by itself is
    recorded as well, without being told.
    """
    world = labels.world
    labels.bought()
    await world.import_orders()
    almost = clock.now() + timedelta(hours=43)
    monkeypatch.setattr(clock, "now", lambda: almost)
    await _all_due(labels)
    assert world.sandbox.ledger.count(CONFIRMED) == 0
    found = await world.api.ask(ATTENTION, id=world.company_id)
    assert {"code": "LABELS_TO_HAND_OVER", "count": 1} in found["attention"]
    payload = await world.api.ask(AUTOMATICALLY, id=world.company_id)
    assert payload["company"]["settings"]["confirmLabelsAutomatically"] is True
    # Of what would be refused the clock doesn't ask, again and again and before what can be confirmed.
    with capture_logs() as logs:
        for status in (OrderStatus.ON_HOLD, OrderStatus.CANCELLED, OrderStatus.IN_PROCESS):
            async with world.database.write() as session:
                await session.execute(update(Order).values(status=status))
            if status is not OrderStatus.IN_PROCESS:
                await due.request_due(world.database, now=clock.now())
    assert [each for each in logs if each["event"] == "label_confirmation.refused"] == []
    await _all_due(labels)
    await _all_due(labels)
    assert world.sandbox.ledger.count(CONFIRMED) == 1
    assert (await labels.label()).status is ShippingLabelStatus.CONFIRMED

    monkeypatch.undo()
    own = labels.bought()
    await world.import_orders()
    with monkeypatch.context() as patch:
        patch.setattr(world.sandbox, "clock", lambda: time.time() + 49 * 3600)
        confirm_due(labels.mall)
    patch = monkeypatch
    patch.setattr(clock, "now", lambda: almost)
    await world.import_orders()
    assert (await labels.label()).package_number == own.number
    assert (await labels.label()).status is ShippingLabelStatus.CONFIRMED
    assert [len(await labels.packages()), await labels.on_hand()] == [2, 996]
    assert world.sandbox.ledger.count(CONFIRMED) == 1
    async with world.database.read() as session:
        assert not (
            await session.scalars(select(OrderNote).where(OrderNote.event == "shipped-elsewhere"))
        ).all()


@one_database
async def test_what_temu_refuses_and_who_knows_no_warehouse(labels: Labels) -> None:
    """T6, C14: held orders are not confirmed; what Temu warns of is told and can be asked for again; with two warehouses a label without
    one wants it named; without its permission nothing else stops.
    """
    world, mall = labels.world, labels.mall
    async with world.database.write() as session:
        session.add(Warehouse(name="Yard", is_sellable=True))
    order = labels.order()
    bought = labels.bought(order)
    await world.import_orders()
    label = await labels.label()
    assert (await labels.confirm(label))["userErrors"][0]["field"] == ["warehouseId"]
    async with world.database.read() as session:
        hall = (await session.scalars(select(Warehouse.id).where(Warehouse.name == "Hall"))).one()
    named = {"warehouseId": ids.encode("Warehouse", hall)}
    request = mall.request_cancel(order.number)
    await world.import_orders()
    assert "held back" in (await labels.confirm(label, **named))["userErrors"][0]["message"]
    mall.deny_cancel(request)
    await world.import_orders()

    mall.label_files.refuses_confirmation[bought.number] = "the package of Ada is not at the carrier"
    assert (await labels.confirm(label, **named))["userErrors"] == []
    await world.run_jobs()
    async with world.database.read() as session:
        refused = (await session.scalars(select(ChannelAction))).one()
    assert (refused.code, refused.message) == ("NOT_CONFIRMED", "the package of … is not at the carrier")
    assert await labels.packages() == []
    mall.label_files.refuses_confirmation.clear()
    assert (await labels.confirm(label))["userErrors"] == []
    await world.run_jobs()
    assert len(await labels.packages()) == 1

    labels.bought()
    mall.scopes -= {CONFIRMED}
    await world.import_orders()
    assert (await labels.confirm(await labels.label(), **named))["userErrors"] == []
    await world.run_jobs()
    async with world.database.read() as session:
        newest = select(ChannelAction).order_by(ChannelAction.id.desc()).limit(1)
        assert (await session.scalars(newest)).one().code == "PERMISSION_MISSING"
    assert (await labels.label()).status is ShippingLabelStatus.BOUGHT


async def test_kills_between_all_steps_of_a_confirmation(labels: Labels) -> None:
    """J2, T6: wherever the worker is killed, Temu is told once, there is one package, and its pieces leave the stock once."""
    world, _ = labels.world, [labels.bought() for _ in range(14)]
    await world.import_orders()
    found = list(await labels.labels())
    count, is_over = 0, False
    for count, label in enumerate(found, start=1):
        moment = count
        assert (await labels.confirm(label))["userErrors"] == []
        with killed_at(moment) as steps, suppress(Killed):
            await run_due(world, JobType.SEND_ORDER_ACTIONS)
        await later(world)
        await run_due(world, JobType.SEND_ORDER_ACTIONS)
        is_over = steps.count < moment
        if is_over:
            break
    await run_to_the_end(world)
    assert is_over
    packages = await labels.packages()
    assert len(packages) == count
    assert {each.tracking_number for each in packages} == {each.tracking_number for each in found[:count]}
    assert {each.status for each in (await labels.labels())[:count]} == {ShippingLabelStatus.CONFIRMED}
    assert await labels.on_hand() == 1000 - 2 * count
    assert len(world.sandbox.ledger.of(CONFIRMED, code=1_000_000)) == count


@one_database
async def test_kills_between_all_steps_of_bringing_labels_in(labels: Labels) -> None:
    """J2: wherever the worker is killed while labels and their files come in, each is here once in the end, with its file."""
    world, kinds = labels.world, (JobType.IMPORT_ORDERS, JobType.FETCH_LABEL_FILES)
    orders = [labels.order() for _ in range(24)]
    await world.import_orders()
    await world.age_the_mall()
    await world.api.ask(IMPORT, input={"companyId": world.company_id})
    with killed_at(10**9) as without:
        await run_due(world, *kinds)
    bought, is_over = list[Label](), False
    for order in orders:
        bought.append(labels.bought(order))
        moment = without.count - 2 + len(bought)
        await world.api.ask(IMPORT, input={"companyId": world.company_id})
        with killed_at(moment) as steps, suppress(Killed):
            await run_due(world, *kinds)
        await later(world)
        await run_due(world, *kinds)
        is_over = steps.count < moment
        if is_over:
            break
    await due.request_due(world.database, now=clock.now() + timedelta(hours=1))
    await world.run_jobs()
    assert is_over
    found = await labels.labels()
    assert [each.package_number for each in found] == [each.number for each in bought]
    async with world.database.read() as session:
        files = (await session.scalars(select(ShippingLabelFile))).all()
        lines = (await session.scalars(select(ShippingLabelLine.quantity))).all()
    assert lines == [2] * len(bought)
    assert [file.fetched_at is not None for file in files] == [True] * len(bought)
