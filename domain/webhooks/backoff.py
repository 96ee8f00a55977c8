"""When a message is tried again, and when it is given up. Pure."""

from datetime import datetime, timedelta
from random import Random

GIVEN_UP_AFTER = timedelta(days=3)
_FIRST_SECONDS, _LONGEST_SECONDS = 5.0, 3600.0
_LONGEST_PAUSE_SECONDS = 900.0
_GROWTH = 4.0
# From there on every pause is the longest.
_MOST_GROWN = 8


def next_attempt(
    *, failures: int, since: datetime, now: datetime, random: Random, retry_after: float = 0
) -> datetime | None:
    """When a message is tried again that failed *failures* times in a row, the first time at *since*; None: give it up.

    *retry_after*: seconds that the receiver asked for; more than the longest pause count as that.
    """
    if now - since >= GIVEN_UP_AFTER:
        return None
    asked = min(retry_after, _LONGEST_SECONDS)
    return now + timedelta(seconds=max(asked, _pause(failures, _LONGEST_SECONDS, random)))


def pause_of_receiver(*, failures: int, random: Random) -> timedelta:
    """For how long a receiver is left alone that could not be reached *failures* times in a row."""
    return timedelta(seconds=_pause(failures, _LONGEST_PAUSE_SECONDS, random))


def _pause(failures: int, longest: float, random: Random) -> float:
    grown: float = _FIRST_SECONDS * _GROWTH ** min(failures - 1, _MOST_GROWN)
    return min(longest, grown) * random.uniform(0.75, 1.25)
