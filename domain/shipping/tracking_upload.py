"""Telling Temu how a company's orders were shipped: T2 to T8, T13; and what of it was wrong: T12.

An order is settled by an outcome of this job, so a run that follows a crash goes on with those that have none. Before
Temu is told, the order is marked as in doubt; what is in doubt is asked about before it is told again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from sqlalchemy import delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain.companies import malls
from domain.database.upsert import upsert
from domain.errors import Unavailable
from domain.models import (
    JobOutcomeStatus,
    Order,
    OrderStatus,
    Package,
    ShippingStatus,
    TrackingUpload,
)
from domain.orders.importing.decide import CANCELLED_AFTER_SHIPPING
from domain.orders.notes import add_notes
from domain.queued_jobs.arguments import UploadTracking
from domain.queued_jobs.run import JobRun, Outcome, Step
from domain.resources import Resources
from domain.shipping import upload_warnings
from domain.shipping.claiming import claim
from domain.shipping.confirmation import Labels
from domain.shipping.correcting import Corrections
from domain.shipping.directories import Directories
from domain.shipping.labelling import Labeller
from domain.shipping.parcels import Shipment
from domain.shipping.telling import Accepted, Answers, NotLetThrough, Refusal, tell
from domain.shipping.waiting import Batch, WaitingOrders

TellTemu = Callable[[Shipment, Labels], Awaitable[Answers]]


@dataclass(frozen=True)
class _Told:
    """
    What became of the parts of each order, what ended the telling of some, the orders that have to be looked up again, and
    those that Temu did not look at.
    """

    answers: Sequence[tuple[Order, Answers]]
    faults: Sequence[BaseException]
    changed: Collection[int]
    unseen: Collection[int]


class TrackingUploads:
    """One run of one company's upload."""

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
        """Tell Temu of every order that waits for it."""
        company, temu = await malls.connect(self._resources, self._company_id, self._run.job.type)
        labeller = Labeller(self._database, Directories(self._database, temu, company_id=company.id))
        corrections = Corrections(self._database, temu, self._run, labeller, now=self._now)
        waiting = WaitingOrders(company, self._run.job, self._wanted, now=self._now)
        await self._begin(waiting, corrections)
        after, trouble, open_orders = 0, None, set[int]()
        while batch := await self._batch(waiting, after):
            told = await self._tell(partial(tell, temu), labeller, waiting, batch)
            waiting.look_again_at(told.changed)
            after = min([batch.last_id, *(order_id - 1 for order_id in told.changed)])
            troubles = {order.id: found for order, each in told.answers if (found := _troubles(each))}
            trouble = next((found[0] for found in troubles.values()), trouble)
            open_orders.update(troubles)
            await self._settle(waiting, told.answers)
            await self._withdraw_doubt(told.unseen)
            # What concerns all orders, or is a fault of ours, ends the run once what Temu took is noted.
            for fault in told.faults:
                raise fault.error if isinstance(fault, NotLetThrough) else fault
        for order_id, wanted in (await corrections.waiting(self._wanted)).items():
            if order_id in open_orders and self._run.retries_last_few:
                continue  # With an outcome it would count as told, and its shipment would wait for another job.
            trouble = await corrections.tell(wanted, is_patient=self._run.retries_last_few) or trouble
        if trouble is not None and self._run.retries_last_few:
            raise trouble
        async with self._run.step() as step:
            step.is_last = True

    async def _begin(self, waiting: WaitingOrders, corrections: Corrections) -> None:
        """Count what is to be told, and tell of those that a person named and that can't be uploaded."""
        async with self._database.read() as session:
            await waiting.include_parcels(session)
        if self._run.has_begun:
            return
        corrected = await corrections.waiting(self._wanted)
        async with self._run.step(checkpoint={"stage": "orders"}) as step:
            step.outcomes += await waiting.unfit(step.session)
            step.remaining = await waiting.count(step.session)
            if self._wanted is None:
                step.remaining += len(corrected)

    async def _batch(self, waiting: WaitingOrders, after: int) -> Batch | None:
        async with self._database.read() as session:
            return await waiting.batch(session, after)

    async def _tell(
        self, tell_temu: TellTemu, labeller: Labeller, waiting: WaitingOrders, batch: Batch
    ) -> _Told:
        labelled, refused = await labeller.label(self._company_id, batch.shipments)
        async with self._run.transaction() as session:
            claimed, changed = await claim(session, waiting, labelled, now=self._now)
        told = await asyncio.gather(*(tell_temu(*each) for each in claimed), return_exceptions=True)
        faults = [fault for fault in told if isinstance(fault, BaseException)]
        # By id: an order that was claimed is another object than the one in the batch.
        found: dict[int, tuple[Order, Answers]] = {order.id: (order, []) for order in batch.idle}
        for shipment, why in refused:
            for part in shipment.parts:
                found.setdefault(part.order.id, (part.order, []))[1].append((part, why))
        for (shipment, _), answers in zip(claimed, told, strict=True):
            if not isinstance(answers, BaseException):
                for order in shipment.orders:
                    found.setdefault(order.id, (order, []))
                for part, answer in answers:
                    found[part.order.id][1].append((part, answer))
        outcomes = list(zip(claimed, told, strict=True))
        unseen = {o.id for (s, _), each in outcomes if _is_unseen(s, each) for o in s.orders}
        unseen -= {o.id for (s, _), each in outcomes if not _is_unseen(s, each) for o in s.orders}
        return _Told(list(found.values()), faults, changed, unseen)

    async def _withdraw_doubt(self, order_ids: Collection[int]) -> None:
        """
        Of what Temu did not look at nothing is in doubt that wasn't before; asking about it may not even be permitted.
        """
        if order_ids:
            of_these = TrackingUpload.order_id.in_(order_ids)
            async with self._run.transaction(even_if_stopping=True) as session:
                nothing_left = of_these & TrackingUpload.refused_at.is_(None)
                await session.execute(delete(TrackingUpload).where(nothing_left))
                await session.execute(update(TrackingUpload).where(of_these).values(in_doubt_since=None))

    async def _settle(self, waiting: WaitingOrders, answers: Sequence[tuple[Order, Answers]]) -> None:
        settled = [(order, given) for order, given in answers if self._is_news(given)]
        if not settled:
            return
        async with self._run.step(even_if_stopping=True) as step:
            for order, given in settled:
                await self._settle_order(step, waiting, order, given)

    def _is_news(self, answers: Answers) -> bool:
        """
        Whether there is something to keep. While this job still waits for trouble with an order to pass, that is what Temu
        has of it: a refusal of its other parts would count as progress each time, and the waiting never end.
        """
        is_told = any(isinstance(answer, Accepted) for _, answer in answers)
        return is_told or not (_troubles(answers) and self._run.retries_last_few)

    async def _settle_order(self, step: Step, waiting: WaitingOrders, order: Order, answers: Answers) -> None:
        is_done = await self._accepted(step.session, order, answers)
        trouble = next(iter(_troubles(answers)), None)
        refusals = [answer for _, answer in answers if isinstance(answer, Refusal)]
        refusal = next(iter(refusals), None)
        if refusal is not None:
            is_settled = trouble is None and all(each.settles for each in refusals)
            await self._refused(step.session, order, refusal, is_settled=is_settled)
        elif trouble is None:
            await step.session.execute(delete(TrackingUpload).where(TrackingUpload.order_id == order.id))
        if trouble is not None:
            # In doubt still: whoever comes next asks Temu first.
            if not self._run.retries_last_few:
                step.outcomes.append(_failed(order, "UNAVAILABLE", trouble.message, retryable=True))
        elif refusal is not None:
            step.outcomes.append(_failed(order, refusal.code, refusal.message))
        elif is_done:
            step.outcomes.append(_succeeded(order, "UPLOADED", _warnings(answers)))
        elif answers:
            message = "Temu knows of the lines that are packed whole; the others follow."
            step.outcomes.append(_succeeded(order, "UPLOADED_IN_PART", [message, *_warnings(answers)]))
        else:
            step.outcomes.append(replace(waiting.unfit_outcome(order), status=JobOutcomeStatus.SKIPPED))

    async def _accepted(self, session: AsyncSession, order: Order, answers: Answers) -> bool:
        """Note the packages that Temu has; returns whether nothing is left to tell of the order."""
        accepted = [(part, answer) for part, answer in answers if isinstance(answer, Accepted)]
        ids = [parcel.package.id for part, _ in accepted for parcel in part.parcels]
        if ids:
            await session.execute(
                update(Package)
                .where(Package.id.in_(ids), Package.uploaded_at.is_(None))
                .values(uploaded_at=self._now)
            )
        for part, answer in accepted:
            await upload_warnings.store(session, part.parcels, answer.warnings)
        row = await session.get_one(Order, order.id, with_for_update={"key_share": True})
        untold = select(
            exists().where(
                Package.order_id == order.id, Package.uploaded_at.is_(None), Package.voided_at.is_(None)
            )
        )
        if row.shipping_status is not ShippingStatus.FULLY_SHIPPED or await session.scalar(untold):
            return False
        row.source_updated_for_shipping = True
        if row.status is OrderStatus.IN_PROCESS:
            row.status = OrderStatus.COMPLETED  # Shipped, and the channel knows: nothing is left to do.
        return True

    async def _refused(
        self, session: AsyncSession, order: Order, refusal: Refusal, *, is_settled: bool
    ) -> None:
        news = {"refused_at": self._now, "refusal_code": refusal.code, "refusal": refusal.message}
        news |= {"in_doubt_since": None} if is_settled else {}
        row = {"order_id": order.id, "company_id": order.company_id, **news}
        await upsert(session, TrackingUpload, [row], key=("order_id",), news=tuple(news))
        if refusal.is_cancelled:
            await add_notes(session, [(order, CANCELLED_AFTER_SHIPPING)], now=self._now)


def _is_unseen(shipment: Shipment, told: Answers | BaseException) -> bool:
    return isinstance(told, NotLetThrough) and not shipment.in_doubt


def _troubles(answers: Answers) -> list[Unavailable]:
    return [answer for _, answer in answers if isinstance(answer, Unavailable)]


def _warnings(answers: Answers) -> list[str]:
    said = [answer.warnings for _, answer in answers if isinstance(answer, Accepted)]
    return list(dict.fromkeys(words for warnings in said for words in warnings))


def _succeeded(order: Order, code: str, words: Sequence[str]) -> Outcome:
    message = " ".join(words) or None
    return Outcome(order.channel_order_id, JobOutcomeStatus.SUCCEEDED, code, message)


def _failed(order: Order, code: str, message: str, *, retryable: bool = False) -> Outcome:
    return Outcome(order.channel_order_id, JobOutcomeStatus.FAILED, code, message, retryable=retryable)
