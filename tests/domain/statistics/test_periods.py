"""Intervals by the clock of a place."""

from datetime import UTC, datetime

import pytest

from domain.errors import Invalid
from domain.statistics.periods import StatisticsInterval, period_of

_HOUR, _DAY, _WEEK, _MONTH = StatisticsInterval


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize("begin, end, interval, zone, hours", [
    # The days on which clocks change have 23 and 25 hours.
    ("2026-03-28T00:00+01:00", "2026-03-31T00:00+02:00", _DAY, "Europe/Berlin", [24, 23, 24]),
    ("2026-10-24T00:00+02:00", "2026-10-27T00:00+01:00", _DAY, "Europe/Berlin", [24, 25, 24]),
    # An hour that comes twice is two.
    ("2026-10-25T01:00+02:00", "2026-10-25T05:00+01:00", _HOUR, "Europe/Berlin", [1, 1, 1, 1, 1]),
    # Cut off where the period begins and ends, and from Monday to Monday between.
    ("2026-03-27T12:00+01:00", "2026-04-06T06:00+02:00", _WEEK, "Europe/Berlin", [59, 168, 6]),
    ("2026-02-15T00:00+00:00", "2026-04-02T00:00+00:00", _MONTH, "UTC", [14 * 24, 31 * 24, 24]),
    # No midnight: the day begins an hour later. Half an hour of summer time. Three quarters of an hour from UTC.
    ("2026-09-04T12:00-04:00", "2026-09-07T00:00-03:00", _DAY, "America/Santiago", [12, 24, 23]),
    ("2026-04-04T00:00+11:00", "2026-04-06T00:00+10:30", _DAY, "Australia/Lord_Howe", [24, 24.5]),
    ("2026-05-01T00:00+05:45", "2026-05-01T01:45+05:45", _HOUR, "Asia/Kathmandu", [1, 0.75]),
    # A day that an island left out.
    ("2011-12-29T00:00-10:00", "2012-01-01T00:00+14:00", _DAY, "Pacific/Apia", [24, 24]),
    ("2026-05-01T00:07+00:00", "2026-05-01T00:16+00:00", _HOUR, "UTC", [0.5]),
])  # fmt: skip
def test_intervals(begin: str, end: str, interval: StatisticsInterval, zone: str, hours: list[float]) -> None:
    """A1: hours, days, weeks and months are those of the place, whatever its clocks do; and each quarter is found in its own."""
    period = period_of(_at(begin), _at(end), interval, zone)

    assert [(last - first).total_seconds() / 3600 for first, last in period.intervals()] == hours
    by_runs = {
        quarter: run.place + (quarter - run.begin) // run.length
        for run in period.runs()
        for quarter in range(run.begin, run.end)
    }
    expected = {
        quarter: place
        for place, (first, last) in enumerate(zip(period.bounds, period.bounds[1:], strict=False))
        for quarter in range(first, last)
    }
    assert by_runs == expected


@pytest.mark.parametrize("begin, end, interval, zone, field", [
    ("2026-05-01T00:00+00:00", "2026-05-01T00:00+00:00", _DAY, "UTC", "to"),
    ("2026-05-01T00:00+00:00", "2029-06-01T00:00+00:00", _MONTH, "UTC", "from"),
    ("0001-01-01T00:00+00:00", "0001-01-03T00:00+00:00", _DAY, "America/New_York", "from"),
    ("9998-12-30T00:00+00:00", "9999-12-31T23:59+00:00", _DAY, "UTC", "to"),
    ("2026-05-01T00:00+00:00", "2026-07-01T00:00+00:00", _HOUR, "UTC", "interval"),
    ("0001-01-01T00:00+00:00", "0001-01-05T00:00+00:00", _DAY, "America/New_York", "from"),
    ("9999-12-30T00:00+00:00", "9999-12-31T23:59+00:00", _MONTH, "Asia/Tokyo", "from"),
    ("2026-05-01T00:00+00:00", "2026-05-02T00:00+00:00", _DAY, "Berlin", "timeZone"),
    ("2026-05-01T00:00+00:00", "2026-05-02T00:00+00:00", _DAY, "../../etc/passwd", "timeZone"),
    ("2026-05-01T00:00+00:00", "2026-05-02T00:00+00:00", _DAY, "", "timeZone"),
])  # fmt: skip
def test_refused(begin: str, end: str, interval: StatisticsInterval, zone: str, field: str) -> None:
    """A2: what can't be a period is refused with the argument that is wrong."""
    with pytest.raises(Invalid) as refusal:
        period_of(_at(begin), _at(end), interval, zone)
    assert refusal.value.field == (field,)
