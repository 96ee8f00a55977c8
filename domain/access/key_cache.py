"""Who holds which key, as the database said within the last second: a key that calls all the time is looked up once a
second, and one that is revoked opens nothing from a second later.
"""

import time
from datetime import datetime, timedelta

from sqlalchemy import update

from domain.access import api_keys
from domain.access.principal import Principal
from domain.database.session import Database
from domain.errors import Unavailable
from domain.models import ApiKey
from domain.telemetry import log

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
        self._held: dict[str, tuple[float, Principal]] = {}

    async def holder(self, secret: str, *, now: datetime) -> Principal | None:
        """Who holds *secret*; None for one that was never given out or was revoked. Its use is noted."""
        hashed = api_keys.hash_of(secret)
        seen, principal = self._held.get(hashed, (0.0, None))
        if principal is not None and time.monotonic() - seen < self._trusted_seconds:
            return principal
        self._held.pop(hashed, None)
        asked = time.monotonic()
        found = await api_keys.verify(self._database, secret)
        if found is None:
            return None
        principal, last_used_at = found
        if last_used_at is None or now - last_used_at > _LAST_USE_PRECISION:
            await self._record_use(principal, now=now)
        if len(self._held) >= _MOST:
            self._held.clear()
        self._held[hashed] = (asked, principal)
        return principal

    async def _record_use(self, principal: Principal, *, now: datetime) -> None:
        try:
            async with self._database.write() as session:
                used = update(ApiKey).where(ApiKey.id == principal.key_id)
                await session.execute(used.values(last_used_at=now))
        except Unavailable as error:
            log.warning("api_key.use_not_recorded", key=principal.key_id, reason=error.message)
