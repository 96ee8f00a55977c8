"""What spreadsheets make of names."""

import pytest

from domain.tables.values import damage


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
