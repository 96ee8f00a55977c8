"""XLSX files as tables, read in a process of their own: what a file does there to memory or time ends that process, not
the worker. It inherits no setting, so no secret either.
"""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import suppress
from pathlib import Path

import msgspec

from domain.errors import Invalid, LimitExceeded, Unavailable
from domain.tables.cells import Table
from domain.tables.columns import Columns
from domain.tables.workbook_messages import UNREADABLE, Ended, Message, Opened, Row, Unfit, WorkbookLimits

_ROOT = Path(__file__).parents[2]
_READER = "domain.tables.workbook_reader"
# What an interpreter may need to start at all.
_INHERITED = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONHOME", "PYTHONPATH", "TMPDIR")
_CHUNK = 64 * 1024
_TOO_LONG = "The workbook takes too long to read. Save its table alone, or as CSV."
_TOO_MUCH = "The workbook holds too much to read. Save its table alone, or as CSV."
# Sent by whoever runs the machine, or by its kernel when memory is short.
_FROM_OUTSIDE = {-signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP, -signal.SIGKILL}


async def read(content: bytes, columns: Columns, limits: WorkbookLimits | None = None) -> Table:
    """The sheet that people see. Raises Invalid, LimitExceeded, and Unavailable where the reading process was ended."""
    limits = limits or WorkbookLimits()
    process = await _start_reader(limits, columns)
    feeding = asyncio.create_task(_feed(process, content))
    try:
        async with asyncio.timeout(limits.seconds):
            said = await _read_output(process, limits.output_bytes)
            ended = await process.wait()
    except TimeoutError:
        raise LimitExceeded(_TOO_LONG) from None
    finally:
        feeding.cancel()
        await _kill(process)
    return await asyncio.to_thread(_to_table, said, ended)


async def _kill(process: Process) -> None:
    """Leave no process behind, and none that has ended but waits to be asked how."""
    if process.returncode is not None:
        return
    with suppress(ProcessLookupError):
        process.kill()
    # What it wrote is read first: until then some versions of asyncio wait for ever.
    while process.stdout is not None and await process.stdout.read(_CHUNK):
        pass
    await process.wait()


async def _start_reader(limits: WorkbookLimits, columns: Columns) -> Process:
    # In a session of its own, so that Ctrl-C in a terminal is for the worker, which ends it where it has to.
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *(
            "-W",
            "ignore",
            "-m",
            _READER,
            *(msgspec.json.encode(given).decode() for given in (limits, columns)),
        ),
        stdin=PIPE,
        stdout=PIPE,
        cwd=_ROOT,
        env={name: os.environ[name] for name in _INHERITED if name in os.environ},
        start_new_session=True,
    )


async def _feed(process: Process, content: bytes) -> None:
    assert process.stdin is not None  # noqa: S101 - it was asked for
    # A process that is gone says by how it ended why.
    with suppress(ConnectionError):
        process.stdin.write(content)
        await process.stdin.drain()
    process.stdin.close()


async def _read_output(process: Process, most: int) -> bytes:
    assert process.stdout is not None  # noqa: S101 - it was asked for
    said = bytearray()
    while chunk := await process.stdout.read(_CHUNK):
        said += chunk
        if len(said) > most:
            raise LimitExceeded(_TOO_MUCH)
    return bytes(said)


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
    if code in {-signal.SIGXCPU, -signal.SIGALRM}:
        return LimitExceeded(_TOO_LONG)
    if code in _FROM_OUTSIDE:
        return Unavailable("The process that reads workbooks was ended from outside.")
    if code < 0:
        return Invalid(UNREADABLE)
    return RuntimeError(f"the process that reads workbooks ended with {code}")
