"""PostgreSQL stopped at once as if its machine had failed, and connections cut in the middle of a transaction."""

import asyncio
import os
import signal
from itertools import cycle

from tests.soak.trial import Trial

_OURS = """SELECT pid FROM pg_stat_activity
  WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"""
_AT_WORK = f"{_OURS} AND xact_start IS NOT NULL"


async def restart(trial: Trial) -> None:
    """An immediate stop, and a start that recovers from its log. It counts where transactions were open."""
    server = trial.installation.postgresql
    assert server is not None
    while trial.goes_on:
        await asyncio.sleep(trial.source.uniform(0.2, 1.5))
        trial.effective += bool(await _pids(trial, _AT_WORK))
        async with trial.recovery():
            await server.end(signal.SIGQUIT, seconds=10)
            trial.injected += 1
            server.start()
            await server.until_ready()
            await trial.until_a_job_ends()


async def cut(trial: Trial) -> None:
    """A backend that is in a transaction is ended; one in four by kill -9, after which PostgreSQL ends all of them."""
    for turn in cycle(range(4)):
        if not trial.goes_on:
            return
        await asyncio.sleep(trial.source.uniform(0.1, 0.5))
        pids = await _pids(trial, _AT_WORK)
        if not pids:
            continue
        pid = trial.source.choice(pids)
        trial.injected += 1
        async with trial.recovery():
            trial.effective += await (_kill(trial, pid) if turn == 3 else _terminate(trial, pid))
            await trial.until_a_job_ends()


async def _pids(trial: Trial, which: str) -> list[int]:
    return [pid for (pid,) in await trial.installation.rows.of(which)]


async def _terminate(trial: Trial, pid: int) -> bool:
    rows = await trial.installation.rows.of("SELECT pg_terminate_backend(:pid)", pid=pid)
    return bool(rows[0][0])


async def _kill(trial: Trial, pid: int) -> bool:
    server = trial.installation.postgresql
    assert server is not None
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    # It takes a moment for the others to be ended too.
    await asyncio.sleep(0.3)
    await server.until_ready()
    return True
