"""When messages are tried again."""

from datetime import timedelta
from random import Random

from domain.webhooks import backoff
from tests.factories import NOW


class _Middle(Random):
    def uniform(self, a: float, b: float) -> float:
        return (a + b) / 2


def test_pauses_grow_for_three_days() -> None:
    """J4: seconds at first, an hour at the most, and after three days nothing more."""
    moment, pauses = NOW, list[float]()
    while (
        later := backoff.next_attempt(failures=len(pauses) + 1, since=NOW, now=moment, random=_Middle())
    ) is not None:
        pauses.append((later - moment).total_seconds())
        moment = later

    assert pauses[:6] == [5, 20, 80, 320, 1280, 3600]
    assert set(pauses[6:]) == {3600}
    assert timedelta(days=3) <= moment - NOW < timedelta(days=3, hours=1)


def test_jitter_and_what_a_receiver_asks_for() -> None:
    """J4: no two wait alike, and a receiver is not asked sooner than it said, as far as that is an hour."""

    def pause(**how: float) -> float:
        later = backoff.next_attempt(failures=1, since=NOW, now=NOW, random=Random(), **how)
        assert later is not None
        return (later - NOW).total_seconds()

    drawn = {pause() for _ in range(50)}
    assert len(drawn) > 40
    assert all(3.75 <= each <= 6.25 for each in drawn)
    assert pause(retry_after=600) == 600
    assert pause(retry_after=10**6) == 3600
    paused = [
        backoff.pause_of_receiver(failures=n, random=_Middle()).total_seconds() for n in (1, 2, 3, 4, 5, 99)
    ]
    assert paused == [5, 20, 80, 320, 900, 900]
