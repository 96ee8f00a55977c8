"""Matching with the mall's listings, of which Temu lists those for sale and the others apart."""

from sqlalchemy import select

from domain.models import Product
from tests.domain.orders.looking import calls
from tests.fixtures.database import one_database
from tests.fixtures.world import World
from tests.journeys.mapping import MATCH, add_products, match, outcomes

SKUS = "bg.local.goods.sku.list.query"
RETRY = "mutation($id: ID!) { retryQueuedJob(input: {jobId: $id}) { job { id } userErrors { message } } }"


async def mapped(world: World) -> set[str]:
    async with world.database.read() as session:
        found = await session.scalars(select(Product.sku).where(Product.website_product_id.is_not(None)))
        return set(found)


async def test_what_is_not_for_sale_is_matched_too(world: World) -> None:
    """M4: a SKU that is off the shelf is in the second pass; a code of one of each is ambiguous."""
    goods = [world.mall.add_goods(sku_code=code) for code in ("A", "B", "TWICE", "TWICE")]
    world.mall.delisted |= {goods[1].sku_id, goods[3].sku_id}
    await add_products(world, "A", "B", "TWICE")

    job = await match(world, apply=True)

    assert outcomes(job) == {
        "A": ("SUCCEEDED", "MAPPED"),
        "B": ("SUCCEEDED", "MAPPED"),
        "TWICE": ("FAILED", "AMBIGUOUS"),
    }
    assert [call["skuSearchType"] for call in calls(world, SKUS)] == [2, 3]


@one_database
async def test_a_sku_of_both_passes_counts_once(world: World) -> None:
    """M4: a SKU that is taken off the shelf between the passes is met twice, and its code is not ambiguous."""
    one = world.mall.add_goods(sku_code="A")
    await add_products(world, "A")
    world.sandbox.before(SKUS, 2, lambda: world.mall.delisted.add(one.sku_id))

    job = await match(world, apply=True)

    assert (job["status"], outcomes(job)) == ("SUCCEEDED", {"A": ("SUCCEEDED", "MAPPED")})


@one_database
async def test_a_gap_in_the_second_pass(world: World) -> None:
    """M4, O17: each pass is counted by itself; one with a gap maps nothing, and run again it goes through."""
    for i in range(150):
        world.mall.add_goods(sku_code=f"N{i}")
    world.mall.delisted |= {goods.sku_id for goods in world.mall.goods[20:]}
    await add_products(world, "N0", "N149")
    back = world.mall.goods[20].sku_id
    world.sandbox.before(SKUS, 3, lambda: world.mall.delisted.discard(back))

    gap = await match(world, apply=True)

    assert (gap["status"], gap["errorIsPassing"]) == ("FAILED", True)
    assert gap["error"].startswith("Temu named 130 SKUs not for sale but listed only 129.")
    assert await mapped(world) == set()
    assert (await match(world, apply=True))["status"] == "SUCCEEDED"
    assert await mapped(world) == {"N0", "N149"}


@one_database
async def test_an_empty_list_is_advice(world: World) -> None:
    """M4: a mall of which Temu lists nothing fails the match with what to look at; once it lists something, it goes on."""
    await add_products(world, "A")

    asked = await world.api.ask(MATCH, input={"companyId": world.company_id, "apply": True})
    await world.run_jobs()
    job = await world.job(asked["job"]["id"])

    assert (job["status"], job["errorIsPassing"]) == ("FAILED", False)
    assert outcomes(job) == {"(listings)": ("FAILED", "NO_SKUS")}
    assert "Temu listed no SKU" in job["error"]
    assert "testSettings" in job["error"]
    world.mall.add_goods(sku_code="A")
    await world.api.ask(RETRY, id=asked["job"]["id"])
    await world.run_jobs()
    again = await world.job(asked["job"]["id"])
    assert (again["status"], outcomes(again)) == ("SUCCEEDED", {"A": ("SUCCEEDED", "MAPPED")})
