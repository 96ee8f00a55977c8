"""`tradewind status`."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from enum import Enum
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from api.commands import tables
from api.commands.database import settings_or_end, with_database
from api.values import ids
from domain import clock
from domain.attention.items import AttentionSeverity
from domain.database.session import Database
from domain.models import JobStatus
from domain.monitoring import criticals
from domain.monitoring.criticals import Critical
from domain.monitoring.snapshot import Snapshot, snapshot

_MINUTE = 60
_WELL = "Nothing is critical."
# What needs a person in a company, such as an order that is late, isn't a fault of the installation.
_WELL_BUT = "Nothing is critical but what needs a person: see Attention."
app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def status(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    due_minutes: Annotated[
        float, typer.Option(min=0, help="Minutes after which a job that is due is critical.")
    ] = 10,
    late_intervals: Annotated[
        float, typer.Option(min=0, help="Intervals by which a flow that is late is critical.")
    ] = 3,
) -> None:
    """Show flows, queue, workers, tokens and what needs a person; exit code 1 where something is critical."""
    settings = settings_or_end()

    async def take(database: Database) -> Snapshot:
        async with database.read() as session:
            return await snapshot(session, settings=settings, now=clock.now())

    taken = with_database(take)
    found = criticals.find(taken, due_seconds=due_minutes * _MINUTE, late_intervals=late_intervals)
    if as_json:
        typer.echo(json.dumps(_as_json(taken, found), indent=2))
    else:
        _show(taken, found)
    raise typer.Exit(code=1 if found else 0)


def _as_json(taken: Snapshot, found: Sequence[Critical]) -> dict[str, Any]:
    """A stable shape: names are added and none is changed. Moments are RFC 3339, durations seconds, ids those of the API."""
    whole: dict[str, Any] = _plain(asdict(taken))
    for state, worker in zip(whole["workers"], taken.workers, strict=True):
        state["is_alive"] = worker.is_alive
    for of_company in (*whole["flows"], *whole["tokens"]):
        of_company["company_id"] = ids.encode("Company", of_company["company_id"])
    whole["queue"]["oldest_due_seconds"] = taken.queue.oldest_due_seconds
    return {"is_critical": bool(found), "critical": [asdict(each) for each in found], **whole}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {_plain(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, datetime):
        return clock.rfc3339(value)
    return value.value if isinstance(value, Enum) else value


def _show(taken: Snapshot, found: Sequence[Critical]) -> None:
    console = tables.console()
    for critical in found:
        console.print(f"[bold red]CRITICAL[/] {escape(critical.message)}")
    if not found:
        console.print(
            _WELL
            if not any(a.severity is AttentionSeverity.CRITICAL for a in taken.attention)
            else _WELL_BUT,
            style="green",
        )
    queue = taken.queue
    console.print(
        f"Queue: {queue.total(JobStatus.RUNNING)} running, {queue.total(JobStatus.QUEUED)} queued, "
        f"the oldest due for {_span(queue.oldest_due_seconds)}; within the last hour "
        f"{queue.total(JobStatus.SUCCEEDED)} succeeded, {queue.total(JobStatus.PARTIALLY_SUCCEEDED)} in part, "
        f"{queue.total(JobStatus.FAILED)} failed."
    )
    jobs = [
        (j.type.value, j.status.value, j.trigger.value, str(j.count)) for j in (*queue.active, *queue.ended)
    ]
    _table(console, "Jobs", ("type", "status", "trigger", "count"), jobs)
    workers = [
        (w.name, w.release, "alive" if w.is_alive else "silent", _span(w.seconds_since_seen), f"{w.running} of {w.slots}")
        for w in taken.workers
    ]  # fmt: skip
    _table(console, "Workers", ("name", "release", "state", "seen before", "slots in use"), workers)
    flows = [
        (f.company_name, f.type.value, "never" if f.last_succeeded_at is None else f"{f.last_succeeded_at:%Y-%m-%d %H:%M:%S}",
         _span(f.lag_seconds), "" if f.pause is None else f"token {f.pause.value.lower()}")
        for f in taken.flows
    ]  # fmt: skip
    _table(console, "Flows", ("company", "type", "last success (UTC)", "late by", "paused"), flows)
    tokens = [
        (t.company_name, t.purpose.value, t.status.value, "" if t.days_left is None else f"{t.days_left:.0f}")
        for t in taken.tokens
    ]
    _table(console, "Tokens", ("company", "purpose", "status", "days left"), tokens)
    keys = [(str(k.number), k.name, f"{k.expires_at:%Y-%m-%d %H:%M:%S}") for k in taken.keys]
    _table(console, "API keys about to expire", ("number", "name", "expires (UTC)"), keys)
    attention = [(a.severity.value, a.code, str(a.companies), str(a.count)) for a in taken.attention]
    _table(console, "Attention", ("severity", "code", "companies", "count"), attention)


def _table(console: Console, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    if not rows:
        console.print(f"{title}: none.")
        return
    tables.show(console, columns, rows, title=title)


def _span(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), _MINUTE)
    hours, minutes = divmod(minutes, 60)
    if hours >= 48:
        return f"{hours // 24} d"
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s" if minutes else f"{rest} s"
