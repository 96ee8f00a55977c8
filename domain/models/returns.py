"""What buyers send back or want refunded, what of it came in again, and the labels that they are given."""

from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.models.base import (
    Base,
    Id,
    Json,
    created_at,
    enum_column,
    of_company,
    referred_with_company,
    updated_at,
    where,
)
from domain.pagination import NEVER, Key


class ReturnType(Enum):
    """What a buyer wants."""

    REFUND_ONLY = "REFUND_ONLY"  #: the money, and nothing comes back
    RETURN_AND_REFUND = "RETURN_AND_REFUND"  #: to send it back for the money


class ReturnStatus(Enum):
    """Where a return stands at Temu; the last three are ends."""

    RETURN_REQUESTED = "RETURN_REQUESTED"  #: the buyer is to send it, and nothing has left yet
    LABEL_REQUESTED = "LABEL_REQUESTED"  #: the buyer waits for a label of the seller's
    REFUND_REQUESTED = "REFUND_REQUESTED"  #: the buyer waits for the money
    IN_TRANSIT = "IN_TRANSIT"  #: on its way back
    RECEIVED = "RECEIVED"  #: back where it was sent to, says Temu, and the buyer waits for the money
    IN_REVIEW = "IN_REVIEW"  #: Temu decides
    REFUNDING = "REFUNDING"  #: Temu gives the money back
    REFUNDED = "REFUNDED"  #: the buyer has the money back
    REJECTED = "REJECTED"  #: there is no refund
    WITHDRAWN = "WITHDRAWN"  #: the buyer took it back


# What no older message of Temu's makes open again, and what nobody has to answer.
ENDED_RETURNS = (ReturnStatus.REFUNDED, ReturnStatus.REJECTED, ReturnStatus.WITHDRAWN)


class ReturnDelivery(Enum):
    """How a return comes back."""

    DROP_OFF = "DROP_OFF"  #: the buyer takes it to the carrier
    PICK_UP = "PICK_UP"  #: the carrier fetches it


class ReturnOperation(Enum):
    """What Temu lets a seller do with a return."""

    ISSUE_REFUND = "ISSUE_REFUND"  #: give all of the money back, by issueRefund
    UPLOAD_LABEL = "UPLOAD_LABEL"  #: give the buyer a label, by uploadReturnLabel


class Return(Base):
    """A parent after-sales order of Temu's: pieces of one order that a buyer sends back or wants refunded. Of the buyer it holds
    nothing, not even the comment, which is free text.
    """

    __tablename__ = "returns"
    __table_args__ = (
        UniqueConstraint("company_id", "channel_return_id", name="uq_returns_company_channel_return"),
        referred_with_company("returns"),
        of_company("order_id", "orders"),
        Index("ix_returns_company_newest", "company_id", "requested_at", "id"),
        Index("ix_returns_company_updated", "company_id", "updated_at", "id"),
        Index("ix_returns_company_status", "company_id", "status"),
        Index("ix_returns_order", "order_id", "id"),
        # Those that wait for their order, and those of which Temu has to be asked more.
        Index("ix_returns_orderless", "company_id", "channel_order_id", **where("order_id IS NULL")),
        Index("ix_returns_details_wanted", "company_id", "id",
              **where("details_wanted", sqlite="details_wanted = 1")),
        Index("ix_returns_respond_by", "company_id", "respond_by", **where("respond_by IS NOT NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    # Null until the order has come in.
    order_id: Mapped[int | None] = mapped_column(Id)
    channel_return_id: Mapped[str] = mapped_column(String(64))
    channel_order_id: Mapped[str] = mapped_column(String(64))
    type: Mapped[ReturnType] = mapped_column(enum_column(ReturnType))
    status: Mapped[ReturnStatus] = mapped_column(enum_column(ReturnStatus))
    delivery: Mapped[ReturnDelivery | None] = mapped_column(enum_column(ReturnDelivery))
    # Values of ReturnOperation, as Temu told last.
    available_operations: Mapped[list[str]] = mapped_column(Json, default=list)
    # Until when the seller may act; then Temu refunds it by itself. Null where nothing has to be done.
    respond_by: Mapped[datetime | None]
    carrier: Mapped[str | None] = mapped_column(String(200))
    tracking_numbers: Mapped[list[str]] = mapped_column(Json, default=list)
    # What the buyer gets, or got: all of it, as Temu's interface knows no part.
    refund_amount: Mapped[Decimal | None]
    currency_code: Mapped[str | None] = mapped_column(String(3))
    requested_at: Mapped[datetime]
    # Temu's own time of the state held here, by which an older message never overwrites it (O18).
    channel_updated_at: Mapped[datetime]
    # Lines, amount or parcels are still to be asked for.
    details_wanted: Mapped[bool]
    imported_at: Mapped[datetime]
    updated_at: Mapped[datetime] = updated_at()


# As returns are sorted by when they are to be answered, those of which nothing has to be done last.
RESPOND_BY = Key(Return.respond_by, missing=NEVER)
Index("ix_returns_company_respond_by", Return.company_id, RESPOND_BY.place(Return), Return.id)


class ReturnLine(Base):
    """Pieces of one order below the parent that are sent back."""

    __tablename__ = "return_lines"
    __table_args__ = (
        UniqueConstraint("return_id", "channel_return_line_id", name="uq_return_lines_return_channel_line"),
        of_company("return_id", "returns"),
        CheckConstraint("quantity >= 0", name="quantity"),
        CheckConstraint("received_quantity >= 0 AND damaged_quantity >= 0", name="received"),
        Index("ix_return_lines_order_item", "order_item_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    return_id: Mapped[int] = mapped_column(Id)
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    channel_return_line_id: Mapped[str] = mapped_column(String(64))
    # Temu's order below the parent, where it told it, and what it is here once the order has come in.
    channel_order_item_id: Mapped[str | None] = mapped_column(String(64))
    order_item_id: Mapped[int | None] = mapped_column(ForeignKey("order_items.id"))
    website_product_id: Mapped[str | None] = mapped_column(String(32))
    website_product_variant_id: Mapped[str | None] = mapped_column(String(32))
    quantity: Mapped[int]
    # Of Temu's list of reasons: its number, and its words for that number.
    reason_code: Mapped[int | None]
    reason: Mapped[str | None] = mapped_column(Text)
    refund_amount: Mapped[Decimal | None]
    currency_code: Mapped[str | None] = mapped_column(String(3))
    # What people found in parcels that came back: pieces that can be sold, and others.
    received_quantity: Mapped[int] = mapped_column(default=0)
    damaged_quantity: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = created_at()
    updated_at: Mapped[datetime] = updated_at()


class ReturnReceipt(Base):
    """That pieces of a return came in, once for each key that it was told with."""

    __tablename__ = "return_receipts"
    __table_args__ = (
        UniqueConstraint("company_id", "idempotency_key", name="uq_return_receipts_idempotency_key"),
        of_company("return_id", "returns"),
        Index("ix_return_receipts_return", "return_id", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    return_id: Mapped[int] = mapped_column(Id)
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouses.id"))
    idempotency_key: Mapped[str] = mapped_column(String(255))
    # Of each line its number, pieces and condition.
    lines: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    received_at: Mapped[datetime]


class ReturnLabel(Base):
    """The label that a buyer is to be given for a return: sealed, as it names the buyer, and no longer kept than until Temu has it."""

    __tablename__ = "return_labels"
    __table_args__ = (of_company("return_id", "returns"), Index("ix_return_labels_created_at", "created_at"))

    return_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    media_type: Mapped[str] = mapped_column(String(100))
    sha256: Mapped[str] = mapped_column(String(64))
    # The key of the file, sealed, and the file as it is with that key; null once Temu has it, or its time was over.
    sealed: Mapped[str | None]
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    created_at: Mapped[datetime]
