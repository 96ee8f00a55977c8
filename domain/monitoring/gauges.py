"""A snapshot as figures for Prometheus: over all companies, so that labels stay few and name nobody."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import product

from prometheus_client.core import GaugeMetricFamily

from domain import metrics
from domain.models import AccessTokenPurpose, AccessTokenStatus, JobStatus, JobTrigger, JobType
from domain.monitoring.flows import FlowState, TokenState
from domain.monitoring.queue import QueueState
from domain.monitoring.snapshot import Snapshot
from domain.monitoring.workers import WorkerState

_DAY_SECONDS = 86_400
_ACTIVE = (JobStatus.QUEUED, JobStatus.RUNNING)

Values = Mapping[tuple[str, ...], float]


def families(snapshot: Snapshot) -> list[GaugeMetricFamily]:
    """Each figure of a snapshot."""
    attention = {(item.code, item.severity.value): item for item in snapshot.attention}
    return [
        metrics.SNAPSHOT_TAKEN_AT.family({(): snapshot.taken_at.timestamp()}),
        metrics.OUTBOUND_PAUSED.family({(): float(snapshot.outbound_pause is not None)}),
        metrics.JOBS.family(_jobs(snapshot.queue)),
        metrics.OLDEST_DUE_SECONDS.family(
            {(trigger.value,): snapshot.queue.due_seconds.get(trigger, 0.0) for trigger in JobTrigger}
        ),
        metrics.WORKERS.family(_workers(snapshot.workers)),
        *_flows(snapshot.flows),
        metrics.TOKENS.family(_tokens(snapshot.tokens)),
        metrics.TOKEN_FIRST_EXPIRY.family(_first_expiry(snapshot.tokens, now=snapshot.taken_at.timestamp())),
        metrics.API_KEY_FIRST_EXPIRY.family(
            {(): snapshot.keys[0].expires_at.timestamp()} if snapshot.keys else {}
        ),
        metrics.ATTENTION_COMPANIES.family({key: item.companies for key, item in attention.items()}),
        metrics.ATTENTION_ITEMS.family({key: item.count for key, item in attention.items()}),
    ]


def _jobs(queue: QueueState) -> Values:
    counts: Counter[tuple[str, ...]] = Counter(
        dict.fromkeys(product(*([each.value for each in kind] for kind in (JobType, JobTrigger, _ACTIVE))), 0)
    )
    for jobs in queue.active:
        counts[jobs.type.value, jobs.trigger.value, jobs.status.value] += jobs.count
    return counts


def _workers(workers: Sequence[WorkerState]) -> Values:
    alive = sum(worker.is_alive for worker in workers)
    return {("alive",): alive, ("silent",): len(workers) - alive}


def _flows(flows: Sequence[FlowState]) -> list[GaugeMetricFamily]:
    lag: dict[tuple[str, ...], float] = {}
    first: dict[tuple[str, ...], float] = {}
    companies: Counter[tuple[str, ...]] = Counter()
    for flow in flows:
        key = (flow.type.value,)
        if flow.pause is not None:
            companies[flow.type.value, flow.pause.value] += 1
            continue
        companies[flow.type.value, "BEHIND" if flow.lag_seconds > 0 else "ON_TIME"] += 1
        lag[key] = max(lag.get(key, 0.0), flow.lag_seconds)
        if flow.last_succeeded_at is not None:
            at = flow.last_succeeded_at.timestamp()
            first[key] = min(first.get(key, at), at)
    return [
        metrics.FLOW_COMPANIES.family(companies),
        metrics.FLOW_LAG_SECONDS.family(lag),
        metrics.FLOW_LAST_SUCCESS.family(first),
    ]


def _tokens(tokens: Sequence[TokenState]) -> Values:
    counts: Counter[tuple[str, ...]] = Counter(
        {
            (purpose.value, status.value): 0
            for purpose, status in product(AccessTokenPurpose, AccessTokenStatus)
        }
    )
    for token in tokens:
        counts[token.purpose.value, token.status.value] += 1
    return counts


def _first_expiry(tokens: Sequence[TokenState], *, now: float) -> Values:
    first: dict[tuple[str, ...], float] = {}
    for token in tokens:
        if token.days_left is not None:
            at = now + token.days_left * _DAY_SECONDS
            first[token.purpose.value,] = min(first.get((token.purpose.value,), at), at)
    return first
