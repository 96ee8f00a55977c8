"""Workbooks that are made to harm, and the process that reads them: it takes what it may, and is gone afterwards."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from domain.errors import LimitExceeded, Unavailable
from domain.products.mapping_file import COLUMNS
from domain.tables import workbooks
from domain.tables.workbook_messages import WorkbookLimits
from tests.domain.tables.hostile import MIB, SMALL, TOO_LONG, harmless, refused, slow
from tests.domain.tables.reading import is_gone, recorded
from tests.domain.tables.workbook import workbook

# Reads each file in turn, as a worker would, and says what came of it and how much memory it and its children took.
_READ_ALL = """
import asyncio, json, resource, sys
from pathlib import Path
from domain.errors import Refused
from domain.products.mapping_file import COLUMNS
from domain.tables import workbooks
from tests.domain.tables.hostile import SMALL

async def read(path):
    try:
        return [len((await workbooks.read(path.read_bytes(), COLUMNS, SMALL)).rows)]
    except Refused as refusal:
        return [type(refusal).__name__, refusal.message]

before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
found = {path.name: asyncio.run(read(path)) for path in sorted(Path(sys.argv[1]).iterdir())}
grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print(json.dumps([found, grown, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems count memory otherwise, or can't limit it")
def test_memory_and_seconds_are_bounded(tmp_path: Path) -> None:
    """M6, A6: whatever a workbook holds, reading ends with one clear message and within its memory, here and there."""
    bad, good = refused(), harmless()
    for name, content in {name: content for name, (content, _) in bad.items()}.items() | good.items():
        (tmp_path / name).write_bytes(content)
    reading = subprocess.run(
        [sys.executable, "-c", _READ_ALL, str(tmp_path)],
        capture_output=True, text=True, check=True, cwd=Path(__file__).parents[3],
    )  # fmt: skip
    found, grown, child = json.loads(reading.stdout)

    assert {name: found[name] for name in good} == {name: [1] for name in good}
    for name, (_, words) in bad.items():
        assert found[name][1].startswith(words), (name, found[name])
        assert found[name][0] == ("Invalid" if "could not be read" in words else "LimitExceeded")
    assert reading.stderr == ""
    # In KiB. The reader of here holds a file and what is said of it, and no more.
    assert child * 1024 <= SMALL.memory_bytes
    assert grown * 1024 <= 32 * MIB


async def test_seconds_of_computing() -> None:
    """M6, A6: a workbook that keeps the reading process busy for too long is refused with that as the reason."""
    with pytest.raises(LimitExceeded) as refusal:
        await workbooks.read(slow(), COLUMNS, WorkbookLimits(cpu_seconds=1))
    assert refusal.value.message.startswith(TOO_LONG)


async def test_no_process_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """M6: a reading process ends with what it reads, when it takes too long, and when nobody waits for it any more."""
    started = recorded(monkeypatch)
    table = await workbooks.read(workbook([["ProductID"], ["A"]]), COLUMNS)
    assert [row[1]["ProductID"] for row in table.rows] == ["A"]
    with pytest.raises(LimitExceeded) as late:
        await workbooks.read(slow(), COLUMNS, WorkbookLimits(seconds=0))
    assert late.value.message.startswith(TOO_LONG)
    processes = [await started.get(), await started.get()]
    reading = asyncio.create_task(workbooks.read(slow(), COLUMNS))
    processes.append(await started.get())
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading

    assert all(is_gone(process) for process in processes)
    assert [process.returncode for process in processes] == [0, -signal.SIGKILL, -signal.SIGKILL]


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGKILL])
async def test_a_process_that_others_end(monkeypatch: pytest.MonkeyPatch, sent: signal.Signals) -> None:
    """M6, J4: a reading process that is ended from outside says nothing of the file: the job is tried again."""
    started = recorded(monkeypatch)
    reading = asyncio.create_task(workbooks.read(slow(), COLUMNS))
    process = await started.get()
    process.send_signal(sent)
    with pytest.raises(Unavailable):
        await reading
    assert is_gone(process)


@pytest.mark.skipif(sys.platform != "linux", reason="reads what the kernel tells of a process")
async def test_no_secret_is_inherited(monkeypatch: pytest.MonkeyPatch) -> None:
    """A6: who reads other people's files is told no setting, and sits in a session that no terminal signals."""
    started = recorded(monkeypatch)
    monkeypatch.setenv("TRADEWIND_ENCRYPTION_KEYS", "k1:secret")
    reading = asyncio.create_task(workbooks.read(slow(), COLUMNS))
    process = await started.get()
    environment = await asyncio.to_thread(Path(f"/proc/{process.pid}/environ").read_bytes)
    session = os.getsid(process.pid)
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)

    assert b"TRADEWIND" not in environment
    assert session == process.pid
