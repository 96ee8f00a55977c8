"""XLSX files as tables, read in a process of their own."""

import asyncio
from asyncio.subprocess import Process

import msgspec

from domain import confined
from domain.errors import Invalid, LimitExceeded, Unavailable
from domain.tables.cells import Table
from domain.tables.columns import Columns
from domain.tables.workbook_messages import UNREADABLE, Ended, Message, Opened, Row, Unfit, WorkbookLimits

_READER = "domain.tables.workbook_reader"
_TOO_LONG = "The workbook takes too long to read. Save its table alone, or as CSV."
_TOO_MUCH = "The workbook holds too much to read. Save its table alone, or as CSV."


async def read(content: bytes, columns: Columns, limits: WorkbookLimits | None = None) -> Table:
    """The sheet that people see. Raises Invalid, LimitExceeded, and Unavailable where the reading process was ended."""
    limits = limits or WorkbookLimits()
    process = await _start_reader(limits, columns)
    try:
        said, ended = await confined.output_of(
            process, content, seconds=limits.seconds, most=limits.output_bytes
        )
    except TimeoutError:
        raise LimitExceeded(_TOO_LONG) from None
    except confined.SaidTooMuch:
        raise LimitExceeded(_TOO_MUCH) from None
    return await asyncio.to_thread(_to_table, said, ended)


async def _start_reader(limits: WorkbookLimits, columns: Columns) -> Process:
    given = (msgspec.json.encode(each).decode() for each in (limits, columns))
    return await confined.start(_READER, *given)


def _to_table(said: bytes, ended: int) -> Table:
    """What was said as a table. Its last line, half a one where the process was ended, says whether it is whole."""
    decoder = msgspec.json.Decoder(Message)
    lines = said[: said.rfind(b"\n") + 1]
    try:
        last = decoder.decode(lines[lines.rfind(b"\n", 0, -1) + 1 :])
    except msgspec.DecodeError:
        raise _failure_of(ended) from None
    if isinstance(last, Unfit):
        raise LimitExceeded(last.message) if last.is_too_much else Invalid(last.message)
    if not isinstance(last, Ended):
        raise _failure_of(ended)
    opened, *rows = decoder.decode_lines(lines)
    assert isinstance(opened, Opened)  # noqa: S101 - it is said first
    return Table(
        header=opened.header,
        rows=[
            (row.number, dict(zip(opened.columns, row.cells, strict=True)))
            for row in rows
            if isinstance(row, Row)
        ],
        sheet=opened.sheet,
        ignored=opened.ignored,
        candidates=opened.candidates,
    )


def _failure_of(code: int) -> Exception:
    """Why nothing more was said."""
    if code in confined.TOOK_TOO_LONG:
        return LimitExceeded(_TOO_LONG)
    if code in confined.FROM_OUTSIDE:
        return Unavailable("The process that reads workbooks was ended from outside.")
    if code < 0:
        return Invalid(UNREADABLE)
    return RuntimeError(f"the process that reads workbooks ended with {code}")
