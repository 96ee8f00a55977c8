"""Mutations of webhooks."""

from typing import Any, cast

import strawberry

from api.context import Info
from api.documents import check
from api.reading.declared import by_number
from api.schema.errors import UserError, mutation
from api.schema.mutations.payloads import errors
from api.schema.types.webhook import Webhook, WebhookDelivery
from api.values import enums, ids
from api.values.described import described_input, described_type, optional, required
from domain.errors import Invalid
from domain.inventory.mutation_transaction import run_in_transaction
from domain.models import Role
from domain.webhooks import operations

_EVENT_TYPES = "What to be told of; PING comes whenever pingWebhook asks for it."
_DOCUMENT = (
    "A query with one variable, `$id: ID!`, which is given the id of the object: its result comes with each message as "
    "`data.result`, and shows what the key may see. `node(id: $id)` serves objects of any type."
)


@described_input
class CreateWebhookInput:
    """A receiver to tell of what happens."""

    name: str = required("What people call it; 200 characters at most.")
    url: str = required("Where messages are posted to: https, port 443, a public address.")
    event_types: list[enums.WebhookEventType] = required(_EVENT_TYPES)
    company_id: strawberry.ID | None = optional(
        "Tell it of this company alone. Left out with a key of the server: of all companies, those to come too.",
        None,
    )
    description: str | None = optional("What it is for; 2,000 characters at most.", None)
    document: str | None = optional(f"{_DOCUMENT} Left out: ids and a version alone.", None)


@described_input
class UpdateWebhookInput:
    """What to change of a webhook; what is left out stays as it is."""

    webhook_id: strawberry.ID = required("The webhook.")
    name: str | None = optional("What people call it.")
    url: str | None = optional("Where messages are posted to.")
    event_types: list[enums.WebhookEventType] | None = optional(_EVENT_TYPES)
    description: str | None = optional("What it is for; null takes it away.")
    document: str | None = optional(f"{_DOCUMENT} Null: ids and a version alone.")
    is_on: bool | None = optional("Whether it is told of anything. Switched on, it goes on where it stopped.")


@described_input
class WebhookIdInput:
    """Names a webhook."""

    webhook_id: strawberry.ID = required("The webhook.")


@described_input
class RotateWebhookSecretInput:
    """Names a webhook that is to have another secret."""

    webhook_id: strawberry.ID = required("The webhook.")
    end_previous: bool = optional(
        "Whether the secret of now ends at once, as after a theft. Else both sign for 24 hours.", False
    )


@described_input
class RetryWebhookDeliveryInput:
    """Names a message to send now."""

    delivery_id: strawberry.ID = required("The delivery.")


@described_type
class WebhookPayload:
    """A webhook that was changed."""

    webhook_id: strawberry.Private[int | None] = None
    webhook: Webhook | None = by_number("As it is now; null where refused.", "webhook_id")
    user_errors: list[UserError] = errors()


@described_type
class WebhookSecretPayload:
    """A webhook with a secret that nobody else has seen."""

    secret: str | None = optional(
        "By which its receiver verifies messages: `whsec_...`. It is shown this once; null where refused.",
        None,
    )
    webhook_id: strawberry.Private[int | None] = None
    webhook: Webhook | None = by_number("As it is now; null where refused.", "webhook_id")
    user_errors: list[UserError] = errors()


@described_type
class DeleteWebhookPayload:
    """A webhook that is gone."""

    deleted_webhook_id: strawberry.ID | None = optional("The id that it had; null where refused.", None)
    user_errors: list[UserError] = errors()


@described_type
class WebhookDeliveryPayload:
    """A message that is to be sent."""

    delivery_id: strawberry.Private[int | None] = None
    delivery: WebhookDelivery | None = by_number("As it is now; null where refused.", "delivery_id")
    user_errors: list[UserError] = errors()


@strawberry.type
class WebhookMutations:
    """Mutations of webhooks."""

    @mutation(Role.ADMINISTER)
    async def create_webhook(self, info: Info, input: CreateWebhookInput) -> WebhookSecretPayload:
        """Tell a receiver of what happens from now on, by messages signed as Standard Webhooks has it."""
        context = info.context
        _require_document(info, input.document)
        row, secret = await run_in_transaction(
            context.database,
            operations.create,
            context.resources,
            by=context.principal,
            name=input.name,
            url=input.url,
            event_types=input.event_types,
            company_id=ids.decode_given(input.company_id, "Company", "companyId"),
            description=input.description,
            document=input.document,
            now=context.now,
        )
        return WebhookSecretPayload(webhook_id=row.id, secret=secret)

    @mutation(Role.ADMINISTER)
    async def update_webhook(self, info: Info, input: UpdateWebhookInput) -> WebhookPayload:
        """Change a webhook, or switch it on or off. It belongs to the key that does so from then on."""
        context = info.context
        given = {name: value for name, value in vars(input).items() if value is not strawberry.UNSET}
        webhook_id = ids.decode(given.pop("webhook_id"), "Webhook", "webhookId")
        _require_document(info, given.get("document"))
        is_on = given.pop("is_on", None)
        row = await run_in_transaction(
            context.database,
            operations.change,
            context.resources,
            by=context.principal,
            webhook_id=webhook_id,
            changes=given,
            is_on=is_on,
            now=context.now,
        )
        return WebhookPayload(webhook_id=row.id)

    @mutation(Role.ADMINISTER)
    async def delete_webhook(self, info: Info, input: WebhookIdInput) -> DeleteWebhookPayload:
        """Delete a webhook with its deliveries."""
        context, webhook_id = info.context, ids.decode(input.webhook_id, "Webhook", "webhookId")
        await run_in_transaction(
            context.database, operations.delete, by=context.principal, webhook_id=webhook_id
        )
        return DeleteWebhookPayload(deleted_webhook_id=input.webhook_id)

    @mutation(Role.ADMINISTER)
    async def rotate_webhook_secret(
        self, info: Info, input: RotateWebhookSecretInput
    ) -> WebhookSecretPayload:
        """Give a webhook another secret; for 24 hours messages are signed with the one of now too."""
        context = info.context
        row, secret = await run_in_transaction(
            context.database,
            operations.rotate_secret,
            context.resources,
            by=context.principal,
            webhook_id=ids.decode(input.webhook_id, "Webhook", "webhookId"),
            end_previous=input.end_previous,
            now=context.now,
        )
        return WebhookSecretPayload(webhook_id=row.id, secret=secret)

    @mutation(Role.ADMINISTER)
    async def ping_webhook(self, info: Info, input: WebhookIdInput) -> WebhookDeliveryPayload:
        """Send a receiver a message that says nothing, to see whether it takes it."""
        context = info.context
        row = await run_in_transaction(
            context.database,
            operations.ping,
            by=context.principal,
            webhook_id=ids.decode(input.webhook_id, "Webhook", "webhookId"),
            now=context.now,
        )
        return WebhookDeliveryPayload(delivery_id=row.id)

    @mutation(Role.ADMINISTER)
    async def retry_webhook_delivery(
        self, info: Info, input: RetryWebhookDeliveryInput
    ) -> WebhookDeliveryPayload:
        """Send a message now: one that waits, or once more one that was given up or delivered."""
        context = info.context
        row = await run_in_transaction(
            context.database,
            operations.retry,
            by=context.principal,
            delivery_id=ids.decode(input.delivery_id, "WebhookDelivery", "deliveryId"),
            now=context.now,
        )
        return WebhookDeliveryPayload(delivery_id=row.id)


def _require_document(info: Info, document: str | None) -> None:
    if document is None:
        return
    schema = cast("Any", info.schema)._schema  # noqa: SLF001 - strawberry hands it out by no other name
    problems = check.problems(schema, document)
    if problems:
        raise Invalid(f"document can't be run: {problems[0]}", field=("document",))
