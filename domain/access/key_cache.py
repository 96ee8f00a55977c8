"""Who holds which key, as the database said within the last second: a key that calls all the time is looked up once a
second, and one that is revoked opens nothing from a second later. Neither does what it has opened and holds open.
"""

import time
from collections.abc import Collection, Mapping
from contextlib import aclosing
from datetime import datetime, timedelta

from sqlalchemy import update

from domain import clock
from domain.access import api_keys
from domain.access.api_keys import Holder
from domain.access.principal import Principal
from domain.database.session import Database
from domain.errors import Expired, Unavailable
from domain.models import ApiKey
from domain.telemetry import log
from domain.watcher import Watcher

TRUSTED_SECONDS = 1.0
# Noting each single use would make every read a write.
_LAST_USE_PRECISION = timedelta(minutes=1)
# More keys than ever call within a second; beyond it all are forgotten and asked for again.
_MOST = 10_000


class KeyCache:
    """The keys that were seen last."""

    def __init__(self, database: Database, *, trusted_seconds: float = TRUSTED_SECONDS) -> None:
        self._database = database
        self._trusted_seconds = trusted_seconds
        self._held: dict[str, tuple[float, Holder]] = {}
        # So often that an end is told within a second, with the time that looking and telling take.
        self._followed = Watcher(self._look, every_seconds=TRUSTED_SECONDS / 2)

    async def holder(self, secret: str, *, now: datetime) -> Principal | None:
        """Who holds *secret*; None for one that was never given out or was revoked. Its use is noted. Raises Expired."""
        hashed = api_keys.hash_of(secret)
        seen, holder = self._held.pop(hashed, (0.0, None))
        if holder is None or time.monotonic() - seen >= self._trusted_seconds:
            seen = time.monotonic()
            holder = await api_keys.verify(self._database, secret)
            if holder is None:
                return None
        if holder.expires_at is not None and holder.has_expired(now):
            # Asked for each time, like one that never was.
            moment = clock.rfc3339(holder.expires_at)
            raise Expired(f"This API key expired at {moment}: ask the operator for another one.")
        if holder.last_used_at is None or now - holder.last_used_at > _LAST_USE_PRECISION:
            holder = holder._replace(last_used_at=now)
            await self._record_use(holder.principal, now=now)
        if len(self._held) >= _MOST:
            self._held.clear()
        self._held[hashed] = (seen, holder)
        return holder.principal

    async def ended(self, principal: Principal) -> None:
        """Return when a key that opened something is not what it was: revoked, expired, or for other companies or with
        another role.
        """
        async with aclosing(self._followed.states(principal.key_id)) as states:
            async for holder in states:
                if holder != principal:
                    return

    async def _look(self, key_ids: Collection[int]) -> Mapping[int, Principal]:
        async with self._database.read() as session:
            return await api_keys.holders(session, key_ids, now=clock.now())

    async def _record_use(self, principal: Principal, *, now: datetime) -> None:
        try:
            async with self._database.write() as session:
                used = update(ApiKey).where(ApiKey.id == principal.key_id)
                await session.execute(used.values(last_used_at=now))
        except Unavailable as error:
            log.warning("api_key.use_not_recorded", key=principal.key_id, reason=error.message)
