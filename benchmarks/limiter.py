"""How much of Temu's calls per second is used, and how it is shared: `.venv/bin/python -m benchmarks.limiter`.

Process after process calls as fast as the limiter lets it, all but one of them for one mall, the last for another.
"""

import argparse
import asyncio
import tempfile
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.running import Temu, temu
from tests.domain.temu.calling import Caller, tell
from tests.fixtures.embedded import running_redis

_WARM_UP_SECONDS = 2


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.limiter", description=__doc__)
    parser.add_argument("--seconds", type=int, default=10, help="measured for each row")
    parser.add_argument("--calls-per-second", type=float, default=20, help="that Temu allows")
    options = parser.parse_args()
    table = Table("processes", "calls/s", "of those allowed", "refused", "share of the mall with one process")
    for processes in (1, 2, 8):
        table.add_row(*_measure(processes, options.seconds, options.calls_per_second))
    Console().print(table)


def _measure(processes: int, seconds: int, allowed: float) -> list[str]:
    with (
        tempfile.TemporaryDirectory() as folder,
        running_redis(Path(folder)) as redis,
        temu(malls=2, orders=0, calls_per_second=allowed) as sandbox,
    ):
        asyncio.run(_call(sandbox, redis.url, processes, seconds, allowed))
        calls = sandbox.calls()
    begin = calls[0]["at"] + _WARM_UP_SECONDS
    passed = [call for call in calls if call["code"] == 1000000 and begin <= call["at"] < begin + seconds]
    malls = Counter(call["mall_id"] for call in passed)
    share = f"{min(malls.values()) / len(passed):.0%}" if processes > 1 else ""
    refused = sum(1 for call in calls if call["code"] == 4000004)
    rate = len(passed) / seconds
    return [str(processes), f"{rate:.1f}", f"{rate / allowed:.1%}", str(refused), share]


async def _call(sandbox: Temu, redis_url: str, processes: int, seconds: int, allowed: float) -> None:
    busy, quiet = sandbox.tokens
    tokens = [busy] if processes == 1 else [busy] * (processes - 1) + [quiet]
    callers = [
        Caller(sandbox.url, sandbox.app_key, sandbox.app_secret, token, redis_url, allowed)
        for token in tokens
    ]
    running = await asyncio.gather(*(caller.start() for caller in callers))
    tell(running)
    await asyncio.sleep(_WARM_UP_SECONDS + seconds + 1)
    tell(running)
    await asyncio.gather(*(process.wait() for process in running))


if __name__ == "__main__":
    main()
