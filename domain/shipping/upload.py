"""Uploads tracking: confirms a company's shipments to Temu (T2 to T8, T13), and corrects packages that Temu has (T12).

An order is resolved by an outcome of this job, so a run that follows a crash goes on with those that have none. Before
it is confirmed, the order is marked as in doubt; what is in doubt is asked about before it is confirmed again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from sqlalchemy import delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain.companies import malls
from domain.database.upsert import upsert
from domain.errors import Unavailable
from domain.models import JobOutcomeStatus, Order, OrderStatus, Package, ShippingStatus, TrackingUpload
from domain.orders.importing.decide import CANCELLED_AFTER_SHIPPING
from domain.orders.notes import add_notes
from domain.queued_jobs.arguments import UploadTracking
from domain.queued_jobs.run import JobRun, Outcome, Step
from domain.resources import Resources
from domain.shipping.claim import claim
from domain.shipping.confirm import Accepted, Answers, CallRefused, ShipmentRefusal, confirm
from domain.shipping.confirm_message import TemuIds
from domain.shipping.correct import Corrections
from domain.shipping.directories import Directories
from domain.shipping.parcels import Shipment
from domain.shipping.pending import OrderBatch, PendingOrders
from domain.shipping.resolve import Resolver

Send = Callable[[Shipment, TemuIds], Awaitable[Answers]]


class TrackingUploads:
    def __init__(
        self, resources: Resources, run: JobRun, arguments: UploadTracking, *, now: datetime
    ) -> None:
        self._resources = resources
        self._run = run
        self._wanted = arguments.order_ids
        self._now = now

    async def run(self) -> None:
        company, temu = await malls.connect(self._resources, self._run.company_id, self._run.job.type)
        database = self._run.database
        resolver = Resolver(database, Directories(database, temu, company_id=company.id))
        corrections = Corrections(temu, self._run, resolver, now=self._now)
        pending = PendingOrders(company, self._run.job, self._wanted, now=self._now)
        await self._begin(pending, corrections)
        trouble: Unavailable | None = None
        open_orders: set[int] = set()
        while batch := await self._next_batch(pending):
            troubles = await self._confirm_batch(partial(confirm, temu), resolver, pending, batch)
            trouble = next(iter(troubles.values()), trouble)
            open_orders.update(troubles)
        for order_id, wanted in (await corrections.pending(self._wanted)).items():
            if order_id in open_orders and self._run.retries_last_few:
                continue  # With an outcome it would count as resolved, and its shipment would wait for another job.
            trouble = await corrections.run(wanted) or trouble
        if trouble is not None and self._run.retries_last_few:
            raise trouble
        async with self._run.step() as step:
            step.is_last = True

    async def _begin(self, pending: PendingOrders, corrections: Corrections) -> None:
        """Count what is pending, and record why orders that a person named can't be uploaded."""
        async with self._run.database.read() as session:
            await pending.include_parcels(session)
        if self._run.has_begun:
            return
        corrected = await corrections.pending(self._wanted)
        async with self._run.step(checkpoint={"stage": "orders"}) as step:
            step.outcomes += await pending.unfit(step.session)
            step.remaining = await pending.count(step.session)
            if self._wanted is None:
                step.remaining += len(corrected)

    async def _next_batch(self, pending: PendingOrders) -> OrderBatch | None:
        async with self._run.database.read() as session:
            return await pending.next_batch(session)

    async def _confirm_batch(
        self, send: Send, resolver: Resolver, pending: PendingOrders, batch: OrderBatch
    ) -> dict[int, Unavailable]:
        """Confirm some orders, and record what became of them; returns by order the trouble that may pass."""
        resolved, refused = await resolver.resolve(batch.shipments)
        async with self._run.transaction() as session:
            claimed, changed = await claim(session, pending, resolved, now=self._now)
        pending.requeue(changed)
        results = await asyncio.gather(*(send(*each) for each in claimed), return_exceptions=True)
        # By id: an order that was claimed is another object than the one in the batch.
        found: dict[int, tuple[Order, Answers]] = {order.id: (order, []) for order in batch.idle}
        for shipment, why in refused:
            for part in shipment.parts:
                found.setdefault(part.order.id, (part.order, []))[1].append((part, why))
        sent: set[int] = set()
        for (shipment, _), result in zip(claimed, results, strict=True):
            if shipment.in_doubt or not isinstance(result, CallRefused):
                sent |= {order.id for order in shipment.orders}
            if not isinstance(result, BaseException):
                for order in shipment.orders:
                    found.setdefault(order.id, (order, []))
                for part, answer in result:
                    found[part.order.id][1].append((part, answer))
        await self._record(pending, list(found.values()))
        await self._clear_doubt({order.id for shipment, _ in claimed for order in shipment.orders} - sent)
        # What concerns all orders, or is a fault of ours, ends the run once what Temu took is recorded.
        for result in results:
            if isinstance(result, BaseException):
                raise result.error if isinstance(result, CallRefused) else result
        return {order.id: trouble[0] for order, each in found.values() if (trouble := _troubles(each))}

    async def _clear_doubt(self, order_ids: Collection[int]) -> None:
        """What Temu did not look at is in doubt no more than before; asking about it may not even be permitted."""
        if order_ids:
            of_these = TrackingUpload.order_id.in_(order_ids)
            async with self._run.transaction(even_if_stopping=True) as session:
                nothing_left = of_these & TrackingUpload.refused_at.is_(None)
                await session.execute(delete(TrackingUpload).where(nothing_left))
                await session.execute(update(TrackingUpload).where(of_these).values(in_doubt_since=None))

    async def _record(self, pending: PendingOrders, answers: Sequence[tuple[Order, Answers]]) -> None:
        settled = [(order, given) for order, given in answers if self._is_news(given)]
        if not settled:
            return
        async with self._run.step(even_if_stopping=True) as step:
            for order, given in settled:
                await self._record_order(step, pending, order, given)

    def _is_news(self, answers: Answers) -> bool:
        """Whether there is something to keep. While this job still waits for trouble with an order to pass, that is
        what Temu has of it: a refusal of its other parts would count as progress each time, and the pending never end.
        """
        is_taken = any(isinstance(answer, Accepted) for _, answer in answers)
        return is_taken or not (_troubles(answers) and self._run.retries_last_few)

    async def _record_order(self, step: Step, pending: PendingOrders, order: Order, answers: Answers) -> None:
        is_done = await self._record_accepted(step.session, order, answers)
        trouble = next(iter(_troubles(answers)), None)
        refusals = [answer for _, answer in answers if isinstance(answer, ShipmentRefusal)]
        refusal = next(iter(refusals), None)
        if refusal is not None:
            is_resolved = trouble is None and all(each.resolves_doubt for each in refusals)
            await self._record_refusal(step.session, order, refusal, is_resolved=is_resolved)
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
            step.outcomes.append(replace(pending.unfit_outcome(order), status=JobOutcomeStatus.SKIPPED))

    async def _record_accepted(self, session: AsyncSession, order: Order, answers: Answers) -> bool:
        """Record the packages that Temu has; returns whether nothing is left to tell of the order."""
        accepted = [(part, answer) for part, answer in answers if isinstance(answer, Accepted)]
        ids = [parcel.package.id for part, _ in accepted for parcel in part.parcels]
        if ids:
            await session.execute(
                update(Package)
                .where(Package.id.in_(ids), Package.uploaded_at.is_(None))
                .values(uploaded_at=self._now)
            )
        for _, answer in accepted:
            for package_id, warnings in answer.warnings.items():
                if warnings:
                    row_of = update(Package).where(Package.id == package_id)
                    await session.execute(row_of.values(upload_warnings=warnings))
        row = await session.get_one(Order, order.id, with_for_update={"key_share": True})
        unconfirmed = select(
            exists().where(
                Package.order_id == order.id, Package.uploaded_at.is_(None), Package.voided_at.is_(None)
            )
        )
        if row.shipping_status is not ShippingStatus.FULLY_SHIPPED or await session.scalar(unconfirmed):
            return False
        row.source_updated_for_shipping = True
        if row.status is OrderStatus.IN_PROCESS:
            row.status = OrderStatus.COMPLETED  # Shipped, and the channel knows: nothing is left to do.
        return True

    async def _record_refusal(
        self, session: AsyncSession, order: Order, refusal: ShipmentRefusal, *, is_resolved: bool
    ) -> None:
        news = {"refused_at": self._now, "refusal_code": refusal.code, "refusal": refusal.message}
        news |= {"in_doubt_since": None} if is_resolved else {}
        row = {"order_id": order.id, "company_id": order.company_id, **news}
        await upsert(session, TrackingUpload, [row], key=("order_id",), news=tuple(news))
        if refusal.is_cancelled:
            await add_notes(session, [(order, CANCELLED_AFTER_SHIPPING)], now=self._now)


def _troubles(answers: Answers) -> list[Unavailable]:
    return [answer for _, answer in answers if isinstance(answer, Unavailable)]


def _warnings(answers: Answers) -> list[str]:
    said = [answer.warnings.values() for _, answer in answers if isinstance(answer, Accepted)]
    return list(dict.fromkeys(words for packages in said for warnings in packages for words in warnings))


def _succeeded(order: Order, code: str, words: Sequence[str]) -> Outcome:
    return Outcome.succeeded(order.channel_order_id, code, " ".join(words) or None)


def _failed(order: Order, code: str, message: str, *, retryable: bool = False) -> Outcome:
    return Outcome.failed(order.channel_order_id, code, message, retryable=retryable)
