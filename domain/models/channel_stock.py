"""What the channel was told of products' stock, what it holds, and which products it is to be told of again."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from domain.models.base import Base, Id, of_company, where


class StockChange(Base):
    """That what is available of a mapped product may have changed since the channel was told: the row exists until a
    figure computed after the last change was accepted.
    """

    __tablename__ = "stock_changes"
    __table_args__ = (
        of_company("product_id", "products", ondelete="CASCADE"),
        Index("ix_stock_changes_company", "company_id", "product_id"),
        Index("ix_stock_changes_held_back", "company_id", **where("held_back_since IS NOT NULL")),
    )

    product_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    # Counts the changes: who told a figure removes the row only if none came after it.
    version: Mapped[int] = mapped_column(BigInteger, default=1)
    changed_at: Mapped[datetime]
    # Since when its zero is held back, because most of the mall would be set to zero with it, until a person says so (I10).
    held_back_since: Mapped[datetime | None]


class ChannelStock(Base):
    """A product's stock as the channel knows it."""

    __tablename__ = "channel_stock"
    __table_args__ = (
        of_company("product_id", "products", ondelete="CASCADE"),
        Index("ix_channel_stock_in_flight", "in_flight_since", **where("in_flight_since IS NOT NULL")),
        Index("ix_channel_stock_company_product", "company_id", "product_id"),
        # Few rows of many: what Temu refuses, and what it holds without any sale to explain it.
        Index("ix_channel_stock_refused", "company_id", "product_id", **where("refused_at IS NOT NULL")),
        Index("ix_channel_stock_drifting", "company_id", "product_id", **where("drifting_since IS NOT NULL")),
    )

    product_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    # What the channel last accepted, and when.
    accepted_quantity: Mapped[int | None]
    accepted_at: Mapped[datetime | None]
    # A figure that is on its way: until its answer, stock that would make it too high waits (I6). One whose answer was
    # lost stays, and is in doubt, until the next is accepted.
    in_flight_quantity: Mapped[int | None]
    in_flight_since: Mapped[datetime | None]
    # What the channel itself was last read to hold, and how often in a row no sale explained it.
    channel_quantity: Mapped[int | None]
    channel_read_at: Mapped[datetime | None]
    drifts: Mapped[int] = mapped_column(default=0, server_default="0")
    drifting_since: Mapped[datetime | None]
    # The last refusal; cleared by the next acceptance.
    refused_at: Mapped[datetime | None]
    refusal_code: Mapped[str | None] = mapped_column(String(64))
    refusal: Mapped[str | None] = mapped_column(Text)
