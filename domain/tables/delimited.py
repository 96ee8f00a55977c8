"""CSV and TSV as people hand them in. Pure: bytes in, rows of cells out. A stray quote costs its row at the most."""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence

from domain.errors import Invalid, LimitExceeded
from domain.tables.cells import Cell, Flawed, is_blank
from domain.tables.columns import Columns

MOST_COLUMNS = 1000
# Each is looked at several times, also where nothing is in it: twenty million took a worker's processor for a minute.
MOST_LINES = 1_000_000

_DELIMITERS = ",;\t"
_SEPARATOR_LINE = re.compile(r"sep=([,;\t])\r?\n", re.IGNORECASE)
_QUOTED = re.compile(r'\s*"((?:[^"]|"")*)"\s*', re.DOTALL)
# What an SKU or another number looks like, and the first word of a sentence doesn't.
_CODE = re.compile(r'[^\s"]*\d[^\s"]*|[^\s"a-z]+')
_STRAY = "holds a quote that is not doubled or not closed"
# Each such quote is looked for up to csv.field_size_limit.
_MOST_UNCLOSED = 1000


def rows(content: bytes, columns: Columns) -> tuple[Iterator[tuple[int, Sequence[Cell]]], str | None]:
    """Rows as (number as a spreadsheet shows it, cells), and the encoding where it had to be guessed.

    Raises Invalid and LimitExceeded, the first also while rows are read.
    """
    decoded, encoding = _decoded(content)
    if "\0" in decoded:
        raise Invalid("The file holds NUL characters, so it is no text in UTF-8. Save it as CSV in UTF-8.")
    # A file that was put together, or saved twice, has several.
    decoded = decoded.replace("\ufeff", "")
    if max(decoded.count("\n"), decoded.count("\r")) > MOST_LINES:
        raise LimitExceeded(
            f"The file has more than {MOST_LINES:,} lines, empty ones too. Delete those, or divide it."
        )
    named = _SEPARATOR_LINE.match(decoded)
    if named:
        decoded = decoded[named.end() :]
    lines = io.StringIO(decoded, newline="").readlines()
    records = _Records(lines, columns)
    return _numbered(records.divided_by(named[1] if named else _delimiter(records))), encoding


def _numbered(records: Iterator[Sequence[Cell]]) -> Iterator[tuple[int, Sequence[Cell]]]:
    for number, row in enumerate(records, start=1):
        if len(row) > MOST_COLUMNS:
            raise LimitExceeded(f"Row {number} has {len(row)} columns. A file has at most {MOST_COLUMNS}.")
        yield number, row


def _decoded(content: bytes) -> tuple[str, str | None]:
    """The text, and the encoding where nothing in the file says it."""
    try:
        if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return content.decode("utf-16"), None
        return content.decode(), None
    except UnicodeDecodeError as error:
        if error.encoding.startswith("utf-16"):
            raise Invalid("The file begins as UTF-16 but isn't. Save it as CSV in UTF-8.") from None
    while content.startswith(codecs.BOM_UTF8):
        content = content.removeprefix(codecs.BOM_UTF8)
    try:
        return content.decode("cp1252"), "Windows-1252"
    except UnicodeDecodeError:
        raise Invalid("The file is neither in UTF-8 nor in Windows-1252. Save it as CSV in UTF-8.") from None


def _delimiter(records: "_Records") -> str:
    """The one that makes the most columns of the first row that has any text."""

    def width(delimiter: str) -> int:
        found = records.divided_by(delimiter)
        return next((len(row) for row in found if "".join(map(str, row)).strip(_DELIMITERS + " ")), 0)

    return max(_DELIMITERS, key=width)


class _Records:
    """Lines as rows of cells, for a kind of file."""

    def __init__(self, lines: Sequence[str], columns: Columns) -> None:
        self._lines = lines
        self._columns = columns
        self._like = re.compile(columns.like)

    def divided_by(self, delimiter: str) -> Iterator[Sequence[Cell]]:
        """What strict rules make of the lines; a line from which they lead nowhere is read by itself."""
        lines, start, unclosed = self._lines, 0, 0
        header: Sequence[Cell] = ()
        while start < len(lines):
            first = start
            reader = csv.reader(
                (lines[n] for n in range(first, len(lines))), delimiter=delimiter, strict=True
            )
            try:
                for row in reader:
                    end = first + reader.line_num
                    if end > start + 1 and self._swallows(lines[start], lines[end - 1], delimiter, header):
                        raise csv.Error  # noqa: TRY301 - such a quote is dealt with as any other
                    start = end
                    header = header or ([] if all(map(is_blank, row)) else row)
                    yield row
            except csv.Error:
                unclosed += first + reader.line_num > start + 1
                if unclosed > _MOST_UNCLOSED:
                    message = f"More than {_MOST_UNCLOSED} rows hold quotes that are never closed. Save the file as CSV anew."
                    raise Invalid(message) from None
                alone = _alone(lines[start].rstrip("\r\n"), delimiter, len(header))
                start += 1
                header = header or alone
                yield alone

    def _swallows(self, opening: str, closing: str, delimiter: str, header: Sequence[Cell]) -> bool:
        """Whether a quoted text over several lines begins in what is a whole row, and ends in another: then two quotes that
        have nothing to do with each other stand around rows, and one row would get the ids of the other.
        """
        first, last = opening.split(delimiter), closing.split(delimiter)
        if not header:
            return not self._columns.missing(first) and self._looks_whole(last, first)
        return self._looks_whole(first, header) and self._looks_whole(last, header)

    def _looks_whole(self, parts: Sequence[str], header: Sequence[Cell]) -> bool:
        if len(parts) != len(header):
            return False
        places = self._columns.places(header)
        telling = [parts[places[name]] for name in self._columns.telling if name in places]
        given = [part for part in telling if not is_blank(part)]
        if given:
            return all(self._like.fullmatch(part) and re.search(r"\d", part) for part in given)
        # By what the row is about, then; behind the commas of a sentence stands a space.
        about = places.get(self._columns.required[0])
        is_prose = any(part.startswith(" ") for part in parts)
        return about is not None and not is_prose and _CODE.fullmatch(parts[about].strip()) is not None


def _alone(line: str, delimiter: str, width: int) -> Sequence[Cell]:
    """A line with a quote out of place: its cells where they can be told apart, the one with the quote told as flawed."""
    parts = line.split(delimiter)
    if width and len(parts) != width:
        return [Flawed(line, f"can't be told from other columns: the row {_STRAY}")] * width
    return [_part(part) for part in parts]


def _part(part: str) -> Cell:
    if '"' not in part:
        return part
    quoted = _QUOTED.fullmatch(part)
    return Flawed(part, _STRAY) if quoted is None else quoted[1].replace('""', '"')
