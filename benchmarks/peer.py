"""
The published client for Temu beside ours: the same calls to the same sandbox in the same run, without a limit of calls.
"""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from rich.table import Table
from temu_api import TemuClient as PublishedClient  # type: ignore[import-untyped]  # it is published without types

from benchmarks.running import Temu
from domain import clock
from domain.temu.access import App, MallAccess
from domain.temu.client import PAGE_SIZE, TemuClient
from domain.temu.rate_limiter import RateLimiter
from domain.temu.transport import Transport
from tests.fixtures.permits import permit_all

_SINCE = clock.now() - timedelta(days=40)
_NO_LIMIT = 1000
# In turn, so that what else the machine does meets all alike.
_ROUNDS = 3

Work = Callable[[], object]


@dataclass
class Cost:
    """What some work took so far."""

    cpu: float = 0.0
    seconds: float = 0.0

    def of(self, work: Work) -> None:
        """Do it once more."""
        cpu, began = time.process_time(), time.perf_counter()
        work()
        self.cpu += time.process_time() - cpu
        self.seconds += time.perf_counter() - began


def compare(sandbox: Temu, *, calls: int) -> Table:
    """Pages of the list and addresses of single orders, as an import asks for them."""
    # A proxy that is set in the environment is no way to a socket of this machine.
    os.environ["NO_PROXY"] = "127.0.0.1"
    url = sandbox.url.removesuffix("/openapi/router")
    published = PublishedClient(sandbox.app_key, sandbox.app_secret, sandbox.tokens[0], url)
    numbers, pages = _numbers(published), calls // 10
    table = Table("calls", "client", "CPU ms/call", "calls/s", "CPU, ours is 1", title="A peer")
    with asyncio.Runner() as runner:
        own, transport = runner.run(_opened(sandbox))

        def addresses(at_once: int) -> Work:
            return lambda: runner.run(_each(own.address, numbers, calls, at_once))

        def page(_: str) -> Awaitable[Any]:
            return own.orders_changed(_SINCE, page=1)

        costs = {name: Cost() for name in ("pages", "own pages", "addresses", "own", "own, 8 at once")}
        for _ in range(_ROUNDS):
            costs["pages"].of(lambda: [_page(published) for _ in range(pages)])
            costs["own pages"].of(lambda: runner.run(_each(page, numbers, pages, 1)))
            costs["addresses"].of(lambda: _addresses(published, numbers, calls))
            costs["own"].of(addresses(1))
            costs["own, 8 at once"].of(addresses(8))
        runner.run(transport.close())
    _add(table, "a page of 100", "temu-api", pages, costs["pages"], costs["own pages"])
    _add(table, "", "ours", pages, costs["own pages"], costs["own pages"])
    _add(table, "an address", "temu-api", calls, costs["addresses"], costs["own"])
    _add(table, "", "ours", calls, costs["own"], costs["own"])
    _add(table, "", "ours, 8 at once", calls, costs["own, 8 at once"], costs["own"])
    return table


def _add(table: Table, asked: str, client: str, calls: int, cost: Cost, ours: Cost) -> None:
    count = calls * _ROUNDS
    cells = [f"{cost.cpu / count * 1e3:.2f}", f"{count / cost.seconds:.0f}", f"{cost.cpu / ours.cpu:.1f}"]
    table.add_row(asked, client, *cells)


async def _opened(sandbox: Temu) -> tuple[TemuClient, Transport]:
    app = App(sandbox.app_key, sandbox.app_secret)
    limiter = RateLimiter(None, calls_per_second=_NO_LIMIT)
    transport = Transport(app, limiter, forbidden_while=lambda: False, permit=permit_all, private_too=True)
    return TemuClient(transport, MallAccess(sandbox.url, sandbox.tokens[0])), transport


async def _each(
    ask: Callable[[str], Awaitable[Any]], numbers: Sequence[str], calls: int, at_once: int
) -> None:
    async def go_on() -> None:
        for i in range(calls // at_once):
            await ask(numbers[i % len(numbers)])

    await asyncio.gather(*(go_on() for _ in range(at_once)))


def _page(published: Any) -> list[dict[str, Any]]:
    """The first page, asked for with the same parameters as ours."""
    until = int(time.time()) + 24 * 3600
    answer = published.order.list_orders_v2(
        page_number=1, page_size=PAGE_SIZE, update_at_start=int(_SINCE.timestamp()), update_at_end=until
    )
    rows: list[dict[str, Any]] = answer["result"]["pageItems"]
    return rows


def _addresses(published: Any, numbers: Sequence[str], calls: int) -> None:
    for i in range(calls):
        answer = published.order.shippinginfo_order_v2(parent_order_sn=numbers[i % len(numbers)])
        if not answer["success"]:
            raise SystemExit(f"The peer was refused: {answer['errorMsg']}")


def _numbers(published: Any) -> list[str]:
    """Twenty orders that have an address: pending ones have none."""
    parents = [row["parentOrderMap"] for row in _page(published)]
    return [parent["parentOrderSn"] for parent in parents if parent["parentOrderStatus"] > 1][:20]
