"""What needs a person, and how scheduled work goes."""

from datetime import datetime

import strawberry

from api.reading.declared import attribute
from api.values import enums, ids
from api.values.described import described_type
from domain.attention import items


def _company_id(item: items.AttentionItem) -> str:
    return ids.encode("Company", item.company_id)


@described_type
class AttentionOrderFilter:
    """An OrderFilter as variables take it."""

    company_id: strawberry.ID = attribute("The company.", _company_id)
    attention: enums.OrderAttention = attribute("What they need a person for.", lambda item: item.orders)


@described_type
class AttentionProductFilter:
    """A ProductFilter as variables take it."""

    company_id: strawberry.ID = attribute("The company.", _company_id)
    attention: enums.ProductAttention = attribute("What they need a person for.", lambda item: item.products)


@described_type
class AttentionJobFilter:
    """A QueuedJobFilter as variables take it."""

    company_id: strawberry.ID = attribute("The company.", _company_id)
    type: list[enums.JobType] = attribute("The type of the jobs.", lambda item: [item.jobs])


@described_type
class AttentionReturnFilter:
    """A ReturnFilter as variables take it."""

    is_due: bool = attribute("Whether the time to answer ends within 24 hours.", lambda item: item.returns)


@described_type
class AttentionChannelActionFilter:
    """A ChannelActionFilter as variables take it."""

    attention: enums.ChannelActionAttention = attribute(
        "What they need a person for.", lambda item: item.actions
    )


@described_type
class AttentionItem:
    """One kind of trouble that a person should look at."""

    code: str = attribute("The kind of trouble, for code to branch on.")
    severity: enums.AttentionSeverity = attribute("How soon to look.")
    message: str = attribute("What is wrong, for a person.")
    advice: str = attribute("What to do.")
    count: int = attribute("How many orders, items or products it concerns.")
    since: datetime = attribute("When it began, with the oldest of them.")
    order_filter: AttentionOrderFilter | None = attribute(
        "What `orders(filter:)` lists the orders with that it counts, or counts items or packages of; null where it is about "
        "something else.",
        lambda item: item if item.orders else None,
    )
    product_filter: AttentionProductFilter | None = attribute(
        "What `products(filter:)` lists the products with that it counts; null where it is about something else.",
        lambda item: item if item.products else None,
    )
    return_filter: AttentionReturnFilter | None = attribute(
        "What `Company.returns(filter:)` lists the returns with that it counts; null where it is about something else.",
        lambda item: item if item.returns else None,
    )
    channel_action_filter: AttentionChannelActionFilter | None = attribute(
        "What `Company.channelActions(filter:)` lists the actions with that it counts; null where it is about something else.",
        lambda item: item if item.actions else None,
    )
    job_filter: AttentionJobFilter | None = attribute(
        "What `queuedJobs(filter:)` lists the jobs with whose success is late; null where it is about something else.",
        lambda item: item if item.jobs else None,
    )


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
