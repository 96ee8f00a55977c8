"""What spreadsheets make of names."""

from decimal import Decimal

import pytest

from domain.tables.values import RowCells, UnreadableCell, damage


@pytest.mark.parametrize("value, words", [
    ("1.23E+14", "shortened"), ("1,23E+14", "shortened"), ("1E+15", "shortened"),
    ("1-Mar", "date"), ("Sep-02", "date"), ("01/03/2026", "date"), ("1.3.2026", "date"), ("2026-03-01", "date"),
    ("#N/A", "error"), ("#REF!", "error"), ("####", "error"),
])  # fmt: skip
def test_damaged(value: str, words: str) -> None:
    """M2: what spreadsheets write in place of a name is known."""
    assert words in (damage(value) or "")


@pytest.mark.parametrize(
    "value", ["TW-001", "1E5", "12E45", "MAR1", "1-2", "10/20", "2026-03", "#1", "Marine-01", "0012", "=1+1"]
)
def test_whole(value: str) -> None:
    """M2: what only looks a little like it is left alone."""
    assert damage(value) is None


@pytest.mark.parametrize("around", ["{}", " {} ", "'{}", '="{}"', "\u200b{}\ufeff"])
def test_figures_that_are_kept_as_text(around: str) -> None:
    """M2: of quantities and amounts too, what keeps a number text is nothing; a comma may be either sign, so it is refused."""
    row = RowCells(
        2, {name: around.format(value) for name, value in (("n", "12"), ("a", "19.90"), ("c", "1,5"))}
    )
    assert (row.quantity("n", most=99), row.amount("a")) == (12, Decimal("19.90"))
    with pytest.raises(UnreadableCell):
        row.amount("c")
    with pytest.raises(UnreadableCell):
        row.quantity("c", most=99)
