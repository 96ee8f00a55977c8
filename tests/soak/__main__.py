"""`python3 dev soak`: every fault on both databases, and a table of what each cost."""

import argparse
import asyncio
import random
import shutil
import signal
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path

from rich.console import Console

from tests.soak.catalogue import FAULTS, Fault
from tests.soak.installation import Installation, installation
from tests.soak.programs import PostgreSQL
from tests.soak.running import run_fault
from tests.soak.table import Line, show, write

_DATABASES = ("sqlite", "postgresql")
# Beside its own time each fault takes so long: a shop is opened, and all it asked for settles.
_AROUND_SECONDS = 10.0
_LEAST_SECONDS, _MOST_SECONDS = 4.0, 20.0

console = Console(width=120, highlight=False)


def main() -> int:
    options = _arguments()
    plan = _plan(options)
    seed = random.SystemRandom().randrange(10**6) if options.seed is None else options.seed
    lines: list[Line] = []
    is_whole = False
    try:
        asyncio.run(_soak(options, plan, seed, lines))
        is_whole = True
    except (KeyboardInterrupt, asyncio.CancelledError):
        console.print("\nStopped; nothing is left running.")
    if lines:
        show(console, lines)
        console.print(f"Again: python3 dev soak --seed {seed}")
    if options.json is not None:
        write(options.json, lines, seed=seed)
    if not is_whole:
        return 130
    return 1 if any(line.is_bad for line in lines) else 0


def _plan(options: argparse.Namespace) -> list[tuple[Fault, str]]:
    databases = _DATABASES if options.database == "both" else (options.database,)
    faults = [fault for fault in FAULTS if options.fault in {None, fault.name}]
    plan = [(fault, database) for database in databases for fault in faults if database in fault.databases]
    if not plan:
        raise SystemExit(f"{options.fault} is no fault of {options.database}.")
    return plan


async def _soak(
    options: argparse.Namespace, plan: list[tuple[Fault, str]], seed: int, lines: list[Line]
) -> None:
    task = asyncio.current_task()
    assert task is not None
    # A shell that starts it in the background would have it ignore the first.
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    lines += [Line(fault.name, database) for fault, database in plan]
    seconds = options.minutes * 60 / max(len(plan), 1) - _AROUND_SECONDS
    seconds = min(max(seconds, _LEAST_SECONDS), _MOST_SECONDS)
    console.print(f"{len(plan)} faults of {seconds:.0f} s each, seed {seed}.")
    until = time.monotonic() + options.minutes * 60
    for turn in range(sys.maxsize):
        for database in dict.fromkeys(database for _, database in plan):
            async with AsyncExitStack() as stack:
                programs = None
                if database == "postgresql":
                    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tw-soak-")))
                    folder.chmod(0o755)
                    programs = PostgreSQL.programs(folder)
                running = await stack.enter_async_context(installation(database, programs=programs))
                stack.callback(_keep_logs, running, options.logs)
                for (fault, of), line in zip(plan, lines, strict=True):
                    if of != database or (turn and time.monotonic() > until):
                        continue
                    await run_fault(
                        fault,
                        running,
                        line,
                        seed=f"{seed}/{turn}",
                        seconds=seconds,
                        programs=programs,
                        say=_say,
                    )
        # Another round only where there is time for one: the least there is, is a whole one.
        if time.monotonic() + _AROUND_SECONDS > until:
            return


def _keep_logs(running: Installation, folder: Path | None) -> None:
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        for log in [*running.folder.glob("*.log"), running.folder / "client"]:
            if log.exists():
                shutil.copy(log, folder / f"{running.kind}-{log.name}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="dev soak", description="One fault after the other on whole installations under load."
    )
    parser.add_argument("--minutes", type=float, default=10, help="for how long; at least one round is made")
    parser.add_argument("--database", choices=(*_DATABASES, "both"), default="both")
    parser.add_argument(
        "--seed", type=int, default=None, help="that of an earlier run, to have the same again"
    )
    parser.add_argument(
        "--fault", choices=[fault.name for fault in FAULTS], default=None, help="this one only"
    )
    parser.add_argument("--json", type=Path, default=None, help="a file for the table as JSON")
    parser.add_argument("--logs", type=Path, default=None, help="a folder for what the processes said")
    return parser.parse_args()


def _say(line: str) -> None:
    console.print(f"{time.strftime('%H:%M:%S')} {line}", soft_wrap=True, markup=False)


if __name__ == "__main__":
    sys.exit(main())
