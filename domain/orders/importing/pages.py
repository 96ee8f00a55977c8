"""
Where an import is in Temu's list of changed orders, and where it goes on behind a page. Pure.

The list comes newest change first. It is read page after page up to a depth at which Temu is sure to follow; what lies
deeper is read by first pages alone, each of what changed until the oldest change that was met. What changes meanwhile then
leaves the span that is being read and shifts no page of it; a closing pass meets it. Only of changes of one second that no
page can hold are there further pages, which begin anew when the span has become smaller between two of them.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from domain.orders.importing.listing import ListingIncomplete
from domain.orders.importing.parse import changed_at, number_of
from domain.temu.client import OrderPage

# No limit is documented; one weak source names a hundred pages [C]. So a span with more than 5,000 changes is split.
DEEPEST_PAGE = 50

Checkpoint = Mapping[str, Any]


def until_of(at: Checkpoint) -> datetime | None:
    """
    The end of the span that is being read; None where it has none.
    """
    second: int | None = at.get("until")
    return None if second is None else datetime.fromtimestamp(second, UTC)


def behind(at: Checkpoint, page: OrderPage, *, then: str) -> Checkpoint:
    """
    The checkpoint behind *page*, which was read at *at*: the next page, or the stage *then*. Raises ListingIncomplete where
    the page repeats the one before, lies outside of the span that was asked for, or is empty too early (O17).
    """
    digest = _digest(page)
    rows = at["rows"] + _count(page)
    total = at.get("total", 0)
    if at["stage"] == "pages":
        total = max(page.total or 0, total)
    if page.rows and digest == at.get("digest"):
        raise ListingIncomplete("Temu sent the same page of orders twice. Import again; nothing was lost.")
    if not page.rows and page.total is not None and rows < page.total:
        message = f"Temu named {page.total} orders but listed only {rows}. Import again; nothing was lost."
        raise ListingIncomplete(message)
    if _has_shrunk(at, page):
        return {**at, "page": 1, "rows": 0, "digest": None, "total": total}
    # Where Temu tells no total, the list ends with an empty page: one that is not full may be capped.
    is_last = not page.rows if page.total is None else rows >= page.total
    if is_last:
        return {**at, "stage": then, "page": 1, "rows": 0, "digest": None, "until": None, "total": total}
    until = _narrowed(at, page)
    if until is not None:
        return {**at, "page": 1, "rows": 0, "digest": None, "until": until, "total": total}
    following = {"page": at["page"] + 1, "rows": rows, "digest": digest, "total": total}
    return {**at, **following, "named": page.total}


def _has_shrunk(at: Checkpoint, page: OrderPage) -> bool:
    """
    Whether an order has left the span between two pages of it, which pulls others to pages already read: then it is read
    from its first page again. That comes to an end, as nothing comes into a span that lies in the past.
    """
    named: int | None = at.get("named")
    is_further = at.get("until") is not None and at["page"] > 1
    return is_further and named is not None and page.total is not None and page.total < named


def _narrowed(at: Checkpoint, page: OrderPage) -> int | None:
    """
    The end of the span with which to go on instead of a deeper page, in Unix seconds; None to go on to the next page.
    """
    until: int | None = at.get("until")
    if until is None and at["page"] < DEEPEST_PAGE:
        return None
    seconds = [changed_at(row) for row in page.rows]
    known = [second for second in seconds if second is not None]
    if until is not None and any(second > until for second in known):
        raise ListingIncomplete("Temu listed orders that changed later than was asked for. Import again.")
    # Only the oldest change of a sorted page says that all that is newer has been met.
    if len(known) < len(seconds) or known != sorted(known, reverse=True):
        return None
    # A whole page of one second is followed by the next page.
    return None if known[-1] == until else known[-1]


def _count(page: OrderPage) -> int:
    """
    How many different orders a page holds: Temu's total counts each once.
    """
    numbers = [number_of(row) for row in page.rows]
    return len({number for number in numbers if number is not None}) + numbers.count(None)


def _digest(page: OrderPage) -> str:
    numbers = "\n".join(number_of(row) or "?" for row in page.rows)
    return hashlib.sha256(numbers.encode()).hexdigest()
