"""The example of a front end, built and in a real browser: signed in, an order shipped, its job seen to run."""

import json
import os
import subprocess
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from api.app import create_app, hold
from domain.settings import Settings
from tests.demo.back_office import serving_back_office
from tests.demo.processes import free_port
from tests.fixtures.browser import BrowserPage, node
from tests.fixtures.database import one_database
from tests.fixtures.serving import served
from tests.fixtures.world import World
from tests.journeys.mapping import add_products

EXAMPLE = Path(__file__).parents[2] / "examples" / "back-office"
VITE = EXAMPLE / "node_modules" / "vite" / "bin" / "vite.js"
WAREHOUSE = 'mutation { createWarehouse(input: {name: "Desk"}) { warehouse { id } } }'
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
        await self.page.wait_for(f"document.querySelector('main').innerText.includes({json.dumps(text)})")


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
