"""Canaries: values of buyers and tokens that are known, sent through all that Tradewind does, and then looked for everywhere."""

import asyncio
import logging
import re
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
import structlog
from arq.connections import ArqRedis
from sqlalchemy import select

from api.values import ids
from domain import telemetry, tracing
from domain.models import OrderAddress, OrderNote
from domain.models.base import Base
from domain.orders import people_notes
from domain.orders.importing import addresses
from domain.settings import Settings
from tests.fixtures.collector import Collector, collecting
from tests.fixtures.database import one_database
from tests.fixtures.serving import served
from tests.fixtures.world import World, a_world
from tests.journeys.test_buyers import NOTE, REMOVE
from tests.journeys.test_events import DOWNLOAD
from tests.journeys.test_inventory_out import EDIT, PUSH, READ, STOCK, UPSERT
from tests.journeys.test_shipping import CONFIRM, SHIP, UPLOAD, WAREHOUSE
from tests.sandbox.mall import Sandbox

LIST, ADDRESS, AMOUNTS = "bg.order.list.v2.get", "bg.order.shippinginfo.v2.get", "bg.order.amount.query"
CANCELLATIONS, INFO, SKUS = (
    "bg.aftersales.cancel.list.get",
    "bg.open.accesstoken.info.get",
    "bg.local.goods.sku.list.query",
)
SHIPMENT, CARRIERS = "bg.logistics.shipment.v2.get", "bg.logistics.companies.get"
TEST = "mutation($id: ID!) { testSettings(input: {companyId: $id}) { advice userErrors { message } } }"
MATCH = "mutation($id: ID!) { matchWebsiteProperties(input: {companyId: $id, apply: true}) { userErrors { message } } }"
SEARCH = """query($text: String!) { orders(filter: {search: $text}) {
  nodes { id channelOrderId shippingAddress { name line1 phone taxCode } notes { body } } } }"""
# Everything that tells of what went wrong, and may quote what was read.
SEEN = """{ orders(first: 250) { nodes { channelNotices shippingRestrictions notes { body }
    packages { warnings } } }
  companies { nodes { attention { message } queuedJobs(first: 50) { nodes { error
    outcomes(first: 250) { nodes { subject code message } } } } } } }"""
# What a canary is known by, whatever has become of it on its way: each has one of these.
_MARK = re.compile("qzx|5557319", re.IGNORECASE)
_ORDERS = 150


def _buyer(number: int) -> dict[str, str]:
    return {
        "receiptName": f"Qzxname{number:03} Núñez",
        "mobile": f"+1 5557319{number:03} ext. 1{number:03}",
        "mail": f"qzx{number:03}@example.com",
        "addressLine1": f"{number} Qzxstreet Ave",
        "addressLine2": f"c/o Qzxflat{number:03}",
        "regionName2": f"Qzxstate{number:03}",
        "regionName3": f"Qzxcity{number:03}",
        "postCode": f"QZX {number:03}",
        "taxCode": f"QZXTAX{number:03}",
    }


def _quoting(number: int) -> str:
    """Words of Temu's that quote all of a buyer."""
    buyer = _buyer(number)
    return f"order of {buyer['receiptName']} failed: " + ", ".join(buyer.values())


class Told:
    """All that was written to Redis and to the logs."""

    def __init__(self) -> None:
        self.redis: list[str] = []


@asynccontextmanager
async def _monitored(redis: ArqRedis, told: Told) -> AsyncGenerator[None]:
    async with redis.monitor() as monitor:

        async def follow() -> None:
            async for command in monitor.listen():
                told.redis.append(str(command))

        task = asyncio.create_task(follow())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


@pytest.fixture
def logs(capfdbinary: pytest.CaptureFixture[bytes]) -> Iterator[pytest.CaptureFixture[bytes]]:
    """The logs as a server and a worker write them, with all levels on."""
    root = logging.getLogger()
    before, level, ours = root.handlers[:], root.level, structlog.get_config()
    telemetry.configure(log_format="json")
    debug = structlog.make_filtering_bound_logger(logging.DEBUG)
    structlog.configure(wrapper_class=debug, cache_logger_on_first_use=False)
    root.setLevel(logging.DEBUG)
    yield capfdbinary
    root.handlers[:] = before
    root.setLevel(level)
    structlog.configure(**ours)


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    """Where this process sends its traces."""
    with collecting() as collector:
        for name, value in collector.environment().items():
            monkeypatch.setenv(name, value)
        tracing.start("tradewind")
        yield collector
        tracing.stop()


@pytest.fixture
async def canary_world(
    settings: Settings, redis: ArqRedis, sandbox: Sandbox, collector: Collector
) -> AsyncIterator[World]:
    """A mall whose buyers are canaries."""
    mall = sandbox.add_mall(orders=_ORDERS, seed=7)
    for number, order in enumerate(mall.orders.values()):
        order.address |= _buyer(number)
    async with a_world(settings, redis, sandbox, mall) as world:
        yield world


@one_database
async def test_no_canary_leaves_its_table(
    logs: pytest.CaptureFixture[bytes],
    canary_world: World,
    redis: ArqRedis,
    collector: Collector,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A5, A7, A8, J4: what is known of buyers is in one table, and tokens are in none, whatever Temu and callers say."""
    world, told = canary_world, Told()
    replies: list[Any] = []

    async def ask(query: str, **variables: Any) -> Any:
        reply = await world.api.send(query, **variables)
        replies.append(reply)
        return reply.get("data")

    async with _monitored(redis, told):
        await _orders_come_in(world, ask, monkeypatch)
        await _things_go_out(world, ask)
        await _events_come(world)
        await _callers_quote(world, ask, monkeypatch)
        replies.append(await world.api.send(SEEN))
        metrics = (await world.http.get("/metrics")).text
        keys = [(key, await redis.dump(key)) for key in await redis.keys()]
    tracing.stop()
    captured = logs.readouterr()

    rows = await _rows(world)
    async with world.database.read() as session:
        kept = (await session.scalars(select(OrderAddress))).all()
    assert len({address.phone for address in kept}) > _ORDERS // 2
    assert captured.err.count(b"job.broken") == 1
    assert captured.err.count(b"api.broken") == 1
    assert len(told.redis) > 10
    assert len(collector.spans) > _ORDERS
    everywhere = {
        **{f"table {name}": text for name, text in rows.items() if name != OrderAddress.__tablename__},
        "Redis": str(told.redis) + str(keys),
        "logs": (captured.err + captured.out).decode(errors="replace"),
        "metrics": metrics,
        "replies": str(replies),
        "traces": str([span.text for span in collector.spans]),
    }
    tokens = f"{world.mall.token}|{world.sandbox.app_secret}|{world.api._key}"
    secrets = re.compile(f"{_MARK.pattern}|{tokens}", re.IGNORECASE)
    found = {place: text[max(0, hit.start() - 200) : hit.end() + 80] for place, text in everywhere.items()
             if (hit := secrets.search(text))}  # fmt: skip
    assert not found

    removed = await world.api.ask(REMOVE, id=world.company_id, name="Nordlicht")
    assert removed["userErrors"] == []
    while not await world.sweeper()[1].clean():
        pass
    assert not [name for name, text in (await _rows(world)).items() if _MARK.search(text)]


async def _rows(world: World) -> dict[str, str]:
    """Every table as text. What a person has noted is the person's."""
    async with world.database.read() as session:
        tables = {t.name: str((await session.execute(select(t))).all()) for t in Base.metadata.sorted_tables}
        ours = select(OrderNote.body, OrderNote.author, OrderNote.event).where(OrderNote.event.is_not(None))
        return tables | {OrderNote.__tablename__: str((await session.execute(ours)).all())}


async def _orders_come_in(world: World, ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Imports with every kind of fault, requests to cancel, changes of address, and a handler that breaks."""
    add, mall = world.sandbox.faults.add, world.mall
    orders = list(mall.orders.values())
    unshipped = [order for order in orders if order.status == 2]
    add("error", interface=LIST, code=4_000_000, message=_quoting(1))
    add("http_status", interface=LIST, status=502, body=_quoting(1))
    add("html", interface=ADDRESS)
    for code in (120_012_016, 7_000_000, 4_000_000, 180_020_003):
        add("error", interface=ADDRESS, code=code, message=_quoting(2), skip=3, times=4)
    add("inner_failure", interface=AMOUNTS, code=140_020_002, message=_quoting(3), times=3)
    add("error", interface=CANCELLATIONS, code=130_010_001, message=_quoting(4))
    add("wrong_type", interface=ADDRESS, field="receiptName", order=unshipped[0].number, times=None)
    add("wrong_type", interface=AMOUNTS, field="parentOrderMap.customerPaid", order=unshipped[1].number)
    add("unknown_status", order=unshipped[2].number)
    mall.mark(
        unshipped[3].number,
        labels={"Qzxname003 Núñez": 1},
        fulfillment_warnings=[
            "Leave at 3 Qzxstreet Ave",
            "RESTRICT_SELF_SHIPPING: Qzxname003",
            "SUGGEST_SIGNATURE",
        ],
        restriction="Qzxname003 Núñez lives too far away",
    )
    mall.mark(unshipped[4].number, restriction=5557319004)
    with mall.sandbox.lock:
        nameless = unshipped[5]
        nameless.number = "Qzxname005 Núñez"
    await world.import_orders()
    nameless.number = next(number for number, order in mall.orders.items() if order is nameless)

    asked = mall.request_cancel(unshipped[6].number)
    mall.change_address(unshipped[7].number, addressLine1="99 Qzxstreet Ave", receiptName="Qzxnew Name")
    await world.import_orders()
    mall.withdraw_cancel(asked)
    mall.cancel(unshipped[8].number)
    mall.change_address(unshipped[7].number, taxCode="QZXTAX999")

    def breaks(message: Any, **_: Any) -> Any:
        raise ValueError(f"{message.receipt_name} of {message.address_line1}")

    with monkeypatch.context() as patch:
        patch.setattr(addresses, "read_address", breaks)
        job = await world.import_orders()
    assert job["status"] == "FAILED"
    world.sandbox.faults.clear()
    await world.import_orders()
    await ask(TEST, id=world.company_id)


async def _things_go_out(world: World, ask: Any) -> None:
    """Mapping, stock and tracking, with refusals that quote, and a token that Temu refuses in the end."""
    add, mall, company = world.sandbox.faults.add, world.mall, world.company_id
    goods = mall.goods[:5]
    products = [
        {
            "sku": one.sku_code,
            "websiteProductId": str(one.goods_id),
            "websiteProductVariantId": str(one.sku_id),
        }
        for one in goods
    ]
    made = await ask(UPSERT, id=company, products=products)
    warehouse = (await ask(WAREHOUSE, name="Kiel"))["createWarehouse"]["warehouse"]["id"]
    levels = [
        {"productId": product["id"], "warehouseId": warehouse, "onHand": 500}
        for product in made["upsertProducts"]["products"]
    ]
    await ask(STOCK, input={"levels": levels})
    add("error", interface=SKUS, code=2_000_000, message=_quoting(5))
    await ask(MATCH, id=company)
    for interface in (EDIT, READ):
        add("error", interface=interface, code=150_010_003, message=_quoting(6), times=2)
    await ask(PUSH, input={"companyId": company})
    await world.run_jobs()

    shipped = 0
    known = await world.orders()
    for order in mall.orders.values():
        if order.status == 2 and order.number in known and shipped < 8:
            number = f"TRACK{10_000_000 + shipped}"
            payload = await ask(SHIP, input=_package(known[order.number].id, warehouse, number))
            shipped += not payload["shipOrder"]["userErrors"]
            mall.number_warnings[number] = f"{number} isn't known. {_quoting(7)}"
    assert shipped == 8
    add("error", interface=CONFIRM, code=120_014_022, message=_quoting(8), times=2)
    add("error", interface=CONFIRM, code=120_012_004, message=_quoting(8), skip=2)
    add("error", interface=SHIPMENT, code=2_000_000, message=_quoting(9))
    add("drop_after", interface=CONFIRM, skip=3)
    await ask(UPLOAD, input={"companyId": company})
    await world.run_jobs()
    add("error", interface=CARRIERS, code=3_000_031, message=f"{world.mall.token} {_quoting(9)}", times=None)
    add("error", interface=INFO, code=3_000_031, message=f"{world.mall.token} {_quoting(9)}", times=None)
    await ask(TEST, id=company)
    world.sandbox.faults.clear()
    await ask(TEST, id=company)


def _package(order: int, warehouse: str, number: str) -> dict[str, Any]:
    package = {"warehouseId": warehouse, "carrier": "UPS", "trackingNumber": number}
    return {"orderId": ids.encode("Order", order), "packages": [package]}


async def _events_come(world: World) -> None:
    await world.api.ask(DOWNLOAD, id=world.company_id, on=True)
    await world.import_orders()
    async with served(world) as url:
        world.sandbox.events.push_to(f"{url}/events/temu", form="query")
        order = world.mall.add_order(address=_buyer(900))
        world.mall.change_address(order.number, addressLine1="1 Qzxstreet Ave")
        await asyncio.to_thread(world.sandbox.events.settle)
    await world.run_jobs()
    forged = {"x-tm-signature": "qzx", "x-tm-event-code": "Qzxname", "x-tm-app-key": "qzx"}
    assert (await world.http.post("/events/temu", content=_quoting(10), headers=forged)).status_code >= 400


async def _callers_quote(world: World, ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Callers search for buyers and note what they say: they are answered, and nothing else tells of it."""
    found = (await world.api.send(SEARCH, text="qzxname"))["data"]["orders"]["nodes"]
    assert len(found) == 50
    note = {"id": found[0]["id"], "body": f"{found[0]['shippingAddress']['name']} rang."}
    assert (await world.api.send(NOTE, **note))["data"]["addOrderNote"]["userErrors"] == []
    for wrong in ({"id": "Qzxname012", "body": "Qzxname"}, {"id": found[0]["id"], "body": "Qzx\0"}):
        await ask(NOTE, **wrong)
    await world.api.send("query($n: Int!) { orders(first: $n) { nodes { id } } }", n="Qzxname012")

    async def breaks(session: Any, *, body: str, **_: Any) -> Any:
        raise ValueError(body) from KeyError(body)

    with monkeypatch.context() as patch:
        patch.setattr(people_notes, "add", breaks)
        await ask(NOTE, **note)
