"""Exports as their readers may see them, and their content for whoever has a link."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.database.session import Database
from domain.errors import NotFound
from domain.exports.links import link_to
from domain.models import Export, ExportFormat, ExportPart, JobType, QueuedJob, Role
from domain.reading.fields import Reader
from domain.resources import secret_box

_NAMES = {
    JobType.EXPORT_ORDERS: "orders",
    JobType.EXPORT_INVENTORY: "inventory",
    JobType.EXPORT_OUTCOMES: "outcomes",
}
_SUFFIX = {ExportFormat.CSV: "csv", ExportFormat.JSONL: "jsonl"}


@dataclass(frozen=True)
class ExportFile:
    """A file that a job writes. Without *url* it is not written yet, or the reader may not have it."""

    name: str
    format: ExportFormat
    includes_buyers: bool
    rows: int
    bytes: int
    url: str | None
    url_expires_at: datetime | None
    expires_at: datetime


async def exports_of(
    session: AsyncSession, job_ids: Sequence[int], reader: Reader
) -> Mapping[int, ExportFile]:
    """The files of jobs that the reader was seen to see, with a new link each."""
    statement = select(Export, QueuedJob.company_id, QueuedJob.type).join(
        QueuedJob, QueuedJob.id == Export.job_id
    )
    found: dict[int, ExportFile] = {}
    box = secret_box(reader.settings)
    for export, company_id, job_type in await session.execute(statement.where(Export.job_id.in_(job_ids))):
        may_have = reader.by.has(Role.ADMINISTER if export.includes_buyers else Role.READ)
        link = None
        if export.finished_at is not None and may_have and export.expires_at > reader.now:
            link = link_to(
                box,
                job_id=export.job_id,
                company_id=company_id,
                expires_at=export.expires_at,
                now=reader.now,
            )
        found[export.job_id] = ExportFile(
            name_of(export, job_type),
            export.format,
            export.includes_buyers,
            export.rows,
            export.bytes,
            None if link is None else link.url,
            None if link is None else link.expires_at,
            export.expires_at,
        )
    return found


def name_of(export: Export, job_type: JobType) -> str:
    """What the file is called where it is saved."""
    return f"{_NAMES[job_type]}-{export.job_id}.{_SUFFIX[export.format]}"


async def finished(session: AsyncSession, job_id: int, *, now: datetime) -> tuple[Export, str]:
    """A file that is written and whose time is not over, and its name. Raises NotFound."""
    statement = select(Export, QueuedJob.type).join(QueuedJob, QueuedJob.id == Export.job_id)
    is_there = Export.job_id == job_id, Export.finished_at.is_not(None), Export.expires_at > now
    found = (await session.execute(statement.where(*is_there))).first()
    if found is None:
        raise NotFound("This file is not kept any more. Ask for it again.")
    export, job_type = found
    return export, name_of(export, job_type)


async def parts(database: Database, export: Export) -> AsyncGenerator[bytes]:
    """The parts of a file as they are stored, one after the other. Raises ExportRemoved, so that whoever receives them sees
    that they are not all, where it is removed meanwhile.
    """
    for position in range(export.parts):
        async with database.read() as session:
            content = await session.scalar(
                select(ExportPart.content).where(
                    ExportPart.job_id == export.job_id, ExportPart.position == position
                )
            )
        if content is None:
            raise ExportRemoved
        yield content


class ExportRemoved(Exception):
    """The file was removed while it was sent."""
