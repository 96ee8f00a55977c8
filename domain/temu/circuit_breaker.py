"""A circuit breaker for each of Temu's hosts: one that is away is left alone, so that jobs wait instead of trying in vain.

Each process has its own: it learns within ten calls, and what it knew of Redis could be as far away as Temu.
"""

import time
from collections.abc import Generator
from contextlib import contextmanager

from domain import metrics
from domain.telemetry import log
from domain.temu.errors import HostAway

# So many failures in a row open it, and so many seconds later one call probes whether the host is back.
_MOST_FAILURES = 10
_OPEN_SECONDS = 30.0
# While a probe is under way, nobody else knows sooner.
_PROBE_SECONDS = 5.0


class CircuitBreaker:
    """Closed while calls come through, open after too many failures, half open while one call probes."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._failures = 0
        self._probe_at: float | None = None  # Where it is open.
        self._is_probing = False
        metrics.TEMU_CIRCUIT_OPEN.labels(host).set(0)

    def check(self) -> None:
        """Raises HostAway while no call may leave."""
        if self._probe_at is None:
            return
        seconds = self._probe_at - time.monotonic()
        if seconds > 0 or self._is_probing:
            raise HostAway(max(seconds, _PROBE_SECONDS))

    @contextmanager
    def attempt(self) -> Generator["Attempt"]:
        """Around one call. Raises HostAway before it where none may leave. What the body doesn't say counts as nothing."""
        self.check()
        is_probe = self._is_probing = self._probe_at is not None
        attempt = Attempt()
        try:
            yield attempt
        finally:
            if is_probe:
                self._is_probing = False
            if attempt.answered is not None:
                self._count(answered=attempt.answered)

    def _count(self, *, answered: bool) -> None:
        if answered:
            if self._probe_at is not None:
                log.warning("temu.circuit_closed", host=self._host)
                metrics.TEMU_CIRCUIT_OPEN.labels(self._host).set(0)
            self._failures, self._probe_at = 0, None
            return
        self._failures += 1
        if self._failures >= _MOST_FAILURES:
            if self._probe_at is None:
                log.warning("temu.circuit_opened", host=self._host, failures=self._failures)
                metrics.TEMU_CIRCUIT_OPEN.labels(self._host).set(1)
            self._probe_at = time.monotonic() + _OPEN_SECONDS


class Attempt:
    """What one call showed of the host: *answered* is None where it showed nothing."""

    answered: bool | None = None
