"""Stock through the API: what is set, what is available, and what others hold of it."""

import asyncio
import base64
from typing import Any

from domain.models import InventoryLevel, Role
from tests.api.looking import NAMES, PROPERTIES, SETTINGS, STOCK, products, refused, stored, warehouse
from tests.fixtures.database import one_database
from tests.fixtures.world import World

FIGURES = """query($id: ID!) { product(id: $id) { aggregateSellableQuantity availableQuantity shadowOf { sku }
  inventory { onHand reserved warehouse { name } } } }"""
LEVELS_THAT_CAN_NOT_BE: list[tuple[dict[str, Any], str, str]] = [
    ({"onHand": -1}, "INVALID", "onHand"),
    ({"onHand": 10_000_001}, "INVALID", "onHand"),
    ({"onHand": 2**31 - 1}, "INVALID", "onHand"),
    ({"compareOnHand": 4}, "CONFLICT", "compareOnHand"),
    ({"compareOnHand": -1}, "CONFLICT", "compareOnHand"),
    ({"productId": "UHJvZHVjdDo5OQ=="}, "NOT_FOUND", "productId"),
    ({"productId": "V2FyZWhvdXNlOjE="}, "NOT_FOUND", "productId"),
    ({"productId": ""}, "NOT_FOUND", "productId"),
    ({"warehouseId": "V2FyZWhvdXNlOjk5"}, "NOT_FOUND", "warehouseId"),
    ({"warehouseId": "UHJvZHVjdDox"}, "NOT_FOUND", "warehouseId"),
]


def _level(product: str, place: str, on_hand: int, compare: int | None = None) -> dict[str, Any]:
    return {"productId": product, "warehouseId": place, "onHand": on_hand, "compareOnHand": compare}


async def test_stock_again(world: World) -> None:
    """I2, A8: stock is set, the same again changes nothing, each product is answered once, and none is fine."""
    a, b = await products(world, world.company_id, "A", "B")
    east, west = await warehouse(world), await warehouse(world, "West")
    levels = [_level(b, east, 3, 0), _level(a, east, 10_000_000), _level(b, west, 4)]

    first = await world.api.ask(STOCK, levels=levels)
    before = await stored(world)
    again = await world.api.ask(STOCK, levels=[level | {"compareOnHand": None} for level in levels])

    sellable = [(p["sku"], p["aggregateSellableQuantity"]) for p in first["products"]]
    assert sellable == [("B", 7), ("A", 10_000_000)]
    assert again == first
    assert await stored(world) == before
    assert await world.api.ask(STOCK, levels=[]) == {"products": [], "userErrors": []}


async def test_two_in_one_document(world: World) -> None:
    """A8: of two mutations in one document each answers with what it made, not with what the first had read."""
    (a,) = await products(world, world.company_id, "A")
    east = await warehouse(world)
    document = """mutation($a: [InventoryLevelInput!]!, $b: [InventoryLevelInput!]!) {
      first: setInventory(input: {levels: $a}) { products { availableQuantity inventory { onHand } } }
      second: setInventory(input: {levels: $b}) { products { availableQuantity inventory { onHand } } } }"""

    answer = await world.api.ask(document, a=[_level(a, east, 3)], b=[_level(a, east, 8, 3)])

    assert answer == {
        "first": {"products": [{"availableQuantity": 3, "inventory": [{"onHand": 3}]}]},
        "second": {"products": [{"availableQuantity": 8, "inventory": [{"onHand": 8}]}]},
    }


@one_database
async def test_stock_that_can_not_be(world: World) -> None:
    """A8: one level that can't be refuses the whole call at its place, and nothing is changed."""
    a, b = await products(world, world.company_id, "A", "B")
    east = await warehouse(world)
    await world.api.ask(STOCK, levels=[_level(a, east, 5), _level(b, east, 5)])
    before = await stored(world)

    for change, code, field in LEVELS_THAT_CAN_NOT_BE:
        payload = await world.api.ask(STOCK, levels=[_level(a, east, 9), _level(b, east, 9) | change])
        assert refused(payload) == (code, ["levels", "1", field]), change
    many = await world.api.ask(STOCK, levels=[_level(a, east, 1)] * 501)
    assert refused(many) == ("LIMIT_EXCEEDED", ["levels"])
    assert await stored(world) == before


async def test_twenty_compare(world: World) -> None:
    """A8: of twenty that compare with the same figure at the same moment exactly one sets it."""
    (a,) = await products(world, world.company_id, "A")
    east = await warehouse(world)

    payloads = await asyncio.gather(
        *(world.api.ask(STOCK, levels=[_level(a, east, i, 0)]) for i in range(1, 21))
    )

    won = [p["products"][0]["aggregateSellableQuantity"] for p in payloads if p["products"]]
    assert len(won) == 1
    assert [refused(p)[0] for p in payloads if not p["products"]] == ["CONFLICT"] * 19
    assert (await world.api.ask(FIGURES, id=a))["aggregateSellableQuantity"] == won[0]


async def test_two_set_the_same_products_crosswise(world: World) -> None:
    """A8: calls that set the same products in opposite order all end, one after the other."""
    numbers = await products(world, world.company_id, *[f"S{i}" for i in range(20)])
    east = await warehouse(world)
    calls = [
        world.api.ask(STOCK, levels=[_level(number, east, i) for number in numbers[:: 1 if i % 2 else -1]])
        for i in range(6)
    ]

    payloads = await asyncio.gather(*calls)

    assert [payload["userErrors"] for payload in payloads] == [[]] * 6
    assert len(set((await stored(world))["inventory_levels"])) == 20
    document = "{ companies { nodes { products { nodes { aggregateSellableQuantity } } } } }"
    rows = (await world.api.ask(document))["nodes"][0]["products"]["nodes"]
    assert len({row["aggregateSellableQuantity"] for row in rows}) == 1


async def test_what_is_available(world: World) -> None:
    """I1: available is sellable less the product's own safety quantity, or the company's, capped and never below zero."""
    (a,) = await products(world, world.company_id, "A")
    east, dark = await warehouse(world), await warehouse(world, "Dark", sellable=False)
    await world.api.ask(STOCK, levels=[_level(a, east, 10), _level(a, dark, 100)])
    steps: list[tuple[dict[str, Any], dict[str, Any]]] = [
        ({}, {}),
        ({"safetyQuantity": 3}, {}),
        ({}, {"safetyQuantity": 8}),
        ({}, {"useDefaultSafetyQuantity": False}),
        ({}, {"safetyQuantity": 11}),
        ({"maxQuantity": 1}, {"safetyQuantity": 2}),
        ({"maxQuantity": 0}, {}),
        ({"maxQuantity": None, "sellOnlyMappedWarehouses": True}, {}),
    ]
    seen: list[tuple[int, int]] = []
    for settings, properties in steps:
        await world.api.ask(SETTINGS, input={"companyId": world.company_id} | settings)
        await world.api.ask(PROPERTIES, input={"productId": a} | properties)
        figures = await world.api.ask(FIGURES, id=a)
        seen.append((figures["aggregateSellableQuantity"], figures["availableQuantity"]))
    name = {"warehouseId": east, "channelWarehouseCode": "Dock"}
    await world.api.ask(NAMES, input={"companyId": world.company_id, "mappings": [name]})

    assert seen == [(10, 10), (10, 7), (10, 7), (10, 2), (10, 0), (10, 1), (10, 0), (10, 0)]
    assert (await world.api.ask(FIGURES, id=a))["availableQuantity"] == 8


async def test_what_orders_hold(world: World) -> None:
    """I2, M5: orders of all shadows hold the product's stock until they are cancelled, below zero too."""
    default = await world.new_company("Default")
    other_mall = world.sandbox.add_mall()
    third = await world.new_company("Third", other_mall)
    (original,) = await products(world, default, "ORIG")
    await world.api.ask(STOCK, levels=[_level(original, await warehouse(world), 5)])
    numbers: list[str] = []
    cancelled = ""
    for company_id, mall in ((world.company_id, world.mall), (third, other_mall)):
        goods = mall.add_goods()
        ids = {"websiteProductId": str(goods.goods_id), "websiteProductVariantId": str(goods.sku_id)}
        shadow = {"sku": "S", "shadowOfSku": "ORIG", "shadowOfCompanyId": default} | ids
        numbers += await products(world, company_id, shadow)
        cancelled = mall.add_order(items=[(goods, 4)]).number
        await world.import_orders(companyId=company_id)

    figures = [await world.api.ask(FIGURES, id=number) for number in (original, *numbers)]
    other_mall.cancel(cancelled)
    await world.import_orders(companyId=third)

    assert [f["aggregateSellableQuantity"] for f in figures] == [-3, -3, -3]
    assert [f["availableQuantity"] for f in figures] == [0, 0, 0]
    assert figures[1]["inventory"] == [{"onHand": 5, "reserved": 8, "warehouse": {"name": "East"}}]
    assert (await world.api.ask(FIGURES, id=numbers[0]))["availableQuantity"] == 1


async def test_stock_of_what_one_may_not_see(world: World) -> None:
    """A5, M5: where a key may not see the shadowed product's company, that product is null, and its stock is told."""
    default = await world.new_company("Default")
    (original,) = await products(world, default, "ORIG")
    shadow = {"sku": "S", "shadowOfSku": "ORIG", "shadowOfCompanyId": default}
    (number,) = await products(world, world.company_id, shadow)
    level = _level(original, await warehouse(world), 5)
    await world.api.ask(STOCK, levels=[level])
    key = await world.key(Role.OPERATE, 1)

    assert await key.ask(FIGURES, id=number) == {
        "aggregateSellableQuantity": 5,
        "availableQuantity": 5,
        "shadowOf": None,
        "inventory": [{"onHand": 5, "reserved": 0, "warehouse": {"name": "East"}}],
    }
    assert refused(await key.ask(STOCK, levels=[level])) == ("NOT_FOUND", ["levels", "0", "productId"])


async def test_numbers_beyond_int(world: World) -> None:
    """A8, E9: a number that has more than an Int's 32 bits is refused before anything is stored, and a sum that has is told as
    the largest Int.
    """
    (product,) = await products(world, world.company_id, "A")
    places = [await warehouse(world, name) for name in ("East", "West")]
    for on_hand in (2**31, -(2**31) - 1, 10**18, 1.5, True, "3"):
        reply = await world.api.send(
            STOCK, levels=[{"productId": product, "warehouseId": places[0], "onHand": on_hand}]
        )
        assert {each["extensions"]["code"] for each in reply["errors"]} == {"BAD_USER_INPUT"}, on_hand
    assert (await world.api.ask(FIGURES, id=product))["inventory"] == []
    async with world.database.write() as session:
        for place in places:
            number = int(base64.b64decode(place).decode().partition(":")[2])
            owned = int(base64.b64decode(product).decode().partition(":")[2])
            session.add(InventoryLevel(product_id=owned, warehouse_id=number, on_hand=2**31 - 1))

    told = await world.api.ask(FIGURES, id=product)

    assert (told["aggregateSellableQuantity"], told["availableQuantity"]) == (2**31 - 1, 2**31 - 1)
    assert [level["onHand"] for level in told["inventory"]] == [2**31 - 1] * 2
