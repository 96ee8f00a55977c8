"""Relay's Node and connections. What a connection holds is read by a plan: see domain.reading.pages."""

from typing import Generic, TypeVar

import strawberry
from strawberry.relay import PageInfo

from api.reading.declared import global_id
from api.values.described import described_type

NodeT = TypeVar("NodeT")


@strawberry.interface(description="Whatever has an id of its own and can be fetched by it.")
class Node:
    """An object with a global id."""

    id: strawberry.ID = global_id("A global id; it stays the same for ever and means nothing.")


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
