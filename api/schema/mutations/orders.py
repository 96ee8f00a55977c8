"""Mutations of orders, and the jobs that bring them in."""

from datetime import datetime

import strawberry

from api.context import Info, given
from api.schema.errors import Mutates
from api.schema.mutations.companies import CompanyIdInput
from api.schema.mutations.payloads import JobPayload, OrderPayload
from api.values import ids
from api.values.described import described_input
from api.values.inputs import optional, required
from domain.models import Role
from domain.orders import operations


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
    idempotency_key: str | None = optional(
        "Given twice with the same input within 24 hours, the first answer is given again."
    )


@described_input
class AddOrderNoteInput:
    """A note to add to an order."""

    order_id: strawberry.ID = required("The order.")
    body: str = required("What to tell; 10,000 characters at most.")


@strawberry.type
class OrderMutations:
    """Mutations of orders."""

    @strawberry.mutation(
        description="Bring in recent orders of a company; answers at once with the job that does it.",
        extensions=[Mutates(Role.OPERATE)],
    )
    async def import_orders(self, info: Info, input: ImportOrdersInput) -> JobPayload:  # noqa: A002
        context = info.context
        company_id = ids.decode(input.company_id, "Company", "companyId")
        async with context.database.write() as session:
            row = await operations.request_import(
                session,
                by=context.principal,
                company_id=company_id,
                since=given(input.from_),
                until=given(input.to),
                key=given(input.idempotency_key),
                now=context.now,
            )
        return JobPayload(job_id=row.id)

    @strawberry.mutation(
        description="Match a company's Unknown products with the mappings of today; answers at once with the job.",
        extensions=[Mutates(Role.OPERATE)],
    )
    async def rematch_order_items(self, info: Info, input: CompanyIdInput) -> JobPayload:  # noqa: A002
        context = info.context
        company_id = ids.decode(input.company_id, "Company", "companyId")
        async with context.database.write() as session:
            row = await operations.request_rematch(
                session, by=context.principal, company_id=company_id, now=context.now
            )
        return JobPayload(job_id=row.id)

    @strawberry.mutation(description="Add a note to an order.", extensions=[Mutates(Role.OPERATE)])
    async def add_order_note(self, info: Info, input: AddOrderNoteInput) -> OrderPayload:  # noqa: A002
        context = info.context
        order_id = ids.decode(input.order_id, "Order", "orderId")
        async with context.database.write() as session:
            row = await operations.add_note(
                session, by=context.principal, order_id=order_id, body=input.body, now=context.now
            )
        return OrderPayload(order_id=row.id)
