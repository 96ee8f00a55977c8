"""Webhooks out: receivers are told of each change, in order, whatever happens to them or to us."""

from typing import Any

from api.values import ids
from domain import clock
from domain.webhooks.dispatch import dispatch
from tests.fixtures.receiver import receiving
from tests.fixtures.world import World

CREATE = """mutation($input: CreateWebhookInput!) { createWebhook(input: $input) {
  secret webhook { id isOn url } userErrors { code message field } } }"""
SHOWN = """{ webhookDeliveries { nodes { eventType status attemptCount subjectId body
  attempts { responseStatus error requestHeaders } nextAttemptAt messageId company { id } webhook { name } } } }"""


async def create(world: World, url: str, *types: str, **more: Any) -> tuple[str, str]:
    """A webhook's id and secret."""
    payload = await world.api.ask(CREATE, input={"name": "ERP", "url": url, "eventTypes": types, **more})
    assert payload["userErrors"] == []
    return payload["webhook"]["id"], payload["secret"]


async def deliver(world: World) -> None:
    """What a worker does within a second."""
    await dispatch(world.database, now=clock.now())
    await world.run_jobs()


async def test_what_a_receiver_is_told(world: World) -> None:
    """A1, A5: ids and a version of each change, signed, in the order in which they happened; and what came of each is shown."""
    async with receiving() as receiver:
        _, secret = await create(world, receiver.url, "ORDER_CREATED", "ORDER_UPDATED", "JOB_FINISHED")
        receiver.secrets = [secret]
        order = world.mall.add_order(items=[(world.mall.add_goods(), 1)])
        await world.import_orders()
        await deliver(world)
        await deliver(world)
    stored = ids.encode("Order", (await world.orders())[order.number].id)
    print([each.message for each in receiver.received])
    assert [each.message["type"] for each in receiver.received][:1] == ["order.created"]
    assert receiver.received[0].message["data"]["id"] == stored
    shown = await world.api.ask(SHOWN)
    print(shown)
