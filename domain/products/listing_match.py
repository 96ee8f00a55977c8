"""Mapping products from Temu's listings: those whose merchant's code is a product's SKU, exactly and only once (M4)."""

from collections.abc import Collection, Mapping
from datetime import datetime

from domain.companies import malls
from domain.errors import Refused
from domain.products import listings
from domain.products.bulk_mapping import BulkMapping, Stored, stored
from domain.products.listings import Listings
from domain.products.mapping_plan import MappingRequest, mapped_otherwise
from domain.products.queries import WebsiteIds
from domain.queued_jobs.arguments import MatchWebsiteProperties
from domain.queued_jobs.run import JobRun, Outcome
from domain.resources import Resources

_NAMED = 5
_NO_SKUS = (
    "Temu listed no SKU of this mall, neither for sale nor not. Check in the seller centre that the mall has products, and "
    "with testSettings that the access token is this mall's and permits its products."
)


class NothingListed(Refused):
    """Temu lists no SKU at all."""


async def match_listings(
    resources: Resources, run: JobRun, arguments: MatchWebsiteProperties, *, now: datetime
) -> None:
    """Read the whole list, as a code that seems unique may come again on its last page; then propose or apply."""
    _, mall = await malls.connect_for_products(resources, run.company_id, run.job.type)
    found = await listings.read_all(mall, check=run.check_lease)
    if not found.codes and not found.unreadable:
        # Nothing to match with is no success: a seller who asks for a match has listings.
        async with run.step() as step:
            step.outcomes.append(Outcome.failed("(listings)", "NO_SKUS", _NO_SKUS))
        raise NothingListed(_NO_SKUS)
    async with run.database.read() as session:
        products = await stored(session, run.company_id)
    requests, others = compare(found, products)
    dry_run_code = None if arguments.apply else "PROPOSED"
    await BulkMapping(run, now=now, dry_run_code=dry_run_code).apply(requests, others)


def compare(found: Listings, products: Mapping[str, Stored]) -> tuple[list[MappingRequest], list[Outcome]]:
    """What to map, and why not the rest."""
    requests: list[MappingRequest] = []
    others = [
        Outcome.failed(place, "UNREADABLE", "Temu lists a SKU here without its ids.", retryable=True)
        for place in found.unreadable
    ]
    by_code: dict[str, list[WebsiteIds]] = {}
    for pair, code in found.codes.items():
        if code is None:
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
