"""Figures of a semi-managed mall: pushed to one of its warehouses, product SKU by product SKU, and read back SKC by SKC.

Other warehouses are left alone: to empty them would be a guess. What they hold counts where figures are read, so that a mall
which offers more than was pushed shows as one that drifts.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from domain import text
from domain.companies import stock_warehouse
from domain.companies.stock_warehouse import StockPlaces
from domain.database.session import Database
from domain.models import Company
from domain.temu.errors import TemuRefused
from domain.temu.messages import StockEditMessage, StockEditRow, convert
from domain.temu.partner import PartnerClient, ProductRow, StockRow

# SKCs read at the same time: enough that Temu's answers, not their way here, set the pace.
_AT_ONCE = 8


class RefusedTogether(TemuRefused):
    """Temu refuses a call for several SKUs and doesn't tell for which of them: each is to be pushed by itself."""


class SemiManagedStock:
    """The stock of one company's semi-managed mall, for one run: warehouses and SKCs are asked for when first needed."""

    def __init__(self, database: Database, company: Company, partner: PartnerClient) -> None:
        self._database = database
        self._company = company
        self._partner = partner
        self._places: StockPlaces | None = None
        self._asking = asyncio.Lock()
        # Which SKC each product SKU belongs to, read from the mall's list of products as far as it is needed. It isn't
        # stored: a page of the list names a hundred SKCs, and to read the stock of each takes a call anyway.
        self._skc_of: dict[str, str] = {}
        self._next_page: int | None = 1

    async def set_stock(
        self,
        goods_id: str,  # noqa: ARG002 - Temu asks for none here
        targets: Callable[[], Awaitable[Mapping[str, int]]],
    ) -> StockEditMessage:
        """Push the figures, all of which Temu takes where it says no more than that it does. Raises NoStockWarehouse."""
        places = await self._stock_places()
        pushed: Mapping[str, int] = {}

        async def figures() -> Mapping[str, int]:
            nonlocal pushed
            pushed = await targets()
            return pushed

        try:
            await self._partner.set_stock(figures, warehouse_id=places.chosen.id)
        except TemuRefused as error:
            if len(pushed) > 1:
                raise RefusedTogether(error.message, temu_code=error.temu_code) from None
            raise
        rows = [StockEditRow(sku_id=sku, stock_edit_status=True) for sku in pushed]
        return StockEditMessage(operate_result=True, sku_stock_edit_status_info_list=rows)

    async def stock(self, sku_ids: Sequence[str]) -> Mapping[str, int]:
        """What the region's warehouses hold of product SKUs, without those not listed or not to be looked at."""
        places, wanted = await self._stock_places(), set(sku_ids)
        held: dict[str, int] = {}
        hidden: set[str] = set()
        skcs = sorted(await self._skcs(wanted))
        for start in range(0, len(skcs), _AT_ONCE):
            answers = await asyncio.gather(*(self._rows(skc) for skc in skcs[start : start + _AT_ONCE]))
            for row in (row for rows in answers for row in rows):
                sku = str(row.product_sku_id)
                if sku not in wanted or str(row.warehouse_id) not in places.ids or not row.is_sellers:
                    continue
                if row.sku_stock_quantity is None:
                    hidden.add(sku)
                else:
                    held[sku] = held.get(sku, 0) + row.sku_stock_quantity
        return {sku: quantity for sku, quantity in held.items() if sku not in hidden}

    async def _rows(self, skc_id: str) -> Sequence[StockRow]:
        try:
            return await self._partner.stock(skc_id)
        except TemuRefused:
            return []  # Something is wrong with this one; the others can be read.

    async def _stock_places(self) -> StockPlaces:
        async with self._asking:
            if self._places is None:
                self._places = await stock_warehouse.find(self._database, self._company, self._partner)
            return self._places

    async def _skcs(self, sku_ids: AbstractSet[str]) -> AbstractSet[str]:
        """The SKCs of these; those that the list doesn't have are left out."""
        while self._next_page is not None and not sku_ids <= self._skc_of.keys():
            page = await self._partner.products(page=self._next_page)
            before = len(self._skc_of)
            for row in page.rows:
                self._add(row)
            # A page that brings nothing new ends the list, whatever total it names.
            self._next_page = self._next_page + 1 if len(self._skc_of) > before else None
        return {self._skc_of[sku] for sku in sku_ids if sku in self._skc_of}

    def _add(self, row: object) -> None:
        try:
            product = convert(row, ProductRow, "a row of the list")
        except TemuRefused:
            return
        skc = text.shown(product.product_skc_id)
        for sku in product.product_sku_summaries or []:
            number = text.shown(sku.product_sku_id)
            if skc and number:
                self._skc_of[number] = skc
