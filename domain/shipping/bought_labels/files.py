"""Fetching the files of labels that are made, and storing them sealed: a buyer's address stands on each.

A file is stored only while the buyers of all of its orders are kept, with these orders locked as their erasure locks them: so a
file that arrives when its buyer was erased is dropped.
"""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain import clock
from domain.access.principal import WORKER, Principal
from domain.companies import malls
from domain.database.upsert import insert
from domain.errors import Unavailable
from domain.models import (
    JobTrigger,
    Order,
    ShippingLabel,
    ShippingLabelFile,
    ShippingLabelLine,
    ShippingLabelStatus,
    literally,
)
from domain.queued_jobs import requests
from domain.queued_jobs.arguments import FetchLabelFiles
from domain.queued_jobs.run import JobRun, Outcome, not_permitted
from domain.resources import Resources, place_of_label_file
from domain.secrets import SecretBox
from domain.shipping.bought_labels.confirmation import cancel_label
from domain.temu import label_shipping
from domain.temu.client import TemuClient
from domain.temu.errors import PermissionMissing, TemuRefused
from domain.temu.interfaces import LABEL_FILE, OPTIONAL_INTERFACES

_AT_ONCE = 4
# Until a file that was not to be had is asked for again; after the last it is only when somebody wants to print it.
_PAUSES = [timedelta(minutes=m) for m in (1, 2, 5, 15, 30, 60, 180, 360, 720)]
_NOT_PERMITTED_FOR = timedelta(hours=1)
# Told when the file can be had: a time that is still to come, or a manifest that the carrier wants first.
_TOO_EARLY = {
    120_012_038: "Temu gives this file out later. It is asked for again.",
    120_018_012: "The carrier wants a manifest before this label is printed. Make a scan form in the seller centre; the file is asked "
    "for again.",
}
_CANCELLED = 120_018_010


@dataclass(frozen=True)
class _NotHad:
    """Why a file is not there yet. *is_cancelled*: the label is."""

    error: str
    is_cancelled: bool = False


IS_WANTED: ColumnElement[bool] = (
    (ShippingLabel.status == literally(ShippingLabelStatus.BOUGHT))
    & ShippingLabel.package_number.is_not(None)
) & ~exists().where(ShippingLabelFile.label_id == ShippingLabel.id)
"""Labels that are made, and of whose files nothing is recorded yet."""


async def want(session: AsyncSession, company_id: int, *, now: datetime) -> None:
    """Have the files of labels fetched that were just made. Raises as requests.request does."""
    if await _add_missing(session, company_id, now=now):
        await request(session, company_id, now=now)


async def _add_missing(session: AsyncSession, company_id: int, *, now: datetime) -> bool:
    """Whether there were labels of whose files nothing was recorded."""
    wanted = select(
        ShippingLabel.id,
        ShippingLabel.company_id,
        literal(now, ShippingLabelFile.due_at.type),
        literal(0),
        literal(now, ShippingLabelFile.created_at.type),
        literal(now, ShippingLabelFile.updated_at.type),
    ).where(ShippingLabel.company_id == company_id, IS_WANTED)
    columns = ["label_id", "company_id", "due_at", "tries", "created_at", "updated_at"]
    statement = insert(session, ShippingLabelFile).from_select(columns, wanted)
    added = await session.scalars(statement.on_conflict_do_nothing().returning(ShippingLabelFile.label_id))
    return bool(added.all())


async def request(session: AsyncSession, company_id: int, *, now: datetime) -> None:
    """Have what is due fetched. Raises as requests.request does."""
    trigger = JobTrigger.EVENT
    await requests.request(session, FetchLabelFiles(), company_id, by=WORKER, trigger=trigger, now=now)


async def want_again(
    session: AsyncSession, label_ids: Collection[int], *, by: Principal, now: datetime
) -> None:
    """Have files asked for at once that were not to be had so far: somebody waits for them, who may see these."""
    seen = by.visible(
        select(ShippingLabel.id).where(ShippingLabel.id.in_(label_ids)), ShippingLabel.company_id
    )
    missing = update(ShippingLabelFile).where(
        ShippingLabelFile.label_id.in_(seen),
        ShippingLabelFile.fetched_at.is_(None),
        ShippingLabelFile.erased_at.is_(None),
    )
    companies = await session.scalars(missing.values(due_at=now).returning(ShippingLabelFile.company_id))
    for company_id in sorted(set(companies)):
        await request(session, company_id, now=now)


async def erase(session: AsyncSession, order_ids: Collection[int], *, now: datetime) -> None:
    """Erase the files of labels of orders, whose rows the caller has locked."""
    of_orders = select(ShippingLabelLine.label_id).where(ShippingLabelLine.order_id.in_(order_ids))
    gone = update(ShippingLabelFile).where(
        ShippingLabelFile.label_id.in_(of_orders), ShippingLabelFile.erased_at.is_(None)
    )
    nothing = {"content": None, "sealed": None, "size": None, "due_at": None, "error": None}
    await session.execute(gone.values(erased_at=now, **nothing))


class LabelFileFetch:
    """One run for one company."""

    def __init__(self, resources: Resources, run: JobRun) -> None:
        self._resources = resources
        self._secrets: SecretBox = resources.secrets
        self._run = run

    async def run(self) -> None:
        """Fetch what is due. Raises what concerns all of a company's calls."""
        _, temu = await malls.connect(self._resources, self._run.company_id, self._run.job.type)
        async with self._run.transaction() as session:
            await _add_missing(session, self._run.company_id, now=clock.now())
        while labels := await self._due():
            fetched = await asyncio.gather(
                *(self._fetch(temu, each) for each in labels), return_exceptions=True
            )
            faults = [each for each in fetched if isinstance(each, BaseException)]
            found = [
                (label, each)
                for label, each in zip(labels, fetched, strict=True)
                if not isinstance(each, BaseException)
            ]
            for label, answer in found:
                await self._store(label, answer)
            if faults and isinstance(faults[0], PermissionMissing):
                return await self._postpone(faults[0])
            if faults:
                raise faults[0]
        return None

    async def _due(self) -> Sequence[ShippingLabel]:
        due = (
            select(ShippingLabel)
            .join(ShippingLabelFile, ShippingLabelFile.label_id == ShippingLabel.id)
            .where(
                ShippingLabelFile.company_id == self._run.company_id,
                ShippingLabelFile.due_at <= clock.now(),
            )
        )
        await self._run.check_lease()
        async with self._run.database.read() as session:
            return (await session.scalars(due.order_by(ShippingLabel.id).limit(_AT_ONCE))).all()

    async def _fetch(self, temu: TemuClient, label: ShippingLabel) -> bytes | _NotHad:
        try:
            url = await label_shipping.file_url(temu, label.package_number or "")
            return await temu.fetch_file(url)
        except Unavailable as error:
            return _NotHad(error.message)
        except TemuRefused as error:
            words = _TOO_EARLY.get(error.temu_code, error.message)
            return _NotHad(words, is_cancelled=error.temu_code == _CANCELLED)

    async def _store(self, label: ShippingLabel, answer: bytes | _NotHad) -> None:
        async with self._run.step(even_if_stopping=True) as step:
            outcome = await self._store_one(step.session, label, answer)
            step.outcomes += [outcome] if outcome is not None else []

    async def _store_one(
        self, session: AsyncSession, claimed: ShippingLabel, answer: bytes | _NotHad
    ) -> Outcome | None:
        now, subject = clock.now(), claimed.package_number or ""
        # First the label, as whoever hands it over; then the orders, in the order of whoever erases their buyers.
        label = await session.get_one(ShippingLabel, claimed.id, with_for_update={"key_share": True})
        of_label = select(ShippingLabelLine.order_id).where(ShippingLabelLine.label_id == claimed.id)
        locked = select(Order).where(Order.id.in_(of_label)).order_by(Order.id)
        kept = (await session.scalars(locked.with_for_update(key_share=True))).all()
        file = await session.get_one(ShippingLabelFile, label.id, with_for_update=True)
        if file.fetched_at is not None or file.erased_at is not None:
            return None
        if not all(order.keeps_buyer for order in kept):
            file.erased_at, file.due_at = now, None
            return None
        if isinstance(answer, bytes):
            place = place_of_label_file(label.id)
            file.sealed, file.content = self._secrets.seal_file(answer, place=place)
            file.size, file.fetched_at, file.due_at, file.error = len(answer), now, None, None
            return Outcome.succeeded(subject, "FETCHED")
        file.tries += 1
        file.error = answer.error
        file.due_at = now + _PAUSES[file.tries - 1] if file.tries <= len(_PAUSES) else None
        if answer.is_cancelled:
            file.due_at = None
            await cancel_label(session, label, now=now)
        return Outcome.failed(subject, "NOT_FETCHED", answer.error, retryable=True)

    async def _postpone(self, error: PermissionMissing) -> None:
        """Without the permission nothing is asked for a while; it is told once a run (C14)."""
        later = clock.now() + _NOT_PERMITTED_FOR
        message = f"{OPTIONAL_INTERFACES[LABEL_FILE]}. {error.message}"
        async with self._run.step(even_if_stopping=True) as step:
            of_company = ShippingLabelFile.company_id == self._run.company_id
            due = update(ShippingLabelFile).where(of_company, ShippingLabelFile.due_at <= clock.now())
            await step.session.execute(due.values(due_at=later, error=error.message))
            step.outcomes.append(not_permitted("(files)", message))
