"""A call that has passed the gateway, as its interface gets it."""

from dataclasses import dataclass
from typing import Any

from tests.sandbox.mall import Mall
from tests.sandbox.parameters import Parameters
from tests.sandbox.tokens import Token

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    mall: Mall
    token: Token
    parameters: Parameters
    page_faults: list[str]
    """The faults of a page that it has met, for the ledger."""
