"""Temu's lists of carriers and addresses: fetched now and then, stored in the database, looked up from there."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from domain import clock, text
from domain.database.session import Database
from domain.database.upsert import upsert
from domain.models import ChannelDirectory, DirectoryKind
from domain.shipping.matching import Carrier, ShippingAddress
from domain.temu.client import TemuClient
from domain.temu.errors import TemuRefused, TemuUnavailable

_FRESH_FOR = timedelta(hours=12)
# Something that is not in a list may be new at Temu: unless the list is younger than this, it is asked for again.
_WORTH_ANOTHER_LOOK = timedelta(minutes=1)
_ALL_REGIONS = 0


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
