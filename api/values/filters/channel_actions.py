"""Filters of what the channel is asked to do."""

from api.values import enums
from api.values.described import described_input, optional, renamed
from api.values.filters.ranges import DateTimeRange


@described_input
class ChannelActionFilter:
    """Which of what Temu is asked to do; every condition given must hold."""

    kind: list[enums.ChannelActionKind] | None = optional("One of these.")
    status: list[enums.ChannelActionStatus] | None = optional("In one of these states.")
    subject: str | None = optional("Done to what has this number at Temu.")
    attention: enums.ChannelActionAttention | None = optional(
        "That need a person for this: all that the company's item of attention with this code counts."
    )
    created_at: DateTimeRange | None = optional("Asked for in this range.")
    sent_at: DateTimeRange | None = optional("Last sent in this range.")
    ended_at: DateTimeRange | None = optional("Done, refused or taken back in this range.")
    and_: list["ChannelActionFilter"] | None = renamed("and", "Of which all of these hold too.")
    or_: list["ChannelActionFilter"] | None = renamed("or", "Of which one of these holds too.")
    not_: "ChannelActionFilter | None" = renamed("not", "All but those of which this holds.")
