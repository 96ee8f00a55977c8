"""Most of a mall is not set to zero without a person's word (I10).

A wrong file, a warehouse that no longer counts or a rule that was changed by mistake looks as if everything were gone. So
zeros of more than 20 products that are more than half of the mall's mapped ones are held back: none of them leaves, while
every other figure goes out. A product that is held back keeps the figure that Temu has, which may be more than there is:
the job fails and the attention list says so, until the stock is back or a person confirms.

What counts is a figure of zero where more was last pushed, or nothing ever. What doesn't count: what orders have sold
out, so that the zeros of sales always go out; what Temu refuses, as nothing is set by pushing it; and what is zero there
already. A few products that go to zero while others are held back go out as well.
"""

import asyncio
from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime

from sqlalchemy import ColumnElement, func, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain import clock
from domain.database.upsert import insert
from domain.errors import Refused
from domain.inventory import figures
from domain.inventory.figures import Figure
from domain.models import ChannelStock, Product, StockChange
from domain.queued_jobs.run import JobRun, Outcome

CODE = "ZEROING_STOPPED"
_FEW = 20
_AT_ONCE = 2000
_ADVICE = (
    "Check stock, warehouses and safety quantities; if they are right, run updateInventoryOnChannel with "
    "confirmZeroing: true."
)


class ZeroingStopped(Refused):
    """A run held back zeros that nobody has confirmed; the rest of it is done."""

    def __init__(self, count: int, *, mapped: int) -> None:
        super().__init__(
            f"{count} of {mapped} mapped products would go to zero at once, so Temu was not told of these, only of all "
            f"others. {_ADVICE}"
        )


class UnforeseenZeros(Exception):
    """Products have gone to zero since the run was judged: it is to be judged again before their figures leave."""

    def __init__(self, product_ids: Collection[int]) -> None:
        super().__init__(product_ids)
        self.product_ids = product_ids


def is_most(count: int, *, mapped: int) -> bool:
    """Whether so many products are too many of a mall's mapped ones to go to zero at once."""
    return count > _FEW and 2 * count > mapped


def held_back(
    zeroing: AbstractSet[int], *, before: AbstractSet[int], sent: int, mapped: int
) -> AbstractSet[int]:
    """Which of the products that would go to zero are held back, where those *before* are held back already and *sent*
    others have gone to zero in the same run.
    """
    if not is_most(len(zeroing) + sent, mapped=mapped):
        return frozenset()
    is_more = is_most(len(zeroing - before) + sent, mapped=mapped)
    return zeroing if is_more else zeroing & before


class ZeroingGuard:
    """Which zeros of one run of a company's update are held back. *pending*: conditions for what it is still to push.

    *quiet_before*: what was held back before then, and reported by that run, is left out without a word for each.
    """

    def __init__(
        self,
        run: JobRun,
        *,
        pending: Callable[[], Collection[ColumnElement[bool]]],
        is_confirmed: bool,
        quiet_before: datetime | None,
    ) -> None:
        self._run = run
        self._pending = pending
        self._is_confirmed = is_confirmed
        self._quiet_before = quiet_before
        self._judging = asyncio.Lock()
        self._held: Mapping[int, datetime] = {}
        self._foreseen: AbstractSet[int] = frozenset()
        self._sent: set[int] = set()

    async def judge(self, zeros: Collection[int] = ()) -> None:
        """Judge all that the run is still to push, and what is held back already. Where *zeros* have come up since:
        with all that has changed meanwhile, as they may be the first of many.
        """
        if self._is_confirmed:
            return
        async with self._judging:
            if zeros and self._knows(zeros):
                return  # Another call has had it judged meanwhile.
            async with self._run.database.read() as session:
                before = await _held_before(session, self._run.company_id)
                named = {*zeros, *before}
                if zeros:
                    is_own = StockChange.company_id == self._run.company_id
                    named |= set(await session.scalars(select(StockChange.product_id).where(is_own)))
                zeroing, held = await self._judge(session, named, before=before.keys())
            if held != before.keys():
                async with self._run.transaction() as session:
                    await _store(
                        session, self._run.company_id, new=held - before.keys(), over=before.keys() - held
                    )
            now = clock.now()
            self._held = {product_id: before.get(product_id, now) for product_id in held}
            self._foreseen = zeroing - held

    async def held_of(self, session: AsyncSession, sent: Mapping[int, Figure]) -> AbstractSet[int]:
        """Of figures that are about to leave, those that are held back. Raises UnforeseenZeros."""
        zeros = {number for number, figure in sent.items() if figure.is_unsold_zero}
        if self._is_confirmed or not zeros:
            return frozenset()
        unforeseen = {number for number in zeros if not self._knows([number])}
        if unforeseen and (news := await _settable_to_zero(session, [Product.id.in_(unforeseen)])):
            raise UnforeseenZeros(news)
        self._sent |= zeros & self._foreseen
        return zeros & self._held.keys()

    def holds(self, product: Product) -> bool:
        return product.id in self._held

    def outcome(self, product: Product) -> Outcome | None:
        """The outcome of a product that is held back; none where an earlier run recorded it."""
        if self._quiet_before is not None and self._held[product.id] < self._quiet_before:
            return None
        message = f"Its zero is held back, as most of the mall would go to zero with it. {_ADVICE}"
        return Outcome.failed(product.sku, CODE, message)

    def reminder(self) -> Outcome | None:
        """One outcome for all that is held back still."""
        if not self._held:
            return None
        message = f"Zeros of {len(self._held)} products are held back since an earlier run. {_ADVICE}"
        return Outcome.skipped("(zeroing)", CODE, message)

    def _knows(self, product_ids: Collection[int]) -> bool:
        return all(number in self._held or number in self._foreseen for number in product_ids)

    async def _judge(
        self, session: AsyncSession, named: Collection[int], *, before: AbstractSet[int]
    ) -> tuple[AbstractSet[int], AbstractSet[int]]:
        """What would go to zero, and what of it is held back."""
        found = set(await _settable_to_zero(session, self._pending()))
        for some in _portions(named):
            found |= set(await _settable_to_zero(session, mapped_of(self._run.company_id, some)))
        others = self._sent - found
        if len(found) + len(others) <= _FEW:
            return found, frozenset()  # Most runs: what each figure is matters only when it leaves.
        zeroing: set[int] = set()
        for some in _portions(found):
            zeroing |= await figures.zeros(session, self._run.company_id, some)
        mapped = await count_mapped(session, self._run.company_id)
        return zeroing, held_back(zeroing, before=before, sent=len(others), mapped=mapped)


async def count_mapped(session: AsyncSession, company_id: int) -> int:
    return await session.scalar(select(func.count()).select_from(Product).where(*mapped_of(company_id))) or 0


def is_not_held_since_before(began: datetime) -> ColumnElement[bool]:
    """Whether the change in whose row this stands concerns a run that *began* then: one held back before doesn't."""
    return or_(StockChange.held_back_since.is_(None), StockChange.held_back_since >= began)


def mapped_of(company_id: int, product_ids: Collection[int] | None = None) -> list[ColumnElement[bool]]:
    conditions = [Product.company_id == company_id, Product.website_product_id.is_not(None)]
    return conditions if product_ids is None else [*conditions, Product.id.in_(product_ids)]


async def _settable_to_zero(session: AsyncSession, which: Collection[ColumnElement[bool]]) -> Sequence[int]:
    """The products for which a zero would be news: the last figure, accepted or on its way, was more, or there is none."""
    last_told = func.coalesce(ChannelStock.in_flight_quantity, ChannelStock.accepted_quantity, 1)
    statement = (
        select(Product.id)
        .outerjoin(ChannelStock, ChannelStock.product_id == Product.id)
        .where(*which, last_told > 0, ChannelStock.refused_at.is_(None))
    )
    return (await session.scalars(statement)).all()


async def _held_before(session: AsyncSession, company_id: int) -> Mapping[int, datetime]:
    statement = select(StockChange.product_id, StockChange.held_back_since).where(
        StockChange.company_id == company_id, StockChange.held_back_since.is_not(None)
    )
    return {number: since for number, since in await session.execute(statement) if since is not None}


async def _store(
    session: AsyncSession, company_id: int, *, new: Collection[int], over: Collection[int]
) -> None:
    """All of it in one transaction: half of what is held back would look like few."""
    for some in _portions(new):
        now = literal(clock.now(), StockChange.changed_at.type)
        rows = select(Product.id, Product.company_id, literal(1), now, now)
        statement = insert(session, StockChange).from_select(
            ["product_id", "company_id", "version", "changed_at", "held_back_since"],
            rows.where(*mapped_of(company_id, some)).order_by(Product.id),
        )
        since = {"held_back_since": statement.excluded.held_back_since}
        await session.execute(statement.on_conflict_do_update(index_elements=["product_id"], set_=since))
    for some in _portions(over):
        released = update(StockChange).where(StockChange.product_id.in_(some)).values(held_back_since=None)
        await session.execute(released.execution_options(synchronize_session=False))


def _portions(product_ids: Collection[int]) -> Generator[Sequence[int]]:
    # In the order in which changes are marked, so that neither waits for the other.
    numbers = sorted(product_ids)
    for start in range(0, len(numbers), _AT_ONCE):
        yield numbers[start : start + _AT_ONCE]
