"""What the seller wants for a product, below what it may never fall, and what the channel has of it."""

from datetime import datetime
from decimal import Decimal
from enum import Enum

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from domain.models.base import Base, Id, enum_column, of_company, where


class PriceState(Enum):
    """Where the price that is wanted for a product stands at the channel."""

    NONE = "NONE"  #: none is wanted
    PENDING = "PENDING"  #: the channel was not told yet
    UNDER_REVIEW = "UNDER_REVIEW"  #: the channel reviews it
    COUNTERED = "COUNTERED"  #: the channel proposes another one, and waits for the seller
    ACCEPTED = "ACCEPTED"  #: the channel has it
    REFUSED = "REFUSED"  #: the channel does not take it, or it was not sent; `refusal` says why


class ProductPrice(Base):
    """The seller's price of a product, of which the buyer's is the channel's own affair."""

    __tablename__ = "product_prices"
    __table_args__ = (
        of_company("product_id", "products", ondelete="CASCADE"),
        Index("ix_product_prices_company_product", "company_id", "product_id"),
        # Few rows of many: what is to be sent, and what a person is to look at.
        Index("ix_product_prices_requested", "company_id", "product_id", **where("requested_at IS NOT NULL")),
        Index("ix_product_prices_refused", "company_id", "product_id", **where("state = 'REFUSED'")),
        Index("ix_product_prices_countered", "company_id", "product_id", **where("state = 'COUNTERED'")),
    )

    product_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    state: Mapped[PriceState] = mapped_column(enum_column(PriceState), default=PriceState.NONE)
    # What is wanted, and why; that reason is told the channel.
    amount: Mapped[Decimal | None]
    currency_code: Mapped[str | None] = mapped_column(String(3))
    reason: Mapped[str | None] = mapped_column(String(200))
    wanted_at: Mapped[datetime | None]
    # Since when it is to be sent: a price that is wanted waits until somebody, or the schedule, says so.
    requested_at: Mapped[datetime | None]
    # The floor: nothing below it is ever sent.
    minimum_amount: Mapped[Decimal | None]
    minimum_currency_code: Mapped[str | None] = mapped_column(String(3))
    # What the channel holds, as it was last read or has approved.
    channel_amount: Mapped[Decimal | None]
    channel_currency_code: Mapped[str | None] = mapped_column(String(3))
    channel_read_at: Mapped[datetime | None]
    # What the channel would take instead, in the currency of what is wanted.
    proposed_amount: Mapped[Decimal | None]
    refused_at: Mapped[datetime | None]
    refusal_code: Mapped[str | None] = mapped_column(String(64))
    refusal: Mapped[str | None] = mapped_column(Text)
