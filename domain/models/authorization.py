"""Authorisations that were begun: by their states, each of which is good once."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from domain.models.base import Base, Id


class Authorization(Base):
    """One way that was opened to a token of a company's mall; whose it is, and of which key, the state itself says, sealed."""

    __tablename__ = "authorizations"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    # SHA-256 of the state, which nobody can make from it.
    state_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    # Set before the code is sent to Temu: from then on the state is good for nothing.
    used_at: Mapped[datetime | None]
