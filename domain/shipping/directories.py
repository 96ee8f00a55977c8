"""Temu's lists of carriers and addresses: asked for now and then, kept in the database, looked up from there."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from domain import clock, text
from domain.database.session import Database
from domain.database.upsert import upsert
from domain.errors import Refused
from domain.models import ChannelDirectory, DirectoryKind
from domain.shipping.matching import Carrier, ShippingAddress
from domain.temu.client import TemuClient
from domain.temu.errors import TemuRefused, TemuUnavailable

_FRESH_FOR = timedelta(hours=12)
# Something that is not in a list may be new at Temu: unless the list is younger than this, it is asked for again.
_WORTH_ANOTHER_LOOK = timedelta(minutes=1)
_ALL_REGIONS = 0


class NotListed(Refused):
    """Temu refuses to tell a list; *temu_code* is its own number."""

    def __init__(self, temu_code: int, message: str) -> None:
        super().__init__(message)
        self.temu_code = temu_code


class Directories:
    """The lists of one company."""

    def __init__(
        self, database: Database, temu: TemuClient, *, company_id: int, patience: float | None = None
    ) -> None:
        self._database = database
        self._temu = temu
        self._company_id = company_id
        self._patience = patience
        # What was read once, or could not be, serves all orders of a run.
        self._lists: dict[tuple[DirectoryKind, int], tuple[list[dict[str, Any]], datetime]] = {}
        self._troubles: dict[tuple[DirectoryKind, int], TemuUnavailable | NotListed] = {}

    async def carriers(self, region_id: int, *, again: bool = False) -> Sequence[Carrier]:
        """Who carries parcels to a region. *again*: something was not found in the list as it is kept.

        Raises NotListed, TemuUnavailable, CredentialsRefused and PermissionMissing; so does addresses().
        """

        async def ask() -> list[dict[str, Any]]:
            found = await self._temu.carriers(region_id, patience=self._patience)
            rows = [
                Carrier(
                    id=text.shown(row.logistics_service_provider_id),
                    name=text.shown(row.logistics_service_provider_name),
                    brand=text.shown(row.logistics_brand_name),
                )
                for row in found
            ]
            return [asdict(row) for row in rows if row.id]

        rows = await self._entries(DirectoryKind.CARRIERS, region_id, ask, again=again)
        return [Carrier(**row) for row in rows]

    async def addresses(self, *, again: bool = False) -> Sequence[ShippingAddress]:
        """The places that the mall ships from. *again*: something was not found in the list as it is kept."""

        async def ask() -> list[dict[str, Any]]:
            rows = [
                ShippingAddress(
                    id=text.shown(row.warehouse_id),
                    name=text.shown(row.warehouse_name),
                    is_default=bool(row.default_warehouse),
                )
                for row in await self._temu.shipping_addresses()
            ]
            return [asdict(row) for row in rows if row.id]

        rows = await self._entries(DirectoryKind.ADDRESSES, _ALL_REGIONS, ask, again=again)
        return [ShippingAddress(**row) for row in rows]

    async def _entries(
        self,
        kind: DirectoryKind,
        region_id: int,
        ask: Callable[[], Awaitable[list[dict[str, Any]]]],
        *,
        again: bool,
    ) -> list[dict[str, Any]]:
        key = {"company_id": self._company_id, "kind": kind, "region_id": region_id}
        now = clock.now()
        if (kind, region_id) not in self._lists:
            async with self._database.read() as session:
                kept = await session.get(ChannelDirectory, tuple(key.values()))
            if kept is not None:
                self._lists[kind, region_id] = kept.entries, kept.read_at
        known = self._lists.get((kind, region_id))
        if known is not None and not _is_stale(known[1], now, again=again):
            return known[0]
        if (kind, region_id) in self._troubles:
            raise self._troubles[kind, region_id]
        try:
            entries = await ask()
        except TemuRefused as error:
            self._troubles[kind, region_id] = NotListed(error.temu_code, error.message)
            raise self._troubles[kind, region_id] from error
        except TemuUnavailable as trouble:
            self._troubles[kind, region_id] = trouble
            raise
        self._lists[kind, region_id] = entries, now
        row = {**key, "entries": entries, "read_at": now}
        async with self._database.write() as session:
            await upsert(session, ChannelDirectory, [row], key=tuple(key), news=("entries", "read_at"))
        return entries


def _is_stale(read_at: datetime, now: datetime, *, again: bool) -> bool:
    return now - read_at > (_WORTH_ANOTHER_LOOK if again else _FRESH_FOR)
