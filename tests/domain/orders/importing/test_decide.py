"""What an incoming order means for the back office, as tables; no I/O."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.models import FulfilledBy, Order, OrderItem, OrderStatus, ShippingStatus
from domain.orders.importing.decide import Change, Create, Skip, change, create
from domain.orders.importing.parse import ChannelState, IncomingItem, IncomingOrder
from domain.orders.matching import reserved
from domain.orders.notes import Note

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)


def _item(number: str = "211-1", **values: Any) -> IncomingItem:
    defaults: dict[str, Any] = {
        "number": number,
        "state": ChannelState.UNSHIPPED,
        "website_product_id": "601",
        "website_product_variant_id": "170",
        "title": "Lamp",
        "quantity": 3,
        "cancelled": 0,
        "fulfilled_by": FulfilledBy.SELLER,
    }
    return IncomingItem(**defaults | values)


def _incoming(*items: IncomingItem, **values: Any) -> IncomingOrder:
    defaults: dict[str, Any] = {
        "number": "PO-211-1",
        "state": ChannelState.UNSHIPPED,
        "ordered_at": NOON,
        "updated_at": LATER,
        "latest_ship_at": NOON + timedelta(days=3),
        "region_id": 211,
        "items": items or (_item(),),
    }
    return IncomingOrder(**defaults | values)


def _known(**values: Any) -> Order:
    defaults: dict[str, Any] = {
        "id": 1,
        "status": OrderStatus.IN_PROCESS,
        "shipping_status": ShippingStatus.UNSHIPPED,
        "fulfilled_by": FulfilledBy.SELLER,
        "latest_ship_at": NOON + timedelta(days=3),
        "channel_updated_at": NOON,
        "shipping_restrictions": [],
        "labels": [],
        "channel_notices": [],
        "restriction_details": [],
        "address_wanted": False,
        "amounts_wanted": False,
    }
    return Order(**defaults | values)


def _line(number: str = "211-1", **values: Any) -> OrderItem:
    defaults: dict[str, Any] = {
        "channel_order_item_id": number,
        "quantity": 3,
        "cancelled_quantity": 0,
        "shipped_quantity": 0,
        "fulfilled_by": FulfilledBy.SELLER,
        "website_product_id": "601",
        "website_product_variant_id": "170",
        "pieces_per_unit": 1,
        "product_id": 1,
    }
    return OrderItem(**defaults | values)


def _changed(order: Order, items: list[OrderItem], incoming: IncomingOrder) -> Change:
    decision = change(order, items, incoming)
    assert isinstance(decision, Change), decision
    return decision


NEWER = {"channel_updated_at": LATER}
# Whatever moves the time of an order that is to be shipped may be a new address (O13).
MOVED = NEWER | {"address_wanted": True}
U, S, P, C = ChannelState.UNSHIPPED, ChannelState.SHIPPED, ChannelState.PENDING, ChannelState.CANCELLED


class TestCreate:
    @pytest.mark.parametrize(
        "state,lines,status,shipping,updated,wanted",
        [
            (P, [P], "PENDING", "UNSHIPPED", False, False),
            (U, [U], "IN_PROCESS", "UNSHIPPED", False, True),
            (ChannelState.PARTLY_SHIPPED, [S, U], "IN_PROCESS", "PARTIALLY_SHIPPED", False, True),
            (S, [S], "COMPLETED", "FULLY_SHIPPED", True, True),
            (ChannelState.DELIVERED, [ChannelState.DELIVERED], "COMPLETED", "FULLY_SHIPPED", True, True),
            (
                ChannelState.PARTLY_DELIVERED,
                [ChannelState.DELIVERED, S],
                "COMPLETED",
                "FULLY_SHIPPED",
                True,
                True,
            ),
            (ChannelState.PARTLY_DELIVERED, [S, U], "IN_PROCESS", "PARTIALLY_SHIPPED", False, True),
        ],
    )
    def test_states(
        self,
        state: ChannelState,
        lines: list[ChannelState],
        status: str,
        shipping: str,
        updated: bool,  # noqa: FBT001 - a column of the table
        wanted: bool,  # noqa: FBT001 - the same
    ) -> None:
        """O9, O11: the first state follows from Temu's; pending orders lack neither address nor amounts yet."""
        items = [_item(f"211-{i}", state=line) for i, line in enumerate(lines)]

        made = create(_incoming(*items, state=state), not_before=None)

        assert isinstance(made, Create)
        assert made.order == {
            "channel_order_id": "PO-211-1",
            "status": OrderStatus(status),
            "shipping_status": ShippingStatus(shipping),
            "source_updated_for_shipping": updated,
            "fulfilled_by": FulfilledBy.SELLER,
            "ordered_at": NOON,
            "latest_ship_at": NOON + timedelta(days=3),
            "channel_region_id": 211,
            "shipping_restrictions": [],
            "labels": [],
            "channel_notices": [],
            "restriction_details": [],
            "channel_updated_at": LATER,
            "address_wanted": wanted,
            "amounts_wanted": wanted,
        }

    def test_items(self) -> None:
        """O2, O8, O11: an item keeps Temu's ids and title; what is shipped is what is not cancelled."""
        made = create(_incoming(_item(state=S, cancelled=1), state=S), not_before=None)

        assert isinstance(made, Create)
        assert made.items == {
            "211-1": {
                "channel_order_item_id": "211-1",
                "website_product_id": "601",
                "website_product_variant_id": "170",
                "title": "Lamp",
                "quantity": 3,
                "cancelled_quantity": 1,
                "shipped_quantity": 2,
                "fulfilled_by": FulfilledBy.SELLER,
                "pieces_per_unit": 1,
            }
        }

    @pytest.mark.parametrize(
        "incoming",
        [
            _incoming(state=C),
            _incoming(_item(cancelled=3)),
            _incoming(_item(cancelled=3), _item("2", cancelled=3)),
        ],
    )
    def test_cancelled(self, incoming: IncomingOrder) -> None:
        """O5: an order that is cancelled before its first import is skipped, with the reason."""
        assert create(incoming, not_before=None) == Skip(
            "CANCELLED_BEFORE_IMPORT", "Cancelled on Temu before its first import."
        )

    @pytest.mark.parametrize("seconds,is_skipped", [(0, False), (-1, False), (1, True)])
    def test_not_before(self, seconds: int, is_skipped: bool) -> None:  # noqa: FBT001 - a column of the table
        """C9: an order placed before ordersNotBefore is skipped, one placed at that moment comes in."""
        made = create(_incoming(), not_before=NOON + timedelta(seconds=seconds))

        assert isinstance(made, Skip) is is_skipped

    def test_fulfilled_elsewhere(self) -> None:
        """O12: an order is the seller's as long as one item is."""
        there = _item(fulfilled_by=FulfilledBy.CHANNEL)
        for items, expected in [([there], "CHANNEL"), ([there, _item("211-2")], "SELLER")]:
            made = create(_incoming(*items), not_before=None)
            assert isinstance(made, Create)
            assert made.order["fulfilled_by"] is FulfilledBy(expected)


class TestChange:
    def test_nothing_new(self) -> None:
        """O3: the same state again is no change at all."""
        decision = _changed(_known(), [_line()], _incoming(updated_at=NOON))

        assert decision == Change()
        assert not decision

    def test_older(self) -> None:
        """O18: an older state than the known one is skipped, whatever it says."""
        decision = change(_known(), [_line()], _incoming(state=C, updated_at=NOON - timedelta(seconds=1)))

        assert isinstance(decision, Skip)
        assert decision.code == "OLDER"

    def test_released(self) -> None:
        """O9: a pending order that Temu releases is IN_PROCESS, and its address and amounts are wanted."""
        decision = _changed(_known(status=OrderStatus.PENDING), [_line()], _incoming())

        assert decision == Change(
            order=NEWER | {"status": OrderStatus.IN_PROCESS, "address_wanted": True, "amounts_wanted": True}
        )

    def test_still_pending(self) -> None:
        """O9: while an order is pending its quantities follow the buyer, without a note."""
        incoming = _incoming(_item(quantity=5, state=P), state=P)

        decision = _changed(_known(status=OrderStatus.PENDING), [_line()], incoming)

        assert decision == Change(order=NEWER, items={"211-1": {"quantity": 5}})

    def test_cancelled(self) -> None:
        """O6: cancelled with nothing shipped, an order is CANCELLED with all its pieces, and lacks nothing more."""
        order = _known(address_wanted=True)
        items = [_line(), _line("211-2", cancelled_quantity=3)]

        decision = _changed(order, items, _incoming(state=C))

        assert decision == Change(
            order=NEWER | {"status": OrderStatus.CANCELLED, "address_wanted": False},
            items={"211-1": {"cancelled_quantity": 3}},
            notes=[Note("cancelled", "Cancelled on Temu before anything was shipped.")],
        )

    @pytest.mark.parametrize(
        "order,shipped,items",
        [
            ({"shipping_status": ShippingStatus.PARTIALLY_SHIPPED}, 1, {"211-1": {"cancelled_quantity": 2}}),
            ({"shipping_status": ShippingStatus.FULLY_SHIPPED}, 3, {}),
            ({"shipping_status": ShippingStatus.FULLY_SHIPPED, "status": OrderStatus.COMPLETED}, 3, {}),
            ({}, 1, {"211-1": {"cancelled_quantity": 2}}),
        ],
    )
    def test_cancelled_after_shipping(
        self, order: dict[str, Any], shipped: int, items: dict[str, Any]
    ) -> None:
        """O7, O20: cancelled after something was shipped here, an order keeps its status, the rest ends, and a note tells."""
        decision = _changed(_known(**order), [_line(shipped_quantity=shipped)], _incoming(state=C))

        assert decision.order == NEWER
        assert decision.items == items
        assert [note.event for note in decision.notes] == ["cancelled-after-shipping"]

    def test_cancelled_again(self) -> None:
        """O3, O6: a cancelled order that is still cancelled is not changed."""
        order = _known(status=OrderStatus.CANCELLED, channel_updated_at=LATER)

        assert _changed(order, [_line(cancelled_quantity=3)], _incoming(state=C)) == Change()

    def test_partly_cancelled(self) -> None:
        """O8: cancelled pieces are followed, with a note for each number of them."""
        decision = _changed(_known(), [_line()], _incoming(_item(cancelled=2)))

        assert decision == Change(
            order=MOVED,
            items={"211-1": {"cancelled_quantity": 2}},
            notes=[Note("cancelled:211-1:2", "2 of 3 pieces of 211-1 are cancelled on Temu.")],
        )

    def test_every_item_cancelled(self) -> None:
        """O8, O6: when every item is cancelled and nothing shipped, the order is."""
        items = [_line(), _line("211-2")]

        decision = _changed(_known(), items, _incoming(_item(cancelled=3), _item("211-2", cancelled=3)))

        assert decision.order["status"] is OrderStatus.CANCELLED

    def test_what_was_shipped_stays(self) -> None:
        """O18: fewer pieces than were shipped here can be neither ordered nor left."""
        decision = _changed(
            _known(shipping_status=ShippingStatus.PARTIALLY_SHIPPED),
            [_line(shipped_quantity=2)],
            _incoming(_item(quantity=1, cancelled=0)),
        )
        assert decision.items == {"211-1": {"quantity": 2}}

        decision = _changed(
            _known(shipping_status=ShippingStatus.PARTIALLY_SHIPPED),
            [_line(shipped_quantity=2)],
            _incoming(_item(cancelled=2)),
        )
        assert decision.items == {"211-1": {"cancelled_quantity": 1}}

    def test_the_rest_is_cancelled(self) -> None:
        """O8, O18, T2: part was shipped here and the rest is cancelled: the order is fully shipped, to be uploaded."""
        order = _known(shipping_status=ShippingStatus.PARTIALLY_SHIPPED)
        items = [_line(shipped_quantity=2)]

        some = _changed(order, items, _incoming(_item(quantity=4, cancelled=1), updated_at=LATER))
        rest = _changed(order, items, _incoming(_item(quantity=3, cancelled=1), updated_at=LATER))

        assert "shipping_status" not in some.order
        assert rest.order["shipping_status"] is ShippingStatus.FULLY_SHIPPED

    def test_shipped_elsewhere(self) -> None:
        """O18: an order that Temu shows as shipped keeps its shipping status here, and a note tells a person."""
        decision = _changed(_known(), [_line()], _incoming(_item(state=S), state=S))

        assert decision.order == NEWER
        assert [note.event for note in decision.notes] == ["shipped-elsewhere"]

    def test_a_new_item(self) -> None:
        """O3: an item that was not there before is added, unshipped; one that is cancelled already is not."""
        incoming = _incoming(_item(), _item("211-2", quantity=1), _item("211-3", cancelled=3))

        decision = _changed(_known(), [_line()], incoming)

        assert list(decision.new_items) == ["211-2"]
        assert decision.new_items["211-2"]["shipped_quantity"] == 0

    def test_revived(self) -> None:
        """O6: a cancellation that Temu takes back puts the order and its pieces back."""
        order = _known(status=OrderStatus.CANCELLED)

        decision = _changed(order, [_line(cancelled_quantity=3)], _incoming())

        assert decision.order["status"] is OrderStatus.IN_PROCESS
        assert decision.items == {"211-1": {"cancelled_quantity": 0}}

    def test_fulfilment_follows(self) -> None:
        """O12: who fulfils an order follows Temu until something was shipped here."""
        incoming = _incoming(_item(fulfilled_by=FulfilledBy.CHANNEL))

        decision = _changed(_known(), [_line()], incoming)

        assert decision.order == NEWER | {"fulfilled_by": FulfilledBy.CHANNEL}
        assert decision.items == {"211-1": {"fulfilled_by": FulfilledBy.CHANNEL}}
        shipped = _known(shipping_status=ShippingStatus.FULLY_SHIPPED)
        assert _changed(shipped, [_line(shipped_quantity=3)], incoming) == Change(order=NEWER)

    def test_ship_by_follows(self) -> None:
        """O2: the ship-by time follows Temu, and one that Temu leaves out stays."""
        other = NOON + timedelta(days=9)
        assert _changed(_known(), [_line()], _incoming(latest_ship_at=other)).order == MOVED | {
            "latest_ship_at": other
        }
        assert _changed(_known(), [_line()], _incoming(latest_ship_at=None)).order == MOVED

    @pytest.mark.parametrize(
        "values,more",
        [
            ({"status": OrderStatus.PENDING}, {"state": ChannelState.PENDING}),
            ({"shipping_status": ShippingStatus.FULLY_SHIPPED}, {}),
            ({"shipping_status": ShippingStatus.PARTIALLY_SHIPPED}, {}),
            ({}, {"updated_at": NOON}),
            ({}, {"updated_at": None}),
            ({}, {"state": ChannelState.SHIPPED}),
            ({"status": OrderStatus.COMPLETED}, {}),
        ],
    )
    def test_addresses_that_need_no_second_look(self, values: dict[str, Any], more: dict[str, Any]) -> None:
        """O13, O16: no address is read again that can't have changed, or that nobody needs."""
        assert "address_wanted" not in _changed(_known(**values), [_line()], _incoming(**more)).order

    def test_the_address_of_what_is_on_hold(self) -> None:
        """O13, O15: what is on hold may go on, so its address is read again too."""
        order = _known(status=OrderStatus.ON_HOLD, status_after_hold=OrderStatus.IN_PROCESS)

        assert _changed(order, [_line()], _incoming()).order == MOVED

    @pytest.mark.parametrize("state", [ChannelState.PENDING, ChannelState.UNSHIPPED])
    @pytest.mark.parametrize("status", [OrderStatus.PENDING, OrderStatus.ON_HOLD])
    def test_a_line_that_vanishes(self, status: OrderStatus, state: ChannelState) -> None:
        """O8, O9: a line that the buyer took out of a pending order is cancelled whole, with a note."""
        order = _known(status=status, status_after_hold=OrderStatus.PENDING)

        decision = _changed(order, [_line(), _line("211-2")], _incoming(_item(state=state), state=state))

        assert decision.items == {"211-2": {"cancelled_quantity": 3}}
        assert [note.event for note in decision.notes] == ["vanished:211-2"]
        gone = _line("211-2", cancelled_quantity=3)
        again = _changed(order, [_line(), gone], _incoming(_item(state=state), state=state))
        assert (again.items, again.notes) == ({}, [])

    def test_a_line_that_is_missing_later(self) -> None:
        """O18: a line of a released order stays though a message leaves it out: that says nothing about it."""
        decision = _changed(_known(), [_line(), _line("211-2")], _incoming())

        assert (decision.items, decision.notes) == ({}, [])

    def test_released_while_on_hold(self) -> None:
        """O9, O15: what Temu releases while it is held stays held, and goes on as released."""
        order = _known(status=OrderStatus.ON_HOLD, status_after_hold=OrderStatus.PENDING)

        assert _changed(order, [_line()], _incoming()).order == MOVED | {
            "status_after_hold": OrderStatus.IN_PROCESS, "amounts_wanted": True,
        }  # fmt: skip

    def test_cancelled_after_others_shipped_it(self) -> None:
        """O7, O12: what another warehouse has shipped was shipped: one note, and the order stays COMPLETED."""
        order = _known(status=OrderStatus.COMPLETED, fulfilled_by=FulfilledBy.CHANNEL)

        decision = _changed(order, [_line()], _incoming(state=ChannelState.CANCELLED))

        assert (decision.order, decision.items) == (NEWER, {})
        assert [note.event for note in decision.notes] == ["cancelled-after-shipping"]

    def test_cancelled_while_on_hold(self) -> None:
        """O6, O15: what is cancelled is no longer held."""
        order = _known(status=OrderStatus.ON_HOLD, status_after_hold=OrderStatus.IN_PROCESS)

        decision = _changed(order, [_line()], _incoming(state=ChannelState.CANCELLED))

        assert decision.order == NEWER | {"status": OrderStatus.CANCELLED, "status_after_hold": None}


@pytest.mark.parametrize(
    "status,values,pieces",
    [
        ("IN_PROCESS", {}, 3),
        ("PENDING", {}, 3),
        ("ON_HOLD", {}, 3),
        ("COMPLETED", {}, 0),
        ("CANCELLED", {}, 0),
        ("IN_PROCESS", {"cancelled_quantity": 1, "shipped_quantity": 1}, 1),
        ("IN_PROCESS", {"shipped_quantity": 3}, 0),
        ("IN_PROCESS", {"fulfilled_by": FulfilledBy.CHANNEL}, 0),
        ("IN_PROCESS", {"product_id": None}, 0),
        ("IN_PROCESS", {"cancelled_quantity": 1, "pieces_per_unit": 6}, 12),
    ],
)
def test_reserved(status: str, values: dict[str, Any], pieces: int) -> None:
    """O4, O6, O8, O9, O11, O12: an item holds what is left to be shipped by the seller of a known product."""
    assert reserved(status=OrderStatus(status), item=_line(**values)) == pieces


@st.composite
def _messages(draw: st.DrawFn) -> IncomingOrder:
    quantity = draw(st.integers(1, 5))
    item = _item(
        quantity=quantity,
        cancelled=draw(st.integers(0, quantity)),
        state=draw(st.sampled_from(ChannelState)),
        fulfilled_by=draw(st.sampled_from(FulfilledBy)),
    )
    updated_at = NOON + timedelta(hours=draw(st.integers(0, 3)))
    return _incoming(item, state=draw(st.sampled_from(ChannelState)), updated_at=updated_at)


def _apply(decision: Change, order: Order, item: OrderItem) -> None:
    for row, values in ((order, decision.order), (item, decision.items.get("211-1", {}))):
        for column, value in values.items():
            setattr(row, column, value)


@settings(max_examples=300, deadline=None)
@given(first=_messages(), messages=st.lists(_messages(), max_size=6))
def test_any_messages_in_any_order(first: IncomingOrder, messages: list[IncomingOrder]) -> None:
    """O3, O18: after any messages the figures make sense, what is newest stays, and the last one again changes nothing."""
    made = create(first, not_before=None)
    if isinstance(made, Skip):
        return
    order, item = Order(id=1, **made.order), OrderItem(product_id=1, **made.items["211-1"])
    shipping = order.shipping_status
    for message in messages:
        decision = change(order, [item], message)
        if isinstance(decision, Change):
            _apply(decision, order, item)
        assert 0 <= item.cancelled_quantity <= item.quantity - item.shipped_quantity
        assert item.quantity > 0
        assert order.shipping_status is shipping
        again = change(order, [item], message)
        if isinstance(again, Change):
            assert again == Change(notes=again.notes), message
    assert order.channel_updated_at == max(
        message.updated_at or message.ordered_at for message in [first, *messages]
    )
    if order.status is OrderStatus.CANCELLED:
        assert reserved(status=order.status, item=item) == 0
