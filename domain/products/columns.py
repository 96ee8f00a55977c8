"""The columns of a mapping file (M2). Pure, and light: the process that reads workbooks loads it."""

import re
from collections.abc import Iterable, Sequence

from domain import text

SKU, GOODS, VARIANT = "ProductID", "WebsiteProductID", "WebsiteProductIDVariantID"
USES_DEFAULT, SAFETY = "UseDefaultSafetyQuantity", "SafetyQuantity"
REQUIRED = (SKU, GOODS, VARIANT)
COLUMNS = (*REQUIRED, USES_DEFAULT, SAFETY)

_KNOWN = {name.casefold(): name for name in COLUMNS}


def named(header: Sequence[object]) -> list[tuple[str, int]]:
    """
    Each cell of a header that names a column, by the column and its place. Case, spaces and what nobody sees are free.
    """
    names = (re.sub(r"[\s_-]", "", text.visible(str(cell))).casefold() for cell in header)
    return [(_KNOWN[name], place) for place, name in enumerate(names) if name in _KNOWN]


def places(header: Sequence[object]) -> dict[str, int]:
    """The columns that a header has, each with the first place where it is named."""
    return dict(reversed(named(header)))


def missing(header: Sequence[object]) -> list[str]:
    """The columns that a header has to have and has not."""
    found = places(header)
    return [name for name in REQUIRED if name not in found]


def listed(names: Iterable[object]) -> str:
    """Some names in a sentence."""
    some = [str(name) for name in names if name]
    return ", ".join(some[:20]) + (", …" if len(some) > 20 else "")
