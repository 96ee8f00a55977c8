"""Upsert of a page of incoming orders, as decide.py has it, in the transaction of its step."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.database.upsert import upsert
from domain.models import (
    Channel,
    Company,
    Order,
    OrderItem,
    OrderNote,
    OrderSource,
    ShippingLabel,
    ShippingLabelLine,
    ShippingLabelStatus,
    UnreadableOrder,
)
from domain.orders import holds, invoices, matching, queries
from domain.orders.importing import decide
from domain.orders.importing.decide import Change, Create, Skip
from domain.orders.importing.parse import WHOLLY_SHIPPED, IncomingOrder, Unreadable
from domain.orders.notes import Note, add_notes
from domain.queued_jobs.run import Outcome

Decision = Create | Change | Skip


class OrderWriter:
    """Writes the orders of one company, one page a transaction. Writing the same page again changes nothing (O3)."""

    def __init__(self, session: AsyncSession, company: Company, *, now: datetime) -> None:
        self._session = session
        self._company = company
        self._now = now

    async def write(
        self, incoming: Sequence[IncomingOrder], unreadable: Sequence[Unreadable]
    ) -> list[Outcome]:
        """Create and change what has to be; returns what became of each order."""
        latest: dict[str, IncomingOrder] = {}
        for order in incoming:  # Temu may list an order twice, in two states.
            known = latest.get(order.number)
            if known is None or (order.updated_at or known.ordered_at) >= (
                known.updated_at or known.ordered_at
            ):
                latest[order.number] = order
        found = await queries.locked(self._session, *queries.imported(self._company.id, latest))
        orders = {order.channel_order_id: order for order in found}
        items: dict[int, list[OrderItem]] = {order.id: [] for order in orders.values()}
        for item in await queries.items(self._session, items):
            items[item.order_id].append(item)
        not_before = self._company.orders_not_before
        decided: dict[str, Decision] = {
            number: decide.change(orders[number], items[orders[number].id], order)
            if number in orders
            else decide.create(order, not_before=not_before)
            for number, order in latest.items()
        }
        ended = {number: decide.ended_at(order, orders.get(number)) for number, order in latest.items()}
        await self._drop_known_notes(decided, orders)
        await self._create(decided, ended, orders, items)
        await self._change(decided, ended, orders, items)
        new_items = [
            {"order_id": orders[number].id, "company_id": self._company.id, **values}
            for number, decision in decided.items()
            if not isinstance(decision, Skip)
            for values in (decision.items if isinstance(decision, Create) else decision.new_items).values()
        ]
        if new_items:
            for item in await self._session.scalars(insert(OrderItem).returning(OrderItem), new_items):
                items[item.order_id].append(item)
        touched = [
            orders[number]
            for number, d in decided.items()
            if isinstance(d, Create) or (isinstance(d, Change) and d)
        ]
        await holds.apply(self._session, self._company.id, touched, now=self._now)
        left = [n for n, order in latest.items() if order.state in WHOLLY_SHIPPED and n in orders]
        await invoices.want_checks(
            self._session, self._company, [orders[number] for number in left], now=self._now
        )
        lines = [item for order in touched for item in items[order.id]]
        await matching.match_and_reserve(self._session, self._company.id, touched, lines)
        # Listed twice, and one of the rows could be read: that is enough.
        unreadable = [fault for fault in unreadable if fault.number not in latest]
        await self._record_unreadable(latest, unreadable)
        outcomes = [_outcome(number, decision, orders.get(number)) for number, decision in decided.items()]
        return outcomes + [
            Outcome.failed(fault.subject, "UNREADABLE", fault.reason, retryable=True) for fault in unreadable
        ]

    async def _drop_known_notes(self, decided: Mapping[str, Decision], orders: Mapping[str, Order]) -> None:
        """An order about which there is nothing new but a note that it has already is not changed."""
        noted = {orders[number].id: d for number, d in decided.items() if isinstance(d, Change) and d.notes}
        if not noted:
            return
        events = {note.event for change in noted.values() for note in change.notes}
        known = await self._session.execute(
            select(OrderNote.order_id, OrderNote.event).where(
                OrderNote.order_id.in_(noted), OrderNote.event.in_(events)
            )
        )
        for order_id, event in known:
            change = noted[order_id]
            change.notes = [note for note in change.notes if note.event != event]
        if decide.SHIPPED_ELSEWHERE.event in events:
            # Who sent it is known: its packages are recorded once Temu tells of the label's.
            labelled = select(ShippingLabelLine.order_id).join(
                ShippingLabel, ShippingLabel.id == ShippingLabelLine.label_id
            )
            is_bought = ShippingLabel.status == ShippingLabelStatus.BOUGHT
            found = labelled.where(ShippingLabelLine.order_id.in_(noted), is_bought)
            for order_id in await self._session.scalars(found):
                change = noted[order_id]
                change.notes = [note for note in change.notes if note != decide.SHIPPED_ELSEWHERE]

    async def _create(
        self,
        decided: Mapping[str, Decision],
        ended: Mapping[str, datetime | None],
        orders: dict[str, Order],
        items: dict[int, list[OrderItem]],
    ) -> None:
        """Insert all new orders in one go."""
        common = {
            "company_id": self._company.id, "channel": Channel.WEBSITE, "order_source": OrderSource.WEBSITE,
            "imported_at": self._now,
        }  # fmt: skip
        rows = [
            {**common, **decision.order, "ended_at": ended[number]}
            for number, decision in decided.items()
            if isinstance(decision, Create)
        ]
        if rows:
            # Not by way of flush, which on SQLite inserts row by row to learn their ids in the order of its objects.
            for order in await self._session.scalars(insert(Order).returning(Order), rows):
                orders[order.channel_order_id] = order
                items[order.id] = []

    async def _change(
        self,
        decided: Mapping[str, Decision],
        ended: Mapping[str, datetime | None],
        orders: Mapping[str, Order],
        items: dict[int, list[OrderItem]],
    ) -> None:
        notes: list[tuple[Order, Note]] = []
        for number, decision in decided.items():
            if not isinstance(decision, Change):
                continue
            order = orders[number]
            for column, value in decision.order.items():
                setattr(order, column, value)
            order.ended_at = ended[number]
            for item in items[order.id]:
                for column, value in decision.items.get(item.channel_order_item_id, {}).items():
                    setattr(item, column, value)
            holds.forget_cancelled(order, items[order.id])
            notes += [(order, note) for note in decision.notes]
        await self._session.flush()
        await add_notes(self._session, notes, now=self._now)

    async def _record_unreadable(
        self, readable: Mapping[str, object], unreadable: Sequence[Unreadable]
    ) -> None:
        """Later imports ask again for what could not be read, until it could (O10)."""
        table = UnreadableOrder
        if readable:
            of_company = table.company_id == self._company.id
            await self._session.execute(delete(table).where(of_company, table.channel_order_id.in_(readable)))
        rows = {
            fault.number: {
                "company_id": self._company.id, "channel_order_id": fault.number, "reason": fault.reason,
                "last_seen_at": self._now,
            }
            for fault in unreadable
            if fault.number is not None
        }  # fmt: skip
        key = ("company_id", "channel_order_id")
        await upsert(self._session, table, list(rows.values()), key=key, news=("reason", "last_seen_at"))


async def remove_unlisted(
    session: AsyncSession, company_id: int, numbers: Collection[str], *, unseen_since: datetime
) -> Collection[str]:
    """No longer ask for those of these unreadable orders that Temu has not shown since then; returns which."""
    if not numbers:
        return ()
    statement = delete(UnreadableOrder).where(
        UnreadableOrder.company_id == company_id,
        UnreadableOrder.channel_order_id.in_(numbers),
        UnreadableOrder.last_seen_at < unseen_since,
    )
    return set(await session.scalars(statement.returning(UnreadableOrder.channel_order_id)))


def _outcome(number: str, decision: Decision, order: Order | None) -> Outcome:
    # An order that still lacks its address or its amounts is done with when it has them.
    is_done = order is None or not (order.address_wanted or order.amounts_wanted)
    if isinstance(decision, Skip):
        is_news = decision.code != "OLDER"
        return Outcome.skipped(number, decision.code, decision.reason, is_news=is_news, is_done=is_done)
    code = "IMPORTED" if isinstance(decision, Create) else "UPDATED" if decision else "UNCHANGED"
    return Outcome.succeeded(number, code, is_news=code != "UNCHANGED", is_done=is_done)
