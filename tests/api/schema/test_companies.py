"""Companies, their settings and the channel's names for warehouses, through the API."""

from typing import Any

from sqlalchemy import select

from domain.models import JobTrigger, JobType, QueuedJob, Role
from tests.api.looking import NAMES, SETTINGS, UPSERT, WAREHOUSE, refused, stored, warehouse
from tests.fixtures.database import one_database
from tests.fixtures.world import IMPORT, World

CREATE = """mutation($name: String!) { createCompany(input: {name: $name}) {
  company { name settings { storeType storePlugin region safetyQuantity maxQuantity allowOrderDownload
    allowInventoryUpload allowTrackingUpload sellOnlyMappedWarehouses ordersNotBefore
    accessToken { status lastFour scopes } productAccessToken { status } } }
  userErrors { code message field } } }"""
NAMES_THAT_CAN_NOT_BE = [
    ("", "REQUIRED"),
    (" \t\n ", "REQUIRED"),
    ("\u200b\u2060", "REQUIRED"),
    ("x" * 201, "INVALID"),
    ("x" * 10_000, "INVALID"),
    ("a\u0007b", "INVALID"),
    ("a\nb", "INVALID"),
    ("a\u2028b", "INVALID"),
]
SETTINGS_THAT_CAN_NOT_BE: list[tuple[dict[str, Any], str, str]] = [
    ({"safetyQuantity": -1}, "INVALID", "safetyQuantity"),
    ({"safetyQuantity": 1_000_001}, "INVALID", "safetyQuantity"),
    ({"maxQuantity": -(2**31)}, "INVALID", "maxQuantity"),
    ({"maxQuantity": 2**31 - 1}, "INVALID", "maxQuantity"),
    ({"storeType": "NONE"}, "INVALID", "storeType"),
    ({"storeType": "NONE", "storePlugin": "TEMU"}, "INVALID", "storePlugin"),
    ({"storeType": None}, "REQUIRED", "storeType"),
    ({"region": None}, "REQUIRED", "region"),
    ({"allowInventoryUpload": None}, "REQUIRED", "allowInventoryUpload"),
    ({"allowOrderDownload": None}, "REQUIRED", "allowOrderDownload"),
    ({"allowTrackingUpload": None}, "REQUIRED", "allowTrackingUpload"),
    ({"safetyQuantity": None}, "REQUIRED", "safetyQuantity"),
    ({"sellOnlyMappedWarehouses": None}, "REQUIRED", "sellOnlyMappedWarehouses"),
]
MAPPINGS_THAT_CAN_NOT_BE = [
    ({"warehouseId": "V2FyZWhvdXNlOjk5"}, "NOT_FOUND", "warehouseId"),
    ({"warehouseId": "Q29tcGFueTox"}, "NOT_FOUND", "warehouseId"),
    ({"warehouseId": "V2FyZWhvdXNlOjE="}, "INVALID", "warehouseId"),
    ({"channelWarehouseCode": " "}, "REQUIRED", "channelWarehouseCode"),
    ({"channelWarehouseCode": "x" * 10_000}, "INVALID", "channelWarehouseCode"),
    ({"channelWarehouseCode": "a\u0001b"}, "INVALID", "channelWarehouseCode"),
]


async def test_a_new_company(world: World) -> None:
    """C1: a company begins without store, plugin, token or switches; a second of the same name is another one."""
    payload = await world.api.ask(CREATE, name="  Süd & Söhne  ")
    again = await world.api.ask(CREATE, name="Süd & Söhne")

    assert payload["userErrors"] == []
    assert payload["company"] == {
        "name": "Süd & Söhne",
        "settings": {
            "storeType": "NONE",
            "storePlugin": None,
            "region": "US",
            "safetyQuantity": 0,
            "maxQuantity": None,
            "allowOrderDownload": False,
            "allowInventoryUpload": False,
            "allowTrackingUpload": False,
            "sellOnlyMappedWarehouses": False,
            "ordersNotBefore": None,
            "accessToken": {"status": "MISSING", "lastFour": None, "scopes": []},
            "productAccessToken": None,
        },
    }
    assert again == payload
    assert await world.api.ask("{ companies { totalCount } }") == {"totalCount": 3}


@one_database
async def test_names_that_can_not_be(world: World) -> None:
    """A8: a company or a warehouse without a readable name is refused, and nothing is kept."""
    before = await stored(world)

    for name, code in NAMES_THAT_CAN_NOT_BE:
        assert refused(await world.api.ask(CREATE, name=name)) == (code, ["name"]), name
        assert refused(await world.api.ask(WAREHOUSE, name=name)) == (code, ["name"]), name
    assert await stored(world) == before


async def test_settings_again(world: World) -> None:
    """C1: settings given are set, those left out stay, null takes a limit away, and the same again changes nothing."""
    change = {
        "companyId": world.company_id,
        "safetyQuantity": 1_000_000,
        "maxQuantity": 0,
        "sellOnlyMappedWarehouses": True,
        "ordersNotBefore": "2026-05-01T12:00:00.000001+02:00",
    }
    first = await world.api.ask(SETTINGS, input=change)
    before = await stored(world)
    again = await world.api.ask(SETTINGS, input=change)
    nothing = await world.api.ask(SETTINGS, input={"companyId": world.company_id})
    after = await stored(world)
    limits = {"maxQuantity": None, "ordersNotBefore": None}
    cleared = await world.api.ask(SETTINGS, input={"companyId": world.company_id} | limits)

    settings = first["company"]["settings"]
    assert (settings["safetyQuantity"], settings["maxQuantity"]) == (1_000_000, 0)
    assert settings["ordersNotBefore"] == "2026-05-01T10:00:00.000001Z"
    assert first == again == nothing
    assert before == after
    assert cleared["company"]["settings"] == settings | limits


@one_database
async def test_settings_that_can_not_be(world: World) -> None:
    """C1, A8: one setting that can't be refuses the whole call, and nothing is changed."""
    before = await stored(world)

    for change, code, field in SETTINGS_THAT_CAN_NOT_BE:
        whole = {"companyId": world.company_id, "region": "EU", "allowOrderDownload": True} | change
        assert refused(await world.api.ask(SETTINGS, input=whole)) == (code, [field]), change
        assert await stored(world) == before


async def test_switches_hold_for_the_schedule_only(world: World) -> None:
    """C5: a manual import works while orders may not come in by schedule."""
    world.mall.add_order()
    payload = await world.api.ask(
        SETTINGS, input={"companyId": world.company_id, "allowOrderDownload": False}
    )

    job = await world.import_orders()

    assert payload["company"]["settings"]["allowOrderDownload"] is False
    assert job["status"] == "SUCCEEDED"
    assert len(await world.orders()) == 1


async def test_without_its_plugin(world: World) -> None:
    """C10, O4: without its plugin a company keeps all it has and can map; choosing it again matches what waited."""
    goods = world.mall.add_goods()
    world.mall.add_order(items=[(goods, 2)])
    await world.import_orders()
    kept = await stored(world)
    none = {"companyId": world.company_id, "storeType": "NONE", "storePlugin": None}
    assert (await world.api.ask(SETTINGS, input=none))["userErrors"] == []
    assert (await stored(world)) | {name: kept[name] for name in ("companies", "audit_events")} == kept

    asked = await world.api.ask(IMPORT, input={"companyId": world.company_id})
    mapping = {"websiteProductId": str(goods.goods_id), "websiteProductVariantId": str(goods.sku_id)}
    mapped = await world.api.ask(UPSERT, id=world.company_id, products=[{"sku": "A"} | mapping])
    assert (await stored(world))["queued_jobs"] == kept["queued_jobs"]
    again = {"companyId": world.company_id, "storeType": "CUSTOM", "storePlugin": "TEMU"}
    assert (await world.api.ask(SETTINGS, input=again))["userErrors"] == []
    assert (await world.api.ask(SETTINGS, input=again))["userErrors"] == []
    await world.run_jobs()

    assert refused(asked) == ("NOT_CONFIGURED", ["companyId"])
    assert mapped["userErrors"] == []
    async with world.database.read() as session:
        jobs = (await session.scalars(select(QueuedJob).order_by(QueuedJob.id))).all()
    assert [(job.type, job.trigger) for job in jobs[1:]] == [(JobType.REMATCH_ORDER_ITEMS, JobTrigger.EVENT)]
    assert [item.product_id for item in (await world.items()).values()] == [1]


@one_database
async def test_names_of_warehouses(world: World) -> None:
    """C1: the channel's names for warehouses are replaced as a whole; two may share a name; again changes nothing."""
    east, west = await warehouse(world), await warehouse(world, "West")
    both = [{"warehouseId": each, "channelWarehouseCode": " Dock 1 "} for each in (west, east)]

    payload = await world.api.ask(NAMES, input={"companyId": world.company_id, "mappings": both})
    before = await stored(world)
    again = await world.api.ask(NAMES, input={"companyId": world.company_id, "mappings": both})
    after = await stored(world)
    none = await world.api.ask(NAMES, input={"companyId": world.company_id, "mappings": []})

    assert payload["company"]["channelWarehouseMappings"] == [
        {"channel": "WEBSITE", "channelWarehouseCode": "Dock 1", "warehouse": {"name": name}}
        for name in ("East", "West")
    ]
    assert again == payload
    assert before == after
    assert none["company"]["channelWarehouseMappings"] == []


@one_database
async def test_names_that_are_refused(world: World) -> None:
    """A8: one name of a warehouse that can't be refuses the whole call, and those in place stay."""
    east, west = await warehouse(world), await warehouse(world, "West")
    good = {"warehouseId": east, "channelWarehouseCode": "Dock 1"}
    await world.api.ask(NAMES, input={"companyId": world.company_id, "mappings": [good]})
    before = await stored(world)

    for mapping, code, field in MAPPINGS_THAT_CAN_NOT_BE:
        bad = {"warehouseId": west, "channelWarehouseCode": "Dock 2"} | mapping
        payload = await world.api.ask(NAMES, input={"companyId": world.company_id, "mappings": [good, bad]})
        assert refused(payload) == (code, ["mappings", "1", field]), mapping
    many = await world.api.ask(NAMES, input={"companyId": world.company_id, "mappings": [good] * 501})
    assert refused(many) == ("LIMIT_EXCEEDED", ["mappings"])
    assert await stored(world) == before


async def test_a_warehouse_is_named_once(world: World) -> None:
    """A5, A8: a second warehouse of one name is TAKEN, and a company's key makes neither warehouse nor company."""
    await warehouse(world, sellable=False)
    key = await world.key(Role.ADMINISTER, 1)
    before = await stored(world)

    assert refused(await world.api.ask(WAREHOUSE, name=" East ")) == ("TAKEN", ["name"])
    assert refused(await key.ask(WAREHOUSE, name="West")) == ("FORBIDDEN", None)
    assert refused(await key.ask(CREATE, name="West")) == ("FORBIDDEN", None)
    assert await stored(world) == before
