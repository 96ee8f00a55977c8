"""What labels cost: the services that take a parcel, and those that don't."""

from typing import Any

from tests.sandbox import refusals
from tests.sandbox.asked import Asked, Json
from tests.sandbox.label_checks import NO_BOUGHT_LABEL, order_of, price_of
from tests.sandbox.label_request import read_measures, read_warehouse
from tests.sandbox.labels import Service
from tests.sandbox.mall import Mall
from tests.sandbox.model import REGIONS, ParentOrder
from tests.sandbox.refusals import RefusedError


def shipping_services(asked: Asked) -> Json:
    """What each service costs for a parcel, and those that don't take it."""
    mall, parameters = asked.mall, asked.parameters
    read_warehouse(mall, parameters)
    measures = read_measures(mall, parameters)
    to_be_signed = bool(parameters.flag("signatureOnDelivery"))
    orders = _asked_orders(mall, parameters)
    for order in orders:
        if order.labels.get("pending_risk_control_alert"):
            raise RefusedError(refusals.RISK_ALERT)
        if order.labels.get("signature_required_on_delivery") and not to_be_signed:
            raise RefusedError(refusals.SIGNATURE_NEEDED)
    online: list[Json] = []
    others: list[Json] = []
    for service in mall.labels.services:
        reason = _reason_against(orders, service, measures.kilograms, to_be_signed=to_be_signed)
        if reason:
            others.append(_unavailable(service, reason))
        else:
            online.append(_online(mall, service, measures.kilograms))
    return {"onlineChannelDtoList": online, "unavailableChannelDtoList": others}


def logistics_types(asked: Asked) -> Json:
    region_id = asked.parameters.required_whole("regionId")
    is_own = region_id == REGIONS[asked.mall.region].region_id
    return {
        "regionId": region_id,
        "shipLogisticsTypeInfoDTOList": [
            {
                "shipLogisticsType": service.logistics_type,
                "shippingCompanyName": service.name,
                "shipCompanyId": service.ship_company_id,
                "logisticsProviderLabelList": [],
            }
            for service in (asked.mall.labels.services if is_own else [])
        ],
    }


def _asked_orders(mall: Mall, parameters: Any) -> list[ParentOrder]:
    numbers, has_parts = parameters.texts("orderSnList"), bool(parameters.parts("shipOrderInfoList"))
    if numbers and has_parts:
        raise RefusedError(refusals.TWO_LISTS_OF_ORDERS)
    if not numbers and not has_parts:
        raise RefusedError(refusals.NO_LIST_OF_ORDERS)
    if numbers:
        owners = [_parent_or_none(mall, number) for number in numbers]
        if None in owners:
            raise RefusedError(refusals.SHIPMENT_ORDER_UNKNOWN)
        return [owner for owner in owners if owner is not None]
    found: list[ParentOrder] = []
    for piece in parameters.parts("shipOrderInfoList"):
        order, order_sn = order_of(mall, piece.required_text("parentOrderSn")), piece.required_text("orderSn")
        piece.required_whole("quantity")
        if all(line.number != order_sn for line in order.items):
            raise RefusedError(refusals.ORDER_OF_ANOTHER_PARENT)
        found.append(order)
    return found


def _parent_or_none(mall: Mall, order_sn: str) -> ParentOrder | None:
    return next(
        (one for one in mall.orders.values() if any(line.number == order_sn for line in one.items)), None
    )


def _reason_against(
    orders: list[ParentOrder], service: Service, kilograms: float, *, to_be_signed: bool
) -> str | None:
    if any(NO_BOUGHT_LABEL in order.fulfillment_warnings for order in orders):
        return "The order can't be shipped with a label of ours."
    if kilograms > service.most_kilograms:
        return f"The package weighs more than {service.most_kilograms:g} kg."
    if to_be_signed and not service.sign_service_id:
        return "The service has no signature."
    return None


def _online(mall: Mall, service: Service, kilograms: float) -> Json:
    amount, currency = f"{price_of(mall, service, kilograms) / 100:.2f}", REGIONS[mall.region].currency
    return {
        "channelId": service.channel_id,
        "shipCompanyId": service.ship_company_id,
        "shippingCompanyName": service.name,
        "shipLogisticsType": service.logistics_type,
        "estimatedAmount": amount,
        "estimatedCurrencyCode": currency,
        # Price, currency and days [B: one published client].
        "estimatedText": f"${amount};{currency} ;2-5 business days",
        "infoNeeded": [],
        "channelRules": "",
        "pickupRules": "",
        "availablePickupTimeSlotList": [],
        "supportInterlineShipping": False,
        "interlineChannelInfoList": [],
        "signServiceId": service.sign_service_id or None,
        "signServiceName": "Signature" if service.sign_service_id else None,
        "payWayCode": 1,
    }


def _unavailable(service: Service, reason: str) -> Json:
    return {
        "channelId": service.channel_id,
        "shipCompanyId": service.ship_company_id,
        "shippingCompanyName": service.name,
        "shipLogisticsType": service.logistics_type,
        "estimatedText": "",
        "unavailableReason": reason,
        "supportInterlineShipping": False,
        "unavailableInterlineChannelList": [],
    }
