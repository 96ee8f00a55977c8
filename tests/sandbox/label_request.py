"""Calls that ask for labels or their prices, read: parcels, what they hold and how they are sent."""

import re
from dataclasses import dataclass
from typing import Final

from tests.sandbox import refusals
from tests.sandbox.labels import LabelDesk, Measures, Service
from tests.sandbox.mall import Mall
from tests.sandbox.parameters import Parameters
from tests.sandbox.refusals import RefusedError

_WHOLE: Final = re.compile(r"\d{1,6}")
_TWO_DECIMALS: Final = re.compile(r"\d{1,6}\.\d{2}")
_POUND, _OUNCE = 0.45359237, 0.028349523125


@dataclass(frozen=True, slots=True)
class LabelPiece:
    parent_order_sn: str
    order_sn: str
    quantity: int


@dataclass(frozen=True, slots=True)
class ParcelRequest:
    warehouse_id: str
    measures: Measures
    service: Service
    sign_service_id: int
    pieces: list[LabelPiece]
    denies_cancellation: bool = False


def read_measures(mall: Mall, parameters: Parameters) -> Measures:
    """Of the United States whole pounds, and ounces beside; elsewhere kilograms with two decimals [A]. That lengths have two
    decimals is Temu's word too; whether others are refused is not told [C].
    """
    weight, unit = parameters.required_text("weight"), parameters.required_text("weightUnit")
    more, more_unit = parameters.text("extendWeight") or "", parameters.text("extendWeightUnit") or ""
    sides = [parameters.required_text(name) for name in ("length", "width", "height")]
    dimension_unit = parameters.required_text("dimensionUnit")
    is_american = mall.region == "US"
    if unit != ("lb" if is_american else "kg") or dimension_unit != ("in" if is_american else "cm"):
        raise RefusedError(refusals.PACKAGE_INFORMATION_WRONG)
    if is_american and not _WHOLE.fullmatch(weight):
        raise RefusedError(refusals.WEIGHT_NOT_WHOLE)
    if more and not (is_american and more_unit == "oz" and _WHOLE.fullmatch(more) and int(more) < 16):
        raise RefusedError(refusals.PACKAGE_INFORMATION_WRONG)
    if not is_american and not _TWO_DECIMALS.fullmatch(weight):
        raise RefusedError(refusals.PACKAGE_INFORMATION_WRONG)
    if not all(_TWO_DECIMALS.fullmatch(side) and float(side) > 0 for side in sides):
        raise RefusedError(refusals.PACKAGE_INFORMATION_WRONG)
    kilograms = int(weight) * _POUND + int(more or 0) * _OUNCE if is_american else float(weight)
    if kilograms <= 0:
        raise RefusedError(refusals.PACKAGE_INFORMATION_WRONG)
    length, width, height = sides
    return Measures(weight, unit, more, more_unit, length, width, height, dimension_unit, kilograms)


def read_warehouse(mall: Mall, parameters: Parameters) -> str:
    """That one that can't have Temu's labels is refused as one that isn't there, is not told [C]."""
    wanted = parameters.required_text("warehouseId")
    if not any(address.id == wanted and address.sells_labels for address in mall.addresses):
        raise RefusedError(refusals.WAREHOUSE_INVALID)
    return wanted


def _read_pieces(parameters: Parameters, *, is_retry: bool) -> list[LabelPiece]:
    found: list[LabelPiece] = []
    for one in parameters.required_parts("orderSendInfoList"):
        order_sn = one.text("orderSn")
        if not order_sn:
            raise RefusedError(refusals.INVALID_PARAMETERS if is_retry else refusals.LABEL_WITHOUT_ORDER)
        parent_order_sn, quantity = one.required_text("parentOrderSn"), one.required_whole("quantity")
        one.whole("goodsId")
        one.whole("skuId")
        found.append(LabelPiece(parent_order_sn, order_sn, quantity))
    return found


def read_parcel(mall: Mall, parameters: Parameters, *, is_retry: bool = False) -> ParcelRequest:
    """One parcel of bg.logistics.shipment.create, or of bg.logistics.shipment.update, whose fields are the same but for
    shipCompanyId, which the latter may leave out [B].
    """
    desk = mall.labels
    warehouse_id, measures = read_warehouse(mall, parameters), read_measures(mall, parameters)
    service = _service(desk, parameters, is_retry=is_retry)
    sign_service_id = parameters.whole("signServiceId") or 0
    if sign_service_id not in {0, service.sign_service_id}:
        raise RefusedError(refusals.SERVICE_NOT_FOR_THIS if is_retry else refusals.NO_SUCH_SERVICE)
    accepted = parameters.texts("confirmAcceptance") or ()
    if measures.kilograms > service.most_kilograms:
        raise RefusedError(refusals.SERVICE_NOT_FOR_THIS, "too heavy for it")
    pieces = _read_pieces(parameters, is_retry=is_retry)
    denies = "DENY_CANCELLATION" in accepted
    return ParcelRequest(warehouse_id, measures, service, sign_service_id, pieces, denies)


def _service(desk: LabelDesk, parameters: Parameters, *, is_retry: bool) -> Service:
    """By its number or by the type of logistics, and not by both (120015032) [A]."""
    channel_id, kind = parameters.whole("channelId"), parameters.text("shipLogisticsType")
    ship_company_id = parameters.whole("shipCompanyId")
    if (channel_id is None) == (kind is None):
        raise RefusedError(refusals.ONE_WAY_OF_SERVICE)
    if ship_company_id is None and not is_retry:
        raise RefusedError(refusals.NO_SHIP_COMPANY)
    for service in desk.services:
        is_meant = channel_id in {None, service.channel_id} and kind in {None, service.logistics_type}
        if is_meant and ship_company_id in {None, service.ship_company_id}:
            return service
    raise RefusedError(refusals.SERVICE_NOT_FOR_THIS if is_retry else refusals.NO_SUCH_SERVICE)
