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
from graphql import build_schema, parse, validate
from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute

from api import graphiql
from api.transport.http import GraphQLEndpoint
from tests.api.toy_server import KEY, ToyServer, toy_schema
from tests.fixtures.browser import ROOT, BrowserPage

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


HEADERS = ".graphiql-editor-tool .graphiql-editor:not(.hidden)"
TABS = "[...document.querySelectorAll('.graphiql-tab-button')].map((tab) => tab.textContent)"


class Editors:
    """GraphiQL's editors, as a person at the keyboard has them."""

    def __init__(self, page: BrowserPage) -> None:
        self._page = page

    async def write(self, where: str, text: str) -> None:
        editor = f"document.querySelector({json.dumps(where + ' .CodeMirror')}).CodeMirror"
        await self._page.evaluate(f"{editor}.focus(), {editor}.execCommand('selectAll')")
        await self._page.type(text)

    async def run(self, name: str, query: str) -> None:
        """Run an operation as soon as its tab has its name: GraphiQL waits for a pause in the typing."""
        await self.write(".graphiql-query-editor", query)
        await self._page.wait_for(f"{TABS}.includes({json.dumps(name)})")
        await self._page.evaluate("document.querySelector('.graphiql-execute-button').click()")

    async def answered(self, text: str) -> None:
        shown = "document.querySelector('.result-window .CodeMirror').CodeMirror.getValue()"
        await self._page.wait_for(f"{shown}.includes({json.dumps(text)})")


@needs_packages
class TestInABrowser:
    async def test_everything_that_is_promised(
        self, browser_page: BrowserPage, toy_with_page: ToyServer
    ) -> None:
        """A4: tabs, the key explained, a query, a subscription; nothing refused, nothing from elsewhere."""
        page, editors = browser_page, Editors(browser_page)
        await page.open(f"{toy_with_page.url}/graphql")

        await page.wait_for("document.querySelectorAll('.graphiql-tab-button').length === 4")
        assert await page.evaluate(TABS) == ["Companies", "Orders", "ImportOrders", "QueuedJob"]
        await page.wait_for(
            "document.querySelector('.graphiql-query-editor').textContent.includes('API key')"
        )
        await page.wait_for(f"document.querySelector('{HEADERS}').textContent.includes('Bearer ')")
        await editors.answered("Put your API key under Headers")
        assert toy_with_page.seen.connected == []

        await editors.write(HEADERS, json.dumps({"Authorization": KEY}))
        # The schema comes by itself as soon as there is a key.
        await page.wait_for("document.querySelectorAll('.CodeMirror-lint-mark-error').length > 0")
        await editors.run("OverPost", 'query OverPost { echo(text: "over POST") }')
        await editors.answered('"echo": "over POST"')

        await editors.run("Count", "subscription Count { count(to: 3) }")
        await editors.answered('"count": 2')
        assert page.frames_sent[0] == {"type": "connection_init", "payload": {"Authorization": KEY}}
        events = [frame["payload"]["data"] for frame in page.frames_received if frame["type"] == "next"]
        assert events == [{"count": 0}, {"count": 1}, {"count": 2}]

        # The key serves the other tabs too.
        await page.evaluate("document.querySelectorAll('.graphiql-tab-button')[1].click()")
        await page.wait_for(
            "document.querySelector('.graphiql-query-editor').textContent.includes('OrderFilter')"
        )
        await editors.run("Another", 'query Another { echo(text: "another tab") }')
        await editors.answered('"echo": "another tab"')

        if folder := os.environ.get("SCREENSHOTS"):
            (Path(folder) / "graphiql.png").write_bytes(await page.screenshot())
        own = urlsplit(toy_with_page.url).netloc
        assert [
            url for url in page.requests if not url.startswith("data:") and urlsplit(url).netloc != own
        ] == []
        assert await page.violations() == []
        assert page.errors == []
        assert KEY not in await page.evaluate("JSON.stringify({ ...localStorage, ...sessionStorage })")

    async def test_again(self, browser_page: BrowserPage, toy_with_page: ToyServer) -> None:
        """A4: after a reload the tabs are as one left them, and the key is asked for again."""
        page, editors = browser_page, Editors(browser_page)
        await page.open(f"{toy_with_page.url}/graphql")
        await page.wait_for("document.querySelectorAll('.graphiql-tab-button').length === 4")
        await editors.write(HEADERS, json.dumps({"Authorization": KEY}))
        await editors.run("Mine", 'query Mine { echo(text: "mine") }')
        await editors.answered('"echo": "mine"')
        await page.wait_for("localStorage.getItem('graphiql:tabState')?.includes('Mine')")

        await page.evaluate("window.before = true")
        await page.send("Page.reload")
        await page.wait_for(
            "!window.before && document.querySelectorAll('.graphiql-tab-button').length === 4"
        )

        assert (await page.evaluate(TABS))[0] == "Mine"
        await page.wait_for(f"document.querySelector('{HEADERS}').textContent.includes('\"Bearer \"')")
        await editors.answered("Put your API key under Headers")
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
    @pytest.mark.parametrize("name", graphiql.EXAMPLES)
    def test_valid(self, name: str) -> None:
        """A4: each example is an operation that this server's schema allows."""
        schema = build_schema((ROOT / "schema.graphql").read_text())
        query = (ROOT / f"api/assets/examples/{name}.graphql").read_text()

        assert validate(schema, parse(query)) == []
