"""
What needs a person, and how scheduled work goes.
"""

from datetime import datetime

import strawberry

from api import enums
from domain.attention import items
from domain.companies.schedule import Standing


@strawberry.type(description="One kind of trouble that a person should look at.")
class AttentionItem:
    """A kind of trouble."""

    code: str = strawberry.field(description="The kind of trouble, for code to branch on.")
    severity: enums.AttentionSeverity = strawberry.field(description="How soon to look.")
    message: str = strawberry.field(description="What is wrong, for a person.")
    advice: str = strawberry.field(description="What to do.")
    count: int = strawberry.field(description="How many orders, items or products it concerns.")
    since: datetime = strawberry.field(description="When it began, with the oldest of them.")

    @classmethod
    def of(cls, item: items.AttentionItem) -> "AttentionItem":
        """
        An item as found.
        """
        return cls(
            code=item.code,
            severity=item.severity,
            message=item.message,
            advice=item.advice,
            count=item.count,
            since=item.since,
        )


@strawberry.type(description="How one kind of scheduled work of a company goes.")
class Schedule:
    """A kind of scheduled work."""

    type: enums.JobType = strawberry.field(description="What is done.")
    is_on: bool = strawberry.field(description="Whether the company's settings switch it on.")
    is_paused: bool = strawberry.field(
        description="Whether it waits because Temu refuses the access token; a new one resumes it."
    )
    interval_seconds: int = strawberry.field(description="Seconds between two runs.")
    next_run_at: datetime | None = strawberry.field(
        description="When the next run is due; null where it is off, paused, or has no access token."
    )
    last_succeeded_at: datetime | None = strawberry.field(
        description="When a run last succeeded, in whole or in part; null where none did."
    )
    lag_seconds: int = strawberry.field(
        description="Seconds for which the next success is overdue; zero where it isn't."
    )

    @classmethod
    def of(cls, standing: Standing) -> "Schedule":
        """
        A flow's standing.
        """
        return cls(
            type=standing.flow.type,
            is_on=standing.is_on,
            is_paused=standing.is_paused,
            interval_seconds=int(standing.interval.total_seconds()),
            next_run_at=standing.next_run_at,
            last_succeeded_at=standing.last_succeeded_at,
            lag_seconds=int(standing.lag.total_seconds()),
        )
