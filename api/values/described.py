"""Types and inputs of the schema with their fields: all of them described."""

import inspect
from typing import Any, TypeVar, dataclass_transform

import strawberry
from strawberry.types.field import StrawberryField, field

KindT = TypeVar("KindT", bound=type[Any])


@dataclass_transform(order_default=True, kw_only_default=True, field_specifiers=(field, StrawberryField))
def described_type(kind: KindT) -> KindT:
    """An object type."""
    return strawberry.type(kind, description=description_of(kind))


@dataclass_transform(order_default=True, kw_only_default=True, field_specifiers=(field, StrawberryField))
def described_input(kind: KindT) -> KindT:
    """An input."""
    return strawberry.input(kind, description=description_of(kind))


def description_of(described: object) -> str:
    """A docstring as one line."""
    return " ".join(inspect.cleandoc(described.__doc__ or "").split())


def required(description: str) -> Any:
    """A field that must be given."""
    return strawberry.field(description=description)


def optional(description: str, default: Any = strawberry.UNSET) -> Any:
    """A field that may be left out."""
    return strawberry.field(default=default, description=description)


def renamed(name: str, description: str) -> Any:
    """The same, under a name that Python keeps for itself."""
    return strawberry.field(name=name, default=strawberry.UNSET, description=description)


def idempotency_key() -> Any:
    """What marks the repetition of a request as one."""
    return optional("Given twice with the same input within 24 hours, the first answer is given again.")
