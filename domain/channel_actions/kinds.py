"""How each kind of action is done: what is sent, how its end is found out, and what follows from it here.

A subject that has acts of its own (orders, shipping, products) implements Kind beside its other rules; jobs/action_kinds.py names
them all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, runtime_checkable

from sqlalchemy.ext.asyncio import AsyncSession

from domain.models import ChannelAction, ChannelActionKind, JobType
from domain.temu.client import TemuClient


@dataclass(frozen=True)
class Done:
    """The channel did it. *reference*: its number of what came of it; *result*: what else is kept, without personal data."""

    reference: str | None = None
    result: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Working:
    """The channel has it and works on it; it is asked again, after *again_after* or by growing pauses. *result* as of Done; one
    that differs is recorded.
    """

    reference: str | None = None
    again_after: timedelta | None = None
    result: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class NotDone:
    """The channel did not do it and will not; *message* says why and what to do. *result* as of Done."""

    code: str
    message: str
    result: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Withdrawn:
    """The channel was not told, and need not be any more."""


@dataclass(frozen=True)
class Absent:
    """The channel knows nothing of it: it may be sent, for the first time or once more."""


@dataclass(frozen=True)
class Unknown:
    """The channel does not tell; it is asked again, and after a day a person has to look."""


Ended = Done | NotDone
Sent = Ended | Working | Unknown
Found = Sent | Absent


class Kind(Protocol):
    """One kind of action."""

    async def send(self, temu: TemuClient, action: ChannelAction) -> Sent:
        """Ask the channel, by exactly one call of `temu.send_once`. What it raises is judged by whoever calls: a refusal of Temu's is
        NotDone in its words, and where no answer came, look_up() is asked before anything is sent again.
        """
        ...

    async def look_up(self, temu: TemuClient, action: ChannelAction) -> Found:
        """What became of an action that was sent, by reading alone."""
        ...

    async def record(
        self, session: AsyncSession, action: ChannelAction, answer: Ended | Working, *, now: datetime
    ) -> None:
        """What follows from an answer here, in the transaction that records it: an end is recorded once."""


@runtime_checkable
class Prepares(Protocol):
    """A kind that looks once more at what is to be sent directly before it is."""

    async def prepare(
        self, session: AsyncSession, action: ChannelAction, *, now: datetime
    ) -> NotDone | Withdrawn | None:
        """In the transaction that marks the action as in doubt, each time that it is to be sent: change its parameters, or say that
        it is not to be sent.
        """


Kinds = Mapping[ChannelActionKind, Kind]

# What the token for products and stock does; all others the one for orders.
OF_PRODUCTS = frozenset({ChannelActionKind.CHANGE_PRICE, ChannelActionKind.SET_SALE_STATUS})


def job_type_of(kind: ChannelActionKind) -> JobType:
    """The type of the jobs that send actions of a kind."""
    return JobType.SEND_PRODUCT_ACTIONS if kind in OF_PRODUCTS else JobType.SEND_ORDER_ACTIONS


def kinds_of(job_type: JobType) -> list[ChannelActionKind]:
    """What such a job sends."""
    return [kind for kind in ChannelActionKind if job_type_of(kind) is job_type]
