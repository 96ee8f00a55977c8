"""`python3 dev demo`: a mall's orders come in, from nothing to a table of what came."""

import argparse
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from types import FrameType
from typing import Any

import httpx
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from tests.demo import circle, documents
from tests.demo.client import ApiError, Client
from tests.demo.processes import Installation, installation
from tests.sandbox.mall import Goods

console = Console()


def main() -> int:
    """Run the demo; with --once return 0 where the import succeeded, 1 otherwise."""
    parser = argparse.ArgumentParser(
        prog="dev demo", description="Tradewind's main job, on a mall of the sandbox."
    )
    parser.add_argument("--once", action="store_true", help="end with the job's result instead of staying up")
    parser.add_argument(
        "--port", type=int, default=8000, help="port of the server; 0, or one that is taken: any free one"
    )
    parser.add_argument("--orders", type=int, default=300, help="orders of the mall")
    options = parser.parse_args()
    # A supervisor's SIGTERM stops the demo in the same orderly way as Ctrl-C, which a shell that starts it in the
    # background would have it ignore.
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGINT, _interrupt)
    try:
        console.print("Starting the sandbox, the server and a worker ...")
        with installation(port=options.port, orders=options.orders) as running:
            with Client(running.url, running.key) as client:
                succeeded = _import(client, running)
            if not options.once:
                _stay(running)
    except KeyboardInterrupt:
        console.print("\nStopped; nothing is left running.")
        return 0
    except ApiError as error:
        console.print(f"[red]The API refused: {error}[/red]")
        return 1
    return 0 if succeeded else 1


def _import(client: Client, running: Installation) -> bool:
    company_id = client.run(documents.CREATE_COMPANY, name="Demo mall")["company"]["id"]
    client.run(documents.CHOOSE_PLUGIN, companyId=company_id)
    _authorize(client, company_id)
    report = client.run(documents.TEST_SETTINGS, companyId=company_id)
    console.print(f"Settings tested: {'all is well' if report['ok'] else '; '.join(report['advice'])}.")
    mapped = [goods for goods in running.mall.goods if goods.is_mapped_in_demo]
    products = client.run(
        documents.UPSERT_PRODUCTS, companyId=company_id, products=[_product(goods) for goods in mapped]
    )["products"]
    console.print(f"{len(mapped)} of the mall's {len(running.mall.goods)} goods mapped to products.")
    warehouse_id = circle.put_stock(client, products)
    job_id = client.run(documents.IMPORT_ORDERS, companyId=company_id)["job"]["id"]
    job = _follow(client, job_id, "Importing orders")
    _tell(client, company_id, job_id, job, of=len(running.mall.orders))
    if job["status"] != "SUCCEEDED":
        return False
    return circle.go_round(
        client,
        console,
        running.mall,
        _follow,
        company_id=company_id,
        warehouse_id=warehouse_id,
        product_id=products[0]["id"],
    )


def _authorize(client: Client, company_id: str) -> None:
    """What the seller's browser does: Temu's page, whose redirect leads back to the server."""
    url = client.run(documents.BEGIN_AUTHORIZATION, companyId=company_id)["url"]
    page = httpx.get(url, follow_redirects=True, trust_env=False)
    if not page.is_success:
        raise ApiError(f"the mall could not be authorised: {page.status_code}")
    console.print("The mall's seller has authorised the app.")


def _follow(client: Client, job_id: str, words: str) -> Any:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    job: Any = None
    with Progress(*columns, console=console) as progress:
        bar = progress.add_task(words, total=None)
        for job in client.follow(documents.FOLLOW_JOB, id=job_id):
            progress.update(bar, completed=job["progress"]["done"], total=job["progress"]["total"])
    return job


def _tell(client: Client, company_id: str, job_id: str, job: Any, *, of: int) -> None:
    table = Table(title=f"Import {job['status'].lower().replace('_', ' ')}", title_justify="left")
    table.add_column("What became of the orders")
    table.add_column("Orders", justify="right")
    found: Counter[str] = Counter()
    for outcome in _outcomes(client, job_id):
        words = outcome["message"] if outcome["status"] != "SUCCEEDED" else ""
        found[f"{outcome['status'].capitalize()}: {words or outcome['code'].lower()}"] += 1
    for words, number in found.most_common():
        table.add_row(words, str(number))
    table.add_row("Unchanged for 30 days: a first import leaves them.", str(of - found.total()))
    table.add_row("All orders of the mall", str(of), style="bold", end_section=True)
    unknown = client.run(documents.COUNT_UNKNOWN, companyId=company_id)["totalCount"]
    table.add_row("Of the imported, with an Unknown product", str(unknown), style="dim")
    console.print(table)
    latest = Table(title="The latest to ship", title_justify="left")
    for column, width in (("Order", 24), ("Placed", 11), ("Pieces", 6), ("Total", 10)):
        latest.add_column(column, no_wrap=True, min_width=width)
    latest.add_column("To", no_wrap=True, max_width=14)
    for order in client.run(documents.LATEST_TO_SHIP, companyId=company_id)["nodes"]:
        latest.add_row(*_order(order))
    console.print(latest)


def _outcomes(client: Client, job_id: str) -> Iterator[Any]:
    after = None
    while True:
        page = client.run(documents.OUTCOMES, id=job_id, after=after)["outcomes"]
        yield from page["nodes"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            return


def _order(order: Any) -> list[str]:
    total, address = order["total"], order["shippingAddress"]
    return [
        order["channelOrderId"],
        order["orderedAt"][5:16].replace("T", " "),
        str(sum(item["quantity"] for item in order["items"])),
        f"{total['amount']} {total['currencyCode']}" if total else "-",
        f"{address['name']}, {address['city']}" if address else "-",
    ]


def _product(goods: Goods) -> dict[str, str]:
    return {
        "sku": goods.sku_code,
        "name": goods.title,
        "websiteProductId": str(goods.goods_id),
        "websiteProductVariantId": str(goods.sku_id),
    }


def _stay(running: Installation) -> None:
    console.print(f"\nGraphiQL:    [bold]{running.url}/graphql[/bold]")
    if running.back_office:
        address = f"{running.back_office}/?server={running.url}"
        console.print(f"Back office: [bold]{address}[/bold]", soft_wrap=True)
    console.print(f"API key:     [bold]{running.key}[/bold]", soft_wrap=True)
    console.print("Ctrl-C stops everything.")
    signal.pause()


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
