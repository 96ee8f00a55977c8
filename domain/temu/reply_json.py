"""Temu's replies as JSON, read strictly where they are strict. Some real ones hold strings that strict JSON refuses,
such as half a surrogate pair in a title [B]: then the string is mended, so that it costs no more than itself.
"""

import json
import re
from typing import Any

import orjson

REPLACEMENT = "\ufffd"
"""What stands where a character could not be read: nothing that is an id or a number can hold it."""

# More digits than Python makes a number of, and than any of Temu's numbers has.
_MOST_DIGITS = 1000
_ESCAPE = re.compile(r'\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}|)')
_HALF_A_PAIR = re.compile("[\ud800-\udfff]")


def loads(body: bytes) -> Any:
    """The value of a reply. Raises ValueError where it is no JSON whatever its strings hold."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        pass  # Read once more, with all that may be wrong with a string mended.
    text = _ESCAPE.sub(_or_replacement, body.decode(errors="replace"))
    try:
        return _mend(json.loads(text, strict=False, parse_constant=_refuse, parse_int=_number))
    except RecursionError:
        raise ValueError("nested too deep") from None


def _or_replacement(escape: re.Match[str]) -> str:
    return escape[0] if len(escape[0]) > 1 else REPLACEMENT


def _mend(value: Any) -> Any:
    if isinstance(value, str):
        return _HALF_A_PAIR.sub(REPLACEMENT, value)
    if isinstance(value, list):
        return [_mend(each) for each in value]
    if isinstance(value, dict):
        return {_mend(name): _mend(each) for name, each in value.items()}
    return value


def _number(digits: str) -> Any:
    return int(digits) if len(digits) <= _MOST_DIGITS else REPLACEMENT


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")
