"""Reading a mall's lists into the company's listings, page by page; what a whole reading doesn't meet any more is gone.

Each page is a step: a worker that dies goes on behind the last one. Every reading has a mark of its own, which stands with the
listings that it met: by it they are counted, so that a list with a gap is noticed (O17), and what it didn't meet is found. That is
asked for by its ids once more before it counts as gone: meanwhile it may have gone over to a list that was read already, or to a
page.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Literal

import msgspec
from sqlalchemy import ColumnElement, exists, func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain import clock
from domain.companies import malls
from domain.errors import Refused
from domain.models import Listing, ListingStatus
from domain.products import listings
from domain.products.listings import ListingRow, ListingSource
from domain.products.queries import WebsiteIds
from domain.queued_jobs.run import JobRun, Outcome
from domain.resources import Resources
from domain.temu.paging import ListPlace, read_pages

UNREADABLE = "UNREADABLE"
# As many ids as a page has rows.
_AT_ONCE = 100
_COLUMNS = ListingRow.__dataclass_fields__.keys() - {"website_product_id", "website_product_variant_id"}
_NO_SKUS = (
    "Temu listed no SKU of this mall, neither for sale nor not. Check in the seller centre that the mall has products, and "
    "with testSettings that the access token is this mall's and permits its products."
)


class NothingListed(Refused):
    """Temu lists no SKU at all."""


class ReadingCheckpoint(msgspec.Struct, frozen=True):
    """Where a reading is."""

    # What stands with the listings that it met, before the number of the list.
    mark: str
    stage: Literal["reading", "gone", "read"] = "reading"
    # The list that is read, and how far it was.
    source: int = 0
    place: ListPlace = ListPlace()
    # Rows that made no sense: of this list, and of those before it; and how many SKUs those before it named.
    unreadable: int = 0
    unreadable_before: int = 0
    named_before: int = 0
    # Of what isn't met any more, the last that was looked at.
    after: int = 0

    def behind_source(self) -> "ReadingCheckpoint":
        """The beginning of the next list."""
        return ReadingCheckpoint(
            self.mark,
            source=self.source + 1,
            unreadable_before=self.unreadable_before + self.unreadable,
            named_before=self.named_before + self.place.total,
        )


async def import_listings(resources: Resources, run: JobRun) -> None:
    """The job that does nothing else. Raises ListIncomplete and NothingListed."""
    await ListingReading(resources, run).read()


class ListingReading:
    """One reading of all lists of a company's mall, in a job. *tells*: what became of each listing is an outcome."""

    def __init__(self, resources: Resources, run: JobRun, *, tells: bool = True) -> None:
        self._resources = resources
        self._run = run
        self._tells = tells
        self._at = _begun(run)

    async def read(self) -> None:
        """Read what is left to read. Raises ListIncomplete, after which nothing is taken for gone, and NothingListed."""
        if self._at.stage == "read":
            return
        _, mall = await malls.connect_for_products(self._resources, self._run.company_id, self._run.job.type)
        sources = listings.sources(mall)
        if self._at.stage == "reading":
            for number in range(self._at.source, len(sources)):
                if number > self._at.source:
                    self._at = self._at.behind_source()
                await self._read_source(sources[number])
            await self._refuse_nothing()
            await self._reach("gone")
        while self._at.stage == "gone":
            await self._mark_gone(sources)

    async def _read_source(self, source: ListingSource) -> None:
        pages = read_pages(
            source.fetch,
            what=source.what,
            behind=self._at.place,
            seen=self._met if source.is_by_sku else None,
        )
        async for place, rows in pages:
            read = [(i, each) for i, row in enumerate(rows, start=1) for each in source.read(row)]
            await self._store(source, place, read)

    async def _met(self) -> int:
        """How many different rows of the list were met."""
        met = select(func.count()).where(
            Listing.company_id == self._run.company_id, Listing.seen_in == self._mark
        )
        async with self._run.database.read() as session:
            return (await session.scalar(met) or 0) + self._at.unreadable

    @property
    def _mark(self) -> str:
        return f"{self._at.mark}.{self._at.source}"

    async def _store(
        self, source: ListingSource, place: ListPlace, read: Sequence[tuple[int, ListingRow | None]]
    ) -> None:
        """Store a page, of which each row stands behind its number."""
        what = source.what.removeprefix("SKUs ")
        unreadable = [f"({what}, page {place.page}, row {i})" for i, each in read if each is None]
        # Of one that a page has twice the last counts.
        rows = {row.pair: row for _, row in read if row is not None}
        at = msgspec.structs.replace(self._at, place=place, unreadable=self._at.unreadable + len(unreadable))
        async with self._run.step(checkpoint=at) as step:
            news = await self._upsert(step.session, rows)
            step.outcomes += [
                Outcome.failed(where, UNREADABLE, "Temu lists a SKU here without its ids.", retryable=True)
                for where in unreadable
            ]
            if self._tells:
                step.outcomes += self._told(rows, news)
                step.also_done = len(rows) - len(news)
                step.total = at.named_before + place.total if source.is_by_sku else None
        self._at = at

    async def _upsert(
        self, session: AsyncSession, rows: Mapping[WebsiteIds, ListingRow]
    ) -> Mapping[WebsiteIds, str]:
        """Store rows; returns what happened to those that are new or differ."""
        known = await _known(session, self._run.company_id, rows)
        now, news = clock.now(), dict[WebsiteIds, str]()
        for pair, row in rows.items():
            values = {name: getattr(row, name) for name in _COLUMNS}
            listing = known.get(pair)
            if listing is None:
                goods, variant = pair
                session.add(
                    Listing(
                        company_id=self._run.company_id, website_product_id=goods, website_product_variant_id=variant,
                        seen_at=now, seen_in=self._mark, **values,
                    )
                )  # fmt: skip
                news[pair] = "CREATED"
            elif any(getattr(listing, name) != value for name, value in values.items()):
                for name, value in values.items():
                    setattr(listing, name, value)
                listing.gone_at = None
                news[pair] = "UPDATED"
        await session.flush()
        # When it was met is no change of it.
        seen = {"seen_at": now, "seen_in": self._mark, "updated_at": Listing.updated_at}
        met = update(Listing).where(Listing.id.in_([listing.id for listing in known.values()])).values(**seen)
        await session.execute(met.execution_options(synchronize_session=False))
        return news

    def _told(self, rows: Mapping[WebsiteIds, ListingRow], news: Mapping[WebsiteIds, str]) -> list[Outcome]:
        return [
            Outcome.succeeded(_subject(pair), code, f"{rows[pair].sku or rows[pair].title}: {rows[pair].status.value}.")
            for pair, code in news.items()
        ] * self._tells  # fmt: skip

    async def _refuse_nothing(self) -> None:
        """Raise NothingListed: nothing to match or show is no success, and what is stored is not taken for gone."""
        met = exists().where(Listing.company_id == self._run.company_id, self._was_met())
        async with self._run.database.read() as session:
            if self._at.unreadable + self._at.unreadable_before or await session.scalar(select(met)):
                return
        async with self._run.step() as step:
            step.outcomes.append(Outcome.failed("(listings)", "NO_SKUS", _NO_SKUS))
        raise NothingListed(_NO_SKUS)

    async def _mark_gone(self, sources: Sequence[ListingSource]) -> None:
        """The next of the listings that weren't met, but those that Temu lists all the same."""
        missed = select(Listing).where(
            Listing.company_id == self._run.company_id,
            Listing.gone_at.is_(None),
            Listing.id > self._at.after,
            ~self._was_met(),
        )
        columns = Listing.id, Listing.website_product_id, Listing.website_product_variant_id
        async with self._run.database.read() as session:
            batch = missed.order_by(Listing.id).limit(_AT_ONCE)
            pairs = {
                each: (goods, sku)
                for each, goods, sku in await session.execute(batch.with_only_columns(*columns))
            }
        if not pairs:
            await self._reach("read")
            return
        ids = list(pairs)
        found = await _find(sources, set(pairs.values()))
        at = msgspec.structs.replace(self._at, after=ids[-1])
        async with self._run.step(checkpoint=at) as step:
            now, news = clock.now(), await self._upsert(step.session, found)
            # Of the lists' totals, by which progress is told, they are none.
            step.outcomes += [replace(each, is_done=False) for each in self._told(found, news)]
            for listing in await step.session.scalars(missed.where(Listing.id.in_(ids))):
                listing.status, listing.sub_status, listing.sub_status_code = ListingStatus.GONE, None, None
                listing.gone_at = now
                pair = listing.website_product_id, listing.website_product_variant_id
                said = f"{listing.sku or listing.title}: Temu lists it no more."
                step.outcomes += [
                    Outcome.succeeded(_subject(pair), "GONE", said, is_done=False)
                ] * self._tells
        self._at = at

    def _was_met(self) -> ColumnElement[bool]:
        return Listing.seen_in.in_([f"{self._at.mark}.{number}" for number in range(self._at.source + 1)])

    async def _reach(self, stage: Literal["gone", "read"]) -> None:
        at = msgspec.structs.replace(self._at, stage=stage)
        async with self._run.step(checkpoint=at) as step:
            step.is_last = self._tells and stage == "read"
        self._at = at


def _begun(run: JobRun) -> ReadingCheckpoint:
    """Where the run goes on; the retry of what failed reads all anew."""
    if run.has_begun:
        return msgspec.convert(run.checkpoint, ReadingCheckpoint)
    return ReadingCheckpoint(f"{run.job.id}.{run.job.fence}")


async def _find(
    sources: Sequence[ListingSource], pairs: Collection[WebsiteIds]
) -> Mapping[WebsiteIds, ListingRow]:
    """Those of some listings that can be asked for by their ids, and that are listed by now."""
    found: dict[WebsiteIds, ListingRow] = {}
    for source in sources:
        if source.find is None:
            continue
        page = await source.find([sku for _, sku in pairs])
        read = (each for row in page.rows for each in source.read(row))
        found |= {each.pair: each for each in read if each is not None and each.pair in pairs}
    return found


async def _known(
    session: AsyncSession, company_id: int, pairs: Collection[WebsiteIds]
) -> Mapping[WebsiteIds, Listing]:
    ids = tuple_(Listing.website_product_id, Listing.website_product_variant_id)
    found = await session.scalars(
        select(Listing).where(
            Listing.company_id == company_id,
            # Of the pairs alone SQLite would find no more than the company in its index.
            Listing.website_product_variant_id.in_({variant for _, variant in pairs}),
            ids.in_(set(pairs)),
        )
    )
    return {(each.website_product_id, each.website_product_variant_id): each for each in found}


def _subject(pair: WebsiteIds) -> str:
    return f"SKU id {pair[1]}"
