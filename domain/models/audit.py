"""Who changed what, and when: rows that are added, and removed once they are old, and never changed."""

from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from domain.models.base import Base, Id, enum_column

# As text on both databases, so that it is told as it was written.
_Written = JSON(none_as_null=True)


class AuditActor(Enum):
    """Who may change something."""

    API_KEY = "API_KEY"  #: whoever holds an API key, by a mutation
    COMMAND = "COMMAND"  #: whoever may run the command `tradewind` on a machine of the installation
    SYSTEM = "SYSTEM"  #: Tradewind by itself


class AuditEvent(Base):
    """One object that one mutation or command changed. It holds no secret and nothing of a buyer's. The database refuses to
    change it, and to remove it before it is 30 days old: the triggers stand in the migration that makes the table.
    """

    __tablename__ = "audit_events"
    __table_args__ = (
        Index("ix_audit_events_newest", "occurred_at", "id"),
        Index("ix_audit_events_company_newest", "company_id", "occurred_at", "id"),
        Index("ix_audit_events_api_key_newest", "api_key_id", "occurred_at", "id"),
        Index("ix_audit_events_action_newest", "action", "occurred_at", "id"),
        Index("ix_audit_events_subject_newest", "subject_id", "subject_type", "occurred_at", "id"),
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
    # What was changed of it, by the schema's names; null where it was not there before, or is not any more.
    before: Mapped[dict[str, Any] | None] = mapped_column(_Written)
    after: Mapped[dict[str, Any] | None] = mapped_column(_Written)
