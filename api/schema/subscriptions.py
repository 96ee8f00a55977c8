"""What can be followed: one job to its end, and what changes of a company or of all that a key may see."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Annotated, Any, TypeVar

import strawberry

from api.context import Info, given
from api.reading.answering import event_of, event_with, identity
from api.schema.types.changes import (
    AttentionChanges,
    OrderChanges,
    ProductChanges,
    QueuedJobChanges,
    ReturnChanges,
)
from api.schema.types.queued_job import QueuedJob
from api.values import ids
from api.values.described import described_type
from domain import clock, models, tracing
from domain.access import rows
from domain.attention.items import AttentionItem
from domain.changes import cursors
from domain.changes.following import Changes, Wanted
from domain.errors import NotFound, Unavailable
from domain.models import ChangeType

Event = TypeVar("Event")
CompanyId = Annotated[
    strawberry.ID | None,
    strawberry.argument(description="Of this company; of all that the key may see where it is left out."),
]
After = Annotated[
    str | None,
    strawberry.argument(
        description="A cursor of an earlier event: it begins with what changed since. Without one it begins now. Where not all is "
        "known any more, the error CURSOR_EXPIRED says to read anew."
    ),
]

_AGAIN_SECONDS = 1.0
_ORDERS = frozenset(each for each in ChangeType if each.value.startswith("order."))
_PRODUCTS = frozenset(each for each in ChangeType if each.value.startswith(("product.", "price.")))
_INVENTORY = frozenset(each for each in ChangeType if each.value.startswith("inventory."))
_RETURNS = frozenset(each for each in ChangeType if each.value.startswith("return."))
_JOBS = frozenset(each for each in ChangeType if each.value.startswith("job."))


@described_type
class Subscription:
    """What can be followed."""

    @strawberry.subscription(
        description="Emits at once with the present state, then on every change, and completes when the job has ended."
    )
    async def queued_job(self, info: Info, id: strawberry.ID) -> AsyncGenerator[QueuedJob]:  # noqa: A002
        context = info.context
        number = ids.decode(id, "QueuedJob", "id")
        with tracing.untraced():
            async with context.database.read() as session:
                found = await rows.find(session, models.QueuedJob, number, by=context.principal)
        if found is None:
            raise NotFound("There is no job with this id.", field=("id",))
        is_first = True
        async with aclosing(context.jobs.states(number)) as states:
            async for state in states:
                if state is None:
                    raise NotFound("There is no job with this id.", field=("id",))
                yield await _event(info, lambda: event_of(info, number), is_patient=not is_first)
                is_first = False
                if state.has_ended:
                    return

    @strawberry.subscription(
        description="Orders that come in or change. Emits at once, for its cursor, and then whatever changed since the event before."
    )
    def orders_changed(
        self, info: Info, company_id: CompanyId = strawberry.UNSET, after: After = strawberry.UNSET
    ) -> AsyncGenerator[OrderChanges]:
        return _changes(info, "Order", _ORDERS, company_id, after)

    @strawberry.subscription(
        description="Products that are made or changed, their mapping included. Emits as ordersChanged does."
    )
    def products_changed(
        self, info: Info, company_id: CompanyId = strawberry.UNSET, after: After = strawberry.UNSET
    ) -> AsyncGenerator[ProductChanges]:
        return _changes(info, "Product", _PRODUCTS, company_id, after)

    @strawberry.subscription(
        description="Products of which what lies there, is reserved, or was told to the channel changed, those included that sell "
        "the stock of another. Emits as ordersChanged does."
    )
    def inventory_changed(
        self, info: Info, company_id: CompanyId = strawberry.UNSET, after: After = strawberry.UNSET
    ) -> AsyncGenerator[ProductChanges]:
        return _changes(info, "Product", _INVENTORY, company_id, after)

    @strawberry.subscription(
        description="Jobs that are asked for, start, wait for their next try or end; their progress in between is told by queuedJob. "
        "Emits as ordersChanged does."
    )
    def queued_jobs_changed(
        self, info: Info, company_id: CompanyId = strawberry.UNSET, after: After = strawberry.UNSET
    ) -> AsyncGenerator[QueuedJobChanges]:
        return _changes(info, "QueuedJob", _JOBS, company_id, after)

    @strawberry.subscription(
        description="Returns that come in or change, what came in of them included. Emits as ordersChanged does."
    )
    def returns_changed(
        self, info: Info, company_id: CompanyId = strawberry.UNSET, after: After = strawberry.UNSET
    ) -> AsyncGenerator[ReturnChanges]:
        return _changes(info, "Return", _RETURNS, company_id, after)

    @strawberry.subscription(
        description="What needs a person. Emits at once with all companies that are followed, so it needs no cursor, and then those "
        "whose items changed."
    )
    async def attention_changed(
        self, info: Info, company_id: CompanyId = strawberry.UNSET
    ) -> AsyncGenerator[AttentionChanges]:
        before: Mapping[int, Sequence[AttentionItem]] | None = None
        followed, alike = await _companies(info, company_id), identity(info)
        async with aclosing(info.context.attention.states(followed)) as states:
            async for state in states:
                if state is None:
                    continue
                numbers = [
                    number
                    for number, items in state.items.items()
                    if before is None or items != before.get(number)
                ]
                if numbers or before is None:
                    make = partial(_event_with, info, _Companies(numbers))
                    yield await state.once.get((alike, tuple(numbers)), make)
                before = state.items


@dataclass(frozen=True)
class _Change:
    id: str
    types: Sequence[str]
    number: int


@dataclass(frozen=True)
class _Changes:
    changes: Sequence[_Change]
    cursor: str


@dataclass(frozen=True)
class _Companies:
    numbers: Sequence[int]


async def _changes(
    info: Info, kind: str, types: Collection[ChangeType], company_id: str | None, after: str | None
) -> AsyncGenerator[Any]:
    """What changed of objects of a type, as events; what one makes of it is told all whose subscriptions are alike."""
    context = info.context
    keep = timedelta(days=context.resources.settings.keep_changes_days)
    cursor = given(after)
    position = None if cursor is None else cursors.decode(cursor, now=context.now, keep=keep)
    wanted = Wanted(frozenset(types), await _companies(info, company_id))
    alike = identity(info)
    async with aclosing(context.changes.follow(wanted, position)) as found:
        async for changes in found:
            yield await changes.once.get(alike, partial(_event_about, info, kind, changes))


async def _event_about(info: Info, kind: str, changes: Changes) -> Any:
    objects = [
        _Change(ids.encode(kind, number), [each.name for each in types], number)
        for number, types in changes.objects.items()
    ]
    value = _Changes(objects, cursors.encode(changes.position, moment=changes.moment))
    return await _event_with(info, value)


async def _companies(info: Info, company_id: str | None) -> frozenset[int] | None:
    """The companies that are followed, None being all. Raises NotFound."""
    principal = info.context.principal
    chosen = given(company_id)
    if chosen is None:
        return principal.company_ids
    number = ids.decode(chosen, "Company", "companyId")
    with tracing.untraced():
        async with info.context.database.read() as session:
            found = await rows.find(session, models.Company, number, by=principal)
    if found is None:
        raise NotFound("There is no company with this companyId.", field=("companyId",))
    return frozenset({number})


async def _event_with(info: Info, value: object) -> Any:
    return await _event(info, lambda: event_with(info, value), is_patient=True)


async def _event(info: Info, read: Callable[[], Awaitable[Event]], *, is_patient: bool) -> Event:
    """What is read now; where it could be before, a database that is away is waited for."""
    while True:
        try:
            info.context.now = clock.now()
            return await read()
        except Unavailable:
            if not is_patient:
                raise
            await asyncio.sleep(_AGAIN_SECONDS)
