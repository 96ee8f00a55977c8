"""Orders in, as a front end sees it: server, worker and sandbox as processes of their own."""

from datetime import UTC, datetime
from typing import Any

from tests.demo import documents
from tests.demo.client import Client
from tests.demo.processes import installation
from tests.sandbox.mall import Mall, ParentOrder

ORDERS = """
query($companyId: ID!, $after: String) {
  orders(first: 100, after: $after, filter: {companyId: $companyId}) {
    nodes {
      channelOrderId orderSource channel status shippingStatus sourceUpdatedForShipping fulfilledBy
      total { amount currencyCode } shippingAddress { name line1 }
      items {
        channelOrderItemId websiteProductId websiteProductVariantId title quantity cancelledQuantity shippedQuantity
        isUnknownProduct product { sku } unitPrice { amount currencyCode }
      }
    }
    pageInfo { hasNextPage endCursor }
    totalCount
  }
}"""
STATUS = {1: "PENDING", 2: "IN_PROCESS", 4: "COMPLETED", 41: "IN_PROCESS", 5: "COMPLETED"}


def _all_orders(client: Client, company_id: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    after = None
    while True:
        page = client.run(ORDERS, companyId=company_id, after=after)
        for order in page["nodes"]:
            assert order["channelOrderId"] not in found
            found[order["channelOrderId"]] = order
        if not page["pageInfo"]["hasNextPage"]:
            assert page["totalCount"] == len(found)
            return found
        after = page["pageInfo"]["endCursor"]


def _expected(mall: Mall, since: int) -> dict[str, ParentOrder]:
    return {
        number: order
        for number, order in mall.orders.items()
        if order.status != 3 and order.updated_at >= since
    }


def _compare(order: Any, on_temu: ParentOrder, mapped: set[str]) -> None:
    assert order["status"] == STATUS[on_temu.status], order
    is_shipped = on_temu.status in {4, 5}
    assert order["sourceUpdatedForShipping"] is is_shipped
    assert (order["shippingAddress"] is None) is (on_temu.status == 1)
    assert len(order["items"]) == len(on_temu.items)
    by_number = {item["channelOrderItemId"]: item for item in order["items"]}
    for line in on_temu.items:
        item = by_number[line.number]
        assert item["websiteProductId"] == str(line.goods.goods_id)
        assert item["websiteProductVariantId"] == str(line.goods.sku_id)
        assert item["title"] == line.goods.title
        assert item["quantity"] == line.quantity_ordered
        assert item["cancelledQuantity"] == line.cancelled
        if is_shipped:
            assert item["shippedQuantity"] == line.quantity_ordered - line.cancelled
        known = line.goods.sku_code in mapped
        assert item["isUnknownProduct"] is not known
        assert item["product"] == ({"sku": line.goods.sku_code} if known else None)


def test_a_mall_comes_in_whole() -> None:
    """O1, O2, O3, O11: every order of a mall is there once with what Temu has of it, and again changes nothing."""
    with (
        installation(port=0, orders=400, calls_per_second=500) as running,
        Client(running.url, running.key) as client,
    ):
        company_id = client.run(documents.CREATE_COMPANY, name="Nordlicht")["company"]["id"]
        client.run(documents.CHOOSE_PLUGIN, companyId=company_id)
        client.run(documents.SET_TOKEN, companyId=company_id, token=running.mall.token)
        goods = [g for g in running.mall.goods if g.is_mapped_in_demo]
        products = [
            {
                "sku": g.sku_code,
                "websiteProductId": str(g.goods_id),
                "websiteProductVariantId": str(g.sku_id),
            }
            for g in goods
        ]
        client.run(documents.UPSERT_PRODUCTS, companyId=company_id, products=products)
        since = min(order.updated_at for order in running.mall.orders.values())
        document = documents.IMPORT_ORDERS.replace(
            "companyId: $companyId}", f'companyId: $companyId, from: "{_at(since)}"}}'
        )

        first = _import(client, company_id, document)
        before = _all_orders(client, company_id)
        again = _import(client, company_id, document)
        after = _all_orders(client, company_id)

    assert first["status"] == "SUCCEEDED"
    assert first["progress"] == {"done": 400, "total": 400}
    expected = _expected(running.mall, since)
    assert set(before) == set(expected)
    for number, order in before.items():
        _compare(order, expected[number], {g.sku_code for g in goods})
    assert again["status"] == "SUCCEEDED"
    assert after == before


def _at(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def _import(client: Client, company_id: str, document: str) -> Any:
    job_id = client.run(document, companyId=company_id)["job"]["id"]
    *_, last = client.follow(documents.FOLLOW_JOB, id=job_id)
    assert last["error"] is None
    return {"status": last["status"], "progress": last["progress"]}
