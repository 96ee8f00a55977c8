"""What each type of job is told. Ids and moments only: these lie in the database for weeks and pass through logs."""

import hashlib
from datetime import datetime
from typing import Any

import msgspec

from domain.models import JobType


class ImportOrders(msgspec.Struct, frozen=True):
    """Bring in the orders that changed since *since* (None: since the last import) and were placed before *until*;
    or, where *order_numbers* names some, just these.
    """

    since: datetime | None = None
    until: datetime | None = None
    order_numbers: tuple[str, ...] = ()


class ImportReturns(msgspec.Struct, frozen=True):
    """Bring in the returns that changed since *since* (None: since the last import); or, where *numbers* names some, just these,
    which changed then or later.
    """

    since: datetime | None = None
    numbers: tuple[str, ...] = ()


class RematchOrderItems(msgspec.Struct, frozen=True):
    """Match all waiting items of the company."""


class UploadTracking(msgspec.Struct, frozen=True):
    """Tell the channel how these orders were shipped (None: all that it has not been told of)."""

    order_ids: list[int] | None = None


class UpdateInventory(msgspec.Struct, frozen=True):
    """Tell the channel what is available of these products (None: all that are mapped); *only_changed* leaves out those
    of which the channel knows already. *confirm_zeroing*: a person wants it done though it sets most of a mall to zero.
    """

    product_ids: list[int] | None = None
    only_changed: bool = False
    confirm_zeroing: bool = False


class UploadPrices(msgspec.Struct, frozen=True):
    """Read what the channel has of products (None: of all that are mapped, once a day), and have it told of the prices that are
    wanted and to be sent.
    """

    product_ids: list[int] | None = None


class ImportWebsiteProperties(msgspec.Struct, frozen=True):
    """Map products by the rows of a file; *validate_only* reports each row and changes nothing."""

    file_id: int
    validate_only: bool = False


class FetchLabelFiles(msgspec.Struct, frozen=True):
    """Fetch the files of labels that are due."""


class SendOrderActions(msgspec.Struct, frozen=True):
    """Have the channel do what is due of what was asked for about orders."""


class SendProductActions(msgspec.Struct, frozen=True):
    """The same about products and listings."""


class DeliverWebhooks(msgspec.Struct, frozen=True):
    """Deliver what is due of one webhook."""

    webhook_id: int


class ImportProducts(msgspec.Struct, frozen=True):
    """Add and change products by the rows of a file, which may name those of these companies as shadowed (None: of all)."""

    file_id: int
    validate_only: bool = False
    visible_company_ids: list[int] | None = None


class ImportInventory(msgspec.Struct, frozen=True):
    """Set what lies in warehouses by the rows of a file."""

    file_id: int
    validate_only: bool = False


class ImportPrices(msgspec.Struct, frozen=True):
    """Set what is wanted for products by the rows of a file."""

    file_id: int
    validate_only: bool = False


class ImportShipments(msgspec.Struct, frozen=True):
    """Record packages of orders by the rows of a file."""

    file_id: int
    validate_only: bool = False


class ExportOrders(msgspec.Struct, frozen=True):
    """Write orders into the file of this job's number; *digest* is of what is wanted, which stands with the file."""

    digest: str
    includes_buyers: bool = False


class ExportInventory(msgspec.Struct, frozen=True):
    """Write products and their stock, as above."""

    digest: str


class ExportOutcomes(msgspec.Struct, frozen=True):
    """Write the outcomes of a job, as above."""

    digest: str
    job_id: int


class MatchWebsiteProperties(msgspec.Struct, frozen=True):
    """Map products by the SKU codes of Temu's listings; without *apply*, propose it only."""

    apply: bool = False


class ImportListings(msgspec.Struct, frozen=True):
    """Read what the company's mall lists."""


ExportArguments = ExportOrders | ExportInventory | ExportOutcomes
FileArguments = (
    ImportProducts
    | ImportInventory
    | ImportPrices
    | ImportShipments
    | ImportWebsiteProperties
    | ExportArguments
)
Arguments = (
    ImportOrders
    | ImportReturns
    | DeliverWebhooks
    | RematchOrderItems
    | UploadTracking
    | UpdateInventory
    | UploadPrices
    | FetchLabelFiles
    | SendOrderActions
    | SendProductActions
    | ImportListings
    | MatchWebsiteProperties
    | FileArguments
)
TYPE_OF: dict[type[Arguments], JobType] = {
    ImportOrders: JobType.IMPORT_ORDERS,
    ImportReturns: JobType.IMPORT_RETURNS,
    DeliverWebhooks: JobType.DELIVER_WEBHOOKS,
    RematchOrderItems: JobType.REMATCH_ORDER_ITEMS,
    UploadTracking: JobType.UPLOAD_TRACKING,
    UpdateInventory: JobType.UPDATE_INVENTORY,
    UploadPrices: JobType.UPLOAD_PRICES,
    FetchLabelFiles: JobType.FETCH_LABEL_FILES,
    SendOrderActions: JobType.SEND_ORDER_ACTIONS,
    SendProductActions: JobType.SEND_PRODUCT_ACTIONS,
    ExportOrders: JobType.EXPORT_ORDERS,
    ExportInventory: JobType.EXPORT_INVENTORY,
    ExportOutcomes: JobType.EXPORT_OUTCOMES,
    ImportProducts: JobType.IMPORT_PRODUCTS,
    ImportInventory: JobType.IMPORT_INVENTORY,
    ImportPrices: JobType.IMPORT_PRICES,
    ImportShipments: JobType.IMPORT_SHIPMENTS,
    ImportWebsiteProperties: JobType.IMPORT_WEBSITE_PROPERTIES,
    ImportListings: JobType.IMPORT_LISTINGS,
    MatchWebsiteProperties: JobType.MATCH_WEBSITE_PROPERTIES,
}
# What the lanes of imports of single orders end with.
BY_NUMBER = ":BY_NUMBER"
# What the lane of a webhook begins with.
WEBHOOK = "webhook:"
ARGUMENTS_OF = {job_type: kind for kind, job_type in TYPE_OF.items()}


def dump(arguments: Arguments) -> dict[str, Any]:
    """The arguments as JSON for the row."""
    stored: dict[str, Any] = msgspec.to_builtins(arguments)
    return stored


def load(job_type: JobType, stored: dict[str, Any]) -> Arguments:
    """The arguments from a row."""
    return msgspec.convert(stored, ARGUMENTS_OF[job_type])


def lane(company_id: int, arguments: Arguments) -> str:
    """Equal for jobs that must not run at the same time: those of one company and kind (C6).

    An import of single orders is a kind of its own: it must not wait for one of a whole mall (J9), and may run beside
    it, because keeping is idempotent and an older state never replaces a newer one (O3, O18). Exports are all of one kind.
    """
    if isinstance(arguments, DeliverWebhooks):
        return f"{WEBHOOK}{arguments.webhook_id}"  # One receiver's, whatever companies it is told of.
    if isinstance(arguments, ExportArguments):
        return f"{company_id}:EXPORT"
    if isinstance(arguments, ImportListings):
        # Both read the mall's lists, each reading as a whole.
        return lane(company_id, MatchWebsiteProperties())
    kind = TYPE_OF[type(arguments)].value
    is_of_some = (isinstance(arguments, ImportOrders) and bool(arguments.order_numbers)) or (
        isinstance(arguments, ImportReturns) and bool(arguments.numbers)
    )
    return f"{company_id}:{kind}{BY_NUMBER if is_of_some else ''}"


def scope(stored: dict[str, Any]) -> str:
    """Equal for equal arguments: two jobs of one lane and scope are the same work."""
    return hashlib.sha256(msgspec.json.encode(stored, order="sorted")).hexdigest()
