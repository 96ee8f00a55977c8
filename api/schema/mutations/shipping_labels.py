"""Mutations of labels that are bought from Temu, and of what they would cost."""

from decimal import Decimal

import strawberry

from api.context import Info, given
from api.schema.errors import UserError, mutation
from api.schema.mutations.payloads import (
    BuyShippingLabelResult,
    BuyShippingLabelsPayload,
    ShippingLabelPayload,
    ShippingRatesPayload,
)
from api.schema.mutations.shipping import PackageLineInput
from api.schema.types.money import Money
from api.schema.types.shipping_label import ShippingRate, UnavailableShippingRate
from api.values import enums, ids
from api.values.described import described_input, optional, required
from domain.errors import LimitExceeded, Refused, Required
from domain.models import Role
from domain.shipping.bought_labels import purchase_requests, rates, retry
from domain.shipping.bought_labels.contents import ParcelInput
from domain.shipping.bought_labels.measures import Dimensions, Weight
from domain.shipping.bought_labels.purchase_requests import Price, Purchase
from domain.shipping.packages import LineInput

_MOST_PURCHASES = 50


@described_input
class WeightInput:
    """What a parcel weighs, packed. Temu is told whole ounces in the United States and hundredths of a kilogram elsewhere, rounded
    up.
    """

    value: Decimal = required('How many of the unit, such as "2.5".')
    unit: enums.WeightUnit = required("The unit.")


@described_input
class DimensionsInput:
    """The sides of a parcel. Temu is told hundredths of an inch in the United States and of a centimetre elsewhere, rounded up."""

    length: Decimal = required('The longest side, such as "12.5".')
    width: Decimal = required("The next.")
    height: Decimal = required("The last.")
    unit: enums.LengthUnit = required("The unit.")


@described_input
class MostToPayInput:
    """The most that a label may cost; the price is asked for once more directly before it is bought."""

    amount: Decimal = required('In units of the currency, such as "9.00".')
    currency_code: str = required("ISO 4217, such as USD: that of the price.")


@described_input
class ShippingRatesInput:
    """A parcel. Without lines: all that is left of its orders."""

    order_ids: list[strawberry.ID] = required("Its orders: one, or up to 20 to one address that go together.")
    warehouse_id: strawberry.ID = required("Where it leaves from.")
    weight: WeightInput = required("What it weighs.")
    dimensions: DimensionsInput = required("Its size.")
    lines: list[PackageLineInput] | None = optional(
        "What it holds, of one order that goes in several parcels."
    )
    signature: bool | None = optional(
        "Whether it has to be signed for. Orders of which Temu wants that are asked for so anyway."
    )


@described_input
class ShippingLabelPurchaseInput(ShippingRatesInput):
    """A label to buy. Without lines: for all that is left of its orders."""

    lines: list[PackageLineInput] | None = optional(
        "What it holds, of one order that goes in several parcels: the others have to be in the same call, and all of them together "
        "hold all that is left of the order."
    )
    service_id: str = required("The service, as shippingRates tells it.")
    most_to_pay: MostToPayInput = required("The most that it may cost.")


@described_input
class BuyShippingLabelsInput:
    """Labels to buy."""

    purchases: list[ShippingLabelPurchaseInput] = required(
        "50 at most. Those of one order are bought together or not at all, each other by itself."
    )


@described_input
class RetryShippingLabelInput:
    """A label that FAILED, and what is to be different; what its parcel holds can't be."""

    label_id: strawberry.ID = required("The label.")
    warehouse_id: strawberry.ID = required("Where it leaves from.")
    weight: WeightInput = required("What it weighs.")
    dimensions: DimensionsInput = required("Its size.")
    signature: bool | None = optional(
        "Whether it has to be signed for. Orders of which Temu wants that are asked for so anyway."
    )
    service_id: str = required("The service, as shippingRates tells it.")
    most_to_pay: MostToPayInput = required("The most that it may cost.")


def _weight(weight: WeightInput) -> Weight:
    return Weight(weight.value, weight.unit)


def _dimensions(sides: DimensionsInput) -> Dimensions:
    return Dimensions(sides.length, sides.width, sides.height, sides.unit)


def _parcel(parcel: ShippingRatesInput, *, field: tuple[str, ...] = ()) -> ParcelInput:
    lines = given(parcel.lines)
    return ParcelInput(
        order_ids=ids.find_all(parcel.order_ids, "Order"),
        warehouse_id=ids.decode(parcel.warehouse_id, "Warehouse", *field, "warehouseId"),
        weight=_weight(parcel.weight),
        dimensions=_dimensions(parcel.dimensions),
        lines=None
        if lines is None
        else [
            LineInput(
                ids.decode(line.order_item_id, "OrderItem", *field, "lines", str(k), "orderItemId"),
                line.quantity,
            )
            for k, line in enumerate(lines)
        ],
        needs_signature=given(parcel.signature),
    )


def _price(price: MostToPayInput) -> Price:
    return Price(price.amount, price.currency_code)


@strawberry.type
class ShippingLabelMutations:
    """Mutations of labels that are bought from Temu."""

    @mutation(Role.OPERATE)
    async def shipping_rates(self, info: Info, input: ShippingRatesInput) -> ShippingRatesPayload:
        """Ask Temu now what a label for a parcel costs with each of its services. Changes nothing; a mutation, as Temu is asked while
        the caller waits, for some seconds at most.
        """
        found = await rates.fetch(info.context.resources, by=info.context.principal, parcel=_parcel(input))
        return ShippingRatesPayload(
            rates=[
                ShippingRate(
                    service_id=offer.service_id,
                    carrier=offer.carrier,
                    service=offer.service,
                    price=Money(amount=offer.amount, currency_code=offer.currency_code),
                    delivery=offer.delivery,
                    needs=list(offer.needs),
                    signature=offer.sign_service,
                )
                for offer in found.offers
            ],
            unavailable=[
                UnavailableShippingRate(
                    service_id=each.service_id, carrier=each.carrier, service=each.service, reason=each.reason
                )
                for each in found.refusals
            ],
        )

    @mutation(Role.OPERATE)
    async def buy_shipping_labels(
        self, info: Info, input: BuyShippingLabelsInput
    ) -> BuyShippingLabelsPayload:
        """Buy labels from Temu, which costs money and can't be taken back. Answers at once, and a job buys them: each once, whatever
        happens between, and none that has become dearer than mostToPay. Asked again, what holds a label is refused and nothing is
        bought twice.
        """
        wanted = input.purchases
        if not wanted:
            raise Required("Name at least one label.", field=("purchases",))
        if len(wanted) > _MOST_PURCHASES:
            raise LimitExceeded(f"At most {_MOST_PURCHASES} labels a call.", field=("purchases",))
        errors: dict[int, list[UserError]] = {}
        bought: dict[int, int] = {}
        for group in purchase_requests.groups([each.order_ids for each in wanted]):
            try:
                purchases = [_purchase(wanted[place], place) for place in group]
                label_ids = await purchase_requests.request(
                    info.context.resources,
                    by=info.context.principal,
                    purchases=purchases,
                    fields=[("purchases", str(place)) for place in group],
                    now=info.context.now,
                )
                bought |= dict(zip(group, label_ids, strict=True))
            except Refused as refusal:
                refusal.field = refusal.field or ("purchases", str(group[0]))
                errors |= {place: [UserError.of(refusal)] for place in group}
        return BuyShippingLabelsPayload(
            results=[
                BuyShippingLabelResult(
                    order_ids=each.order_ids, is_requested=place in bought, user_errors=errors.get(place, [])
                )
                for place, each in enumerate(wanted)
            ],
            label_ids=[bought[place] for place in sorted(bought)],
        )

    @mutation(Role.OPERATE)
    async def retry_shipping_label(self, info: Info, input: RetryShippingLabelInput) -> ShippingLabelPayload:
        """Have Temu make a label that FAILED after all, which it tries once: with another service, other measures or from another
        warehouse. Costs money, as buyShippingLabels does.
        """
        parcel = ParcelInput(
            order_ids=(),
            warehouse_id=ids.decode(input.warehouse_id, "Warehouse", "warehouseId"),
            weight=_weight(input.weight),
            dimensions=_dimensions(input.dimensions),
            needs_signature=given(input.signature),
        )
        label_id = await retry.retry(
            info.context.resources,
            by=info.context.principal,
            label_id=ids.decode(input.label_id, "ShippingLabel", "labelId"),
            purchase=Purchase(parcel, input.service_id, _price(input.most_to_pay)),
            now=info.context.now,
        )
        return ShippingLabelPayload(label_id=label_id)


def _purchase(wanted: ShippingLabelPurchaseInput, place: int) -> Purchase:
    parcel = _parcel(wanted, field=("purchases", str(place)))
    return Purchase(parcel, wanted.service_id, _price(wanted.most_to_pay))
