"""A filter as a client wrote it becomes what the domain's queries take."""

from collections.abc import Mapping
from typing import Any, cast

from strawberry.utils.str_converters import to_snake_case

from api.values import ids
from domain.errors import Invalid

_IDS = {
    "company_id": "Company",
    "api_key_id": "ApiKey",
    "product_ids": "Product",
    "warehouse_ids": "Warehouse",
    "webhook_id": "Webhook",
}
# As long as a product's name may be; what SQLite compares with has a limit too.
_LONGEST_SEARCH = 500
# Filters in filters, and conditions in all: each is a part of the statement.
_DEEPEST, _MOST = 4, 50
# Names of the schema that Python keeps for itself.
_PYTHON_NAMES = {"from": "from_", "and": "and_", "or": "or_", "not": "not_"}


def read(values: Mapping[str, Any] | None, *, depth: int = 0) -> dict[str, Any]:
    """The conditions of a filter as graphql-core gives it, by the names of the domain's; null and left out alike are no
    condition. Raises Invalid.
    """
    if depth > _DEEPEST:
        raise Invalid(f"A filter may lie in {_DEEPEST} others at the most.", field=("filter",))
    found: dict[str, Any] = {}
    for name, value in (values or {}).items():
        if value is not None:
            found |= _condition(_PYTHON_NAMES.get(name) or to_snake_case(name), value, depth)
    if not depth and _count(found) > _MOST:
        raise Invalid(f"A filter may have {_MOST} conditions at the most.", field=("filter",))
    return found


def _condition(name: str, value: Any, depth: int) -> dict[str, Any]:
    match value:
        case Mapping():
            return {name: read(cast("Mapping[str, Any]", value), depth=depth + 1)}
        case [Mapping(), *_]:
            return {name: [read(each, depth=depth + 1) for each in value]}
        case _:
            pass
    if name == "search" and len(value) > _LONGEST_SEARCH:
        raise Invalid(f"search must have at most {_LONGEST_SEARCH} characters.", field=("search",))
    if name == "subject_id":
        kind, number = ids.split(value) or ("", 0)
        return {"subject_type": kind, "subject_id": number}
    if name in _IDS:
        numbers = ids.find_all(value if isinstance(value, list) else [value], _IDS[name])
        value = numbers if isinstance(value, list) else numbers[0]
    return {name: value}


def _count(value: Any) -> int:
    """How many conditions there are, the filters that hold others counted too."""
    match value:
        case Mapping():
            return sum(1 + _count(each) for each in value.values())
        case [Mapping(), *_]:
            return sum(1 + _count(each) for each in value)
        case _:
            return 0
