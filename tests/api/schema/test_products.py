"""Products, their mapping and their shadows, through the API."""

import asyncio
from typing import Any

from tests.api.looking import PROPERTIES, STOCK, UPSERT, products, refused, stored, warehouse
from tests.fixtures.database import one_database
from tests.fixtures.world import World

PAIR = {"websiteProductId": "601099512345678", "websiteProductVariantId": "17592186044416"}
NOWHERE, DEFAULT = "Q29tcGFueTo5OQ==", "Q29tcGFueToy"
PRODUCTS_THAT_CAN_NOT_BE = [
    ({"sku": ""}, "REQUIRED", "sku"),
    ({"sku": "\u200b"}, "REQUIRED", "sku"),
    ({"sku": "x" * 101}, "INVALID", "sku"),
    ({"sku": "x" * 10_000}, "INVALID", "sku"),
    ({"sku": "a\tb"}, "INVALID", "sku"),
    ({"sku": " Good "}, "INVALID", "sku"),
    ({"name": " "}, "REQUIRED", "name"),
    ({"name": "x" * 501}, "INVALID", "name"),
    ({"websiteProductId": "601"}, "REQUIRED", "websiteProductVariantId"),
    ({"websiteProductVariantId": "17"}, "REQUIRED", "websiteProductId"),
    (PAIR | {"websiteProductId": ""}, "REQUIRED", "websiteProductId"),
    (PAIR | {"websiteProductId": "6.01E+14"}, "INVALID", "websiteProductId"),
    (PAIR | {"websiteProductId": "-1"}, "INVALID", "websiteProductId"),
    (PAIR | {"websiteProductId": "0601"}, "INVALID", "websiteProductId"),
    (PAIR | {"websiteProductVariantId": "601099512345678.0"}, "INVALID", "websiteProductVariantId"),
    (PAIR | {"websiteProductVariantId": "1" * 10_000}, "INVALID", "websiteProductVariantId"),
    ({"shadowOfSku": "X"}, "REQUIRED", "shadowOfCompanyId"),
    ({"shadowOfCompanyId": NOWHERE}, "REQUIRED", "shadowOfSku"),
    ({"shadowOfSku": "X", "shadowOfCompanyId": NOWHERE}, "NOT_FOUND", "shadowOfCompanyId"),
    ({"shadowOfSku": "X", "shadowOfCompanyId": "UHJvZHVjdDox"}, "NOT_FOUND", "shadowOfCompanyId"),
    ({"shadowOfSku": "Good", "shadowOfCompanyId": "Q29tcGFueTox"}, "INVALID", "shadowOfCompanyId"),
    ({"shadowOfSku": "X", "shadowOfCompanyId": DEFAULT}, "NOT_FOUND", "shadowOfSku"),
    ({"shadowOfSku": "x" * 10_000, "shadowOfCompanyId": DEFAULT}, "INVALID", "shadowOfSku"),
]
PROPERTIES_THAT_CAN_NOT_BE: list[tuple[dict[str, Any], str, str]] = [
    ({"websiteProductId": None}, "REQUIRED", "websiteProductId"),
    ({"websiteProductId": "1", "websiteProductVariantId": None}, "REQUIRED", "websiteProductVariantId"),
    ({"websiteProductId": "x"}, "INVALID", "websiteProductId"),
    ({"useDefaultSafetyQuantity": None}, "REQUIRED", "useDefaultSafetyQuantity"),
    ({"safetyQuantity": None}, "REQUIRED", "safetyQuantity"),
    ({"safetyQuantity": -1}, "INVALID", "safetyQuantity"),
    ({"safetyQuantity": 1_000_001}, "INVALID", "safetyQuantity"),
]


async def _upsert(world: World, *inputs: Any, company_id: str = "") -> Any:
    return await world.api.ask(UPSERT, id=company_id or world.company_id, products=list(inputs))


async def _two_companies(world: World) -> tuple[str, str]:
    return await world.new_company("Default"), await world.new_company("Third")


async def test_products_again(world: World) -> None:
    """M1: products are made and changed by SKU; what is left out or null stays, and the same again changes nothing."""
    first = await _upsert(world, {"sku": " A "} | PAIR, {"sku": "B", "name": "Lampe Größe 2 💡"})
    before = await stored(world)
    again = await _upsert(world, {"sku": "A"} | PAIR, {"sku": "B"})
    null = await _upsert(world, {"sku": "A", "name": None, "websiteProductId": None}, {"sku": "B"})
    after = await stored(world)

    assert [(p["sku"], p["name"]) for p in first["products"]] == [("A", "A"), ("B", "Lampe Größe 2 💡")]
    assert first["products"][0]["websiteProperties"] == PAIR
    assert first == again == null
    assert before == after


async def test_products_that_can_not_be(world: World) -> None:
    """M1, M5, A8: one product that can't be refuses the whole call at its place, and nothing is changed."""
    assert await world.new_company("Default") == DEFAULT
    before = await stored(world)

    for product, code, field in PRODUCTS_THAT_CAN_NOT_BE:
        payload = await _upsert(world, {"sku": "Good"}, {"sku": "Bad"} | product)
        assert refused(payload) == (code, ["products", "1", field]), product
    assert await stored(world) == before


@one_database
async def test_how_many_in_a_call(world: World) -> None:
    """A8: 500 products are kept in one call, 501 are refused, and none is fine."""
    many = [{"sku": f"S{i}"} for i in range(501)]

    assert refused(await _upsert(world, *many)) == ("LIMIT_EXCEEDED", ["products"])
    assert len((await _upsert(world, *many[:500]))["products"]) == 500
    assert await _upsert(world) == {"products": [], "userErrors": []}


async def test_one_listing_one_product(world: World) -> None:
    """M3: a second product for one listing is TAKEN, by either mutation, and names the first; others may have it."""
    await products(world, world.company_id, {"sku": "A"} | PAIR)
    (second,) = await products(world, world.company_id, "B")
    before = await stored(world)

    upserted = await _upsert(world, {"sku": "B"} | PAIR)
    updated = await world.api.ask(PROPERTIES, input={"productId": second} | PAIR)

    assert refused(upserted) == ("TAKEN", ["products", "0", "websiteProductVariantId"])
    assert refused(updated) == ("TAKEN", ["websiteProductVariantId"])
    for payload in (upserted, updated):
        assert "Product A" in payload["userErrors"][0]["message"]
    assert await stored(world) == before
    other = await world.new_company("Other")
    assert (await _upsert(world, {"sku": "A"} | PAIR, company_id=other))["userErrors"] == []


async def test_two_map_one_listing_at_once(world: World) -> None:
    """M3: of two products that are mapped to one listing at the same moment, one is."""
    numbers = await products(world, world.company_id, "A", "B")

    payloads = await asyncio.gather(
        *(world.api.ask(PROPERTIES, input={"productId": each} | PAIR) for each in numbers * 3)
    )

    assert {error["code"] for payload in payloads for error in payload["userErrors"]} == {"TAKEN"}
    assert sum(payload["product"] is not None for payload in payloads) == 3


async def test_website_properties(world: World) -> None:
    """M1: properties given are set, those left out stay, null for both ids takes the mapping away; again does nothing."""
    (product,) = await products(world, world.company_id, "A")
    change = {"productId": product, "useDefaultSafetyQuantity": False, "safetyQuantity": 1_000_000} | PAIR

    first = await world.api.ask(PROPERTIES, input=change)
    before = await stored(world)
    again = await world.api.ask(PROPERTIES, input=change)
    nothing = await world.api.ask(PROPERTIES, input={"productId": product})
    after = await stored(world)
    cleared = await world.api.ask(PROPERTIES, input={"productId": product} | dict.fromkeys(PAIR))

    expected = PAIR | {"useDefaultSafetyQuantity": False, "safetyQuantity": 1_000_000}
    assert first["product"]["websiteProperties"] == expected
    assert first == again == nothing
    assert before == after
    assert cleared["product"]["websiteProperties"] == expected | dict.fromkeys(PAIR)


async def test_properties_that_can_not_be(world: World) -> None:
    """M1, A8: a property that can't be is refused, and the mapping in place stays."""
    (product,) = await products(world, world.company_id, {"sku": "A"} | PAIR)
    before = await stored(world)

    for change, code, field in PROPERTIES_THAT_CAN_NOT_BE:
        payload = await world.api.ask(PROPERTIES, input={"productId": product} | change)
        assert refused(payload) == (code, [field]), change
    assert await stored(world) == before


async def test_shadows_that_can_not_be(world: World) -> None:
    """M5: of a shadow, of a product with shadows, with stock or with orders no shadow is made, and nothing is changed."""
    default, third = await _two_companies(world)
    goods = world.mall.add_goods()
    ordered = {"websiteProductId": str(goods.goods_id), "websiteProductVariantId": str(goods.sku_id)}
    (_, stocked) = await products(world, default, "ORIG", "STOCK")
    of_orig = {"shadowOfSku": "ORIG", "shadowOfCompanyId": default}
    await products(world, world.company_id, {"sku": "S"} | of_orig, {"sku": "SOLD"} | ordered)
    level = {"productId": stocked, "warehouseId": await warehouse(world), "onHand": 0}
    assert (await world.api.ask(STOCK, levels=[level]))["userErrors"] == []
    await products(world, third, "T")
    world.mall.add_order(items=[(goods, 1)])
    await world.import_orders()
    before = await stored(world)
    of_s = {"shadowOfSku": "S", "shadowOfCompanyId": world.company_id}
    of_t = {"shadowOfSku": "T", "shadowOfCompanyId": third}

    of_a_shadow = await _upsert(world, {"sku": "X"} | of_s, company_id=third)
    has_shadows = await _upsert(world, {"sku": "ORIG"} | of_t, company_id=default)
    has_stock = await _upsert(world, {"sku": "STOCK"} | of_t, company_id=default)
    is_sold = await _upsert(world, {"sku": "SOLD"} | of_t)

    assert refused(of_a_shadow) == ("INVALID", ["products", "0", "shadowOfSku"])
    for payload in (has_shadows, has_stock, is_sold):
        assert refused(payload) == ("CONFLICT", ["products", "0", "shadowOfSku"])
    assert await stored(world) == before


async def test_a_shadow_is_moved(world: World) -> None:
    """M5: a shadow may be turned to another product, whatever others have sold of the one before."""
    default, third = await _two_companies(world)
    goods = world.mall.add_goods()
    sold = {"websiteProductId": str(goods.goods_id), "websiteProductVariantId": str(goods.sku_id)}
    await products(world, world.company_id, {"sku": "SOLD"} | sold)
    world.mall.add_order(items=[(goods, 1)])
    await world.import_orders()
    await products(world, default, "ORIG")
    of_sold = {"shadowOfSku": "SOLD", "shadowOfCompanyId": world.company_id}
    of_orig = {"shadowOfSku": "ORIG", "shadowOfCompanyId": default}
    await products(world, third, {"sku": "S"} | of_sold)

    moved = await _upsert(world, {"sku": "S"} | of_orig, company_id=third)

    assert moved["userErrors"] == []
    assert moved["products"][0]["shadowOf"] == {"sku": "ORIG"}


async def test_shadows_crosswise_at_once(world: World) -> None:
    """M5: of products that are made shadows of each other at the same moment one is; nobody waits for ever."""
    default, third = await _two_companies(world)
    skus = [f"P{i}" for i in range(10)]
    await products(world, default, *skus)
    await products(world, third, *skus)
    there = [{"sku": s, "shadowOfSku": s, "shadowOfCompanyId": third} for s in skus]
    back = [{"sku": s, "shadowOfSku": s, "shadowOfCompanyId": default} for s in reversed(skus)]

    payloads = await asyncio.gather(
        _upsert(world, *there, company_id=default), _upsert(world, *back, company_id=third)
    )

    assert [error["code"] for p in payloads for error in p["userErrors"]] in (["INVALID"], ["CONFLICT"])


async def test_a_shadow_gets_no_stock_meanwhile(world: World) -> None:
    """M5: a product that becomes a shadow while somebody sets its stock either becomes none, or gets none."""
    default = await world.new_company("Default")
    await products(world, default, "ORIG")
    numbers = await products(world, world.company_id, *[f"P{i}" for i in range(8)])
    east = await warehouse(world)
    calls: list[Any] = []
    for i, number in enumerate(numbers):
        shadow = {"sku": f"P{i}", "shadowOfSku": "ORIG", "shadowOfCompanyId": default}
        level = {"productId": number, "warehouseId": east, "onHand": 1}
        calls += [_upsert(world, shadow), world.api.ask(STOCK, levels=[level])]

    answers = await asyncio.gather(*calls)

    for became, got in zip(answers[::2], answers[1::2], strict=True):
        codes = [error["code"] for error in became["userErrors"] + got["userErrors"]]
        assert codes in (["INVALID"], ["CONFLICT"])
