"""
What is asked of a projection: a tree of selected fields, which a plan is made for, and the values it is asked with.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from itertools import chain
from typing import Any

TYPENAME = "__typename"

Variables = Mapping[str, Any]
"""What an operation is run with."""

Source = Callable[[Variables], Any]
"""Where a value comes from that is known only when the operation runs."""


class NotProjectable(Exception):
    """
    Something was selected that no projection declares: the ordinary way serves it.
    """


class Scope(Enum):
    """
    Of how many companies a caller may see something. One is told from some: an index that begins with the company holds
    its rows in the order of a list, and those of several not.
    """

    ALL = "ALL"
    ONE = "ONE"
    SOME = "SOME"

    @classmethod
    def of(cls, company_ids: frozenset[int] | None) -> "Scope":
        """
        The scope of these companies, None being all.
        """
        if company_ids is None:
            return cls.ALL
        return cls.ONE if len(company_ids) == 1 else cls.SOME


@dataclass(frozen=True)
class Paging:
    """
    Which page of a connection: how many from which end, and where its cursors come from.
    """

    size: int
    backward: bool
    after: Source | None
    before: Source | None


@dataclass(frozen=True)
class Filtering:
    """
    Which rows of a connection: the conditions *given* when the plan is made, and where they come from each time. They
    bear the same names then, and the same flags.
    """

    given: Mapping[str, Any]
    source: Source


@dataclass(frozen=True)
class Selected:
    """
    A field as it was selected: the name in the reply, the field's own, and what of it. Of a connection, also its page
    and its filter.
    """

    key: str
    name: str
    children: Sequence["Selected"] = ()
    page: Paging | None = None
    filtering: Filtering | None = None


@dataclass(frozen=True)
class Asking:
    """
    One time that a plan is asked: with which values, for whom, when and, where it is about one row, about which.
    """

    variables: Variables
    company_ids: frozenset[int] | None
    now: datetime
    row_id: int | None = None


Values = Callable[[Asking], Sequence[Any]]
"""The values of some parameters."""


@dataclass(frozen=True)
class Plan:
    """
    SQL with numbered parameters in the form of the database's driver, and where their values come from.
    """

    sql: str
    _parameters: Sequence[Values]

    def values(self, asking: Asking) -> list[Any]:
        """
        The parameters' values; raises Invalid for a cursor that is none of its list's, and for a filter that is refused.
        """
        return list(chain.from_iterable(values(asking) for values in self._parameters))
