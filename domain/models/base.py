"""What every table stands on: constraint names, and column types that mean the same on PostgreSQL and SQLite."""

from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    DateTime,
    Dialect,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Numeric,
    String,
    TypeDecorator,
    event,
    func,
    literal_column,
    text,
)
from sqlalchemy import Enum as SqlEnum
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, MappedColumn, mapped_column
from sqlalchemy.types import TypeEngine

from domain import clock
from domain.models.folded import fold_when_set

# SQLite counts rows up by itself only for INTEGER primary keys.
Id = BigInteger().with_variant(Integer(), "sqlite")
Json = JSON().with_variant(JSONB(), "postgresql")


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC, aware on both databases; a naive one is a mistake and refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """What values are; SQLAlchemy takes no decorator's word of its implementation's."""
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without time zone can't be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        # SQLite gives moments without their zone.
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class ExactDecimal(TypeDecorator[Decimal]):
    """A decimal with the digits it was given; SQLite, which has only floats, keeps its text."""

    impl = Numeric()
    cache_ok = True

    @property
    def python_type(self) -> type[Decimal]:
        """What values are, as of UtcDateTime."""
        return Decimal

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(String(40) if dialect.name == "sqlite" else Numeric())

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        return format(value, "f") if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:  # noqa: ARG002
        return None if value is None else Decimal(value)


def enum_column(kind: type[Enum]) -> SqlEnum:
    """A column that holds the values of *kind* as text: a new value then needs no change of type on PostgreSQL."""
    return SqlEnum(kind, native_enum=False, create_constraint=False, length=32, values_callable=_values)


def literally(member: Enum) -> ColumnElement[str]:
    """A value of such a column, written out in the statement: of what is bound to it a plan that is kept can't know that
    it may take an index of rows with that value, and SQLite makes its plan anew each time.
    """
    return literal_column(f"'{member.value}'", String())


def _values(kind: type[Enum]) -> list[str]:
    return [member.value for member in kind]


def created_at() -> MappedColumn[datetime]:
    """When the row was made; of a row from before there was this column, when the migration came."""
    return mapped_column(default=clock.now, server_default=func.now())


def updated_at() -> MappedColumn[datetime]:
    """When the row was last written; of a row from before there was this column, when the migration came. SQLAlchemy sets it,
    `upsert` too.
    """
    return mapped_column(default=clock.now, onupdate=clock.now, server_default=func.now())


def where(condition: str, *, sqlite: str | None = None) -> dict[str, Any]:
    """Options of an index of some rows only; *sqlite*, where it needs other words, or it doesn't take the index."""
    return {"postgresql_where": text(condition), "sqlite_where": text(sqlite or condition)}


def of_company(column: str, parent: str, *, ondelete: str | None = None) -> ForeignKeyConstraint:
    """That the row which *column* names in *parent* is of the same company as this one."""
    return ForeignKeyConstraint(
        ["company_id", column], [f"{parent}.company_id", f"{parent}.id"], ondelete=ondelete
    )


def referred_with_company(table: str) -> Index:
    """What `of_company` refers to in a parent."""
    # The other way about, SQLite would take it to find rows of a company, in place of an index of the few that are wanted.
    return Index(f"uq_{table}_company", "id", "company_id", unique=True)


class Base(DeclarativeBase):
    """The root of all tables."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime(), Decimal: ExactDecimal()}  # noqa: RUF012 - SQLAlchemy's own form


event.listen(Base, "attribute_instrument", fold_when_set)
