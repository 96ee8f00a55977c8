"""
Relay connections over the domain's keyset pages.
"""

from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import strawberry
from strawberry.relay import PageInfo

from domain.pagination import Page, PageRequest

NodeT = TypeVar("NodeT")
Row = TypeVar("Row")


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
    count: strawberry.Private[Callable[[], Awaitable[int]]]

    @strawberry.field(description="How many objects the whole list has.")
    async def total_count(self) -> int:
        return await self.count()


def connection(
    page: Page[Row], make: Callable[[Row], NodeT], count: Callable[[], Awaitable[int]]
) -> Connection[NodeT]:
    """
    A page of rows as a connection of what *make* makes of each.
    """
    nodes = [make(row) for row in page.rows]
    return Connection(
        edges=[Edge(cursor=cursor, node=node) for cursor, node in zip(page.cursors, nodes, strict=True)],
        nodes=nodes,
        page_info=PageInfo(
            has_next_page=page.has_next,
            has_previous_page=page.has_previous,
            start_cursor=page.cursors[0] if page.cursors else None,
            end_cursor=page.cursors[-1] if page.cursors else None,
        ),
        count=count,
    )


def requested(
    first: int | None, after: str | None, last: int | None = None, before: str | None = None
) -> PageRequest:
    """
    The page that four arguments ask for, any of them left out; raises Invalid.
    """
    return PageRequest.of(given(first), given(after), given(last), given(before))


def given(value: Row | None) -> Row | None:
    """
    An argument, None where it was left out.
    """
    return None if value is strawberry.UNSET else value
