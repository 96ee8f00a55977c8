"""The checker itself: eight bad histories, each planted in a good one, and each found."""

from dataclasses import replace
from typing import Any

import pytest

from tests.soak.check import Confirmation, History, JobRow, LineRow, OrderRow, check

GOOD = History(
    keys={"k1": {1}, "k2": {2}},
    shipped={"PO-1": "T1"},
    set_last={7: 3},
    listed={"PO-1": 1, "PO-2": 2, "PO-3": 1},
    lines={"L1": 0, "L2": 2},
    cancelled=["PO-3"],
    confirmations=[Confirmation("PO-1", was_applied=False), Confirmation("PO-1", was_applied=True)],
    parcels=[("PO-1", "T1")],
    figures=[(7, 1), (7, 2), (7, 3)],
    offered={7: 3, 8: 5},
    jobs=[
        JobRow(1, "k1", "SUCCEEDED", 2, 2),
        JobRow(2, "k2", "SUCCEEDED", 0, 0),
        JobRow(3, None, "SUCCEEDED", 0, 0),
    ],
    ended_before={1: "SUCCEEDED"},
    orders=[OrderRow("PO-1", "COMPLETED", lacks=False), OrderRow("PO-2", "IN_PROCESS", lacks=False)],
    order_lines=[LineRow("L1", "PO-1", 0), LineRow("L2", "PO-2", 2)],
    notes=[("PO-1", "shipped")],
    packages=[("PO-1", "T1")],
    available={7: 3, 8: 5},
    levels=[3, 7],
    in_use={"connections": 0},
)

# What is planted, and what is to be found of it.
BAD: list[tuple[str, dict[str, Any]]] = [
    ("lost", {"jobs": GOOD.jobs[1:]}),
    ("lost", {"jobs": [*GOOD.jobs[:2], JobRow(3, None, "RUNNING", 0, 0)]}),
    ("lost", {"orders": GOOD.orders[:1]}),
    ("lost", {"parcels": []}),
    ("lost", {"available": {7: 2, 8: 5}, "offered": {7: 2, 8: 5}}),
    ("doubled", {"jobs": [*GOOD.jobs, JobRow(4, "k1", "SUCCEEDED", 0, 0)]}),
    ("doubled", {"jobs": [JobRow(1, "k1", "SUCCEEDED", 3, 2), *GOOD.jobs[1:]]}),
    ("doubled", {"confirmations": [*GOOD.confirmations, Confirmation("PO-1", was_applied=False)]}),
    ("doubled", {"notes": [*GOOD.notes, *GOOD.notes]}),
    ("stale", {"offered": {7: 3, 8: 6}}),
    ("negative", {"levels": [3, -1]}),
    ("reordered", {"figures": [(7, 1), (7, 3), (7, 2), (7, 3)]}),
    ("leaked", {"in_use": {"connections": 1}}),
    ("leaked", {"order_lines": [LineRow("L1", "PO-1", 1), LineRow("L2", "PO-2", 2)]}),
    ("resurrected", {"ended_before": {1: "CANCELLED"}}),
    ("resurrected", {"orders": [*GOOD.orders, OrderRow("PO-3", "IN_PROCESS", lacks=False)]}),
    ("phantom", {"jobs": [*GOOD.jobs, JobRow(4, "nobody's", "SUCCEEDED", 0, 0)]}),
    ("phantom", {"orders": [*GOOD.orders, OrderRow("PO-9", "IN_PROCESS", lacks=False)]}),
    ("phantom", {"parcels": [*GOOD.parcels, ("PO-2", "T2")]}),
]  # fmt: skip


def test_a_good_history() -> None:
    """J2: nothing is found where nothing is wrong."""
    assert check(GOOD) == []


@pytest.mark.parametrize("kind, planted", BAD)
def test_a_bad_history(kind: str, planted: dict[str, Any]) -> None:
    """J2: what is planted is found, as what it is, and nothing else is."""
    assert {finding.kind for finding in check(replace(GOOD, **planted))} == {kind}
