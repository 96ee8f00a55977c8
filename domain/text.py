"""
Checks of text that a caller gives: present, not too long, and nothing in it that no person types.
"""

import unicodedata

from domain.errors import Invalid, Required

_LINE_BREAKS = "\n\r\t"


def line(value: str, *, field: tuple[str, ...], at_most: int) -> str:
    """
    One line of text without the spaces around it; raises Required and Invalid.
    """
    return _checked(value, field=field, at_most=at_most, allowed="")


def paragraphs(value: str, *, field: tuple[str, ...], at_most: int) -> str:
    """
    Text that may have several lines; raises Required and Invalid.
    """
    return _checked(value, field=field, at_most=at_most, allowed=_LINE_BREAKS)


def digits(value: str, *, field: tuple[str, ...], at_most: int) -> str:
    """
    An id of Temu's, which is a long number kept as text; raises Required and Invalid.
    """
    value = line(value, field=field, at_most=at_most)
    if not (value.isascii() and value.isdigit()):
        message = f"{field[-1]} must be a number as Temu shows it, digits only."
        raise Invalid(message, field=field)
    return value


def _checked(value: str, *, field: tuple[str, ...], at_most: int, allowed: str) -> str:
    value = value.strip()
    if not value:
        raise Required(f"{field[-1]} must not be empty.", field=field)
    if len(value) > at_most:
        raise Invalid(
            f"{field[-1]} must have at most {at_most} characters; this has {len(value)}.", field=field
        )
    if any(unicodedata.category(c) in {"Cc", "Cs"} and c not in allowed for c in value):
        raise Invalid(f"{field[-1]} must not hold control characters.", field=field)
    return value
