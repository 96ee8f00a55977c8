"""What the channel is asked to do beside shipping: asked once, and followed to its end, whatever happens between."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from api.values import ids
from domain import clock
from domain.access.principal import WORKER
from domain.channel_actions import requests
from domain.errors import Conflict
from domain.models import ChannelAction, ChannelActionStatus, JobType, QueuedJob
from domain.temu import cancelling
from domain.temu.transport import Transport
from jobs.runner import Runner
from tests.fixtures.database import one_database
from tests.fixtures.killing import kill_between_all_steps, later, run_due, run_to_the_end
from tests.fixtures.world import World
from tests.sandbox.cancellations import CancelRequest

AGREE = "bg.aftersales.cancel.agree"
ACCEPT = """mutation($id: ID!) { acceptCancellation(input: {orderId: $id}) {
  action { id kind status subject code message attempts order { channelOrderId } }
  userErrors { code message field } } }"""
ACTION = """query($id: ID!) { node(id: $id) { ... on ChannelAction {
  status code message attempts sentAt endedAt nextAttemptAt company { name } } } }"""
CANCEL = "mutation($id: ID!) { cancelChannelAction(input: {actionId: $id}) { action { status } userErrors { code } } }"
RESOLVE = """mutation($id: ID!, $done: Boolean!) { resolveChannelAction(input: {actionId: $id, hasHappened: $done}) {
  action { status } userErrors { code } } }"""


async def _asked(world: World) -> tuple[str, CancelRequest]:
    """An order whose buyer asks to cancel it, as it is known here."""
    order = world.mall.add_order(items=[(world.mall.add_goods(), 1)])
    request = world.mall.request_cancel(order.number)
    await world.import_orders()
    return ids.encode("Order", (await world.orders())[order.number].id), request


async def _accept(world: World, order_id: str) -> str:
    payload = await world.api.ask(ACCEPT, id=order_id)
    assert payload["userErrors"] == []
    action_id: str = payload["action"]["id"]
    return action_id


async def _action(world: World, action_id: str) -> Any:
    return await world.api.ask(ACTION, id=action_id)


def _agreed(world: World) -> int:
    """How often Temu was told."""
    return len(world.sandbox.ledger.of(AGREE))


async def test_a_request_to_cancel_is_agreed_to(world: World) -> None:
    """O15: the seller agrees, Temu cancels, the order follows; asked again it is the same action, and later a Conflict."""
    order_id, _ = await _asked(world)
    action_id = await _accept(world, order_id)
    assert await _accept(world, order_id) == action_id
    await run_due(world)
    action = await _action(world, action_id)
    assert (action["status"], action["attempts"], action["nextAttemptAt"]) == ("SUCCEEDED", 1, None)
    assert action["endedAt"]
    assert action["sentAt"]
    assert _agreed(world) == 1
    order = await world.api.ask(
        "query($id: ID!) { order(id: $id) { status channelActions { nodes { id } } } }", id=order_id
    )
    assert order == {"status": "CANCELLED", "channelActions": {"nodes": [{"id": action_id}]}}
    again = await world.api.ask(ACCEPT, id=order_id)
    assert [error["code"] for error in again["userErrors"]] == ["CONFLICT"]


@pytest.mark.parametrize("kind", ["drop", "drop_after", "truncated", "http_status"])
@one_database
async def test_a_lost_answer_is_asked_about(world: World, kind: str) -> None:
    """T6, O15: where the answer is lost Temu is asked, and told again only if it knows nothing of it."""
    order_id, request = await _asked(world)
    world.sandbox.faults.add(kind, interface=AGREE)
    action_id = await _accept(world, order_id)
    await run_due(world)
    assert (await _action(world, action_id))["status"] == "IN_DOUBT"
    # Not again before readings can be trusted.
    await later(world, by=timedelta())
    await run_due(world)
    assert _agreed(world) == 1
    await run_to_the_end(world)
    action = await _action(world, action_id)
    had_effect = kind in {"drop_after", "truncated"}
    assert (action["status"], action["attempts"]) == ("SUCCEEDED", 1 if had_effect else 2)
    assert _agreed(world) == (1 if had_effect else 2)
    assert request.status in {4, 5}


async def test_kills_between_all_steps(world: World) -> None:
    """J2, O15: whichever moment a worker is killed at, each request is agreed to once."""
    orders = [world.mall.add_order(items=[(world.mall.add_goods(), 1)]) for _ in range(30)]
    waiting = [world.mall.request_cancel(order.number) for order in orders]
    await world.import_orders()
    known = await world.orders()
    requests: list[CancelRequest] = []

    async def begin() -> None:
        requests.append(waiting.pop())
        await _accept(world, ids.encode("Order", known[requests[-1].order.number].id))

    async def check() -> None:
        async with world.database.read() as session:
            actions = (await session.scalars(select(ChannelAction))).all()
        assert [a.status for a in actions] == [ChannelActionStatus.SUCCEEDED] * len(requests)
        told = [call for call in world.sandbox.ledger.of(AGREE) if call.code == 1000000]
        assert len(told) == len(requests)

    assert await kill_between_all_steps(world, JobType.SEND_ORDER_ACTIONS, begin=begin, check=check) >= 5
    statuses = {order.status.value for order in (await world.orders()).values()}
    assert statuses == {"CANCELLED", "ON_HOLD"}


@one_database
async def test_a_worker_that_lost_its_lease_sends_nothing(world: World) -> None:
    """C6, J2: another worker has taken the job while this one waited for its slot: the call does not leave."""
    order_id, _ = await _asked(world)
    action_id = await _accept(world, order_id)
    waited = Transport._slot

    async def slot(self: Transport, *given: Any, **more: Any) -> Any:
        found = await waited(self, *given, **more)
        async with world.database.write() as session:
            await session.execute(update(QueuedJob).values(fence=QueuedJob.fence + 1))
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Transport, "_slot", slot)
        async with world.database.read() as session:
            job_id = await session.scalar(
                select(QueuedJob.id).where(QueuedJob.type == JobType.SEND_ORDER_ACTIONS)
            )
        await Runner(world.resources, owner="frozen").run(job_id or 0)
    assert _agreed(world) == 0
    await run_to_the_end(world)
    assert (await _action(world, action_id))["status"] == "SUCCEEDED"
    assert _agreed(world) == 1


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_what_is_taken_back_is_looked_at_once_it_is_locked(world: World) -> None:
    """A5, C6: an action that a worker has claimed since it was read is seen as claimed by whoever locks it, and not taken back."""
    order_id, _ = await _asked(world)
    action_id = ids.decode(await _accept(world, order_id), "ChannelAction", "id")
    async with world.database.write() as session:
        before = await session.get_one(ChannelAction, action_id)
        async with world.database.write() as worker:
            (await worker.get_one(ChannelAction, action_id)).status = ChannelActionStatus.IN_DOUBT
        assert before.status is ChannelActionStatus.QUEUED
        with pytest.raises(Conflict):
            await requests.cancel(session, by=WORKER, action_id=action_id, now=clock.now())


@one_database
async def test_a_fault_of_ours_behind_the_call_is_a_lost_answer(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T6: what breaks once the call has left says nothing of what Temu did: it is asked, and the job that broke says so."""
    order_id, _ = await _asked(world)
    action_id = await _accept(world, order_id)
    agree = cancelling.agree

    async def broken(*given: Any, **more: Any) -> None:
        await agree(*given, **more)
        raise TypeError

    with monkeypatch.context() as patch:
        patch.setattr(cancelling, "agree", broken)
        await run_due(world)
    assert (await _action(world, action_id))["status"] == "IN_DOUBT"
    async with world.database.write() as session:
        # As long after the job that broke as the next one waits.
        await session.execute(update(QueuedJob).values(finished_at=clock.now() - timedelta(minutes=5)))
    await run_to_the_end(world)
    action = await _action(world, action_id)
    assert (action["status"], action["attempts"], _agreed(world)) == ("SUCCEEDED", 1, 1)


@one_database
async def test_what_temu_refuses_and_lacks(world: World) -> None:
    """O15, C14, C11: a refusal and a missing permission end an action in words, and attention tells of them."""
    order_id, request = await _asked(world)
    action_id = await _accept(world, order_id)
    world.mall.withdraw_cancel(request)
    await run_due(world)
    action = await _action(world, action_id)
    assert action["status"] == "REFUSED"
    assert action["code"].startswith("TEMU_")
    other_id, _ = await _asked(world)
    world.mall.scopes -= {AGREE}
    lacking = await _accept(world, other_id)
    await run_due(world)
    assert (await _action(world, lacking))["code"] == "PERMISSION_MISSING"
    attention = await world.api.ask(
        "query($id: ID!) { company(id: $id) { attention { code count } } }", id=world.company_id
    )
    assert {"code": "CHANNEL_ACTIONS_REFUSED", "count": 2} in attention["attention"]


@one_database
async def test_taken_back_and_resolved(world: World) -> None:
    """A5: what has not left is taken back; what nobody can tell of waits for a person, who says what became of it."""
    order_id, _ = await _asked(world)
    action_id = await _accept(world, order_id)
    taken_back = await world.api.ask(CANCEL, id=action_id)
    assert taken_back["action"]["status"] == "CANCELLED"
    await run_due(world)
    assert _agreed(world) == 0
    action_id = await _accept(world, order_id)
    world.sandbox.faults.add("drop_after", interface=AGREE)
    await run_due(world)
    assert (await world.api.ask(CANCEL, id=action_id))["userErrors"] == [{"code": "CONFLICT"}]
    assert (await world.api.ask(RESOLVE, id=action_id, done=True))["userErrors"] == [{"code": "CONFLICT"}]
    world.mall.scopes -= {"bg.aftersales.cancel.list.get"}
    await later(world, by=timedelta(days=1, hours=1))
    await run_due(world)
    assert (await _action(world, action_id))["status"] == "UNCONFIRMED"
    attention = await world.api.ask(
        "query($id: ID!) { company(id: $id) { attention { code } } }", id=world.company_id
    )
    assert {"code": "CHANNEL_ACTIONS_UNCONFIRMED"} in attention["attention"]
    assert (await world.api.ask(ACCEPT, id=order_id))["userErrors"][0]["code"] == "CONFLICT"
    assert (await world.api.ask(RESOLVE, id=action_id, done=True))["userErrors"] == []
    await run_due(world)
    assert (await _action(world, action_id))["status"] == "SUCCEEDED"
    assert _agreed(world) == 1
