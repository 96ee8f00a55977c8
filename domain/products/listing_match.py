"""Mapping products from Temu's listings: those whose merchant's code is a product's SKU, exactly and only once (M4)."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select

from domain.models import JobOutcome, Listing
from domain.products.bulk_mapping import BulkMapping, Stored, stored
from domain.products.listing_import import UNREADABLE, ListingReading
from domain.products.mapping_plan import MappingRequest, mapped_otherwise
from domain.products.queries import WebsiteIds
from domain.queued_jobs.arguments import MatchWebsiteProperties
from domain.queued_jobs.run import JobRun, Outcome
from domain.resources import Resources

_NAMED = 5


async def match_listings(
    resources: Resources, run: JobRun, arguments: MatchWebsiteProperties, *, now: datetime
) -> None:
    """Read the mall's lists, all of them, as a code that seems unique may come again on the last page; then propose or apply."""
    await ListingReading(resources, run, tells=False).read()
    ids = Listing.website_product_id, Listing.website_product_variant_id
    listed = select(*ids, Listing.sku).where(Listing.company_id == run.company_id, Listing.gone_at.is_(None))
    unreadable = select(JobOutcome.subject).where(
        JobOutcome.job_id == run.job.id, JobOutcome.code == UNREADABLE
    )
    async with run.database.read() as session:
        codes = {(goods, variant): code for goods, variant, code in await session.execute(listed)}
        # Told already; they count.
        told = [Outcome.failed(place, UNREADABLE, None) for place in await session.scalars(unreadable)]
        products = await stored(session, run.company_id)
    requests, others = compare(codes, products)
    dry_run_code = None if arguments.apply else "PROPOSED"
    await BulkMapping(run, now=now, dry_run_code=dry_run_code).apply(requests, [*told, *others])


def compare(
    codes: Mapping[WebsiteIds, str], products: Mapping[str, Stored]
) -> tuple[list[MappingRequest], list[Outcome]]:
    """What to map by the merchant's codes of listings, and why not the rest."""
    requests: list[MappingRequest] = []
    others: list[Outcome] = []
    by_code: dict[str, list[WebsiteIds]] = {}
    for pair, code in codes.items():
        if not code:
            others.append(_left(pair, "NO_CODE", "The merchant has given it no SKU code on Temu."))
        elif code not in products:
            others.append(_left(pair, "NO_PRODUCT", f"No product of this company has the SKU {code}."))
        else:
            by_code.setdefault(code, []).append(pair)
    for sku, pairs in by_code.items():
        left = _left_alone(sku, pairs, products[sku])
        if left is not None:
            others.append(left)
        else:
            place = f"SKU id {pairs[0][1]}"
            requests.append(MappingRequest(sku, place, sku, pairs[0], only_unmapped=True))
    return requests, others


def _left_alone(sku: str, pairs: Collection[WebsiteIds], product: Stored) -> Outcome | None:
    """What is told of a product that can't or need not be mapped to a listing with its code."""
    if product.pair in pairs:
        return Outcome.skipped(sku, "UNCHANGED", f"{sku} is mapped to this listing already.")
    if product.pair is not None:
        return mapped_otherwise(sku, product.pair)
    if len(pairs) > 1:
        named = ", ".join(sorted(pair[1] for pair in pairs)[:_NAMED])
        message = f"{len(pairs)} SKUs on Temu have the code {sku}: {named}{', …' if len(pairs) > _NAMED else ''}. Map it by hand."
        return Outcome.failed(sku, "AMBIGUOUS", message)
    return None


def _left(pair: WebsiteIds, code: str, message: str) -> Outcome:
    return Outcome.skipped(f"SKU id {pair[1]}", code, message)
