"""Relay connections. What they hold is read by a plan: see domain.reading.pages."""

from typing import Generic, TypeVar

import strawberry
from strawberry.relay import PageInfo

NodeT = TypeVar("NodeT")


@strawberry.type(description="One object of a list, with the place where it stands.")
class Edge(Generic[NodeT]):
    """An object and its cursor."""

    cursor: str = strawberry.field(description="Give it as `after` or `before` to read on from here.")
    node: NodeT = strawberry.field(description="The object.")


@strawberry.type(description="A page of a list.")
class Connection(Generic[NodeT]):
    """A page of a list, and whether there is more."""

    edges: list[Edge[NodeT]] = strawberry.field(description="The objects of this page with their cursors.")
    nodes: list[NodeT] = strawberry.field(description="The objects of this page.")
    page_info: PageInfo = strawberry.field(description="Whether there is more, and from where to read on.")
    total_count: int = strawberry.field(description="How many objects the whole list has.")
