"""Listings of a company's mall, as they were last read."""

from datetime import datetime
from decimal import Decimal
from enum import Enum

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from domain.models.base import Base, Id, created_at, enum_column, updated_at
from domain.models.folded import folded


class ListingStatus(Enum):
    """Whether buyers can have what is listed."""

    FOR_SALE = "FOR_SALE"  #: it is for sale
    NOT_FOR_SALE = "NOT_FOR_SALE"  #: it is listed, and not for sale; its sub-status says why
    UNKNOWN = "UNKNOWN"  #: it is listed, and Temu doesn't tell whether it is for sale
    GONE = "GONE"  #: the last whole reading didn't meet it any more


class ListingSubStatus(Enum):
    """What Temu says of a listing beside its status."""

    ON_SALE = "ON_SALE"  #: for sale, with nothing to do
    MATERIALS_MISSING = "MATERIALS_MISSING"  #: for sale, and Temu wants further material within a time
    CATEGORY_WRONG = "CATEGORY_WRONG"  #: for sale, and its category is to be corrected
    VARIANTS_WRONG = "VARIANTS_WRONG"  #: for sale, and what its pack or variant holds is to be corrected
    LOW_TRAFFIC = "LOW_TRAFFIC"  #: for sale, and seldom shown because of its price
    PUNISHED = "PUNISHED"  #: taken off sale by Temu for its rules; only the seller centre helps
    TAKEN_OFF = "TAKEN_OFF"  #: taken off sale by the seller, or after one of Temu's audits
    SOLD_OUT = "SOLD_OUT"  #: off sale because nothing is left
    PRICE_TOO_HIGH = "PRICE_TOO_HIGH"  #: off sale because Temu takes its price to be too high


class Listing(Base):
    """One SKU that a mall lists."""

    __tablename__ = "listings"
    __table_args__ = (
        # The variant first: it tells listings apart, and products are joined by it.
        Index("uq_listings_website_ids", "company_id", "website_product_variant_id", "website_product_id", unique=True),
        Index("ix_listings_company_title", "company_id", "title", "id"),
        Index("ix_listings_company_sku", "company_id", "sku", "id"),
        Index("ix_listings_company_updated", "company_id", "updated_at", "id"),
        Index("ix_listings_company_status", "company_id", "status", "id"),
        {"sqlite_autoincrement": True},
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    website_product_id: Mapped[str] = mapped_column(String(32))
    website_product_variant_id: Mapped[str] = mapped_column(String(32))
    # The merchant's code; empty where there is none.
    sku: Mapped[str] = mapped_column(String(200), default="")
    sku_folded: Mapped[str | None] = folded("sku")
    title: Mapped[str] = mapped_column(String(500), default="")
    title_folded: Mapped[str | None] = folded("title")
    spec: Mapped[str | None] = mapped_column(String(500))
    image_url: Mapped[str | None] = mapped_column(Text)
    status: Mapped[ListingStatus] = mapped_column(enum_column(ListingStatus))
    sub_status: Mapped[ListingSubStatus | None] = mapped_column(enum_column(ListingSubStatus))
    # The channel's own number of it, also where nobody knows what it means.
    sub_status_code: Mapped[int | None]
    price_amount: Mapped[Decimal | None]
    currency_code: Mapped[str | None] = mapped_column(String(3))
    # Pieces that the list says are left.
    stock: Mapped[int | None]
    # When a reading last met it, and in which: its job, the claim of it and the list.
    seen_at: Mapped[datetime]
    seen_in: Mapped[str] = mapped_column(String(64))
    gone_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = created_at()
    # When something of it last changed, whenever it was met since.
    updated_at: Mapped[datetime] = updated_at()
