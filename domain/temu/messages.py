"""Temu's messages as structs. Fields that we don't use are ignored; ids come as numbers or text and are kept as text.

Field names: the reference page of each interface. All are optional there, so what we can't do without is checked
where it is used, order by order.
"""

from typing import Any, TypeVar

import msgspec

from domain import text
from domain.temu.errors import NO_CODE, TemuRefused, TemuUnavailable, shortened

# Among what a shipment accepts (confirmAcceptance), also one by a bought label: that it denies the buyer's request to cancel [A].
# Without it Temu refuses (120012030).
DENY_CANCELLATION = "DENY_CANCELLATION"

Message = TypeVar("Message", bound=msgspec.Struct)

# JSON as it is written here knows no larger ones.
_LARGEST_NUMBER = 2**63 - 1
_WARNINGS, _MOST_WARNINGS = "warningMessage", 50


class Struct(msgspec.Struct, rename="camel", kw_only=True, gc=False):
    """Snake case here, camel case there."""


class TokenMessage(Struct):
    """bg.open.accesstoken.info.get. That expiredTime is in Unix seconds is inferred; milliseconds are recognised."""

    mall_id: int | str | None = None
    # 1 is a semi-managed mall, 100 a local one.
    mall_type: int | None = None
    region_id: int | str | None = None
    expired_time: int | str | None = None
    api_scope_list: list[str] | None = None
    # Rows of eventCode and permitsStatus, and codes. Read only where they look so: a token is judged without them.
    auth_event_code_list: Any = None
    app_subscribe_event_code_list: Any = None
    # 0: events are pushed to the app; 1: Temu has stopped that, as where its calls went wrong. [B: one published client]
    app_subscribe_status: Any = None


class OrderMap(Struct):
    """The parent order itself. Times are Unix seconds."""

    parent_order_sn: int | str | None = None
    parent_order_status: int | None = None
    parent_order_time: int | None = None
    update_time: int | None = None
    expect_ship_latest_time: int | None = None
    region_id: int | str | None = None
    fulfillment_warning: list[str | None] | None = None
    # Rows of name and value; read only where they look so, as no label is worth an order.
    parent_order_label: Any = None
    shipping_method: Any = None
    order_payment_type: Any = None
    # That another mall of the shop sends it, so that it is confirmed there [A: tables of three regions, a live mall's fields].
    is_shipment_consolidated_by_main_mall: Any = None


class SoldProduct(Struct):
    """What a line is of, in a semi-managed mall: so many pieces of a SKU of its own product list."""

    product_sku_id: int | str | None = None
    sold_factor: int | None = None


class OrderLine(Struct):
    """One order below the parent: some pieces of one SKU."""

    order_sn: int | str | None = None
    order_status: int | None = None
    goods_id: int | str | None = None
    sku_id: int | str | None = None
    # What remains after cancellation, and what was ordered [A, real answers]: either may be absent.
    quantity: int | None = None
    original_order_quantity: int | None = None
    canceled_quantity_before_shipment: int | None = None
    goods_name: str | None = None
    original_goods_name: str | None = None
    fulfillment_type: str | None = None
    fulfillment_warning: list[str | None] | None = None
    order_label: Any = None
    order_payment_type: Any = None
    is_shipment_consolidated_by_main_mall: Any = None
    # Read where a line has no SKU id, as in semi-managed malls [B: one table for three regions].
    product_list: Any = None


class OrderListMessage(Struct):
    """bg.order.list.v2.get. Rows are read one by one, so that one that can't be read leaves the others."""

    page_items: list[Any] | None = None
    total_item_num: int | None = None


class OrderMessage(Struct):
    """One row of bg.order.list.v2.get."""

    parent_order_map: OrderMap
    order_list: list[OrderLine] | None = None


class AddressMessage(Struct):
    """bg.order.shippinginfo.v2.get. regionName1 is the country, 2 the state, 3 the city, 4 the district."""

    receipt_name: str | None = None
    receipt_additional_name: str | None = None
    mobile: int | str | None = None
    backup_mobile: int | str | None = None
    region_name1: str | None = None
    region_name2: str | None = None
    region_name3: str | None = None
    region_name4: str | None = None
    address_line1: str | None = None
    address_line2: str | None = None
    address_line3: str | None = None
    address_line_all: str | None = None
    post_code: int | str | None = None
    # The buyer's tax number, of Brazil; the kinds are numbers that no page explains.
    tax_code: int | str | None = None
    tax_code_type: int | str | None = None
    warning: "AddressWarning | None" = None


class AddressWarning(Struct):
    """That a parcel of one's own may not go to an address, and why."""

    is_restriction: bool | None = None
    # A number in Temu's example, words in its description.
    reason: int | str | None = None


class Amount(Struct):
    """An amount in the smallest unit of its currency (inferred: every example is a whole number). What else it may be
    is read so that it can be told.
    """

    amount: bool | int | float | str | None = None
    currency: str | None = None


class ParentAmounts(Struct):
    customer_paid: Amount | None = None
    retail_price_total_tax_incl: Amount | None = None
    retail_price_total: Amount | None = None
    base_price_total: Amount | None = None


class LineAmounts(Struct):
    order_sn: int | str | None = None
    unit_retail_price: Amount | None = None
    unit_retail_price_vat_incl: Amount | None = None
    unit_base_price: Amount | None = None


class AmountsMessage(Struct):
    """bg.order.amount.query."""

    parent_order_map: ParentAmounts | None = None
    order_list: list[LineAmounts] | None = None


class CarrierRow(Struct):
    """One row of bg.logistics.companies.get."""

    logistics_service_provider_id: int | str | None = None
    logistics_service_provider_name: int | str | None = None
    logistics_brand_name: int | str | None = None


class ShippingAddress(Struct):
    """One row of bg.logistics.warehouse.list.get: a place that the mall ships from."""

    warehouse_id: int | str | None = None
    warehouse_name: int | str | None = None
    default_warehouse: bool | None = None
    region_id1: int | None = None


class SubShipment(Struct):
    """A further box of a shipment."""

    tracking_number: int | str | None = None


class ShipmentRow(Struct):
    """Some pieces of one order, in a package as Temu has it."""

    package_sn: int | str | None = None
    carrier_id: int | str | None = None
    tracking_number: int | str | None = None
    quantity: int | None = None
    sub_package_shipment_info_list: list[SubShipment] | None = None


class ShipmentMessage(Struct):
    """bg.logistics.shipment.v2.get. Its list is named in singular on Temu's page."""

    shipment_info_dto: list[ShipmentRow] | None = msgspec.field(name="shipmentInfoDTO", default=None)


class CombinedOrder(Struct):
    """A parent order that may leave in one parcel with the others of its group."""

    parent_order_sn: int | str | None = None


class CombinedGroup(Struct):
    combined_shipping_group: list[CombinedOrder] | None = None


class CombinedMessage(Struct):
    """bg.order.combinedshipment.list.get."""

    combined_shipping_groups: list[CombinedGroup] | None = None

    @property
    def numbers(self) -> list[set[str]]:
        """The orders' numbers, group by group. By what Temu groups them isn't documented."""
        groups = [group.combined_shipping_group or [] for group in self.combined_shipping_groups or []]
        return [{str(order.parent_order_sn) for order in group} for group in groups]


class StockEditRow(Struct):
    """What became of one SKU of a stock call."""

    sku_id: int | str | None = None
    stock_edit_status: bool | None = None
    error_code: int | str | None = None
    error_msg: str | None = None


class StockEditMessage(Struct):
    """bg.local.goods.stock.edit."""

    operate_result: bool | None = None
    msg: str | None = None
    sku_stock_edit_status_info_list: list[StockEditRow] | None = None


class OrdinaryStock(Struct):
    """Pieces that a mall offers from its own stock. stockType: 0 is ordinary stock, 1 pre-sale, 2 certified [A]."""

    stock: int | None = None
    stock_type: int | None = None


class SkuStock(Struct):
    sku_id: int | str | None = None
    self_ordinary_stock: OrdinaryStock | None = None


class GoodsStock(Struct):
    sku_stock_info_list: list[SkuStock] | None = None


class StockListMessage(Struct):
    """temu.local.goods.sku.stock.query."""

    stock_list: list[GoodsStock] | None = None


class CancellationListMessage(Struct):
    """bg.aftersales.cancel.list.get. Rows are read one by one."""

    data: list[Any] | None = None
    total: int | None = None


class CancellationLine(Struct):
    """Some pieces of one order below a parent, which a buyer wants cancelled."""

    order_sn: int | str | None = None
    parent_order_sn: int | str | None = None
    apply_goods_number: int | None = None
    create_at_millis: int | None = None


class CancellationMessage(Struct):
    """One row of bg.aftersales.cancel.list.get."""

    parent_after_sales_sn: int | str | None = None
    parent_after_sales_status: int | None = None
    after_sales_info_list: list[CancellationLine] | None = None


class SkuListMessage(Struct):
    """bg.local.goods.sku.list.query. Rows are read one by one."""

    sku_list: list[Any] | None = None
    total: int | None = None


class SkuMessage(Struct):
    """One row of bg.local.goods.sku.list.query: a SKU of the mall; skuSn is the merchant's own code. price is text of a number
    with decimals [A], what buyers see by one live seller's account [B].
    """

    goods_id: int | str | None = None
    sku_id: int | str | None = None
    sku_sn: int | str | None = None
    goods_name: int | str | None = None
    spec_name: int | str | None = None
    thumb_url: str | None = None
    stock: int | None = None
    price: int | float | str | None = None
    currency: str | None = None
    # Both are called sub-statuses; the former is the newer field, and has the numbers that guides explain [C].
    shown_sub_status: int | None = msgspec.field(name="skuShowSubStatus4VO", default=None)
    sub_status: int | None = msgspec.field(name="subStatus4VO", default=None)


def convert(result: Any, kind: type[Message], interface: str) -> Message:
    """*result* as *kind*; numbers given as text are read. Raises TemuRefused where the reply makes no sense."""
    try:
        return msgspec.convert(result, kind, strict=False)
    except msgspec.ValidationError as error:
        message = f"Temu's reply to {interface} could not be read: {error}"
        raise TemuRefused(message, temu_code=NO_CODE) from None


def convert_or_unavailable(result: Any, kind: type[Message], interface: str) -> Message:
    """The same where an answer without sense is a passing fault, or leaves open what Temu did. Raises TemuUnavailable."""
    try:
        return convert(result, kind, interface)
    except TemuRefused as error:
        raise TemuUnavailable(error.message) from None


def warnings_of(result: Any) -> list[str]:
    """What a good answer to bg.logistics.shipment.v2.confirm says of the numbers that it takes: warningMessage, a list
    of texts [A]; in another interface's answer, of objects with a text of that name [A]. Whatever it holds, the call
    was good, so nothing here refuses it. What of them may be told, whoever knows the numbers says.
    """
    found = result.get(_WARNINGS) if isinstance(result, dict) else None
    rows = found if isinstance(found, list) else [found]
    texts = [row.get(_WARNINGS) if isinstance(row, dict) else row for row in rows[:_MOST_WARNINGS]]
    lines = [shortened(text.shown(each)) for each in texts if isinstance(each, str)]
    return list(dict.fromkeys(filter(None, lines)))


def id_number(digits: str) -> int | str:
    """An id as Temu's pages show it: a number. Whatever else it may have sent one day goes back as it came."""
    is_number = digits.isascii() and digits.isdecimal() and int(digits) <= _LARGEST_NUMBER
    return int(digits) if is_number else digits
