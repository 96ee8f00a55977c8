"""Whether what changes something at Temu may leave: the pause of an operator, and of a database that is an older copy.

Each such call counts the installation's generation up before it leaves, in a transaction that reads whether it may, and
Redis remembers the highest. A database that is behind what Redis remembers lacks a call that has left: it was restored
from a copy, and is paused until a person has looked (decision 15).
"""

import asyncio
from datetime import UTC, datetime
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy import BigInteger, Update, exists, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain import audit, clock
from domain.database.dialect_sql import database_milliseconds, larger
from domain.database.session import Database
from domain.database.upsert import insert
from domain.errors import Paused
from domain.models import (
    ChannelAction,
    ChannelActionStatus,
    Company,
    Installation,
    Order,
    Package,
    PackageCorrection,
    TrackingUpload,
)
from domain.redis_availability import RedisAvailability
from domain.telemetry import log

_KEY = "tradewind:generation:"
# As for a statement about jobs: whether those that write at Temu wait.
IS_PAUSED = exists().where(Installation.id == 1, Installation.outbound_paused_at.is_not(None))
RESTORED = "This database was restored from a back-up."

_REDIS_SECONDS = 0.25
_RAISE = """
if tonumber(ARGV[1]) > tonumber(redis.call('GET', KEYS[1]) or '0') then redis.call('SET', KEYS[1], ARGV[1]) end
"""
_NEXT = larger(Installation.generation + 1, database_milliseconds())
_INSTALLATION = update(Installation).where(Installation.id == 1).execution_options(synchronize_session=False)
_COUNT_UP = _INSTALLATION.values(generation=_NEXT)


class Outbound:
    """The gate that each call which changes something at Temu passes, in any process."""

    def __init__(self, database: Database, redis: Redis | None) -> None:
        self._database = database
        self._redis = redis
        self._availability = RedisAvailability(
            redis, lost="outbound.redis_unavailable", found="outbound.redis_available"
        )
        # The highest generation that this process has met: should Redis go, it counts on.
        self._known = 0
        self._key: str | None = None

    async def permit(self) -> None:
        """Count one call, which may leave then. Raises Paused."""
        key = await self._key_of_redis()
        is_remembered = await self._fetch(key)
        reason = None
        async with audit.write(self._database, _by_itself()) as session:
            may_leave = (Installation.outbound_paused_at.is_(None), Installation.generation >= self._known)
            generation = await session.scalar(_COUNT_UP.where(*may_leave).returning(Installation.generation))
            if generation is None:
                reason = await self._judge(session)
        if generation is None:
            raise Paused(_message(reason))
        self._known = max(self._known, generation)
        if is_remembered:
            await self._store(key)

    async def check(self) -> None:
        """Pause where the database is an older copy of itself, and have Redis remember how far it is."""
        key = await self._key_of_redis()
        await self._fetch(key)
        async with audit.write(self._database, _by_itself()) as session:
            await self._judge(session)
            self._known = max(self._known, (await get(session, for_update=True)).generation)
        await self._store(key)

    async def _judge(self, session: AsyncSession) -> str | None:
        """Pause where this database is behind; returns why it is paused, if there is a reason."""
        row = await get(session, for_update=True)
        reason = row.outbound_pause_reason
        if row.generation < self._known:
            last = datetime.fromtimestamp(self._known // 1000, UTC)
            reason = f"{RESTORED} It lacks something that Temu was told at {last:%Y-%m-%d %H:%M:%S} UTC."
            log.warning("outbound.restored_copy", generation=row.generation, known=self._known)
            await pause_restored(session, reason=reason, generation=self._known, now=clock.now())
        return reason

    async def _key_of_redis(self) -> str:
        if self._key is None:
            async with self._database.read() as session:
                self._key = key_of(await get(session))
        return self._key

    async def _fetch(self, key: str) -> bool:
        """Learn what Redis remembers; returns whether it could be asked."""
        try:
            async with asyncio.timeout(_REDIS_SECONDS):
                found = None if self._redis is None else await self._redis.get(key)
        except (RedisError, OSError) as error:
            self._availability.failed(error)
            return False
        self._availability.answered()
        self._known = max(self._known, int(found or 0))
        return True

    async def _store(self, key: str) -> None:
        if self._redis is None:
            return
        try:
            async with asyncio.timeout(_REDIS_SECONDS):
                stored: Any = self._redis.eval(_RAISE, 1, key, str(self._known))
                await stored
        except (RedisError, OSError) as error:
            self._availability.failed(error)


def key_of(installation: Installation) -> str:
    """Under which Redis remembers its generation, and that of its copies."""
    return f"{_KEY}{installation.uid}"


async def get(session: AsyncSession, *, for_update: bool = False) -> Installation:
    return await session.get_one(
        Installation, 1, with_for_update=for_update or None, populate_existing=for_update
    )


async def pause(session: AsyncSession, *, reason: str | None, now: datetime) -> None:
    """Have nothing leave that changes something at Temu; a pause that there is keeps its beginning."""
    since = func.coalesce(Installation.outbound_paused_at, literal(now, Installation.outbound_paused_at.type))
    values: dict[str, Any] = {"outbound_paused_at": since}
    if reason is not None:
        values["outbound_pause_reason"] = reason
    await _record(session, is_paused=True, reason=reason)
    await session.execute(_INSTALLATION.values(values))


async def resume(session: AsyncSession) -> None:
    # As with a call: the copy that a person has looked at is behind no longer.
    await _record(session, is_paused=False, reason=None)
    resumed = {"outbound_paused_at": None, "outbound_pause_reason": None, "generation": _NEXT}
    await session.execute(_INSTALLATION.values(resumed))


async def _record(session: AsyncSession, *, is_paused: bool, reason: str | None) -> None:
    row = await get(session, for_update=True)
    was_paused = row.outbound_paused_at is not None
    audit.record(session, None, "outboundPaused", was_paused, is_paused)
    if reason is not None or not is_paused:
        audit.record(session, None, "outboundPauseReason", row.outbound_pause_reason, reason)


async def pause_restored(
    session: AsyncSession, *, reason: str, now: datetime, generation: int | None = None
) -> None:
    """Pause a copy that knows less than Temu was told. Of what it holds for untold Temu is asked first once it resumes
    (T6), and of stock the first run compares what Temu holds. *generation*: from which on it isn't behind any more.
    """
    await pause(session, reason=reason, now=now)
    if generation is not None:
        await session.execute(
            _INSTALLATION.values(
                generation=larger(Installation.generation.expression, literal(generation, BigInteger()))
            )
        )
    await session.execute(_unsynchronised(update(Company).values(stock_reconciled_at=None)))
    is_untold = exists().where(
        Package.order_id == Order.id, Package.uploaded_at.is_(None), Package.voided_at.is_(None)
    )
    untold = select(Order.id, Order.company_id, literal(now, TrackingUpload.in_doubt_since.type)).where(
        is_untold, ~Order.source_updated_for_shipping
    )
    statement = insert(session, TrackingUpload).from_select(
        ["order_id", "company_id", "in_doubt_since"], untold.order_by(Order.id)
    )
    since = func.coalesce(TrackingUpload.in_doubt_since, statement.excluded.in_doubt_since)
    await session.execute(
        statement.on_conflict_do_update(index_elements=["order_id"], set_={"in_doubt_since": since})
    )
    # What was not sent yet may have been, behind this copy's back.
    unsent = update(ChannelAction).where(ChannelAction.status == ChannelActionStatus.QUEUED)
    doubtful = {"status": ChannelActionStatus.IN_DOUBT, "in_doubt_since": now, "due_at": now}
    await session.execute(_unsynchronised(unsent.values(doubtful)))
    doubted = func.coalesce(
        PackageCorrection.in_doubt_since, literal(now, TrackingUpload.in_doubt_since.type)
    )
    await session.execute(_unsynchronised(update(PackageCorrection).values(in_doubt_since=doubted)))


def _by_itself() -> audit.Acting:
    return audit.by_itself("outbound pause", clock.now())


def _unsynchronised(statement: Update) -> Update:
    """For sessions that hold none of these rows."""
    return statement.execution_options(synchronize_session=False)


def _message(reason: str | None) -> str:
    said = f" ({reason})" if reason else ""
    return f"Nothing is sent to Temu until an operator resumes it with `tradewind outbound resume`.{said}"
