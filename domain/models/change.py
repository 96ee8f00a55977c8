"""The log of what changed: what front ends follow and receivers of webhooks are told. Triggers write it, in the transaction of
the change and whoever makes it; they stand in the migration that makes the table.
"""

from datetime import datetime
from enum import Enum

from sqlalchemy import BigInteger, FetchedValue, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from domain.models.base import Base, Id, enum_column


class ChangeType(Enum):
    """What happened to an object. Where one write did several of them to an order, it is the first of these that fits."""

    ORDER_CREATED = "order.created"  #: it came in
    ORDER_CANCELLED = "order.cancelled"  #: its status became CANCELLED
    ORDER_ON_HOLD = "order.on_hold"  #: its status became ON_HOLD
    ORDER_RELEASED = "order.released"  #: its status was ON_HOLD, or PENDING, and it may be shipped now
    ORDER_SHIPPED = "order.shipped"  #: its shipping status changed, to that of more pieces or of fewer
    ORDER_TRACKING_UPLOADED = "order.tracking_uploaded"  #: the channel knows how it was shipped
    ORDER_UPDATED = "order.updated"  #: anything else of it, its items, address, packages or notes
    PRODUCT_CREATED = "product.created"  #: it was made
    PRODUCT_UPDATED = "product.updated"  #: its SKU, name, mapping, safety quantity or price
    PRICE_ACCEPTED = "price.accepted"  #: the channel has the price that is wanted for it
    PRICE_REFUSED = "price.refused"  #: the channel does not take that price, or it was not sent
    INVENTORY_CHANGED = "inventory.changed"  #: what lies there or is reserved, of what it sells too
    INVENTORY_PUSHED = "inventory.pushed"  #: the channel accepted a figure
    INVENTORY_REFUSED = "inventory.refused"  #: the channel refused one
    JOB_CREATED = "job.created"  #: it was asked for
    JOB_UPDATED = "job.updated"  #: it was claimed, or waits for its next try
    JOB_FINISHED = "job.finished"  #: it ended, whichever way
    RETURN_CREATED = "return.created"  #: it came in
    RETURN_UPDATED = "return.updated"  #: anything of it, its lines, or what came back
    ACTION_CREATED = "action.created"  #: the channel is to be asked for something
    ACTION_UPDATED = "action.updated"  #: where it stands has changed, or it ended
    LABEL_CREATED = "label.created"  #: a shipping label is to be bought, or was bought elsewhere
    LABEL_UPDATED = "label.updated"  #: where it stands has changed, or its tracking number
    LISTING_CREATED = "listing.created"  #: the mall lists it for the first time
    LISTING_UPDATED = "listing.updated"  #: its title, SKU code, status (that it is gone, too) or price
    COMPANY_CREATED = "company.created"  #: it was made
    COMPANY_UPDATED = "company.updated"  #: its name, settings or the state of a token


class Change(Base):
    """One change of one object, in the order (xid, id)."""

    __tablename__ = "changes"
    __table_args__ = (
        Index("ix_changes_in_order", "xid", "id"),
        Index("ix_changes_company", "company_id", "xid", "id"),
        Index("ix_changes_subject", "subject_type", "subject_id", "id"),
        Index("ix_changes_occurred_at", "occurred_at"),
        # A number that is given again, once all before it were removed, would lie behind everybody's cursor.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    # PostgreSQL: the transaction, which numbers alone don't tell the end of; SQLite has one writer at a time, and 0 here.
    xid: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    type: Mapped[ChangeType] = mapped_column(enum_column(ChangeType))
    # The name of the object's type in the schema, and its number.
    subject_type: Mapped[str] = mapped_column(String(64))
    subject_id: Mapped[int] = mapped_column(BigInteger)
    occurred_at: Mapped[datetime]
