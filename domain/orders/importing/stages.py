"""Bringing a mall's orders in: every page, then addresses, then amounts; the mark moves only at the very end (O1).

The stages follow each other in the job's checkpoint, so a run that was interrupted goes on where it was:
pages -> closing -> unreadable -> cancellations -> addresses -> amounts -> late -> end. A retry of single failures begins
at `failures`, and an import of single orders (O14) at `numbers`; both go on with cancellations. The latter moves no mark.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from domain.companies import malls
from domain.errors import Unavailable
from domain.inventory import changes
from domain.models import Company, MallType, Order, OrderStatus
from domain.orders import matching, queries
from domain.orders.importing import checkpoint, pages
from domain.orders.importing.addresses import Addresses
from domain.orders.importing.amounts import Amounts
from domain.orders.importing.cancellations import CancellationSync
from domain.orders.importing.checkpoint import AnyByNumber, Stage
from domain.orders.importing.details import Answer, Detail, DetailFetch, mark_wanted
from domain.orders.importing.parse import IncomingOrder, Unreadable, number_of, read
from domain.orders.importing.write import OrderWriter, remove_unlisted
from domain.orders.invoices import InvoiceReading
from domain.queued_jobs import queries as jobs
from domain.queued_jobs.arguments import ImportOrders
from domain.queued_jobs.run import JobRun, Outcome
from domain.resources import Resources
from domain.temu.client import NUMBERS_A_CALL, TemuClient
from domain.temu.paging import ListIncomplete, ListPage

FIRST_TIME = timedelta(days=30)
# The last pause before these are over is of a minute or two.
_LOOKS_FOR_THE_LATE = 7

# What outcomes call an order without number begins so, in brackets.
_PAGE = "page "
_NOT_LISTED = "Temu doesn't list this order when asked for it by its number."
_GIVEN_UP = "Nor did it for a day, so later imports don't ask for it any more."
# Longer than a trouble of Temu's lasts, so that an order which only seems to be gone is not given up.
_UNLISTED_FOR = timedelta(days=1)
_AFTER_TO = "Placed after the end of the span that was asked for."


class NotListedYet(Unavailable):
    """Temu told of an order that it doesn't list so far."""


async def import_orders(resources: Resources, run: JobRun, arguments: ImportOrders, *, now: datetime) -> None:
    company, temu = await malls.connect(resources, run.company_id, run.job.type)
    overlap = timedelta(seconds=resources.settings.import_overlap_seconds)
    await OrderImport(run, arguments, company, temu, overlap, now=now).run()


class OrderImport:
    """One run of one company's import; *overlap*: how far it reads behind the last one's beginning."""

    def __init__(
        self, run: JobRun, arguments: ImportOrders, company: Company, temu: TemuClient, overlap: timedelta,
        *, now: datetime,
    ) -> None:  # fmt: skip
        self._overlap = overlap
        self._run = run
        self._arguments = arguments
        self._company = company
        self._is_semi_managed = company.mall_type is MallType.SEMI_MANAGED
        self._temu = temu
        # What a person or an event asks of single orders doesn't wait behind the details of a whole mall's (J9).
        self._temu_for_details = temu if arguments.order_numbers else temu.in_bulk()
        self._now = now

    async def run(self) -> None:
        """Go through the stages that are left."""
        row = self._run.checkpoint
        at: Stage = self._first_stage() if row is None else checkpoint.load(row, now=self._now)
        while not isinstance(at, checkpoint.EndStage):
            at = await self._run_stage(at)
        if not self._arguments.order_numbers:
            await InvoiceReading(self._run, self._temu, self._company).run()
        await self._move_mark(at)

    async def _run_stage(self, at: Stage) -> Stage:  # noqa: PLR0911 - one for each stage
        """Do the next of a stage's work; returns the checkpoint behind it, which is written by then."""
        match at:
            case checkpoint.PageStage() | checkpoint.ClosingStage():
                return await self._import_page(at)
            case checkpoint.UnreadableStage():
                await self._refuse_gaps(at)
                return await self._refetch_unsure(at)
            case checkpoint.FailureStage():
                return await self._import_failures(at)
            case checkpoint.NumberStage():
                return await self._import_by_number(at, at.numbers)
            case checkpoint.CancellationStage():
                sync = CancellationSync(
                    self._run, self._temu, now=self._now, is_semi_managed=self._is_semi_managed
                )
                return await sync.run(at)
            case checkpoint.AddressStage():
                addresses = Addresses(self._temu_for_details, self._run.company_id, now=self._now)
                return await self._details(addresses).run(at, then=checkpoint.AmountStage)
            case checkpoint.AmountStage():
                return await self._details(Amounts(self._temu_for_details)).run(at, then=checkpoint.LateStage)
            case _:
                return await self._fetch_late(at)

    def _first_stage(self) -> Stage:
        """Where a new run begins: behind the last one's beginning, by an overlap for what changed meanwhile."""
        if self._arguments.order_numbers:
            return checkpoint.NumberStage(began=self._now, numbers=self._arguments.order_numbers)
        mark, not_before = self._company.orders_imported_until, self._company.orders_not_before
        usual = self._now - FIRST_TIME if mark is None else mark - self._overlap
        since = self._arguments.since or usual
        if not_before is not None:
            since, usual = max(since, not_before), max(usual, not_before)
        # A run that reads less than the usual one must not hide from the next what it left out.
        moves_mark = since <= usual and self._arguments.until is None
        return checkpoint.PageStage(began=self._now, moves_mark=moves_mark, since=since)

    async def _import_page(self, at: checkpoint.AnyListing) -> Stage:
        """One page of what changed, as pages.py goes through them."""
        page = await self._temu.orders_changed(pages.since_of(at), until=pages.until_of(at), page=at.page)
        if isinstance(at, checkpoint.PageStage) and at.page == 1 and at.until is None:
            # By Temu's clock, which tells when orders changed: the next run reads on from this moment.
            at = replace(at, began=at.began - self._temu.clock_behind)
        after = pages.advance(at, page)
        orders, unreadable = self._read(page, f"{_PAGE}{at.page}")
        if any(fault.number is None for fault in unreadable):
            # Without a number nobody can ask for it again: the next run has to meet it in the list (O10).
            after = replace(after, moves_mark=False)
        await self._write(after, orders, unreadable, total=after.total)
        return after

    async def _refuse_gaps(self, at: checkpoint.UnreadableStage) -> None:
        async with self._run.database.read() as session:
            seen = await jobs.count_of_subjects(session, self._run.job.id)
        if seen < at.total:
            message = f"Temu named {at.total} orders but listed only {seen}. Import again; nothing was lost."
            raise ListIncomplete(message)

    async def _refetch_unsure(self, at: checkpoint.UnreadableStage) -> Stage:
        """Ask by number for what could not be read before (O10), and for what a label of Temu's holds back: not
        documented whether the end of that moves the order's update time (O19).
        """
        async with self._run.database.read() as session:
            unreadable = await queries.unreadable_numbers(session, self._company.id, seen_before=self._now)
            held = await queries.numbers_held_by_label(session, self._company.id, unmet_by=self._run.job.id)
        return await self._import_by_number(at, {*unreadable, *held}, known={*held} - {*unreadable})

    async def _import_failures(self, at: checkpoint.FailureStage) -> Stage:
        """What failed once more. An order whose number Temu did not tell can only be met in the whole list."""
        if any(subject.startswith(f"({_PAGE}") for subject in at.subjects):
            return self._first_stage()
        # What else is in brackets names no order; the stages that follow see to that.
        return await self._import_by_number(at, [each for each in at.subjects if not each.startswith("(")])

    async def _import_by_number(
        self, at: AnyByNumber, numbers: Collection[str], *, known: Collection[str] = ()
    ) -> Stage:
        """Ask for single orders by number. One that Temu doesn't answer with is a failure, not a silence, unless it is
        *known* as it is, or may be listed later.
        """
        left = [number for number in sorted(numbers) if number > at.asked]
        for start in range(0, len(left), NUMBERS_A_CALL):
            chunk = left[start : start + NUMBERS_A_CALL]
            page = await self._temu.orders_by_number(chunk)
            missing: set[str] = set(chunk).difference(known, map(number_of, page.rows))
            at = replace(at, asked=chunk[-1])
            if isinstance(at, checkpoint.NumberStage):
                at, missing = replace(at, late=(*at.late, *sorted(missing))), set()
            await self._write(at, *self._read(page, "asked by number"), missing=missing)
        after = at.to(checkpoint.CancellationStage)
        async with self._run.step(checkpoint=after) as step:
            these = queries.imported(self._company.id, numbers)
            if isinstance(at, checkpoint.FailureStage):
                # A refusal had ended that.
                await mark_wanted(step.session, Order.amounts_wanted, *these, Order.total_amount.is_(None))
            if isinstance(at, checkpoint.NumberStage):
                to_be_shipped = Order.status != OrderStatus.COMPLETED
                await mark_wanted(step.session, Order.address_wanted, *these, to_be_shipped)
            step.remaining = 0
        return after

    def _details(self, detail: Detail[Answer]) -> DetailFetch[Answer]:
        return DetailFetch(self._run, detail, only=self._arguments.order_numbers)

    async def _fetch_late(self, at: Stage) -> Stage:
        """Ask for what is missing again, some minutes long: Temu may tell of an order before it lists it (inferred)."""
        for start in range(0, len(at.late), NUMBERS_A_CALL):
            page = await self._temu.orders_by_number(at.late[start : start + NUMBERS_A_CALL])
            if page.rows:
                return checkpoint.NumberStage(began=at.began, numbers=at.late)
        end = at.to(checkpoint.EndStage)
        if at.late and self._run.job.passing_failures < _LOOKS_FOR_THE_LATE:
            raise NotListedYet(_NOT_LISTED)
        if at.late:
            async with self._run.step(checkpoint=end) as step:
                step.outcomes += [_not_listed(number, is_last=False) for number in at.late]
        return end

    def _read(self, page: ListPage, place: str) -> tuple[Sequence[IncomingOrder], Sequence[Unreadable]]:
        """What a page that was read at *place* holds, and what of it can't be read."""
        orders: list[IncomingOrder] = []
        unreadable: list[Unreadable] = []
        for i, row in enumerate(page.rows, start=1):
            try:
                orders.append(read(row, is_semi_managed=self._is_semi_managed))
            except Unreadable as fault:
                if fault.number is None:
                    fault.subject = f"({place}, row {i})"
                unreadable.append(fault)
        return orders, unreadable

    async def _write(
        self,
        after: Stage,
        orders: Sequence[IncomingOrder],
        unreadable: Sequence[Unreadable],
        *,
        total: int | None = None,
        missing: Collection[str] = (),
    ) -> None:
        """Write a page of orders, and the checkpoint behind it."""
        until = self._arguments.until
        late = [order for order in orders if until is not None and order.ordered_at >= until]
        incoming = [order for order in orders if until is None or order.ordered_at < until]

        async def unit() -> None:
            async with self._run.step(checkpoint=after) as step:
                company = await matching.lock_mappings(step.session, self._company.id)
                given_up = await remove_unlisted(
                    step.session, self._company.id, missing, unseen_since=self._now - _UNLISTED_FOR
                )
                step.outcomes += [Outcome.skipped(order.number, "AFTER_TO", _AFTER_TO) for order in late]
                step.outcomes += [
                    _not_listed(number, is_last=number in given_up) for number in sorted(missing)
                ]
                writer = OrderWriter(step.session, company, now=self._now)
                step.outcomes += await writer.write(incoming, unreadable)
                step.total = total

        await changes.retry_while_in_flight(unit)

    async def _move_mark(self, at: Stage) -> None:
        async with self._run.step(checkpoint=at) as step:
            step.is_last = True
            if at.moves_mark:
                company = await step.session.get_one(
                    Company, self._company.id, with_for_update={"key_share": True}
                )
                company.orders_imported_until = max(at.began, company.orders_imported_until or at.began)


def _not_listed(number: str, *, is_last: bool) -> Outcome:
    message = f"{_NOT_LISTED} {_GIVEN_UP}" if is_last else _NOT_LISTED
    return Outcome.failed(number, "NOT_LISTED", message, retryable=True)
