"""Ranges in filters; both ends may be left out."""

from datetime import datetime

from api.values.described import described_input, optional, renamed


@described_input
class DateTimeRange:
    """Moments. What has no such moment is in no range."""

    from_: datetime | None = renamed("from", "At this moment or later: 2026-05-01T00:00:00Z.")
    to: datetime | None = optional("Before this moment: 2026-06-01T00:00:00Z for all of May.")


@described_input
class IntRange:
    """Whole numbers. What has no such number is in no range."""

    from_: int | None = renamed("from", "This or more.")
    to: int | None = optional("This or less.")
