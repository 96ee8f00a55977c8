"""What a call of the order list asks for: which orders, and in which order.

What the parameters mean is [B]: the reference page in the partner documentation names and types them only, and four
published clients and notes carry its descriptions.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tests.sandbox.listing import Sort
from tests.sandbox.mall import Mall
from tests.sandbox.model import BY_OTHER_WAREHOUSE, BY_SELLER, ParentOrder, Status
from tests.sandbox.order_rows import expect_ship_latest, label_rows
from tests.sandbox.parameters import Parameters
from tests.sandbox.refusals import BAD_PARAMETERS, CONFIRM_TIMES_SWAPPED, PARAMETER_MISSING, RefusedError

Test = Callable[[ParentOrder], bool]
Window = tuple[int, int]

EVER: Final = 2**63
NUMBERS_AT_MOST: Final = 20
# From and to, both included.
LISTED_BY: Final[dict[Sort, tuple[str, str]]] = {
    "createTime": ("createAfter", "createBefore"),
    "updateTime": ("updateAtStart", "updateAtEnd"),
}
OTHER_TIMES: Final[dict[tuple[str, str], Callable[[ParentOrder], int | None]]] = {
    ("expectShipLatestTimeStart", "expectShipLatestTimeEnd"): expect_ship_latest,
    ("parentConfirmTimeStart", "parentConfirmTimeEnd"): lambda order: order.confirmed_at,
}
# "Must be used together with" is said of these, and not of the latest time to ship. That a lone one is refused, and not
# ignored, is [C]: 140020013 is the only code that the page has for it.
TOGETHER: Final = frozenset({"createAfter", "updateAtStart", "parentConfirmTimeStart"})


@dataclass(frozen=True, slots=True)
class Filters:
    sort: Sort
    windows: dict[Sort, Window]
    """Times by which the mall's own lists are sorted, so that a window of them needs no search."""
    numbers: list[str] | None
    tests: list[Test]
    """Everything else that an order has to pass."""


def read_filters(parameters: Parameters, mall: Mall) -> Filters:
    windows: dict[Sort, Window] = {}
    for sort, names in LISTED_BY.items():
        window = _window(parameters, *names)
        if window is not None:
            windows[sort] = window
    return Filters(
        sort=_sort(parameters, mall),
        windows=windows,
        numbers=parameters.texts("parentOrderSnList", at_most=NUMBERS_AT_MOST) or None,
        tests=[*_time_tests(parameters), *_value_tests(parameters), *_list_tests(parameters, mall)],
    )


def _sort(parameters: Parameters, mall: Mall) -> Sort:
    """Newest first, whichever it is. What Temu does with another word isn't known: here it is ignored."""
    match parameters.text("sortby"):
        case "updateTime":
            return "updateTime"
        case "createTime":
            return "createTime"
        case _:
            return mall.sandbox.default_sort


def _window(parameters: Parameters, start_name: str, end_name: str) -> Window | None:
    start, end = parameters.seconds(start_name), parameters.seconds(end_name)
    if start is None and end is None:
        return None
    if start_name in TOGETHER and (start is None or end is None):
        raise RefusedError(PARAMETER_MISSING, f"{start_name} and {end_name} go together")
    return start or 0, EVER if end is None else end


def _time_tests(parameters: Parameters) -> list[Test]:
    tests: list[Test] = []
    for names, time_of in OTHER_TIMES.items():
        window = _window(parameters, *names)
        if window is None:
            continue
        # Of the pairs, the page tells of only this one that its order is checked.
        if names[0] == "parentConfirmTimeStart" and window[1] <= window[0]:
            raise RefusedError(CONFIRM_TIMES_SWAPPED)
        tests.append(within(time_of, window))
    return tests


def within(time_of: Callable[[ParentOrder], int | None], window: Window) -> Test:
    start, end = window

    def test(order: ParentOrder) -> bool:
        at = time_of(order)
        return at is not None and start <= at <= end

    return test


def _value_tests(parameters: Parameters) -> list[Test]:
    tests: list[Test] = []
    status = parameters.whole("parentOrderStatus")
    # 0 asks for all.
    if status:
        if status not in set(Status):
            raise RefusedError(BAD_PARAMETERS, f"no status is {status}")
        tests.append(lambda order: order.status == status)
    region_id = parameters.whole("regionId")
    if region_id is not None:
        tests.append(lambda order: order.region_id == region_id)
    sku_id = parameters.whole("skuId")
    if sku_id is not None:
        tests.append(lambda order: any(line.goods.sku_id == sku_id for line in order.items))
    # These are only looked at: nothing in the sandbox is pre-sale or needs papers.
    parameters.flag("hasPreSaleOrder")
    parameters.flag("hasQualificationRequiredOrder")
    return tests


def _list_tests(parameters: Parameters, mall: Mall) -> list[Test]:
    tests: list[Test] = []
    fulfillments = parameters.texts("fulfillmentTypeList") or mall.sandbox.unasked_fulfillments
    # All that there are narrow nothing, and a large mall is not to be searched for that.
    if fulfillments and not {BY_SELLER, BY_OTHER_WAREHOUSE} <= set(fulfillments):
        tests.append(lambda order: order.fulfillment in fulfillments)
    labels = parameters.texts("parentOrderLabel")
    if labels:
        tests.append(lambda order: any(row["value"] for row in label_rows(order) if row["name"] in labels))
    # Only looked at: no package of the sandbox goes astray.
    parameters.texts("packageAbnormalTypeList")
    if mall.listing_delay:
        listed_until = mall.now() - mall.listing_delay
        tests.append(lambda order: order.ordered_at <= listed_until)
    return tests
