"""Writes an export part by part, each in a transaction with the checkpoint, so that any worker goes on behind it (J2)."""

import asyncio
import zlib
from typing import Any, cast

from sqlalchemy import CursorResult, delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain import clock, files
from domain.errors import NotFound
from domain.exports.conditions import loaded
from domain.exports.formats import Writer, deflated
from domain.exports.requests import FILTER, KEPT, KEPT_WITH_BUYERS
from domain.exports.sources import Inventory, Orders, Outcomes, Place, Source
from domain.models import Export, ExportPart
from domain.queued_jobs.arguments import ExportArguments, ExportInventory, ExportOrders
from domain.queued_jobs.run import JobRun
from domain.resources import Resources

_GONE = (
    "What was asked for is not kept any more: its time was over, or a buyer was erased who might have been in it. "
    "Ask for it again."
)


async def write_export(resources: Resources, run: JobRun, arguments: ExportArguments) -> None:
    """Write the file of a job. Raises NotFound where it was removed meanwhile, LimitExceeded, NotConfigured, Unavailable."""
    async with run.database.read() as session:
        export = await session.get(Export, run.job.id)
    if export is not None and export.finished_at is not None:
        return  # It is written: a worker that ended before its job did has done that.
    if export is None or export.sealed_filter is None:
        raise NotFound(_GONE)
    given = loaded(resources.secrets.open(export.sealed_filter, place=FILTER))
    source = _source(run, arguments, given, export)
    after: Place | None = None
    if run.has_begun and run.checkpoint is not None:
        after = run.checkpoint["after"]
    else:
        export = await _begin(run, export)
    writer = Writer(source.columns, export.format, for_spreadsheet=export.for_spreadsheet)
    while True:
        # Before the transaction that stores it: what a buyer's erasure removes meanwhile is missed there.
        async with run.database.read() as session:
            await files.require_room_for_export(session, run.company_id, settings=resources.settings)
            rows, behind = await source.page(session, after)
        text = await asyncio.to_thread(writer.lines, rows)
        text = text if export.parts else writer.header() + text
        export = await _store(run, export, text.encode(), rows=len(rows), after=behind)
        if behind is None:
            break
        after = behind
    kept = KEPT_WITH_BUYERS if export.includes_buyers else KEPT
    async with run.step() as step:
        now = clock.now()
        done = {"finished_at": now, "expires_at": now + kept, "sealed_filter": None}
        await _update(step.session, export, done)
        step.total = export.rows


def _source(run: JobRun, arguments: ExportArguments, given: dict[str, Any], export: Export) -> Source:
    match arguments:
        case ExportOrders():
            return Orders(run.company_id, given, includes_buyers=export.includes_buyers)
        case ExportInventory():
            return Inventory(run.company_id, given)
        case _:
            return Outcomes(arguments.job_id, given)


async def _begin(run: JobRun, export: Export) -> Export:
    """Take away what an earlier run of the job has written."""
    async with run.step() as step:
        await step.session.execute(delete(ExportPart).where(ExportPart.job_id == export.job_id))
        return await _update(
            step.session, export, dict.fromkeys(("rows", "bytes", "stored_bytes", "crc32", "parts"), 0)
        )


async def _store(run: JobRun, export: Export, content: bytes, *, rows: int, after: Place | None) -> Export:
    """Store a part, of which nothing may be there but its header."""
    if not content:
        return export
    piece = await asyncio.to_thread(deflated, content)
    figures = {
        "rows": export.rows + rows,
        "bytes": export.bytes + len(content),
        "stored_bytes": export.stored_bytes + len(piece),
        "crc32": zlib.crc32(content, export.crc32),
        "parts": export.parts + 1,
    }
    checkpoint = {"stage": "export", "after": after}
    async with run.step(checkpoint=checkpoint) as step:
        position = export.parts
        # First, as it finds out whether the file is still there.
        export = await _update(step.session, export, figures)
        step.session.add(ExportPart(job_id=export.job_id, position=position, content=piece))
        step.also_done = rows
    return export


async def _update(session: AsyncSession, export: Export, values: dict[str, Any]) -> Export:
    """Write to the row of a file as it was; returns it as it is. Raises NotFound where it was removed."""
    same = update(Export).where(Export.job_id == export.job_id, Export.parts == export.parts)
    found = await session.execute(same.values(values).execution_options(synchronize_session=False))
    if not cast("CursorResult[Any]", found).rowcount:
        raise NotFound(_GONE)
    changed = await session.get(Export, export.job_id, populate_existing=True)
    if changed is None:
        raise NotFound(_GONE)
    return changed
