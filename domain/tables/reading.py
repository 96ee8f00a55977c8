"""Files that people hand in, as tables: CSV, TSV and XLSX."""

import asyncio

from domain.errors import Invalid
from domain.tables import delimited, workbooks
from domain.tables.cells import Table, is_blank
from domain.tables.columns import Columns
from domain.tables.workbook_messages import WorkbookLimits

MOST_ROWS = WorkbookLimits().rows

_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def is_workbook(content: bytes) -> bool:
    """Whether this can only be an XLSX file, if any table at all."""
    return content.startswith(_ZIP)


async def read(content: bytes, columns: Columns) -> Table:
    """A file's table, whatever it was said to be. Raises Invalid and LimitExceeded, saying what to do, and Unavailable."""
    if content.startswith(_OLD_EXCEL):
        message = (
            "This is an old or password-protected Excel file. Save it as .xlsx without password, or as CSV."
        )
        raise Invalid(message)
    if is_workbook(content):
        return await workbooks.read(content, columns)
    # In a thread, as the lease of a job is kept on this loop.
    return await asyncio.to_thread(_delimited, content, columns)


def _delimited(content: bytes, columns: Columns) -> Table:
    found, encoding = delimited.rows(content, columns)
    shown = (row for row in found if not all(map(is_blank, row[1])))
    _, header = next(shown, (0, []))
    by_place = ((number, dict(enumerate(row))) for number, row in shown)
    return Table(header, list(columns.below(header, by_place, most=MOST_ROWS)), encoding)
