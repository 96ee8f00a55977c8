"""
What mutations answer: what they changed, or why they changed nothing.
"""

import strawberry

from api.errors import UserError
from api.types.company import Company
from api.types.inventory import Warehouse
from api.types.order import Order
from api.types.product import Product
from api.types.queued_job import QueuedJob


def _errors() -> list[UserError]:
    field: list[UserError] = strawberry.field(
        default_factory=list, description="What was wrong with the input; empty when it was done."
    )
    return field


def _matched_orders() -> int:
    field: int = strawberry.field(
        default=0,
        description="Orders with Unknown products that wait for a listing mapped now: the job that matches them, and "
        "reserves their stock, is queued.",
    )
    return field


@strawberry.type(description="A company that was created or changed.")
class CompanyPayload:
    """A company, or what was wrong."""

    company: Company | None = strawberry.field(default=None, description="As it is now; null where refused.")
    user_errors: list[UserError] = _errors()


@strawberry.type(description="What Temu says of a company's settings.")
class TestSettingsPayload:
    """Whether it works, and what to do."""

    __test__ = False  # Not a test, whatever pytest makes of its name.

    ok: bool = strawberry.field(
        default=False,
        description="Whether everything works; event push, without which all does, is advice alone.",
    )
    company: Company | None = strawberry.field(
        default=None, description="With what is known of its tokens now."
    )
    advice: list[str] = strawberry.field(default_factory=list, description="What to do next, one line each.")
    user_errors: list[UserError] = _errors()


@strawberry.type(description="A warehouse that was created.")
class WarehousePayload:
    """A warehouse, or what was wrong."""

    warehouse: Warehouse | None = strawberry.field(
        default=None, description="As it is now; null where refused."
    )
    user_errors: list[UserError] = _errors()


@strawberry.type(description="A product that was changed.")
class ProductPayload:
    """A product, or what was wrong."""

    product: Product | None = strawberry.field(default=None, description="As it is now; null where refused.")
    matched_orders: int = _matched_orders()
    user_errors: list[UserError] = _errors()


@strawberry.type(description="Products that were created or changed.")
class ProductsPayload:
    """Products, or what was wrong."""

    products: list[Product] | None = strawberry.field(
        default=None, description="As they are now, in the order of the input; null where refused."
    )
    matched_orders: int = _matched_orders()
    user_errors: list[UserError] = _errors()


@strawberry.type(description="An order that was changed.")
class OrderPayload:
    """An order, or what was wrong."""

    order: Order | None = strawberry.field(default=None, description="As it is now; null where refused.")
    user_errors: list[UserError] = _errors()


@strawberry.type(description="Orders that were changed together.")
class OrdersPayload:
    """Orders, or what was wrong."""

    orders: list[Order] | None = strawberry.field(
        default=None, description="As they are now, in the order of the input; null where refused."
    )
    advice: list[str] = strawberry.field(
        default_factory=list, description="What to know though it was done, one line each."
    )
    user_errors: list[UserError] = _errors()


@strawberry.type(description="A job that was accepted.")
class JobPayload:
    """A job, or what was wrong."""

    job: QueuedJob | None = strawberry.field(default=None, description="As it is now; null where refused.")
    user_errors: list[UserError] = _errors()
