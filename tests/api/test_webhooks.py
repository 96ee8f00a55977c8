"""POST /events/temu as Temu meets it: what is taken, what is refused, and that a refusal changes nothing."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import httpx
import pytest
from sqlalchemy import event, func, select, update

from api.app import create_app
from domain import clock
from domain.models import ChannelEvent, Company, JobTrigger, JobType, QueuedJob
from domain.settings import Settings
from tests.api.looking import stored
from tests.fixtures.database import one_database
from tests.fixtures.serving import served
from tests.fixtures.world import World
from tests.sandbox.events import Form, Message

# What Temu answers is the same to both; tests of what is written run on both elsewhere.
pytestmark = one_database

URL = "/events/temu"
CHANGED = "bg_order_status_change_event"
DOWNLOAD = """mutation($id: ID!, $on: Boolean!) {
  updateCompanySettings(input: {companyId: $id, allowOrderDownload: $on}) { userErrors { code } } }"""


@pytest.fixture
async def open_world(world: World) -> World:
    """A company whose orders come in by themselves."""
    await world.api.ask(DOWNLOAD, id=world.company_id, on=True)
    return world


def _message(world: World, number: str = "PO-211-1", **how: Any) -> Message:
    return world.sandbox.events.message(
        CHANGED, {"mallId": world.mall.mall_id, "parentOrderSn": number}, **how
    )


async def _post(world: World, message: Message, **headers: str) -> httpx.Response:
    all_headers = {"Content-Type": "application/json", **message.headers, **headers}
    # The world's own client carries no key: none is needed, and none is looked at.
    return await world.http.post(URL, content=message.body, headers=all_headers)


async def _kept(world: World) -> tuple[int, int]:
    """How many events and jobs there are."""
    async with world.database.read() as session:
        events = await session.scalar(select(func.count()).select_from(ChannelEvent))
        jobs = await session.scalar(select(func.count()).select_from(QueuedJob))
    return events or 0, jobs or 0


async def _jobs(world: World) -> list[QueuedJob]:
    async with world.database.read() as session:
        return list(await session.scalars(select(QueuedJob).order_by(QueuedJob.id)))


@pytest.mark.parametrize("form", ["plain", "plain without extra", "query", "equals"])
async def test_an_event_is_stored_with_its_import(open_world: World, form: Form) -> None:
    """O14: an event is answered with 200 once it is stored and an import of just its order is asked for."""
    message = _message(open_world, form=form)

    reply = await _post(open_world, message)

    assert (reply.status_code, reply.json()) == (200, {"result": {}})
    [job] = await _jobs(open_world)
    assert (job.type, job.trigger) == (JobType.IMPORT_ORDERS, JobTrigger.EVENT)
    assert job.arguments["order_numbers"] == ["PO-211-1"]
    async with open_world.database.read() as session:
        stored_event = (await session.scalars(select(ChannelEvent))).one()
    assert (
        stored_event.code,
        stored_event.mall_id,
        stored_event.parent_order_number,
        stored_event.job_id,
    ) == (
        CHANGED,
        str(open_world.mall.mall_id),
        "PO-211-1",
        job.id,
    )
    assert int(stored_event.sent_at.timestamp() * 1000) == int(message.headers["x-tm-timestamp"])
    assert open_world.sandbox.ledger.of("bg.order.list.v2.get") == []


async def test_a_repeated_event(open_world: World) -> None:
    """O14: the same push again is answered with 200 and does nothing, also a hundred at once and after its import."""
    message = _message(open_world)

    replies = await asyncio.gather(*(_post(open_world, message) for _ in range(100)))
    await open_world.run_jobs()
    late = await _post(open_world, message)

    assert {reply.status_code for reply in [*replies, late]} == {200}
    assert await _kept(open_world) == (1, 1)


async def test_events_of_one_mall_share_a_job(open_world: World) -> None:
    """O14: what happens while an import of single orders waits is added to it; what it has begun is not."""
    for number in ("PO-1", "PO-2", "PO-3"):
        assert (await _post(open_world, _message(open_world, number))).status_code == 200
    assert (await _post(open_world, _message(open_world, "PO-2", extra='{"n":2}'))).status_code == 200
    [job] = await _jobs(open_world)
    assert job.arguments["order_numbers"] == ["PO-1", "PO-2", "PO-3"]

    await open_world.run_jobs()
    moment = int((clock.now() + timedelta(seconds=1)).timestamp() * 1000)
    await _post(open_world, _message(open_world, "PO-2", timestamp=moment))

    assert [job.arguments["order_numbers"] for job in await _jobs(open_world)] == [
        ["PO-1", "PO-2", "PO-3"],
        ["PO-2"],
    ]


async def test_no_event_is_lost_while_jobs_begin(open_world: World) -> None:
    """O14: of events that come while workers begin and end imports, each order is in one that begins after it came."""
    orders = [open_world.mall.add_order().number for _ in range(40)]
    coming = asyncio.create_task(_post_all(open_world, orders))
    while not coming.done():
        await open_world.run_jobs()
        await asyncio.sleep(0)
    await coming
    await open_world.run_jobs()

    assert set(await open_world.orders()) == set(orders)
    assert (await _kept(open_world))[0] == 40
    told = [number for job in await _jobs(open_world) for number in job.arguments["order_numbers"]]
    assert sorted(told) == sorted(orders)


async def _post_all(world: World, numbers: list[str]) -> None:
    for start in range(0, len(numbers), 5):
        few = numbers[start : start + 5]
        replies = await asyncio.gather(*(_post(world, _message(world, number)) for number in few))
        assert {reply.status_code for reply in replies} == {200}


async def test_an_import_of_all_is_another_job(open_world: World) -> None:
    """O14, J3: an import of one order and one of the whole mall never stand for each other."""
    payload = await open_world.api.ask(
        "mutation($id: ID!) { importOrders(input: {companyId: $id}) { job { id } } }",
        id=open_world.company_id,
    )

    await _post(open_world, _message(open_world))

    jobs = await _jobs(open_world)
    assert [job.trigger for job in jobs] == [JobTrigger.MANUAL, JobTrigger.EVENT]
    assert len({job.lane for job in jobs}) == 2
    again = await open_world.api.ask(
        "mutation($id: ID!) { importOrders(input: {companyId: $id}) { job { id } } }",
        id=open_world.company_id,
    )
    assert again == payload


async def test_refused_messages(open_world: World) -> None:
    """O14: a wrong signature, app or moment, and a message that is none, get one answer; none of them changes anything."""
    good = _message(open_world)
    old = int((clock.now() - timedelta(seconds=310)).timestamp() * 1000)
    cases = [
        Message(good.headers | {"x-tm-signature": "0" * 64}, good.body),
        Message(good.headers | {"x-tm-app-key": "another"}, good.body),
        _message(open_world, secret="sixteen bytes at least"),
        _message(open_world, timestamp=old),
        Message(good.headers, _message(open_world, "PO-211-2").body),
        _message(open_world, timestamp="yesterday"),
        Message(good.headers, b"{"),
        open_world.sandbox.events.message(CHANGED, "no JSON"),
        Message(good.headers | {"x-tm-signature": ""}, good.body),
        Message({"x-tm-signature": good.headers["x-tm-signature"]}, good.body),
    ]

    answers = {_seen(await _post(open_world, message)) for message in cases}

    [(status, body, _)] = answers
    assert (status, set(json.loads(body))) == (401, {"code", "message"})
    assert b"PO-211" not in body
    assert await _kept(open_world) == (0, 0)
    assert (await _post(open_world, good)).status_code == 200


def _seen(reply: httpx.Response) -> tuple[int, bytes, str]:
    """All that whoever asks sees, but for the time that it took."""
    headers = {name: value for name, value in reply.headers.items() if name != "x-request-id"}
    return reply.status_code, reply.content, str(sorted(headers.items()))


async def test_one_answer_to_five_hundred_forged_messages(open_world: World) -> None:
    """O14: a message of which any byte of the body, or of a header, is another one is answered like each other such message,
    and nothing is asked of the database for it.
    """
    good = _message(open_world)
    forged = [
        Message(good.headers, good.body[:at] + bytes([good.body[at] ^ bit]) + good.body[at + 1 :])
        for bit in (1, 2, 4, 8)
        for at in range(len(good.body))
    ]
    for name, value in good.headers.items():
        changes = [value[:at] + chr(ord(value[at]) ^ 1) + value[at + 1 :] for at in range(len(value))]
        changes += [value[:-1], f"{value}0", value * 2, "" if name != "x-tm-signature" else "0"]
        forged += [Message(good.headers | {name: change}, good.body) for change in changes]
        if name != "x-tm-signature":
            forged.append(Message({k: v for k, v in good.headers.items() if k != name}, good.body))
    statements: list[str] = []
    engine = open_world.database.engine.sync_engine

    def count(_c: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", count)
    try:
        answers = {_seen(await _post(open_world, message)) for message in forged}
    finally:
        event.remove(engine, "before_cursor_execute", count)

    assert len(forged) > 500
    assert [status for status, *_ in answers] == [401]
    assert statements == []
    assert (await _post(open_world, good)).status_code == 200


async def test_the_size_and_type_of_the_body(open_world: World) -> None:
    """O14: more than 256 KiB is 413 before it is read, and anything but JSON 415."""
    good = _message(open_world)

    large = await _post(open_world, Message(good.headers, b" " * (256 * 1024 + 1)))
    form = await _post(open_world, good, **{"Content-Type": "text/plain"})

    assert (large.status_code, form.status_code) == (413, 415)
    assert (await open_world.http.options(URL, headers={"Origin": "https://a.example"})).status_code == 405
    assert await _kept(open_world) == (0, 0)


async def test_the_consoles_probe(world: World) -> None:
    """O14: what Temu's console sends unsigned while the address is entered is answered with 200, and does nothing."""
    bodies = [b"", b"{}", b"no JSON", b'{"eventData": "sQmNTAKR2o4HrmCO3OchFg=="}']
    headers = [{}, {"Content-Type": "text/plain"}, {"x-tm-event-code": "bg_open_event_test"}]
    async with served(world) as url:
        world.sandbox.events.push_to(f"{url}{URL}")
        before = await stored(world)
        replies = [
            await asyncio.to_thread(world.sandbox.events.probe, method, body, **few)
            for method, body, few in product(["POST", "GET"], bodies, headers)
        ]

    assert {(reply.status_code, reply.text) for reply in replies} == {(200, '{"result":{}}')}
    assert await stored(world) == before


async def test_an_unsigned_message_tells_nothing(open_world: World, settings: Settings) -> None:
    """O14: a genuine event without its signature, and any body, are answered alike, with an app or without; bounded."""
    good = _message(open_world)
    unsigned = {name: value for name, value in good.headers.items() if name != "x-tm-signature"}
    foreign = _message(open_world, secret="sixteen bytes at least")
    replies = [
        await _post(open_world, message)
        for message in (Message(unsigned, good.body), Message({}, good.body), Message({}, foreign.body))
    ]
    app = create_app(settings)
    change = {"temu_app_key": None, "temu_app_secret": None}
    app.state.resources = replace(open_world.resources, settings=settings.model_copy(update=change))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://tradewind") as http:
        replies.append(await http.post(URL, content=good.body))

    for reply in replies:
        del reply.headers["x-request-id"]
    assert len({(reply.status_code, reply.content, str(reply.headers)) for reply in replies}) == 1
    assert len(replies[0].content) < len(good.body)
    large = await open_world.http.post(URL, content=b" " * (256 * 1024 + 1))
    assert large.status_code == 413
    assert await _kept(open_world) == (0, 0)


async def test_where_orders_dont_come_in_by_themselves(world: World) -> None:
    """O14, C4, C5: with the download off, or paused by a refused token, an event is stored and nothing is queued."""
    assert (await _post(world, _message(world))).status_code == 200
    assert await _kept(world) == (1, 0)

    await world.api.ask(DOWNLOAD, id=world.company_id, on=True)
    async with world.database.write() as session:
        await session.execute(update(Company).values(schedule_paused_at=clock.now()))
    assert (await _post(world, _message(world, "PO-211-2"))).status_code == 200
    assert await _kept(world) == (2, 0)


async def test_events_that_concern_nobody(open_world: World) -> None:
    """O14: a mall of no company, and the test button's message about no order, are answered with 200 and left."""
    for data in ({"mallId": 5, "parentOrderSn": "PO-1"}, {"orderSn": "XXYYZZ", "status": 1}):
        message = open_world.sandbox.events.message("bg_open_event_test", data)
        assert (await _post(open_world, message)).json() == {"result": {}}

    assert await _kept(open_world) == (0, 0)


@pytest.mark.parametrize("change", [{"temu_app_key": None}, {"temu_app_secret": None}])
async def test_without_an_app(open_world: World, settings: Settings, change: dict[str, None]) -> None:
    """O14: a server without Temu's app takes no events, and says why."""
    app = create_app(settings)
    app.state.resources = replace(open_world.resources, settings=settings.model_copy(update=change))
    message = _message(open_world)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://tradewind") as http:
        reply = await http.post(
            URL, content=message.body, headers={"Content-Type": "application/json", **message.headers}
        )

    assert (reply.status_code, reply.json()["code"]) == (503, "NOT_CONFIGURED")


async def test_events_hide_no_lag(open_world: World) -> None:
    """C6, O14: an import of one order is no success of the schedule, which may lag all the same."""
    document = "query($id: ID!) { company(id: $id) { schedules { type lastSucceededAt } } }"
    await _post(open_world, _message(open_world, open_world.mall.add_order().number))
    await open_world.run_jobs()
    assert [job.status.value for job in await _jobs(open_world)] == ["SUCCEEDED"]

    company = await open_world.api.ask(document, id=open_world.company_id)

    assert {row["type"]: row["lastSucceededAt"] for row in company["schedules"]}["IMPORT_ORDERS"] is None


async def test_nothing_of_it_in_graphql(open_world: World) -> None:
    """O14: events can't be read or sent through GraphQL, and single orders can't be asked for by number."""
    introspection = "{ __schema { types { name fields { name } inputFields { name } } } }"

    text = json.dumps(await open_world.api.ask(introspection)).lower()

    assert "channelevent" not in text
    assert "ordernumbers" not in text
    assert "subscribedat" not in text


async def test_old_events_are_forgotten(open_world: World) -> None:
    """J7, O14: events are kept for 30 days, longer than Temu may send one again; removing a job leaves its event."""
    await _post(open_world, _message(open_world, "PO-1"))
    await open_world.run_jobs()
    await _post(open_world, _message(open_world, "PO-2"))
    async with open_world.database.write() as session:
        moment = clock.now() - timedelta(days=31)
        first = ChannelEvent.parent_order_number == "PO-1"
        await session.execute(update(ChannelEvent).where(first).values(received_at=moment))
        await session.execute(update(QueuedJob).where(QueuedJob.id == 2).values(finished_at=moment))

    await open_world.sweeper()[1].clean()

    async with open_world.database.read() as session:
        [left] = await session.scalars(select(ChannelEvent))
    assert (left.parent_order_number, left.job_id) == ("PO-2", None)
