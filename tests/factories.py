"""Rows with defaults, overridden by keyword: a test shows only what matters to it."""

from datetime import UTC, datetime
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.access.principal import Principal
from domain.models import (
    ApiKey,
    Channel,
    ChannelAction,
    ChannelActionKind,
    ChannelActionStatus,
    Company,
    File,
    FulfilledBy,
    InventoryLevel,
    JobStatus,
    JobTrigger,
    JobType,
    LabelOrigin,
    Listing,
    ListingStatus,
    Order,
    OrderItem,
    OrderSource,
    OrderStatus,
    Product,
    QueuedJob,
    Return,
    ReturnLine,
    ReturnStatus,
    ReturnType,
    Role,
    ShippingLabel,
    ShippingLabelLine,
    ShippingLabelStatus,
    ShippingStatus,
    StorePlugin,
    StoreType,
    TemuRegion,
    Warehouse,
    Webhook,
    WebhookDelivery,
    WebhookDeliveryStatus,
    WebhookEventType,
)

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
ADMIN = Principal(key_id=1, role=Role.ADMINISTER, company_ids=None)
_numbers = count(1)


async def _kept(session: AsyncSession, row: Any) -> Any:
    session.add(row)
    await session.flush()
    return row


async def make_company(session: AsyncSession, **values: Any) -> Company:
    """A company that sells on Temu, without a token."""
    defaults = {
        "name": f"Company {next(_numbers)}",
        "created_at": NOW,
        "store_type": StoreType.CUSTOM,
        "store_plugin": StorePlugin.TEMU,
        "region": TemuRegion.US,
    }
    company: Company = await _kept(session, Company(**defaults | values))
    return company


async def make_product(session: AsyncSession, company: Company, **values: Any) -> Product:
    """A product that is mapped to no listing."""
    sku = f"SKU-{next(_numbers)}"
    defaults = {"company_id": company.id, "sku": sku, "name": sku}
    product: Product = await _kept(session, Product(**defaults | values))
    return product


async def make_listing(session: AsyncSession, company: Company, **values: Any) -> Listing:
    """A SKU that the mall has for sale, and no product is mapped to."""
    number = next(_numbers)
    defaults = {
        "company_id": company.id,
        "website_product_id": f"601{number:012}",
        "website_product_variant_id": f"17{number:012}",
        "sku": f"CODE-{number}",
        "title": "Lamp",
        "status": ListingStatus.FOR_SALE,
        "seen_at": NOW,
        "seen_in": "1.1.0",
    }
    listing: Listing = await _kept(session, Listing(**defaults | values))
    return listing


async def make_warehouse(session: AsyncSession, **values: Any) -> Warehouse:
    """A sellable warehouse."""
    warehouse: Warehouse = await _kept(session, Warehouse(**{"name": f"Warehouse {next(_numbers)}"} | values))
    return warehouse


async def make_level(session: AsyncSession, product: Product, warehouse: Warehouse, on_hand: int) -> None:
    """Pieces of a product in a warehouse."""
    await _kept(session, InventoryLevel(product_id=product.id, warehouse_id=warehouse.id, on_hand=on_hand))


async def make_order(session: AsyncSession, company: Company, **values: Any) -> Order:
    """An order to be shipped, without items."""
    defaults = {
        "company_id": company.id,
        "channel": Channel.WEBSITE,
        "order_source": OrderSource.WEBSITE,
        "channel_order_id": f"PO-211-{next(_numbers):017}",
        "status": OrderStatus.IN_PROCESS,
        "shipping_status": ShippingStatus.UNSHIPPED,
        "fulfilled_by": FulfilledBy.SELLER,
        "ordered_at": NOW,
        "channel_updated_at": NOW,
        "address_wanted": False,
        "amounts_wanted": False,
        "imported_at": NOW,
    }
    order: Order = await _kept(session, Order(**defaults | values))
    return order


async def make_item(session: AsyncSession, order: Order, **values: Any) -> OrderItem:
    """One piece of an unknown product."""
    defaults = {
        "order_id": order.id,
        "company_id": order.company_id,
        "channel_order_item_id": f"211-{next(_numbers):017}",
        "website_product_id": "601000000000001",
        "website_product_variant_id": "170000000000001",
        "title": "Lamp",
        "quantity": 1,
        "cancelled_quantity": 0,
        "shipped_quantity": 0,
        "fulfilled_by": FulfilledBy.SELLER,
    }
    item: OrderItem = await _kept(session, OrderItem(**defaults | values))
    return item


async def make_job(session: AsyncSession, company: Company, **values: Any) -> QueuedJob:
    """An import that is due."""
    number = next(_numbers)
    defaults = {
        "company_id": company.id,
        "type": JobType.IMPORT_ORDERS,
        "status": JobStatus.QUEUED,
        "trigger": JobTrigger.MANUAL,
        "arguments": {"since": None, "until": None},
        "lane": f"{company.id}:IMPORT_ORDERS",
        "scope": f"scope {number}",
        "run_at": 0,
        "created_at": NOW,
    }
    job: QueuedJob = await _kept(session, QueuedJob(**defaults | values))
    return job


async def make_api_key(session: AsyncSession, **values: Any) -> ApiKey:
    """A key of the server whose secret nobody knows."""
    defaults = {
        "name": "a test",
        "hash": f"{next(_numbers):064}",
        "hint": "abcdef",
        "role": Role.ADMINISTER,
        "is_server_wide": True,
        "created_at": NOW,
    }
    key: ApiKey = await _kept(session, ApiKey(**defaults | values))
    return key


async def make_file(session: AsyncSession, key: ApiKey, **values: Any) -> File:
    """A file of some bytes."""
    content = b"ProductID"
    defaults = {
        "key_id": key.id,
        "name": "file.csv",
        "media_type": "text/csv",
        "sha256": f"{next(_numbers):064}",
        "size": len(content),
        "content": content,
        "created_at": NOW,
    }
    file: File = await _kept(session, File(**defaults | values))
    return file


async def make_webhook(session: AsyncSession, key: ApiKey, **values: Any) -> Webhook:
    """A webhook whose secret nobody knows, and whose receiver is nobody's."""
    defaults = {
        "api_key_id": key.id,
        "name": "a test",
        "url": "https://example.com/hooks",
        "event_types": ["ORDER_CREATED"],
        "sealed": "x",
        "secret_created_at": NOW,
        "cursor_xid": 0,
        "cursor_id": 0,
        "created_at": NOW,
        "updated_at": NOW,
    }
    webhook: Webhook = await _kept(session, Webhook(**defaults | values))
    return webhook


async def make_return(session: AsyncSession, order: Order, **values: Any) -> Return:
    """What the buyer of an order wants refunded."""
    defaults = {
        "company_id": order.company_id,
        "order_id": order.id,
        "channel_return_id": f"{order.channel_order_id}-D{next(_numbers)}",
        "channel_order_id": order.channel_order_id,
        "type": ReturnType.RETURN_AND_REFUND,
        "status": ReturnStatus.RECEIVED,
        "available_operations": [],
        "tracking_numbers": [],
        "requested_at": NOW,
        "channel_updated_at": NOW,
        "details_wanted": False,
        "imported_at": NOW,
    }
    row: Return = await _kept(session, Return(**defaults | values))
    return row


async def make_return_line(session: AsyncSession, row: Return, **values: Any) -> ReturnLine:
    """A piece of it."""
    defaults = {
        "company_id": row.company_id,
        "return_id": row.id,
        "channel_return_line_id": f"D-211-{next(_numbers)}",
        "quantity": 1,
    }
    line: ReturnLine = await _kept(session, ReturnLine(**defaults | values))
    return line


async def make_action(session: AsyncSession, order: Order, **values: Any) -> ChannelAction:
    """What the channel is to be asked for about an order, which is due."""
    defaults = {
        "company_id": order.company_id,
        "order_id": order.id,
        "kind": ChannelActionKind.ACCEPT_CANCELLATION,
        "status": ChannelActionStatus.QUEUED,
        "subject": f"PA-211-{next(_numbers)}",
        "parameters": {"orderNumber": order.channel_order_id},
        "due_at": NOW,
        "created_at": NOW,
    }
    action: ChannelAction = await _kept(session, ChannelAction(**defaults | values))
    return action


async def make_label(session: AsyncSession, order: Order, **values: Any) -> ShippingLabel:
    """A label that is bought for an order, with all of its items."""
    defaults = {
        "company_id": order.company_id,
        "origin": LabelOrigin.TRADEWIND,
        "status": ShippingLabelStatus.BOUGHT,
        "package_number": f"PK-{next(_numbers)}",
        "created_at": NOW,
        "updated_at": NOW,
    }
    label: ShippingLabel = await _kept(session, ShippingLabel(**defaults | values))
    items = (await session.scalars(select(OrderItem).where(OrderItem.order_id == order.id))).all()
    for item in items:
        line = {
            "label_id": label.id,
            "order_item_id": item.id,
            "order_id": order.id,
            "company_id": order.company_id,
        }
        session.add(ShippingLabelLine(**line, quantity=1))
    await session.flush()
    return label


async def make_delivery(session: AsyncSession, webhook: Webhook, **values: Any) -> WebhookDelivery:
    """A message about an order, which is due."""
    number = next(_numbers)
    defaults = {
        "webhook_id": webhook.id,
        "company_id": webhook.company_id,
        "subject_company_id": webhook.company_id,
        "change_id": number,
        "message_id": f"msg_{number}",
        "event_type": WebhookEventType.ORDER_CREATED,
        "subject_type": "Order",
        "subject_id": number,
        "occurred_at": NOW,
        "status": WebhookDeliveryStatus.PENDING,
        "next_attempt_at": NOW,
        "created_at": NOW,
    }
    delivery: WebhookDelivery = await _kept(session, WebhookDelivery(**defaults | values))
    return delivery
