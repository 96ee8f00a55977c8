"""Files that callers hand in for a job to read; they lie in the database, so that any worker can read them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from domain.models.base import Base, Id


class File(Base):
    """A file as it came in. It belongs to the key that sent it."""

    __tablename__ = "files"
    __table_args__ = (Index("ix_files_same", "key_id", "sha256"), Index("ix_files_created_at", "created_at"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key_id: Mapped[int] = mapped_column(ForeignKey("api_keys.id"))
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    created_at: Mapped[datetime]
    # Megabytes that only the job needs.
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
