"""What the process that reads workbooks is given, and what it says: a line of JSON each."""

from collections.abc import Sequence

from msgspec import Struct

from domain.tables.cells import Cell

UNREADABLE = "The file could not be read as an Excel workbook. Save it anew as .xlsx, or as CSV."


class WorkbookLimits(Struct, frozen=True):
    """What reading one workbook may take: bytes of memory, bytes of parts as often as each is read, bytes of what is
    said, seconds of computing, and seconds altogether.
    """

    memory_bytes: int = 512 * 1024 * 1024
    unpacked_bytes: int = 200 * 1024 * 1024
    output_bytes: int = 32 * 1024 * 1024
    cpu_seconds: int = 60
    seconds: int = 180
    rows: int = 100_000


class Opened(Struct, frozen=True, array_like=True, tag="opened"):
    """The sheet that is read, and the first of its rows that shows anything; the cells of rows follow in the order of
    *columns*. *ignored* are the other sheets, *candidates* those of them that have a whole header where this one has not.
    """

    sheet: str
    header: Sequence[Cell]
    columns: Sequence[str]
    ignored: Sequence[str]
    candidates: Sequence[str]


class Row(Struct, frozen=True, array_like=True, tag="row"):
    """One row that shows anything in the columns that are read."""

    number: int
    cells: Sequence[Cell]


class Ended(Struct, frozen=True, array_like=True, tag="ended"):
    """The sheet is read to its end."""


class Unfit(Struct, frozen=True, array_like=True, tag="unfit"):
    """Why the workbook can't be read; *is_too_much*: it holds more than is allowed."""

    message: str
    is_too_much: bool = False


Message = Opened | Row | Ended | Unfit
