"""
XLSX files as sheets of rows. Pure, and read here rather than by a library: those at hand lay out a table as large as
its farthest cell says, and one stray cell of a file would end the whole worker.
"""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from xml.parsers import expat

from domain.errors import Invalid, LimitExceeded, Refused

# Text, or what a spreadsheet made of it: int, float or bool.
Cell = object
Rows = list[tuple[int, Sequence[Cell]]]
# An archive of a few megabytes can unpack to a machine's whole memory.
_UNPACKED_BYTES = 100 * 1024 * 1024
_CELLS = 2_000_000
_CELL_NAME = re.compile(r"([A-Z]{1,3})[0-9]{1,7}")
_LONGEST_NUMBER = 40


def sheets(content: bytes) -> Iterator[tuple[str, Rows]]:
    """
    The name and the rows of each sheet, in the order of their tabs. Raises Invalid and LimitExceeded.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield from _sheets(_Parts(archive))
    except Refused:
        raise
    except Exception:  # noqa: BLE001 - an archive and its parts can be broken in more ways than have names
        message = "The file could not be read as an Excel workbook. Save it anew as .xlsx, or as CSV."
        raise Invalid(message) from None


class _Parts:
    """
    The parts of a workbook by name. Reading one compares its size with the one it declares, and its checksum.
    """

    def __init__(self, archive: zipfile.ZipFile) -> None:
        if sum(entry.file_size for entry in archive.infolist()) > _UNPACKED_BYTES:
            raise LimitExceeded("The workbook is too large. Save its table alone, or as CSV.")
        self._archive = archive
        self.workbook = next(name for name in archive.namelist() if name.endswith("workbook.xml"))

    def related(self) -> Iterator[tuple[str, str, str]]:
        """
        Id, kind and name of each part that the workbook refers to.
        """
        folder, name = posixpath.split(self.workbook)
        relations = _Attributes("Relationship")
        self.parse(posixpath.join(folder, "_rels", f"{name}.rels"), relations)
        for one in relations.found:
            target = posixpath.normpath(posixpath.join("/", folder, one["Target"])).lstrip("/")
            yield one["Id"], one["Type"].rpartition("/")[2], target

    def parse(self, name: str, handler: "_Handler") -> None:
        """
        Read a part of XML.
        """
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = lambda tag, given: handler.start(
            _local(tag), {_local(key): value for key, value in given.items()}
        )
        parser.EndElementHandler = lambda tag: handler.end(_local(tag))
        parser.CharacterDataHandler = handler.text
        parser.StartDoctypeDeclHandler = _refuse_document_type
        parser.Parse(self._archive.read(name), True)


class _Handler:
    """
    What is made of a part's elements, in their order.
    """

    def start(self, tag: str, given: Mapping[str, str]) -> None:
        """An element begins."""

    def end(self, tag: str) -> None:
        """An element ends."""

    def text(self, some: str) -> None:
        """Text inside an element."""


class _Attributes(_Handler):
    """
    The attributes of each element of one name.
    """

    def __init__(self, tag: str) -> None:
        self._tag = tag
        self.found: list[Mapping[str, str]] = []

    def start(self, tag: str, given: Mapping[str, str]) -> None:
        if tag == self._tag:
            self.found.append(given)


class _Text(_Handler):
    """
    Text in elements t, but for how it is pronounced.
    """

    def __init__(self) -> None:
        self._text: list[str] = []
        self._in_text = False
        self._aside = 0

    def start(self, tag: str, given: Mapping[str, str]) -> None:  # noqa: ARG002
        self._aside += tag == "rPh"
        self._in_text = tag == "t" and not self._aside

    def end(self, tag: str) -> None:
        self._aside -= tag == "rPh"
        self._in_text = False

    def text(self, some: str) -> None:
        if self._in_text:
            self._text.append(some)

    def _taken(self) -> str:
        taken = "".join(self._text)
        self._text.clear()
        return taken


class _SharedStrings(_Text):
    """
    The texts that cells refer to by number.
    """

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def end(self, tag: str) -> None:
        super().end(tag)
        if tag == "si":
            self.found.append(self._taken())


class _Sheet(_Text):
    """
    The rows of a sheet that have any cell.
    """

    def __init__(self, strings: Sequence[str]) -> None:
        super().__init__()
        self._strings = strings
        self._cells = 0
        self._kind = ""
        self._number, self._column = 0, 0
        self._row: list[Cell] = []
        self.rows: Rows = []

    def start(self, tag: str, given: Mapping[str, str]) -> None:
        super().start(tag, given)
        if tag == "row":
            self._number = int(given["r"]) if "r" in given else self._number + 1
            self._row, self._column = [], 0
        elif tag == "c":
            self._kind = given.get("t", "n")
            self._column = _column(given["r"]) if "r" in given else self._column + 1
        elif tag == "v":
            self._in_text = True

    def end(self, tag: str) -> None:
        super().end(tag)
        if tag == "c":
            self._put(self._taken())
        elif tag == "row" and self._row:
            self.rows.append((self._number, self._row))

    def _put(self, raw: str) -> None:
        if not raw:
            return
        missing = self._column - 1 - len(self._row)
        if missing < 0:
            raise ValueError(self._column)
        self._cells += missing + 1
        if self._cells > _CELLS:
            message = "A sheet of the workbook is too large. Delete the stray cells in it, or save it as CSV."
            raise LimitExceeded(message)
        self._row += [""] * missing
        self._row.append(self._value(raw))

    def _value(self, raw: str) -> Cell:
        if self._kind == "s":
            return self._strings[int(raw)]
        if self._kind == "b":
            return raw.strip() == "1"
        if self._kind != "n" or len(raw) > _LONGEST_NUMBER:
            return raw
        return int(raw) if raw.isascii() and raw.isdigit() else float(raw)


def _sheets(parts: _Parts) -> Iterator[tuple[str, Rows]]:
    related = {number: (kind, name) for number, kind, name in parts.related()}
    strings = _SharedStrings()
    for kind, name in related.values():
        if kind == "sharedStrings":
            parts.parse(name, strings)
    tabs = _Attributes("sheet")
    parts.parse(parts.workbook, tabs)
    for tab in tabs.found:
        kind, name = related[tab["id"]]
        if kind == "worksheet":
            sheet = _Sheet(strings.found)
            parts.parse(name, sheet)
            yield tab["name"], sheet.rows


def _column(cell_name: str) -> int:
    found = _CELL_NAME.fullmatch(cell_name)
    if found is None:
        raise ValueError(cell_name)
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _refuse_document_type(*_: Any) -> None:
    raise ValueError("a part of a workbook has no document type")
