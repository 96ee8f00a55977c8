"""Retry with exponential backoff and full jitter after passing trouble, and when to give up (J4). Pure."""

from datetime import datetime, timedelta
from random import Random

_FIRST_SECONDS, _LONGEST_SECONDS = 2.0, 300.0
_MOST_FAILURES = 8
_DEADLINE = timedelta(hours=24)

# Workers that may die one after the other on a job that gets no further: a deployment that goes wrong kills some
# workers that are not to blame, and a job that kills each of its workers must end all the same.
MOST_CRASHES = 5


def backoff_seconds(*, failures: int, since: datetime, now: datetime, random: Random) -> float | None:
    """Seconds to wait after the failure that follows *failures* others without progress; None: give up.

    *since*: its last progress, or its start.
    """
    if failures + 1 >= _MOST_FAILURES or now - since > _DEADLINE:
        return None
    return random.uniform(0, min(_LONGEST_SECONDS, _FIRST_SECONDS * 2**failures))
