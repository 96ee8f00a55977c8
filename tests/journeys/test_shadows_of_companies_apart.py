"""Shadows whose company and whose stock's company are worked by keys that don't see each other."""

from typing import Any

from sqlalchemy import select

from api.values import ids
from domain.models import JobTrigger, JobType, QueuedJob, Role
from tests.fixtures.world import World
from tests.journeys.test_inventory_out import PRODUCT, SETTINGS, STOCK, UPSERT, WAREHOUSE
from tests.journeys.test_package_changes import VOID
from tests.journeys.test_shipping import SHIP


async def test_each_side_with_a_key_of_its_own(world: World) -> None:
    """M5, A5, I2: stock is set, reserved, shipped and taken back across the two companies, and each key's answers name its own alone."""
    warehouse = (await world.api.ask(WAREHOUSE, name="Kiel"))["warehouse"]["id"]
    owners = await world.new_company("Owner")
    (real,) = (await world.api.ask(UPSERT, id=owners, products=[{"sku": "REAL"}]))["products"]
    goods = world.mall.add_goods()
    listing = {"websiteProductId": str(goods.goods_id), "websiteProductVariantId": str(goods.sku_id)}
    shadow_of = {"shadowOfSku": "REAL", "shadowOfCompanyId": owners}
    made = await world.api.ask(
        UPSERT, id=world.company_id, products=[{"sku": "SHADOW"} | listing | shadow_of]
    )
    (shadow,) = made["products"]
    await world.api.ask(SETTINGS, input={"companyId": world.company_id, "allowInventoryUpload": True})
    owner = await world.key(Role.ADMINISTER, ids.decode(owners, "Company", "id"))
    seller = await world.key(Role.ADMINISTER, ids.decode(world.company_id, "Company", "id"))

    async def put(pieces: int) -> None:
        level = {"productId": real["id"], "warehouseId": warehouse, "onHand": pieces}
        assert (await owner.ask(STOCK, input={"levels": [level]}))["userErrors"] == []

    async def figures() -> list[tuple[Any, ...]]:
        found = []
        for key, number in ((owner, real["id"]), (seller, shadow["id"])):
            explained = (await key.ask(PRODUCT, id=number))["stockExplanation"]
            lies = [row["onHand"] for row in explained["warehouses"]]
            named = len(explained["reservations"])
            found.append((lies, explained["reservedQuantity"], explained["availableQuantity"], named))
        return found

    async def pushes() -> int:
        async with world.database.read() as session:
            asked = select(QueuedJob.id).where(
                QueuedJob.type == JobType.UPDATE_INVENTORY, QueuedJob.trigger == JobTrigger.EVENT
            )
            return len((await session.scalars(asked)).all())

    order = world.mall.add_order(items=[(goods, 2)])
    await world.import_orders()
    before = await pushes()
    await put(5)
    assert await pushes() == before + 1, "the seller's channel hears of it"
    await world.run_jobs()
    assert await figures() == [([5], 2, 3, 0), ([5], 2, 3, 1)]

    number = ids.encode("Order", (await world.orders())[order.number].id)
    package = {"warehouseId": warehouse, "carrier": "UPS", "trackingNumber": "TRACK10000001"}
    shipped = await seller.ask(SHIP, input={"orderId": number, "packages": [package]})
    assert shipped["userErrors"] == []
    assert await figures() == [([3], 0, 3, 0), ([3], 0, 3, 0)]

    (packed,) = shipped["order"]["packages"]
    assert (await seller.ask(VOID, input={"packageId": packed["id"]}))["userErrors"] == []
    assert await figures() == [([5], 2, 3, 0), ([5], 2, 3, 1)]
    await put(1)
    assert await figures() == [([1], 2, 0, 0), ([1], 2, 0, 1)]
