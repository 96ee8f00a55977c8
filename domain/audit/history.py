"""What became of an order or a product, newest first: what people did to it, which its audit events tell, and what the channel
did, which Tradewind's notes and the log of changes tell. Whatever several of these would tell stands here once.
"""

from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    String,
    Text,
    case,
    cast,
    column,
    literal_column,
    null,
    select,
    table,
    union_all,
)
from sqlalchemy.orm import DeclarativeBase, Mapped

from domain.models import ApiKey, AuditEvent, Change, ChangeType, ChannelAction, OrderNote, Package
from domain.models.base import UtcDateTime, enum_column
from domain.pagination import Key


class HistoryActor(Enum):
    """Who did something."""

    API_KEY = "API_KEY"  #: whoever holds an API key, by a mutation
    COMMAND = "COMMAND"  #: whoever may run the command `tradewind` on a machine of the installation
    SYSTEM = "SYSTEM"  #: Tradewind by itself
    CHANNEL = "CHANNEL"  #: Temu, as an import, an update of stock or an upload of tracking has learnt


class _Selected(DeclarativeBase):
    """The root of what is selected, and stands in no table of its own."""


class HistoryEntry(_Selected):
    """One thing that happened, as `of_order` and `of_product` select it."""

    __tablename__ = "history"
    __table__ = table(
        "history",
        column("occurred_at", UtcDateTime()),
        # Which of the tables it is of, and its number there.
        column("source", Integer()),
        column("number", BigInteger()),
        column("company_id", BigInteger()),
        column("actor", enum_column(HistoryActor)),
        column("author", String()),
        column("type", String()),
        column("message", Text()),
        column("subject_type", String()),
        column("subject_id", BigInteger()),
        column("before", JSON()),
        column("after", JSON()),
    )
    __mapper_args__ = {"primary_key": [__table__.c.source, __table__.c.number]}  # noqa: RUF012 - SQLAlchemy's own form

    occurred_at: Mapped[datetime]
    source: Mapped[int]
    number: Mapped[int]


HISTORY = [
    Key(each, descending=True)
    for each in (HistoryEntry.occurred_at, HistoryEntry.source, HistoryEntry.number)
]
# Notes of what a person did, which an audit event tells.
_BY_PEOPLE = ("package-changed", "package-voided", "cancel-declined", "out-of-stock")
# What is told neither by a note nor by an audit event.
_OF_ORDERS = {
    ChangeType.ORDER_CREATED: "It came in from Temu.",
    ChangeType.ORDER_RELEASED: "It may be shipped from now on.",
    ChangeType.ORDER_TRACKING_UPLOADED: "Temu knows how it was shipped.",
}
_OF_PRODUCTS = {
    ChangeType.PRICE_ACCEPTED: "Temu has the price that is wanted for it.",
    ChangeType.PRICE_REFUSED: "Temu does not take its price, or it was not sent.",
    ChangeType.INVENTORY_PUSHED: "Temu took a figure of its stock.",
    ChangeType.INVENTORY_REFUSED: "Temu refused a figure of its stock.",
}


def of_order(order: Any) -> CompoundSelect[Any]:
    """What happened to an order, its packages and notes, and what the channel was asked to do with it."""
    packages = select(Package.id).where(Package.order_id == order.id)
    actions = select(ChannelAction.id).where(ChannelAction.order_id == order.id)
    return union_all(
        _acts("Order", AuditEvent.subject_id == order.id),
        _acts("Package", AuditEvent.subject_id.in_(packages)),
        _acts("ChannelAction", AuditEvent.subject_id.in_(actions)),
        _notes(order),
        _changes("Order", order, _OF_ORDERS),
    )


def of_product(product: Any) -> CompoundSelect[Any]:
    """What happened to a product, its mapping and its stock."""
    return union_all(
        _acts("Product", AuditEvent.subject_id == product.id), _changes("Product", product, _OF_PRODUCTS)
    )


def _acts(kind: str, is_subject: ColumnElement[bool]) -> Select[Any]:
    """What people did, and nothing of a key but its name, by which notes tell their authors too."""
    event = AuditEvent
    entries = _entries(
        0, event.id, event.occurred_at, event.company_id, actor=event.actor, author=ApiKey.name, type=event.action,
        subject_type=event.subject_type, subject_id=event.subject_id, before=event.before, after=event.after,
    )  # fmt: skip
    joined = entries.join_from(event, ApiKey, ApiKey.id == event.api_key_id, isouter=True)
    return joined.where(event.subject_type == _word(kind), is_subject)


def _notes(order: Any) -> Select[Any]:
    """What Tradewind noted of the order, but for what a person did."""
    note, word = OrderNote, _word("note")
    entries = _entries(
        1, note.id, note.created_at, order.company_id, actor=_word(HistoryActor.CHANNEL.value), type=word,
        message=note.body, subject_type=_word("Order"), subject_id=order.id,
    )  # fmt: skip
    by_people = [note.event.like(_word(f"{each}:%")) for each in _BY_PEOPLE]
    return entries.where(note.order_id == order.id, note.event.is_not(None), *(~each for each in by_people))


def _changes(kind: str, row: Any, messages: dict[ChangeType, str]) -> Select[Any]:
    change, words = Change, {_word(each.value): _word(message) for each, message in messages.items()}
    entries = _entries(
        2, change.id, change.occurred_at, change.company_id, actor=_word(HistoryActor.CHANNEL.value), type=change.type,
        message=case(words, value=change.type), subject_type=change.subject_type, subject_id=change.subject_id,
    )  # fmt: skip
    is_of_row = change.subject_type == _word(kind), change.subject_id == row.id
    return entries.where(*is_of_row, change.type.in_(list(words)))


def _entries(source: int, number: Any, occurred_at: Any, company_id: Any, **values: Any) -> Select[Any]:
    """Rows with the columns of HistoryEntry, in their order; those that are not given are null."""
    values |= {"occurred_at": occurred_at, "source": literal_column(str(source), Integer())}
    values |= {"number": number, "company_id": company_id}
    columns = HistoryEntry.__table__.c
    told: list[Any] = [values.get(each.name, cast(null(), each.type)).label(each.name) for each in columns]
    statement: Any = select(*told)
    entries: Select[Any] = statement
    return entries


def _word(text: str) -> ColumnElement[str]:
    """A constant without an apostrophe: a plan binds none."""
    return literal_column(f"'{text}'", String())
