"""Answers that are spoilt on request: what a fault of a page, or of a field, does to what was to be sent."""

from typing import Any

from tests.sandbox.asked import Json
from tests.sandbox.faults import Fault

UNKNOWN_STATUS = 99


def spoil_page(result: Json, fault: Fault) -> None:
    rows: list[Json] = result["pageItems"]
    if fault.kind == "short_total":
        result["totalItemNum"] += 5
    elif fault.kind == "duplicate_rows":
        result["pageItems"] = [one for one in rows for _ in range(2)]
    elif fault.kind != "repeat_page":
        number = fault.options.get("order")
        for one in rows:
            if number in {None, one["parentOrderMap"]["parentOrderSn"]}:
                spoil_order(one, fault)
                return


def spoil_order(answer: Json, fault: Fault) -> None:
    """A row of the list, or the whole answer of an interface that tells of one order."""
    if fault.kind == "unknown_status":
        answer["parentOrderMap"]["parentOrderStatus"] = UNKNOWN_STATUS
        return
    *path, name = fault.options.get("field", "parentOrderStatus").split(".")
    # A name without a path is the parent order's, where the answer holds one.
    holder: Any = answer if path or name in answer else answer["parentOrderMap"]
    for step in path:
        holder = holder[int(step)] if isinstance(holder, list) else holder[step]
    if fault.kind == "missing_field":
        del holder[name]
    else:
        # A list stands where nothing expects one.
        holder[name] = ["wrong", {"type": True}]


def spoil_stock_edit(answer: Json, fault: Fault) -> None:
    """The flags of an edit of stock, whatever has become of the stock."""
    rows: list[Json] = answer["skuStockEditStatusInfoList"]
    sku, status = fault.options.get("sku"), fault.options.get("row")
    if status is not None:
        meant = [row for row in rows if sku in {None, row["skuId"]}]
        if status == "absent":
            answer["skuStockEditStatusInfoList"] = [row for row in rows if row not in meant]
        for row in meant:
            _set_flag(row, "stockEditStatus", status)
    if "operate" in fault.options:
        _set_flag(answer, "operateResult", fault.options["operate"])


def _set_flag(holder: Json, name: str, flag: str) -> None:
    if flag == "absent":
        del holder[name]
    else:
        holder[name] = {"true": True, "false": False, "null": None}[flag]
