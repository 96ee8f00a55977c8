"""
Asking Temu about a token: when one is set, and when a person tests the settings. One line of advice for each fault.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from domain import text
from domain.access.principal import WORKER, Principal
from domain.companies import mall_claim, queries, stock_warehouse, token_hosts
from domain.companies.mall_claim import Mall, MallTaken
from domain.errors import Conflict, CredentialsRefused, Invalid, NotConfigured, Refused, Unavailable
from domain.models import (
    AccessToken,
    AccessTokenPurpose,
    AccessTokenStatus,
    Company,
    JobType,
    MallType,
    TemuHost,
    TemuRegion,
)
from domain.resources import Resources
from domain.secrets import UnsealError
from domain.temu.client import ORDER_INTERFACES, PRODUCT_INTERFACES
from domain.temu.errors import TOKEN_UNKNOWN, ClockRefused, TokenRefused
from domain.temu.messages import TokenMessage
from domain.temu.partner import PARTNER_INTERFACES

_OTHER_MAIN = {
    AccessTokenPurpose.ALL: AccessTokenPurpose.ORDERS,
    AccessTokenPurpose.ORDERS: AccessTokenPurpose.ALL,
}
_SHORTEST_TO_TELL = 8  # Four characters of a shorter one would tell half of it.
_INTERFACES = {**ORDER_INTERFACES, **PRODUCT_INTERFACES, **PARTNER_INTERFACES}
_OF_THE_PARTNER = (
    "This token is for products of a semi-managed mall. Set it with setAccessToken(purpose: PRODUCTS), and the one for "
    "orders, which each region has for itself, with purpose ORDERS."
)
_SECOND_MISSING = (
    "The token for products and stock is missing: a mall whose first token is for orders has a second one. "
    "Set it with setAccessToken(purpose: PRODUCTS)."
)
_FIRST_MISSING = (
    "The token for orders and shipping is missing: only the one for products and stock is set. "
    "Set it with setAccessToken(purpose: ORDERS)."
)
_WRONG_KIND = {
    AccessTokenPurpose.ALL: "The token permits no interface of orders: it may be the one for products. "
    "Set it with setAccessToken(purpose: PRODUCTS), and the mall's other one with purpose ORDERS.",
    AccessTokenPurpose.ORDERS: "The token for orders permits no interface of orders: it may be the one for products. "
    "Set the right one with setAccessToken(purpose: ORDERS).",
    AccessTokenPurpose.PRODUCTS: "The token for products permits no interface of products or stock: it may be the one "
    "for orders. Set the right one with setAccessToken(purpose: PRODUCTS).",
}


@dataclass
class _Verdict:
    """
    What Temu said of one token.
    """

    status: AccessTokenStatus
    mall: Mall = field(default_factory=Mall)
    host: TemuHost | None = None
    scopes: list[str] = field(default_factory=list)
    expires_at: datetime | None = None
    advice: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class TestReport:
    """
    The answer to "does it work?": the company as it is now, and what to do next, one line each.
    """

    ok: bool
    company: Company
    advice: Sequence[str]


class TokenCheck:
    """
    Keeps tokens and what is known of them.
    """

    def __init__(self, resources: Resources, *, now: datetime) -> None:
        self._resources = resources
        self._now = now

    async def set_token(
        self, *, by: Principal, company_id: int, token: str, purpose: AccessTokenPurpose
    ) -> Company:
        """
        Keep a token, with what Temu says of it at this moment; one that Temu can't be asked about stays UNTESTED.

        Raises NotFound, NotConfigured before a plugin is chosen, Invalid, Taken where another company has this
        mall (C7), and Conflict where the token is another mall's (C10); these change nothing.
        """
        token = text.line(token, field=("accessToken",), at_most=1000)
        if not token.isascii() or " " in token:
            message = (
                "accessToken must be one word of letters, digits and signs, as the seller centre shows it."
            )
            raise Invalid(message, field=("accessToken",))
        async with self._resources.database.read() as session:
            company = await queries.get(session, by=by, company_id=company_id)
        _require_plugin(company)
        verdict = await self._ask(company.region, token, purpose, likely=_likely(company))
        async with self._resources.database.write() as session:
            company = await queries.get(session, by=by, company_id=company_id, for_update=True)
            _require_plugin(company)
            await mall_claim.claim(session, company, verdict.mall, field=("accessToken",))
            await self._store(session, company, token, purpose, verdict)
        return company

    async def confirm(self, *, company_id: int, job_type: JobType) -> None:
        """
        Ask about tokens that Temu could not be asked about when they were set, before anything is done with them: whose
        mall is it, and which host takes them? Raises Taken and Conflict as set_token does, and what Temu says against one.
        """
        async with self._resources.database.read() as session:
            company = await session.get_one(Company, company_id)
            tokens = await queries.tokens(session, [company_id])
        verdicts: dict[str, _Verdict] = {}
        for row in dict.fromkeys((queries.main_token(tokens), queries.token_for(job_type, tokens))):
            if row is not None and row.status is AccessTokenStatus.UNTESTED:
                token, likely = self._resources.open_token(row), row.host or _likely(company)
                found = await token_hosts.ask(
                    self._resources, company.region, token, row.purpose, likely=likely
                )
                verdicts[row.sealed] = self._read(*found, company.region, row.purpose)
        if not verdicts:
            return
        async with self._resources.database.write() as session:
            company = await queries.get(session, by=WORKER, company_id=company_id, for_update=True)
            for row in await queries.tokens(session, [company_id]):
                await self._note_verdict(session, company, row, verdicts.get(row.sealed))

    async def test(self, *, by: Principal, company_id: int) -> TestReport:
        """
        Ask Temu about every token of the company and keep what it says (C3). Raises NotFound.
        """
        async with self._resources.database.read() as session:
            company = await queries.get(session, by=by, company_id=company_id)
            rows = await queries.tokens(session, [company_id])
        if company.store_plugin is None:
            advice = [
                "Choose the Temu plugin with updateCompanySettings(storeType: CUSTOM, storePlugin: TEMU)."
            ]
            return TestReport(ok=False, company=company, advice=advice)
        if not rows:
            return TestReport(ok=False, company=company, advice=["Set the mall's token with setAccessToken."])
        verdicts = {row.sealed: await self._ask_about(company, row) for row in rows}
        advice = _absent(rows)
        async with self._resources.database.write() as session:
            company = await queries.get(session, by=by, company_id=company_id, for_update=True)
            for row in await queries.tokens(session, [company_id]):
                verdict = verdicts.get(row.sealed)
                advice += _lines(row, verdict, several=len(rows) > 1)
                try:
                    await self._note_verdict(session, company, row, verdict)
                except (Conflict, MallTaken) as refusal:
                    advice.append(refusal.message)
        second = queries.product_token(rows)
        if second is not None and verdicts[second.sealed].host is TemuHost.PARTNER:
            advice += await stock_warehouse.advice(self._resources, company, second)
        advice = list(dict.fromkeys(advice))
        ok = all(verdict.status is AccessTokenStatus.VALID for verdict in verdicts.values())
        return TestReport(ok=ok and not advice, company=company, advice=advice)

    async def _store(
        self,
        session: AsyncSession,
        company: Company,
        token: str,
        purpose: AccessTokenPurpose,
        verdict: _Verdict,
    ) -> None:
        key = (company.id, purpose)
        row = await session.get(AccessToken, key) or AccessToken(company_id=company.id, purpose=purpose)
        row.sealed = self._resources.seal_token(token, company_id=company.id, purpose=purpose)
        row.last_four = token[-4:] if len(token) >= _SHORTEST_TO_TELL else ""
        # What was known, was known of the token before it.
        row.mall_id = row.expires_at = row.host = None
        row.scopes, row.missing_scopes = [], []
        _note(row, verdict, now=self._now)
        session.add(row)
        if purpose is AccessTokenPurpose.PRODUCTS:
            return
        # One token at a time is for orders: the one set last.
        other = AccessToken.purpose == _OTHER_MAIN[purpose]
        await session.execute(delete(AccessToken).where(AccessToken.company_id == company.id, other))
        company.events_subscribed_at = None  # A new token may permit other events than the one before.
        if verdict.status is not AccessTokenStatus.REJECTED:
            company.schedule_paused_at = None

    async def _note_verdict(
        self, session: AsyncSession, company: Company, row: AccessToken, verdict: _Verdict | None
    ) -> None:
        """
        Keep what Temu said of a token; None where it was asked about the one that was in its place before. Where Temu
        said nothing, what it said before stands.
        """
        if verdict is None or verdict.status is AccessTokenStatus.UNTESTED:
            return
        await mall_claim.claim(session, company, verdict.mall, field=None)
        _note(row, verdict, now=self._now)
        if verdict.status is AccessTokenStatus.VALID and row.purpose is not AccessTokenPurpose.PRODUCTS:
            company.schedule_paused_at = None

    async def _ask_about(self, company: Company, row: AccessToken) -> _Verdict:
        try:
            token = self._resources.open_token(row)
        except UnsealError as error:
            return _Verdict(AccessTokenStatus.UNTESTED, advice=[error.message])
        likely = row.host or _likely(company)
        return await self._ask(company.region, token, row.purpose, likely=likely)

    async def _ask(
        self, region: TemuRegion, token: str, purpose: AccessTokenPurpose, *, likely: TemuHost | None
    ) -> _Verdict:
        try:
            found = await token_hosts.ask(self._resources, region, token, purpose, likely=likely)
        except TokenRefused as error:
            elsewhere = (
                await self._region_that_knows(token, region) if error.temu_code == TOKEN_UNKNOWN else None
            )
            advice = error.message
            if elsewhere is not None:
                advice = f"This token's mall belongs to region {elsewhere.value}. Set it with updateCompanySettings."
            elif error.temu_code == TOKEN_UNKNOWN and purpose is not AccessTokenPurpose.PRODUCTS:
                is_partners = await token_hosts.is_taken_by_partner(self._resources, token)
                advice = _OF_THE_PARTNER if is_partners else advice
            return _Verdict(AccessTokenStatus.REJECTED, advice=[advice])
        except (CredentialsRefused, NotConfigured) as error:
            # The server's app is at fault, so nothing is known of the token.
            return _Verdict(AccessTokenStatus.UNTESTED, advice=[error.message])
        except ClockRefused as error:
            return _Verdict(AccessTokenStatus.UNTESTED, advice=[error.message])
        except Unavailable as error:
            return _Verdict(
                AccessTokenStatus.UNTESTED, advice=[f"{error.message} Try again in some minutes."]
            )
        except Refused as error:
            return _Verdict(AccessTokenStatus.UNTESTED, advice=[error.message])
        return self._read(*found, region, purpose)

    async def _region_that_knows(self, token: str, region: TemuRegion) -> TemuRegion | None:
        for other in TemuRegion:
            if other is not region:
                try:
                    await self._resources.temu(other, token).token_info()
                except (Refused, Unavailable):
                    continue  # Not known there either, or nobody to ask: the first refusal stands.
                return other
        return None

    def _read(
        self, message: TokenMessage, host: TemuHost, region: TemuRegion, purpose: AccessTokenPurpose
    ) -> _Verdict:
        verdict = _Verdict(
            AccessTokenStatus.VALID,
            mall=token_hosts.mall_of(message, host),
            host=host,
            scopes=sorted(set(message.api_scope_list or [])),
            expires_at=token_hosts.moment(message.expired_time),
        )
        if message.mall_type not in token_hosts.KNOWN_TYPES:
            verdict.advice.append(
                f"Temu calls this mall one of type {text.shown(message.mall_type)}, which Tradewind doesn't know. "
                "It serves local and semi-managed malls."
            )
        home = verdict.mall.home
        if home is not None and home is not region:
            verdict.advice.append(
                f"This token's mall belongs to region {home.value}, but region is {region.value}. "
                "Set it with updateCompanySettings."
            )
        if _is_of_wrong_kind(verdict.scopes, purpose, host):
            verdict.advice.append(_WRONG_KIND[purpose])
        for interface in _missing(verdict.scopes, purpose, host):
            verdict.advice.append(
                f"{interface} is not permitted: {_INTERFACES[interface]}. "
                "Authorise it in the seller centre and set the new token."
            )
        if verdict.expires_at is not None and verdict.expires_at - self._now <= queries.EXPIRING:
            verdict.advice.append(
                f"The token expires on {verdict.expires_at:%Y-%m-%d}. Authorise the app again and set the new token."
            )
        offset = 0.0 if self._resources.transport is None else self._resources.transport.clock_offset
        if abs(offset) > 60:
            verdict.advice.append(
                f"This server's clock is off by {abs(offset):.0f} seconds. Check its time service."
            )
        return verdict


def _require_plugin(company: Company) -> None:
    if company.store_plugin is None:
        message = (
            "Choose the Temu plugin first, with updateCompanySettings(storeType: CUSTOM, storePlugin: TEMU)."
        )
        raise NotConfigured(message, field=("companyId",))


def _note(row: AccessToken, verdict: _Verdict, *, now: datetime) -> None:
    row.status = verdict.status
    row.tested_at = None if verdict.status is AccessTokenStatus.UNTESTED else now
    if verdict.status is AccessTokenStatus.VALID:
        row.mall_id = verdict.mall.id or row.mall_id
        row.host = verdict.host
        row.scopes, row.missing_scopes = verdict.scopes, _missing(verdict.scopes, row.purpose, row.host)
        row.expires_at = verdict.expires_at


def _absent(rows: Sequence[AccessToken]) -> list[str]:
    """
    Advice on the token that a mall with two of them still needs (C8).
    """
    main = queries.main_token(rows)
    if main is None:
        return [_FIRST_MISSING]
    # A token that was set for everything may turn out to be the first of two.
    is_first = main.purpose is AccessTokenPurpose.ORDERS or (
        main.scopes and not _serves_products(main.scopes)
    )
    return [_SECOND_MISSING] if is_first and queries.product_token(rows) is None else []


def _lines(row: AccessToken, verdict: _Verdict | None, *, several: bool) -> list[str]:
    """
    Advice on one token, which says which of several it is about.
    """
    if verdict is None:
        return []
    is_second = several and row.purpose is AccessTokenPurpose.PRODUCTS
    if not is_second or verdict.status is AccessTokenStatus.UNTESTED:
        return verdict.advice
    return [
        line if line in _WRONG_KIND.values() else f"The token for products: {line}" for line in verdict.advice
    ]


def _is_of_wrong_kind(scopes: Sequence[str], purpose: AccessTokenPurpose, host: TemuHost | None) -> bool:
    """
    Whether a token of this purpose permits nothing of what it is for.
    """
    if host is TemuHost.PARTNER:
        return not any(interface in scopes for interface in PARTNER_INTERFACES)
    if purpose is AccessTokenPurpose.PRODUCTS:
        return not _serves_products(scopes)
    return bool(scopes) and not any(interface in scopes for interface in ORDER_INTERFACES)


def _missing(scopes: Sequence[str], purpose: AccessTokenPurpose, host: TemuHost | None) -> list[str]:
    """
    The interfaces that Tradewind calls with a token of this purpose and that it doesn't permit.
    """
    needed = [] if purpose is AccessTokenPurpose.PRODUCTS else [*ORDER_INTERFACES]
    if host is TemuHost.PARTNER:
        needed = [*PARTNER_INTERFACES]
    elif purpose is not AccessTokenPurpose.ORDERS and _serves_products(scopes):
        needed += PRODUCT_INTERFACES
    return [interface for interface in needed if interface not in scopes]


def _serves_products(scopes: Sequence[str]) -> bool:
    return token_hosts.serves_local_products(scopes)


def _likely(company: Company) -> TemuHost | None:
    """
    Where the company's token for products is to be expected.
    """
    return TemuHost.PARTNER if company.mall_type is MallType.SEMI_MANAGED else None
