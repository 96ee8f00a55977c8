"""What the rows of a file ask for: read one by one, each that asks for nothing with its outcome (M2). Pure."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from domain.errors import Invalid
from domain.queued_jobs.run import Outcome
from domain.tables.cells import Table, is_blank, shown
from domain.tables.columns import Columns, listed
from domain.tables.values import RowCells, UnreadableCell


class Request(Protocol):
    """What a row asks for. Two of one *key* are about the same *what*, and want the same where their *wish* is equal."""

    @property
    def subject(self) -> str: ...
    @property
    def place(self) -> str: ...
    @property
    def key(self) -> Hashable: ...
    @property
    def wish(self) -> object: ...
    @property
    def what(self) -> str: ...


RequestT = TypeVar("RequestT", bound=Request)


@dataclass
class FileRows(Generic[RequestT]):
    """What is asked for, and what can be told of rows that ask for nothing. *subjects* are those of all rows in order."""

    requests: list[RequestT] = field(default_factory=list[RequestT])
    others: list[Outcome] = field(default_factory=list[Outcome])
    subjects: list[str] = field(default_factory=list[str])


def read_rows(
    table: Table, columns: Columns, read: Callable[[RowCells], RequestT | Outcome]
) -> FileRows[RequestT]:
    """Read a whole file by what *read* makes of a row, which raises UnreadableCell. Raises Invalid where the file can't be
    read at all, in one line that names what it has.
    """
    places = _places(table, columns)
    file: FileRows[RequestT] = FileRows()
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
    first: dict[Hashable, RequestT] = {}
    for number, cells in table.rows:
        row = RowCells(number, cells, table.encoding)
        try:
            found = read(row)
        except UnreadableCell as fault:
            found = Outcome.failed(row.subject, "INVALID", f"{row.place}: {_ended(str(fault))}")
        file.subjects.append(found.subject)
        if isinstance(found, Outcome):
            file.others.append(found)
        elif found.key in first:
            file.others.append(_again(found, first[found.key]))
        else:
            first[found.key] = found
    file.requests = list(first.values())
    if not table.rows:
        raise Invalid("The file has a header but no rows below it.")
    return file


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith("?") else f"{sentence}."


def _again(request: RequestT, earlier: RequestT) -> Outcome:
    if request.wish == earlier.wish:
        return Outcome.skipped(request.subject, "REPEATED", f"{request.place}: the same as {earlier.place}.")
    told = f"{request.place}: {request.what} stands in {earlier.place} already, with other values. Keep one of the two."
    return Outcome.failed(request.subject, "CONFLICT", told)


def _places(table: Table, columns: Columns) -> dict[str, int]:
    header = table.header
    if all(map(is_blank, header)):
        raise Invalid(
            f"The file is empty. It needs a header with {listed(columns.required)}, and rows below.{_elsewhere(table)}"
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
