"""Pieces that orders hold. The only writer of reservations; each function may be repeated without effect.

A reservation is placed in the sellable warehouse that has most to spare, and is never refused: an order that came in
has to be served, so selling more than there is shows as a negative figure instead of a lost order.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain.database.upsert import upsert
from domain.inventory import availability, changes
from domain.models import InventoryLevel, Reservation, Warehouse


@dataclass(frozen=True)
class Claim:
    """What one order item holds of one product's stock; zero pieces release it."""

    order_item_id: int
    stock_product_id: int
    quantity: int


async def apply(session: AsyncSession, claims: Iterable[Claim]) -> None:
    """Make the reservations of these items equal to their claims."""
    wanted = {claim.order_item_id: claim for claim in claims}
    if not wanted:
        return
    held = select(Reservation.order_item_id, Reservation.product_id, Reservation.quantity)
    rows = await session.execute(held.where(Reservation.order_item_id.in_(wanted)))
    before = {(item, product): quantity for item, product, quantity in rows}
    after = {(c.order_item_id, c.stock_product_id): c.quantity for c in wanted.values() if c.quantity > 0}
    # First of all, so that whoever computes figures meanwhile waits for what is written below, or is waited for.
    await changes.record(session, {product_id for _, product_id in dict(before.items() ^ after.items())})
    nothing = [claim.order_item_id for claim in wanted.values() if claim.quantity <= 0]
    if nothing:
        await session.execute(delete(Reservation).where(Reservation.order_item_id.in_(nothing)))
    placed: set[int] = set()
    for row in await session.scalars(select(Reservation).where(Reservation.order_item_id.in_(wanted))):
        row.quantity = wanted[row.order_item_id].quantity
        placed.add(row.order_item_id)
    await _place(session, [c for c in wanted.values() if c.quantity > 0 and c.order_item_id not in placed])


async def place_unplaced(session: AsyncSession, *, product_id: int, warehouse_id: int) -> None:
    """Move reservations that no warehouse could hold yet to one that now has a level of the product."""
    await session.execute(
        update(Reservation)
        .where(Reservation.product_id == product_id, Reservation.warehouse_id.is_(None))
        .values(warehouse_id=warehouse_id)
    )


async def _place(session: AsyncSession, claims: Collection[Claim]) -> None:
    if not claims:
        return
    spare = await _spare(session, {claim.stock_product_id for claim in claims})
    rows: list[dict[str, int | None]] = []
    for claim in claims:
        places = spare.get(claim.stock_product_id, {})
        chosen = max(places, key=lambda place: (places[place], -place), default=None)
        if chosen is not None:
            places[chosen] -= claim.quantity
        rows.append(
            {
                "order_item_id": claim.order_item_id,
                "product_id": claim.stock_product_id,
                "warehouse_id": chosen,
                "quantity": claim.quantity,
            }
        )
    await upsert(session, Reservation, rows)


async def _spare(session: AsyncSession, product_ids: Collection[int]) -> Mapping[int, dict[int, int]]:
    """Product to sellable warehouse to pieces that are not reserved there."""
    level = InventoryLevel
    rows = await session.execute(
        select(
            level.product_id,
            level.warehouse_id,
            level.on_hand - availability.reserved(level.product_id, level.warehouse_id),
        )
        .join(Warehouse, Warehouse.id == level.warehouse_id)
        .where(level.product_id.in_(product_ids), Warehouse.is_sellable)
    )
    spare: dict[int, dict[int, int]] = {}
    for product_id, warehouse_id, pieces in rows:
        spare.setdefault(product_id, {})[warehouse_id] = pieces
    return spare
