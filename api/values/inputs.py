"""How the fields of inputs are declared."""

from typing import Any

import strawberry


def required(description: str) -> Any:
    """A field that must be given."""
    return strawberry.field(description=description)


def optional(description: str, default: Any = strawberry.UNSET) -> Any:
    """A field that may be left out."""
    return strawberry.field(default=default, description=description)
