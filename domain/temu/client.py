"""What Tradewind asks of Temu, one method a question. Answers are Temu's own words, read further by who asked."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from enum import Enum
from functools import partial
from typing import Any

from domain import clock
from domain.temu import messages
from domain.temu.access import MallAccess
from domain.temu.errors import TemuRefused, TemuUnavailable, refuse_not_done
from domain.temu.interfaces import (
    CANCELLATIONS,
    CARRIERS,
    COMBINED_SHIPMENTS,
    MESSAGE_UPDATE,
    ORDER_ADDRESS,
    ORDER_AMOUNTS,
    ORDER_LIST,
    SHIPMENT,
    SHIPMENT_CONFIRM,
    SHIPMENT_EDIT,
    SHIPPING_ADDRESSES,
    SKU_LIST,
    STOCK,
    STOCK_EDIT,
    TOKEN_INFO,
)
from domain.temu.messages import Message, convert, convert_or_unavailable, id_number, warnings_of
from domain.temu.paging import ListPage
from domain.temu.transport import Transport

# All that there are [A: tables of three regions].
FULFILLMENT_TYPES = ["fulfillBySeller", "fulfillByCooperativeWarehouse"]

# Not documented; a cautious guess.
SKUS_A_CALL = 100
# What stockType says of stock that is there to be sent [A].
ORDINARY_STOCK = 0
# Seen by one source; larger pages are cut or refused.
PAGE_SIZE = 100
NUMBERS_A_CALL = 20
_AHEAD = timedelta(days=1)
# Three regions may be asked in turn within the ten seconds that a mutation has.
_PATIENCE_SECONDS = 3.0


class SkuKind(Enum):
    """Which SKUs a list holds, as skuSearchType: none holds both [A]."""

    FOR_SALE = 2
    NOT_FOR_SALE = 3


class TemuClient:
    """One mall, as seen with one of its tokens."""

    def __init__(
        self, transport: Transport, access: MallAccess, *, guard: Callable[[], Awaitable[None]] | None = None
    ) -> None:
        self._transport = transport
        self._access = access
        self._guard = guard
        self._send = partial(transport.send, access)
        self._read = partial(transport.send, access, is_read=True)

    @property
    def clock_behind(self) -> timedelta:
        """How far Temu's clock is behind the one that we go by, as far as its answers told; nothing where it is ahead."""
        return max(timedelta(), clock.now() - self._transport.now())

    async def send_once(self, interface: str, parameters: Mapping[str, Any]) -> Any:
        """Have Temu do something, by one call that is tried again only where it can have had no effect; returns its result, an
        empty object where there is none. Raises as confirm_shipment does.
        """

        async def just_now() -> Mapping[str, Any]:
            if self._guard is not None:
                await self._guard()
            return parameters

        result = await self._send(interface, just_now, once=True, may_be_empty=True)
        refuse_not_done(result, interface)
        return result

    async def read(
        self,
        interface: str,
        parameters: Mapping[str, Any],
        *,
        may_be_empty: bool = False,
        patience: float | None = None,
    ) -> Any:
        """Ask Temu for something that changes nothing; returns its result. *patience*: seconds, where somebody waits."""
        return await self._read(interface, parameters, may_be_empty=may_be_empty, patience=patience)

    async def upload_file(self, *, signature: str, name: str, media_type: str, content: bytes) -> str:
        """Upload a file for a call that is to name it; returns its address. Raises TemuUnavailable and TemuRefused."""
        return await self._transport.files.upload(
            self._access, signature=signature, name=name, media_type=media_type, content=content
        )

    async def fetch_file(self, url: str) -> bytes:
        """The PDF at a URL that Temu has told. Raises FileRefused."""
        return await self._transport.files.fetch(self._access, url)

    def guarded(self, guard: Callable[[], Awaitable[None]]) -> "TemuClient":
        """The same mall, for one who may lose the right to send: *guard* is awaited directly before each send_once leaves, and
        raises where it is lost.
        """
        return TemuClient(self._transport, self._access, guard=guard)

    def in_bulk(self) -> "TemuClient":
        """The same mall for many calls at once, which then hold up no other call of the mall."""
        return TemuClient(self._transport, replace(self._access, is_bulk=True))

    async def token_info(self) -> messages.TokenMessage:
        """What Temu says of the token in use. Somebody waits for the answer: one try, and not for long."""
        result = await self._read(TOKEN_INFO, {}, patience=_PATIENCE_SECONDS)
        return convert(result, messages.TokenMessage, TOKEN_INFO)

    async def permit_events(self, codes: Sequence[str]) -> None:
        """Have the mall push the events with these codes, 20 at the most. One try, and not for long: work waits for it."""
        parameters = {"permitEventCodeList": list(codes)}
        result = await self._send(MESSAGE_UPDATE, parameters, patience=_PATIENCE_SECONDS, may_be_empty=True)
        refuse_not_done(result, MESSAGE_UPDATE)

    async def orders_changed(self, since: datetime, *, until: datetime | None = None, page: int) -> ListPage:
        """A page of the orders that changed from *since* to *until*, both included and to the second, counted from 1.

        The list comes newest change first, so an order that changes meanwhile moves to its front and pushes others
        to later pages, where they are met again. Where *until* lies in the past it leaves the list instead, and pulls
        others to pages already read: so whoever gives it asks for first pages alone, each with an earlier *until*.
        Without one the end lies in the future, as both ends have to be given [A].
        """
        end = clock.now() + _AHEAD if until is None else until
        parameters = {
            "pageNumber": page,
            "pageSize": PAGE_SIZE,
            "updateAtStart": int(since.timestamp()),
            "updateAtEnd": int(end.timestamp()),
            # By creation where nothing is said [A].
            "sortby": "updateTime",
        }
        return await self._order_page(parameters)

    async def orders_by_number(self, numbers: Sequence[str]) -> ListPage:
        """The orders with these parent order numbers, 20 at the most."""
        parameters = {"pageNumber": 1, "pageSize": PAGE_SIZE, "parentOrderSnList": list(numbers)}
        return await self._order_page(parameters)

    async def address(self, order_number: str) -> messages.AddressMessage:
        """Where a parent order goes. Temu has none for pending orders."""
        result = await self._read(ORDER_ADDRESS, {"parentOrderSn": order_number})
        return convert(result, messages.AddressMessage, ORDER_ADDRESS)

    async def amounts(self, order_number: str) -> messages.AmountsMessage:
        """What a parent order and its items cost. Raises PermissionMissing where the token may not know."""
        result = await self._read(ORDER_AMOUNTS, {"parentOrderSn": order_number})
        return convert(result, messages.AmountsMessage, ORDER_AMOUNTS)

    async def carriers(
        self, region_id: int, *, patience: float | None = None
    ) -> Sequence[messages.CarrierRow]:
        """Who carries parcels to a region."""
        result = await self._read(CARRIERS, {"regionId": region_id}, patience=patience)
        # The list itself by Temu's page; a list in an object is read too, as other lists of Temu's come so.
        if isinstance(result, dict):
            result = next((value for value in result.values() if isinstance(value, list)), [])
        return _readable(result, messages.CarrierRow, CARRIERS)

    async def shipping_addresses(self) -> Sequence[messages.ShippingAddress]:
        """The places that the mall ships from."""
        result = await self._read(SHIPPING_ADDRESSES, {})
        rows = result.get("warehouseList") if isinstance(result, dict) else result
        return _readable([] if rows is None else rows, messages.ShippingAddress, SHIPPING_ADDRESSES)

    async def confirm_shipment(
        self, *, send_type: int, packages: Sequence[Mapping[str, Any]]
    ) -> Sequence[str]:
        """Tell Temu of packages of one parent order, or of one package of several; returns what it warns of. Sent once:
        what became of a call without answer is asked, not tried. Raises TemuRefused with Temu's own code, and
        TemuUnavailable where nobody knows what became of it.
        """
        parameters = {"sendType": send_type, "sendRequestList": list(packages)}
        result = await self._send(SHIPMENT_CONFIRM, parameters, once=True, may_be_empty=True)
        return warnings_of(result)

    async def edit_shipment(
        self, *, package_number: str, carrier_id: str, tracking_number: str, address_id: str
    ) -> None:
        """Have a package that Temu has go by another carrier, number or address. Sent once, like a shipment, though the
        same again would change nothing. Raises as confirm_shipment does.
        """
        package = {
            "packageSn": package_number,
            "trackingNumber": tracking_number,
            "shipCompanyId": id_number(carrier_id),
            "selfShippingWarehouseId": address_id,
        }
        result = await self._send(SHIPMENT_EDIT, {"editPackageRequestList": [package]}, once=True)
        refuse_not_done(result, SHIPMENT_EDIT)

    async def shipments(self, order_number: str, item_number: str) -> Sequence[messages.ShipmentRow]:
        """The packages in which Temu has an order below a parent; none where it is not shipped."""
        parameters = {"parentOrderSn": order_number, "orderSn": item_number}
        # How it answers about an order that is not shipped is not documented: an empty list, or nothing.
        result = await self._read(SHIPMENT, parameters, may_be_empty=True)
        # Taken for nothing, an answer that makes no sense would have a shipment sent twice.
        return convert_or_unavailable(result, messages.ShipmentMessage, SHIPMENT).shipment_info_dto or []

    async def combined_shipments(self, *, patience: float) -> Sequence[Collection[str]]:
        """Numbers of parent orders that may leave in one parcel, group by group. The interface takes no parameters [A]."""
        result = await self._read(COMBINED_SHIPMENTS, {}, patience=patience, may_be_empty=True)
        return convert(result, messages.CombinedMessage, COMBINED_SHIPMENTS).numbers

    async def set_stock(
        self, goods_id: str, targets: Callable[[], Awaitable[Mapping[str, int]]]
    ) -> messages.StockEditMessage:
        """Tell Temu how many pieces of SKUs of one goods may be sold: by SKU id, 100 at the most, each an absolute
        figure that *targets* names when the call has its slot. Sent once, like a shipment. Without stockType it is
        ordinary stock that is set [A: tables of three regions], as Temu's own examples do it.
        """

        async def parameters() -> Mapping[str, Any]:
            rows = [{"skuId": id_number(sku), "stockTarget": q} for sku, q in (await targets()).items()]
            return {"goodsId": id_number(goods_id), "skuStockTargetList": rows}

        result = await self._send(STOCK_EDIT, parameters, once=True)
        # An answer that makes no sense doesn't say that Temu left the figures alone.
        return convert_or_unavailable(result, messages.StockEditMessage, STOCK_EDIT)

    async def stock(self, sku_ids: Sequence[str]) -> Mapping[str, int]:
        """What Temu offers of SKUs from ordinary stock, 100 at the most; those that it doesn't know are left out."""
        result = await self._read(STOCK, {"skuIdList": [id_number(sku) for sku in sku_ids]})
        goods = convert(result, messages.StockListMessage, STOCK).stock_list or []
        rows = [row for found in goods for row in found.sku_stock_info_list or []]
        return {
            str(row.sku_id): row.self_ordinary_stock.stock
            for row in rows
            if row.self_ordinary_stock is not None
            and row.self_ordinary_stock.stock is not None
            and row.self_ordinary_stock.stock_type in {None, ORDINARY_STOCK}
        }

    async def cancellations(
        self, *, page: int, group: int | None = None, order_numbers: Sequence[str] = ()
    ) -> ListPage:
        """A page of what buyers ask to have cancelled, counted from 1: of one of Temu's groups of statuses, or of at
        most 20 orders, whatever the status.
        """
        parameters: dict[str, Any] = {"pageNo": page, "pageSize": PAGE_SIZE}
        if group is not None:
            parameters["afterSalesStatusGroup"] = group
        if order_numbers:
            parameters["parentOrderSnList"] = list(order_numbers)
        # How a list without any request is answered is not documented: empty, or nothing.
        result = await self._read(CANCELLATIONS, parameters, may_be_empty=True)
        message = convert_or_unavailable(result, messages.CancellationListMessage, CANCELLATIONS)
        return ListPage(rows=message.data or [], total=message.total)

    async def skus(self, *, page: int, kind: SkuKind, sku_ids: Sequence[str] = ()) -> ListPage:
        """A page of the mall's SKUs of one kind, counted from 1; of *sku_ids*, where some are named.

        skuSearchType and skuStatusFilterType are required by one table for three regions [B], which name the values of
        the former alone. A live seller filters by the latter with the same two numbers, and has both kinds from them [B].
        """
        parameters: dict[str, Any] = {
            "pageNo": page,
            "pageSize": PAGE_SIZE,
            "skuSearchType": kind.value,
            "skuStatusFilterType": kind.value,
        }
        if sku_ids:
            parameters["skuIdList"] = [id_number(each) for each in sku_ids]
        result = await self._read(SKU_LIST, parameters)
        message = convert_or_unavailable(result, messages.SkuListMessage, SKU_LIST)
        return ListPage(rows=message.sku_list or [], total=message.total)

    async def _order_page(self, parameters: dict[str, Any]) -> ListPage:
        # Unasked, Temu lists what the seller fulfils and nothing else, by number too [B]: an order that moves to a
        # cooperating warehouse would disappear.
        parameters["fulfillmentTypeList"] = FULFILLMENT_TYPES
        result = await self._read(ORDER_LIST, parameters)
        message = convert_or_unavailable(result, messages.OrderListMessage, ORDER_LIST)
        # An empty list may come as null or not at all.
        return ListPage(rows=message.page_items or [], total=message.total_item_num)


def _readable(rows: Any, kind: type[Message], interface: str) -> list[Message]:
    """The rows of a list that make sense; those that don't hide none of the others."""
    if not isinstance(rows, list):
        raise TemuUnavailable(f"Temu's reply to {interface} holds no list.")
    found: list[Message] = []
    for row in rows:
        with suppress(TemuRefused):
            found.append(convert(row, kind, interface))
    return found
