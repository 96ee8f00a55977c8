"""
What mutations answer: the numbers of the rows that they changed, which are read after their commit, or why they changed
nothing.
"""

import strawberry

from api.reading.declared import by_number
from api.schema.errors import UserError
from api.schema.types.company import Company
from api.schema.types.inventory import Warehouse
from api.schema.types.order import Order
from api.schema.types.product import Product
from api.schema.types.queued_job import QueuedJob


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

    company_id: strawberry.Private[int | None] = None
    company: Company | None = by_number(
        "As it is now; null where refused.", lambda payload: payload.company_id
    )
    user_errors: list[UserError] = _errors()


@strawberry.type(description="What Temu says of a company's settings.")
class TestSettingsPayload:
    """Whether it works, and what to do."""

    __test__ = False  # Not a test, whatever pytest makes of its name.

    ok: bool = strawberry.field(
        default=False,
        description="Whether everything works; event push, without which all does, is advice alone.",
    )
    company_id: strawberry.Private[int | None] = None
    company: Company | None = by_number(
        "With what is known of its tokens now.", lambda payload: payload.company_id
    )
    advice: list[str] = strawberry.field(default_factory=list, description="What to do next, one line each.")
    user_errors: list[UserError] = _errors()


@strawberry.type(description="A warehouse that was created.")
class WarehousePayload:
    """A warehouse, or what was wrong."""

    warehouse_id: strawberry.Private[int | None] = None
    warehouse: Warehouse | None = by_number(
        "As it is now; null where refused.", lambda payload: payload.warehouse_id
    )
    user_errors: list[UserError] = _errors()


@strawberry.type(description="A product that was changed.")
class ProductPayload:
    """A product, or what was wrong."""

    product_id: strawberry.Private[int | None] = None
    product: Product | None = by_number(
        "As it is now; null where refused.", lambda payload: payload.product_id
    )
    matched_orders: int = _matched_orders()
    user_errors: list[UserError] = _errors()


@strawberry.type(description="Products that were created or changed.")
class ProductsPayload:
    """Products, or what was wrong."""

    product_ids: strawberry.Private[list[int] | None] = None
    products: list[Product] | None = by_number(
        "As they are now, in the order of the input; null where refused.", lambda payload: payload.product_ids
    )
    matched_orders: int = _matched_orders()
    user_errors: list[UserError] = _errors()


@strawberry.type(description="An order that was changed.")
class OrderPayload:
    """An order, or what was wrong."""

    order_id: strawberry.Private[int | None] = None
    order: Order | None = by_number("As it is now; null where refused.", lambda payload: payload.order_id)
    user_errors: list[UserError] = _errors()


@strawberry.type(description="Orders that were changed together.")
class OrdersPayload:
    """Orders, or what was wrong."""

    order_ids: strawberry.Private[list[int] | None] = None
    orders: list[Order] | None = by_number(
        "As they are now, in the order of the input; null where refused.", lambda payload: payload.order_ids
    )
    advice: list[str] = strawberry.field(
        default_factory=list, description="What to know though it was done, one line each."
    )
    user_errors: list[UserError] = _errors()


@strawberry.type(description="A job that was accepted.")
class JobPayload:
    """A job, or what was wrong."""

    job_id: strawberry.Private[int | None] = None
    job: QueuedJob | None = by_number("As it is now; null where refused.", lambda payload: payload.job_id)
    user_errors: list[UserError] = _errors()
