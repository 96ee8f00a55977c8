"""Labels as Temu tells of them: where single ones stand, and the list of them."""

from tests.sandbox import refusals
from tests.sandbox.asked import Asked, Json
from tests.sandbox.label_orders import ship_if_due
from tests.sandbox.labels import Label, LabelState
from tests.sandbox.mall import Mall
from tests.sandbox.model import REGIONS
from tests.sandbox.refusals import RefusedError


def label_results(asked: Asked) -> Json:
    """Where labels stand. One that is made counts as shipped at once unless it was asked for later [A]."""
    mall = asked.mall
    found = [mall.labels.by_number(number) for number in asked.parameters.texts("packageSnList") or []]
    if not found or None in found:
        raise RefusedError(refusals.PACKAGE_UNKNOWN)
    labels = [label for label in found if label is not None]
    for label in labels:
        mall.labels.look(label)
        ship_if_due(mall, label)
    return {"packageInfoResultList": [_result(mall, label) for label in labels]}


def label_list(asked: Asked) -> Json:
    """Labels that were bought from Temu, the newest first; whichever way they were bought [A], and in which order is not told [C]."""
    mall, parameters = asked.mall, asked.parameters
    page, size = parameters.required_whole("pageNumber"), parameters.required_whole("pageSize")
    orders, numbers = parameters.texts("parentOrderSnList"), parameters.texts("packageSnList")
    state = parameters.whole("temuLabelStatus")
    since, until = parameters.seconds("createAtStart"), parameters.seconds("createAtEnd")
    labels = list(mall.labels.labels)
    if mall.labels.unlisted_for:
        mall.labels.unlisted_for -= 1
        labels = labels[:-1]
    fitting = [
        label
        for label in reversed(labels)
        if (orders is None or any(number in orders for number, _ in label.pieces))
        and (numbers is None or label.number in numbers)
        and state in {None, int(label.state)}
        and (since is None or label.created_at >= since)
        and (until is None or label.created_at <= until)
    ]
    shown = fitting[(page - 1) * size : page * size]
    return {"totalItemNum": len(fitting), "shippingLabelInfoList": [_listed(mall, label) for label in shown]}


def _result(mall: Mall, label: Label) -> Json:
    is_failed = label.state is LabelState.FAILED
    return {
        "packageSn": label.number,
        "shippingLabelStatus": int(label.state),
        "failReasonText": label.fails_with if is_failed else None,
        "solutionText": None,
        "trackingNumber": label.tracking_number or None,
        "channelId": label.service.channel_id,
        "shipLogisticsType": label.service.logistics_type,
        "shipCompanyId": label.service.ship_company_id,
        "shippingCompanyName": label.service.name,
        "warehouseId": label.warehouse_id,
        "estimatedAmount": f"{label.cents / 100:.2f}",
        "estimatedCurrencyCode": REGIONS[mall.region].currency,
        "estimatedText": f"${label.cents / 100:.2f};{REGIONS[mall.region].currency} ;2-5 business days",
        "signServiceId": label.sign_service_id or None,
        "warningMessage": [],
        **label.measures.told(),
        "orderSendInfoList": [
            {"parentOrderSn": parent, "orderSn": order_sn, "quantity": quantity}
            for (parent, order_sn), quantity in label.pieces.items()
        ],
    }


def _listed(mall: Mall, label: Label) -> Json:
    name = next((address.name for address in mall.addresses if address.id == label.warehouse_id), "")
    return {
        "packageSn": label.number,
        "shippingLabelStatus": int(label.state),
        "labelPrintStatus": 0,
        "createTime": label.created_at,
        "warehouseInfo": {"warehouseId": label.warehouse_id, "warehouseName": name},
        "trackingInfoList": [
            {
                "trackingNumber": label.tracking_number,
                "shippingCompanyId": label.service.ship_company_id,
                "shippingCompanyName": label.service.name,
            }
        ]
        if label.tracking_number
        else [],
        "orderInfoList": [
            {"parentOrderSn": parent, "orderSn": order_sn, "quantity": quantity}
            for (parent, order_sn), quantity in label.pieces.items()
        ],
        "packageDimensionInfo": label.measures.told(),
    }
