"""
Mapping files from upload to matched orders.
"""

from sqlalchemy import select

from domain.models import Product
from tests.domain.orders.looking import fill, reserved
from tests.fixtures.world import World
from tests.journeys.mapping import HEADER, add_products, import_file, outcomes


async def mappings(world: World) -> dict[str, tuple[str | None, str | None]]:
    async with world.database.read() as session:
        rows = await session.scalars(select(Product))
        return {p.sku: (p.website_product_id, p.website_product_variant_id) for p in rows}


async def test_good_rows_are_applied_and_bad_ones_told(world: World) -> None:
    """M2, O4: each row has an outcome with its number, good rows are applied, waiting orders are matched and hold stock."""
    goods = world.mall.add_goods()
    fill(world, 3, status=1, items=[(goods, 2)])
    await world.import_orders()
    await add_products(world, "A", "B", "C", "Größe")
    content = (
        HEADER
        + f"A,{goods.goods_id},{goods.sku_id}\n".encode()
        + "B,6.01E+14,2\nC,1,\nD,3,4\nGröße,5,6\nGröße,5,6\nA,7,8\n,9,9\nB,,\n".encode()
    )

    job = await import_file(world, content)

    assert outcomes(job) == {
        "row 2 A": ("SUCCEEDED", "MAPPED"),
        "row 3 B": ("FAILED", "INVALID"),
        "row 4 C": ("FAILED", "INVALID"),
        "row 5 D": ("FAILED", "NOT_FOUND"),
        "row 6 Größe": ("SUCCEEDED", "MAPPED"),
        "row 7 Größe": ("SKIPPED", "REPEATED"),
        "row 8 A": ("FAILED", "CONFLICT"),
        "row 9": ("FAILED", "INVALID"),
        "row 10 B": ("SKIPPED", "NOTHING_TO_SET"),
    }
    messages = {one["subject"]: one["message"] for one in job["outcomes"]["nodes"]}
    assert messages["row 3 B"] == (
        "row 3: WebsiteProductID 6.01E+14 was shortened by a spreadsheet; format the column as text."
    )
    assert messages["row 2 A"].endswith("Orders that waited for it: 3.")
    assert job["status"] == "PARTIALLY_SUCCEEDED"
    assert job["progress"] == {"done": 9, "total": 9, "succeeded": 2, "failed": 5, "skipped": 2}
    assert await mappings(world) == {
        "A": (str(goods.goods_id), str(goods.sku_id)),
        "B": (None, None),
        "C": (None, None),
        "Größe": ("5", "6"),
    }
    assert await reserved(world) == 6
