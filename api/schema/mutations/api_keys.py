"""Mutations of API keys."""

from datetime import datetime, timedelta

import strawberry

from api.context import Info, given
from api.schema.errors import mutation
from api.schema.mutations.payloads import ApiKeyPayload, ApiKeySecretPayload
from api.values import enums, ids
from api.values.described import described_input, optional, required
from domain.access import operations
from domain.inventory.mutation_transaction import run_in_transaction
from domain.models import Role


@described_input
class CreateApiKeyInput:
    """A key to make."""

    name: str = required("What it is for; 200 characters at most.")
    role: enums.Role = required("What it may do.")
    company_ids: list[strawberry.ID] | None = optional(
        "The companies that it may see. Left out or null: a key of the server, for all of them, which are to come too."
    )
    expires_at: datetime | None = optional("From then on it opens nothing; null: it never expires.")


@described_input
class RevokeApiKeyInput:
    """Names a key to revoke."""

    api_key_id: strawberry.ID = required("The key.")


@described_input
class RotateApiKeyInput:
    """Names a key to replace."""

    api_key_id: strawberry.ID = required("The key.")
    grace_seconds: int = optional(
        "Seconds for which the old one goes on beside the new one, such as 86400 for a day: 0, which revokes it at once, to "
        "2592000.",
        86_400,
    )


@strawberry.type
class ApiKeyMutations:
    """Mutations of API keys."""

    @mutation(Role.ADMINISTER)
    async def create_api_key(self, info: Info, input: CreateApiKeyInput) -> ApiKeySecretPayload:
        """Make an API key; needs a key of the server. Its secret is told here and never again."""
        context = info.context
        company_ids = given(input.company_ids)
        key, secret = await run_in_transaction(
            context.database,
            operations.create,
            by=context.principal,
            name=input.name,
            role=input.role,
            company_ids=None if company_ids is None else ids.find_all(company_ids, "Company"),
            expires_at=given(input.expires_at),
            now=context.now,
        )
        return ApiKeySecretPayload(api_key_id=key.id, secret=secret)

    @mutation(Role.ADMINISTER)
    async def rotate_api_key(self, info: Info, input: RotateApiKeyInput) -> ApiKeySecretPayload:
        """Replace an API key by a new one with the same name, role and companies, which expires after as long as the old one was
        to; needs a key of the server. The new secret is told here and never again.
        """
        context = info.context
        key, secret = await run_in_transaction(
            context.database,
            operations.rotate,
            by=context.principal,
            key_id=ids.find(input.api_key_id, "ApiKey") or 0,
            grace=timedelta(seconds=input.grace_seconds),
            now=context.now,
        )
        return ApiKeySecretPayload(api_key_id=key.id, secret=secret)

    @mutation(Role.ADMINISTER)
    async def revoke_api_key(self, info: Info, input: RevokeApiKeyInput) -> ApiKeyPayload:
        """End an API key: a second later it opens nothing, and what it holds open ends. Needs a key of the server, another one
        than this. Again does nothing.
        """
        context = info.context
        key = await run_in_transaction(
            context.database,
            operations.revoke,
            by=context.principal,
            key_id=ids.find(input.api_key_id, "ApiKey") or 0,
            now=context.now,
        )
        return ApiKeyPayload(api_key_id=key.id)
