"""Tracking numbers as people paste them."""

import pytest

from domain.shipping.tracking_numbers import fault, tracking_key

PAGE = "https://tools.usps.com/go/TrackConfirmAction"


@pytest.mark.parametrize(
    "number",
    [
        "1Z999AA10123456784",
        "1Z 999 AA1 01 2345 6784",
        "9400 1118 9922 3197 4284 90",
        "9400\u00a01118\u00a09922",
        "JD014600006281230704",
        "RR 123 456 785 DE",
        "12345678E12",
        "TRACK10000000",
        "961207 804947272682 0",
        "ABC 1234 5678",
        "94001118992231900000",
        "9400111899223197000000",
    ],
)
def test_what_carriers_write(number: str) -> None:
    """T1: letters and digits, in whatever groups a label prints them, are a tracking number."""
    assert fault(number) is None


@pytest.mark.parametrize(
    "number, meant",
    [
        ("9400-1118-9922-3197-4284-90", "9400111899223197428490"),
        ("9400\u20131118\u20139922\u20133197\u20134284\u201390", "9400111899223197428490"),
        ("#1Z999AA10123456784", "1Z999AA10123456784"),
        ("'9400111899223197428490", "9400111899223197428490"),
        ("Tracking #: 9400 1118 9922 3197 4284 90", "9400111899223197428490"),
        ("UPS: 1Z999AA10123456784", "1Z999AA10123456784"),
        ("1Z999AA10123456784\u200b", "1Z999AA10123456784"),
        ("1Z999AA1012345678\uff14", "1Z999AA10123456784"),
        ("JD-0146-0000", "JD01460000"),
        ("601099512345678.0", "601099512345678"),
        (f"{PAGE}?qtc_tLabels1=9400111899223197428490", "9400111899223197428490"),
        (f"{PAGE}?tRef=fullpage&tLc=2&tLabels=9400111899223197428490%2C", "9400111899223197428490"),
        (
            "https://www.ups.com/track?loc=en_US&tracknum=1Z999AA10123456784&requester=ST",
            "1Z999AA10123456784",
        ),
        ("www.fedex.com/fedextrack/?trknbr=771234567890", "771234567890"),
        ("https://www.ontrac.com/tracking/#/?number=D10011234567890", "D10011234567890"),
        ("ontrac.com/track/D10011234567890", "D10011234567890"),
        ("https://t.17track.net/en#nums=1Z999AA10123456784", "1Z999AA10123456784"),
    ],
)
def test_what_was_meant(number: str, meant: str) -> None:
    """T1: symbols, a page of the carrier's and a spreadsheet's decimal are refused with the number that was meant."""
    assert f"Did you mean {meant}?" in (fault(number) or "")


@pytest.mark.parametrize(
    "number, words",
    [
        ("9.4E+21", "can't be restored"),
        ("9,4E+21", "can't be restored"),
        ("9.40011189922320E+21", "can't be restored"),
        ("9E+21", "can't be restored"),
        ("9400111899223190000000", "can't be restored"),
        ("9400111899223197428490.0", "last digits"),
        ("1Z999AA10123456784 / 1Z999AA10123456785", "1Z999AA10123456784, 1Z999AA10123456785"),
        ("1Z999AA10123456784/1Z999AA10123456785", "several"),
        ("1Z999AA10123456784,1Z999AA10123456785", "several"),
        ("1Z999AA10123456784 and 1Z999AA10123456785", "several"),
        ("1Z999AA10123456784 1Z999AA10123456785", "several"),
        ("9400 1118 9922 3197 4284 90; 9400 1118 9922 3197 4284 91", "several"),
        ("N/A", "no digit"),
        ("#", "no digit"),
        ("-", "no digit"),
        ("https://www.ups.com/track", "address of a page"),
        (f"{PAGE}?tLabels=9400111899223197428490,9400111899223197428491", "Give the number alone"),
    ],
)
def test_what_is_no_number(number: str, words: str) -> None:
    """T1: what a spreadsheet shortened, several numbers in one and what is none are refused and explained."""
    told = fault(number)
    assert told is not None
    assert words in told
    assert "Did you mean" not in told


def test_keys() -> None:
    """T9: numbers are compared without spaces, whatever the case."""
    assert tracking_key("1z 999 aa1") == tracking_key("1Z999AA1") == "1Z999AA1"
