"""Authorising a mall without anybody pasting its token: the address at which its seller agrees, and what Temu sends the seller back
with, which is exchanged for the token.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlencode, urlsplit

from sqlalchemy.ext.asyncio import AsyncSession

from domain import audit, clock
from domain.access import api_keys, rows
from domain.access.principal import Principal
from domain.companies import authorization_states as states
from domain.companies import queries, token_advice
from domain.companies.authorization_states import State
from domain.companies.token_check import TokenCheck, is_token, require_plugin
from domain.errors import Conflict, Forbidden, Invalid, NotConfigured, Unavailable
from domain.models import AccessTokenPurpose, AuditActor, Company, MallType, Role, TemuRegion
from domain.resources import Resources
from domain.settings import Settings
from domain.telemetry import log
from domain.temu import authorizing
from domain.temu.authorizing import CreatedToken
from domain.temu.errors import TemuRefused, TokenRefused

ACTION = "beginAuthorization"
REDIRECT_PATH = "/authorize/temu"
TOO_LONG = "This is longer than any redirect of Temu's."
# Of Temu's seller centre, with its parameters [B: one guide].
_PAGE = "/open-platform/client-manage/authorization"
_LONGEST = 2000
# Small letters and digits in Temu's examples [A]; and what else such values are made of elsewhere.
_CODE = re.compile(r"[A-Za-z0-9._~+/=-]{1,1000}")
_BY_HAND = "Authorise the app there by hand, and set the token with setAccessToken."
_SEMI_MANAGED = (
    "Temu lets sellers of semi-managed malls authorise an app in their seller centre alone, which shows the token. "
    + _BY_HAND
)
_NO_PUBLIC_URL = (
    "Set TRADEWIND_PUBLIC_URL to this server's address, to which Temu sends the seller back; and in Temu's partner platform, "
    "the same with /authorize/temu as redirect URL of the app."
)
_NO_SELLER_URL = (
    "Temu names no seller centre for malls of region GLOBAL. Set TRADEWIND_TEMU_SELLER_URL_GLOBAL to the address of yours. Or: "
    + _BY_HAND
)
_NO_APP = "This server has no Temu app: set TRADEWIND_TEMU_APP_KEY and TRADEWIND_TEMU_APP_SECRET."
_NO_STATE = (
    "Temu's redirect doesn't say which company it is for: an authorisation is begun with beginAuthorization."
)
_NO_CODE = "Temu's redirect holds no code: the seller has not authorised the app, or left the page."
_INCOMPLETE = "Temu's redirect doesn't say for which app it is, or at which host its code is good."
_OTHER_APP = "Temu's redirect is for another app than this server's."
_OTHER_HOST = "Temu's redirect names a host that is none of those that this server calls."
_KEY_ENDED = (
    "The API key that began this authorisation was revoked, has expired, or may not do this any more."
)
_LOST = "Temu's answer was lost, so nobody has the token, and the code can't be used again."


@dataclass(frozen=True)
class Begun:
    """Where a seller authorises the app, and until when that can be used."""

    url: str
    expires_at: datetime


@dataclass(frozen=True)
class Completed:
    """The company as it is with its new token, and what to do next, one line each."""

    company: Company
    mall_id: str
    expires_at: datetime | None
    advice: Sequence[str]
    associated_mall_ids: Sequence[str]


@dataclass(frozen=True)
class _Ready:
    """A redirect in which all is well, before its state is used up."""

    state: State
    principal: Principal
    company: Company
    code: str


async def begin(
    session: AsyncSession,
    resources: Resources,
    *,
    by: Principal,
    company_id: int,
    purpose: AccessTokenPurpose,
    now: datetime,
) -> Begun:
    """Raises NotFound, NotConfigured where the server or the company lacks something, and Conflict for a mall whose sellers Temu
    has authorise by hand alone [A].
    """
    company = await rows.get(session, Company, company_id, by=by)
    require_plugin(company)
    if company.mall_type is MallType.SEMI_MANAGED:
        raise Conflict(_SEMI_MANAGED, field=("companyId",))
    settings = resources.settings
    if settings.public_url is None:
        raise NotConfigured(_NO_PUBLIC_URL)
    if settings.temu_app_key is None or resources.transport is None:
        raise NotConfigured(_NO_APP)
    seller_url = _seller_urls(settings)[company.region]
    if seller_url is None:
        raise NotConfigured(_NO_SELLER_URL)
    state, expires_at = await states.begin(
        session, resources.secrets, company_id=company.id, key_id=by.key_id, purpose=purpose, now=now
    )
    begun = {"purpose": purpose.value, "expiresAt": clock.rfc3339(expires_at)}
    audit.record(session, company, "authorization", None, begun)
    parameters = {
        "appKey": settings.temu_app_key,
        "redirect_uri": settings.public_url + REDIRECT_PATH,
        "state": state,
    }
    return Begun(f"{seller_url}{_PAGE}?{urlencode(parameters, quote_via=quote)}", expires_at)


async def complete(
    resources: Resources, redirect: Mapping[str, str], *, now: datetime, request_id: str | None
) -> Completed:
    """Exchange the code of a redirect, by its parameters, and store the token as its key would with setAccessToken.

    Raises Invalid, Conflict, Forbidden, NotFound, NotConfigured, Taken, Paused and Unavailable: nothing is stored then, and from
    the moment at which the code leaves, the state is used up.
    """
    ready = await _ready(resources, redirect, now=now)
    resources = resources.limited_to(ready.principal.company_ids)
    state, region = ready.state, ready.company.region
    async with resources.database.write() as session:
        await states.use(session, state, now=now)
    created = await _exchange(resources, region, ready.code)
    token, mall_id = created.access_token, created.mall_id
    if token is None or not is_token(token) or mall_id is None:
        raise Unavailable(_LOST)
    acting = audit.Acting(
        AuditActor.API_KEY, ACTION, now, api_key_id=ready.principal.key_id, request_id=request_id
    )
    with audit.acting(acting):
        company, advice, expires_at = await TokenCheck(resources, now=now).set_created(
            by=ready.principal, company_id=state.company_id, region=region, token=token,
            purpose=state.purpose, message=created, associated=created.associated_mall_ids,
        )  # fmt: skip
    log.info("authorization.completed", company=company.id, key=ready.principal.key_id)
    return Completed(company, str(mall_id), expires_at, advice, created.associated_mall_ids)


async def _ready(resources: Resources, redirect: Mapping[str, str], *, now: datetime) -> _Ready:
    if any(len(value) > _LONGEST for value in redirect.values()):
        raise Invalid(TOO_LONG)
    if not redirect.get("state"):
        raise Invalid(_NO_STATE)
    state = states.opened(resources.secrets, redirect["state"], now=now)
    code = redirect.get("code")
    if not code:
        # The state stays good: the seller may think better of it.
        raise Invalid(_NO_CODE)
    app_key, host = redirect.get("app_key"), redirect.get("callback_host")
    if not app_key or not host:
        raise Invalid(_INCOMPLETE)
    if _CODE.fullmatch(code) is None:
        raise Invalid(_NO_CODE)
    if app_key != resources.settings.temu_app_key:
        raise Conflict(_OTHER_APP)
    regions = _regions_of(resources.settings, host)
    if not regions:
        raise Conflict(_OTHER_HOST)
    async with resources.database.read() as session:
        principal = (await api_keys.holders(session, [state.key_id], now=now)).get(state.key_id)
        if principal is None or not principal.has(Role.ADMINISTER):
            raise Forbidden(_KEY_ENDED)
        company = await rows.get(session, Company, state.company_id, by=principal)
        require_plugin(company)
        await states.require_unused(session, state)
        tokens = await queries.tokens(session, [company.id])
    if company.region not in regions:
        others = [token for token in tokens if token.purpose is not state.purpose]
        words = token_advice.of_region(regions[0], company.region, state.purpose, beside_another=bool(others))
        raise Conflict(words)
    return _Ready(state, principal, company, code)


async def _exchange(resources: Resources, region: TemuRegion, code: str) -> CreatedToken:
    """Asked once: a code is good once, and an answer that is lost can't be asked for."""
    try:
        return await authorizing.create_token(resources.temu(region, code), code)
    except (TemuRefused, TokenRefused) as refusal:
        message = (
            "Temu doesn't take the code of its redirect: it is good once, for ten minutes, and for the app that was authorised. "
            f"(Temu's code {refusal.temu_code}.)"
        )
        raise Invalid(message) from None
    except Unavailable as error:
        raise Unavailable(_LOST) from error


def _regions_of(settings: Settings, host: str) -> Sequence[TemuRegion]:
    """The regions whose router is at *host*, as a redirect names it [B: one guide]; no other one is ever called."""
    urls = {
        TemuRegion.US: settings.temu_url_us,
        TemuRegion.EU: settings.temu_url_eu,
        TemuRegion.GLOBAL: settings.temu_url_global,
    }
    # By its name a host without a port [C]; Temu's own have none.
    parts = {region: urlsplit(url) for region, url in urls.items()}
    return [region for region, url in parts.items() if host.lower() in {url.netloc.lower(), url.hostname}]


def _seller_urls(settings: Settings) -> Mapping[TemuRegion, str | None]:
    return {
        TemuRegion.US: settings.temu_seller_url_us,
        TemuRegion.EU: settings.temu_seller_url_eu,
        TemuRegion.GLOBAL: settings.temu_seller_url_global,
    }
