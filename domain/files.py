"""Files that callers hand in for a job to read. One belongs to the key that sent it: to others it does not exist."""

import hashlib
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain import text
from domain.access.principal import Principal
from domain.errors import NotFound, Required
from domain.models import File, Role

_NAME_LENGTH = 200
_GONE = "The file is not kept any more. Upload it again and ask for the import of the new one."


async def store(
    session: AsyncSession, *, by: Principal, name: str, media_type: str, content: bytes, now: datetime
) -> File:
    """Keep a file; the same one sent again by the same key is the file that is kept already, and stays longer.

    Raises Forbidden, Required for an empty file, Invalid for a name that can't be one.
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
        kept = File(key_id=by.key_id, name=name, media_type=media_type, sha256=digest, size=len(content),
                    content=content)  # fmt: skip
        session.add(kept)
    kept.created_at = now
    await session.flush()
    return kept


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
