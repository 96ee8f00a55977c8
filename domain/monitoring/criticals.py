"""What of a snapshot can't wait for a person to look by himself. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.models import AccessTokenStatus
from domain.monitoring.snapshot import Snapshot

_TOKEN = {
    AccessTokenStatus.EXPIRED: (
        "TOKEN_EXPIRED",
        "has expired: authorise the app again and set the new token",
    ),
    AccessTokenStatus.REJECTED: (
        "TOKEN_REFUSED",
        "is refused by Temu: run testSettings and follow its advice",
    ),
}


@dataclass(frozen=True)
class Critical:
    """One of them, in words."""

    code: str
    message: str


def find(snapshot: Snapshot, *, due_seconds: float, late_intervals: float) -> Sequence[Critical]:
    """*due_seconds*: how long a job may be due. *late_intervals*: by how many of its intervals a flow may be late."""
    found: list[Critical] = []
    pause = snapshot.outbound_pause
    if pause is not None:
        reason = f" ({pause.reason})" if pause.reason else ""
        message = f"Nothing goes out to Temu since {pause.since:%Y-%m-%d %H:%M} UTC{reason}."
        found.append(Critical("OUTBOUND_PAUSED", message))
    is_waiting = bool(snapshot.queue.due_seconds)
    if is_waiting and not any(worker.is_alive for worker in snapshot.workers):
        found.append(Critical("NO_WORKER", "Jobs wait, and no worker is alive: start `tradewind worker`."))
    oldest = snapshot.queue.oldest_due_seconds
    if oldest > due_seconds:
        message = f"The oldest job that is due has waited for {oldest / 60:.0f} minutes: run more workers."
        found.append(Critical("JOBS_WAIT", message))
    for token in snapshot.tokens:
        if token.status in _TOKEN:
            code, words = _TOKEN[token.status]
            subject = f"{token.company_name}: its access token ({token.purpose.value})"
            found.append(Critical(code, f"{subject} {words}."))
    for flow in snapshot.flows:
        if flow.lag_seconds > late_intervals * flow.interval_seconds:
            message = f"{flow.company_name}: {flow.type.value} is {flow.lag_seconds / 60:.0f} minutes late: look at its last jobs' errors."
            found.append(Critical("FLOW_LATE", message))
    return found
