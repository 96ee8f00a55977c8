"""Files whose rows a job applies: batch by batch, each in a transaction with its outcomes.

What has an outcome is done: a job that was interrupted goes on with the rest, and repeats nothing (J2).
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Generic, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from domain import files
from domain.errors import Refused
from domain.models import JobOutcomeStatus
from domain.queued_jobs import queries as jobs
from domain.queued_jobs.run import JobRun, Outcome
from domain.tables import reading
from domain.tables.columns import Columns
from domain.tables.rows import FileRows, RequestT, read_rows
from domain.tables.values import RowCells

UnitT = TypeVar("UnitT")
Retrying = Callable[[Callable[[], Awaitable[None]]], Awaitable[None]]
"""Runs a unit of work, and runs it again while something is in its way."""


async def rows_of_file(
    run: JobRun, file_id: int, columns: Columns, read: Callable[[RowCells], RequestT | Outcome]
) -> FileRows[RequestT]:
    """What a file asks for. Raises NotFound for a file that is gone, Invalid, LimitExceeded, Unavailable."""
    async with run.database.read() as session:
        content = await files.content(session, file_id)
    table = await reading.read(content, columns)
    # In a thread, as the lease is kept on this loop.
    return await asyncio.to_thread(read_rows, table, columns, read)


class FileImport(Generic[RequestT]):
    """Applies what a file asks for, in the order of its rows. Rows of one *unit* are applied together: by itself each is one."""

    def __init__(
        self, run: JobRun, file: FileRows[RequestT], *, validate_only: bool, at_once: int, retrying: Retrying
    ) -> None:
        self._run = run
        self._file = file
        self._validate_only = validate_only
        self._at_once = at_once
        self._retrying = retrying

    async def apply(
        self,
        units: Sequence[Sequence[RequestT]],
        apply: Callable[[AsyncSession, Sequence[Sequence[RequestT]]], Awaitable[list[Outcome]]],
        *,
        prepare: Callable[[Sequence[Sequence[RequestT]]], Awaitable[None]] | None = None,
    ) -> None:
        """Apply units by *apply*, which answers an outcome for each of their rows; *prepare* does before it what must not be
        done in a transaction.
        """
        async with self._run.database.read() as session:
            told = await jobs.subjects(session, self._run.job.id)
        places = {subject: place for place, subject in enumerate(self._file.subjects)}
        for outcomes, batch in self._batches(units, told, places):
            if batch and prepare is not None:
                await prepare(batch)

            async def unit(
                outcomes: list[Outcome] = outcomes, batch: list[Sequence[RequestT]] = batch
            ) -> None:
                async with self._run.step() as step:
                    step.total = len(self._file.others) + len(self._file.requests)
                    found = await self._applied(step.session, batch, apply) if batch else []
                    # Of a unit that is tried again some rows may be done.
                    found = [outcome for outcome in found if outcome.subject not in told]
                    step.outcomes += sorted(outcomes + found, key=lambda one: places.get(one.subject, -1))

            await self._retrying(unit)

    def _batches(
        self, units: Sequence[Sequence[RequestT]], told: set[str], places: Mapping[str, int]
    ) -> Iterator[tuple[list[Outcome], list[Sequence[RequestT]]]]:
        """What is left to be told and done, in the order of the file. There is one at least, which tells the total."""
        entries: list[tuple[int, Outcome | Sequence[RequestT]]] = [
            (places.get(other.subject, -1), other) for other in self._file.others if other.subject not in told
        ]
        entries += [
            (places[unit[0].subject], unit) for unit in units if any(row.subject not in told for row in unit)
        ]
        entries.sort(key=lambda entry: entry[0])
        for start in range(0, max(1, len(entries)), self._at_once):
            some = [entry for _, entry in entries[start : start + self._at_once]]
            yield (
                [entry for entry in some if isinstance(entry, Outcome)],
                [entry for entry in some if not isinstance(entry, Outcome)],
            )

    async def _applied(
        self,
        session: AsyncSession,
        batch: Sequence[Sequence[RequestT]],
        apply: Callable[[AsyncSession, Sequence[Sequence[RequestT]]], Awaitable[list[Outcome]]],
    ) -> list[Outcome]:
        if not self._validate_only:
            return await apply(session, batch)
        # Done, looked at, and taken back: whatever would be refused is.
        async with session.begin_nested() as trial:
            outcomes = await apply(session, batch)
            await trial.rollback()
        return [on_trial(outcome) for outcome in outcomes]


def on_trial(outcome: Outcome) -> Outcome:
    """What is told of what would be done."""
    if outcome.status is not JobOutcomeStatus.SUCCEEDED:
        return outcome
    return Outcome.succeeded(outcome.subject, "VALID", f"{outcome.message} Only tried, nothing is changed.")


async def together_or_one_by_one(
    session: AsyncSession,
    units: Sequence[UnitT],
    apply: Callable[[Sequence[UnitT]], Awaitable[list[Outcome]]],
    refused: Callable[[UnitT, Refused], list[Outcome]],
) -> list[Outcome]:
    """Apply units at once where all can be, which is quick; else one by one, so that one that is *refused* costs no other."""
    if len(units) > 1:
        try:
            async with session.begin_nested():
                return await apply(units)
        except Refused:
            pass
    return await one_by_one(session, units, lambda unit: apply([unit]), refused)


async def one_by_one(
    session: AsyncSession,
    units: Sequence[UnitT],
    apply: Callable[[UnitT], Awaitable[list[Outcome]]],
    refused: Callable[[UnitT, Refused], list[Outcome]],
) -> list[Outcome]:
    """Apply units, each whole or not at all."""
    outcomes: list[Outcome] = []
    for unit in units:
        try:
            async with session.begin_nested():
                outcomes += await apply(unit)
        except Refused as refusal:
            outcomes += refused(unit, refusal)
    return outcomes
