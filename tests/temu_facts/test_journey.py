"""What reaches Temu in a whole circle is what the tables take, whoever builds the parameters."""

from typing import Any

from tests.demo import documents
from tests.fixtures.database import one_database
from tests.fixtures.world import World
from tests.journeys.mapping import match
from tests.sandbox.refusals import SUCCESS
from tests.temu_facts.comparing import differences_of_call
from tests.temu_facts.known_differences import check
from tests.temu_facts.table import interfaces


@one_database
async def test_a_whole_circle_keeps_to_the_tables(world: World) -> None:
    """Settings, an import with a request to cancel, stock, shipping, listings: each call that the sandbox got."""
    mall = world.mall
    mapped, unmapped = mall.add_goods(sku_code="LAMP"), mall.add_goods(sku_code="KETTLE")
    pair = {"websiteProductId": str(mapped.goods_id), "websiteProductVariantId": str(mapped.sku_id)}
    products = await world.api.ask(
        documents.UPSERT_PRODUCTS,
        companyId=world.company_id,
        products=[{"sku": "LAMP", **pair}, {"sku": "KETTLE"}],
    )
    to_ship = [mall.add_order(items=[(mapped, 2), (mapped, 1)]) for _ in range(2)]
    mall.request_cancel(mall.add_order(items=[(unmapped, 1)]).number)
    await world.api.ask(documents.TEST_SETTINGS, companyId=world.company_id)
    await world.import_orders()
    await match(world)
    warehouse = (await world.api.ask(documents.CREATE_WAREHOUSE, name="Hall"))["warehouse"]["id"]
    await world.api.ask(
        documents.SET_INVENTORY,
        levels=[{"productId": products["products"][0]["id"], "warehouseId": warehouse, "onHand": 50}],
    )
    nodes = (await world.api.ask("{ orders(first: 10) { nodes { id channelOrderId } } }"))["nodes"]
    ids = {node["channelOrderId"]: node["id"] for node in nodes}
    for number, order in enumerate(to_ship):
        shipped: dict[str, Any] = await world.api.ask(
            documents.SHIP_ORDER,
            orderId=ids[order.number],
            warehouseId=warehouse,
            number=f"1Z{number:016d}",
        )
        assert shipped["userErrors"] == []
    for document in (documents.UPLOAD_TRACKING, documents.UPDATE_INVENTORY, documents.IMPORT_ORDERS):
        assert (await world.api.ask(document, companyId=world.company_id))["userErrors"] == []
        await world.run_jobs()

    calls = world.sandbox.ledger.calls
    assert {call.interface for call in calls if call.code == SUCCESS} >= {
        "bg.open.accesstoken.info.get",
        "bg.order.list.v2.get",
        "bg.order.shippinginfo.v2.get",
        "bg.order.amount.query",
        "bg.logistics.companies.get",
        "bg.logistics.warehouse.list.get",
        "bg.logistics.shipment.v2.confirm",
        "bg.local.goods.sku.list.query",
        "bg.local.goods.stock.edit",
    }
    found: set[str] = set()
    for call in calls:
        found |= differences_of_call(interfaces()[call.interface], call.parameters)
    check("client", found)
