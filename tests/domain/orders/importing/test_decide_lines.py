"""What becomes of lines that Temu cancels late, lists under another number or says little of; and labels. No I/O."""

from datetime import timedelta
from typing import Any

import pytest

from domain.models import FulfilledBy, OrderItem, OrderLabel, OrderStatus, ShippingStatus
from domain.orders.importing.decide import Change, Create, Skip, change, create
from domain.orders.importing.parse import ChannelState
from tests.domain.orders.importing.test_decide import (
    LATER,
    MOVED,
    NOON,
    _changed,
    _incoming,
    _item,
    _known,
    _line,
)

CONFIRMED = OrderLabel.ADDRESS_CHANGE_CONFIRMED


class TestLateCancellations:
    @pytest.mark.parametrize(
        "shipped,cancelled,left,too_late", [(3, 2, {}, 2), (2, 2, {"cancelled_quantity": 1}, 1)]
    )
    def test_pieces_that_were_shipped_here(
        self, shipped: int, cancelled: int, left: dict[str, Any], too_late: int
    ) -> None:
        """O20: pieces that Temu cancels when they are shipped here are told by a note at once, before any upload."""
        order = _known(shipping_status=ShippingStatus.FULLY_SHIPPED)

        decision = _changed(order, [_line(shipped_quantity=shipped)], _incoming(_item(cancelled=cancelled)))

        assert decision.items == ({"211-1": left} if left else {})
        assert f"cancelled-after-shipping:211-1:{too_late}" in [note.event for note in decision.notes]

    def test_a_line_without_any_quantity(self) -> None:
        """O20: a line of status 3 with quantity 0 and no other count is cancelled whole, beside lines that go on."""
        incoming = _incoming(_item(state=ChannelState.CANCELLED, quantity=0), _item("211-2"))

        decision = _changed(_known(), [_line(), _line("211-2")], incoming)

        assert decision.items == {"211-1": {"cancelled_quantity": 3}}

    def test_the_shipped_part_of_a_line_without_any_quantity(self) -> None:
        """O18, O20: of such a line what was shipped here was shipped."""
        incoming = _incoming(_item(state=ChannelState.CANCELLED, quantity=0), _item("211-2"))

        decision = _changed(_known(), [_line(shipped_quantity=1), _line("211-2")], incoming)

        assert decision.items == {"211-1": {"cancelled_quantity": 2}}
        assert "cancelled-after-shipping:211-1:1" in [note.event for note in decision.notes]

    def test_never_seen_with_a_quantity(self) -> None:
        """O5, O20: of a new order such a line is left out, and where there is no other the order is."""
        gone = _item(state=ChannelState.CANCELLED, quantity=0)

        some = create(_incoming(gone, _item("211-2")), not_before=None)

        assert isinstance(some, Create)
        assert list(some.items) == ["211-2"]
        assert isinstance(create(_incoming(gone), not_before=None), Skip)


class TestOtherWarehouses:
    def test_the_rest_of_a_partly_shipped_order(self) -> None:
        """O21, T1: when others ship what is left, the order is fully shipped here and what was shipped gets uploaded."""
        order = _known(shipping_status=ShippingStatus.PARTIALLY_SHIPPED)
        incoming = _incoming(_item(), _item("211-2", fulfilled_by=FulfilledBy.CHANNEL))

        decision = _changed(order, [_line(shipped_quantity=3), _line("211-2")], incoming)

        assert decision.items == {"211-2": {"fulfilled_by": FulfilledBy.CHANNEL}}
        assert decision.order["shipping_status"] is ShippingStatus.FULLY_SHIPPED

    def test_a_line_that_comes_back(self) -> None:
        """O21: a line that is the seller's again is waited for, though another is cancelled at the same time."""
        order = _known(shipping_status=ShippingStatus.PARTIALLY_SHIPPED)
        items = [
            _line(shipped_quantity=3),
            _line("211-2", fulfilled_by=FulfilledBy.CHANNEL),
            _line("211-3"),
        ]

        decision = _changed(order, items, _incoming(_item(), _item("211-2"), _item("211-3", cancelled=3)))

        assert "shipping_status" not in decision.order

    def test_the_rest_comes_back(self) -> None:
        """O21, T1: what others were to ship and the seller ships after all makes the order a partly shipped one again."""
        order = _known(shipping_status=ShippingStatus.FULLY_SHIPPED)
        items = [_line(shipped_quantity=3), _line("211-2", fulfilled_by=FulfilledBy.CHANNEL)]

        decision = _changed(order, items, _incoming(_item(), _item("211-2")))

        assert decision.order["shipping_status"] is ShippingStatus.PARTIALLY_SHIPPED

    @pytest.mark.parametrize("status", list(ShippingStatus))
    def test_another_quantity(self, status: ShippingStatus) -> None:
        """O18: more pieces of a line are no reason to change what was shipped here."""
        decision = _changed(
            _known(shipping_status=status), [_line(shipped_quantity=1)], _incoming(_item(quantity=5))
        )

        assert "shipping_status" not in decision.order


class TestRenumberedLines:
    def test_the_same_line_under_another_number(self) -> None:
        """O20: a line that is gone and a new one of the same SKU are one line, held once, with one note."""
        decision = _changed(_known(), [_line()], _incoming(_item("211-9")))

        assert decision.items == {
            "211-1": {"channel_order_item_id": "211-9", "previous_channel_order_item_id": "211-1"}
        }
        assert decision.new_items == {}
        assert [note.event for note in decision.notes] == ["renumbered:211-9"]

    def test_with_another_quantity(self) -> None:
        """O20: its quantity follows too; what was shipped here stays shipped."""
        decision = _changed(_known(), [_line(shipped_quantity=1)], _incoming(_item("211-9", quantity=5)))

        assert decision.items["211-1"]["quantity"] == 5
        assert decision.new_items == {}

    def test_of_several_the_one_with_the_same_quantity(self) -> None:
        """O20: which of several lines is meant is told by the quantity."""
        items = [_line("211-1", quantity=2), _line("211-2", quantity=5), _line("211-3", quantity=7)]
        incoming = _incoming(
            _item("211-3", quantity=7), _item("211-8", quantity=5), _item("211-9", quantity=2)
        )

        decision = _changed(_known(), items, incoming)

        numbers = {old: values["channel_order_item_id"] for old, values in decision.items.items()}
        assert numbers == {"211-1": "211-9", "211-2": "211-8"}

    @pytest.mark.parametrize(
        "new", [{"website_product_variant_id": "171"}, {"website_product_id": "602"}, {"cancelled": 3}]
    )
    def test_what_is_no_other_number(self, new: dict[str, Any]) -> None:
        """O20: another SKU is another line, and one that is cancelled takes nobody's place."""
        decision = _changed(
            _known(),
            [_line()],
            _incoming(_item("211-9", **new), _item("211-8", quantity=1, website_product_variant_id="9")),
        )

        assert "211-1" not in decision.items

    def test_while_it_is_pending(self) -> None:
        """O9: the buyer may change a pending order freely: the line that is gone is cancelled, the new one is new."""
        pending = ChannelState.PENDING
        order = _known(status=OrderStatus.PENDING)

        decision = _changed(order, [_line()], _incoming(_item("211-9", state=pending), state=pending))

        assert decision.items == {"211-1": {"cancelled_quantity": 3}}
        assert list(decision.new_items) == ["211-9"]

    def test_again(self) -> None:
        """O3: under its new number it is known, and nothing is new."""
        line: OrderItem = _line("211-9", previous_channel_order_item_id="211-1")

        assert _changed(_known(channel_updated_at=LATER), [line], _incoming(_item("211-9"))) == Change()


class TestLabels:
    def test_they_follow(self) -> None:
        """O19: labels and notices are what Temu told last."""
        incoming = _incoming(labels=[OrderLabel.PAST_DUE], notices=["NEW_WORD"])

        assert _changed(_known(), [_line()], incoming).order == MOVED | {
            "labels": ["PAST_DUE"], "channel_notices": ["NEW_WORD"],
        }  # fmt: skip
        known = _known(labels=["PAST_DUE"], channel_notices=["NEW_WORD"])
        assert _changed(known, [_line()], incoming).order == MOVED
        assert _changed(known, [_line()], _incoming()).order == MOVED | {"labels": [], "channel_notices": []}

    @pytest.mark.parametrize(
        "label", [OrderLabel.PENDING_BUYER_ADDRESS_CHANGE, OrderLabel.PENDING_RISK_CONTROL_ALERT]
    )
    def test_what_holds_an_order_is_noted(self, label: OrderLabel) -> None:
        """O19: a label that holds an order back leaves one note."""
        decision = _changed(_known(), [_line()], _incoming(labels=[label]))

        assert [note.event for note in decision.notes] == [f"label:{label.value}:{LATER.isoformat()}"]
        again = _changed(_known(labels=[label.value]), [_line()], _incoming(labels=[label]))
        assert again.notes == []

    def test_a_confirmed_address(self) -> None:
        """O13, O19: that a new address holds has it read again, once, though the order's time did not move."""
        incoming = _incoming(labels=[CONFIRMED], updated_at=NOON)

        assert _changed(_known(), [_line()], incoming).order["address_wanted"] is True
        known = _known(labels=[CONFIRMED.value])
        assert _changed(known, [_line()], incoming) == Change()

    def test_an_older_state(self) -> None:
        """O18: an older message takes no label away."""
        order = _known(labels=["PAST_DUE"], channel_updated_at=LATER + timedelta(hours=1))

        assert isinstance(change(order, [_line()], _incoming()), Skip)
