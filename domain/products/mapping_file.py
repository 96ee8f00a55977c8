"""What the rows of a mapping file ask for. Pure; ids that a spreadsheet has damaged are refused, never guessed (M2)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from domain import text
from domain.errors import Invalid, Refused
from domain.products import columns, mapping
from domain.products.cells import Cell, Flawed, Number, Table, is_blank, shown
from domain.products.columns import GOODS, SAFETY, SKU, USES_DEFAULT, VARIANT, listed
from domain.products.mapping_plan import MappingRequest
from domain.queued_jobs.run import Outcome

# A spreadsheet keeps fifteen digits of a number; what it shows behind them are zeros.
_EXACT_BELOW = 10**15
# From twelve digits on a spreadsheet shortens what it shows, to nine digits at the most. Read again, as text or from
# another program's file, such a number has zeros for the rest; one id in a million really ends so.
_SHORTENED_FROM, _ZEROS = 10**11, 10**6
_SHORTENED = re.compile(r"[+-]?\d+(?:[.,]\d*)?[eE][+-]?\d+")
_DECIMAL = re.compile(r"\d+[.,]\d*")
_QUOTED_FORMULA = re.compile(r'="(.*)"')
# Formats by which a quantity looks otherwise and is the same.
_SAME_QUANTITY = re.compile(r"(?:General|[#0]+(?:,[#0]{3})*)(?:\.0+)?(?:_.)?")
_TRUE, _FALSE = {"true", "yes", "y", "1"}, {"false", "no", "n", "0"}
_AS_TEXT = "format the column as text"


@dataclass
class MappingFile:
    """What is asked for, and what can be told of rows that ask for nothing. *subjects* are those of all rows in order."""

    requests: list[MappingRequest] = field(default_factory=list)
    others: list[Outcome] = field(default_factory=list)
    subjects: list[str] = field(default_factory=list)


class UnreadableCell(Exception):
    """A cell that can't mean what its column needs; its text says what happened to it."""


def read(table: Table) -> MappingFile:
    """Read a whole file. Raises Invalid where it can't be read at all, in one line that names what it has."""
    places = _places(table)
    file = MappingFile()
    if table.ignored:
        told = (
            f"Read the sheet {shown(table.sheet)}. Ignored the others: {listed(map(shown, table.ignored))}."
        )
        file.others.append(Outcome.skipped("(workbook)", "SHEETS_IGNORED", told))
    unknown = [
        shown(cell)
        for place, cell in enumerate(table.header)
        if not is_blank(cell) and place not in places.values()
    ]
    if unknown:
        told = f"Ignored the columns that mean nothing here: {listed(unknown)}."
        file.others.append(Outcome.skipped("(header)", "COLUMNS_IGNORED", told))
    first: dict[str, MappingRequest] = {}
    for number, cells in table.rows:
        found = _read_row(f"row {number}", _Row(cells), table.encoding)
        file.subjects.append(found.subject)
        if isinstance(found, Outcome):
            file.others.append(found)
        elif found.sku in first:
            file.others.append(_again(found, first[found.sku]))
        else:
            first[found.sku] = found
    file.requests = list(first.values())
    if not table.rows:
        raise Invalid("The file has a header but no rows below it.")
    return file


def read_id(cell: Cell, column: str) -> str:
    """An id of Temu's as it was before any spreadsheet; empty where the cell is. Raises Unreadable."""
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
        raise UnreadableCell(message + _held(str(cell)))
    return value


class _Row:
    """One row's cells by column."""

    def __init__(self, cells: Mapping[str, Cell]) -> None:
        self._cells = cells

    def cell(self, column: str) -> Cell:
        return self._cells.get(column, "")

    def sku(self) -> tuple[str, str]:
        """The SKU without what nobody sees, and as it is written."""
        value = _as_text(self.cell(SKU), SKU)
        try:
            bare = text.line(_unquoted(text.visible(value)), field=(SKU,), at_most=100)
        except Refused as refusal:
            raise UnreadableCell(refusal.message.rstrip(".")) from None
        return bare, _unquoted(value)

    def pair(self) -> tuple[str, str] | None:
        goods, variant = read_id(self.cell(GOODS), GOODS), read_id(self.cell(VARIANT), VARIANT)
        if bool(goods) != bool(variant):
            missing = VARIANT if goods else GOODS
            raise UnreadableCell(f"{missing} is empty; a mapping needs both ids")
        return (goods, variant) if goods else None

    def uses_default(self) -> bool | None:
        cell = self.cell(USES_DEFAULT)
        word = text.visible(_as_text(str(cell) if isinstance(cell, bool) else cell, USES_DEFAULT))
        word = word.strip().casefold()
        if word and word not in _TRUE | _FALSE:
            raise UnreadableCell(f"{USES_DEFAULT} {shown(cell)} is neither true nor false")
        return word in _TRUE if word else None

    def safety_quantity(self) -> int | None:
        cell = self.cell(SAFETY)
        if is_blank(cell):
            return None
        if isinstance(cell, Flawed):
            raise UnreadableCell(f"{SAFETY} {cell.words}")
        if isinstance(cell, Number) and cell.shown is None:
            if not _SAME_QUANTITY.fullmatch(cell.format):
                raise UnreadableCell(_shown_otherwise(cell, SAFETY))
            cell = str(int(cell.value) if cell.value % 1 == 0 else cell.value)
        word = text.visible(str(cell)).strip()
        if not re.fullmatch(r"[0-9]{1,7}", word) or int(word) > mapping.LARGEST_QUANTITY:
            raise UnreadableCell(
                f"{SAFETY} {shown(cell)} is no whole number from 0 to {mapping.LARGEST_QUANTITY}"
            )
        return int(word)


def _read_row(place: str, row: _Row, encoding: str | None) -> MappingRequest | Outcome:
    """What a row asks for; or what is told of one that asks for nothing or can't be read."""
    subject = place
    try:
        sku, written = row.sku()
        subject = f"{place} {sku}"
        hint = f" (read as {encoding}, as it isn't UTF-8)" if encoding and not sku.isascii() else ""
        request = MappingRequest(subject, place, sku, row.pair(), row.uses_default(), row.safety_quantity(),
                    hint=hint or _held(written), written=written)  # fmt: skip
    except UnreadableCell as fault:
        return Outcome.failed(subject, "INVALID", f"{place}: {fault}.")
    if request.pair is None and request.uses_default is None and request.safety_quantity is None:
        return Outcome.skipped(subject, "NOTHING_TO_SET", f"{place}: nothing to set: both ids are empty.")
    return request


def _again(request: MappingRequest, earlier: MappingRequest) -> Outcome:
    if request.wish == earlier.wish:
        return Outcome.skipped(request.subject, "REPEATED", f"{request.place}: the same as {earlier.place}.")
    told = f"{request.place}: {request.sku} stands in {earlier.place} already, with other values. Keep one of the two."
    return Outcome.failed(request.subject, "CONFLICT", told)


def _places(table: Table) -> dict[str, int]:
    header = table.header
    if all(map(is_blank, header)):
        raise Invalid(
            f"The file is empty. It needs a header with {listed(columns.REQUIRED)}, and rows below.{_elsewhere(table)}"
        )
    names = [name for name, _ in columns.named(header)]
    twice = next((name for name in names if names.count(name) > 1), None)
    has = listed(shown(cell) for cell in header if not is_blank(cell))
    if twice is not None:
        raise Invalid(f"The header has the column {twice} twice. It has: {has}.")
    lacks = columns.missing(header)
    if lacks:
        raise Invalid(f"The header lacks {listed(lacks)}. The first row has: {has}.{_elsewhere(table)}")
    return columns.places(header)


def _elsewhere(table: Table) -> str:
    if not table.candidates:
        return ""
    return (
        f" This is the sheet {shown(table.sheet)}, which is shown when the workbook is opened; the header is in "
        f"{listed(map(shown, table.candidates))}. Open the one to be read and save the workbook."
    )


def _as_text(cell: Cell, column: str) -> str:
    """The characters that a cell shows, where these can be what was meant. Raises Unreadable."""
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
        message = (
            f"{column} {number:.9G} was shortened by a spreadsheet, which left zeros for its last digits; "
            f"{_AS_TEXT} and enter it again"
        )
        raise UnreadableCell(message)
    if cell.shown is None:
        raise UnreadableCell(_shown_otherwise(cell, column))
    if not cell.shown.strip():
        raise UnreadableCell(
            f"{column} holds the number {int(number)}, of which its number format shows nothing"
        )
    return cell.shown


def _shown_otherwise(cell: Number, column: str) -> str:
    return (
        f"{column} holds the number {cell.value:.15G}, which is shown otherwise by its number format "
        f"{shown(cell.format)}; {_AS_TEXT} and enter it again"
    )


def _held(value: str) -> str:
    """The characters in it that nobody sees, for whoever looks for what is wrong."""
    held = text.unseen(value)
    return f" (the cell holds {listed(held)})" if held else ""


def _unquoted(cell: str) -> str:
    """Without what people put around a number to keep it text: an apostrophe in front, or a formula."""
    value = cell.strip()
    formula = _QUOTED_FORMULA.fullmatch(value)
    return (formula[1] if formula else value.removeprefix("'")).strip()
