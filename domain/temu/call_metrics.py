"""Each try of a call to Temu counted by its outcome, with its seconds."""

import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager

from domain import metrics
from domain.temu.errors import (
    AmountsNotReady,
    AppRefused,
    ClockRefused,
    HostAway,
    InternalFault,
    NotSent,
    PermissionMissing,
    RateLimited,
    TemuRefused,
    TemuUnavailable,
    TokenRefused,
)

# What a try that failed counts as: the first that it is one of.
_OUTCOMES: Mapping[type[Exception], str] = {
    HostAway: "HOST_AWAY",
    NotSent: "NOT_SENT",
    RateLimited: "RATE_LIMITED",
    ClockRefused: "CLOCK_REFUSED",
    AmountsNotReady: "NOT_READY",
    InternalFault: "INTERNAL_FAULT",
    TemuUnavailable: "UNAVAILABLE",
    TokenRefused: "TOKEN_REFUSED",
    AppRefused: "APP_REFUSED",
    PermissionMissing: "PERMISSION_MISSING",
    TemuRefused: "REFUSED",
}


@contextmanager
def counted(interface: str) -> Generator[None]:
    """Count one try by its outcome, with its seconds."""
    began, outcome = time.monotonic(), "CANCELLED"
    try:
        yield
        outcome = "OK"
    except Exception as error:
        outcome = next((name for kind, name in _OUTCOMES.items() if isinstance(error, kind)), "BROKEN")
        raise
    finally:
        metrics.TEMU_CALLS.labels(interface, outcome).inc()
        metrics.TEMU_CALL_SECONDS.labels(interface).observe(time.monotonic() - began)
