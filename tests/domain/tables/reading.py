"""Mapping files read outside any job."""

import asyncio
import os
from asyncio.subprocess import Process

import pytest

from domain.products import mapping_file
from domain.products.mapping_file import MappingFile
from domain.tables import number_formats, workbooks
from domain.tables import reading as tables
from domain.tables.cells import Number
from domain.tables.columns import Columns
from domain.tables.workbook_messages import WorkbookLimits


def read(content: bytes) -> MappingFile:
    """What a file asks for."""
    return mapping_file.read(asyncio.run(tables.read(content, mapping_file.COLUMNS)))


def numeric(value: float, code: str = "General") -> Number:
    """A cell of a workbook that holds a number and shows it by a format."""
    return Number(value, number_formats.show_number(value, code), code)


def recorded(monkeypatch: pytest.MonkeyPatch) -> asyncio.Queue[Process]:
    """The processes that read workbooks, as they are started."""
    started: asyncio.Queue[Process] = asyncio.Queue()
    start = workbooks._start_reader

    async def recording(limits: WorkbookLimits, columns: Columns) -> Process:
        process = await start(limits, columns)
        started.put_nowait(process)
        return process

    monkeypatch.setattr(workbooks, "_start_reader", recording)
    return started


def is_gone(process: Process) -> bool:
    """Whether a process has ended and was asked how, so that no zombie is left."""
    try:
        os.kill(process.pid, 0)
    except ProcessLookupError:
        return process.returncode is not None
    return False
