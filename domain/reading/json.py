"""JSON as text that the database builds. What is given and returned are expressions; a NULL inside becomes `null`.

The text equals what the API writes by itself, to the byte: both escape alike, and no white space is added.
"""

import functools
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import JSON, Boolean, ColumnClause, ColumnElement, Integer, Text, func, literal_column
from sqlalchemy import Enum as SqlEnum
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from domain.database.dialect_sql import DialectSQL
from domain.models.base import ExactDecimal, UtcDateTime

NULL = literal_column("NULL", Text())


class _Json(DialectSQL):
    type = Text()


class _Text(_Json):
    postgresql = "CAST(to_json(CAST({0} AS TEXT)) AS TEXT)"
    sqlite = "CASE WHEN {0} IS NULL THEN NULL ELSE json_quote({0}) END"


class _Word(_Json):
    """The value of an enum, in which there is nothing to escape."""

    postgresql = sqlite = "'\"' || {0} || '\"'"


class _Whole(_Json):
    postgresql = sqlite = "CAST({0} AS TEXT)"


class _Exact(_Json):
    postgresql = sqlite = "'\"' || CAST({0} AS TEXT) || '\"'"


class _Flag(_Json):
    postgresql = sqlite = "CASE WHEN ({0}) THEN 'true' WHEN ({0}) IS NULL THEN NULL ELSE 'false' END"


class _Moment(_Json):
    """In UTC, with microseconds only where there are any."""

    _utc = "({0} AT TIME ZONE 'UTC')"
    postgresql = (
        f"'\"' || to_char({_utc}, CASE WHEN date_trunc('second', {_utc}) = {_utc} "
        """THEN 'YYYY-MM-DD"T"HH24:MI:SS"Z"' ELSE 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"' END) || '"'"""
    )
    # Kept as text with all six digits.
    sqlite = (
        "'\"' || replace(substr({0}, 1, 19), ' ', 'T') || "
        "CASE WHEN substr({0}, 20) IN ('', '.000000') THEN '' ELSE substr({0}, 20) END || 'Z\"'"
    )


class _Texts(_Json):
    """A list of texts, which is kept as JSON."""

    postgresql = (
        "(SELECT '[' || coalesce(string_agg(CAST(to_json(each.value) AS TEXT), ',' ORDER BY each.place), '') || ']' "
        "FROM jsonb_array_elements_text({0}) WITH ORDINALITY AS each (value, place))"
    )
    sqlite = (
        "(SELECT '[' || coalesce(group_concat(json, ','), '') || ']' "
        "FROM (SELECT json_quote(value) AS json FROM json_each({0}) ORDER BY key))"
    )


class _Base64(_Json):
    # PostgreSQL breaks lines after 76 characters.
    postgresql = "replace(encode(convert_to({0}, 'UTF8'), 'base64'), chr(10), '')"
    sqlite = "tradewind_base64({0})"


class _UrlBase64(_Json):
    """In the alphabet of URLs, unpadded."""

    postgresql = f"replace(replace(rtrim({_Base64.postgresql}, '='), '+', '-'), '/', '_')"
    sqlite = f"replace(replace(rtrim({_Base64.sqlite}, '='), '+', '-'), '/', '_')"


class _Microseconds(_Json):
    """A moment as microseconds since 1970."""

    postgresql = "CAST(CAST(extract(epoch FROM {0}) * 1000000 AS BIGINT) AS TEXT)"
    sqlite = (
        "CAST(CAST(strftime('%s', substr({0}, 1, 19)) AS INTEGER) * 1000000 "
        "+ CAST(substr({0}, 21) AS INTEGER) AS TEXT)"
    )


class _Joined(_Json):
    """An aggregate of JSON texts, in the order of their rows."""

    postgresql = "coalesce(string_agg({0}, ','), '')"
    sqlite = "coalesce(group_concat({0}, ','), '')"


class _Ready(_Json):
    """What is JSON already."""

    postgresql = sqlite = "CAST({0} AS TEXT)"


class _Solid(_Json):
    """What is never NULL."""

    postgresql = sqlite = "{0}"


class _Chain(FunctionElement[str]):
    """Texts one behind the other, none of them NULL. No brackets stand around it, nor around one inside another: SQLite reads
    only so many brackets inside brackets.
    """

    type = Text()
    inherit_cache = False

    def __init__(self, *parts: "str | ColumnElement[Any]") -> None:
        # What is text already becomes one: SQLAlchemy takes its time for each part.
        chained: list[ColumnElement[Any]] = []
        for part in parts:
            each = constant(part) if isinstance(part, str) else part
            before = text_of(chained[-1]) if chained else None
            here = text_of(each)
            if before is None or here is None:
                chained.append(each)
            else:
                chained[-1] = literal_column(f"{before} || {here}", Text())
        super().__init__(*chained)


@compiles(_Chain)
def _compile_chain(element: _Chain, compiler: Any, **options: Any) -> str:
    return " || ".join(compiler.process(part, **options) for part in element.clauses)


def scalar(value: ColumnElement[Any]) -> ColumnElement[str]:
    """A value as the JSON of its type; of JSON, which is a list of texts, as it is."""
    if isinstance(value, _Json):
        return value
    kinds: list[tuple[type[Any], type[_Json]]] = [
        (SqlEnum, _Word), (UtcDateTime, _Moment), (ExactDecimal, _Exact), (Boolean, _Flag), (Integer, _Whole), (JSON, _Texts),
    ]  # fmt: skip
    return next((say for kind, say in kinds if isinstance(value.type, kind)), _Text)(value)


def object_of(members: Sequence[tuple[str, ColumnElement[Any]]]) -> ColumnElement[str]:
    """An object of names, in which there is nothing to escape, and JSON texts, in their order."""
    parts: list[str | ColumnElement[Any]] = []
    for name, value in members:
        parts.append(f'{"," if parts else "{"}"{name}":')
        parts.append(value if isinstance(value, _Chain | _Solid) else _or_null(value))
    return _Chain(*parts, "}") if parts else constant("{}")


def _or_null(value: ColumnElement[Any]) -> ColumnElement[str]:
    text = text_of(value)
    if text is None:
        return func.coalesce(value, constant("null"))
    return literal_column(f"coalesce({text}, 'null')", Text())


def text_of(expression: ColumnElement[Any]) -> str | None:
    """The words of an expression that is nothing else."""
    is_text = isinstance(expression, ColumnClause) and expression.is_literal
    return expression.name if is_text else None


def array_of(each: ColumnElement[str]) -> ColumnElement[str]:
    """An aggregate: a list of the JSON texts of all rows, in their order."""
    return _Chain("[", _Joined(each), "]")


def array_from(texts: Sequence["ColumnElement[str] | str"]) -> ColumnElement[str]:
    """A list of these JSON texts."""
    parts = [part for text in texts for part in (",", text)]
    return _Chain("[", *parts[1:], "]")


def aggregated(text: ColumnElement[str]) -> ColumnElement[str]:
    """An aggregate in any case, whatever is in the text and however many rows there are."""
    return _Chain(text, func.coalesce(func.max(constant("")), constant("")))


def solid(value: ColumnElement[str]) -> ColumnElement[str]:
    """That a text is never NULL."""
    return _Solid(value)


def constant(json: str) -> ColumnElement[str]:
    """Ready JSON without an apostrophe."""
    return literal_column(f"'{json}'", Text())


def global_id(kind: str, number: ColumnElement[int]) -> ColumnElement[str]:
    """The global id of a row of *kind*."""
    return _Word(_Base64(constant(f"{kind}:") + _Whole(number)))


@functools.cache
def global_id_of(kind: str) -> Callable[[Any], ColumnElement[str]]:
    """The same of a row."""
    return lambda row: global_id(kind, row.id)


def id_of(kind: ColumnElement[str], number: ColumnElement[int]) -> ColumnElement[str]:
    """The global id of a row, the kind of which is a value too; NULL where either is."""
    return _Word(_Base64(kind + constant(":") + _Whole(number)))


def ready(value: ColumnElement[Any]) -> ColumnElement[str]:
    """A value that is kept as the JSON that is told."""
    return _Ready(value)


def cursor(name: str, values: Sequence[ColumnElement[Any]]) -> ColumnElement[str]:
    """The cursor of a row in the list *name*, by its sort values: see domain.pagination."""
    text: ColumnElement[str] = constant(f'["{name}"')
    for value in values:
        is_moment = isinstance(value.type, UtcDateTime)
        text = text + constant(",") + (_Microseconds(value) if is_moment else scalar(value))
    return _Word(_UrlBase64(text + constant("]")))


# Between two of these stands what is filled in later, which no JSON holds unescaped.
MARK = "\x01"


def deferred(place: int, number: ColumnElement[int]) -> ColumnElement[str]:
    """Where the JSON of a row's number is filled in later, by whatever has this place."""
    return constant(f"{MARK}{place}:") + _Whole(number) + constant(MARK)
