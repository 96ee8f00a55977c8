"""Webhooks out: receivers are told of each change, in order, whatever happens to them or to us."""

import asyncio
import json
import random
import signal
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from api.values import ids
from api.webhook_documents import WebhookDocuments
from domain import clock
from domain.access import api_keys
from domain.errors import Unavailable
from domain.models import ApiKey, Company, JobTrigger, Order, QueuedJob, Role, Webhook, WebhookDelivery
from domain.settings import Settings
from domain.webhooks.dispatch import dispatch
from jobs.runner import Runner
from tests.factories import make_order
from tests.fixtures.database import one_database
from tests.fixtures.receiver import Receiver, receiving
from tests.fixtures.workers import start_worker
from tests.fixtures.world import Api, World

CREATE = """mutation($input: CreateWebhookInput!) { createWebhook(input: $input) {
  secret webhook { id isOn url } userErrors { code message field } } }"""
UPDATE = """mutation($input: UpdateWebhookInput!) { updateWebhook(input: $input) {
  webhook { isOn } userErrors { code message field } } }"""
ROTATE = """mutation($input: RotateWebhookSecretInput!) { rotateWebhookSecret(input: $input) {
  secret userErrors { code } } }"""
ROTATE_KEY = """mutation($id: ID!) { rotateApiKey(input: {apiKeyId: $id, graceSeconds: 0}) {
  userErrors { code message } } }"""
PING = "mutation($id: ID!) { pingWebhook(input: {webhookId: $id}) { delivery { id status } userErrors { code message } } }"
RETRY = "mutation($id: ID!) { retryWebhookDelivery(input: {deliveryId: $id}) { delivery { status } userErrors { code } } }"
STATE = "query($id: ID!) { webhook(id: $id) { isOn offReason failingSince } }"
SHOWN = """query($filter: WebhookDeliveryFilter) { webhookDeliveries(filter: $filter) { nodes {
  id eventType status attemptCount subjectId body messageId nextAttemptAt company { id } webhook { name }
  attempts { responseStatus error requestHeaders milliseconds } } } }"""
ATTENTION = "query($id: ID!) { company(id: $id) { attention { code severity count } } }"


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """A receiver that takes everything."""
    async with receiving() as found:
        yield found


async def _create(world: World, receiver: Receiver, *types: str, api: Api | None = None, **more: Any) -> str:
    """A webhook that this receiver verifies."""
    given = {
        "name": "ERP",
        "url": receiver.url,
        "eventTypes": types or ["ORDER_CREATED", "ORDER_UPDATED"],
        **more,
    }
    payload = await (api or world.api).ask(CREATE, input=given)
    assert payload["userErrors"] == []
    receiver.secrets.append(payload["secret"])
    number: str = payload["webhook"]["id"]
    return number


async def _deliver(world: World) -> None:
    """What workers do within a second or two."""
    await dispatch(world.database, now=clock.now())
    await world.run_jobs()


async def _later(world: World, by: timedelta) -> None:
    """As if so much time had passed since what was tried before."""
    async with world.database.write() as session:
        for table, names in (
            (WebhookDelivery, ("next_attempt_at", "failing_since")),
            (Webhook, ("paused_until", "failing_since")),
        ):
            for row in await session.scalars(select(table)):
                for name in names:
                    moment = getattr(row, name)
                    setattr(row, name, moment and moment - by)


async def _add_orders(world: World, *names: str) -> dict[str, str]:
    """Orders that came in by now, by their global ids."""
    async with world.database.write() as session:
        company = await session.get_one(Company, 1)
        rows = [await make_order(session, company, channel_order_id=name) for name in names]
    return {ids.encode("Order", row.id): row.channel_order_id for row in rows}


async def _change(world: World, name: str) -> None:
    async with world.database.write() as session:
        row = update(Order).where(Order.channel_order_id == name)
        await session.execute(
            row.values(total_amount=func.coalesce(Order.total_amount, 0) + 1, currency_code="USD")
        )


def _told(receiver: Receiver, orders: dict[str, str]) -> list[tuple[str, str]]:
    return [(each.message["type"], orders[each.message["data"]["id"]]) for each in receiver.received]


async def test_what_a_receiver_is_told(world: World, receiver: Receiver) -> None:
    """A1, A5, J1: ids and a version of each change, signed, once, and of each object in the order in which it changed. One job
    does it, of which nobody is told, and what came of each message is shown without its signature.
    """
    await _create(
        world, receiver, "ORDER_CREATED", "ORDER_UPDATED", "JOB_FINISHED", companyId=world.company_id
    )
    async with receiving() as of_all:
        await _create(world, of_all, "COMPANY_CREATED")
        orders = await _add_orders(world, "A", "B")
        for name in "AABA":
            await _change(world, name)
        other = await world.new_company("Other")
        for _ in range(3):
            await _deliver(world)
        await _change(world, "B")
        await _deliver(world)

    told = _told(receiver, orders)
    assert [each for each in told if each[1] == "A"] == [
        ("order.created", "A"),
        *[("order.updated", "A")] * 3,
    ]
    assert [each for each in told if each[1] == "B"] == [
        ("order.created", "B"),
        *[("order.updated", "B")] * 2,
    ]
    assert len({each.id for each in receiver.received}) == len(receiver.received)
    for number in orders:
        data = [each.message["data"] for each in receiver.received if each.message["data"]["id"] == number]
        versions = [each["version"] for each in data]
        assert versions == sorted(versions)
        assert data[0] == {"id": number, "companyId": world.company_id, "version": versions[0]}
    assert [(each.message["type"], each.message["data"]["id"]) for each in of_all.received] == [
        ("company.created", other)
    ]

    shown = await world.api.ask(SHOWN, filter={"status": ["DELIVERED"], "subjectId": other})
    (node,) = shown["nodes"]
    assert (node["status"], node["attemptCount"], node["nextAttemptAt"]) == ("DELIVERED", 1, None)
    assert node["company"] == {"id": other}
    (attempt,) = node["attempts"]
    assert (attempt["responseStatus"], attempt["error"]) == (204, None)
    assert attempt["requestHeaders"]["webhook-id"] == node["messageId"] == of_all.received[0].id
    assert "signature" not in str(shown)
    assert json.loads(node["body"]) == of_all.received[0].message
    async with world.database.read() as session:
        jobs = (await session.scalars(select(QueuedJob))).all()
    assert [(job.trigger, job.lane) for job in jobs] == [
        (JobTrigger.WEBHOOK, "webhook:1"),
        (JobTrigger.WEBHOOK, "webhook:2"),
    ]


@one_database
async def test_what_fails_is_tried_again(world: World, receiver: Receiver) -> None:
    """J4, J2: a message that is refused is sent again, with the same id, and later ones about the same object wait for it, those
    about others don't; after three days it is given up, and a person may have it sent once more.
    """
    await _create(world, receiver)
    orders = await _add_orders(world, "BAD", "GOOD")
    await _change(world, "BAD")
    await _change(world, "GOOD")
    refused = {number for number, name in orders.items() if name == "BAD"}
    receiver.answer = lambda got: 500 if got.message["data"]["id"] in refused else 204
    await _deliver(world)
    good = [("order.created", "GOOD"), ("order.updated", "GOOD")]
    assert sorted(_told(receiver, orders)) == [("order.created", "BAD"), *good]
    await _deliver(world)
    assert len(receiver.received) == 3, "it waits for its next attempt"

    await _later(world, timedelta(seconds=7))
    await _deliver(world)
    again = [each for each in receiver.received if each.message["data"]["id"] in refused]
    assert [each.message["type"] for each in again] == ["order.created"] * 2
    assert len({each.id for each in again}) == 1
    waiting = (await world.api.ask(SHOWN, filter={"status": ["PENDING"]}))["nodes"]
    assert [(each["eventType"], each["attemptCount"]) for each in waiting] == [
        ("ORDER_UPDATED", 0),
        ("ORDER_CREATED", 2),
    ]

    await _change(world, "GOOD")
    await _deliver(world)
    await _later(world, timedelta(days=3))
    await _change(world, "GOOD")
    await _deliver(world)
    (given_up,) = (await world.api.ask(SHOWN, filter={"status": ["FAILED"]}))["nodes"]
    assert (given_up["attemptCount"], given_up["attempts"][0]["error"]) == (3, "Answered 500.")
    # What comes next about it is tried then, and with a receiver that takes it again all of it comes through.
    receiver.received.clear()
    receiver.answer = lambda _: 204
    assert (await world.api.ask(RETRY, id=given_up["id"]))["userErrors"] == []
    await _later(world, timedelta(hours=1))
    await _deliver(world)
    assert _told(receiver, orders) == [("order.created", "BAD"), ("order.updated", "BAD")]
    assert (await world.api.ask(SHOWN, filter={"status": ["PENDING", "FAILED"]}))["nodes"] == []


@one_database
async def test_a_receiver_that_is_away(world: World, receiver: Receiver) -> None:
    """J4, J6, C11: one that can't be reached is left alone after one attempt, whatever waits for it; after three days of that the
    webhook is off, which a person is told of; switched on again it goes on where it stopped. 410 switches it off at once.
    """
    number = await _create(world, receiver)
    receiver.answer = lambda _: 503
    orders = await _add_orders(world, *"ABCDEFGHIJ")
    await _deliver(world)
    assert 1 <= len(receiver.received) <= 4, "a few at a time"
    assert receiver.most_open <= 4
    before = len(receiver.received)
    await _deliver(world)
    assert len(receiver.received) == before

    await _later(world, timedelta(days=3))
    await _deliver(world)
    assert (await world.api.ask(STATE, id=number))["offReason"] == "RECEIVER_FAILS"
    (item,) = [
        each
        for each in (await world.api.ask(ATTENTION, id=world.company_id))["attention"]
        if "WEBHOOK" in each["code"]
    ]
    assert item == {"code": "WEBHOOKS_OFF", "severity": "CRITICAL", "count": 1}
    limited = await world.key(Role.READ, 1)
    assert item in (await limited.ask(ATTENTION, id=world.company_id))["attention"]
    assert (await world.api.ask(PING, id=number))["userErrors"][0]["code"] == "CONFLICT"
    before = len(receiver.received)
    orders |= await _add_orders(world, "LATE")
    await _deliver(world)
    assert len(receiver.received) == before, "it is off"

    receiver.received.clear()
    receiver.answer = lambda _: 204
    assert (await world.api.ask(UPDATE, input={"webhookId": number, "isOn": True}))["userErrors"] == []
    await _deliver(world)
    assert {name for _, name in _told(receiver, orders)} >= {"LATE"}
    assert (
        len(receiver.received) + len((await world.api.ask(SHOWN, filter={"status": ["FAILED"]}))["nodes"])
        == 11
    )

    receiver.answer = lambda _: 410
    assert (await world.api.ask(PING, id=number))["delivery"]["status"] == "PENDING"
    await _deliver(world)
    assert receiver.received[-1].message["type"] == "ping"
    assert (await world.api.ask(STATE, id=number))["offReason"] == "RECEIVER_GONE"


async def test_secrets_and_keys(world: World, receiver: Receiver) -> None:
    """A5, C2: a new secret signs beside the one before for a day; what is told ends with the key that it is told to, and goes on
    with that of whoever changes the webhook.
    """
    owner = await world.key(Role.ADMINISTER, 1)
    number = await _create(world, receiver, api=owner)
    (first,) = receiver.secrets
    rotated = await world.api.ask(ROTATE, input={"webhookId": number})
    receiver.secrets.append(rotated["secret"])
    await _add_orders(world, "A")
    await _deliver(world)
    assert len(receiver.received) == 1, "both verify it"
    again = await world.api.ask(ROTATE, input={"webhookId": number, "endPrevious": True})
    receiver.secrets[:] = [again["secret"]]
    await _add_orders(world, "B")
    await _deliver(world)
    assert len(receiver.received) == 2
    assert first not in str(await world.api.send("{ webhooks { nodes { name url apiKey { name } } } }"))
    assert len({first, *receiver.secrets, rotated["secret"]}) == 3
    # Its id is nobody's afterwards.
    spare = await _create(world, receiver)
    await world.api.ask(
        "mutation($id: ID!) { deleteWebhook(input: {webhookId: $id}) { deletedWebhookId } }", id=spare
    )
    assert await _create(world, receiver, api=owner) != spare
    receiver.secrets[1:] = []

    async with world.database.read() as session:
        owned = ids.encode("ApiKey", await session.scalar(select(Webhook.api_key_id)) or 0)
    assert (await world.api.ask(ROTATE_KEY, id=owned))["userErrors"] == []
    await _add_orders(world, "C")
    await _deliver(world)
    assert len(receiver.received) == 3, "a key that is rotated hands its webhooks on"

    async with world.database.write() as session:
        key = await session.scalar(select(func.max(ApiKey.id)))
        await api_keys.revoke(session, key or 0, now=clock.now())
    orders = await _add_orders(world, "D")
    await _deliver(world)
    assert len(receiver.received) == 3
    assert (await world.api.ask(STATE, id=number))["offReason"] == "KEY_ENDED"
    await world.api.ask(UPDATE, input={"webhookId": number, "isOn": True})
    await _deliver(world)
    assert orders[receiver.received[-1].message["data"]["id"]] == "D"


DOCUMENTS: list[tuple[str, str | None]] = [
    ("query($id: ID!) { node(id: $id) { ... on Order { channelOrderId company { name } } } }", None),
    ("query($id: ID!) { order(id: $id) { nothing } }", "Cannot query field"),
    ("query($id: ID!) { order(id: $id) {", "Syntax Error"),
    ("query { companies { totalCount } }", "one variable"),
    (
        "query($id: ID!, $n: Int!) { order(id: $id) { id } companies(first: $n) { totalCount } }",
        "one variable",
    ),
    ("query($id: String!) { order(id: $id) { id } }", "one variable"),
    (
        'mutation($id: ID!) { removeCompany(input: {companyId: $id, name: "x"}) { userErrors { code } } }',
        "a query",
    ),
    ("subscription($id: ID!) { queuedJob(id: $id) { id } }", "a query"),
    ("query($id: ID!) { order(id: $id) { id } __schema { types { name } } }", "introspection"),
    (
        "query A($id: ID!) { order(id: $id) { id } } query B($id: ID!) { order(id: $id) { id } }",
        "one operation",
    ),
    (
        "query($id: ID!) { order(id: $id) { id } companies(first: 250) { nodes { orders(first: 250) { nodes { id } } } } }",
        "points",
    ),
]


@one_database
async def test_documents(world: World, receiver: Receiver) -> None:
    """A5, A6: a receiver's own query is looked at before it is kept, and run with the object's id as its key, in the webhook's
    company alone; what it brings is sent and not kept.
    """
    for document, words in DOCUMENTS:
        given = {
            "name": "x",
            "url": receiver.url,
            "eventTypes": ["ORDER_CREATED"],
            "companyId": world.company_id,
        }
        payload = await world.api.ask(CREATE, input={**given, "document": document})
        if words is None:
            receiver.secrets.append(payload["secret"])
            assert payload["userErrors"] == []
        else:
            assert payload["userErrors"] != [], document
            (error,) = payload["userErrors"]
            assert (error["code"], error["field"]) == ("INVALID", ["document"])
            assert words in error["message"], error["message"]
    orders = await _add_orders(world, "A")
    await dispatch(world.database, now=clock.now())
    async with world.database.read() as session:
        job = await session.scalar(select(QueuedJob.id))
    await Runner(world.resources, owner="without GraphQL").run(job or 0)
    assert receiver.received == []
    await _later(world, timedelta(minutes=1))
    await dispatch(world.database, now=clock.now())
    await Runner(world.resources, owner="the test", load_documents=WebhookDocuments).run(job or 0)

    (got,) = receiver.received
    data = got.message["data"]
    assert orders[data["id"]] == "A"
    assert data["result"] == {"node": {"channelOrderId": "A", "company": {"name": "Nordlicht"}}}
    (shown,) = (await world.api.ask(SHOWN, filter={}))["nodes"]
    assert shown["body"] is None
    assert [each["responseStatus"] for each in shown["attempts"]] == [None, 204]
    assert "tradewind worker" in shown["attempts"][0]["error"]

    # One that can't be run now costs its own message an attempt, and no other one.
    orders |= await _add_orders(world, "B", "C")

    class TooSlow(WebhookDocuments):
        async def run(self, document: str, delivery: WebhookDelivery, **how: Any) -> bytes:
            if orders[ids.encode("Order", delivery.subject_id)] == "B":
                raise Unavailable("The database took too long.")
            return await super().run(document, delivery, **how)

    await dispatch(world.database, now=clock.now())
    await Runner(world.resources, owner="the test", load_documents=TooSlow).run(job or 0)
    assert [orders[each.message["data"]["id"]] for each in receiver.received] == ["A", "C"]
    (shown,) = (await world.api.ask(SHOWN, filter={"status": ["PENDING"]}))["nodes"]
    assert [each["error"] for each in shown["attempts"]] == ["The database took too long."]


KILLS = 1


@one_database
async def test_killed_workers(
    world: World, receiver: Receiver, settings: Settings, redis_url: str, tmp_path: Path
) -> None:
    """J2: workers killed while they deliver lose no message, send none out of order, and make none twice: whatever comes again has
    the same id.
    """
    source = random.Random()
    await _create(world, receiver)
    orders = await _add_orders(world, *(f"N{number}" for number in range(12)))
    for _ in range(2):
        for name in orders.values():
            await _change(world, name)
    receiver.answer = lambda _: source.choice([204, 204, 204, 204, 204, 500])
    log = tmp_path / "workers.log"
    worker = start_worker(settings, redis_url, log)
    for kill in range(1, KILLS + 1):
        await receiver.until_count(kill * 8)
        worker.send_signal(signal.SIGKILL)
        await asyncio.to_thread(worker.wait)
        worker = start_worker(settings, redis_url, log)
    receiver.answer = lambda _: 204
    try:
        async with asyncio.timeout(60):
            while (await world.api.ask(SHOWN, filter={"status": ["PENDING"]}))["nodes"]:
                await _later(world, timedelta(minutes=1))
                await asyncio.sleep(0.1)
    finally:
        worker.terminate()
        await asyncio.to_thread(worker.wait, 30)

    for number in orders:
        of_order = [each for each in receiver.received if each.message["data"]["id"] == number]
        first_seen = list(dict.fromkeys(each.id for each in of_order))
        versions = [
            next(each.message["data"]["version"] for each in of_order if each.id == one) for one in first_seen
        ]
        assert versions == sorted(versions)
        assert len(first_seen) == 3
    async with world.database.read() as session:
        assert await session.scalar(select(func.count()).select_from(WebhookDelivery)) == 36
