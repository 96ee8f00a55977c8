"""What people ask the channel to do beside shipping: one row for each call, so that each is made once and its end is known."""

from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from domain.models.base import Base, Id, Json, enum_column, of_company, updated_at, where


class ChannelActionKind(Enum):
    """What the channel is asked to do."""

    BUY_SHIPPING_LABEL = "BUY_SHIPPING_LABEL"  #: sell the labels of an order, or of several that go together
    CONFIRM_SHIPPING_LABEL = "CONFIRM_SHIPPING_LABEL"  #: say that the parcel with a bought label has left
    RETRY_SHIPPING_LABEL = "RETRY_SHIPPING_LABEL"  #: make a label that failed after all
    ACCEPT_CANCELLATION = "ACCEPT_CANCELLATION"  #: agree to a buyer's request to cancel
    REPORT_OUT_OF_STOCK = "REPORT_OUT_OF_STOCK"  #: cancel items that can't be sent for want of stock
    UPLOAD_INVOICE = "UPLOAD_INVOICE"  #: give an order its invoice or a credit note
    CHANGE_PRICE = "CHANGE_PRICE"  #: take other prices of SKUs of one goods, which Temu reviews
    ISSUE_REFUND = "ISSUE_REFUND"  #: give a buyer all of the money back for a return
    UPLOAD_RETURN_LABEL = "UPLOAD_RETURN_LABEL"  #: give a buyer a label for a return
    SET_SALE_STATUS = "SET_SALE_STATUS"  #: put a listing on sale or take it off


class ChannelActionStatus(Enum):
    """Where an action stands; the last three are ends."""

    QUEUED = "QUEUED"  #: waits to be sent
    IN_DOUBT = "IN_DOUBT"  #: sent without answer so far: the channel is asked before it is sent again
    WORKING = "WORKING"  #: the channel has it, and its result is still to come
    UNCONFIRMED = "UNCONFIRMED"  #: nobody can tell what became of it: see resolveChannelAction
    SUCCEEDED = "SUCCEEDED"  #: the channel did it
    REFUSED = "REFUSED"  #: the channel did not do it, and `message` says why
    CANCELLED = "CANCELLED"  #: taken back before it was sent


class ChannelAction(Base):
    """One thing that the channel is asked to do, once."""

    __tablename__ = "channel_actions"
    __table_args__ = (
        of_company("order_id", "orders"),
        of_company("product_id", "products"),
        # The same is not asked for twice while the end of the first is open.
        Index("uq_channel_actions_open", "company_id", "kind", "subject", unique=True, **where("ended_at IS NULL")),
        Index("ix_channel_actions_due", "due_at", "company_id", **where("ended_at IS NULL")),
        Index("ix_channel_actions_company_newest", "company_id", "id"),
        Index("ix_channel_actions_order", "order_id", "id"),
        Index("ix_channel_actions_product", "product_id", "id"),
        Index("ix_channel_actions_subject", "company_id", "kind", "subject", "id"),
        Index("ix_channel_actions_refused", "company_id", "ended_at", **where("status = 'REFUSED'")),
        # An id is in nobody's hand for another.
        {"sqlite_autoincrement": True},
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    kind: Mapped[ChannelActionKind] = mapped_column(enum_column(ChannelActionKind))
    status: Mapped[ChannelActionStatus] = mapped_column(enum_column(ChannelActionStatus))
    # The channel's own number of what it is done to: of a request, a return, goods.
    subject: Mapped[str] = mapped_column(String(200))
    order_id: Mapped[int | None] = mapped_column(Id)
    product_id: Mapped[int | None] = mapped_column(Id)
    # What is sent. Ids, amounts and measures alone: never a name, an address or a file.
    parameters: Mapped[dict[str, Any]] = mapped_column(Json)
    # The channel's number of what came of it, such as a package's; and whatever else a kind keeps of it.
    reference: Mapped[str | None] = mapped_column(String(200))
    result: Mapped[dict[str, Any] | None] = mapped_column(Json)
    # Times that it was sent, and times in a row that nothing new was learnt.
    sends: Mapped[int] = mapped_column(default=0)
    looks: Mapped[int] = mapped_column(default=0)
    # When it is to be sent or asked about; null where only a person can go on.
    due_at: Mapped[datetime | None]
    # Set before it is sent and cleared with its answer: while it stands, only the channel knows whether it was told.
    in_doubt_since: Mapped[datetime | None]
    # What a person says became of it.
    is_confirmed: Mapped[bool | None]
    code: Mapped[str | None] = mapped_column(String(64))
    message: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    updated_at: Mapped[datetime] = updated_at()
