"""What an operator is told at once (A7)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.models import AccessTokenPurpose, AccessTokenStatus, JobTrigger, JobType
from domain.monitoring import criticals
from domain.monitoring.flows import FlowState, TokenState
from domain.monitoring.queue import QueueState
from domain.monitoring.snapshot import OutboundPause, Snapshot
from domain.monitoring.workers import WorkerState
from tests.factories import NOW

_WORKER = WorkerState("host:1", "0.1.0", 100, 5, 10, 1)
_DUE = QueueState([], [], {JobTrigger.SCHEDULE: 60.0})
_FINE = Snapshot(NOW, _DUE, [_WORKER], [], [], [], None, [])
_FLOW = FlowState(1, "Nordlicht", JobType.IMPORT_ORDERS, 600, None, 1800, None, None)
_TOKEN = TokenState(1, "Nordlicht", AccessTokenPurpose.ALL, AccessTokenStatus.EXPIRING, 5)


@pytest.mark.parametrize(
    "change,codes",
    [
        ({}, []),
        ({"workers": []}, ["NO_WORKER"]),
        ({"workers": [replace(_WORKER, seconds_since_seen=31)]}, ["NO_WORKER"]),
        ({"workers": [], "queue": QueueState([], [], {})}, []),
        ({"queue": QueueState([], [], {JobTrigger.MANUAL: 601.0})}, ["JOBS_WAIT"]),
        ({"flows": [_FLOW]}, []),
        ({"flows": [replace(_FLOW, lag_seconds=1801)]}, ["FLOW_LATE"]),
        ({"tokens": [_TOKEN]}, []),
        ({"tokens": [replace(_TOKEN, status=AccessTokenStatus.EXPIRED)]}, ["TOKEN_EXPIRED"]),
        ({"tokens": [replace(_TOKEN, status=AccessTokenStatus.REJECTED)]}, ["TOKEN_REFUSED"]),
        ({"outbound_pause": OutboundPause(NOW - timedelta(days=1), "a copy")}, ["OUTBOUND_PAUSED"]),
    ],
)
def test_what_is_critical(change: dict[str, Any], codes: list[str]) -> None:
    """A7: no worker while jobs wait, a job that is due for too long, a late flow, a token that is no good, a pause."""
    found = criticals.find(replace(_FINE, **change), due_seconds=600, late_intervals=3)

    assert [critical.code for critical in found] == codes
    assert all(critical.message.endswith(".") for critical in found)
