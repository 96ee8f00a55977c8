"""Relay's Node: whatever has an id of its own."""

import strawberry

from api.reading.declared import global_id


@strawberry.interface(description="Whatever has an id of its own and can be fetched by it.")
class Node:
    """An object with a global id."""

    id: strawberry.ID = global_id("A global id; it stays the same for ever and means nothing.")
