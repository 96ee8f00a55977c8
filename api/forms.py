"""
What was worked out for an operation holds for every call of the same form: of its variables, all but what texts say.
"""

from collections.abc import Callable, Hashable, Mapping
from typing import Any, Generic, TypeVar

from graphql import OperationDefinitionNode

from api.latest import Latest

T = TypeVar("T")

# No page is as long: of a number beyond it, only that it is too large matters.
_LARGE = 1_000


class PerForm(Generic[T]):
    """
    What was worked out for the operations and forms that were asked last.
    """

    def __init__(self, most: int) -> None:
        # With its operation, so that the number of one that is gone can't become another's.
        self._latest: Latest[Hashable, tuple[OperationDefinitionNode, T]] = Latest(most)

    def get(
        self,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],
        *more: Hashable,
        make: Callable[[], T],
    ) -> T:
        """
        What *make* made for an operation whose variables have this form, *more* being what else it depends on.
        """
        known = self._latest.get((id(operation), _form(variables), more))
        return self.keep(operation, variables, *more, value=make()) if known is None else known[1]

    def known(
        self, operation: OperationDefinitionNode, variables: Mapping[str, Any], *more: Hashable
    ) -> T | None:
        """
        What was kept for this form, or None.
        """
        known = self._latest.get((id(operation), _form(variables), more))
        return None if known is None else known[1]

    def keep(
        self, operation: OperationDefinitionNode, variables: Mapping[str, Any], *more: Hashable, value: T
    ) -> T:
        """
        Keep *value* for this form.
        """
        return self._latest.keep((id(operation), _form(variables), more), (operation, value))[1]


def _form(variables: Mapping[str, Any]) -> Hashable:
    return tuple((name, _form_of(value)) for name, value in variables.items())


def _form_of(value: object) -> Hashable:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return max(-1, min(value, _LARGE))
    return type(value).__name__
