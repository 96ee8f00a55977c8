"""Asking for an export."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from domain import audit, files
from domain.access import rows
from domain.access.principal import Principal
from domain.database.upsert import upsert
from domain.errors import Conflict, Invalid
from domain.exports.conditions import Given, dumped
from domain.models import ENDED, Export, ExportFormat, QueuedJob, Role
from domain.queued_jobs import requests
from domain.queued_jobs.arguments import ExportInventory, ExportOrders, ExportOutcomes
from domain.resources import secret_box
from domain.settings import Settings

# Since it was asked for, and again since it is written.
KEPT = timedelta(days=7)
KEPT_WITH_BUYERS = timedelta(days=1)
FILTER = "exports|sealed_filter"


@dataclass(frozen=True)
class ExportRequest:
    """What is wanted of rows, and how it is written."""

    format: ExportFormat
    given: Given
    for_spreadsheet: bool = False
    includes_buyers: bool = False

    @property
    def kept(self) -> timedelta:
        """How long the file stays."""
        return KEPT_WITH_BUYERS if self.includes_buyers else KEPT


async def request_orders(
    session: AsyncSession,
    wanted: ExportRequest,
    *,
    by: Principal,
    company_id: int,
    key: str | None,
    now: datetime,
    settings: Settings,
) -> QueuedJob:
    """Have orders of a company written. Raises NotFound, Forbidden, Invalid, LimitExceeded, Conflict."""
    if wanted.includes_buyers:
        by.require(Role.ADMINISTER)
    arguments = ExportOrders(_digest(wanted, settings), wanted.includes_buyers)
    return await _request(
        session, arguments, wanted, by=by, company_id=company_id, key=key, now=now, settings=settings
    )


async def request_inventory(
    session: AsyncSession,
    wanted: ExportRequest,
    *,
    by: Principal,
    company_id: int,
    key: str | None,
    now: datetime,
    settings: Settings,
) -> QueuedJob:
    """Have products of a company written with their stock. Raises NotFound, Invalid, LimitExceeded, Conflict."""
    arguments = ExportInventory(_digest(wanted, settings))
    return await _request(
        session, arguments, wanted, by=by, company_id=company_id, key=key, now=now, settings=settings
    )


async def request_outcomes(
    session: AsyncSession,
    wanted: ExportRequest,
    *,
    job_id: int,
    by: Principal,
    key: str | None,
    now: datetime,
    settings: Settings,
) -> QueuedJob:
    """Have the outcomes of a job written that has ended. Raises NotFound, Invalid, LimitExceeded, Conflict."""
    job = await rows.get(session, QueuedJob, job_id, by=by)
    if job.status not in ENDED:
        raise Conflict("This job has not ended yet. Export its outcomes when it has.", field=("jobId",))
    arguments = ExportOutcomes(_digest(wanted, settings), job.id)
    return await _request(
        session, arguments, wanted, by=by, company_id=job.company_id, key=key, now=now, settings=settings
    )


async def _request(
    session: AsyncSession,
    arguments: ExportOrders | ExportInventory | ExportOutcomes,
    wanted: ExportRequest,
    *,
    by: Principal,
    company_id: int,
    key: str | None,
    now: datetime,
    settings: Settings,
) -> QueuedJob:
    if wanted.for_spreadsheet and wanted.format is not ExportFormat.CSV:
        raise Invalid("Only a CSV file is written for spreadsheets.", field=("forSpreadsheet",))
    job = await requests.request(session, arguments, company_id, by=by, now=now, key=key)
    if job.status in ENDED:
        return job  # It was asked for with this key before (J8), and nobody would write its file once more.
    await files.require_room_for_export(session, company_id, settings=settings, adding=1)
    row = {
        "job_id": job.id, "format": wanted.format, "for_spreadsheet": wanted.for_spreadsheet,
        "includes_buyers": wanted.includes_buyers, "rows": 0, "bytes": 0, "stored_bytes": 0, "crc32": 0, "parts": 0,
        "sealed_filter": secret_box(settings).seal(dumped(wanted.given), place=FILTER),
        "created_at": now, "expires_at": now + wanted.kept,
    }  # fmt: skip
    if wanted.includes_buyers:
        audit.record(session, job, "includesBuyer", None, after=True)
    # Asked for again, it is the job that waits already, with its file.
    await upsert(session, Export, [row])
    return job


def _digest(wanted: ExportRequest, settings: Settings) -> str:
    how = f"{wanted.format.value}|{wanted.for_spreadsheet}|{wanted.includes_buyers}"
    return secret_box(settings).digest(f"{how}|{dumped(wanted.given)}", place=FILTER)
