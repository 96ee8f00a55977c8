"""What buyers ask to have cancelled."""

from datetime import datetime, timedelta
from enum import Enum

from sqlalchemy import ColumnElement, ForeignKey, Index, String, type_coerce
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from domain.database.dialect_sql import later
from domain.models.base import Base, UtcDateTime, enum_column, where

# Temu agrees by itself where the seller does not answer (34-order-guide.md).
RESPOND_WITHIN = timedelta(hours=24)


class CancellationState(Enum):
    """How far a request is; once it is not OPEN it never changes again."""

    OPEN = "OPEN"  #: nobody has decided, or the order does not show it yet
    WITHDRAWN = "WITHDRAWN"  #: the buyer took it back
    DENIED = "DENIED"  #: refused
    LAPSED = "LAPSED"  #: long past its time, and Temu shows neither it nor anything cancelled
    GRANTED = "GRANTED"  #: agreed, and the order shows it


class CancellationRequest(Base):
    """A buyer's request, by Temu's number; kept after its end, so that an older answer can't open it again (O3).

    By the order's number and not its row: the request may be known before the order.
    """

    __tablename__ = "cancellation_requests"
    __table_args__ = (
        Index("ix_cancellation_requests_open", "company_id", "channel_order_id", **where("state = 'OPEN'")),
    )

    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"), primary_key=True)
    number: Mapped[str] = mapped_column(String(64), primary_key=True)
    channel_order_id: Mapped[str] = mapped_column(String(64))
    state: Mapped[CancellationState] = mapped_column(enum_column(CancellationState))
    requested_at: Mapped[datetime]

    @hybrid_property
    def respond_by(self) -> datetime:
        """Until when the seller may answer."""
        return self.requested_at + RESPOND_WITHIN

    @respond_by.inplace.expression
    @classmethod
    def _respond_by(cls) -> ColumnElement[datetime]:
        return type_coerce(later(cls.requested_at, RESPOND_WITHIN), UtcDateTime())
