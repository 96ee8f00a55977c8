"""Rows of files of shipments."""

import pytest

from domain.shipping.shipment_file import read_row
from domain.tables.values import RowCells, UnreadableCell


@pytest.mark.parametrize(
    "tracking, fault",
    [
        ("9400111899223197428490", None),
        ("9400 1118 9922 3197 4284 90", None),
        ("123456789000000", None),
        ("9400111899223190000000", "left zeros for its last digits"),
        ("9400 1118 9922 3190 0000 00", "left zeros for its last digits"),
        ("9.40011E+21", "A spreadsheet has shortened this number"),
    ],
)
def test_tracking_numbers_that_a_spreadsheet_cut(tracking: str, fault: str | None) -> None:
    """M2, T1: a number of which a spreadsheet kept fifteen digits is refused, never told to Temu."""
    cells = {"ChannelOrderID": "PO-1", "Carrier": "USPS", "TrackingNumber": tracking, "Warehouse": "Kiel"}
    row = RowCells(2, cells)
    if fault is None:
        assert read_row(row).tracking == tracking
        return
    with pytest.raises(UnreadableCell, match=fault):
        read_row(row)
