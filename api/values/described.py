"""Types of the schema, described there by their docstrings."""

import inspect
from typing import Any, TypeVar, dataclass_transform

import strawberry
from strawberry.types.field import StrawberryField, field

KindT = TypeVar("KindT", bound=type[Any])


@dataclass_transform(order_default=True, kw_only_default=True, field_specifiers=(field, StrawberryField))
def described_type(kind: KindT) -> KindT:
    """An object type."""
    return strawberry.type(kind, description=_description(kind))


@dataclass_transform(order_default=True, kw_only_default=True, field_specifiers=(field, StrawberryField))
def described_input(kind: KindT) -> KindT:
    """An input."""
    return strawberry.input(kind, description=_description(kind))


def _description(kind: type[Any]) -> str:
    return " ".join(inspect.cleandoc(kind.__doc__ or "").split())
