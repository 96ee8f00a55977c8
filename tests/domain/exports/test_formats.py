"""Texts as the cells of a file."""

import pytest

from domain.exports.formats import Writer
from domain.models import ExportFormat
from domain.tables.values import RowCells


@pytest.mark.parametrize(
    "text", ["'apos", "''two", "=1+1", "-5", "@SUM(A1)", "0012", '="x"', "1E5", "plain", "a'b"]
)
@pytest.mark.parametrize("for_spreadsheet", [False, True])
def test_a_text_comes_back(text: str, *, for_spreadsheet: bool) -> None:
    """M2: what an export guards from spreadsheets, an import reads as it was."""
    line = Writer(["SKU"], ExportFormat.CSV, for_spreadsheet=for_spreadsheet).lines([[text]]).rstrip("\r\n")
    cell = line[1:-1].replace('""', '"') if line.startswith('"') else line

    assert RowCells(2, {"SKU": cell}).line("SKU", at_most=100) == text
