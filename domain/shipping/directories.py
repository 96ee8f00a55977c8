"""Temu's lists of carriers and addresses: fetched now and then, stored in the database, looked up from there."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain import audit, clock, text
from domain.access import rows
from domain.access.principal import Principal
from domain.companies import malls
from domain.database.session import Database
from domain.database.upsert import upsert
from domain.models import ChannelDirectory, Company, DirectoryKind, JobType, Order
from domain.resources import Resources
from domain.shipping.matching import Carrier, ShippingAddress
from domain.temu.client import TemuClient
from domain.temu.errors import TemuRefused, TemuUnavailable
from domain.temu.regions import country_of

_FRESH_FOR = timedelta(hours=12)
# Something that is not in a list may be new at Temu: unless the list is younger than this, it is asked for again.
_WORTH_ANOTHER_LOOK = timedelta(minutes=1)
_ALL_REGIONS = 0
# Where the orders placed last go: few countries, however many orders.
_LATELY, _MOST_REGIONS = 500, 20
_REFRESH_PATIENCE_SECONDS = 5.0


class NotListed(TemuRefused):
    """Temu refuses to tell a list."""


class Directories:
    def __init__(
        self, database: Database, temu: TemuClient, *, company_id: int, patience: float | None = None
    ) -> None:
        self._database = database
        self._temu = temu
        self.company_id = company_id
        self._patience = patience
        # What was read once, or could not be, serves all orders of a run.
        self._lists: dict[tuple[DirectoryKind, int], tuple[list[dict[str, Any]], datetime]] = {}
        self._troubles: dict[tuple[DirectoryKind, int], TemuUnavailable | NotListed] = {}

    async def carriers(self, region_id: int, *, again: bool = False) -> Sequence[Carrier]:
        """Who carries parcels to a region. *again*: something was not found in the list as it is stored.

        Raises NotListed, TemuUnavailable, CredentialsRefused and PermissionMissing; so does addresses().
        """

        async def fetch() -> list[dict[str, Any]]:
            return [
                {
                    "id": text.shown(row.logistics_service_provider_id),
                    "name": text.shown(row.logistics_service_provider_name),
                    "brand": text.shown(row.logistics_brand_name),
                }
                for row in await self._temu.carriers(region_id, patience=self._patience)
            ]

        rows = await self._entries(DirectoryKind.CARRIERS, region_id, fetch, again=again)
        return [Carrier(**row) for row in rows]

    async def addresses(self, *, again: bool = False) -> Sequence[ShippingAddress]:
        """The places that the mall ships from. *again*: something was not found in the list as it is stored."""

        async def fetch() -> list[dict[str, Any]]:
            return [
                {
                    "id": text.shown(row.warehouse_id),
                    "name": text.shown(row.warehouse_name),
                    "is_default": bool(row.default_warehouse),
                }
                for row in await self._temu.shipping_addresses()
            ]

        rows = await self._entries(DirectoryKind.ADDRESSES, _ALL_REGIONS, fetch, again=again)
        return [ShippingAddress(**row) for row in rows]

    async def _entries(
        self,
        kind: DirectoryKind,
        region_id: int,
        fetch: Callable[[], Awaitable[list[dict[str, Any]]]],
        *,
        again: bool,
    ) -> list[dict[str, Any]]:
        key = {"company_id": self.company_id, "kind": kind, "region_id": region_id}
        now, which = clock.now(), (kind, region_id)
        if which not in self._lists:
            async with self._database.read() as session:
                stored = await session.get(ChannelDirectory, tuple(key.values()))
            if stored is not None:
                self._lists[which] = stored.entries, stored.read_at
        known = self._lists.get(which)
        if known is not None and now - known[1] <= (_WORTH_ANOTHER_LOOK if again else _FRESH_FOR):
            return known[0]
        if which in self._troubles:
            raise self._troubles[which]
        try:
            entries = [entry for entry in await fetch() if entry["id"]]
        except TemuRefused as error:
            self._troubles[which] = NotListed(error.message, temu_code=error.temu_code)
            raise self._troubles[which] from error
        except TemuUnavailable as trouble:
            self._troubles[which] = trouble
            raise
        self._lists[which] = entries, now
        row = {**key, "entries": entries, "read_at": now}
        async with self._database.write() as session:
            await upsert(session, ChannelDirectory, [row], key=tuple(key), news=("entries", "read_at"))
        return entries


@dataclass(frozen=True)
class CarrierList:
    """Who carries parcels of a mall to a country, as Temu told when it was read."""

    country_code: str | None
    read_at: datetime
    carriers: Sequence[Carrier]


@dataclass(frozen=True)
class AddressList:
    """The places that a mall ships from, as Temu told when they were read."""

    read_at: datetime
    addresses: Sequence[ShippingAddress]


async def carrier_lists(
    session: AsyncSession, company_ids: Sequence[int]
) -> Mapping[int, Sequence[CarrierList]]:
    """The lists of carriers that are stored of each company, by country."""
    found: dict[int, list[CarrierList]] = {company_id: [] for company_id in company_ids}
    for row in await _stored(session, company_ids, DirectoryKind.CARRIERS):
        carriers = [Carrier(**entry) for entry in row.entries]
        found[row.company_id].append(CarrierList(country_of(row.region_id), row.read_at, carriers))
    return found


async def address_lists(session: AsyncSession, company_ids: Sequence[int]) -> Mapping[int, AddressList]:
    """The list of addresses that is stored of each company that has one."""
    return {
        row.company_id: AddressList(row.read_at, [ShippingAddress(**entry) for entry in row.entries])
        for row in await _stored(session, company_ids, DirectoryKind.ADDRESSES)
    }


async def refresh(resources: Resources, *, by: Principal, company_id: int, now: datetime) -> None:
    """Read a company's lists anew: of addresses, and of carriers to the countries of its latest orders and those that are
    stored. Raises NotFound, NotConfigured, NotListed, TemuUnavailable and CredentialsRefused.
    """
    async with resources.database.read() as session:
        await rows.get(session, Company, company_id, by=by)
        stored = await _stored(session, [company_id], DirectoryKind.CARRIERS)
        latest = select(Order.channel_region_id).where(Order.company_id == company_id)
        ordered = await session.scalars(
            latest.order_by(Order.ordered_at.desc(), Order.id.desc()).limit(_LATELY)
        )
        regions = dict.fromkeys(
            [*(row.region_id for row in stored), *(each for each in ordered if each is not None)]
        )
    _, temu = await malls.connect(resources, company_id, JobType.UPLOAD_TRACKING)
    directories = Directories(
        resources.database, temu, company_id=company_id, patience=_REFRESH_PATIENCE_SECONDS
    )
    await directories.addresses(again=True)
    for region_id in list(regions)[:_MOST_REGIONS]:
        await directories.carriers(region_id, again=True)
    async with audit.write(resources.database) as session:
        company = await session.get_one(Company, company_id)
        audit.record(session, company, "shippingDirectoriesReadAt", None, clock.rfc3339(now))


async def _stored(
    session: AsyncSession, company_ids: Sequence[int], kind: DirectoryKind
) -> Sequence[ChannelDirectory]:
    which = ChannelDirectory.company_id.in_(company_ids), ChannelDirectory.kind == kind
    found = select(ChannelDirectory).where(*which)
    return (
        await session.scalars(found.order_by(ChannelDirectory.company_id, ChannelDirectory.region_id))
    ).all()
