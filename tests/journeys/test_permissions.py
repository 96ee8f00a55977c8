"""An interface that the token or the app lacks stops what needs it, is named once, and nothing else stops (C14)."""

from collections.abc import Sequence
from itertools import product
from typing import Any

import pytest
from sqlalchemy import select

from domain.companies import token_advice
from domain.models import AccessTokenPurpose, Company, JobOutcome, TemuHost, TemuRegion, TrackingUpload
from domain.temu import interfaces
from domain.temu.interfaces import (
    OPTIONAL_INTERFACES,
    OPTIONAL_PRODUCT_INTERFACES,
    ORDER_INTERFACES,
    PRODUCT_INTERFACES,
)
from tests.api.looking import TEST, TOKEN
from tests.domain.orders.looking import fill, mark, numbers
from tests.fixtures.database import one_database
from tests.fixtures.world import World
from tests.journeys.mapping import match
from tests.journeys.test_events import DOWNLOAD
from tests.journeys.test_inventory_out import Shelf
from tests.journeys.test_shipping import CONFIRM, WAREHOUSE, Desk
from tests.sandbox.events import STATUS_CHANGED

OPTIONAL = [*OPTIONAL_INTERFACES, *OPTIONAL_PRODUCT_INTERFACES]
EVERY = [*ORDER_INTERFACES, *PRODUCT_INTERFACES, *OPTIONAL, interfaces.TOKEN_INFO]
# The token's lack and the app's, of which Temu has two codes.
CODES, LATER_CODE = [3000032, 3000021], 3000027
# What a shipped order needs to be told of, and what an upload may ask besides.
CALLED_BY_UPLOADS = [
    interfaces.CARRIERS,
    interfaces.SHIPPING_ADDRESSES,
    interfaces.SHIPMENT_CONFIRM,
    interfaces.SHIPMENT,
    interfaces.ORDER_LIST,
]
# What an import, whole or of single orders, can't do without. A token that was tested needs TOKEN_INFO for nothing.
ESSENTIAL_TO_IMPORTS = {interfaces.ORDER_LIST}
# How a run names what it went on without: what the token lacks testSettings tells too, and of most it tells alone.
NAMED_BY_IMPORTS = {
    interfaces.ORDER_ADDRESS: "(addresses)",
    interfaces.ORDER_AMOUNTS: "(amounts)",
    interfaces.CANCELLATIONS: "(cancellation requests)",
    interfaces.MESSAGE_UPDATE: "(events)",
    interfaces.TOKEN_INFO: "(events)",
}
TOLD_BY_TEST_SETTINGS_ALONE = {interfaces.ORDER_AMOUNTS, interfaces.CANCELLATIONS}


CALLED_BY_IMPORTS = [*ESSENTIAL_TO_IMPORTS, *NAMED_BY_IMPORTS]


def each(interfaces: Sequence[str], codes: Sequence[int] = CODES) -> pytest.MarkDecorator:
    """Every pair of them."""
    return pytest.mark.parametrize("interface,code", list(product(interfaces, codes)))


def lack(world: World, interface: str, code: int) -> None:
    """The token, or the app, may not call this one."""
    if code == 3000032:
        world.mall.scopes = world.mall.scopes - {interface}
    else:
        world.sandbox.app_lacks[interface] = code


def grant(world: World, interface: str) -> None:
    """It may again."""
    world.mall.scopes = world.mall.scopes | {interface}
    world.sandbox.app_lacks.clear()


def of_tokens(job: dict[str, Any]) -> dict[str, str]:
    """What the outcomes of a job say that is missing: one each."""
    told = [node for node in job["outcomes"]["nodes"] if node["code"] == "PERMISSION_MISSING"]
    assert len({node["subject"] for node in told}) == len(told)
    return {node["subject"]: node["message"] for node in told}


async def is_paused(world: World) -> bool:
    async with world.database.read() as session:
        return (await session.get_one(Company, 1)).schedule_paused_at is not None


@each(CALLED_BY_IMPORTS)
@one_database
async def test_an_import_without_one_interface(world: World, interface: str, code: int) -> None:
    """C14, O1, O16: only the list of orders is essential to an import: without any other orders come in, the mark moves."""
    orders = fill(world, 3)
    lack(world, interface, code)
    calls = world.sandbox.ledger.count(interface)

    job = await world.import_orders()

    refused = world.sandbox.ledger.count(interface) - calls
    assert not await is_paused(world)
    if interface in ESSENTIAL_TO_IMPORTS:
        assert (job["status"], job["errorIsPassing"], refused) == ("FAILED", False, 1)
        assert interface in job["error"]
        assert await mark(world) is None
        return
    subject: str | None = NAMED_BY_IMPORTS[interface]
    if code == 3000032 and interface in TOLD_BY_TEST_SETTINGS_ALONE:
        subject = None
    # Orders without address can't be shipped, so that is a failure to be run again; the others are no failures.
    expected = "PARTIALLY_SUCCEEDED" if interface == interfaces.ORDER_ADDRESS else "SUCCEEDED"
    assert job["status"] == expected, job
    assert set(await world.orders()) == numbers(orders)
    assert await mark(world) is not None
    assert refused == 1
    told = of_tokens(job)
    assert list(told) == ([] if subject is None else [subject])
    assert all(interface in message for message in told.values())


@each(CALLED_BY_IMPORTS, [LATER_CODE])
@one_database
async def test_an_event_without_one_interface(world: World, interface: str, code: int) -> None:
    """C14, O14: an order that an event tells of comes in without any interface but the list of orders."""
    await world.api.ask(DOWNLOAD, id=world.company_id, on=True)
    lack(world, interface, code)
    order = world.mall.add_order()
    told = {"mallId": world.mall.mall_id, "parentOrderSn": order.number}
    message = world.sandbox.events.message(STATUS_CHANGED, told)

    headers = {"Content-Type": "application/json", **message.headers}
    assert (await world.http.post("/events/temu", content=message.body, headers=headers)).status_code == 200
    await world.run_jobs()

    assert (order.number in await world.orders()) is (interface not in ESSENTIAL_TO_IMPORTS)
    assert not await is_paused(world)


@each(CALLED_BY_UPLOADS)
@one_database
async def test_an_upload_without_one_interface(world: World, interface: str, code: int) -> None:
    """C14, T2: an upload needs carriers, addresses and the confirmation; without one it fails once, and later goes on."""
    desk = Desk(world, (await world.api.ask(WAREHOUSE, name="Kiel"))["warehouse"]["id"])
    orders = [world.mall.add_order(), world.mall.add_order()]
    await world.import_orders()
    lack(world, interface, code)
    for order in orders:
        # The list of carriers can't be had for some: what was shipped is recorded all the same.
        await desk.shipped(order)
    essential = interface in {interfaces.CARRIERS, interfaces.SHIPPING_ADDRESSES, interfaces.SHIPMENT_CONFIRM}

    job = await desk.upload()

    assert job["status"] == ("FAILED" if essential else "SUCCEEDED"), job
    assert not essential or interface in job["error"]
    assert not await is_paused(world)
    grant(world, interface)
    # Temu did not look at them, so nothing is in doubt that would have to be asked about.
    lack(world, interfaces.SHIPMENT, code)
    assert (await desk.upload())["status"] == "SUCCEEDED"
    assert len(world.mall.packages) == 2
    async with world.database.read() as session:
        assert (await session.scalars(select(TrackingUpload))).all() == []


@pytest.mark.parametrize("code", [3000032, LATER_CODE])
@one_database
async def test_doubt_that_can_not_be_resolved(world: World, code: int) -> None:
    """C14, T6, T7: an order whose confirmation was cut off stays in doubt while Temu may not be asked; others go out."""
    desk = Desk(world, (await world.api.ask(WAREHOUSE, name="Kiel"))["warehouse"]["id"])
    odd, good = world.mall.add_order(), world.mall.add_order()
    await world.import_orders()
    await desk.shipped(odd)
    lack(world, interfaces.SHIPMENT, code)
    world.sandbox.faults.add("drop_after", interface=CONFIRM, times=1)

    first = await desk.upload()
    await desk.shipped(good)
    second = await desk.upload()

    assert [job["status"] for job in (first, second)] == ["PARTIALLY_SUCCEEDED", "PARTIALLY_SUCCEEDED"]
    assert {node["subject"]: node["code"] for node in second["outcomes"]["nodes"]} == {
        odd.number: "PERMISSION_MISSING",
        good.number: "UPLOADED",
    }
    assert interfaces.SHIPMENT in second["outcomes"]["nodes"][0]["message"]
    # Never told blindly a second time.
    assert desk.confirmations() == 2
    grant(world, interfaces.SHIPMENT)
    assert (await desk.upload())["status"] == "SUCCEEDED"
    assert desk.confirmations() == 2


@pytest.mark.parametrize("code", [3000032, LATER_CODE])
@one_database
async def test_a_refusal_that_can_not_be_explained(world: World, code: int) -> None:
    """C14, T7: where the list of orders may not be asked why a shipment is refused, the refusal itself is told."""
    desk = Desk(world, (await world.api.ask(WAREHOUSE, name="Kiel"))["warehouse"]["id"])
    odd, good = world.mall.add_order(), world.mall.add_order()
    await world.import_orders()
    await desk.shipped(odd)
    await desk.shipped(good)
    world.mall.mark(odd.number, address_change_pending=True)
    lack(world, interfaces.ORDER_LIST, code)

    job = await desk.upload()

    assert {node["subject"]: node["code"] for node in job["outcomes"]["nodes"]} == {
        odd.number: "TEMU_120012023",
        good.number: "UPLOADED",
    }


@each([*PRODUCT_INTERFACES, interfaces.TOKEN_INFO])
@one_database
async def test_stock_without_one_interface(world: World, interface: str, code: int) -> None:
    """C14, I3, I4: only the edit of stock is essential to an update; without the query nothing is compared, and it goes out."""
    shelf = Shelf(world, (await world.api.ask(WAREHOUSE, name="Kiel"))["warehouse"]["id"])
    [lamp] = await shelf.add(world.mall.add_goods())
    await shelf.put(lamp, 7)
    await shelf.push()
    await shelf.settings(allowInventoryUpload=True)
    lack(world, interface, code)
    await shelf.put(lamp, 5)

    await shelf.tick(hours=48)

    essential = interface == interfaces.STOCK_EDIT
    assert list(world.mall.stock.values()) == [7 if essential else 5]
    assert not await is_paused(world)
    async with world.database.read() as session:
        told = select(JobOutcome.subject).where(JobOutcome.code == "PERMISSION_MISSING")
        named = list(await session.scalars(told))
    is_silent = interface != interfaces.STOCK or code == 3000032
    assert set(named) == (set() if is_silent else {"(stock at Temu)"})


@each([interfaces.SKU_LIST, interfaces.STOCK_EDIT, interfaces.TOKEN_INFO])
@one_database
async def test_matching_without_one_interface(world: World, interface: str, code: int) -> None:
    """C14, M4: only the list of SKUs is essential to matching listings."""
    world.mall.add_goods()
    lack(world, interface, code)

    job = await match(world)

    if interface == interfaces.SKU_LIST:
        assert (job["status"], job["errorIsPassing"]) == ("FAILED", False)
        assert interface in job["error"]
    else:
        assert job["status"] == "SUCCEEDED"


@one_database
async def test_the_test_names_each_interface(world: World) -> None:
    """C3, C13: each interface that Tradewind calls is named in one line when the token lacks it, and no other is: outside of the EU,
    where no mall has them [B], none of invoices.
    """
    every = world.mall.scopes
    token = (TemuHost.REGION, TemuRegion.EU)
    assert {*token_advice.missing([], AccessTokenPurpose.ALL, *token)} >= interfaces.INVOICE_INTERFACES
    world.mall.scopes = every - interfaces.INVOICE_INTERFACES
    assert (await world.api.ask(TEST, id=world.company_id))["advice"] == []
    for interface in EVERY:
        if interface in interfaces.INVOICE_INTERFACES:
            continue
        lack(world, interface, 3000032)

        report = await world.api.ask(TEST, id=world.company_id)

        [line] = report["advice"]
        assert interface in line
        token = report["company"]["settings"]["accessToken"]
        assert token["status"] == "VALID"
        assert not await is_paused(world)
        if interface == interfaces.TOKEN_INFO:
            assert report["ok"] is False
        else:
            assert token["missingScopes"] == [interface]
            assert report["ok"] is (interface in OPTIONAL)
        world.mall.scopes = every


@one_database
async def test_the_test_names_what_belongs_together_in_one_line(world: World) -> None:
    """C3, C14: a token that permits nothing but orders and stock works, and each feature that it lacks is one line."""
    world.mall.scopes = world.mall.scopes - set(OPTIONAL)
    named = set(OPTIONAL) - interfaces.INVOICE_INTERFACES

    report = await world.api.ask(TEST, id=world.company_id)

    assert report["ok"] is True
    assert sorted(name for line in report["advice"] for name in OPTIONAL if name in line) == sorted(named)
    lines = {line.partition(":")[0]: line for line in report["advice"]}
    assert len(lines) == 9
    [returns] = [line for line in report["advice"] if interfaces.RETURNS in line]
    assert interfaces.REFUND_ISSUE in returns
    assert "are not permitted: returns don't come in" in returns
    assert returns.endswith("Authorise them in the seller centre and set the new token.")


# Of the optional ones, those by which tokens are told apart, and one of all others: which it is, the check doesn't look at.
@each([interfaces.TOKEN_INFO, interfaces.MESSAGE_UPDATE])
@one_database
async def test_setting_a_token_without_one_interface(world: World, interface: str, code: int) -> None:
    """C14, C3: a token is never REJECTED, nor the schedule paused, because one interface is missing."""
    lack(world, interface, code)

    payload = await world.api.ask(
        TOKEN, input={"companyId": world.company_id, "accessToken": world.mall.token}
    )
    report = await world.api.ask(TEST, id=world.company_id)

    expected = "UNTESTED" if interface == interfaces.TOKEN_INFO else "VALID"
    assert payload["company"]["settings"]["accessToken"]["status"] == expected
    assert report["company"]["settings"]["accessToken"]["status"] == expected
    assert not await is_paused(world)


def test_every_interface_is_here() -> None:
    """C13, C14: what the client can call is what is tested here, and what testSettings knows."""
    names = {value for name, value in vars(interfaces).items() if name.isupper() and isinstance(value, str)}
    # What makes a token is called without one.
    called = {name for name in names if name.startswith(("bg.", "temu."))} - {interfaces.TOKEN_CREATE}
    assert called == set(EVERY)
