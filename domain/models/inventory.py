"""Warehouses, what lies in them, and what of it orders have reserved."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, mapped_column

from domain.models.base import Base, Id, created_at, enum_column, updated_at
from domain.models.company import Channel
from domain.models.product import Product


class Warehouse(Base):
    """A place of the organisation's, shared by all its companies."""

    __tablename__ = "warehouses"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    is_sellable: Mapped[bool] = mapped_column(default=True)
    archived_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = created_at()
    updated_at: Mapped[datetime] = updated_at()


class ChannelWarehouseMapping(Base):
    """The name by which a company's channel knows a warehouse."""

    __tablename__ = "channel_warehouse_mappings"

    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"), primary_key=True)
    channel: Mapped[Channel] = mapped_column(enum_column(Channel), primary_key=True)
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouses.id"), primary_key=True)
    channel_warehouse_code: Mapped[str] = mapped_column(String(200))


class InventoryLevel(Base):
    """Pieces of a product that lie in a warehouse. A shadow product has none of its own."""

    __tablename__ = "inventory_levels"
    __table_args__ = (
        CheckConstraint("on_hand >= 0", name="on_hand"),
        Index("ix_inventory_levels_on_hand", "on_hand", "product_id", "warehouse_id"),
    )

    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), primary_key=True)
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouses.id"), primary_key=True)
    on_hand: Mapped[int]
    updated_at: Mapped[datetime] = updated_at()


def _listed() -> Any:
    level, product = InventoryLevel.__table__, Product.__table__
    told = (product.c.company_id, product.c.sku, product.c.name, product.c.sku_folded, product.c.name_folded)
    return select(level, *told).join(product, product.c.id == level.c.product_id).subquery("inventory")


class ListedLevel(Base):
    """A level beside what lists of levels are sorted and searched by, which is its product's: a join and no table."""

    __tablename__ = "inventory"
    __table__ = _listed()
    __mapper_args__ = {"primary_key": (__table__.c.product_id, __table__.c.warehouse_id)}  # noqa: RUF012 - SQLAlchemy's own form

    product_id: Mapped[int]
    warehouse_id: Mapped[int]
    on_hand: Mapped[int]
    updated_at: Mapped[datetime]
    company_id: Mapped[int]
    sku: Mapped[str]
    name: Mapped[str]
    sku_folded: Mapped[str | None]
    name_folded: Mapped[str | None]


class Reservation(Base):
    """Pieces that one order item holds until it is shipped or cancelled.

    What a level has reserved is the sum of these, never a counter of its own that could drift.
    """

    __tablename__ = "reservations"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        Index("ix_reservations_stock", "product_id", "warehouse_id"),
    )

    order_item_id: Mapped[int] = mapped_column(
        ForeignKey("order_items.id"), primary_key=True, autoincrement=False
    )
    # The product whose stock it is: for an item of a shadow product, the shadowed one.
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))
    # Null until some warehouse holds the product: an order is never refused for want of one.
    warehouse_id: Mapped[int | None] = mapped_column(ForeignKey("warehouses.id"))
    quantity: Mapped[int]
