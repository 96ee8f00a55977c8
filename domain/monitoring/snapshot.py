"""What an operator asks of the whole installation at one moment, as plain data: for `tradewind status` and for metrics."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain import outbound
from domain.access import api_keys
from domain.attention import items
from domain.attention.items import AttentionItem, AttentionSeverity
from domain.models import Company, StorePlugin
from domain.monitoring import flows, queue, workers
from domain.monitoring.flows import FlowState, TokenState
from domain.monitoring.queue import QueueState
from domain.monitoring.workers import WorkerState
from domain.settings import Settings


@dataclass(frozen=True)
class AttentionCount:
    """One kind of trouble over all companies: how many have it, and how many things it is about in all."""

    code: str
    severity: AttentionSeverity
    companies: int
    count: int


@dataclass(frozen=True)
class OutboundPause:
    """Nothing that changes something at Temu is sent there."""

    since: datetime
    reason: str | None


@dataclass(frozen=True)
class KeyState:
    """An API key that expires soon, or did lately."""

    number: int
    name: str
    expires_at: datetime


@dataclass(frozen=True)
class Snapshot:
    """The installation at one moment. Flows, tokens and attention are those of companies that sell on Temu."""

    taken_at: datetime
    queue: QueueState
    workers: Sequence[WorkerState]
    flows: Sequence[FlowState]
    tokens: Sequence[TokenState]
    attention: Sequence[AttentionCount]
    outbound_pause: OutboundPause | None
    keys: Sequence[KeyState]


async def snapshot(session: AsyncSession, *, settings: Settings, now: datetime) -> Snapshot:
    """Some thirty statements, however many companies and jobs there are."""
    is_selling = Company.store_plugin == StorePlugin.TEMU, Company.archived_at.is_(None)
    selling = await session.scalars(select(Company).where(*is_selling))
    companies = {company.id: company for company in selling}
    found = await items.attention(session, companies, settings=settings, now=now)
    return Snapshot(
        taken_at=now,
        queue=await queue.state(session, now=now),
        workers=await workers.states(session),
        flows=await flows.states(session, companies, settings=settings, now=now),
        tokens=await flows.tokens(session, companies, now=now),
        attention=_counted([item for of_company in found.values() for item in of_company]),
        outbound_pause=await _outbound_pause(session),
        keys=[
            KeyState(key.id, key.name, key.expires_at)
            for key in await api_keys.expiring(session, now=now)
            if key.expires_at is not None
        ],
    )


def _counted(found: Sequence[AttentionItem]) -> Sequence[AttentionCount]:
    """Worst first, then by code; a company has one item of a code at most."""
    severity = {item.code: item.severity for item in found}
    companies = Counter(item.code for item in found)
    things: Counter[str] = Counter()
    for item in found:
        things[item.code] += item.count
    worst_first = sorted(severity, key=lambda code: (severity[code] is not AttentionSeverity.CRITICAL, code))
    return [AttentionCount(code, severity[code], companies[code], things[code]) for code in worst_first]


async def _outbound_pause(session: AsyncSession) -> OutboundPause | None:
    row = await outbound.get(session)
    since = row.outbound_paused_at
    return None if since is None else OutboundPause(since, row.outbound_pause_reason)
