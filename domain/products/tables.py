"""
Tables in files as people hand them in: CSV, TSV and XLSX as rows of cells. Pure: bytes in, sheets out.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from domain.errors import Invalid, LimitExceeded
from domain.products import workbooks
from domain.products.workbooks import Cell

MOST_ROWS = 100_000
_COLUMNS = 1000

_DELIMITERS = ",;\t"
_SEPARATOR_LINE = re.compile(r"sep=([,;\t])\r?\n", re.IGNORECASE)
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
        for name, rows in workbooks.sheets(content):
            _refuse_more(len(rows))
            yield Sheet(name, rows)
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
            if len(row) > _COLUMNS:
                raise LimitExceeded(f"Row {number} has {len(row)} columns. A file has at most {_COLUMNS}.")
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


def _refuse_more(rows: int) -> None:
    if rows > MOST_ROWS + 1:
        raise LimitExceeded(f"A file has at most {MOST_ROWS} rows below its header. Divide this one.")
