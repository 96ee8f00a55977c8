"""What is asked: a tree of selected fields, which a plan is made for, and the values that the plan is asked with."""

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from typing import Any

from domain.database.raw import Compiled
from domain.errors import Refused
from domain.filtering import Form
from domain.reading.fields import Reader

TYPENAME = "__typename"

Variables = Mapping[str, Any]
"""What an operation is run with."""

Given = Callable[[Variables], Any]
"""Where a value comes from that is known only when the operation runs."""


class Scope(Enum):
    """Of how many companies a caller may see something. One is told from some: an index that begins with the company holds its
    rows in the order of a list, and those of several not.
    """

    ALL = "ALL"
    ONE = "ONE"
    SOME = "SOME"

    @classmethod
    def of(cls, company_ids: frozenset[int] | None) -> "Scope":
        """The scope of these companies, None being all."""
        if company_ids is None:
            return cls.ALL
        return cls.ONE if len(company_ids) == 1 else cls.SOME


@dataclass(frozen=True)
class Paging:
    """Which page of a connection: how many from which end, and where its cursors come from."""

    size: int
    backward: bool
    after: Given | None
    before: Given | None


@dataclass(frozen=True)
class Filtering:
    """Which rows of a connection: the form of its filter, and where the filter comes from each time, with the same form then."""

    form: Form
    source: Given


@dataclass(frozen=True)
class Ordering:
    """In which order a connection was asked for."""

    field: Enum
    descending: bool


@dataclass(frozen=True)
class Selected:
    """A field as it was selected: the name in the reply, the field's own, the type that it has, and what of it. Of a
    connection, also its page, its filter and its order; *choices* are what variables choose of the statement's text, and
    *arguments* where other arguments come from by their names. *path* are the names in the reply that lead to it, as far as no
    list lies between.
    """

    key: str
    name: str
    path: tuple[str, ...] = ()
    type: str = ""
    children: Sequence["Selected"] = ()
    page: Paging | None = None
    filtering: Filtering | None = None
    ordering: Ordering | None = None
    choices: Sequence[Given] = ()
    arguments: Given | None = None


def choices_of(selected: Iterable[Selected]) -> list[Given]:
    """All that variables choose of a statement's text, by which one plan of a form differs from another."""
    found: list[Given] = []
    for each in selected:
        found += [*each.choices, *choices_of(each.children)]
    return found


@contextmanager
def refused_at(path: tuple[str, ...]) -> Generator[None]:
    """Have what is refused in the body say where it stood."""
    try:
        yield
    except Refused as refusal:
        refusal.path = path
        raise


@dataclass(frozen=True)
class Asking:
    """One time that a plan is asked: with which values, for whom and when and, where it is about some rows, about which."""

    variables: Variables
    reader: Reader
    ids: Sequence[int] = ()


Values = Callable[[Asking], Sequence[Any]]
"""The values of some parameters."""


@dataclass(frozen=True)
class Plan:
    """A statement, and where the values of its parameters come from."""

    compiled: Compiled
    _sources: Sequence[tuple[Sequence[str], Values]]

    @property
    def sql(self) -> str:
        """The statement in the words of the database's driver."""
        return self.compiled.sql

    def values(self, asking: Asking) -> list[Any]:
        """The parameters' values; raises Invalid for a cursor that is none of its list's, and for a filter that is refused."""
        given: dict[str, Any] = {"now": asking.reader.now}
        for names, source in self._sources:
            given.update(zip(names, source(asking), strict=True))
        return self.compiled.values(given)
