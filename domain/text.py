"""Checks of text that a caller gives: present, not too long, and nothing in it that no person types."""

import re
import unicodedata

from domain.errors import Invalid, Required

_LONGEST_ID = 32
_LINE_BREAKS = "\n\r\t\u2028\u2029"
# Control characters, halves of surrogate pairs, and Unicode's own separators of lines and paragraphs.
_CONTROL = {"Cc", "Cs", "Zl", "Zp"}
# Characters without width, marks of direction, the soft hyphen, byte order marks: what tables carry along unseen.
_UNSEEN = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
# Text of these alone shows nothing: spaces of any kind, and characters such as the zero-width space.
_INVISIBLE = {"Zs", "Zl", "Zp", "Cf"}


def line(value: str, *, field: tuple[str, ...], at_most: int) -> str:
    """One line of text without the spaces around it; raises Required and Invalid."""
    return _checked(value, field=field, at_most=at_most, allowed="")


def paragraphs(value: str, *, field: tuple[str, ...], at_most: int) -> str:
    """Text that may have several lines; raises Required and Invalid."""
    return _checked(value, field=field, at_most=at_most, allowed=_LINE_BREAKS)


def digits(value: str, *, field: tuple[str, ...]) -> str:
    """An id of Temu's, which is a long number kept as text; raises Required and Invalid."""
    value = line(value, field=field, at_most=_LONGEST_ID)
    if not (value.isascii() and value.isdigit()) or value.startswith("0"):
        message = f"{field[-1]} must be a number as Temu shows it, digits only and no zero in front."
        raise Invalid(message, field=field)
    return value


def visible(value: str) -> str:
    """*value* without the characters that nobody sees, and with ordinary spaces for all that look like one."""
    return value if value.isascii() else _SPACES.sub(" ", _UNSEEN.sub("", value))


def unseen(value: str) -> list[str]:
    """The characters that `visible` takes out or exchanges, by code point and name."""
    found = dict.fromkeys(_UNSEEN.findall(value) + _SPACES.findall(value))
    return [f"U+{ord(c):04X} {unicodedata.name(c, 'without a name').lower()}" for c in found]


def is_storable(value: str) -> bool:
    """Whether both databases can hold *value*, and so whether anything stored can equal it."""
    return not any(c == "\0" or unicodedata.category(c) == "Cs" for c in value)


def shown(value: object) -> str:
    """What others sent as text that both databases can hold and a person can read: on one line, and nothing where it is
    None.
    """
    words = " ".join(("" if value is None else str(value)).split())
    return "".join(c for c in words if unicodedata.category(c) not in _CONTROL)


def _checked(value: str, *, field: tuple[str, ...], at_most: int, allowed: str) -> str:
    value = value.strip()
    if all(unicodedata.category(c) in _INVISIBLE for c in value):
        raise Required(f"{field[-1]} must not be empty.", field=field)
    if len(value) > at_most:
        raise Invalid(
            f"{field[-1]} must have at most {at_most} characters; this has {len(value)}.", field=field
        )
    if any(unicodedata.category(c) in _CONTROL and c not in allowed for c in value):
        raise Invalid(f"{field[-1]} must not hold control characters.", field=field)
    return value
