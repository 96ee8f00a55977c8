"""What a front end waits for: `.venv/bin/python -m benchmarks.reads`.

A PostgreSQL of its own with many orders, one server process, eight connections. Beside the API stand PostGraphile, whose
plans also compile to SQL, and the limit: a statement written by hand whose JSON a bare server sends as it is. All are
asked by turns in one run, so that whatever else the machine does concerns each alike.
"""

import argparse
import asyncio
import os
import statistics
import tempfile
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import orjson
from rich.console import Console
from rich.table import Table

from api.values import ids
from benchmarks import postgraphile
from benchmarks.by_hand import by_hand
from benchmarks.filling import BEGIN, Filled, fill
from benchmarks.load import Asked, Measured, measure
from tests.demo.processes import _process, _wait_until_ready, free_port
from tests.fixtures.postgresql import postgresql

CONNECTIONS, SIZE = 8, 50
PAGE = """query($c: ID!, $n: Int!, $a: String) { company(id: $c) { %s orders(first: $n, after: $a) { edges { cursor node {
  id channelOrderId status shippingStatus total { amount currencyCode } orderedAt company { name }
  items { quantity unitPrice { amount currencyCode } product { sku name
    websiteProperties { websiteProductId websiteProductVariantId } } } } } pageInfo { hasNextPage endCursor } } } }"""
LIST = (
    PAGE.replace("$a: String", "$a: String, $o: OrderOrder, $f: OrderFilter").replace(
        "after: $a", "after: $a, orderBy: $o, filter: $f"
    )
    % ""
)
COUNTS = (
    "query($c: ID!) { company(id: $c) { orders(first: 1) { totalCount statusCounts { status count } } } }"
)
ONE = "query($i: ID!) { order(id: $i) { id status channelOrderId total { amount currencyCode } items { title } } }"
# Worked out in Python, so the whole of it is resolved field by field.


class Row(NamedTuple):
    """What is asked for, on how many connections."""

    name: str
    asked: Asked
    connections: int


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reads", description=__doc__)
    parser.add_argument("--orders", type=int, default=100_000, help="in the database")
    parser.add_argument("--items", type=int, default=3, help="of each order")
    parser.add_argument("--seconds", type=float, default=3, help="measured for each row in each round")
    parser.add_argument("--rounds", type=int, default=3, help="that each row is asked in")
    options = parser.parse_args()
    with ExitStack() as stack:
        server = stack.enter_context(postgresql(in_memory=False))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        filled = asyncio.run(fill(server, orders=options.orders, items=options.items))
        api, peer = free_port(), free_port()
        stack.enter_context(
            _process(_environment(filled, folder), folder / "log", "serve", "--port", str(api))
        )
        _wait_until_ready(f"http://127.0.0.1:{api}", folder / "log")
        hand = stack.enter_context(by_hand(filled.url, filled.company_id, free_port()))
        graphile = stack.enter_context(postgraphile.running(filled.url, peer))
        rows = _rows(filled, f"http://127.0.0.1:{api}/graphql", hand, graphile, options.orders)
        for row in rows[1:]:
            row.asked.reply()
        rounds = [
            [asyncio.run(_measure(row, options.seconds)) for row in rows] for _ in range(options.rounds)
        ]
    title = f"{options.orders} orders, each of {options.items} items; PostgreSQL, one server process"
    _print(rows, rounds, title, complete=graphile is not None)


def _environment(filled: Filled, folder: Path) -> dict[str, str]:
    return os.environ | {
        "TRADEWIND_ENV": "development",
        "TRADEWIND_SHUTDOWN_DELAY_SECONDS": "0",
        "TRADEWIND_DATABASE_URL": filled.application_url,
        "TRADEWIND_DATA_DIR": str(folder),
        # One key asks for as much as there is.
        "TRADEWIND_KEY_POINTS": str(10**12),
        "TRADEWIND_KEY_POINTS_PER_SECOND": str(10**12),
    }


def _rows(filled: Filled, api: str, hand: str, graphile: str | None, orders: int) -> Sequence[Row]:
    """The limit first."""
    page, company = {"n": SIZE}, ids.encode("Company", filled.company_id)
    one = {"i": ids.encode("Order", filled.order_id)}

    def ours(query: str, **variables: object) -> Asked:
        return Asked.of(api, query, {"c": company, **page, **variables}, key=filled.key)

    rows = [
        Row("statement by hand", Asked.of(hand, "", {}), CONNECTIONS),
        Row("page of 50 orders", ours(PAGE % ""), CONNECTIONS),
        Row("the same, half way down", ours(PAGE % "", a=_cursor(orders // 2)), CONNECTIONS),
        Row("the same, at its end", ours(PAGE % "", a=_cursor(SIZE + 2)), CONNECTIONS),
        *_sorted_and_filtered(ours, orders),
        Row("one order, one connection", Asked.of(api, ONE, one, key=filled.key), 1),
    ]
    if graphile is not None:
        asked = Asked.of(graphile, postgraphile.PAGE, {"c": filled.company_id, **page})
        rows.insert(1, Row("PostGraphile's page", asked, CONNECTIONS))
    return rows


def _sorted_and_filtered(ours: Callable[..., Asked], orders: int) -> Iterator[Row]:
    """The page in other orders, half way down too, and by conditions; and what is counted beside it."""
    half = orders // 2
    orders_of: list[tuple[str, dict[str, object]]] = [
        (f"by {field}, {direction}", {"o": {"field": field, "direction": direction}})
        for field in ("LATEST_SHIP_AT", "TOTAL", "UPDATED_AT", "CHANNEL_ORDER_ID") for direction in ("ASC", "DESC")
    ]  # fmt: skip
    ways: list[tuple[str, dict[str, object]]] = [
        *orders_of,
        ("by LATEST_SHIP_AT, half way down", {"o": {"field": "LATEST_SHIP_AT", "direction": "ASC"},
                                              "a": _cursor(half, "orders LATEST_SHIP_AT ASC", seconds=2 * 86_400)}),
        ("by UPDATED_AT, half way down", {"o": {"field": "UPDATED_AT", "direction": "DESC"},
                                          "a": _cursor(half, "orders UPDATED_AT DESC")}),
        ("by TOTAL, half way down", {"o": {"field": "TOTAL", "direction": "DESC"},
                                     "a": _encoded("orders TOTAL DESC", "55.03", half)}),
        ("of one status", {"f": {"status": ["IN_PROCESS"]}}),
        ("of one status, by LATEST_SHIP_AT", {"f": {"status": ["IN_PROCESS"]}, "o": {"field": "LATEST_SHIP_AT"}}),
        ("past their ship-by", {"f": {"attention": "PAST_SHIP_BY"}}),
        ("with one of 1,000 SKUs", {"f": {"skus": ["SKU7"]}}),
        ("with a rare total", {"f": {"total": {"from": "104.99"}}}),
        ("of two kinds together", {"f": {"or": [{"status": ["IN_PROCESS"]}, {"not": {"total": {"to": "100"}}}]}}),
    ]  # fmt: skip
    for name, variables in ways:
        yield Row(f"the same, {name}", ours(LIST, **variables), CONNECTIONS)
    yield Row("counts by status", ours(COUNTS), 1)


def _cursor(number: int, order: str = "orders", *, seconds: int = 0) -> str:
    """The cursor of the order of this number, so many seconds after it was placed, which no list need be read for."""
    return _encoded(order, (int(BEGIN.timestamp()) + number + seconds) * 1_000_000, number)


def _encoded(*values: object) -> str:
    return urlsafe_b64encode(orjson.dumps(values)).decode().rstrip("=")


async def _measure(row: Row, seconds: float) -> Measured:
    return await measure(row.asked, connections=row.connections, seconds=seconds)


def _print(rows: Sequence[Row], rounds: Sequence[Sequence[Measured]], title: str, *, complete: bool) -> None:
    """Of the rounds the one in the middle; ratios within each round, and of these the one in the middle."""
    table = Table(title=title, title_justify="left")
    table.add_column("asked for", no_wrap=True)
    for column in (
        "replies/s",
        "of the one by hand",
        "of PostGraphile",
        "of the plain page",
        "median ms",
        "p95 ms",
    ):
        table.add_column(column, justify="right")
    for i, row in enumerate(rows):
        own = [each[i] for each in rounds]
        ratios = [
            statistics.median(each[i].rate / each[j].rate for each in rounds) if is_there else None
            for j, is_there in ((0, True), (1, complete), (1 + complete, True))
        ]
        table.add_row(
            row.name,
            f"{statistics.median(each.rate for each in own):.0f}",
            *("" if ratio is None else f"{ratio:.2f}" for ratio in ratios),
            f"{statistics.median(each.median_ms for each in own):.1f}",
            f"{statistics.median(each.p95_ms for each in own):.1f}",
        )
    Console(width=150).print(table)
    if not complete:
        Console().print("PostGraphile is not beside it: it needs npm, and Linux on x86-64.")


if __name__ == "__main__":
    main()
