"""Packages that left the house, what they hold, and what the channel was told of them."""

from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from domain.models.base import (
    Base,
    Id,
    Json,
    enum_column,
    of_company,
    referred_with_company,
    updated_at,
    where,
)


def _as_recorded(context: Any) -> Any:
    return context.get_current_parameters()["tracking_key"]


class Package(Base):
    """A parcel with some pieces of one order."""

    __tablename__ = "packages"
    __table_args__ = (
        of_company("order_id", "orders"),
        referred_with_company("packages"),
        Index("ix_packages_order", "order_id"),
        Index("ix_packages_tracking_key", "company_id", "tracking_key"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    order_id: Mapped[int] = mapped_column(Id)
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouses.id"))
    # As the person wrote it; Temu's number of it is looked up when the tracking is uploaded.
    carrier: Mapped[str] = mapped_column(String(200))
    tracking_number: Mapped[str] = mapped_column(String(200))
    # The tracking number as carriers compare it: Temu takes each once only.
    tracking_key: Mapped[str] = mapped_column(String(200))
    # The first one that it had, whatever it was corrected to: a file that records it again is known by it. Null in those
    # from before this was recorded.
    recorded_key: Mapped[str | None] = mapped_column(String(200), default=_as_recorded)
    shipped_at: Mapped[datetime]
    uploaded_at: Mapped[datetime | None]
    # What Temu said of its number when it accepted it.
    upload_warnings: Mapped[list[str]] = mapped_column(Json, default=list, server_default="[]")
    # A package that was recorded by mistake stays, so that its id never means another; it counts for nothing.
    voided_at: Mapped[datetime | None]
    updated_at: Mapped[datetime] = updated_at()


class PackageLine(Base):
    """Pieces of one order item in a package."""

    __tablename__ = "package_lines"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        Index("ix_package_lines_order_item", "order_item_id"),
    )

    package_id: Mapped[int] = mapped_column(ForeignKey("packages.id"), primary_key=True)
    order_item_id: Mapped[int] = mapped_column(ForeignKey("order_items.id"), primary_key=True)
    quantity: Mapped[int]
    # What it took from the stock of its warehouse, for whoever takes it back: of which product, and how many, which may
    # be fewer than it holds. Null in those from before this was recorded.
    withdrawn_product_id: Mapped[int | None] = mapped_column(BigInteger)
    withdrawn_quantity: Mapped[int | None]


class SubPackage(Base):
    """A further box of a package that holds one piece which does not fit into one box."""

    __tablename__ = "sub_packages"

    package_id: Mapped[int] = mapped_column(ForeignKey("packages.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    carrier: Mapped[str] = mapped_column(String(200))
    tracking_number: Mapped[str] = mapped_column(String(200))
    tracking_key: Mapped[str] = mapped_column(String(200), index=True)


class CombinedPackage(Base):
    """That a package is one parcel with packages of other orders: with those of the same *parcel_id*, which is the id of
    the first of them.
    """

    __tablename__ = "combined_packages"

    package_id: Mapped[int] = mapped_column(
        ForeignKey("packages.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    parcel_id: Mapped[int] = mapped_column(ForeignKey("packages.id", ondelete="CASCADE"), index=True)


class PackageCorrection(Base):
    """What a package that Temu has is to become; gone once Temu has it so. Until then the package is as at Temu."""

    __tablename__ = "package_corrections"
    __table_args__ = (
        of_company("package_id", "packages"),
        Index("ix_package_corrections_tracking_key", "company_id", "tracking_key"),
    )

    package_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouses.id"))
    carrier: Mapped[str] = mapped_column(String(200))
    tracking_number: Mapped[str] = mapped_column(String(200))
    tracking_key: Mapped[str] = mapped_column(String(200))
    requested_at: Mapped[datetime]
    # As in a TrackingUpload.
    in_doubt_since: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]
    refusal_code: Mapped[str | None] = mapped_column(String(64))
    refusal: Mapped[str | None] = mapped_column(Text)


class TrackingUpload(Base):
    """What is not settled about telling the channel of an order's packages; no row where nothing is."""

    __tablename__ = "tracking_uploads"
    __table_args__ = (
        of_company("order_id", "orders"),
        Index("ix_tracking_uploads_refused", "company_id", **where("refused_at IS NOT NULL")),
    )

    order_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    # Set before Temu is told and cleared with its answer: while it stands, only Temu knows whether it was told.
    in_doubt_since: Mapped[datetime | None]
    # The last refusal that a person has to see to.
    refused_at: Mapped[datetime | None]
    refusal_code: Mapped[str | None] = mapped_column(String(64))
    refusal: Mapped[str | None] = mapped_column(Text)


class DirectoryKind(Enum):
    """What a directory of the channel lists."""

    CARRIERS = "CARRIERS"  #: who carries parcels in a region
    ADDRESSES = "ADDRESSES"  #: where a mall ships from


class ChannelDirectory(Base):
    """A list of the channel's, as last read for a company: it changes rarely and is looked up often."""

    __tablename__ = "channel_directories"

    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"), primary_key=True)
    kind: Mapped[DirectoryKind] = mapped_column(enum_column(DirectoryKind), primary_key=True)
    # Temu's number of the region; 0 where the list is one for all.
    region_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entries: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    read_at: Mapped[datetime]
