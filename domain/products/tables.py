"""
Tables in files as people hand them in: CSV, TSV and XLSX as rows of cells. Pure: bytes in, sheets out.
"""

import codecs
import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum

from domain.errors import Invalid, LimitExceeded

# Text, or what a spreadsheet made of it: int, float, bool, or something of a calendar.
Cell = object
MOST_ROWS = 100_000
# An archive of a few megabytes can unpack to a machine's whole memory.
_UNPACKED_BYTES = 100 * 1024 * 1024
_CELLS = 2_000_000

_DELIMITERS = ",;\t"
_SEPARATOR_LINE = re.compile(r"sep=([,;\t])\r?\n", re.IGNORECASE)
_CELL_NAME = re.compile(rb"""\br=["']([A-Z]{1,3})([0-9]{1,7})["']""")
_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Sheet:
    """
    Rows as (number as a spreadsheet shows it, cells). *encoding* is set where it had to be guessed.
    """

    name: str | None
    rows: Sequence[tuple[int, Sequence[Cell]]]
    encoding: str | None = None


def is_workbook(content: bytes) -> bool:
    """
    Whether this can only be an XLSX file, if any table at all.
    """
    return content.startswith(_ZIP)


def sheets(content: bytes) -> Iterator[Sheet]:
    """
    The tables of a file, whatever it was said to be. Raises Invalid and LimitExceeded, saying what to do.
    """
    if content.startswith(_OLD_EXCEL):
        message = (
            "This is an old or password-protected Excel file. Save it as .xlsx without password, or as CSV."
        )
        raise Invalid(message)
    if is_workbook(content):
        yield from _workbook(content)
    else:
        yield _text(content)


def _text(content: bytes) -> Sheet:
    decoded, encoding = _decoded(content)
    if "\0" in decoded:
        message = "The file holds NUL characters, so it is no text in UTF-8. Save it as CSV in UTF-8."
        raise Invalid(message)
    named = _SEPARATOR_LINE.match(decoded)
    if named:
        decoded = decoded[named.end() :]
    delimiter = named[1] if named else _delimiter(decoded)
    rows: list[tuple[int, Sequence[Cell]]] = []
    try:
        for number, row in enumerate(_records(decoded, delimiter), start=1):
            _refuse_more(number)
            rows.append((number, row))
    except csv.Error as error:
        message = f"The file could not be read as CSV behind row {len(rows)}: {error}."
        raise Invalid(message) from None
    return Sheet(None, rows, encoding)


def _decoded(content: bytes) -> tuple[str, str | None]:
    """
    The text, and the encoding where nothing in the file says it.
    """
    try:
        if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return content.decode("utf-16"), None
        return content.decode("utf-8-sig"), None
    except UnicodeDecodeError as error:
        if error.encoding.startswith("utf-16"):
            raise Invalid("The file begins as UTF-16 but isn't. Save it as CSV in UTF-8.") from None
    try:
        return content.decode("cp1252"), "Windows-1252"
    except UnicodeDecodeError:
        message = "The file is neither in UTF-8 nor in Windows-1252. Save it as CSV in UTF-8."
        raise Invalid(message) from None


def _delimiter(decoded: str) -> str:
    """
    The one that makes the most columns of the first row that has any text.
    """

    def columns(delimiter: str) -> int:
        try:
            rows = _records(decoded, delimiter)
            return next((len(row) for row in rows if "".join(row).strip(_DELIMITERS + " ")), 0)
        except csv.Error:
            return 0

    return max(_DELIMITERS, key=columns)


def _records(decoded: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(decoded, newline=""), delimiter=delimiter, strict=True)


def _workbook(content: bytes) -> Iterator[Sheet]:
    _refuse_bombs(content)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
            for sheet in workbook.sheets_metadata:
                if sheet.typ is SheetTypeEnum.WorkSheet:
                    rows = workbook.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
                    _refuse_more(len(rows))
                    yield Sheet(sheet.name, list(enumerate(rows, start=1)))
    except CalamineError:
        raise _unreadable() from None
    except BaseException as error:
        if type(error).__module__ != "pyo3_runtime":
            raise
        raise _unreadable() from None  # The reader gave up on it in a way that Exception doesn't cover.


def _refuse_bombs(content: bytes) -> None:
    """
    Refuse what would unpack to too much, or has a cell so far out that the table around it doesn't fit into memory.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if sum(entry.file_size for entry in entries) > _UNPACKED_BYTES:
                raise LimitExceeded("The workbook is too large. Save its table alone, or as CSV.")
            for entry in entries:
                if entry.filename.endswith(".xml") and not entry.filename.endswith("sharedStrings.xml"):
                    _refuse_far_cells(archive.read(entry))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError):
        raise _unreadable() from None


def _refuse_far_cells(xml: bytes) -> None:
    columns, rows = 0, 0
    for letters, digits in _CELL_NAME.findall(xml):
        column = 0
        for letter in letters:
            column = column * 26 + letter - ord("A") + 1
        columns, rows = max(columns, column), max(rows, int(digits))
    if columns * rows > _CELLS:
        message = (
            f"A sheet of the workbook reaches to column {columns} and row {rows}. Delete what is empty or stray in it, "
            "or save it as CSV."
        )
        raise LimitExceeded(message)


def _refuse_more(rows: int) -> None:
    if rows > MOST_ROWS + 1:
        raise LimitExceeded(f"A file has at most {MOST_ROWS} rows below its header. Divide this one.")


def _unreadable() -> Invalid:
    return Invalid("The file could not be read as an Excel workbook. Save it anew as .xlsx, or as CSV.")
