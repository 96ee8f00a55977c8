"""What is archived: products that Temu is told nothing is available of, companies for which nothing is done, warehouses."""

from datetime import timedelta
from typing import Any

from domain import clock
from domain.models import JobTrigger
from jobs.scheduler import Scheduler
from tests.api.looking import refused
from tests.fixtures.database import one_database
from tests.fixtures.world import JOB, World
from tests.journeys.test_inventory_out import PUSH, Shelf
from tests.journeys.test_inventory_out import shelf as shelf

ONE = """query($id: ID!) { product(id: $id) { archivedAt availableQuantity stockExplanation { availableQuantity }
  websiteProperties { lastPushedQuantity } } }"""
STATE = """query($id: ID!) { company(id: $id) { archivedAt orders { totalCount } attention { code }
  schedules { nextRunAt } queuedJobs { nodes { trigger status } } } }"""
WAREHOUSES = "{ warehouses { name } }"


async def _run(world: World, field: str, kind: str, answer: str = "", **given: Any) -> Any:
    document = (
        f"mutation($i: {kind}!) {{ {field}(input: $i) {{ {answer} userErrors {{ code message field }} }} }}"
    )
    return await world.api.ask(document, i=given)


async def done(world: World, field: str, kind: str, answer: str = "", **given: Any) -> Any:
    """What a mutation answers that is not refused."""
    payload = await _run(world, field, kind, answer, **given)
    assert payload["userErrors"] == []
    return payload


async def test_archived_products(world: World, shelf: Shelf) -> None:
    """I1, I4: of an archived product Temu is told zero, unasked; taken back, it is sold again."""
    goods = world.mall.add_goods()
    (lamp,) = await shelf.add(goods)
    await shelf.put(lamp, 7)
    await shelf.settings(allowInventoryUpload=True)
    await shelf.push()

    await done(world, "archiveProducts", "ProductIdsInput", productIds=[lamp, lamp])
    await world.run_jobs()
    found = await world.api.ask(ONE, id=lamp)
    assert found["archivedAt"] is not None
    assert (found["availableQuantity"], found["stockExplanation"]["availableQuantity"]) == (0, 0)
    assert found["websiteProperties"]["lastPushedQuantity"] == 0
    assert world.mall.stock[goods.sku_id] == 0

    await done(world, "unarchiveProducts", "ProductIdsInput", productIds=[lamp])
    await world.run_jobs()
    assert world.mall.stock[goods.sku_id] == 7


@one_database
async def test_archived_company(world: World, shelf: Shelf) -> None:
    """C5, C11: nothing is done for an archived company and nothing of it is changed; it can be read, and goes on when it is
    taken back.
    """
    (lamp,) = await shelf.add(world.mall.add_goods())
    await shelf.settings(allowOrderDownload=True, allowInventoryUpload=True)
    world.mall.add_order()
    await world.import_orders()
    queued = await _run(world, "importOrders", "ImportOrdersInput", "job { id }", companyId=world.company_id)

    await done(world, "archiveCompany", "CompanyIdInput", companyId=world.company_id)
    assert (await world.api.ask(JOB, id=queued["job"]["id"]))["status"] == "CANCELLED"
    await Scheduler(world.resources).enqueue_due(clock.now() + timedelta(days=1))
    await shelf.put(lamp, 3)
    state = await world.api.ask(STATE, id=world.company_id)
    assert state["archivedAt"] is not None
    assert (state["orders"]["totalCount"], state["attention"]) == (1, [])
    assert {schedule["nextRunAt"] for schedule in state["schedules"]} == {None}
    jobs = state["queuedJobs"]["nodes"]
    assert JobTrigger.SCHEDULE.value not in {job["trigger"] for job in jobs}
    assert "QUEUED" not in {job["status"] for job in jobs}

    company, product = ("companyId", world.company_id), ("productId", lamp)
    for field, kind, (name, number), more in (
        ("importOrders", "ImportOrdersInput", company, {}),
        ("updateInventoryOnChannel", "UpdateInventoryOnChannelInput", company, {}),
        ("updateCompany", "UpdateCompanyInput", company, {"name": "x"}),
        ("updateCompanySettings", "UpdateCompanySettingsInput", company, {"maxQuantity": 1}),
        ("upsertProducts", "UpsertProductsInput", company, {"products": [{"sku": "x"}]}),
        ("updateProduct", "UpdateProductInput", product, {"name": "x"}),
    ):
        payload = await _run(world, field, kind, "", **{name: number}, **more)
        assert [(e["code"], e["field"]) for e in payload["userErrors"]] == [("CONFLICT", [name])], field

    await done(world, "unarchiveCompany", "CompanyIdInput", companyId=world.company_id)
    await Scheduler(world.resources).enqueue_due(clock.now() + timedelta(days=1))
    await world.run_jobs()
    # The order holds one of the three.
    assert (await shelf.product(lamp))["websiteProperties"]["lastPushedQuantity"] == 2


async def test_warehouses_that_change(world: World, shelf: Shelf) -> None:
    """I2, I4: a warehouse that is no longer sold from takes its pieces from what Temu is told, at once; one in which pieces lie,
    or that a channel has a name for, can't be archived, and an archived one is on no list and takes nothing.
    """
    goods = world.mall.add_goods()
    (lamp,) = await shelf.add(goods)
    await shelf.put(lamp, 5)
    await shelf.settings(allowInventoryUpload=True)
    await world.api.ask(PUSH, input={"companyId": world.company_id})
    await world.run_jobs()
    assert world.mall.stock[goods.sku_id] == 5
    place = {"warehouseId": shelf.warehouse_id}
    for is_sellable, stock in ((False, 0), (True, 5)):
        await done(world, "updateWarehouse", "UpdateWarehouseInput", **place, isSellable=is_sellable)
        await world.run_jobs()
        assert world.mall.stock[goods.sku_id] == stock

    async def refusal(field: str, kind: str, **given: Any) -> tuple[str, list[str] | None]:
        return refused(await _run(world, field, kind, "", **given))

    await done(world, "createWarehouse", "CreateWarehouseInput", name="Rostock")
    archive = ("archiveWarehouse", "WarehouseIdInput")
    assert await refusal("updateWarehouse", "UpdateWarehouseInput", **place, name=" Rostock") == (
        "TAKEN",
        ["name"],
    )
    assert await refusal(*archive, warehouseId="nonsense") == ("NOT_FOUND", ["warehouseId"])
    assert await refusal(*archive, **place) == ("CONFLICT", ["warehouseId"])
    await shelf.put(lamp, 0)
    named: dict[str, Any] = {
        "companyId": world.company_id,
        "mappings": [place | {"channelWarehouseCode": "Dock"}],
    }
    names = ("setChannelWarehouseMappings", "SetChannelWarehouseMappingsInput")
    await done(world, *names, "", **named)
    assert await refusal(*archive, **place) == ("CONFLICT", ["warehouseId"])
    await done(world, *names, companyId=world.company_id, mappings=[])
    await done(world, *archive, **place)
    assert await world.api.ask(WAREHOUSES) == [{"name": "Rostock"}]
    levels = [place | {"productId": lamp, "onHand": 1}]
    where = ["levels", "0", "warehouseId"]
    assert await refusal("setInventory", "SetInventoryInput", levels=levels) == ("NOT_FOUND", where)
    assert (await refusal(*names, **named))[0] == "NOT_FOUND"
    await done(world, "unarchiveWarehouse", "WarehouseIdInput", **place)
    await done(world, "setInventory", "SetInventoryInput", levels=levels)
