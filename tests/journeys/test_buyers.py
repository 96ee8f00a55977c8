"""What is kept of buyers: erased and handed over on demand, erased when its time is over, and gone with its company."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from api.values import ids
from domain import clock
from domain.buyers import retention
from domain.buyers.erasure import ERASED_NOTE, STAYS
from domain.models import (
    AccessToken,
    Company,
    Order,
    OrderAddress,
    OrderStatus,
    Reservation,
    Role,
)
from tests.domain.orders.looking import ADDRESS
from tests.fixtures.database import one_database
from tests.fixtures.world import IMPORT, JOB, TOKEN, Api, World

ERASE = """mutation($id: ID!) { eraseBuyer(input: {orderId: $id}) {
  erasedCount userErrors { code message field }
  orders { channelOrderId total { amount } shippingAddress { name line1 countryCode erasedAt } heldBecause notes { body author } } } }"""
EXPORT = """mutation($id: ID!) { exportBuyer(input: {orderId: $id}) {
  userErrors { code }
  data { orderId name nameFolded phone line1 line2 city district region postalCode countryCode taxCode taxCodeType
    erasedAt heldBecause notes { body author } } orders { channelOrderId } } }"""
NOTE = "mutation($id: ID!, $body: String!) { addOrderNote(input: {orderId: $id, body: $body}) { userErrors { code } } }"
REMOVE = """mutation($id: ID!, $name: String!) { removeCompany(input: {companyId: $id, name: $name}) {
  company { removedAt settings { storePlugin allowOrderDownload accessToken { status } } attention { code }
    orders { nodes { total { amount } shippingAddress { name erasedAt } } } }
  userErrors { code message field } } }"""
FOUND = "query($text: String!) { orders(filter: {search: $text}) { nodes { channelOrderId } } }"
_DELIVERED, _UNSHIPPED = 5, 2
_WHO = {"receiptName": "José Núñez", "mobile": "+1 5550199", "addressLine1": "7 Oak Lane", "taxCode": "TX-1"}


async def _ids(world: World) -> dict[str, str]:
    return {number: ids.encode("Order", order.id) for number, order in (await world.orders()).items()}


async def _addresses(world: World) -> dict[int, OrderAddress]:
    async with world.database.read() as session:
        return {row.order_id: row for row in await session.scalars(select(OrderAddress))}


def _kept(address: OrderAddress) -> dict[str, Any]:
    columns = [column.name for column in OrderAddress.__table__.columns if column.name not in STAYS]
    return {name: value for name in columns if (value := getattr(address, name)) is not None}


async def _erase_while_asked_about(world: World, api: Api, order_id: str) -> Any:
    """The answer of eraseBuyer at a moment at which an import has asked Temu for an address."""
    loop, answers = asyncio.get_running_loop(), list[Any]()

    def erase() -> None:
        answers.append(asyncio.run_coroutine_threadsafe(api.ask(ERASE, id=order_id), loop).result())

    world.sandbox.before(ADDRESS, world.sandbox.ledger.count(ADDRESS) + 1, erase)
    await world.import_orders()
    (answer,) = answers
    return answer


async def test_a_buyer_is_erased_and_stays_so(world: World) -> None:
    """A5, O13: in all orders of the same recipient and in no other; no import, change or event brings it back."""
    add = world.mall.add_order
    shipped = [add(status=_UNSHIPPED, address=_WHO), add(address={**_WHO, "receiptName": "JOSE NUÑEZ"})]
    alike = [
        add(status=_UNSHIPPED, address={**_WHO, "mobile": "+1 5550100"}),
        add(status=_UNSHIPPED, address={**_WHO, "receiptName": "José Núñez Jr"}),
    ]
    await world.import_orders()
    others = await world.new_company("Südwind", world.sandbox.add_mall(seed=2))
    world.sandbox.malls[1].add_order(status=_UNSHIPPED, address=_WHO)
    home, world.company_id = world.company_id, others
    await world.import_orders()
    world.company_id = home
    order_ids = await _ids(world)
    first = order_ids[shipped[0].number]
    bound = await world.key(Role.ADMINISTER, ids.decode(home, "Company", "id"))
    assert (await world.api.ask(NOTE, id=first, body="José rang: leave it at Núñez's door"))[
        "userErrors"
    ] == []

    refused = (await bound.ask(ERASE, id=first))["userErrors"]
    assert [(e["code"], e["field"]) for e in refused] == [("CONFLICT", ["orderId"])]
    assert all(order.number in refused[0]["message"] for order in shipped)
    assert not any(order.number in refused[0]["message"] for order in alike)
    foreign = order_ids[next(iter(world.sandbox.malls[1].orders))]
    assert (await bound.ask(ERASE, id=foreign))["userErrors"][0]["code"] == "NOT_FOUND"

    world.mall.change_address(shipped[0].number, addressLine1="9 New Road")
    held = {"held_at": clock.now(), "held_because": "José calls."}
    async with world.database.write() as session:
        await session.execute(update(Order).values(status=OrderStatus.COMPLETED, address_wanted=True, **held))
    exported = await bound.ask(EXPORT, id=first)
    assert {row["orderId"] for row in exported["data"]} == {order_ids[order.number] for order in shipped}
    assert [note["body"] for row in exported["data"] for note in row["notes"]] == [
        "José rang: leave it at Núñez's door"
    ]
    assert {row["heldBecause"] for row in exported["data"]} == {"José calls."}
    answer = await _erase_while_asked_about(world, bound, first)
    assert (answer["erasedCount"], answer["userErrors"]) == (2, [])
    assert {order["channelOrderId"] for order in answer["orders"]} == {order.number for order in shipped}
    for order in answer["orders"]:
        assert order["total"] is not None
        address = order["shippingAddress"]
        assert (address["name"], address["line1"], address["countryCode"]) == (None, None, "US")
        assert address["erasedAt"] is not None
    assert {note["body"] for order in answer["orders"] for note in order["notes"]} == {ERASED_NOTE}
    assert {order["heldBecause"] for order in answer["orders"]} == {ERASED_NOTE}
    assert await world.api.ask(FOUND, text="oak") == {"nodes": []}

    again = await bound.ask(ERASE, id=first)
    assert (again["erasedCount"], again["userErrors"], again["orders"]) == (0, [], [])
    async with world.database.write() as session:
        await session.execute(update(Order).values(status=OrderStatus.IN_PROCESS, address_wanted=True))
    world.mall.change_address(shipped[1].number, mobile="+1 5550177")
    await world.import_orders()
    addresses = await _addresses(world)
    by_number = {number: addresses[order.id] for number, order in (await world.orders()).items()}
    assert [_kept(by_number[order.number]) for order in shipped] == [{}, {}]
    assert all(_kept(by_number[order.number]) for order in alike)
    assert _kept(by_number[next(iter(world.sandbox.malls[1].orders))])["name"] == "José Núñez"


@one_database
async def test_an_export_holds_every_column(world: World) -> None:
    """A5: whatever column an address has is exported, and only with the role for it."""
    order = world.mall.add_order(address=_WHO)
    await world.import_orders()
    (order_id,) = (await _ids(world)).values()
    async with world.database.write() as session:
        columns = [c.name for c in OrderAddress.__table__.columns if c.name not in {"order_id", "erased_at"}]
        await session.execute(update(OrderAddress).values({name: f"is {name}" for name in columns}))

    (row,) = (await world.api.ask(EXPORT, id=order_id))["data"]
    told = {value for value in row.values() if isinstance(value, str)}
    assert told == {order_id, *(f"is {name}" for name in columns)}, order
    operator = await world.key(Role.OPERATE)
    assert (await operator.ask(EXPORT, id=order_id))["userErrors"] == [{"code": "FORBIDDEN"}]
    assert (await operator.ask(ERASE, id=order_id))["userErrors"][0]["code"] == "FORBIDDEN"


async def test_buyers_are_kept_so_long(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """J7, A5: so many days after delivery the sweeper erases them, batch by batch; counts and amounts stay."""
    monkeypatch.setattr(retention, "BATCH", 2)
    delivered = [world.mall.add_order(status=_DELIVERED, address=_WHO) for _ in range(5)]
    cancelled, lost, open_ = (world.mall.add_order(address=_WHO) for _ in range(3))
    await world.import_orders()
    world.mall.cancel(cancelled.number)
    await world.import_orders()
    orders = await world.orders()
    assert {n for n, order in orders.items() if order.ended_at} == {o.number for o in [*delivered, cancelled]}
    totals = {number: order.total_amount for number, order in orders.items()}
    assert all(totals.values())
    _, sweeper = world.sweeper()
    await sweeper.clean()
    assert all(order.keeps_buyer for order in (await world.orders()).values())

    long_ago = clock.now() - timedelta(days=181)
    gone = {order.number for order in [*delivered[:3], cancelled]}
    async with world.database.write() as session:
        old = Order.channel_order_id.in_(gone)
        await session.execute(update(Order).where(old).values(ended_at=long_ago))
        for number, days in ((lost.number, 241), (open_.number, 239)):
            was = clock.now() - timedelta(days=days)
            moments = update(Order).where(Order.channel_order_id == number)
            await session.execute(moments.values(ordered_at=was - timedelta(days=9), latest_ship_at=was))
    while not await sweeper.clean():
        pass
    orders, addresses = await world.orders(), await _addresses(world)
    erased = {number for number, order in orders.items() if addresses[order.id].erased_at is not None}
    assert erased == gone | {lost.number}
    assert erased == {number for number, order in orders.items() if not order.keeps_buyer}
    assert all(bool(_kept(addresses[order.id])) == (n not in erased) for n, order in orders.items())
    assert {number: order.total_amount for number, order in orders.items()} == totals
    found = await world.api.ask(FOUND, text="nunez")
    assert {node["channelOrderId"] for node in found["nodes"]} == set(orders) - erased


async def test_a_company_is_removed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """C10, A5: its tokens and buyers go, its jobs stop, its mall is free; what it has can be read, and nothing be changed."""
    monkeypatch.setattr(retention, "BATCH", 2)
    orders = [world.mall.add_order(address=_WHO) for _ in range(5)]
    await world.import_orders()
    number = ids.decode(world.company_id, "Company", "id")
    bound = await world.key(Role.ADMINISTER, number)
    waiting = (await world.api.ask(IMPORT, input={"companyId": world.company_id}))["job"]["id"]
    async with world.database.write() as session:
        await session.execute(update(Order).values(address_wanted=True))

    wrong = (await world.api.ask(REMOVE, id=world.company_id, name="Nordwind"))["userErrors"]
    assert [(e["code"], e["field"]) for e in wrong] == [("CONFLICT", ["name"])]
    forbidden = await bound.ask(REMOVE, id=world.company_id, name="Nordlicht")
    assert forbidden["userErrors"][0]["code"] == "FORBIDDEN"
    assert (await world.job(waiting))["status"] == "QUEUED"

    removed, again = [await world.api.ask(REMOVE, id=world.company_id, name="Nordlicht") for _ in range(2)]
    assert removed["userErrors"] == again["userErrors"] == []
    assert removed["company"]["removedAt"] == again["company"]["removedAt"]
    company = removed["company"]
    assert company["removedAt"] is not None
    assert company["settings"] == {
        "storePlugin": None, "allowOrderDownload": False, "accessToken": {"status": "MISSING"},
    }  # fmt: skip
    assert company["attention"] == []
    nodes = company["orders"]["nodes"]
    assert len(nodes) == len(orders)
    assert all(node["total"] for node in nodes)
    assert (await world.job(waiting))["status"] == "CANCELLED"

    _, sweeper = world.sweeper()
    await sweeper.clean()
    assert not any(map(_kept, (await _addresses(world)).values()))
    async with world.database.read() as session:
        assert await session.scalar(select(func.count()).select_from(Reservation)) == 0
        assert await session.scalar(select(func.count()).select_from(AccessToken)) == 0
        wanted = select(Order.id).where(Order.address_wanted | Order.amounts_wanted | Order.keeps_buyer)
        assert await session.scalar(wanted) is None

    order_id = ids.encode("Order", (await world.orders())[orders[0].number].id)
    for refused in (
        await bound.ask(IMPORT, input={"companyId": world.company_id}),
        await world.api.ask(TOKEN, id=world.company_id, token=world.mall.token),
        await bound.ask(NOTE, id=order_id, body="hello"),
        await world.api.ask(
            "mutation($id: ID!) { retryQueuedJob(input: {jobId: $id}) { userErrors { code } } }", id=waiting
        ),
    ):
        assert [error["code"] for error in refused["userErrors"]] == ["CONFLICT"]
    assert (await bound.ask(JOB, id=waiting))["status"] == "CANCELLED"
    assert (await bound.ask(ERASE, id=order_id))["userErrors"] == []

    heir = await world.new_company("Nordlicht", world.mall)
    async with world.database.read() as session:
        malls = (await session.scalars(select(Company.mall_id).order_by(Company.id))).all()
    assert (heir != world.company_id, malls) == (True, [None, str(world.mall.mall_id)])
