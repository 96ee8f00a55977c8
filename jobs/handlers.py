"""What is done for each type of job."""

from datetime import datetime

from domain.channel_actions.sending import ActionSending
from domain.companies.event_subscription import subscribe_events
from domain.companies.queries import ORDER_JOBS, PRODUCT_JOBS
from domain.companies.token_check import TokenCheck
from domain.exports.writing import write_export
from domain.inventory.stock_import import import_inventory
from domain.inventory.update import InventoryUpdate
from domain.orders.importing.stages import import_orders
from domain.orders.matching import rematch
from domain.prices.price_import import import_prices
from domain.prices.upload import PriceUpload
from domain.products.bulk_mapping import import_mappings
from domain.products.listing_import import import_listings
from domain.products.listing_match import match_listings
from domain.products.product_import import import_products
from domain.queued_jobs.arguments import (
    DeliverWebhooks,
    FetchLabelFiles,
    FileArguments,
    ImportInventory,
    ImportListings,
    ImportOrders,
    ImportPrices,
    ImportProducts,
    ImportReturns,
    ImportShipments,
    ImportWebsiteProperties,
    MatchWebsiteProperties,
    RematchOrderItems,
    SendOrderActions,
    SendProductActions,
    UpdateInventory,
    UploadPrices,
    UploadTracking,
    load,
)
from domain.queued_jobs.run import JobRun
from domain.resources import Resources
from domain.returns.importing import import_returns
from domain.shipping.bought_labels.files import LabelFileFetch
from domain.shipping.bought_labels.seller_center import import_labels
from domain.shipping.shipment_import import import_shipments
from domain.shipping.upload import TrackingUploads
from domain.webhooks.deliver import LoadDocuments, WebhookDeliveries
from jobs.action_kinds import kinds


async def handle(
    resources: Resources, run: JobRun, *, now: datetime, load_documents: LoadDocuments | None = None
) -> None:
    if run.job.type in {*ORDER_JOBS, *PRODUCT_JOBS}:
        await TokenCheck(resources, now=now).confirm(company_id=run.job.company_id, job_type=run.job.type)
    match load(run.job.type, run.job.arguments):
        case ImportOrders() | ImportReturns() as arguments:
            await _import(resources, run, arguments, now=now)
        case RematchOrderItems():
            await rematch(run)
        case UploadTracking() as arguments:
            await TrackingUploads(resources, run, arguments, now=now).run()
        case UpdateInventory() as arguments:
            await InventoryUpdate(resources, run, arguments, now=now).run()
        case FetchLabelFiles():
            await LabelFileFetch(resources, run).run()
        case SendOrderActions() | SendProductActions():
            await ActionSending(resources, run, kinds(resources)).run()
        case DeliverWebhooks() as arguments:
            await WebhookDeliveries(resources, run, arguments, load_documents=load_documents).run()
        case ImportListings() | MatchWebsiteProperties() | UploadPrices() as arguments:
            await _handle_listings(resources, run, arguments, now=now)
        case of_file:
            await _handle_file(resources, run, of_file, now=now)


async def _import(
    resources: Resources, run: JobRun, arguments: ImportOrders | ImportReturns, *, now: datetime
) -> None:
    if isinstance(arguments, ImportReturns):
        await import_returns(resources, run, arguments, now=now)
        return
    await import_orders(resources, run, arguments, now=now)
    if not arguments.order_numbers:
        await import_labels(resources, run, now=now)
        # Last, as it is a convenience, and Temu has just shown that it takes the token.
        await subscribe_events(resources, run, now=now)


async def _handle_listings(
    resources: Resources,
    run: JobRun,
    arguments: ImportListings | MatchWebsiteProperties | UploadPrices,
    *,
    now: datetime,
) -> None:
    match arguments:
        case ImportListings():
            await import_listings(resources, run)
        case MatchWebsiteProperties():
            await match_listings(resources, run, arguments, now=now)
        case UploadPrices():
            await PriceUpload(resources, run, arguments, now=now).run()


async def _handle_file(resources: Resources, run: JobRun, arguments: FileArguments, *, now: datetime) -> None:
    match arguments:
        case ImportProducts():
            await import_products(run, arguments, now=now)
        case ImportInventory():
            await import_inventory(run, arguments)
        case ImportPrices():
            await import_prices(run, arguments, now=now)
        case ImportShipments():
            await import_shipments(resources, run, arguments, now=now)
        case ImportWebsiteProperties():
            await import_mappings(run, arguments, now=now)
        case exported:
            await write_export(resources, run, exported)
