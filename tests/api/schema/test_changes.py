"""Following what changes, over real sockets."""

import asyncio
import json
import re
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import update
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from api.values import ids
from domain import clock
from domain.access import key_cache
from domain.changes import cursors
from domain.changes.log import Position
from domain.models import ApiKey, Company, InventoryLevel, Order, OrderStatus, Role
from tests.factories import make_company, make_level, make_order, make_product, make_warehouse
from tests.fixtures.database import one_database
from tests.fixtures.serving import served
from tests.fixtures.world import IMPORT, World

ORDERS = """subscription($c: ID, $a: String) { ordersChanged(companyId: $c, after: $a) {
  cursor changes { orderId types order { channelOrderId status company { name } items { title } } } } }"""
PRODUCTS = """subscription($a: String) { productsChanged(after: $a) {
  cursor changes { productId types product { name availableQuantity } } } }"""
INVENTORY = """subscription($a: String) { inventoryChanged(after: $a) {
  cursor changes { types product { sku availableQuantity stockExplanation { availableQuantity warehouses { warehouse { name } } } } } } }"""
JOBS = """subscription($a: String) { queuedJobsChanged(after: $a) {
  cursor changes { jobId types job { status progress { total } } } } }"""
JOBS_OF = "subscription($c: ID) { queuedJobsChanged(companyId: $c) { cursor } }"
ATTENTION = """subscription($c: ID) { attentionChanged(companyId: $c) { companies { name attention { code count } } } }"""


class Socket:
    """A WebSocket of one key."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    async def subscribe(self, number: int, query: str, **variables: Any) -> None:
        """Ask for something to follow."""
        payload = {"query": query, "variables": variables}
        await self._socket.send(json.dumps({"type": "subscribe", "id": str(number), "payload": payload}))

    async def message(self) -> Any:
        """Whatever comes next."""
        async with asyncio.timeout(20):
            return json.loads(await self._socket.recv())

    async def event(self) -> Any:
        """The only field of the next event."""
        message = await self.message()
        assert message["type"] == "next", message
        assert "errors" not in message["payload"], message
        (event,) = message["payload"]["data"].values()
        return event

    async def until(self, count: int) -> list[Any]:
        """The changes of so many objects."""
        changes: list[Any] = []
        while len(changes) < count:
            changes += (await self.event())["changes"]
        return changes

    async def code(self) -> str:
        """The code of the error with which a subscription ends at once."""
        message = await self.message()
        assert (await self.message())["type"] == "complete"
        (error,) = message["payload"]["errors"]
        return str(error["extensions"]["code"])


@asynccontextmanager
async def _socket(url: str, key: str) -> AsyncGenerator[Socket]:
    address = url.replace("http", "ws") + "/graphql"
    async with connect(address, subprotocols=[Subprotocol("graphql-transport-ws")]) as socket:
        await socket.send(
            json.dumps({"type": "connection_init", "payload": {"Authorization": f"Bearer {key}"}})
        )
        assert json.loads(await socket.recv())["type"] == "connection_ack"
        yield Socket(socket)


@pytest.fixture
async def url(world: World) -> AsyncGenerator[str]:
    """Where the world's API is served."""
    async with served(world, ws="websockets-sansio") as url:
        yield url


async def test_each_kind_is_followed(world: World, url: str) -> None:
    """A1, A3: orders, products, stock and jobs are told as they are now, each once, with what happened to them; with a cursor
    what changed since; over a WebSocket and as an event stream.
    """
    key = world.api._key
    async with AsyncExitStack() as stack:
        orders, products, inventory, jobs = [
            await stack.enter_async_context(_socket(url, key)) for _ in range(4)
        ]
        begun = []
        for socket, query in ((orders, ORDERS), (products, PRODUCTS), (inventory, INVENTORY), (jobs, JOBS)):
            await socket.subscribe(1, query)
            begun.append(await socket.event())
        async with world.database.write() as session:
            company = await session.get_one(Company, 1)
            other = await make_company(session, name="Sued")
            warehouse = await make_warehouse(session, name="Here")
            product = await make_product(session, company, sku="A", name="Apple")
            await make_product(session, other, sku="S", name="Same", shadow_of_id=product.id)
            await make_level(session, product, warehouse, 5)
            order = await make_order(session, company, channel_order_id="PO-1")
        job_id = (await world.api.ask(IMPORT, input={"companyId": world.company_id}))["job"]["id"]
        (made,), told = await orders.until(1), await products.until(2)
        stock, (job,) = await inventory.until(2), await jobs.until(1)
        async with world.database.write() as session:
            await session.execute(update(Order).values(status=OrderStatus.ON_HOLD))
            await session.execute(update(Order).values(status=OrderStatus.CANCELLED))
            await session.execute(update(InventoryLevel).values(on_hand=3))
        await jobs.subscribe(2, INVENTORY, a=begun[2]["cursor"])
        again: dict[str, Any] = {}
        while {each["availableQuantity"] for each in again.values()} != {3}:
            again |= {each["product"]["sku"]: each["product"] for each in (await jobs.event())["changes"]}
        headers = {"Authorization": f"Bearer {key}", "Accept": "text/event-stream"}
        asked = {"query": ORDERS, "variables": {"a": begun[0]["cursor"]}}
        async with (
            httpx.AsyncClient(base_url=url, headers=headers, timeout=20) as client,
            client.stream("POST", "/graphql", json=asked) as stream,
        ):
            streamed, parts = "", stream.aiter_text()
            while "ORDER_CANCELLED" not in streamed:
                streamed += await anext(parts)

    assert [each["changes"] for each in begun] == [[]] * 4
    as_it_is = {
        "channelOrderId": "PO-1",
        "status": "IN_PROCESS",
        "company": {"name": "Nordlicht"},
        "items": [],
    }
    assert made == {"orderId": ids.encode("Order", order.id), "types": ["ORDER_CREATED"], "order": as_it_is}
    assert [(each["types"], each["product"]["name"]) for each in told] == [
        (["PRODUCT_CREATED"], "Apple"),
        (["PRODUCT_CREATED"], "Same"),
    ]
    assert [(each["types"], each["product"]["sku"]) for each in stock] == [
        (["INVENTORY_CHANGED"], "A"),
        (["INVENTORY_CHANGED"], "S"),
    ]
    assert (job["jobId"], job["types"], job["job"]["status"]) == (job_id, ["JOB_CREATED"], "QUEUED")
    assert list(again) == ["A", "S"]
    assert again["S"]["stockExplanation"] == {
        "availableQuantity": 3,
        "warehouses": [{"warehouse": {"name": "Here"}}],
    }
    # As one, or as two where the reader had come no further.
    assert re.findall(r"ORDER_\w+", streamed) == ["ORDER_CREATED", "ORDER_ON_HOLD", "ORDER_CANCELLED"]
    assert '"status":"CANCELLED"' in streamed


@one_database
async def test_whose_changes(world: World, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A5, A2: a key is told of its companies alone; another's company is like none, a cursor that is none or too old is refused
    with a code of its own, and a key that is revoked ends what it follows.
    """
    monkeypatch.setattr(key_cache, "TRUSTED_SECONDS", 0.02)
    world.app.state.keys = key_cache.KeyCache(world.database, trusted_seconds=0)
    async with world.database.write() as session:
        company, other = await session.get_one(Company, 1), await make_company(session, name="Sued")
    another, none = ids.encode("Company", other.id), ids.encode("Company", 99)
    old = cursors.encode(Position(0, 0), moment=clock.now() - timedelta(days=31))
    ahead = cursors.encode(Position(2**40, 1), moment=clock.now())
    keys = {"all": world.api._key, "own": (await world.key(Role.READ, 1))._key}
    async with AsyncExitStack() as stack:
        own, theirs, everybody, refused = [
            await stack.enter_async_context(_socket(url, keys[name])) for name in ("own", "all", "all", "own")
        ]
        codes = []
        for number, given in enumerate(
            ({"c": another}, {"c": none}, {"c": "x"}, {"a": "x"}, {"a": old}, {"a": ahead})
        ):
            await refused.subscribe(number, ORDERS, **given)
            codes.append(await refused.code())
        for number, query in enumerate((ATTENTION, JOBS_OF), 10):
            await refused.subscribe(number, query, c=another)
            codes.append(await refused.code())
        await own.subscribe(1, ORDERS)
        await theirs.subscribe(1, ORDERS, c=another)
        await everybody.subscribe(1, ORDERS)
        for socket in (own, theirs, everybody):
            assert (await socket.event())["changes"] == []
        async with world.database.write() as session:
            await make_order(session, other, channel_order_id="THEIRS")
            await make_order(session, company, channel_order_id="OWN")
        told = [
            [each["order"]["channelOrderId"] for each in await socket.until(count)]
            for socket, count in ((own, 1), (theirs, 1), (everybody, 2))
        ]
        async with world.database.write() as session:
            await session.execute(update(ApiKey).where(ApiKey.id == 2).values(revoked_at=clock.now()))
        ended = await own.code()

    assert codes == ["NOT_FOUND"] * 3 + ["BAD_USER_INPUT"] + ["CURSOR_EXPIRED"] * 2 + ["NOT_FOUND"] * 2
    assert told == [["OWN"], ["THEIRS"], ["THEIRS", "OWN"]]
    assert ended == "UNAUTHENTICATED"


async def test_attention_is_followed(world: World, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """C11, A5: the present items come at once, and those of a company whose items changed, each time they do."""
    monkeypatch.setattr(world.app.state.attention, "_every_seconds", 0.02)
    async with world.database.write() as session:
        other = await make_company(session, name="Sued")
        warehouse = await make_warehouse(session)
    async with (
        _socket(url, world.api._key) as everybody,
        _socket(url, (await world.key(Role.READ, 1))._key) as own,
    ):
        await everybody.subscribe(1, ATTENTION)
        await own.subscribe(1, ATTENTION)
        at_first = [
            [each["name"] for each in (await socket.event())["companies"]] for socket in (everybody, own)
        ]
        async with world.database.write() as session:
            product = await make_product(session, other)
            await make_level(session, product, warehouse, 1)
        (changed,) = (await everybody.event())["companies"]
        await own.subscribe(2, ATTENTION, c=world.company_id)
        (again,) = (await own.event())["companies"]

    assert at_first == [["Nordlicht", "Sued"], ["Nordlicht"]]
    assert (changed["name"], again["name"]) == ("Sued", "Nordlicht")
    assert {"code": "UNMAPPED_PRODUCTS", "count": 1} in changed["attention"]


@one_database
async def test_many_are_told_by_one_statement(world: World, url: str) -> None:
    """A8: twenty that follow the same, with cursors of their own, cost one statement for what changed."""
    async with world.database.write() as session:
        company = await session.get_one(Company, 1)
    statements: list[str] = []
    rows = world.database._raw.rows

    async def counted(sql: str, values: Any, *, companies: str) -> Any:
        statements.append(sql)
        return await rows(sql, values, companies=companies)

    async with _socket(url, world.api._key) as first, _socket(url, world.api._key) as second:
        await first.subscribe(0, ORDERS)
        cursor = (await first.event())["cursor"]
        for number in range(1, 20):
            await (first, second)[number % 2].subscribe(number, ORDERS, a=cursor, c=world.company_id)
        for number in range(1, 20):
            assert (await (first, second)[number % 2].event())["changes"] == []
        world.database._raw.rows = counted  # type: ignore[method-assign]
        async with world.database.write() as session:
            for number in range(3):
                await make_order(session, company, channel_order_id=f"PO-{number}")
        told = [await (first, second)[number % 2].until(3) for number in range(1, 20)]

    assert all(each == told[0] for each in told)
    # One for whoever follows all companies, one for those who follow this one; keys are looked up by others.
    assert len([sql for sql in statements if "FROM orders" in sql]) == 2
