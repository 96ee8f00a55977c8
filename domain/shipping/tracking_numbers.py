"""Tracking numbers: as carriers compare them, and what stands in their place when a cell was copied wrongly (T1). Pure.

Temu takes letters and digits only (120014020) [A]; the spaces that labels print are left out before it is sent.
"""

import re
import unicodedata
from urllib.parse import parse_qsl, unquote, urlsplit

_LETTERS_AND_DIGITS = re.compile(r"[0-9A-Za-z]+")
_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.-]*://|www\.|[a-z0-9.-]+\.[a-z]{2,}/)\S*", re.IGNORECASE)
_ASKED_FOR = re.compile("track|label|trk|inquiry|num", re.IGNORECASE)
# What a spreadsheet shows, and saves, of a number that is too long for it.
_SHORTENED = re.compile(r"\d+(?:[.,]\d+[eE][+-]?|[eE]\+)\d+")
_DECIMAL = re.compile(r"(\d+)[.,]0+")
# Digits that a spreadsheet keeps of a number; it makes zeros of those behind them.
_KEPT_DIGITS = 15
# The same in full, where six digits or more were lost: one number in a million really ends so.
_ZEROED = re.compile(rf"[1-9]\d{{{_KEPT_DIGITS - 1}}}0{{6,}}", re.ASCII)
_SHORTENED_WORDS = (
    "A spreadsheet has shortened this number, and what it left out can't be restored. Format the column as text and copy the "
    "number from the carrier again."
)
_BETWEEN = re.compile(r"[/,;|&+\\]|\band\b", re.IGNORECASE)
# No carrier writes groups as long as this between spaces: two of them are two numbers.
_LONGEST_GROUP = 9
_SHORTEST = 8
# Words that stand before a number on a label, or in a message of a carrier's.
_CAPTION = re.compile(
    "tracking|track|trk|number|no|nr|nbr|num|id|code|ref|awb|waybill|parcel|package|shipment|ups|usps|fedex|dhl|ontrac|"
    "lasership|uniuni|gofo|gls|dpd|hermes|is",
    re.IGNORECASE,
)


def tracking_key(number: str) -> str:
    """A tracking number as carriers compare it: without spaces, whatever the case."""
    return unspaced(number).upper()


def unspaced(number: str) -> str:
    return "".join(number.split())


def fault(given: str) -> str | None:
    """What is wrong with a tracking number as a person gave it, and what was probably meant; None where nothing is."""
    number = unicodedata.normalize("NFKC", given).strip()
    if _LETTERS_AND_DIGITS.fullmatch(unspaced(given)):
        return _SHORTENED_WORDS if _ZEROED.fullmatch(unspaced(given)) else _two(number)
    if _ADDRESS.fullmatch(number):
        return f"This is the address of a page, not a tracking number.{_meant(_of_address(number))}"
    found = _of_spreadsheet(unspaced(number)) or _two(number)
    if found is not None:
        return found
    meant = _of_text(number)
    if meant is None:
        return "This is no tracking number: it holds no digit."
    return f"Temu takes letters and digits only in a tracking number.{_meant(meant)}"


def _of_spreadsheet(number: str) -> str | None:
    if _SHORTENED.fullmatch(number):
        return _SHORTENED_WORDS
    decimal = _DECIMAL.fullmatch(number)
    if decimal is None:
        return None
    words, digits = "A spreadsheet has made a decimal of this number", decimal.group(1)
    if len(digits) > _KEPT_DIGITS:
        return f"{words}, and its last digits with it. Copy it from the carrier again, into a column of text."
    return f"{words}.{_meant(digits)}"


def _two(number: str) -> str | None:
    parts = [part for each in _BETWEEN.split(number) if _is_likely(part := _plain(each))]
    if len(parts) < 2:
        parts = [part for part in number.split() if _is_likely(part) and len(part) > _LONGEST_GROUP]
    if len(parts) < 2:
        return None
    return f"These are several tracking numbers: {', '.join(parts)}. Record a package for each, or further boxes."


def _of_address(address: str) -> str | None:
    """The number that a carrier's page was asked for: in its query, else in its path."""
    page = urlsplit(address if "://" in address else f"//{address}")
    asked = parse_qsl(page.query) + parse_qsl(page.fragment.rpartition("?")[2])
    # Several numbers in one value would run into one.
    asked = [(name, _plain(value)) for name, value in asked if _two(value) is None]
    named = [value for name, value in asked if _ASKED_FOR.search(name)]
    values = [value for _, value in asked]
    path = [_plain(unquote(part)) for part in reversed(page.path.split("/"))]
    return next((each for each in (*named, *values, *path) if _is_likely(each)), None)


def _of_text(number: str) -> str | None:
    tokens = _LETTERS_AND_DIGITS.findall(number)
    while len(tokens) > 1 and _CAPTION.fullmatch(tokens[0]):
        tokens = tokens[1:]
    plain = "".join(tokens)
    return plain if any(c.isdigit() for c in plain) else None


def _plain(part: str) -> str:
    return "".join(_LETTERS_AND_DIGITS.findall(part))


def _is_likely(part: str) -> bool:
    return len(part) >= _SHORTEST and part.isalnum() and sum(c.isdigit() for c in part) >= len(part) // 2


def _meant(number: str | None) -> str:
    return " Give the number alone." if number is None else f" Did you mean {number}?"
