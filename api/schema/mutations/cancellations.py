"""Mutations by which the seller answers a request to cancel, or asks for a cancellation."""

import strawberry

from api.context import Info, given
from api.schema.errors import mutation
from api.schema.mutations.payloads import ChannelActionPayload, OrderPayload
from api.values import ids
from api.values.described import described_input, optional, required
from domain.inventory.mutation_transaction import run_in_transaction
from domain.models import Role
from domain.orders import cancellation_answers, out_of_stock
from domain.shipping import decline


@described_input
class AcceptCancellationInput:
    """Names an order whose buyer asks to cancel."""

    order_id: strawberry.ID = required("The order.")


@described_input
class DeclineCancellationInput:
    """Names an order that is to be sent although its buyer asks to cancel."""

    order_id: strawberry.ID = required("The order.")


@described_input
class ReportOutOfStockInput:
    """Without orderItemIds: all items of which nothing is packed."""

    order_id: strawberry.ID = required("The order.")
    order_item_ids: list[strawberry.ID] | None = optional("These items of it only, each whole.")


@strawberry.type
class CancellationMutations:
    """Mutations of the seller's side of cancelling."""

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
    async def decline_cancellation(self, info: Info, input: DeclineCancellationInput) -> OrderPayload:
        """Have an order sent although its buyer asks to cancel. It is ON_HOLD for that no longer and may be packed with shipOrder;
        uploadTracking denies the request by the shipment, as Temu takes no other refusal. Nobody at Temu knows before: at
        cancellationRequest.respondBy it agrees by itself, so ship and upload by then; afterwards the order is held again, and an
        import tells what was cancelled. Withdrawn or granted on Temu, the request ends whatever was decided here. acceptCancellation
        takes this back. Again does nothing.
        """
        row = await run_in_transaction(
            info.context.database,
            decline.decline,
            by=info.context.principal,
            order_id=ids.decode(input.order_id, "Order", "orderId"),
            now=info.context.now,
        )
        return OrderPayload(order_id=row.id)

    @mutation(Role.OPERATE)
    async def report_out_of_stock(self, info: Info, input: ReportOutOfStockInput) -> ChannelActionPayload:
        """Have Temu told that items of an order can't be sent for want of stock; answers at once. Temu reviews it, for hours or
        days, and cancels what it approves. Until then the order is ON_HOLD with the reason OUT_OF_STOCK_REPORTED and keeps its
        stock; an import shows what was cancelled. Where Temu refuses, the order goes on as before. Again answers the same action.
        """
        item_ids = given(input.order_item_ids)
        row = await run_in_transaction(
            info.context.database,
            out_of_stock.report,
            by=info.context.principal,
            order_id=ids.decode(input.order_id, "Order", "orderId"),
            item_ids=None if item_ids is None else ids.find_all(item_ids, "OrderItem"),
            now=info.context.now,
        )
        return ChannelActionPayload(action_id=row.id)
