"""What a bad night did: three accounts of it compared, as a pure function over what each of them says at the end.

The client's ledger says what was acknowledged, the sandbox's what reached Temu, and the rows what is held here.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

Kind = Literal["lost", "doubled", "stale", "negative", "reordered", "leaked", "resurrected", "phantom"]
ENDED_WELL = frozenset({"SUCCEEDED", "PARTIALLY_SUCCEEDED"})
ENDED = ENDED_WELL | {"FAILED", "CANCELLED"}
OPEN = frozenset({"PENDING", "ON_HOLD", "IN_PROCESS"})


class Finding(NamedTuple):
    kind: Kind
    words: str


class JobRow(NamedTuple):
    id: int
    key: str | None
    status: str
    counted: int
    """How many outcomes its counters name."""
    outcomes: int
    """How many rows of outcomes it has."""
    error: str | None = None


class OrderRow(NamedTuple):
    number: str
    status: str
    lacks: bool
    """Whether its address or amounts are still to come."""


class LineRow(NamedTuple):
    number: str
    order: str
    reserved: int


class Confirmation(NamedTuple):
    """A call that told Temu of a shipment, in the order in which they came."""

    order: str
    was_applied: bool


@dataclass
class History:
    # What the client knows.
    keys: Mapping[str, set[int]] = field(default_factory=dict)
    """Every idempotency key it sent, with the jobs that it was answered."""
    shipped: Mapping[str, str] = field(default_factory=dict)
    """Orders whose shipping was acknowledged, with their tracking numbers."""
    tried_to_ship: Iterable[str] = ()
    """Those of which it doesn't know."""
    set_last: Mapping[int, int] = field(default_factory=dict)
    """By Temu's SKU, the figure acknowledged last, of products that nobody buys."""

    # What Temu knows.
    listed: Mapping[str, int] = field(default_factory=dict)
    """Its orders, each with the pieces that are to be sent."""
    lines: Mapping[str, int] = field(default_factory=dict)
    """Its order lines, each with the pieces that are to be sent and haven't been."""
    cancelled: Iterable[str] = ()
    confirmations: Sequence[Confirmation] = ()
    parcels: Sequence[tuple[str, str]] = ()
    """Order and tracking number of each."""
    figures: Sequence[tuple[int, int]] = ()
    """What it was told of products that nobody buys, whose figure only ever grew: SKU and figure, as they came."""
    offered: Mapping[int, int] = field(default_factory=dict)
    """By SKU, what is for sale at the end."""

    # What is held here.
    jobs: Sequence[JobRow] = ()
    ended_before: Mapping[int, str] = field(default_factory=dict)
    """Jobs that had ended when somebody looked before."""
    orders: Sequence[OrderRow] = ()
    order_lines: Sequence[LineRow] = ()
    notes: Sequence[tuple[str, str]] = ()
    """Order and event of each."""
    packages: Sequence[tuple[str, str]] = ()
    available: Mapping[int, int] = field(default_factory=dict)
    """By SKU, what of it could be sold by the rows."""
    levels: Sequence[int] = ()

    in_use: Mapping[str, int] = field(default_factory=dict)
    """What nobody should hold any longer: connections, by where they are."""


def check(history: History) -> list[Finding]:
    return [
        *_jobs(history),
        *_orders(history),
        *_shipments(history),
        *_stock(history),
        *(Finding("leaked", f"{count} {what}") for what, count in history.in_use.items() if count),
    ]


def _jobs(history: History) -> Iterator[Finding]:
    by_id = {job.id: job for job in history.jobs}
    of_key = Counter(job.key for job in history.jobs if job.key is not None)
    for key, answered in history.keys.items():
        yield from (
            Finding("lost", f"job {job} was acknowledged, and is gone") for job in answered - by_id.keys()
        )
        if len(answered) > 1 or of_key[key] > 1:
            yield Finding("doubled", f"key {key} made {max(of_key[key], len(answered))} jobs")
    for key in of_key.keys() - history.keys.keys():
        yield Finding("phantom", f"nobody sent key {key}")
    for job in history.jobs:
        if job.status not in ENDED:
            yield Finding("lost", f"job {job.id} is still {job.status}")
        elif job.status not in ENDED_WELL:
            yield Finding("lost", f"job {job.id} {job.status}: {job.error}")
        if job.counted != job.outcomes:
            yield Finding("doubled", f"job {job.id} counted {job.counted} of {job.outcomes} outcomes")
        before = history.ended_before.get(job.id)
        if before is not None and before != job.status:
            yield Finding("resurrected", f"job {job.id} was {before} and is {job.status}")


def _orders(history: History) -> Iterator[Finding]:
    here = Counter(order.number for order in history.orders)
    cancelled = set(history.cancelled)
    for number in history.listed.keys() - here.keys() - cancelled:
        yield Finding("lost", f"order {number} isn't here")
    yield from (
        Finding("phantom", f"order {number} isn't Temu's") for number in here.keys() - history.listed.keys()
    )
    yield from _repeated("order", here)
    yield from _repeated("order line", Counter(line.number for line in history.order_lines))
    yield from _repeated("note", Counter(history.notes))
    for order in history.orders:
        if order.lacks:
            yield Finding("lost", f"order {order.number} lacks its address or amounts")
        if order.number in cancelled and order.status in OPEN:
            yield Finding("resurrected", f"order {order.number} is cancelled at Temu and {order.status} here")
    for line in history.order_lines:
        wanted = history.lines.get(line.number, 0)
        if line.reserved > wanted:
            yield Finding("leaked", f"line {line.number} reserves {line.reserved} of {wanted}")
        elif line.reserved < wanted:
            yield Finding("lost", f"line {line.number} reserves {line.reserved} of {wanted}")


def _shipments(history: History) -> Iterator[Finding]:
    at_temu = Counter(history.parcels)
    known = set(history.shipped.items())
    asked = known | {
        (number, tracking) for number, tracking in history.packages if number in set(history.tried_to_ship)
    }
    yield from (
        Finding("lost", f"parcel {of} was acknowledged and isn't here")
        for of in known - set(history.packages)
    )
    yield from (Finding("lost", f"Temu wasn't told of parcel {of}") for of in asked - at_temu.keys())
    yield from (Finding("phantom", f"nobody shipped parcel {of}") for of in at_temu.keys() - asked)
    yield from _repeated("parcel", Counter(history.packages))
    yield from _repeated("parcel at Temu", at_temu)
    applied: set[str] = set()
    for call in history.confirmations:
        if call.order in applied:
            yield Finding("doubled", f"order {call.order} was confirmed again after Temu had it")
        if call.was_applied:
            applied.add(call.order)


def _stock(history: History) -> Iterator[Finding]:
    yield from (Finding("negative", f"{level} pieces on hand") for level in history.levels if level < 0)
    yield from (
        Finding("negative", f"SKU {sku} offers {figure}")
        for sku, figure in history.offered.items()
        if figure < 0
    )
    told: dict[int, int] = {}
    for sku, figure in history.figures:
        if figure < told.get(sku, figure):
            yield Finding("reordered", f"SKU {sku} was told {figure} after {told[sku]}")
        told[sku] = figure
    for sku, figure in history.set_last.items():
        if history.available.get(sku) != figure:
            yield Finding("lost", f"SKU {sku} was set to {figure} and is {history.available.get(sku)}")
    for sku, figure in history.available.items():
        if history.offered.get(sku) != figure:
            yield Finding("stale", f"SKU {sku} is {figure} and Temu offers {history.offered.get(sku)}")


def _repeated(what: str, counts: Mapping[Any, int]) -> Iterator[Finding]:
    yield from (
        Finding("doubled", f"{what} {of} is there {count} times") for of, count in counts.items() if count > 1
    )
