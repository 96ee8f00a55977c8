"""The channel's names for warehouses, what lies in these, and requests to push it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain import audit, global_ids, text
from domain.access import rows
from domain.access.principal import Principal
from domain.companies.job_requests import check_named, request_with_token
from domain.database.upsert import upsert
from domain.errors import Conflict, Invalid, LimitExceeded, NotFound
from domain.inventory import changes, reservations, warehouses
from domain.models import (
    Channel,
    ChannelWarehouseMapping,
    Company,
    InventoryLevel,
    Product,
    QueuedJob,
    Warehouse,
)
from domain.queued_jobs.arguments import UpdateInventory

AT_MOST = 500
LARGEST_QUANTITY = 10_000_000


@dataclass(frozen=True)
class LevelInput:
    """What lies of a product in a warehouse; *compare_on_hand*, where given, is what the caller believes lies there."""

    product_id: int
    warehouse_id: int
    on_hand: int
    compare_on_hand: int | None = None


async def set_channel_warehouse_mappings(
    session: AsyncSession,
    *,
    by: Principal,
    company_id: int,
    channel: Channel,
    codes: Sequence[tuple[int, str]],
) -> Company:
    """Replace the company's names for warehouses: pairs of warehouse and Temu address name.

    Raises NotFound, Required, Invalid where a warehouse is given twice; several may share a name.
    """
    company = await rows.get(session, Company, company_id, by=by, for_update=True)
    if len(codes) > AT_MOST:
        raise LimitExceeded(f"At most {AT_MOST} mappings a call.", field=("mappings",))
    known = await warehouses.in_use(session, {warehouse_id for warehouse_id, _ in codes})
    seen: set[int] = set()
    mappings: list[ChannelWarehouseMapping] = []
    for i, (warehouse_id, code) in enumerate(codes):
        field = ("mappings", str(i))
        if warehouse_id not in known:
            raise NotFound("There is no warehouse with this warehouseId.", field=(*field, "warehouseId"))
        if warehouse_id in seen:
            raise Invalid("This warehouse is given twice.", field=(*field, "warehouseId"))
        seen.add(warehouse_id)
        code = text.line(code, field=(*field, "channelWarehouseCode"), at_most=200)  # noqa: PLW2901 - as it is kept
        mappings.append(
            ChannelWarehouseMapping(
                company_id=company.id, channel=channel, warehouse_id=warehouse_id, channel_warehouse_code=code
            )
        )
    replaced = delete(ChannelWarehouseMapping).where(
        ChannelWarehouseMapping.company_id == company.id, ChannelWarehouseMapping.channel == channel
    )
    columns = ChannelWarehouseMapping.__table__.c
    for row in await session.execute(replaced.returning(*columns)):
        audit.record_removed(session, ChannelWarehouseMapping, row)
    session.add_all(mappings)
    await session.flush()
    # Where only warehouses with a name count, what is available may have changed (I9).
    if company.sell_only_mapped_warehouses:
        company.stock_rules_changed = True
        await changes.record_rules(session, company.id)
    return company


async def set_levels(session: AsyncSession, *, by: Principal, levels: Sequence[LevelInput]) -> list[Product]:
    """Set what lies where; all of it or nothing, again does nothing. Returns each product once.

    Raises NotFound, Invalid for a shadow (M5), Conflict where compareOnHand differs.
    """
    if len(levels) > AT_MOST:
        raise LimitExceeded(f"At most {AT_MOST} levels a call; these are {len(levels)}.", field=("levels",))
    known = await warehouses.in_use(session, {level.warehouse_id for level in levels})
    products = await _products(session, by, levels)
    present = await _present(session, levels)
    changed = {x.product_id for x in levels if present.get((x.product_id, x.warehouse_id)) != x.on_hand}
    await changes.record(session, changed & products.keys())
    for i, level in enumerate(levels):
        before = present.get((level.product_id, level.warehouse_id))
        _check(i, level, products, known, present)
        _record(session, products[level.product_id], level, before)
        key = {"product_id": level.product_id, "warehouse_id": level.warehouse_id}
        await upsert(
            session, InventoryLevel, [{**key, "on_hand": level.on_hand}], key=tuple(key), news=("on_hand",)
        )
        if known[level.warehouse_id].is_sellable:
            await reservations.place_unplaced(session, **key)
    return [products[product_id] for product_id in dict.fromkeys(level.product_id for level in levels)]


def _record(session: AsyncSession, product: Product, level: LevelInput, before: int | None) -> None:
    place = {"warehouseId": global_ids.encode("Warehouse", level.warehouse_id)}
    was, becomes = (
        None if on_hand is None else place | {"onHand": on_hand} for on_hand in (before, level.on_hand)
    )
    audit.record(session, product, "inventory", was, becomes, key=level.warehouse_id)


async def request_update(
    session: AsyncSession,
    arguments: UpdateInventory,
    *,
    by: Principal,
    company_id: int,
    key: str | None,
    now: datetime,
) -> QueuedJob:
    """Have what is available pushed of these products, or of all of the company that are mapped, changed or not (I3);
    with confirm_zeroing though most of the mall goes to zero (I10). It is not the same work without it (J3, J8).

    Raises NotFound, NotConfigured, Required, LimitExceeded, Conflict.
    """
    if arguments.product_ids is not None:
        ids = await check_named(session, Product, arguments.product_ids, by=by, company_id=company_id)
        arguments = replace(arguments, product_ids=ids)
    return await request_with_token(session, arguments, by=by, company_id=company_id, key=key, now=now)


async def _products(session: AsyncSession, by: Principal, levels: Sequence[LevelInput]) -> dict[int, Product]:
    ids = {level.product_id for level in levels}
    # Locked in one order, so that two calls wait for each other instead of for ever.
    statement = by.visible(select(Product).where(Product.id.in_(ids)), Product.company_id)
    rows = await session.scalars(statement.order_by(Product.id).with_for_update(key_share=True))
    return {product.id: product for product in rows}


async def _present(session: AsyncSession, levels: Sequence[LevelInput]) -> dict[tuple[int, int], int]:
    statement = select(InventoryLevel).where(
        InventoryLevel.product_id.in_({level.product_id for level in levels})
    )
    return {
        (level.product_id, level.warehouse_id): level.on_hand for level in await session.scalars(statement)
    }


def _check(
    i: int,
    level: LevelInput,
    products: Mapping[int, Product],
    known: Mapping[int, Warehouse],
    present: dict[tuple[int, int], int],
) -> None:
    field, place = ("levels", str(i)), (level.product_id, level.warehouse_id)
    product = products.get(level.product_id)
    if product is None:
        raise NotFound("There is no product with this productId.", field=(*field, "productId"))
    if level.warehouse_id not in known:
        raise NotFound("There is no warehouse with this warehouseId.", field=(*field, "warehouseId"))
    if product.shadow_of_id is not None:
        message = f"{product.sku} is a shadow and has no stock of its own. Set that of the product it sells."
        raise Invalid(message, field=(*field, "productId"))
    if not 0 <= level.on_hand <= LARGEST_QUANTITY:
        raise Invalid(f"onHand must be from 0 to {LARGEST_QUANTITY}.", field=(*field, "onHand"))
    on_hand = present.get(place, 0)
    if level.compare_on_hand is not None and level.compare_on_hand != on_hand:
        message = f"compareOnHand is {level.compare_on_hand}, but {on_hand} are on hand of {product.sku}."
        raise Conflict(message, field=(*field, "compareOnHand"))
    present[place] = level.on_hand  # Given twice in one call, the second compares with the first.
