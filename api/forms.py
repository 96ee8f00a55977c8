"""
What was worked out for an operation holds for every call of the same form: of its variables, all but what texts say, and
of lists all but how long they are.
"""

from collections.abc import Hashable, Mapping
from typing import Any, Generic, TypeVar, cast

from graphql import OperationDefinitionNode

from api.latest import REMEMBERED_LENGTH, Latest

T = TypeVar("T")

# No page is as long: of a number beyond it, only that it is too large matters.
_LARGE = 1_000
# Of the names in an object and the letters of a name. A filter has less of either.
_MOST = 64


class PerForm(Generic[T]):
    """
    What was worked out for the operations and forms that were asked last.
    """

    def __init__(self, most: int) -> None:
        # With its operation, so that the number of one that is gone can't become another's.
        self._latest: Latest[Hashable, tuple[OperationDefinitionNode, T]] = Latest(most)

    def known(
        self, operation: OperationDefinitionNode, variables: Mapping[str, Any], *more: Hashable
    ) -> T | None:
        """
        What was kept for this form, or None.
        """
        form = _form(operation, variables)
        known = None if form is None else self._latest.get((id(operation), form, more))
        return None if known is None else known[1]

    def keep(
        self, operation: OperationDefinitionNode, variables: Mapping[str, Any], *more: Hashable, value: T
    ) -> T:
        """
        Keep *value*, which must not be None, for this form, unless that or the document is too long.
        """
        form = _form(operation, variables)
        if form is not None and _is_short(operation):
            self._latest.keep((id(operation), form, more), (operation, value))
        return value


def _is_short(operation: OperationDefinitionNode) -> bool:
    # It holds the whole text that it was read from.
    return operation.loc is not None and len(operation.loc.source.body) <= REMEMBERED_LENGTH


def _form(operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> Hashable:
    """
    The form of the variables that the operation declares; None where it would be about as long as what is sent.
    """
    declared = (each.variable.name.value for each in operation.variable_definitions or ())
    try:
        return tuple((name, _form_of(variables[name])) for name in declared if name in variables)
    except _TooLong:
        return None


class _TooLong(Exception):
    """
    A value whose form is not worth keeping.
    """


def _form_of(value: object) -> Hashable:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # As good an Int as any.
    if isinstance(value, int):
        return max(-1, min(value, _LARGE))
    if isinstance(value, list):
        return _form_of_list(cast("list[object]", value))
    if isinstance(value, dict):
        return _form_of_object(cast("dict[str, object]", value))
    return type(value).__name__


def _form_of_list(values: list[object]) -> Hashable:
    if any(isinstance(each, list | dict) for each in values):
        raise _TooLong
    return list, len(values)


def _form_of_object(values: dict[str, object]) -> Hashable:
    if len(values) > _MOST or any(
        len(name) > _MOST or isinstance(each, dict) for name, each in values.items()
    ):
        raise _TooLong
    return tuple((name, _form_of(each)) for name, each in values.items())
