"""Putting listings on sale and taking them off, each by an action of its own, which a reading of Temu's lists ends."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain import clock
from domain.access import rows
from domain.access.principal import Principal
from domain.channel_actions import requests
from domain.channel_actions.kinds import Absent, Done, Ended, Found, NotDone, Sent, Working
from domain.errors import Conflict, NotFound
from domain.models import (
    ChannelAction,
    ChannelActionKind,
    ChannelActionStatus,
    Company,
    Listing,
    ListingStatus,
    ListingSubStatus,
    MallType,
)
from domain.products import listing_rows, listings
from domain.temu.client import SkuKind, TemuClient
from domain.temu.sale_status import set_sale_status

AT_MOST = 250
_KIND = ChannelActionKind.SET_SALE_STATUS
_CODE = "subStatusCode"
# When lists are first looked at for what was told, and until when they may show what they did before. Neither is told anywhere.
_FIRST_LOOK, _SHOWN_WITHIN = timedelta(seconds=2), timedelta(hours=1)


async def set_for_sale(
    session: AsyncSession,
    *,
    by: Principal,
    company_id: int,
    listing_ids: Sequence[int],
    is_for_sale: bool,
    now: datetime,
) -> tuple[list[ChannelAction], list[Listing]]:
    """Have Temu put listings on sale, or off it: all of them or none. What is so by the last reading already is left alone.
    Returns what Temu is asked to do, and the listings.

    Raises NotFound, Required, LimitExceeded, NotConfigured, and Conflict for what Temu would refuse; `field` names the listing.
    """
    listing_rows.check_count(listing_ids, at_most=AT_MOST)
    company = await rows.get(session, Company, company_id, by=by)
    if company.mall_type is MallType.SEMI_MANAGED:
        message = "This mall is a semi-managed one: its listings are put on and off sale in the seller centre alone."
        raise Conflict(message, field=("companyId",))
    known = await listing_rows.named(session, company_id, listing_ids)
    products = await listing_rows.products_of(session, known)
    open_ones = await _open(session, company_id, [each.website_product_variant_id for each in known.values()])
    actions: dict[int, ChannelAction] = {}
    for i, listing_id in enumerate(listing_ids):
        field, listing = (listing_rows.FIELD, str(i)), known.get(listing_id)
        if listing is None:
            raise NotFound("There is no listing of this company with this id.", field=field)
        _refuse(listing, is_for_sale=is_for_sale, field=field)
        variant = listing.website_product_variant_id
        if listing.status is _wished(is_for_sale=is_for_sale) and variant not in open_ones:
            continue
        action = await requests.request(
            session, _KIND, by=by, company_id=company_id, subject=variant,
            parameters={"goodsId": listing.website_product_id, "isForSale": is_for_sale},
            product_id=products.get(listing.id), is_once=False, now=now, field=field,
        )  # fmt: skip
        actions[action.id] = action
    return list(actions.values()), [known[each] for each in dict.fromkeys(listing_ids)]


def _wished(*, is_for_sale: bool) -> ListingStatus:
    return ListingStatus.FOR_SALE if is_for_sale else ListingStatus.NOT_FOR_SALE


def _refuse(listing: Listing, *, is_for_sale: bool, field: tuple[str, ...]) -> None:
    if listing.status is ListingStatus.GONE:
        raise Conflict("Temu lists this no more. Run importListings to read anew what it lists.", field=field)
    # That these can't be put on sale is told [A: two guides]; the others are Temu's to refuse.
    if is_for_sale and listing.sub_status is ListingSubStatus.PUNISHED:
        message = "Temu took this off sale for its rules, and doesn't let it be put on sale. Look in the seller centre what is wrong."
        raise Conflict(message, field=field)


async def _open(session: AsyncSession, company_id: int, variants: Sequence[str]) -> set[str]:
    """The SKUs that something is asked for."""
    statement = select(ChannelAction.subject).where(
        ChannelAction.company_id == company_id,
        ChannelAction.kind == _KIND,
        ChannelAction.subject.in_(variants),
        ChannelAction.ended_at.is_(None),
    )
    return set(await session.scalars(statement))


class SetSaleStatus:
    """Putting a SKU on sale, or off it; its subject is the SKU's id. It has ended when the list says so."""

    async def send(self, temu: TemuClient, action: ChannelAction) -> Sent:
        """Say it. That Temu took it is not its end: how long its lists lag is not known."""
        parameters = action.parameters
        await set_sale_status(
            temu, goods_id=parameters["goodsId"], sku_id=action.subject, is_for_sale=parameters["isForSale"]
        )
        return Working(again_after=_FIRST_LOOK)

    async def look_up(self, temu: TemuClient, action: ChannelAction) -> Found:
        """On which of the two lists it stands by now. The one that is wished for is read last: a SKU that comes there meanwhile
        is met.
        """
        is_for_sale = action.parameters["isForSale"]
        wished = SkuKind.FOR_SALE if is_for_sale else SkuKind.NOT_FOR_SALE
        found = None
        for kind in sorted(SkuKind, key=lambda each: each is wished):
            found = await listings.read_one(temu, action.subject, kind) or found
        if found is None:
            return NotDone("NOT_LISTED", "Temu lists this SKU no more, neither for sale nor not.")
        if found.status is _wished(is_for_sale=is_for_sale):
            return Done(result={_CODE: found.sub_status_code})
        if action.status is ChannelActionStatus.IN_DOUBT:
            return Absent()
        if action.sent_at is not None and clock.now() - action.sent_at > _SHOWN_WITHIN:
            reason = "" if found.sub_status is None else f" ({found.sub_status.value})"
            message = f"Temu said an hour ago that it was done, and lists it as {found.status.value}{reason} all the same."
            return NotDone("NOT_SHOWN", f"{message} Look in the seller centre.")
        return Working()

    async def record(
        self, session: AsyncSession, action: ChannelAction, answer: Ended | Working, *, now: datetime
    ) -> None:
        """Have the listing say so."""
        if not isinstance(answer, Done):
            return
        listing = await session.scalar(
            select(Listing).where(
                Listing.company_id == action.company_id,
                Listing.website_product_variant_id == action.subject,
                Listing.website_product_id == action.parameters["goodsId"],
            )
        )
        if listing is not None:
            is_for_sale = action.parameters["isForSale"]
            code = (answer.result or {}).get(_CODE)
            listing.status, listing.gone_at, listing.seen_at = _wished(is_for_sale=is_for_sale), None, now
            listing.sub_status, listing.sub_status_code = listings.sub_status_of(code), code
