"""After the orders came in: some are shipped, Temu is told of the parcels and the stock, and a seller's day goes by."""

from collections.abc import Callable
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.demo import documents
from tests.demo.client import Client
from tests.demo.day import Day
from tests.sandbox.mall import Mall

Follow = Callable[[Client, str, str], Any]
_TO_SHIP = 3


def put_stock(client: Client, products: list[Any]) -> str:
    """A warehouse with something of everything; returns its id."""
    warehouse = client.run(documents.CREATE_WAREHOUSE, name="Demo warehouse")["warehouse"]["id"]
    levels = [
        {"productId": product["id"], "warehouseId": warehouse, "onHand": 40 + 10 * (i % 5)}
        for i, product in enumerate(products)
    ]
    client.run(documents.SET_INVENTORY, levels=levels)
    return str(warehouse)


def go_round(
    client: Client,
    console: Console,
    mall: Mall,
    follow: Follow,
    *,
    company_id: str,
    warehouse_id: str,
    product_id: str,
) -> bool:
    """The rest of the circle; returns whether every job succeeded."""
    orders = client.run(documents.TO_SHIP, companyId=company_id)["nodes"]
    # A very small mall may have none to ship, or only one.
    cancelled, shipped, rest = orders[:1], orders[1 : 1 + _TO_SHIP], orders[1 + _TO_SHIP :]
    day = Day(client, mall, company_id, warehouse_id, product_id, asked=rest[:1], labelled=rest[1:2])
    day.begin()
    for order in cancelled:
        mall.cancel(order["channelOrderId"])
    for number, order in enumerate(shipped, start=1):
        client.run(
            documents.SHIP_ORDER, orderId=order["id"], warehouseId=warehouse_id, number=f"DEMO{number:08d}"
        )
    jobs = [
        ("Importing what changed", documents.IMPORT_ORDERS),
        ("Importing returns", documents.IMPORT_RETURNS),
        ("Importing listings", documents.IMPORT_LISTINGS),
        ("Uploading tracking", documents.UPLOAD_TRACKING),
        ("Updating inventory", documents.UPDATE_INVENTORY),
    ]
    ended = {
        words: follow(client, client.run(document, companyId=company_id)["job"]["id"], words)
        for words, document in jobs
    }
    day.act()
    _tell(client, console, mall, cancelled, shipped, day)
    return all(job["status"] == "SUCCEEDED" for job in ended.values())


def _tell(
    client: Client, console: Console, mall: Mall, cancelled: list[Any], shipped: list[Any], day: Day
) -> None:
    table = Table(title="The rest of the circle", title_justify="left")
    table.add_column("What happened", no_wrap=True)
    table.add_column("Here")
    table.add_column("On Temu")
    for order in cancelled:
        now = client.run(documents.ORDER, id=order["id"])
        table.add_row(f"{now['channelOrderId']} cancelled", now["status"].lower(), "cancelled")
    packages = {package.order_sn: package.tracking_number for package in mall.packages}
    for order in shipped:
        now = client.run(documents.ORDER, id=order["id"])
        told = {packages.get(item["channelOrderItemId"], "-") for item in now["items"]}
        here = ", ".join(package["trackingNumber"] for package in now["packages"])
        table.add_row(f"{now['channelOrderId']} shipped", here, ", ".join(sorted(told)))
    for row in day.rows:
        table.add_row(*row)
    pieces = sum(mall.stock.values())
    table.add_row("Stock of mapped products told", "", f"{pieces} pieces of {len(mall.stock)} SKUs")
    console.print(table)
