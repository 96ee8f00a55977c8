"""Orders with their items, address and notes."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from api.reading.declared import attribute, batch, column, many, money, one, paged, rows_of
from api.schema.relay import Connection, Node
from api.schema.types.channel_action import ChannelAction
from api.schema.types.history import HistoryEntry
from api.schema.types.money import Money
from api.schema.types.product import Product
from api.values import enums
from api.values.described import described_type
from api.values.filters.channel_actions import ChannelActionFilter
from api.values.filters.returns import ReturnFilter
from api.values.ordering import ReturnOrder
from domain import models
from domain.attention.conditions import ACTION_FILTER
from domain.audit.history import HISTORY, of_order
from domain.channel_actions.queries import ACTIONS
from domain.models.cancellation import CancellationState
from domain.orders import available_actions, restrictions
from domain.orders.queries import company_of_note, note_updated_at
from domain.returns.queries import RETURN_FILTER, RETURN_ORDERS, RETURN_STATES, RETURNS
from domain.shipping.bought_labels.queries import is_for

if TYPE_CHECKING:
    from api.schema.types.company import Company
    from api.schema.types.package import Package
    from api.schema.types.returns import ReturnConnection
    from api.schema.types.shipping_label import ShippingLabel


@rows_of(models.OrderAddress, None)
@described_type
class Address:
    """Where an order goes."""

    name: str | None = column("The recipient.")
    phone: str | None = column("Often a number of Temu's that is passed on, with an extension.")
    line1: str | None = column("Street and number.")
    line2: str | None = column(
        "What else there is of the street address; its last part is the district where there is a city too."
    )
    city: str | None = column("City; the district where Temu tells no city.")
    district: str | None = column(
        "Part of the city, where Temu tells one. It stands in line2 or in city too."
    )
    region: str | None = column("State, province or county.")
    postal_code: str | None = column("Postal code.")
    country_code: str | None = column("ISO 3166-1, such as US.")
    tax_code: str | None = column(
        "The buyer's tax number where Temu tells one, as of Brazil (CPF), with whatever zeros it begins with."
    )
    tax_code_type: str | None = column(
        "Temu's own number for the kind of taxCode, which no document explains."
    )
    erased_at: datetime | None = column(
        "When all of it but the country was erased, by eraseBuyer or because its time was over; null where it wasn't."
    )


@rows_of(models.OrderItem)
@described_type
class OrderItem(Node):
    """One of Temu's orders below a parent order: some pieces of exactly one Temu SKU."""

    channel_order_item_id: str = column("Temu's order number below the parent order.")
    previous_channel_order_item_id: str | None = column(
        "The number that Temu listed this item under before; null where it never had another."
    )
    is_unknown_product: bool = column(
        "Whether no product is mapped to its listing.", lambda item: item.product_id.is_(None)
    )
    website_product_id: str = column("Temu Goods ID.")
    website_product_variant_id: str = column("Temu SKU ID.")
    title: str = column("Temu's title of the goods.")
    quantity: int = column("Pieces ordered.")
    cancelled_quantity: int = column("Pieces of these that were cancelled.")
    shipped_quantity: int = column("Pieces of these that were shipped.")
    pieces_per_unit: int = column(
        "Pieces of stock that one of quantity is: 1, but for packs that semi-managed malls sell."
    )
    fulfilled_by: enums.FulfilledBy = column("Who packs and ships it.")
    unit_price: Money | None = money(
        "Retail price of one piece; null until Temu tells it.", lambda item: item.unit_price_amount
    )
    created_at: datetime = column("When it came in.")
    updated_at: datetime = column("When it was last changed.")
    product: Product | None = one(
        "Null: an Unknown product.", lambda item, product: product.id == item.product_id
    )


@rows_of(models.OrderNote, company_of_note)
@described_type
class OrderNote(Node):
    """Something that happened to an order, told by a person or by Tradewind."""

    body: str = column("What happened.")
    author: str = column("Who tells it.")
    created_at: datetime = column("When it was told.")
    edited_at: datetime | None = column(
        "When whoever tells it last wrote it anew, by updateOrderNote; null where it is as it was."
    )
    updated_at: datetime = column("When it was last changed, so editedAt or else createdAt.", note_updated_at)


@rows_of(models.CancellationRequest)
@described_type
class CancellationRequest:
    """That the buyer has asked to cancel an order, or a part of it."""

    requested_at: datetime = column("When the buyer asked.")
    respond_by: datetime | None = column(
        "When Temu agrees by itself, unless acceptCancellation, or a shipment after declineCancellation, has answered before."
    )


@described_type
class ShippingRestriction:
    """What forbids labels of one's own on an order: of some carriers, or of all."""

    code: str = attribute("Temu's word, such as RESTRICT_FEDEX_SELF_SHIPPING; of an address, its reason.")
    forbids_all_carriers: bool = attribute(
        "Whether no label of one's own is taken at all, so that one has to be bought: with buyShippingLabels, or in the seller "
        "centre.",
        lambda restriction: restriction.forbids_all,
    )
    carriers: list[str] = attribute(
        "The carriers or brands whose labels are not taken; empty where it concerns all."
    )


@rows_of(models.OrderInvoice)
@described_type
class OrderInvoice:
    """An invoice or a credit note of an order, of a company in the region EU."""

    kind: enums.InvoiceKind = column("What it is.")
    recipient: enums.InvoiceRecipient = column("Whom it is written to.")
    state: enums.InvoiceState = column("How far it is.")
    number: str | None = column("Its own number; null while nobody has named one.")
    refusal: str | None = column("Why Temu did not take it; null where it did, and before.")
    uploaded_at: datetime | None = column("When Temu took it from here.")
    created_at: datetime = column("When it was first seen as wanted, or uploaded.")
    updated_at: datetime = column("When it was last changed.")


@described_type
class AvailableAction:
    """Something that may be done with an order."""

    action: enums.OrderAction = attribute("What, by the mutation of that name.")
    until: datetime | None = attribute(
        "Until when it counts: of answers to a request to cancel and of shipping in spite of one, when Temu agrees by itself; of "
        "shipping else, latestShipAt. Null where nothing ends."
    )


@rows_of(models.Order)
@described_type
class Order(Node):
    """A parent order of Temu's."""

    channel: enums.Channel = column("Where it came from.")
    order_source: enums.OrderSource = column("How it reached the back office.")
    channel_order_id: str = column("Temu's parent order number.")
    status: enums.OrderStatus = column("What may be done with it.")
    shipping_status: enums.ShippingStatus = column("How much of it has been shipped.")
    source_updated_for_shipping: bool = column("Whether Temu knows how it was shipped.")
    fulfilled_by: enums.FulfilledBy = column("Who packs and ships it.")
    ordered_at: datetime = column("When the buyer placed it.")
    latest_ship_at: datetime | None = column("Ship by: until when Temu expects it to be sent.")
    hold_reasons: list[enums.HoldReason] = column("Why it is ON_HOLD; empty in every other status.")
    held_at: datetime | None = column(
        "Since when a person holds it back, by holdOrder; null where nobody does. It may be CANCELLED or COMPLETED by now."
    )
    held_because: str | None = column("Why a person holds it back.")
    cancellation_declined_at: datetime | None = column(
        "When a person decided, by declineCancellation, to send it although its buyer asks to cancel; null once no such request "
        "waits any more. Its upload of tracking denies the request."
    )
    available_actions: list[AvailableAction] = batch(
        "What may be done with it now, and until when: of an order that is ON_HOLD, how to answer what holds it.",
        lambda session, ids, reader: available_actions.of_orders(session, ids, now=reader.now),
    )
    labels: list[enums.OrderLabel] = column("What Temu says of it beside its status.")
    channel_notices: list[str] = column(
        "Labels and warnings of Temu's that have no value here, in its words, such as SUGGEST_SIGNATURE_ON_DELIVERY."
    )
    shipping_restrictions: list[str] = column(
        "What forbids labels of one's own, in Temu's words: of every carrier, or of those that "
        "shippingRestrictionDetails names; empty when any may be used.",
        restrictions.words_of,
    )
    shipping_restriction_details: list[ShippingRestriction] = batch(
        "The same, each with the carriers that it concerns. shipOrder refuses these and takes others.",
        lambda session, ids, _: restrictions.of_orders(session, ids),
    )
    created_at: datetime = column("When it came in.", lambda order: order.imported_at)
    updated_at: datetime = column(
        "When it was last changed, by an import or a person; items, packages and notes have moments of their own."
    )
    total: Money | None = money(
        "What the buyer paid in all; null until Temu tells it, and where the token may not know.",
        lambda order: order.total_amount,
    )
    company: Annotated["Company", strawberry.lazy("api.schema.types.company")] = one(
        "The company that sells it.", lambda order, company: company.id == order.company_id
    )
    shipping_address: Address | None = one(
        "Where it goes; null while Temu keeps it back, and until it was fetched.",
        lambda order, address: address.order_id == order.id,
    )
    cancellation_request: CancellationRequest | None = one(
        "The buyer has asked to cancel; Temu agrees by itself at respondBy. Null when no request waits.",
        lambda order, request: (
            (request.company_id == order.company_id)
            & (request.channel_order_id == order.channel_order_id)
            & (request.state == models.literally(CancellationState.OPEN))
        ),
        order=lambda request: [request.requested_at, request.number],
    )
    items: list[OrderItem] = many("What was ordered.", lambda order, item: item.order_id == order.id)
    packages: list[Annotated["Package", strawberry.lazy("api.schema.types.package")]] = many(
        "What was shipped of it, in the order in which it was recorded; without what was voided.",
        lambda order, package: (package.order_id == order.id) & package.voided_at.is_(None),
    )
    shipping_labels: list[Annotated["ShippingLabel", strawberry.lazy("api.schema.types.shipping_label")]] = (
        many(
            "The labels that were bought from Temu for it or are to be, in the order in which they were asked for.",
            is_for,
        )
    )
    notes: list[OrderNote] = many(
        "What happened to it, oldest first.", lambda order, note: note.order_id == order.id
    )
    invoices: list[OrderInvoice] = many(
        "Its invoices and credit notes, those that are wanted and those that Temu has; empty until Temu has its figures, some time "
        "after it has left, and outside of the region EU. Until when one is due Temu tells nowhere but in the seller centre.",
        lambda order, invoice: invoice.order_id == order.id,
    )
    returns: Annotated["ReturnConnection", strawberry.lazy("api.schema.types.returns")] = paged(
        "What its buyer sends back, or wants the money back for; what was asked for last comes first.",
        RETURNS,
        lambda order, row: row.order_id == order.id,
        filter=(ReturnFilter, RETURN_FILTER),
        order_by=(ReturnOrder, RETURN_ORDERS),
        counted=RETURN_STATES,
    )
    channel_actions: Connection[ChannelAction] = paged(
        "What Temu was asked to do with it beside shipping, newest first.",
        ACTIONS,
        lambda order, action: action.order_id == order.id,
        filter=(ChannelActionFilter, ACTION_FILTER),
    )
    history: Connection[HistoryEntry] = paged(
        "What people and Temu did to it, its packages and its notes, newest first.", HISTORY, rows=of_order
    )


@described_type
class OrderStatusCount:
    """How many orders of a list have one status."""

    status: enums.OrderStatus = strawberry.field(description="The status.")
    count: int = strawberry.field(description="How many have it: 0 where none does.")


@described_type
class OrderConnection(Connection[Order]):
    """A page of orders."""

    status_counts: list[OrderStatusCount] = strawberry.field(
        description="How many orders have each status, whichever the filter's own `status` asks for; all of its other "
        "conditions hold."
    )
