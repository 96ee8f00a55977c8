"""Relay connections. What they hold is read by a plan: see domain.reading.pages."""

from typing import Generic, TypeVar

import strawberry
from strawberry.relay import PageInfo

from api.values.described import described_type

NodeT = TypeVar("NodeT")


@described_type
class Edge(Generic[NodeT]):
    """One object of a list, with the place where it stands."""

    cursor: str = strawberry.field(description="Give it as `after` or `before` to read on from here.")
    node: NodeT = strawberry.field(description="The object.")


@described_type
class Connection(Generic[NodeT]):
    """A page of a list."""

    edges: list[Edge[NodeT]] = strawberry.field(description="The objects of this page with their cursors.")
    nodes: list[NodeT] = strawberry.field(description="The objects of this page.")
    page_info: PageInfo = strawberry.field(description="Whether there is more, and from where to read on.")
    total_count: int = strawberry.field(description="How many objects the whole list has.")
