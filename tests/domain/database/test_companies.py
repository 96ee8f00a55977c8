"""The wall between companies that PostgreSQL itself keeps, and the parents that both databases do."""

import asyncio
from collections.abc import Mapping
from typing import Any

import asyncpg
import pytest
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import create_async_engine

from domain.database import raw, roles
from domain.database.companies import crossing_companies
from domain.database.session import Database
from domain.errors import Conflict
from domain.models import (
    AccessToken,
    AccessTokenPurpose,
    AccessTokenStatus,
    Base,
    Company,
    Order,
    OrderItem,
    Package,
    Product,
    QueuedJob,
)
from tests.api.reading.rows_of_every_kind import fill
from tests.factories import (
    NOW,
    make_company,
    make_item,
    make_job,
    make_label,
    make_order,
    make_product,
    make_return,
    make_warehouse,
)
from tests.fixtures.database import APPLICATION, as_owner, as_superuser

_ON_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
# What belongs to the installation, to all companies or to a key.
_SHARED = {"api_keys", "files", "installation", "warehouses", "workers"}
# Rows of these belong to the company of another row.
_PARENTS: Mapping[str, tuple[str, str]] = {
    "channel_events": ("queued_jobs", "job_id"),
    "combined_packages": ("packages", "package_id"),
    "export_parts": ("queued_jobs", "job_id"),
    "exports": ("queued_jobs", "job_id"),
    "job_outcomes": ("queued_jobs", "job_id"),
    "order_addresses": ("orders", "order_id"),
    "order_notes": ("orders", "order_id"),
    "package_lines": ("packages", "package_id"),
    "sub_packages": ("packages", "package_id"),
    "webhook_attempts": ("webhook_deliveries", "delivery_id"),
}
# Of a product whose stock a shadow sells there is more than one company that has to do with it.
_STOCK = {"inventory_levels", "reservations"}


@pytest.fixture
async def filled(database: Database) -> Database:
    """Three companies with rows of every kind."""
    async with database.write() as session:
        company = await make_company(session)
        session.add(AccessToken(company_id=company.id, purpose=AccessTokenPurpose.ALL, sealed="x", last_four="",
                                status=AccessTokenStatus.VALID))  # fmt: skip
        await fill(session)
    return database


@_ON_POSTGRESQL
async def test_every_table_has_its_policy(database: Database) -> None:
    """A5: each table with rows of a company's has one policy, for reading and writing, that holds for its owner too."""
    policies = """SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity, p.cmd, p.permissive,
        p.qual LIKE '%tradewind.companies%', p.with_check = p.qual
        FROM pg_class c JOIN pg_policies p ON p.tablename = c.relname AND p.schemaname = 'public'"""
    async with database.read() as session:
        found = {row[0]: tuple(row[1:]) for row in await session.execute(text(policies))}
        own = await roles.own(session)

    with_company = {name for name, table in Base.metadata.tables.items() if "company_id" in table.c}
    assert with_company <= found.keys()
    assert found.keys() == Base.metadata.tables.keys() - _SHARED
    assert with_company | _PARENTS.keys() | _STOCK | {"companies"} == found.keys()
    assert set(found.values()) == {(True, "ALL", "PERMISSIVE", True, True)}
    assert own == roles.Own(APPLICATION, bypasses=False, owns=False, has_wall=True)
    assert own is not None
    assert own.weakness is None


@_ON_POSTGRESQL
@pytest.mark.parametrize("role", [as_owner, as_superuser])
async def test_a_weak_wall_is_told(database_url: str, role: Any) -> None:
    """A7: a role that owns the tables, or for which no policy holds, is told with what to do."""
    other = Database(role(database_url))
    async with other.read() as session:
        own = await roles.own(session)
    await other.close()

    assert own is not None
    assert own.weakness is not None
    assert own.weakness[0].startswith(
        f"The role {own.name} {'is a superuser' if own.bypasses else 'owns tables'}"
    )


@_ON_POSTGRESQL
async def test_the_role_changes_no_table(database: Database) -> None:
    """A5: what servers and workers run as can't turn the wall off."""
    for statement in (
        "ALTER TABLE orders DISABLE ROW LEVEL SECURITY",
        "DROP POLICY companies ON orders",
        "CREATE TABLE mine (id int)",
        "UPDATE alembic_version SET version_num = '0001'",
    ):
        async with database.read() as session:
            with pytest.raises(DBAPIError):
                await session.execute(text(statement))


@_ON_POSTGRESQL
async def test_without_companies_there_are_no_rows(filled: Database, database_url: str) -> None:
    """A5: a statement before which nobody has named companies finds nothing and writes nothing, the owner's too."""
    for url in (database_url, as_owner(database_url)):
        connection = await asyncpg.connect(url.replace("+asyncpg", ""))
        for name in Base.metadata.tables.keys() - _SHARED:
            assert await connection.fetchval(f"SELECT count(*) FROM {name}") == 0, name
        for named in ("", "0", "999"):
            await connection.execute(f"SET tradewind.companies = '{named}'")
            assert await connection.fetchval("SELECT count(*) FROM orders") == 0
            assert await connection.execute("UPDATE orders SET currency_code = 'XXX'") == "UPDATE 0"
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute("INSERT INTO schedule_ticks VALUES (1, 'IMPORT_ORDERS', 1)")
        await connection.close()


@_ON_POSTGRESQL
async def test_straight_in_sql(filled: Database) -> None:
    """A5: whatever is asked of a table, there are rows of the named companies alone, by a session and by the driver."""
    found = {
        company_ids: await _seen_by(filled, company_ids) for company_ids in ((), (1,), (2,), (1, 3), (999,))
    }

    assert found[()] == found[999,] == 0
    assert min(found[1,], found[2,], found[1, 3]) > 20


async def _seen_by(database: Database, company_ids: tuple[int, ...]) -> int:
    limited, numbers, seen = database.limited_to(company_ids), f"ARRAY{list(company_ids)}::bigint[]", 0
    for name, table in Base.metadata.tables.items():
        if name in _SHARED | _STOCK:
            continue
        key = "id" if name == "companies" else "company_id"
        condition = f"{key} = ANY ({numbers})"
        if key not in table.c:
            parent, column = _PARENTS[name]
            condition = f"{column} IN (SELECT id FROM {parent} WHERE company_id = ANY ({numbers}))"
        ((expected,),) = await database.rows(f"SELECT count(*) FROM {name} WHERE {condition}", ())
        ((by_driver,),) = await limited.rows(f"SELECT count(*) FROM {name}", ())
        async with limited.read() as session:
            by_session = await session.scalar(text(f"SELECT count(*) FROM {name}"))
        assert (by_driver, by_session) == (expected, expected), (name, company_ids)
        seen += expected
    return seen


@_ON_POSTGRESQL
async def test_stock_that_a_shadow_sells(database: Database) -> None:
    """M5: the stock of a shadowed product is there for the shadow's company, to sell and to reserve, and for no third."""
    async with database.write() as session:
        owner, seller, third = [await make_company(session) for _ in range(3)]
        real = await make_product(session, owner)
        shadow = await make_product(session, seller, shadow_of_id=real.id)
        item = await make_item(session, await make_order(session, seller), product_id=shadow.id)
        warehouse = await make_warehouse(session)
        levels = f"INSERT INTO inventory_levels VALUES ({real.id}, {warehouse.id}, 5)"
        await session.execute(text(levels))
    async with database.limited_to({seller.id}).write() as session:
        assert await session.get(Product, real.id) is None
        holding = f"INSERT INTO reservations VALUES ({item.id}, {real.id}, {warehouse.id}, 1)"
        await session.execute(text(holding))

    for company, count in ((owner, 1), (seller, 1), (third, 0)):
        async with database.limited_to({company.id}).read() as session:
            for table in _STOCK:
                assert await session.scalar(text(f"SELECT count(*) FROM {table}")) == count


@_ON_POSTGRESQL
async def test_nothing_is_written_to_others(filled: Database) -> None:
    """A5: another company's row is neither changed, removed, added nor taken over."""
    limited = filled.limited_to({1})
    async with limited.write() as session:
        theirs = (Order.company_id == 2,)
        changed = await session.execute(update(Order).where(*theirs).values(currency_code="XXX"))
        removed = await session.execute(delete(OrderItem).where(OrderItem.company_id == 2))
        assert (changed.rowcount, removed.rowcount) == (0, 0)  # type: ignore[attr-defined]
    for statement in (
        insert(Product).values(company_id=2, sku="forged", name="x"),
        update(Product).where(Product.company_id == 1).values(company_id=2),
        insert(Company).values(name="x", created_at=NOW),
    ):
        with pytest.raises(DBAPIError, match="row-level security"):
            async with limited.write() as session:
                await session.execute(statement)


@_ON_POSTGRESQL
async def test_one_connection_for_all(
    filled: Database, monkeypatch: pytest.MonkeyPatch, database_url: str
) -> None:
    """A5: 200 requests of alternating companies over one connection each see their own, though some are cancelled, and the
    connection takes nothing along.
    """
    monkeypatch.setattr(raw, "_CONNECTIONS", 1)
    await filled.engine.dispose()
    filled.engine = create_async_engine(database_url, pool_size=1, max_overflow=0, pool_timeout=30)
    statement = "SELECT string_agg(DISTINCT company_id::text, ',' ORDER BY company_id::text) FROM orders"
    started = 0

    async def ask(number: int) -> tuple[int, str | None]:
        nonlocal started
        started += 1
        company_id = number % 3 + 1
        limited = filled.limited_to({company_id})
        if number % 2:
            ((found,),) = await limited.rows(statement, ())
        else:
            async with limited.read() as session:
                found = await session.scalar(text(statement))
        return company_id, found

    # Whoever waits for a connection isn't told of one that was given up while it was made.
    await ask(0)
    await ask(1)
    started = 0
    asked = [asyncio.create_task(ask(number)) for number in range(200)]
    while started < len(asked):  # noqa: ASYNC110 - all have begun after one turn
        await asyncio.sleep(0)
    for task in (*asked[::20], *asked[1::20]):
        task.cancel()
    ended = await asyncio.gather(*asked, return_exceptions=True)

    answers = [each for each in ended if not isinstance(each, BaseException)]
    assert len(answers) == 180
    assert [each for each in answers if each[1] != str(each[0])] == []
    async with filled.engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM orders")) == 0
    pool = filled._raw._pool  # type: ignore[attr-defined]
    async with pool.acquire() as driver:
        assert await driver.fetchval("SELECT count(*) FROM orders") == 0


async def test_crossing_companies(database: Database) -> None:
    """A5: what crosses the wall on purpose is on its own side again afterwards, also where it raises."""
    async with database.write() as session:
        own, other = await make_company(session), await make_company(session)
    has_wall = database.engine.dialect.name == "postgresql"
    limited = database.limited_to({own.id})
    names = select(func.count()).select_from(Company)

    async with limited.write() as session:
        async with crossing_companies(session):
            assert await session.scalar(names) == 2
            session.add(Product(company_id=other.id, sku="of another", name="x"))
        assert await session.scalar(names) == (1 if has_wall else 2)
        with pytest.raises(Conflict):
            async with crossing_companies(session):
                raise Conflict("x")
        assert await session.scalar(names) == (1 if has_wall else 2)
        async with session.begin_nested():
            assert await session.scalar(names) == (1 if has_wall else 2)

    async with database.read() as session:
        assert await session.scalar(select(Product.company_id)) == other.id


_CHILDREN = {
    "order_items.order_id": "INSERT INTO order_items (order_id, company_id, channel_order_item_id, website_product_id, "
    "website_product_variant_id, title, quantity, cancelled_quantity, shipped_quantity, fulfilled_by) "
    "VALUES ({order}, {company}, 'x', '1', '2', 'x', 1, 0, 0, 'SELLER')",
    "order_items.product_id": "UPDATE order_items SET product_id = {other_product} WHERE company_id = {company}",
    "packages.order_id": "INSERT INTO packages (order_id, company_id, warehouse_id, carrier, tracking_number, tracking_key, "
    "shipped_at) VALUES ({order}, {company}, {warehouse}, 'x', 'x', 'x', '2026-01-01 00:00:00+00')",
    "package_corrections.package_id": "INSERT INTO package_corrections (package_id, company_id, warehouse_id, carrier, "
    "tracking_number, tracking_key, requested_at) VALUES ({package}, {company}, {warehouse}, 'x', 'x', 'x', "
    "'2026-01-01 00:00:00+00')",
    "channel_actions.order_id": "INSERT INTO channel_actions (order_id, company_id, kind, status, subject, parameters, sends, "
    "looks, created_at) VALUES ({order}, {company}, 'x', 'x', 'x', '{{}}', 0, 0, '2026-01-01 00:00:00+00')",
    "channel_actions.product_id": "INSERT INTO channel_actions (product_id, company_id, kind, status, subject, parameters, sends, "
    "looks, created_at) VALUES ({product}, {company}, 'y', 'x', 'x', '{{}}', 0, 0, '2026-01-01 00:00:00+00')",
    "shipping_label_lines.label_id": "INSERT INTO shipping_label_lines (label_id, order_item_id, order_id, company_id, quantity) "
    "VALUES ({label}, {item}, {order}, {company}, 1)",
    "shipping_label_lines.order_id": "INSERT INTO shipping_label_lines (label_id, order_item_id, order_id, company_id, quantity) "
    "VALUES ({label}, {other_item}, {order}, {company}, 1)",
    "shipping_label_files.label_id": "INSERT INTO shipping_label_files (label_id, company_id, tries, created_at, updated_at) "
    "VALUES ({label}, {company}, 0, '2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00')",
    "order_invoices.order_id": "INSERT INTO order_invoices (order_id, company_id, kind, recipient, state, created_at, updated_at) "
    "VALUES ({order}, {company}, 'x', 'x', 'x', '2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00')",
    "invoice_checks.order_id": "INSERT INTO invoice_checks (order_id, company_id, checks) VALUES ({order}, {company}, 0)",
    "returns.order_id": "INSERT INTO returns (order_id, company_id, channel_return_id, channel_order_id, type, status, requested_at, "
    "channel_updated_at, details_wanted, imported_at, available_operations, tracking_numbers, updated_at) VALUES ({order}, {company}, "
    "'x', 'x', 'x', 'x', '2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', false, '2026-01-01 00:00:00+00', "
    "'[]', '[]', '2026-01-01 00:00:00+00')",
    "return_lines.return_id": "INSERT INTO return_lines (return_id, company_id, channel_return_line_id, quantity, "
    "received_quantity, damaged_quantity, created_at, updated_at) "
    "VALUES ({return}, {company}, 'x', 1, 0, 0, '2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00')",
    "return_receipts.return_id": "INSERT INTO return_receipts (return_id, company_id, warehouse_id, idempotency_key, lines, "
    "received_at) VALUES ({return}, {company}, {warehouse}, 'x', '[]', '2026-01-01 00:00:00+00')",
    "return_labels.return_id": "INSERT INTO return_labels (return_id, company_id, media_type, sha256, created_at) "
    "VALUES ({return}, {company}, 'x', 'x', '2026-01-01 00:00:00+00')",
    "tracking_uploads.order_id": "INSERT INTO tracking_uploads (order_id, company_id) VALUES ({order}, {company})",
    "product_prices.product_id": "INSERT INTO product_prices (product_id, company_id, state) VALUES ({product}, {company}, 'NONE')",
    "stock_changes.product_id": "INSERT INTO stock_changes (product_id, company_id, version, changed_at) "
    "VALUES ({product}, {company}, 1, '2026-01-01 00:00:00+00')",
    "channel_stock.product_id": "INSERT INTO channel_stock (product_id, company_id) VALUES ({product}, {company})",
}


async def test_parents_are_of_the_same_company(database: Database) -> None:
    """A5: on both databases a row that points at another company's parent is refused, and one at its own is taken."""
    async with database.write() as session:
        own, other = await make_company(session), await make_company(session)
        order = await make_order(session, own)
        product, other_product = await make_product(session, own), await make_product(session, other)
        items = [await make_item(session, await make_order(session, company)) for company in (own, other)]
        warehouse = await make_warehouse(session)
        package = Package(order_id=order.id, company_id=own.id, warehouse_id=warehouse.id, carrier="UPS",
                          tracking_number="1", tracking_key="1", shipped_at=NOW)  # fmt: skip
        session.add(package)
        await session.flush()
        ids = {"order": order.id, "product": product.id, "package": package.id, "warehouse": warehouse.id}
        ids["other_product"] = other_product.id
        ids |= {
            "item": items[0].id,
            "other_item": items[1].id,
            "label": (await make_label(session, order)).id,
            "return": (await make_return(session, order)).id,
        }
        assert len(items) == 2
    refers = {
        f"{name}.{key.column_keys[-1]}"
        for name, table in Base.metadata.tables.items()
        for key in table.foreign_key_constraints
        if len(key.column_keys) == 2
    }
    assert refers == _CHILDREN.keys()

    for name, statement in _CHILDREN.items():
        wrong, right = (own.id, other.id) if "other_product" in statement else (other.id, own.id)
        with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
            async with database.write() as session:
                await session.execute(text(statement.format(**ids, company=wrong)))
        async with database.write() as session:
            done: Any = await session.execute(text(statement.format(**ids, company=right)))
            assert done.rowcount == 1, name


async def test_the_company_is_the_rows(database: Database) -> None:
    """A5, J1: a job works for the company of its row, whatever its arguments were made to say."""
    from domain.queued_jobs.arguments import dump, lane, load  # noqa: PLC0415 - beside what it shows

    async with database.write() as session:
        own, other = await make_company(session), await make_company(session)
        job = await make_job(session, own)
    async with database.write() as session:
        row = await session.get_one(QueuedJob, job.id)
        row.arguments = row.arguments | {"company_id": other.id, "companyId": other.id}
    async with database.read() as session:
        row = await session.get_one(QueuedJob, job.id)

    arguments = load(row.type, row.arguments)
    assert "company" not in str(dump(arguments))
    assert lane(row.company_id, arguments) == lane(own.id, arguments)
