"""Has Temu correct packages that it has: part of a company's upload (T6, T12).

As with shipments, what is to be sent is stored before and marked as in doubt, sent once, and asked about where the answer
is lost. A package says what Temu holds until Temu has taken the correction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.errors import CredentialsRefused, Paused, Unavailable
from domain.inventory import changes
from domain.models import (
    JobOutcome,
    JobOutcomeStatus,
    JobTrigger,
    Order,
    Package,
    PackageCorrection,
    TrackingUpload,
)
from domain.orders import restrictions
from domain.orders.notes import Note, add_notes
from domain.queued_jobs.run import JobRun, Outcome
from domain.shipping import advice, queries
from domain.shipping.change import PackageLabel
from domain.shipping.change import apply as apply_change
from domain.shipping.confirm import SERVICE_FAULT, Accepted, Answer, ShipmentRefusal
from domain.shipping.pending import FAULT_REST
from domain.shipping.resolve import Resolver, Unresolved
from domain.shipping.tracking_numbers import tracking_key, unspaced
from domain.temu.client import TemuClient
from domain.temu.errors import (
    NO_CODE,
    FaultCount,
    InternalFault,
    PermissionMissing,
    TemuRefused,
    TemuUnavailable,
)
from domain.temu.messages import ShipmentRow


@dataclass(frozen=True)
class PendingCorrection:
    order: Order
    package: Package
    correction: PackageCorrection


@dataclass(frozen=True)
class _Edit:
    """The same in Temu's words."""

    package_number: str
    carrier_id: str
    address_id: str


class Corrections:
    def __init__(self, temu: TemuClient, run: JobRun, resolver: Resolver, *, now: datetime) -> None:
        self._temu = temu
        self._run = run
        self._resolver = resolver
        self._now = now

    async def pending(self, order_ids: Sequence[int] | None) -> dict[int, list[PendingCorrection]]:
        """By order, what is pending: of these orders, or of all. What Temu refused waits for a person, and what came of
        a fault of its service for an hour.
        """
        statement = (
            select(Order, Package, PackageCorrection)
            .join(Package, Package.id == PackageCorrection.package_id)
            .join(Order, Order.id == Package.order_id)
            .where(PackageCorrection.company_id == self._run.company_id)
            .order_by(Order.id, Package.id)
        )
        if order_ids is not None:
            statement = statement.where(Order.id.in_(order_ids))
        if self._run.job.trigger is not JobTrigger.MANUAL:
            is_fault_over = and_(
                PackageCorrection.refusal_code == SERVICE_FAULT,
                PackageCorrection.refused_at < self._now - FAULT_REST,
            )
            statement = statement.where(or_(PackageCorrection.refused_at.is_(None), is_fault_over))
        found: dict[int, list[PendingCorrection]] = {}
        async with self._run.database.read() as session:
            for order, package, correction in await session.execute(statement):
                found.setdefault(order.id, []).append(PendingCorrection(order, package, correction))
        return found

    async def run(self, wanted: Sequence[PendingCorrection]) -> Unavailable | None:
        """Have Temu correct packages of one order, and record what it says; returns the trouble that left some of it
        open. While the run is retried for such, that is no outcome yet.
        """
        answers = [(each, answer) for each in wanted if (answer := await self._correct(each)) is not None]
        trouble = next((answer for _, answer in answers if isinstance(answer, Unavailable)), None)
        waits = self._run.retries_last_few
        settled = [(each, a) for each, a in answers if not (waits and isinstance(a, Unavailable))]
        if settled:
            await changes.retry_while_in_flight(lambda: self._record(settled))
        return trouble

    async def _correct(self, wanted: PendingCorrection) -> Answer | None:
        """What became of one; None where it is no more what was to be sent."""
        try:
            found = await self._resolve(wanted)
            return await self._edit(wanted, found) if isinstance(found, _Edit) else found
        except Unresolved as error:
            return error.refusal
        except PermissionMissing as error:
            # Only corrections need this interface: everything else goes on.
            return ShipmentRefusal.unresolved("PERMISSION_MISSING", error.message)
        except Unavailable as trouble:
            return trouble

    async def _resolve(self, wanted: PendingCorrection) -> _Edit | Accepted:
        """What is to be sent, or that Temu has it. Raises Unresolved."""
        order, package, correction = wanted.order, wanted.package, wanted.correction
        in_doubt = correction.in_doubt_since is not None
        restricted = () if in_doubt else restrictions.of(order)
        carriers = await self._resolver.carriers(order, {correction.carrier}, restricted)
        addresses = await self._resolver.addresses({correction.warehouse_id})
        carrier_id = carriers[correction.carrier]
        held = await self._held(wanted)
        # The address is nothing that Temu tells: it is right where what went with it is.
        is_shown = correction.warehouse_id == package.warehouse_id or (in_doubt and _is_shown(wanted))
        if is_shown and _find(held, correction.tracking_number, carrier_id) is not None:
            return Accepted()
        found = _find(held, package.tracking_number) or _find(held, correction.tracking_number)
        if found is None or not found.package_sn:
            numbers = ", ".join(str(row.tracking_number) for row in held if row.tracking_number) or "none"
            message = (
                f"Temu has no package {package.tracking_number} of this order that could be corrected; it has: {numbers}. "
                "See to it in the seller centre."
            )
            raise Unresolved("PACKAGE_UNKNOWN", message)
        return _Edit(str(found.package_sn), carrier_id, addresses[correction.warehouse_id])

    async def _edit(self, wanted: PendingCorrection, edit: _Edit) -> Answer | None:
        was_in_doubt = wanted.correction.in_doubt_since is not None
        faults = FaultCount()
        while await self._claim(wanted):
            try:
                await self._temu.edit_shipment(
                    package_number=edit.package_number,
                    carrier_id=edit.carrier_id,
                    tracking_number=unspaced(wanted.correction.tracking_number),
                    address_id=edit.address_id,
                )
            except TemuUnavailable as trouble:
                was_in_doubt = True
                if answer := await self._after_fault(trouble, wanted, edit, faults):
                    return answer
            except TemuRefused as error:
                if error.temu_code == NO_CODE and await self._is_corrected(wanted, edit):
                    return Accepted()
                words = f"{advice.on_correction(error.temu_code)} {error.message}"
                return ShipmentRefusal(f"TEMU_{error.temu_code}", words)
            except PermissionMissing as error:
                return ShipmentRefusal("PERMISSION_MISSING", error.message, resolves_doubt=not was_in_doubt)
            except (CredentialsRefused, Paused):
                if not was_in_doubt:
                    await self._clear_doubt(wanted)
                raise
            else:
                return Accepted()
        return None

    async def _after_fault(
        self, trouble: TemuUnavailable, wanted: PendingCorrection, edit: _Edit, faults: FaultCount
    ) -> Answer | None:
        """What is known of a correction whose answer was lost; None where it is to be sent again."""
        try:
            if await self._is_corrected(wanted, edit):
                return Accepted()
        except Unresolved:
            if isinstance(trouble, InternalFault):
                raise
        if not isinstance(trouble, InternalFault):
            return trouble
        if refused := faults.add(trouble):
            # Where Temu tells what it holds it was asked by now, and holds what it held.
            return ShipmentRefusal(SERVICE_FAULT, refused.message, resolves_doubt=_is_shown(wanted))
        return None

    async def _clear_doubt(self, wanted: PendingCorrection) -> None:
        """Have a correction that Temu did not look at be in doubt no more."""
        async with self._run.transaction(even_if_stopping=True) as session:
            correction = await _unchanged(session, wanted)
            if correction is not None:
                correction.in_doubt_since = None

    async def _is_corrected(self, wanted: PendingCorrection, edit: _Edit) -> bool:
        """Whether Temu has it corrected, though nobody heard so. What its answer doesn't show, is sent again."""
        if not _is_shown(wanted):
            return False
        return _find(await self._held(wanted), wanted.correction.tracking_number, edit.carrier_id) is not None

    async def _held(self, wanted: PendingCorrection) -> Sequence[ShipmentRow]:
        """What Temu has of the package's orders. Raises Unresolved where it refuses to tell."""
        async with self._run.database.read() as session:
            lines = await queries.lines(session, [wanted.package.id])
        found: list[ShipmentRow] = []
        try:
            for _, item in lines:
                found += await self._temu.shipments(wanted.order.channel_order_id, item.channel_order_item_id)
        except TemuRefused as error:
            message = (
                f"What Temu has of this package can't be found out, so it isn't corrected. {error.message}"
            )
            raise Unresolved(f"TEMU_{error.temu_code}", message) from None
        return found

    async def _claim(self, wanted: PendingCorrection) -> bool:
        """Mark a correction as in doubt, if it is still the one that was looked up: another has a job of its own."""
        async with self._run.transaction() as session:
            correction = await _unchanged(session, wanted)
            if correction is None:
                return False
            correction.in_doubt_since = correction.in_doubt_since or self._now
            return True

    async def _record(self, settled: Sequence[tuple[PendingCorrection, Answer]]) -> None:
        async with self._run.step(even_if_stopping=True) as step:
            number = settled[0][0].order.channel_order_id
            failed = partial(Outcome.failed, number)
            failures: list[Outcome] = []
            for wanted, answer in settled:
                correction = await _unchanged(step.session, wanted)
                if correction is None:
                    continue
                match answer:
                    case Accepted():
                        await self._record_accepted(step.session, correction)
                    case ShipmentRefusal():
                        correction.refused_at = self._now
                        correction.refusal_code, correction.refusal = answer.code, answer.message
                        if answer.resolves_doubt:
                            correction.in_doubt_since = None
                        failures.append(failed(answer.code, answer.message))
                    case Unavailable():
                        failures.append(failed("UNAVAILABLE", answer.message, retryable=True))
            if failures:
                step.outcomes.append(failures[0])
            elif not await self._has_unconfirmed(step.session, settled[0][0].order):
                step.outcomes.append(Outcome.succeeded(number, "CORRECTED"))

    async def _has_unconfirmed(self, session: AsyncSession, order: Order) -> bool:
        """Whether other packages of the order failed in this job: that is what is to be seen of it, and retried."""
        failed = exists().where(
            JobOutcome.job_id == self._run.job.id,
            JobOutcome.subject == order.channel_order_id,
            JobOutcome.status == JobOutcomeStatus.FAILED,
        )
        is_open = exists().where(TrackingUpload.order_id == order.id)
        return bool(await session.scalar(select(and_(failed, is_open))))

    async def _record_accepted(self, session: AsyncSession, correction: PackageCorrection) -> None:
        package = await session.get_one(Package, correction.package_id)
        order = await session.get_one(Order, package.order_id)
        before = package.tracking_number
        await apply_change(session, order, package, PackageLabel.by(correction))
        package.upload_warnings = []  # They were of the number before.
        body = f"Temu has {package.tracking_number} ({package.carrier}) in place of {before} now."
        event = f"package-corrected:{package.id}:{correction.requested_at.isoformat()}"
        await session.delete(correction)
        await session.flush()
        await add_notes(session, [(order, Note(event, body))], now=self._now)


async def _unchanged(session: AsyncSession, wanted: PendingCorrection) -> PackageCorrection | None:
    """The correction as it is stored, in a transaction that has its order; None where it is another by now."""
    await session.get_one(Order, wanted.order.id, with_for_update={"key_share": True})
    correction = await session.get(PackageCorrection, wanted.package.id)
    if correction is None or correction.requested_at != wanted.correction.requested_at:
        return None
    return correction if PackageLabel.by(correction) == PackageLabel.by(wanted.correction) else None


def _is_shown(wanted: PendingCorrection) -> bool:
    """Whether Temu tells what is to be corrected: an address alone it doesn't."""
    package, correction = wanted.package, wanted.correction
    return (correction.tracking_key, correction.carrier) != (package.tracking_key, package.carrier)


def _find(held: Sequence[ShipmentRow], number: str, carrier_id: str | None = None) -> ShipmentRow | None:
    key = tracking_key(number)
    for row in held:
        is_it = row.tracking_number is not None and tracking_key(str(row.tracking_number)) == key
        if is_it and carrier_id in {None, str(row.carrier_id)}:
            return row
    return None
