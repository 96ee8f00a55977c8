"""`python3 dev guards`: take each guard away in a copy of the tree, and see that a test fails."""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.guards.catalogue import GUARDS
from tests.guards.guard import Guard

_ROOT = Path(__file__).parent.parent.parent
_COPIED = (
    "api",
    "deploy",
    "docs",
    "domain",
    "jobs",
    "migrations",
    "tests",
    "pyproject.toml",
    "schema.graphql",
)
_LINKED = (".venv", "node_modules")
_AT_ONCE = 2
# One that waits for ever without its guard notices nothing, and is not to hold up the others.
_MOST_SECONDS = 300
# What pytest ends with where tests failed; 2 to 5 are its own troubles.
_TESTS_FAILED = 1
# Not ERROR: what can't even be set up notices nothing.
_A_TEST_FAILED = "\nFAILED "

console = Console(width=120, highlight=False)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="dev guards", description="Does a test fail for want of each guard?"
    )
    parser.add_argument("names", nargs="*", help="of guards; all, where none is named")
    wanted = parser.parse_args().names
    unknown = set(wanted) - {guard.name for guard in GUARDS}
    if unknown:
        parser.error(f"no guard is called {', '.join(sorted(unknown))}")
    guards = [guard for guard in GUARDS if not wanted or guard.name in wanted]
    table = Table(title="Without its guard", title_justify="left")
    for column in ("guard", "tests", "noticed"):
        table.add_column(column, overflow="fold")
    table.add_column("took", justify="right")
    if (code := _run({test for guard in guards for test in guard.tests})[0]) != 0:
        console.print(
            f"With every guard in its place these tests don't pass (exit status {code}): mend that first."
        )
        return 1
    unnoticed = []
    with _pool() as pool:
        for guard, (code, said, seconds) in zip(guards, pool.map(_try_without, guards), strict=True):
            is_noticed = code == _TESTS_FAILED and _A_TEST_FAILED in said
            console.print(f"{guard.name}: {'noticed' if is_noticed else 'NOT NOTICED'} in {seconds:.0f} s")
            if not is_noticed:
                unnoticed.append(guard.name)
                console.print(said[-1500:], markup=False)
            tests = ", ".join(test.removeprefix("tests/") for test in guard.tests)
            table.add_row(
                guard.name,
                tests.replace("[", "\\["),
                "yes" if is_noticed else "[red]no[/red]",
                f"{seconds:.0f} s",
            )
    console.print(table)
    console.print(f"{len(guards) - len(unnoticed)} of {len(guards)} are noticed.")
    return 1 if unnoticed else 0


@contextmanager
def _pool() -> Generator[ThreadPoolExecutor]:
    """At Ctrl-C, those that haven't begun don't begin any more."""
    pool = ThreadPoolExecutor(_AT_ONCE)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _try_without(guard: Guard) -> tuple[int, str, float]:
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="tw-guards-", ignore_cleanup_errors=True) as folder:
        tree = Path(folder)
        # PostgreSQL's user has to pass through.
        tree.chmod(0o755)
        for name in _COPIED:
            source = _ROOT / name
            if source.is_dir():
                # With what was compiled, which takes longer than most of the tests.
                shutil.copytree(source, tree / name)
            else:
                shutil.copy(source, tree / name)
        for name in _LINKED:
            (tree / name).symlink_to((_ROOT / name).resolve())
        take_away(guard, tree)
        code, said = _run(guard.tests, tree)
    return code, said, time.monotonic() - began


def _run(tests: Collection[str], tree: Path = _ROOT) -> tuple[int, str]:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-x",
        "-p",
        "no:cacheprovider",
        "--no-header",
        *sorted(tests),
    ]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    try:
        done = subprocess.run(
            command,
            cwd=tree,
            env=environment,
            check=False,
            capture_output=True,
            text=True,
            timeout=_MOST_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return 1, f"It did not end within {_MOST_SECONDS} s."
    return done.returncode, done.stdout + done.stderr


def take_away(guard: Guard, tree: Path) -> None:
    """Raises ValueError where the text of an edit isn't there exactly once."""
    for edit in guard.edits:
        path = tree / edit.path
        text = path.read_text(encoding="utf-8")
        if (count := text.count(edit.old)) != 1:
            raise ValueError(
                f"{guard.name}: in {edit.path} its text stands {count} times, not once: {edit.old!r}"
            )
        path.write_text(text.replace(edit.old, edit.new), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
