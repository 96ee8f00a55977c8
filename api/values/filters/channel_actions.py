"""Filters of what the channel is asked to do."""

from api.values import enums
from api.values.described import described_input, optional


@described_input
class ChannelActionFilter:
    """Which of what Temu is asked to do; every condition given must hold."""

    kind: list[enums.ChannelActionKind] | None = optional("One of these.")
    status: list[enums.ChannelActionStatus] | None = optional("In one of these states.")
    subject: str | None = optional("Done to what has this number at Temu.")
