"""
Bringing a mall's orders in: every page, then addresses, then amounts; the mark moves only at the very end (O1).

The stages follow each other in a checkpoint, so a run that was interrupted goes on where it was:
pages -> closing -> unreadable -> cancellations -> addresses -> amounts -> end. A retry of single failures begins
at `failures`, and an import of single orders (O14) goes its own way: numbers -> cancellations -> addresses -> amounts -> late -> end, and moves no
mark.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from domain.companies import malls
from domain.errors import Unavailable
from domain.inventory import changes
from domain.models import Company, JobOutcomeStatus, MallType
from domain.orders import matching, queries
from domain.orders.importing import pages
from domain.orders.importing.addresses import Addresses, ask_again_for_addresses
from domain.orders.importing.amounts import Amounts, ask_again_for_amounts
from domain.orders.importing.cancellations import CancellationStage
from domain.orders.importing.details import DetailStage
from domain.orders.importing.listing import ListingIncomplete
from domain.orders.importing.parse import IncomingOrder, Unreadable, number_of, read
from domain.orders.importing.write import OrderKeeper, forget_unlisted
from domain.queued_jobs import queries as jobs
from domain.queued_jobs.arguments import ImportOrders
from domain.queued_jobs.run import JobRun, Outcome
from domain.resources import Resources
from domain.temu.client import NUMBERS_A_CALL, OrderPage, TemuClient

_FIRST_TIME = timedelta(days=30)
# How far Temu's clock and ours may differ without an order slipping between two runs.
_CLOCKS_DIFFER = timedelta(minutes=5)

# Questions that are asked at the same time beside others. Pages come between them, and what they bring is to be seen
# before its details; a worker that is to end waits for them.
_BESIDE_PAGES, _BESIDE_ADDRESSES = 12, 16

# The last pause before these are over is of a minute or two.
_LOOKS_FOR_THE_LATE = 7

# What outcomes call an order without number begins so, in brackets.
_PAGE = "page "
_NOT_LISTED = "Temu doesn't list this order when asked for it by its number."
_GIVEN_UP = "Nor did it for a day, so later imports don't ask for it any more."
# Longer than a trouble of Temu's lasts, so that an order which only seems to be gone is not given up.
_UNLISTED_FOR = timedelta(days=1)
_AFTER_TO = "Placed after the end of the span that was asked for."

Checkpoint = Mapping[str, Any]


class NotListedYet(Unavailable):
    """
    Temu told of an order that it doesn't list so far.
    """


class OrderImport:
    """
    One run of one company's import.
    """

    def __init__(self, resources: Resources, run: JobRun, arguments: ImportOrders, *, now: datetime) -> None:
        self._resources = resources
        self._database = resources.database
        self._run = run
        self._arguments = arguments
        self._now = now
        self._company_id = run.job.company_id
        self._is_semi_managed = False

    async def run(self) -> None:
        """
        Go through the stages that are left.
        """
        company, temu = await malls.opened(self._resources, self._company_id, self._run.job.type)
        self._is_semi_managed = company.mall_type is MallType.SEMI_MANAGED
        at = self._run.checkpoint or self._beginning(company)
        if at["stage"] == "failures":
            at = await self._failures(temu, at, company)
        if self._arguments.order_numbers:
            at = await self._single_orders(temu, at)
        else:
            at = await self._whole_mall(temu, at)
        await self._move_mark(at)

    async def _whole_mall(self, temu: TemuClient, at: Checkpoint) -> Checkpoint:
        """
        What changed since the last import, with its details. A list is asked for page after page, and an answer takes
        as long as many calls may follow each other in: so the details of what came in are asked for meanwhile.
        """
        async with (
            DetailStage(self._database, self._run, Addresses(temu, now=self._now)) as addresses,
            DetailStage(self._database, self._run, Amounts(temu)) as amounts,
        ):
            # Only of new orders: of those that were here the list may yet tell that they are cancelled.
            async with addresses.meanwhile(at_once=_BESIDE_PAGES, came_in_at=self._now):
                at = await self._list(temu, at)
            async with amounts.meanwhile(at_once=_BESIDE_ADDRESSES):
                if at["stage"] == "addresses":
                    at = await addresses.go_through(at, then="amounts")
            if at["stage"] == "amounts":
                at = await amounts.go_through(at, then="end")
        return at

    async def _list(self, temu: TemuClient, at: Checkpoint) -> Checkpoint:
        if at["stage"] == "pages":
            at = await self._pages(temu, at, since=_moment(at["since"]), then="closing")
        if at["stage"] == "closing":
            at = await self._pages(temu, at, since=_moment(at["began"]) - _CLOCKS_DIFFER, then="unreadable")
        if at["stage"] == "unreadable":
            await self._refuse_gaps(at)
            at = await self._look_again(temu, at)
        if at["stage"] == "cancellations":
            at = await self._cancellations(temu, at)
        return at

    async def _look_again(self, temu: TemuClient, at: Checkpoint) -> Checkpoint:
        """
        Ask by number for what could not be read before (O10), and for what a label of Temu's holds back: not documented
        whether the end of that moves the order's update time (O19).
        """
        async with self._database.read() as session:
            unreadable = await queries.unreadable_numbers(session, self._company_id, seen_before=self._now)
            held = await queries.numbers_held_by_label(session, self._company_id, unmet_by=self._run.job.id)
        wanted, known = {*unreadable, *held}, {*held} - {*unreadable}
        return await self._numbers(temu, at, sorted(wanted), then="cancellations", known=known)

    async def _single_orders(self, temu: TemuClient, at: Checkpoint) -> Checkpoint:
        """
        The orders that were named, with their details; those that Temu lists later follow when it does.
        """
        only = self._arguments.order_numbers
        async with (
            DetailStage(self._database, self._run, Addresses(temu, now=self._now), only=only) as addresses,
            DetailStage(self._database, self._run, Amounts(temu), only=only) as amounts,
        ):
            while at["stage"] != "end":
                if at["stage"] == "numbers":
                    at = await self._numbers(temu, at, at["numbers"], then="cancellations")
                if at["stage"] == "cancellations":
                    at = await self._cancellations(temu, at)
                if at["stage"] == "addresses":
                    at = await addresses.go_through(at, then="amounts")
                if at["stage"] == "amounts":
                    at = await amounts.go_through(at, then="late")
                if at["stage"] == "late":
                    at = await self._late(temu, at)
        return at

    async def _cancellations(self, temu: TemuClient, at: Checkpoint) -> Checkpoint:
        stage = CancellationStage(
            self._database, self._run, temu, now=self._now, is_semi_managed=self._is_semi_managed
        )
        return await stage.follow(at, then="addresses")

    async def _late(self, temu: TemuClient, at: Checkpoint) -> Checkpoint:
        """
        Ask for what is missing again, some minutes long: Temu may tell of an order before it lists it (inferred).
        """
        late, end = at.get("late", []), {**at, "stage": "end"}
        for start in range(0, len(late), NUMBERS_A_CALL):
            page = await temu.orders_by_number(late[start : start + NUMBERS_A_CALL])
            if page.rows:
                return {"stage": "numbers", "numbers": late}
        if not late:
            return end
        if self._run.job.passing_failures < _LOOKS_FOR_THE_LATE:
            raise NotListedYet(_NOT_LISTED)
        async with self._run.step(checkpoint=end) as step:
            step.outcomes += [_not_listed(number, is_last=False) for number in late]
        return end

    def _beginning(self, company: Company) -> Checkpoint:
        """
        Where a new run begins: behind the last one's beginning, by an overlap for what changed meanwhile.
        """
        if self._arguments.order_numbers:
            return {"stage": "numbers", "numbers": list(self._arguments.order_numbers)}
        overlap = timedelta(seconds=self._resources.settings.import_overlap_seconds)
        mark = company.orders_imported_until
        usual = self._now - _FIRST_TIME if mark is None else mark - overlap
        since = self._arguments.since or usual
        if company.orders_not_before is not None:
            since = max(since, company.orders_not_before)
            usual = max(usual, company.orders_not_before)
        # A run that reads less than the usual one must not hide from the next what it left out.
        moves_mark = since <= usual and self._arguments.until is None
        began = self._now.isoformat()
        return {"stage": "pages", "page": 1, "rows": 0, "since": since.isoformat(), "began": began,
                "moves_mark": moves_mark}  # fmt: skip

    async def _pages(self, temu: TemuClient, at: Checkpoint, *, since: datetime, then: str) -> Checkpoint:
        """
        Every page of what changed at *since* or later, as pages.py goes through them.
        """
        while True:
            page = await temu.orders_changed(since, until=pages.until_of(at), page=at["page"])
            if at["stage"] == "pages" and at["page"] == 1 and at.get("until") is None:
                # By Temu's clock, which tells when orders changed: the next run reads on from this moment.
                at = {**at, "began": (_moment(at["began"]) - temu.clock_behind).isoformat()}
            after = pages.behind(at, page, then=then)
            is_last = after["stage"] == then
            total = after["total"]
            at = await self._keep(page, after, place=f"{_PAGE}{at['page']}", total=total)
            if is_last:
                return at

    async def _refuse_gaps(self, at: Checkpoint) -> None:
        async with self._database.read() as session:
            seen = await jobs.count_of_subjects(session, self._run.job.id)
        if seen < at["total"]:
            message = (
                f"Temu named {at['total']} orders but listed only {seen}. Import again; nothing was lost."
            )
            raise ListingIncomplete(message)

    async def _failures(self, temu: TemuClient, at: Checkpoint, company: Company) -> Checkpoint:
        """
        What failed once more. An order whose number Temu did not tell can only be met in the whole list.
        """
        if any(subject.startswith(f"({_PAGE}") for subject in at["subjects"]):
            return self._beginning(company)
        # What else is in brackets names no order; the stages that follow see to that.
        numbers = [subject for subject in at["subjects"] if not subject.startswith("(")]
        return await self._numbers(temu, at, numbers, then="cancellations")

    async def _numbers(
        self,
        temu: TemuClient,
        at: Checkpoint,
        numbers: Sequence[str],
        *,
        then: str,
        known: Collection[str] = (),
    ) -> Checkpoint:
        """
        Ask for single orders by number. One that Temu doesn't answer with is a failure, not a silence, unless it is *known*
        as it is.
        """
        asked = [number for number in sorted(numbers) if number > at.get("asked", "")]
        for start in range(0, len(asked), NUMBERS_A_CALL):
            chunk = asked[start : start + NUMBERS_A_CALL]
            page = await temu.orders_by_number(chunk)
            missing = set(chunk).difference(known, (number_of(row) for row in page.rows))
            at = {**at, "asked": chunk[-1]}
            if at["stage"] == "numbers":
                at, missing = {**at, "late": [*at.get("late", []), *sorted(missing)]}, set()
            await self._keep(page, at, place="asked by number", missing=missing)
        after = {**at, "stage": then}
        async with self._run.step(checkpoint=after) as step:
            if at["stage"] == "failures":
                await ask_again_for_amounts(step.session, self._company_id, numbers)
            if at["stage"] == "numbers":
                await ask_again_for_addresses(step.session, self._company_id, numbers)
            step.total = await jobs.count_of_subjects(step.session, self._run.job.id)
            return after

    async def _keep(
        self,
        page: OrderPage,
        checkpoint: Checkpoint,
        *,
        place: str,
        total: int | None = None,
        missing: Collection[str] = (),
    ) -> Checkpoint:
        """
        Keep a page that was read at *place*, and the checkpoint behind it; returns the checkpoint.
        """
        orders, unreadable = _readable(page, place, is_semi_managed=self._is_semi_managed)
        if any(fault.number is None for fault in unreadable):
            # Without a number nobody can ask for it again: the next run has to meet it in the list (O10).
            checkpoint = {**checkpoint, "moves_mark": False}
        until = self._arguments.until
        late = [order for order in orders if until is not None and order.ordered_at >= until]
        incoming = [order for order in orders if until is None or order.ordered_at < until]

        async def unit() -> None:
            async with self._run.step(checkpoint=checkpoint) as step:
                company = await matching.lock_mappings(step.session, self._company_id)
                given_up = await forget_unlisted(
                    step.session, self._company_id, missing, unseen_since=self._now - _UNLISTED_FOR
                )
                step.outcomes += [
                    Outcome(order.number, JobOutcomeStatus.SKIPPED, "AFTER_TO", _AFTER_TO) for order in late
                ]
                step.outcomes += [
                    _not_listed(number, is_last=number in given_up) for number in sorted(missing)
                ]
                step.outcomes += await OrderKeeper(step.session, company, now=self._now).keep(
                    incoming, unreadable
                )
                step.total = total

        await changes.calmly(unit)
        return checkpoint

    async def _move_mark(self, at: Checkpoint) -> None:
        async with self._run.step(checkpoint=at) as step:
            step.is_last = True
            if at.get("moves_mark"):
                company = await step.session.get_one(
                    Company, self._company_id, with_for_update={"key_share": True}
                )
                began = _moment(at["began"])
                company.orders_imported_until = max(began, company.orders_imported_until or began)


def _readable(
    page: OrderPage, place: str, *, is_semi_managed: bool
) -> tuple[list[IncomingOrder], list[Unreadable]]:
    orders: list[IncomingOrder] = []
    unreadable: list[Unreadable] = []
    for i, row in enumerate(page.rows, start=1):
        try:
            orders.append(read(row, is_semi_managed=is_semi_managed))
        except Unreadable as fault:
            if fault.number is None:
                fault.subject = f"({place}, row {i})"
            unreadable.append(fault)
    return orders, unreadable


def _not_listed(number: str, *, is_last: bool) -> Outcome:
    message = f"{_NOT_LISTED} {_GIVEN_UP}" if is_last else _NOT_LISTED
    return Outcome(number, JobOutcomeStatus.FAILED, "NOT_LISTED", message, retryable=True)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
