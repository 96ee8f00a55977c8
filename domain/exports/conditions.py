"""The filter of an export: sealed while it waits, as what is looked for may be a buyer's name, and what it means for rows."""

import importlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any, cast

from sqlalchemy import ColumnElement, literal

from domain.filtering import Filter, form_of

Given = Mapping[str, Any]
_OWN = "domain."


def dumped(given: Given) -> str:
    """A filter as text, equal for equal ones."""
    return json.dumps(given, default=_tagged, sort_keys=True)


def loaded(stored: str) -> dict[str, Any]:
    """A filter from its text."""
    return cast("dict[str, Any]", json.loads(stored, object_hook=_untagged))


def where(known: Filter, given: Given) -> Sequence[ColumnElement[bool]]:
    """What must hold of a row of the table that the filter is of."""
    parameters = (
        literal(condition.prepare(value), condition.type) for condition, value in known.compared(given)
    )
    return known.holds(form_of(given), parameters)


def _tagged(value: object) -> dict[str, Any]:
    match value:
        case Enum():
            return {"$enum": f"{type(value).__module__}:{type(value).__qualname__}", "value": value.value}
        case datetime():
            return {"$moment": value.isoformat()}
        case Decimal():
            return {"$decimal": str(value)}
        case _:
            raise TypeError(f"a filter has no {type(value).__name__}")


def _untagged(stored: dict[str, Any]) -> Any:
    match stored:
        case {"$enum": str(name), "value": value} if name.startswith(_OWN):
            module, _, kind = name.partition(":")
            return getattr(importlib.import_module(module), kind)(value)
        case {"$moment": str(moment)}:
            return datetime.fromisoformat(moment)
        case {"$decimal": str(number)}:
            return Decimal(number)
        case _:
            return stored
