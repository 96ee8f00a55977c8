"""Files that jobs write for callers to download. They lie in the database in parts, so that any worker goes on with one."""

from datetime import datetime
from enum import Enum

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from domain.models.base import Base, enum_column


class ExportFormat(Enum):
    """What kind of file an export is."""

    CSV = "CSV"  #: a header, and a line for each row, in UTF-8 with commas
    JSONL = "JSONL"  #: an object of JSON for each row, a line each


class Export(Base):
    """A file that a job writes, or has written. It is its job's company's, and goes with the job."""

    __tablename__ = "exports"
    __table_args__ = (Index("ix_exports_expires_at", "expires_at"),)

    job_id: Mapped[int] = mapped_column(
        ForeignKey("queued_jobs.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    format: Mapped[ExportFormat] = mapped_column(enum_column(ExportFormat))
    # Whether it is written for spreadsheets, which would shorten long numbers.
    for_spreadsheet: Mapped[bool]
    # Whether recipients and addresses are in it.
    includes_buyers: Mapped[bool]
    # Sealed, as what is looked for may be a buyer's name; null once the file is written.
    sealed_filter: Mapped[str | None] = mapped_column(Text)
    rows: Mapped[int] = mapped_column(BigInteger, default=0)
    # Of the whole file, and of its parts as they are stored.
    bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    stored_bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    crc32: Mapped[int] = mapped_column(BigInteger, default=0)
    parts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]


class ExportPart(Base):
    """A part of a file: some rows, as a piece of a deflated stream that can be read by itself."""

    __tablename__ = "export_parts"

    job_id: Mapped[int] = mapped_column(
        ForeignKey("exports.job_id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[bytes] = mapped_column(LargeBinary)
