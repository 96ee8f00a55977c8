"""Wrong keys, counted for each address: whoever has sent many within a minute is refused without the database being asked.

In this process alone, and forgotten with it: it makes guessing dear, and guessing is hopeless anyway.
"""

import asyncio
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Network, ip_address

from sqlalchemy import select

from domain import metrics
from domain.access import api_keys
from domain.database.raw import RawSelect
from domain.database.session import Database
from domain.models import ApiKey
from domain.telemetry import log

_MOST = 20
_SECONDS = 60.0
# Of more addresses, those that were longest silent are forgotten.
_ADDRESSES = 10_000
_LISTED_SECONDS = 0.1
_LONGEST_NAME = 64
# What an address of IPv6 shares with all others of one customer.
_IPV6_NETWORK_BITS = 64
_HASHES = RawSelect(select(ApiKey.hash).where(ApiKey.revoked_at.is_(None)))


class WrongKeys:
    """The addresses that sent wrong keys within the last minute, and how many each."""

    def __init__(self, database: Database, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._monotonic = monotonic
        # By address: when its minute began, and the wrong keys since.
        self._counted: OrderedDict[str, tuple[float, int]] = OrderedDict()
        self._listing = asyncio.Lock()
        self._listed: tuple[float, frozenset[str]] = (-math.inf, frozenset())

    def count(self, address: str | None) -> None:
        """Count a wrong key, or one that isn't known to be right yet."""
        source = _source(address)
        began, count = self._counted.pop(source, (self._monotonic(), 0))
        if self._monotonic() - began >= _SECONDS:
            began, count = self._monotonic(), 0
        self._counted[source] = (began, count + 1)
        if len(self._counted) > _ADDRESSES:
            self._counted.popitem(last=False)

    def uncount(self, address: str | None) -> None:
        """Count it no more: it was right."""
        source = _source(address)
        began, count = self._counted.get(source, (0.0, 0))
        if count > 1:
            self._counted[source] = (began, count - 1)
        else:
            self._counted.pop(source, None)

    def retry_after(self, address: str | None) -> int:
        """Whole seconds for which this address's wrong keys are refused unasked; 0 where they are looked at."""
        began, count = self._counted.get(_source(address), (0.0, 0))
        rest = began + _SECONDS - self._monotonic()
        return math.ceil(rest) if count >= _MOST and rest > 0 else 0

    def record_refusal(self, address: str | None) -> None:
        """Tell of an address whose key was refused unasked, once in its minute."""
        source = _source(address)
        began, count = self._counted.get(source, (0.0, 0))
        if count == _MOST:
            metrics.THROTTLED_ADDRESSES.inc()
            log.warning("api_key.throttled", client=source)
            self._counted[source] = (began, count + 1)

    async def is_listed(self, secret: str) -> bool:
        """Whether *secret* is among the keys that were given out, which are listed ten times a second at the most: so a
        good key passes from wherever wrong ones come, and these cost no query each.
        """
        async with self._listing:
            listed_at, hashes = self._listed
            if self._monotonic() - listed_at >= _LISTED_SECONDS:
                asked = self._monotonic()
                hashes = frozenset(row[0] for row in await self._database.select_raw(_HASHES))
                self._listed = (asked, hashes)
        return api_keys.hash_of(secret) in hashes


def _source(address: str | None) -> str:
    """Whom an address belongs to: of IPv6, the network that a customer has."""
    return _network("" if address is None else address[:_LONGEST_NAME])


@lru_cache(maxsize=1024)
def _network(address: str) -> str:
    try:
        known = ip_address(address)
    except ValueError:
        return address or "unknown"
    if isinstance(known, IPv4Address):
        return str(known)
    return str(known.ipv4_mapped or IPv6Network((int(known), _IPV6_NETWORK_BITS), strict=False))
