"""What needs a person is on one list, and how scheduled work goes can be seen."""

from datetime import timedelta
from typing import Any

from sqlalchemy import update

from domain import clock
from domain.models import JobType, Order, QueuedJob
from jobs.scheduler import Scheduler
from tests.fixtures.world import World

ATTENTION = "query($id: ID!) { company(id: $id) { attention { code severity message advice count since } } }"
SCHEDULES = """query($id: ID!) { company(id: $id) { schedules {
  type isOn isPaused intervalSeconds nextRunAt lastSucceededAt lagSeconds } } }"""
SWITCH = """mutation($id: ID!, $on: Boolean!) { updateCompanySettings(
  input: {companyId: $id, allowOrderDownload: $on, allowTrackingUpload: $on}) { userErrors { message } } }"""
UPSERT = """mutation($id: ID!) { upsertProducts(input: {companyId: $id, products: [{sku: "A"}, {sku: "B"}]}) {
  userErrors { message } } }"""
WAREHOUSE = 'mutation { createWarehouse(input: {name: "Kiel"}) { warehouse { id } } }'
SHIP = """mutation($order: ID!, $warehouse: ID!) { shipOrder(input: {orderId: $order, packages: [
  {warehouseId: $warehouse, carrier: "UPS", trackingNumber: "TRACK12345678"}]}) {
  order { id } userErrors { message } } }"""
UPLOAD = "mutation($id: ID!) { uploadTracking(input: {companyId: $id}) { job { id } } }"
ORDER_IDS = "{ orders { nodes { id } } }"


async def _attention(world: World, company_id: str | None = None) -> dict[str, dict[str, Any]]:
    company = await world.api.ask(ATTENTION, id=company_id or world.company_id)
    return {item["code"]: item for item in company["attention"]}


async def _schedules(world: World) -> dict[str, dict[str, Any]]:
    company = await world.api.ask(SCHEDULES, id=world.company_id)
    return {found["type"]: found for found in company["schedules"]}


async def test_all_is_well(world: World) -> None:
    """C11: the list is empty when nothing needs a person."""
    assert await _attention(world) == {}


async def test_requests_to_cancel_need_attention(world: World) -> None:
    """C11, O15: open requests are on the list until they are answered, and their orders can't be shipped meanwhile."""
    request = world.mall.request_cancel(world.mall.add_order().number)
    world.mall.request_cancel(world.mall.add_order(status=1).number)
    await world.import_orders()
    found = (await _attention(world))["CANCELLATION_REQUESTS"]
    assert (found["severity"], found["count"]) == ("WARNING", 2)
    asked = await world.moment(request.asked_at)
    assert found["since"] == asked.isoformat().replace("+00:00", "Z")

    warehouse = (await world.api.ask(WAREHOUSE))["warehouse"]["id"]
    for order in (await world.api.ask(ORDER_IDS))["nodes"]:
        payload = await world.api.ask(SHIP, order=order["id"], warehouse=warehouse)
        assert payload["order"] is None
        assert "has asked to cancel" in payload["userErrors"][0]["message"]

    world.mall.deny_cancel(request)
    await world.import_orders()
    assert (await _attention(world))["CANCELLATION_REQUESTS"]["count"] == 1


async def test_tokens_need_attention(world: World) -> None:
    """C4, C11: a token that is missing, about to expire, over or refused is on the list with its advice."""
    without = await world.new_company("Südwind")
    missing = (await _attention(world, without))["ACCESS_TOKEN_MISSING"]
    assert (missing["severity"], missing["count"]) == ("CRITICAL", 1)
    assert "setAccessToken" in missing["advice"]

    test = "mutation($id: ID!) { testSettings(input: {companyId: $id}) { ok } }"
    world.mall.expires_at = world.mall.now() + 10 * 86400
    await world.api.ask(test, id=world.company_id)
    assert list(await _attention(world)) == ["ACCESS_TOKEN_EXPIRING"]

    world.mall.revoke_token()
    await world.api.ask(test, id=world.company_id)
    assert list(await _attention(world)) == ["ACCESS_TOKEN_REJECTED"]


async def test_orders_and_products_need_attention(world: World) -> None:
    """C11: waiting items, unmapped products and orders past their ship-by time are counted, the worst first."""
    await world.api.ask(UPSERT, id=world.company_id)
    late, early = world.mall.add_order(), world.mall.add_order()
    await world.import_orders()
    async with world.database.write() as session:
        numbers = Order.channel_order_id
        past, future = (clock.now() + timedelta(days=days) for days in (-2, 2))
        await session.execute(update(Order).where(numbers == late.number).values(latest_ship_at=past))
        await session.execute(update(Order).where(numbers == early.number).values(latest_ship_at=future))

    found = await _attention(world)

    assert next(iter(found)) == "PAST_SHIP_BY"
    assert {code: item["count"] for code, item in found.items()} == {
        "PAST_SHIP_BY": 1,
        "UNKNOWN_PRODUCTS": 2,
        "UNMAPPED_PRODUCTS": 2,
    }


async def test_shipping_needs_attention(world: World) -> None:
    """C11: shipped and not uploaded, then refused, an order is on the list until Temu has taken its tracking."""
    order = world.mall.add_order()
    await world.import_orders()
    [node] = (await world.api.ask(ORDER_IDS))["nodes"]
    warehouse = (await world.api.ask(WAREHOUSE))["warehouse"]["id"]
    assert (await world.api.ask(SHIP, order=node["id"], warehouse=warehouse))["userErrors"] == []
    assert (await _attention(world))["SHIPPED_NOT_UPLOADED"]["count"] == 1

    world.mall.mark(order.number, address_change_pending=True)
    await world.api.ask(UPLOAD, id=world.company_id)
    await world.run_jobs()
    refused = (await _attention(world))["TRACKING_REFUSED"]
    assert (refused["severity"], refused["count"]) == ("CRITICAL", 1)
    assert "change the address" in refused["message"]

    world.mall.mark(order.number, address_change_pending=False)
    await world.api.ask(UPLOAD, id=world.company_id)
    await world.run_jobs()
    assert await _attention(world) == {}


async def test_a_late_flow_needs_attention(world: World) -> None:
    """C5, C6, C11: next run, last success and lag can be seen, and three intervals without success are on the list."""
    off = await _schedules(world)
    assert {found["nextRunAt"] for found in off.values()} == {None}
    assert set(off) >= {"IMPORT_ORDERS", "UPLOAD_TRACKING"}

    await world.api.ask(SWITCH, id=world.company_id, on=True)
    await Scheduler(world.resources).enqueue_due(clock.now())
    await world.run_jobs()
    on = await _schedules(world)
    for kind in ("IMPORT_ORDERS", "UPLOAD_TRACKING"):
        assert on[kind]["isOn"]
        assert not on[kind]["isPaused"]
        assert on[kind]["lastSucceededAt"] is not None
        assert on[kind]["nextRunAt"] > on[kind]["lastSucceededAt"]
        assert on[kind]["lagSeconds"] == 0

    async with world.database.write() as session:
        long_ago = clock.now() - timedelta(hours=5)
        imports = update(QueuedJob).where(QueuedJob.type == JobType.IMPORT_ORDERS)
        await session.execute(imports.values(finished_at=long_ago, created_at=long_ago))
    assert 17_000 < (await _schedules(world))["IMPORT_ORDERS"]["lagSeconds"] < 18_000
    assert list(await _attention(world)) == ["IMPORT_ORDERS_LATE"]


async def test_only_ones_own(world: World) -> None:
    """A5, C11: a company without a plugin needs nothing, and companies are not mixed up."""
    plain = (await world.api.ask('mutation { createCompany(input: {name: "X"}) { company { id } } }'))[
        "company"
    ]
    await world.api.ask(UPSERT, id=plain["id"])
    second = await world.new_company("Südwind")
    await world.api.ask(UPSERT, id=second)

    assert await _attention(world, plain["id"]) == {}
    assert set(await _attention(world, second)) == {"ACCESS_TOKEN_MISSING", "UNMAPPED_PRODUCTS"}
    assert await _attention(world) == {}
