"""Listings put on sale and taken off it: told once, and followed until Temu's lists show it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from domain import clock
from domain.models import ChannelAction, ChannelActionStatus, JobType, Listing, ListingStatus
from tests.fixtures.database import one_database
from tests.fixtures.killing import kill_between_all_steps, later, run_due, run_to_the_end
from tests.fixtures.world import World
from tests.journeys.mapping import add_products
from tests.journeys.test_listings import import_listings, listed

SET = "bg.local.goods.sale.status.set"
FOR_SALE = """mutation($input: SetListingsForSaleInput!) { setListingsForSale(input: $input) {
  actions { id kind status subject product { sku } } listings { sku status } userErrors { code message field } } }"""
ACTION = "query($id: ID!) { node(id: $id) { ... on ChannelAction { status code message attempts } } }"


async def set_for_sale(world: World, *listing_ids: str, is_for_sale: bool) -> Any:
    """The payload."""
    given = {"companyId": world.company_id, "listingIds": listing_ids, "isForSale": is_for_sale}
    return await world.api.ask(FOR_SALE, input=given)


async def ids(world: World) -> dict[str, str]:
    """Listings by their code."""
    return {each["sku"]: each["id"] for each in (await listed(world))["nodes"]}


async def _status(world: World, sku: str) -> tuple[str, str | None]:
    (found,) = (await listed(world, skus=[sku]))["nodes"]
    return found["status"], found["subStatus"]


def told(world: World) -> list[tuple[int, list[int], int]]:
    """What Temu was told, by goods."""
    calls = [call.parameters for call in world.sandbox.ledger.of(SET)]
    return [(call["goodsId"], call["skuIdList"], call["onsale"]) for call in calls]


async def test_off_sale_and_on_again(world: World) -> None:
    """T6, J2: a SKU is taken off and put on again; asked for twice it is one action, and what is so already is left alone."""
    one = world.mall.add_goods(sku_code="A")
    other = world.mall.add_variant(one, "B")
    await add_products(world, A=(str(one.goods_id), str(one.sku_id)))
    await import_listings(world)
    listings = await ids(world)
    world.mall.shelf.lag = 3600

    asked = await set_for_sale(world, listings["A"], listings["B"], is_for_sale=False)

    assert asked["userErrors"] == []
    assert [(each["subject"], each["product"]) for each in asked["actions"]] == [
        (str(one.sku_id), {"sku": "A"}), (str(other.sku_id), None),
    ]  # fmt: skip
    assert asked["listings"] == [{"sku": sku, "status": "FOR_SALE"} for sku in "AB"]
    again = await set_for_sale(world, listings["A"], is_for_sale=False)
    assert [each["id"] for each in again["actions"]] == [asked["actions"][0]["id"]]
    against = await set_for_sale(world, listings["A"], is_for_sale=True)
    assert [(each["code"], each["field"]) for each in against["userErrors"]] == [
        ("CONFLICT", ["listingIds", "0"])
    ]
    await run_due(world)
    assert [(await world.api.ask(ACTION, id=each["id"]))["status"] for each in asked["actions"]] == [
        "WORKING"
    ] * 2
    assert sorted(told(world)) == sorted((one.goods_id, [sku], 0) for sku in (one.sku_id, other.sku_id))
    await later(world)
    await run_due(world)
    assert await _status(world, "A") == ("FOR_SALE", "ON_SALE")

    world.mall.shelf.lag = 0
    world.mall.shelf.shown_until.clear()
    await run_to_the_end(world)
    assert await _status(world, "A") == ("NOT_FOR_SALE", "TAKEN_OFF")
    assert await _status(world, "B") == ("NOT_FOR_SALE", "TAKEN_OFF")
    left_alone = await set_for_sale(world, listings["A"], is_for_sale=False)
    assert (left_alone["actions"], left_alone["userErrors"]) == ([], [])
    assert len(told(world)) == 2
    await set_for_sale(world, listings["A"], is_for_sale=True)
    await run_due(world)
    await run_to_the_end(world)
    assert await _status(world, "A") == ("FOR_SALE", "ON_SALE")
    assert told(world)[2:] == [(one.goods_id, [one.sku_id], 1)]


@one_database
async def test_what_temu_would_refuse_and_does(world: World) -> None:
    """O15, C14: what Temu took off, what is gone and what is nobody's are refused as a whole; what Temu refuses, doesn't show or
    doesn't permit ends its action in words.
    """
    goods = {code: world.mall.add_goods(sku_code=code) for code in ("A", "OFF", "PUNISHED", "GONE")}
    world.mall.delisted = {goods["OFF"].sku_id, goods["PUNISHED"].sku_id}
    world.mall.shelf.sub_statuses[goods["PUNISHED"].sku_id] = 3001
    await import_listings(world)
    world.mall.goods.remove(goods["GONE"])
    await import_listings(world)
    listings = await ids(world)
    for name, is_for_sale, code in (
        ("PUNISHED", True, "CONFLICT"),
        ("GONE", False, "CONFLICT"),
        ("x", False, "NOT_FOUND"),
    ):
        refused = await set_for_sale(world, listings["A"], listings.get(name, "x"), is_for_sale=is_for_sale)
        assert [(each["code"], each["field"]) for each in refused["userErrors"]] == [
            (code, ["listingIds", "1"])
        ], name
        assert refused["actions"] is None
    for given, code in (([], "REQUIRED"), ([listings["A"]] * 251, "LIMIT_EXCEEDED")):
        refused = await set_for_sale(world, *given, is_for_sale=False)
        assert [each["code"] for each in refused["userErrors"]] == [code]
    assert told(world) == []

    async def ends(sku: str, *, is_for_sale: bool) -> Any:
        (action,) = (await set_for_sale(world, listings[sku], is_for_sale=is_for_sale))["actions"]
        await run_due(world)
        return action["id"]

    # Since it was read, Temu has taken it off for its rules.
    world.mall.shelf.sub_statuses[goods["OFF"].sku_id] = 3001
    action = await world.api.ask(ACTION, id=await ends("OFF", is_for_sale=True))
    assert (action["status"], action["attempts"]) == ("REFUSED", 1)
    assert SET in action["message"]
    world.mall.shelf.sub_statuses.clear()
    world.mall.shelf.lag = 86400
    not_shown = await ends("OFF", is_for_sale=True)
    async with world.database.write() as session:
        long_ago = clock.now() - timedelta(hours=2)
        await session.execute(
            update(ChannelAction).where(ChannelAction.ended_at.is_(None)).values(sent_at=long_ago)
        )
    await run_to_the_end(world)
    action = await world.api.ask(ACTION, id=not_shown)
    assert (action["status"], action["code"]) == ("REFUSED", "NOT_SHOWN")
    assert "NOT_FOR_SALE (TAKEN_OFF)" in action["message"]
    world.mall.shelf.lag = 0
    unlisted = await ends("A", is_for_sale=False)
    world.mall.goods.remove(goods["A"])
    await run_to_the_end(world)
    assert (await world.api.ask(ACTION, id=unlisted))["code"] == "NOT_LISTED"
    world.mall.goods.append(goods["A"])
    world.mall.scopes -= {SET}
    lacking = await ends("A", is_for_sale=False)
    assert (await world.api.ask(ACTION, id=lacking))["code"] == "PERMISSION_MISSING"


@one_database
@pytest.mark.parametrize("kind", ["drop", "drop_after"])
async def test_a_lost_answer_is_asked_about(world: World, kind: str) -> None:
    """T6: where the answer is lost the lists are asked, and Temu is told again only if they show nothing of it."""
    world.mall.add_goods(sku_code="A")
    await import_listings(world)
    world.sandbox.faults.add(kind, interface=SET)
    (action,) = (await set_for_sale(world, (await ids(world))["A"], is_for_sale=False))["actions"]
    await run_due(world)
    assert (await world.api.ask(ACTION, id=action["id"]))["status"] == "IN_DOUBT"
    await run_to_the_end(world)
    ended = await world.api.ask(ACTION, id=action["id"])
    assert (ended["status"], ended["attempts"]) == ("SUCCEEDED", 1 if kind == "drop_after" else 2)
    assert await _status(world, "A") == ("NOT_FOR_SALE", "TAKEN_OFF")


@one_database
async def test_kills_between_all_steps(world: World) -> None:
    """J2: whichever moment a worker is killed at, each SKU is taken off, and Temu is told once wherever its lists showed it."""
    for i in range(30):
        world.mall.add_goods(sku_code=f"N{i}")
    await import_listings(world)
    waiting = list((await ids(world)).items())
    asked: list[str] = []

    async def begin() -> None:
        sku, listing_id = waiting.pop()
        asked.append(sku)
        assert (await set_for_sale(world, listing_id, is_for_sale=False))["userErrors"] == []

    async def check() -> None:
        async with world.database.read() as session:
            actions = (await session.scalars(select(ChannelAction))).all()
            off = select(Listing.sku).where(Listing.status == ListingStatus.NOT_FOR_SALE)
            assert sorted(await session.scalars(off)) == sorted(asked)
        assert [each.status for each in actions] == [ChannelActionStatus.SUCCEEDED] * len(asked)
        assert len(told(world)) == len(asked)

    assert await kill_between_all_steps(world, JobType.SEND_PRODUCT_ACTIONS, begin=begin, check=check) >= 5
