"""The columns of a mapping file (M2). Pure, and light: the process that reads workbooks loads it."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from domain import text
from domain.errors import LimitExceeded
from domain.products.cells import Cell, is_blank

SKU, GOODS, VARIANT = "ProductID", "WebsiteProductID", "WebsiteProductIDVariantID"
USES_DEFAULT, SAFETY = "UseDefaultSafetyQuantity", "SafetyQuantity"
REQUIRED = (SKU, GOODS, VARIANT)
COLUMNS = (*REQUIRED, USES_DEFAULT, SAFETY)

_KNOWN = {name.casefold(): name for name in COLUMNS}


def named(header: Sequence[object]) -> list[tuple[str, int]]:
    """Each cell of a header that names a column: column and place. Case, spaces and what nobody sees are free."""
    names = (re.sub(r"[\s_-]", "", text.visible(str(cell))).casefold() for cell in header)
    return [(_KNOWN[name], place) for place, name in enumerate(names) if name in _KNOWN]


def places(header: Sequence[object]) -> dict[str, int]:
    """The columns that a header has, each with the first place where it is named."""
    return dict(reversed(named(header)))


def missing(header: Sequence[object]) -> list[str]:
    """The columns that a header has to have and has not."""
    found = places(header)
    return [name for name in REQUIRED if name not in found]


def below(
    header: Sequence[Cell], rows: Iterable[tuple[int, Mapping[int, Cell]]], *, most: int
) -> Iterator[tuple[int, dict[str, Cell]]]:
    """Number and cells by column of the rows that show anything in a column of *header*'s. Raises LimitExceeded."""
    found, count = places(header), 0
    for number, row in rows:
        cells = {name: row.get(place, "") for name, place in found.items()}
        if all(map(is_blank, cells.values())):
            continue
        count += 1
        if count > most:
            raise LimitExceeded(f"A file has at most {most} rows below its header. Divide this one.")
        yield number, cells


def listed(names: Iterable[object]) -> str:
    """Some names in a sentence."""
    some = [str(name) for name in names if name]
    return ", ".join(some[:20]) + (", …" if len(some) > 20 else "")
