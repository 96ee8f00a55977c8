"""
Asking Temu about a token: when one is set, and when a person tests the settings. One line of advice for each fault.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from domain import text
from domain.access.principal import WORKER, Principal
from domain.companies import queries, token_advice
from domain.companies.token_advice import serves_products
from domain.errors import Conflict, Invalid, NotConfigured, Refused, Taken, Unavailable
from domain.models import AccessToken, AccessTokenPurpose, AccessTokenStatus, Company, TemuRegion
from domain.resources import Resources
from domain.secrets import UnsealError
from domain.temu.client import EVENT_INTERFACES, ORDER_INTERFACES, PRODUCT_INTERFACES
from domain.temu.errors import TOKEN_UNKNOWN, ClockRefused, TokenRefused
from domain.temu.messages import TokenMessage
from domain.temu.regions import region_of

_OTHER_MAIN = {
    AccessTokenPurpose.ALL: AccessTokenPurpose.ORDERS,
    AccessTokenPurpose.ORDERS: AccessTokenPurpose.ALL,
}
_LARGEST_SECONDS = 10**11  # A later moment than this is one in milliseconds.
_SHORTEST_TO_TELL = 8  # Four characters of a shorter one would tell half of it.
_INTERFACES = {**ORDER_INTERFACES, **PRODUCT_INTERFACES, **EVENT_INTERFACES}
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
    mall_id: str | None = None
    scopes: list[str] = field(default_factory=list)
    expires_at: datetime | None = None
    advice: list[str] = field(default_factory=list)
    # Of what may be done without: the settings work all the same.
    hints: list[str] = field(default_factory=list)
    # The region of the token's mall where that is not the company's.
    elsewhere: str | None = None


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
        verdict = await self._ask(company.region, token, purpose)
        async with self._resources.database.write() as session:
            company = await queries.get(session, by=by, company_id=company_id, for_update=True)
            _require_plugin(company)
            await self._claim_mall(session, company, verdict, field=("accessToken",))
            await self._store(session, company, token, purpose, verdict)
        return company

    async def confirm(self, *, company_id: int) -> None:
        """
        Ask about a token that Temu could not be asked about when it was set, before anything is done with it: whose
        mall is it? Raises Taken and Conflict as set_token does, and what Temu says against it.
        """
        async with self._resources.database.read() as session:
            company = await session.get_one(Company, company_id)
            row = queries.main_token(await queries.tokens(session, [company_id]))
        if row is None or row.status is not AccessTokenStatus.UNTESTED:
            return
        asked = row.sealed
        message = await self._resources.temu(company.region, self._resources.open_token(row)).token_info()
        verdict = self._read(message, company.region, row.purpose)
        async with self._resources.database.write() as session:
            company = await queries.get(session, by=WORKER, company_id=company_id, for_update=True)
            for row in await queries.tokens(session, [company_id]):
                await self._note_verdict(session, company, row, {asked: verdict}.get(row.sealed))

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
        verdicts = {row.sealed: await self._ask_about(company.region, row) for row in rows}
        advice = token_advice.absent(rows)
        at_home = {row.sealed for row in rows if _is_at_home(row, verdicts[row.sealed])}
        async with self._resources.database.write() as session:
            company = await queries.get(session, by=by, company_id=company_id, for_update=True)
            for row in await queries.tokens(session, [company_id]):
                verdict = verdicts.get(row.sealed)
                if verdict is not None and verdict.elsewhere is not None:
                    others = at_home - {row.sealed}
                    verdict.advice.insert(
                        0,
                        token_advice.of_region(
                            verdict.elsewhere, company.region, row.purpose, beside_another=bool(others)
                        ),
                    )
                advice += _lines(row, verdict, several=len(rows) > 1)
                try:
                    await self._note_verdict(session, company, row, verdict)
                except (Conflict, _MallTaken) as refusal:
                    advice.append(refusal.message)
        ok = not advice and all(verdict.status is AccessTokenStatus.VALID for verdict in verdicts.values())
        hints = [hint for verdict in verdicts.values() for hint in verdict.hints]
        return TestReport(ok=ok, company=company, advice=list(dict.fromkeys([*advice, *hints])))

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
        row.mall_id = row.expires_at = None
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
        await self._claim_mall(session, company, verdict, field=None)
        _note(row, verdict, now=self._now)
        if verdict.status is AccessTokenStatus.VALID and row.purpose is not AccessTokenPurpose.PRODUCTS:
            company.schedule_paused_at = None

    async def _ask_about(self, region: TemuRegion, row: AccessToken) -> _Verdict:
        try:
            token = self._resources.open_token(row)
        except UnsealError as error:
            return _Verdict(AccessTokenStatus.UNTESTED, advice=[error.message])
        return await self._ask(region, token, row.purpose)

    async def _ask(self, region: TemuRegion, token: str, purpose: AccessTokenPurpose) -> _Verdict:
        try:
            message = await self._resources.temu(region, token).token_info()
        except TokenRefused as error:
            elsewhere = (
                await self._region_that_knows(token, region) if error.temu_code == TOKEN_UNKNOWN else None
            )
            if elsewhere is not None:
                return _Verdict(AccessTokenStatus.REJECTED, elsewhere=elsewhere.value)
            return _Verdict(AccessTokenStatus.REJECTED, advice=[error.message])
        except (ClockRefused, Refused) as error:
            # The server's app or its clock is at fault, or Temu may not be asked: nothing is known of the token.
            return _Verdict(AccessTokenStatus.UNTESTED, advice=[error.message])
        except Unavailable as error:
            return _Verdict(
                AccessTokenStatus.UNTESTED, advice=[f"{error.message} Try again in some minutes."]
            )
        return self._read(message, region, purpose)

    async def _region_that_knows(self, token: str, region: TemuRegion) -> TemuRegion | None:
        for other in TemuRegion:
            if other is not region:
                try:
                    await self._resources.temu(other, token).token_info()
                except (Refused, Unavailable):
                    continue  # Not known there either, or nobody to ask: the first refusal stands.
                return other
        return None

    def _read(self, message: TokenMessage, region: TemuRegion, purpose: AccessTokenPurpose) -> _Verdict:
        verdict = _Verdict(
            AccessTokenStatus.VALID,
            mall_id=None if message.mall_id is None else str(message.mall_id),
            scopes=sorted(set(message.api_scope_list or [])),
            expires_at=_moment(message.expired_time),
        )
        home = region_of(message.region_id)
        if home not in {None, region.value}:
            verdict.elsewhere = home
        if _is_of_wrong_kind(verdict.scopes, purpose):
            verdict.advice.append(_WRONG_KIND[purpose])
        for interface in _missing(verdict.scopes, purpose):
            lines = verdict.hints if interface in EVENT_INTERFACES else verdict.advice
            lines.append(
                f"{interface} is not permitted: {_INTERFACES[interface]}. "
                "Authorise it in the seller centre and set the new token."
            )
        if purpose is not AccessTokenPurpose.PRODUCTS and str(message.app_subscribe_status) == "1":
            verdict.hints.append(token_advice.PUSH_STOPPED)
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

    async def _claim_mall(
        self, session: AsyncSession, company: Company, verdict: _Verdict, *, field: tuple[str, ...] | None
    ) -> None:
        if verdict.mall_id is None or company.mall_id == verdict.mall_id:
            return
        if company.mall_id is not None:
            message = (
                "This token belongs to another mall than this company's. Create a company for each mall."
            )
            raise Conflict(message, field=field)
        if await session.scalar(select(Company.id).where(Company.mall_id == verdict.mall_id)) is not None:
            raise _MallTaken(field)
        company.mall_id = verdict.mall_id
        try:
            await session.flush()
        except IntegrityError:
            # Another company was given it since the look above. This unit can go no further.
            raise Taken(_MallTaken.text, field=field) from None


class _MallTaken(Taken):
    """
    Another company has the mall; nothing was written.
    """

    text = "Another company has this mall already: each order would come in twice."

    def __init__(self, field: tuple[str, ...] | None) -> None:
        super().__init__(self.text, field=field)


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
        row.mall_id = verdict.mall_id or row.mall_id
        row.scopes, row.missing_scopes = verdict.scopes, _missing(verdict.scopes, row.purpose)
        row.expires_at = verdict.expires_at


def _is_at_home(row: AccessToken, verdict: _Verdict) -> bool:
    """
    Whether a token works in the company's region, as far as anybody knows.
    """
    status = row.status if verdict.status is AccessTokenStatus.UNTESTED else verdict.status
    return status is AccessTokenStatus.VALID and verdict.elsewhere is None


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


def _is_of_wrong_kind(scopes: Sequence[str], purpose: AccessTokenPurpose) -> bool:
    """
    Whether a token of this purpose permits nothing of what it is for.
    """
    if purpose is AccessTokenPurpose.PRODUCTS:
        return not serves_products(scopes)
    return bool(scopes) and not any(interface in scopes for interface in ORDER_INTERFACES)


def _missing(scopes: Sequence[str], purpose: AccessTokenPurpose) -> list[str]:
    """
    The interfaces that Tradewind calls with a token of this purpose and that it doesn't permit.
    """
    needed = [] if purpose is AccessTokenPurpose.PRODUCTS else [*ORDER_INTERFACES]
    if purpose is not AccessTokenPurpose.ORDERS and serves_products(scopes):
        needed += PRODUCT_INTERFACES
    if purpose is not AccessTokenPurpose.PRODUCTS:
        needed += EVENT_INTERFACES
    return [interface for interface in needed if interface not in scopes]


def _moment(stamp: int | str | None) -> datetime | None:
    """
    Temu's expiredTime, which is taken for seconds, or for milliseconds where it is too large for these.
    """
    try:
        number = int(stamp) if stamp is not None else 0
        if number <= 0:
            return None
        return datetime.fromtimestamp(number / 1000 if number > _LARGEST_SECONDS else number, UTC)
    except (ValueError, OverflowError, OSError):
        return None
