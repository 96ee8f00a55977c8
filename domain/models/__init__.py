"""All tables in one place, so that a foreign key finds its table whatever was imported first."""

# What is imported here is for others to import; an __all__ would only say each name again.
# mypy: implicit-reexport
# pyright: reportUnusedImport=none
# ruff: noqa: F401

from domain.models.api_key import ApiKey, ApiKeyCompany, Role
from domain.models.audit import AuditActor, AuditEvent
from domain.models.authorization import Authorization
from domain.models.base import Base, literally
from domain.models.cancellation import CancellationRequest, CancellationState
from domain.models.change import Change, ChangeType
from domain.models.channel_action import ChannelAction, ChannelActionKind, ChannelActionStatus
from domain.models.channel_event import ChannelEvent
from domain.models.channel_stock import ChannelStock, StockChange
from domain.models.company import (
    AccessToken,
    AccessTokenPurpose,
    AccessTokenStatus,
    Channel,
    Company,
    MallType,
    StorePlugin,
    StoreType,
    TemuHost,
    TemuRegion,
)
from domain.models.export import Export, ExportFormat, ExportPart
from domain.models.file import File
from domain.models.installation import Installation, Worker
from domain.models.inventory import (
    ChannelWarehouseMapping,
    InventoryLevel,
    ListedLevel,
    Reservation,
    Warehouse,
)
from domain.models.invoice import (
    InvoiceCheck,
    InvoiceKind,
    InvoiceRecipient,
    InvoiceState,
    OrderInvoice,
)
from domain.models.listing import Listing, ListingStatus, ListingSubStatus
from domain.models.order import (
    OPEN_ORDERS,
    FulfilledBy,
    HoldReason,
    Order,
    OrderAddress,
    OrderItem,
    OrderLabel,
    OrderNote,
    OrderSource,
    OrderStatus,
    ShippingStatus,
    UnreadableOrder,
)
from domain.models.order_sums import CountrySum, OrderSumChange, ProductBlockSum, ProductSum, QuarterSum
from domain.models.package import (
    ChannelDirectory,
    CombinedPackage,
    DirectoryKind,
    Package,
    PackageCorrection,
    PackageLine,
    SubPackage,
    TrackingUpload,
)
from domain.models.product import Product
from domain.models.product_price import PriceState, ProductPrice
from domain.models.queued_job import (
    BULK_JOBS,
    ENDED,
    EXPORT_JOBS,
    JOBS_WITHOUT_PLUGIN,
    OUTBOUND_JOBS,
    JobOutcome,
    JobOutcomeStatus,
    JobStatus,
    JobTrigger,
    JobType,
    QueuedJob,
    ScheduleTick,
)
from domain.models.returns import (
    ENDED_RETURNS,
    Return,
    ReturnDelivery,
    ReturnLabel,
    ReturnLine,
    ReturnOperation,
    ReturnReceipt,
    ReturnStatus,
    ReturnType,
)
from domain.models.shipping_label import (
    LabelOrigin,
    LengthUnit,
    ShippingLabel,
    ShippingLabelFile,
    ShippingLabelLine,
    ShippingLabelStatus,
    WeightUnit,
)
from domain.models.webhook import (
    Webhook,
    WebhookAttempt,
    WebhookDelivery,
    WebhookDeliveryStatus,
    WebhookEventType,
    WebhookOffReason,
)
