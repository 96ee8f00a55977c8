"""What becomes of orders in each of Temu's states, and of what happens to them later."""

from sqlalchemy import func, select

from domain.models import (
    Company,
    FulfilledBy,
    OrderAddress,
    OrderNote,
    OrderStatus,
    Reservation,
    ShippingStatus,
)
from tests.fixtures.database import one_database
from tests.fixtures.world import World

UPSERT = """mutation($id: ID!, $products: [ProductInput!]!) {
  upsertProducts(input: {companyId: $id, products: $products}) { userErrors { code message } } }"""


async def _map(world: World, goods: object, sku: str = "LAMP") -> None:
    product = {
        "sku": sku,
        "websiteProductId": str(goods.goods_id),  # type: ignore[attr-defined]
        "websiteProductVariantId": str(goods.sku_id),  # type: ignore[attr-defined]
    }
    payload = await world.api.ask(UPSERT, id=world.company_id, products=[product])
    assert payload["userErrors"] == []


async def _reserved(world: World) -> int:
    async with world.database.read() as session:
        return await session.scalar(select(func.coalesce(func.sum(Reservation.quantity), 0))) or 0


async def _notes(world: World) -> list[str | None]:
    async with world.database.read() as session:
        return list(await session.scalars(select(OrderNote.event).order_by(OrderNote.id)))


@one_database
async def test_a_cancelled_order_is_skipped(world: World) -> None:
    """O5: an order cancelled before its first import is skipped, with the reason."""
    order = world.mall.add_order(status=2)
    world.mall.cancel(order.number)

    job = await world.import_orders()

    assert job["status"] == "SUCCEEDED"
    assert await world.orders() == {}
    outcome = (await world.outcomes())[order.number]
    assert (outcome.status.value, outcome.code) == ("SKIPPED", "CANCELLED_BEFORE_IMPORT")


async def test_cancelled_after_import(world: World) -> None:
    """O6: cancelled on Temu with nothing shipped here, an order is CANCELLED and holds nothing; again adds nothing."""
    goods = world.mall.add_goods()
    await _map(world, goods)
    order = world.mall.add_order(items=[(goods, 3)])
    await world.import_orders()
    assert await _reserved(world) == 3
    world.mall.cancel(order.number)

    await world.import_orders()
    await world.import_orders()

    kept = (await world.orders())[order.number]
    assert kept.status is OrderStatus.CANCELLED
    assert await _reserved(world) == 0
    assert await _notes(world) == ["cancelled"]


async def test_pieces_cancelled_after_import(world: World) -> None:
    """O8: cancelled pieces are followed, with their reservation and a note; the last one cancels the order (O6)."""
    goods = world.mall.add_goods()
    await _map(world, goods)
    order = world.mall.add_order(items=[(goods, 3)])
    await world.import_orders()
    line = order.items[0].number

    world.mall.cancel_pieces(line, 2)
    await world.import_orders()

    assert (await world.items())[line].cancelled_quantity == 2
    assert (await world.items())[line].quantity == 3
    assert await _reserved(world) == 1
    assert await _notes(world) == [f"cancelled:{line}:2"]
    world.mall.cancel_pieces(line, 1)
    await world.import_orders()
    assert (await world.orders())[order.number].status is OrderStatus.CANCELLED
    assert await _reserved(world) == 0


@one_database
async def test_pending_then_released(world: World) -> None:
    """O9: a pending order holds stock and has no address; released, it is IN_PROCESS with address and amounts."""
    goods = world.mall.add_goods()
    await _map(world, goods)
    order = world.mall.add_order(status=1, items=[(goods, 2)])
    await world.import_orders()
    kept = (await world.orders())[order.number]
    assert kept.status is OrderStatus.PENDING
    assert kept.total_amount is None
    assert await _reserved(world) == 2
    assert world.sandbox.ledger.count("bg.order.shippinginfo.v2.get") == 0

    world.mall.release(order.number)
    await world.import_orders()

    kept = (await world.orders())[order.number]
    assert kept.status is OrderStatus.IN_PROCESS
    assert str(kept.total_amount) == "39.98"
    assert await _reserved(world) == 2
    async with world.database.read() as session:
        assert await session.get(OrderAddress, kept.id) is not None


@one_database
async def test_shipped_before_import(world: World) -> None:
    """O11: shipped or delivered before its first import, an order is COMPLETED and holds nothing."""
    goods = world.mall.add_goods()
    await _map(world, goods)
    numbers = [world.mall.add_order(status=status, items=[(goods, 2)]).number for status in (4, 5)]

    await world.import_orders()

    for number in numbers:
        kept = (await world.orders())[number]
        assert kept.status is OrderStatus.COMPLETED
        assert kept.shipping_status is ShippingStatus.FULLY_SHIPPED
        assert kept.source_updated_for_shipping is True
    assert {item.shipped_quantity for item in (await world.items()).values()} == {2}
    assert await _reserved(world) == 0


@one_database
async def test_fulfilled_elsewhere(world: World) -> None:
    """O12: what another warehouse fulfils is told apart and holds nothing here."""
    goods = world.mall.add_goods()
    await _map(world, goods)
    order = world.mall.add_order(items=[(goods, 2)], fulfillment="fulfillByCooperativeWarehouse")

    await world.import_orders()

    assert (await world.orders())[order.number].fulfilled_by is FulfilledBy.CHANNEL
    assert await _reserved(world) == 0


async def test_unknown_product_is_matched_when_mapped(world: World) -> None:
    """O4, M1: an item without a mapping waits with Temu's ids, and is matched and reserved once one is made."""
    goods = world.mall.add_goods(title="Łampa 北京")
    order = world.mall.add_order(items=[(goods, 2)])
    await world.import_orders()
    item = (await world.items())[order.items[0].number]
    assert item.product_id is None
    assert (item.website_product_id, item.website_product_variant_id) == (
        str(goods.goods_id),
        str(goods.sku_id),
    )
    assert item.title == "Łampa 北京"
    assert await _reserved(world) == 0

    await _map(world, goods)
    await world.run_jobs()

    assert (await world.items())[order.items[0].number].product_id is not None
    assert await _reserved(world) == 2


async def test_an_import_leaves_what_people_did(world: World) -> None:
    """O18: shipping status, source-updated and people's notes stay whatever Temu sends, and so does a newer state."""
    order = world.mall.add_order()
    await world.import_orders()
    async with world.database.write() as session:
        kept = await session.get(
            type((await world.orders())[order.number]), (await world.orders())[order.number].id
        )
        assert kept is not None
        kept.shipping_status = ShippingStatus.PARTIALLY_SHIPPED
        session.add(OrderNote(order_id=kept.id, body="Call first", author="Ann", created_at=kept.ordered_at))
    world.mall.cancel(order.number)

    await world.import_orders()
    await world.import_orders()

    kept = (await world.orders())[order.number]
    assert kept.status is OrderStatus.IN_PROCESS
    assert kept.shipping_status is ShippingStatus.PARTIALLY_SHIPPED
    assert await _notes(world) == [None, "cancelled-after-shipping"]


@one_database
async def test_orders_not_before(world: World) -> None:
    """C9: orders placed before ordersNotBefore are never imported, and asking for them is INVALID."""
    old = world.mall.add_order(ordered_at=world.mall.now() - 5 * 86400, updated_at=world.mall.now())
    new = world.mall.add_order()
    async with world.database.write() as session:
        company = await session.get_one(Company, 1)
        company.orders_not_before = await world.moment(world.mall.now() - 86400)

    job = await world.import_orders()

    assert set(await world.orders()) == {new.number}
    assert (await world.outcomes())[old.number].code == "BEFORE_START"
    assert job["status"] == "SUCCEEDED"
    payload = await world.api.ask(
        """mutation($id: ID!) { importOrders(input: {companyId: $id, from: "2020-01-01T00:00:00Z"}) {
          job { id } userErrors { code field } } }""",
        id=world.company_id,
    )
    assert payload == {"job": None, "userErrors": [{"code": "INVALID", "field": ["from"]}]}


@one_database
async def test_a_cancelled_order_that_says_little(world: World) -> None:
    """O6: an order that Temu cancelled is cancelled here, even where its items or its update time can't be read."""
    goods = world.mall.add_goods()
    await _map(world, goods)
    order = world.mall.add_order(items=[(goods, 3)])
    await world.import_orders()
    world.mall.cancel(order.number)
    for field in ("orderList.0.goodsId", "parentOrderMap.updateTime"):
        world.sandbox.faults.add(
            "missing_field", interface="bg.order.list.v2.get", times=None, order=order.number, field=field
        )

    job = await world.import_orders()

    assert job["status"] == "SUCCEEDED", job
    assert (await world.orders())[order.number].status is OrderStatus.CANCELLED
    assert await _reserved(world) == 0


@one_database
async def test_others_ship_what_they_fulfil(world: World) -> None:
    """O12: once another warehouse has shipped what it fulfils the order is COMPLETED, and nobody is asked to look."""
    order = world.mall.add_order(fulfillment="fulfillByCooperativeWarehouse")
    await world.import_orders()
    world.mall.ship(order.number)

    await world.import_orders()
    await world.import_orders()

    assert (await world.orders())[order.number].status is OrderStatus.COMPLETED
    assert await _notes(world) == []
