"""Mutations of orders, and the jobs that bring them in."""

from datetime import datetime

import strawberry

from api.context import Info, given
from api.schema.errors import mutation
from api.schema.mutations.companies import CompanyIdInput
from api.schema.mutations.payloads import ChannelActionPayload, JobPayload, OrderPayload
from api.schema.mutations.queued_jobs import request
from api.values import ids
from api.values.described import described_input, idempotency_key, optional, required
from domain.inventory.mutation_transaction import run_in_transaction
from domain.models import Role
from domain.orders import cancellation_answers, manual_holds, operations, people_notes
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


@described_input
class UpdateOrderNoteInput:
    """A note to write anew."""

    note_id: strawberry.ID = required("The note, which this API key has written.")
    body: str = required("What to tell instead; 10,000 characters at most.")


@described_input
class DeleteOrderNoteInput:
    """A note to take away."""

    note_id: strawberry.ID = required("The note, which this API key has written.")


@described_input
class HoldOrderInput:
    """An order to hold back, and why."""

    order_id: strawberry.ID = required("The order.")
    reason: str = required("What it waits for, such as a call to the buyer; 500 characters at most.")


@described_input
class AcceptCancellationInput:
    """Names an order whose buyer asks to cancel."""

    order_id: strawberry.ID = required("The order.")


@described_input
class ReleaseOrderInput:
    """Names an order that a person holds back."""

    order_id: strawberry.ID = required("The order.")


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
            people_notes.add,
            by=context.principal,
            order_id=ids.decode(input.order_id, "Order", "orderId"),
            body=input.body,
            now=context.now,
        )
        return OrderPayload(order_id=row.id)

    @mutation(Role.OPERATE)
    async def update_order_note(self, info: Info, input: UpdateOrderNoteInput) -> OrderPayload:
        """Write a note anew that this API key has written; Tradewind's own stay as they are."""
        row = await run_in_transaction(
            info.context.database,
            people_notes.update,
            by=info.context.principal,
            note_id=ids.decode(input.note_id, "OrderNote", "noteId"),
            body=input.body,
            now=info.context.now,
        )
        return OrderPayload(order_id=row.id)

    @mutation(Role.OPERATE)
    async def delete_order_note(self, info: Info, input: DeleteOrderNoteInput) -> OrderPayload:
        """Take a note away, for good, that this API key has written; Tradewind's own stay."""
        row = await run_in_transaction(
            info.context.database,
            people_notes.delete,
            by=info.context.principal,
            note_id=ids.decode(input.note_id, "OrderNote", "noteId"),
        )
        return OrderPayload(order_id=row.id)

    @mutation(Role.OPERATE)
    async def hold_order(self, info: Info, input: HoldOrderInput) -> OrderPayload:
        """Hold an order back: it is ON_HOLD with the reason MANUAL beside Temu's own, and shipping it is a CONFLICT that says
        why, until releaseOrder. No import releases it; it keeps its stock, and what was shipped before is told to Temu all the
        same. Temu expects it to be sent by latestShipAt as ever. Again gives it another reason.
        """
        row = await run_in_transaction(
            info.context.database,
            manual_holds.hold,
            by=info.context.principal,
            order_id=ids.decode(input.order_id, "Order", "orderId"),
            reason=input.reason,
            now=info.context.now,
        )
        return OrderPayload(order_id=row.id)

    @mutation(Role.OPERATE)
    async def accept_cancellation(self, info: Info, input: AcceptCancellationInput) -> ChannelActionPayload:
        """Agree to what the buyer asks to have cancelled; answers at once, and a job tells Temu. What was cancelled comes with an
        import of the order, which stays ON_HOLD until then. Again answers the same action.
        """
        row = await run_in_transaction(
            info.context.database,
            cancellation_answers.accept,
            by=info.context.principal,
            order_id=ids.decode(input.order_id, "Order", "orderId"),
            now=info.context.now,
        )
        return ChannelActionPayload(action_id=row.id)

    @mutation(Role.OPERATE)
    async def release_order(self, info: Info, input: ReleaseOrderInput) -> OrderPayload:
        """Take back what holdOrder did. The order goes on where it was, unless Temu has reasons of its own to hold it. Again
        does nothing.
        """
        row = await run_in_transaction(
            info.context.database,
            manual_holds.release,
            by=info.context.principal,
            order_id=ids.decode(input.order_id, "Order", "orderId"),
            now=info.context.now,
        )
        return OrderPayload(order_id=row.id)
