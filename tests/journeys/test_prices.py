"""Prices: what is wanted goes out once, Temu reviews it, and nothing below a floor ever leaves."""

import asyncio
import contextvars
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, text, update

from api.values import ids
from domain.models import ChannelAction, Company, JobType, MallType, ProductPrice, Role
from tests.fixtures.database import one_database
from tests.fixtures.killing import kill_between_all_steps, run_due
from tests.fixtures.tags import CHANGE, Tags
from tests.fixtures.world import World
from tests.journeys.test_file_imports import imported, messages, until_one_waits
from tests.journeys.test_inventory_out import Shelf
from tests.sandbox.model import Goods

ORDERS = "bg.local.goods.priceorder.query"
READ = "bg.local.goods.sku.list.price.query"
ATTENTION = "query($id: ID!) { company(id: $id) { attention { code count } } }"


@pytest.fixture
def tags(world: World) -> Tags:
    return Tags(world)


async def attention(world: World) -> dict[str, int]:
    items = (await world.api.ask(ATTENTION, id=world.company_id))["attention"]
    return {item["code"]: item["count"] for item in items}


async def test_a_price_goes_out_and_is_reviewed(world: World, tags: Tags) -> None:
    """T7, J2: all SKUs of a goods go out by one call, wait for Temu, and end SKU by SKU; nothing is sent again."""
    blue = world.mall.add_goods(sku_code="BLUE")
    red = world.mall.add_variant(blue, "RED")
    await tags.add(blue, red)
    assert await tags.want((blue, "18.5"), (red, "17")) == []
    await run_due(world)
    # Not before somebody says so.
    assert tags.told() == []
    assert await tags.upload() == dict.fromkeys(["BLUE", "RED"], ("SUCCEEDED", "REQUESTED"))
    assert tags.told() == [[(blue.sku_id, "18.50"), (red.sku_id, "17.00")]]
    price = await tags.price(blue)
    assert (price["state"], price["wanted"]) == ("UNDER_REVIEW", {"amount": "18.50", "currencyCode": "USD"})
    assert price["channelPrice"] == {"amount": "19.99", "currencyCode": "USD"}
    assert price["requestedAt"] is None

    first, second = world.mall.prices.orders
    world.mall.prices.approve(first)
    await tags.follow()
    assert (await tags.state(blue), await tags.state(red)) == ("ACCEPTED", "UNDER_REVIEW")
    world.mall.prices.refuse(second, "too dear")
    await tags.follow()
    price = await tags.price(red)
    assert (price["state"], price["refusalCode"]) == ("REFUSED", "PRICE_ORDER_206")
    assert "too dear" in price["refusal"]
    assert (await tags.price(blue))["channelPrice"]["amount"] == "18.50"

    assert await tags.want((blue, "18.50")) == []
    assert await tags.upload() == {}
    assert len(tags.told()) == 1
    assert (await attention(world))["PRICES_REFUSED"] == 1


async def test_the_latest_goes_out_after_an_open_one(world: World, tags: Tags) -> None:
    """J2: while Temu reviews one, others wait; the last that is asked for goes out by itself, once."""
    mug = world.mall.add_goods(sku_code="MUG")
    await tags.add(mug)
    await tags.want((mug, "18"))
    await tags.upload()
    for amount in ("17", "16"):
        await tags.want((mug, amount))
        assert await tags.upload() == {"MUG": ("SKIPPED", "WAITS")}
    await tags.follow()
    assert tags.told() == [[(mug.sku_id, "18.00")]]
    world.mall.prices.approve(world.mall.prices.orders[0])
    await tags.follow()
    assert tags.told() == [[(mug.sku_id, "18.00")], [(mug.sku_id, "16.00")]]
    price = await tags.price(mug)
    assert (price["state"], price["channelPrice"]["amount"]) == ("UNDER_REVIEW", "18.00")
    assert len(world.mall.prices.orders) == 2


async def test_what_temu_has_is_not_sent(world: World, tags: Tags) -> None:
    """J2: Temu's own price, and what is wanted no more, stay here."""
    mug, cup, dish = (world.mall.add_goods(sku_code=code) for code in ("MUG", "CUP", "DISH"))
    await tags.add(mug, cup, dish)
    await tags.want((mug, "19.99"), (cup, "18"), (dish, "18"))
    await tags.want((cup, None))
    assert await tags.upload(mug, cup) == {"MUG": ("SKIPPED", "UNCHANGED")}
    assert (await tags.state(mug), await tags.state(cup), await tags.state(dish)) == (
        "ACCEPTED",
        "NONE",
        "PENDING",
    )
    assert tags.told() == []
    # Another is wanted before it leaves: that goes out, and the first one never.
    await tags.request()
    await run_due(world, JobType.UPLOAD_PRICES)
    await tags.want((dish, "17"))
    await tags.request()
    await tags.follow()
    assert tags.told() == [[(dish.sku_id, "17.00")]]


@one_database
async def test_one_of_which_temu_tells_no_price(world: World, tags: Tags) -> None:
    """T7: where Temu refuses to tell prices because of goods that are gone [C], those of all others are read; where it refuses
    whatever is asked that is told once. Either way what is wanted goes out.
    """
    all_goods = [world.mall.add_goods(sku_code=f"MUG-{place}") for place in range(5)]
    gone = all_goods[2]
    await tags.add(*all_goods)
    world.mall.prices.gone.add(gone.sku_id)
    others = [goods for goods in all_goods if goods is not gone]
    await tags.want((others[0], "19.99"), (others[1], "18"))

    told = await tags.upload()

    assert told[f"(price of {gone.goods_id})"] == ("FAILED", "TEMU_150010003")
    assert told["MUG-0"] == ("SKIPPED", "UNCHANGED")
    assert told["MUG-1"] == ("SUCCEEDED", "REQUESTED")
    assert [(await tags.price(goods))["channelPrice"] for goods in others] == [
        {"amount": "19.99", "currencyCode": "USD"}
    ] * 4

    world.mall.prices.gone.update(goods.sku_id for goods in others[2:])
    told = await tags.upload(*others[2:], gone)
    assert told == {"(prices at Temu)": ("FAILED", "TEMU_150010003")}


@one_database
async def test_many_of_which_temu_tells_no_price(
    world: World, tags: Tags, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T7: where all goods of a call are gone those of the next are read; only after some such calls no more is asked."""
    monkeypatch.setattr("domain.prices.upload.SKUS_A_CALL", 2)
    monkeypatch.setattr("domain.prices.upload._MOST_REFUSED", 2)
    all_goods = [world.mall.add_goods(sku_code=f"MUG-{place}") for place in range(6)]
    await tags.add(*all_goods)
    world.mall.prices.gone.update(goods.sku_id for goods in all_goods[:2])
    told = await tags.upload(*all_goods)
    assert told["(prices at Temu)"] == ("FAILED", "TEMU_150010003")
    assert [(await tags.price(goods))["channelPrice"] for goods in all_goods[2:]] == [
        {"amount": "19.99", "currencyCode": "USD"}
    ] * 4

    world.mall.prices.gone.update(goods.sku_id for goods in all_goods)
    world.sandbox.ledger.calls.clear()
    await tags.upload(*all_goods)
    # Two calls' worth: both together and each alone.
    assert len([call for call in world.sandbox.ledger.calls if call.interface == READ]) == 2 * 3


@one_database
async def test_goods_whose_price_orders_make_no_sense(world: World, tags: Tags) -> None:
    """T7: they wait, by themselves, and prices of other goods go out."""
    mug, cup = (world.mall.add_goods(sku_code=code) for code in ("MUG", "CUP"))
    order = world.mall.prices.open(mug.goods_id, [mug.sku_id], world.mall.prices.price(mug.sku_id) - 1)
    world.mall.prices.refuse(order)
    reason, order.reason = order.reason, ["none"]  # type: ignore[assignment]
    await tags.add(mug, cup)
    await tags.want((mug, "18"), (cup, "18"))

    told = await tags.upload()

    assert told == {f"goods {mug.goods_id}": ("FAILED", "TEMU_0"), "CUP": ("SUCCEEDED", "REQUESTED")}
    assert tags.told() == [[(cup.sku_id, "18.00")]]
    order.reason = reason
    assert await tags.upload() == {"MUG": ("SUCCEEDED", "REQUESTED")}


@one_database
@pytest.mark.parametrize("kind", ["drop", "drop_after", "truncated", "null_result", "http_status"])
async def test_a_lost_answer_is_asked_about(world: World, tags: Tags, kind: str) -> None:
    """T6, J2: where the answer is lost Temu's price orders tell, also where an older one had the same price."""
    mug = world.mall.add_goods(sku_code="MUG")
    older = world.mall.prices.open(mug.goods_id, [mug.sku_id], world.mall.prices.price(mug.sku_id) - 1)
    world.mall.prices.refuse(older)
    await tags.add(mug)
    await tags.want((mug, "18.99"))
    world.sandbox.faults.add(kind, interface=CHANGE)
    await tags.upload()
    assert await tags.state(mug) == "PENDING"
    assert await tags.upload() == {"MUG": ("SKIPPED", "WAITS")}
    had_effect = kind in {"drop_after", "truncated", "null_result"}
    await tags.follow()
    assert len(world.mall.prices.orders) == 2
    assert await tags.state(mug) == "UNDER_REVIEW"
    world.mall.prices.approve(world.mall.prices.orders[1])
    await tags.follow()
    assert await tags.state(mug) == "ACCEPTED"
    assert len(tags.told()) == (1 if had_effect else 2)


async def _kill(world: World, tags: Tags, job: JobType, *before: JobType) -> int:
    """Kill a job at each moment, after those *before* it have run; each price has to have opened one price order."""
    waiting = [world.mall.add_goods(sku_code=f"G{i}") for i in range(30)]
    await tags.add(*waiting)
    world.mall.prices.is_approved_at_once = True
    begun: list[Goods] = []

    async def begin() -> None:
        begun.append(waiting.pop())
        assert await tags.want((begun[-1], "18")) == []
        await tags.request(begun[-1])
        if before:
            await run_due(world, *before)

    async def check() -> None:
        orders = [order.sku_ids for order in world.mall.prices.orders]
        assert orders == [[goods.sku_id] for goods in begun]
        assert await tags.state(begun[-1]) == "ACCEPTED"

    return await kill_between_all_steps(world, job, begin=begin, check=check)


@one_database
async def test_kills_while_prices_are_told(world: World, tags: Tags) -> None:
    """J2, T6: whichever moment a worker is killed at, each price opens one price order."""
    assert await _kill(world, tags, JobType.SEND_PRODUCT_ACTIONS, JobType.UPLOAD_PRICES) >= 5


@one_database
async def test_kills_while_prices_are_read(world: World, tags: Tags) -> None:
    """J2: the same before, while what Temu has is read and what is to be told is planned."""
    assert await _kill(world, tags, JobType.UPLOAD_PRICES) >= 6


async def test_a_floor_is_never_passed(world: World, tags: Tags) -> None:
    """T6, I10: neither by a wish, nor by one that waits while its floor rises, nor by a second telling."""
    mug, cup, dish = (world.mall.add_goods(sku_code=code) for code in ("MUG", "CUP", "DISH"))
    await tags.add(mug, cup, dish, minimum="15")
    [error] = await tags.want((cup, "16"), (mug, "14.99"))
    assert (error["code"], error["field"]) == ("CONFLICT", ["prices", "1", "amount"])
    assert await tags.state(cup) == "NONE"
    await tags.want((mug, "16"), (cup, "16"), (dish, "16"))
    # One is refused before it was asked for, one with its action open, one when it is in doubt.
    assert await tags.floor(mug, "17") == []
    assert (await tags.price(mug))["refusalCode"] == "BELOW_MINIMUM"
    await tags.request()
    await run_due(world, JobType.UPLOAD_PRICES)
    assert await tags.floor(cup, "17") == []
    world.sandbox.faults.add("drop", interface=CHANGE)
    await run_due(world)
    [error] = await tags.floor(dish, "17")
    assert (error["code"], "just now" in error["message"]) == ("CONFLICT", True)
    [error] = await tags.floor(dish, "10", currency="EUR")
    assert "16 USD for this product just now" in error["message"].replace("16.00", "16")
    assert len(tags.told()) == 1
    async with world.database.write() as session:
        # As nobody may, who would be told to wait.
        await session.execute(update(ProductPrice).values(minimum_amount=Decimal(17)))
    await tags.follow()
    assert len(tags.told()) == 1
    assert world.mall.prices.orders == []
    for goods in (mug, cup, dish):
        assert (await tags.price(goods))["refusalCode"] == "BELOW_MINIMUM"


@one_database
async def test_prices_that_nobody_takes(world: World, tags: Tags) -> None:
    """A9, C11: what can never be right is a userError of the place where it stands."""
    mug = world.mall.add_goods(sku_code="MUG")
    bare = world.mall.add_goods(sku_code="BARE")
    await tags.add(mug)
    await tags.add(bare, minimum=None)
    cases: list[tuple[tuple[tuple[Goods, str], ...], str, str, str]] = [
        (((mug, "0"),), "USD", "INVALID", "amount"),
        (((mug, "18.505"),), "USD", "INVALID", "amount"),
        (((mug, "18.5"),), "JPY", "INVALID", "amount"),
        (((mug, "100000000"),), "USD", "INVALID", "amount"),
        (((mug, "18"),), "usd", "INVALID", "currencyCode"),
        (((mug, "18"),), "EUR", "CONFLICT", "amount"),
        (((mug, "18"), (mug, "17")), "USD", "INVALID", "productId"),
        (((bare, "18"),), "USD", "CONFLICT", "amount"),
    ]
    for prices, currency, code, member in cases:
        [error] = await tags.want(*prices, currency=currency)
        assert (error["code"], error["field"][-1]) == (code, member), prices
    assert (await tags.want())[0]["code"] == "REQUIRED"
    assert await tags.want((mug, "18"), validateOnly=True) == []
    assert await tags.state(mug) == "NONE"
    await tags.settings(requireMinimumPrice=False)
    assert await tags.want((bare, "18"), currency="EUR") == []
    assert await tags.upload(bare) == {"BARE": ("FAILED", "CURRENCY_DIFFERS")}
    assert (await tags.price(bare))["refusal"] == "Temu asks for this product in USD, not in EUR."
    assert tags.told() == []


@one_database
async def test_refusals_by_temu(world: World, tags: Tags) -> None:
    """T7, C11: a call refused whole, one SKU refused alone, another price proposed: each says so and what to do."""
    mug, cup, dish = (world.mall.add_goods(sku_code=code) for code in ("MUG", "CUP", "DISH"))
    lid = world.mall.add_variant(dish, "LID")
    await tags.add(mug, cup, dish, lid)
    prices = world.mall.prices
    prices.in_activity.add(mug.sku_id)
    await tags.want((mug, "18"), (cup, "25"), (dish, "18"), (lid, "18"))
    world.sandbox.before(CHANGE, 1, lambda: prices.propose(lid, "17"))
    await tags.upload()
    found = await tags.price(mug)
    assert (found["state"], found["refusalCode"]) == ("REFUSED", "TEMU_150010233")
    assert "activity" in found["refusal"]
    states = [await tags.price(goods) for goods in (dish, lid)]
    assert sorted(each["state"] for each in states) == ["REFUSED", "UNDER_REVIEW"]
    [refused] = [each for each in states if each["state"] == "REFUSED"]
    assert (refused["refusalCode"], "seller centre" in refused["refusal"]) == ("TEMU_REFUSED", True)

    of_cup = prices.open_order(cup.sku_id)
    assert of_cup is not None
    prices.suggest(of_cup, "21")
    await tags.follow()
    found = await tags.price(cup)
    assert (found["state"], found["proposed"]) == ("COUNTERED", {"amount": "21.00"})
    told = set(await attention(world))
    assert {"PRICES_REFUSED", "PRICES_COUNTERED"} <= told
    assert "CHANNEL_ACTIONS_REFUSED" not in told
    listed = await world.api.ask("{ products(filter: {priceState: [COUNTERED]}) { nodes { sku } } }")
    assert listed == {"nodes": [{"sku": "CUP"}]}
    listed = await world.api.ask("{ products(filter: {attention: PRICES_REFUSED}) { nodes { sku } } }")
    assert len(listed["nodes"]) == 2
    prices.confirm(of_cup)
    await tags.follow()
    found = await tags.price(cup)
    assert (found["refusalCode"], found["channelPrice"]["amount"]) == ("OTHER_PRICE_AGREED", "21.00")


@one_database
async def test_the_schedule(world: World, tags: Tags) -> None:
    """C5, J4: off by default; on, what is wanted goes out by itself, and what another tool asks for at Temu is left alone."""
    mug, cup = world.mall.add_goods(sku_code="MUG"), world.mall.add_goods(sku_code="CUP")
    await tags.add(mug, cup)
    await tags.want((mug, "18"), (cup, "18"))
    shelf = Shelf(world, "")
    await shelf.tick()
    assert tags.told() == []
    await tags.settings(allowPriceUpload=True)
    world.mall.prices.propose(cup, "17")
    await shelf.tick(hours=1)
    assert tags.told() == [[(mug.sku_id, "18.00")]]
    assert await tags.state(cup) == "PENDING"
    world.mall.prices.decline(world.mall.prices.orders[0])
    await shelf.tick(hours=2)
    assert tags.told()[1:] == [[(cup.sku_id, "18.00")]]


@one_database
async def test_without_a_permission(world: World, tags: Tags) -> None:
    """C14: without the list of prices all goes on; without price orders, or the change itself, nothing leaves and that is told."""
    mug = world.mall.add_goods(sku_code="MUG")
    await tags.add(mug)
    await tags.want((mug, "18"))
    world.mall.scopes -= {ORDERS}
    job_id = await tags.request()
    await run_due(world)
    job = await world.job(job_id)
    assert (job["status"], ORDERS in job["error"]) == ("FAILED", True)
    assert tags.told() == []
    world.mall.scopes |= {ORDERS}
    world.mall.scopes -= {READ, CHANGE}
    assert (await tags.upload())["(prices at Temu)"] == ("SKIPPED", "PERMISSION_MISSING")
    assert (await tags.price(mug))["refusalCode"] == "PERMISSION_MISSING"
    world.mall.scopes |= {CHANGE}
    await tags.want((mug, "18"))
    await tags.upload()
    assert await tags.state(mug) == "UNDER_REVIEW"


@one_database
async def test_what_is_told_of_a_price(world: World, tags: Tags) -> None:
    """A1: who asked for which price is recorded with what it was before, and the product's history tells how it ended."""
    mug = world.mall.add_goods(sku_code="MUG")
    await tags.add(mug)
    await tags.want((mug, "18"))
    await tags.want((mug, "17"))
    world.mall.prices.is_approved_at_once = True
    await tags.upload()
    await tags.follow()
    history = """query($id: ID!) { product(id: $id) { history(first: 20) { nodes { type message before after } }
      channelActions { nodes { kind status subject } } } }"""
    found: dict[str, Any] = await world.api.ask(history, id=tags.ids[mug.sku_id])
    changes = [
        each["before"]["price"] for each in found["history"]["nodes"] if (each["before"] or {}).get("price")
    ]
    assert [each["amount"] for each in changes] == ["18.00", None, None]
    assert "price.accepted" in [each["type"] for each in found["history"]["nodes"]]
    assert found["channelActions"]["nodes"] == [
        {"kind": "CHANGE_PRICE", "status": "SUCCEEDED", "subject": str(mug.goods_id)}
    ]


async def test_prices_from_a_file(world: World, tags: Tags) -> None:
    """M2: each row is an outcome; a trial changes nothing, and the same again neither."""
    mug, cup = world.mall.add_goods(sku_code="MUG"), world.mall.add_goods(sku_code="CUP")
    await tags.add(mug, cup, minimum="15")
    content = 'SKU,Price,Currency,Reason\nMUG,18.5,usd,Costs\nCUP,14,USD,\nNONE,18,USD,\nA,"18,50",USD,\nB,,USD,\nC,18.505,USD,\n'
    failed = dict.fromkeys(["row 4 NONE", "row 5 A", "row 6 B", "row 7 C", "row 3 CUP"], "FAILED")
    tried = await imported(world, "Prices", content, validateOnly=True)
    assert {one["subject"]: one["status"] for one in tried["outcomes"]["nodes"]} == failed | {
        "row 2 MUG": "SUCCEEDED"
    }
    assert await tags.state(mug) == "NONE"
    for code in ("CHANGED", "UNCHANGED"):
        job = await imported(world, "Prices", content)
        assert {one["subject"]: one["code"] for one in job["outcomes"]["nodes"]}["row 2 MUG"] == code
    assert "below the minimum" in messages(job)["row 3 CUP"]
    price = await tags.price(mug)
    assert (price["state"], price["wanted"]["amount"], price["reason"]) == ("PENDING", "18.50", "Costs")
    # What has not left may have another reason.
    assert await tags.want((mug, "18.50"), reason="Freight") == []
    assert (await tags.price(mug))["reason"] == "Freight"
    assert tags.told() == []


@one_database
async def test_no_prices_of_a_semi_managed_mall(world: World, tags: Tags) -> None:
    """C12: said plainly, whatever is asked for."""
    mug = world.mall.add_goods(sku_code="MUG")
    await tags.add(mug)
    async with world.database.write() as session:
        await session.execute(update(Company).values(mall_type=MallType.SEMI_MANAGED))
    errors = [*await tags.want((mug, "18")), *await tags.floor(mug, "15")]
    assert [(each["code"], each["field"]) for each in errors] == [("CONFLICT", ["companyId"])] * 2
    assert "semi-managed" in errors[0]["message"]


@one_database
async def test_who_may_set_a_floor(world: World, tags: Tags) -> None:
    """A5: a key that sets prices doesn't move its own limit."""
    mug = world.mall.add_goods(sku_code="MUG")
    await tags.add(mug)
    operate = await world.key(Role.OPERATE, 1)
    assert await tags.want((mug, "18"), api=operate) == []
    assert (await tags.floor(mug, "1.01", api=operate))[0]["code"] == "FORBIDDEN"


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_floors_while_prices_leave(world: World, tags: Tags) -> None:
    """C6: whoever locks prices of several goods, as setMinimumPrices does, and the job that asks Temu for them never wait for each
    other: the one that comes first has one goods at a time.
    """
    mug, cup = (world.mall.add_goods(sku_code=code) for code in ("MUG", "CUP"))
    await tags.add(cup, mug)
    await tags.want((mug, "18"), (cup, "17"))
    await tags.request()
    await run_due(world, JobType.UPLOAD_PRICES)
    first, last = (ids.decode(tags.ids[one.sku_id], "Product", "id") for one in (cup, mug))
    async with world.database.write() as session:
        actions = await session.scalars(select(ChannelAction).order_by(ChannelAction.id))
        assert [each.subject for each in actions] == [str(mug.goods_id), str(cup.goods_id)]
        await session.execute(text("SET LOCAL lock_timeout = '500ms'"))
        row = select(ProductPrice.product_id).with_for_update()
        await session.execute(row.where(ProductPrice.product_id == first))
        running = asyncio.create_task(run_due(world), context=contextvars.Context())
        await until_one_waits(session)
        await session.execute(row.where(ProductPrice.product_id == last))
    await running
    assert sorted(tags.told()) == sorted([[(mug.sku_id, "18.00")], [(cup.sku_id, "17.00")]])


@one_database
async def test_another_listing(world: World, tags: Tags) -> None:
    """M1: what Temu has of a listing says nothing of another that the product is joined to."""
    mug, cup = world.mall.add_goods(sku_code="MUG"), world.mall.add_goods(sku_code="CUP")
    await tags.add(mug)
    await tags.want((mug, "18"))
    await tags.upload()
    remap = """mutation($input: UpdateWebsitePropertiesInput!) { updateWebsiteProperties(input: $input) { userErrors { code } } }"""
    pair = {"websiteProductId": str(cup.goods_id), "websiteProductVariantId": str(cup.sku_id)}
    assert (await world.api.ask(remap, input={"productId": tags.ids[mug.sku_id]} | pair))["userErrors"] == []
    world.mall.prices.approve(world.mall.prices.orders[0])
    await tags.follow()
    price = await tags.price(mug)
    assert (price["state"], price["channelPrice"]) == ("PENDING", None)
    await tags.upload()
    assert tags.told()[-1] == [(cup.sku_id, "18.00")]
