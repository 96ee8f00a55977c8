"""
JSON as text, in the words of each database. Every function takes and gives SQL; a NULL inside becomes `null`.

The text must equal what the API writes by itself, to the byte: both escape alike, and no white space is added.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy
from sqlalchemy import ColumnElement, Select, literal_column, select
from sqlalchemy.dialects.postgresql import asyncpg
from sqlalchemy.dialects.sqlite import aiosqlite
from sqlalchemy.types import TypeEngine


class Dialect(ABC):
    """
    How one database says it; *words* is how SQLAlchemy and the driver do.
    """

    words: sqlalchemy.Dialect

    @abstractmethod
    def quoted(self, text: str) -> str:
        """A text as JSON."""

    @abstractmethod
    def moment(self, column: str) -> str:
        """A moment in UTC as JSON: microseconds only where there are any."""

    @abstractmethod
    def microseconds(self, column: str) -> str:
        """A moment as microseconds since 1970, a whole number."""

    @abstractmethod
    def base64(self, text: str) -> str:
        """A text in base64."""

    @abstractmethod
    def joined(self, values: str) -> str:
        """An aggregate: JSON texts in the order of their rows, with commas between."""

    @abstractmethod
    def parameter(self, number: int) -> str:
        """The parameter of this number, from 1."""

    @abstractmethod
    def among(self, column: str, parameter: str) -> str:
        """Whether a number is one of those that `listed` gave for the parameter."""

    @abstractmethod
    def listed(self, numbers: Collection[int]) -> Any:
        """Numbers as one parameter holds them."""

    @abstractmethod
    def elements(self, column: str) -> str:
        """The texts of a column that holds JSON texts, as JSON with commas between; NULL where there are none."""

    @abstractmethod
    def records(self, column: str, texts: Sequence[str], lists: Sequence[str]) -> str:
        """
        The objects of a column that holds a list of them, as a SELECT of their `place` and of those members of theirs
        that are texts and lists.
        """

    @abstractmethod
    def later(self, column: str, by: timedelta) -> str:
        """A later moment."""

    @abstractmethod
    def larger(self, one: str, other: str) -> str:
        """The larger of two numbers."""

    @abstractmethod
    def smaller(self, one: str, other: str) -> str:
        """The smaller of two numbers."""

    def stores(self, kind: TypeEngine[Any]) -> Callable[[Any], Any]:
        """From a value of a type to what the driver takes."""
        return kind.dialect_impl(self.words).bind_processor(self.words) or _same

    def condition(self, of: Any, condition: ColumnElement[bool]) -> str:
        """A condition of SQLAlchemy's over the table of a class, which it names as it is."""
        statement: Select[Any] = select(literal_column("1")).select_from(of).where(condition)
        compiled = statement.compile(dialect=self.words, compile_kwargs={"literal_binds": True})
        return f"({compiled.string.partition('WHERE ')[2]})"

    def url_base64(self, text: str) -> str:
        """The same in the alphabet of URLs, unpadded."""
        return f"replace(replace(rtrim({self.base64(text)}, '='), '+', '-'), '/', '_')"

    @staticmethod
    def whole(column: str) -> str:
        """A whole number as JSON."""
        return f"CAST({column} AS TEXT)"

    @staticmethod
    def exact(column: str) -> str:
        """An exact decimal as JSON, which is text."""
        return f"'\"' || CAST({column} AS TEXT) || '\"'"

    @staticmethod
    def flag(condition: str) -> str:
        """A condition as JSON."""
        return f"CASE WHEN {condition} THEN 'true' WHEN {condition} IS NULL THEN NULL ELSE 'false' END"

    @staticmethod
    def array(joined: str) -> str:
        """A list of what joined() gives; empty where that is NULL."""
        return f"'[' || coalesce({joined}, '') || ']'"

    @staticmethod
    def object(members: Sequence[tuple[str, str]]) -> str:
        """An object of names and JSON texts, in their order."""
        parts: list[str] = []
        for i, (name, value) in enumerate(members):
            parts += [_literal(("{" if i == 0 else ",") + f'"{name}":'), f"coalesce({value}, 'null')"]
        return "(" + " || ".join([*parts, "'}'"]) + ")" if parts else "'{}'"


class PostgreSQL(Dialect):
    """
    PostgreSQL.
    """

    words = asyncpg.dialect()  # type: ignore[no-untyped-call]

    def quoted(self, text: str) -> str:
        return f"CAST(to_json(CAST({text} AS TEXT)) AS TEXT)"

    def moment(self, column: str) -> str:
        utc = f"({column} AT TIME ZONE 'UTC')"
        is_whole = f"date_trunc('second', {utc}) = {utc}"
        seconds = '\'YYYY-MM-DD"T"HH24:MI:SS"Z"\''
        form = f"CASE WHEN {is_whole} THEN {seconds} ELSE {seconds.replace('SS', 'SS.US', 1)} END"
        return f"'\"' || to_char({utc}, {form}) || '\"'"

    def microseconds(self, column: str) -> str:
        return f"CAST(CAST(extract(epoch FROM {column}) * 1000000 AS BIGINT) AS TEXT)"

    def base64(self, text: str) -> str:
        # Lines are broken after 76 characters.
        return f"replace(encode(convert_to({text}, 'UTF8'), 'base64'), chr(10), '')"

    def joined(self, values: str) -> str:
        return f"string_agg({values}, ',')"

    def elements(self, column: str) -> str:
        each = f"jsonb_array_elements_text({column}) WITH ORDINALITY AS each (value, place)"
        return f"(SELECT string_agg({self.quoted('each.value')}, ',' ORDER BY each.place) FROM {each})"

    def records(self, column: str, texts: Sequence[str], lists: Sequence[str]) -> str:
        members = [f"each.value ->> '{name}' AS {name}" for name in texts]
        members += [f"each.value -> '{name}' AS {name}" for name in lists]
        each = f"jsonb_array_elements({column}) WITH ORDINALITY AS each (value, place)"
        return f"SELECT {', '.join(['each.place AS place', *members])} FROM {each}"

    def later(self, column: str, by: timedelta) -> str:
        return f"({column} + interval '{by.total_seconds():.0f} seconds')"

    def larger(self, one: str, other: str) -> str:
        return f"greatest({one}, {other})"

    def smaller(self, one: str, other: str) -> str:
        return f"least({one}, {other})"

    def parameter(self, number: int) -> str:
        return f"${number}"

    def among(self, column: str, parameter: str) -> str:
        return f"{column} = ANY(CAST({parameter} AS BIGINT[]))"

    def listed(self, numbers: Collection[int]) -> Any:
        return list(numbers)


class SQLite(Dialect):
    """
    SQLite, where moments are text in UTC with all six digits, and exact decimals are text.
    """

    words = aiosqlite.dialect()

    def quoted(self, text: str) -> str:
        return f"CASE WHEN {text} IS NULL THEN NULL ELSE json_quote({text}) END"

    def moment(self, column: str) -> str:
        fraction = f"CASE WHEN substr({column}, 20) IN ('', '.000000') THEN '' ELSE substr({column}, 20) END"
        return f"'\"' || replace(substr({column}, 1, 19), ' ', 'T') || {fraction} || 'Z\"'"

    def microseconds(self, column: str) -> str:
        seconds = f"CAST(strftime('%s', substr({column}, 1, 19)) AS INTEGER)"
        return f"CAST({seconds} * 1000000 + CAST(substr({column}, 21) AS INTEGER) AS TEXT)"

    def base64(self, text: str) -> str:
        return f"tradewind_base64({text})"

    def joined(self, values: str) -> str:
        return f"group_concat({values}, ',')"

    def elements(self, column: str) -> str:
        each = f"SELECT {self.quoted('value')} AS json FROM json_each({column}) ORDER BY key"
        return f"(SELECT group_concat(json, ',') FROM ({each}))"

    def records(self, column: str, texts: Sequence[str], lists: Sequence[str]) -> str:
        members = [f"json_extract(value, '$.{name}') AS {name}" for name in [*texts, *lists]]
        return f"SELECT {', '.join(['key AS place', *members])} FROM json_each({column})"

    def later(self, column: str, by: timedelta) -> str:
        seconds = f"'{by.total_seconds():+.0f} seconds'"
        return f"(strftime('%Y-%m-%d %H:%M:%S', substr({column}, 1, 19), {seconds}) || substr({column}, 20))"

    def larger(self, one: str, other: str) -> str:
        return f"max({one}, {other})"

    def smaller(self, one: str, other: str) -> str:
        return f"min({one}, {other})"

    def parameter(self, number: int) -> str:
        return f"?{number}"

    def among(self, column: str, parameter: str) -> str:
        return f"{column} IN (SELECT value FROM json_each({parameter}))"

    def listed(self, numbers: Collection[int]) -> Any:
        return json.dumps(list(numbers))


def _same(value: Any) -> Any:
    return value


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


_DIALECTS: dict[str, Dialect] = {"sqlite": SQLite(), "postgresql": PostgreSQL()}


def dialect_named(name: str) -> Dialect:
    """
    The dialect that SQLAlchemy calls so; each time the same object.
    """
    return _DIALECTS[name]
