"""
JobType -> the service that does it, with typed arguments: one short function each.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from domain.companies.event_subscription import EventSubscription
from domain.companies.token_check import TokenCheck
from domain.inventory.updating import InventoryUpdate
from domain.models import JobType
from domain.orders.importing.stages import import_orders
from domain.orders.matching import Rematch
from domain.products.bulk_mapping import MappingImport
from domain.products.listing_match import ListingMatch
from domain.queued_jobs.arguments import (
    Arguments,
    ImportOrders,
    ImportWebsiteProperties,
    MatchWebsiteProperties,
    UpdateInventory,
    UploadTracking,
    load,
)
from domain.queued_jobs.run import JobRun
from domain.resources import Resources
from domain.shipping.tracking_upload import TrackingUploads

Handler = Callable[[Resources, JobRun, Arguments, datetime], Awaitable[None]]


async def handle(resources: Resources, run: JobRun, *, now: datetime) -> None:
    """
    Do the work of a claimed job.
    """
    await HANDLERS[run.job.type](resources, run, load(run.job.type, run.job.arguments), now)


async def _import_orders(resources: Resources, run: JobRun, arguments: Arguments, now: datetime) -> None:
    assert isinstance(arguments, ImportOrders)  # noqa: S101 - what load() made of this type of job
    await TokenCheck(resources, now=now).confirm(company_id=run.job.company_id, job_type=run.job.type)
    await import_orders(resources, run, arguments, now=now)
    if not arguments.order_numbers:
        # Last, as it is a convenience, and Temu has just shown that it takes the token.
        await EventSubscription(resources, now=now).ensure(run)


async def _rematch_order_items(
    resources: Resources, run: JobRun, _arguments: Arguments, _now: datetime
) -> None:
    await Rematch(resources.database, run).run()


async def _upload_tracking(resources: Resources, run: JobRun, arguments: Arguments, now: datetime) -> None:
    assert isinstance(arguments, UploadTracking)  # noqa: S101 - what load() made of this type of job
    await TokenCheck(resources, now=now).confirm(company_id=run.job.company_id, job_type=run.job.type)
    await TrackingUploads(resources, run, arguments, now=now).run()


async def _update_inventory(resources: Resources, run: JobRun, arguments: Arguments, now: datetime) -> None:
    assert isinstance(arguments, UpdateInventory)  # noqa: S101 - what load() made of this type of job
    await TokenCheck(resources, now=now).confirm(company_id=run.job.company_id, job_type=run.job.type)
    await InventoryUpdate(resources, run, arguments, now=now).run()


async def _import_website_properties(
    resources: Resources, run: JobRun, arguments: Arguments, now: datetime
) -> None:
    assert isinstance(arguments, ImportWebsiteProperties)  # noqa: S101 - what load() made of this type of job
    await MappingImport(resources.database, run, arguments, now=now).run()


async def _match_website_properties(
    resources: Resources, run: JobRun, arguments: Arguments, now: datetime
) -> None:
    assert isinstance(arguments, MatchWebsiteProperties)  # noqa: S101 - what load() made of this type of job
    await TokenCheck(resources, now=now).confirm(company_id=run.job.company_id, job_type=run.job.type)
    await ListingMatch(resources, run, arguments, now=now).run()


HANDLERS: Mapping[JobType, Handler] = {
    JobType.IMPORT_ORDERS: _import_orders,
    JobType.REMATCH_ORDER_ITEMS: _rematch_order_items,
    JobType.UPDATE_INVENTORY: _update_inventory,
    JobType.UPLOAD_TRACKING: _upload_tracking,
    JobType.IMPORT_WEBSITE_PROPERTIES: _import_website_properties,
    JobType.MATCH_WEBSITE_PROPERTIES: _match_website_properties,
}
