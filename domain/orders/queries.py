"""Orders with what belongs to them, as their readers may see them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    String,
    exists,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from domain.database.dialect_sql import DialectSQL
from domain.filtering import (
    Comparison,
    Filter,
    Flag,
    Related,
    among,
    contains,
    during,
    equals,
    holds_any,
    numbered,
    search,
    states,
)
from domain.models import (
    CancellationRequest,
    CancellationState,
    Channel,
    InvoiceState,
    Order,
    OrderAddress,
    OrderInvoice,
    OrderItem,
    OrderStatus,
    Package,
    Product,
    UnreadableOrder,
    literally,
)
from domain.models.base import UtcDateTime
from domain.models.order import SHIP_BY, TOTAL
from domain.pagination import Key
from domain.queued_jobs import queries as jobs
from domain.ranges import range_of


def _found(part: ColumnElement[str]) -> ColumnElement[bool]:
    recipient = exists().where(
        OrderAddress.order_id == Order.id, contains(OrderAddress.name, part, folded=OrderAddress.name_folded)
    )
    sku = exists().where(
        OrderItem.order_id == Order.id,
        OrderItem.product_id == Product.id,
        contains(Product.sku, part, folded=Product.sku_folded),
    )
    return or_(contains(Order.channel_order_id, part), recipient, sku)


# As the index of such orders has it.
HAS_LABELS = literal_column("orders.labels") != literal_column("'[]'")
# The one placed last comes first.
ORDERS = [Key(Order.ordered_at, descending=True), Key(Order.id, descending=True)]


class OrderOrderField(Enum):
    """By what orders can be sorted."""

    ORDERED_AT = "ORDERED_AT"  #: when they were placed
    LATEST_SHIP_AT = "LATEST_SHIP_AT"  #: until when Temu expects them to be sent; without such a moment, as if it were the last
    TOTAL = "TOTAL"  #: the figure of their total, whatever its currency; without one, as if it were the least
    UPDATED_AT = "UPDATED_AT"  #: when they last changed here
    CHANNEL_ORDER_ID = "CHANNEL_ORDER_ID"  #: their number at the channel, as text


_BY = {
    OrderOrderField.ORDERED_AT: Key(Order.ordered_at),
    OrderOrderField.LATEST_SHIP_AT: SHIP_BY,
    OrderOrderField.TOTAL: TOTAL,
    OrderOrderField.UPDATED_AT: Key(Order.updated_at),
    OrderOrderField.CHANNEL_ORDER_ID: Key(Order.channel_order_id),
}
ORDER_ORDERS = {field: [key, Key(Order.id)] for field, key in _BY.items()}
# What is counted beside a list, and the condition that chooses among it.
ORDER_STATES = "status", states(Order.status)

_IS_RESTRICTED = or_(Order.restriction_details != literal_column("'[]'"), Order.address_restriction != "")
HAS_OPEN_REQUEST = exists().where(
    CancellationRequest.company_id == Order.company_id,
    CancellationRequest.channel_order_id == Order.channel_order_id,
    CancellationRequest.state == literally(CancellationState.OPEN),
)


IS_INVOICE_WANTED = OrderInvoice.state.in_([literally(InvoiceState.WANTED), literally(InvoiceState.REFUSED)])
WANTS_INVOICE = exists().where(OrderInvoice.order_id == Order.id, IS_INVOICE_WANTED)


class _Forbids(DialectSQL):
    """Whether one of the restrictions in JSON names a carrier, or none and so concerns all."""

    type = Boolean()
    postgresql = (
        "EXISTS (SELECT 1 FROM jsonb_array_elements({0}) AS held (detail) "
        "WHERE held.detail -> 'carriers' = '[]' OR jsonb_exists(held.detail -> 'carriers', {1}))"
    )
    sqlite = (
        "EXISTS (SELECT 1 FROM json_each({0}) AS held WHERE json_extract(held.value, '$.carriers') = '[]' "
        "OR {1} IN (SELECT value FROM json_each(held.value, '$.carriers')))"
    )


def _has_sku(skus: ColumnElement[Any]) -> ColumnElement[bool]:
    # Not EXISTS, nor a join: SQLite would look into each order, or each item, that there is.
    meant = select(Product.id).where(among(Product.sku).holds(skus))
    return Order.id.in_(select(OrderItem.order_id).where(OrderItem.product_id.in_(meant)))


# *ordered_from* is included, *ordered_to* is not; *search* is looked for in order number, recipient and the items' SKUs.
ORDER_FILTER = Filter(
    company_id=equals(Order.company_id),
    channel=equals(Order.channel),
    order_source=equals(Order.order_source),
    channel_order_ids=among(Order.channel_order_id),
    status=among(Order.status),
    shipping_status=among(Order.shipping_status),
    has_unknown_product=Flag(exists().where(OrderItem.order_id == Order.id, OrderItem.product_id.is_(None))),
    skus=Comparison(among(Product.sku).type, _has_sku),
    source_updated_for_shipping=Flag(Order.source_updated_for_shipping.expression),
    ordered_from=Comparison(Order.ordered_at.type, lambda moment: Order.ordered_at >= moment),
    ordered_to=Comparison(Order.ordered_at.type, lambda moment: Order.ordered_at < moment),
    latest_ship_at=range_of(Order, SHIP_BY, with_end=False),
    updated_at=during(Order.updated_at),
    total=Filter(currency_code=equals(Order.currency_code), **range_of(Order, TOTAL, with_end=True)),
    labels=holds_any(Order.labels, HAS_LABELS),
    has_cancellation_request=Flag(HAS_OPEN_REQUEST),
    wants_invoice=Flag(WANTS_INVOICE),
    is_restricted=Flag(func.coalesce(_IS_RESTRICTED, false())),
    forbids_carrier=Comparison(
        String(),
        lambda carrier: or_(_Forbids(Order.restriction_details, carrier), Order.address_restriction != ""),
    ),
    country_codes=Comparison(
        among(OrderAddress.country_code).type,
        lambda codes: exists().where(
            OrderAddress.order_id == Order.id, among(OrderAddress.country_code).holds(codes)
        ),
    ),
    package=Related(
        lambda holds: exists().where(Package.order_id == Order.id, Package.voided_at.is_(None), holds),
        carriers=among(Package.carrier),
        warehouse_ids=numbered(Package.warehouse_id),
        shipped_at=during(Package.shipped_at),
        uploaded_at=during(Package.uploaded_at),
    ),
    search=search(_found),
)


def company_of_note(note: Any) -> ColumnElement[int]:
    """The company whose order a note is on."""
    order = aliased(Order)
    owner = select(order.company_id).where(order.id == note.order_id)
    return owner.correlate_except(order).scalar_subquery()


def note_updated_at(note: Any) -> ColumnElement[datetime]:
    """When a note was last written."""
    return func.coalesce(note.edited_at, note.created_at, type_=UtcDateTime())


def imported(company_id: int, numbers: Collection[str]) -> tuple[ColumnElement[bool], ...]:
    """What holds of the orders that came from Temu by these numbers of its, however many they are."""
    number = among(Order.channel_order_id)
    is_one = number.holds(literal(tuple(numbers), number.type))
    return Order.company_id == company_id, Order.channel == Channel.WEBSITE, is_one


async def locked(session: AsyncSession, *which: ColumnElement[bool]) -> Sequence[Order]:
    """Orders that nobody else changes until the transaction ends, locked in one order so that two wait for each other."""
    statement = select(Order).where(*which).order_by(Order.id)
    return (await session.scalars(statement.with_for_update(key_share=True))).all()


async def items(session: AsyncSession, order_ids: Collection[int]) -> Sequence[OrderItem]:
    """The items of orders that the caller was seen to see."""
    statement = select(OrderItem).where(OrderItem.order_id.in_(order_ids))
    return (await session.scalars(statement.order_by(OrderItem.order_id, OrderItem.id))).all()


async def numbers_held_by_label(session: AsyncSession, company_id: int, *, unmet_by: int) -> Sequence[str]:
    """The orders of a company that are held back and have labels, and that the job *unmet_by* has not met."""
    met = jobs.has_outcome(unmet_by, Order.channel_order_id)
    statement = select(Order.channel_order_id).where(
        Order.company_id == company_id, Order.status == literally(OrderStatus.ON_HOLD), HAS_LABELS, ~met
    )
    # Sorted here: for the order's sake SQLite would read all orders of the company by an index that has it.
    return sorted(await session.scalars(statement))


async def unreadable_numbers(
    session: AsyncSession, company_id: int, *, seen_before: datetime
) -> Sequence[str]:
    """The orders of a company that could not be read, and that no import has met again since *seen_before*."""
    statement = select(UnreadableOrder.channel_order_id).where(
        UnreadableOrder.company_id == company_id, UnreadableOrder.last_seen_at < seen_before
    )
    return (await session.scalars(statement.order_by(UnreadableOrder.channel_order_id))).all()
