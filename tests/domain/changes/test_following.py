"""Following what changes: nothing is missed, an object comes once, and nobody is held up."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, aclosing
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select, text, update

from domain import clock
from domain.changes import cursors, following, log, reader
from domain.changes.following import MOST_OBJECTS, Changes, Feed, Wanted
from domain.changes.log import Position
from domain.database.listening import Listener
from domain.database.removal import remove_old
from domain.database.session import Database
from domain.errors import CursorExpired, Invalid, Unavailable
from domain.models import Change, ChangeType, Company, Order, OrderStatus
from tests.factories import make_company, make_order

CREATED, ON_HOLD, RELEASED = ChangeType.ORDER_CREATED, ChangeType.ORDER_ON_HOLD, ChangeType.ORDER_RELEASED
ORDERS = Wanted(frozenset({CREATED, ON_HOLD, RELEASED}), None)


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_LEAST_SECONDS", "_POLL_SECONDS", "_WITHHELD_SECONDS", "_AGAIN_SECONDS"):
        monkeypatch.setattr(reader, name, 0.01)


async def _company(database: Database) -> Company:
    async with database.write() as session:
        return await make_company(session)


async def _made(database: Database, company: Company, count: int) -> list[int]:
    async with database.write() as session:
        return [(await make_order(session, company)).id for _ in range(count)]


async def _set(database: Database, order_id: int, *statuses: OrderStatus) -> None:
    for status in statuses:
        async with database.write() as session:
            await session.execute(update(Order).where(Order.id == order_id).values(status=status))


async def _next(changes: AsyncGenerator[Changes]) -> Changes:
    async with asyncio.timeout(20):
        return await anext(changes)


async def _until(changes: AsyncGenerator[Changes], wanted: Sequence[int]) -> list[int]:
    """The objects that came, in their order, until these have."""
    came: list[int] = []
    while not set(wanted) <= set(came):
        came += (await _next(changes)).objects
    return came


async def test_from_now_and_from_a_cursor(database: Database) -> None:
    """A1, J2: it begins now, or with all that changed since a cursor, where several changes of one object are one."""
    company, feed = await _company(database), Feed(database)
    (before,) = await _made(database, company, 1)
    async with aclosing(feed.follow(ORDERS, None)) as found:
        first = await _next(found)
        (made,) = await _made(database, company, 1)
        assert (first.objects, await _until(found, [made])) == ({}, [made])
    await _set(database, before, OrderStatus.ON_HOLD, OrderStatus.IN_PROCESS)
    await _set(database, made, OrderStatus.ON_HOLD)

    async with aclosing(feed.follow(ORDERS, first.position)) as found:
        since = await _next(found)
        await _set(database, made, OrderStatus.IN_PROCESS)
        after = await _next(found)
    nobodys = Wanted(ORDERS.types, frozenset({company.id + 1}))
    async with aclosing(feed.follow(nobodys, first.position)) as found:
        of_nobody = await _next(found)

    assert since.objects == {made: [CREATED, ON_HOLD], before: [ON_HOLD, RELEASED]}
    assert after.objects == {made: [RELEASED]}
    assert (of_nobody.objects, of_nobody.position >= after.position) == ({}, True)


async def test_a_rare_change_in_a_long_log(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A2, J2: the log is read piece by piece, and what nobody asked for in it is passed over in silence."""
    monkeypatch.setattr(following, "_READ_AT_ONCE", 4)
    company, feed = await _company(database), Feed(database)
    made = await _made(database, company, 11)
    await _set(database, made[0], OrderStatus.ON_HOLD)
    held = Wanted(frozenset({ON_HOLD}), frozenset({company.id}))

    async with aclosing(feed.follow(held, Position(0, 0))) as found:
        first = await _next(found)
        await _set(database, made[1], OrderStatus.ON_HOLD)
        second = await _next(found)

    assert (first.objects, second.objects) == ({made[0]: [ON_HOLD]}, {made[1]: [ON_HOLD]})


async def test_one_that_is_slow(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A8, J2: a follower that is slow holds nobody up and misses nothing, however far what is held has gone on."""
    monkeypatch.setattr(reader, "_HELD", 3)
    company, feed = await _company(database), Feed(database)
    async with AsyncExitStack() as stack:
        slow, quick = [await stack.enter_async_context(aclosing(feed.follow(ORDERS, None))) for _ in range(2)]
        await _next(slow)
        await _next(quick)
        made = await _made(database, company, MOST_OBJECTS + 10)
        await _until(quick, made)
        await _set(database, made[0], OrderStatus.ON_HOLD)
        while ON_HOLD not in (await _next(quick)).objects.get(made[0], ()):
            pass

        assert feed._reader is not None
        assert len(feed._reader._held) <= reader._HELD
        first, second = await _next(slow), await _next(slow)

    assert list(first.objects) == made[:MOST_OBJECTS]
    assert list(second.objects) == [*made[MOST_OBJECTS:], made[0]]


async def test_many_cost_one_reading(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A8: of what changes the log is read once for all who follow, also where the database is away in between, and what is made
    of it is made once.
    """
    company, feed, reads, made = await _company(database), Feed(database), 0, 0
    since = log.since

    async def counted(*arguments: Any, **options: Any) -> Any:
        nonlocal reads
        reads += 1
        if reads == 1:
            raise Unavailable("away")
        found = await since(*arguments, **options)
        # What finds nothing may happen any number of times.
        reads -= not found
        return found

    async def make() -> int:
        nonlocal made
        made += 1
        return made

    monkeypatch.setattr(log, "since", counted)
    async with AsyncExitStack() as stack:
        followers = [await stack.enter_async_context(aclosing(feed.follow(ORDERS, None))) for _ in range(40)]
        await asyncio.gather(*map(_next, followers))
        await _made(database, company, 1)
        told = await asyncio.gather(*map(_next, followers))
        results = await asyncio.gather(*(each.once.get("alike", make) for each in told))

    assert len(set(map(id, told))) == 1
    assert (reads, results) == (2, [1] * 40)


async def test_what_commits_late(postgresql_url: str) -> None:
    """J2: of two transactions the one that began first commits last, and follows nothing that it came before."""
    database = Database(postgresql_url)
    company, feed = await _company(database), Feed(database)
    async with aclosing(feed.follow(ORDERS, None)) as found:
        await _next(found)
        async with database.write() as session:
            early = (await make_order(session, company)).id
            (late,) = await _made(database, company, 1)
            # By then the reader has seen that there is something that it may not read.
            async with asyncio.timeout(20):
                while feed._reader is None or not feed._reader._is_withheld:  # noqa: ASYNC110 - it tells nobody
                    await asyncio.sleep(0.01)
        assert await _until(found, [early, late]) == [early, late]
    await database.close()


async def test_notifications_that_end(postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """J2: where the connection that listens is lost it is opened again, and where nothing is heard the log is read all the same."""
    monkeypatch.setattr(reader, "_UNTRUSTED_SECONDS", 0.05)
    monkeypatch.setattr(reader, "_TRUSTED_SECONDS", 0.2)
    monkeypatch.setattr("domain.database.listening._AGAIN_SECONDS", 0.01)
    database = Database(postgresql_url)
    company, feed = await _company(database), Feed(database)
    async with aclosing(feed.follow(ORDERS, None)) as found:
        await _next(found)
        listener = feed._reader._listener if feed._reader else None
        assert listener is not None
        await _until_trusted(listener, found, database, company)
        await _end_connections(database, listener)
        await _until_trusted(listener, found, database, company)
        # A pooler takes LISTEN and passes nothing on.
        monkeypatch.setattr(Listener, "_hear", _hear_nothing)
        await _end_connections(database, listener)
        await _until(found, await _made(database, company, 1))
        assert not listener.is_trusted
    await database.close()


def _hear_nothing(*_: object) -> None:
    """As where nothing comes."""


async def _until_trusted(
    listener: Listener, found: AsyncGenerator[Changes], database: Database, company: Company
) -> None:
    while not listener.is_trusted:
        await _until(found, await _made(database, company, 1))


async def _end_connections(database: Database, listener: Listener) -> None:
    query = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'")
    async with database.write() as session:
        assert (await session.scalars(query)).all() == [True]
    async with asyncio.timeout(20):
        while listener.is_trusted:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.01)


async def test_cursors(database: Database) -> None:
    """A2: a cursor is good for as long as changes are kept; what is none, too old or of a database that has forgotten is refused."""
    position, keep, now = Position(7, 9), timedelta(days=3), clock.now()
    good = cursors.encode(position, moment=now - timedelta(days=2))
    assert cursors.decode(good, now=now, keep=keep) == position
    with pytest.raises(CursorExpired):
        cursors.decode(cursors.encode(position, moment=now - keep), now=now, keep=keep)
    for bad in ("", "x", good[:-3], "bnVsbA", "W10", "WyJvcmRlcnMiLDEsMSwxXQ", "\x00", "é", "9" * 5000):
        with pytest.raises(Invalid):
            cursors.decode(bad, now=now, keep=keep)
    await _company(database)
    feed = Feed(database)
    async with aclosing(feed.follow(ORDERS, Position(2**40, 2**40))) as found:
        with pytest.raises(CursorExpired):
            await _next(found)


async def test_what_is_kept_of_the_log(database: Database) -> None:
    """J7, J2: old changes are removed but for the last, by which positions are known, and reading on takes an index."""
    company = await _company(database)
    await _made(database, company, 3)
    async with database.write() as session:
        # The last transaction may have the lowest number.
        lowest = select(func.min(Change.id)).scalar_subquery()
        await session.execute(update(Change).where(Change.id != lowest).values(xid=0))
    async with database.read() as session:
        head = await log.head(session)
    async with database.write() as session:
        later = clock.now() + timedelta(days=1)
        assert await remove_old(session, Change.occurred_at, before=later, at_most=9, but=log.IS_LAST) == 3
        assert await log.head(session) == head
    (made,) = await _made(database, company, 1)
    plans: list[str] = []

    def explain(_: object, cursor: Any, statement: str, values: Any, *__: Any) -> None:
        if statement.startswith("SELECT changes."):
            cursor.execute(f"EXPLAIN {'QUERY PLAN' if is_sqlite else ''} {statement}", values)
            plans.append(" ".join(str(row[-1]) for row in cursor.fetchall()))

    engine, is_sqlite = database.engine.sync_engine, database.engine.dialect.name == "sqlite"
    async with database.read() as session:
        if not is_sqlite:
            # It would rather read all of so few.
            await session.execute(text("SET LOCAL enable_seqscan = off"))
        event.listen(engine, "before_cursor_execute", explain)
        (found,) = await log.since(session, head, at_most=9)
        event.remove(engine, "before_cursor_execute", explain)

    assert (found.subject_id, found.position > head) == (made, True)
    is_indexed = "USING INTEGER PRIMARY KEY (rowid>?)" if is_sqlite else "Index Cond: ((ROW(xid, id) >"
    assert is_indexed in plans[0], plans
