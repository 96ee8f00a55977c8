"""Checkpoints as rows have them: what is written is read again, and so is what the release before this one wrote."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from sqlalchemy import update

from domain.models import QueuedJob
from domain.orders.importing import checkpoint
from domain.orders.importing.checkpoint import Stage
from tests.domain.orders.looking import LIST, addresses, calls, fill, mark, numbers
from tests.fixtures.world import IMPORT, World

NOW = datetime(2026, 11, 29, 6, tzinfo=UTC)
BEGAN = datetime(2026, 11, 29, 5, tzinfo=UTC)
SINCE = datetime(2026, 11, 1, tzinfo=UTC)
# To be removed with the next release: rows as the one before this wrote them.
COMMON = {"since": "2026-11-01T00:00:00+00:00", "began": "2026-11-29T05:00:00+00:00", "moves_mark": True}
LISTED = {"page": 1, "rows": 0, "digest": None, "until": None, "total": 120, "named": 120}
OLD: list[tuple[dict[str, Any], Stage]] = [
    (
        {"stage": "pages", "page": 2, "rows": 100, "digest": "ab12", "total": 120, "named": 120} | COMMON,
        checkpoint.PageStage(
            began=BEGAN, moves_mark=True, since=SINCE, page=2, rows=100, digest="ab12", total=120, named=120
        ),
    ),
    (
        {"stage": "closing"} | LISTED | COMMON,
        checkpoint.ClosingStage(began=BEGAN, moves_mark=True, total=120, named=120),
    ),
    (
        {"stage": "unreadable", "asked": "PO-7"} | LISTED | COMMON,
        checkpoint.UnreadableStage(began=BEGAN, moves_mark=True, total=120, asked="PO-7"),
    ),
    ({"stage": "cancellations", "asked": "PO-7"} | COMMON, checkpoint.CancellationStage(began=BEGAN, moves_mark=True)),
    (
        {"stage": "addresses", "after": 7, "again": [3, 5]} | LISTED | COMMON,
        checkpoint.AddressStage(began=BEGAN, moves_mark=True, after=7, again=(3, 5)),
    ),
    ({"stage": "amounts", "after": 0, "again": []} | COMMON, checkpoint.AmountStage(began=BEGAN, moves_mark=True)),
    ({"stage": "end", "after": 0, "again": []} | COMMON, checkpoint.EndStage(began=BEGAN, moves_mark=True)),
    (
        {"stage": "failures", "subjects": ["PO-1", "(page 2, row 5)"], "asked": "PO-1"},
        checkpoint.FailureStage(began=NOW, subjects=("PO-1", "(page 2, row 5)"), asked="PO-1"),
    ),
    (
        {"stage": "numbers", "numbers": ["PO-1", "PO-2"], "asked": "PO-1", "late": ["PO-1"]},
        checkpoint.NumberStage(began=NOW, numbers=("PO-1", "PO-2"), asked="PO-1", late=("PO-1",)),
    ),
    (
        {"stage": "late", "numbers": ["PO-1"], "late": ["PO-1"], "after": 0, "again": []},
        checkpoint.LateStage(began=NOW, late=("PO-1",)),
    ),
]  # fmt: skip


@pytest.mark.parametrize("row,stage", OLD, ids=[row["stage"] for row, _ in OLD])
def test_rows_of_the_release_before(row: dict[str, Any], stage: Stage) -> None:
    """J2: a job that the release before this one began is gone on with where it was."""
    assert checkpoint.load(row, now=NOW) == stage


@pytest.mark.parametrize("stage", [stage for _, stage in OLD], ids=lambda stage: type(stage).__name__)
def test_rows_of_this_release(stage: Stage) -> None:
    """J2: what is written is read again."""
    row = msgspec.json.decode(msgspec.json.encode(msgspec.to_builtins(stage)))

    assert checkpoint.load(row, now=NOW) == stage


@pytest.mark.usefixtures("small_pages")
async def test_an_import_that_was_begun_by_the_release_before(world: World) -> None:
    """J2, O1: from its row on, only what is left is listed, and its mark is the one that is set."""
    orders = fill(world, 13)
    payload = await world.api.ask(IMPORT, input={"companyId": world.company_id})
    row = {"stage": "pages", "page": 2, "rows": 10, "total": 13, "named": 13} | COMMON
    async with world.database.write() as session:
        await session.execute(update(QueuedJob).values(checkpoint=row, succeeded=10))

    await world.run_jobs()

    assert (await world.job(payload["job"]["id"]))["status"] == "SUCCEEDED"
    assert calls(world, LIST)[0]["pageNumber"] == 2
    assert await mark(world) == BEGAN
    assert numbers(orders[10:]) <= set(await addresses(world))
