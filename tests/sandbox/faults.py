"""What can be made to go wrong: planned by a test, and met by the calls that follow."""

import threading
from dataclasses import dataclass, field
from typing import Any, Final

ORDER_LIST: Final = "bg.order.list.v2.get"
STOCK_EDIT: Final = "bg.local.goods.stock.edit"
# What a flag of an answer can be made: "absent" is left out, and of a row, the whole row.
FLAGS: Final = frozenset({"true", "false", "null", "absent"})

# Answered before the call is looked at, as something in front of Temu would.
INSTEAD: Final = frozenset({"http_status", "html", "empty", "not_an_object", "error", "drop"})
# The call is processed, and then something goes wrong with the answer.
AFTERWARDS: Final = frozenset({"truncated", "drop_after", "inner_failure", "null_result", "stock_flags"})
FIRST: Final = frozenset({"slow"})
# A field of one order: of its row in the list, or of what an interface tells of it.
FIELDS: Final = frozenset({"missing_field", "wrong_type"})
PAGES: Final = FIELDS | {"repeat_page", "short_total", "duplicate_rows", "unknown_status"}
ONE_ORDER: Final = frozenset(
    {"bg.order.detail.v2.get", "bg.order.shippinginfo.v2.get", "bg.order.amount.query"}
)

OPTIONS: Final = {
    "http_status": {"status", "body", "headers"},
    "error": {"code", "message"},
    "slow": {"seconds"},
    "inner_failure": {"code", "message"},
    "repeat_page": {"page"},
    "missing_field": {"order", "field"},
    "unknown_status": {"order"},
    # Of an edit of stock: operateResult, and stockEditStatus of all rows or of one SKU's.
    "stock_flags": {"operate", "row", "sku"},
    "wrong_type": {"order", "field"},
}
TYPES: Final[dict[str, type | tuple[type, ...]]] = {
    "status": int,
    "body": str,
    "headers": dict,
    "code": int,
    "message": str,
    "seconds": (int, float),
    "page": int,
    "order": str,
    "field": str,
    "operate": str,
    "row": str,
    "sku": int,
}


@dataclass(slots=True)
class Fault:
    kind: str
    interface: str | None
    left: int | None
    """How many calls it still meets; None is for ever."""
    skip: int
    mall_id: int | None
    options: dict[str, Any] = field(default_factory=dict)

    def is_for(self, interface: str, mall_id: int | None) -> bool:
        return self.left != 0 and self.interface in {None, interface} and self.mall_id in {None, mall_id}

    def meets(self) -> bool:
        """One more call that it could meet; false for those that it lets by first."""
        if self.skip:
            self.skip -= 1
            return False
        if self.left is not None:
            self.left -= 1
        return True


class Faults:
    def __init__(self) -> None:
        self.planned: list[Fault] = []
        self._lock = threading.Lock()

    def add(
        self,
        kind: str,
        *,
        interface: str | None = None,
        times: int | None = 1,
        skip: int = 0,
        mall_id: int | None = None,
        **options: Any,
    ) -> Fault:
        """Let `skip` calls by, then meet `times` (None is for ever).

        A fault of a page counts only the calls that it can change: pages after the first for "repeat_page", or all
        but the named one, which is then answered again; pages that hold the order where one is named. A fault of a
        field is one of a page unless an interface that tells of one order is given.
        """
        _check_kind(kind, interface, options)
        _check_types(options, times=times, skip=skip)
        where = ORDER_LIST if kind in PAGES and interface is None else interface
        where = STOCK_EDIT if kind == "stock_flags" else where
        fault = Fault(kind, where, times, skip, mall_id, options)
        with self._lock:
            self.planned.append(fault)
        return fault

    def clear(self) -> None:
        with self._lock:
            self.planned.clear()

    def for_call(self, interface: str, mall_id: int | None) -> Fault | None:
        """The one fault of the whole call: the first that was planned and meets it."""
        with self._lock:
            for fault in self.planned:
                if fault.kind not in PAGES and fault.is_for(interface, mall_id) and fault.meets():
                    return fault
        return None

    def for_page(self, mall_id: int, *, page: int, numbers: list[str]) -> list[Fault]:
        """Every fault that changes this page of the order list."""
        with self._lock:
            return [
                fault
                for fault in self.planned
                if fault.kind in PAGES
                and fault.is_for(ORDER_LIST, mall_id)
                and _can_change(fault, page=page, numbers=numbers)
                and fault.meets()
            ]

    def for_answer(self, interface: str, mall_id: int, *, order: object) -> list[Fault]:
        """Every fault that changes what this interface tells of this order."""
        with self._lock:
            return [
                fault
                for fault in self.planned
                if fault.kind in FIELDS
                and interface in ONE_ORDER
                and fault.is_for(interface, mall_id)
                and fault.options.get("order") in {None, order}
                and fault.meets()
            ]


def _check_kind(kind: str, interface: str | None, options: dict[str, Any]) -> None:
    if kind not in INSTEAD | AFTERWARDS | FIRST | PAGES:
        raise ValueError(f"no fault is called {kind!r}")
    unknown = set(options) - OPTIONS.get(kind, set())
    if unknown:
        raise ValueError(f"{kind} takes no {', '.join(sorted(unknown))}")
    if kind == "stock_flags" and interface not in {None, STOCK_EDIT}:
        raise ValueError(f"{kind} is a fault of {STOCK_EDIT} only")
    if {options.get(name, "true") for name in ("operate", "row")} - FLAGS:
        raise ValueError(f"a flag can be made {', '.join(sorted(FLAGS))}")
    if kind in PAGES and interface not in {None, ORDER_LIST, *(ONE_ORDER if kind in FIELDS else ())}:
        raise ValueError(f"{kind} is a fault of {ORDER_LIST} only")
    if interface in ONE_ORDER and kind in FIELDS and "field" not in options:
        raise ValueError(f"{kind} of {interface} takes a field")


def _check_types(options: dict[str, Any], *, times: object, skip: object) -> None:
    """Faults come from outside as well, as JSON; a wrong one is refused at once, and not at the call that it meets."""
    wrong = [f"{name} can't be {value!r}" for name, value in options.items() if not _is_of(name, value)]
    if wrong:
        raise ValueError("; ".join(wrong))
    if not (_is_count(times) or times is None):
        raise ValueError(f"times can't be {times!r}")
    if not _is_count(skip):
        raise ValueError(f"skip can't be {skip!r}")


def _is_of(name: str, value: object) -> bool:
    return isinstance(value, TYPES[name]) and not isinstance(value, bool)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _can_change(fault: Fault, *, page: int, numbers: list[str]) -> bool:
    if fault.kind == "repeat_page":
        again: int | None = fault.options.get("page")
        return page > 1 if again is None else page != again
    if fault.kind == "short_total":
        return True
    number = fault.options.get("order")
    return bool(numbers) if number is None else number in numbers
