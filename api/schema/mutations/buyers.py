"""Mutations of what is kept of buyers."""

import strawberry

from api.context import Info
from api.schema.errors import mutation
from api.schema.mutations.payloads import EraseBuyerPayload, ExportBuyerPayload
from api.schema.types.buyer import BuyerData, BuyerNote
from api.values import ids
from api.values.described import described_input, required
from domain.buyers import erasure, export
from domain.inventory.mutation_transaction import run_in_transaction
from domain.models import Role

_MOST_SHOWN = 250


@described_input
class BuyerInput:
    """Names a buyer by one order."""

    order_id: strawberry.ID = required("An order that went to the buyer.")


@strawberry.type
class BuyerMutations:
    """Mutations of what is kept of buyers."""

    @mutation(Role.ADMINISTER)
    async def erase_buyer(self, info: Info, input: BuyerInput) -> EraseBuyerPayload:
        """Erase the buyer of an order, for good: in all orders of its company whose recipient has the same name, whatever its
        case and accents, and the same phone; where there is no phone, the same name, postal code and first line. People's
        notes on these orders, and why a person holds them back, lose their text. The orders stay, with country and amounts, and no import brings the rest back.
        Refused while one of the orders is still to be shipped. Again does nothing.
        """
        context = info.context
        erased = await run_in_transaction(
            context.database,
            erasure.erase_buyer,
            by=context.principal,
            order_id=ids.decode(input.order_id, "Order", "orderId"),
            now=context.now,
        )
        return EraseBuyerPayload(erased_count=len(erased), order_ids=list(erased[:_MOST_SHOWN]))

    @mutation(Role.ADMINISTER)
    async def export_buyer(self, info: Info, input: BuyerInput) -> ExportBuyerPayload:
        """Everything that is kept of the buyer of an order, in all orders that eraseBuyer would erase. It changes nothing;
        that it was asked for is kept in auditEvents.
        """
        context = info.context
        found = await run_in_transaction(
            context.database,
            export.export_buyer,
            by=context.principal,
            order_id=ids.decode(input.order_id, "Order", "orderId"),
            now=context.now,
        )
        data = [
            BuyerData(
                order_id=strawberry.ID(ids.encode("Order", each.order_id)),
                held_because=each.held_because,
                notes=[BuyerNote(**vars(note)) for note in each.notes],
                **each.address,
            )
            for each in found
        ]
        return ExportBuyerPayload(data=data, order_ids=[each.order_id for each in found[:_MOST_SHOWN]])
