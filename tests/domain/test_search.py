"""Text that is searched: whoever writes it, and however, both databases find the same."""

import ast
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain.companies import queries as companies
from domain.database.session import Database
from domain.database.upsert import upsert
from domain.folding import fold
from domain.inventory import queries as inventory
from domain.models import Base, Order, OrderAddress, Product
from domain.models.folded import folded_columns
from domain.orders import queries as orders
from domain.products import listing_queries as listings
from domain.products import queries as products
from tests.domain.listing import listed
from tests.factories import (
    make_company,
    make_item,
    make_level,
    make_listing,
    make_order,
    make_product,
    make_warehouse,
)

ROOT = Path(__file__).parent.parent.parent
RECIPIENTS = [
    "Søren Núñez",
    "Łukasz Strauß",
    "Đorđe Œuvré",
    "İpek Işık",
    "ОЛЬГА Ёлкина",
    "ΟΔΥΣΣΕΥΣ",
    "Ｔａｒｏ 東京",
    "Nu\u0301n\u0303ez",
    "100%_/",
    "１００％ ＿",
    "か",
    None,
]
SEARCHES = {
    "SØREN": [0],
    "søren": [0],
    "soren": [0],
    "NUNEZ": [0, 7],
    "Nuñez": [0, 7],
    "n\u0303ez": [0, 7],
    "łukasz": [1],
    "LUKASZ STRAUSS": [1],
    "strauß": [1],
    "djordje": [],
    "dorde oeuvre": [2],
    "ipek isik": [3],
    "IŞIK": [3],
    "ольга елкина": [4],
    "οδυσσεύς": [5],
    "taro": [6],
    "ＴＡＲＯ": [6],
    "東京": [6],
    "京東": [],
    "%": [8, 9],
    "％": [8, 9],
    "_": [8, 9],
    "/": [8],
    "%_/": [8],
    "が": [],
    "か": [10],
    "": list(range(12)),
}


async def _found(session: AsyncSession, search: str) -> list[int]:
    return sorted(row.id for row in await listed(session, orders.ORDERS, orders.ORDER_FILTER, search=search))


async def test_recipients(database: Database) -> None:
    """O2: a recipient is found whatever the case, accents, width and form of composition, on both databases alike."""
    async with database.write() as session:
        company = await make_company(session)
        ids = [(await make_order(session, company, channel_order_id=f"{i}")).id for i in range(12)]
        rows = [{"order_id": ids[i], "name": name} for i, name in enumerate(RECIPIENTS)]
        await upsert(session, OrderAddress, rows, key=("order_id",), news=("name",))

        assert {search: await _found(session, search) for search in SEARCHES} == {
            search: [ids[i] for i in found] for search, found in SEARCHES.items()
        }


async def test_products(database: Database) -> None:
    """O2: products are found by SKU and name, and orders by the SKU of what was ordered, in the same way."""
    async with database.write() as session:
        company = await make_company(session)
        product = await make_product(session, company, sku="GRÖẞE-40", name="Smörgås-Brett")
        order = await make_order(session, company, channel_order_id="PO-211-AB")
        await make_item(session, order, product_id=product.id)
        for search in ("größe", "GROSSE-40", "grosse–40", "SMORGAS", "smo\u0308rga\u030as"):
            found = await listed(session, products.PRODUCTS, products.PRODUCT_FILTER, search=search)
            assert [row.id for row in found] == [product.id], search
        assert await _found(session, "Grösse") == [order.id]
        assert await _found(session, "ＰＯ-211-ab") == [order.id]
        assert await _found(session, "smorgas") == []


async def test_other_lists(database: Database) -> None:
    """O2: companies, listings and stock are found in the same way."""
    async with database.write() as session:
        company = await make_company(session, name="Søren & Núñez")
        product = await make_product(session, company, sku="S", name="Søren Núñez")
        await make_level(session, product, await make_warehouse(session), 1)
        await make_listing(session, company, title="Søren Núñez")
        lists = (
            (companies.COMPANIES, companies.COMPANY_FILTER),
            (listings.LISTINGS, listings.LISTING_FILTER),
            (inventory.INVENTORY, inventory.INVENTORY_FILTER),
        )
        for search, count in (
            ("SØREN", 1),
            ("núñez", 1),
            ("NUNEZ", 1),
            ("soren", 1),
            ("Sören", 1),
            ("Nunes", 0),
        ):
            for keys, conditions in lists:
                assert len(await listed(session, keys, conditions, search=search)) == count, (search, keys)


async def _by_attributes(session: AsyncSession, company_id: int) -> None:
    session.add(Product(company_id=company_id, sku="Æ", name="Ø"))
    await session.flush()


async def _by_change(session: AsyncSession, company_id: int) -> None:
    product = Product(company_id=company_id, sku="x", name="y")
    session.add(product)
    await session.flush()
    product.sku, product.name = "Æ", "Ø"
    await session.flush()


async def _by_insert(session: AsyncSession, company_id: int) -> None:
    await session.execute(insert(Product), [{"company_id": company_id, "sku": "Æ", "name": "Ø"}])


async def _by_values(session: AsyncSession, company_id: int) -> None:
    await session.execute(insert(Product).values(company_id=company_id, sku="Æ", name="Ø"))


async def _by_put(session: AsyncSession, company_id: int) -> None:
    row = {"company_id": company_id, "sku": "Æ", "name": "Ø"}
    await upsert(session, Product, [row | {"name": "before"}], key=("company_id", "sku"), news=("name",))
    await upsert(session, Product, [row], key=("company_id", "sku"), news=("name",))


@pytest.mark.parametrize("write", [_by_attributes, _by_change, _by_insert, _by_values, _by_put])
async def test_every_way_to_write(
    database: Database, write: Callable[[AsyncSession, int], Awaitable[None]]
) -> None:
    """O2: whoever writes what is searched writes its folded form with it."""
    async with database.write() as session:
        company = await make_company(session)
        await write(session, company.id)
        session.expire_all()
        row = (await session.scalars(select(Product))).one()
        assert (row.sku_folded, row.name_folded) == ("ae", "o")


async def test_a_name_that_goes(database: Database) -> None:
    """O2: with a recipient that Temu takes back its folded form goes too."""
    async with database.write() as session:
        order = await make_order(session, await make_company(session))
        for name in ("Søren", None):
            await upsert(
                session,
                OrderAddress,
                [{"order_id": order.id, "name": name}],
                key=("order_id",),
                news=("name",),
            )
            found = await session.scalar(select(OrderAddress.name_folded))
            assert found == (None if name is None else fold(name))


def test_no_update_forgets() -> None:
    """O2: an UPDATE of SQL's own, which is the one way to write that folds nothing by itself, names no searched column."""
    searched = {
        mapper.class_.__name__: {source.key for _, source in folded_columns(mapper.class_.__table__)}
        for mapper in Base.registry.mappers
    }
    assert {name for name, found in searched.items() if found} == {
        "Company",
        "Listing",
        "OrderAddress",
        "Product",
    }
    for path in (path for name in ("api", "domain", "jobs") for path in (ROOT / name).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "values"
            ):
                written = {keyword.arg for keyword in node.keywords}
                assert not written & searched.get(_updated(node), set()), f"{path}:{node.lineno}"


def _updated(node: ast.AST) -> str:
    """Of update(Kind).where(...).values(...), the kind."""
    while isinstance(node, ast.Call | ast.Attribute):
        called: Any = node.func if isinstance(node, ast.Call) else node.value
        if isinstance(node, ast.Call) and isinstance(called, ast.Name):
            is_update = called.id == "update" and node.args and isinstance(node.args[0], ast.Name)
            return node.args[0].id if is_update and isinstance(node.args[0], ast.Name) else ""
        node = called
    return ""


async def test_rows_of_an_older_release(database: Database) -> None:
    """O2, R4: what a release without folded columns wrote is still found, as it is."""
    async with database.write() as session:
        company = await make_company(session)
        product = await make_product(session, company, sku="LAMP")
        order = await make_order(session, company)
        session.add(OrderAddress(order_id=order.id, name="Ada"))
        await session.flush()
        await session.execute(update(Product).values(sku_folded=None, name_folded=None))
        await session.execute(update(OrderAddress).values(name_folded=None))

        found = await listed(session, products.PRODUCTS, products.PRODUCT_FILTER, search="lamp")
        assert [row.id for row in found] == [product.id]
        assert await _found(session, "ADA") == [order.id]
        assert await session.scalar(select(Order.id)) == order.id
