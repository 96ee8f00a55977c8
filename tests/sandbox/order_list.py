"""The list of orders: its filters, its pages, and the faults that a page can have."""

from collections.abc import Callable
from typing import Any, Final

from tests.sandbox.asked import Asked, Json
from tests.sandbox.faults import Fault
from tests.sandbox.model import ParentOrder, Status
from tests.sandbox.order_rows import expect_ship_latest, row
from tests.sandbox.parameters import Parameters
from tests.sandbox.refusals import BAD_PARAMETERS, CONFIRM_TIMES_SWAPPED, PARAMETER_MISSING, RefusedError

Test = Callable[[ParentOrder], bool]

# From and to, both inclusive.
TIMES: Final[dict[tuple[str, str], Callable[[ParentOrder], int | None]]] = {
    ("createAfter", "createBefore"): lambda order: order.ordered_at,
    ("updateAtStart", "updateAtEnd"): lambda order: order.updated_at,
    ("expectShipLatestTimeStart", "expectShipLatestTimeEnd"): expect_ship_latest,
    ("parentConfirmTimeStart", "parentConfirmTimeEnd"): lambda order: order.confirmed_at,
}


def order_list(asked: Asked) -> Json:
    mall, parameters = asked.mall, asked.parameters
    page = parameters.whole("pageNumber", within=range(1, 2**31)) or 1
    size = parameters.whole("pageSize", within=range(1, 101)) or 10
    tests = _tests(parameters)
    if mall.listing_delay:
        listed_until = mall.now() - mall.listing_delay
        tests.append(lambda order: order.ordered_at <= listed_until)
    found = [order for order in mall.newest_first() if all(test(order) for test in tests)]
    chosen = found[(page - 1) * size : page * size]
    faults = mall.sandbox.faults.for_page(mall.mall_id, page=page, numbers=[order.number for order in chosen])
    if any(fault.kind == "repeat_page" for fault in faults):
        chosen = found[(page - 2) * size : (page - 1) * size]
    result = {"totalItemNum": len(found), "pageItems": [row(order) for order in chosen]}
    for fault in faults:
        _spoil(result, fault)
    asked.page_faults.extend(fault.kind for fault in faults)
    return result


def _tests(parameters: Parameters) -> list[Test]:
    tests = [*_time_tests(parameters), *_list_tests(parameters)]
    status = parameters.whole("parentOrderStatus")
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
    # These are only looked at: nothing in the sandbox is pre-sale, and how they sort isn't known.
    parameters.text("sortby")
    parameters.flag("hasPreSaleOrder")
    parameters.flag("hasQualificationRequiredOrder")
    parameters.texts("packageAbnormalTypeList")
    return tests


def _list_tests(parameters: Parameters) -> list[Test]:
    tests: list[Test] = []
    numbers = parameters.texts("parentOrderSnList", at_most=20)
    if numbers:
        wanted = frozenset(numbers)
        tests.append(lambda order: order.number in wanted)
    fulfillments = parameters.texts("fulfillmentTypeList")
    if fulfillments:
        tests.append(lambda order: order.fulfillment in fulfillments)
    labels = parameters.texts("parentOrderLabel")
    if labels:
        tests.append(lambda order: any(order.labels.get(label) for label in labels))
    return tests


def _time_tests(parameters: Parameters) -> list[Test]:
    tests: list[Test] = []
    for (start_name, end_name), time_of in TIMES.items():
        start, end = parameters.seconds(start_name), parameters.seconds(end_name)
        if start_name == "parentConfirmTimeStart":
            _check_confirm_times(start, end)
        if start is not None or end is not None:
            tests.append(_between(time_of, start or 0, 2**63 if end is None else end))
    return tests


def _between(time_of: Callable[[ParentOrder], int | None], start: int, end: int) -> Test:
    def test(order: ParentOrder) -> bool:
        at = time_of(order)
        return at is not None and start <= at <= end

    return test


def _check_confirm_times(start: int | None, end: int | None) -> None:
    """Of the pairs, Temu describes only this one as checked."""
    if (start is None) != (end is None):
        raise RefusedError(PARAMETER_MISSING, "parentConfirmTimeStart and parentConfirmTimeEnd go together")
    if start is not None and end is not None and end <= start:
        raise RefusedError(CONFIRM_TIMES_SWAPPED)


def _spoil(result: Json, fault: Fault) -> None:
    rows: list[Json] = result["pageItems"]
    if fault.kind == "short_total":
        result["totalItemNum"] += 5
    elif fault.kind == "duplicate_rows":
        result["pageItems"] = [one for one in rows for _ in range(2)]
    elif fault.kind != "repeat_page":
        number = fault.options.get("order")
        for one in rows:
            if number in {None, one["parentOrderMap"]["parentOrderSn"]}:
                _spoil_row(one, fault)
                return


def _spoil_row(one: Json, fault: Fault) -> None:
    if fault.kind == "unknown_status":
        one["parentOrderMap"]["parentOrderStatus"] = 99
        return
    *path, name = fault.options.get("field", "parentOrderStatus").split(".")
    holder: Any = one if path or name == "orderList" else one["parentOrderMap"]
    for step in path:
        holder = holder[int(step)] if isinstance(holder, list) else holder[step]
    if fault.kind == "missing_field":
        del holder[name]
    else:
        # A list stands where nothing expects one.
        holder[name] = ["wrong", {"type": True}]
