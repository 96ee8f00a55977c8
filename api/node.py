"""
Relay's Node: whatever has an id of its own.
"""

import strawberry


@strawberry.interface(description="Whatever has an id of its own and can be fetched by it.")
class Node:
    """An object with a global id."""

    id: strawberry.ID = strawberry.field(
        description="A global id; it stays the same for ever and means nothing."
    )
