"""What the cells of a row mean. Pure; what a spreadsheet has damaged is refused, never guessed (M2, M6)."""

import re
from collections.abc import Mapping
from decimal import Decimal

from domain import text
from domain.errors import Refused
from domain.tables.cells import Cell, Flawed, Number, is_blank, shown
from domain.tables.columns import listed

# A spreadsheet keeps fifteen digits of a number; what it shows behind them are zeros.
_EXACT_BELOW = 10**15
# From twelve digits on a spreadsheet shortens what it shows, to nine digits at the most. Read again, as text or from
# another program's file, such a number has zeros for the rest; one id in a million really ends so.
_SHORTENED_FROM, _ZEROS = 10**11, 10**6
_SHORTENED = re.compile(r"[+-]?\d+(?:[.,]\d*)?[eE][+-]?\d+")
# The same of what may have letters, in the form that spreadsheets write.
_SHORTENED_CODE = re.compile(r"\d(?:[.,]\d+)?E\+\d{2}")
_DECIMAL = re.compile(r"\d+[.,]\d*")
# What spreadsheets make of "MAR1" and of "3/1", and show where a formula failed or a column is narrow.
_MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
_DATE = re.compile(
    rf"\d{{1,2}}-{_MONTH}|{_MONTH}-\d{{2}}|\d{{1,2}}([/.])\d{{1,2}}\1\d{{4}}|\d{{4}}-\d{{2}}-\d{{2}}",
    re.IGNORECASE | re.ASCII,
)
_ERROR = re.compile(r"#(?:N/A|NAME\?|REF!|VALUE!|DIV/0!|NULL!|NUM!|#+)", re.IGNORECASE)
_QUOTED_FORMULA = re.compile(r'="(.*)"')
# Formats by which a quantity looks otherwise and is the same.
_SAME_QUANTITY = re.compile(r"(?:General|[#0]+(?:,[#0]{3})*)(?:\.0+)?(?:_.)?")
_AMOUNT = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,8})?", re.ASCII)
_TRUE, _FALSE = {"true", "yes", "y", "1"}, {"false", "no", "n", "0"}
_AS_TEXT = "format the column as text"


class UnreadableCell(Exception):
    """A cell that can't mean what its column needs; its text says what happened to it."""


class RowCells:
    """One row's cells by column. *place* begins what is told of it, and *subject* is what its outcome is about."""

    def __init__(self, number: int, cells: Mapping[str, Cell], encoding: str | None = None) -> None:
        self.place = self.subject = f"row {number}"
        self._cells = cells
        self._encoding = encoding

    def name(self, what: str) -> None:
        """Say in its outcome what the row is about."""
        self.subject = f"{self.place} {what}"

    def cell(self, column: str) -> Cell:
        """What stands there; nothing where the file has no such column."""
        return self._cells.get(column, "")

    def is_blank(self, *columns: str) -> bool:
        """Whether nothing stands in any of these."""
        return all(is_blank(self.cell(column)) for column in columns)

    def written(self, column: str) -> str:
        """A text as it is written. Raises UnreadableCell."""
        return _unquoted(_as_text(self.cell(column), column))

    def line(self, column: str, *, at_most: int) -> str:
        """A text without what nobody sees. Raises UnreadableCell, also where there is none."""
        value = _unquoted(text.visible(_as_text(self.cell(column), column)))
        try:
            return text.line(value, field=(column,), at_most=at_most)
        except Refused as refusal:
            raise UnreadableCell(refusal.message.rstrip(".")) from None

    def code(self, column: str, *, at_most: int) -> str:
        """A text that may be all digits, such as a tracking number. Raises UnreadableCell."""
        value = self.line(column, at_most=at_most)
        if _SHORTENED_CODE.fullmatch(value):
            raise UnreadableCell(f"{column} {shown(value)} was shortened by a spreadsheet; {_AS_TEXT}")
        if _DECIMAL.fullmatch(value):
            raise UnreadableCell(
                f"{column} {shown(value)} was made a decimal number by a spreadsheet; {_AS_TEXT}"
            )
        return value

    def flag(self, column: str) -> bool | None:
        """Yes or no; None where nothing stands there. Raises UnreadableCell."""
        cell = self.cell(column)
        word = text.visible(_as_text(str(cell) if isinstance(cell, bool) else cell, column))
        word = word.strip().casefold()
        if word and word not in _TRUE | _FALSE:
            raise UnreadableCell(f"{column} {shown(cell)} is neither true nor false")
        return word in _TRUE if word else None

    def quantity(self, column: str, *, most: int, least: int = 0) -> int | None:
        """A whole number; None where nothing stands there. Raises UnreadableCell."""
        cell = self.cell(column)
        if is_blank(cell):
            return None
        if isinstance(cell, Flawed):
            raise UnreadableCell(f"{column} {cell.words}")
        if isinstance(cell, Number) and cell.shown is None:
            if not _SAME_QUANTITY.fullmatch(cell.format):
                raise UnreadableCell(_shown_otherwise(cell, column))
            cell = str(int(cell.value) if cell.value % 1 == 0 else cell.value)
        word = _unquoted(text.visible(str(cell)))
        if not re.fullmatch(r"[0-9]{1,9}", word) or not least <= int(word) <= most:
            raise UnreadableCell(f"{column} {shown(cell)} is no whole number from {least} to {most}")
        return int(word)

    def amount(self, column: str) -> Decimal | None:
        """An amount of money with a point before its decimals; None where nothing stands there. Raises UnreadableCell."""
        cell = self.cell(column)
        if is_blank(cell):
            return None
        if isinstance(cell, Flawed):
            raise UnreadableCell(f"{column} {cell.words}")
        if isinstance(cell, Number) and cell.shown is None:
            decimals = cell.format.rpartition(".")[2].count("0") if "." in cell.format else 0
            is_shown = cell.format == "General" or round(cell.value, decimals) == cell.value
            if not (is_shown and _SAME_QUANTITY.fullmatch(cell.format)):
                raise UnreadableCell(_shown_otherwise(cell, column))
            cell = repr(cell.value)
        word = _unquoted(text.visible(str(cell)))
        if not _AMOUNT.fullmatch(word):
            raise UnreadableCell(
                f"{column} {shown(cell)} is no amount such as 19.90, with a point and no other sign"
            )
        return Decimal(word)

    def pair(self, first: str, second: str) -> tuple[str, str] | None:
        """Two ids of Temu's, both or neither. Raises UnreadableCell."""
        one, other = read_id(self.cell(first), first), read_id(self.cell(second), second)
        if bool(one) != bool(other):
            raise UnreadableCell(f"{second if one else first} is empty; a mapping needs both ids")
        return (one, other) if one else None

    def hint(self, value: str, written: str) -> str:
        """Why a *value* that was *written* so may not be what people see in the file."""
        if self._encoding and not value.isascii():
            return f" (read as {self._encoding}, as it isn't UTF-8)"
        return held(written)


def read_id(cell: Cell, column: str) -> str:
    """An id of Temu's as it was before any spreadsheet; empty where the cell is. Raises UnreadableCell."""
    value = _unquoted(text.visible(_as_text(cell, column)))
    if not value:
        return ""
    if _SHORTENED.fullmatch(value):
        raise UnreadableCell(f"{column} {shown(value)} was shortened by a spreadsheet; {_AS_TEXT}")
    if _DECIMAL.fullmatch(value):
        raise UnreadableCell(
            f"{column} {shown(value)} was made a decimal number by a spreadsheet; {_AS_TEXT}"
        )
    if not (value.isascii() and value.isdigit()) or value.startswith("0") or len(value) > 32:
        message = f"{column} {shown(value)} is no id of Temu's, which are digits only with no zero in front"
        raise UnreadableCell(message + held(str(cell)))
    if int(value) >= _SHORTENED_FROM and int(value) % _ZEROS == 0:
        raise UnreadableCell(_zeros_left(column, value))
    return value


def damage(value: str) -> str | None:
    """What a spreadsheet seems to have made of a text that is nothing but a name; None where it looks whole."""
    if _SHORTENED_CODE.fullmatch(value):
        return "was shortened by a spreadsheet"
    if _DATE.fullmatch(value):
        return "was made a date by a spreadsheet"
    return "is an error of a spreadsheet" if _ERROR.fullmatch(value) else None


def held(value: str) -> str:
    """The characters in it that nobody sees, for whoever looks for what is wrong."""
    unseen = text.unseen(value)
    return f" (the cell holds {listed(unseen)})" if unseen else ""


def _as_text(cell: Cell, column: str) -> str:
    """The characters that a cell shows, where these can be what was meant. Raises UnreadableCell."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, Flawed):
        raise UnreadableCell(f"{column} {cell.words}")
    if isinstance(cell, bool):
        raise UnreadableCell(f"{column} {cell} was changed by a spreadsheet; {_AS_TEXT}")
    number = cell.value
    if number % 1 != 0:
        raise UnreadableCell(f"{column} {number!r} is a decimal number; {_AS_TEXT}")
    if abs(number) >= _EXACT_BELOW:
        message = (
            f"{column} {number:.15G} has more than the 15 digits that a spreadsheet keeps of a number, so its last "
            f"ones are lost; {_AS_TEXT} and enter it again"
        )
        raise UnreadableCell(message)
    if cell.shown is not None and _SHORTENED.fullmatch(cell.shown):
        raise UnreadableCell(
            f"{column} {cell.shown} was shortened by a spreadsheet; {_AS_TEXT} and enter it again"
        )
    if abs(number) >= _SHORTENED_FROM and number % _ZEROS == 0:
        raise UnreadableCell(_zeros_left(column, f"{number:.9G}"))
    if cell.shown is None:
        raise UnreadableCell(_shown_otherwise(cell, column))
    if not cell.shown.strip():
        raise UnreadableCell(
            f"{column} holds the number {int(number)}, of which its number format shows nothing"
        )
    return cell.shown


def _zeros_left(column: str, number: str) -> str:
    return f"{column} {number} was shortened by a spreadsheet, which left zeros for its last digits; {_AS_TEXT} and enter it again"


def _shown_otherwise(cell: Number, column: str) -> str:
    return (
        f"{column} holds the number {cell.value:.15G}, which is shown otherwise by its number format "
        f"{shown(cell.format)}; {_AS_TEXT} and enter it again"
    )


def _unquoted(cell: str) -> str:
    """Without what people put around a number to keep it text: an apostrophe in front, or a formula."""
    value = cell.strip()
    formula = _QUOTED_FORMULA.fullmatch(value)
    return (formula[1] if formula else value.removeprefix("'")).strip()
