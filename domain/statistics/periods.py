"""The intervals of a period by the clock of a place, in quarters of an hour since 1970: no local time begins its hours between two."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.errors import Invalid

QUARTER_SECONDS = 900
QUARTERS_OF_DAY = 96
MOST_INTERVALS = 1_000
_LONGEST = timedelta(days=3 * 366)
# Beyond these a local time, or the end of an interval, may have no date.
_FIRST_YEAR, _LAST_YEAR = 1970, 9998


class StatisticsInterval(Enum):
    """How long a time is told as one."""

    HOUR = "HOUR"  #: from one full hour to the next
    DAY = "DAY"  #: from midnight to midnight: 23 or 25 hours where the clocks change
    WEEK = "WEEK"  #: from Monday to Monday
    MONTH = "MONTH"  #: from the first to the first


@dataclass(frozen=True)
class Period:
    """Times that follow each other: each place in *bounds* is where one begins, and the last is where the period ends."""

    bounds: tuple[int, ...]

    @property
    def first(self) -> int:
        """Its first quarter of an hour."""
        return self.bounds[0]

    @property
    def end(self) -> int:
        """The first quarter of an hour after it."""
        return self.bounds[-1]

    def intervals(self) -> Iterator[tuple[datetime, datetime]]:
        """Where each interval begins and ends."""
        for begin, end in zip(self.bounds, self.bounds[1:], strict=False):
            yield moment_of(begin), moment_of(end)

    def runs(self) -> Iterator["Run"]:
        """The intervals, those of one length that follow each other as one."""
        begin = 0
        lengths = [end - start for start, end in zip(self.bounds, self.bounds[1:], strict=False)]
        for place, length in enumerate(lengths):
            if place + 1 == len(lengths) or lengths[place + 1] != length:
                yield Run(begin, self.bounds[begin], self.bounds[place + 1], length)
                begin = place + 1


@dataclass(frozen=True)
class Run:
    """Intervals of one *length* from place *place* on."""

    place: int
    begin: int
    end: int
    length: int


def period_of(begin: datetime, end: datetime, interval: StatisticsInterval, time_zone: str) -> Period:
    """The period between two moments, rounded out to whole quarters of an hour; its first and last interval may be cut off by
    it. Raises Invalid.
    """
    zone = _zone(time_zone)
    if end <= begin:
        raise Invalid("to must be later than from.", field=("to",))
    for field, moment in (("from", begin), ("to", end)):
        if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
            raise Invalid(f"{field} must be in the years {_FIRST_YEAR} to {_LAST_YEAR}.", field=(field,))
    if end - begin > _LONGEST:
        raise Invalid("A period has three years at the most.", field=("from",))
    first, last = quarter_of(begin), -(-int(end.timestamp()) // QUARTER_SECONDS)
    if end.microsecond and last * QUARTER_SECONDS == int(end.timestamp()):
        last += 1
    bounds = [first]
    for bound in _bounds(moment_of(first).astimezone(zone), interval):
        if bound >= last:
            break
        if bound > bounds[-1]:
            bounds.append(bound)
        if len(bounds) > MOST_INTERVALS:
            message = f"A period has {MOST_INTERVALS} intervals at the most: ask for a shorter one, or for longer intervals."
            raise Invalid(message, field=("interval",))
    return Period((*bounds, last))


def quarter_of(moment: datetime) -> int:
    """The quarter of an hour that a moment is in."""
    return int(moment.timestamp() // QUARTER_SECONDS)


def moment_of(quarter: int) -> datetime:
    """Where a quarter of an hour begins."""
    return datetime.fromtimestamp(quarter * QUARTER_SECONDS, UTC)


def _bounds(first: datetime, interval: StatisticsInterval) -> Iterator[int]:
    """Where intervals begin after *first*, which is in the local time that they go by."""
    if interval is StatisticsInterval.HOUR:
        # An hour that comes twice is two: they are counted in UTC, from where the local hour begins.
        whole = first.replace(minute=0, second=0, microsecond=0).astimezone(UTC)
        while True:
            whole += timedelta(hours=1)
            yield quarter_of(whole)
    day = first.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    if interval is StatisticsInterval.WEEK:
        day -= timedelta(days=day.weekday())
    if interval is StatisticsInterval.MONTH:
        day = day.replace(day=1)
    while True:
        # Wall time: the same hour of another day, whatever the clocks did between.
        if interval is StatisticsInterval.MONTH:
            day = (day + timedelta(days=32)).replace(day=1)
        else:
            day += timedelta(days=7 if interval is StatisticsInterval.WEEK else 1)
        yield quarter_of(day)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        message = f"{name[:60]!r} is no time zone. Write one as IANA does, such as Europe/Berlin."
        raise Invalid(message, field=("timeZone",)) from None
