"""
JSON as text, in the words of each database. Every function takes and gives SQL; a NULL inside becomes `null`.

The text must equal what the API writes by itself, to the byte: both escape alike, and no white space is added.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence


class Dialect(ABC):
    """
    How one database says it.
    """

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
        """A short ASCII text in base64."""

    @abstractmethod
    def joined(self, json: str) -> str:
        """An aggregate: JSON texts in the order of their rows, with commas between."""

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
        for i, (name, json) in enumerate(members):
            parts += [_literal(("{" if i == 0 else ",") + f'"{name}":'), f"coalesce({json}, 'null')"]
        return "(" + " || ".join([*parts, "'}'"]) + ")" if parts else "'{}'"


class PostgreSQL(Dialect):
    """
    PostgreSQL.
    """

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

    def joined(self, json: str) -> str:
        return f"string_agg({json}, ',')"


class SQLite(Dialect):
    """
    SQLite, where moments are text in UTC with all six digits, and exact decimals are text.
    """

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

    def joined(self, json: str) -> str:
        return f"group_concat({json}, ',')"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def dialect_named(name: str) -> Dialect:
    """
    The dialect that SQLAlchemy calls so.
    """
    return SQLite() if name == "sqlite" else PostgreSQL()
