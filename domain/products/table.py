"""What a mapping file holds, whatever its form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.products.cells import Cell


@dataclass(frozen=True)
class Table:
    """A header, and rows as (number as a spreadsheet shows it, cells by column).

    *encoding* is set where it had to be guessed. Of a workbook: the sheet that is read, the others, and those of them
    that have a header where this one lacks it.
    """

    header: Sequence[Cell]
    rows: Sequence[tuple[int, Mapping[str, Cell]]]
    encoding: str | None = None
    sheet: str | None = None
    ignored: Sequence[str] = ()
    candidates: Sequence[str] = ()
