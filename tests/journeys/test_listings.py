"""What a mall lists, read through the API and made into products."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from domain.models import Change, ChangeType, JobType, Listing, Product
from tests.domain.orders.looking import fill, reserved
from tests.fixtures.database import one_database
from tests.fixtures.killing import kill_between_all_steps
from tests.fixtures.world import World
from tests.journeys.mapping import add_products, match, outcomes

SKUS = "bg.local.goods.sku.list.query"
IMPORT = """mutation($id: ID!) { importListings(input: {companyId: $id}) {
  job { id type } userErrors { code message field } } }"""
LIST = """query($id: ID!, $filter: ListingFilter, $by: ListingOrder) { company(id: $id) {
  listings(filter: $filter, orderBy: $by) { totalCount statusCounts { status count } nodes {
    id websiteProductId websiteProductVariantId sku title spec imageUrl status subStatus subStatusCode
    price { amount currencyCode } stock seenAt goneAt createdAt updatedAt company { id } product { sku } } } } }"""
CREATE = """mutation($input: CreateProductsFromListingsInput!) { createProductsFromListings(input: $input) {
  results { listingId isCreated userErrors { code message field } } products { sku name listing { sku }
  websiteProperties { websiteProductId websiteProductVariantId } } matchedOrders remainingCount userErrors { code field } } }"""


async def import_listings(world: World) -> dict[str, Any]:
    """Read what the mall lists, and return the job as it ended."""
    payload = await world.api.ask(IMPORT, id=world.company_id)
    assert payload["userErrors"] == []
    assert payload["job"]["type"] == "IMPORT_LISTINGS"
    await world.run_jobs()
    return await world.job(payload["job"]["id"])


async def listed(world: World, by: dict[str, Any] | None = None, **wanted: Any) -> Any:
    """The page of listings that these conditions hold of."""
    company = await world.api.ask(LIST, id=world.company_id, filter=wanted or None, by=by)
    return company["listings"]


async def codes(world: World, by: dict[str, Any] | None = None, **wanted: Any) -> list[str]:
    """Their SKU codes."""
    return [each["sku"] for each in (await listed(world, by, **wanted))["nodes"]]


async def test_what_a_mall_lists(world: World) -> None:
    """M4: title, code, status, price and stock of all SKUs, those not for sale too, and which product each of them has; a second
    reading tells what has changed and what is gone.
    """
    mall = world.mall
    mug = mall.add_goods("Crêpe mug", "A", spec="Blue")
    lamp, off, bare = mall.add_goods("Lamp", "B"), mall.add_goods("Zebra", "C"), mall.add_goods("Bare")
    mall.goods[-1] = bare = replace(bare, sku_code="", spec="")
    mall.delisted |= {off.sku_id}
    mall.set_stock(mug.sku_id, 7)
    mall.shelf.prices[mug.sku_id] = "12.50"
    await add_products(world, OTHER=(str(lamp.goods_id), str(lamp.sku_id)), WRONG=(str(mug.goods_id), "5"))

    job = await import_listings(world)

    assert job["status"] == "SUCCEEDED"
    assert {each["code"] for each in job["outcomes"]["nodes"]} == {"CREATED"}
    assert job["progress"] == {"done": 4, "total": 4, "succeeded": 4, "failed": 0, "skipped": 0}
    page = await listed(world)
    assert page["totalCount"] == 4
    assert {each["status"]: each["count"] for each in page["statusCounts"]} == {
        "FOR_SALE": 3, "NOT_FOR_SALE": 1, "UNKNOWN": 0, "GONE": 0,
    }  # fmt: skip
    assert [each["title"] for each in page["nodes"]] == ["Bare", "Crêpe mug", "Lamp", "Zebra"]
    first, lamp_before = page["nodes"][1:3]
    moments = {name: first.pop(name) for name in ("id", "seenAt", "createdAt", "updatedAt")}
    assert None not in moments.values()
    assert first == {
        "websiteProductId": str(mug.goods_id), "websiteProductVariantId": str(mug.sku_id), "sku": "A",
        "title": "Crêpe mug", "spec": "Blue", "imageUrl": f"https://img.example.com/{mug.sku_id}.jpg",
        "status": "FOR_SALE", "subStatus": "ON_SALE", "subStatusCode": 2001,
        "price": {"amount": "12.50", "currencyCode": "USD"}, "stock": 7, "goneAt": None,
        "company": {"id": world.company_id}, "product": None,
    }  # fmt: skip
    assert (page["nodes"][0]["sku"], page["nodes"][0]["spec"]) == (None, None)
    assert (page["nodes"][3]["status"], page["nodes"][3]["subStatus"]) == ("NOT_FOR_SALE", "TAKEN_OFF")
    cases: list[tuple[dict[str, Any], list[str | None]]] = [
        ({"isMapped": True}, ["B"]), ({"isMapped": False}, [None, "A", "C"]), ({"status": ["NOT_FOR_SALE"]}, ["C"]),
        ({"subStatus": ["ON_SALE"]}, [None, "A", "B"]), ({"search": "CREPE"}, ["A"]), ({"search": str(off.sku_id)}, ["C"]),
        ({"search": str(lamp.goods_id)}, ["B"]), ({"skus": ["A", "C"]}, ["A", "C"]), ({"isGone": True}, []),
        ({"not": {"skus": ["A"]}, "isMapped": False}, [None, "C"]), ({"updatedAt": {"from": "2100-01-01T00:00:00Z"}}, []),
    ]  # fmt: skip
    for wanted, found in cases:
        assert await codes(world, **wanted) == found, wanted
    assert await codes(world, {"field": "SKU", "direction": "DESC"}) == ["C", "B", "A", None]

    mall.goods.remove(off)
    mall.shelf.prices[mug.sku_id] = "13"
    again = await import_listings(world)

    told = {each["code"]: each["message"] for each in again["outcomes"]["nodes"]}
    assert told == {"UPDATED": "A: FOR_SALE.", "GONE": "C: Temu lists it no more."}
    assert (again["progress"]["done"], again["progress"]["total"]) == (3, 3)
    page = {each["sku"]: each for each in (await listed(world))["nodes"]}
    assert (page["C"]["status"], page["C"]["goneAt"] is None) == ("GONE", False)
    assert (page["A"]["price"]["amount"], page["A"]["updatedAt"] > moments["updatedAt"]) == ("13", True)
    assert page["B"] == lamp_before | {"seenAt": page["B"]["seenAt"]}
    assert page["B"]["seenAt"] > lamp_before["seenAt"]
    assert await codes(world, isGone=True) == ["C"]
    mall.goods.append(off)
    assert (await match(world))["status"] == "SUCCEEDED"
    assert await codes(world, isGone=True) == []
    async with world.database.read() as session:
        kinds = (
            select(Change.type, func.count()).where(Change.subject_type == "Listing").group_by(Change.type)
        )
        logged = {kind: count for kind, count in await session.execute(kinds)}  # noqa: C416 - rows, not pairs
    assert logged == {ChangeType.LISTING_CREATED: 4, ChangeType.LISTING_UPDATED: 3}


@one_database
async def test_a_reading_that_is_not_whole(world: World) -> None:
    """O17, C14: what a list with a gap, one without rows or one that may not be read doesn't tell is not taken for gone."""
    for i in range(150):
        world.mall.add_goods(sku_code=f"N{i:03}")
    await import_listings(world)
    taken = world.mall.goods[:3]

    def shrink() -> None:
        del world.mall.goods[:3]

    world.sandbox.before(SKUS, 5, shrink)
    gap = await import_listings(world)
    assert (gap["status"], gap["errorIsPassing"]) == ("FAILED", True)
    assert gap["error"].startswith("Temu named 150 SKUs for sale but listed only 147.")
    assert (await listed(world, isGone=True))["totalCount"] == 0
    world.mall.goods, rest = [], world.mall.goods
    empty = await import_listings(world)
    assert (empty["status"], outcomes(empty)) == ("FAILED", {"(listings)": ("FAILED", "NO_SKUS")})
    assert (await listed(world, isGone=True))["totalCount"] == 0
    world.mall.goods = rest
    world.mall.scopes -= {SKUS}
    lacking = await import_listings(world)
    assert (lacking["status"], lacking["errorIsPassing"]) == ("FAILED", False)
    assert SKUS in lacking["error"]
    world.mall.scopes |= {SKUS}
    assert (await import_listings(world))["status"] == "SUCCEEDED"
    assert await codes(world, isGone=True) == [one.sku_code for one in taken]


@one_database
async def test_what_moves_between_the_lists_while_they_are_read(world: World) -> None:
    """O17: a SKU that goes over to a list that was read already is in neither; it isn't gone, and its status is the new one."""
    back, gone = world.mall.add_goods(sku_code="BACK"), world.mall.add_goods(sku_code="GONE")
    world.mall.add_goods(sku_code="STAYS")
    world.mall.delisted |= {back.sku_id, gone.sku_id}
    await import_listings(world)
    world.mall.goods.remove(gone)
    world.sandbox.before(SKUS, 4, lambda: world.mall.delisted.discard(back.sku_id))

    job = await import_listings(world)

    assert {each["subject"]: each["code"] for each in job["outcomes"]["nodes"]} == {
        f"SKU id {back.sku_id}": "UPDATED", f"SKU id {gone.sku_id}": "GONE",
    }  # fmt: skip
    assert {each["sku"]: each["status"] for each in (await listed(world))["nodes"]} == {
        "BACK": "FOR_SALE", "GONE": "GONE", "STAYS": "FOR_SALE",
    }  # fmt: skip


@one_database
async def test_kills_between_all_pages(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """J2: whichever moment a worker is killed at, the reading goes on behind the last page and every listing is stored once."""
    monkeypatch.setattr("domain.temu.client.PAGE_SIZE", 4)
    for i in range(6):
        world.mall.add_goods(sku_code=f"N{i:03}")
    world.mall.delisted = {goods.sku_id for goods in world.mall.goods[5:]}

    async def begin() -> None:
        gone = world.mall.goods.pop()
        world.mall.add_goods(sku_code=f"after {gone.sku_code}")
        await world.api.ask(IMPORT, id=world.company_id)

    async def check() -> None:
        async with world.database.read() as session:
            pairs = select(Listing.website_product_variant_id).where(Listing.gone_at.is_(None))
            found = sorted(await session.scalars(pairs))
        assert found == sorted(str(goods.sku_id) for goods in world.mall.goods)

    assert await kill_between_all_steps(world, JobType.IMPORT_LISTINGS, begin=begin, check=check) >= 6


async def _products(world: World) -> dict[str, str]:
    async with world.database.read() as session:
        return {each.sku: each.name for each in await session.scalars(select(Product))}


async def test_listings_become_products(world: World) -> None:
    """M4, O4, M3: in one call, each whole: SKU, name, mapping and the orders that waited; what can't is told row by row, and again
    nothing is made twice.
    """
    mall = world.mall
    good, held = mall.add_goods("Mug", "GOOD", spec="Blue"), mall.add_goods("Held", "HELD")
    wrong = ["TAKEN", "TWICE", "TWICE", " EDGE", "1.2E+14", "X" * 101, "GONE"]
    bad = [mall.add_goods(code, code) for code in wrong]
    mall.goods.append(replace(mall.goods.pop(2), sku_code=""))  # TAKEN without a code
    bad[0] = mall.add_goods("TAKEN", "TAKEN")
    fill(world, 2, status=1, items=[(good, 3)])
    await world.import_orders()
    await add_products(world, "TAKEN", OTHER=(str(held.goods_id), str(held.sku_id)))
    await import_listings(world)
    mall.goods.remove(bad[-1])
    await import_listings(world)
    ids = {
        (each["sku"], each["websiteProductVariantId"]): each["id"] for each in (await listed(world))["nodes"]
    }
    given = [*ids.values(), "nonsense", ids["GOOD", str(good.sku_id)]]

    made = await world.api.ask(CREATE, input={"companyId": world.company_id, "listingIds": given})

    assert made["userErrors"] == []
    assert [each["sku"] for each in made["products"]] == ["GOOD"]
    assert made["products"][0] == {
        "sku": "GOOD", "name": "Mug, Blue", "listing": {"sku": "GOOD"},
        "websiteProperties": {"websiteProductId": str(good.goods_id), "websiteProductVariantId": str(good.sku_id)},
    }  # fmt: skip
    assert (made["matchedOrders"], made["remainingCount"]) == (2, None)
    told = {each["listingId"]: [error["code"] for error in each["userErrors"]] for each in made["results"]}
    expected = {
        None: "REQUIRED",
        "TAKEN": "TAKEN",
        "TWICE": "CONFLICT",
        " EDGE": "INVALID",
        "1.2E+14": "INVALID",
        "GONE": "CONFLICT",
    }
    assert told == {
        **{each: [expected.get(sku, "INVALID")] for (sku, _), each in ids.items() if sku not in {"GOOD", "HELD"}},
        ids["GOOD", str(good.sku_id)]: [], ids["HELD", str(held.sku_id)]: [], "nonsense": ["NOT_FOUND"],
    }  # fmt: skip
    assert [each["listingId"] for each in made["results"] if each["isCreated"]] == [
        ids["GOOD", str(good.sku_id)]
    ]
    message = next(
        e["message"] for each in made["results"] for e in each["userErrors"] if e["code"] == "TAKEN"
    )
    assert "matchWebsiteProperties" in message
    await world.run_jobs()
    assert await reserved(world) == 6
    again = await world.api.ask(CREATE, input={"companyId": world.company_id, "listingIds": given})
    assert (again["products"], again["matchedOrders"]) == ([], 0)
    assert {sku for sku in await _products(world) if sku != "OTHER"} == {"GOOD", "TAKEN"}

    for i in range(3):
        mall.add_goods(f"New {i}", f"NEW-{i}")
    await import_listings(world)
    rest = await world.api.ask(CREATE, input={"companyId": world.company_id})
    assert [each["sku"] for each in rest["products"]] == ["NEW-0", "NEW-1", "NEW-2"]
    assert ([len(each["userErrors"]) for each in rest["results"]], rest["remainingCount"]) == (
        [1, 1, 1, 0, 0, 0],
        0,
    )


@one_database
async def test_wrong_codes_do_not_stand_before_good_ones(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """M4: asked for again and again, all that can become products do, however many codes before them are damaged."""
    monkeypatch.setattr("domain.products.listing_products.AT_MOST", 2)
    for code in ("1.2E+14", "1.3E+14", "1.4E+14", "A", "B", "C"):
        world.mall.add_goods(sku_code=code)
    await import_listings(world)

    made = [await world.api.ask(CREATE, input={"companyId": world.company_id}) for _ in range(3)]

    assert [[each["sku"] for each in one["products"]] for one in made] == [["A", "B"], ["C"], []]


@one_database
@pytest.mark.parametrize("ids,code", [([], "REQUIRED"), (["x"] * 501, "LIMIT_EXCEEDED")])
async def test_wrong_calls(world: World, ids: list[str], code: str) -> None:
    """M4: no listings and too many are refused as a whole."""
    payload = await world.api.ask(CREATE, input={"companyId": world.company_id, "listingIds": ids})
    assert payload["userErrors"] == [{"code": code, "field": ["listingIds"]}]
    assert payload["results"] == []
