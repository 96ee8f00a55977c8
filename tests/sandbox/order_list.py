"""The list of orders: the ones that were asked for, a page of them, and the faults that a page can have."""

from itertools import islice

from tests.sandbox.asked import Asked, Json
from tests.sandbox.listing import KEY_OF, TIME_OF
from tests.sandbox.mall import Mall
from tests.sandbox.model import ParentOrder
from tests.sandbox.order_filters import Filters, Test, read_filters, within
from tests.sandbox.order_rows import row
from tests.sandbox.refusals import BAD_PARAMETERS, RefusedError
from tests.sandbox.spoiling import spoil_page


def order_list(asked: Asked) -> Json:
    mall, parameters = asked.mall, asked.parameters
    page = parameters.whole("pageNumber", within=range(1, 2**31)) or 1
    size = parameters.whole("pageSize", within=range(1, 101)) or 10
    deepest = mall.sandbox.deepest_row
    if deepest is not None and page * size > deepest:
        raise RefusedError(BAD_PARAMETERS, "the page lies too deep")
    found = _Found(mall, read_filters(parameters, mall))
    chosen = found.page(page, size)
    faults = mall.sandbox.faults.for_page(mall.mall_id, page=page, numbers=[order.number for order in chosen])
    for fault in faults:
        if fault.kind == "repeat_page":
            chosen = found.page(fault.options.get("page", page - 1), size)
    result = {"totalItemNum": found.total, "pageItems": [row(order) for order in chosen]}
    for fault in faults:
        spoil_page(result, fault)
    asked.page_faults.extend(fault.kind for fault in faults)
    return result


class _Found:
    """The orders that pass, as positions in a list that the mall keeps sorted, or as a list of their own."""

    def __init__(self, mall: Mall, filters: Filters) -> None:
        tests, listed = _tests(filters), mall.newest_first(filters.sort)
        first, end = 0, len(listed)
        if filters.numbers is not None:
            named = (mall.orders.get(number) for number in dict.fromkeys(filters.numbers))
            listed = sorted((order for order in named if order is not None), key=KEY_OF[filters.sort])
            first, end = 0, len(listed)
        elif filters.sort in filters.windows:
            first, end = mall.listing.between(filters.sort, *filters.windows[filters.sort])
        if tests:
            listed = [order for order in islice(listed, first, end) if all(test(order) for test in tests)]
            first, end = 0, len(listed)
        self._listed, self._first, self._end = listed, first, end

    @property
    def total(self) -> int:
        return self._end - self._first

    def page(self, number: int, size: int) -> list[ParentOrder]:
        start = self._first + (number - 1) * size
        return self._listed[start : min(start + size, self._end)] if start < self._end else []


def _tests(filters: Filters) -> list[Test]:
    """A window of the time that the list is sorted by has been found already, unless numbers were asked for."""
    return [
        *(
            within(TIME_OF[sort], window)
            for sort, window in filters.windows.items()
            if sort != filters.sort or filters.numbers is not None
        ),
        *filters.tests,
    ]
