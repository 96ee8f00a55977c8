"""What became of an order or a product, as a key that only looks sees it."""

import re
from types import SimpleNamespace
from typing import Any

from sqlalchemy import literal_column, select, table, text

from domain.audit import history
from domain.database.session import Database
from domain.models import OrderStatus, Role
from tests.factories import make_company, make_order
from tests.fixtures.world import World
from tests.journeys.test_archiving import done
from tests.journeys.test_inventory_out import Shelf
from tests.journeys.test_shipping import Desk

ENTRY = "occurredAt actor author type message subjectType before after"
ORDER = f"""query($id: ID!, $first: Int, $after: String) {{ order(id: $id) {{ history(first: $first, after: $after) {{
  totalCount nodes {{ {ENTRY} }} pageInfo {{ hasNextPage endCursor }} }} }} }}"""
PRODUCT = f"query($id: ID!) {{ product(id: $id) {{ history {{ nodes {{ {ENTRY} }} }} }} }}"


async def test_history(world: World) -> None:
    """A2, A5, I8: what people and Temu did to an order, its packages and a product, newest first and by pages, for a key that only
    reads; another company's key sees nothing of it.
    """
    kiel = await done(world, "createWarehouse", "CreateWarehouseInput", "warehouse { id }", name="Kiel")
    shelf, desk = Shelf(world, kiel["warehouse"]["id"]), Desk(world, kiel["warehouse"]["id"])
    goods = world.mall.add_goods()
    (lamp,) = await shelf.add(goods)
    await shelf.put(lamp, 4)
    await shelf.push()
    order = world.mall.add_order(items=[(goods, 2)], status=1)
    await world.import_orders()
    world.mall.release(order.number)
    world.mall.cancel_pieces(order.items[0].number, 1)
    await world.import_orders()
    number = (await desk.orders())[order.number]["id"]
    await done(world, "holdOrder", "HoldOrderInput", orderId=number, reason="Erika calls.")
    await done(world, "releaseOrder", "ReleaseOrderInput", orderId=number)
    await desk.shipped(order)
    await desk.upload()

    reader = await world.key(Role.READ, 1)
    whole = (await reader.ask(ORDER, id=number))["history"]
    entries = whole["nodes"]
    told = [(entry["actor"], entry["author"], entry["type"], entry["subjectType"]) for entry in entries]
    temu, key = ("CHANNEL", None), ("API_KEY", "ADMINISTER key")
    assert told[0] == (*temu, "order.tracking_uploaded", "Order")
    assert sorted(told[1:3]) == [(*key, "shipOrder", "Order"), (*key, "shipOrder", "Package")]
    # That it was released is logged while the mutation runs, which is recorded as of its beginning.
    assert told[3:6] == [
        (*temu, "order.released", "Order"), (*key, "releaseOrder", "Order"), (*key, "holdOrder", "Order"),
    ]  # fmt: skip
    assert sorted(told[6:8]) == [(*temu, "note", "Order"), (*temu, "order.released", "Order")]
    assert told[8:] == [(*temu, "order.created", "Order")]
    assert whole["totalCount"] == len(entries)
    assert [entry["occurredAt"] for entry in entries] == sorted(
        (e["occurredAt"] for e in entries), reverse=True
    )
    (note,) = (entry["message"] for entry in entries if entry["type"] == "note")
    assert note == f"1 of 2 pieces of {order.items[0].number} are cancelled on Temu."
    assert {entry["message"] is None for entry in entries if entry["actor"] == "API_KEY"} == {True}
    assert "Erika" not in str(entries)

    paged: list[Any] = []
    after = None
    while after is not None or not paged:
        page = (await reader.ask(ORDER, id=number, first=2, after=after))["history"]
        paged += page["nodes"]
        after = page["pageInfo"]["endCursor"] if page["pageInfo"]["hasNextPage"] else None
    assert paged == entries

    of_product = (await reader.ask(PRODUCT, id=lamp))["history"]["nodes"]
    assert {"inventory.pushed", "setInventory", "upsertProducts"} == {entry["type"] for entry in of_product}
    assert of_product[-1]["after"]["sku"] == goods.sku_code


async def test_history_by_index(database: Database) -> None:
    """A2: of all tables that history comes from, only what belongs to the one object is read, by index."""
    async with database.write() as session:
        await make_order(session, await make_company(session), status=OrderStatus.IN_PROCESS)
    is_sqlite = database.engine.dialect.name == "sqlite"
    for name, select_of in (("orders", history.of_order), ("products", history.of_product)):
        row = SimpleNamespace(id=literal_column("t1.id"), company_id=literal_column("t1.company_id"))
        entries = select_of(row).subquery("history")
        newest = select(entries.c.number).order_by(*(key.value(entries.c).desc() for key in history.HISTORY))
        statement = select(newest.limit(1).scalar_subquery()).select_from(table(name).alias("t1"))
        words = statement.compile(dialect=database.engine.dialect, compile_kwargs={"literal_binds": True})
        async with database.read() as session:
            if not is_sqlite:
                # Tables as small as these are read faster as a whole.
                await session.execute(text("SET LOCAL enable_seqscan = off"))
            found = await session.execute(
                text(f"EXPLAIN {'QUERY PLAN' if is_sqlite else ''} {words}".replace(":", r"\:"))
            )
            plan = "\n".join(str(each[-1]) for each in found)
        scanned = re.findall(r"SCAN (\w+)|Seq Scan on (\w+)", plan)
        assert {one or other for one, other in scanned} <= {"t1", "history", "api_keys", name}, plan
        assert "audit_events" in plan
        assert "changes" in plan
