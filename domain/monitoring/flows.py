"""How scheduled work goes, and what the tokens that it needs are good for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from sqlalchemy.ext.asyncio import AsyncSession

from domain.companies import queries, schedule
from domain.companies.schedule import Standing
from domain.models import AccessToken, AccessTokenPurpose, AccessTokenStatus, Company, JobType
from domain.settings import Settings

_DAY_SECONDS = 86_400


class FlowPause(Enum):
    """What of its token keeps a flow that is switched on from running."""

    REFUSED = "REFUSED"  #: Temu refuses the token: scheduled work waits for another
    MISSING = "MISSING"  #: no token is set, or none that serves this work


@dataclass(frozen=True)
class FlowState:
    """A flow that a company has switched on. *lag_seconds*: how long its next success is overdue, beyond its interval;
    zero where it isn't, and where it is paused.
    """

    company_id: int
    company_name: str
    type: JobType
    interval_seconds: float
    last_succeeded_at: datetime | None
    lag_seconds: float
    pause: FlowPause | None
    paused_since: datetime | None


@dataclass(frozen=True)
class TokenState:
    """An access token. *days_left* is None where Temu has not told when it expires, and below zero afterwards."""

    company_id: int
    company_name: str
    purpose: AccessTokenPurpose
    status: AccessTokenStatus
    days_left: float | None


async def states(
    session: AsyncSession, companies: Mapping[int, Company], *, settings: Settings, now: datetime
) -> Sequence[FlowState]:
    """Every flow that one of these companies has switched on."""
    standings = await schedule.standings(
        session, companies, settings=settings, now=now, only_switched_on=True
    )
    return [
        _state(companies[number], standing)
        for number, found in standings.items()
        for standing in found
        if standing.is_on
    ]


async def tokens(
    session: AsyncSession, companies: Mapping[int, Company], *, now: datetime
) -> Sequence[TokenState]:
    """Every token of these companies."""
    statuses = await queries.token_statuses(session, companies, now=now)
    return [
        TokenState(
            token.company_id,
            companies[token.company_id].name,
            token.purpose,
            statuses[token.company_id, token.purpose],
            _days_left(token, now),
        )
        for token in await queries.tokens(session, companies)
    ]


def _state(company: Company, standing: Standing) -> FlowState:
    pause = None
    if standing.is_paused:
        pause = FlowPause.REFUSED
    elif standing.next_run_at is None:
        pause = FlowPause.MISSING
    return FlowState(
        company_id=company.id,
        company_name=company.name,
        type=standing.flow.type,
        interval_seconds=standing.interval.total_seconds(),
        last_succeeded_at=standing.last_succeeded_at,
        lag_seconds=standing.lag.total_seconds(),
        pause=pause,
        paused_since=company.schedule_paused_at,
    )


def _days_left(token: AccessToken, now: datetime) -> float | None:
    return None if token.expires_at is None else (token.expires_at - now).total_seconds() / _DAY_SECONDS
