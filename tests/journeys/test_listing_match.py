"""Mapping products from the mall's own listings, through the API."""

import asyncio
from dataclasses import replace

from sqlalchemy import select

from domain.models import AccessToken, AccessTokenPurpose, AccessTokenStatus, Product
from tests.domain.orders.looking import calls, fill, reserved
from tests.fixtures.database import one_database
from tests.fixtures.world import World
from tests.journeys.mapping import MATCH, add_products, match, outcomes

CANCEL = "mutation($id: ID!) { cancelQueuedJob(input: {jobId: $id}) { userErrors { message } } }"
SKUS = "bg.local.goods.sku.list.query"


async def mapped(world: World) -> set[str]:
    async with world.database.read() as session:
        found = await session.scalars(select(Product.sku).where(Product.website_product_id.is_not(None)))
        return set(found)


async def test_matches_are_proposed_then_applied(world: World) -> None:
    """M4, O4: what a SKU code finds exactly once is proposed, changing nothing, or mapped; the rest has its reason."""
    mall = world.mall
    goods = {
        code: mall.add_goods(sku_code=code) for code in ("A", "B", "b", "TWICE", "MINE", "HELD", "STRANGE")
    }
    again = mall.add_goods(sku_code="TWICE")
    nameless = mall.add_goods(sku_code="X")
    mall.goods[-1] = nameless = replace(nameless, sku_code="")
    fill(world, 2, status=1, items=[(goods["A"], 3)])
    await world.import_orders()
    held = goods["HELD"]
    await add_products(world, "A", "B", "TWICE", "HELD", "ALONE", MINE=("1", "2"),
                       HOLDER=(str(held.goods_id), str(held.sku_id)))  # fmt: skip

    proposed = await match(world)

    ids = {code: f"SKU id {one.sku_id}" for code, one in goods.items()}
    rest = {
        ids["b"]: ("SKIPPED", "NO_PRODUCT"),
        ids["STRANGE"]: ("SKIPPED", "NO_PRODUCT"),
        f"SKU id {nameless.sku_id}": ("SKIPPED", "NO_CODE"),
        "TWICE": ("FAILED", "AMBIGUOUS"),
        "MINE": ("SKIPPED", "MAPPED_OTHERWISE"),
        "HELD": ("FAILED", "TAKEN"),
    }
    assert outcomes(proposed) == rest | {"A": ("SUCCEEDED", "PROPOSED"), "B": ("SUCCEEDED", "PROPOSED")}
    assert await mapped(world) == {"MINE", "HOLDER"}
    twice = next(one for one in proposed["outcomes"]["nodes"] if one["subject"] == "TWICE")
    assert str(again.sku_id) in twice["message"]

    applied = await match(world, apply=True)

    assert outcomes(applied) == rest | {"A": ("SUCCEEDED", "MAPPED"), "B": ("SUCCEEDED", "MAPPED")}
    assert await mapped(world) == {"MINE", "HOLDER", "A", "B"}
    assert await reserved(world) == 6
    assert outcomes(await match(world, apply=True)) == rest | dict.fromkeys("AB", ("SKIPPED", "UNCHANGED"))


@one_database
async def test_every_page_is_read(world: World) -> None:
    """M4: a code that comes again on a later page is ambiguous, and all pages are asked for."""
    world.mall.add_goods(sku_code="A")
    for i in range(210):
        world.mall.add_goods(sku_code=f"N{i}")
    world.mall.add_goods(sku_code="A")
    await add_products(world, "A", "N209")

    job = await match(world, apply=True)

    assert outcomes(job)["A"] == ("FAILED", "AMBIGUOUS")
    asked = [(call["skuSearchType"], call["pageNo"]) for call in calls(world, SKUS)]
    assert asked == [(2, 1), (2, 2), (2, 3), (3, 1)]
    assert all(call["skuStatusFilterType"] == call["skuSearchType"] for call in calls(world, SKUS))
    assert await mapped(world) == {"N209"}


@one_database
async def test_a_list_with_a_gap_is_refused(world: World) -> None:
    """M4, O17: a list that shrinks or repeats itself while it is read maps nothing, and says so."""
    for i in range(150):
        world.mall.add_goods(sku_code=f"N{i}")
    await add_products(world, "N0")

    def shrink() -> None:
        del world.mall.goods[1:3]

    def repeat() -> None:
        world.mall.goods[:0] = [world.mall.add_goods(sku_code=f"new{i}") for i in range(100)]
        del world.mall.goods[-100:]

    world.sandbox.before(SKUS, 2, shrink)
    gap = await match(world, apply=True)
    world.sandbox.before(SKUS, 4, repeat)
    again = await match(world, apply=True)

    assert (gap["status"], gap["errorIsPassing"]) == ("FAILED", True)
    assert gap["error"].startswith("Temu named 150 SKUs for sale but listed only 148.")
    assert (again["status"], again["error"]) == (
        "FAILED",
        "Temu sent the same page of SKUs for sale twice. Run it again later.",
    )
    assert await mapped(world) == set()


@one_database
async def test_the_token_for_products_is_used(world: World) -> None:
    """M4, C2: a mall with two tokens is asked with the one for products; its refusal leaves the other in peace."""
    world.mall.add_goods(sku_code="A")
    token = world.mall.add_token("products")
    world.mall.scopes = world.mall.scopes - {SKUS}
    set_token = """mutation($id: ID!, $token: String!) { setAccessToken(input: {companyId: $id, accessToken: $token,
      purpose: PRODUCTS}) { userErrors { message } } }"""
    payload = await world.api.ask(set_token, id=world.company_id, token=token)
    assert payload["userErrors"] == []
    await add_products(world, "A")

    assert (await match(world))["status"] == "SUCCEEDED"
    world.sandbox.tokens.pop(token)
    refused = await match(world)

    assert refused["status"] == "FAILED"
    assert refused["error"].startswith("The token for products: ")
    async with world.database.read() as session:
        main = await session.scalar(
            select(AccessToken).where(AccessToken.purpose != AccessTokenPurpose.PRODUCTS)
        )
    assert main is not None
    assert main.status is AccessTokenStatus.VALID


async def test_a_match_needs_a_token(world: World) -> None:
    """M4: without any token there is nothing to ask Temu with."""
    company = await world.new_company("Without")
    payload = await world.api.ask(MATCH, input={"companyId": company})
    assert [(e["code"], e["field"]) for e in payload["userErrors"]] == [("NOT_CONFIGURED", ["companyId"])]
    assert payload["job"] is None


@one_database
async def test_a_match_can_be_stopped_and_goes_on(world: World) -> None:
    """M4, J4, J5: it stops between two pages when asked to, and after trouble that passes it begins anew."""
    for i in range(150):
        world.mall.add_goods(sku_code=f"N{i}")
    await add_products(world, "N149")
    asked = await world.api.ask(MATCH, input={"companyId": world.company_id, "apply": True})
    job_id, loop = asked["job"]["id"], asyncio.get_running_loop()
    world.sandbox.before(
        SKUS, 1, lambda: asyncio.run_coroutine_threadsafe(world.api.ask(CANCEL, id=job_id), loop).result(10)
    )
    await world.run_jobs()
    assert (await world.job(job_id))["status"] == "CANCELLED"
    assert len(calls(world, SKUS)) == 1

    world.sandbox.faults.add("http_status", interface=SKUS, skip=1, times=3, status=503)
    asked = await world.api.ask(MATCH, input={"companyId": world.company_id, "apply": True})
    await world.run_jobs()
    waits = await world.job(asked["job"]["id"])
    await world.make_due()
    await world.run_jobs()

    assert (waits["status"], waits["errorIsPassing"]) == ("QUEUED", True)
    job = await world.job(asked["job"]["id"])
    assert (job["status"], job["attempts"], job["progress"]["done"]) == ("SUCCEEDED", 2, 150)
    assert await mapped(world) == {"N149"}


async def test_a_token_that_may_not(world: World) -> None:
    """M4, J4: a token without the interface fails the job at once, with what to do."""
    world.mall.scopes = world.mall.scopes - {SKUS}
    job = await match(world)
    assert (job["status"], job["errorIsPassing"]) == ("FAILED", False)
    assert SKUS in job["error"]
    assert "Authorise it" in job["error"]
