"""
Each method of both clients, called as the product calls it. A new method needs an entry here, with arguments of its kind:
at its limits where it has any, and each way where it has several.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from domain import text
from domain.models import (
    LengthUnit,
    Order,
    OrderItem,
    Package,
    PackageLine,
    SubPackage,
    TemuRegion,
    WeightUnit,
)
from domain.orders.importing.parse_cancellations import PENDING_GROUP
from domain.shipping import confirm_message
from domain.shipping.bought_labels.measures import Dimensions, Weight, in_temus_words
from domain.shipping.parcels import Parcel
from domain.temu import authorizing, cancelling, invoicing, label_shipping, labels, prices, returns
from domain.temu.client import NUMBERS_A_CALL, SKUS_A_CALL, SkuKind, TemuClient
from domain.temu.interfaces import LABEL_FILE
from domain.temu.partner import PartnerClient
from domain.temu.prices import Price
from domain.temu.regions import sites_of
from domain.temu.sale_status import set_sale_status
from tests.temu_facts.comparing import sample
from tests.temu_facts.table import interfaces

Call = Callable[[TemuClient], Awaitable[Any]]
PartnerCall = Callable[[PartnerClient], Awaitable[Any]]

NUMBERS: Final = [f"PO-211-{number:017d}" for number in range(NUMBERS_A_CALL)]
ITEMS: Final = ["211-00000000000000001", "211-00000000000000002"]
SKUS: Final = [str(37_000_000_000_000 + number) for number in range(SKUS_A_CALL)]
EVENTS: Final = ["bg_order_status_change_event", "bg_cancel_order_status_change"]
ADDRESS: Final = "WH-00000000000000001"


async def _targets() -> Mapping[str, int]:
    return dict.fromkeys(SKUS, 1_000_000)


def _parcel(
    number: int, *, boxes: int = 0, order: Order | None = None, parcel_id: int | None = None
) -> Parcel:
    item = OrderItem(
        channel_order_item_id="211-00000000000000001",
        website_product_id="601099512345678",
        website_product_variant_id="37386079732361",
    )
    return Parcel(
        order or Order(id=1, channel_order_id=NUMBERS[0]),
        Package(id=number, carrier="UPS", tracking_number=f"1Z{number:016d}", warehouse_id=1),
        [(PackageLine(quantity=1), item)],
        [SubPackage(carrier="UPS", tracking_number=f"1Z{box:016d}") for box in range(100, 100 + boxes)],
        parcel_id,
    )


def _confirm(*parcels: Parcel) -> Call:
    """What the product confirms of these: its sendType and its packages."""
    temu_ids = confirm_message.TemuIds({"UPS": "960246690"}, {1: ADDRESS})
    send_type, packages = confirm_message.send_type(parcels), confirm_message.packages(parcels, temu_ids)
    return lambda client: client.confirm_shipment(send_type=send_type, packages=packages)


def _of_two_parents() -> list[Parcel]:
    orders = [Order(id=number, channel_order_id=NUMBERS[number]) for number in (1, 2)]
    return [_parcel(1, order=order, parcel_id=1) for order in orders]


def _edit(client: TemuClient) -> Awaitable[None]:
    return client.edit_shipment(
        package_number="PK-0000000000000000001",
        carrier_id="960246690",
        tracking_number="1Z0000000000000001",
        address_id=ADDRESS,
    )


async def _change_prices(client: TemuClient) -> None:
    wanted = [
        (SKUS[0], Price(Decimal("18.50"), "USD"), "Costs"),
        (SKUS[1], Price(Decimal(1850), "JPY"), None),
    ]
    await prices.change(client, "601099512345678", wanted)


async def _go_on() -> None:
    """Nothing stops a reading."""


def _skus(kind: SkuKind) -> Call:
    return lambda client: client.skus(page=1, kind=kind)


def _warehouses(region: str, mall_id: str | None) -> PartnerCall:
    return lambda client: client.warehouses(sites_of(region), mall_id=mall_id)


_PIECES: Final = [
    labels.piece(
        order_number=NUMBERS[number],
        item_number=f"211-{number:017d}",
        goods_id="601099512345678",
        sku_id="37386079732361",
        quantity=1,
    )
    for number in range(2)
]
_OFFER: Final = labels.Offer(
    "19409681780736", "960246691", "USPS", "USPS_GROUND", Decimal("5.00"), "USD", "", [], "1001", ""
)


def _measures(region: TemuRegion) -> Mapping[str, str]:
    sides = Dimensions(Decimal(30), Decimal(20), Decimal("10.1"), LengthUnit.CENTIMETERS)
    return in_temus_words(Weight(Decimal(1100), WeightUnit.GRAMS), sides, region)


def _label_parcel(region: TemuRegion) -> Mapping[str, Any]:
    measures = _measures(region)
    return labels.parcel(
        address_id=ADDRESS,
        measures=measures,
        pieces=_PIECES,
        offer=_OFFER,
        needs_signature=True,
        denies_cancellation=True,
    )


def _rates(region: TemuRegion) -> Call:
    return lambda client: labels.rates(
        client, address_id=ADDRESS, measures=_measures(region), pieces=_PIECES, needs_signature=True
    )


def _buy(region: TemuRegion, *, send_type: int, later_hours: int | None) -> Call:
    return lambda client: labels.create(
        client, send_type=send_type, parcels=[_label_parcel(region)], later_hours=later_hours
    )


def _retry(region: TemuRegion) -> Call:
    number = "PK-0000000000000000001"
    return lambda client: labels.retry(client, package_number=number, parcel=_label_parcel(region))


async def _file(client: TemuClient) -> bytes:
    files = sample(interfaces()[LABEL_FILE])["shippingLabelUrlList"]
    url = await label_shipping.file_url(client, text.shown(files[0]["packageSn"]))
    return await client.fetch_file(url)


def _left(client: TemuClient) -> Awaitable[Any]:
    pieces = {(NUMBERS[0], "211-00000000000000001"): 2, (NUMBERS[1], "211-00000000000000002"): 1}
    return label_shipping.confirm(
        client,
        package_number="PK-0000000000000000001",
        tracking_number="9400000000000000000001",
        pieces=pieces,
    )


RETURN: Final = f"{NUMBERS[0]}-D01"
_RETURN_LABEL: Final = {
    "mallWarehouseId": ADDRESS,
    "returnLabelUrl": "https://files.temu.example/1",
    "carrierId": 960246690,
    "trackingNumber": "1Z0000000000000001",
}

CALLS: Final[Mapping[str, Sequence[Call]]] = {
    "fetch_file": [_file],
    "token_info": [lambda client: client.token_info()],
    "permit_events": [lambda client: client.permit_events(EVENTS)],
    "orders_changed": [
        lambda client: client.orders_changed(datetime(2026, 1, 1, tzinfo=UTC), page=3),
        lambda client: client.orders_changed(
            datetime(2026, 1, 1, tzinfo=UTC), until=datetime(2026, 1, 2, tzinfo=UTC), page=1
        ),
    ],
    "orders_by_number": [lambda client: client.orders_by_number(NUMBERS)],
    "address": [lambda client: client.address(NUMBERS[0])],
    "amounts": [lambda client: client.amounts(NUMBERS[0])],
    "carriers": [lambda client: client.carriers(211)],
    "shipping_addresses": [lambda client: client.shipping_addresses()],
    "confirm_shipment": [
        _confirm(_parcel(1)),
        _confirm(_parcel(1), _parcel(2)),
        _confirm(_parcel(1, boxes=10)),
        _confirm(*_of_two_parents()),
    ],
    "edit_shipment": [_edit],
    "shipments": [lambda client: client.shipments(NUMBERS[0], "211-00000000000000001")],
    "combined_shipments": [lambda client: client.combined_shipments(patience=1.0)],
    "set_stock": [lambda client: client.set_stock("601099512345678", _targets)],
    "stock": [lambda client: client.stock(SKUS)],
    "cancellations": [
        lambda client: client.cancellations(page=2, group=PENDING_GROUP),
        lambda client: client.cancellations(page=1, order_numbers=NUMBERS),
    ],
    "skus": [
        *(_skus(kind) for kind in SkuKind),
        lambda client: client.skus(page=1, kind=SkuKind.FOR_SALE, sku_ids=SKUS[:1]),
    ],
    # What the files of subjects send and read by these two.
    "send_once": [
        _left,
        lambda client: set_sale_status(client, goods_id="601099512345678", sku_id=SKUS[0], is_for_sale=False),
        lambda client: returns.issue_refund(client, RETURN, NUMBERS[0]),
        lambda client: returns.upload_label(
            client,
            RETURN,
            NUMBERS[0],
            label=_RETURN_LABEL,
            pick_up={"pickUpTimeScheduleMode": 3, "latestTimestamp": 1_700_000_000_000},
        ),
        *[_buy(region, send_type=2, later_hours=hours) for region in TemuRegion for hours in (None, 24, 360)],
        *map(_retry, TemuRegion),
        _change_prices,
        lambda client: authorizing.create_token(client, "uplcode"),
        lambda client: cancelling.agree(client, number="PA-211-1", order_number=NUMBERS[0]),
        lambda client: cancelling.report_out_of_stock(client, order_number=NUMBERS[0], item_numbers=ITEMS),
        lambda client: invoicing.upload(
            client,
            order_number=NUMBERS[0],
            name="R-1.pdf",
            address="https://files.temu.example/1.pdf",
            direction=2,
            recipient=1,
        ),
    ],
    "upload_file": [
        lambda client: invoicing.upload_file(client, name="1.pdf", content=b"%PDF-"),
        lambda client: returns.upload_file(
            client, name="a.pdf", media_type="application/pdf", content=b"%PDF-"
        ),
    ],
    "read": [
        lambda client: returns.returns_changed(client, datetime(2026, 1, 1, tzinfo=UTC), page=2),
        lambda client: returns.returns_changed(
            client, datetime(2026, 1, 1, tzinfo=UTC), page=1, numbers=[RETURN]
        ),
        lambda client: returns.detail(client, RETURN, NUMBERS[0]),
        lambda client: returns.lines(client, RETURN),
        lambda client: returns.parcels(client, RETURN),
        lambda client: returns.prepare_label(client, RETURN, NUMBERS[0]),
        lambda client: returns.carriers(client, 211),
        *map(_rates, TemuRegion),
        lambda client: labels.results(client, ["PK-0000000000000000001"]),
        lambda client: label_shipping.unshipped(client, page=1),
        lambda client: label_shipping.unshipped(client, page=2, order_numbers=NUMBERS),
        lambda client: labels.listed(client, NUMBERS),
        lambda client: labels.selling_addresses(client, patience=1.0),
        lambda client: cancelling.out_of_stock_reviews(client, order_number=NUMBERS[0], item_numbers=ITEMS),
        lambda client: invoicing.known_invoices(client, NUMBERS),
        lambda client: invoicing.invoice_details(client, NUMBERS[0]),
        lambda client: prices.orders(client, ["601099512345678"], check=_go_on),
        lambda client: prices.prices(client, {"601099512345678": SKUS}),
    ],
}

PARTNER_CALLS: Final[Mapping[str, Sequence[PartnerCall]]] = {
    "token_info": [lambda client: client.token_info()],
    "warehouses": [_warehouses("US", "634418000000001"), _warehouses("EU", None)],
    "set_stock": [lambda client: client.set_stock(_targets, warehouse_id="WH-00001")],
    "stock": [lambda client: client.stock("2646000001")],
    "products": [lambda client: client.products(page=1)],
}
