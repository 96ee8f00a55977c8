"""How much may be sold (I1, I2, I9): expressions over rows, which reads show and pushes tell the channel."""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, case, cast, exists, func, literal_column, or_, select
from sqlalchemy.orm import aliased

from domain.database.dialect_sql import larger, smaller, within_int
from domain.models import (
    ChannelStock,
    ChannelWarehouseMapping,
    Company,
    InventoryLevel,
    Reservation,
    Warehouse,
)

_UNCAPPED = 2**63 - 1


def stock_id(product: Any) -> ColumnElement[int]:
    """The product whose stock a product sells: the shadowed one, or itself. For a query below that of the product."""
    # In brackets it is a value by the time rows are looked for. A coalesce beside them takes no index of a table that has
    # row-level security: PostgreSQL can't know that it tells nobody of rows that are hidden.
    sold = select(func.coalesce(product.shadow_of_id, product.id))
    # All that it may come from lies around it. A plan's row comes from nothing that could be named here.
    return sold.correlate_except(None).scalar_subquery()


def is_stock_of(product: Any, product_id: Any) -> ColumnElement[bool]:
    """The same as a condition, for a query that joins them."""
    return or_(
        product_id == product.shadow_of_id, and_(product.shadow_of_id.is_(None), product_id == product.id)
    )


def on_hand(product_id: ColumnElement[int], company: Any = None) -> ColumnElement[int]:
    """Pieces in sellable warehouses of a product that has stock of its own; for a *company* that sells from these
    alone, in those that its channel has a name for.
    """
    level, warehouse = aliased(InventoryLevel), aliased(Warehouse)
    pieces = (
        select(_sum(level.on_hand))
        .join(warehouse, warehouse.id == level.warehouse_id)
        .where(level.product_id == product_id, warehouse.is_sellable)
    )
    if company is not None:
        pieces = pieces.where(is_sold_from(level, company))
    return pieces.correlate_except(level, warehouse).scalar_subquery()


def is_sold_from(level: Any, company: Any) -> ColumnElement[bool]:
    """Whether a company sells from the warehouse of a level, where that is sellable: its channel may need a name for it."""
    named = aliased(ChannelWarehouseMapping)
    is_named = exists().where(named.company_id == company.id, named.warehouse_id == level.warehouse_id)
    return or_(~company.sell_only_mapped_warehouses, is_named.correlate_except(named))


def reserved(product_id: Any, warehouse_id: Any = None) -> ColumnElement[int]:
    """Pieces that orders hold of a product that has stock of its own, in all warehouses or in one."""
    reservation = aliased(Reservation)
    held = select(_sum(reservation.quantity)).where(reservation.product_id == product_id)
    if warehouse_id is not None:
        held = held.where(reservation.warehouse_id == warehouse_id)
    return held.correlate_except(reservation).scalar_subquery()


def sellable(level: Any) -> ColumnElement[int]:
    """What a level adds to I2: none where its warehouse is not sellable; below zero where more was sold than lies there."""
    warehouse = aliased(Warehouse)
    pieces = level.on_hand - reserved(level.product_id, level.warehouse_id)
    statement = select(case((warehouse.is_sellable, pieces), else_=_number(0))).where(
        warehouse.id == level.warehouse_id
    )
    return statement.correlate_except(warehouse).scalar_subquery()


def aggregate_sellable(product: Any) -> ColumnElement[int]:
    """I2, for a shadow of the product that it shadows; below zero where more was sold than there is."""
    return on_hand(stock_id(product)) - reserved(stock_id(product))


def available(product: Any) -> ColumnElement[int]:
    """I1 of a product for its own company's channel."""
    company = aliased(Company)
    pieces = on_hand(stock_id(product), company) - reserved(stock_id(product))
    statement = select(sellable_part(pieces, product, company)).where(company.id == product.company_id)
    return statement.correlate_except(company).scalar_subquery()


def sellable_part(pieces: ColumnElement[int], product: Any, company: Any) -> ColumnElement[int]:
    """What the channel may be told of *pieces*: less the safety quantity, capped, never below zero; of an archived product
    nothing.
    """
    safety = safety_quantity(product, company)
    capped = smaller(
        larger(pieces - safety, _number(0)), func.coalesce(company.max_quantity, _number(_UNCAPPED))
    )
    return case((product.archived_at.is_not(None), _number(0)), else_=capped)


def safety_quantity(product: Any, company: Any) -> ColumnElement[int]:
    return case((product.use_default_safety_quantity, company.safety_quantity), else_=product.safety_quantity)


def told(product: Any) -> ColumnElement[int]:
    """What the schema shows of available(): lists are sorted and filtered by it."""
    return within_int(available(product))


def of_channel_stock(product: Any, name: str) -> ColumnElement[Any]:
    """A column of what the channel knows of a product; null where it was told nothing."""
    stock = aliased(ChannelStock)
    statement = select(getattr(stock, name)).where(stock.product_id == product.id)
    return statement.correlate_except(stock).scalar_subquery()


def _sum(column: Any) -> ColumnElement[int]:
    # PostgreSQL's sum of whole numbers is an exact decimal.
    return cast(func.coalesce(func.sum(column), _number(0)), BigInteger)


def _number(value: int) -> ColumnElement[int]:
    return literal_column(str(value), BigInteger())
