"""The root Query, all of it."""

from api.reading.declared import by_id, many, paged
from api.schema.relay import Connection, Node
from api.schema.types.audit import AuditEvent
from api.schema.types.company import Company
from api.schema.types.inventory import Warehouse
from api.schema.types.order import Order
from api.schema.types.product import Product
from api.schema.types.queued_job import QueuedJob
from api.values.described import described_type
from api.values.filters import AuditEventFilter, OrderFilter
from domain.audit.queries import AUDIT_EVENTS, AUDIT_FILTER
from domain.companies.queries import COMPANIES
from domain.orders.queries import ORDER_FILTER, ORDERS


@described_type
class Query:
    """What can be asked. What a key may not see does not exist for it."""

    node: Node | None = by_id("Whatever has this id; null where there is nothing, or nothing for this key.")
    companies: Connection[Company] = paged(
        "The companies that the key may see, in the order in which they were created.", COMPANIES
    )
    company: Company | None = by_id("One company.")
    product: Product | None = by_id("One product.")
    warehouses: list[Warehouse] = many(
        "All warehouses of the organisation that are not archived, by name.",
        None,
        order=lambda warehouse: [warehouse.name, warehouse.id],
        only=lambda warehouse: warehouse.archived_at.is_(None),
    )
    order: Order | None = by_id("One order.")
    orders: Connection[Order] = paged(
        "The orders of all companies that the key may see, the one placed last first.",
        ORDERS,
        filter=(OrderFilter, ORDER_FILTER),
    )
    queued_job: QueuedJob | None = by_id("One job.")
    audit_events: Connection[AuditEvent] = paged(
        "Who changed what of the companies that the key may see, and of the organisation where it is the server's, newest first; "
        "needs the role ADMINISTER.",
        AUDIT_EVENTS,
        filter=(AuditEventFilter, AUDIT_FILTER),
    )
