"""Pages of exports: each is found behind the one before by the index of the list, however far it is."""

from typing import Any

import pytest
from sqlalchemy import event, insert, text

from domain.database.session import Database
from domain.exports import sources
from domain.exports.conditions import dumped, loaded
from domain.exports.sources import Inventory, Orders, Outcomes, Place, Source
from domain.models import JobOutcome, JobOutcomeStatus, OrderStatus, Product
from tests.factories import NOW, make_company, make_job, make_order

ROWS = 60


async def test_pages_by_index(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A2: every row is on one page, and each page is read from an index in its order, from where the one before ended."""
    monkeypatch.setattr(sources, "AT_ONCE", 20)
    async with database.write() as session:
        company = await make_company(session)
        job = await make_job(session, company)
        await session.execute(
            insert(Product),
            [{"company_id": company.id, "sku": f"{n:05}", "name": "x"} for n in range(ROWS)],
        )
        failed = {"job_id": job.id, "status": JobOutcomeStatus.FAILED, "rank": 0}
        await session.execute(insert(JobOutcome), [failed | {"subject": f"{n}"} for n in range(ROWS)])
        for n in range(ROWS):
            await make_order(session, company, channel_order_id=f"{n}", ordered_at=NOW)
        await session.execute(text("ANALYZE"))
    # Where all rows are of one company, the index of all companies' is as good.
    wanted: list[tuple[Source, str]] = [
        (Orders(company.id, {}, includes_buyers=True), "ix_orders_company_newest|ix_orders_newest"),
        (Inventory(company.id, {}), "products_company_id_sku|sqlite_autoindex_products_1|ix_products_sku"),
        (Outcomes(job.id, {}), "ix_job_outcomes_failures_first"),
    ]
    for source, index in wanted:
        found, after = 0, None
        while True:
            rows, behind, plan = await _explained(database, source, after)
            found += len(rows)
            if after is not None:
                assert any(name in plan for name in index.split("|")), plan
                assert "TEMP B-TREE FOR ORDER" not in plan, plan
                # By the SKU they are sorted, and of each there is one.
                assert "Sort Key" not in plan or "Presorted Key: products.sku" in plan, plan
            if behind is None:
                break
            after = behind
        assert found == ROWS


async def _explained(
    database: Database, source: Source, after: Place | None
) -> tuple[Any, Place | None, str]:
    """A page, and how its objects were found."""
    plans: list[str] = []
    is_sqlite = database.engine.dialect.name == "sqlite"

    def explain(_: object, cursor: Any, statement: str, values: Any, *_more: Any) -> None:
        if statement.startswith("SELECT") and "LIMIT" in statement:
            cursor.execute(f"EXPLAIN {'QUERY PLAN' if is_sqlite else ''} {statement}", values)
            plans.append("\n".join(row[-1] for row in cursor.fetchall()))

    engine = database.engine.sync_engine
    async with database.read() as session:
        if not is_sqlite:
            # A table as small as this one is read faster as a whole.
            for way in ("seqscan", "bitmapscan", "sort"):
                await session.execute(text(f"SET LOCAL enable_{way} = off"))
        event.listen(engine, "before_cursor_execute", explain)
        try:
            rows, behind = await source.page(session, after)
        finally:
            event.remove(engine, "before_cursor_execute", explain)
    return rows, behind, plans[0]


def test_a_filter_is_the_same_when_it_is_read_again() -> None:
    """A8: what was asked for is what is written, whatever it was made of."""
    given: dict[str, Any] = {
        "status": [OrderStatus.PENDING],
        "ordered_from": NOW,
        "search": "ä",
        "or_": [{"not_": {}}],
    }
    assert loaded(dumped(given)) == given
