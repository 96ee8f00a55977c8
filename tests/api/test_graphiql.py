"""A4: GraphiQL in a real browser, and what the server hands out for it."""

import asyncio
import json
import os
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import uvicorn
from graphql import OperationDefinitionNode, build_schema, parse, validate
from graphql.execution.values import get_variable_values
from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute

from api import graphiql
from api.transport.http import GraphQLEndpoint
from domain.models import ShippingStatus
from tests.api.toy_server import KEY, ToyServer, toy_schema
from tests.fixtures.browser import ROOT, BrowserPage
from tests.fixtures.database import one_database
from tests.fixtures.serving import served
from tests.fixtures.world import World
from tests.journeys.mapping import add_products

BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}

needs_packages = pytest.mark.skipif(
    not (ROOT / "node_modules" / "graphiql").exists(), reason="GraphiQL is not installed: python3 dev setup"
)


@asynccontextmanager
async def serving(*, enabled: bool = True) -> AsyncGenerator[ToyServer]:
    """The toy schema, with GraphiQL in front."""
    toy = ToyServer()
    endpoint = GraphQLEndpoint(
        toy_schema(),
        connect=toy.connect,
        present=toy.present,
        page=graphiql.page if enabled else lambda _: None,
    )
    app = Starlette(
        routes=[
            Route("/graphql", endpoint),
            WebSocketRoute("/graphql", endpoint),
            *graphiql.routes(enabled=enabled),
        ]
    )
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, lifespan="off", access_log=False))
    running = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn tells it in no other way
        await asyncio.sleep(0.005)
    toy.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    try:
        yield toy
    finally:
        server.should_exit = True
        await running


@pytest.fixture
async def toy_with_page() -> AsyncIterator[ToyServer]:
    async with serving() as server:
        yield server


TABS = "[...document.querySelectorAll('.graphiql-tab-button')].map((tab) => tab.textContent)"
TOKEN = KEY.removeprefix("Bearer ")
TITLES = [title for listed in graphiql.EXAMPLES.values() for title, _, _ in listed]


class Editors:
    """The page, as a person at the keyboard has it."""

    def __init__(self, page: BrowserPage) -> None:
        self._page = page

    async def give_key(self, key: str) -> None:
        await self._page.wait_for("document.querySelector('#key-form button')?.disabled === false")
        await self._page.evaluate("document.getElementById('key').select()")
        await self._page.type(key)
        await self._page.click("#key-form button")

    async def write(self, query: str) -> None:
        editor = "document.querySelector('.graphiql-query-editor .CodeMirror').CodeMirror"
        await self._page.evaluate(f"{editor}.focus(), {editor}.execCommand('selectAll')")
        await self._page.type(query)

    async def run(self, name: str, query: str) -> None:
        """Run an operation as soon as its tab has its name: GraphiQL waits for a pause in the typing."""
        await self.write(query)
        await self.run_tab(name)

    async def run_tab(self, name: str) -> None:
        await self._page.wait_for(f"{TABS}.includes({json.dumps(name)})")
        await self._page.click(".graphiql-execute-button")

    async def choose(self, title: str) -> None:
        """Open an example."""
        find = f"[...choose.options].find((each) => each.textContent === {json.dumps(title)}).value"
        await self._page.evaluate(f"choose.value = {find}, choose.dispatchEvent(new Event('change'))")

    async def answered(self, text: str) -> None:
        shown = "document.querySelector('.result-window .CodeMirror').CodeMirror.getValue()"
        await self._page.wait_for(f"{shown}.includes({json.dumps(text)})")


@needs_packages
class TestInABrowser:
    async def test_everything_that_is_promised(
        self, browser_page: BrowserPage, toy_with_page: ToyServer
    ) -> None:
        """A4: the key asked for, a query, a subscription, tabs kept over a reload; nothing refused, nothing from elsewhere."""
        page, editors = browser_page, Editors(browser_page)
        await page.open(f"{toy_with_page.url}/graphql")

        await page.wait_for("document.querySelector('.start')?.innerText.includes('Give your API key above')")
        assert toy_with_page.seen.connected == []
        assert await page.evaluate("document.getElementById('key-said').textContent") == ""

        await editors.give_key(KEY)
        await page.wait_for(f"{TABS}.join() === 'Companies,Orders'")
        assert await page.evaluate("[...choose.options].slice(1).map((each) => each.textContent)") == TITLES
        # The schema comes by itself: the toy has nothing of what the example asks for.
        await page.wait_for("document.querySelectorAll('.CodeMirror-lint-mark-error').length > 0")
        await editors.run("OverPost", 'query OverPost { echo(text: "over POST") }')
        await editors.answered('"echo": "over POST"')

        await editors.run("Count", "subscription Count { count(to: 3) }")
        await editors.answered('"count": 2')
        assert page.frames_sent[0] == {
            "type": "connection_init",
            "payload": {"Authorization": f"Bearer {TOKEN}"},
        }
        events = [frame["payload"]["data"] for frame in page.frames_received if frame["type"] == "next"]
        assert events == [{"count": 0}, {"count": 1}, {"count": 2}]

        await page.wait_for("localStorage.getItem('graphiql:tabState').includes('subscription Count')")
        assert TOKEN not in await page.evaluate("JSON.stringify({ ...localStorage }) + document.cookie")
        await page.evaluate("window.before = true")
        await page.send("Page.reload")
        await page.wait_for(f"!window.before && {TABS}[0] === 'Count'")
        await editors.run("Again", 'query Again { echo(text: "again") }')
        await editors.answered('"echo": "again"')

        own = urlsplit(toy_with_page.url).netloc
        assert [
            url for url in page.requests if not url.startswith("data:") and urlsplit(url).netloc != own
        ] == []
        assert await page.violations() == []
        assert page.errors == []

    async def test_a_wrong_key(self, browser_page: BrowserPage, toy_with_page: ToyServer) -> None:
        """A6: a key that is refused is told beside its box, and not kept."""
        await browser_page.open(f"{toy_with_page.url}/graphql")

        await Editors(browser_page).give_key("wrong")

        await browser_page.wait_for("document.getElementById('key-said').textContent !== ''")
        assert (
            await browser_page.evaluate(
                "sessionStorage.length + document.querySelectorAll('.graphiql-container').length"
            )
            == 0
        )

    @one_database
    async def test_examples_are_filled_in(self, browser_page: BrowserPage, world: World) -> None:
        """A4, S1: an example has ids of what the key sees, and variables in sight; an order is shipped by it at 420 pixels."""
        page, editors = browser_page, Editors(browser_page)
        goods = world.mall.add_goods()
        await add_products(world, **{"TW-1": (str(goods.goods_id), str(goods.sku_id))})
        await world.api.ask('mutation { createWarehouse(input: {name: "Desk"}) { warehouse { id } } }')
        order = world.mall.add_order(items=[(goods, 1)])
        await world.import_orders()
        await page.resize(420, 900)

        async with served(world, ws="websockets-sansio") as url:
            await page.open(f"{url}/graphql")
            await editors.give_key(world.api._key)
            await editors.run_tab("Companies")
            await editors.answered(world.company_id)
            await editors.choose("Ship an order")
            await editors.run_tab("ShipOrder")
            await editors.answered('"shippingStatus": "FULLY_SHIPPED"')

        where = "document.querySelector('.graphiql-editor-tool .CodeMirror').getBoundingClientRect()"
        assert await page.evaluate(f"{where}.height > 50 && {where}.width > 300")
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert (await world.orders())[order.number].shipping_status is ShippingStatus.FULLY_SHIPPED
        if folder := os.environ.get("SCREENSHOTS"):
            (Path(folder) / "graphiql.png").write_bytes(await page.screenshot())
        assert await page.violations() == []
        assert page.errors == []


class TestPage:
    @needs_packages
    async def test_policy(self, toy_with_page: ToyServer) -> None:
        """A4: nothing may be loaded or run but this server's own files, and nobody may frame the page."""
        async with toy_with_page.client() as client:
            page = await client.get("/graphql", headers=BROWSER)

        assert page.status_code == 200
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert page.headers["cache-control"] == "no-store"
        policy = dict(part.split(" ", 1) for part in page.headers["content-security-policy"].split("; "))
        assert policy == {
            "default-src": "'none'",
            "script-src": "'self'",
            "style-src": "'self'",
            "img-src": "'self' data:",
            "font-src": "'self' data:",
            "connect-src": "'self'",
            "base-uri": "'none'",
            "form-action": "'none'",
            "frame-ancestors": "'none'",
        }

    async def test_not_installed(self, toy_with_page: ToyServer, monkeypatch: pytest.MonkeyPatch) -> None:
        """A4: a server without the packages says how to get them, and still answers GraphQL."""
        absent = {"graphiql.js": (Path("nowhere"), "text/javascript")}
        monkeypatch.setattr(graphiql, "_ASSETS", absent)

        async with toy_with_page.client() as client:
            page = await client.get("/graphql", headers=BROWSER)
            answer = await client.post("/graphql", json={"query": "{ __typename }"})
            asset = await client.get("/graphiql/assets/x/graphiql.js")

        assert page.status_code == 200
        assert "python3 dev setup" in page.text
        assert answer.json()["data"] == {"__typename": "Query"}
        assert asset.status_code == 404

    async def test_only_for_browsers(self, toy_with_page: ToyServer) -> None:
        """A4: a client that asks for JSON gets JSON from the same address."""
        async with toy_with_page.client() as client:
            answer = await client.get("/graphql", params={"query": "{ __typename }"})

        assert answer.json()["data"] == {"__typename": "Query"}

    async def test_turned_off(self) -> None:
        """A6: turned off, there is neither the page nor its files."""
        async with serving(enabled=False) as toy, toy.client() as client:
            page = await client.get("/graphql", headers=BROWSER)
            asset = await client.get("/graphiql/assets/x/page.js")

        assert page.status_code != 200
        assert "GraphiQL" not in page.text
        assert asset.status_code == 404


@needs_packages
class TestAssets:
    async def test_kept_for_good(self, toy_with_page: ToyServer) -> None:
        """A4: a file that the page names may be kept for good, since its address changes with its content."""
        async with toy_with_page.client() as client:
            page = await client.get("/graphql", headers=BROWSER)
            named = [part.split('"')[0] for part in page.text.split('="graphiql/assets/')[1:]]
            assets = [await client.get(f"/graphiql/assets/{name}") for name in named]

        assert len(assets) == 6
        for asset in assets:
            assert asset.status_code == 200
            assert asset.headers["cache-control"] == "public, max-age=31536000, immutable"
            assert asset.headers["content-type"].split(";")[0] in {"text/javascript", "text/css"}

    @pytest.mark.parametrize(
        "name",
        [
            "package.json",
            "..%2fgraphiql.py",
            "../graphiql.py",
            "%2e%2e/%2e%2e/pyproject.toml",
            "page.js%00",
            "",
        ],
    )
    async def test_nothing_else(self, toy_with_page: ToyServer, name: str) -> None:
        """A4: what isn't on the list isn't there, however it is spelt."""
        async with toy_with_page.client() as client:
            page = await client.get("/graphql", headers=BROWSER)
            version = page.text.split('="graphiql/assets/')[1].split("/")[0]
            other = await client.get(f"/graphiql/assets/{version}/{name}")
            outdated = await client.get("/graphiql/assets/0000000000000000/page.js")

        assert (other.status_code, outdated.status_code) == (404, 404)


class TestExamples:
    def test_valid(self) -> None:
        """A4: each example is an operation that this server's schema allows, with variables that it takes."""
        schema = build_schema((ROOT / "schema.graphql").read_text())
        listed = [one for part in graphiql.EXAMPLES.values() for one in part]

        times = {"{now}": "2027-01-31T00:00:00Z", "{month ago}": "2027-01-01T00:00:00Z"}
        for file, variables in [("ids", {})] + [(f"examples/{file}", given) for _, file, given in listed]:
            given = {name: times.get(str(value), value) for name, value in variables.items()}
            document = parse((ROOT / f"api/assets/{file}.graphql").read_text())
            (operation,) = document.definitions
            assert validate(schema, document) == [], file
            assert isinstance(operation, OperationDefinitionNode)
            taken = get_variable_values(schema, operation.variable_definitions or (), given)
            assert not isinstance(taken, list), (file, taken)

    def test_none_is_left_out(self) -> None:
        """A4: each file is listed."""
        files = {path.stem for path in (ROOT / "api/assets/examples").iterdir()}

        assert files == {file for part in graphiql.EXAMPLES.values() for _, file, _ in part}
