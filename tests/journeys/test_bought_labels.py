"""Labels bought from Temu: what they cost, bought once whatever happens, made or failed, and tried again."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from api.values import ids
from domain.models import ChannelAction, JobType, ShippingLabel, ShippingStatus
from tests.fixtures.database import one_database
from tests.fixtures.killing import kill_between_all_steps, later, run_due, run_to_the_end
from tests.fixtures.world import World
from tests.journeys.test_shipping import SHIP, WAREHOUSE
from tests.sandbox.label_orders import buy_in_seller_center
from tests.sandbox.labels import LabelState
from tests.sandbox.model import ParentOrder

CREATE = "bg.logistics.shipment.create"
RETRY = "bg.logistics.shipment.update"
RATES_OF_TEMU = "bg.logistics.shippingservices.get"
LABEL_LIST = "temu.logistics.label.list.get"
USPS, UPS = "19409681780736", "19409681780737"
RATES = """mutation($input: ShippingRatesInput!) { shippingRates(input: $input) {
  rates { serviceId carrier service price { amount currencyCode } delivery needs signature }
  unavailable { serviceId carrier reason } userErrors { code message field } } }"""
LABEL = """{ id status origin carrier trackingNumber packageNumber failure failureCode retriedAt boughtAt autoConfirmAt
  estimatedCost { amount currencyCode } mostToPay { amount } weight { value unit } dimensions { length unit }
  lines { quantity orderItem { channelOrderItemId } } orders { channelOrderId } action { id status code }
  warehouse { name } }"""
BUY = f"""mutation($purchases: [ShippingLabelPurchaseInput!]!) {{ buyShippingLabels(input: {{purchases: $purchases}}) {{
  results {{ isRequested userErrors {{ code message field }} }} labels {LABEL} userErrors {{ code field }} }} }}"""
TRY_AGAIN = f"""mutation($input: RetryShippingLabelInput!) {{ retryShippingLabel(input: $input) {{
  label {LABEL} userErrors {{ code message field }} }} }}"""
LABELS = f"query($id: ID!) {{ company(id: $id) {{ shippingLabels {{ nodes {LABEL} }} }} }}"
TAKE_BACK = "mutation($id: ID!) { cancelChannelAction(input: {actionId: $id}) { action { status } userErrors { code } } }"
ATTENTION = "query($id: ID!) { company(id: $id) { attention { code } } }"


class LabelDesk:
    """Where parcels of a world get Temu's labels."""

    def __init__(self, world: World, warehouse_id: str) -> None:
        self.world = world
        self.warehouse_id = warehouse_id
        self.money = world.mall.labels

    async def id_of(self, order: ParentOrder) -> str:
        return ids.encode("Order", (await self.world.orders())[order.number].id)

    async def parcel(self, *orders: ParentOrder, **more: Any) -> dict[str, Any]:
        """A parcel with all that is left of orders."""
        return {
            "orderIds": [await self.id_of(order) for order in orders],
            "warehouseId": self.warehouse_id,
            "weight": {"value": "2.5", "unit": "POUNDS"},
            "dimensions": {"length": "12", "width": "8", "height": "4", "unit": "INCHES"},
        } | more

    async def purchase(self, *orders: ParentOrder, **more: Any) -> dict[str, Any]:
        price = {"serviceId": USPS, "mostToPay": {"amount": "6.00", "currencyCode": "USD"}}
        return await self.parcel(*orders) | price | more

    async def buy(self, *purchases: dict[str, Any]) -> Any:
        return await self.world.api.ask(BUY, purchases=list(purchases))

    async def bought(self, *purchases: dict[str, Any]) -> Sequence[Any]:
        """Labels that are asked for without complaint."""
        payload = await self.buy(*purchases)
        assert [each["userErrors"] for each in payload["results"]] == [[] for _ in purchases], payload
        return payload["labels"]  # type: ignore[no-any-return]

    async def labels(self) -> list[Any]:
        """All of them, oldest first."""
        connection = await self.world.api.ask(LABELS, id=self.world.company_id)
        return list(reversed(connection["shippingLabels"]["nodes"]))

    def again(self, label: Any, **more: Any) -> dict[str, Any]:
        """Another try of a label, by another service and in other units."""
        return {
            "labelId": label["id"], "warehouseId": self.warehouse_id, "serviceId": UPS,
            "weight": {"value": "1100", "unit": "GRAMS"},
            "dimensions": {"length": "30", "width": "20", "height": "10", "unit": "CENTIMETERS"},
            "mostToPay": {"amount": "9", "currencyCode": "USD"},
        } | more  # fmt: skip

    async def line(self, order: ParentOrder, place: int, quantity: int) -> dict[str, Any]:
        item = (await self.world.items())[order.items[place].number]
        return {"orderItemId": ids.encode("OrderItem", item.id), "quantity": quantity}


async def _desk(world: World) -> LabelDesk:
    return LabelDesk(world, (await world.api.ask(WAREHOUSE, name="Garage"))["warehouse"]["id"])


def _orders(world: World, count: int = 1) -> list[ParentOrder]:
    return [world.mall.add_order(items=[(world.mall.add_goods(), 1)]) for _ in range(count)]


def _ordered(world: World) -> int:
    """How often Temu took an order for labels."""
    return len([call for call in world.sandbox.ledger.of(CREATE) if call.code == 1000000])


async def test_a_label_is_priced_and_bought(world: World) -> None:
    """T10, T6: prices are asked, a label is bought by one of them, made, and found with its order; a second one is refused."""
    [order] = _orders(world)
    await world.import_orders()
    desk = await _desk(world)
    found = await world.api.ask(RATES, input=await desk.parcel(order, signature=True))
    assert [rate["carrier"] for rate in found["rates"]] == ["UPS", "FedEx"]
    assert found["rates"][0]["price"] == {"amount": "8.00", "currencyCode": "USD"}
    assert found["rates"][0]["delivery"] == "$8.00;USD ;2-5 business days"
    assert [each["reason"] for each in found["unavailable"]] == ["The service has no signature."]
    # Asked for twice at once, it is bought once.
    purchase = await desk.purchase(order)
    both = await asyncio.gather(desk.buy(purchase), desk.buy(purchase))
    assert sorted(len(each["labels"] or []) for each in both) == [0, 1]
    [label] = next(each["labels"] for each in both if each["labels"])
    assert (label["status"], label["action"]["status"], label["mostToPay"]) == (
        "REQUESTED",
        "QUEUED",
        {"amount": "6.00"},
    )
    await run_due(world)
    assert (await desk.labels())[0]["status"] == "WORKING"
    refused = await world.api.ask(
        SHIP,
        input={
            "orderId": label["orders"][0] and await desk.id_of(order),
            "packages": [
                {"warehouseId": desk.warehouse_id, "carrier": "UPS", "trackingNumber": "TRACK10000000"}
            ],
        },
    )
    assert [error["code"] for error in refused["userErrors"]] == ["CONFLICT"]
    await run_to_the_end(world)
    [label] = await desk.labels()
    assert (label["status"], label["carrier"], label["failure"]) == ("BOUGHT", "USPS", None)
    assert label["estimatedCost"] == {"amount": "5.00", "currencyCode": "USD"}
    assert label["packageNumber"] == desk.money.labels[0].number
    assert label["trackingNumber"] == desk.money.labels[0].tracking_number
    assert (label["weight"], label["dimensions"]) == (
        {"value": "2.5", "unit": "POUNDS"},
        {"length": "12", "unit": "INCHES"},
    )
    assert [line["quantity"] for line in label["lines"]] == [1]
    assert label["orders"] == [{"channelOrderId": order.number}]
    told = world.sandbox.ledger.of(CREATE)[0].parameters
    assert (told["sendType"], told["shipLater"]) == (0, True)
    assert {k: told["sendRequestList"][0][k] for k in ("weight", "extendWeight", "length")} == {
        "weight": "2", "extendWeight": "8", "length": "12.00",
    }  # fmt: skip
    again = await desk.buy(await desk.purchase(order))
    assert [error["code"] for error in again["results"][0]["userErrors"]] == ["CONFLICT"]
    assert (desk.money.spent_cents, _ordered(world)) == (500, 1)
    node = await world.api.ask(
        "query($id: ID!) { node(id: $id) { ... on ShippingLabel { status } } }", id=label["id"]
    )
    assert node == {"status": "BOUGHT"}
    of_order = await world.api.ask(
        "query($id: ID!) { order(id: $id) { shippingLabels { id } } }", id=await desk.id_of(order)
    )
    assert of_order == {"shippingLabels": [{"id": label["id"]}]}


async def test_kills_between_all_steps(world: World) -> None:
    """J2, T6: whichever moment a worker is killed at, each label is bought once and paid once."""
    orders, begun = _orders(world, 20), 0
    await world.import_orders()
    desk = await _desk(world)
    desk.money.looks_until_made = 0

    async def begin() -> None:
        nonlocal begun
        begun += 1
        await desk.bought(await desk.purchase(orders.pop()))

    async def check() -> None:
        # Nor did Temu have to refuse a second one.
        assert (desk.money.spent_cents, world.sandbox.ledger.count(CREATE)) == (begun * 500, begun)
        async with world.database.read() as session:
            stored = (await session.scalars(select(ShippingLabel))).all()
        assert [row.status.value for row in stored] == ["BOUGHT"] * begun
        assert {row.package_number for row in stored} == {label.number for label in desk.money.labels}

    assert await kill_between_all_steps(world, JobType.SEND_ORDER_ACTIONS, begin=begin, check=check) >= 5


@one_database
async def test_kills_while_its_end_is_recorded(world: World) -> None:
    """J2, T6: whichever moment a worker is killed at that asks for a label's end, it is recorded, here of one tried again."""
    orders, begun = _orders(world, 18), 0
    await world.import_orders()
    desk = await _desk(world)
    desk.money.looks_until_made, desk.money.fail_next = 0, ["no capacity"] * len(orders)
    await desk.bought(*[await desk.purchase(order) for order in orders])
    await run_to_the_end(world)
    failed = await desk.labels()

    async def begin() -> None:
        nonlocal begun
        begun += 1
        again = await world.api.ask(TRY_AGAIN, input=desk.again(failed.pop()))
        assert again["userErrors"] == []
        await run_due(world)
        await later(world)

    async def check() -> None:
        taken = [call for call in world.sandbox.ledger.of(RETRY) if call.code == 1000000]
        assert (len(taken), desk.money.spent_cents) == (begun, begun * 800)
        assert [label["status"] for label in await desk.labels()].count("BOUGHT") == begun

    assert await kill_between_all_steps(world, JobType.SEND_ORDER_ACTIONS, begin=begin, check=check) >= 3


@pytest.mark.parametrize("kind", ["drop", "drop_after", "http_status"])
@one_database
async def test_lost_answers(world: World, kind: str) -> None:
    """T6, J4: where Temu's answer is lost its list tells whether the label was bought; it is ordered again only where not."""
    orders = _orders(world, 2)
    await world.import_orders()
    desk = await _desk(world)
    world.sandbox.faults.add(kind, interface=CREATE)
    await desk.bought(await desk.purchase(orders[0]))
    await run_due(world)
    assert [label["status"] for label in await desk.labels()] == ["REQUESTED"]
    # Its list lags behind, too.
    desk.money.unlisted_for = 1 if kind == "drop_after" else 0
    await world.make_due_again()
    await run_due(world)
    await run_to_the_end(world)
    assert (desk.money.spent_cents, _ordered(world)) == (500, 1)
    assert [label["status"] for label in await desk.labels()] == ["BOUGHT"]
    # The price can't be asked: nothing has left, and it is tried again.
    world.sandbox.faults.add("http_status", interface=RATES_OF_TEMU, times=4, status=503)
    await desk.bought(await desk.purchase(orders[1]))
    await run_due(world)
    world.forget_that_temu_was_away()
    await run_to_the_end(world)
    assert desk.money.spent_cents == 1000


@one_database
async def test_asked_for_before(world: World) -> None:
    """T6: 120012013 is looked up: ours is found, one bought elsewhere is told as such, one that failed is to be tried again."""
    first, second, third = _orders(world, 3)
    await world.import_orders()
    desk = await _desk(world)
    elsewhere = buy_in_seller_center(world.mall, first)
    elsewhere.created_at -= 3600
    await desk.bought(await desk.purchase(first))
    await run_due(world)
    [label] = await desk.labels()
    assert (label["status"], label["failureCode"]) == ("FAILED", "ALREADY_BOUGHT")
    assert desk.money.spent_cents == 450
    desk.money.fail_next.append("no capacity")
    desk.money.failed_block = True
    await desk.bought(await desk.purchase(second))
    await run_to_the_end(world)
    assert (await desk.labels())[1]["failureCode"] == "LABEL_FAILED"
    await desk.bought(await desk.purchase(second))
    await run_due(world)
    assert (await desk.labels())[2]["failureCode"] == "FAILED_LABEL_WAITS"
    # Said of a call of ours whose answer was lost: it was bought, just now.
    await desk.bought(await desk.purchase(third))
    world.sandbox.before(
        CREATE, len(world.sandbox.ledger.of(CREATE)) + 1, lambda: buy_in_seller_center(world.mall, third)
    )
    await run_due(world)
    await run_to_the_end(world)
    assert (await desk.labels())[3]["status"] == "BOUGHT"
    assert desk.money.spent_cents == 450 + 450


@one_database
async def test_a_failed_label_goes_on(world: World) -> None:
    """T6, C11: what failed says why and costs nothing; it is tried again once, and then another may be bought."""
    [order] = _orders(world)
    await world.import_orders()
    desk = await _desk(world)
    desk.money.fail_next += ["no capacity", "none again"]
    await desk.bought(await desk.purchase(order))
    await run_to_the_end(world)
    [label] = await desk.labels()
    assert (label["status"], label["failureCode"], label["retriedAt"]) == ("FAILED", "LABEL_FAILED", None)
    assert "no capacity" in label["failure"]
    assert desk.money.spent_cents == 0
    attention = await world.api.ask(ATTENTION, id=world.company_id)
    assert {"code": "CHANNEL_ACTIONS_REFUSED"} in attention["attention"]

    dear = await world.api.ask(
        TRY_AGAIN, input=desk.again(label, mostToPay={"amount": "1", "currencyCode": "USD"})
    )
    assert dear["userErrors"] == []
    await run_due(world)
    [label] = await desk.labels()
    assert (label["status"], label["failureCode"]) == ("FAILED", "OFFER_TOO_DEAR")
    taken = (await world.api.ask(TRY_AGAIN, input=desk.again(label)))["label"]
    assert taken["status"] == "REQUESTED"
    await world.api.ask(TAKE_BACK, id=taken["action"]["id"])
    assert (await desk.labels())[0]["status"] == "FAILED"
    assert (await world.api.ask(TRY_AGAIN, input=desk.again(label)))["userErrors"] == []
    # Its answer is lost: that it has failed again is no reason to believe that it never left.
    world.sandbox.faults.add("drop_after", interface=RETRY)
    await run_to_the_end(world)
    assert len([call for call in world.sandbox.ledger.of(RETRY) if call.code == 1000000]) == 1
    [label] = await desk.labels()
    assert (label["status"], "none again" in label["failure"]) == ("FAILED", True)
    assert label["retriedAt"]
    once = await world.api.ask(TRY_AGAIN, input=desk.again(label))
    assert [error["code"] for error in once["userErrors"]] == ["CONFLICT"]
    told = world.sandbox.ledger.of(RETRY)[0].parameters["retrySendPackageRequestList"][0]
    assert {name: told[name] for name in ("weight", "extendWeight", "length")} == {
        "weight": "2", "extendWeight": "7", "length": "11.82",
    }  # fmt: skip
    await desk.bought(await desk.purchase(order))
    await run_to_the_end(world)
    assert [each["status"] for each in await desk.labels()] == ["FAILED", "BOUGHT"]


@one_database
async def test_labels_that_temu_never_ends(world: World) -> None:
    """T6, J2: a label that Temu cancels while it makes it frees its pieces; of one that it tells nothing of, a person says."""
    first, second = _orders(world, 2)
    await world.import_orders()
    desk = await _desk(world)
    desk.money.looks_until_made = 99
    await desk.bought(await desk.purchase(first), await desk.purchase(second))
    await run_due(world)
    cancelled, lost = desk.money.labels
    cancelled.state = LabelState.CANCELLED
    await later(world)
    await run_due(world)
    assert [each["status"] for each in await desk.labels()] == ["CANCELLED", "WORKING"]
    assert (await desk.labels())[0]["action"]["code"] == "LABEL_CANCELLED"
    await desk.bought(await desk.purchase(first))

    desk.money.labels.remove(lost)
    async with world.database.write() as session:
        # As a day later, all of which Temu was asked in vain.
        await session.execute(update(ChannelAction).values(looks=100))
    world.sandbox.faults.add("http_status", status=503, times=None)
    await later(world)
    await run_due(world)
    world.sandbox.faults.clear()
    world.forget_that_temu_was_away()
    # That Temu is away says nothing of what it knows.
    assert (await desk.labels())[1]["action"]["status"] == "WORKING"
    async with world.database.write() as session:
        await session.execute(update(ChannelAction).values(looks=100))
    await later(world)
    await run_due(world)
    assert (await desk.labels())[1]["action"]["status"] == "UNCONFIRMED"


@one_database
async def test_parcels_of_one_order_and_of_several(world: World) -> None:
    """T4, T9, T13: an order in several parcels is bought by one call, whole; orders to one address go in one parcel."""
    mall = world.mall
    split = mall.add_order(items=[(mall.add_goods(), 3), (mall.add_goods(), 1)])
    first, second, other = _orders(world, 3)
    mall.change_address(other.number, addressLine1="9 Elsewhere")
    await world.import_orders()
    desk = await _desk(world)
    some = await desk.purchase(split, lines=[await desk.line(split, 0, 2)])
    [refused] = (await desk.buy(some))["results"]
    assert [error["field"] for error in refused["userErrors"]] == [["purchases", "0", "lines"]]
    rest = await desk.purchase(split, lines=[await desk.line(split, 0, 1), await desk.line(split, 1, 1)])
    apart = await desk.buy(await desk.purchase(first, other), some, rest)
    assert [each["isRequested"] for each in apart["results"]] == [False, True, True]
    assert apart["results"][0]["userErrors"][0]["field"] == ["purchases", "0", "orderIds", "1"]
    desk.money.fail_next = ["no capacity"]
    await run_to_the_end(world)
    await desk.bought(await desk.purchase(first, second))
    await run_to_the_end(world)
    calls = world.sandbox.ledger.of(CREATE)
    assert sorted(call.parameters["sendType"] for call in calls) == [1, 2]
    labels = await desk.labels()
    assert [label["status"] for label in labels] == ["FAILED", "BOUGHT", "BOUGHT"]
    assert [[line["quantity"] for line in label["lines"]] for label in labels[:2]] == [[2], [1, 1]]
    assert {each["channelOrderId"] for each in labels[2]["orders"]} == {first.number, second.number}
    assert labels[0]["action"]["code"] == "LABEL_FAILED"
    numbers = {label.number: label for label in desk.money.labels}
    held = {label["packageNumber"]: sum(line["quantity"] for line in label["lines"]) for label in labels}
    assert {number: sum(numbers[number].pieces.values()) for number in held} == held


@one_database
async def test_what_gets_no_label(world: World) -> None:
    """T10, O15, C14: refused before Temu is asked are held, cancelled and restricted orders, and what makes no parcel; a price that
    has risen, money that is kept back and a permission that is missing end it in words, and nothing is paid.
    """
    mall = world.mall
    fine, held, restricted, cancelled, abroad = _orders(world, 5)
    mall.mark(held.number, labels={"pending_risk_control_alert": 1})
    mall.mark(restricted.number, fulfillment_warnings=["RESTRICT_CALL_SHIPPING"])
    await world.import_orders()
    mall.cancel(cancelled.number)
    await world.import_orders()
    desk = await _desk(world)
    too_much = await desk.purchase(fine, weight={"value": "0", "unit": "GRAMS"})
    nobody = await desk.purchase(fine, warehouseId=ids.encode("Warehouse", 999))
    cheap = await desk.purchase(fine, mostToPay={"amount": "0", "currencyCode": "USD"})
    refused = [await desk.purchase(order) for order in (held, restricted, cancelled)]
    for purchase in [*refused, too_much, nobody, cheap]:
        [result] = (await desk.buy(purchase))["results"]
        assert result["userErrors"], purchase
    assert await desk.labels() == []
    desk.money.surcharge_cents = 200
    await desk.bought(await desk.purchase(fine))
    await run_due(world)
    assert (await desk.labels())[-1]["failureCode"] == "OFFER_TOO_DEAR"
    desk.money.surcharge_cents, desk.money.is_reserved = 0, True
    await desk.bought(await desk.purchase(fine))
    await run_due(world)
    assert (await desk.labels())[-1]["failureCode"] == "TEMU_120018063"
    desk.money.is_reserved = False
    # The buyer asks to cancel before the job comes to it.
    await desk.bought(await desk.purchase(abroad))
    mall.mark(abroad.number, cancel_pending=True)
    await run_due(world)
    assert (await desk.labels())[-1]["failureCode"] == "TEMU_120012030"
    await desk.bought(await desk.purchase(fine, serviceId="1"))
    await run_due(world)
    assert (await desk.labels())[-1]["failureCode"] == "OFFER_GONE"
    mall.scopes -= {CREATE}
    await desk.bought(await desk.purchase(fine))
    await run_due(world)
    assert (await desk.labels())[-1]["failureCode"] == "PERMISSION_MISSING"
    mall.addresses[0] = type(mall.addresses[0])(mall.addresses[0].id, "Main warehouse", True, False)
    answer = await world.api.ask(RATES, input=await desk.parcel(fine))
    assert "Second warehouse" in answer["userErrors"][0]["message"]
    assert desk.money.balance_cents == 1_000_000
    assert _ordered(world) == 0


@one_database
async def test_orders_paid_at_the_door_and_to_be_signed_for(world: World) -> None:
    """O19, T1, T10: an order paid on delivery takes Temu's label alone, and it is sent at once, as the next import records [A: shipLater
    may not be asked for]; one to be signed for has it signed.
    """
    paid, signed = _orders(world, 2)
    world.mall.mark(paid.number, payment_type="COD")
    world.mall.mark(signed.number, labels={"signature_required_on_delivery": 1})
    await world.import_orders()
    desk = await _desk(world)
    own = {"warehouseId": desk.warehouse_id, "carrier": "UPS", "trackingNumber": "TRACK10000000"}
    payload = await world.api.ask(SHIP, input={"orderId": await desk.id_of(paid), "packages": [own]})
    assert "buyShippingLabels" in payload["userErrors"][0]["message"]
    await desk.bought(await desk.purchase(paid))
    most = {"amount": "9", "currencyCode": "USD"}
    await desk.bought(await desk.purchase(signed, serviceId=UPS, mostToPay=most))
    await run_to_the_end(world)
    assert [label["status"] for label in await desk.labels()] == ["BOUGHT", "BOUGHT"]
    by_order = {
        call.parameters["sendRequestList"][0]["orderSendInfoList"][0]["parentOrderSn"]: call.parameters
        for call in world.sandbox.ledger.of(CREATE)
    }
    assert "shipLater" not in by_order[paid.number]
    assert by_order[signed.number]["sendRequestList"][0]["signServiceId"] == 1001
    await world.import_orders()
    assert [label["status"] for label in await desk.labels()] == ["CONFIRMED", "BOUGHT"]
    assert (await world.orders())[paid.number].shipping_status is ShippingStatus.FULLY_SHIPPED


@one_database
async def test_taken_back_before_it_left(world: World) -> None:
    """A5, J5: what Temu was not asked for is taken back, and its pieces are free; later it can't be."""
    [order] = _orders(world)
    await world.import_orders()
    desk = await _desk(world)
    [label] = await desk.bought(await desk.purchase(order))
    assert (await world.api.ask(TAKE_BACK, id=label["action"]["id"]))["userErrors"] == []
    assert (await desk.labels())[0]["status"] == "CANCELLED"
    [label] = await desk.bought(await desk.purchase(order))
    await run_due(world)
    assert (await world.api.ask(TAKE_BACK, id=label["action"]["id"]))["userErrors"] == [{"code": "CONFLICT"}]
    await later(world)
    await run_due(world)
    assert _ordered(world) == 1
    async with world.database.read() as session:
        actions = (await session.scalars(select(ChannelAction).order_by(ChannelAction.id))).all()
    assert [each.parameters["parcels"][0]["mostToPay"] for each in actions] == ["6.00", "6.00"]
    # Held back while it waits, the order gets no label that nobody may use.
    [other] = _orders(world)
    await world.import_orders()
    await desk.bought(await desk.purchase(other))
    hold = (
        'mutation($id: ID!) { holdOrder(input: {orderId: $id, reason: "for Ada"}) { userErrors { code } } }'
    )
    assert (await world.api.ask(hold, id=await desk.id_of(other)))["userErrors"] == []
    await run_due(world)
    assert _ordered(world) == 1
    label = (await desk.labels())[2]
    assert (label["status"], label["failureCode"], "Ada" in label["failure"]) == (
        "FAILED",
        "NOT_SHIPPABLE",
        False,
    )


@one_database
async def test_one_that_temu_never_ends_is_ended_by_a_person(world: World) -> None:
    """T6, C11: what Temu works on for more than a day holds its pieces no longer than a person lets it."""
    [order] = _orders(world)
    await world.import_orders()
    desk = await _desk(world)
    desk.money.looks_until_made = 99
    [label] = await desk.bought(await desk.purchase(order))
    await run_due(world)
    resolve = """mutation($id: ID!) { resolveChannelAction(input: {actionId: $id, hasHappened: false}) {
      userErrors { code } } }"""
    assert (await world.api.ask(resolve, id=label["action"]["id"]))["userErrors"] == [{"code": "CONFLICT"}]
    async with world.database.write() as session:
        for action in await session.scalars(select(ChannelAction)):
            action.sent_at = (action.sent_at or action.created_at) - timedelta(hours=25)
    assert (await world.api.ask(resolve, id=label["action"]["id"]))["userErrors"] == []
    await run_due(world)
    [label] = await desk.labels()
    assert (label["status"], label["failureCode"]) == ("FAILED", "NOT_HAPPENED")


@one_database
async def test_a_label_denies_a_request_to_cancel(world: World) -> None:
    """O15, T10: a request that a person declined is denied by the purchase of the label, as Temu wants it said."""
    [order] = _orders(world)
    world.mall.request_cancel(order.number)
    await world.import_orders()
    desk = await _desk(world)
    decline = "mutation($id: ID!) { declineCancellation(input: {orderId: $id}) { userErrors { code } } }"
    assert (await world.api.ask(decline, id=await desk.id_of(order)))["userErrors"] == []
    await desk.bought(await desk.purchase(order))
    await run_due(world)
    await run_to_the_end(world)
    assert [label["status"] for label in await desk.labels()] == ["BOUGHT"]
    assert not order.cancel_pending
