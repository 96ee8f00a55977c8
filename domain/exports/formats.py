"""Rows as the lines of a file, and these as parts of one deflated stream. Pure."""

import csv
import io
import json
import re
import struct
import zlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from domain import clock
from domain.models import ExportFormat

# What begins with one of these a spreadsheet takes for a formula, and does what it says.
_FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
# Stands before a text; an import takes one away, so that of a text that begins with it is doubled.
_QUOTE = "'"
# What a spreadsheet would make a number or a date of, and show otherwise: an id, a postal code, a phone number.
_LIKE_NUMBER = re.compile(r"[+-]?\d[\d.,/:+ -]*(?:[eE][+-]?\d+)?", re.ASCII)

# RFC 1952: no name, no time, made by whatever.
GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_LAST_BLOCK = b"\x03\x00"
_CHUNK = 64 * 1024


class Writer:
    """Writes rows of these columns."""

    def __init__(self, columns: Sequence[str], file_format: ExportFormat, *, for_spreadsheet: bool) -> None:
        self._columns = columns
        self._is_csv = file_format is ExportFormat.CSV
        self._for_spreadsheet = for_spreadsheet
        self._members = [json_name(column) for column in columns]

    def header(self) -> str:
        """What stands before the first row."""
        if not self._is_csv:
            return ""
        return ("\ufeff" if self._for_spreadsheet else "") + _csv([self._columns])

    def lines(self, rows: Sequence[Sequence[Any]]) -> str:
        """A line for each row."""
        if self._is_csv:
            return _csv([[self._cell(value) for value in row] for row in rows])
        return "".join(
            json.dumps(
                dict(zip(self._members, map(_plain, row), strict=True)),
                ensure_ascii=False,
                separators=(",", ":"),
            )
            + "\n"
            for row in rows
        )

    def _cell(self, value: Any) -> str:
        plain = _plain(value)
        match plain:
            case None:
                return ""
            case bool():
                return str(plain).lower()
            case list():
                return self._text("; ".join(map(str, plain)))
            case str() if not isinstance(value, datetime | Decimal):
                return self._text(plain)
            case _:
                return str(plain)

    def _text(self, value: str) -> str:
        if self._for_spreadsheet and _LIKE_NUMBER.fullmatch(value):
            # Of digits and their signs only, so it can't be another formula.
            return f'="{value}"'
        return _QUOTE + value if value.startswith((*_FORMULA, _QUOTE)) else value


def json_name(column: str) -> str:
    """A column as a member of an object: "ChannelOrderID" is channelOrderId."""
    words = re.sub(r"[A-Z]{2,}(?=[A-Z][a-z]|$)", lambda found: found[0].capitalize(), column)
    return words[:1].lower() + words[1:]


def _plain(value: Any) -> Any:
    match value:
        case Enum():
            return value.value
        case datetime():
            return clock.rfc3339(value)
        case Decimal():
            # As text in JSON too: its readers take numbers for floats.
            return format(value, "f")
        case _:
            return value


def _csv(rows: Sequence[Sequence[str]]) -> str:
    lines = io.StringIO()
    csv.writer(lines).writerows(rows)
    return lines.getvalue()


def deflated(content: bytes) -> bytes:
    """A piece of a deflated stream that ends at a byte and refers to nothing before it."""
    deflating = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    return deflating.compress(content) + deflating.flush(zlib.Z_FULL_FLUSH)


def inflated(piece: bytes) -> Iterator[bytes]:
    """What such a piece holds, in chunks."""
    inflating = zlib.decompressobj(-zlib.MAX_WBITS)
    left = piece
    while left:
        yield inflating.decompress(left, _CHUNK)
        left = inflating.unconsumed_tail


def gzip_trailer(crc32: int, size: int) -> bytes:
    """What makes pieces behind GZIP_HEADER one stream: its end, the check sum of all of it, and its length."""
    return _LAST_BLOCK + struct.pack("<II", crc32, size & 0xFFFFFFFF)
