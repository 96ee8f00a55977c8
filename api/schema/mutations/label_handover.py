"""Mutations of labels that are made: printing them together, and saying that their parcels have left."""

import strawberry

from api.context import Info, given
from api.schema.errors import mutation
from api.schema.mutations.payloads import ConfirmLabelsShippedPayload, PrintShippingLabelsPayload
from api.values import ids
from api.values.described import described_input, optional, required
from domain.inventory.mutation_transaction import run_in_transaction
from domain.models import Role
from domain.shipping.bought_labels import confirmation, printing


@described_input
class PrintShippingLabelsInput:
    """Labels to print together."""

    label_ids: list[strawberry.ID] = required("In the order in which they are to come; 100 at most.")


@described_input
class ConfirmLabelsShippedInput:
    """Labels whose parcels are handed over."""

    label_ids: list[strawberry.ID] = required("The labels; 100 at most.")
    warehouse_id: strawberry.ID | None = optional(
        "The warehouse that those parcels leave from of whose labels `warehouse` is null: some that were bought in the seller centre."
    )


@strawberry.type
class LabelHandoverMutations:
    """Mutations of labels that are made."""

    @mutation(Role.OPERATE)
    async def print_shipping_labels(
        self, info: Info, input: PrintShippingLabelsInput
    ) -> PrintShippingLabelsPayload:
        """Get one PDF of labels, in the order of the input, by a link that is good for ten minutes. A file that is not here yet is a
        CONFLICT and is fetched at once: ask again in a moment.
        """
        context = info.context
        link = await printing.print_labels(
            context.resources,
            by=context.principal,
            label_ids=ids.find_all(input.label_ids, "ShippingLabel"),
            now=context.now,
        )
        return PrintShippingLabelsPayload(url=link.url, expires_at=link.expires_at)

    @mutation(Role.OPERATE)
    async def confirm_labels_shipped(
        self, info: Info, input: ConfirmLabelsShippedInput
    ) -> ConfirmLabelsShippedPayload:
        """Say that parcels with bought labels have left: Temu is told by a job, and once it has that, their packages are recorded and
        their pieces leave the stock. All of the labels, or none.
        """
        context = info.context
        actions = await run_in_transaction(
            context.database,
            confirmation.confirm,
            by=context.principal,
            label_ids=ids.find_all(input.label_ids, "ShippingLabel"),
            warehouse_id=ids.decode_given(given(input.warehouse_id), "Warehouse", "warehouseId"),
            now=context.now,
        )
        return ConfirmLabelsShippedPayload(action_ids=[action.id for action in actions])
