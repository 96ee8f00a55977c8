"""Labels that are bought from the channel: what each is for, what it may cost, and what became of it."""

from datetime import datetime
from decimal import Decimal
from enum import Enum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from domain.models.base import (
    Base,
    Id,
    created_at,
    enum_column,
    of_company,
    referred_with_company,
    updated_at,
    where,
)


class LabelOrigin(Enum):
    """Where a label was bought."""

    TRADEWIND = "TRADEWIND"  #: here, by buyShippingLabels
    SELLER_CENTER = "SELLER_CENTER"  #: in the channel's seller centre, or by another tool


class ShippingLabelStatus(Enum):
    """Where a label stands."""

    REQUESTED = "REQUESTED"  #: the channel is to be asked for it, or was and has not answered
    WORKING = "WORKING"  #: the channel has the order for it and makes it
    BOUGHT = "BOUGHT"  #: it is made and has its tracking number
    CONFIRMED = "CONFIRMED"  #: the channel was told that its parcel left, or has said so by itself
    FAILED = "FAILED"  #: the channel did not make it, and nothing was paid; `failure` says why
    CANCELLED = "CANCELLED"  #: taken back before the channel was asked, or cancelled there


class WeightUnit(Enum):
    """What a weight is counted in."""

    GRAMS = "GRAMS"  #: g
    KILOGRAMS = "KILOGRAMS"  #: kg
    OUNCES = "OUNCES"  #: oz, of which 16 are a pound
    POUNDS = "POUNDS"  #: lb, 453.59237 g


class LengthUnit(Enum):
    """What a length is counted in."""

    CENTIMETERS = "CENTIMETERS"  #: cm
    INCHES = "INCHES"  #: in, 2.54 cm


class ShippingLabel(Base):
    """One label, for one parcel."""

    __tablename__ = "shipping_labels"
    __table_args__ = (
        referred_with_company("shipping_labels"),
        # A package of the channel's has one label, wherever it was bought.
        Index("uq_shipping_labels_package", "company_id", "package_number", unique=True,
              **where("package_number IS NOT NULL")),
        Index("ix_shipping_labels_company_newest", "company_id", "id"),
        Index("ix_shipping_labels_status", "company_id", "status", "id"),
        Index("ix_shipping_labels_action", "action_id"),
        # An id is in nobody's hand for another.
        {"sqlite_autoincrement": True},
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    origin: Mapped[LabelOrigin] = mapped_column(enum_column(LabelOrigin))
    status: Mapped[ShippingLabelStatus] = mapped_column(enum_column(ShippingLabelStatus))
    # The channel action that buys it, or tries it again; null where it was bought elsewhere.
    action_id: Mapped[int | None] = mapped_column(ForeignKey("channel_actions.id"))
    # Where its parcel leaves from: the warehouse here, and the channel's number of its address.
    warehouse_id: Mapped[int | None] = mapped_column(ForeignKey("warehouses.id"))
    channel_warehouse_id: Mapped[str | None] = mapped_column(String(64))
    # The parcel as a person measured it; null where the channel does not tell it.
    weight: Mapped[Decimal | None]
    weight_unit: Mapped[WeightUnit | None] = mapped_column(enum_column(WeightUnit))
    length: Mapped[Decimal | None]
    width: Mapped[Decimal | None]
    height: Mapped[Decimal | None]
    length_unit: Mapped[LengthUnit | None] = mapped_column(enum_column(LengthUnit))
    # The channel's numbers of the service, of who carries it and of how it has it signed for; and the carrier's name.
    service_id: Mapped[str | None] = mapped_column(String(64))
    ship_company_id: Mapped[str | None] = mapped_column(String(64))
    sign_service_id: Mapped[str | None] = mapped_column(String(64))
    carrier: Mapped[str | None] = mapped_column(String(200))
    # What the channel says that it costs, and what it may cost; in one currency.
    estimated_amount: Mapped[Decimal | None]
    most_to_pay_amount: Mapped[Decimal | None]
    currency_code: Mapped[str | None] = mapped_column(String(3))
    # The channel's number of the parcel (packageSn), from when it took the order for the label.
    package_number: Mapped[str | None] = mapped_column(String(64))
    tracking_number: Mapped[str | None] = mapped_column(String(200))
    failure_code: Mapped[str | None] = mapped_column(String(64))
    failure: Mapped[str | None] = mapped_column(Text)
    # Hours after it is bought from when on the channel says by itself that its parcel left; and when that is.
    ship_later_hours: Mapped[int | None]
    auto_confirm_at: Mapped[datetime | None]
    bought_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    # When the channel took it for another try, which it does once.
    retried_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = created_at()
    updated_at: Mapped[datetime] = updated_at()


class ShippingLabelLine(Base):
    """Pieces of one order item in the parcel of a label; those of several orders where these go together."""

    __tablename__ = "shipping_label_lines"
    __table_args__ = (
        of_company("label_id", "shipping_labels", ondelete="CASCADE"),
        of_company("order_id", "orders"),
        CheckConstraint("quantity > 0", name="quantity"),
        Index("ix_shipping_label_lines_order", "order_id", "label_id"),
        Index("ix_shipping_label_lines_item", "order_item_id"),
    )

    label_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    order_item_id: Mapped[int] = mapped_column(
        ForeignKey("order_items.id"), primary_key=True, autoincrement=False
    )
    order_id: Mapped[int] = mapped_column(Id)
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    quantity: Mapped[int]


class ShippingLabelFile(Base):
    """The PDF of a label that is made. It holds a buyer's address, so it lies sealed, and goes with the buyers of its orders."""

    __tablename__ = "shipping_label_files"
    __table_args__ = (
        of_company("label_id", "shipping_labels", ondelete="CASCADE"),
        Index("ix_shipping_label_files_due", "due_at", "company_id", **where("due_at IS NOT NULL")),
        Index("ix_shipping_label_files_missing", "company_id", "created_at",
              **where("fetched_at IS NULL AND erased_at IS NULL")),
    )  # fmt: skip

    label_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    # When it is to be fetched; null once it was, or is not to be.
    due_at: Mapped[datetime | None]
    # Times that it could not be had, and why not the last time; in words of ours, never of the file's host.
    tries: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(Text)
    # The file's own key, sealed, and the file as encrypted with it; both null where it is not here.
    sealed: Mapped[str | None] = mapped_column(Text)
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    size: Mapped[int | None]
    fetched_at: Mapped[datetime | None]
    # When somebody was first given a link to print it.
    printed_at: Mapped[datetime | None]
    # Set when it was erased with a buyer, for good: it is not fetched again.
    erased_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = created_at()
    updated_at: Mapped[datetime] = updated_at()
