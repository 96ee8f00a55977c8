"""Every mutation leaves an audit event for each object that it changes, with what was changed and nothing besides."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from graphql import GraphQLObjectType
from sqlalchemy import event, func, select, update

from api.schema.build import build
from api.values import ids
from domain import clock
from domain.models import (
    AuditEvent,
    ChannelAction,
    ChannelActionStatus,
    Company,
    Return,
    Role,
    TemuRegion,
    WebhookDelivery,
    WebhookDeliveryStatus,
)
from jobs.runner import Runner
from tests.factories import make_listing, make_product, make_warehouse
from tests.fixtures.database import one_database
from tests.fixtures.killing import later, run_due
from tests.fixtures.world import World
from tests.journeys.mapping import HEADER, upload
from tests.sandbox.label_orders import buy_in_seller_center

Row = tuple[str, str, Any, Any]
"""The type of an object, its global id, and what was changed of it."""


class Stage:
    """A world in which mutations are run one after the other, and what these made of it so far."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.company = world.company_id
        # Global ids by a name.
        self.made: dict[str, str] = {}

    async def run(self, field: str, given: Mapping[str, Any], answer: str = "") -> Any:
        """What a mutation answers that is not refused."""
        mutation = build()._schema.mutation_type
        assert mutation is not None
        kind = mutation.fields[field].args["input"].type
        document = f"mutation($input: {kind}) {{ {field}(input: $input) {{ {answer} userErrors {{ code message }} }} }}"
        payload = await self.world.api.ask(document, input=given)
        assert payload["userErrors"] == [], field
        return payload

    async def of_company(self, field: str, answer: str = "", **more: Any) -> Any:
        return await self.run(field, {"companyId": self.company, **more}, answer)

    async def fill(self) -> None:
        """Have orders that can be packed."""
        mall = self.world.mall
        for _ in range(12):
            mall.add_order(items=[(mall.add_goods(), 1)])
        # Of another buyer, and on its way.
        alone = mall.add_order(items=[(mall.add_goods(), 1)], status=5, address={"receiptName": "Ada"})
        await self.world.import_orders()
        orders = {
            number: ids.encode("Order", order.id) for number, order in (await self.world.orders()).items()
        }
        self.made["delivered"] = orders.pop(alone.number)
        self._orders = list(orders.values())

    def parcel(self, order: str) -> dict[str, Any]:
        """A parcel that a label is wanted for."""
        return {
            "orderIds": [order], "warehouseId": self.made["warehouse"], "weight": {"value": "2", "unit": "POUNDS"},
            "dimensions": {"length": "12", "width": "8", "height": "4", "unit": "INCHES"},
        }  # fmt: skip

    def order(self) -> str:
        """An order that nobody has touched."""
        return self._orders.pop()

    async def packed(self, number: str) -> tuple[str, str]:
        """An order that is shipped whole, and its package."""
        order = self.order()
        given = {"orderId": order, "packages": [self.package(number)]}
        payload = await self.run("shipOrder", given, "order { packages { id } }")
        return order, payload["order"]["packages"][0]["id"]

    def package(self, number: str) -> dict[str, str]:
        return {"warehouseId": self.made["warehouse"], "carrier": "UPS", "trackingNumber": number}

    async def job(self, field: str, **more: Any) -> Row:
        """A mutation that asks for a job, and the job's first row."""
        job = (await self.of_company(field, "job { id type }", **more))["job"]
        self.made["job"] = job["id"]
        return (
            "QueuedJob",
            job["id"],
            None,
            {"type": job["type"], "status": "QUEUED", "cancelRequested": False},
        )

    async def upload(self) -> None:
        """Have Temu told of what is packed."""
        await self.job("uploadTracking")
        number = ids.find(self.made["job"], "QueuedJob")
        assert number is not None
        await Runner(self.world.resources, owner="the test").run(number)
        assert (await self.world.job(self.made["job"]))["progress"]["succeeded"] > 0


_NAME = "query($id: ID!) { company(id: $id) { name } }"


async def _create_company(stage: Stage) -> list[Row]:
    made = (await stage.run("createCompany", {"name": "Südlicht"}, "company { id }"))["company"]["id"]
    settings = {"storeType": "NONE", "region": "US", "allowInventoryUpload": False, "allowOrderDownload": False,
                "allowReturnDownload": False, "allowTrackingUpload": False, "allowPriceUpload": False, "requireMinimumPrice": True,
                "uploadTrackingPerItem": False, "confirmLabelsAutomatically": False, "safetyQuantity": 0,
                "sellOnlyMappedWarehouses": False}  # fmt: skip
    return [("Company", made, None, {"name": "Südlicht", **settings})]


async def _update_company(stage: Stage) -> list[Row]:
    was = (await stage.world.api.ask(_NAME, id=stage.company))["name"]
    for _ in range(2):
        await stage.of_company("updateCompany", name="  Nordstern ")
    return [("Company", stage.company, {"name": was}, {"name": "Nordstern"})]


async def _archive_company(stage: Stage) -> list[Row]:
    for _ in range(2):
        await stage.of_company("archiveCompany")
    return [("Company", stage.company, {"archivedAt": None}, {"archivedAt": "NOW"})]


async def _unarchive_company(stage: Stage) -> list[Row]:
    for _ in range(2):
        await stage.of_company("unarchiveCompany")
    return [("Company", stage.company, {"archivedAt": "THEN"}, {"archivedAt": None})]


async def _update_company_settings(stage: Stage) -> list[Row]:
    given = {
        "safetyQuantity": 2,
        "ordersNotBefore": "2026-05-01T12:00:00Z",
        "maxQuantity": None,
        "region": "US",
    }
    await stage.run("updateCompanySettings", {"companyId": stage.company, **given})
    await stage.of_company("updateCompanySettings", ordersNotBefore=None)
    first = {"safetyQuantity": 2, "ordersNotBefore": "2026-05-01T12:00:00Z"}
    none = {"ordersNotBefore": None}
    return [
        ("Company", stage.company, {"safetyQuantity": 0} | none, first),
        ("Company", stage.company, {"ordersNotBefore": "2026-05-01T12:00:00Z"}, none),
    ]


def _token(token: str, purpose: str) -> dict[str, str]:
    return {"purpose": purpose, "lastFour": token[-4:], "status": "VALID"}


async def _set_access_token(stage: Stage) -> list[Row]:
    token = stage.world.mall.token
    await stage.of_company("setAccessToken", accessToken=token)
    await stage.of_company("setAccessToken", accessToken=token, purpose="ORDERS")
    every, orders = _token(token, "ALL"), _token(token, "ORDERS")
    return [
        # Nobody sees that it is the same one.
        ("Company", stage.company, {"accessTokens": [every]}, {"accessTokens": [every]}),
        ("Company", stage.company, {"accessTokens": [every]}, {"accessTokens": [orders]}),
    ]


async def _begin_authorization(stage: Stage) -> list[Row]:
    until = (await stage.of_company("beginAuthorization", "expiresAt"))["expiresAt"]
    return [
        (
            "Company",
            stage.company,
            {"authorization": None},
            {"authorization": {"purpose": "ALL", "expiresAt": until}},
        )
    ]


async def _test_settings(stage: Stage) -> list[Row]:
    known, tokens = stage.world.mall.token, stage.world.sandbox.tokens
    await stage.of_company("testSettings")
    withdrawn = tokens.pop(known)
    await stage.of_company("testSettings")
    tokens[known] = withdrawn
    await stage.of_company("testSettings")
    valid, rejected = _token(known, "ORDERS"), _token(known, "ORDERS") | {"status": "REJECTED"}
    return [
        ("Company", stage.company, {"accessTokens": [valid]}, {"accessTokens": [rejected]}),
        ("Company", stage.company, {"accessTokens": [rejected]}, {"accessTokens": [valid]}),
    ]


async def _create_warehouse(stage: Stage) -> list[Row]:
    made = (await stage.run("createWarehouse", {"name": "Kiel"}, "warehouse { id }"))["warehouse"]["id"]
    stage.made["warehouse"] = made
    return [("Warehouse", made, None, {"name": "Kiel", "isSellable": True})]


async def _update_warehouse(stage: Stage) -> list[Row]:
    place = {"warehouseId": stage.made["warehouse"]}
    for _ in range(2):
        await stage.run("updateWarehouse", {**place, "name": "Kiel Harbour", "isSellable": False})
    await stage.run("updateWarehouse", {**place, "isSellable": True})
    was, now = {"isSellable": True}, {"isSellable": False}
    return [
        ("Warehouse", stage.made["warehouse"], was | {"name": "Kiel"}, now | {"name": "Kiel Harbour"}),
        ("Warehouse", stage.made["warehouse"], now, was),
    ]


async def _archive_warehouse(stage: Stage) -> list[Row]:
    for _ in range(2):
        await stage.run("archiveWarehouse", {"warehouseId": stage.made["warehouse"]})
    return [("Warehouse", stage.made["warehouse"], {"archivedAt": None}, {"archivedAt": "NOW"})]


async def _unarchive_warehouse(stage: Stage) -> list[Row]:
    for _ in range(2):
        await stage.run("unarchiveWarehouse", {"warehouseId": stage.made["warehouse"]})
    return [("Warehouse", stage.made["warehouse"], {"archivedAt": "THEN"}, {"archivedAt": None})]


async def _set_channel_warehouse_mappings(stage: Stage) -> list[Row]:
    place = {"warehouseId": stage.made["warehouse"]}
    for code in ("Dock 1", "Dock 1", "Dock 2"):
        mappings = [place | {"channelWarehouseCode": code}]
        await stage.of_company("setChannelWarehouseMappings", mappings=mappings)
    await stage.of_company("setChannelWarehouseMappings", mappings=[])
    one, two = (
        {"channelWarehouseMappings": [{"channel": "WEBSITE", **place, "channelWarehouseCode": code}]}
        for code in ("Dock 1", "Dock 2")
    )
    none: dict[str, Any] = {"channelWarehouseMappings": []}
    return [
        ("Company", stage.company, before, after) for before, after in ((none, one), (one, two), (two, none))
    ]


async def _upsert_products(stage: Stage) -> list[Row]:
    products = [{"sku": "A"}, {"sku": "B", "name": "Lamp"}]
    made = (await stage.of_company("upsertProducts", "products { id }", products=products))["products"]
    stage.made |= {name: product["id"] for name, product in zip("AB", made, strict=True)}
    changes = [{"sku": "A", "name": "A"}, {"sku": "B", "name": "Light", "websiteProductId": "601", "websiteProductVariantId": "17"}]  # fmt: skip
    await stage.of_company("upsertProducts", products=changes)
    rest = {"isShadow": False, "useDefaultSafetyQuantity": True, "safetyQuantity": 0}
    none = {"websiteProductId": None, "websiteProductVariantId": None}
    mapped = {"websiteProductId": "601", "websiteProductVariantId": "17"}
    return [
        ("Product", stage.made["A"], None, {"sku": "A", "name": "A", **rest}),
        ("Product", stage.made["B"], None, {"sku": "B", "name": "Lamp", **rest}),
        ("Product", stage.made["B"], {"name": "Lamp", **none}, {"name": "Light", **mapped}),
    ]


async def _set_listings_for_sale(stage: Stage) -> list[Row]:
    async with stage.world.database.write() as session:
        listing = await make_listing(session, await session.get_one(Company, 1), sku="L")
    stage.made["listing"] = ids.encode("Listing", listing.id)
    given = {"listingIds": [stage.made["listing"]], "isForSale": False}
    (first, again) = [
        await stage.of_company("setListingsForSale", "actions { id }", **given) for _ in range(2)
    ]
    assert first == again
    (action,) = first["actions"]
    after = {"kind": "SET_SALE_STATUS", "status": "QUEUED", "subject": listing.website_product_variant_id}
    job = {"type": "SEND_PRODUCT_ACTIONS", "status": "QUEUED", "cancelRequested": False}
    return [("QueuedJob", await _last_job(stage), None, job), ("ChannelAction", action["id"], None, after)]


async def _create_products_from_listings(stage: Stage) -> list[Row]:
    answer = "products { id websiteProperties { websiteProductId websiteProductVariantId } }"
    (first, again) = [
        await stage.of_company("createProductsFromListings", answer, listingIds=[stage.made["listing"]])
        for _ in range(2)
    ]
    assert again["products"] == []
    (made,) = first["products"]
    after = {
        "sku": "L",
        "name": "Lamp",
        "isShadow": False,
        "useDefaultSafetyQuantity": True,
        "safetyQuantity": 0,
    }
    return [("Product", made["id"], None, after | made["websiteProperties"])]


async def _update_product(stage: Stage) -> list[Row]:
    given = {"productId": stage.made["A"], "sku": "A1", "name": "Lamp, red"}
    for _ in range(2):
        await stage.run("updateProduct", given)
    await stage.run("updateProduct", {"productId": stage.made["A"], "sku": None})
    return [("Product", stage.made["A"], {"sku": "A", "name": "A"}, {"sku": "A1", "name": "Lamp, red"})]


async def _archive_products(stage: Stage) -> list[Row]:
    for _ in range(2):
        await stage.run("archiveProducts", {"productIds": [stage.made["B"], stage.made["A"]]})
    return [("Product", stage.made[name], {"archivedAt": None}, {"archivedAt": "NOW"}) for name in "AB"]


async def _unarchive_products(stage: Stage) -> list[Row]:
    for _ in range(2):
        await stage.run("unarchiveProducts", {"productIds": [stage.made["B"], stage.made["A"]]})
    return [("Product", stage.made[name], {"archivedAt": "THEN"}, {"archivedAt": None}) for name in "AB"]


async def _update_website_properties(stage: Stage) -> list[Row]:
    given = {"productId": stage.made["B"], "websiteProductId": None, "websiteProductVariantId": None}
    await stage.run("updateWebsiteProperties", given)
    await stage.run("updateWebsiteProperties", {"productId": stage.made["B"], "safetyQuantity": 0})
    mapped = {"websiteProductId": "601", "websiteProductVariantId": "17"}
    return [("Product", stage.made["B"], mapped, dict.fromkeys(mapped))]


async def _set_inventory(stage: Stage) -> list[Row]:
    place = {"warehouseId": stage.made["warehouse"]}
    for figures in ({"A": 7, "B": 3}, {"A": 7, "B": 4}):
        levels = [
            {"productId": stage.made[name], **place, "onHand": count} for name, count in figures.items()
        ]
        await stage.run("setInventory", {"levels": levels})
    seven, three, four = ({"inventory": [place | {"onHand": count}]} for count in (7, 3, 4))
    none: dict[str, Any] = {"inventory": []}
    return [
        ("Product", stage.made["A"], none, seven),
        ("Product", stage.made["B"], none, three),
        ("Product", stage.made["B"], three, four),
    ]


async def _add_order_note(stage: Stage) -> list[Row]:
    order = stage.order()
    body = "The buyer, Erika Mustermann, called."
    notes = (
        await stage.run("addOrderNote", {"orderId": order, "body": body}, "order { notes { id body } }")
    )["order"]["notes"]
    (made,) = [{"id": note["id"]} for note in notes if note["body"] == body]
    stage.made |= {"note": made["id"], "noted": order}
    return [("Order", order, {"notes": []}, {"notes": [made]})]


async def _update_order_note(stage: Stage) -> list[Row]:
    for _ in range(2):
        await stage.run("updateOrderNote", {"noteId": stage.made["note"], "body": "Erika Mustermann wrote."})
    was, becomes = ({"notes": [{"id": stage.made["note"], "editedAt": moment}]} for moment in (None, "NOW"))
    return [("Order", stage.made["noted"], was, becomes)]


async def _delete_order_note(stage: Stage) -> list[Row]:
    await stage.run("deleteOrderNote", {"noteId": stage.made["note"]})
    return [("Order", stage.made["noted"], {"notes": [{"id": stage.made["note"]}]}, {"notes": []})]


async def _hold_order(stage: Stage) -> list[Row]:
    stage.made["held"] = stage.order()
    for _ in range(2):
        await stage.run("holdOrder", {"orderId": stage.made["held"], "reason": "Erika Mustermann calls."})
    return [("Order", stage.made["held"], {"heldAt": None}, {"heldAt": "NOW"})]


async def _shipping_rates(stage: Stage) -> list[Row]:
    parcel = stage.parcel(stage.order())
    await stage.run("shippingRates", parcel, "rates { serviceId }")
    return []


async def _buy_shipping_labels(stage: Stage) -> list[Row]:
    parcel = stage.parcel(stage.order())
    price = {"serviceId": "19409681780736", "mostToPay": {"amount": "6.00", "currencyCode": "USD"}}
    stage.world.mall.labels.fail_next.append("no capacity")
    answer = "results { userErrors { message } } labels { id action { id subject } }"
    [label] = (await stage.run("buyShippingLabels", {"purchases": [parcel | price]}, answer))["labels"]
    stage.made["label"] = label["id"]
    after = {"status": "REQUESTED", "warehouseId": parcel["warehouseId"], "serviceId": "19409681780736",
             "mostToPayAmount": "6.00", "currencyCode": "USD"}  # fmt: skip
    job = {"type": "SEND_ORDER_ACTIONS", "status": "QUEUED", "cancelRequested": False}
    action = {"kind": "BUY_SHIPPING_LABEL", "status": "QUEUED", "subject": label["action"]["subject"]}
    return [
        ("ShippingLabel", label["id"], None, after),
        ("QueuedJob", await _last_job(stage), None, job),
        ("ChannelAction", label["action"]["id"], None, action),
    ]


async def _retry_shipping_label(stage: Stage) -> list[Row]:
    # Not to the end: what the cases before have asked for may wait for a day.
    for _ in range(3):
        await later(stage.world)
        await run_due(stage.world)
    parcel = stage.parcel("")
    del parcel["orderIds"]
    price = {"serviceId": "19409681780737", "mostToPay": {"amount": "9.00", "currencyCode": "USD"}}
    answer = "label { action { id subject } }"
    given = {"labelId": stage.made["label"], **parcel, **price}
    action = (await stage.run("retryShippingLabel", given, answer))["label"]["action"]
    before = {"status": "FAILED", "serviceId": "19409681780736", "mostToPayAmount": "6.00"}
    after = {"status": "REQUESTED", "serviceId": "19409681780737", "mostToPayAmount": "9.00"}
    job = {"type": "SEND_ORDER_ACTIONS", "status": "QUEUED", "cancelRequested": False}
    asked = {"kind": "RETRY_SHIPPING_LABEL", "status": "QUEUED", "subject": action["subject"]}
    await stage.run("cancelChannelAction", {"actionId": action["id"]})
    return [
        ("ShippingLabel", stage.made["label"], before, after),
        ("QueuedJob", await _last_job(stage), None, job),
        ("ChannelAction", action["id"], None, asked),
    ]


async def _accept_cancellation(stage: Stage) -> list[Row]:
    mall = stage.world.mall
    order = mall.add_order(items=[(mall.add_goods(), 1)])
    request = mall.request_cancel(order.number)
    await stage.world.import_orders()
    number = ids.encode("Order", (await stage.world.orders())[order.number].id)
    await stage.run("acceptCancellation", {"orderId": number}, "action { id }")
    payload = await stage.run("acceptCancellation", {"orderId": number}, "action { id }")
    stage.made["action"] = payload["action"]["id"]
    after = {"kind": "ACCEPT_CANCELLATION", "status": "QUEUED", "subject": request.number}
    job = {"type": "SEND_ORDER_ACTIONS", "status": "QUEUED", "cancelRequested": False}
    return [
        ("QueuedJob", await _last_job(stage), None, job),
        ("ChannelAction", stage.made["action"], None, after),
    ]


async def _returned(stage: Stage, **how: Any) -> str:
    """A return, as it came in."""
    mall = stage.world.mall
    order = mall.add_order(status=4, items=[(mall.add_goods(), 1)])
    number = mall.returns.ask(order.number, **how).number
    await stage.world.import_orders()
    await stage.of_company("importReturns")
    await stage.world.run_jobs()
    async with stage.world.database.read() as session:
        found = await session.scalar(select(Return.id).where(Return.channel_return_id == number))
    assert found is not None
    return ids.encode("Return", found)


async def _import_returns(stage: Stage) -> list[Row]:
    return [await stage.job("importReturns")]


async def _asked_of(stage: Stage, field: str, kind: str, given: Mapping[str, Any]) -> list[Row]:
    """A mutation that has Temu do something with a return."""
    answer = "action { id subject }"
    action = (await stage.run(field, given, answer))["action"]
    job = {"type": "SEND_ORDER_ACTIONS", "status": "QUEUED", "cancelRequested": False}
    after = {"kind": kind, "status": "QUEUED", "subject": action["subject"]}
    return [("QueuedJob", await _last_job(stage), None, job), ("ChannelAction", action["id"], None, after)]


async def _issue_refund(stage: Stage) -> list[Row]:
    number = await _returned(stage, is_refund_only=True)
    return await _asked_of(stage, "issueRefund", "ISSUE_REFUND", {"returnId": number, "maxAmount": "19.99"})


async def _upload_return_label(stage: Stage) -> list[Row]:
    number = await _returned(stage, wants_label=True)
    file = (await upload(stage.world, b"%PDF-1.7\n%%EOF", media_type="application/pdf")).json()["id"]
    given = {
        "returnId": number,
        "fileId": file,
        "carrier": "USPS",
        "trackingNumber": "9400100000000000000001",
    }
    await stage.world.run_jobs()
    return await _asked_of(stage, "uploadReturnLabel", "UPLOAD_RETURN_LABEL", given)


async def _receive_return(stage: Stage) -> list[Row]:
    number = await _returned(stage)
    query = "query($id: ID!) { node(id: $id) { ... on Return { lines { id } } } }"
    (line,) = (await stage.world.api.ask(query, id=number))["lines"]
    told = {"lineId": line["id"], "quantity": 1, "condition": "DAMAGED"}
    place = {"warehouseId": stage.made["warehouse"]}
    for _ in range(2):
        await stage.run(
            "receiveReturn", {"returnId": number, **place, "lines": [told], "idempotencyKey": "k"}
        )
    none: dict[str, Any] = {"receipts": []}
    return [("Return", number, none, {"receipts": [place | {"lines": [told]}]})]


async def _decline_cancellation(stage: Stage) -> list[Row]:
    mall = stage.world.mall
    order = mall.add_order(items=[(mall.add_goods(), 1)])
    mall.request_cancel(order.number)
    await stage.world.import_orders()
    number = ids.encode("Order", (await stage.world.orders())[order.number].id)
    for _ in range(2):
        await stage.run("declineCancellation", {"orderId": number})
    return [("Order", number, {"cancellationDeclinedAt": None}, {"cancellationDeclinedAt": "NOW"})]


async def _report_out_of_stock(stage: Stage) -> list[Row]:
    number = stage.order()
    await stage.run("reportOutOfStock", {"orderId": number}, "action { id subject }")
    payload = await stage.run("reportOutOfStock", {"orderId": number}, "action { id subject }")
    action = payload["action"]
    after = {"kind": "REPORT_OUT_OF_STOCK", "status": "QUEUED", "subject": action["subject"]}
    job = {"type": "SEND_ORDER_ACTIONS", "status": "QUEUED", "cancelRequested": False}
    return [("QueuedJob", await _last_job(stage), None, job), ("ChannelAction", action["id"], None, after)]


async def _upload_invoice(stage: Stage) -> list[Row]:
    order_id = ids.find(stage.made["delivered"], "Order")
    async with stage.world.database.write() as session:
        await session.execute(update(Company).where(Company.id == 1).values(region=TemuRegion.EU))
    reply = await upload(stage.world, b"%PDF-1.7 %%EOF", media_type="application/pdf")
    given = {"orderId": stage.made["delivered"], "fileId": reply.json()["id"], "number": "R-1"}
    payload = await stage.run("uploadInvoice", given, "action { id subject }")
    async with stage.world.database.write() as session:
        await session.execute(update(Company).where(Company.id == 1).values(region=TemuRegion.US))
    assert order_id is not None
    action = payload["action"]
    after = {"kind": "UPLOAD_INVOICE", "status": "QUEUED", "subject": action["subject"]}
    return [("ChannelAction", action["id"], None, after)]


async def _cancel_channel_action(stage: Stage) -> list[Row]:
    for _ in range(2):
        await stage.run("cancelChannelAction", {"actionId": stage.made["action"]})
    return [("ChannelAction", stage.made["action"], {"status": "QUEUED"}, {"status": "CANCELLED"})]


async def _resolve_channel_action(stage: Stage) -> list[Row]:
    async with stage.world.database.write() as session:
        action = await session.get_one(
            ChannelAction, ids.decode(stage.made["action"], "ChannelAction", "actionId")
        )
        action.status, action.ended_at = ChannelActionStatus.UNCONFIRMED, None
    await stage.run("resolveChannelAction", {"actionId": stage.made["action"], "hasHappened": False})
    return [("ChannelAction", stage.made["action"], {"isConfirmed": None}, {"isConfirmed": False})]


async def _release_order(stage: Stage) -> list[Row]:
    for _ in range(2):
        await stage.run("releaseOrder", {"orderId": stage.made["held"]})
    return [("Order", stage.made["held"], {"heldAt": "THEN"}, {"heldAt": None})]


def _recorded(package: Mapping[str, str], package_id: str, order: str) -> list[Row]:
    """A package that holds all of its order."""
    values = {"orderId": order, **package, "shippedAt": "NOW"}
    ships = {"shippingStatus": "UNSHIPPED"}, {"shippingStatus": "FULLY_SHIPPED"}
    return [("Package", package_id, None, values), ("Order", order, *ships)]


async def _ship_order(stage: Stage) -> list[Row]:
    order, package = await stage.packed("TRACK10000001")
    return _recorded(stage.package("TRACK10000001"), package, order)


async def _ship_orders_together(stage: Stage) -> list[Row]:
    numbers = [stage.order(), stage.order()]
    package = stage.package("TRACK10000002")
    answer = "orders { packages { id } }"
    payload = await stage.run("shipOrdersTogether", {"orderIds": numbers, **package}, answer)
    found: list[Row] = []
    for number, order in zip(numbers, payload["orders"], strict=True):
        found += _recorded(package, order["packages"][0]["id"], number)
    return found


async def _update_package(stage: Stage) -> list[Row]:
    _, package = await stage.packed("TRACK10000003")
    for _ in range(2):
        await stage.run("updatePackage", {"packageId": package, "carrier": "USPS"})
    await stage.upload()
    await stage.run("updatePackage", {"packageId": package, "trackingNumber": "CORRECT1"})
    await stage.run("updatePackage", {"packageId": package, "trackingNumber": "CORRECT2"})
    job = await _last_job(stage)
    one, two = (
        {"correction": {"carrier": "USPS", "trackingNumber": number, "warehouseId": stage.made["warehouse"]}}
        for number in ("CORRECT1", "CORRECT2")
    )
    return [
        ("Package", package, {"carrier": "UPS"}, {"carrier": "USPS"}),
        ("Package", package, {"correction": None}, one),
        ("QueuedJob", job, None, {"type": "UPLOAD_TRACKING", "status": "QUEUED", "cancelRequested": False}),
        ("Package", package, one, two),
    ]


async def _print_shipping_labels(stage: Stage) -> list[Row]:
    buy_in_seller_center(stage.world.mall, stage.world.mall.add_order())
    await stage.world.import_orders()
    query = "query($id: ID!) { company(id: $id) { shippingLabels(first: 1) { nodes { id } } } }"
    found = (await stage.world.api.ask(query, id=stage.company))["shippingLabels"]["nodes"]
    stage.made["bought"] = found[0]["id"]
    await stage.run("printShippingLabels", {"labelIds": [stage.made["bought"]]}, "url")
    return [("ShippingLabel", stage.made["bought"], {"printedAt": None}, {"printedAt": "NOW"})]


async def _confirm_labels_shipped(stage: Stage) -> list[Row]:
    label, warehouse = stage.made["bought"], stage.made["warehouse"]
    query = "query($id: ID!) { node(id: $id) { ... on ShippingLabel { warehouse { id } } } }"
    is_known = (await stage.world.api.ask(query, id=label))["warehouse"] is not None
    given = {"labelIds": [label], "warehouseId": warehouse}
    [action] = (await stage.run("confirmLabelsShipped", given, "actions { id subject }"))["actions"]
    asked = {"kind": "CONFIRM_SHIPPING_LABEL", "status": "QUEUED", "subject": action["subject"]}
    job = {"type": "SEND_ORDER_ACTIONS", "status": "QUEUED", "cancelRequested": False}
    named = [("ShippingLabel", label, {"warehouseId": None}, {"warehouseId": warehouse})]
    return [
        *([] if is_known else named),
        ("QueuedJob", await _last_job(stage), None, job),
        ("ChannelAction", action["id"], None, asked),
    ]


async def _last_job(stage: Stage) -> str:
    query = "query($id: ID!) { company(id: $id) { queuedJobs(first: 1) { nodes { id } } } }"
    number: str = (await stage.world.api.ask(query, id=stage.company))["queuedJobs"]["nodes"][0]["id"]
    return number


async def _void_package(stage: Stage) -> list[Row]:
    order, package = await stage.packed("TRACK10000004")
    for _ in range(2):
        await stage.run("voidPackage", {"packageId": package})
    return [
        ("Package", package, {"voidedAt": None}, {"voidedAt": "NOW"}),
        ("Order", order, {"shippingStatus": "FULLY_SHIPPED"}, {"shippingStatus": "UNSHIPPED"}),
    ]


async def _import_orders(stage: Stage) -> list[Row]:
    await stage.job("importOrders")
    # Asked twice for the same, there is one job.
    return [await stage.job("importOrders")]


async def _cancel_queued_job(stage: Stage) -> list[Row]:
    await stage.job("importOrders")
    for _ in range(2):
        await stage.run("cancelQueuedJob", {"jobId": stage.made["job"]})
    was = {"status": "QUEUED", "cancelRequested": False}
    return [("QueuedJob", stage.made["job"], was, {"status": "CANCELLED", "cancelRequested": True})]


async def _retry_queued_job(stage: Stage) -> list[Row]:
    for _ in range(2):
        await stage.run("retryQueuedJob", {"jobId": stage.made["job"]})
    was = {"status": "CANCELLED", "cancelRequested": True}
    return [("QueuedJob", stage.made["job"], was, {"status": "QUEUED", "cancelRequested": False})]


async def _import_website_properties(stage: Stage) -> list[Row]:
    file = (await upload(stage.world, HEADER)).json()["id"]
    return [await stage.job("importWebsiteProperties", fileId=file)]


def _imports(field: str) -> Callable[[Stage], Awaitable[list[Row]]]:
    async def case(stage: Stage) -> list[Row]:
        return [await stage.job(field, fileId=(await upload(stage.world, HEADER)).json()["id"])]

    return case


async def _export_orders(stage: Stage) -> list[Row]:
    kind, number, before, after = await stage.job("exportOrders", format="CSV", includeBuyer=True)
    return [(kind, number, before, after | {"includesBuyer": True})]


async def _export_inventory(stage: Stage) -> list[Row]:
    return [await stage.job("exportInventory", format="JSONL")]


async def _export_outcomes(stage: Stage) -> list[Row]:
    # Of the import with which the stage was filled.
    given = {"jobId": ids.encode("QueuedJob", 1), "format": "CSV"}
    job = (await stage.run("exportOutcomes", given, "job { id }"))["job"]["id"]
    after = {"type": "EXPORT_OUTCOMES", "status": "QUEUED", "cancelRequested": False}
    return [("QueuedJob", job, None, after)]


async def _ship_orders(stage: Stage) -> list[Row]:
    order = stage.order()
    shipments = [{"orderId": order, "packages": [stage.package("1Z901")]}, {"orderId": order, "packages": []}]
    answer = "results { isShipped } orders { packages { id } }"
    payload = await stage.run("shipOrders", {"shipments": shipments}, answer)
    assert [each["isShipped"] for each in payload["results"]] == [True, False]
    return _recorded(stage.package("1Z901"), payload["orders"][0]["packages"][0]["id"], order)


async def _remove_access_token(stage: Stage) -> list[Row]:
    await stage.of_company("removeAccessToken")
    gone = [_token(stage.world.mall.token, purpose) for purpose in ("ORDERS",)]
    return [("Company", stage.company, {"accessTokens": gone}, {"accessTokens": []})]


async def _export_buyer(stage: Stage) -> list[Row]:
    order = stage.made["delivered"]
    await stage.run("exportBuyer", {"orderId": order})
    return [("Order", order, {"buyerExportedAt": None}, {"buyerExportedAt": "NOW"})]


async def _erase_buyer(stage: Stage) -> list[Row]:
    order = stage.made["delivered"]
    for _ in range(2):
        await stage.run("eraseBuyer", {"orderId": order})
    return [("Order", order, {"buyerErasedAt": None}, {"buyerErasedAt": "NOW"})]


async def _remove_company(stage: Stage) -> list[Row]:
    name = (await stage.world.api.ask(_NAME, id=stage.company))["name"]
    for _ in range(2):
        await stage.of_company("removeCompany", name=name)
    was = {"storePlugin": "TEMU", "mallId": str(stage.world.mall.mall_id), "removedAt": None}
    return [("Company", stage.company, was, {"storePlugin": None, "mallId": None, "removedAt": "NOW"})]


async def _create_webhook(stage: Stage) -> list[Row]:
    given = {"name": "ERP", "url": "https://example.com/hooks?key=sesame", "eventTypes": ["ORDER_CREATED"]}
    made = (await stage.of_company("createWebhook", "webhook { id }", **given))["webhook"]["id"]
    stage.made["webhook"] = made
    values = {"name": "ERP", "companyId": stage.company, "eventTypes": ["ORDER_CREATED"], "apiKeyId": ids.encode("ApiKey", 1),
              "secretCreatedAt": "NOW", "updatedAt": "NOW", "host": "example.com"}  # fmt: skip
    return [("Webhook", made, None, values)]


async def _update_webhook(stage: Stage) -> list[Row]:
    webhook = stage.made["webhook"]
    given = {"name": "WMS", "url": "https://example.org/", "isOn": False, "document": None}
    await stage.run("updateWebhook", {"webhookId": webhook, **given})
    await stage.run("updateWebhook", {"webhookId": webhook, "isOn": True})
    was = {"name": "ERP", "offSince": None, "updatedAt": "THEN", "host": "example.com"}
    now = {"name": "WMS", "offSince": "NOW", "updatedAt": "NOW", "host": "example.org"}
    on = {"offSince": "THEN", "updatedAt": "THEN"}, {"offSince": None, "updatedAt": "NOW"}
    return [("Webhook", webhook, was, now), ("Webhook", webhook, *on)]


async def _rotate_webhook_secret(stage: Stage) -> list[Row]:
    webhook = stage.made["webhook"]
    await stage.run("rotateWebhookSecret", {"webhookId": webhook, "endPrevious": True}, "secret")
    was = {"secretCreatedAt": "THEN", "updatedAt": "THEN"}
    return [("Webhook", webhook, was, {"secretCreatedAt": "NOW", "updatedAt": "NOW"})]


async def _ping_webhook(stage: Stage) -> list[Row]:
    webhook = stage.made["webhook"]
    made = await stage.run("pingWebhook", {"webhookId": webhook}, "delivery { id }")
    stage.made["delivery"] = made["delivery"]["id"]
    values = {"webhookId": webhook, "eventType": "PING", "status": "PENDING"}
    return [("WebhookDelivery", stage.made["delivery"], None, values)]


async def _retry_webhook_delivery(stage: Stage) -> list[Row]:
    async with stage.world.database.write() as session:
        await session.execute(update(WebhookDelivery).values(status=WebhookDeliveryStatus.FAILED))
    for _ in range(2):
        await stage.run("retryWebhookDelivery", {"deliveryId": stage.made["delivery"]})
    return [("WebhookDelivery", stage.made["delivery"], {"status": "FAILED"}, {"status": "PENDING"})]


async def _delete_webhook(stage: Stage) -> list[Row]:
    webhook = stage.made["webhook"]
    await stage.run("deleteWebhook", {"webhookId": webhook}, "deletedWebhookId")
    values = {"name": "WMS", "companyId": stage.company, "eventTypes": ["ORDER_CREATED"], "apiKeyId": ids.encode("ApiKey", 1),
              "secretCreatedAt": "THEN", "updatedAt": "THEN"}  # fmt: skip
    return [("Webhook", webhook, values, None)]


async def _refresh_shipping_directories(stage: Stage) -> list[Row]:
    await stage.of_company("refreshShippingDirectories")
    return [
        ("Company", stage.company, {"shippingDirectoriesReadAt": None}, {"shippingDirectoriesReadAt": "NOW"})
    ]


def _made_key(stage: Stage, payload: Any, **more: Any) -> Row:
    key = payload["apiKey"]
    after = {"name": "Courier", "hint": payload["secret"][-6:], "role": "OPERATE", "isServerWide": False,
             "companies": [{"companyId": stage.company}]}  # fmt: skip
    return "ApiKey", key["id"], None, after | more


async def _create_api_key(stage: Stage) -> list[Row]:
    given = {"name": "Courier", "role": "OPERATE", "companyIds": [stage.company]}
    payload = await stage.run("createApiKey", given, "apiKey { id } secret")
    stage.made["key"] = payload["apiKey"]["id"]
    return [_made_key(stage, payload)]


async def _rotate_api_key(stage: Stage) -> list[Row]:
    old = stage.made["key"]
    payload = await stage.run("rotateApiKey", {"apiKeyId": old, "graceSeconds": 0}, "apiKey { id } secret")
    stage.made["key"] = payload["apiKey"]["id"]
    return [_made_key(stage, payload), ("ApiKey", old, {"revokedAt": None}, {"revokedAt": "NOW"})]


async def _revoke_api_key(stage: Stage) -> list[Row]:
    for _ in range(2):
        await stage.run("revokeApiKey", {"apiKeyId": stage.made["key"]})
    return [("ApiKey", stage.made["key"], {"revokedAt": None}, {"revokedAt": "NOW"})]


def _price(amount: str | None, minimum: str | None) -> dict[str, Any]:
    currency = None if amount is None else "USD"
    floor = {"minimumAmount": minimum, "minimumCurrencyCode": None if minimum is None else "USD"}
    return {"price": {"amount": amount, "currencyCode": currency} | floor}


async def _set_minimum_prices(stage: Stage) -> list[Row]:
    product = stage.made["A"]
    given = [{"productId": product, "amount": "15", "currencyCode": "USD"}]
    for _ in range(2):
        await stage.of_company("setMinimumPrices", minimums=given)
    return [("Product", product, _price(None, None), _price(None, "15.00"))]


async def _update_prices(stage: Stage) -> list[Row]:
    product = stage.made["A"]
    for amount in ("18", "18", "17.5"):
        given = [{"productId": product, "amount": amount, "currencyCode": "USD"}]
        await stage.of_company("updatePrices", prices=given)
    first, second = _price("18.00", "15.00"), _price("17.50", "15.00")
    return [
        ("Product", product, _price(None, "15.00"), first),
        ("Product", product, first, second),
    ]


def _asks_for_a_job(field: str) -> Callable[[Stage], Awaitable[list[Row]]]:
    async def case(stage: Stage) -> list[Row]:
        return [await stage.job(field)]

    return case


# Each mutation of the schema, in an order in which each finds what it needs: it is run, maybe again with what changes nothing,
# and returns the events that there are to be then, the oldest first.
CASES: dict[str, Callable[[Stage], Awaitable[list[Row]]]] = {
    "createCompany": _create_company,
    "updateCompany": _update_company,
    "updateCompanySettings": _update_company_settings,
    "createWarehouse": _create_warehouse,
    "archiveWarehouse": _archive_warehouse,
    "unarchiveWarehouse": _unarchive_warehouse,
    "updateWarehouse": _update_warehouse,
    "setChannelWarehouseMappings": _set_channel_warehouse_mappings,
    "upsertProducts": _upsert_products,
    "setInventory": _set_inventory,
    "updateProduct": _update_product,
    "archiveProducts": _archive_products,
    "unarchiveProducts": _unarchive_products,
    "updateInventoryOnChannel": _asks_for_a_job("updateInventoryOnChannel"),
    "setMinimumPrices": _set_minimum_prices,
    "updatePrices": _update_prices,
    "uploadPrices": _asks_for_a_job("uploadPrices"),
    "matchWebsiteProperties": _asks_for_a_job("matchWebsiteProperties"),
    "beginAuthorization": _begin_authorization,
    "importListings": _asks_for_a_job("importListings"),
    "setListingsForSale": _set_listings_for_sale,
    "createProductsFromListings": _create_products_from_listings,
    "setAccessToken": _set_access_token,
    "testSettings": _test_settings,
    "updateWebsiteProperties": _update_website_properties,
    "importWebsiteProperties": _import_website_properties,
    "importProducts": _imports("importProducts"),
    "importInventory": _imports("importInventory"),
    "importPrices": _imports("importPrices"),
    "importShipments": _imports("importShipments"),
    "exportInventory": _export_inventory,
    "exportOutcomes": _export_outcomes,
    "rematchOrderItems": _asks_for_a_job("rematchOrderItems"),
    "importOrders": _import_orders,
    "cancelQueuedJob": _cancel_queued_job,
    "retryQueuedJob": _retry_queued_job,
    "addOrderNote": _add_order_note,
    "updateOrderNote": _update_order_note,
    "deleteOrderNote": _delete_order_note,
    "shippingRates": _shipping_rates,
    "buyShippingLabels": _buy_shipping_labels,
    "retryShippingLabel": _retry_shipping_label,
    "importReturns": _import_returns,
    "receiveReturn": _receive_return,
    "printShippingLabels": _print_shipping_labels,
    "confirmLabelsShipped": _confirm_labels_shipped,
    "acceptCancellation": _accept_cancellation,
    "cancelChannelAction": _cancel_channel_action,
    "resolveChannelAction": _resolve_channel_action,
    "issueRefund": _issue_refund,
    "uploadReturnLabel": _upload_return_label,
    "declineCancellation": _decline_cancellation,
    "reportOutOfStock": _report_out_of_stock,
    "uploadInvoice": _upload_invoice,
    "holdOrder": _hold_order,
    "releaseOrder": _release_order,
    "shipOrder": _ship_order,
    "shipOrders": _ship_orders,
    "shipOrdersTogether": _ship_orders_together,
    "uploadTracking": _asks_for_a_job("uploadTracking"),
    "updatePackage": _update_package,
    "voidPackage": _void_package,
    "exportOrders": _export_orders,
    "refreshShippingDirectories": _refresh_shipping_directories,
    "createApiKey": _create_api_key,
    "rotateApiKey": _rotate_api_key,
    "revokeApiKey": _revoke_api_key,
    "exportBuyer": _export_buyer,
    "eraseBuyer": _erase_buyer,
    "archiveCompany": _archive_company,
    "unarchiveCompany": _unarchive_company,
    "removeAccessToken": _remove_access_token,
    "createWebhook": _create_webhook,
    "updateWebhook": _update_webhook,
    "rotateWebhookSecret": _rotate_webhook_secret,
    "pingWebhook": _ping_webhook,
    "retryWebhookDelivery": _retry_webhook_delivery,
    "deleteWebhook": _delete_webhook,
    "removeCompany": _remove_company,
}


def test_every_mutation_has_a_case() -> None:
    """A5: what a mutation is recorded to change is tried below, for every mutation of the schema."""
    mutation = build()._schema.mutation_type
    assert isinstance(mutation, GraphQLObjectType)
    assert set(CASES) == set(mutation.fields)


async def _since(world: World, last: int) -> Sequence[AuditEvent]:
    """The events behind one by its number, the oldest first."""
    async with world.database.read() as session:
        found = select(AuditEvent).where(AuditEvent.id > last).order_by(AuditEvent.id)
        return (await session.scalars(found)).all()


_MOMENTS = ("archivedAt", "heldAt", "offSince", "secretCreatedAt", "updatedAt")


def _dated(values: Any, now: str) -> Any:
    """What was changed, its moments told by whether they are the event's own."""
    if isinstance(values, dict):
        then = {name for name in _MOMENTS if values.get(name) not in {None, now}}
        return {name: "THEN" if name in then else _dated(value, now) for name, value in values.items()}
    if isinstance(values, list):
        return [_dated(value, now) for value in values]
    return "NOW" if values == now else values


def _row(found: AuditEvent) -> Row:
    now = clock.rfc3339(found.occurred_at)
    before, after = (values and _dated(values, now) for values in (found.before, found.after))
    kind, number = found.subject_type or "", found.subject_id or 0
    return kind, ids.encode(kind, number), before, after


def _by_object(row: Row) -> tuple[str, str]:
    """Objects of one mutation stand in whatever order."""
    return row[:2]


async def test_every_mutation_is_recorded(world: World) -> None:
    """A5: each mutation leaves an event for each object that it changes, with exactly what it changes, and none for others."""
    stage = Stage(world)
    await stage.fill()
    last = (await _since(world, 0))[-1].id
    for field, case in CASES.items():
        expected = await case(stage)
        events = await _since(world, last)
        # What only asks Temu leaves none.
        last = events[-1].id if events else last
        own = [e for e in events if e.action == field]
        assert sorted(map(_row, own), key=_by_object) == sorted(expected, key=_by_object), field
        assert {(e.actor.value, e.api_key_id, bool(e.request_id)) for e in own} <= {("API_KEY", 1, True)}
        organisation = {e.subject_type for e in own if e.company_id is None}
        assert organisation <= {"ApiKey", "Warehouse"}
    told = str([(e.before, e.after) for e in await _since(world, 0)])
    assert [word for word in (world.mall.token, world.api._key, "Mustermann", "sealed") if word in told] == []


async def test_a_shadow_names_nobody(world: World) -> None:
    """A5: that a product sells another company's stock is recorded, and not whose: who sees the event may not see that one."""
    stage = Stage(world)
    stage.company = await world.new_company("Other")
    await stage.of_company("upsertProducts", products=[{"sku": "S"}])
    last = (await _since(world, 0))[-1].id
    shadow = {"sku": "A", "shadowOfSku": "S", "shadowOfCompanyId": stage.company}
    stage.company = world.company_id
    await stage.of_company("upsertProducts", products=[shadow])
    (made,) = await _since(world, last)
    assert made.after is not None
    assert {name: value for name, value in made.after.items() if "hadow" in name} == {"isShadow": True}


STOCK = "mutation($levels: [InventoryLevelInput!]!) { setInventory(input: {levels: $levels}) { userErrors { code } } }"
TWO = """mutation($id: ID!) {
  one: updateCompanySettings(input: {companyId: $id, safetyQuantity: 1}) { userErrors { code } }
  other: updateCompanySettings(input: {companyId: $id, storeType: NONE}) { userErrors { code } } }"""


async def test_what_is_refused_leaves_nothing(world: World) -> None:
    """A5: of a mutation that changes nothing there is no event, whatever it had written when it was refused."""
    async with world.database.write() as session:
        company = await session.get_one(Company, 1)
        product, warehouse = await make_product(session, company), await make_warehouse(session)
    level = {
        "productId": ids.encode("Product", product.id),
        "warehouseId": ids.encode("Warehouse", warehouse.id),
    }
    refused = await world.api.ask(STOCK, levels=[level | {"onHand": 1}, level | {"onHand": -1}])
    forbidden = await (await world.key(Role.READ, 1)).ask(STOCK, levels=[level | {"onHand": 1}])
    assert [refused["userErrors"], forbidden["userErrors"]] == [
        [{"code": "INVALID"}],
        [{"code": "FORBIDDEN"}],
    ]
    assert await _since(world, 0) == []

    answer = await world.api.ask(TWO, id=world.company_id)
    assert (answer["one"]["userErrors"], answer["other"]["userErrors"]) == ([], [{"code": "INVALID"}])
    assert [e.after for e in await _since(world, 0)] == [{"safetyQuantity": 1}]


async def test_the_request_is_named(world: World) -> None:
    """A5, R6: an event has the id of its request, which the caller may choose, and the key that it was done with."""
    key = await world.key(Role.ADMINISTER, 1)
    sent = {"query": TWO, "variables": {"id": world.company_id}}
    headers = {"Authorization": f"Bearer {key._key}", "X-Request-Id": "mine-1"}
    reply = await world.http.post("/graphql", json=sent, headers=headers)
    assert reply.headers["X-Request-Id"] == "mine-1"
    last = (await _since(world, 0))[-1]
    assert (last.request_id, last.api_key_id, last.company_id) == ("mine-1", 2, 1)


@one_database
async def test_what_recording_costs(world: World) -> None:
    """A5: 500 levels of stock are recorded by one statement."""
    async with world.database.write() as session:
        company, warehouse = await session.get_one(Company, 1), await make_warehouse(session)
        products = [await make_product(session, company) for _ in range(500)]
    levels = [
        {
            "productId": ids.encode("Product", product.id),
            "warehouseId": ids.encode("Warehouse", warehouse.id),
            "onHand": 1,
        }
        for product in products
    ]
    statements: list[str] = []
    engine = world.database.engine.sync_engine

    def note(*arguments: Any) -> None:
        statements.append(arguments[2])

    event.listen(engine, "before_cursor_execute", note)
    try:
        assert (await world.api.ask(STOCK, levels=levels))["userErrors"] == []
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert len([statement for statement in statements if "audit_events" in statement]) == 1
    async with world.database.read() as session:
        recorded = select(func.count()).where(AuditEvent.action == "setInventory")
        assert await session.scalar(recorded) == 500
