"""Removing tokens: what needs one stops without spinning, and everything that was done with it stays."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from domain import clock
from domain.models import AccessToken, Company, JobStatus, Product, QueuedJob, Role
from jobs.runner import Runner
from jobs.scheduler import Scheduler
from tests.api.looking import TEST, TOKEN, refused, stored
from tests.domain.orders.looking import ADDRESS, fill, map_goods, mark, numbers
from tests.fixtures.database import one_database
from tests.fixtures.world import IMPORT, World
from tests.journeys.mapping import MATCH
from tests.journeys.test_attention import _attention
from tests.journeys.test_inventory_out import PUSH

REMOVE = """mutation($input: RemoveAccessTokenInput!) { removeAccessToken(input: $input) {
  company { settings { accessToken { status lastFour mallId scopes } productAccessToken { status } } }
  userErrors { code message field } } }"""
SWITCH = """mutation($id: ID!) { updateCompanySettings(input: {companyId: $id, allowOrderDownload: true,
  allowTrackingUpload: true, allowInventoryUpload: true}) { userErrors { message } } }"""
SCHEDULES = "query($id: ID!) { company(id: $id) { schedules { type nextRunAt lagSeconds } } }"
GONE: dict[str, Any] = {"status": "MISSING", "lastFour": None, "mallId": None, "scopes": []}


async def _remove(world: World, purpose: str | None = None) -> Any:
    given = {"companyId": world.company_id} | ({} if purpose is None else {"purpose": purpose})
    return await world.api.ask(REMOVE, input=given)


async def _set(world: World, token: str, purpose: str = "ALL") -> Any:
    given = {"companyId": world.company_id, "accessToken": token, "purpose": purpose}
    return await world.api.ask(TOKEN, input=given)


async def _jobs(world: World) -> list[QueuedJob]:
    async with world.database.read() as session:
        return list(await session.scalars(select(QueuedJob).order_by(QueuedJob.id)))


async def _tokens(world: World) -> list[str]:
    async with world.database.read() as session:
        return [each.value for each in await session.scalars(select(AccessToken.purpose))]


async def test_orders_products_and_history_stay(world: World) -> None:
    """C10, C13: with its token removed a company has its orders, products, jobs and mall as before."""
    orders = fill(world, 3)
    await map_goods(world, world.mall.goods[0])
    await world.import_orders()
    before, until = await stored(world), await mark(world)

    payload = await _remove(world)

    assert payload["userErrors"] == []
    assert payload["company"]["settings"] == {"accessToken": GONE, "productAccessToken": None}
    after = await stored(world)
    assert {name for name in before if before[name] != after[name]} == {
        "access_tokens",
        "audit_events",
        "companies",
    }
    assert await _tokens(world) == []
    assert set(await world.orders()) == numbers(orders)
    async with world.database.read() as session:
        company = await session.get_one(Company, 1)
        assert await session.scalar(select(func.count()).select_from(Product)) == 1
    assert (company.mall_id, company.orders_imported_until) == (str(world.mall.mall_id), until)
    assert (company.events_subscribed_at, company.schedule_paused_at) == (None, None)
    # Another mall's token is still refused: its orders would mix with those that are here.
    other = world.sandbox.add_mall()
    assert refused(await _set(world, other.token)) == ("CONFLICT", ["accessToken"])
    assert (await _set(world, world.mall.token))["userErrors"] == []
    assert (await world.import_orders())["status"] == "SUCCEEDED"


@pytest.mark.parametrize(
    "there,purpose,left",
    [
        (["ALL"], "ALL", []),
        (["ORDERS", "PRODUCTS"], "ORDERS", ["PRODUCTS"]),
        (["ORDERS", "PRODUCTS"], "PRODUCTS", ["ORDERS"]),
        (["ALL", "PRODUCTS"], "PRODUCTS", ["ALL"]),
        (["ALL", "PRODUCTS"], "ALL", ["PRODUCTS"]),
        (["ORDERS", "PRODUCTS"], None, []),
    ],
)
@one_database
async def test_each_purpose_by_itself(
    world: World, there: list[str], purpose: str | None, left: list[str]
) -> None:
    """C13: the token of one purpose is removed and the other stays in use; without a purpose all are."""
    for each in there:
        await _set(world, world.mall.add_token({"ALL": "all"}.get(each, each.lower())), each)

    payload = await _remove(world, purpose)

    assert payload["userErrors"] == []
    assert await _tokens(world) == left
    settings = payload["company"]["settings"]
    assert (settings["accessToken"]["status"] == "VALID") is bool({"ALL", "ORDERS"} & set(left))
    assert (settings["productAccessToken"] is not None) is ("PRODUCTS" in left)


async def test_where_there_is_none(world: World) -> None:
    """C13, A8: a token that isn't there is NOT_FOUND, and nothing is changed."""
    before = await stored(world)

    for purpose in ("ORDERS", "PRODUCTS"):
        assert refused(await _remove(world, purpose)) == ("NOT_FOUND", ["purpose"])
    assert await stored(world) == before
    await _remove(world, "ALL")
    assert refused(await _remove(world)) == ("NOT_FOUND", ["companyId"])


async def test_who_may_remove(world: World) -> None:
    """A5, C13: it takes the role that setting a token takes."""
    operates = await world.key(Role.OPERATE, 1)

    payload = await operates.ask(REMOVE, input={"companyId": world.company_id})

    assert payload["userErrors"][0]["code"] == "FORBIDDEN"
    assert await _tokens(world) == ["ALL"]


@one_database
async def test_the_clock_asks_for_nothing(world: World) -> None:
    """C4, C13: without a token no scheduled job is made, attention says why, and manual work says what is missing."""
    await world.api.ask(SWITCH, id=world.company_id)
    await _remove(world)

    for hours in range(1, 4):
        await Scheduler(world.resources).enqueue_due(clock.now() + timedelta(hours=hours))

    assert await _jobs(world) == []
    company = await world.api.ask(SCHEDULES, id=world.company_id)
    assert {(each["nextRunAt"], each["lagSeconds"]) for each in company["schedules"]} == {(None, 0)}
    assert list(await _attention(world)) == ["ACCESS_TOKEN_MISSING"]
    assert refused(
        await world.api.ask(IMPORT.replace("id status", "id"), input={"companyId": world.company_id})
    ) == (
        "NOT_CONFIGURED",
        ["companyId"],
    )
    advice = (await world.api.ask(TEST, id=world.company_id))["advice"]
    assert advice == ["Set the mall's token with setAccessToken."]


@one_database
async def test_the_token_for_products_alone(world: World) -> None:
    """C8, C13: with the second token removed stock and listings wait for a new one, and orders go on."""
    await _set(world, world.mall.add_token("orders"), "ORDERS")
    await _set(world, world.mall.add_token("products"), "PRODUCTS")
    await world.api.ask(SWITCH, id=world.company_id)
    await _remove(world, "PRODUCTS")

    for hours in (1, 2):
        await Scheduler(world.resources).enqueue_due(clock.now() + timedelta(hours=hours))
        await world.run_jobs()

    assert {(job.type.value, job.status.value) for job in await _jobs(world)} == {
        ("IMPORT_ORDERS", "SUCCEEDED"),
        ("UPLOAD_TRACKING", "SUCCEEDED"),
    }
    assert list(await _attention(world)) == ["PRODUCT_ACCESS_TOKEN_MISSING"]
    for document in (PUSH, MATCH):
        payload = await world.api.ask(document, input={"companyId": world.company_id})
        [error] = payload["userErrors"]
        assert (error["code"], "setAccessToken(purpose: PRODUCTS)" in error["message"]) == (
            "NOT_CONFIGURED",
            True,
        )
    await _set(world, world.mall.add_token("products"), "PRODUCTS")
    assert await _attention(world) == {}
    await Scheduler(world.resources).enqueue_due(clock.now() + timedelta(hours=3))
    assert "UPDATE_INVENTORY" in {job.type.value for job in await _jobs(world)}


async def test_a_queued_job_fails_once(world: World) -> None:
    """J4, C13: a job that waits when its token is removed fails at once with advice."""
    await world.api.ask(IMPORT, input={"companyId": world.company_id})
    await _remove(world)

    await world.run_jobs()

    [job] = await _jobs(world)
    assert (job.status, job.attempts, job.error_is_passing) == (JobStatus.FAILED, 1, False)
    assert job.error == "This company has no access token. Set it with setAccessToken."
    assert not (await _attention(world)).keys() - {"ACCESS_TOKEN_MISSING"}


@pytest.mark.usefixtures("small_pages")
async def test_a_running_job_stops(world: World) -> None:
    """J5, C13: a job that runs when its token is removed ends between two units of work, keeping what was done."""
    fill(world, 25)
    loop = asyncio.get_running_loop()

    def remove() -> None:
        payload = asyncio.run_coroutine_threadsafe(_remove(world), loop).result(20)
        assert payload["userErrors"] == []

    world.sandbox.before("bg.order.list.v2.get", 2, remove)
    payload = await world.api.ask(IMPORT, input={"companyId": world.company_id})

    await Runner(world.resources, owner="the test").run(1)

    job = await world.job(payload["job"]["id"])
    assert job["status"] == "CANCELLED"
    assert len(await world.orders()) == 10
    assert world.sandbox.ledger.count(ADDRESS) < 25
    assert await mark(world) is None


async def test_a_token_that_temu_refuses_while_it_is_removed(world: World) -> None:
    """C4, C13: a refusal that comes after the removal pauses nothing, and a new token is in use at once."""
    await world.api.ask(IMPORT, input={"companyId": world.company_id})
    loop = asyncio.get_running_loop()

    def remove() -> None:
        asyncio.run_coroutine_threadsafe(_remove(world), loop).result(20)
        world.mall.revoke_token()

    world.sandbox.before("bg.order.list.v2.get", 1, remove)
    await Runner(world.resources, owner="the test").run(1)

    async with world.database.read() as session:
        assert (await session.get_one(Company, 1)).schedule_paused_at is None
    [job] = await _jobs(world)
    assert job.status is JobStatus.CANCELLED


async def test_a_pause_ends_with_its_token(world: World) -> None:
    """C4, C13: the pause that a refused token caused is gone with it."""
    async with world.database.write() as session:
        await session.execute(update(Company).values(schedule_paused_at=clock.now()))

    await _remove(world)

    async with world.database.read() as session:
        assert (await session.get_one(Company, 1)).schedule_paused_at is None


async def test_removing_at_the_same_moment(world: World) -> None:
    """C13: of removals at once one removes, and the others say that there is nothing left."""
    payloads = await asyncio.gather(*(_remove(world) for _ in range(4)))

    codes = [error["code"] for payload in payloads for error in payload["userErrors"]]
    assert codes == ["NOT_FOUND"] * 3
    assert await _tokens(world) == []
