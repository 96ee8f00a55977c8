"""Work on what strangers send, in a process of its own: what it does there to memory or time ends that process, not the one that
asked. It inherits no setting, so no secret either.
"""

import asyncio
import os
import resource
import signal
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import suppress
from pathlib import Path

_ROOT = Path(__file__).parents[1]
# What an interpreter may need to start at all.
_INHERITED = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONHOME", "PYTHONPATH", "TMPDIR")
_CHUNK = 64 * 1024
# How such a process ends where its own limits end it.
TOOK_TOO_LONG = frozenset({-signal.SIGXCPU, -signal.SIGALRM})
# Sent by whoever runs the machine, or by its kernel when memory is short.
FROM_OUTSIDE = frozenset({-signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP, -signal.SIGKILL})


class SaidTooMuch(Exception):
    """It wrote more than it may."""


async def start(module: str, *arguments: str) -> Process:
    """Start `python -m module`, which is to call confine() first."""
    # In a session of its own, so that Ctrl-C in a terminal is for the worker, which ends it where it has to.
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-W", "ignore", "-m", module, *arguments),
        stdin=PIPE,
        stdout=PIPE,
        cwd=_ROOT,
        env={name: os.environ[name] for name in _INHERITED if name in os.environ},
        start_new_session=True,
    )


async def output_of(process: Process, content: bytes, *, seconds: float, most: int) -> tuple[bytes, int]:
    """What a process makes of *content*, *most* bytes, and how it ended. Raises TimeoutError and SaidTooMuch; none is left behind."""
    feeding = asyncio.create_task(_feed(process, content))
    try:
        async with asyncio.timeout(seconds):
            said = await _read(process, most)
            return said, await process.wait()
    finally:
        feeding.cancel()
        await _kill(process)


def confine(*, memory_bytes: int, cpu_seconds: int, seconds: int) -> None:
    """Have the kernel end this process where it takes more than it may, also when whoever started it is gone."""
    # What can't be closed for want of memory is gone in a moment.
    sys.unraisablehook = lambda _: None
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    signal.alarm(seconds)
    # macOS knows this limit and refuses to set it; there only the seconds hold.
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))


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


async def _feed(process: Process, content: bytes) -> None:
    assert process.stdin is not None  # noqa: S101 - it was asked for
    # A process that is gone says by how it ended why.
    with suppress(ConnectionError):
        process.stdin.write(content)
        await process.stdin.drain()
    process.stdin.close()


async def _read(process: Process, most: int) -> bytes:
    assert process.stdout is not None  # noqa: S101 - it was asked for
    said = bytearray()
    while chunk := await process.stdout.read(_CHUNK):
        said += chunk
        if len(said) > most:
            raise SaidTooMuch
    return bytes(said)
