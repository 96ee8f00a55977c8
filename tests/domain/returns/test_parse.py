"""Temu's messages about returns, read."""

from datetime import UTC, datetime
from typing import Any

import pytest

from domain.models import ReturnDelivery, ReturnStatus, ReturnType
from domain.returns.parse import STATUSES, UnreadableReturn, is_older, read_return
from tests.sandbox import returns as sandbox

ROW: dict[str, Any] = {
    "parentAfterSalesSn": "PO-211-1-D01",
    "parentOrderSn": "PO-211-1",
    "parentAfterSalesStatus": 8,
    "afterSalesType": 2,
    "returnDeliveryType": 4,
    "operateExpireTimeMs": 1_800_000_000_500,
    "availableOperateList": [1, "VIEW", 10, 99, None],
    "createAt": 1_790_000_000,
    "updateAt": 1_790_000_060,
}


def test_a_return_is_read() -> None:
    """O18: with its moments, what may be done of what is known, and without what nobody knows."""
    one = read_return(ROW)

    assert (one.number, one.order_number) == ("PO-211-1-D01", "PO-211-1")
    assert (one.type, one.status) == (ReturnType.RETURN_AND_REFUND, ReturnStatus.LABEL_REQUESTED)
    assert one.delivery is ReturnDelivery.PICK_UP
    assert one.operations == ("ISSUE_REFUND", "UPLOAD_LABEL")
    assert one.respond_by == datetime(2027, 1, 15, 8, 0, 0, 500_000, tzinfo=UTC)
    assert (one.changed_at - one.requested_at).total_seconds() == 60


@pytest.mark.parametrize(
    "status,may",
    [(1, "ISSUE_REFUND"), (3, "ISSUE_REFUND"), (8, "UPLOAD_LABEL"), (2, None), (11, None), (7, None)],
)
def test_what_may_be_done_where_no_list_tells(status: int, may: str | None) -> None:
    """C11: what Temu waits for by the guide [A], as a list that is missing is not an empty one [C]."""
    row = ROW | {"parentAfterSalesStatus": status}

    assert read_return(row | {"availableOperateList": None}).operations == ((may,) if may else ())
    assert read_return(row | {"availableOperateList": []}).operations == ()


def test_each_status_of_temus_has_one_here() -> None:
    """O18: none of the guide's statuses is unknown."""
    assert set(STATUSES) == {int(status) for status in sandbox.ReturnStatus}


def test_what_has_ended_has_no_deadline() -> None:
    """C11: nobody has to answer what has ended, whatever its message still says."""
    one = read_return(ROW | {"parentAfterSalesStatus": 5})

    assert (one.respond_by, one.operations) == (None, ())


@pytest.mark.parametrize(
    "change,number",
    [
        ({"parentAfterSalesSn": None}, None),
        ({"parentOrderSn": {}}, "PO-211-1-D01"),
        ({"parentAfterSalesStatus": 12}, "PO-211-1-D01"),
        ({"afterSalesType": None}, "PO-211-1-D01"),
        ({"createAt": None, "updateAt": None}, "PO-211-1-D01"),
        ({"updateAt": 10**18}, "PO-211-1-D01"),
        ({"createAt": "soon"}, "PO-211-1-D01"),
    ],
)
def test_what_can_not_be_read(change: dict[str, Any], number: str | None) -> None:
    """O10: it says so, with its number where that could be read."""
    with pytest.raises(UnreadableReturn) as refused:
        read_return(ROW | change)
    assert refused.value.number == number


@pytest.mark.parametrize(
    "seconds,known,status,older",
    [
        (-1, ReturnStatus.IN_TRANSIT, 8, True),
        (1, ReturnStatus.REFUNDED, 8, False),
        (0, ReturnStatus.IN_TRANSIT, 8, False),
        (0, ReturnStatus.REFUNDED, 8, True),
        (0, ReturnStatus.REFUNDED, 5, False),
    ],
)
def test_which_of_two_is_older(seconds: int, known: ReturnStatus, status: int, older: bool) -> None:  # noqa: FBT001
    """O18: by Temu's own time, and within a second by which has ended."""
    one = read_return(ROW | {"parentAfterSalesStatus": status, "updateAt": ROW["updateAt"] + seconds})

    assert is_older(one, changed_at=read_return(ROW).changed_at, status=known) is older
