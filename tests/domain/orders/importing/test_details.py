"""Addresses and amounts: asked for once, kept exactly, and asked again where something stood in the way."""

from typing import Any

import pytest

from tests.domain.orders.looking import (
    ADDRESS,
    AMOUNTS,
    LIST,
    addresses,
    calls,
    dump,
    fill,
    mark,
    numbers,
)
from tests.fixtures.database import one_database
from tests.fixtures.world import World

RETRY = "mutation($id: ID!) { retryQueuedJob(input: {jobId: $id}) { job { status } userErrors { message } } }"
REQUEST = "mutation($id: ID!) { importOrders(input: {companyId: $id}) { job { id } } }"


async def _totals(world: World) -> list[str]:
    return sorted(str(order.total_amount) for order in (await world.orders()).values())


@one_database
async def test_amounts_that_are_not_permitted(world: World) -> None:
    """O16: totals stay null without failing, one call a run finds that out, and they fill in once permitted."""
    orders = fill(world, 18)
    scopes = world.mall.scopes
    world.mall.scopes = scopes - {AMOUNTS}

    first, second = await world.import_orders(), await world.import_orders()

    assert [job["status"] for job in (first, second)] == ["SUCCEEDED", "SUCCEEDED"]
    assert first["progress"] == {"done": 18, "total": 18, "succeeded": 18, "failed": 0, "skipped": 0}
    assert [call.code for call in world.sandbox.ledger.of(AMOUNTS)] == [3000032, 3000032]
    assert await _totals(world) == ["None"] * 18
    assert set(await addresses(world)) == numbers(orders)
    world.mall.scopes = scopes
    await world.age_the_mall()
    await world.import_orders()
    assert await _totals(world) == ["19.99"] * 18
    assert world.sandbox.ledger.count(AMOUNTS) == 20
    assert world.sandbox.ledger.count(ADDRESS) == 18


@one_database
async def test_addresses_that_are_not_permitted(world: World) -> None:
    """O16, J5: without the permission for addresses one failure says so; a retry fetches them, and lists nothing."""
    orders = fill(world, 3)
    scopes = world.mall.scopes
    world.mall.scopes = scopes - {ADDRESS}
    job_id = (await world.api.ask(REQUEST, id=world.company_id))["job"]["id"]

    await world.run_jobs()

    job = await world.job(job_id)
    assert job["status"] == "PARTIALLY_SUCCEEDED"
    failure = job["outcomes"]["nodes"][0]
    assert (failure["subject"], failure["code"]) == ("(addresses)", "PERMISSION_MISSING")
    assert failure["message"].startswith("Orders came in without address. The access token doesn't permit")
    assert world.sandbox.ledger.count(ADDRESS) == 1
    assert await _totals(world) == ["19.99"] * 3
    world.mall.scopes = scopes
    lists = world.sandbox.ledger.count(LIST)
    await world.api.ask(RETRY, id=job_id)
    await world.run_jobs()
    job = await world.job(job_id)
    assert (job["status"], job["error"]) == ("SUCCEEDED", None)
    assert job["progress"] == {"done": 3, "total": 3, "succeeded": 3, "failed": 0, "skipped": 0}
    assert set(await addresses(world)) == numbers(orders)
    assert world.sandbox.ledger.count(LIST) == lists


@one_database
async def test_amounts_that_are_not_ready(world: World) -> None:
    """O16: amounts that Temu still computes are asked for once a run, fail nothing, and come with a later run."""
    first, *others = fill(world, 3)
    first.amounts_ready = False

    job = await world.import_orders()

    assert job["status"] == "SUCCEEDED"
    assert await _totals(world) == ["19.99", "19.99", "None"]
    asked = [call["parentOrderSn"] for call in calls(world, AMOUNTS)]
    assert sorted(asked) == sorted([first.number, *numbers(others)])
    await world.import_orders()
    assert world.sandbox.ledger.count(AMOUNTS) == 4
    first.amounts_ready = True
    await world.import_orders()
    assert await _totals(world) == ["19.99"] * 3


@one_database
async def test_one_address_that_is_refused(world: World) -> None:
    """O10, O16: a refused address fails its order alone, and a later run that doesn't list the order repairs it."""
    fill(world, 5)
    world.sandbox.faults.add("error", interface=ADDRESS, times=1, skip=2, code=180020007, message="not yet")

    job = await world.import_orders()

    assert job["status"] == "PARTIALLY_SUCCEEDED"
    refused = [call for call in world.sandbox.ledger.of(ADDRESS) if call.fault]
    number = refused[0].parameters["parentOrderSn"]
    assert job["progress"] == {"done": 5, "total": 5, "succeeded": 4, "failed": 1, "skipped": 0}
    assert job["outcomes"]["nodes"][0] == {
        "subject": number,
        "status": "FAILED",
        "code": "ADDRESS",
        "message": f"The address could not be read: Temu refused {ADDRESS} (180020007): not yet",
        "retryable": True,
    }
    assert set(await addresses(world)) == set(await world.orders()) - {number}
    assert await _totals(world) == ["19.99"] * 5
    assert await mark(world) is not None
    await world.age_the_mall()
    assert (await world.import_orders())["status"] == "SUCCEEDED"
    assert number in await addresses(world)
    assert world.sandbox.ledger.count(ADDRESS) == 6


@pytest.mark.parametrize("values", [{"status": 5}, {"fulfillment": "fulfillByCooperativeWarehouse"}])
@one_database
async def test_an_address_that_nobody_needs(world: World, values: dict[str, Any]) -> None:
    """O11, O12: what was shipped before, or by others, needs no address: a refusal fails nothing, and is the last."""
    fill(world, 1, **values)
    world.sandbox.faults.add("error", interface=ADDRESS, times=None, code=180020003)

    assert (await world.import_orders())["status"] == "SUCCEEDED"
    assert (await world.import_orders())["status"] == "SUCCEEDED"

    assert world.sandbox.ledger.count(ADDRESS) == 1
    assert await _totals(world) == ["19.99"]


@one_database
async def test_amounts_that_are_refused(world: World) -> None:
    """O16, J5: amounts refused for good fail once, are left alone by later runs, and a retry asks for them again."""
    fill(world, 2)
    world.sandbox.faults.add("error", interface=AMOUNTS, times=1, code=140020002, message="no such order")
    job_id = (await world.api.ask(REQUEST, id=world.company_id))["job"]["id"]

    await world.run_jobs()

    job = await world.job(job_id)
    assert job["status"] == "PARTIALLY_SUCCEEDED"
    assert job["outcomes"]["nodes"][0]["code"] == "AMOUNTS"
    failed = job["outcomes"]["nodes"][0]["subject"]
    await world.import_orders()
    assert world.sandbox.ledger.count(AMOUNTS) == 2
    await world.api.ask(RETRY, id=job_id)
    lists = world.sandbox.ledger.count(LIST)
    await world.run_jobs()
    assert [call.get("parentOrderSnList") for call in calls(world, LIST)[lists:]] == [[failed]]
    assert calls(world, AMOUNTS)[2:] == [{"parentOrderSn": failed}]
    assert await _totals(world) == ["19.99"] * 2
    assert (await world.job(job_id))["status"] == "SUCCEEDED"


@one_database
async def test_one_order_that_is_always_in_trouble(world: World) -> None:
    """J4, O16: one order that Temu always stumbles over holds up neither the others, nor amounts, nor the mark for good."""
    fill(world, 1)
    world.sandbox.faults.add("http_status", interface=ADDRESS, times=None, status=500)

    job_id = (await world.api.ask(REQUEST, id=world.company_id))["job"]["id"]
    await world.run_jobs()

    while (job := await world.job(job_id))["status"] == "QUEUED":
        assert job["errorIsPassing"] is True
        assert await mark(world) is None
        await world.make_due()
        await world.run_jobs()
    assert (job["status"], job["attempts"]) == ("PARTIALLY_SUCCEEDED", 4)
    assert job["outcomes"]["nodes"][0]["code"] == "ADDRESS"
    assert await _totals(world) == ["19.99"]
    assert await mark(world) is not None
    world.sandbox.faults.clear()
    assert (await world.import_orders())["status"] == "SUCCEEDED"
    assert len(await addresses(world)) == 1


@pytest.mark.parametrize("kind", ["truncated", "drop_after"])
@one_database
async def test_trouble_that_passes_leaves_no_trace(world: World, kind: str) -> None:
    """J4, O3: an answer that was lost once is asked for again at once, and everything is there once."""
    orders = fill(world, 3)
    for interface in (LIST, ADDRESS, AMOUNTS):
        world.sandbox.faults.add(kind, interface=interface, times=2)

    job = await world.import_orders()

    assert (job["status"], job["attempts"]) == ("SUCCEEDED", 1)
    rows = await dump(world)
    assert {name: len(found) for name, found in rows.items()} == {
        "orders": 3,
        "order_items": 3,
        "order_addresses": 3,
        "order_notes": 0,
        "reservations": 0,
        "unreadable_orders": 0,
    }
    assert set(await addresses(world)) == numbers(orders)
    assert await _totals(world) == ["19.99"] * 3


@one_database
async def test_a_token_that_is_refused_half_way(world: World) -> None:
    """J4, C4: a token that is withdrawn while addresses are read fails the job at once, with advice."""
    fill(world, 20)
    world.sandbox.before(ADDRESS, 1, world.mall.revoke_token)

    job = await world.import_orders()

    assert (job["status"], job["errorIsPassing"]) == ("FAILED", False)
    assert job["error"].startswith("Temu doesn't know this access token. Copy it again")
    assert world.sandbox.ledger.count(ADDRESS) == 1
    assert await mark(world) is None


@one_database
async def test_a_wrong_app_secret(world: World) -> None:
    """J4: a server whose secret is wrong fails the job with one call, and says which setting to check."""
    world.sandbox.app_secret = "another"
    before = world.sandbox.ledger.count()

    job = await world.import_orders()

    assert (job["status"], job["attempts"]) == ("FAILED", 1)
    assert (
        job["error"] == "Temu refuses the signature. Check TRADEWIND_TEMU_APP_SECRET. (Temu's code 3000001.)"
    )
    assert world.sandbox.ledger.count() == before + 1
