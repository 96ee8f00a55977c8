"""What the seller does about a return: refunds it, and gives the buyer a label."""

from tests.sandbox.asked import Asked, Json
from tests.sandbox.parameters import Parameters
from tests.sandbox.refusals import (
    ADDRESS_OF_A_REFUND,
    AFTER_SALES_FORBIDDEN,
    AFTER_SALES_PARAMETERS,
    AFTER_SALES_UNKNOWN,
    LABEL_IS_THERE,
    LABEL_NOT_WANTED,
    PAYABLES,
    RETURN_LABEL_INVALID,
    RETURN_NUMBER_INVALID,
    RefusedError,
)
from tests.sandbox.return_lists import find
from tests.sandbox.returns import FULL_REFUND, UPLOAD_LABEL

HOUR_MS = 3_600_000


def issue_refund(asked: Asked) -> None:
    """temu.aftersales.refund.issue: all of it, or nothing. A good answer holds no result."""
    one = find(asked, with_order=True, unknown=AFTER_SALES_UNKNOWN)
    if _whole(asked.parameters, "openApiRefundType") != 1:
        raise RefusedError(AFTER_SALES_PARAMETERS)
    if FULL_REFUND not in one.operations:
        raise RefusedError(AFTER_SALES_FORBIDDEN)
    if asked.mall.returns.has_payables:
        raise RefusedError(PAYABLES)
    asked.mall.returns.begin_refund(one)


def prepare_label(asked: Asked) -> Json:
    """temu.aftersales.returnlabel.prepare.get."""
    one = find(asked, with_order=True, unknown=AFTER_SALES_PARAMETERS)
    if UPLOAD_LABEL not in one.operations:
        raise RefusedError(AFTER_SALES_FORBIDDEN)
    now = asked.mall.now() * 1000
    is_fetched = one.delivery_type == 4
    return {
        "availableReturnWarehouseList": [
            {"warehouseId": place.id, "warehouseName": place.name} for place in asked.mall.addresses
        ],
        "userPickUpTimezone": "America/Los_Angeles" if is_fetched else None,
        "userSelectedPickUpTimeList": (
            [{"startTimestamp": now + 24 * HOUR_MS, "endTimestamp": now + 26 * HOUR_MS}] if is_fetched else []
        ),
        "merchantLatestPickUpTime": now + 7 * 24 * HOUR_MS if is_fetched else None,
    }


def return_carriers(asked: Asked) -> Json:
    """temu.aftersales.carrier.get."""
    if _whole(asked.parameters, "returnWarehouseRegionId1") is None:
        raise RefusedError(AFTER_SALES_PARAMETERS)
    carriers = asked.mall.sandbox.carriers
    return {"carrierDTOList": [{"carrierId": each.id, "carrierName": each.name} for each in carriers]}


def file_signature(asked: Asked) -> Json:
    """temu.aftersales.signature.get: for one file, within five minutes."""
    return {"signature": asked.mall.returns.sign()}


def upload_label(asked: Asked) -> None:
    """temu.aftersales.upload.returnlabel. What it demands of a row isn't told: all that a label is of [C]."""
    one = find(asked, with_order=True, unknown=AFTER_SALES_UNKNOWN)
    try:
        rows = asked.parameters.parts("returnLabelDTOList")
        mode = asked.parameters.whole("pickUpTimeScheduleMode", within=range(1, 4))
        times = [
            asked.parameters.whole(name) for name in ("startTimestamp", "endTimestamp", "latestTimestamp")
        ]
    except RefusedError as error:
        raise RefusedError(AFTER_SALES_PARAMETERS, error.message) from None
    if UPLOAD_LABEL not in one.operations:
        raise RefusedError(AFTER_SALES_FORBIDDEN)
    if not rows or (one.delivery_type == 4 and not _has_times(mode, times)):
        raise RefusedError(AFTER_SALES_PARAMETERS)
    labels: list[dict[str, object]] = []
    for row in rows:
        url, number = row.text("returnLabelUrl"), row.text("trackingNumber")
        if url not in asked.mall.returns.files:
            raise RefusedError(RETURN_LABEL_INVALID)
        if not number or not (number.isascii() and number.isalnum()):
            raise RefusedError(RETURN_NUMBER_INVALID)
        is_known = row.whole("carrierId") in {each.id for each in asked.mall.sandbox.carriers}
        if not is_known or row.text("mallWarehouseId") not in {each.id for each in asked.mall.addresses}:
            raise RefusedError(AFTER_SALES_PARAMETERS)
        row.text("pickUpCertificateImageUrl")
        labels.append(
            {"content": asked.mall.returns.files[url], "number": number, "carrier": row.whole("carrierId")}
        )
    for label in labels:
        asked.mall.returns.take_label(one, label)


def return_address(asked: Asked) -> Json:
    """temu.aftersales.returnaddress.get: where the buyer sends from, which a label is made of."""
    one = find(asked, with_order=False, unknown=AFTER_SALES_PARAMETERS)
    if one.is_refund_only:
        raise RefusedError(ADDRESS_OF_A_REFUND)
    if one.labels:
        raise RefusedError(LABEL_IS_THERE)
    if UPLOAD_LABEL not in one.operations:
        raise RefusedError(LABEL_NOT_WANTED)
    told = {name: value for name, value in one.order.address.items() if name != "taxCode"}
    lines = [told[f"addressLine{number}"] for number in (1, 2, 3) if told[f"addressLine{number}"]]
    return {**told, "addressLineAll": " ".join(lines)}


def _has_times(mode: int | None, times: list[int | None]) -> bool:
    return mode is not None and (times[2] if mode == 3 else times[0] and times[1]) is not None


def _whole(parameters: Parameters, name: str) -> int | None:
    try:
        return parameters.whole(name)
    except RefusedError as error:
        raise RefusedError(AFTER_SALES_PARAMETERS, error.message) from None
