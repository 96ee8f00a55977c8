"""Products made of listings that none is mapped to yet: each whole, with its mapping, or not at all."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain import text
from domain.access import rows
from domain.access.principal import Principal
from domain.errors import Conflict, Invalid, NotFound, Refused, Required, Taken
from domain.models import Company, Listing, Product
from domain.products import listing_rows, operations, queries
from domain.products.listing_queries import CAN_BECOME_PRODUCT
from domain.products.operations import ProductInput
from domain.tables.values import damage

AT_MOST = operations.AT_MOST
_LONGEST_NAME = 500


@dataclass
class Made:
    """What became of listings, in the order in which they were named. *refusals*: why nothing became of one, by its number."""

    listing_ids: Sequence[int]
    refusals: Mapping[int, Refused]
    created: Mapping[int, Product] = field(default_factory=dict[int, Product])
    matched_orders: int = 0
    # How many more could become products, where none were named.
    remaining: int | None = None


async def create(
    session: AsyncSession, *, by: Principal, company_id: int, listing_ids: Sequence[int] | None, now: datetime
) -> Made:
    """Make products of listings, or of the first 500 that can become some. One that a product is mapped to is left alone.

    Raises NotFound for the company, Required, LimitExceeded; what concerns a single listing is its refusal.
    """
    if listing_ids is not None:
        listing_rows.check_count(listing_ids, at_most=AT_MOST)
    # The lock that every way of mapping takes (O4).
    await rows.get(session, Company, company_id, by=by, for_update=True)
    ids = dict.fromkeys(await _possible(session, company_id) if listing_ids is None else listing_ids)
    known = await listing_rows.named(session, company_id, list(ids))
    mapped = await listing_rows.products_of(session, known)
    wanted = {each: listing for each, listing in known.items() if each not in mapped}
    refusals: dict[int, Refused] = {
        each: NotFound("There is no listing of this company with this id.")
        for each in ids
        if each not in known
    }
    refusals |= await _refused(session, company_id, wanted)
    inputs = {each: _input(known[each]) for each in ids if each in wanted and each not in refusals}
    products, matched = await operations.upsert(
        session, by=by, company_id=company_id, inputs=list(inputs.values()), now=now
    )
    made = Made(list(ids), refusals, dict(zip(inputs, products, strict=True)), matched)
    if listing_ids is None:
        made.remaining = await _count_possible(session, company_id) - len(refusals)
    return made


async def _possible(session: AsyncSession, company_id: int) -> Sequence[int]:
    """The first that can become products; where those are fewer, also some of whose codes something is wrong."""
    good, wrong, after = list[int](), list[int](), 0
    statement = select(Listing.id, Listing.sku).where(Listing.company_id == company_id, CAN_BECOME_PRODUCT)
    while len(good) < AT_MOST:
        page = statement.where(Listing.id > after).order_by(Listing.id).limit(AT_MOST)
        found = (await session.execute(page)).all()
        for listing_id, code in found:
            (good if _wrong(code) is None else wrong).append(listing_id)
        if len(found) < AT_MOST:
            break
        after = found[-1].id
    return sorted([*good, *wrong][:AT_MOST])


async def _count_possible(session: AsyncSession, company_id: int) -> int:
    statement = select(func.count()).where(Listing.company_id == company_id, CAN_BECOME_PRODUCT)
    return await session.scalar(statement) or 0


async def _refused(
    session: AsyncSession, company_id: int, wanted: Mapping[int, Listing]
) -> Mapping[int, Refused]:
    """Those that can't become products, each with why."""
    codes = {listing.sku for listing in wanted.values()}
    having = await queries.by_sku(session, company_id, codes)
    counts = await _counts(session, company_id, codes)
    found = {each: _refusal(listing, having, counts) for each, listing in wanted.items()}
    return {each: refusal for each, refusal in found.items() if refusal is not None}


async def _counts(session: AsyncSession, company_id: int, codes: Collection[str]) -> Mapping[str, int]:
    """How many SKUs of the mall have each code."""
    listed = select(Listing.sku, func.count()).where(
        Listing.company_id == company_id, Listing.sku.in_(codes), Listing.gone_at.is_(None)
    )
    return {code: count for code, count in await session.execute(listed.group_by(Listing.sku))}  # noqa: C416 - rows, not pairs


def _refusal(listing: Listing, having: Collection[str], counts: Mapping[str, int]) -> Refused | None:
    code = listing.sku
    if listing.gone_at is not None:
        return Conflict("Temu lists this no more.")
    if not code:
        return Required(
            "It has no SKU code on Temu. Give it one there and run importListings, or map a product to it by hand."
        )
    wrong = _wrong(code)
    if wrong is not None:
        return Invalid(
            f"Its SKU code on Temu {wrong}. Correct it there and run importListings, or map a product to it by hand."
        )
    if code in having:
        return Taken(
            f"The product {code} has this SKU already. Map it to this listing with updateWebsiteProperties, or all such products "
            "with matchWebsiteProperties(apply: true)."
        )
    if counts.get(code, 0) > 1:
        return Conflict(
            f"{counts[code]} SKUs on Temu have the code {code}. Correct it there and run importListings."
        )
    return None


def _wrong(code: str) -> str | None:
    """What is wrong with a code as a product's SKU."""
    try:
        clean = text.line(text.visible(code), field=("sku",), at_most=100)
    except Refused as refusal:
        return refusal.message.removeprefix("sku ").rstrip(".")
    if clean != code:
        return "has spaces at its ends, or characters that nobody sees"
    return damage(code)


def _input(listing: Listing) -> ProductInput:
    words = listing.title if listing.spec is None else f"{listing.title}, {listing.spec}"
    return ProductInput(
        sku=listing.sku,
        name=words[:_LONGEST_NAME].strip(" ,") or None,
        website_product_id=listing.website_product_id,
        website_product_variant_id=listing.website_product_variant_id,
    )
