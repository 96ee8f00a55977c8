"""The example of a front end, built and in a real browser: signed in, an order shipped, its job seen to run."""

import json
import os
import subprocess
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from api.app import create_app, hold
from domain import clock
from domain.models import ChannelAction, ChannelActionKind, ChannelActionStatus
from domain.settings import Settings
from domain.shipping.bought_labels import due
from tests.demo.back_office import serving_back_office
from tests.demo.processes import free_port
from tests.fixtures.browser import BrowserPage, node
from tests.fixtures.database import one_database
from tests.fixtures.killing import run_due, run_to_the_end
from tests.fixtures.serving import served
from tests.fixtures.world import World
from tests.journeys.mapping import add_products
from tests.journeys.test_returns import IMPORT as IMPORT_RETURNS
from tests.sandbox.returns import BuyerReturn

EXAMPLE = Path(__file__).parents[2] / "examples" / "back-office"
VITE = EXAMPLE / "node_modules" / "vite" / "bin" / "vite.js"
WAREHOUSE = 'mutation { createWarehouse(input: {name: "Desk"}) { warehouse { id } } }'
ON_HAND = '{ products(first: 5, filter: {skus: ["TW-1"]}) { nodes { inventory { onHand } } } }'
ORDERS = "{ orders(first: 250) { nodes { id channelOrderId shippingStatus sourceUpdatedForShipping } } }"

needs_packages = pytest.mark.skipif(
    not VITE.exists(), reason="The example is not installed: python3 dev setup"
)


class Office:
    """The example in a browser, as a person uses it."""

    def __init__(self, page: BrowserPage, origin: str, server: str) -> None:
        self.page = page
        self._address = f"{origin}/?server={server}"

    async def sign_in(self, key: str) -> None:
        await self.page.open(self._address)
        await self.fill("[name=apiKey]", key)
        await self.page.click("form button")

    async def fill(self, field: str, text: str) -> None:
        await self.page.wait_for(f"!!document.querySelector('{field}')")
        await self.page.evaluate(f"document.querySelector('{field}').focus()")
        await self.page.type(text)

    async def shows(self, text: str) -> None:
        try:
            await self.page.wait_for(f"document.querySelector('main').innerText.includes({json.dumps(text)})")
        except AssertionError:
            raise AssertionError(
                text, await self.page.evaluate("document.querySelector('main').innerText")
            ) from None

    async def press(self, text: str) -> None:
        """Press the first button or follow the first link that says this."""
        found = f"[...document.querySelectorAll('main button, main a')].find((one) => one.innerText === {json.dumps(text)})"
        await self.page.wait_for(f"{found} && !{found}.disabled")
        await self.page.evaluate(f"{found}.click()")

    async def go(self, screen: str, text: str) -> None:
        """To a screen, and from there to what is called so."""
        await self.page.evaluate(f"location.hash = '#/{screen}'")
        await self.press(text)

    async def fits(self, name: str) -> None:
        """Nothing of the screen stands over its edge, wide or narrow; SCREENSHOTS names a folder for pictures of it."""
        for width in (420, 1200):
            await self.page.resize(width, 900)
            assert await self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
            if folder := os.environ.get("SCREENSHOTS"):
                await self.page.resize(
                    width, await self.page.evaluate("document.documentElement.scrollHeight")
                )
                (Path(folder) / f"{name}-{width}.png").write_bytes(await self.page.screenshot())


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example as a host of static files gets it."""
    folder = tmp_path_factory.mktemp("back-office")
    command = [node(), str(VITE), "build", str(EXAMPLE), "--outDir", str(folder), "--logLevel", "error"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
async def office(
    world: World, settings: Settings, build: Path, browser_page: BrowserPage
) -> AsyncIterator[Office]:
    """The example at an origin of its own, which the server lets in."""
    with serving_back_office(free_port(), build) as origin:
        assert origin
        app = create_app(settings.model_copy(update={"cors_origins": origin}))
        hold(app, world.resources)
        async with served(replace(world, app=app), ws="websockets-sansio") as server:
            yield Office(browser_page, origin, server)


@needs_packages
@one_database
async def test_from_signing_in_to_a_shipment(world: World, office: Office) -> None:
    """A3, S1: another origin's page signs in, lists orders, ships one and follows the job that tells Temu, wide and narrow;
    what comes in meanwhile shows by itself.
    """
    mall, page = world.mall, office.page
    goods = mall.add_goods()
    await add_products(world, **{"TW-1": (str(goods.goods_id), str(goods.sku_id))})
    await world.api.ask(WAREHOUSE)
    first, second = mall.add_order(items=[(goods, 1)]), mall.add_order(items=[(goods, 2)])
    await world.import_orders()

    await office.sign_in(world.api._key)
    await office.shows(first.number)
    await office.shows(second.number)

    for order, width in ((first, 1200), (second, 420)):
        await page.resize(width, 900)
        await page.evaluate("location.hash = '#/orders'")
        await page.wait_for(f"[...document.links].some((link) => link.textContent === '{order.number}')")
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await page.evaluate(
            f"[...document.links].find((link) => link.textContent === '{order.number}').click()"
        )
        await office.fill("[name=carrier]", "UPS")
        await office.fill("[name=trackingNumber]", f"OFFICE{order.number[-6:]}")
        await page.click("button.primary")
        await page.wait_for("!!document.querySelector('.job-progress')")
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await world.run_jobs()
        await page.wait_for("document.querySelector('.job-progress')?.dataset.status === 'SUCCEEDED'")
        await office.shows("Told")
        if folder := os.environ.get("SCREENSHOTS"):
            (Path(folder) / f"back-office-{width}.png").write_bytes(await page.screenshot())

    await page.evaluate("location.hash = '#/orders'")
    await office.shows(first.number)
    await office.shows("Live")
    third = mall.add_order(items=[(goods, 1)])
    await world.import_orders()
    await office.shows(third.number)

    known = (await world.api.ask(ORDERS))["nodes"]
    assert {order["channelOrderId"] for order in known if order["sourceUpdatedForShipping"]} == {
        first.number,
        second.number,
    }
    assert page.errors == []
    assert "tw_live" not in await page.evaluate(
        "JSON.stringify({ ...localStorage }) + document.cookie + location.href"
    )


@needs_packages
@one_database
async def test_a_wrong_key(world: World, office: Office) -> None:
    """A6: a key that the server doesn't take leads back to signing in, with a word of why, and is forgotten."""
    await office.sign_in("tw_live_wrong")

    await office.shows("take this API key.")
    assert await office.page.evaluate("sessionStorage.getItem('back-office')") is None


@needs_packages
@one_database
async def test_a_sellers_day(world: World, office: Office) -> None:
    """O15, T10, T7, M4, C2: a cancellation is agreed to, an order held back and let go, a label bought after one that failed, printed and handed over, a return refunded
    and received, a price asked for, listings made into products and taken off sale, a mall authorised anew; each shows what became of
    it by itself.
    """
    mall = world.mall
    goods, _ = mall.add_goods(), mall.add_goods("Desk lamp", "LAMP")
    await add_products(world, **{"TW-1": (str(goods.goods_id), str(goods.sku_id))})
    await world.api.ask(WAREHOUSE)
    unwanted, sold, returned = (mall.add_order(status=status, items=[(goods, 1)]) for status in (2, 2, 4))
    mall.request_cancel(unwanted.number)
    sent_back = mall.returns.ask(returned.number)
    mall.returns.arrive(sent_back)
    await world.import_orders()
    await world.api.ask(IMPORT_RETURNS, input={"companyId": world.company_id})
    await world.run_jobs()
    await office.sign_in(world.api._key)

    await _agree_to_cancel(world, office, unwanted.number)
    await _hold_back(office, sold.number)
    await _send_with_a_label(world, office, sold.number)
    await _take_back(world, office, sent_back)
    await _ask_for_a_price(world, office)
    await _take_off_sale(world, office)
    await _authorize(world, office)
    assert office.page.errors == []


async def _agree_to_cancel(world: World, office: Office, number: str) -> None:
    await office.go("orders", number)
    await office.shows("Temu agrees by itself in")
    await office.fits("cancellation")
    await office.press("Agree to cancel")
    await office.shows("Accept cancellation")
    await office.shows("Queued")
    await run_due(world)
    await office.shows("Succeeded")
    await office.shows("Cancelled")
    await office.fits("cancelled")


async def _hold_back(office: Office, number: str) -> None:
    await office.go("orders", number)
    await office.fill("[name=reason]", "Call the buyer")
    await office.press("Hold")
    await office.shows("On hold: Manual.")
    await office.page.click("details:last-of-type summary")
    await office.shows("holdOrder")
    await office.fits("held")
    await office.press("Release")
    await office.shows("Hold it back because")


async def _send_with_a_label(world: World, office: Office, number: str) -> None:
    desk = world.mall.labels
    await office.go("orders", number)
    for name, value in {"weight": "900", "length": "30", "width": "20", "height": "10"}.items():
        await office.fill(f"[name={name}]", value)
    await office.press("Ask for prices")
    await office.shows("Buy for $4.50")
    await office.fits("rates")
    desk.fail_next.append("The address is not served.")
    await office.press("Buy for $4.50")
    await office.shows("Requested")
    await run_to_the_end(world)
    await office.shows("The address is not served.")
    await office.fits("failed")
    await office.press("Try again for $4.50")
    await office.shows("Retry shipping label")
    await run_to_the_end(world)
    await office.shows(desk.labels[0].tracking_number)
    # Its file comes by the scheduler.
    await due.request_due(world.database, now=clock.now())
    await world.run_jobs()
    await office.press("Print")
    await office.shows("Open the label to print")
    link = await office.page.evaluate(
        "[...document.links].find((one) => one.innerText.startsWith('Open the label')).href"
    )
    assert (await world.http.get(link)).headers["content-type"] == "application/pdf"
    await office.fits("label")
    await office.press("It has left")
    await office.shows("Confirm shipping label")
    await run_to_the_end(world)
    await office.shows("Confirmed")
    assert desk.labels[0].was_confirmed


async def _take_back(world: World, office: Office, one: BuyerReturn) -> None:
    await office.page.evaluate("location.hash = '#/returns'")
    await office.shows(one.number)
    await office.fits("returns")
    await office.press(one.number)
    await office.press("Refund")
    await office.fits("return")
    await office.press("Yes, give $19.99 back")
    await office.shows("Issue refund")
    await run_to_the_end(world)
    await office.shows("Refunding")
    await office.press("Receive")
    await office.page.wait_for(
        "![...document.querySelectorAll('button')].some((one) => one.innerText === 'Receive')"
    )
    assert one.refunds == 1
    assert (await world.api.ask(ON_HAND))["nodes"][0]["inventory"] == [{"onHand": 1}]
    await office.fits("received")


async def _ask_for_a_price(world: World, office: Office) -> None:
    await office.go("products", "TW-1")
    await office.fill("[name=minimum]", "15")
    await office.fill("[name=amount]", "18.50")
    await office.press("Ask Temu for it")
    await office.page.wait_for("!!document.querySelector('.job-progress')")
    await run_due(world)
    await office.shows("Under review")
    await office.fits("price")
    world.mall.prices.approve(world.mall.prices.orders[0])
    await run_to_the_end(world)
    await office.shows("Accepted")


async def _take_off_sale(world: World, office: Office) -> None:
    await office.page.evaluate("location.hash = '#/listings'")
    await office.press("Read from Temu")
    await office.page.wait_for("!!document.querySelector('.job-progress')")
    await world.run_jobs()
    await office.shows("Desk lamp")
    await office.press("Make products of unmapped ones")
    await office.shows("1 product made")
    await office.fits("listings")
    await office.press("Take off")
    await office.shows("Set sale status")
    await run_to_the_end(world)
    await office.shows("Put on sale")
    await office.fits("off-sale")
    assert world.mall.delisted == {world.mall.goods[0].sku_id}
    await office.page.evaluate("location.hash = '#/actions'")
    await office.shows("Issue refund")
    await office.fits("actions")
    await _end_what_temu_does_not(world, office)


async def _end_what_temu_does_not(world: World, office: Office) -> None:
    """C11: what attention says to resolve is found from there, and resolved."""
    refund = ChannelAction.kind == ChannelActionKind.ISSUE_REFUND
    stalled = update(ChannelAction).where(refund).values(
        status=ChannelActionStatus.WORKING, ended_at=None, due_at=None, sent_at=clock.now() - timedelta(days=8)
    )  # fmt: skip
    async with world.database.write() as session:
        await session.execute(stalled)
    await office.page.evaluate("location.hash = '#/attention'")
    await office.press("Show what was asked")
    await office.press("Temu did it")
    await office.shows("now")
    await run_to_the_end(world)
    await office.shows("Nothing like that was asked for.")


async def _authorize(world: World, office: Office) -> None:
    await office.page.evaluate("location.hash = '#/settings'")
    await office.press("Authorise at Temu")
    await office.shows("Open Temu")
    await office.fits("settings")
    link = await office.page.evaluate(
        "[...document.links].find((one) => one.innerText.startsWith('Open Temu')).href"
    )
    assert link.startswith(f"{world.resources.settings.temu_seller_url_us}/")
