"""What a key may not see does not exist for it."""

import asyncio
import re
from collections.abc import Mapping
from typing import Any

import pytest
from graphql import GraphQLInputObjectType, GraphQLNonNull, GraphQLObjectType, get_named_type

from api.schema.build import build
from api.schema.errors import Mutates
from api.values import ids
from domain import clock
from domain.access import api_keys, key_cache
from domain.models import AuditActor, AuditEvent, Company, OrderNote, Package, Role
from tests.factories import (
    NOW,
    make_action,
    make_api_key,
    make_company,
    make_delivery,
    make_file,
    make_item,
    make_job,
    make_label,
    make_level,
    make_listing,
    make_order,
    make_product,
    make_return,
    make_return_line,
    make_warehouse,
    make_webhook,
)
from tests.fixtures.tenancy import switch_the_filter_off
from tests.fixtures.world import Api, World

# Every argument and input field that takes an id, with the kind of thing it names.
TAKES = {
    "Query.node(id)": "Order",
    "Query.company(id)": "Company",
    "Query.product(id)": "Product",
    "Query.order(id)": "Order",
    "Query.queuedJob(id)": "QueuedJob",
    "Query.webhook(id)": "Webhook",
    # Tried over sockets, in tests/api/schema.
    "Subscription.queuedJob(id)": "QueuedJob",
    "Subscription.attentionChanged(companyId)": "Company",
    "Subscription.inventoryChanged(companyId)": "Company",
    "Subscription.ordersChanged(companyId)": "Company",
    "Subscription.productsChanged(companyId)": "Company",
    "Subscription.queuedJobsChanged(companyId)": "Company",
    "OrderFilter.companyId": "Company",
    # Of these nothing is told but whether there is any.
    "ProductFilter.companyId": "Company",
    "QueuedJobFilter.companyId": "Company",
    "InventoryFilter.companyId": "Company",
    "InventoryFilter.productIds": "Product",
    "AuditEventFilter.companyId": "Company",
    "AuditEventFilter.subjectId": "Order",
    "AuditEventFilter.apiKeyId": "ApiKey",
    "WebhookDeliveryFilter.webhookId": "Webhook",
    "WebhookDeliveryFilter.subjectId": "Order",
    "Query.nodes(ids)": "Order",
    # Keys are the server's to make, and of companies that it sees all of.
    "CreateApiKeyInput.companyIds": "",
    "RevokeApiKeyInput.apiKeyId": "",
    "RotateApiKeyInput.apiKeyId": "",
    "AddOrderNoteInput.orderId": "Order",
    "DeleteOrderNoteInput.noteId": "OrderNote",
    "HoldOrderInput.orderId": "Order",
    "ProductIdsInput.productIds": "Product",
    "ReleaseOrderInput.orderId": "Order",
    "UpdateCompanyInput.companyId": "Company",
    "UpdateOrderNoteInput.noteId": "OrderNote",
    "UpdateProductInput.productId": "Product",
    "BuyerInput.orderId": "Order",
    "CompanyIdInput.companyId": "Company",
    "ImportOrdersInput.companyId": "Company",
    "ExportInventoryInput.companyId": "Company",
    "ExportOrdersInput.companyId": "Company",
    "ExportOutcomesInput.jobId": "QueuedJob",
    **{
        f"Import{kind}Input.{name}": name[:-2].capitalize()
        for kind in ("Inventory", "Prices", "Products", "Shipments")
        for name in ("companyId", "fileId")
    },
    "ImportWebsitePropertiesInput.companyId": "Company",
    "ImportWebsitePropertiesInput.fileId": "File",
    "InventoryLevelInput.productId": "Product",
    "JobIdInput.jobId": "QueuedJob",
    "MatchWebsitePropertiesInput.companyId": "Company",
    "ImportListingsInput.companyId": "Company",
    "SetListingsForSaleInput.companyId": "Company",
    "SetListingsForSaleInput.listingIds": "Listing",
    "CreateProductsFromListingsInput.companyId": "Company",
    "CreateProductsFromListingsInput.listingIds": "Listing",
    "ProductInput.shadowOfCompanyId": "Company",
    "RemoveAccessTokenInput.companyId": "Company",
    "RemoveCompanyInput.companyId": "Company",
    "BeginAuthorizationInput.companyId": "Company",
    "SetAccessTokenInput.companyId": "Company",
    "SetChannelWarehouseMappingsInput.companyId": "Company",
    "UpdateCompanySettingsInput.companyId": "Company",
    "UpdateWebsitePropertiesInput.productId": "Product",
    "UpsertProductsInput.companyId": "Company",
    "PackageLineInput.orderItemId": "OrderItem",
    "ShipOrderInput.orderId": "Order",
    "UpdateInventoryOnChannelInput.companyId": "Company",
    "UpdateInventoryOnChannelInput.productIds": "Product",
    "PriceInput.productId": "Product",
    "MinimumPriceInput.productId": "Product",
    "SetMinimumPricesInput.companyId": "Company",
    "UpdatePricesInput.companyId": "Company",
    "UploadPricesInput.companyId": "Company",
    "UploadPricesInput.productIds": "Product",
    "UploadTrackingInput.companyId": "Company",
    "UploadTrackingInput.orderIds": "Order",
    "AcceptCancellationInput.orderId": "Order",
    "ImportReturnsInput.companyId": "Company",
    "IssueRefundInput.returnId": "Return",
    "ReceiveReturnInput.returnId": "Return",
    "ReceivedReturnLineInput.lineId": "ReturnLine",
    "UploadReturnLabelInput.returnId": "Return",
    "UploadReturnLabelInput.fileId": "File",
    "Subscription.returnsChanged(companyId)": "Company",
    "DeclineCancellationInput.orderId": "Order",
    "ReportOutOfStockInput.orderId": "Order",
    "ReportOutOfStockInput.orderItemIds": "OrderItem",
    "UploadInvoiceInput.fileId": "File",
    "UploadInvoiceInput.orderId": "Order",
    "CancelChannelActionInput.actionId": "ChannelAction",
    "ResolveChannelActionInput.actionId": "ChannelAction",
    "ShippingRatesInput.orderIds": "Order",
    "ShippingLabelPurchaseInput.orderIds": "Order",
    "RetryShippingLabelInput.labelId": "ShippingLabel",
    "PrintShippingLabelsInput.labelIds": "ShippingLabel",
    "ConfirmLabelsShippedInput.labelIds": "ShippingLabel",
    "UpdatePackageInput.packageId": "Package",
    "VoidPackageInput.packageId": "Package",
    "CreateWebhookInput.companyId": "Company",
    "UpdateWebhookInput.webhookId": "Webhook",
    "WebhookIdInput.webhookId": "Webhook",
    "RotateWebhookSecretInput.webhookId": "Webhook",
    "RetryWebhookDeliveryInput.deliveryId": "WebhookDelivery",
    # Warehouses belong to all companies.
    "InventoryFilter.warehouseIds": "",
    "ChannelWarehouseMappingInput.warehouseId": "",
    "InventoryLevelInput.warehouseId": "",
    "OrderPackageFilter.warehouseIds": "",
    "ShippingLabelFilter.warehouseIds": "",
    "PackageInput.warehouseId": "",
    "ReceiveReturnInput.warehouseId": "",
    "ShipOrdersTogetherInput.orderIds": "Order",
    "RetryShippingLabelInput.warehouseId": "",
    "ConfirmLabelsShippedInput.warehouseId": "",
    "ShippingLabelPurchaseInput.warehouseId": "",
    "ShippingRatesInput.warehouseId": "",
    "ShipOrdersTogetherInput.warehouseId": "",
    "UpdatePackageInput.warehouseId": "",
    "UpdateWarehouseInput.warehouseId": "",
    "WarehouseIdInput.warehouseId": "",
}

# A document for each of these, with %s for the id.
ASKS = {
    "Query.node(id)": '{ node(id: "%s") { id } }',
    "Query.company(id)": '{ company(id: "%s") { id orders { totalCount } } }',
    "Query.product(id)": '{ product(id: "%s") { id } }',
    "Query.order(id)": '{ order(id: "%s") { id } }',
    "Query.queuedJob(id)": '{ queuedJob(id: "%s") { id } }',
    "Query.webhook(id)": '{ webhook(id: "%s") { id } }',
    "WebhookDeliveryFilter.webhookId": '{ webhookDeliveries(filter: {webhookId: "%s"}) { totalCount nodes { id } } }',
    "WebhookDeliveryFilter.subjectId": '{ webhookDeliveries(filter: {subjectId: "%s"}) { totalCount nodes { id } } }',
    "CreateWebhookInput.companyId": """mutation { createWebhook(input: {companyId: "%s", name: "x",
        url: "https://example.com", eventTypes: [JOB_FINISHED]}) {ERRORS} }""",
    "UpdateWebhookInput.webhookId": 'mutation { updateWebhook(input: {webhookId: "%s", name: "x"}) {ERRORS} }',
    "WebhookIdInput.webhookId": """mutation { pingWebhook(input: {webhookId: "%s"}) {ERRORS}
        deleteWebhook(input: {webhookId: "%s"}) {ERRORS} }""",
    "RotateWebhookSecretInput.webhookId": 'mutation { rotateWebhookSecret(input: {webhookId: "%s"}) {ERRORS} }',
    "RetryWebhookDeliveryInput.deliveryId": 'mutation { retryWebhookDelivery(input: {deliveryId: "%s"}) {ERRORS} }',
    "Query.nodes(ids)": '{ nodes(ids: ["%s"]) { id } }',
    "OrderFilter.companyId": '{ orders(filter: {companyId: "%s"}) { totalCount nodes { id } } }',
    "ProductFilter.companyId": '{ products(filter: {companyId: "%s"}) { totalCount nodes { id } } }',
    "QueuedJobFilter.companyId": '{ queuedJobs(filter: {companyId: "%s"}) { totalCount nodes { id } } }',
    "InventoryFilter.companyId": '{ inventory(filter: {companyId: "%s"}) { totalCount nodes { onHand } } }',
    "InventoryFilter.productIds": '{ inventory(filter: {productIds: ["%s"]}) { totalCount nodes { onHand } } }',
    "AuditEventFilter.companyId": '{ auditEvents(filter: {companyId: "%s"}) { totalCount nodes { id } } }',
    "AuditEventFilter.subjectId": '{ auditEvents(filter: {subjectId: "%s"}) { totalCount nodes { id } } }',
    "AuditEventFilter.apiKeyId": '{ auditEvents(filter: {apiKeyId: "%s"}) { totalCount nodes { id } } }',
    "AddOrderNoteInput.orderId": 'mutation { addOrderNote(input: {orderId: "%s", body: "x"}) {ERRORS} }',
    "DeleteOrderNoteInput.noteId": 'mutation { deleteOrderNote(input: {noteId: "%s"}) {ERRORS} }',
    "AcceptCancellationInput.orderId": 'mutation { acceptCancellation(input: {orderId: "%s"}) {ERRORS} }',
    "ImportReturnsInput.companyId": 'mutation { importReturns(input: {companyId: "%s"}) {ERRORS} }',
    "IssueRefundInput.returnId": 'mutation { issueRefund(input: {returnId: "%s", maxAmount: "1"}) {ERRORS} }',
    "ReceiveReturnInput.returnId": """mutation { receiveReturn(input: {returnId: "%s", warehouseId: "V2FyZWhvdXNlOjE=",
        idempotencyKey: "k", lines: []}) {ERRORS} }""",
    "ReceivedReturnLineInput.lineId": """mutation { receiveReturn(input: {returnId: "RETURN",
        warehouseId: "V2FyZWhvdXNlOjE=", idempotencyKey: "k", lines: [{lineId: "%s", quantity: 1, condition: SELLABLE}]
        }) {ERRORS} }""",
    "UploadReturnLabelInput.returnId": """mutation { uploadReturnLabel(input: {returnId: "%s", fileId: "RmlsZTox",
        carrier: "UPS", trackingNumber: "1Z00000001"}) {ERRORS} }""",
    "UploadReturnLabelInput.fileId": """mutation { uploadReturnLabel(input: {returnId: "RETURN", fileId: "%s",
        carrier: "UPS", trackingNumber: "1Z00000001"}) {ERRORS} }""",
    "DeclineCancellationInput.orderId": 'mutation { declineCancellation(input: {orderId: "%s"}) {ERRORS} }',
    "ReportOutOfStockInput.orderId": 'mutation { reportOutOfStock(input: {orderId: "%s"}) {ERRORS} }',
    "ReportOutOfStockInput.orderItemIds": """mutation {
        reportOutOfStock(input: {orderId: "ORDER", orderItemIds: ["%s"]}) {ERRORS} }""",
    "UploadInvoiceInput.orderId": """mutation {
        uploadInvoice(input: {orderId: "%s", fileId: "RmlsZTox", number: "1"}) {ERRORS} }""",
    "UploadInvoiceInput.fileId": """mutation {
        uploadInvoice(input: {orderId: "ORDER", fileId: "%s", number: "1"}) {ERRORS} }""",
    "CancelChannelActionInput.actionId": 'mutation { cancelChannelAction(input: {actionId: "%s"}) {ERRORS} }',
    "ResolveChannelActionInput.actionId": """mutation {
        resolveChannelAction(input: {actionId: "%s", hasHappened: true}) {ERRORS} }""",
    "ImportListingsInput.companyId": 'mutation { importListings(input: {companyId: "%s"}) {ERRORS} }',
    "SetListingsForSaleInput.companyId": """mutation {
        setListingsForSale(input: {companyId: "%s", listingIds: ["x"], isForSale: true}) {ERRORS} }""",
    "SetListingsForSaleInput.listingIds": """mutation {
        setListingsForSale(input: {companyId: "OWN", listingIds: ["%s"], isForSale: true}) {ERRORS} }""",
    "CreateProductsFromListingsInput.companyId": 'mutation { createProductsFromListings(input: {companyId: "%s"}) {ERRORS} }',
    "CreateProductsFromListingsInput.listingIds": """mutation { createProductsFromListings(
        input: {companyId: "OWN", listingIds: ["%s"]}) { results { userErrors { code message field } } } }""",
    "HoldOrderInput.orderId": 'mutation { holdOrder(input: {orderId: "%s", reason: "x"}) {ERRORS} }',
    "ProductIdsInput.productIds": """mutation { archiveProducts(input: {productIds: ["%s"]}) {ERRORS}
        unarchiveProducts(input: {productIds: ["%s"]}) {ERRORS} }""",
    "ReleaseOrderInput.orderId": 'mutation { releaseOrder(input: {orderId: "%s"}) {ERRORS} }',
    "UpdateCompanyInput.companyId": 'mutation { updateCompany(input: {companyId: "%s", name: "x"}) {ERRORS} }',
    "UpdateOrderNoteInput.noteId": 'mutation { updateOrderNote(input: {noteId: "%s", body: "x"}) {ERRORS} }',
    "UpdateProductInput.productId": 'mutation { updateProduct(input: {productId: "%s", sku: "x"}) {ERRORS} }',
    "BuyerInput.orderId": """mutation { eraseBuyer(input: {orderId: "%s"}) {ERRORS}
        exportBuyer(input: {orderId: "%s"}) {ERRORS} }""",
    "CompanyIdInput.companyId": """mutation { testSettings(input: {companyId: "%s"}) {ERRORS}
        rematchOrderItems(input: {companyId: "%s"}) {ERRORS}
        archiveCompany(input: {companyId: "%s"}) {ERRORS} unarchiveCompany(input: {companyId: "%s"}) {ERRORS}
        refreshShippingDirectories(input: {companyId: "%s"}) {ERRORS} }""",
    "ImportOrdersInput.companyId": 'mutation { importOrders(input: {companyId: "%s"}) {ERRORS} }',
    "ExportInventoryInput.companyId": 'mutation { exportInventory(input: {companyId: "%s", format: CSV}) {ERRORS} }',
    "ExportOrdersInput.companyId": 'mutation { exportOrders(input: {companyId: "%s", format: CSV}) {ERRORS} }',
    "ExportOutcomesInput.jobId": 'mutation { exportOutcomes(input: {jobId: "%s", format: CSV}) {ERRORS} }',
    **{
        f"Import{kind}Input.companyId": f'mutation {{ import{kind}(input: {{companyId: "%s", '
        'fileId: "RmlsZTox"}) {ERRORS} }'
        for kind in ("Inventory", "Prices", "Products", "Shipments")
    },
    **{
        f"Import{kind}Input.fileId": f'mutation {{ import{kind}(input: {{companyId: "OWN", '
        'fileId: "%s"}) {ERRORS} }'
        for kind in ("Inventory", "Prices", "Products", "Shipments")
    },
    "ImportWebsitePropertiesInput.companyId": """mutation {
        importWebsiteProperties(input: {companyId: "%s", fileId: "RmlsZTox"}) {ERRORS} }""",
    "ImportWebsitePropertiesInput.fileId": """mutation {
        importWebsiteProperties(input: {companyId: "OWN", fileId: "%s"}) {ERRORS} }""",
    "InventoryLevelInput.productId": """mutation { setInventory(input: {levels: [
        {productId: "%s", warehouseId: "V2FyZWhvdXNlOjE=", onHand: 1}]}) {ERRORS} }""",
    "JobIdInput.jobId": """mutation { cancelQueuedJob(input: {jobId: "%s"}) {ERRORS}
        retryQueuedJob(input: {jobId: "%s"}) {ERRORS} }""",
    "MatchWebsitePropertiesInput.companyId": """mutation {
        matchWebsiteProperties(input: {companyId: "%s"}) {ERRORS} }""",
    "ProductInput.shadowOfCompanyId": """mutation { upsertProducts(input: {companyId: "OWN", products: [
        {sku: "S", shadowOfSku: "X", shadowOfCompanyId: "%s"}]}) {ERRORS} }""",
    "RemoveAccessTokenInput.companyId": 'mutation { removeAccessToken(input: {companyId: "%s"}) {ERRORS} }',
    "RemoveCompanyInput.companyId": 'mutation { removeCompany(input: {companyId: "%s", name: "x"}) {ERRORS} }',
    "BeginAuthorizationInput.companyId": 'mutation { beginAuthorization(input: {companyId: "%s"}) {ERRORS} }',
    "SetAccessTokenInput.companyId": 'mutation { setAccessToken(input: {companyId: "%s", accessToken: "t"}) {ERRORS} }',
    "SetChannelWarehouseMappingsInput.companyId": """mutation {
        setChannelWarehouseMappings(input: {companyId: "%s", mappings: []}) {ERRORS} }""",
    "UpdateCompanySettingsInput.companyId": """mutation {
        updateCompanySettings(input: {companyId: "%s", safetyQuantity: 1}) {ERRORS} }""",
    "UpdateWebsitePropertiesInput.productId": """mutation {
        updateWebsiteProperties(input: {productId: "%s", safetyQuantity: 1}) {ERRORS} }""",
    "UpsertProductsInput.companyId": """mutation {
        upsertProducts(input: {companyId: "%s", products: [{sku: "S"}]}) {ERRORS} }""",
    "PackageLineInput.orderItemId": """mutation { shipOrder(input: {orderId: "ORDER", packages: [
        {warehouseId: "V2FyZWhvdXNlOjE=", carrier: "UPS", trackingNumber: "1", lines: [
        {orderItemId: "%s", quantity: 1}]}]}) {ERRORS} }""",
    "ShipOrderInput.orderId": """mutation { shipOrder(input: {orderId: "%s", packages: []}) {ERRORS} }""",
    "ShipOrdersTogetherInput.orderIds": """mutation { shipOrdersTogether(input: {orderIds: ["ORDER", "%s"],
        warehouseId: "V2FyZWhvdXNlOjE=", carrier: "UPS", trackingNumber: "1"}) {ERRORS} }""",
    "PriceInput.productId": """mutation { updatePrices(input: {companyId: "OWN", prices: [
        {productId: "%s", amount: "1", currencyCode: "USD"}]}) {ERRORS} }""",
    "MinimumPriceInput.productId": """mutation { setMinimumPrices(input: {companyId: "OWN", minimums: [
        {productId: "%s", amount: "1", currencyCode: "USD"}]}) {ERRORS} }""",
    "SetMinimumPricesInput.companyId": 'mutation { setMinimumPrices(input: {companyId: "%s", minimums: []}) {ERRORS} }',
    "UpdatePricesInput.companyId": 'mutation { updatePrices(input: {companyId: "%s", prices: []}) {ERRORS} }',
    "UploadPricesInput.companyId": 'mutation { uploadPrices(input: {companyId: "%s"}) {ERRORS} }',
    "UploadPricesInput.productIds": """mutation {
        uploadPrices(input: {companyId: "OWN", productIds: ["%s"]}) {ERRORS} }""",
    "UploadTrackingInput.companyId": 'mutation { uploadTracking(input: {companyId: "%s"}) {ERRORS} }',
    "UpdateInventoryOnChannelInput.companyId": """mutation {
        updateInventoryOnChannel(input: {companyId: "%s"}) {ERRORS} }""",
    "UpdateInventoryOnChannelInput.productIds": """mutation {
        updateInventoryOnChannel(input: {companyId: "OWN", productIds: ["%s"]}) {ERRORS} }""",
    "UploadTrackingInput.orderIds": """mutation {
        uploadTracking(input: {companyId: "OWN", orderIds: ["%s"]}) {ERRORS} }""",
    "ShippingRatesInput.orderIds": """mutation { shippingRates(input: {orderIds: ["%s"], warehouseId: "V2FyZWhvdXNlOjE=",
        weight: {value: "1", unit: POUNDS}, dimensions: {length: "1", width: "1", height: "1", unit: INCHES}}) {ERRORS} }""",
    "ShippingLabelPurchaseInput.orderIds": """mutation { buyShippingLabels(input: {purchases: [{orderIds: ["%s"],
        warehouseId: "V2FyZWhvdXNlOjE=", weight: {value: "1", unit: POUNDS}, serviceId: "1",
        dimensions: {length: "1", width: "1", height: "1", unit: INCHES},
        mostToPay: {amount: "1", currencyCode: "USD"}}]}) { results {ERRORS} labels { id } } }""",
    "PrintShippingLabelsInput.labelIds": """mutation { printShippingLabels(input: {labelIds: ["%s"]}) {ERRORS} }""",
    "ConfirmLabelsShippedInput.labelIds": """mutation { confirmLabelsShipped(input: {labelIds: ["%s"]}) {ERRORS} }""",
    "RetryShippingLabelInput.labelId": """mutation { retryShippingLabel(input: {labelId: "%s",
        warehouseId: "V2FyZWhvdXNlOjE=", weight: {value: "1", unit: POUNDS}, serviceId: "1",
        dimensions: {length: "1", width: "1", height: "1", unit: INCHES},
        mostToPay: {amount: "1", currencyCode: "USD"}}) {ERRORS} }""",
    "UpdatePackageInput.packageId": """mutation {
        updatePackage(input: {packageId: "%s", carrier: "UPS", trackingNumber: "1"}) {ERRORS} }""",
    "VoidPackageInput.packageId": 'mutation { voidPackage(input: {packageId: "%s"}) {ERRORS} }',
}


def _members_that_take_an_id() -> set[str]:
    found: set[str] = set()
    for name, kind in build()._schema.type_map.items():
        if isinstance(kind, GraphQLInputObjectType):
            found |= {
                f"{name}.{f}" for f, value in kind.fields.items() if get_named_type(value.type).name == "ID"
            }
        elif isinstance(kind, GraphQLObjectType):
            for field_name, field in kind.fields.items():
                found |= {
                    f"{name}.{field_name}({a})"
                    for a, value in field.args.items()
                    if get_named_type(value.type).name == "ID"
                }
    return found


def test_every_id_has_a_case() -> None:
    """A5: every member of the schema that takes an id is tried below with another company's."""
    assert _members_that_take_an_id() == set(TAKES)
    asked = {name for name, kind in TAKES.items() if kind and not name.startswith("Subscription.")}
    assert asked == set(ASKS)


def test_every_mutation_has_a_role() -> None:
    """A5: no mutation can be called without its role being asked for."""
    mutation = build().get_type_by_name("Mutation")
    without = [
        field.name
        for field in mutation.fields  # type: ignore[union-attr]
        if not any(isinstance(extension, Mutates) for extension in field.extensions)
    ]

    assert without == []


async def _others(world: World) -> dict[str, str]:
    """A company of which the key knows nothing, with one of everything."""
    async with world.database.write() as session:
        company = await make_company(session)
        product = await make_product(session, company, sku="X")
        order = await make_order(session, company)
        item = await make_item(session, order)
        own = await make_order(session, await session.get_one(Company, 1))
        job = await make_job(session, company, run_at=2**60)
        key = await make_api_key(session)
        file = await make_file(session, key)
        warehouse = await make_warehouse(session)
        await make_level(session, product, warehouse, 3)
        package = Package(order_id=order.id, company_id=company.id, warehouse_id=warehouse.id, carrier="UPS",
                          tracking_number="1", tracking_key="1", shipped_at=NOW)  # fmt: skip
        note = OrderNote(order_id=order.id, body="x", author="x", created_at=NOW, api_key_id=2)
        session.add_all([package, note])
        session.add(AuditEvent(company_id=company.id, occurred_at=NOW, actor=AuditActor.API_KEY, api_key_id=key.id,
                               action="addOrderNote", subject_type="Order", subject_id=order.id))  # fmt: skip
        webhook = await make_webhook(session, key, company_id=company.id)
        delivery = await make_delivery(session, webhook, subject_id=order.id)
        action = await make_action(session, order)
        label = await make_label(session, order)
        row = await make_return(session, order)
        line = await make_return_line(session, row)
        own_return = await make_return(session, own, available_operations=["UPLOAD_LABEL"])
        listing = await make_listing(session, company)
        await session.flush()
    return {
        "ShippingLabel": ids.encode("ShippingLabel", label.id),
        "ChannelAction": ids.encode("ChannelAction", action.id),
        "Return": ids.encode("Return", row.id),
        "ReturnLine": ids.encode("ReturnLine", line.id),
        "OWN_RETURN": ids.encode("Return", own_return.id),
        "Listing": ids.encode("Listing", listing.id),
        "Webhook": ids.encode("Webhook", webhook.id),
        "WebhookDelivery": ids.encode("WebhookDelivery", delivery.id),
        "ApiKey": ids.encode("ApiKey", key.id),
        "Company": ids.encode("Company", company.id),
        "Product": ids.encode("Product", product.id),
        "Order": ids.encode("Order", order.id),
        "OrderItem": ids.encode("OrderItem", item.id),
        "OrderNote": ids.encode("OrderNote", note.id),
        "OWN_ORDER": ids.encode("Order", own.id),
        "Package": ids.encode("Package", package.id),
        "QueuedJob": ids.encode("QueuedJob", job.id),
        "File": ids.encode("File", file.id),
    }


async def _answer(api: Api, world: World, document: str, global_id: str, own: Mapping[str, str]) -> Any:
    document = document.replace("{ERRORS}", "{ userErrors { code message field } }")
    document = document.replace("OWN", world.company_id).replace("ORDER", own["OWN_ORDER"])
    document = document.replace("RETURN", own["OWN_RETURN"])
    reply = await api.send(document.replace("%s", global_id))
    return reply["data"], reply.get("errors")


async def test_another_companys_is_like_none(world: World) -> None:
    """A5: another company's id, one that was never given, one of another kind and nonsense are answered alike."""
    others = await _others(world)
    api = await world.key(Role.ADMINISTER, 1)
    for member, document in ASKS.items():
        kind = TAKES[member]
        theirs = await _answer(api, world, document, others[kind], others)
        for global_id in (
            ids.encode(kind, 999_999),
            ids.encode("File" if kind == "OrderNote" else "OrderNote", 1),
            "nonsense",
            "",
            ids.encode(kind, 2**63),
        ):
            answer = await _answer(api, world, document, global_id, others)
            assert answer == theirs, (member, global_id)
        text = str(theirs)
        assert theirs[1] is None, (member, text)
        assert "NOT_FOUND" in text or re.search(r"None|'totalCount': 0", text), (member, text)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_the_wall_alone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A5: with the application's own filter switched off, another company's id is answered as one that was never given, and
    nothing of that company is changed.
    """
    others = await _others(world)
    api = await world.key(Role.ADMINISTER, 1)
    foreign = sorted(set(TAKES.values()) - {"", "File"})
    before = await world.api.ask(_EVERYTHING, id=others["Company"])
    switch_the_filter_off(monkeypatch)

    for member, document in ASKS.items():
        kind = TAKES[member]
        if kind in foreign:
            theirs, missing = [
                await _answer(api, world, document, global_id, others)
                for global_id in (others[kind], ids.encode(kind, 999_999))
            ]
            assert theirs == missing, (member, theirs, missing)
            assert theirs[1] is None, (member, theirs)
    lists = await api.ask(_LISTS)
    monkeypatch.undo()

    assert lists["companies"] == {"totalCount": 1, "nodes": [{"id": world.company_id}]}
    assert {name: page["totalCount"] for name, page in lists.items()} == _OWN
    assert await world.api.ask(_EVERYTHING, id=others["Company"]) == before


_LISTS = """{ companies { totalCount nodes { id } } orders { totalCount } products { totalCount } queuedJobs { totalCount }
  inventory { totalCount } }"""
# Of the key's own company there is nothing but an order.
_OWN = {"companies": 1, "orders": 1, "products": 0, "queuedJobs": 0, "inventory": 0}
_EVERYTHING = """query($id: ID!) { company(id: $id) { settings { safetyQuantity } products { nodes { sku websiteProperties { safetyQuantity } } }
  orders { nodes { notes { body } packages { carrier } status } } queuedJobs { nodes { id status } } } }"""


async def test_lists_hold_only_ones_own(world: World) -> None:
    """A5: companies, orders, products, stock and jobs of others are on no list, and the server's key sees them all."""
    await _others(world)
    api = await world.key(Role.READ, 1)

    own = await api.ask(_LISTS)
    every = await world.api.ask(_LISTS)

    assert own["companies"]["nodes"] == [{"id": world.company_id}]
    assert {name: page["totalCount"] for name, page in own.items()} == _OWN
    assert {name: page["totalCount"] for name, page in every.items()} == {
        name: count + 1 for name, count in _OWN.items()
    }


async def test_a_revoked_key_opens_nothing(world: World) -> None:
    """A5: a key that was revoked a second ago, mistyped or never made opens nothing; the refusals look alike in status."""
    api = await world.key(Role.READ, 1)
    secret = api._key
    await api.ask("{ companies { totalCount } }")
    found = await api_keys.verify(world.database, secret)
    assert found is not None
    async with world.database.write() as session:
        await api_keys.revoke(session, found[0].key_id, now=clock.now())
    await asyncio.sleep(key_cache.TRUSTED_SECONDS)
    for key in (secret, secret[:-1] + ("0" if secret[-1] != "0" else "1"), "x", ""):
        reply = await world.http.post(
            "/graphql", json={"query": "{ __typename }"}, headers={"Authorization": f"Bearer {key}"}
        )
        assert reply.status_code == 401
        assert reply.headers["www-authenticate"] == "Bearer"


def test_ids_are_required_where_they_name_the_subject() -> None:
    """A5: what a mutation works on can't be left out."""
    for name in TAKES:
        if "(" not in name and not name.startswith(
            (
                "AuditEventFilter",
                "CreateWebhookInput",
                "CreateApiKeyInput.companyIds",
                "CreateProductsFromListingsInput.listingIds",
                "InventoryFilter",
                "OrderFilter",
                "OrderPackageFilter",
                "ShippingLabelFilter",
                "ProductFilter",
                "QueuedJobFilter",
                "ProductInput",
                "ReportOutOfStockInput.orderItemIds",
                "UploadTrackingInput.orderIds",
                "UpdateInventoryOnChannelInput.productIds",
                "ConfirmLabelsShippedInput.warehouseId",
                "UpdatePackageInput.warehouseId",
                "UploadPricesInput.productIds",
                "WebhookDeliveryFilter",
            )
        ):
            kind, field = name.split(".")
            named = build()._schema.type_map[kind]
            assert isinstance(named, GraphQLInputObjectType)
            assert isinstance(named.fields[field].type, GraphQLNonNull)
