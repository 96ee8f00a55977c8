"""Asking Temu about a token: when one is set, and when a person tests the settings. One line of advice for each fault."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from domain import audit, text
from domain.access import rows
from domain.access.principal import WORKER, Principal
from domain.companies import mall_claim, queries, stock_warehouse, token_advice, token_hosts
from domain.companies.mall_claim import Mall, MallTaken
from domain.companies.token_hosts import takes_token
from domain.companies.token_removal import delete_tokens
from domain.errors import Conflict, Invalid, NotConfigured, Refused, Unavailable
from domain.models import (
    AccessToken,
    AccessTokenPurpose,
    AccessTokenStatus,
    Company,
    JobType,
    TemuHost,
    TemuRegion,
)
from domain.resources import Resources
from domain.secrets import UnsealError
from domain.temu.errors import TOKEN_UNKNOWN, ClockRefused, TokenRefused
from domain.temu.messages import TokenMessage

_OTHER_MAIN = {
    AccessTokenPurpose.ALL: AccessTokenPurpose.ORDERS,
    AccessTokenPurpose.ORDERS: AccessTokenPurpose.ALL,
}
_SETTING_IT = "updateCompanySettings(storeType: CUSTOM, storePlugin: TEMU)."
_LONGEST_TOKEN = 1000
_SHORTEST_TO_TELL = 8  # Four characters of a shorter one would tell half of it.
_OF_THE_PARTNER = (
    "This token is for products of a semi-managed mall. Set it with setAccessToken(purpose: PRODUCTS), and the one for "
    "orders, which each region has for itself, with purpose ORDERS."
)


@dataclass
class _Verdict:
    """What Temu said of one token."""

    status: AccessTokenStatus
    mall: Mall = field(default_factory=Mall)
    host: TemuHost | None = None
    scopes: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    expires_at: datetime | None = None
    advice: list[str] = field(default_factory=list)
    # Of what may be done without: the settings work all the same.
    hints: list[str] = field(default_factory=list)
    # The region of the token's mall where that is not the company's.
    elsewhere: TemuRegion | None = None


@dataclass(frozen=True)
class TestReport:
    """The answer to "does it work?": the company as it is now, and what to do next, one line each."""

    ok: bool
    company: Company
    advice: Sequence[str]


class TokenCheck:
    """Stores tokens, and what Temu says of them."""

    def __init__(self, resources: Resources, *, now: datetime) -> None:
        self._resources = resources
        self._now = now

    async def set_token(
        self, *, by: Principal, company_id: int, token: str, purpose: AccessTokenPurpose
    ) -> Company:
        """Store a token, with what Temu says of it at this moment; one that Temu can't be asked about stays UNTESTED.

        Raises NotFound, NotConfigured before a plugin is chosen, Invalid, Taken where another company has this
        mall (C7), and Conflict where the token is another mall's (C10); these change nothing.
        """
        token = text.line(token, field=("accessToken",), at_most=_LONGEST_TOKEN)
        if not is_token(token):
            message = (
                "accessToken must be one word of letters, digits and signs, as the seller centre shows it."
            )
            raise Invalid(message, field=("accessToken",))
        async with self._resources.database.read() as session:
            company = await rows.get(session, Company, company_id, by=by)
        require_plugin(company)
        verdict = await self._fetch(company, token, purpose, known_host=None)
        async with audit.write(self._resources.database) as session:
            company = await rows.get(session, Company, company_id, by=by, for_update=True)
            require_plugin(company)
            await mall_claim.claim(session, company, verdict.mall, field=("accessToken",))
            await self._store(session, company, token, purpose, verdict)
        return company

    async def set_created(
        self,
        *,
        by: Principal,
        company_id: int,
        region: TemuRegion,
        token: str,
        purpose: AccessTokenPurpose,
        message: TokenMessage,
        associated: Sequence[str],
    ) -> tuple[Company, Sequence[str], datetime | None]:
        """Store a token that Temu has made in *region* just now, with what it said of it; returns the company, advice, and until
        when the token is good. Raises as set_token does, and Conflict where the company's region is another one by now.
        """
        verdict = self._judge(message, TemuHost.REGION, region, purpose)
        async with audit.write(self._resources.database) as session:
            company = await rows.get(session, Company, company_id, by=by, for_update=True)
            require_plugin(company)
            if company.region is not region:
                raise Conflict("The company's region was changed while its token was fetched.")
            await mall_claim.claim(session, company, verdict.mall, field=None)
            row = await self._store(session, company, token, purpose, verdict)
            row.associated_mall_ids = list(associated)
        advice = [*verdict.advice, *verdict.hints]
        if verdict.elsewhere is not None:
            words = token_advice.of_region(verdict.elsewhere, region, purpose, beside_another=False)
            advice.insert(0, words)
        return company, advice, verdict.expires_at

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
                token = self._resources.open_token(row)
                found = await token_hosts.fetch_info(
                    self._resources, company, token, row.purpose, known=row.host
                )
                verdicts[row.sealed] = self._judge(*found, company.region, row.purpose)
        if not verdicts:
            return
        async with self._resources.database.write() as session:
            company = await rows.get(session, Company, company_id, by=WORKER, for_update=True)
            for row in await queries.tokens(session, [company_id]):
                await self._record_verdict(session, company, row, verdicts.get(row.sealed))

    async def test(self, *, by: Principal, company_id: int) -> TestReport:
        """Ask Temu about every token of the company and store what it says (C3). Raises NotFound."""
        async with self._resources.database.read() as session:
            company = await rows.get(session, Company, company_id, by=by)
            tokens = await queries.tokens(session, [company_id])
        if company.store_plugin is None:
            return TestReport(
                ok=False, company=company, advice=[f"Choose the Temu plugin with {_SETTING_IT}"]
            )
        if not tokens:
            return TestReport(ok=False, company=company, advice=["Set the mall's token with setAccessToken."])
        verdicts = {row.sealed: await self._fetch_stored(company, row) for row in tokens}
        advice = token_advice.absent(tokens)
        at_home = {row.sealed for row in tokens if _is_at_home(row, verdicts[row.sealed])}
        async with audit.write(self._resources.database) as session:
            company = await rows.get(session, Company, company_id, by=by, for_update=True)
            for row in await queries.tokens(session, [company_id]):
                verdict = verdicts.get(row.sealed)
                if verdict is not None and verdict.elsewhere is not None:
                    words = token_advice.of_region(
                        verdict.elsewhere,
                        company.region,
                        row.purpose,
                        beside_another=bool(at_home - {row.sealed}),
                    )
                    verdict.advice.insert(0, words)
                advice += _lines(row, verdict, several=len(tokens) > 1)
                try:
                    await self._record_verdict(session, company, row, verdict)
                except (Conflict, MallTaken) as refusal:
                    advice.append(refusal.message)
        second = queries.product_token(tokens)
        if second is not None and verdicts[second.sealed].host is TemuHost.PARTNER:
            advice += await stock_warehouse.advice(self._resources, company, second)
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
    ) -> AccessToken:
        key = (company.id, purpose)
        row = await session.get(AccessToken, key) or AccessToken(company_id=company.id, purpose=purpose)
        row.sealed = self._resources.seal_token(token, company_id=company.id, purpose=purpose)
        row.last_four = token[-4:] if len(token) >= _SHORTEST_TO_TELL else ""
        # What was known, was known of the token before it.
        row.mall_id = row.expires_at = row.host = None
        row.scopes, row.missing_scopes, row.associated_mall_ids = [], [], []
        _record(row, verdict, now=self._now)
        session.add(row)
        if purpose is AccessTokenPurpose.PRODUCTS:
            return row
        # One token at a time is for orders: the one set last.
        await delete_tokens(session, company.id, [_OTHER_MAIN[purpose]])
        company.events_subscribed_at = None  # A new token may permit other events than the one before.
        if verdict.status is not AccessTokenStatus.REJECTED:
            company.schedule_paused_at = None
        return row

    async def _record_verdict(
        self, session: AsyncSession, company: Company, row: AccessToken, verdict: _Verdict | None
    ) -> None:
        """Record what Temu said of a token; None where it was asked about the one that was in its place before. Where
        Temu said nothing, what it said before stands.
        """
        if verdict is None or verdict.status is AccessTokenStatus.UNTESTED:
            return
        await mall_claim.claim(session, company, verdict.mall, field=None)
        _record(row, verdict, now=self._now)
        if verdict.status is AccessTokenStatus.VALID and row.purpose is not AccessTokenPurpose.PRODUCTS:
            company.schedule_paused_at = None

    async def _fetch_stored(self, company: Company, row: AccessToken) -> _Verdict:
        try:
            token = self._resources.open_token(row)
        except UnsealError as error:
            return _Verdict(AccessTokenStatus.UNTESTED, advice=[error.message])
        return await self._fetch(company, token, row.purpose, known_host=row.host)

    async def _fetch(
        self, company: Company, token: str, purpose: AccessTokenPurpose, *, known_host: TemuHost | None
    ) -> _Verdict:
        try:
            found = await token_hosts.fetch_info(self._resources, company, token, purpose, known=known_host)
        except TokenRefused as error:
            return await self._rejected(company, token, purpose, error)
        except (ClockRefused, Refused) as error:
            # The server's app or its clock is at fault, or Temu may not be asked: nothing is known of the token.
            return _Verdict(AccessTokenStatus.UNTESTED, advice=[error.message])
        except Unavailable as error:
            return _Verdict(
                AccessTokenStatus.UNTESTED, advice=[f"{error.message} Try again in some minutes."]
            )
        return self._judge(*found, company.region, purpose)

    async def _rejected(
        self, company: Company, token: str, purpose: AccessTokenPurpose, error: TokenRefused
    ) -> _Verdict:
        """Where a token that Temu doesn't know belongs instead, if that can be found out; else what Temu says."""
        if error.temu_code == TOKEN_UNKNOWN:
            for other in TemuRegion:
                if other is not company.region and await takes_token(self._resources.temu(other, token)):
                    return _Verdict(AccessTokenStatus.REJECTED, elsewhere=other)
            is_main = purpose is not AccessTokenPurpose.PRODUCTS
            if is_main and await takes_token(self._resources.partner(token)):
                return _Verdict(AccessTokenStatus.REJECTED, advice=[_OF_THE_PARTNER])
        return _Verdict(AccessTokenStatus.REJECTED, advice=[error.message])

    def _judge(
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
            verdict.elsewhere = home
        if token_advice.is_of_wrong_kind(verdict.scopes, purpose, host):
            verdict.advice.append(token_advice.WRONG_KIND[purpose])
        verdict.missing = token_advice.missing(verdict.scopes, purpose, host, region)
        needed = [x for x in verdict.missing if x not in token_advice.OPTIONAL]
        verdict.advice += token_advice.not_permitted(needed)
        verdict.hints += token_advice.not_permitted([x for x in verdict.missing if x not in needed])
        if purpose is not AccessTokenPurpose.PRODUCTS and str(message.app_subscribe_status) == "1":
            verdict.hints.append(token_advice.EVENTS_STOPPED)
        if verdict.expires_at is not None and verdict.expires_at - self._now <= queries.EXPIRING:
            verdict.advice.append(
                f"The token expires on {verdict.expires_at:%Y-%m-%d}. {token_advice.renewal(verdict.mall.type)}"
            )
        offset = 0.0 if self._resources.transport is None else self._resources.transport.clock_offset
        if abs(offset) > 60:
            verdict.advice.append(
                f"This server's clock is off by {abs(offset):.0f} seconds. Check its time service."
            )
        return verdict


def is_token(value: str) -> bool:
    """Whether a text may be a token of Temu's: one word."""
    return 0 < len(value) <= _LONGEST_TOKEN and value.isascii() and value.isprintable() and " " not in value


def require_plugin(company: Company) -> None:
    if company.store_plugin is None:
        raise NotConfigured(f"Choose the Temu plugin first, with {_SETTING_IT}", field=("companyId",))


def _record(row: AccessToken, verdict: _Verdict, *, now: datetime) -> None:
    row.status = verdict.status
    row.tested_at = None if verdict.status is AccessTokenStatus.UNTESTED else now
    if verdict.status is AccessTokenStatus.VALID:
        row.mall_id = verdict.mall.id or row.mall_id
        row.host = verdict.host
        row.scopes = verdict.scopes
        row.missing_scopes = verdict.missing
        row.expires_at = verdict.expires_at


def _is_at_home(row: AccessToken, verdict: _Verdict) -> bool:
    """Whether a token works in the company's region, as far as anybody knows."""
    status = row.status if verdict.status is AccessTokenStatus.UNTESTED else verdict.status
    return status is AccessTokenStatus.VALID and verdict.elsewhere is None


def _lines(row: AccessToken, verdict: _Verdict | None, *, several: bool) -> list[str]:
    """Advice on one token, which says which of several it is about."""
    if verdict is None:
        return []
    is_second = several and row.purpose is AccessTokenPurpose.PRODUCTS
    if not is_second or verdict.status is AccessTokenStatus.UNTESTED:
        return verdict.advice
    return [
        line if line in token_advice.WRONG_KIND.values() else f"The token for products: {line}"
        for line in verdict.advice
    ]
