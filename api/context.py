"""
What a resolver may use: who asks, the resources of this process, loaders of this one operation, and the moment.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

import strawberry
from graphql import OperationDefinitionNode

from domain.access.principal import Principal
from domain.database import Database
from domain.errors import Unavailable
from domain.resources import Resources

if TYPE_CHECKING:
    from api.loaders import Loaders


Statement = Callable[["Context", Mapping[str, Any]], tuple[str, Sequence[Any]]]
"""What the database is asked with these variables, in its driver's words: SQL and the values of its parameters."""


@dataclass(frozen=True)
class Answered:
    """
    That the database answered the root field *key* by itself, and what it is asked for other variables; the SQL has so
    many letters.
    """

    operation: OperationDefinitionNode
    key: str
    letters: int
    statement: Statement


@dataclass(frozen=True)
class Context:
    """
    Made anew for each operation.
    """

    principal: Principal
    resources: Resources
    make_loaders: Callable[["Context"], "Loaders"]
    now: datetime
    answered: list[Answered] = field(default_factory=list[Answered])
    # What kept the database from answering root fields already: nobody asks it for them again.
    trouble: dict[str, Unavailable] = field(default_factory=dict[str, Unavailable])

    @cached_property
    def loaders(self) -> "Loaders":
        """
        Loaders of relations, where anything is resolved in the ordinary way.
        """
        return self.make_loaders(self)

    @property
    def database(self) -> Database:
        """
        The database, which most resolvers need.
        """
        return self.resources.database


Info = strawberry.Info[Context, None]
