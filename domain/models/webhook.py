"""Webhooks: who is told of what, each message that is to reach a receiver, and each attempt to deliver it."""

from datetime import datetime
from enum import Enum

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.models.base import Base, Id, Json, enum_column, where


class WebhookEventType(Enum):
    """What a receiver can be told of, named as in the log of changes. Of several that happened to an order at once, it is told of
    the first of these that fits.
    """

    ORDER_CREATED = "ORDER_CREATED"  #: order.created: it came in
    ORDER_CANCELLED = "ORDER_CANCELLED"  #: order.cancelled: its status became CANCELLED
    ORDER_ON_HOLD = "ORDER_ON_HOLD"  #: order.on_hold: its status became ON_HOLD
    ORDER_RELEASED = "ORDER_RELEASED"  #: order.released: it was held back or pending, and may be shipped now
    ORDER_SHIPPED = "ORDER_SHIPPED"  #: order.shipped: its shipping status changed
    ORDER_TRACKING_UPLOADED = "ORDER_TRACKING_UPLOADED"  #: order.tracking_uploaded: the channel was told
    ORDER_UPDATED = "ORDER_UPDATED"  #: order.updated: anything else of it
    PRODUCT_CREATED = "PRODUCT_CREATED"  #: product.created
    PRODUCT_UPDATED = "PRODUCT_UPDATED"  #: product.updated: its SKU, name, mapping, safety quantity or price
    PRICE_ACCEPTED = "PRICE_ACCEPTED"  #: price.accepted: the channel has the price that is wanted for it
    PRICE_REFUSED = "PRICE_REFUSED"  #: price.refused: the channel does not take it, or it was not sent
    INVENTORY_CHANGED = "INVENTORY_CHANGED"  #: inventory.changed: what is in stock or reserved
    INVENTORY_PUSHED = "INVENTORY_PUSHED"  #: inventory.pushed: the channel accepted a figure
    INVENTORY_REFUSED = "INVENTORY_REFUSED"  #: inventory.refused: the channel refused one
    JOB_FINISHED = "JOB_FINISHED"  #: job.finished: a queued job ended, whichever way
    RETURN_CREATED = "RETURN_CREATED"  #: return.created: it came in
    RETURN_UPDATED = "RETURN_UPDATED"  #: return.updated: anything of it, its lines, or what came back
    ACTION_CREATED = "ACTION_CREATED"  #: action.created: the channel is to be asked for something
    ACTION_UPDATED = "ACTION_UPDATED"  #: action.updated: where it stands has changed, or it ended
    LABEL_CREATED = "LABEL_CREATED"  #: label.created: a label is to be bought, or was bought elsewhere
    LABEL_UPDATED = "LABEL_UPDATED"  #: label.updated: where it stands has changed, or its tracking number
    LISTING_CREATED = "LISTING_CREATED"  #: listing.created: the mall lists it for the first time
    LISTING_UPDATED = "LISTING_UPDATED"  #: listing.updated: its title, SKU code, status or price
    COMPANY_CREATED = "COMPANY_CREATED"  #: company.created
    COMPANY_UPDATED = "COMPANY_UPDATED"  #: company.updated: its name, settings or the state of a token
    PING = "PING"  #: ping: a test, which pingWebhook asks for


class WebhookOffReason(Enum):
    """Why a webhook is off."""

    SWITCHED_OFF = "SWITCHED_OFF"  #: somebody switched it off
    RECEIVER_GONE = "RECEIVER_GONE"  #: the receiver answered 410 Gone
    RECEIVER_FAILS = "RECEIVER_FAILS"  #: for three days nothing was delivered
    KEY_ENDED = "KEY_ENDED"  #: its API key was revoked, has expired or may not have it any more


class WebhookDeliveryStatus(Enum):
    """Where a message stands; the last two are ends."""

    PENDING = "PENDING"  #: waiting for its next attempt, or for an earlier one of its object
    DELIVERED = "DELIVERED"  #: the receiver answered with a status from 200 to 299
    FAILED = "FAILED"  #: given up after three days of attempts


class Webhook(Base):
    """A receiver, and what it is told of: in one company, or in all of them where there is none."""

    __tablename__ = "webhooks"
    # An id that was deleted is never another webhook's.
    __table_args__ = (Index("ix_webhooks_company", "company_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    company_id: Mapped[int | None] = mapped_column(ForeignKey("companies.id"))
    # It is told what this key may see, as long as the key opens anything.
    api_key_id: Mapped[int] = mapped_column(ForeignKey("api_keys.id"))
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str | None] = mapped_column(Text)
    # May hold a secret in its path: shown to those who administer, and in no log.
    url: Mapped[str] = mapped_column(Text)
    event_types: Mapped[list[str]] = mapped_column(Json)
    # A query that is run with the object's id for each message.
    document: Mapped[str | None] = mapped_column(Text)

    sealed: Mapped[str]
    secret_created_at: Mapped[datetime]
    # The secret before it signs too, until then.
    sealed_previous: Mapped[str | None]
    previous_secret_until: Mapped[datetime | None]

    # The position in the log of changes up to which there are deliveries.
    cursor_xid: Mapped[int] = mapped_column(BigInteger)
    cursor_id: Mapped[int] = mapped_column(BigInteger)
    # Since when nothing but failures came of it.
    failing_since: Mapped[datetime | None]
    # Times in a row that the receiver could not be reached, and until when it is left alone for that.
    unreachable: Mapped[int] = mapped_column(default=0)
    paused_until: Mapped[datetime | None]
    off_since: Mapped[datetime | None]
    off_reason: Mapped[WebhookOffReason | None] = mapped_column(enum_column(WebhookOffReason))
    created_at: Mapped[datetime]
    # When somebody last changed it, whatever was delivered since.
    updated_at: Mapped[datetime]


_IS_PENDING = where("status = 'PENDING'")


class WebhookDelivery(Base):
    """One message for one receiver: made once of each change, and attempted until it is delivered or given up."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        UniqueConstraint("webhook_id", "change_id", name="uq_webhook_deliveries_change"),
        Index("ix_webhook_deliveries_newest", "webhook_id", "id"),
        Index("ix_webhook_deliveries_company_newest", "company_id", "id"),
        Index("ix_webhook_deliveries_status_newest", "webhook_id", "status", "id"),
        Index("ix_webhook_deliveries_all_status_newest", "status", "id"),
        # The earlier messages about an object that a later one waits for.
        Index("ix_webhook_deliveries_pending", "webhook_id", "subject_type", "subject_id", "id", **_IS_PENDING),
        Index("ix_webhook_deliveries_ended", "ended_at"),
        # Numbers are versions, so none is given twice.
        {"sqlite_autoincrement": True},
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhooks.id", ondelete="CASCADE"))
    # The webhook's, null where it is told of all: who sees the one sees the other.
    company_id: Mapped[int | None] = mapped_column(ForeignKey("companies.id"))
    # Whose object changed; null of a ping of a webhook of all companies.
    subject_company_id: Mapped[int | None] = mapped_column(ForeignKey("companies.id"))
    # In the log of changes, which may be removed before; null of a ping.
    change_id: Mapped[int | None] = mapped_column(BigInteger)
    # The same each time that it is sent: by it a receiver knows a repetition.
    message_id: Mapped[str] = mapped_column(String(40))
    event_type: Mapped[WebhookEventType] = mapped_column(enum_column(WebhookEventType))
    subject_type: Mapped[str] = mapped_column(String(64))
    subject_id: Mapped[int] = mapped_column(BigInteger)
    occurred_at: Mapped[datetime]
    # What was last sent; null where a document made it, which may show a buyer's data and is not kept.
    body: Mapped[str | None] = mapped_column(Text)
    status: Mapped[WebhookDeliveryStatus] = mapped_column(enum_column(WebhookDeliveryStatus))
    attempts: Mapped[int] = mapped_column(default=0)
    # Failures since the first attempt, or since somebody asked for it once more.
    failures: Mapped[int] = mapped_column(default=0)
    failing_since: Mapped[datetime | None]
    next_attempt_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class WebhookAttempt(Base):
    """One attempt to deliver a message, and what came of it."""

    __tablename__ = "webhook_attempts"
    __table_args__ = (Index("ix_webhook_attempts_delivery", "delivery_id", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("webhook_deliveries.id", ondelete="CASCADE"))
    attempted_at: Mapped[datetime]
    milliseconds: Mapped[int]
    # What was sent besides the body, as JSON, without signatures.
    request_headers: Mapped[str] = mapped_column(Text)
    # Null where there was no answer.
    response_status: Mapped[int | None]
    # Why it failed, in our own words.
    error: Mapped[str | None] = mapped_column(Text)
