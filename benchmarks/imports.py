"""What importing takes: `.venv/bin/python -m benchmarks.imports`.

Of Temu's calls per second, how many are used by how many workers; of a worker, how much CPU and memory an order
takes; how soon a job starts that somebody asks for, and what a worker takes that has nothing to do.
"""

import argparse
import statistics
import time
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks import peer
from benchmarks.running import cpu_seconds, peak_mib, temu, tradewind
from tests.demo import documents
from tests.demo.client import Client

JOB = """query($id: ID!) { queuedJob(id: $id) {
  status createdAt startedAt error progress { done total } } }"""
ORDERS_LIST = "bg.order.list.v2.get"

console = Console()


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.imports", description=__doc__)
    parser.add_argument("--calls-per-second", type=float, default=20, help="that Temu allows")
    parser.add_argument(
        "--orders", type=int, default=120, help="of each of the eight malls in the first table"
    )
    parser.add_argument("--many", type=int, default=3000, help="orders of the large import")
    parser.add_argument("--starts", type=int, default=21, help="jobs whose start is timed")
    parser.add_argument("--idle", type=float, default=30, metavar="SECONDS", help="of a worker without work")
    parser.add_argument(
        "--huge", type=int, metavar="ORDERS", help="measure nothing but one import of so many"
    )
    parser.add_argument("--peer-calls", type=int, default=200, help="of each client beside ours, three times")
    options = parser.parse_args()
    if options.huge:
        _cost(options.huge)
        return
    _rates(options.calls_per_second, options.orders)
    _cost(options.many)
    _starts(options.starts, idle_seconds=options.idle)
    with temu(malls=1, orders=200, calls_per_second=None) as sandbox:
        console.print(peer.compare(sandbox, calls=options.peer_calls))


def _rates(allowed: float, orders: int) -> None:
    table = Table(
        "workers", "calls", "seconds", "calls/s", "of those allowed", "refused", title="Eight malls at once"
    )
    for workers in (1, 2, 8):
        with (
            temu(malls=8, orders=orders, calls_per_second=allowed) as sandbox,
            tradewind(sandbox, workers=workers, calls_per_second=allowed) as (client, _),
        ):
            companies = [company_with(client, token) for token in sandbox.tokens]
            before = len(sandbox.calls())
            _wait(client, [_import(client, company) for company in companies])
            calls = sandbox.calls()[before:]
        seconds = calls[-1]["at"] - calls[0]["at"]
        rate = (len(calls) - 1) / seconds
        refused = sum(1 for call in calls if call["code"] == 4000004)
        cells = [workers, len(calls), f"{seconds:.1f}", f"{rate:.1f}", f"{rate / allowed:.1%}", refused]
        table.add_row(*map(str, cells))
    console.print(table)


def _cost(orders: int) -> None:
    with (
        temu(malls=1, orders=orders, calls_per_second=None) as sandbox,
        tradewind(sandbox, workers=1, calls_per_second=1000) as (client, (worker,)),
    ):
        company = company_with(client, sandbox.tokens[0])
        cpu, before, began = cpu_seconds(worker), peak_mib(worker), time.monotonic()
        job = _wait(client, [_import(client, company)])[0]
        seconds = time.monotonic() - began
        cpu, peak = cpu_seconds(worker) - cpu, peak_mib(worker)
        calls = len(sandbox.calls())
    done = job["progress"]["done"]
    table = Table("orders", "calls", "seconds", "CPU ms/order", "CPU ms/call", "peak MiB", "of these before",
                  title="One import")  # fmt: skip
    cells = [done, calls, f"{seconds:.1f}", f"{cpu / done * 1e3:.2f}", f"{cpu / calls * 1e3:.2f}"]
    table.add_row(*map(str, cells), f"{peak:.0f}", f"{before:.0f}")
    console.print(table)


def _starts(jobs: int, *, idle_seconds: float) -> None:
    with (
        temu(malls=1, orders=1, calls_per_second=None) as sandbox,
        tradewind(sandbox, workers=1, calls_per_second=1000) as (client, (worker,)),
    ):
        company = company_with(client, sandbox.tokens[0])
        cpu = cpu_seconds(worker)
        time.sleep(idle_seconds)
        idle = (cpu_seconds(worker) - cpu) / idle_seconds
        claimed: list[float] = []
        called: list[float] = []
        for _ in range(jobs):
            before = len(sandbox.calls())
            asked = time.time()
            (job,) = _wait(client, [_import(client, company)])
            listed = next(call for call in sandbox.calls()[before:] if call["interface"] == ORDERS_LIST)
            claimed.append((datetime.fromisoformat(job["startedAt"]).timestamp() - asked) * 1e3)
            called.append((listed["at"] - asked) * 1e3)
    table = Table("until", "p50", "p95", "longest", title=f"From sending the mutation, in ms, of {jobs} jobs")
    for name, times in (("a worker has the job", claimed), ("its first call is with Temu", called)):
        nearly_all = statistics.quantiles(times, n=20)[-1]
        table.add_row(name, f"{statistics.median(times):.0f}", f"{nearly_all:.0f}", f"{max(times):.0f}")
    console.print(table)
    console.print(f"A worker with nothing to do takes {idle:.1%} of a core.")


def company_with(client: Client, token: str) -> str:
    """A company that is set up to sell in the mall of this token."""
    company: str = client.run(documents.CREATE_COMPANY, name="A mall")["company"]["id"]
    client.run(documents.CHOOSE_PLUGIN, companyId=company)
    client.run(documents.SET_TOKEN, companyId=company, token=token)
    return company


def _import(client: Client, company: str) -> str:
    job: str = client.run(documents.IMPORT_ORDERS, companyId=company)["job"]["id"]
    return job


def _wait(client: Client, jobs: list[str]) -> list[Any]:
    ended: list[Any] = []
    for job in jobs:
        while (now := client.run(JOB, id=job))["status"] in {"QUEUED", "RUNNING"}:
            time.sleep(0.05)
        if now["status"] == "FAILED":
            raise SystemExit(f"An import failed: {now['error']}")
        ended.append(now)
    return ended


if __name__ == "__main__":
    main()
