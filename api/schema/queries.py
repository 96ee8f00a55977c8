"""The root Query, all of it."""

from api.reading.declared import by_id, many, paged
from api.schema.relay import Connection, Node
from api.schema.types.audit import AuditEvent
from api.schema.types.company import Company
from api.schema.types.inventory import InventoryLevel, Warehouse
from api.schema.types.order import Order
from api.schema.types.product import Product
from api.schema.types.queued_job import QueuedJob
from api.values.described import described_type
from api.values.filters import (
    AuditEventFilter,
    CompanyFilter,
    InventoryFilter,
    OrderFilter,
    ProductFilter,
    QueuedJobFilter,
)
from domain.audit.queries import AUDIT_EVENTS, AUDIT_FILTER
from domain.companies.queries import COMPANIES, COMPANY_FILTER
from domain.inventory.queries import INVENTORY, INVENTORY_FILTER, LISTED
from domain.orders.queries import ORDER_FILTER, ORDERS
from domain.products.queries import PRODUCT_FILTER, PRODUCTS
from domain.queued_jobs.queries import JOB_FILTER, JOBS


@described_type
class Query:
    """What can be asked. What a key may not see does not exist for it."""

    node: Node | None = by_id("Whatever has this id; null where there is nothing, or nothing for this key.")
    companies: Connection[Company] = paged(
        "The companies that the key may see, in the order in which they were created.",
        COMPANIES,
        filter=(CompanyFilter, COMPANY_FILTER),
    )
    company: Company | None = by_id("One company.")
    product: Product | None = by_id("One product.")
    products: Connection[Product] = paged(
        "The products of all companies that the key may see, by SKU.",
        PRODUCTS,
        filter=(ProductFilter, PRODUCT_FILTER),
    )
    inventory: Connection[InventoryLevel] = paged(
        "What lies where of the products of all companies that the key may see, by SKU.",
        INVENTORY,
        filter=(InventoryFilter, INVENTORY_FILTER),
        entity=LISTED,
    )
    warehouses: list[Warehouse] = many(
        "All warehouses of the organisation, by name.",
        None,
        order=lambda warehouse: [warehouse.name, warehouse.id],
    )
    order: Order | None = by_id("One order.")
    orders: Connection[Order] = paged(
        "The orders of all companies that the key may see, the one placed last first.",
        ORDERS,
        filter=(OrderFilter, ORDER_FILTER),
    )
    queued_job: QueuedJob | None = by_id("One job.")
    queued_jobs: Connection[QueuedJob] = paged(
        "The jobs of all companies that the key may see, newest first.",
        JOBS,
        filter=(QueuedJobFilter, JOB_FILTER),
    )
    audit_events: Connection[AuditEvent] = paged(
        "Who changed what of the companies that the key may see, and of the organisation where it is the server's, newest first; "
        "needs the role ADMINISTER.",
        AUDIT_EVENTS,
        filter=(AuditEventFilter, AUDIT_FILTER),
    )
