"""The only reader of the system clock; everything below the edges is handed `now`."""

import time
from datetime import UTC, datetime


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def monotonic() -> float:
    """Seconds on a clock that never goes back, for measuring how long something took."""
    return time.monotonic()


def rfc3339(moment: datetime) -> str:
    """A moment in UTC, with microseconds only where there are any."""
    return moment.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"
