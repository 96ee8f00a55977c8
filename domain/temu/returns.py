"""Returns and refunds, in Temu's words. Each fact's certainty stands in tests/temu_facts/interfaces."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from domain import clock
from domain.temu.client import TemuClient
from domain.temu.errors import TemuUnavailable
from domain.temu.interfaces import (
    REFUND_ISSUE,
    RETURN_CARRIERS,
    RETURN_DETAIL,
    RETURN_FILE_SIGNATURE,
    RETURN_LABEL_PREPARE,
    RETURN_LABEL_UPLOAD,
    RETURN_LINES,
    RETURN_PARCELS,
    RETURNS,
)
from domain.temu.messages import Amount, Struct, convert, convert_or_unavailable
from domain.temu.paging import ListPage

# Up to 200 are taken [A].
PAGE_SIZE = 100
# Of openApiRefundType, which knows nothing else [A]: neither a part of the money, nor a refusal.
_ALL_OF_IT = 1
_AHEAD = timedelta(days=1)


class ReturnListMessage(Struct):
    """bg.aftersales.parentaftersales.list.get. Rows are read one by one."""

    data: list[Any] | None = None
    total: int | None = None


class ReturnMessage(Struct):
    """One row of it. Moments are in seconds, but for the one in milliseconds."""

    parent_after_sales_sn: int | str | None = None
    parent_order_sn: int | str | None = None
    parent_after_sales_status: int | None = None
    after_sales_type: int | None = None
    return_delivery_type: int | None = None
    operate_expire_time_ms: int | None = None
    # Numbers; what is none of them is passed over.
    available_operate_list: list[Any] | None = None
    create_at: int | None = None
    update_at: int | None = None


class ReturnedGoods(Struct):
    """What a line of a return is of."""

    goods_id: int | str | None = None
    sku_id: int | str | None = None
    product_sku_id: int | str | None = None


class ReturnDetailLine(Struct):
    """Pieces of one order below the parent. The buyer's comment is not read: it is free text, which may name anybody."""

    after_sales_sn: int | str | None = None
    order_sn: int | str | None = None
    apply_after_sales_goods_number: int | None = None
    apply_refund_amount: Amount | None = None
    after_sales_reason_code: int | None = None
    after_sales_reason_desc: str | None = None
    after_sales_goods_info: ReturnedGoods | None = None


class RefundSummary(Struct):
    """What of the money is given back."""

    buyer_total_refund: Amount | None = None


class ReturnDetailMessage(Struct):
    """temu.aftersales.parentaftersales.detail.get."""

    parent_after_sales_status: int | None = None
    available_operate_list: list[Any] | None = None
    refund_summary: RefundSummary | None = None
    after_sales_list: list[ReturnDetailLine] | None = None


class ReturnLineRow(Struct):
    """One row of bg.aftersales.aftersales.list.get, which tells no order below the parent, no reason and no amount."""

    parent_after_sales_sn: int | str | None = None
    after_sales_sn: int | str | None = None
    apply_after_sales_goods_number: int | None = None
    goods_id: int | str | None = None
    sku_id: int | str | None = None
    product_sku_id: int | str | None = None


class ReturnLineListMessage(Struct):
    """bg.aftersales.aftersales.list.get."""

    data: list[ReturnLineRow] | None = None
    total: int | None = None


class ReturnParcel(Struct):
    """A parcel that comes back."""

    carrier_name: str | None = None
    tracking_number: int | str | None = None


class ReturnParcelsMessage(Struct):
    """bg.aftersales.parentreturnorder.get."""

    logistics_info_list: list[ReturnParcel] | None = None


class ReturnWarehouse(Struct):
    """A place that a return may go to."""

    warehouse_id: int | str | None = None
    warehouse_name: int | str | None = None


class PickUpTime(Struct):
    """When a buyer wants a return to be fetched, in milliseconds."""

    start_timestamp: int | None = None
    end_timestamp: int | None = None


class ReturnLabelMessage(Struct):
    """temu.aftersales.returnlabel.prepare.get."""

    available_return_warehouse_list: list[ReturnWarehouse] | None = None
    user_selected_pick_up_time_list: list[PickUpTime] | None = None
    merchant_latest_pick_up_time: int | None = None


class ReturnCarrier(Struct):
    """Who carries returns."""

    carrier_id: int | str | None = None
    carrier_name: int | str | None = None


class ReturnCarriersMessage(Struct):
    """temu.aftersales.carrier.get."""

    carrier_dto_list: list[ReturnCarrier] | None = msgspec.field(name="carrierDTOList", default=None)


class FileSignature(Struct):
    """temu.aftersales.signature.get."""

    signature: str | None = None


async def returns_changed(
    temu: TemuClient, since: datetime, *, page: int, numbers: Sequence[str] = ()
) -> ListPage:
    """A page of the returns that changed at *since* or later, counted from 1; of those with *numbers*, where some are named. A
    span has to be named even then, and both ends of it, which are included [A]; so it ends in the future.
    """
    parameters: dict[str, Any] = {
        "pageNo": page,
        "pageSize": PAGE_SIZE,
        "updateAtStart": int(since.timestamp()),
        "updateAtEnd": int((clock.now() + _AHEAD).timestamp()),
    }
    if numbers:
        parameters["parentAfterSalesSnList"] = list(numbers)
    # How a list without any row is answered is not documented: empty, or nothing.
    result = await temu.read(RETURNS, parameters, may_be_empty=True)
    message = convert_or_unavailable(result, ReturnListMessage, RETURNS)
    return ListPage(rows=message.data or [], total=message.total)


async def detail(temu: TemuClient, number: str, order_number: str) -> ReturnDetailMessage:
    """One return with its lines. Raises PermissionMissing and TemuRefused."""
    parameters = {"parentOrderSn": order_number, "parentAfterSalesSn": number}
    return convert(await temu.read(RETURN_DETAIL, parameters), ReturnDetailMessage, RETURN_DETAIL)


async def lines(temu: TemuClient, number: str) -> Sequence[ReturnLineRow]:
    """The lines of a return, as far as they are told without its detail; of no return more than a page is known of."""
    parameters = {"pageNo": 1, "pageSize": PAGE_SIZE, "parentAfterSalesSnList": [number]}
    result = await temu.read(RETURN_LINES, parameters, may_be_empty=True)
    return convert(result, ReturnLineListMessage, RETURN_LINES).data or []


async def parcels(temu: TemuClient, number: str) -> Sequence[ReturnParcel]:
    """What is on its way back of a return, or came."""
    result = await temu.read(RETURN_PARCELS, {"parentAfterSalesSn": number}, may_be_empty=True)
    return convert(result, ReturnParcelsMessage, RETURN_PARCELS).logistics_info_list or []


async def prepare_label(temu: TemuClient, number: str, order_number: str) -> ReturnLabelMessage:
    """What a label for a return may be made for. Raises TemuRefused where none is wanted."""
    parameters = {"parentOrderSn": order_number, "parentAfterSalesSn": number}
    found = await temu.read(RETURN_LABEL_PREPARE, parameters)
    return convert(found, ReturnLabelMessage, RETURN_LABEL_PREPARE)


async def carriers(temu: TemuClient, region_id: int) -> Sequence[ReturnCarrier]:
    """Who carries returns to a region."""
    found = await temu.read(RETURN_CARRIERS, {"returnWarehouseRegionId1": region_id}, may_be_empty=True)
    return convert(found, ReturnCarriersMessage, RETURN_CARRIERS).carrier_dto_list or []


async def upload_file(temu: TemuClient, *, name: str, media_type: str, content: bytes) -> str:
    """Upload the file of a label; returns its address."""
    found = convert(await temu.read(RETURN_FILE_SIGNATURE, {}), FileSignature, RETURN_FILE_SIGNATURE)
    if not found.signature:
        raise TemuUnavailable("Temu gave no signature for the file.")
    return await temu.upload_file(
        signature=found.signature, name=name, media_type=media_type, content=content
    )


async def upload_label(
    temu: TemuClient, number: str, order_number: str, *, label: Mapping[str, Any], pick_up: Mapping[str, int]
) -> None:
    """Give the buyer a label, whose file is uploaded already. Raises as send_once does."""
    parameters = {
        "parentAfterSalesSn": number,
        "parentOrderSn": order_number,
        "returnLabelDTOList": [label],
        **pick_up,
    }
    await temu.send_once(RETURN_LABEL_UPLOAD, parameters)


async def issue_refund(temu: TemuClient, number: str, order_number: str) -> None:
    """Give all of the money back [A]. Raises as send_once does."""
    parameters = {
        "parentAfterSalesSn": number,
        "parentOrderSn": order_number,
        "openApiRefundType": _ALL_OF_IT,
    }
    await temu.send_once(REFUND_ISSUE, parameters)
