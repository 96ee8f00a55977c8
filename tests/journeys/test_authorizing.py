"""Authorising a mall by Temu's redirect, with a real server and the sandbox over HTTP."""

import asyncio
import dataclasses
import html
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import httpx
import pytest
from arq.connections import ArqRedis
from sqlalchemy import select, update
from structlog.testing import capture_logs

from api.app import hold
from api.values import ids
from domain import clock, outbound
from domain.access import api_keys
from domain.models import (
    AccessToken,
    AccessTokenPurpose,
    ApiKey,
    ApiKeyCompany,
    Authorization,
    Company,
    Role,
    StorePlugin,
)
from domain.monitoring import doctor
from domain.secrets import SecretBox
from domain.settings import Settings
from tests.api.looking import SETTINGS, TEST, TOKEN, refused, stored
from tests.fixtures.database import one_database
from tests.fixtures.killing import Killed, killed_at
from tests.fixtures.semi_managed import at_four_hosts
from tests.fixtures.serving import served
from tests.fixtures.world import CREATE as CREATE_COMPANY
from tests.fixtures.world import Api, World, a_world
from tests.sandbox.authorizations import CODE_SECONDS
from tests.sandbox.interfaces import INTERFACES
from tests.sandbox.mall import Sandbox
from tests.sandbox.refusals import INVALID_CODE
from tests.sandbox.server import PATH

BEGIN = """mutation($input: BeginAuthorizationInput!) { beginAuthorization(input: $input) {
  url expiresAt userErrors { code message field } } }"""
CREATE = "bg.open.accesstoken.create"
OF_COMPANY = """query($id: ID!) { company(id: $id) { settings { mallType accessToken {
  status lastFour mallId expiresAt associatedMallIds scopes } } } }"""
ATTENTION = "query($id: ID!) { company(id: $id) { attention { code advice } } }"
AUDIT = "{ auditEvents(first: 20) { nodes { action actor apiKey { id } requestId subjectType after } } }"


async def _begin(world: World, api: Api | None = None, **more: Any) -> str:
    """The address to open."""
    given = {"companyId": world.company_id} | more
    payload = await (api or world.api).ask(BEGIN, input=given)
    assert payload["userErrors"] == []
    url: str = payload["url"]
    return url


async def _agree(url: str) -> str:
    """The address that Temu redirects the seller's browser to, who agrees."""
    async with httpx.AsyncClient(trust_env=False, verify=False) as browser:
        answer = await browser.get(url)
    assert answer.status_code == 302, answer.text
    return answer.headers["location"]


async def _open(world: World, url: str) -> tuple[int, str]:
    """Status and text of the page that this server shows."""
    answer = await world.http.get(url)
    return answer.status_code, _text(answer.text)


def _text(page: str) -> str:
    return html.unescape(" ".join(re.sub("<[^>]+>", " ", page.partition("<body>")[2]).split()))


def _with(url: str, **changes: str | None) -> str:
    """The address with other parameters; None leaves one out."""
    parameters = dict(parse_qsl(urlsplit(url).query)) | changes
    given = {name: value for name, value in parameters.items() if value is not None}
    return url.partition("?")[0] + "?" + urlencode(given)


async def _company(world: World, company_id: str = "") -> Any:
    return (await world.api.ask(OF_COMPANY, id=company_id or world.company_id))["settings"]


@asynccontextmanager
async def _on_a_socket(world: World) -> AsyncGenerator[str]:
    """The world's server where a browser can reach it, which is its public address."""
    async with served(world) as url:
        settings = world.resources.settings.model_copy(update={"public_url": url})
        world.resources = dataclasses.replace(world.resources, settings=settings)
        hold(world.app, world.resources)
        yield url


async def test_the_whole_way(world: World) -> None:
    """C2, C3, C6: a seller agrees at Temu, and the company has the mall's token; nobody has seen it, and no log or page has the code."""
    company_id, mall = await world.new_company("West"), world.sandbox.add_mall()
    world.sandbox.authorizations.seller = mall
    world.sandbox.authorizations.associated = [world.mall, world.sandbox.add_mall()]
    key = await world.key(Role.ADMINISTER)
    async with _on_a_socket(world) as url, httpx.AsyncClient(trust_env=False, verify=False) as browser:
        address = await _begin(world, key, companyId=company_id)
        with capture_logs() as logs:
            page = await browser.get(address, follow_redirects=True)
        (reached,) = await doctor._public_url(world.resources.settings)

    assert (page.status_code, reached.verdict) == (200, doctor.Verdict.OK), page.text
    assert str(page.url).startswith(f"{url}/authorize/temu?")
    (code,) = world.sandbox.authorizations.codes
    told = await _company(world, company_id)
    token = told["accessToken"]
    assert (token["status"], token["mallId"], told["mallType"]) == ("VALID", str(mall.mall_id), "LOCAL")
    assert token["associatedMallIds"] == [
        str(each.mall_id) for each in world.sandbox.authorizations.associated
    ]
    assert f"West has its token of mall {mall.mall_id} now, good until" in _text(page.text)
    assert f"further malls: {world.mall.mall_id}" in _text(page.text)
    (value,) = [value for value in world.sandbox.tokens if value.endswith(token["lastFour"])]
    everything = str(await stored(world)) + str(logs) + page.text + str(await world.api.send(AUDIT))
    state = parse_qs(urlsplit(address).query)["state"][0]
    for secret in (code, value, state, state.rpartition(".")[2]):
        assert secret not in everything
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "<script" not in page.text
    (line,) = [line for line in logs if line["event"] == "request.finished"]
    assert (line["path"], line["status"]) == ("/authorize/temu", 200)
    events = (await world.api.ask(AUDIT))["nodes"]
    event, begun = [event for event in events if event["action"] == "beginAuthorization"]
    async with world.database.read() as session:
        newest = await session.scalar(select(ApiKey.id).order_by(ApiKey.id.desc()).limit(1))
    assert (event["actor"], event["apiKey"]["id"]) == ("API_KEY", ids.encode("ApiKey", newest or 0))
    assert event["after"]["accessTokens"][0]["status"] == "VALID"
    assert begun["after"]["authorization"]["purpose"] == "ALL"
    assert event["requestId"] == page.headers["x-request-id"]


async def _tokens(world: World) -> list[tuple[int, str]]:
    async with world.database.read() as session:
        return [(row.company_id, row.sealed) for row in await session.scalars(select(AccessToken))]


async def test_a_state_is_good_once(world: World) -> None:
    """C2: of two browsers that come with one state at the same moment one is served, and of any that come later none; Temu is
    asked once.
    """
    address = await _agree(await _begin(world))

    pages = await asyncio.gather(*(_open(world, address) for _ in range(3)))
    again = await _open(world, address)

    assert sorted(status for status, _ in pages) == [200, 409, 409]
    assert again[0] == 409
    assert "was used already" in again[1]
    assert world.sandbox.ledger.count(CREATE) == 1


async def test_whose_mall_it_is(world: World) -> None:
    """C7, C10: the token of another mall than the company's, and of one that another company has, is not stored."""
    third, other = await world.new_company("West"), world.sandbox.add_mall()
    before = await _tokens(world)
    world.sandbox.authorizations.seller = other
    another = await _open(world, await _agree(await _begin(world)))
    world.sandbox.authorizations.seller = world.mall
    taken = await _open(world, await _agree(await _begin(world, companyId=third)))

    assert (another[0], "another mall than this company's" in another[1]) == (409, True)
    assert (taken[0], "Another company has this mall" in taken[1]) == (409, True)
    assert "Nothing was stored" in another[1] + taken[1]
    assert await _tokens(world) == before
    assert (await _company(world, third))["accessToken"]["mallId"] is None


async def _revoke(world: World, key_id: int) -> None:
    async with world.database.write() as session:
        await api_keys.revoke(session, key_id, now=clock.now())


async def _expire(world: World, key_id: int) -> None:
    async with world.database.write() as session:
        expired = update(ApiKey).where(ApiKey.id == key_id)
        await session.execute(expired.values(expires_at=clock.now() - timedelta(seconds=1)))


async def _demote(world: World, key_id: int) -> None:
    async with world.database.write() as session:
        await session.execute(update(ApiKey).where(ApiKey.id == key_id).values(role=Role.OPERATE))


async def _archive(world: World, _: int) -> None:
    await world.api.ask(
        "mutation($id: ID!) { archiveCompany(input: {companyId: $id}) { userErrors { code } } }",
        id=world.company_id,
    )


async def _take_plugin(world: World, _: int) -> None:
    async with world.database.write() as session:
        await session.execute(update(Company).values(store_plugin=None))


async def _see_no_more(world: World, key_id: int) -> None:
    async with world.database.write() as session:
        other = await session.scalar(select(Company.id).where(Company.name == "West"))
        await session.execute(
            update(ApiKeyCompany).where(ApiKeyCompany.api_key_id == key_id).values(company_id=other)
        )


async def test_what_ends_before_the_seller_agrees(world: World) -> None:
    """C2, R4: a key that was revoked, has expired, lost its role or its company stores no token, nor does one for a company that
    was put away; the code is not sent.
    """
    number = ids.find(world.company_id, "Company") or 0
    await world.new_company("West")
    before = await _tokens(world)
    cases = [
        (_revoke, 403), (_expire, 403), (_demote, 403), (_see_no_more, 404), (_take_plugin, 503), (_archive, 409)
    ]  # fmt: skip
    for end, status in cases:
        key = await world.key(Role.ADMINISTER, number)
        async with world.database.read() as session:
            key_id = await session.scalar(select(ApiKey.id).order_by(ApiKey.id.desc()).limit(1))
        address = await _agree(await _begin(world, key))
        await end(world, key_id or 0)
        page = await _open(world, address)
        assert (page[0], "Nothing was stored" in page[1]) == (status, True), (end.__name__, page)
        if end is _take_plugin:
            async with world.database.write() as session:
                await session.execute(update(Company).values(store_plugin=StorePlugin.TEMU))
    assert await _tokens(world) == before
    assert world.sandbox.ledger.count(CREATE) == 0


def _tampered(state: str) -> str:
    place = len(state) // 2
    return state[:place] + ("A" if state[place] != "A" else "B") + state[place + 1 :]


@one_database
async def test_hostile_redirects(world: World) -> None:
    """C2, A8: a redirect that lacks something, was changed on the way, names another app or host, or is none at all uses nothing
    up, calls nobody, and its own words are never shown.
    """
    address = await _agree(await _begin(world))
    state = parse_qs(urlsplit(address).query)["state"][0]
    before = await stored(world)
    now, number = clock.now(), ids.find(world.company_id, "Company") or 0
    stranger = SecretBox({"k1": bytes(range(32))}).seal(
        f"{number}|1|ALL|{now.timestamp():.0f}", place="authorizations|state"
    )
    markup = '"><script>alert(1)</script>'
    changes: list[tuple[dict[str, str | None], int, str]] = [
        ({"state": None}, 400, "begun with beginAuthorization"),
        ({"state": ""}, 400, "begun with beginAuthorization"),
        ({"code": None}, 400, "holds no code"),
        ({"code": ""}, 400, "holds no code"),
        ({"code": None, "error": "access_denied"}, 400, "holds no code"),
        ({"app_key": None}, 400, "for which app"),
        ({"callback_host": None}, 400, "at which host"),
        ({"app_key": "another-app"}, 409, "another app"),
        ({"callback_host": "evil.example"}, 409, "none of those"),
        ({"callback_host": f"{urlsplit(address).netloc}@evil.example"}, 409, "none of those"),
        ({"callback_host": "127.0.0.1:1"}, 409, "none of those"),
        ({"state": _tampered(state)}, 400, "changed on the way"),
        ({"state": state[:-1]}, 400, "changed on the way"),
        ({"state": state + "="}, 400, "changed on the way"),
        ({"state": state.upper()}, 400, "changed on the way"),
        ({"state": stranger.rstrip("=")}, 400, "changed on the way"),
        ({"state": "888"}, 400, "changed on the way"),
        ({"state": markup}, 400, "changed on the way"),
        ({"state": "\0\ud7ff\n"}, 400, "changed on the way"),
        ({"state": "v1..." + "=" * 9}, 400, "changed on the way"),
        ({"code": markup}, 400, "holds no code"),
        ({"code": "two words"}, 400, "holds no code"),
        ({"code": "c" * 1001}, 400, "holds no code"),
        ({"code": "c" * 60_000}, 400, "longer than any"),
        ({"state": "v1.k1." + "A" * 60_000}, 400, "longer than any"),
        ({"app_key": markup}, 409, "another app"),
        ({"callback_host": markup}, 409, "none of those"),
    ]
    for changed, status, words in changes:
        page = await world.http.get(_with(address, **changed))
        assert (page.status_code, words in _text(page.text)) == (status, True), (changed, page.text)
        assert "alert" not in page.text
        assert page.headers["content-type"] == "text/html; charset=utf-8"
    twice = await _open(world, f"{address}&code=another")
    head = await world.http.head(address)
    post = await world.http.post(address)

    assert (twice[0], "twice" in twice[1]) == (400, True)
    assert (head.status_code, post.status_code, head.headers["allow"]) == (405, 405, "GET")
    assert world.sandbox.ledger.count(CREATE) == 0
    assert await stored(world) == before
    # Of all these nothing used the state up.
    assert (await _open(world, address))[0] == 200


@one_database
async def test_what_is_late(world: World) -> None:
    """C2: ten minutes after it was begun a state is refused without a call; ten minutes after it was made a code, by Temu."""
    late_state = await _agree(await _begin(world))
    with pytest.MonkeyPatch.context() as patch:
        now = clock.now
        patch.setattr(clock, "now", lambda: now() + timedelta(minutes=10, seconds=1))
        page = await _open(world, late_state)
    late_code = await _agree(await _begin(world))
    for code in world.sandbox.authorizations.codes.values():
        code.issued_at -= CODE_SECONDS + 1
    refused_by_temu = await _open(world, late_code)

    assert (page[0], "More than ten minutes" in page[1]) == (400, True)
    assert world.sandbox.ledger.count(CREATE) == 1
    assert (refused_by_temu[0], f"(Temu's code {INVALID_CODE}.)" in refused_by_temu[1]) == (400, True)


@one_database
async def test_what_goes_wrong_at_temu(world: World) -> None:
    """C2, C3, T6: whatever Temu answers, or where its answer is lost, nothing is stored and the page says to begin again, which
    works; the code is sent once.
    """
    faults: list[tuple[str, dict[str, Any], int, str]] = [
        ("drop_after", {}, 503, "answer was lost"),
        ("truncated", {}, 503, "answer was lost"),
        ("null_result", {}, 503, "answer was lost"),
        ("http_status", {"status": 502}, 503, "answer was lost"),
        ("error", {"code": 110020001}, 503, "answer was lost"),
        ("error", {"code": 110020003, "message": "<b>no</b>"}, 400, "(Temu's code 110020003.)"),
        ("error", {"code": 7000000}, 503, "answer was lost"),
        ("error", {"code": 3000031}, 400, "(Temu's code 3000031.)"),
        ("error", {"code": 3000001}, 503, "Check TRADEWIND_TEMU_APP_SECRET"),
        ("error", {"code": 3000027}, 400, "may not call"),
    ]
    before = await _tokens(world)
    for count, (kind, options, status, words) in enumerate(faults, 1):
        address = await _agree(await _begin(world))
        world.sandbox.faults.add(kind, interface=CREATE, **options)
        page = await _open(world, address)
        assert (page[0], words in page[1]) == (status, True), (kind, page)
        assert "Begin again" in page[1]
        assert world.sandbox.ledger.count(CREATE) == count
        assert (await _open(world, address))[0] == 409
    assert await _tokens(world) == before
    assert (await _open(world, await _agree(await _begin(world))))[0] == 200


@pytest.mark.parametrize("lacking", ["accessToken", "mallId"])
@one_database
async def test_an_answer_that_lacks_something(
    world: World, lacking: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C2, C10: without a token, or without the mall that it is of, nothing is stored."""
    before, real = await _tokens(world), INTERFACES[CREATE]
    monkeypatch.setitem(INTERFACES, CREATE, lambda asked: real(asked) | {lacking: None})

    assert (await _open(world, await _agree(await _begin(world))))[0] == 503
    assert await _tokens(world) == before


@one_database
async def test_a_seller_who_refuses(world: World) -> None:
    """C2: a redirect without a code is told, and the same address serves the seller who thinks better of it."""
    begun = await _begin(world)
    world.sandbox.authorizations.is_refused = True
    without = await _open(world, await _agree(begun))
    world.sandbox.authorizations.is_refused = False

    assert (without[0], "has not authorised the app" in without[1]) == (400, True)
    assert (await _open(world, await _agree(begun)))[0] == 200


@one_database
async def test_while_nothing_may_leave(world: World) -> None:
    """T6: while an operator has paused what goes out no code is exchanged, as another installation may have the mall's token."""
    async with world.database.write() as session:
        await outbound.pause(session, reason="moving", now=clock.now())

    page = await _open(world, await _agree(await _begin(world)))

    assert (page[0], "Nothing is sent to Temu" in page[1]) == (503, True)
    assert world.sandbox.ledger.count(CREATE) == 0


@one_database
async def test_the_region(settings: Settings, redis: ArqRedis, sandbox: Sandbox) -> None:
    """C3, C12: a redirect from another region's part of Temu says which region to set; set right, the code goes to that part."""
    mall = sandbox.add_mall()
    european = sandbox.add_mall("EU")
    with at_four_hosts(settings, sandbox) as apart:
        urls = {
            "temu_seller_url_us": apart.temu_url_us.removesuffix(PATH),
            "temu_seller_url_eu": apart.temu_url_eu.removesuffix(PATH),
        }
        async with a_world(apart.model_copy(update=urls), redis, sandbox, mall) as world:
            company_id = await world.new_company("East")
            sandbox.authorizations.seller = european
            sandbox.authorizations.callback_host = urlsplit(apart.temu_url_eu).netloc
            wrong = await _open(world, await _agree(await _begin(world, companyId=company_id)))
            calls = sandbox.ledger.count(CREATE)
            await world.api.ask(SETTINGS, input={"companyId": company_id, "region": "EU"})
            right = await _open(world, await _agree(await _begin(world, companyId=company_id)))

            assert (wrong[0], calls) == (409, 0)
            assert (
                "mall belongs to region EU, but region is US. Set it with updateCompanySettings." in wrong[1]
            )
            assert right[0] == 200
            assert (await _company(world, company_id))["accessToken"]["mallId"] == str(european.mall_id)
            # A host by its name, without the port that no host of Temu's has [C].
            sandbox.authorizations.callback_host = urlsplit(apart.temu_url_eu).hostname
            assert (await _open(world, await _agree(await _begin(world, companyId=company_id))))[0] == 200


async def test_what_can_not_be_begun(world: World) -> None:
    """C2, C12, R2: without the server's own address or an app, for a company that isn't set up, and for malls whose sellers
    authorise by hand, it is refused with what to do.
    """
    bare = (await world.api.ask(CREATE_COMPANY, name="Bare"))["company"]["id"]
    abroad = await world.new_company("Abroad", world.sandbox.add_mall(semi_managed=True))
    elsewhere = await world.new_company("Elsewhere")
    await world.api.ask(SETTINGS, input={"companyId": elsewhere, "region": "GLOBAL"})
    before = await stored(world)
    for company_id, code, words in (
        (bare, "NOT_CONFIGURED", "storePlugin: TEMU"),
        (abroad, "CONFLICT", "setAccessToken"),
        (elsewhere, "NOT_CONFIGURED", "TRADEWIND_TEMU_SELLER_URL_GLOBAL"),
    ):
        payload = await world.api.ask(BEGIN, input={"companyId": company_id})
        assert refused(payload)[0] == code, payload
        assert words in payload["userErrors"][0]["message"]
    for change, words in (
        ({"public_url": None}, "TRADEWIND_PUBLIC_URL"),
        ({"temu_app_key": None}, "TRADEWIND_TEMU_APP_KEY"),
    ):
        settings = world.resources.settings.model_copy(update=change)
        hold(world.app, dataclasses.replace(world.resources, settings=settings))
        payload = await world.api.ask(BEGIN, input={"companyId": world.company_id})
        assert refused(payload) == ("NOT_CONFIGURED", None)
        assert words in payload["userErrors"][0]["message"]
    assert await stored(world) == before


@one_database
async def test_a_token_is_renewed(world: World) -> None:
    """C4, C8, C11: a token near its end says how to renew it, and the same way does; one for each purpose takes the place of its
    own.
    """
    world.mall.expires_at = world.mall.now() + 86400
    report = await world.api.ask(TEST, id=world.company_id)
    items = await world.api.ask(ATTENTION, id=world.company_id)
    world.sandbox.authorizations.replaces_tokens = True
    first = await _open(world, await _agree(await _begin(world)))
    renewed = await _company(world)
    world.sandbox.authorizations.purpose = "products"
    second = await _open(world, await _agree(await _begin(world, purpose="PRODUCTS")))

    assert "Renew it with beginAuthorization." in report["advice"][0]
    (item,) = [item for item in items["attention"] if item["code"] == "ACCESS_TOKEN_EXPIRING"]
    assert item["advice"].startswith("Renew it with beginAuthorization.")
    assert (first[0], renewed["accessToken"]["status"], second[0]) == (200, "VALID", 200)
    async with world.database.read() as session:
        purposes = set(await session.scalars(select(AccessToken.purpose)))
    assert purposes == {AccessTokenPurpose.ALL, AccessTokenPurpose.PRODUCTS}
    assert (
        await world.api.ask(TOKEN, input={"companyId": world.company_id, "accessToken": world.mall.token})
    )["userErrors"] == []
    assert (await _company(world))["accessToken"]["associatedMallIds"] == []


@one_database
async def test_the_page_tells_what_the_token_lacks(world: World) -> None:
    """C3, C14: an authorisation of too little is stored, and the page says what stops without the rest."""
    world.sandbox.authorizations.purpose = "products"

    status, text = await _open(world, await _agree(await _begin(world)))

    assert status == 200
    assert "bg.order.list.v2.get is not permitted: no orders come in" in text


async def test_a_state_is_forgotten(world: World) -> None:
    """J7: a day after its end it is removed, and refused all the same."""
    address = await _agree(await _begin(world))
    await _begin(world)
    async with world.database.write() as session:
        rows = (await session.scalars(select(Authorization).order_by(Authorization.id))).all()
        rows[0].expires_at -= timedelta(days=1, minutes=11)
    _, sweeper = world.sweeper()
    await sweeper.clean()

    async with world.database.read() as session:
        assert len((await session.scalars(select(Authorization))).all()) == 1
    page = await _open(world, address)
    assert (page[0], "not begun here" in page[1]) == (400, True)


async def test_a_server_that_is_killed(world: World) -> None:
    """C2, R3: killed at each moment between two steps, it has stored the whole token or nothing; no state is good twice, and begun
    again, it works.
    """
    world.sandbox.authorizations.replaces_tokens = True
    moment, is_over, seen = 0, False, set[tuple[bool, int]]()
    while not is_over:
        moment += 1
        before, calls = await _tokens(world), world.sandbox.ledger.count(CREATE)
        address = await _agree(await _begin(world))
        with killed_at(moment) as steps, suppress(Killed):
            await _open(world, address)
        is_over = steps.count < moment
        is_stored = await _tokens(world) != before
        asked = world.sandbox.ledger.count(CREATE) - calls
        seen.add((is_stored, asked))
        again = await _open(world, address)
        assert again[0] == (200 if (is_stored, asked, again[0]) == (False, 0, 200) else 409)
        if not is_stored:
            await _open(world, await _agree(await _begin(world)))
    assert (await world.api.ask(TEST, id=world.company_id))["ok"] is True
    assert seen == {(False, 0), (False, 1), (True, 1)}
