"""Lists of products, stock, jobs and companies as front ends sort and filter them."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest

from api.values import ids
from domain import clock
from domain.database.session import Database
from domain.models import (
    AccessToken,
    AccessTokenPurpose,
    AccessTokenStatus,
    ChannelStock,
    Company,
    JobOutcome,
    JobOutcomeStatus,
    JobStatus,
    JobTrigger,
    JobType,
    Reservation,
    Role,
    StockChange,
    TemuRegion,
)
from tests.factories import (
    NOW,
    make_company,
    make_item,
    make_job,
    make_level,
    make_order,
    make_product,
    make_warehouse,
)
from tests.fixtures.database import one_database
from tests.fixtures.world import Api, World

PRODUCTS = """query($filter: ProductFilter, $orderBy: ProductOrder, $first: Int, $after: String, $last: Int, $before: String) {
  products(filter: $filter, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
    totalCount nodes { sku } pageInfo { endCursor startCursor } } }"""
_LEVELS = PRODUCTS.replace("Product", "Inventory").replace("products", "inventory")
INVENTORY = _LEVELS.replace("nodes { sku }", "nodes { product { sku } warehouse { name } }")
JOBS = PRODUCTS.replace("Product", "QueuedJob").replace("products", "queuedJobs").replace("sku", "error")
COMPANIES = PRODUCTS.replace("Product", "Company").replace("products", "companies").replace("sku", "name")


def _first(days: float, **more: float) -> str:
    return (NOW + timedelta(days=days, **more)).isoformat()


async def _fill(world: World) -> None:
    """Six products of one company and one of another, which is a shadow; what lies of them, and what Temu was told."""
    async with world.database.write() as session:
        one = await session.get_one(Company, 1)
        two = await make_company(session, name="Zoë", region=TemuRegion.EU, stock_rules_changed=True)
        east = await make_warehouse(session, name="east")
        away = await make_warehouse(session, name="away", is_sellable=False)
        made = {
            sku: await make_product(session, one, sku=sku, name=name, **more)
            for sku, name, more in (
                ("C", "lamp", {}),
                ("A", "Lamp", {"website_product_id": "1", "website_product_variant_id": "1"}),
                ("B", "bulb", {"website_product_id": "1", "website_product_variant_id": "2"}),
                ("D", "bulb", {"website_product_id": "1", "website_product_variant_id": "3"}),
                ("E", "bulb", {"use_default_safety_quantity": False, "safety_quantity": 4}),
                ("F", "bulb", {"archived_at": NOW}),
            )
        }
        made["S"] = await make_product(session, two, sku="S", name="shadow", shadow_of_id=made["B"].id)
        for sku, pieces in (("A", 9), ("B", 3), ("D", 9), ("E", 9), ("F", 0)):
            await make_level(session, made[sku], east, pieces)
        await make_level(session, made["C"], away, 5)
        item = await make_item(session, await make_order(session, one), product_id=made["B"].id)
        session.add(
            Reservation(order_item_id=item.id, product_id=made["B"].id, warehouse_id=east.id, quantity=1)
        )
        session.add_all(
            ChannelStock(product_id=made[sku].id, company_id=1, **more)
            for sku, more in (
                ("A", {"accepted_quantity": 9, "accepted_at": NOW, "drifts": 1, "drifting_since": NOW}),
                (
                    "B",
                    {"accepted_quantity": 2, "accepted_at": NOW + timedelta(days=1), "channel_quantity": 2},
                ),
                ("D", {"refused_at": NOW, "refusal": "no"}),
            )
        )
        session.add(StockChange(product_id=made["D"].id, company_id=1, changed_at=NOW))
        session.add(StockChange(product_id=made["A"].id, company_id=1, changed_at=NOW, held_back_since=NOW))
        for number, company in enumerate((one, two, one, one, two)):
            job = await make_job(
                session, company, lane=str(number), error=str(number), status=[*JobStatus][number],
                type=[JobType.IMPORT_ORDERS, JobType.UPLOAD_TRACKING][number % 2],
                trigger=[*JobTrigger][number % 3], created_at=NOW + timedelta(days=number),
                finished_at=NOW - timedelta(days=number // 3) if number > 1 else None,
                error_is_passing=[None, True, False][number % 3],
            )  # fmt: skip
            for subject in ("PO-1", f"PO-{number}9"):
                session.add(JobOutcome(job_id=job.id, subject=subject, status=JobOutcomeStatus.FAILED, rank=0))  # fmt: skip
        expires_at = clock.now() + timedelta(days=10)
        session.add(AccessToken(company_id=two.id, purpose=AccessTokenPurpose.ORDERS, status=AccessTokenStatus.VALID,
                                sealed="x", last_four="", expires_at=expires_at))  # fmt: skip


def _names(node: Mapping[str, Any]) -> str:
    """What tells a node of any of these lists from others."""
    if "product" in node:
        return f"{node['product']['sku']} {node['warehouse']['name']}"
    return str(next(iter(node.values())))


async def _found(api: Api, document: str, **given: Any) -> list[str]:
    page = await api.ask(document, **given)
    assert page["totalCount"] == len(page["nodes"])
    return [_names(node) for node in page["nodes"]]


OWN = {"companyId": ids.encode("Company", 1)}
FOUND: list[tuple[str, dict[str, Any], str]] = [
    (PRODUCTS, {}, "A B C D E F S"),
    (PRODUCTS, OWN, "A B C D E F"),
    (PRODUCTS, {"companyId": ids.encode("Company", 99)}, ""),
    (PRODUCTS, {"isMapped": True}, "A B D"),
    (PRODUCTS, {"isShadow": True}, "S"),
    (PRODUCTS, {"isArchived": True}, "F"),
    (PRODUCTS, {"isArchived": False}, "A B C D E S"),
    (PRODUCTS, {"hasStock": True}, "A B C D E S"),
    (PRODUCTS, {"hasStock": False}, "F"),
    (PRODUCTS, {"availableQuantity": {"to": 0}, **OWN}, "C F"),
    (PRODUCTS, {"availableQuantity": {"from": 2, "to": 5}, **OWN}, "B E"),
    (PRODUCTS, {"not": {"availableQuantity": {"from": 1}}, **OWN}, "C F"),
    (PRODUCTS, {"lastPushedAt": {"from": _first(0)}}, "A B"),
    (PRODUCTS, {"lastPushedAt": {"from": _first(0), "to": _first(1)}}, "A"),
    (PRODUCTS, {"updatedAt": {"from": _first(0), "to": "2100-01-01T00:00:00Z"}}, "A B C D E F S"),
    (PRODUCTS, {"isWaiting": True}, "A D S"),
    (PRODUCTS, {"isRefused": True}, "D"),
    (PRODUCTS, {"isDrifting": True}, "A"),
    (PRODUCTS, {"isDrifting": False, "isMapped": True}, "B D"),
    (PRODUCTS, {"or": [{"isRefused": True}, {"isShadow": True}]}, "D S"),
    (INVENTORY, {}, "A east|B east|C away|D east|E east|F east"),
    (INVENTORY, {"warehouseIds": [ids.encode("Warehouse", 2)]}, "C away"),
    (INVENTORY, {"productIds": [ids.encode("Product", 2), ids.encode("Order", 1)]}, "A east"),
    (INVENTORY, {"onHand": {"to": 3}}, "B east|F east"),
    (INVENTORY, {"isReserved": True}, "B east"),
    (INVENTORY, {"search": "LAMP"}, "A east|C away"),
    (INVENTORY, {"companyId": ids.encode("Company", 2)}, ""),
    (JOBS, {}, "4 3 2 1 0"),
    (JOBS, OWN, "3 2 0"),
    (JOBS, {"trigger": ["SCHEDULE", "EVENT"]}, "4 2 1"),
    (JOBS, {"type": ["UPLOAD_TRACKING"], "status": ["RUNNING"]}, "1"),
    (JOBS, {"errorIsPassing": True}, "4 1"),
    (JOBS, {"errorIsPassing": False}, "2"),
    (JOBS, {"subject": "PO-1"}, "4 3 2 1 0"),
    (JOBS, {"subject": "PO-29"}, "2"),
    (JOBS, {"createdAt": {"from": _first(1), "to": _first(3)}}, "2 1"),
    (JOBS, {"finishedAt": {"from": _first(-1)}}, "4 3 2"),
    (JOBS, {"finishedAt": {"to": _first(0)}}, "4 3"),
    (COMPANIES, {}, "Nordlicht|Zoë"),
    (COMPANIES, {"search": "zoe"}, "Zoë"),
    (COMPANIES, {"region": ["US"]}, "Nordlicht"),
    (COMPANIES, {"storePlugin": ["TEMU"]}, "Nordlicht|Zoë"),
    (COMPANIES, {"tokenStatus": ["EXPIRING"]}, "Zoë"),
    (COMPANIES, {"tokenStatus": ["MISSING"]}, ""),
    (COMPANIES, {"isArchived": False}, "Nordlicht|Zoë"),
    (COMPANIES, {"isArchived": True}, ""),
]  # fmt: skip
SORTED: list[tuple[str, str, dict[str, Any], str]] = [
    (PRODUCTS, "SKU", {}, "A B C D E F S"),
    (PRODUCTS, "NAME", {}, "A B D E F C S"),
    (PRODUCTS, "CREATED_AT", {}, "C A B D E F S"),
    (PRODUCTS, "UPDATED_AT", {}, "C A B D E F S"),
    (PRODUCTS, "LAST_PUSHED_AT", OWN, "C D E F A B"),
    (PRODUCTS, "AVAILABLE_QUANTITY", OWN, "C F B E A D"),
    (INVENTORY, "SKU", {}, "A east|B east|C away|D east|E east|F east"),
    (INVENTORY, "ON_HAND", {}, "F east|B east|C away|A east|D east|E east"),
    (JOBS, "CREATED_AT", {}, "0 1 2 3 4"),
    (JOBS, "FINISHED_AT", {}, "3 4 2 0 1"),
    (COMPANIES, "NAME", {}, "Nordlicht|Zoë"),
    (COMPANIES, "CREATED_AT", {}, "Nordlicht|Zoë"),
]


async def test_what_is_found(world: World) -> None:
    """A2, A5: each condition finds what its rows say, over all companies and within one."""
    await _fill(world)
    for document, given, expected in FOUND:
        found = await _found(world.api, document, filter=given)
        assert " ".join(found) == expected.replace("|", " "), (given, found)


async def test_orders_from_both_ends(world: World) -> None:
    """A2: each order is read to its end in pages of two, in either direction, and meets every row once."""
    await _fill(world)
    for document, field, given, expected in SORTED:
        ascending = expected.replace("|", " ")
        for direction in ("ASC", "DESC"):
            found: list[str] = []
            after = None
            while True:
                page = await world.api.ask(document, filter=given, first=2, after=after,
                                           orderBy={"field": field, "direction": direction})  # fmt: skip
                if not page["nodes"]:
                    break
                after = page["pageInfo"]["endCursor"]
                found += [_names(node) for node in page["nodes"]]
            last = await world.api.ask(
                document, filter=given, last=1, orderBy={"field": field, "direction": direction}
            )
            assert _names(last["nodes"][0]) == found[-1]
            if direction == "DESC":
                found.reverse()
            assert " ".join(found) == ascending, (field, direction, found)


@one_database
async def test_what_is_asked_of_one_company(world: World) -> None:
    """A2: what is worked out for each product is refused over all companies, with what to do, and answered within one."""
    await _fill(world)
    one = await world.key(Role.READ, 1)
    dear: list[dict[str, Any]] = [
        {"filter": {"availableQuantity": {"from": 1}}},
        {"filter": {"or": [{"not": {"availableQuantity": {"from": 1}}}]}},
        {"filter": {"or": [OWN]}, "orderBy": {"field": "AVAILABLE_QUANTITY"}},
        {"orderBy": {"field": "LAST_PUSHED_AT"}},
    ]
    for given in dear:
        (error,) = (await world.api.send(PRODUCTS, **given))["errors"]
        assert error["extensions"] == {"code": "BAD_USER_INPUT"}
        assert "companyId" in error["message"]
        assert "errors" not in await one.send(PRODUCTS, **given)
        inner = (
            PRODUCTS.replace(") {\n  products", ') { company(id: "%s") { products') % world.company_id + " }"
        )
        assert "errors" not in await world.api.send(inner, **given)


async def test_counts_beside_a_page(world: World) -> None:
    """A2: products are counted by whether they are mapped and jobs by their status, whichever of these a page shows."""
    await _fill(world)
    document = """query($p: ProductFilter, $j: QueuedJobFilter) {
      products(filter: $p, first: 1) { totalCount statusCounts { status count } }
      queuedJobs(filter: $j, first: 1) { statusCounts { status count } } }"""
    for is_mapped, total in ((True, 3), (False, 3), (None, 6)):
        found = await world.api.ask(
            document, p={"isMapped": is_mapped, **OWN}, j={"status": ["FAILED"], **OWN}
        )
        counts = {each["status"]: each["count"] for each in found["products"]["statusCounts"]}
        assert (counts, found["products"]["totalCount"]) == ({"MAPPED": 3, "UNMAPPED": 3}, total)
        counts = {each["status"]: each["count"] for each in found["queuedJobs"]["statusCounts"]}
        assert counts == {
            status.value: 1 if status.value in "QUEUED SUCCEEDED PARTIALLY_SUCCEEDED" else 0
            for status in JobStatus
        }
    nested = "query($c: ID!) { company(id: $c) { queuedJobs { statusCounts { count } } products { statusCounts { count } } } }"
    page = await world.api.ask(nested, c=world.company_id)
    assert [each["count"] for each in page["products"]["statusCounts"]] == [3, 3]
    assert sum(each["count"] for each in page["queuedJobs"]["statusCounts"]) == 3


@one_database
async def test_a_level_tells_whose_it_is(world: World) -> None:
    """I2, A5: levels add up to what may be sold of a product, and name it to those who may see it."""
    await _fill(world)
    document = (
        "{ products { nodes { sku aggregateSellableQuantity inventory { sellable product { sku } } } } }"
    )
    for product in (await world.api.ask(document))["nodes"]:
        assert sum(each["sellable"] for each in product["inventory"]) == product["aggregateSellableQuantity"]
    two = await world.key(Role.READ, 2)
    (shadow,) = (await two.ask(document))["nodes"]
    assert shadow == {
        "sku": "S",
        "aggregateSellableQuantity": 2,
        "inventory": [{"sellable": 2, "product": None}],
    }
    assert await _found(two, INVENTORY) == []


# Of each list, in which order and of which rows: the index that a page of it is read from.
INDEXES: list[tuple[str, str | None, dict[str, Any], str]] = [
    (PRODUCTS, None, {}, "ix_products_sku"),
    (PRODUCTS, None, OWN, "uq_products_company_id_sku"),
    (PRODUCTS, "NAME", {}, "ix_products_name"),
    (PRODUCTS, "NAME", OWN, "ix_products_company_name"),
    (PRODUCTS, "CREATED_AT", {}, "uq_products_company"),
    (PRODUCTS, "UPDATED_AT", {}, "ix_products_updated"),
    (PRODUCTS, "UPDATED_AT", OWN, "ix_products_company_updated"),
    (INVENTORY, None, {}, "ix_products_sku"),
    (INVENTORY, None, OWN, "uq_products_company_id_sku"),
    (INVENTORY, "ON_HAND", {}, "ix_inventory_levels_on_hand"),
    (JOBS, None, {}, "pk_queued_jobs"),
    (JOBS, None, OWN, "ix_queued_jobs_company_newest"),
    (JOBS, "FINISHED_AT", {}, "ix_queued_jobs_ended"),
    (JOBS, "FINISHED_AT", OWN, "ix_queued_jobs_company_ended"),
]
IN_SQLITE = {
    "uq_products_company_id_sku": "sqlite_autoindex_products_1",
    "uq_products_company": "SCAN products",
    "pk_queued_jobs": "SCAN queued_jobs",
}


async def _steps(database: Database, sql: str, values: Sequence[Any]) -> list[str]:
    """How a page's rows are found, from the index that they are read from to what becomes of them, in the database's words."""
    if database.engine.dialect.name == "sqlite":
        steps = [str(row[3]) for row in await database.rows(f"EXPLAIN QUERY PLAN {sql}", values)]
        # What is made of the statement's own selects comes after the rows.
        found = [step for step in steps if not step.startswith(("CO-ROUTINE", "SCALAR", "SCAN CONSTANT"))]
        return found[: next(i for i, step in enumerate(found) if re.match(r"SCAN t\d", step))]
    async with database.read() as session:
        connection = await session.connection()
        # Of a few rows it would read all.
        for name in ("seqscan", "sort", "bitmapscan", "hashjoin", "mergejoin", "material"):
            await connection.exec_driver_sql(f"SET LOCAL enable_{name} = off")
        explained = await connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {sql}", tuple(values))
        (plan,) = explained.scalar_one()
    return _below_limit(plan["Plan"])


def _below_limit(node: Mapping[str, Any], *, is_below: bool = False) -> list[str]:
    inner = [
        each
        for each in node.get("Plans", ())
        if each.get("Parent Relationship") in {"Outer", "Inner", "Subquery"}
    ]
    if is_below or node["Node Type"] == "Limit":
        below = [step for each in inner for step in _below_limit(each, is_below=True)]
        return [*below, f"{node['Node Type']} {node.get('Index Name', '')}"]
    return next((found for each in node.get("Plans", ()) if (found := _below_limit(each))), [])


async def test_each_order_is_an_index(world: World) -> None:
    """A2: a page in any order is read from an index in that order, of one company and of all, and nothing is sorted."""
    await _fill(world)
    asked: list[tuple[str, Sequence[Any]]] = []
    rows = world.database.rows

    async def noted(_: Database, sql: str, values: Sequence[Any]) -> Any:
        asked.append((sql, values))
        return await rows(sql, values)

    for document, field, given, index in INDEXES:
        page = re.sub(r"totalCount|pageInfo \{.*?\}", "", document)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Database, "rows", noted)
            await world.api.ask(page, filter=given, orderBy=field and {"field": field})
        steps = await _steps(world.database, *asked[-1])
        is_sqlite = world.database.engine.dialect.name == "sqlite"
        if is_sqlite and (document, field, given) == (INVENTORY, None, {}):
            continue  # It reads all levels and keeps the first of them (docs/decisions/0023).
        assert (IN_SQLITE.get(index, index) if is_sqlite else index) in steps[0], (field, given, steps)
        assert not any(step.startswith(("USE TEMP", "Sort")) for step in steps), (field, given, steps)
