"""Lists of Temu's, read page by page to their end; one with a gap is refused, as nobody could say what is missing (O17)."""

import itertools
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from domain.errors import Refused


@dataclass(frozen=True)
class ListPage:
    """One page of a list of Temu's: rows as they came, and how many the whole list has, where Temu tells it."""

    rows: Sequence[Any]
    total: int | None


class ListIncomplete(Refused):
    """Temu's list has a gap or repeats itself, so nobody can say that everything in it was seen (O17)."""

    may_pass = True


async def read_rows(
    fetch: Callable[[int], Awaitable[ListPage]],
    *,
    what: str,
    check: Callable[[], Awaitable[None]],
    seen: Callable[[], int] | None = None,
) -> AsyncGenerator[tuple[str, Any]]:
    """Each row of a list of *what*, behind its place; pages are counted from 1, and *check* may raise to stop before
    one. *seen*: how many different rows were met, where one may come twice. Raises ListIncomplete, also where rows left
    the list meanwhile and pulled others to pages read already.
    """
    before: Sequence[Any] = []
    rows, total = 0, 0
    for number in itertools.count(1):
        await check()
        page = await fetch(number)
        if page.rows and page.rows == before:
            raise ListIncomplete(f"Temu sent the same page of {what} twice. Run it again later.")
        for i, row in enumerate(page.rows, start=1):
            yield f"page {number}, row {i}", row
        before, rows, total = page.rows, rows + len(page.rows), max(total, page.total or 0)
        if not page.rows or (page.total is not None and rows >= page.total):
            break
    met = rows if seen is None else seen()
    if met < total:
        raise ListIncomplete(f"Temu named {total} {what} but listed only {met}. Run it again later.")
