"""Mutations of what the channel is asked to do, whatever it is."""

import strawberry

from api.context import Info
from api.schema.errors import mutation
from api.schema.mutations.payloads import ChannelActionPayload
from api.values import ids
from api.values.described import described_input, required
from domain.channel_actions import requests
from domain.inventory.mutation_transaction import run_in_transaction
from domain.models import Role
from domain.shipping.bought_labels import taking_back


@described_input
class CancelChannelActionInput:
    """Something that Temu is not to be asked for any more."""

    action_id: strawberry.ID = required("What was asked for.")


@described_input
class ResolveChannelActionInput:
    """What became of something that nobody but a person can tell."""

    action_id: strawberry.ID = required(
        "What was asked for; it is UNCONFIRMED, or WORKING for more than a day."
    )
    has_happened: bool = required("Whether the seller centre shows that Temu did it.")


@strawberry.type
class ChannelActionMutations:
    """Mutations of what the channel is asked to do."""

    @mutation(Role.OPERATE)
    async def cancel_channel_action(
        self, info: Info, input: CancelChannelActionInput
    ) -> ChannelActionPayload:
        """Take back what Temu was not asked for yet; a CONFLICT once it may have been. Again does nothing."""
        row = await run_in_transaction(
            info.context.database,
            taking_back.cancel,
            by=info.context.principal,
            action_id=ids.decode(input.action_id, "ChannelAction", "actionId"),
            now=info.context.now,
        )
        return ChannelActionPayload(action_id=row.id)

    @mutation(Role.OPERATE)
    async def resolve_channel_action(
        self, info: Info, input: ResolveChannelActionInput
    ) -> ChannelActionPayload:
        """Say what became of something that is UNCONFIRMED, or WORKING for more than a day, as the seller centre shows it; what follows
        from it is done by a job.
        """
        row = await run_in_transaction(
            info.context.database,
            requests.resolve,
            by=info.context.principal,
            action_id=ids.decode(input.action_id, "ChannelAction", "actionId"),
            has_happened=input.has_happened,
            now=info.context.now,
        )
        return ChannelActionPayload(action_id=row.id)
