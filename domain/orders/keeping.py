"""
Writing what was decided about a page of incoming orders, in the transaction of its step.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.database import insert
from domain.models import (
    Channel,
    Company,
    JobOutcomeStatus,
    Order,
    OrderItem,
    OrderNote,
    OrderSource,
    UnreadableOrder,
)
from domain.orders import decisions, matching
from domain.orders.decisions import Change, Create, Skip
from domain.orders.incoming import IncomingOrder, Unreadable
from domain.queued_jobs.run import Outcome

AUTHOR = "Tradewind"


class OrderKeeper:
    """
    Keeps the orders of one company, one page a transaction. Keeping the same page again changes nothing (O3).
    """

    def __init__(self, session: AsyncSession, company: Company, *, now: datetime) -> None:
        self._session = session
        self._company = company
        self._now = now

    async def keep(
        self, incoming: Sequence[IncomingOrder], unreadable: Sequence[Unreadable]
    ) -> list[Outcome]:
        """
        Create and change what has to be; returns what became of each order.
        """
        latest: dict[str, IncomingOrder] = {}
        for order in incoming:  # Temu may list an order twice, in two states.
            if order.number not in latest or order.updated_at >= latest[order.number].updated_at:
                latest[order.number] = order
        orders = await self._known_orders(latest)
        items = await self._known_items(orders)
        outcomes: list[Outcome] = []
        touched: dict[int, Order] = {}
        for number, order in latest.items():
            known = orders.get(number)
            if known is None:
                decision: Create | Change | Skip = decisions.create(
                    order, not_before=self._company.orders_not_before
                )
            else:
                decision = decisions.change(known, items[known.id], order)
            outcomes.append(_outcome(number, decision))
            row = await self._write(decision, known, items)
            if row is not None:
                touched[row.id] = row
        lines = [item for order_id in touched for item in items[order_id]]
        await matching.match_and_reserve(self._session, self._company.id, touched.values(), lines)
        await self._remember_unreadable(latest, unreadable)
        return outcomes + [_unreadable_outcome(fault) for fault in unreadable]

    async def _known_orders(self, numbers: Mapping[str, object]) -> dict[str, Order]:
        statement = select(Order).where(
            Order.company_id == self._company.id,
            Order.channel == Channel.WEBSITE,
            Order.channel_order_id.in_(numbers),
        )
        return {
            order.channel_order_id: order
            for order in await self._session.scalars(statement.with_for_update())
        }

    async def _known_items(self, orders: Mapping[str, Order]) -> dict[int, list[OrderItem]]:
        ids = [order.id for order in orders.values()]
        items: dict[int, list[OrderItem]] = {order_id: [] for order_id in ids}
        found = select(OrderItem).where(OrderItem.order_id.in_(ids)).order_by(OrderItem.id)
        for item in await self._session.scalars(found):
            items[item.order_id].append(item)
        return items

    async def _write(
        self, decision: Create | Change | Skip, known: Order | None, items: dict[int, list[OrderItem]]
    ) -> Order | None:
        """
        Returns the order where its stock may have to be settled anew.
        """
        match decision:
            case Create():
                return await self._create(decision, items)
            case Change() if known is not None and decision:
                await self._change(decision, known, items[known.id])
                return known
            case _:
                return None

    async def _create(self, decision: Create, items: dict[int, list[OrderItem]]) -> Order:
        order = Order(
            company_id=self._company.id,
            channel=Channel.WEBSITE,
            order_source=OrderSource.WEBSITE,
            imported_at=self._now,
            **decision.order,
        )
        self._session.add(order)
        await self._session.flush()
        items[order.id] = [self._new_item(order, values) for values in decision.items.values()]
        return order

    async def _change(self, decision: Change, order: Order, items: list[OrderItem]) -> None:
        for column, value in decision.order.items():
            setattr(order, column, value)
        for item in items:
            for column, value in decision.items.get(item.channel_order_item_id, {}).items():
                setattr(item, column, value)
        items += [self._new_item(order, values) for values in decision.new_items.values()]
        if decision.notes:
            rows = [
                {
                    "order_id": order.id,
                    "body": n.body,
                    "author": AUTHOR,
                    "created_at": self._now,
                    "event": n.event,
                }
                for n in decision.notes
            ]
            await self._session.execute(
                insert(self._session, OrderNote).values(rows).on_conflict_do_nothing()
            )

    def _new_item(self, order: Order, values: Mapping[str, Any]) -> OrderItem:
        item = OrderItem(order_id=order.id, company_id=self._company.id, **values)
        self._session.add(item)
        return item

    async def _remember_unreadable(
        self, readable: Mapping[str, object], unreadable: Sequence[Unreadable]
    ) -> None:
        """
        Later imports ask again for what could not be read, until it could (O10).
        """
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
            if fault.number is not None and fault.number not in readable
        }  # fmt: skip
        if rows:
            statement = insert(self._session, table).values(list(rows.values()))
            news = {name: statement.excluded[name] for name in ("reason", "last_seen_at")}
            await self._session.execute(
                statement.on_conflict_do_update(index_elements=["company_id", "channel_order_id"], set_=news)
            )


def _outcome(number: str, decision: Create | Change | Skip) -> Outcome:
    match decision:
        case Skip():
            is_news = decision.code != "OLDER"
            return Outcome(number, JobOutcomeStatus.SKIPPED, decision.code, decision.reason, is_news=is_news)
        case Create():
            wanted = bool(decision.order["address_wanted"] or decision.order["amounts_wanted"])
            return Outcome(number, JobOutcomeStatus.SUCCEEDED, "IMPORTED", is_done=not wanted)
        case Change() if decision:
            wanted = bool(decision.order.get("address_wanted"))
            return Outcome(number, JobOutcomeStatus.SUCCEEDED, "UPDATED", is_done=not wanted)
        case _:
            return Outcome(number, JobOutcomeStatus.SUCCEEDED, "UNCHANGED", is_news=False)


def _unreadable_outcome(fault: Unreadable) -> Outcome:
    return Outcome(fault.subject, JobOutcomeStatus.FAILED, "UNREADABLE", fault.reason, retryable=True)
