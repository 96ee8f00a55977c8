"""What is true of this installation as a whole, and the workers that it runs."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import BigInteger, CheckConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from domain.models.base import Base


class Installation(Base):
    """The only row of its table."""

    __tablename__ = "installation"
    __table_args__ = (CheckConstraint("id = 1", name="only_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    # What its copies have too, and no other installation on the same Redis.
    uid: Mapped[str] = mapped_column(String(32), default=lambda: uuid4().hex)
    # The oldest release that these tables still serve, by the newest migration that it knows.
    compatible_from: Mapped[str] = mapped_column(String(32))
    # Counts up with each call that changes something at Temu: milliseconds since 1970 by the database's clock, and always
    # more than before. Redis remembers it too, so that a restored copy, which is behind, shows.
    generation: Mapped[int] = mapped_column(BigInteger, default=1)
    # While set, nothing that changes something at Temu is sent there.
    outbound_paused_at: Mapped[datetime | None]
    outbound_pause_reason: Mapped[str | None] = mapped_column(Text)


class Worker(Base):
    """A worker process that is, or was lately, alive. Moments are milliseconds since 1970 by the database's clock."""

    __tablename__ = "workers"

    # As in `owner` of the jobs that it runs.
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    release: Mapped[str] = mapped_column(String(32))
    started_at: Mapped[int] = mapped_column(BigInteger)
    seen_at: Mapped[int] = mapped_column(BigInteger)
    slots: Mapped[int]
    running: Mapped[int] = mapped_column(default=0)
