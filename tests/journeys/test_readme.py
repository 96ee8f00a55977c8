"""README's way from empty to a first shipment, as it stands there."""

import json
import re
from pathlib import Path
from typing import Any

from tests.fixtures.database import one_database
from tests.fixtures.world import World

README = Path(__file__).parents[2] / "README.md"
OPERATIONS = re.findall(r"```graphql\n(.*?)```", README.read_text(encoding="utf-8"), flags=re.DOTALL)

#: What words in capitals stand for, by where an answer told it.
TOLD = {
    "COMPANY": ("createCompany", "company", "id"),
    "WAREHOUSE": ("createWarehouse", "warehouse", "id"),
    "PRODUCT": ("upsertProducts", "products", 0, "id"),
    "JOB": ("importOrders", "job", "id"),
    "ORDER": ("orders", "nodes", 0, "id"),
}


@one_database
async def test_from_empty_to_a_first_shipment(world: World) -> None:
    """A1, R1: one after the other, they set a company up, import its orders, ship one and tell Temu."""
    mall = world.sandbox.add_mall()
    goods = mall.add_goods()
    mall.add_order(items=[(goods, 2)])
    known = {"TOKEN": mall.token, "GOODS": str(goods.goods_id), "VARIANT": str(goods.sku_id)}

    data: dict[str, Any] = {}
    for operation in OPERATIONS:
        data = await _run(world, _filled_in(operation, known))
        for payload in data.values():
            assert payload.get("userErrors", []) == [], operation
        known |= {word: _at(data, path) for word, path in TOLD.items() if path[0] in data}
        await world.run_jobs()

    shipped = data["order"]
    assert (shipped["shippingStatus"], shipped["sourceUpdatedForShipping"]) == ("FULLY_SHIPPED", True)
    assert [package.tracking_number for package in mall.packages] == ["1Z999AA10123456784"]
    assert mall.stock[goods.sku_id] == 38


def _filled_in(operation: str, known: dict[str, str]) -> str:
    return re.sub(r"\b[A-Z]{3,}\b", lambda word: known.get(word[0], word[0]), operation)


async def _run(world: World, operation: str) -> dict[str, Any]:
    """The data of the answer; of a subscription, of the last event."""
    headers = {"Authorization": f"Bearer {world.api._key}", "Accept": "application/json, text/event-stream"}
    reply = await world.http.post("/graphql", json={"query": operation}, headers=headers)
    events = re.findall(r"^data: ?(\{.*)$", reply.text, flags=re.MULTILINE)
    answer = json.loads(events[-1]) if events else reply.json()
    assert "errors" not in answer, answer["errors"]
    data: dict[str, Any] = answer["data"]
    return data


def _at(value: Any, path: tuple[str | int, ...]) -> Any:
    for each in path:
        value = value[each]
    return value
