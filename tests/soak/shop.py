"""One company at work: orders come in and are cancelled, stock changes, parcels leave, and all of it is asked for by keys."""

import asyncio
import random
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, Final

from tests.demo.documents import CHOOSE_PLUGIN, CREATE_COMPANY, CREATE_WAREHOUSE, SET_TOKEN, UPSERT_PRODUCTS
from tests.sandbox.mall import Mall
from tests.soak.client import Client, NotDone, Unanswered, global_id, number_of
from tests.soak.installation import Installation

IMPORT: Final = """mutation($input: ImportOrdersInput!) {
  importOrders(input: $input) { job { id } userErrors { code message } } }"""
PUSH: Final = """mutation($input: UpdateInventoryOnChannelInput!) {
  updateInventoryOnChannel(input: $input) { job { id } userErrors { code message } } }"""
UPLOAD: Final = """mutation($input: UploadTrackingInput!) {
  uploadTracking(input: $input) { job { id } userErrors { code message } } }"""
STOCK: Final = """mutation($levels: [InventoryLevelInput!]!) {
  setInventory(input: {levels: $levels}) { userErrors { code message } } }"""
SHIP: Final = """mutation($input: ShipOrderInput!) {
  shipOrder(input: $input) { order { id } userErrors { code message } } }"""
TO_SHIP: Final = """query($companyId: ID!) {
  orders(first: 20, filter: {companyId: $companyId, status: [IN_PROCESS], shippingStatus: [UNSHIPPED]}) {
    nodes { id channelOrderId } } }"""
ENDED: Final = "query($id: ID!) { queuedJob(id: $id) { finishedAt } }"
PARCELS: Final = "query($id: ID!) { order(id: $id) { packages { trackingNumber } } }"

_GOODS, _COUNTED = 9, 3
_PLENTY = 100_000
_SETTLE_SECONDS = 150.0


class Shop:
    def __init__(self, installation: Installation, source: random.Random, number: int) -> None:
        self.installation = installation
        self.source = source
        self.number = number
        self.mall: Mall = installation.sandbox.add_mall(seed=source.randrange(10**9))
        self.client = Client(installation.url, installation.key, installation.folder / "client")
        self.set_last: dict[int, int] = {}
        """What was acknowledged last of goods that nobody buys; their figures only ever grow."""
        self.shipped: dict[str, str] = {}
        self.tried_to_ship: set[str] = set()
        self.doomed: set[str] = set()
        """Orders that their buyers cancel, which nobody ships."""
        self.ended_before: dict[int, str] = {}
        self._keys = iter(range(10**9))
        self._counted: list[tuple[int, str]] = []
        self._goes_on = False

    @property
    def company(self) -> int:
        return number_of(self.company_id)

    async def open(self, *, orders: int = 60, counted: int = _COUNTED) -> None:
        ask = self.client.ask
        made = await ask(CREATE_COMPANY, name=f"Shop {self.number}")
        self.company_id: str = made["company"]["id"]
        await ask(CHOOSE_PLUGIN, companyId=self.company_id)
        await ask(SET_TOKEN, companyId=self.company_id, token=self.mall.token)
        goods = [self.mall.add_goods(f"Goods {i}") for i in range(_GOODS)]
        products = [
            {
                "sku": one.sku_code,
                "websiteProductId": str(one.goods_id),
                "websiteProductVariantId": str(one.sku_id),
            }
            for one in goods
        ]
        made = await ask(UPSERT_PRODUCTS, companyId=self.company_id, products=products)
        ids = [product["id"] for product in made["products"]]
        self._counted = [(one.sku_id, of) for one, of in zip(goods, ids, strict=True)][:counted]
        self._bought = goods[counted:]
        made = await ask(CREATE_WAREHOUSE, name=f"Warehouse {self.number}")
        self.warehouse_id: str = made["warehouse"]["id"]
        self.set_last = {sku: 1 for sku, _ in self._counted}
        levels = [
            {"productId": of, "warehouseId": self.warehouse_id, "onHand": 1 if i < counted else _PLENTY}
            for i, of in enumerate(ids)
        ]
        assert not (await ask(STOCK, levels=levels))["userErrors"]
        for _ in range(orders):
            self._buy()

    async def ask_for(self, document: str, **fields: Any) -> int:
        """A job, by a key of its own."""
        key = f"shop-{self.number}-{next(self._keys)}"
        return await self.client.job(document, key, companyId=self.company_id, **fields)

    @asynccontextmanager
    async def traffic(self) -> AsyncGenerator[None]:
        """All of it at once for as long as the body runs; then each comes to the end of what it has begun."""
        self._goes_on = True
        doings = (
            self._sell(),
            self._again_and_again(IMPORT),
            self._again_and_again(PUSH),
            self._ship(),
            *map(self._count, self._counted),
        )
        tasks = [asyncio.create_task(doing) for doing in doings]
        try:
            yield
            self._goes_on = False
            await asyncio.wait(tasks, timeout=_SETTLE_SECONDS)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
        for task in tasks:
            task.result()

    async def settle(self) -> None:
        """Once nothing is asked for any more: let every job end, and then do once more what there is to do."""
        statuses = "SELECT id, status FROM queued_jobs WHERE company_id = :company"
        rows = await self.installation.rows.of(statuses, company=self.company)
        self.ended_before = {job: status for job, status in rows if status not in {"QUEUED", "RUNNING"}}
        await self._until_ended()
        for document in (IMPORT, UPLOAD, PUSH):
            await asyncio.wait_for(self.ask_for(document), _SETTLE_SECONDS)
            await self._until_ended()

    async def _until_ended(self) -> None:
        """What doesn't end in time is for the checker to find."""
        active = (
            "SELECT count(*) FROM queued_jobs WHERE company_id = :company AND status IN ('QUEUED', 'RUNNING')"
        )
        try:
            async with asyncio.timeout(_SETTLE_SECONDS):
                while (await self.installation.rows.of(active, company=self.company))[0][0]:
                    await asyncio.sleep(0.1)
        except TimeoutError:
            return

    def _buy(self) -> str:
        items = [(self.source.choice(self._bought), self.source.randint(1, 3))]
        return self.mall.add_order(items=items).number

    async def _sell(self) -> None:
        while self._goes_on:
            number = self._buy()
            if self.source.random() < 0.1:
                self.doomed.add(number)
            await asyncio.sleep(self.source.uniform(0.1, 0.5))
            if self.doomed and self.source.random() < 0.1:
                number = self.source.choice(sorted(self.doomed))
                if self.mall.orders[number].status == 2:
                    self.mall.cancel(number)

    async def _again_and_again(self, document: str) -> None:
        """One job, and the next when it has ended: as a client does that waits for what it asked for."""
        while self._goes_on:
            await self._until_done(await self.ask_for(document))
            await asyncio.sleep(self.source.uniform(0.1, 0.6))

    async def _until_done(self, job: int) -> None:
        while (
            self._goes_on and not (await self.client.ask(ENDED, id=global_id("QueuedJob", job)))["finishedAt"]
        ):
            await asyncio.sleep(0.3)

    async def _count(self, counted: tuple[int, str]) -> None:
        """Raise what there is of goods by one, and again; a call whose answer was lost is known by what it compares."""
        sku, product_id = counted
        while self._goes_on:
            figure = self.set_last[sku]
            level = {"productId": product_id, "warehouseId": self.warehouse_id, "onHand": figure + 1}
            payload = await self.client.ask(STOCK, levels=[level | {"compareOnHand": figure}])
            # A conflict: an earlier try had been done after all. Were it none, the figure would now be another.
            assert {error["code"] for error in payload["userErrors"]} <= {"CONFLICT"}, payload
            self.set_last[sku] = figure + 1
            await asyncio.sleep(self.source.uniform(0.2, 0.8))

    async def _ship(self) -> None:
        while self._goes_on:
            for order in (await self.client.ask(TO_SHIP, companyId=self.company_id))["nodes"]:
                if order["channelOrderId"] not in self.doomed:
                    await self._ship_one(order)
            await self._until_done(await self.ask_for(UPLOAD))
            await asyncio.sleep(self.source.uniform(0.1, 0.6))

    async def _ship_one(self, order: dict[str, str]) -> None:
        number = order["channelOrderId"]
        tracking = f"SOAK{self.number:04d}{next(self._keys):07d}"
        self.tried_to_ship.add(number)
        package = {"warehouseId": self.warehouse_id, "carrier": "UPS", "trackingNumber": tracking}
        while True:
            try:
                payload = await self.client.once(SHIP, input={"orderId": order["id"], "packages": [package]})
            except (Unanswered, NotDone):
                pass
            else:
                if not payload["userErrors"]:
                    self.shipped[number] = tracking
                    return
            held = await self.client.ask(PARCELS, id=order["id"])
            if held["packages"]:
                assert [each["trackingNumber"] for each in held["packages"]] == [tracking], (tracking, held)
                self.shipped[number] = tracking
                return
