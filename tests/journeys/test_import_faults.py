"""An import when Temu misbehaves: a clear end, nothing lost, nothing twice."""

from datetime import datetime
from typing import Any

import pytest

from domain import clock
from domain.models import Company
from tests.fixtures.database import one_database
from tests.fixtures.world import World

# What Temu answers is the same to both; tests of what is written run on both elsewhere.
pytestmark = [one_database, pytest.mark.usefixtures("small_pages")]

LIST = "bg.order.list.v2.get"
ADDRESS = "bg.order.shippinginfo.v2.get"
AMOUNTS = "bg.order.amount.query"


async def _mark(world: World) -> datetime | None:
    async with world.database.read() as session:
        return (await session.get_one(Company, 1)).orders_imported_until


def _fill(world: World, count: int) -> set[str]:
    goods = world.mall.add_goods()
    now = world.mall.now()
    return {
        world.mall.add_order(
            items=[(goods, 1)], status=5, updated_at=now - 60 - i, ordered_at=now - 60 - i
        ).number
        for i in range(count)
    }


async def test_every_page(world: World) -> None:
    """O1: every page is read, each order once, and the same import again changes nothing (O3)."""
    numbers = _fill(world, 23)
    world.mall.scopes = world.mall.scopes - {ADDRESS, AMOUNTS}

    first = await world.import_orders()
    second = await world.import_orders()

    assert set(await world.orders()) == numbers
    assert first["progress"]["done"] == 23
    assert first["progress"]["total"] == 23
    assert second["progress"]["succeeded"] == 23


async def test_orders_that_move_while_pages_are_read(world: World) -> None:
    """O1, O17: an order that changes between two pages, and one that is new, are met all the same."""
    numbers = _fill(world, 23)
    last = world.mall.newest_first()[-1].number
    world.sandbox.before(LIST, 2, lambda: world.mall.touch(last))
    new: list[str] = []
    world.sandbox.before(LIST, 3, lambda: new.append(world.mall.add_order(status=5).number))

    job = await world.import_orders()

    assert job["status"] == "SUCCEEDED", job["error"]
    assert set(await world.orders()) == numbers | set(new)


@pytest.mark.parametrize("fault", ["repeat_page", "short_total"])
async def test_a_gap_fails_the_job(world: World, fault: str) -> None:
    """O17, O1: a page that repeats, or fewer orders than Temu named, fails the job; the mark stays."""
    _fill(world, 23)
    world.sandbox.faults.add(fault, interface=LIST, times=None)

    job = await world.import_orders()

    assert job["status"] == "FAILED"
    assert "Import again; nothing was lost" in job["error"]
    assert await _mark(world) is None


@pytest.mark.parametrize(
    "fault", ["html", "empty", "truncated", "not_an_object", "drop", "drop_after", "http_status"]
)
async def test_passing_faults_pass(world: World, fault: str) -> None:
    """J4: trouble that passes is tried again at once, and the job succeeds with nothing twice."""
    numbers = _fill(world, 12)
    world.sandbox.faults.add(fault, interface=LIST, times=2, skip=1)
    world.sandbox.faults.add(fault, interface=ADDRESS, times=2, skip=1)

    job = await world.import_orders()

    assert job["status"] == "SUCCEEDED", job["error"]
    assert set(await world.orders()) == numbers


async def test_lasting_trouble_waits(world: World) -> None:
    """J4, O1: trouble that stays puts the job back to wait, says so, and moves no mark; later it succeeds."""
    numbers = _fill(world, 12)
    world.sandbox.faults.add("http_status", interface=LIST, times=None, skip=1, status=500)

    job = await world.import_orders()

    assert (job["status"], job["errorIsPassing"]) == ("QUEUED", True)
    assert len(await world.orders()) == 10
    assert await _mark(world) is None
    world.sandbox.faults.clear()
    await world.make_due()
    await world.run_jobs()
    assert set(await world.orders()) == numbers
    assert await _mark(world) is not None


async def test_a_refused_token_fails_at_once(world: World) -> None:
    """J4, C4: a token that Temu refuses fails the job with one call, with advice, and shows as REJECTED."""
    world.mall.revoke_token()
    calls = world.sandbox.ledger.count()

    job = await world.import_orders()

    assert (job["status"], job["attempts"], job["errorIsPassing"]) == ("FAILED", 1, False)
    assert "Temu doesn't know this access token" in job["error"]
    assert world.sandbox.ledger.count() - calls == 1
    settings = await world.api.ask(
        "query($id: ID!) { company(id: $id) { settings { accessToken { status } } } }", id=world.company_id
    )
    assert settings == {"settings": {"accessToken": {"status": "REJECTED"}}}


@pytest.mark.parametrize(
    "kind,options",
    [
        ("unknown_status", {}),
        ("missing_field", {"field": "parentOrderTime"}),
        ("missing_field", {"field": "orderList.0.goodsId"}),
        ("wrong_type", {"field": "parentOrderStatus"}),
    ],
)
async def test_an_unreadable_order(world: World, kind: str, options: dict[str, Any]) -> None:
    """O10: an order that can't be read is a FAILED outcome with its number; the others come in, and it does later."""
    numbers = _fill(world, 3)
    bad = min(numbers)
    world.sandbox.faults.add(kind, interface=LIST, times=None, order=bad, **options)

    job = await world.import_orders()

    assert job["status"] == "PARTIALLY_SUCCEEDED"
    assert set(await world.orders()) == numbers - {bad}
    assert job["outcomes"]["nodes"][0]["subject"] == bad
    assert job["outcomes"]["nodes"][0]["status"] == "FAILED"
    assert (await world.import_orders())["status"] == "PARTIALLY_SUCCEEDED"
    world.sandbox.faults.clear()
    await world.age_the_mall()
    assert (await world.import_orders())["status"] == "SUCCEEDED"
    assert set(await world.orders()) == numbers


async def test_an_order_without_number(world: World) -> None:
    """O10: even an order without number is a FAILED outcome, which names its place."""
    numbers = _fill(world, 3)
    bad = min(numbers)
    world.sandbox.faults.add(
        "missing_field", interface=LIST, times=None, order=bad, field="parentOrderMap.parentOrderSn"
    )

    job = await world.import_orders()

    assert job["status"] == "PARTIALLY_SUCCEEDED"
    assert job["outcomes"]["nodes"][0]["subject"].startswith("(page 1, row ")
    assert set(await world.orders()) == numbers - {bad}


async def test_amounts_that_the_token_may_not_read(world: World) -> None:
    """O16: without the permission totals stay null and nothing fails; once permitted they fill in by themselves."""
    _fill(world, 30)
    scopes = world.mall.scopes
    world.mall.scopes = scopes - {AMOUNTS}

    job = await world.import_orders()

    assert job["status"] == "SUCCEEDED"
    assert {order.total_amount for order in (await world.orders()).values()} == {None}
    assert world.sandbox.ledger.count(AMOUNTS) == 1
    world.mall.scopes = scopes
    await world.import_orders()
    assert {str(order.total_amount) for order in (await world.orders()).values()} == {"19.99"}


async def test_amounts_that_temu_has_not_computed(world: World) -> None:
    """O16: amounts that are not ready leave total null, fail nothing, and come with a later run."""
    goods = world.mall.add_goods()
    order = world.mall.add_order(items=[(goods, 1)], amounts_ready=False)
    other = world.mall.add_order(items=[(goods, 1)])

    job = await world.import_orders()

    assert job["status"] == "SUCCEEDED", job
    assert (await world.orders())[order.number].total_amount is None
    assert str((await world.orders())[other.number].total_amount) == "19.99"
    order.amounts_ready = True
    await world.import_orders()
    assert str((await world.orders())[order.number].total_amount) == "19.99"


async def test_calls_are_no_more_than_needed(world: World) -> None:
    """O16: one address and one amount for an order that needs them, none for one that doesn't."""
    _fill(world, 20)
    world.mall.add_order(status=1)
    world.mall.cancel(world.mall.add_order().number)

    await world.import_orders()
    await world.import_orders()

    assert world.sandbox.ledger.count(ADDRESS) == 20
    assert world.sandbox.ledger.count(AMOUNTS) == 20


async def test_the_next_run_reads_on(world: World) -> None:
    """O1: a later run begins where the last successful one began, less an overlap; a run with `from` moves no mark."""
    _fill(world, 3)
    await world.import_orders(**{"from": clock.now().isoformat().replace("+00:00", "Z")})
    assert await _mark(world) is None
    await world.import_orders()
    mark = await _mark(world)
    assert mark is not None
    calls = len(world.sandbox.ledger.of(LIST))

    await world.import_orders()

    since = world.sandbox.ledger.of(LIST)[calls].parameters["updateAtStart"]
    assert since == int(mark.timestamp()) - 900


async def test_a_retry_asks_only_for_what_failed(world: World) -> None:
    """J5: a partly failed job run again asks for what failed, and ends well when that does."""
    numbers = _fill(world, 30)
    bad = min(numbers)
    world.sandbox.faults.add("unknown_status", interface=LIST, times=None, order=bad)
    payload = await world.api.ask(
        "mutation($id: ID!) { importOrders(input: {companyId: $id}) { job { id } } }", id=world.company_id
    )
    await world.run_jobs()
    world.sandbox.faults.clear()
    calls = len(world.sandbox.ledger.of(LIST))

    retried = await world.api.ask(
        "mutation($id: ID!) { retryQueuedJob(input: {jobId: $id}) { job { status } userErrors { message } } }",
        id=payload["job"]["id"],
    )
    await world.run_jobs()

    assert retried == {"job": {"status": "QUEUED"}, "userErrors": []}
    assert set(await world.orders()) == numbers
    assert [call.parameters.get("parentOrderSnList") for call in world.sandbox.ledger.of(LIST)[calls:]] == [
        [bad]
    ]
    job = await world.job(payload["job"]["id"])
    assert (job["status"], job["error"]) == ("SUCCEEDED", None)
    assert job["progress"] == {"done": 30, "total": 30, "succeeded": 30, "failed": 0, "skipped": 0}


async def test_a_failure_that_temu_no_longer_lists(world: World) -> None:
    """J5: an order asked for again by its number and not answered with stays a failure."""
    numbers = _fill(world, 3)
    bad = min(numbers)
    world.sandbox.faults.add("unknown_status", interface=LIST, times=None, order=bad)
    payload = await world.api.ask(
        "mutation($id: ID!) { importOrders(input: {companyId: $id}) { job { id } } }", id=world.company_id
    )
    await world.run_jobs()
    del world.mall.orders[bad]
    world.mall.newest_first()[:] = [order for order in world.mall.newest_first() if order.number != bad]

    await world.api.ask(
        "mutation($id: ID!) { retryQueuedJob(input: {jobId: $id}) { job { id } } }", id=payload["job"]["id"]
    )
    await world.run_jobs()

    job = await world.job(payload["job"]["id"])
    assert job["status"] == "PARTIALLY_SUCCEEDED"
    assert [(o["subject"], o["code"]) for o in job["outcomes"]["nodes"] if o["status"] == "FAILED"] == [
        (bad, "NOT_LISTED")
    ]
