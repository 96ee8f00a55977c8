"""The job of a webhook: delivers what is due, a few messages at a time and of each object one after the other.

What came of a request is recorded after it. Whoever is killed in between sends the message once more, with the same id.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random, SystemRandom

import httpx
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain import clock
from domain.access import api_keys
from domain.access.principal import Principal
from domain.errors import Refused, Unavailable
from domain.models import Role, Webhook, WebhookDelivery
from domain.outbound import IS_PAUSED
from domain.queued_jobs.arguments import DeliverWebhooks
from domain.queued_jobs.run import JobRun
from domain.resources import Resources
from domain.secrets import UnsealError
from domain.webhooks import receiver, record, signing, urls
from domain.webhooks.dispatch import is_on, is_ready
from domain.webhooks.payloads import DocumentFailed, Documents, body_of
from domain.webhooks.receiver import Answer
from domain.webhooks.record import Attempt

LoadDocuments = Callable[[Resources], Documents]
# Of one receiver at the same time.
_AT_ONCE = 4
# Then a run ends, so that other receivers have its slot; what is left is due for the next one.
_LONGEST_SECONDS = 15.0
_UNOPENED = (
    "The secret can't be opened with the keys in TRADEWIND_ENCRYPTION_KEYS. Give back the key that sealed it, or make "
    "another secret with rotateWebhookSecret."
)


@dataclass(frozen=True)
class _Due:
    webhook: Webhook
    by: Principal
    deliveries: Sequence[WebhookDelivery]


class WebhookDeliveries:
    """One run for one webhook. *load_documents*: what runs the documents of receivers, made when one has to be run."""

    def __init__(
        self,
        resources: Resources,
        run: JobRun,
        arguments: DeliverWebhooks,
        *,
        load_documents: LoadDocuments | None,
        random: Random | None = None,
    ) -> None:
        self._resources = resources
        self._run = run
        self._webhook_id = arguments.webhook_id
        self._load_documents = load_documents
        self._documents: Documents | None = None
        self._private_too = resources.settings.webhooks_reach_private
        self._random = random or SystemRandom()

    async def run(self) -> None:
        """Deliver what is due now, for some seconds. Raises Stopped, CancelRequested, LeaseLost and Unavailable."""
        ends = clock.monotonic() + _LONGEST_SECONDS
        async with receiver.client(private_too=self._private_too) as http:
            while clock.monotonic() < ends:
                due = await self._due()
                if due is None:
                    return
                if due.webhook.document is not None:
                    await self._have_documents()
                attempts = await asyncio.gather(*(self._attempt(http, due, each) for each in due.deliveries))
                # Recorded though this worker is to stop: it has happened.
                async with self._run.step(even_if_stopping=True) as step:
                    now = clock.now()
                    step.also_done = await record.record(
                        step.session, self._webhook_id, attempts, now=now, random=self._random
                    )

    async def _due(self) -> _Due | None:
        """What is to be sent next; None where there is nothing, or the webhook is off."""
        now = clock.now()
        async with self._run.transaction() as session:
            row = select(Webhook).where(Webhook.id == self._webhook_id, is_on(now), ~IS_PAUSED)
            webhook = await session.scalar(row.with_for_update())
            if webhook is None:
                return None
            by = await _holder(session, webhook, now=now)
            if by is None:
                record.switch_off_for_key(webhook, now=now)
                return None
            ready = select(WebhookDelivery).where(WebhookDelivery.webhook_id == webhook.id, is_ready(now))
            found = await session.scalars(ready.order_by(WebhookDelivery.id).limit(_AT_ONCE))
            deliveries = found.all()
        return _Due(webhook, by, deliveries) if deliveries else None

    async def _have_documents(self) -> None:
        if self._documents is None and self._load_documents is not None:
            # Loading GraphQL takes a second in which leases are to be renewed.
            self._documents = await asyncio.to_thread(self._load_documents, self._resources)

    async def _attempt(self, http: httpx.AsyncClient, due: _Due, delivery: WebhookDelivery) -> Attempt:
        at, webhook = clock.now(), due.webhook
        headers = signing.headers(delivery.message_id, at=at)
        try:
            url = urls.checked(webhook.url, private_too=self._private_too)
            body = await self._body(due, delivery, now=at)
            with_secrets = self._secrets(webhook, now=at)
        except (Refused, Unavailable) as error:
            # A document that takes too long as well: it is to hold up neither what goes out beside it nor what comes after.
            words = _UNOPENED if isinstance(error, UnsealError) else error.message
            return Attempt(delivery.id, at, headers, None, Answer(error=words))
        signature = signing.signature(delivery.message_id, body, at=at, with_secrets=with_secrets)
        answer = await receiver.post(http, url, body, headers | {"webhook-signature": signature})
        return Attempt(delivery.id, at, headers, None if webhook.document else body, answer)

    async def _body(self, due: _Due, delivery: WebhookDelivery, *, now: datetime) -> str:
        document = due.webhook.document
        if document is None or delivery.change_id is None:
            return body_of(delivery)
        if self._documents is None:
            raise DocumentFailed("This worker runs no documents: start it as `tradewind worker`.")
        return body_of(delivery, await self._documents.run(document, delivery, by=due.by, now=now))

    def _secrets(self, webhook: Webhook, *, now: datetime) -> list[str]:
        sealed = [webhook.sealed]
        if webhook.sealed_previous and webhook.previous_secret_until and webhook.previous_secret_until > now:
            sealed.append(webhook.sealed_previous)
        return [self._resources.open_webhook_secret(each, webhook.id) for each in sealed]


async def _holder(session: AsyncSession, webhook: Webhook, *, now: datetime) -> Principal | None:
    """Who is told: the webhook's key, in the webhook's company alone where it has one. None where it may not be told any more."""
    holder = (await api_keys.holders(session, [webhook.api_key_id], now=now)).get(webhook.api_key_id)
    if holder is None or not holder.has(Role.ADMINISTER):
        return None
    if webhook.company_id is None:
        return holder if holder.is_server_wide else None
    return (
        replace(holder, company_ids=frozenset({webhook.company_id}))
        if holder.sees(webhook.company_id)
        else None
    )
