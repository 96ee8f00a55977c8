"""Who changed what, and when: rows that are added, and removed once they are old, and never changed."""

from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from domain.models.base import Base, Id, Json, enum_column


class AuditActor(Enum):
    """Who may change something."""

    API_KEY = "API_KEY"  #: whoever holds an API key, by a mutation
    COMMAND = "COMMAND"  #: whoever may run the command `tradewind` on a machine of the installation
    SYSTEM = "SYSTEM"  #: Tradewind by itself


class AuditEvent(Base):
    """One object that one mutation or command changed. It holds no secret and nothing of a buyer's."""

    __tablename__ = "audit_events"
    __table_args__ = (
        Index("ix_audit_events_occurred_at", "occurred_at"),
        Index("ix_audit_events_company", "company_id", "id"),
        Index("ix_audit_events_subject", "subject_type", "subject_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    occurred_at: Mapped[datetime]
    actor: Mapped[AuditActor] = mapped_column(enum_column(AuditActor))
    api_key_id: Mapped[int | None] = mapped_column(ForeignKey("api_keys.id"))
    # Of the request that it was part of, as the server's log has it.
    request_id: Mapped[str | None] = mapped_column(String(64))
    # Null where it concerns the organisation as a whole.
    company_id: Mapped[int | None] = mapped_column(ForeignKey("companies.id"))
    # The mutation's field, or the command's words.
    action: Mapped[str] = mapped_column(String(100))
    # The name of the object's type in the schema, and its number.
    subject_type: Mapped[str | None] = mapped_column(String(64))
    subject_id: Mapped[int | None] = mapped_column(BigInteger)
    # What was changed of it, by name; null where it was not there before, or is not any more.
    before: Mapped[dict[str, Any] | None] = mapped_column(Json)
    after: Mapped[dict[str, Any] | None] = mapped_column(Json)
