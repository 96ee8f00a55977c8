"""The root Query, all of it."""

import strawberry

from api.context import Info
from api.reading.declared import by_id, by_ids, many, paged
from api.schema.relay import Connection, Node
from api.schema.types.api_key import ApiKey, Viewer, ViewerPoints
from api.schema.types.audit import AuditEvent
from api.schema.types.company import Company
from api.schema.types.inventory import InventoryLevel, Warehouse
from api.schema.types.order import Order, OrderConnection
from api.schema.types.product import Product, ProductConnection
from api.schema.types.queued_job import QueuedJob, QueuedJobConnection
from api.schema.types.webhook import Webhook, WebhookDelivery
from api.values.described import described_type
from api.values.filters.audit import AuditEventFilter
from api.values.filters.companies import CompanyFilter
from api.values.filters.inventory import InventoryFilter
from api.values.filters.jobs import QueuedJobFilter
from api.values.filters.orders import OrderFilter
from api.values.filters.products import ProductFilter
from api.values.filters.webhooks import WebhookDeliveryFilter
from api.values.ordering import CompanyOrder, InventoryOrder, OrderOrder, ProductOrder, QueuedJobOrder
from domain.access.queries import API_KEYS
from domain.attention.conditions import ORDER_FILTER, PRODUCT_FILTER
from domain.audit.queries import AUDIT_EVENTS, AUDIT_FILTER
from domain.companies.queries import COMPANIES, COMPANY_FILTER, COMPANY_ORDERS
from domain.inventory.queries import INVENTORY, INVENTORY_FILTER, INVENTORY_ORDERS, LISTED
from domain.orders.queries import ORDER_ORDERS, ORDER_STATES, ORDERS
from domain.products.queries import PRODUCT_ORDERS, PRODUCT_STATES, PRODUCTS
from domain.queued_jobs.queries import JOB_FILTER, JOB_ORDERS, JOB_STATES, JOBS
from domain.webhooks.queries import DELIVERIES, DELIVERY_FILTER, WEBHOOKS


@described_type
class Query:
    """What can be asked. What a key may not see does not exist for it."""

    node: Node | None = by_id("Whatever has this id; null where there is nothing, or nothing for this key.")
    nodes: list[Node | None] = by_ids("What has these ids, in their order, as node tells of each.")
    companies: Connection[Company] = paged(
        "The companies that the key may see, in the order in which they were created.",
        COMPANIES,
        filter=(CompanyFilter, COMPANY_FILTER),
        order_by=(CompanyOrder, COMPANY_ORDERS),
    )
    company: Company | None = by_id("One company.")
    product: Product | None = by_id("One product.")
    products: ProductConnection = paged(
        "The products of all companies that the key may see, by SKU.",
        PRODUCTS,
        filter=(ProductFilter, PRODUCT_FILTER),
        order_by=(ProductOrder, PRODUCT_ORDERS),
        counted=PRODUCT_STATES,
    )
    inventory: Connection[InventoryLevel] = paged(
        "What lies where of the products of all companies that the key may see, by SKU.",
        INVENTORY,
        filter=(InventoryFilter, INVENTORY_FILTER),
        order_by=(InventoryOrder, INVENTORY_ORDERS),
        entity=LISTED,
    )
    warehouses: list[Warehouse] = many(
        "All warehouses of the organisation that are not archived, by name.",
        None,
        order=lambda warehouse: [warehouse.name, warehouse.id],
        only=lambda warehouse: warehouse.archived_at.is_(None),
    )
    order: Order | None = by_id("One order.")
    orders: OrderConnection = paged(
        "The orders of all companies that the key may see, the one placed last first.",
        ORDERS,
        filter=(OrderFilter, ORDER_FILTER),
        order_by=(OrderOrder, ORDER_ORDERS),
        counted=ORDER_STATES,
    )
    queued_job: QueuedJob | None = by_id("One job.")
    queued_jobs: QueuedJobConnection = paged(
        "The jobs of all companies that the key may see, newest first.",
        JOBS,
        filter=(QueuedJobFilter, JOB_FILTER),
        order_by=(QueuedJobOrder, JOB_ORDERS),
        counted=JOB_STATES,
    )
    webhooks: Connection[Webhook] = paged(
        "The webhooks of the companies that the key may see, and those of all companies where it is the server's, newest first; "
        "needs the role ADMINISTER.",
        WEBHOOKS,
    )
    webhook: Webhook | None = by_id("One webhook; needs the role ADMINISTER.")
    webhook_deliveries: Connection[WebhookDelivery] = paged(
        "Messages to receivers, of the same companies, newest first; needs the role ADMINISTER.",
        DELIVERIES,
        filter=(WebhookDeliveryFilter, DELIVERY_FILTER),
    )
    audit_events: Connection[AuditEvent] = paged(
        "Who changed what of the companies that the key may see, and of the organisation where it is the server's, newest first; "
        "needs the role ADMINISTER.",
        AUDIT_EVENTS,
        filter=(AuditEventFilter, AUDIT_FILTER),
    )
    api_keys: Connection[ApiKey] = paged(
        "All API keys, those that were revoked too, the oldest first; needs a key of the server with the role ADMINISTER.",
        API_KEYS,
    )

    @strawberry.field(description="Whoever asks: the API key of this request, and what it may see and spend.")
    async def viewer(self, info: Info) -> Viewer:
        principal = info.context.principal
        left = await info.context.charge(0)
        return Viewer(
            api_key_id=principal.key_id,
            role=principal.role,
            is_server_wide=principal.is_server_wide,
            points=ViewerPoints(
                available=left.available, maximum=left.maximum, restore_rate=left.restore_rate
            ),
        )
