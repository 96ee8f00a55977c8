"""
Importing orders from the sandbox, through the real client and both databases.
"""

from tests.fixtures.world import World


async def test_all_orders_come_in_with_their_details(world: World) -> None:
    """O1, O2: every order of the mall is there with items, amounts, ship-by time and address."""
    goods = world.mall.add_goods(title="Łampa 北京", sku_code="LAMP")
    order = world.mall.add_order(items=[(goods, 2)])

    job = await world.import_orders()

    assert job["status"] == "SUCCEEDED", job
    assert job["progress"] == {"done": 1, "total": 1, "succeeded": 1, "failed": 0, "skipped": 0}
    kept = (await world.orders())[order.number]
    assert str(kept.total_amount) == "39.98"
