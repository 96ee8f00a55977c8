"""
Temu's region ids.
"""

import pytest

from domain.temu.regions import country_of, country_of_order, region_of


@pytest.mark.parametrize(
    "region_id,country,region",
    [
        (211, "US", "US"),
        ("211", "US", "US"),
        (76, "DE", "EU"),
        (210, "GB", "EU"),
        (37, "CA", "GLOBAL"),
        (128, "MX", "GLOBAL"),
        (192, "CH", "GLOBAL"),
        (9999, None, None),
        ("", None, None),
        ("x", None, None),
        (None, None, None),
    ],
)
def test_regions(region_id: int | str | None, country: str | None, region: str | None) -> None:
    """O2: a region id names a country, and the part of Temu that serves it; one that is unknown names none."""
    assert country_of(region_id) == country
    assert region_of(region_id) == region


@pytest.mark.parametrize(
    "number,country",
    [
        ("PO-211-123", "US"),
        ("211-123", "US"),
        ("PO-076-123", "DE"),
        ("PO-9999-1", None),
        ("PO-x-1", None),
        ("", None),
    ],
)
def test_an_order_number_names_its_country(number: str, country: str | None) -> None:
    """O2: an order number begins with the region that the order goes to."""
    assert country_of_order(number) == country
