"""Lists of Temu's, read page by page to their end; one with a gap is refused, as nobody could say what is missing (O17)."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from domain.errors import Refused


@dataclass(frozen=True)
class ListPage:
    """One page of a list of Temu's: rows as they came, and how many the whole list has, where Temu tells it."""

    rows: Sequence[Any]
    total: int | None


class ListPlace(msgspec.Struct, frozen=True):
    """How far a list was read: the last page, how many rows came so far, and the most that Temu said it has."""

    page: int = 0
    rows: int = 0
    total: int = 0


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
    """Each row of a list of *what*, behind its place: see read_pages()."""

    async def met() -> int:
        return 0 if seen is None else seen()

    async for place, rows in read_pages(fetch, what=what, check=check, seen=None if seen is None else met):
        for i, row in enumerate(rows, start=1):
            yield f"page {place.page}, row {i}", row


async def read_pages(
    fetch: Callable[[int], Awaitable[ListPage]],
    *,
    what: str,
    check: Callable[[], Awaitable[None]] | None = None,
    behind: ListPlace | None = None,
    seen: Callable[[], Awaitable[int]] | None = None,
) -> AsyncGenerator[tuple[ListPlace, Sequence[Any]]]:
    """Each page of a list of *what* *behind* a place; pages are counted from 1, and *check* may raise to stop before
    one. *seen*: how many different rows were met, where one may come twice. Raises ListIncomplete, also where rows left
    the list meanwhile and pulled others to pages read already.
    """
    before: Sequence[Any] = []
    place = behind or ListPlace()
    while True:
        if check is not None:
            await check()
        page = await fetch(place.page + 1)
        if page.rows and page.rows == before:
            raise ListIncomplete(f"Temu sent the same page of {what} twice. Run it again later.")
        before = page.rows
        place = ListPlace(place.page + 1, place.rows + len(before), max(place.total, page.total or 0))
        yield place, before
        if not before or (page.total is not None and place.rows >= page.total):
            break
    met = place.rows if seen is None else await seen()
    if met < place.total:
        raise ListIncomplete(f"Temu named {place.total} {what} but listed only {met}. Run it again later.")
