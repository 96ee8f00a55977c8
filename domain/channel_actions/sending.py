"""The job that sends actions: each is marked as in doubt, sent once, and asked about where its answer is lost.

An action that is in doubt is never sent again before the channel has said that it knows nothing of it, and that not before its
readings can be trusted to show it.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain import clock, metrics
from domain.channel_actions.kinds import (
    Absent,
    Done,
    Ended,
    Found,
    Kinds,
    NotDone,
    Prepares,
    Unknown,
    Withdrawn,
    Working,
    kinds_of,
)
from domain.companies import malls
from domain.errors import CredentialsRefused, Paused, Unavailable
from domain.models import ChannelAction, ChannelActionStatus
from domain.queued_jobs.lease import LeaseLost
from domain.queued_jobs.run import CancelRequested, JobRun, Outcome, Stopped
from domain.resources import Resources
from domain.temu.client import TemuClient
from domain.temu.errors import ClockRefused, NotSent, PermissionMissing, RateLimited, TemuRefused

_AT_ONCE = 4
# What was just told may not be shown yet [B: stock lags some seconds]; far more than that.
_SHOWN_AFTER = timedelta(seconds=60)
# After which a person has to look, where the channel doesn't tell.
_UNKNOWN_FOR = timedelta(hours=24)
# Times that the channel may lose one.
_MOST_SENDS = 5
# Until an action that got nowhere is looked at again; the last one from then on.
_PAUSES = [timedelta(seconds=s) for s in (5, 15, 60, 300, 900, 3600)]
# What is raised before a call leaves, or says that Temu did nothing of what it asked for.
_NEVER_LEFT = (CredentialsRefused, Paused, Stopped, CancelRequested, LeaseLost)
# The same for one that it worked on, in looks: after the last pause, they are an hour apart.
_KNOWN_LOOKS = len(_PAUSES) - 1
_MOST_LOOKS = _KNOWN_LOOKS + 24
_UNCONFIRMED = "Whether Temu has done it could not be found out. Look in the seller centre, and say so with resolveChannelAction."


@dataclass(frozen=True)
class _Trouble:
    """No answer. *has_left*: it may have reached the channel."""

    message: str
    has_left: bool


_Unsent = NotDone | Withdrawn
_Answer = Found | Withdrawn | _Trouble


class ActionSending:
    """One run for one company."""

    def __init__(self, resources: Resources, run: JobRun, kinds: Kinds) -> None:
        self._resources = resources
        self._run = run
        self._kinds = kinds

    async def run(self) -> None:
        """Send what is due, and ask about what was sent. Raises what concerns all of a company's calls, once what became of
        the others is recorded.
        """
        _, temu = await malls.connect(self._resources, self._run.company_id, self._run.job.type)
        guarded = temu.guarded(self._run.check_lease)
        while action_ids := await self._due():
            claims = [self._claimed_and_sent(guarded, each) for each in action_ids]
            faults: list[BaseException] = []
            for found in await asyncio.gather(*claims, return_exceptions=True):
                if isinstance(found, BaseException):
                    faults.append(found)
                elif found is not None:
                    action, answer = found
                    faults += [answer] if isinstance(answer, Exception) else []
                    try:
                        await self._record(action, _judged(answer))
                    except Exception as fault:  # noqa: BLE001 - raised below, once the others are recorded
                        faults.append(fault)
            if faults:
                raise faults[0]

    def _is_due(self) -> ColumnElement[bool]:
        return and_(
            ChannelAction.company_id == self._run.company_id,
            ChannelAction.ended_at.is_(None),
            ChannelAction.due_at <= clock.now(),
            ChannelAction.kind.in_(kinds_of(self._run.job.type)),
        )

    async def _due(self) -> Sequence[int]:
        async with self._run.database.read() as session:
            due = select(ChannelAction.id).where(self._is_due()).order_by(ChannelAction.id)
            return (await session.scalars(due.limit(_AT_ONCE))).all()

    async def _claimed_and_sent(
        self, temu: TemuClient, action_id: int
    ) -> tuple[ChannelAction, _Answer | Exception] | None:
        """An action as it stood when it was claimed, with what came of it; None where it is due no more. Raises what hinders the
        claim, so that nothing has left.
        """
        claimed = await self._claim(action_id)
        if claimed is None:
            return None
        action, unsent = claimed
        if unsent is not None:
            return action, unsent
        try:
            return action, await self._answer(temu, action)
        except Exception as fault:  # noqa: BLE001 - raised by the run, once what became of all is recorded
            return action, fault

    async def _claim(self, action_id: int) -> tuple[ChannelAction, _Unsent | None] | None:
        """An action as it stands, with what is to be sent stored as in doubt; and why something is not to be. Each by itself: what is
        looked at before it leaves is locked, by numbers that others lock in their order.
        """
        async with self._run.transaction() as session:
            due = select(ChannelAction).where(ChannelAction.id == action_id, self._is_due())
            action = await session.scalar(due.with_for_update())
            if action is None:
                return None
            now = clock.now()
            is_unsent = action.status is ChannelActionStatus.QUEUED
            unsent = await self._prepare(session, action, now=now) if is_unsent else None
            before = ChannelAction(
                **{column.key: getattr(action, column.key) for column in ChannelAction.__table__.c}
            )
            action.due_at = now + _pause(action)
            action.looks += 1
            if is_unsent and unsent is None:
                action.status, action.in_doubt_since = ChannelActionStatus.IN_DOUBT, now
                action.sends += 1
                action.sent_at = now
        return before, unsent

    async def _prepare(
        self, session: AsyncSession, action: ChannelAction, *, now: datetime
    ) -> _Unsent | None:
        kind = self._kinds[action.kind]
        return await kind.prepare(session, action, now=now) if isinstance(kind, Prepares) else None

    async def _answer(self, temu: TemuClient, action: ChannelAction) -> _Answer:
        if action.is_confirmed is not None:
            return (
                Done()
                if action.is_confirmed
                else NotDone("NOT_HAPPENED", "A person has found that Temu did not do it.")
            )
        if action.status is ChannelActionStatus.QUEUED:
            return await self._send(temu, action)
        found = await self._look_up(temu, action)
        if not isinstance(found, Absent) or action.in_doubt_since is None:
            return found
        if clock.now() - action.in_doubt_since < _SHOWN_AFTER:
            return Unknown()
        if action.sends >= _MOST_SENDS:
            return NotDone("LOST", f"Temu was told {action.sends} times and knows nothing of it.")
        return await self._send_again(temu, action)

    async def _send(self, temu: TemuClient, action: ChannelAction) -> _Answer:
        try:
            return await self._kinds[action.kind].send(temu, action)
        except (NotSent, RateLimited, ClockRefused) as error:
            return _Trouble(error.message, has_left=False)
        except Unavailable as error:
            return _Trouble(error.message, has_left=True)
        except PermissionMissing as error:
            return NotDone("PERMISSION_MISSING", error.message)
        except TemuRefused as error:
            return NotDone(f"TEMU_{error.temu_code}", error.message)

    async def _send_again(self, temu: TemuClient, action: ChannelAction) -> _Answer:
        async with self._run.transaction() as session:
            row, now = await session.get_one(ChannelAction, action.id, with_for_update=True), clock.now()
            unsent = await self._prepare(session, row, now=now)
            if unsent is not None:
                return unsent
            row.in_doubt_since = row.sent_at = now
            row.sends += 1
            action.parameters = row.parameters
        return await self._send(temu, action)

    async def _look_up(self, temu: TemuClient, action: ChannelAction) -> _Answer:
        try:
            return await self._kinds[action.kind].look_up(temu, action)
        except Unavailable as error:
            return _Trouble(error.message, has_left=True)
        except (PermissionMissing, TemuRefused):
            # That the question is refused says nothing of what was asked for.
            return Unknown()

    async def _record(self, claimed: ChannelAction, answer: _Answer) -> None:
        """Each by itself: what follows locks orders, which others lock by their numbers and not by those of actions."""
        async with self._run.step(even_if_stopping=True) as step:
            action = await step.session.get_one(ChannelAction, claimed.id, with_for_update=True)
            outcome = await self._record_one(step.session, action, claimed, answer)
            step.outcomes += [outcome] if outcome is not None else []

    async def _record_one(
        self, session: AsyncSession, action: ChannelAction, claimed: ChannelAction, answer: _Answer
    ) -> Outcome | None:
        now, kind = clock.now(), self._kinds[action.kind]
        subject = f"{action.kind.value} {action.subject}"
        match answer:
            case Done() | NotDone() | Withdrawn():
                outcome = _end(action, answer, subject, now=now)
                if not isinstance(answer, Withdrawn):
                    await kind.record(session, action, answer, now=now)
                metrics.CHANNEL_ACTIONS.labels(action.kind.value, action.status.value).inc()
                return outcome
            case Working():
                is_news = (
                    action.status is not ChannelActionStatus.WORKING
                    or action.reference != answer.reference
                    or (answer.result is not None and action.result != answer.result)
                )
                action.status, action.in_doubt_since = ChannelActionStatus.WORKING, None
                action.reference = answer.reference or action.reference
                action.result = action.result if answer.result is None else dict(answer.result)
                action.looks = 0 if is_news else min(action.looks, _KNOWN_LOOKS)
                action.due_at = now + (answer.again_after or _pause(action))
                if is_news:
                    await kind.record(session, action, answer, now=now)
                return None
            case _Trouble(has_left=False) if claimed.status is ChannelActionStatus.QUEUED:
                action.status, action.in_doubt_since = ChannelActionStatus.QUEUED, claimed.in_doubt_since
                action.sends, action.sent_at = claimed.sends, claimed.sent_at
            case _Trouble(has_left=False):
                # Sent again, and that time it did not leave.
                action.sends = claimed.sends
            case _Trouble() if action.status is ChannelActionStatus.WORKING:
                action.looks = min(action.looks, _KNOWN_LOOKS)
            case _:
                if _is_given_up(action, answer, now=now):
                    action.status, action.due_at = ChannelActionStatus.UNCONFIRMED, None
                    action.code, action.message = "UNCONFIRMED", _UNCONFIRMED
                    return Outcome.failed(subject, "UNCONFIRMED", _UNCONFIRMED)
        if isinstance(answer, _Trouble) and answer.message:
            return Outcome.failed(subject, "UNAVAILABLE", answer.message, retryable=True)
        return None


def _judged(answer: _Answer | Exception) -> _Answer:
    """What was raised is trouble; a fault of ours may come behind the call as well as before it."""
    if isinstance(answer, Exception):
        return _Trouble("", has_left=not isinstance(answer, _NEVER_LEFT))
    return answer


def _end(action: ChannelAction, answer: Ended | Withdrawn, subject: str, *, now: datetime) -> Outcome:
    action.ended_at, action.due_at, action.in_doubt_since = now, None, None
    if isinstance(answer, Withdrawn):
        action.status = ChannelActionStatus.CANCELLED
        return Outcome.skipped(subject, "WITHDRAWN", "Nobody wants it any more; Temu was not told.")
    action.result = action.result if answer.result is None else dict(answer.result)
    if isinstance(answer, Done):
        action.status, action.code, action.message = ChannelActionStatus.SUCCEEDED, None, None
        action.reference = answer.reference or action.reference
        return Outcome.succeeded(subject, action.kind.value)
    action.status, action.code, action.message = ChannelActionStatus.REFUSED, answer.code, answer.message
    return Outcome.failed(subject, answer.code, answer.message)


def _is_given_up(action: ChannelAction, answer: _Answer, *, now: datetime) -> bool:
    """Whether the channel has told nothing of an action for so long that a person has to look."""
    if action.status is ChannelActionStatus.WORKING:
        return isinstance(answer, Unknown | Absent) and action.looks > _MOST_LOOKS
    since = action.in_doubt_since
    return since is not None and isinstance(answer, Unknown) and now - since > _UNKNOWN_FOR


def _pause(action: ChannelAction) -> timedelta:
    return _PAUSES[min(action.looks, len(_PAUSES) - 1)]
