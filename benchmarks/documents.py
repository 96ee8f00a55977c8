"""What a server works before it asks the database: `.venv/bin/python -m benchmarks.documents`.

One server process on an empty SQLite is sent hostile documents, each made another one every time so that nothing of it is
remembered, and its own processor time is told. Beside each stands how often a plain page would go into that, which is asked
in the same run before and after them.
"""

import argparse
import os
import statistics
import tempfile
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import count, islice
from pathlib import Path
from typing import NamedTuple

import httpx
from rich.console import Console
from rich.table import Table

from api.schema.build import build
from benchmarks.running import _children, cpu_seconds
from tests.api.documents.hostile import HOSTILE, PLAIN_PAGE, Hostile, written
from tests.demo.processes import _command, _process, _wait_until_ready, free_port

_numbers = count()


class Cost(NamedTuple):
    """Processor time of one request, and how it was answered."""

    name: str
    milliseconds: float
    codes: str


def main() -> None:
    """Print the table, the dearest first."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.documents", description=__doc__)
    parser.add_argument("--times", type=int, default=10, help="that each is sent")
    parser.add_argument("--written", type=int, default=100, help="documents written at random besides")
    parser.add_argument("--seed", type=int, default=1, help="of these")
    options = parser.parse_args()
    schema = build()._schema  # noqa: SLF001 - strawberry hands it out under no other name
    random = islice(written(schema, options.seed), options.written)
    with running() as (client, pid):
        ask(client, pid, PLAIN_PAGE, options.times)
        before = ask(client, pid, PLAIN_PAGE, options.times)
        costs = [ask(client, pid, each, options.times) for each in HOSTILE]
        # Of many, the dearest are worth a second look.
        found = {each: ask(client, pid, Hostile("", each), 1).milliseconds for each in random}
        dearest = sorted(found, key=lambda each: found[each])[-5:]
        costs += [ask(client, pid, Hostile("written at random", each), options.times) for each in dearest]
        after = ask(client, pid, PLAIN_PAGE, options.times)
    plain = statistics.mean((before.milliseconds, after.milliseconds))
    show([Cost("a plain page", plain, ""), *costs], plain)


@contextmanager
def running() -> Generator[tuple[httpx.Client, int]]:
    """A server with the number of its process."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tradewind-benchmark-")))
        own = {name: value for name, value in os.environ.items() if not name.startswith("TRADEWIND_")}
        environment = own | {
            "TRADEWIND_ENV": "development",
            "TRADEWIND_SHUTDOWN_DELAY_SECONDS": "0",
            "TRADEWIND_DATA_DIR": str(folder),
        }
        _command(environment, "migrate")
        key = _command(environment, "keys", "create", "--admin", "--name", "benchmark")
        port, before = free_port(), _children()
        stack.enter_context(_process(environment, folder / "log", "serve", "--port", str(port)))
        (pid,) = _children() - before
        _wait_until_ready(f"http://127.0.0.1:{port}", folder / "log")
        authorization = {"Authorization": f"Bearer {key}"}
        url = f"http://127.0.0.1:{port}"
        yield stack.enter_context(httpx.Client(base_url=url, headers=authorization, timeout=60)), pid


def ask(client: httpx.Client, pid: int, hostile: Hostile, times: int) -> Cost:
    """Send a document so many times, each time with a name of its own at its end."""
    began, codes = cpu_seconds(pid), set[str]()
    for _ in range(times):
        asked = {"query": f"{hostile.document}#{next(_numbers)}", "variables": hostile.variables}
        codes |= set(_codes(client.post("/graphql", json=asked).json().get("errors", [])))
    return Cost(hostile.name, (cpu_seconds(pid) - began) * 1000 / times, ", ".join(sorted(codes)))


def _codes(errors: Iterable[dict[str, dict[str, str]]]) -> Iterator[str]:
    for each in errors:
        yield each["extensions"].get("limit", each["extensions"]["code"])


def show(costs: Sequence[Cost], plain: float) -> None:
    table = Table(title="Work before the database is asked")
    for column in ("document", "refused by"):
        table.add_column(column)
    for column in ("ms", "plain pages"):
        table.add_column(column, justify="right")
    for each in sorted(costs, key=lambda each: -each.milliseconds):
        table.add_row(each.name, each.codes, f"{each.milliseconds:.1f}", f"{each.milliseconds / plain:.1f}")
    Console().print(table)


if __name__ == "__main__":
    main()
