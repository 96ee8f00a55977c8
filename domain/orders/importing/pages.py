"""Where an import is in Temu's list of changed orders, and where it goes on behind a page. Pure.

The list comes newest change first. It is read page after page up to a depth at which Temu is sure to follow; what lies
deeper is read by first pages alone, each of what changed until the oldest change that was met. What changes meanwhile then
leaves the span that is being read and shifts no page of it; a closing pass meets it. Only of changes of one second that no
page can hold are there further pages, which begin anew when the span has become smaller between two of them.
"""

import hashlib
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from domain.orders.importing.checkpoint import AnyListing, ClosingStage, PageStage, UnreadableStage
from domain.orders.importing.parse import changed_at, number_of
from domain.temu.paging import ListIncomplete, ListPage

# No limit is documented; one weak source names a hundred pages [C]. So a span with more than 5,000 changes is split.
DEEPEST_PAGE = 50
# How far Temu's clock and ours may differ without an order slipping between two runs.
_CLOCKS_DIFFER = timedelta(minutes=5)


def since_of(at: AnyListing) -> datetime:
    """The beginning of the span that is being read."""
    return at.since if isinstance(at, PageStage) else at.began - _CLOCKS_DIFFER


def until_of(at: AnyListing) -> datetime | None:
    """The end of the span that is being read; None where it has none."""
    return None if at.until is None else datetime.fromtimestamp(at.until, UTC)


def advance(at: AnyListing, page: ListPage) -> AnyListing | UnreadableStage:
    """The checkpoint behind *page*, which was read at *at*: the next page, or the next stage. Raises ListIncomplete
    where the page repeats the one before, lies outside of the span that was asked for, or is empty too early (O17).
    """
    digest = _digest(page)
    rows = at.rows + _count(page)
    total = max(page.total or 0, at.total) if isinstance(at, PageStage) else at.total
    if page.rows and digest == at.digest:
        raise ListIncomplete("Temu sent the same page of orders twice. Import again; nothing was lost.")
    if not page.rows and page.total is not None and rows < page.total:
        message = f"Temu named {page.total} orders but listed only {rows}. Import again; nothing was lost."
        raise ListIncomplete(message)
    if _has_shrunk(at, page):
        return replace(at, page=1, rows=0, digest=None, total=total)
    # Where Temu tells no total, the list ends with an empty page: one that is not full may be capped.
    is_last = not page.rows if page.total is None else rows >= page.total
    if is_last:
        if isinstance(at, PageStage):
            return at.to(ClosingStage, total=total)
        return at.to(UnreadableStage, total=total)
    until = _narrowed(at, page)
    if until is not None:
        return replace(at, page=1, rows=0, digest=None, until=until, total=total)
    return replace(at, page=at.page + 1, rows=rows, digest=digest, total=total, named=page.total)


def _has_shrunk(at: AnyListing, page: ListPage) -> bool:
    """Whether an order has left the span between two pages of it, which pulls others to pages read already: then it is
    read from its first page again. That comes to an end, as nothing comes into a span that lies in the past.
    """
    is_further = at.until is not None and at.page > 1
    return is_further and at.named is not None and page.total is not None and page.total < at.named


def _narrowed(at: AnyListing, page: ListPage) -> int | None:
    """The end of the span with which to go on instead of a deeper page; None to go on to the next page."""
    until = at.until
    if until is None and at.page < DEEPEST_PAGE:
        return None
    seconds = [changed_at(row) for row in page.rows]
    known = [second for second in seconds if second is not None]
    if until is not None and any(second > until for second in known):
        raise ListIncomplete("Temu listed orders that changed later than was asked for. Import again.")
    # Only the oldest change of a sorted page says that all that is newer has been met.
    if len(known) < len(seconds) or known != sorted(known, reverse=True):
        return None
    # A whole page of one second is followed by the next page.
    return None if known[-1] == until else known[-1]


def _count(page: ListPage) -> int:
    """How many different orders a page holds: Temu's total counts each once."""
    numbers = [number_of(row) for row in page.rows]
    return len({number for number in numbers if number is not None}) + numbers.count(None)


def _digest(page: ListPage) -> str:
    numbers = "\n".join(number_of(row) or "?" for row in page.rows)
    return hashlib.sha256(numbers.encode()).hexdigest()
