"""
What the rows of a mapping file wish for. Pure; ids that a spreadsheet has damaged are refused, never guessed (M2).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from domain import text
from domain.errors import Invalid, Refused
from domain.models import JobOutcomeStatus
from domain.products import mapping, tables
from domain.products.mapping_plan import Wish
from domain.products.tables import Sheet
from domain.products.workbooks import Cell
from domain.queued_jobs.run import Outcome

SKU, GOODS, VARIANT = "ProductID", "WebsiteProductID", "WebsiteProductIDVariantID"
USES_DEFAULT, SAFETY = "UseDefaultSafetyQuantity", "SafetyQuantity"
REQUIRED = (SKU, GOODS, VARIANT)
COLUMNS = (*REQUIRED, USES_DEFAULT, SAFETY)
# A spreadsheet keeps fifteen digits of a number; what it shows behind them are zeros.
_EXACT_BELOW = 10**15
_SHOWN = 40
_SHORTENED = re.compile(r"[+-]?\d+(?:[.,]\d*)?[eE][+-]?\d+")
_DECIMAL = re.compile(r"\d+[.,]\d*")
_QUOTED_FORMULA = re.compile(r'="(.*)"')
_TRUE, _FALSE = {"true", "yes", "y", "1"}, {"false", "no", "n", "0"}


@dataclass
class MappingFile:
    """
    What is wished for, and what can be told of rows that wish for nothing.
    """

    wishes: list[Wish] = field(default_factory=list)
    others: list[Outcome] = field(default_factory=list)


class Unreadable(Exception):
    """
    A cell that can't mean what its column needs; its text says what happened to it.
    """


def read(content: bytes) -> MappingFile:
    """
    Read a whole file. Raises Invalid or LimitExceeded where it can't be read at all, in one line that names what it has.
    """
    sheet, header = _table(content)
    columns = _columns(header[1])
    file = MappingFile()
    unknown = [
        _shown(cell) for i, cell in enumerate(header[1]) if not _blank(cell) and i not in columns.values()
    ]
    if unknown:
        told = f"Ignored the columns that mean nothing here: {_listed(unknown)}."
        file.others.append(Outcome("(header)", JobOutcomeStatus.SKIPPED, "COLUMNS_IGNORED", told))
    first: dict[str, tuple[int, Wish]] = {}
    for number, cells in sheet.rows:
        row = _Row(cells, columns)
        if number > header[0] and not row.is_blank():
            _add(file, number, row, first, sheet.encoding)
    if not file.wishes and not [other for other in file.others if other.code != "COLUMNS_IGNORED"]:
        raise Invalid("The file has a header but no rows below it.")
    return file


def read_id(cell: Cell, column: str) -> str:
    """
    An id of Temu's as it was before any spreadsheet; empty where the cell is. Raises Unreadable.
    """
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _exact(cell, column)
    if not isinstance(cell, str):
        raise Unreadable(f"{column} {_shown(cell)} is no number; format the column as text")
    value = _unquoted(cell)
    if not value:
        return ""
    if _SHORTENED.fullmatch(value):
        raise Unreadable(
            f"{column} {_shown(value)} was shortened by a spreadsheet; format the column as text"
        )
    if _DECIMAL.fullmatch(value):
        message = (
            f"{column} {_shown(value)} was made a decimal number by a spreadsheet; format the column as text"
        )
        raise Unreadable(message)
    if not (value.isascii() and value.isdigit()) or value.startswith("0") or len(value) > 32:
        message = f"{column} {_shown(value)} is no id of Temu's, which are digits only with no zero in front"
        raise Unreadable(message)
    return value


class _Row:
    """
    One row's cells by column.
    """

    def __init__(self, cells: Sequence[Cell], columns: Mapping[str, int]) -> None:
        self._cells = cells
        self._columns = columns

    def is_blank(self) -> bool:
        return all(_blank(self.cell(column)) for column in self._columns)

    def cell(self, column: str) -> Cell:
        place = self._columns.get(column)
        return "" if place is None or place >= len(self._cells) else self._cells[place]

    def sku(self) -> str:
        cell = self.cell(SKU)
        if isinstance(cell, float | int) and not isinstance(cell, bool):
            cell = _exact(cell, SKU)
        if not isinstance(cell, str):
            raise Unreadable(f"{SKU} {_shown(cell)} was changed by a spreadsheet; format the column as text")
        try:
            return text.line(_unquoted(cell), field=(SKU,), at_most=100)
        except Refused as refusal:
            raise Unreadable(refusal.message.rstrip(".")) from None

    def pair(self) -> tuple[str, str] | None:
        goods, variant = read_id(self.cell(GOODS), GOODS), read_id(self.cell(VARIANT), VARIANT)
        if bool(goods) != bool(variant):
            missing = VARIANT if goods else GOODS
            raise Unreadable(f"{missing} is empty; a mapping needs both ids")
        return (goods, variant) if goods else None

    def uses_default(self) -> bool | None:
        cell = self.cell(USES_DEFAULT)
        word = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
        word = word.strip().casefold()
        if word and word not in _TRUE | _FALSE:
            raise Unreadable(f"{USES_DEFAULT} {_shown(cell)} is neither true nor false")
        return word in _TRUE if word else None

    def safety_quantity(self) -> int | None:
        cell = self.cell(SAFETY)
        if _blank(cell):
            return None
        if isinstance(cell, float) and cell.is_integer():
            cell = int(cell)
        word = str(cell).strip()
        if not re.fullmatch(r"[0-9]{1,7}", word) or int(word) > mapping.LARGEST_QUANTITY:
            raise Unreadable(
                f"{SAFETY} {_shown(cell)} is no whole number from 0 to {mapping.LARGEST_QUANTITY}"
            )
        return int(word)


def _add(
    file: MappingFile, number: int, row: _Row, first: dict[str, tuple[int, Wish]], encoding: str | None
) -> None:
    place = f"row {number}"
    subject = place
    try:
        sku = row.sku()
        subject = f"{place} {sku}"
        hint = f" (read as {encoding}, as it isn't UTF-8)" if encoding and not sku.isascii() else ""
        wish = Wish(subject, place, sku, row.pair(), row.uses_default(), row.safety_quantity(), hint)
    except Unreadable as fault:
        failed = Outcome(subject, JobOutcomeStatus.FAILED, "INVALID", f"{place}: {fault}.")
        file.others.append(failed)
        return
    if wish.pair is None and wish.uses_default is None and wish.safety_quantity is None:
        told = f"{place}: nothing to set: both ids are empty."
        file.others.append(Outcome(subject, JobOutcomeStatus.SKIPPED, "NOTHING_TO_SET", told))
    elif sku in first:
        file.others.append(_again(wish, *first[sku]))
    else:
        first[sku] = (number, wish)
        file.wishes.append(wish)


def _again(wish: Wish, number: int, earlier: Wish) -> Outcome:
    if wish.asks_the_same(earlier):
        told = f"{wish.place}: the same as row {number}."
        return Outcome(wish.subject, JobOutcomeStatus.SKIPPED, "REPEATED", told)
    told = f"{wish.place}: {wish.sku} stands in row {number} already, with other values. Keep one of the two."
    return Outcome(wish.subject, JobOutcomeStatus.FAILED, "CONFLICT", told)


def _table(content: bytes) -> tuple[Sheet, tuple[int, Sequence[Cell]]]:
    """
    The first sheet with the header, and that row: the first one that isn't blank.
    """
    best: tuple[Sheet, tuple[int, Sequence[Cell]]] | None = None
    for sheet in tables.sheets(content):
        header = next((row for row in sheet.rows if not all(map(_blank, row[1]))), None)
        if header is None:
            continue
        missing = set(REQUIRED) - {name for name, _ in _named(header[1])}
        if not missing:
            return sheet, header
        if best is None or len(missing) < len(REQUIRED):
            best = sheet, header
    if best is None:
        raise Invalid(f"The file is empty. It needs a header with {_listed(REQUIRED)}, and rows below.")
    return best


def _columns(header: Sequence[Cell]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for name, place in _named(header):
        if name in columns:
            raise Invalid(f"The header has the column {name} twice. It has: {_listed(map(_shown, header))}.")
        columns[name] = place
    missing = [name for name in REQUIRED if name not in columns]
    if missing:
        message = f"The header lacks {_listed(missing)}. The first row has: {_listed(map(_shown, header))}."
        raise Invalid(message)
    return columns


def _named(header: Sequence[Cell]) -> Iterator[tuple[str, int]]:
    known = {name.casefold(): name for name in COLUMNS}
    for place, cell in enumerate(header):
        name = known.get(re.sub(r"[\s_-]", "", str(cell)).casefold())
        if name is not None:
            yield name, place


def _exact(number: float, column: str) -> str:
    if number % 1 != 0:
        raise Unreadable(f"{column} {number!r} is a decimal number; format the column as text")
    if abs(number) >= _EXACT_BELOW:
        message = (
            f"{column} {number:.15G} has more than the 15 digits that a spreadsheet keeps of a number, so its last "
            "ones are lost; format the column as text and enter it again"
        )
        raise Unreadable(message)
    if number <= 0 and column != SKU:
        raise Unreadable(f"{column} {int(number)} is no id of Temu's")
    return str(int(number))


def _unquoted(cell: str) -> str:
    """
    Without what people put around a number to keep it text: an apostrophe in front, or a formula.
    """
    value = cell.strip()
    formula = _QUOTED_FORMULA.fullmatch(value)
    return (formula[1] if formula else value.removeprefix("'")).strip()


def _blank(cell: Cell) -> bool:
    return isinstance(cell, str) and not cell.strip()


def _shown(cell: Cell) -> str:
    """
    A cell on one line, and short, whatever it is.
    """
    shown = " ".join("".join(c if c.isprintable() else " " for c in str(cell)).split())
    return shown if len(shown) <= _SHOWN else shown[: _SHOWN - 1] + "…"


def _listed(names: object) -> str:
    listed = [str(name) for name in names if name]  # type: ignore[attr-defined]
    return ", ".join(listed[:20]) + (", …" if len(listed) > 20 else "")
