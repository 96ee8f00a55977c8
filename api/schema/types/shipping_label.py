"""Labels that are bought from Temu, and what they would cost."""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import strawberry

from api.reading.declared import attribute, column, many, money, one, part, rows_of
from api.schema.relay import Node
from api.schema.types.channel_action import ChannelAction
from api.schema.types.inventory import Warehouse
from api.schema.types.money import Money
from api.schema.types.shipping_label_file import ShippingLabelFile
from api.values import enums
from api.values.described import described_type
from domain import models
from domain.shipping.bought_labels.queries import is_order_of

if TYPE_CHECKING:
    from api.schema.types.company import Company
    from api.schema.types.order import Order, OrderItem


@described_type
class Weight:
    """A weight in one unit."""

    value: Decimal = column("How many of the unit.", lambda label: label.weight)
    unit: enums.WeightUnit = column("The unit.", lambda label: label.weight_unit)


@described_type
class Dimensions:
    """The sides of a box in one unit."""

    length: Decimal = column("The longest side, mostly.")
    width: Decimal = column("The next.")
    height: Decimal = column("The last.")
    unit: enums.LengthUnit = column("The unit.", lambda label: label.length_unit)


@rows_of(models.ShippingLabelLine, None)
@described_type
class ShippingLabelLine:
    """Pieces of one item in the parcel of a label."""

    order_item: Annotated["OrderItem", strawberry.lazy("api.schema.types.order")] = one(
        "The item.", lambda line, item: item.id == line.order_item_id
    )
    quantity: int = column("Pieces of it.")


@rows_of(models.ShippingLabel)
@described_type
class ShippingLabel(Node):
    """A label that is bought from Temu, for one parcel."""

    origin: enums.LabelOrigin = column("Where it was bought.")
    status: enums.ShippingLabelStatus = column("Where it stands.")
    carrier: str | None = column("Who carries it, such as UPS; null until Temu has made it.")
    service_id: str | None = column("Temu's number of the service that was chosen by shippingRates.")
    tracking_number: str | None = column("The carrier's number of it; null until it is made.")
    package_number: str | None = column(
        "Temu's number of the parcel (packageSn); null until Temu has the order for it."
    )
    estimated_cost: Money | None = money(
        "What Temu says that it costs; null until it is made, and where Temu tells none.",
        lambda label: label.estimated_amount,
    )
    most_to_pay: Money | None = money(
        "The most that it was allowed to cost; null where it was not bought here.",
        lambda label: label.most_to_pay_amount,
    )
    weight: Weight | None = part(
        "What the parcel weighs; null where it isn't known.", lambda label: label.weight.is_(None)
    )
    dimensions: Dimensions | None = part(
        "The size of the parcel; null where it isn't known.", lambda label: label.length.is_(None)
    )
    failure: str | None = column(
        "Why it FAILED, with what to do: retryShippingLabel where it has a packageNumber and no retriedAt, else buyShippingLabels."
    )
    failure_code: str | None = column(
        "The same for code to branch on, such as LABEL_FAILED or OFFER_TOO_DEAR."
    )
    retried_at: datetime | None = column("When Temu took it for another try, which it does once.")
    bought_at: datetime | None = column("When it was seen to be made.")
    auto_confirm_at: datetime | None = column(
        "From when on Temu says by itself that its parcel was sent; null until it is made."
    )
    confirmed_at: datetime | None = column("When Temu was told that its parcel was sent.")
    created_at: datetime = column("When it was asked for, or came in.")
    updated_at: datetime = column("When it was last changed.")
    company: Annotated["Company", strawberry.lazy("api.schema.types.company")] = one(
        "The company that pays for it.", lambda label, company: company.id == label.company_id
    )
    warehouse: Warehouse | None = one(
        "Where the parcel leaves from; null where that isn't known.",
        lambda label, warehouse: warehouse.id == label.warehouse_id,
    )
    action: ChannelAction | None = one(
        "What Temu was asked last to have it bought; null where it was not bought here.",
        lambda label, action: action.id == label.action_id,
    )
    file: ShippingLabelFile | None = one(
        "Where its file stands, which printShippingLabels gives out; null until the label is made.",
        lambda label, file: file.label_id == label.id,
    )
    lines: list[ShippingLabelLine] = many(
        "What the parcel holds.",
        lambda label, line: line.label_id == label.id,
        order=lambda line: [line.order_item_id],
    )
    orders: list[Annotated["Order", strawberry.lazy("api.schema.types.order")]] = many(
        "The orders that the parcel is for: several where they go together.", is_order_of
    )


@described_type
class ShippingRate:
    """A service of Temu's that takes a parcel, and what its label costs."""

    service_id: str = attribute("Temu's number of it (channelId), which buyShippingLabels takes.")
    carrier: str = attribute("Who carries it, such as UPS.")
    service: str = attribute("Temu's word for the service, such as UPS_GROUND.")
    price: Money = attribute("What the label costs, as Temu estimates it.")
    delivery: str = attribute("When it would arrive, in Temu's words; empty where Temu says nothing.")
    needs: list[str] = attribute("What Temu wants to know besides before it sells the label, in its words.")
    signature: str | None = attribute("How it has the parcel signed for; null where it doesn't.")


@described_type
class UnavailableShippingRate:
    """A service whose label can't be had for a parcel."""

    service_id: str = attribute("Temu's number of it; empty where Temu tells none.")
    carrier: str = attribute("Who would carry it.")
    service: str = attribute("Temu's word for the service.")
    reason: str = attribute("Why not, in Temu's words mostly.")
