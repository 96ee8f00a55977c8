"""Writes returns as Temu told them; an older message never overwrites a newer state (O3, O18)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.companies import schedule
from domain.database.upsert import insert, upsert
from domain.models import Order, OrderItem, Return, ReturnLine, ReturnStatus
from domain.orders import invoices
from domain.queued_jobs.requests import request_import_of
from domain.queued_jobs.run import Outcome
from domain.returns.parse import IncomingLine, IncomingReturn, ReturnDetails, is_older

_NO_ORDER = "Its order has not come in yet, so the return stands alone until then."


async def write(
    session: AsyncSession,
    company_id: int,
    incoming: Sequence[tuple[IncomingReturn, ReturnDetails | None]],
    *,
    now: datetime,
) -> list[Outcome]:
    """Write returns, each with what was asked for beside the list, or None where nothing was."""
    numbers = {one.number: one for one, _ in incoming}
    orders = await _orders(session, company_id, {one.order_number for one in numbers.values()})
    created = await _create(session, company_id, numbers, orders, now=now)
    statement = select(Return).where(Return.company_id == company_id, Return.channel_return_id.in_(numbers))
    # Locked in one order, so that two imports wait for each other instead of for ever.
    found = await session.scalars(statement.order_by(Return.id).with_for_update())
    known = {row.channel_return_id: row for row in found}
    outcomes, refunded = [], set[str]()
    for one, details in incoming:
        row = known[one.number]
        order_id = orders.get(one.order_number)
        if one.number not in created and is_older(one, changed_at=row.channel_updated_at, status=row.status):
            outcomes.append(
                Outcome.skipped(one.number, "OLDER", "What is known here is newer.", is_news=False)
            )
            continue
        has_changed = one.number not in created and _write_state(row, one)
        if (has_changed or one.number in created) and row.status is ReturnStatus.REFUNDED:
            refunded.add(one.number)
        if details is not None:
            await _write_details(session, row, details)
        if (
            order_id is None
            and one.number in created
            and await schedule.downloads_orders(session, company_id)
        ):
            await request_import_of(session, company_id=company_id, order_number=one.order_number, now=now)
        code = "IMPORTED" if one.number in created else "UPDATED" if has_changed or details else "UNCHANGED"
        message = _NO_ORDER if row.order_id is None else None
        if details is not None and details.fault is not None:
            outcomes.append(_without_details(one.number, details.fault))
        else:
            outcomes.append(Outcome.succeeded(one.number, code, message, is_news=code != "UNCHANGED"))
    await session.flush()
    paid_back = {order_id for number in refunded if (order_id := known[number].order_id) is not None}
    await link(session, company_id, [row.id for row in known.values()], paid_back=paid_back)
    return outcomes


async def write_details(
    session: AsyncSession, company_id: int, details: Mapping[str, ReturnDetails]
) -> list[Outcome]:
    """Write what was asked for again of returns that are known, by their numbers."""
    statement = select(Return).where(Return.company_id == company_id, Return.channel_return_id.in_(details))
    found = (await session.scalars(statement.order_by(Return.id).with_for_update())).all()
    outcomes = []
    for row in found:
        told = details[row.channel_return_id]
        await _write_details(session, row, told)
        if told.fault is not None:
            outcomes.append(_without_details(row.channel_return_id, told.fault))
        elif told.is_whole:
            outcomes.append(Outcome.succeeded(row.channel_return_id, "UPDATED"))
    await session.flush()
    await link(session, company_id, [row.id for row in found])
    return outcomes


def _without_details(number: str, fault: str) -> Outcome:
    message = f"It came in, but not all of its details: {fault}"
    return Outcome.failed(number, "DETAILS", message, retryable=True)


async def link(
    session: AsyncSession,
    company_id: int,
    return_ids: Collection[int] | None = None,
    *,
    paid_back: Collection[int] = (),
) -> None:
    """Join returns, all of the company or these, with their orders that have come in since, and their lines with the items. Orders that
    turn out to be paid back, as those that were *paid_back* just now, may want other invoices.
    """
    chosen = () if return_ids is None else (Return.id.in_(return_ids),)
    waiting = (
        select(Return, Order.id)
        .join(
            Order,
            (Order.company_id == Return.company_id) & (Order.channel_order_id == Return.channel_order_id),
        )
        .where(Return.company_id == company_id, Return.order_id.is_(None), *chosen)
    )
    joined = (await session.execute(waiting.order_by(Return.id))).all()
    for row, order_id in joined:
        row.order_id = order_id
    await session.flush()
    refunded = {order_id for row, order_id in joined if row.status is ReturnStatus.REFUNDED}
    await invoices.check_again(session, refunded.union(paid_back))
    of_lines = (
        select(ReturnLine, Return.order_id)
        .join(Return, Return.id == ReturnLine.return_id)
        .where(
            Return.company_id == company_id,
            Return.order_id.is_not(None),
            ReturnLine.order_item_id.is_(None),
            *chosen,
        )
    )
    lines = (await session.execute(of_lines.order_by(ReturnLine.id))).all()
    items = await _items(session, {order_id or 0 for _, order_id in lines})
    for line, of_order in lines:
        line.order_item_id = _item_of(line, items.get(of_order or 0, ()))
    await session.flush()


async def _create(
    session: AsyncSession,
    company_id: int,
    numbers: Mapping[str, IncomingReturn],
    orders: Mapping[str, int],
    *,
    now: datetime,
) -> Collection[str]:
    """Those that were not known are, with their state; returns which."""
    created: set[str] = set()
    for one in numbers.values():
        values = {
            "company_id": company_id, "order_id": orders.get(one.order_number), "channel_return_id": one.number,
            "tracking_numbers": [], "details_wanted": True, "imported_at": now, "updated_at": now, **_state(one),
        }  # fmt: skip
        inserted = insert(session, Return).values(**values).on_conflict_do_nothing()
        if await session.scalar(inserted.returning(Return.id)) is not None:
            created.add(one.number)
    return created


def _state(one: IncomingReturn) -> dict[str, Any]:
    return {
        "channel_order_id": one.order_number,
        "type": one.type,
        "status": one.status,
        "delivery": one.delivery,
        "respond_by": one.respond_by,
        "available_operations": list(one.operations),
        "requested_at": one.requested_at,
        "channel_updated_at": one.changed_at,
    }


def _write_state(row: Return, one: IncomingReturn) -> bool:
    """Whether anything of it is new."""
    news = {name: value for name, value in _state(one).items() if getattr(row, name) != value}
    for name, value in news.items():
        setattr(row, name, value)
    if not news.keys().isdisjoint({"channel_updated_at", "status"}):
        row.details_wanted = True
    return bool(news)


async def _write_details(session: AsyncSession, row: Return, details: ReturnDetails) -> None:
    row.details_wanted = not details.is_whole
    if details.refund is not None:
        row.refund_amount, row.currency_code = details.refund.amount, details.refund.currency_code
    if details.tracking_numbers is not None:
        row.carrier = details.carrier or row.carrier
        row.tracking_numbers = list(details.tracking_numbers)
    if details.lines is None:
        return
    news = ["quantity"]
    if any(line.item_number is not None for line in details.lines):
        news += ["channel_order_item_id", "reason_code", "reason", "refund_amount", "currency_code"]
    rows = [_line(row, line) for line in details.lines]
    await upsert(session, ReturnLine, rows, key=("return_id", "channel_return_line_id"), news=news)


def _line(row: Return, line: IncomingLine) -> dict[str, Any]:
    return {
        "return_id": row.id, "company_id": row.company_id, "channel_return_line_id": line.number,
        "channel_order_item_id": line.item_number, "website_product_id": line.goods_id,
        "website_product_variant_id": line.sku_id, "quantity": line.quantity, "reason_code": line.reason_code,
        "reason": line.reason, "refund_amount": None if line.refund is None else line.refund.amount,
        "currency_code": None if line.refund is None else line.refund.currency_code,
        "received_quantity": 0, "damaged_quantity": 0,
    }  # fmt: skip


async def _orders(session: AsyncSession, company_id: int, numbers: Collection[str]) -> Mapping[str, int]:
    statement = select(Order.channel_order_id, Order.id).where(
        Order.company_id == company_id, Order.channel_order_id.in_(numbers)
    )
    return {number: order_id for number, order_id in await session.execute(statement)}  # noqa: C416 - rows, not pairs


async def _items(session: AsyncSession, order_ids: Collection[int]) -> Mapping[int, Sequence[OrderItem]]:
    found: dict[int, list[OrderItem]] = {}
    statement = select(OrderItem).where(OrderItem.order_id.in_(order_ids)).order_by(OrderItem.id)
    for item in await session.scalars(statement):
        found.setdefault(item.order_id, []).append(item)
    return found


def _item_of(line: ReturnLine, items: Sequence[OrderItem]) -> int | None:
    """The item with the number that Temu tells; without one, the only item of the same goods."""
    if line.channel_order_item_id is not None:
        numbers = ((item.channel_order_item_id, item.previous_channel_order_item_id) for item in items)
        found = [i for i, told in zip(items, numbers, strict=True) if line.channel_order_item_id in told]
    else:
        same = line.website_product_id, line.website_product_variant_id
        found = [i for i in items if (i.website_product_id, i.website_product_variant_id) == same]
        if not found:
            found = [i for i in items if i.website_product_variant_id == line.website_product_variant_id]
    return found[0].id if len(found) == 1 else None
