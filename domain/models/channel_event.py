"""Events that a channel pushed: that they came, so that none is acted on twice. What they said is not kept."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from domain.models.base import Base, Id


class ChannelEvent(Base):
    """One push that was taken."""

    __tablename__ = "channel_events"
    __table_args__ = (Index("ix_channel_events_received", "received_at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    # The same for the same push sent again.
    key: Mapped[str] = mapped_column(String(64), unique=True)
    code: Mapped[str] = mapped_column(String(64))
    mall_id: Mapped[str] = mapped_column(String(64))
    parent_order_number: Mapped[str] = mapped_column(String(64))
    received_at: Mapped[datetime]
    # When the channel says that it sent it.
    sent_at: Mapped[datetime]
    # The import that was asked for; None where the company doesn't download orders, or when the job is gone.
    job_id: Mapped[int | None] = mapped_column(ForeignKey("queued_jobs.id", ondelete="SET NULL"), index=True)
