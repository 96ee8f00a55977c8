"""What Tradewind asks of Temu's partner host, which serves products and stock of semi-managed malls by its own token.

Interfaces, host and fields: a published client of semi-managed malls, and a published list of parameters that agrees with
it [B]. Neither tells the codes of refusals, how many rows a call may have, or what a good update answers.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import msgspec

from domain.temu.access import MallAccess
from domain.temu.errors import PermissionMissing, TemuRefused, refuse_not_done
from domain.temu.messages import Struct, TokenMessage, convert, convert_or_unavailable, id_number
from domain.temu.paging import ListPage
from domain.temu.transport import Parameters, Transport

TOKEN_INFO = "bg.open.accesstoken.info.get.global"  # noqa: S105 - the name of an interface
STOCK = "bg.btg.goods.stock.quantity.get"
STOCK_UPDATE = "bg.btg.goods.stock.quantity.update"
WAREHOUSES = "bg.btg.goods.stock.warehouse.list.get"
PRODUCTS = "temu.goods.list.get"

# What stops working without each interface; testSettings tells this to a person (C3).
PARTNER_INTERFACES = {
    STOCK_UPDATE: "no stock goes out",
    WAREHOUSES: "the warehouse that stock is told of can't be looked up, so no stock goes out",
    STOCK: "what Temu offers can't be compared with what it was told",
}
# Stock goes out without it.
OPTIONAL_PARTNER_INTERFACES = {
    PRODUCTS: "listings can't be read, nor products be matched with them, nor what Temu offers be compared with what it was told"
}

# The largest that a published client asks for. [B]
PAGE_SIZE = 100
_PATIENCE_SECONDS = 3.0
_OVERWRITE = 2
# The shop is of another kind than the interface serves. [B]
_WRONG_KIND_OF_SHOP = 2_000_060
# Stock that a cooperating warehouse ships.
_BY_OTHERS = 2


class StockWarehouse(Struct):
    """A place that the mall sells from at a site of Temu's."""

    warehouse_id: int | str | None = None
    warehouse_name: int | str | None = None
    warehouse_disable: bool | None = None


class StockRow(Struct):
    """Pieces of one product SKU in one warehouse. *sku_stock_quantity* is null where it may not be looked at; whether
    pieces of orders that nobody has paid yet are among them is not known.
    """

    product_sku_id: int | str | None = None
    sku_stock_quantity: int | None = None
    warehouse_id: int | str | None = None
    shipping_mode: int | None = None

    @property
    def is_sellers(self) -> bool:
        """Whether the seller ships it, as far as is told."""
        return self.shipping_mode != _BY_OTHERS


class ProductSku(Struct):
    """A SKU as the list of products has it; *ext_code* is the merchant's own code."""

    product_sku_id: int | str | None = None
    ext_code: int | str | None = None


class ProductRow(Struct):
    """A row of the list of products: one SKC, which is one look of a product, with its SKUs."""

    product_id: int | str | None = None
    product_skc_id: int | str | None = None
    product_name: int | str | None = None
    main_image_url: str | None = None
    # 0: at no site; 1: on sale; 2: off sale.
    skc_site_status: int | None = None
    product_sku_summaries: list[ProductSku] | None = None


class ProductPage(Struct):
    """A page of the mall's products: rows as they came, to be read one by one."""

    data: list[Any] | None = None
    total_count: int | None = None


class SiteWarehouses(Struct):
    """The places that the mall sells from at one site."""

    valid_warehouse_list: list[StockWarehouse] | None = None


class WarehousesMessage(Struct):
    """bg.btg.goods.stock.warehouse.list.get."""

    warehouse_dto_list: list[SiteWarehouses] | None = msgspec.field(name="warehouseDTOList", default=None)


class StockMessage(Struct):
    """bg.btg.goods.stock.quantity.get."""

    product_sku_stock_list: list[StockRow] | None = None


class PartnerClient:
    """A semi-managed mall's products and stock, as seen with its token for these."""

    def __init__(self, transport: Transport, access: MallAccess) -> None:
        self._transport = transport
        self._access = access

    async def token_info(self) -> TokenMessage:
        """What Temu says of the token in use; its mall's kind and region may be missing. One try, and not for long."""
        result = await self._transport.send(
            self._access, TOKEN_INFO, {}, is_read=True, patience=_PATIENCE_SECONDS
        )
        return convert(result, TokenMessage, TOKEN_INFO)

    async def warehouses(
        self, sites: Sequence[int], *, mall_id: str | None, patience: float | None = None
    ) -> Sequence[StockWarehouse]:
        """The places that the mall sells from at these sites."""
        parameters: dict[str, Any] = {"siteIdList": list(sites)}
        if mall_id is not None:
            # One source demands it; that a supplier's number is the mall's is inferred. [C]
            parameters["openApiUser"] = {"supplierId": id_number(mall_id)}
        result = await self._read(WAREHOUSES, parameters, patience=patience, may_be_empty=True)
        found = convert_or_unavailable(result, WarehousesMessage, WAREHOUSES).warehouse_dto_list or []
        return [place for site in found for place in site.valid_warehouse_list or []]

    async def set_stock(
        self, targets: Callable[[], Awaitable[Mapping[str, int]]], *, warehouse_id: str
    ) -> None:
        """Tell Temu how many pieces of product SKUs may be sold from a warehouse, each an absolute figure that
        *targets* names when the call has its slot. Sent once. What becomes of other rows when one is refused is unknown.
        """

        async def parameters() -> Mapping[str, Any]:
            rows = [
                {
                    "productSkuId": id_number(sku),
                    "warehouseId": warehouse_id,
                    "targetStockAvailable": quantity,
                }
                for sku, quantity in (await targets()).items()
            ]
            return {"quantityChangeMode": _OVERWRITE, "skuStockChangeList": rows}

        # That a good answer holds nothing but success is what one client relies on.
        result = await self._send(STOCK_UPDATE, parameters, once=True, may_be_empty=True)
        refuse_not_done(result, STOCK_UPDATE)

    async def stock(self, skc_id: str) -> Sequence[StockRow]:
        """What the mall offers of the SKUs of an SKC, in whatever warehouse: only by SKC can it be asked for."""
        result = await self._read(STOCK, {"productSkcId": id_number(skc_id)}, may_be_empty=True)
        return convert_or_unavailable(result, StockMessage, STOCK).product_sku_stock_list or []

    async def products(self, *, page: int) -> ListPage:
        """A page of the mall's products, counted from 1."""
        result = await self._read(PRODUCTS, {"page": page, "pageSize": PAGE_SIZE})
        message = convert_or_unavailable(result, ProductPage, PRODUCTS)
        return ListPage(rows=message.data or [], total=message.total_count)

    async def _read(self, interface: str, parameters: Parameters, **how: Any) -> Any:
        return await self._send(interface, parameters, is_read=True, **how)

    async def _send(self, interface: str, parameters: Parameters, **how: Any) -> Any:
        """As Transport.send does it."""
        try:
            return await self._transport.send(self._access, interface, parameters, **how)
        except TemuRefused as error:
            if error.temu_code != _WRONG_KIND_OF_SHOP:
                raise
            message = f"Temu serves {interface} to semi-managed malls alone, and takes this one for another kind of shop."
            raise PermissionMissing(interface, message) from None
