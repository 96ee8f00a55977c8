"""Temu answers with errors, slowly, or not at all, also after it has done what it was asked to."""

import asyncio
from typing import Any

from tests.soak.trial import Trial

_KINDS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("http_status", {"status": 503}),
    ("http_status", {"status": 429, "headers": {"Retry-After": "1"}}),
    ("slow", {"seconds": 1.0}),
    ("drop", {}),
    ("drop_after", {}),
    ("drop_after", {"interface": "bg.logistics.shipment.v2.confirm"}),
    ("drop_after", {"interface": "bg.local.goods.stock.edit"}),
    ("truncated", {}),
)


async def answer_badly(trial: Trial) -> None:
    """A fault for one to three calls, and soon another. It counts where a call met it."""
    faults, mall = trial.installation.sandbox.faults, trial.shop.mall
    while trial.goes_on:
        kind, options = trial.source.choice(_KINDS)
        times = trial.source.randint(1, 3)
        faults.add(kind, mall_id=mall.mall_id, times=times, **options)
        trial.injected += times
        await asyncio.sleep(trial.source.uniform(0.05, 0.5))
        calls = trial.installation.sandbox.ledger.of(mall_id=mall.mall_id)
        trial.effective = sum(call.fault is not None for call in calls)
    faults.clear()
    async with trial.recovery():
        await trial.until_a_job_ends()
