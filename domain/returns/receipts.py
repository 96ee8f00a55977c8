"""What of a return came in again: pieces that can be sold lie on hand from then on, damaged ones don't; each is counted once."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain import audit, global_ids, text
from domain.access import rows
from domain.access.principal import Principal
from domain.database.upsert import insert
from domain.errors import Conflict, Invalid, NotFound, Required
from domain.inventory import reservations, warehouses, withdrawals
from domain.models import OrderItem, Return, ReturnLine, ReturnReceipt, ReturnType, Warehouse
from domain.orders.matching import stock_products
from domain.returns import write

_KEY_LENGTH = 255


class ReturnCondition(Enum):
    """What pieces are like that came back."""

    SELLABLE = "SELLABLE"  #: they lie in the warehouse again, and may be sold
    DAMAGED = "DAMAGED"  #: they are counted, and not put back


@dataclass(frozen=True)
class ReceivedLine:
    """Pieces of one line of a return."""

    line_id: int
    quantity: int
    condition: ReturnCondition


async def receive(
    session: AsyncSession,
    *,
    by: Principal,
    return_id: int,
    warehouse_id: int,
    lines: Sequence[ReceivedLine],
    key: str,
    now: datetime,
) -> Return:
    """Record what came in of a return, all of it or nothing; with a *key* that was used, nothing. Raises NotFound, Required, Invalid
    for more than was to come back, and Conflict for a key that was used with other input.
    """
    key = text.line(key, field=("idempotencyKey",), at_most=_KEY_LENGTH)
    row = await rows.get(session, Return, return_id, by=by, for_update=True)
    told = [
        {"lineId": each.line_id, "quantity": each.quantity, "condition": each.condition.value}
        for each in lines
    ]
    earlier = await _earlier(session, row, key)
    if earlier is not None:
        if (earlier.return_id, earlier.warehouse_id, earlier.lines) != (row.id, warehouse_id, told):
            raise Conflict("This idempotencyKey was used with other input.", field=("idempotencyKey",))
        return row
    # Before any product is locked, in the order of whoever changes a warehouse.
    known = await warehouses.in_use(session, {warehouse_id})
    if warehouse_id not in known:
        raise NotFound("There is no warehouse with this warehouseId.", field=("warehouseId",))
    if row.type is ReturnType.REFUND_ONLY:
        raise Conflict("Nothing comes back of a return that is about the money alone.", field=("returnId",))
    await write.link(session, row.company_id, [row.id])
    found = {line.id: line for line in await _lines(session, row)}
    _count(found, lines)
    receipt = {
        "company_id": row.company_id, "return_id": row.id, "warehouse_id": warehouse_id, "idempotency_key": key,
        "lines": told, "received_at": now,
    }  # fmt: skip
    inserted = insert(session, ReturnReceipt).values(**receipt).on_conflict_do_nothing()
    if await session.scalar(inserted.returning(ReturnReceipt.id)) is None:
        raise Conflict(
            "The same idempotencyKey is being used at this moment. Try again.", field=("idempotencyKey",)
        )
    await _put_back(session, found, lines, known[warehouse_id])
    await session.flush()
    _record(session, row, told, warehouse_id, key)
    return row


def _count(found: Mapping[int, ReturnLine], lines: Sequence[ReceivedLine]) -> None:
    """Add to what lines have received. Raises as receive() does."""
    if not lines:
        raise Required("Name at least one line.", field=("lines",))
    seen: set[tuple[int, ReturnCondition]] = set()
    for i, each in enumerate(lines):
        field, line = ("lines", str(i)), found.get(each.line_id)
        if line is None:
            raise NotFound("There is no line of a return with this lineId.", field=(*field, "lineId"))
        if each.quantity < 1:
            raise Invalid("quantity must be at least 1.", field=(*field, "quantity"))
        if (each.line_id, each.condition) in seen:
            raise Invalid("This line stands twice in the same condition.", field=(*field, "lineId"))
        seen.add((each.line_id, each.condition))
        rest = line.quantity - line.received_quantity - line.damaged_quantity
        if each.quantity > rest:
            message = f"Of this line {max(rest, 0)} pieces are still to come back, not {each.quantity}."
            raise Invalid(message, field=(*field, "quantity"))
        if each.condition is ReturnCondition.SELLABLE:
            line.received_quantity += each.quantity
        else:
            line.damaged_quantity += each.quantity


async def _put_back(
    session: AsyncSession,
    found: Mapping[int, ReturnLine],
    lines: Sequence[ReceivedLine],
    warehouse: Warehouse,
) -> None:
    """Have what can be sold lie in the warehouse, as pieces of the product whose stock it is."""
    sellable = {i: each for i, each in enumerate(lines) if each.condition is ReturnCondition.SELLABLE}
    item_ids = {found[each.line_id].order_item_id for each in sellable.values()}
    items = {
        item.id: item for item in await session.scalars(select(OrderItem).where(OrderItem.id.in_(item_ids)))
    }
    stock_of = await stock_products(session, {item.product_id for item in items.values()})
    pieces: Counter[tuple[int, int]] = Counter()
    for i, each in sellable.items():
        item = items.get(found[each.line_id].order_item_id or 0)
        if item is None or item.product_id is None:
            message = (
                "Which product this is isn't known, so it can't be put back: bring its order in, map its listing, or receive it "
                "as DAMAGED and set its stock by hand."
            )
            raise Conflict(message, field=("lines", str(i), "lineId"))
        pieces[stock_of[item.product_id], warehouse.id] += each.quantity * item.pieces_per_unit
    await withdrawals.restore(session, pieces)
    if warehouse.is_sellable:
        # Orders that wait for stock anywhere have it here now.
        for product_id, _ in sorted(pieces):
            await reservations.place_unplaced(session, product_id=product_id, warehouse_id=warehouse.id)


async def _earlier(session: AsyncSession, row: Return, key: str) -> ReturnReceipt | None:
    return await session.scalar(
        select(ReturnReceipt).where(
            ReturnReceipt.company_id == row.company_id, ReturnReceipt.idempotency_key == key
        )
    )


async def _lines(session: AsyncSession, row: Return) -> Sequence[ReturnLine]:
    statement = select(ReturnLine).where(ReturnLine.return_id == row.id).order_by(ReturnLine.id)
    # Also those that were just joined with their items.
    locked = statement.with_for_update().execution_options(populate_existing=True)
    return (await session.scalars(locked)).all()


def _record(
    session: AsyncSession, row: Return, told: list[dict[str, Any]], warehouse_id: int, key: str
) -> None:
    shown = [each | {"lineId": global_ids.encode("ReturnLine", each["lineId"])} for each in told]
    receipt = {"warehouseId": global_ids.encode("Warehouse", warehouse_id), "lines": shown}
    audit.record(session, row, "receipts", None, receipt, key=key)
