"""Bringing in what buyers send back: each return that changed since the last import, with its details; the mark moves at the end.

What is stored is the checkpoint: a run that goes on after a crash lists again, and asks for details only of what it doesn't know.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from domain.companies import malls
from domain.errors import Unavailable
from domain.models import Company, Return
from domain.orders.importing.parse import text_number
from domain.queued_jobs.arguments import ImportReturns
from domain.queued_jobs.run import JobRun, Outcome
from domain.resources import Resources
from domain.returns import write
from domain.returns.details import DetailReader, Wanted
from domain.returns.parse import IncomingReturn, ReturnDetails, UnreadableReturn, is_older, read_return
from domain.temu import returns
from domain.temu.client import TemuClient
from domain.temu.paging import ListPage, read_rows

# A buyer may send back for 90 days [C: Temu's pages for buyers].
FIRST_TIME = timedelta(days=90)
_AT_ONCE = 50
# Of those that lacked details before, so many a run.
_MOST_ASKED_AGAIN = 200
# The last pause before these are over is of a minute or two.
_LOOKS_FOR_THE_LATE = 7
_NOT_LISTED = "Temu doesn't list this return when asked for it by its number."


class ReturnNotListedYet(Unavailable):
    """Temu told of a return that it doesn't list so far."""


async def import_returns(
    resources: Resources, run: JobRun, arguments: ImportReturns, *, now: datetime
) -> None:
    company, temu = await malls.connect(resources, run.company_id, run.job.type)
    overlap = timedelta(seconds=resources.settings.import_overlap_seconds)
    await _ReturnImport(run, arguments, company, temu, overlap, now=now).run()


class _ReturnImport:
    def __init__(
        self, run: JobRun, arguments: ImportReturns, company: Company, temu: TemuClient, overlap: timedelta,
        *, now: datetime,
    ) -> None:  # fmt: skip
        self._run = run
        self._arguments = arguments
        self._temu = temu
        self._now = now
        self._company_id = company.id
        mark = company.returns_imported_until
        usual = now - FIRST_TIME if mark is None else mark - overlap
        self._since = arguments.since or usual
        # A run that reads less than the usual one must not hide from the next what it left out.
        self._moves_mark = self._since <= usual and not arguments.numbers
        self._began = now
        self._details = DetailReader(temu)
        self._seen: set[str] = set()

    async def run(self) -> None:
        """Raises ListIncomplete and what a call raises; the mark stays then."""
        async with self._run.step(is_progress=False) as step:
            await write.link(step.session, self._company_id)
        await self._read_list()
        missing = sorted(set(self._arguments.numbers) - self._seen)
        if missing and self._run.job.passing_failures < _LOOKS_FOR_THE_LATE:
            raise ReturnNotListedYet(_NOT_LISTED)
        await self._ask_again()
        async with self._run.step() as step:
            step.is_last = True
            step.outcomes += [Outcome.failed(n, "NOT_LISTED", _NOT_LISTED, retryable=True) for n in missing]
            step.outcomes += self._details.outcomes()
            if self._moves_mark:
                company = await step.session.get_one(
                    Company, self._company_id, with_for_update={"key_share": True}
                )
                company.returns_imported_until = max(
                    self._began, company.returns_imported_until or self._began
                )

    async def _read_list(self) -> None:
        batch: list[Any] = []

        async def fetch(page: int) -> ListPage:
            found = await returns.returns_changed(
                self._temu, self._since, page=page, numbers=self._arguments.numbers
            )
            if page == 1:
                # By Temu's clock, which tells when returns changed: the next run reads on from this moment.
                self._began = self._now - self._temu.clock_behind
            return found

        async for _, row in read_rows(
            fetch, what="returns", check=self._run.check_lease, seen=lambda: len(self._seen)
        ):
            batch.append(row)
            self._seen.add(_name_of(row))
            if len(batch) == _AT_ONCE:
                await self._import(batch)
                batch = []
        await self._import(batch)

    async def _import(self, rows: Sequence[Any]) -> None:
        """Some rows of the list, each with the details of those of which there is news."""
        incoming: dict[str, IncomingReturn] = {}
        outcomes: list[Outcome] = []
        for row in rows:
            try:
                one = read_return(row)
            except UnreadableReturn as fault:
                # The next run has to meet it in the list again.
                self._moves_mark = False
                subject = fault.number or "(a return without number)"
                outcomes.append(Outcome.failed(subject, "UNREADABLE", str(fault), retryable=True))
            else:
                known = incoming.get(one.number)
                if known is None or not is_older(one, changed_at=known.changed_at, status=known.status):
                    incoming[one.number] = one
        wanted = await self._those_with_news(list(incoming.values()))
        details = await self._details_of([Wanted(one.number, one.order_number, one.type) for one in wanted])
        pairs = [(one, details.get(one.number)) for one in incoming.values()]
        async with self._run.step() as step:
            step.outcomes += outcomes
            step.outcomes += await write.write(step.session, self._company_id, pairs, now=self._now)

    async def _details_of(self, wanted: Sequence[Wanted]) -> Mapping[str, ReturnDetails]:
        found = await asyncio.gather(*map(self._details.read, wanted))
        return {one.number: details for one, details in zip(wanted, found, strict=True)}

    async def _those_with_news(self, incoming: Sequence[IncomingReturn]) -> list[IncomingReturn]:
        statement = select(
            Return.channel_return_id, Return.channel_updated_at, Return.status, Return.details_wanted
        ).where(
            Return.company_id == self._company_id,
            Return.channel_return_id.in_([one.number for one in incoming]),
        )
        async with self._run.database.read() as session:
            known = {number: state for number, *state in await session.execute(statement)}
        found: list[IncomingReturn] = []
        for one in incoming:
            changed_at, status, is_wanted = known.get(one.number, (None, None, True))
            if changed_at is None or is_wanted or (one.changed_at, one.status) != (changed_at, status):
                found.append(one)
        return found

    async def _ask_again(self) -> None:
        """For details that could not be had when their return was listed."""
        if self._arguments.numbers or self._details.lacks_details():
            return
        statement = select(Return).where(
            Return.company_id == self._company_id,
            Return.details_wanted,
            Return.channel_return_id.not_in(self._seen),
        )
        async with self._run.database.read() as session:
            rows = (await session.scalars(statement.order_by(Return.id).limit(_MOST_ASKED_AGAIN))).all()
        for start in range(0, len(rows), _AT_ONCE):
            chunk = rows[start : start + _AT_ONCE]
            details = await self._details_of(
                [Wanted(row.channel_return_id, row.channel_order_id, row.type) for row in chunk]
            )
            async with self._run.step() as step:
                step.outcomes += await write.write_details(step.session, self._company_id, details)
            if self._details.lacks_details():
                return


def _name_of(row: Any) -> str:
    """What a row of the list is counted by."""
    number = text_number(row.get("parentAfterSalesSn")) if isinstance(row, dict) else None
    return number or repr(row)
