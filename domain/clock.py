"""The only reader of the system clock; everything below the edges is handed `now`.

A worker goes by the database's clock, which all share: it compares its own with it now and then, and counts on from there by a
clock that never jumps. So a machine whose clock is a day ahead neither silences schedules nor deletes what is to be kept.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

# Two clocks that are further apart are not kept in time, and nobody knows which of them is right.
TOLERANCE = timedelta(seconds=60)


@dataclass(frozen=True)
class _Followed:
    """What another clock said, and when, by the one that never goes back."""

    moment: datetime
    at: float


_followed: _Followed | None = None


def now() -> datetime:
    """This moment, in UTC."""
    if _followed is None:
        return datetime.now(UTC)
    return _followed.moment + timedelta(seconds=time.monotonic() - _followed.at)


def follow(milliseconds: int) -> timedelta:
    """Go by another clock, which has just said that it is so many milliseconds since 1970; returns how far ours is ahead."""
    global _followed  # noqa: PLW0603 - a process has one clock
    moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    _followed = _Followed(moment, time.monotonic())
    return datetime.now(UTC) - moment


def follow_none() -> None:
    """Go by the system's clock again."""
    global _followed  # noqa: PLW0603 - a process has one clock
    _followed = None


def is_sure() -> bool:
    """Whether the system's clock agrees with the one that is followed now: what can't be undone waits for that."""
    return abs(datetime.now(UTC) - now()) <= TOLERANCE


def monotonic() -> float:
    """Seconds on a clock that never goes back, for measuring how long something took."""
    return time.monotonic()


def rfc3339(moment: datetime) -> str:
    """A moment in UTC, with microseconds only where there are any."""
    return moment.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"
