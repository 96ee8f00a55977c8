"""Labels that Temu sells, in Temu's words: what they cost, ordered, followed, tried again and listed.

[A] Parameter tables of three regions and a mirror of the partner documentation, but for what a line says.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from domain import text
from domain.temu.client import TemuClient
from domain.temu.errors import NO_CODE, TemuRefused, one_line, shortened
from domain.temu.interfaces import (
    LABEL_CREATE,
    LABEL_LIST,
    LABEL_RATES,
    LABEL_RESULT,
    LABEL_RETRY,
    SHIPPING_ADDRESSES,
)
from domain.temu.messages import DENY_CANCELLATION, Struct, convert_or_unavailable, id_number

# What create answers where a label of these orders was asked for before, and update where one has not failed, or was
# tried again before.
ALREADY_REQUESTED = 120_012_013
NOT_FAILED, RETRIED_BEFORE = 120_018_002, 120_018_017
# That an address is none, or none that labels are sold for; which of both isn't told.
ADDRESS_INVALID = 120_011_006
WORKING, MADE, FAILED, CANCELLED = range(4)
_PAGE_SIZE = 50
_MOST_PAGES = 20
# "5.43" on Temu's page, "$ 5.43" in tests of a published client [B]. A comma may mean anything, so it is not read.
_AMOUNT = re.compile(r"[^0-9.,]{0,4}(\d{1,9}(?:\.\d{1,4})?)")

Json = Mapping[str, Any]


class ServiceRow(Struct):
    """A service that takes a parcel: a row of bg.logistics.shippingservices.get."""

    channel_id: int | str | None = None
    ship_company_id: int | str | None = None
    shipping_company_name: int | str | None = None
    ship_logistics_type: int | str | None = None
    estimated_text: str | None = None
    estimated_amount: int | float | str | None = None
    estimated_currency_code: str | None = None
    info_needed: list[str | None] | None = None
    support_interline_shipping: bool | None = None
    sign_service_id: int | str | None = None
    sign_service_name: str | None = None


class UnavailableRow(Struct):
    """A service that doesn't take it."""

    channel_id: int | str | None = None
    shipping_company_name: int | str | None = None
    ship_logistics_type: int | str | None = None
    unavailable_reason: str | None = None


class ServicesMessage(Struct):
    """bg.logistics.shippingservices.get."""

    online_channel_dto_list: list[ServiceRow] | None = None
    unavailable_channel_dto_list: list[UnavailableRow] | None = None


class LabelsMessage(Struct):
    """bg.logistics.shipment.create."""

    package_sn_list: list[int | str | None] | None = None


class PieceRow(Struct):
    """Pieces of an order, in the package of a label."""

    order_sn: int | str | None = None
    quantity: int | None = None


class ResultRow(Struct):
    """Where one label stands: a row of bg.logistics.shipment.result.get."""

    package_sn: int | str | None = None
    shipping_label_status: int | None = None
    fail_reason_text: str | None = None
    solution_text: str | None = None
    tracking_number: int | str | None = None
    shipping_company_name: int | str | None = None
    warehouse_id: int | str | None = None
    estimated_amount: int | float | str | None = None
    estimated_currency_code: str | None = None
    order_send_info_list: list[PieceRow] | None = None


class ResultsMessage(Struct):
    """bg.logistics.shipment.result.get."""

    package_info_result_list: list[ResultRow] | None = None


class ListedRow(Struct):
    """A label in Temu's list, whichever way it was bought: a row of temu.logistics.label.list.get."""

    package_sn: int | str | None = None
    shipping_label_status: int | None = None
    create_time: int | None = None
    order_info_list: list[PieceRow] | None = None


class LabelListMessage(Struct):
    """temu.logistics.label.list.get."""

    total_item_num: int | None = None
    shipping_label_info_list: list[ListedRow] | None = None


class SellingAddress(Struct):
    """A place that labels are sold for: a row of bg.logistics.warehouse.list.get."""

    warehouse_name: int | str | None = None


class SellingAddressesMessage(Struct):
    """bg.logistics.warehouse.list.get."""

    warehouse_list: list[SellingAddress] | None = None


@dataclass(frozen=True)
class Offer:
    """A service that takes a parcel, and what its label costs."""

    service_id: str
    ship_company_id: str
    carrier: str
    service: str
    amount: Decimal
    currency_code: str
    delivery: str
    needs: Sequence[str]
    sign_service_id: str | None
    sign_service: str | None


@dataclass(frozen=True)
class Refusal:
    """A service whose label can't be had for a parcel, and why."""

    service_id: str
    carrier: str
    service: str
    reason: str


@dataclass(frozen=True)
class Rates:
    """What labels for a parcel cost."""

    offers: Sequence[Offer]
    refusals: Sequence[Refusal]


async def rates(
    temu: TemuClient,
    *,
    address_id: str,
    measures: Json,
    pieces: Sequence[Json],
    needs_signature: bool,
    patience: float | None = None,
) -> Rates:
    """What each service asks for a parcel. Raises as temu.read does."""
    parameters = {
        "warehouseId": address_id,
        **measures,
        "shipOrderInfoList": [
            {name: piece[name] for name in ("parentOrderSn", "orderSn", "quantity")} for piece in pieces
        ],
        "signatureOnDelivery": needs_signature,
    }
    result = await temu.read(LABEL_RATES, parameters, patience=patience)
    message = convert_or_unavailable(result, ServicesMessage, LABEL_RATES)
    offers: list[Offer] = []
    refusals = [
        _refusal(row, one_line(row.unavailable_reason) if row.unavailable_reason else "Temu gives no reason.")
        for row in message.unavailable_channel_dto_list or []
    ]
    for row in message.online_channel_dto_list or []:
        offer = _offer(row)
        if isinstance(offer, Offer):
            offers.append(offer)
        else:
            refusals.append(_refusal(row, offer))
    return Rates(offers, refusals)


async def create(
    temu: TemuClient, *, send_type: int, parcels: Sequence[Json], later_hours: int | None
) -> Sequence[str]:
    """Order labels, which costs money and can't be taken back; returns Temu's numbers of their packages, that these come in the
    order of the parcels being assumed [C]. Raises as temu.send_once does.
    """
    parameters: dict[str, Any] = {"sendType": send_type, "sendRequestList": list(parcels)}
    if later_hours is not None:
        parameters |= {"shipLater": True, "shipLaterLimitTime": str(later_hours)}
    result = await temu.send_once(LABEL_CREATE, parameters)
    message = convert_or_unavailable(result, LabelsMessage, LABEL_CREATE)
    return [number for each in message.package_sn_list or [] if (number := text.shown(each))]


async def retry(temu: TemuClient, *, package_number: str, parcel: Json) -> None:
    """Have a label that failed made after all, which costs what it says then. Raises as temu.send_once does."""
    await temu.send_once(
        LABEL_RETRY, {"retrySendPackageRequestList": [{"packageSn": package_number, **parcel}]}
    )


async def results(temu: TemuClient, package_numbers: Sequence[str]) -> Mapping[str, ResultRow]:
    """Where labels stand, by package number. Raises as temu.read does."""
    result = await temu.read(LABEL_RESULT, {"packageSnList": list(package_numbers)})
    message = convert_or_unavailable(result, ResultsMessage, LABEL_RESULT)
    return {text.shown(row.package_sn): row for row in message.package_info_result_list or []}


async def listed(temu: TemuClient, order_numbers: Sequence[str]) -> Sequence[ListedRow]:
    """All labels that hold pieces of these parent orders, whoever bought them. Raises as temu.read does."""
    found: list[ListedRow] = []
    for page in range(1, _MOST_PAGES + 1):
        parameters = {"pageNumber": page, "pageSize": _PAGE_SIZE, "parentOrderSnList": list(order_numbers)}
        result = await temu.read(LABEL_LIST, parameters, may_be_empty=True)
        message = convert_or_unavailable(result, LabelListMessage, LABEL_LIST)
        found += message.shipping_label_info_list or []
        if not message.shipping_label_info_list or len(found) >= (message.total_item_num or 0):
            return found
    raise TemuRefused(f"Temu's list of {LABEL_LIST} does not end.", temu_code=NO_CODE)


async def selling_addresses(temu: TemuClient, *, patience: float) -> Sequence[str]:
    """The names of the places that labels are sold for. Raises as temu.read does."""
    result = await temu.read(
        SHIPPING_ADDRESSES, {"returnEnableBuyShippingLabelOnly": True}, patience=patience
    )
    message = convert_or_unavailable(result, SellingAddressesMessage, SHIPPING_ADDRESSES)
    return [name for row in message.warehouse_list or [] if (name := text.shown(row.warehouse_name))]


def parcel(
    *,
    address_id: str,
    measures: Json,
    pieces: Sequence[Json],
    offer: Offer,
    needs_signature: bool,
    denies_cancellation: bool,
) -> Json:
    """A parcel to order a label for, by a service that takes it. *denies_cancellation*: although its buyer asks to cancel."""
    wanted: dict[str, Any] = {
        "warehouseId": address_id,
        **measures,
        "shipCompanyId": id_number(offer.ship_company_id),
        "channelId": id_number(offer.service_id),
        "orderSendInfoList": list(pieces),
    }
    if needs_signature and offer.sign_service_id is not None:
        wanted["signServiceId"] = id_number(offer.sign_service_id)
    if denies_cancellation:
        wanted["confirmAcceptance"] = [DENY_CANCELLATION]
    return wanted


def piece(
    *, order_number: str, item_number: str, goods_id: str, sku_id: str, quantity: int
) -> dict[str, Any]:
    """Pieces of an order in a parcel. Of semi-managed malls not every line has a SKU id: what is missing is left out."""
    ids = {"goodsId": goods_id, "skuId": sku_id}
    known = {name: id_number(value) for name, value in ids.items() if value.isdecimal()}
    return {"parentOrderSn": order_number, "orderSn": item_number, **known, "quantity": quantity}


def amount(value: object) -> Decimal | None:
    """An amount as Temu tells prices of labels: decimal text, in units of the currency; None where it can't be read."""
    found = None if isinstance(value, bool) else _AMOUNT.fullmatch(text.shown(value).strip())
    return None if found is None else Decimal(found[1])


def contents(rows: Sequence[PieceRow] | None) -> dict[str, int]:
    """What a package holds, by order number below the parent."""
    found: dict[str, int] = {}
    for row in rows or []:
        number = text.shown(row.order_sn)
        found[number] = found.get(number, 0) + (row.quantity or 0)
    return found


def reason(row: ResultRow) -> str:
    """Why a label failed, with what Temu proposes."""
    return " ".join(one_line(words) for words in (row.fail_reason_text, row.solution_text) if words)


def _offer(row: ServiceRow) -> Offer | str:
    """What can be bought, or why it can't from here."""
    cost, currency = amount(row.estimated_amount), text.shown(row.estimated_currency_code).upper()
    service_id, company_id = text.shown(row.channel_id), text.shown(row.ship_company_id)
    if not service_id or not company_id:
        return "Temu tells no number of it. Buy it in the seller centre."
    if cost is None or len(currency) != 3:
        return "Temu tells no price that can be read. Buy it in the seller centre."
    if row.support_interline_shipping:
        return "It goes by several carriers one after the other. Buy it in the seller centre."
    return Offer(
        service_id=service_id,
        ship_company_id=company_id,
        carrier=text.shown(row.shipping_company_name),
        service=text.shown(row.ship_logistics_type),
        amount=cost,
        currency_code=currency,
        # Of the service, for whoever asks; neither is stored, and price and days are all that they hold [B: one published client].
        delivery=shortened(text.shown(row.estimated_text)),
        needs=[shortened(text.shown(each)) for each in row.info_needed or [] if each],
        sign_service_id=text.shown(row.sign_service_id) or None,
        sign_service=text.shown(row.sign_service_name) or None,
    )


def _refusal(row: ServiceRow | UnavailableRow, reason: str) -> Refusal:
    return Refusal(
        service_id=text.shown(row.channel_id),
        carrier=text.shown(row.shipping_company_name),
        service=text.shown(row.ship_logistics_type),
        reason=reason,
    )
