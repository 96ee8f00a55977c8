"""SQL that each database says in its own words."""

from datetime import datetime, timedelta
from typing import Any, ClassVar, TypeVar

from sqlalchemy import BigInteger, ColumnElement, DateTime, SQLColumnExpression, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

Compared = TypeVar("Compared", int, datetime)


class DialectSQL(FunctionElement[Any]):
    """An expression with one template for each database, in which `{0}`, `{1}` ... stand for the clauses."""

    postgresql: ClassVar[str]
    sqlite: ClassVar[str]

    def __init_subclass__(cls) -> None:
        # SQLAlchemy asks each class for it.
        cls.inherit_cache = True
        super().__init_subclass__()


@compiles(DialectSQL)
def _compile(element: DialectSQL, compiler: Any, **options: Any) -> str:
    clauses = [compiler.process(clause, **options) for clause in element.clauses]
    template: str = getattr(element, compiler.dialect.name)
    return template.format(*clauses)


class _Larger(DialectSQL):
    type = BigInteger()
    postgresql, sqlite = "greatest({0}, {1})", "max({0}, {1})"


class _Smaller(DialectSQL):
    type = BigInteger()
    postgresql, sqlite = "least({0}, {1})", "min({0}, {1})"


def larger(one: ColumnElement[Compared], other: ColumnElement[Compared]) -> ColumnElement[Compared]:
    """The larger of two numbers, or the later of two moments."""
    return _Larger(one, other)


def smaller(one: ColumnElement[int], other: ColumnElement[int]) -> ColumnElement[int]:
    """The smaller of two numbers."""
    return _Smaller(one, other)


def within_int(number: ColumnElement[int]) -> ColumnElement[int]:
    """A sum, which is never NULL, as GraphQL's Int can hold it: what is beyond is told as the nearest that it holds."""
    least, most = (literal_column(str(each), BigInteger()) for each in (-(2**31), 2**31 - 1))
    return _Smaller(_Larger(number, least), most)


class _Later(DialectSQL):
    type = DateTime(timezone=True)
    postgresql = "({0} + interval '{1} seconds')"
    # Moments are text with all six digits there.
    sqlite = "(strftime('%Y-%m-%d %H:%M:%S', substr({0}, 1, 19), '{1} seconds') || substr({0}, 20))"


def later(moment: SQLColumnExpression[datetime], by: timedelta) -> ColumnElement[datetime]:
    """A moment that is so many whole seconds later, or earlier where *by* is negative."""
    return _Later(moment, literal_column(f"{by.total_seconds():+.0f}"))


class database_milliseconds(DialectSQL):  # noqa: N801 - reads as the SQL function that it is
    """This moment in milliseconds since 1970 by the database's clock, the only one that all workers share."""

    type = BigInteger()
    postgresql = "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)"
    sqlite = "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"
