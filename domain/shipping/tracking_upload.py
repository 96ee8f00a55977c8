"""
Telling Temu how a company's orders were shipped: T2 to T8; and what of it was wrong: T12.

An order is settled by an outcome of this job, so a run that follows a crash goes on with those that have none. Before
Temu is told, the order is marked as in doubt; what is in doubt is asked about before it is told again.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, TypeGuard

from sqlalchemy import ColumnElement, delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain.companies import malls
from domain.database import insert
from domain.errors import Unavailable
from domain.models import (
    FulfilledBy,
    JobOutcome,
    JobOutcomeStatus,
    JobTrigger,
    Order,
    OrderNote,
    OrderStatus,
    Package,
    ShippingStatus,
    TrackingUpload,
    literally,
)
from domain.orders.decisions import CANCELLED_AFTER_SHIPPING
from domain.orders.notes import AUTHOR
from domain.queued_jobs import queries as jobs
from domain.queued_jobs.arguments import UploadTracking
from domain.queued_jobs.run import JobRun, Outcome, Step
from domain.resources import Resources
from domain.shipping import upload_warnings
from domain.shipping.claiming import claim
from domain.shipping.correcting import Corrections
from domain.shipping.directories import Directories
from domain.shipping.labelling import Labeller
from domain.shipping.telling import Accepted, Refusal, tell

# Orders told of at the same time: enough that Temu's answers, not their way here, set the pace.
_AT_ONCE = 16
# The clock asks again for what Temu refused only so often; a person may ask at any time.
_REFUSED_REST = timedelta(hours=24)
# So often a job waits for passing trouble to pass before the orders that it concerns are given up for this run.
_TRIES_FOR_THE_LAST = 3

Answer = Accepted | Refusal | Unavailable


class TrackingUploads:
    """
    One run of one company's upload.
    """

    def __init__(
        self, resources: Resources, run: JobRun, arguments: UploadTracking, *, now: datetime
    ) -> None:
        self._resources = resources
        self._database = resources.database
        self._run = run
        self._wanted = arguments.order_ids
        self._now = now
        self._company_id = run.job.company_id

    async def run(self) -> None:
        """
        Tell Temu of every order that waits for it.
        """
        company, temu = await malls.opened(self._resources, self._company_id, self._run.job.type)
        labeller = Labeller(self._database, Directories(self._database, temu, company_id=company.id))
        corrections = Corrections(self._database, temu, self._run, labeller, now=self._now)
        await self._begin(corrections)
        after, trouble = 0, None
        while orders := await self._batch(after):
            after = orders[-1].id
            shipments, refused = await labeller.label(self._company_id, orders)
            async with self._run.preparation() as session:
                shipments, changed = await claim(session, shipments, now=self._now)
            if changed:
                after = min(order.id for order in changed) - 1
            told = await asyncio.gather(*(tell(temu, s) for s in shipments), return_exceptions=True)
            answers = [*refused, *((s.order, answer) for s, answer in zip(shipments, told, strict=True))]
            trouble = next((a for _, a in answers if isinstance(a, Unavailable)), trouble)
            settled = [(order, a) for order, a in answers if self._is_settled(a)]
            if settled:
                await self._settle(settled)
            # What concerns all orders, or is a fault of ours, ends the run once what Temu took is noted.
            for _, answer in answers:
                if not isinstance(answer, Answer):
                    raise answer
        for wanted in (await corrections.waiting(self._wanted)).values():
            trouble = await corrections.tell(wanted, is_patient=self._is_patient) or trouble
        if trouble is not None and self._is_patient:
            raise trouble
        async with self._run.step(checkpoint={"stage": "end"}) as step:
            step.is_last = True

    @property
    def _is_patient(self) -> bool:
        return self._run.job.passing_failures < _TRIES_FOR_THE_LAST

    def _is_settled(self, answer: Answer | BaseException) -> TypeGuard[Answer]:
        return isinstance(answer, Answer) and not (isinstance(answer, Unavailable) and self._is_patient)

    async def _begin(self, corrections: Corrections) -> None:
        """
        Count what is to be told, and tell of those that a person named and that can't be uploaded.
        """
        if self._run.checkpoint is not None and self._run.checkpoint.get("stage") != "failures":
            return
        corrected = await corrections.waiting(self._wanted)
        async with self._run.step(checkpoint={"stage": "orders"}) as step:
            if self._wanted is not None:
                step.outcomes += await self._unfit(step.session, self._wanted)
            count = select(func.count()).select_from(Order).where(*self._waiting())
            told = await jobs.count_of_subjects(step.session, self._run.job.id)
            step.total = (await step.session.scalar(count) or 0) + told + len(step.outcomes)
            if self._wanted is None:
                step.total += len(corrected)

    async def _unfit(self, session: AsyncSession, wanted: Sequence[int]) -> list[Outcome]:
        waiting = set(await session.scalars(select(Order.id).where(*self._waiting())))
        named = select(Order).where(
            Order.company_id == self._company_id, Order.id.in_(wanted), ~self._is_told()
        )
        orders = await session.scalars(named.order_by(Order.id))
        return [_unfit_outcome(order) for order in orders if order.id not in waiting]

    def _is_told(self) -> ColumnElement[bool]:
        return exists().where(
            JobOutcome.job_id == self._run.job.id, JobOutcome.subject == Order.channel_order_id
        )

    def _waiting(self) -> list[ColumnElement[bool]]:
        """
        Orders that were shipped here and that Temu is still to be told of.
        """
        conditions = [
            Order.company_id == self._company_id,
            Order.shipping_status == literally(ShippingStatus.FULLY_SHIPPED),
            ~Order.source_updated_for_shipping,
            Order.fulfilled_by == FulfilledBy.SELLER,
            exists().where(Package.order_id == Order.id, Package.voided_at.is_(None)),
            ~self._is_told(),
        ]
        if self._wanted is not None:
            conditions.append(Order.id.in_(self._wanted))
        if self._run.job.trigger is not JobTrigger.MANUAL:
            refused = exists().where(
                TrackingUpload.order_id == Order.id, TrackingUpload.refused_at > self._now - _REFUSED_REST
            )
            conditions.append(~refused)
        return conditions

    async def _batch(self, after: int) -> Sequence[Order]:
        statement = select(Order).where(*self._waiting(), Order.id > after).order_by(Order.id)
        async with self._database.read() as session:
            return (await session.scalars(statement.limit(_AT_ONCE))).all()

    async def _settle(self, settled: Sequence[tuple[Order, Answer]]) -> None:
        async with self._run.step(checkpoint={"stage": "orders"}, is_owed=True) as step:
            for order, answer in settled:
                match answer:
                    case Accepted():
                        await self._accepted(step, order, answer)
                    case Refusal():
                        await self._refused(step, order, answer)
                    case Unavailable():
                        # In doubt still: whoever comes next asks Temu first.
                        step.outcomes.append(_failed(order, "UNAVAILABLE", answer.message, retryable=True))

    async def _accepted(self, step: Step, order: Order, answer: Accepted) -> None:
        session = step.session
        await session.execute(
            update(Package)
            .where(Package.order_id == order.id, Package.uploaded_at.is_(None), Package.voided_at.is_(None))
            .values(uploaded_at=self._now)
        )
        await upload_warnings.store(session, order.id, answer.warnings, uploaded_at=self._now)
        row = await session.get_one(Order, order.id, with_for_update={"key_share": True})
        row.source_updated_for_shipping = True
        if row.status is OrderStatus.IN_PROCESS:
            row.status = OrderStatus.COMPLETED  # Shipped, and the channel knows: nothing is left to do.
        await session.execute(delete(TrackingUpload).where(TrackingUpload.order_id == order.id))
        words = " ".join(answer.warnings) or None
        step.outcomes.append(Outcome(order.channel_order_id, JobOutcomeStatus.SUCCEEDED, "UPLOADED", words))

    async def _refused(self, step: Step, order: Order, refusal: Refusal) -> None:
        news: dict[str, Any] = {
            "refused_at": self._now,
            "refusal_code": refusal.code,
            "refusal": refusal.message,
        }
        if refusal.settles:
            news["in_doubt_since"] = None
        statement = insert(step.session, TrackingUpload).values(
            order_id=order.id, company_id=order.company_id, **news
        )
        await step.session.execute(statement.on_conflict_do_update(index_elements=["order_id"], set_=news))
        if refusal.is_cancelled:
            note = CANCELLED_AFTER_SHIPPING
            values = {"order_id": order.id, "body": note.body, "event": note.event, "author": AUTHOR,
                      "created_at": self._now}  # fmt: skip
            await step.session.execute(
                insert(step.session, OrderNote).values(**values).on_conflict_do_nothing()
            )
        step.outcomes.append(_failed(order, refusal.code, refusal.message))


def _failed(order: Order, code: str, message: str, *, retryable: bool = False) -> Outcome:
    return Outcome(order.channel_order_id, JobOutcomeStatus.FAILED, code, message, retryable=retryable)


def _unfit_outcome(order: Order) -> Outcome:
    number = order.channel_order_id
    if order.source_updated_for_shipping:
        message = "Temu knows already how this order was shipped."
        return Outcome(number, JobOutcomeStatus.SKIPPED, "ALREADY_UPLOADED", message)
    if order.fulfilled_by is not FulfilledBy.SELLER:
        message = "Temu or a warehouse service of its ships this order; there is nothing to tell."
        return Outcome(number, JobOutcomeStatus.SKIPPED, "FULFILLED_ELSEWHERE", message)
    message = "This order is not fully shipped: Temu takes its tracking all at once."
    return _failed(order, "NOT_FULLY_SHIPPED", message)
