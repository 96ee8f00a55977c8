"""Reads one workbook in a process of its own: `python -m domain.tables.workbook_reader`, bytes in, messages out.

openpyxl reads parts, texts, styles and values; of its ways in, only those to what is needed are taken, as others refuse
a whole file for a chart or a date of its properties. Here is what it has no word for: what a cell shows, a formula
without a result, and how often a part may be read.
"""

import io
import os
import re
import sys
import zipfile
from collections.abc import Generator, Iterator
from contextlib import closing
from typing import IO, Any, NamedTuple
from xml.etree.ElementTree import Element, ParseError, iterparse

import msgspec
from openpyxl.reader.excel import ExcelReader
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.worksheet._reader import DATA_TAG, FORMULA_TAG, ROW_TAG, VALUE_TAG, WorkSheetParser

from domain.confined import confine
from domain.errors import Invalid, LimitExceeded, Refused
from domain.tables.cells import Cell, Flawed, is_blank
from domain.tables.columns import Columns
from domain.tables.workbook_formats import Formats
from domain.tables.workbook_messages import UNREADABLE, Ended, Message, Opened, Row, Unfit, WorkbookLimits

_TOO_LARGE = "The workbook is too large. Save its table alone, or as CSV."
_NO_SHEET = "The workbook shows no sheet with a table. Save the table alone, or as CSV."
_STRICT = (
    "The workbook is of the kind Strict Open XML. Save it as an ordinary Excel workbook (.xlsx), or as CSV."
)
_NO_RESULT = (
    "holds a formula without a result; open the file in a spreadsheet and save it there, or enter the value"
)
_MISWRITTEN = "holds what no spreadsheet writes"
_MOST_COLUMNS, _LONGEST_TEXT = 1000, 1000
_LAST_ROW = 1_048_576
_OUT_OF_MEMORY = 1  # XML_ERROR_NO_MEMORY
# How characters that XML can't hold are written (ECMA-376 part 1, 22.9.2.19); openpyxl leaves them so.
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")

Cells = dict[int, Cell]


def main() -> None:
    """Read a workbook from standard input within the limits given, and write what it holds to standard output."""
    limits = msgspec.json.decode(sys.argv[1], type=WorkbookLimits)
    columns = msgspec.json.decode(sys.argv[2], type=Columns)
    confine(memory_bytes=limits.memory_bytes, cpu_seconds=limits.cpu_seconds, seconds=limits.seconds)
    said, encode = sys.stdout.buffer, msgspec.json.Encoder().encode
    too_large = b"\n" + encode(Unfit(_TOO_LARGE, is_too_much=True)) + b"\n"
    try:
        for message in _messages(sys.stdin.buffer.read(), limits, columns):
            said.write(encode(message) + b"\n")
        said.flush()
    except MemoryError:
        # As few steps as can be, for each may need memory.
        os.write(sys.stdout.fileno(), too_large)
    except BrokenPipeError:
        pass  # Nobody listens any more.
    # Taking apart what was read would take time, and memory that may not be there.
    os._exit(0)


def _messages(content: bytes, limits: WorkbookLimits, columns: Columns) -> Iterator[Message]:
    try:
        yield from _Workbook(content, limits, columns).messages()
    except Refused as refusal:
        yield Unfit(refusal.message, is_too_much=isinstance(refusal, LimitExceeded))
    except MemoryError:
        raise
    except ParseError as error:
        if error.code == _OUT_OF_MEMORY:
            raise MemoryError from None
        yield Unfit(UNREADABLE)
    except Exception:  # noqa: BLE001 - an archive and its parts can be broken in more ways than have names
        yield Unfit(UNREADABLE)


class _Archive(zipfile.ZipFile):
    """An archive that counts each part as often as it is read."""

    def __init__(self, content: bytes, bytes_left: int) -> None:
        super().__init__(io.BytesIO(content))
        self._bytes_left = bytes_left

    def open(self, name: str | zipfile.ZipInfo, *given: Any, **named: Any) -> IO[bytes]:
        """As the archive does it, which gives no more of a part than the bytes that it declares. Raises LimitExceeded."""
        entry = name if isinstance(name, zipfile.ZipInfo) else self.getinfo(name)
        self._bytes_left -= entry.file_size
        if self._bytes_left < 0:
            raise LimitExceeded(_TOO_LARGE)
        return super().open(entry, *given, **named)


class _Sheet(NamedTuple):
    name: str
    state: str
    #: None where it is no table: a chart, a dialogue.
    part: str | None

    @property
    def is_shown(self) -> bool:
        return self.state == "visible"


class _Workbook:
    """The sheets of a workbook and what is said of the one that people see."""

    def __init__(self, content: bytes, limits: WorkbookLimits, columns: Columns) -> None:
        self._limits = limits
        self.columns = columns
        reader = ExcelReader(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        reader.archive = self._archive = _Archive(content, limits.unpacked_bytes)
        reader.read_manifest()
        reader.read_strings()
        reader.read_workbook()
        self._strings, self._book = reader.shared_strings, reader.wb
        self._part = reader.parser.workbook_part_name
        related: Any = reader.parser.rels
        self._formats = Formats(self._archive, self._book, related.values())
        views = [view.activeTab for view in self._book.views if view.activeTab is not None]
        self._active = views[0] if views else 0
        parts = set(self._archive.namelist())
        self._sheets = [
            _Sheet(sheet.name, sheet.state or "visible", _table_part(related.get(sheet.id), parts))
            for sheet in reader.parser.sheets
        ]

    def messages(self) -> Iterator[Message]:
        """The sheet that is active, or the only one that has a header where that has none; then its rows."""
        shown = [sheet for sheet in self._sheets if sheet.is_shown and sheet.part is not None]
        if not shown:
            raise Invalid(_STRICT if b"purl.oclc.org/ooxml" in self._archive.read(self._part) else _NO_SHEET)
        at_front = self._sheets[self._active] if 0 <= self._active < len(self._sheets) else shown[0]
        first = at_front if at_front in shown else shown[0]
        table = _Table(self, first)
        candidates: list[_Sheet] = []
        if self.columns.missing(table.header):
            candidates = [sheet for sheet in shown if sheet is not first and self._is_whole(sheet)]
            if len(candidates) == 1:
                table, candidates = _Table(self, candidates[0]), []
        ignored = [sheet for sheet in self._sheets if sheet is not table.sheet]
        yield from table.messages(
            self._limits.rows, [_described(sheet) for sheet in ignored], [sheet.name for sheet in candidates]
        )

    def _is_whole(self, sheet: _Sheet) -> bool:
        return not self.columns.missing(_Table(self, sheet, header_alone=True).header)

    def rows(self, part: str) -> Generator[tuple[int, Cells]]:
        """Number and cells of each row that shows anything."""
        calculation = self._book.calculation
        is_recalculated = bool(calculation is not None and calculation.fullCalcOnLoad)
        number = 0
        with self._archive.open(part) as source:
            parser = WorkSheetParser(
                source,
                self._strings,
                data_only=True,
                epoch=self._book.epoch,
                date_formats=self._formats.dates,
                timedelta_formats=self._formats.durations,
            )
            for _, element in iterparse(source):  # noqa: S314 - expat bounds entities, this process the rest
                if element.tag == DATA_TAG:
                    return
                if element.tag != ROW_TAG:
                    continue
                before, number = number, int(element.get("r", number + 1))
                if number > _LAST_ROW:
                    raise LimitExceeded(
                        f"The workbook has a row beyond {_LAST_ROW:,}, the last that a spreadsheet has. Divide it, or save it anew."
                    )
                if number <= before:
                    raise Invalid(
                        "The rows of the sheet are out of order. Save it anew in a spreadsheet, or as CSV."
                    )
                parser.row_counter, parser.col_counter = number, 0
                cells: Cells = {}
                for one in element:
                    cell = self._cell(parser, one, is_recalculated=is_recalculated)
                    if not is_blank(cell):
                        place = parser.col_counter - 1
                        cells[place] = Flawed("", "is there twice in its row") if place in cells else cell
                element.clear()
                if cells:
                    yield number, cells

    def _cell(self, parser: Any, element: Element, *, is_recalculated: bool) -> Cell:
        try:
            found = parser.parse_cell(element)
        except (ValueError, IndexError, OverflowError, TypeError):
            if "r" in element.attrib:
                coordinate_to_tuple(element.attrib["r"])  # a place that is none fails the whole file
            return Flawed("", _MISWRITTEN)
        if _is_misread(element):
            return Flawed("", _MISWRITTEN)
        has_formula = element.find(FORMULA_TAG) is not None
        if found["value"] in {None, ""}:
            is_empty_text = element.get("t") == "str" and element.find(VALUE_TAG) is not None
            return Flawed("", _NO_RESULT) if has_formula and not is_empty_text else ""
        # Programs that can't calculate write 0, and ask whoever opens the file to do it.
        if has_formula and is_recalculated and found["data_type"] == "n" and found["value"] == 0:
            return Flawed("", _NO_RESULT)
        return self._shown(found["data_type"], found["value"], found["style_id"])

    def _shown(self, kind: str, value: object, style: int) -> Cell:
        if kind == "e":
            return Flawed(str(value)[:20], f"holds the error {str(value)[:20]}")
        if isinstance(value, bool):
            return value
        if isinstance(value, str):
            return self._formats.text(_unescaped(value[:_LONGEST_TEXT]), style)
        if isinstance(value, int | float):
            return self._formats.number(value, style)
        date = str(value).removesuffix(" 00:00:00")
        made = f"was made a date or a time by a spreadsheet ({date}); format the column as text and enter it again"
        return Flawed(date, made)


class _Table:
    """A sheet, its header, and the rows below."""

    def __init__(self, workbook: _Workbook, sheet: _Sheet, *, header_alone: bool = False) -> None:
        self.sheet = sheet
        self._columns = workbook.columns
        self._rows = workbook.rows(sheet.part or "")
        _, cells = next(self._rows, (0, {}))
        if header_alone:
            self._rows.close()
        if len(cells) > _MOST_COLUMNS:
            message = f"The first row of sheet {sheet.name} has {len(cells)} columns. A table has at most {_MOST_COLUMNS}."
            raise LimitExceeded(message)
        self.header = [cells.get(place, "") for place in range(max(cells, default=-1) + 1)]

    def messages(self, most: int, ignored: list[str], candidates: list[str]) -> Iterator[Message]:
        places = self._columns.places(self.header)
        yield Opened(self.sheet.name, self.header, list(places), ignored, candidates)
        with closing(self._rows):
            for number, cells in self._columns.below(self.header, self._rows, most=most):
                yield Row(number, list(cells.values()))
        yield Ended()


def _is_misread(cell: Element) -> bool:
    """Whether Python reads its value as a number and a spreadsheet doesn't: 1_7, other digits, a text counted from the end."""
    value, kind = cell.findtext(VALUE_TAG) or "", cell.get("t", "n")
    return kind in {"n", "s"} and ("_" in value or not value.isascii() or (kind == "s" and "-" in value))


def _unescaped(value: str) -> str:
    if "_x" not in value:
        return value
    units = _ESCAPED.sub(lambda one: chr(int(one[1], 16)), value)
    # Some are halves of a pair, which make one character together and none alone.
    return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _table_part(relation: Any, parts: set[str]) -> str | None:
    if relation is None or not relation.Type.endswith("/worksheet") or relation.target not in parts:
        return None
    return str(relation.target)


def _described(sheet: _Sheet) -> str:
    return sheet.name if sheet.is_shown else f"{sheet.name} (hidden)"


if __name__ == "__main__":
    main()
