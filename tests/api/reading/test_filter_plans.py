"""What the databases do for filters of orders, and of a company's returns, labels and actions: each takes an index."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from domain.models import Role
from tests.api.reading.rows_of_every_kind import fill
from tests.api.reading.test_order_plans import LIST, Plans, reads_all
from tests.fixtures.world import World

SINCE = {"from": "2000-01-01T00:00:00Z"}
ORDERS: Sequence[Mapping[str, Any]] = [
    {"latestShipAt": SINCE},
    {"updatedAt": SINCE},
    {"total": {"from": "1", "currencyCode": "USD"}},
    {"channelOrderIds": ["PO-1"]},
    {"skus": ["a"]},
    {"countryCodes": ["US"]},
    {"hasCancellationRequest": True},
    {"wantsInvoice": True},
    {"isRestricted": True},
    {"forbidsCarrier": "FedEx"},
    {"package": {"carriers": ["UPS"], "shippedAt": SINCE, "uploadedAt": SINCE}},
    *({"attention": code} for code in (
        "PAST_SHIP_BY", "TRACKING_REFUSED", "CORRECTIONS_REFUSED", "SHIPPED_NOT_UPLOADED", "UNKNOWN_PRODUCTS", "ORDERS_HELD",
        "RENUMBERED_ITEMS", "CANCELLATION_REQUESTS",
    )),
]  # fmt: skip
# Of a company's lists their tables and filters.
OF_COMPANY: Mapping[str, tuple[str, str, Sequence[Mapping[str, Any]]]] = {
    "returns": ("returns", "ReturnFilter", [
        {"trackingNumbers": ["1Z"]}, {"availableOperations": ["ISSUE_REFUND"]}, {"respondBy": SINCE}, {"requestedAt": SINCE},
        {"updatedAt": SINCE}, {"isDue": True}, {"channelReturnIds": ["PA-1"]}, {"channelOrderIds": ["PO-1"]},
        {"not": {"status": ["REFUNDED"]}, "or": [{"isDue": True}, {"status": ["IN_TRANSIT"]}]},
    ]),
    "shippingLabels": ("shipping_labels", "ShippingLabelFilter", [
        {"status": ["BOUGHT"], "isPrinted": False}, {"warehouseIds": ["V2FyZWhvdXNlOjE="]}, {"carriers": ["UPS"]},
        {"trackingNumber": "1Z"}, {"packageNumber": "PK-1"}, {"createdAt": SINCE}, {"boughtAt": SINCE}, {"confirmedAt": SINCE},
        {"not": {"isPrinted": True}, "or": [{"status": ["BOUGHT"]}, {"origin": ["SELLER_CENTER"]}]},
    ]),
    "channelActions": ("channel_actions", "ChannelActionFilter", [
        {"kind": ["CHANGE_PRICE"], "subject": "1"}, {"status": ["WORKING"], "sentAt": SINCE}, {"createdAt": SINCE},
        *({"attention": f"CHANNEL_ACTIONS_{code}"} for code in ("REFUSED", "UNCONFIRMED", "STALLED")),
        {"endedAt": SINCE}, {"not": {"status": ["SUCCEEDED"]}, "or": [{"subject": "1"}, {"subject": "2"}]},
    ]),
}  # fmt: skip


async def test_each_filter_takes_an_index(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A2: whatever is filtered by, no table that grows is read without an index."""
    async with world.database.write() as session:
        await fill(session)
    one = await world.key(Role.READ, 1)
    plans = Plans(world, monkeypatch)
    for given in ORDERS:
        await one.ask(LIST, filter=given)
        steps = await plans.steps()
        assert any("orders" in step for step in steps), (given, steps)
        assert not any(reads_all(step) for step in steps), (given, steps)
    plans = Plans(world, monkeypatch, "companies")
    for name, (table, kind, filters) in OF_COMPANY.items():
        document = f"""query($id: ID!, $filter: {kind}) {{ company(id: $id) {{
          {name}(filter: $filter, first: 5) {{ nodes {{ id }} }} }} }}"""
        for given in filters:
            await one.ask(document, id=world.company_id, filter=given)
            steps = await plans.every_step()
            # What SQLite has collected by then, and reads through.
            collected = {f"SCAN {step.split()[-1]}" for step in steps if step.startswith("CO-ROUTINE ")}
            assert any(table in step for step in steps), (name, given, steps)
            assert not any(reads_all(step) for step in steps if step not in collected), (name, given, steps)
