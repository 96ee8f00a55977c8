"""Temu's requests to cancel as tables; no I/O."""

import contextlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.models import (
    CancellationRequest,
    CancellationState,
    FulfilledBy,
    HoldReason,
    Order,
    OrderStatus,
    ShippingStatus,
)
from domain.orders.holds import hold_changes, reasons_of
from domain.orders.importing.parse import ChannelState, IncomingItem, IncomingOrder
from domain.orders.importing.parse_cancellations import (
    IncomingCancellation,
    UnreadableRequest,
    newest,
    read_cancellation,
    state_of,
)
from tests.factories import NOW

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
OPEN, GRANTED = CancellationState.OPEN, CancellationState.GRANTED


def _row(status: int = 1, **line: Any) -> dict[str, Any]:
    return {
        "parentAfterSalesSn": "PA-1",
        "parentAfterSalesStatus": status,
        "afterSalesInfoList": [
            {
                "orderSn": "211-1",
                "parentOrderSn": "PO-1",
                "applyGoodsNumber": 2,
                "createAtMillis": int(NOON.timestamp() * 1000),
            }
            | line
        ],
    }


def _request(state: CancellationState, **values: Any) -> IncomingCancellation:
    defaults: dict[str, Any] = {
        "number": "PA-1", "order_number": "PO-1", "requested_at": NOON, "pieces": {"211-1": 2},
    }  # fmt: skip
    return IncomingCancellation(state=state, **defaults | values)


def _order(*, cancelled: int = 0, state: ChannelState = ChannelState.UNSHIPPED) -> IncomingOrder:
    item = IncomingItem("211-1", state, "601", "170", "Lamp", 3, cancelled, FulfilledBy.SELLER)
    return IncomingOrder("PO-1", state, NOON, NOON, None, 211, [item])


def test_a_request_is_read() -> None:
    """O15: number, order, moment in milliseconds, and pieces."""
    assert read_cancellation(_row()) == _request(OPEN)


@pytest.mark.parametrize(
    "status,state",
    [
        (1, "OPEN"),
        (11, "OPEN"),
        (4, "GRANTED"),
        (9, "GRANTED"),
        (5, "GRANTED"),
        (6, "WITHDRAWN"),
        (7, "DENIED"),
    ],
)
def test_states(status: int, state: str) -> None:
    """O15: each of Temu's statuses that tells of a cancellation."""
    request = read_cancellation(_row(status))

    assert request is not None
    assert request.state.value == state


@pytest.mark.parametrize("status", [2, 3, 8, 10, 99, None])
def test_parcels_that_come_back(status: Any) -> None:
    """O15: what tells of a parcel that comes back, or of nothing that is known, holds no order."""
    assert read_cancellation(_row(status)) is None


@pytest.mark.parametrize(
    "row",
    [
        None,
        _row() | {"parentAfterSalesSn": None},
        _row() | {"afterSalesInfoList": None},
        _row() | {"afterSalesInfoList": [{"parentOrderSn": "PO-1"}]},
        _row(parentOrderSn=None),
        _row(createAtMillis=10**20),
        _row(createAtMillis="soon"),
    ],
)
def test_what_can_not_be_read(row: Any) -> None:
    """O10, O15: a request without number, order or moment says so."""
    with pytest.raises(UnreadableRequest):
        read_cancellation(row)


@given(
    st.sampled_from(["orderSn", "parentOrderSn", "applyGoodsNumber", "createAtMillis"]),
    st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.integers()),
)
def test_any_value_is_read_or_refused(name: str, value: object) -> None:
    """O10: no value of a field ends in anything else than a request or UnreadableRequest."""
    row = _row()
    row["afterSalesInfoList"][0][name] = value
    with contextlib.suppress(UnreadableRequest):
        read_cancellation(row)


def test_what_has_ended_stays_so() -> None:
    """O3, O15: of two answers about one request the one that ended it counts, whichever came first."""
    ended = _request(CancellationState.DENIED)

    assert newest([_request(OPEN), ended]) == newest([ended, _request(OPEN)]) == {"PA-1": ended}


@pytest.mark.parametrize(
    "order,hours,state",
    [
        (_order(), 1, "OPEN"),
        (_order(cancelled=1), 1, "OPEN"),
        (None, 1, "OPEN"),
        (_order(cancelled=2), 1, "GRANTED"),
        (_order(cancelled=3), 1, "GRANTED"),
        (_order(state=ChannelState.CANCELLED), 1, "GRANTED"),
        (_order(state=ChannelState.SHIPPED), 1, "GRANTED"),
        (_order(), 47, "OPEN"),
        (_order(), 48, "LAPSED"),
        (None, 48, "LAPSED"),
        (_order(cancelled=2), 48, "GRANTED"),
    ],
)
def test_what_is_granted_has_to_show(order: IncomingOrder | None, hours: int, state: str) -> None:
    """O15: a request that was granted stays open until the order shows it, and no longer than two days."""
    found = state_of(_request(GRANTED), order, now=NOON + timedelta(hours=hours))

    assert found.value == state


@pytest.mark.parametrize("state", [OPEN, CancellationState.DENIED, CancellationState.WITHDRAWN])
def test_other_states_are_temus(state: CancellationState) -> None:
    """O15: what was not granted is as Temu says, whatever the order."""
    assert state_of(_request(state), None, now=NOON + timedelta(days=9)) is state


@pytest.mark.parametrize(
    "status,after,shipping,asked,expected",
    [
        ("IN_PROCESS", None, "UNSHIPPED", True, ("ON_HOLD", "IN_PROCESS")),
        ("PENDING", None, "UNSHIPPED", True, ("ON_HOLD", "PENDING")),
        ("IN_PROCESS", None, "PARTIALLY_SHIPPED", True, ("ON_HOLD", "IN_PROCESS")),
        ("IN_PROCESS", None, "FULLY_SHIPPED", True, ("IN_PROCESS", None)),
        ("COMPLETED", None, "FULLY_SHIPPED", True, ("COMPLETED", None)),
        ("CANCELLED", None, "UNSHIPPED", True, ("CANCELLED", None)),
        ("ON_HOLD", "PENDING", "UNSHIPPED", True, ("ON_HOLD", "PENDING")),
        ("ON_HOLD", "PENDING", "UNSHIPPED", False, ("PENDING", None)),
        ("ON_HOLD", "IN_PROCESS", "UNSHIPPED", False, ("IN_PROCESS", None)),
        ("ON_HOLD", "IN_PROCESS", "FULLY_SHIPPED", False, ("COMPLETED", None)),
        ("IN_PROCESS", None, "UNSHIPPED", False, ("IN_PROCESS", None)),
    ],
)
def test_held(
    status: str, after: str | None, shipping: str, *, asked: bool, expected: tuple[str, str | None]
) -> None:
    """O15: only what is still to be shipped is held, and it goes back to what it was."""
    order = Order(
        status=OrderStatus(status),
        status_after_hold=OrderStatus(after) if after else None,
        shipping_status=ShippingStatus(shipping),
        source_updated_for_shipping=shipping == "FULLY_SHIPPED",
        hold_reasons=[],
        labels=[],
    )
    reasons = reasons_of(order, [_asked_at(NOW)] if asked else [], now=NOW)
    for column, value in hold_changes(order, reasons).items():
        setattr(order, column, value)

    found = order.status_after_hold and order.status_after_hold.value
    assert (order.status.value, found) == expected
    assert order.hold_reasons == (["CANCELLATION_REQUESTED"] if order.status is OrderStatus.ON_HOLD else [])
    assert hold_changes(order, reasons) == {}


@pytest.mark.parametrize(
    "labels,asked,held,reasons",
    [
        ([], False, False, []),
        ([], False, True, ["MANUAL"]),
        (["PENDING_RISK_CONTROL_ALERT"], True, True, ["CANCELLATION_REQUESTED", "RISK_CONTROL", "MANUAL"]),
        (["PAST_DUE", "SIGNATURE_REQUIRED_ON_DELIVERY"], False, False, []),
        (["PENDING_BUYER_ADDRESS_CHANGE"], False, False, ["ADDRESS_CHANGE_REQUESTED"]),
        (["PENDING_RISK_CONTROL_ALERT", "PAST_DUE"], False, False, ["RISK_CONTROL"]),
        (["PENDING_BUYER_CANCELLATION"], False, False, ["CANCELLATION_REQUESTED"]),
        (["PENDING_BUYER_CANCELLATION"], True, False, ["CANCELLATION_REQUESTED"]),
        (["PENDING_RISK_CONTROL_ALERT"], True, False, ["CANCELLATION_REQUESTED", "RISK_CONTROL"]),
    ],
)
def test_reasons(labels: list[str], reasons: list[str], *, asked: bool, held: bool) -> None:
    """O15, O18, O19: a request, each label with which Temu refuses shipments and a person's word is a reason of its own."""
    order = Order(labels=labels, held_at=NOW if held else None)
    assert [
        reason.value for reason in reasons_of(order, [_asked_at(NOW)] if asked else [], now=NOW)
    ] == reasons


@pytest.mark.parametrize(
    "asked_before,decided_before,held",
    [
        ([1], None, True),
        ([1], 0, False),
        # It came after what was decided, if only as another one.
        ([0], 1, True),
        ([5, 0], 1, True),
        # Temu has agreed by itself.
        ([24], 5, True),
        ([23], 5, False),
    ],
)
def test_what_a_person_has_decided(
    asked_before: list[int], decided_before: int | None, *, held: bool
) -> None:
    """O15: declined, a request holds nothing for a day from when it was asked; the label beside it says nothing more."""
    decided = None if decided_before is None else NOW - timedelta(hours=decided_before)
    order = Order(labels=["PENDING_BUYER_CANCELLATION"], cancellation_declined_at=decided)
    waiting = [_asked_at(NOW - timedelta(hours=hours)) for hours in asked_before]
    assert bool(reasons_of(order, waiting, now=NOW)) is held


def test_missing_stock_holds() -> None:
    """O15: until Temu has decided, whatever else there is."""
    assert reasons_of(Order(labels=[], out_of_stock_items=["211-1"]), [], now=NOW) == [
        HoldReason.OUT_OF_STOCK_REPORTED
    ]


def _asked_at(at: datetime) -> CancellationRequest:
    return CancellationRequest(number="PA-1", state=CancellationState.OPEN, requested_at=at)
