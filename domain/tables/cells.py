"""
A table that people hand in, and what its cells hold, as far as it isn't plain text. Pure, and light: the process that reads workbooks loads it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from msgspec import Struct

from domain import text

_SHOWN = 40


class Number(Struct, frozen=True, array_like=True, tag="number"):
    """A number, and the characters that a spreadsheet shows of it: None where these depend on more than the file says.
    *format* is its number format where *shown* is None.
    """

    value: int | float
    shown: str | None
    format: str = ""

    def __str__(self) -> str:
        return str(self.value) if self.shown is None else self.shown


class Flawed(Struct, frozen=True, array_like=True, tag="flawed"):
    """What can't be read for what it was. *words* say so behind the name of a column: "holds ..."."""

    shown: str
    words: str

    def __str__(self) -> str:
        return self.shown


Cell = str | bool | Number | Flawed


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


def is_blank(cell: Cell) -> bool:
    """Whether nobody sees anything in it."""
    return isinstance(cell, str) and not text.visible(cell).strip()


def shown(cell: object) -> str:
    """A cell on one line, and short, whatever it is."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text.visible(str(cell))).split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"
