"""Random sequences of what happens to an order, on Temu and here, against a simple model of what must result.

Here 8 sequences are played; `pytest tests/journeys/test_sequences.py --hypothesis-profile=long` plays 2,000.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fixtures.world import World
from tests.sandbox.cancellations import OPEN, CancelRequest
from tests.sandbox.mall import Mall
from tests.sandbox.model import ParentOrder, Status

CONFIRM = "bg.logistics.shipment.v2.confirm"
STATE = """query($company: ID!, $product: ID!) {
  company(id: $company) { orders { nodes {
    id channelOrderId status shippingStatus sourceUpdatedForShipping cancellationRequest { requestedAt }
    items { id channelOrderItemId quantity cancelledQuantity shippedQuantity }
    notes { body } packages { trackingNumber uploadedAt } } } }
  product(id: $product) { availableQuantity inventory { onHand reserved } } }"""
SHIP = """mutation($input: ShipOrderInput!) { shipOrder(input: $input) { order { id } userErrors { code message } } }"""
UPLOAD = (
    "mutation($id: ID!) { uploadTracking(input: {companyId: $id}) { job { id } userErrors { message } } }"
)
PUSH = "mutation($id: ID!) { updateInventoryOnChannel(input: {companyId: $id}) { job { id } userErrors { message } } }"
UPSERT = """mutation($id: ID!, $products: [ProductInput!]!) {
  upsertProducts(input: {companyId: $id, products: $products}) { products { id } userErrors { message } } }"""
STOCK = "mutation($input: SetInventoryInput!) { setInventory(input: $input) { userErrors { message } } }"
WAREHOUSE = "mutation($name: String!) { createWarehouse(input: {name: $name}) { warehouse { id } } }"
ON_HAND = 1000


@dataclass
class Line:
    """What the back office must hold of an order line."""

    quantity: int
    cancelled: int = 0
    shipped: int = 0

    @property
    def rest(self) -> int:
        """Pieces that are neither cancelled nor shipped."""
        return self.quantity - self.cancelled - self.shipped


@dataclass
class Model:
    """What the back office must show of one order."""

    exists: bool = False
    status: str = ""
    after_hold: str | None = None
    uploaded: bool = False
    on_hold: bool = False
    lines: dict[str, Line] = field(default_factory=dict)
    notes: set[str] = field(default_factory=set)

    @property
    def shipped(self) -> int:
        """Pieces shipped here."""
        return sum(line.shipped for line in self.lines.values())

    @property
    def shipping_status(self) -> str:
        """What the quantities add up to."""
        if not self.shipped:
            return "UNSHIPPED"
        rest = sum(line.rest for line in self.lines.values())
        return "PARTIALLY_SHIPPED" if rest else "FULLY_SHIPPED"

    @property
    def reserved(self) -> int:
        """Pieces that it holds."""
        if self.status in {"COMPLETED", "CANCELLED", ""}:
            return 0
        return sum(line.rest for line in self.lines.values())

    def imported(self, order: ParentOrder, *, is_asked: bool) -> None:
        """An import has read the order as Temu has it."""
        cancelled = order.status == Status.CANCELLED
        if not self.exists:
            if cancelled:
                return
            self.exists = True
            self.status = "PENDING" if order.status == Status.PENDING else "IN_PROCESS"
            self.lines = {i.number: Line(i.quantity_ordered, i.cancelled) for i in order.items}
        elif cancelled:
            self._cancelled()
        else:
            self._followed(order)
        self._held(is_asked=is_asked and not cancelled)

    def _cancelled(self) -> None:
        if self.shipped:
            self.notes.add("after it was shipped")
        elif self.status != "CANCELLED":
            self.status, self.after_hold = "CANCELLED", None
            for line in self.lines.values():
                line.cancelled = line.quantity
            self.notes.add("before anything was shipped")

    def _followed(self, order: ParentOrder) -> None:
        if order.status != Status.PENDING and "PENDING" in {self.status, self.after_hold}:
            if self.status == "PENDING":
                self.status = "IN_PROCESS"
            else:
                self.after_hold = "IN_PROCESS"
        for item in order.items:
            line = self.lines[item.number]
            line.cancelled = min(item.cancelled, line.quantity - line.shipped)

    def _held(self, *, is_asked: bool) -> None:
        if self.status == "ON_HOLD" and not is_asked:
            self.status, self.after_hold = self.after_hold or "IN_PROCESS", None
        elif (
            is_asked and self.status in {"PENDING", "IN_PROCESS"} and self.shipping_status != "FULLY_SHIPPED"
        ):
            self.status, self.after_hold = "ON_HOLD", self.status


class Play:
    """One order on a mall of its own, and a company that sells there."""

    def __init__(self, world: World, mall: Mall, company: str, product: str, warehouse: str) -> None:
        self.world = world
        self.mall = mall
        self.company = company
        self.product = product
        self.warehouse = warehouse
        self.model = Model()
        self.order: ParentOrder
        self.labels = 0

    async def event(self, name: str, which: int, pieces: int) -> None:
        """Let something happen; what can't happen on Temu now, doesn't."""
        line = self.order.items[which % len(self.order.items)]
        on_temu: dict[str, Callable[[], object]] = {
            "release": lambda: self.mall.release(self.order.number),
            "cancel": lambda: self.mall.cancel(self.order.number),
            "cancel pieces": lambda: self.mall.cancel_pieces(line.number, pieces),
            "ask": lambda: self.mall.request_cancel(self.order.number, pieces={line.number: pieces}),
            "withdraw": lambda: self._answer(self.mall.withdraw_cancel),
            "deny": lambda: self._answer(self.mall.deny_cancel),
            "grant": lambda: self._answer(self.mall.grant_cancel),
        }
        here: dict[str, Callable[[], Awaitable[None]]] = {
            "import": self.import_orders,
            "ship": lambda: self.ship(line.number, pieces),
            "ship all": lambda: self.ship(None, 0),
            "push": self.push,
        }
        if name in on_temu:
            with suppress(ValueError):
                on_temu[name]()
        elif name in here:
            await here[name]()
        else:
            await self.upload(name)

    def _answer(self, answer: Callable[[CancelRequest], None]) -> None:
        for request in [one for one in self.mall.cancellations.listed() if one.status in OPEN]:
            answer(request)

    @property
    def is_asked(self) -> bool:
        """Whether a buyer's request waits."""
        return any(one.status in OPEN for one in self.mall.cancellations.listed())

    async def _run(self, document: str) -> Any:
        payload = await self.world.api.ask(document, id=self.company)
        assert payload["userErrors"] == []
        job = await self.world.job(payload["job"]["id"])
        while job["status"] in {"QUEUED", "RUNNING"}:
            await self.world.make_due()
            await self.world.run_jobs()
            job = await self.world.job(payload["job"]["id"])
        return job

    async def import_orders(self) -> None:
        """An import, whole."""
        self.world.company_id = self.company
        job = await self.world.import_orders()
        assert job["status"] == "SUCCEEDED", job
        self.model.imported(self.order, is_asked=self.is_asked)

    async def ship(self, number: str | None, pieces: int) -> None:
        """Some pieces of one line, or all that is left."""
        known = await self.known()
        if known is None:
            return
        model, lines = self.model, None
        if number is not None:
            item = next(i for i in known["items"] if i["channelOrderItemId"] == number)
            lines = [{"orderItemId": item["id"], "quantity": pieces}]
        self.labels += 1
        label = f"SEQ{self.mall.mall_id}{self.labels:04d}"
        package: dict[str, Any] = {"warehouseId": self.warehouse, "carrier": "UPS", "trackingNumber": label}
        package |= {} if lines is None else {"lines": lines}
        payload = await self.world.api.ask(SHIP, input={"orderId": known["id"], "packages": [package]})
        taken = {n: model.lines[n].rest for n in model.lines} if number is None else {number: pieces}
        is_fit = (
            model.status in {"IN_PROCESS", "COMPLETED"}
            and sum(taken.values()) > 0
            and all(model.lines[n].rest >= q for n, q in taken.items())
        )
        assert (payload["userErrors"] == []) is is_fit, (payload, model)
        if is_fit:
            for n, q in taken.items():
                model.lines[n].shipped += q

    async def upload(self, name: str) -> None:
        """An upload; its answer, or the call itself, may get lost the first time."""
        if name != "upload":
            kind = "drop_after" if "answer" in name else "drop"
            self.world.sandbox.faults.add(kind, interface=CONFIRM)
        # As Temu has it before the call: what it takes depends on it.
        shipped = {n: line.shipped for n, line in self.model.lines.items() if line.shipped}
        wanted = {i.number: i.remaining for i in self.order.items if i.remaining}
        is_taken = (
            shipped == wanted and not self.order.cancel_pending and self.order.status == Status.UNSHIPPED
        )
        is_due = self.model.shipping_status == "FULLY_SHIPPED" and not self.model.uploaded
        await self._run(UPLOAD)
        self.world.sandbox.faults.clear()
        if is_due and is_taken:
            self.model.uploaded = True
            if self.model.status == "IN_PROCESS":
                self.model.status = "COMPLETED"
        elif is_due and self.order.status == Status.CANCELLED:
            self.model.notes.add("after it was shipped")

    async def push(self) -> None:
        """Stock goes out."""
        await self._run(PUSH)
        available = (await self.state())["product"]["availableQuantity"]
        assert list(self.mall.stock.values()) == [available]

    async def state(self) -> Any:
        """What the back office shows."""
        return await self.world.api.ask(STATE, company=self.company, product=self.product)

    async def known(self) -> Any:
        """The order as the back office has it; None where it has none."""
        return next(iter((await self.state())["company"]["orders"]["nodes"]), None)

    async def check(self) -> None:
        """Nothing differs from the model."""
        state, model = await self.state(), self.model
        shipped = model.shipped
        assert state["product"]["inventory"] == [{"onHand": ON_HAND - shipped, "reserved": model.reserved}]
        assert state["product"]["availableQuantity"] == ON_HAND - shipped - model.reserved
        nodes = state["company"]["orders"]["nodes"]
        assert bool(nodes) is model.exists
        if not model.exists:
            return
        (order,) = nodes
        assert {
            i["channelOrderItemId"]: Line(i["quantity"], i["cancelledQuantity"], i["shippedQuantity"])
            for i in order["items"]
        } == model.lines
        assert (order["status"], order["shippingStatus"]) == (model.status, model.shipping_status)
        assert order["sourceUpdatedForShipping"] is model.uploaded
        assert all((p["uploadedAt"] is not None) is model.uploaded for p in order["packages"])
        for words in model.notes:
            assert sum(words in note["body"] for note in order["notes"]) == 1, order["notes"]
        told = {package.tracking_number for package in self.mall.packages}
        assert told == ({p["trackingNumber"] for p in order["packages"]} if model.uploaded else set())


@pytest.fixture
def plays(world: World) -> list[int]:
    """How many sequences this world has seen."""
    del world
    return []


async def _begin(world: World, plays: list[int], lines: list[int], *, is_pending: bool) -> Play:
    plays.append(1)
    mall = world.sandbox.add_mall()
    mall.sales_lower_stock = False
    company = await world.new_company(f"Company {len(plays)}", mall)
    goods = mall.add_goods(sku_code="A")
    product = {
        "sku": "A",
        "websiteProductId": str(goods.goods_id),
        "websiteProductVariantId": str(goods.sku_id),
    }
    made = await world.api.ask(UPSERT, id=company, products=[product])
    product_id = made["products"][0]["id"]
    warehouse = (await world.api.ask(WAREHOUSE, name=f"Place {len(plays)}"))["warehouse"]["id"]
    level = {"productId": product_id, "warehouseId": warehouse, "onHand": ON_HAND}
    assert (await world.api.ask(STOCK, input={"levels": [level]}))["userErrors"] == []
    play = Play(world, mall, company, product_id, warehouse)
    play.order = mall.add_order(status=1 if is_pending else 2, items=[(goods, pieces) for pieces in lines])
    return play


NAMES = [
    "release", "release", "cancel", "cancel pieces", "cancel pieces", "cancel pieces", "ask", "withdraw", "deny", "grant",
    "ship", "ship", "ship", "ship", "ship all", "upload", "upload, answer lost", "upload, call lost", "push",
    "import", "import", "import", "import", "import", "import",
]  # fmt: skip
EVENTS = st.tuples(st.sampled_from(NAMES), st.integers(0, 1), st.integers(1, 2))


@given(
    lines=st.lists(st.integers(1, 4), min_size=1, max_size=2),
    is_pending=st.sampled_from([False, False, True]),
    events=st.lists(EVENTS, min_size=8, max_size=16),
)
@settings(
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_sequences(
    world: World,
    plays: list[int],
    lines: list[int],
    is_pending: bool,  # noqa: FBT001 - hypothesis hands it over by name
    events: list[tuple[str, int, int]],
) -> None:
    """O3, O5 to O9, O15, T1, T2, T6, T8, I1, I2: whatever happens in whatever order, the back office shows what it must."""
    play = await _begin(world, plays, lines, is_pending=is_pending)
    await play.import_orders()
    for name, which, pieces in events:
        await play.event(name, which, pieces)
        await play.check()
