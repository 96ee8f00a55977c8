"""Mutations of orders, and the jobs that bring them in."""

from datetime import datetime

import strawberry

from api.context import Info, given
from api.schema.errors import mutation
from api.schema.mutations.companies import CompanyIdInput
from api.schema.mutations.payloads import JobPayload, OrderPayload
from api.schema.mutations.queued_jobs import request
from api.values import ids
from api.values.described import described_input, idempotency_key, optional, required
from domain.inventory.mutation_transaction import run_in_transaction
from domain.models import Role
from domain.orders import operations
from domain.queued_jobs.arguments import ImportOrders


@described_input
class ImportOrdersInput:
    """Without from: since the last import, or the last 30 days the first time."""

    company_id: strawberry.ID = required("The company.")
    from_: datetime | None = strawberry.field(
        name="from",
        default=strawberry.UNSET,
        description="Bring in what changed on Temu at this moment or later.",
    )
    to: datetime | None = optional("Leave out orders placed at this moment or later.")
    idempotency_key: str | None = idempotency_key()


@described_input
class AddOrderNoteInput:
    """A note to add to an order."""

    order_id: strawberry.ID = required("The order.")
    body: str = required("What to tell; 10,000 characters at most.")


@strawberry.type
class OrderMutations:
    """Mutations of orders."""

    @mutation(Role.OPERATE)
    async def import_orders(self, info: Info, input: ImportOrdersInput) -> JobPayload:
        """Bring in recent orders of a company; answers at once with the job that does it."""
        arguments = ImportOrders(since=given(input.from_), until=given(input.to))
        return await request(info, operations.request_import, arguments, input)

    @mutation(Role.OPERATE)
    async def rematch_order_items(self, info: Info, input: CompanyIdInput) -> JobPayload:
        """Match a company's Unknown products with the mappings of today; answers at once with the job."""
        context = info.context
        company_id = ids.decode(input.company_id, "Company", "companyId")
        row = await run_in_transaction(
            context.database,
            operations.request_rematch,
            by=context.principal,
            company_id=company_id,
            now=context.now,
        )
        return JobPayload(job_id=row.id)

    @mutation(Role.OPERATE)
    async def add_order_note(self, info: Info, input: AddOrderNoteInput) -> OrderPayload:
        """Add a note to an order."""
        context = info.context
        row = await run_in_transaction(
            context.database,
            operations.add_note,
            by=context.principal,
            order_id=ids.decode(input.order_id, "Order", "orderId"),
            body=input.body,
            now=context.now,
        )
        return OrderPayload(order_id=row.id)
