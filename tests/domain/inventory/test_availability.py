"""How much may be sold, as plain arithmetic."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.inventory.availability import available


@pytest.mark.parametrize(
    "sellable,safety,most,expected",
    [(10, 0, None, 10), (10, 3, None, 7), (3, 3, None, 0), (2, 3, None, 0), (-5, 0, None, 0), (10, 3, 5, 5),
     (10, 3, 7, 7), (10, 3, 8, 7), (10, 0, 0, 0), (-5, 0, 3, 0)],
)  # fmt: skip
def test_available(sellable: int, safety: int, most: int | None, expected: int) -> None:
    """I1: available is sellable less safety, never below zero, and never more than the cap."""
    assert available(sellable=sellable, safety_quantity=safety, max_quantity=most) == expected


@given(st.integers(), st.integers(min_value=0), st.none() | st.integers(min_value=0))
def test_never_too_much(sellable: int, safety: int, most: int | None) -> None:
    """I1: whatever the figures, never below zero, never above what is sellable or the cap."""
    quantity = available(sellable=sellable, safety_quantity=safety, max_quantity=most)

    assert 0 <= quantity <= max(sellable, 0)
    assert most is None or quantity <= most
