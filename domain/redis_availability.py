"""Telling once that Redis is away, and once that it is back, however often it is asked meanwhile."""

from typing import Any

from redis.asyncio import Redis
from redis.asyncio.sentinel import SentinelConnectionPool

from domain.telemetry import log


class RedisAvailability:
    """Of one client and what it is used for; *lost* and *found* are the events in the log."""

    def __init__(self, redis: Redis | None, *, lost: str, found: str) -> None:
        self._redis = redis
        self._lost, self._found = lost, found
        self._is_away = False

    def failed(self, error: Exception, **more: Any) -> None:
        """It gave no answer."""
        if not self._is_away:
            self._is_away = True
            log.warning(self._lost, reason=type(error).__name__, redis=self._place(), **more)

    def answered(self) -> None:
        if self._is_away:
            self._is_away = False
            log.info(self._found, redis=self._place())

    def _place(self) -> str | None:
        """Where it is, without a password."""
        if self._redis is None:
            return None
        pool = self._redis.connection_pool
        if isinstance(pool, SentinelConnectionPool):
            return str(pool.service_name)
        options: dict[str, Any] = pool.connection_kwargs
        return options.get("path") or f"{options.get('host')}:{options.get('port')}/{options.get('db') or 0}"
