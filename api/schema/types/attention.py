"""What needs a person, and how scheduled work goes."""

from datetime import datetime

from api.reading.declared import attribute
from api.values import enums
from api.values.described import described_type


@described_type
class AttentionItem:
    """One kind of trouble that a person should look at."""

    code: str = attribute("The kind of trouble, for code to branch on.")
    severity: enums.AttentionSeverity = attribute("How soon to look.")
    message: str = attribute("What is wrong, for a person.")
    advice: str = attribute("What to do.")
    count: int = attribute("How many orders, items or products it concerns.")
    since: datetime = attribute("When it began, with the oldest of them.")


@described_type
class Schedule:
    """How one kind of scheduled work of a company goes."""

    type: enums.JobType = attribute("What is done.", lambda standing: standing.flow.type)
    is_on: bool = attribute("Whether the company's settings switch it on.")
    is_paused: bool = attribute(
        "Whether it waits because Temu refuses the access token; a new one resumes it."
    )
    interval_seconds: int = attribute(
        "Seconds between two runs.", lambda standing: int(standing.interval.total_seconds())
    )
    next_run_at: datetime | None = attribute(
        "When the next run is due; null where it is off, paused, or has no access token."
    )
    last_succeeded_at: datetime | None = attribute(
        "When a run last succeeded, in whole or in part; null where none did."
    )
    lag_seconds: int = attribute(
        "Seconds for which the next success is overdue; zero where it isn't.",
        lambda standing: int(standing.lag.total_seconds()),
    )
