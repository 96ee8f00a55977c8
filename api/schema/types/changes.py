"""What subscriptions emit: what changed as it is now, each object once."""

import operator
from typing import Any

import strawberry

from api.reading.declared import attribute, by_number
from api.schema.types.company import Company
from api.schema.types.order import Order
from api.schema.types.product import Product
from api.schema.types.queued_job import QueuedJob
from api.schema.types.returns import Return
from api.values import enums
from api.values.described import described_type
from domain.changes.following import MOST_OBJECTS


def _types() -> Any:
    return attribute("What happened to it, each kind once, the first one first.")


def _cursor() -> Any:
    return attribute(
        "How far this subscription has come. Given as `after` to the next one, that begins with what changed since; it is good for as "
        "long as the server keeps changes, 30 days where nothing else is set."
    )


def _changes(what: str) -> Any:
    return attribute(
        f"The {what} that changed since the event before, each once; {MOST_OBJECTS} at most, as more come in further events. Empty in "
        "the first event where nothing has changed since `after`, or none was given.",
        most=MOST_OBJECTS,
    )


@described_type
class OrderChange:
    """An order that changed."""

    order_id: strawberry.ID = attribute("The order's id, also where it is gone.", operator.attrgetter("id"))
    types: list[enums.ChangeType] = _types()
    order: Order | None = by_number("The order as it is now; null where it is gone.", "number")


@described_type
class OrderChanges:
    """Orders that changed, items, addresses, packages and notes of theirs included."""

    changes: list[OrderChange] = _changes("orders")
    cursor: str = _cursor()


@described_type
class ProductChange:
    """A product that changed, or whose stock did."""

    product_id: strawberry.ID = attribute(
        "The product's id, also where it is gone.", operator.attrgetter("id")
    )
    types: list[enums.ChangeType] = _types()
    product: Product | None = by_number("The product as it is now; null where it is gone.", "number")


@described_type
class ProductChanges:
    """Products that changed, or whose stock did."""

    changes: list[ProductChange] = _changes("products")
    cursor: str = _cursor()


@described_type
class QueuedJobChange:
    """A job whose state changed."""

    job_id: strawberry.ID = attribute("The job's id, also where it is gone.", operator.attrgetter("id"))
    types: list[enums.ChangeType] = _types()
    job: QueuedJob | None = by_number("The job as it is now; null where it is gone.", "number")


@described_type
class QueuedJobChanges:
    """Jobs whose state changed."""

    changes: list[QueuedJobChange] = _changes("jobs")
    cursor: str = _cursor()


@described_type
class ReturnChange:
    """A return that changed."""

    return_id: strawberry.ID = attribute("The return's id, also where it is gone.", operator.attrgetter("id"))
    types: list[enums.ChangeType] = _types()
    return_: Return | None = by_number(
        "The return as it is now; null where it is gone.", "number", name="return"
    )


@described_type
class ReturnChanges:
    """Returns that changed, their lines and what came in of them included."""

    changes: list[ReturnChange] = _changes("returns")
    cursor: str = _cursor()


@described_type
class AttentionChanges:
    """Companies whose attention items changed."""

    companies: list[Company] = by_number(
        "The companies as they are now: all that are followed in the first event, and then those whose items changed.",
        "numbers",
    )
