"""What pages of other origins may do, what is compressed, and what the server's own address says."""

from collections.abc import AsyncIterator

import httpx
import pytest
from pydantic import ValidationError

from api.app import create_app, hold
from domain.release import VERSION
from domain.settings import Settings
from tests.fixtures.database import one_database
from tests.fixtures.world import World

ORIGIN = "https://office.example.com"
PREFLIGHT = {
    "Origin": ORIGIN,
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization,content-type",
}
ASK = {"query": "{ companies { nodes { id name } } }"}


@pytest.fixture
async def office(world: World, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A server whose pages stand at another origin."""
    app = create_app(settings.model_copy(update={"cors_origins": f"{ORIGIN},http://127.0.0.1:5173"}))
    hold(app, world.resources)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://tradewind") as http:
        yield http


def _key(world: World) -> dict[str, str]:
    return {"Authorization": f"Bearer {world.api._key}"}


@one_database
async def test_a_page_of_a_known_origin(world: World, office: httpx.AsyncClient) -> None:
    """A3: its browser may send a key and read the reply, errors and their headers among them; cookies are never asked for."""
    asked = await office.options("/graphql", headers=PREFLIGHT)
    answered = await office.post("/graphql", json=ASK, headers={"Origin": ORIGIN} | _key(world))
    refused = await office.post("/graphql", json=ASK, headers={"Origin": ORIGIN})

    assert asked.status_code == 200
    assert asked.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "authorization" in asked.headers["Access-Control-Allow-Headers"].lower()
    assert answered.json()["data"]["companies"]["nodes"][0]["id"] == world.company_id
    for reply in (answered, refused):
        assert reply.headers["Access-Control-Allow-Origin"] == ORIGIN
        assert "X-Request-Id" in reply.headers["Access-Control-Expose-Headers"]
        assert "Access-Control-Allow-Credentials" not in reply.headers
        assert "Origin" in reply.headers["Vary"]
    assert refused.status_code == 401


@one_database
async def test_pages_of_other_origins(world: World, office: httpx.AsyncClient) -> None:
    """A3: their browsers are told nothing, and where no origin is set nobody's are."""
    for other in ("https://evil.example", "null", f"{ORIGIN}.evil.example", "http://office.example.com"):
        asked = await office.options("/graphql", headers=PREFLIGHT | {"Origin": other})
        answered = await office.post("/graphql", json=ASK, headers={"Origin": other} | _key(world))
        assert asked.status_code == 400
        assert "Access-Control-Allow-Origin" not in answered.headers
    alone = await world.http.options("/graphql", headers=PREFLIGHT)
    assert (alone.status_code, "Access-Control-Allow-Origin" in alone.headers) == (405, False)


@one_database
async def test_replies_are_compressed(world: World, settings: Settings) -> None:
    """A3: long ones, for clients that take it, unless a setting says otherwise; short ones as they are."""
    for index in range(60):
        await world.new_company(f"Company {index}")
    plain = create_app(settings.model_copy(update={"compression": False}))
    hold(plain, world.resources)
    lengths = {}
    for name, app in {"compressed": world.app, "plain": plain}.items():
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://t") as http:
            reply = await http.post("/graphql", json=ASK, headers=_key(world) | {"Accept-Encoding": "gzip"})
            short = await http.get("/live")
        lengths[name] = int(reply.headers["Content-Length"])
        assert reply.headers.get("Content-Encoding") == ("gzip" if name == "compressed" else None)
        assert "Content-Encoding" not in short.headers
        assert len(reply.json()["data"]["companies"]["nodes"]) == 50
    assert lengths["compressed"] < lengths["plain"] / 2


@one_database
async def test_the_servers_own_address(world: World) -> None:
    """A7: it says what answers there, in the form that is asked for."""
    program = await world.http.get("/")
    browser = await world.http.get("/", headers={"Accept": "text/html,*/*;q=0.8"})

    assert program.json()["release"] == VERSION
    assert program.json()["graphql"] == "/graphql"
    assert browser.headers["Content-Type"].startswith("text/html")
    assert 'href="graphql"' in browser.text
    assert "default-src 'none'" in browser.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "value", ["*", "https://a.example/", "a.example", "https://A.example", "https://u@a.example", "ftp://a"]
)
def test_origins_that_are_none(settings: Settings, value: str) -> None:
    """R2: a setting that no browser would ever name is told at start."""
    with pytest.raises(ValidationError, match="must be origins"):
        Settings.model_validate(settings.model_dump(exclude_unset=True) | {"cors_origins": value})
