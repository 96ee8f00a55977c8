"""Every metric of ours, with its unit and labels; docs/metrics.md lists them for operators.

Counters and histograms stand in prometheus-client's default registry and are counted where things happen. Figures are read
when somebody scrapes (domain/scraping.py). Each label has few values: none is free text, a mall or a person.
"""

import asyncio
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import prometheus_client
from prometheus_client import Counter, Gauge, Histogram
from prometheus_client.core import GaugeMetricFamily

# The moment at which a counter began is a second series for each, which nothing asks for.
prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]

_LAG_EVERY_SECONDS = 0.5
_LONGEST_NAME = 100

OPERATIONS = Counter(
    "tradewind_operations_total",
    "GraphQL operations by name, type, and code of the first error, OK where there is none.",
    ["operation", "type", "code"],
)
OPERATION_SECONDS = Histogram(
    "tradewind_operation_duration_seconds",
    "Seconds from a GraphQL query or mutation that was read to its result.",
    ["operation"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
OPERATION_COST = Counter(
    "tradewind_operation_cost_total", "Cost of GraphQL operations, as in extensions.cost.", ["operation"]
)
HTTP_REQUESTS = Counter(
    "tradewind_http_requests_total",
    "HTTP requests by path as the routes have it, method and status.",
    ["route", "method", "status"],
)
OPEN_STREAMS = Gauge(
    "tradewind_open_streams", "WebSockets and event streams that clients hold open.", ["protocol"]
)
REFUSED_CONNECTIONS = Counter(
    "tradewind_refused_connections_total",
    "Connections ended before they asked for anything: MALFORMED, TOO_LARGE, TOO_SLOW or TOO_MANY.",
    ["reason"],
)
THROTTLED_ADDRESSES = Counter(
    "tradewind_throttled_addresses_total",
    "Times that an address sent so many wrong keys within a minute that more of them were refused unasked.",
)

JOB_RUNS = Counter(
    "tradewind_job_runs_total",
    "Runs of jobs that ended, by how: the job's own end, RETRIED, RELEASED, LEASE_LOST or ABANDONED.",
    ["type", "trigger", "result"],
)
JOB_RUN_SECONDS = Histogram(
    "tradewind_job_run_duration_seconds",
    "Seconds that one run of a job took, whatever came of it.",
    ["type"],
    buckets=(0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600),
)
JOB_CRASHES = Counter(
    "tradewind_job_crashes_total",
    "Jobs taken over from a worker that went silent while it ran them.",
    ["type"],
)
WORKER_SLOTS = Gauge("tradewind_worker_slots", "Jobs that this worker may run at the same time.")
WORKER_RUNNING = Gauge("tradewind_worker_running_jobs", "Jobs that this worker runs.")

CHANNEL_ACTIONS = Counter(
    "tradewind_channel_actions_total",
    "Actions that the channel was asked for and that ended, by kind and how.",
    ["kind", "status"],
)

TEMU_CALLS = Counter(
    "tradewind_temu_calls_total",
    "Tries of calls to Temu by interface and outcome.",
    ["interface", "outcome"],
)
TEMU_CALL_SECONDS = Histogram(
    "tradewind_temu_call_duration_seconds",
    "Seconds from a call's slot to the end of Temu's reply.",
    ["interface"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25),
)
TEMU_SLOT_SECONDS = Histogram(
    "tradewind_temu_slot_wait_seconds",
    "Seconds that a call waited for its slot of the app's calls per second; its count is that of the slots.",
    ["app"],
    buckets=(0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
TEMU_SLOTS_REFUSED = Counter(
    "tradewind_temu_slots_refused_total", "Calls given up because no slot came while somebody waited."
)
TEMU_CIRCUIT_OPEN = Gauge(
    "tradewind_temu_circuit_open",
    "Whether this process leaves a host of Temu's alone, since it failed ten times in a row.",
    ["host"],
)
TEMU_LIMIT = Gauge(
    "tradewind_temu_calls_per_second_limit", "Calls per second that Temu allows each app, as it is set."
)
RATE_LIMITER_ALONE = Counter(
    "tradewind_temu_rate_limiter_alone_total",
    "Times that this process went on keeping the limit by itself, since Redis gave no answer.",
)

WEBHOOK_ATTEMPTS = Counter(
    "tradewind_webhook_attempts_total",
    "Attempts to deliver a message to a receiver: DELIVERED, REFUSED by its answer, or UNREACHABLE.",
    ["outcome"],
)
WEBHOOK_SECONDS = Histogram(
    "tradewind_webhook_attempt_duration_seconds",
    "Seconds from the beginning of a request to a receiver to the end of its answer.",
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
POINTS_ALONE = Counter(
    "tradewind_points_alone_total",
    "Times that this process went on counting the points of keys by itself, since Redis gave no answer.",
)

CHANGES_LAG_SECONDS = Histogram(
    "tradewind_changes_lag_seconds",
    "Seconds from a change to this process's reading it for those who follow, of the oldest at each look that found some.",
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
CHANGES_FOLLOWERS = Gauge(
    "tradewind_changes_followers", "Subscriptions that are fed from the log of changes."
)

LOOP_LAG = Histogram(
    "tradewind_event_loop_lag_seconds",
    "Seconds by which the process came late to what was due, measured twice a second.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)


@dataclass(frozen=True)
class Figure:
    """A gauge whose values are read when somebody scrapes, and that is absent where they can't be had."""

    name: str
    help: str
    labels: tuple[str, ...] = ()

    def family(self, values: Mapping[tuple[str, ...], float]) -> GaugeMetricFamily:
        """What is scraped: a value for each combination of labels."""
        family = GaugeMetricFamily(self.name, self.help, labels=self.labels)
        for labels, value in values.items():
            family.add_metric(labels, value)
        return family


DATABASE_UP = Figure("tradewind_database_up", "1 where the database answers this process, 0 where not.")
REDIS_UP = Figure("tradewind_redis_up", "1 where Redis answers this process, 0 where not.")
CONNECTIONS_IN_USE = Figure(
    "tradewind_database_connections_in_use", "Connections to the database in use, by pool.", ("pool",)
)
CONNECTIONS_LIMIT = Figure(
    "tradewind_database_connections_limit", "Connections that a pool may open at most.", ("pool",)
)
BUILD = Figure("tradewind_build_info", "Always 1; its label is the release.", ("release",))

# Of the whole installation: every server and worker tells the same, so take the max over them.
SNAPSHOT_TAKEN_AT = Figure(
    "tradewind_snapshot_timestamp_seconds",
    "When the figures of the whole installation were read, in Unix seconds.",
)
OUTBOUND_PAUSED = Figure(
    "tradewind_outbound_paused", "1 while nothing that changes something is sent to Temu, else 0."
)
JOBS = Figure(
    "tradewind_jobs", "Jobs that wait or run, by type, trigger and status.", ("type", "trigger", "status")
)
OLDEST_DUE_SECONDS = Figure(
    "tradewind_queue_oldest_due_seconds",
    "Seconds for which the oldest job has been due that only lacks a free slot; 0 where there is none.",
    ("trigger",),
)
WORKERS = Figure(
    "tradewind_workers",
    "Workers by whether they were seen within 30 seconds; silent ones are forgotten after a day.",
    ("state",),
)
FLOW_COMPANIES = Figure(
    "tradewind_flow_companies",
    "Companies with a flow switched on: ON_TIME, BEHIND, or waiting for a token that is REFUSED or MISSING.",
    ("flow", "state"),
)
FLOW_LAG_SECONDS = Figure(
    "tradewind_flow_lag_seconds",
    "Seconds by which the next success of the company that is furthest behind is overdue.",
    ("flow",),
)
FLOW_LAST_SUCCESS = Figure(
    "tradewind_flow_last_success_timestamp_seconds",
    "When the company that has waited longest last succeeded, in Unix seconds.",
    ("flow",),
)
TOKENS = Figure("tradewind_tokens", "Access tokens by purpose and status.", ("purpose", "status"))
TOKEN_FIRST_EXPIRY = Figure(
    "tradewind_token_first_expiry_timestamp_seconds",
    "When the first access token expires, or did, in Unix seconds.",
    ("purpose",),
)
API_KEY_FIRST_EXPIRY = Figure(
    "tradewind_api_key_first_expiry_timestamp_seconds",
    "When the first API key expires that does within 14 days, or did as lately, in Unix seconds.",
)
ATTENTION_COMPANIES = Figure(
    "tradewind_attention_companies",
    "Companies that need a person, by what for and how soon.",
    ("code", "severity"),
)
ATTENTION_ITEMS = Figure(
    "tradewind_attention_items",
    "Orders, products or tokens that a person should see to, over all companies.",
    ("code", "severity"),
)


class BoundedNames:
    """The first *most* names that come, each as itself; what comes later counts as `other`."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._names: set[str] = set()

    def of(self, name: str | None) -> str:
        """The value of a label for *name*, which is None where the client gave none."""
        if name is None:
            return "anonymous"
        if name not in self._names:
            if len(self._names) >= self._most or len(name) > _LONGEST_NAME:
                return "other"
            self._names.add(name)
        return name


@contextmanager
def loop_lag() -> Generator[None]:
    """Measure how late this process's event loop is, while the body runs."""

    async def measure() -> None:
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + _LAG_EVERY_SECONDS
            await asyncio.sleep(_LAG_EVERY_SECONDS)
            LOOP_LAG.observe(max(0.0, loop.time() - due))

    measuring = asyncio.create_task(measure())
    try:
        yield
    finally:
        measuring.cancel()
