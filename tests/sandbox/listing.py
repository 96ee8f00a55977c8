"""A mall's orders in the two orders in which Temu lists them, kept sorted while orders come and change."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Mapping
from typing import Final, Literal

from tests.sandbox.model import ParentOrder

Sort = Literal["updateTime", "createTime"]

TIME_OF: Final[dict[Sort, Callable[[ParentOrder], int]]] = {
    "updateTime": lambda order: order.updated_at,
    "createTime": lambda order: order.ordered_at,
}
KEY_OF: Final[dict[Sort, Callable[[ParentOrder], tuple[int, str]]]] = {
    "updateTime": lambda order: (-order.updated_at, order.number),
    "createTime": lambda order: (-order.ordered_at, order.number),
}


class Listing:
    """Each list is sorted when it is first asked for; after that an order that comes or changes is moved alone."""

    def __init__(self, orders: Mapping[str, ParentOrder]) -> None:
        self._orders = orders
        self._sorted: dict[Sort, list[ParentOrder]] = {}

    def newest_first(self, sort: Sort) -> list[ParentOrder]:
        """The list itself, not a copy: a page must be quick in a mall of a hundred thousand orders."""
        if sort not in self._sorted:
            self._sorted[sort] = sorted(self._orders.values(), key=KEY_OF[sort])
        return self._sorted[sort]

    def between(self, sort: Sort, start: int, end: int) -> tuple[int, int]:
        """From which position to which the orders stand whose time is from `start` to `end`, both included."""
        listed, time_of = self.newest_first(sort), TIME_OF[sort]
        first = bisect_left(listed, -end, key=lambda order: -time_of(order))
        return first, max(first, bisect_right(listed, -start, key=lambda order: -time_of(order)))

    def put_in(self, order: ParentOrder) -> None:
        for sort, listed in self._sorted.items():
            insort(listed, order, key=KEY_OF[sort])

    def take_out(self, order: ParentOrder) -> None:
        """To be called while the order still has the times that it was put in with."""
        for sort, listed in list(self._sorted.items()):
            position = bisect_left(listed, KEY_OF[sort](order), key=KEY_OF[sort])
            if position < len(listed) and listed[position] is order:
                del listed[position]
            else:
                # Somebody changed a time by hand; the list is made anew when it is next asked for.
                del self._sorted[sort]
