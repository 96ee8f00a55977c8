"""Files that callers hand in for a job to read. One belongs to the key that sent it: to others it does not exist."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain import clock, text
from domain.access.principal import Principal
from domain.errors import LimitExceeded, NotFound, Required
from domain.models import ApiKey, ApiKeyCompany, Company, Export, File, QueuedJob, Role
from domain.settings import Settings

_NAME_LENGTH = 200
_GONE = "The file is not kept any more. Upload it again and ask for the import of the new one."


async def store(
    session: AsyncSession,
    *,
    by: Principal,
    name: str,
    media_type: str,
    content: bytes,
    settings: Settings,
    now: datetime,
) -> File:
    """Keep a file; the same one sent again by the same key is the file that is kept already, and stays longer.

    Raises Forbidden, Required for an empty file, Invalid for a name that can't be one, LimitExceeded.
    """
    by.require(Role.OPERATE)
    if not content:
        raise Required("The body is empty: send the file as it is.", field=("body",))
    name = text.line(name, field=("name",), at_most=_NAME_LENGTH)
    digest = hashlib.sha256(content).hexdigest()
    same = select(File).where(
        File.key_id == by.key_id, File.sha256 == digest, File.name == name, File.media_type == media_type
    )
    kept = await session.scalar(same.order_by(File.id).limit(1).with_for_update())
    if kept is None:
        # Once before megabytes are written, and once behind those who send at the same moment.
        await _require_room(session, by, size=len(content), settings=settings)
        kept = File(key_id=by.key_id, name=name, media_type=media_type, sha256=digest, size=len(content),
                    content=content, created_at=now)  # fmt: skip
        session.add(kept)
        await session.flush()
        await _lock(session, by)
        await _require_room(session, by, size=0, settings=settings)
    kept.created_at = now
    await session.flush()
    return kept


@dataclass(frozen=True)
class _Kept:
    """Files that are counted together."""

    whose: str
    count: int
    size: int
    first: datetime | None


async def _require_room(session: AsyncSession, by: Principal, *, size: int, settings: Settings) -> None:
    """Raise LimitExceeded where a file of so many bytes is too much beside what is kept; of 0: where that is too much by itself."""
    most, most_bytes = settings.files_per_company, settings.file_bytes_per_company
    for kept in await _kept(session, by):
        if kept.count + bool(size) <= most and kept.size + size <= most_bytes:
            continue
        until = "" if kept.first is None else f", the first at {_end(kept.first, settings)}"
        raise LimitExceeded(
            f"{kept.whose} has {kept.count} of {most} files with {kept.size:,} of {most_bytes:,} bytes. They are removed "
            f"{settings.keep_jobs_days} days after they were last sent{until}. Wait for that, send only what has changed, or "
            "have the operator raise TRADEWIND_FILES_PER_COMPANY or TRADEWIND_FILE_BYTES_PER_COMPANY."
        )


def _end(first: datetime, settings: Settings) -> str:
    return clock.rfc3339((first + timedelta(days=settings.keep_jobs_days)).replace(microsecond=0))


async def _kept(session: AsyncSession, by: Principal) -> list[_Kept]:
    """What is kept for each company of a key: of all keys that see it. Keys of the server are counted together."""
    figures: Any = (func.count(), func.coalesce(func.sum(File.size), 0), func.min(File.created_at))
    if by.company_ids is None:
        of_server = select(*figures).join_from(File, ApiKey, File.key_id == ApiKey.id)
        rows = await session.execute(of_server.where(ApiKey.is_server_wide))
        return [_Kept("The server", *row) for row in rows]
    of_companies = (
        select(Company.id, Company.name, *figures)
        .join_from(File, ApiKeyCompany, File.key_id == ApiKeyCompany.api_key_id)
        .join(Company, Company.id == ApiKeyCompany.company_id)
        .where(ApiKeyCompany.company_id.in_(by.company_ids))
        .group_by(Company.id, Company.name)
        .order_by(Company.id)
    )
    exports = await _exports(session, by.company_ids)
    found: Any = await session.execute(of_companies)
    return [
        _Kept(name, count + exports.get(number, (0, 0))[0], size + exports.get(number, (0, 0))[1], first)
        for number, name, count, size, first in found
    ]


async def require_room_for_export(
    session: AsyncSession, company_id: int, *, settings: Settings, adding: int = 0
) -> None:
    """Raise LimitExceeded where the files that are written for a company, and those *adding*, are too many or too large."""
    count, size = (await _exports(session, [company_id])).get(company_id, (0, 0))
    most, most_bytes = settings.files_per_company, settings.file_bytes_per_company
    if count + adding > most or size > most_bytes:
        raise LimitExceeded(
            f"This company has {count} of {most} exports with {size:,} of {most_bytes:,} bytes. They are removed after some days: "
            "wait for that, export less at once, or have the operator raise TRADEWIND_FILES_PER_COMPANY or "
            "TRADEWIND_FILE_BYTES_PER_COMPANY."
        )


async def _exports(session: AsyncSession, company_ids: Collection[int]) -> Mapping[int, tuple[int, int]]:
    """Of each company how many exports there are, and how large they are as they are stored."""
    size: Any = func.coalesce(func.sum(Export.stored_bytes), 0)
    statement = select(QueuedJob.company_id, func.count(), size).join_from(
        Export, QueuedJob, QueuedJob.id == Export.job_id
    )
    rows = await session.execute(
        statement.where(QueuedJob.company_id.in_(company_ids)).group_by(QueuedJob.company_id)
    )
    return {company_id: (count, int(stored)) for company_id, count, stored in rows}


async def _lock(session: AsyncSession, by: Principal) -> None:
    """Have those whose files are counted together go one after the other until they commit."""
    keys: Select[int] = select(ApiKey.id).where(ApiKey.is_server_wide).order_by(ApiKey.id)
    if by.company_ids is not None:
        members = ApiKeyCompany.company_id.in_(by.company_ids)
        order = (ApiKeyCompany.company_id, ApiKeyCompany.api_key_id)
        keys = select(ApiKeyCompany.api_key_id).where(members).order_by(*order)
    await session.execute(keys.with_for_update(key_share=True))


async def get(session: AsyncSession, *, by: Principal, file_id: int) -> File:
    """The file without its content; raises NotFound where it is another key's, unless *by* administers the server."""
    file = await session.get(File, file_id)
    administers = by.is_server_wide and by.has(Role.ADMINISTER)
    if file is None or not (administers or file.key_id == by.key_id):
        raise NotFound("There is no file with this fileId.", field=("fileId",))
    return file


async def content(session: AsyncSession, file_id: int) -> bytes:
    """What a job reads, of a file that whoever asked for it was seen to see; raises NotFound once it was removed."""
    found: bytes | None = await session.scalar(select(File.content).where(File.id == file_id))
    if found is None:
        raise NotFound(_GONE)
    return found
