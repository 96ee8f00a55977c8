"""API keys: shown once, stored as a hash."""

from datetime import datetime
from enum import Enum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from domain.models.base import Base, Id, enum_column


class Role(Enum):
    """What a key may do; each role includes the ones before it."""

    READ = "READ"  #: look
    OPERATE = "OPERATE"  #: run jobs, keep products, stock and orders
    ADMINISTER = "ADMINISTER"  #: change settings and tokens


class ApiKey(Base):
    """A key of the whole server, or of the companies that api_key_companies names."""

    __tablename__ = "api_keys"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    # SHA-256 of the whole key; keys carry 178 random bits, so nothing slower is needed.
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    hint: Mapped[str] = mapped_column(String(6))
    role: Mapped[Role] = mapped_column(enum_column(Role))
    is_server_wide: Mapped[bool]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    # From then on it opens nothing; null: it does until it is revoked.
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class ApiKeyCompany(Base):
    """A company that a key may see."""

    __tablename__ = "api_key_companies"

    api_key_id: Mapped[int] = mapped_column(ForeignKey("api_keys.id", ondelete="CASCADE"), primary_key=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"), primary_key=True)
