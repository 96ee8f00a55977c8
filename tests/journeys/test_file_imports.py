"""Products, stock and shipments from files, from the upload to what is stored."""

import asyncio
import contextvars
import csv
import io
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from api.values.ids import encode
from domain import clock
from domain.inventory import changes as stock_changes
from domain.models import (
    Company,
    InventoryLevel,
    Order,
    OrderStatus,
    Package,
    PackageLine,
    Product,
    Role,
    Warehouse,
)
from tests.domain.orders.looking import fill
from tests.domain.tables.workbook import saved
from tests.factories import make_order
from tests.fixtures.database import one_database
from tests.fixtures.world import Api, World
from tests.journeys.mapping import outcomes, upload

VOID = "mutation($id: ID!) { voidPackage(input: {packageId: $id}) { userErrors { message } } }"
UPDATE = "mutation($input: UpdatePackageInput!) { updatePackage(input: $input) { userErrors { message } } }"
SHIPMENTS = "ChannelOrderID,OrderItemID,Quantity,Carrier,TrackingNumber,Warehouse\n"


async def ask(world: World, kind: str, content: bytes, *, api: Api | None = None, **more: Any) -> str:
    """Hand in a file and ask for its import; the job."""
    reply = await upload(world, content, api=api)
    assert reply.status_code == 201, reply.text
    asked = {"companyId": world.company_id, "fileId": reply.json()["id"]} | more
    document = f"mutation($input: Import{kind}Input!) {{ import{kind}(input: $input) {{ job {{ id }} userErrors {{ code message }} }} }}"
    payload = await (api or world.api).ask(document, input=asked)
    assert payload["userErrors"] == []
    return str(payload["job"]["id"])


async def imported(world: World, kind: str, content: str | bytes, **more: Any) -> dict[str, Any]:
    """The job of a file's import as it ended."""
    sent = content if isinstance(content, bytes) else content.encode()
    job_id = await ask(world, kind, sent, **more)
    await world.run_jobs()
    return await world.job(job_id)


def messages(job: dict[str, Any]) -> dict[str, str]:
    return {one["subject"]: one["message"] for one in job["outcomes"]["nodes"]}


async def until_one_waits(session: AsyncSession) -> None:
    """Until something waits for a lock of PostgreSQL's."""
    waiting = text(
        "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    async with asyncio.timeout(20):
        while not (await session.execute(waiting)).all():
            await session.execute(text("SELECT pg_stat_clear_snapshot()"))


def rows_that_failed(job: dict[str, Any]) -> list[int]:
    """Their numbers, in the order in which a person goes through them."""
    return [int(subject.split()[1]) for subject, (status, _) in outcomes(job).items() if status == "FAILED"]


async def warehouses(world: World, *names: str) -> None:
    async with world.database.write() as session:
        session.add_all(Warehouse(name=name) for name in names)


async def cancel(world: World) -> str:
    """An order that Temu has cancelled since it was imported."""
    async with world.database.write() as session:
        order = await make_order(session, await session.get_one(Company, 1), status=OrderStatus.CANCELLED)
        return order.channel_order_id


async def packages(world: World) -> dict[str, tuple[str, int]]:
    """Of each tracking number the carrier and how many pieces."""
    async with world.database.read() as session:
        rows = await session.execute(
            select(Package.tracking_number, Package.carrier, func.sum(PackageLine.quantity))
            .join(PackageLine, PackageLine.package_id == Package.id)
            .where(Package.voided_at.is_(None))
            .group_by(Package.tracking_number, Package.carrier)
        )
        return {number: (carrier, pieces) for number, carrier, pieces in rows}


@one_database
async def test_the_templates_can_be_handed_in(world: World) -> None:
    """M2: each template is imported as it is; only the order of its shipment is nobody's, and its price is of a product without a floor."""
    for kind, name, status in (("Products", "products", "SUCCEEDED"), ("Inventory", "inventory", "SUCCEEDED"),
                               ("Prices", "prices", "PARTIALLY_SUCCEEDED"), ("Shipments", "shipments", "PARTIALLY_SUCCEEDED")):  # fmt: skip
        await warehouses(world, *(["Main warehouse"] if kind == "Inventory" else []))
        template = await world.http.get(f"/files/templates/{name}.csv")
        assert (template.status_code, len(list(csv.reader(io.StringIO(template.text))))) == (200, 2)
        assert (await imported(world, kind, template.content))["status"] == status


async def test_products(world: World) -> None:
    """M2, M3, M5: rows create and change products, map and shadow them; a bad one costs itself, and again nothing changes."""
    other = await world.new_company("Südlicht")
    upsert = """mutation($id: ID!) { upsertProducts(input: {companyId: $id, products: [{sku: "MUG"}]}) { userErrors { code } } }"""
    await world.api.ask(upsert, id=other)
    content = (
        "sku,name,Website Product ID,WebsiteProductIDVariantID,SafetyQuantity,UseDefaultSafetyQuantity,ShadowOfSKU,ShadowOfCompany\n"
        "A,Mug,601099512345678,17592186044416,3,no,,\nB,,1,2,,,,\nC,Cup,1,2,,,,\nD,Dish,6.01E+14,2,,,,\n"
        "S,Shadow,,,,,MUG,südlicht\nT,Shadow,,,,,MUG,Westlicht\nU,Shadow,,,,,MUG,\nA,Mug again,,,,,,\n=1+1,Formula,,,,,,\n"
        "1.23E+14,Shortened,,,,,,\nMar-01,A date,,,,,,\n#N/A,An error,,,,,,\nMAR-1,Whole,,,,,,\n"
    )
    tried = await imported(world, "Products", content, validateOnly=True)
    async with world.database.read() as session:
        assert set(await session.scalars(select(Product.sku))) == {"MUG"}

    job = await imported(world, "Products", content)
    again = await imported(world, "Products", content)

    expected = {
        "row 2 A": ("SUCCEEDED", "CREATED"), "row 3 B": ("SUCCEEDED", "CREATED"), "row 4 C": ("FAILED", "TAKEN"),
        "row 5 D": ("FAILED", "INVALID"), "row 6 S": ("SUCCEEDED", "CREATED"), "row 7 T": ("FAILED", "NOT_FOUND"),
        "row 8 U": ("FAILED", "INVALID"), "row 9 A": ("FAILED", "CONFLICT"), "row 10 =1+1": ("SUCCEEDED", "CREATED"),
        "row 11 1.23E+14": ("FAILED", "INVALID"), "row 12 Mar-01": ("FAILED", "INVALID"), "row 13 #N/A": ("FAILED", "INVALID"),
        "row 14 MAR-1": ("SUCCEEDED", "CREATED"),
    }  # fmt: skip
    assert outcomes(job) == expected
    is_done = {
        subject: ("SUCCEEDED", "VALID") for subject, (status, _) in expected.items() if status == "SUCCEEDED"
    }
    assert outcomes(tried) == expected | is_done
    unchanged = dict.fromkeys(is_done, ("SKIPPED", "UNCHANGED"))
    assert outcomes(again) == expected | unchanged
    assert "was shortened by a spreadsheet" in messages(job)["row 5 D"]
    async with world.database.read() as session:
        found = {p.sku: p for p in await session.scalars(select(Product).where(Product.company_id == 1))}
    assert set(found) == {"A", "B", "S", "=1+1", "MAR-1"}
    a = found["A"]
    assert (a.name, a.website_product_id, a.use_default_safety_quantity, a.safety_quantity) == (
        "Mug", "601099512345678", False, 3
    )  # fmt: skip
    assert found["S"].shadow_of_id is not None
    # What the key may not see doesn't exist for its files either.
    own = await world.key(Role.OPERATE, 1)
    hidden = await imported(
        world, "Products", "SKU,Name,ShadowOfSKU,ShadowOfCompany\nX,,MUG,Südlicht\n", api=own
    )
    assert outcomes(hidden) == {"row 2 X": ("FAILED", "NOT_FOUND")}


@one_database
async def test_inventory(world: World) -> None:
    """M2, M6: what lies where is set from a workbook, compared where it says so, and told in the order of its rows; a row again, and a
    file again, change nothing.
    """
    await warehouses(world, "Kiel", "Ulm")
    await imported(world, "Products", "SKU,Name\nA,\nB,\n")
    book = openpyxl.Workbook()
    rows: list[list[Any]] = [
        ["SKU", "Warehouse", "OnHand", "CompareOnHand"],
        ["A", "kiel", 5, None], ["A", "Ulm", 7, 0], ["A", "Bonn", 1, None], ["B", "Kiel", 2, 9], ["C", "Kiel", 2, None],
        ["A", "Kiel", 6, None], ["A", "Ulm", 7, 0], ["B", "Ulm", -1, None], ["B", None, None, None], ["B", "Ulm", None, None],
    ]  # fmt: skip
    for row in rows:
        book.worksheets[0].append(row)
    expected = {
        "row 2 A kiel": ("SUCCEEDED", "CHANGED"), "row 3 A Ulm": ("SUCCEEDED", "CHANGED"),
        "row 4 A Bonn": ("FAILED", "NOT_FOUND"), "row 5 B Kiel": ("FAILED", "CONFLICT"),
        "row 6 C Kiel": ("FAILED", "NOT_FOUND"), "row 7 A Kiel": ("FAILED", "CONFLICT"),
        "row 8 A Ulm": ("SKIPPED", "REPEATED"), "row 9 B Ulm": ("FAILED", "INVALID"),
        "row 10 B": ("SKIPPED", "NOTHING_TO_SET"), "row 11 B Ulm": ("FAILED", "INVALID"),
    }  # fmt: skip

    tried = await imported(world, "Inventory", saved(book), validateOnly=True)
    job = await imported(world, "Inventory", saved(book))
    again = await imported(world, "Inventory", saved(book))

    assert outcomes(tried) == expected | dict.fromkeys(list(expected)[:2], ("SUCCEEDED", "VALID"))
    assert outcomes(job) == expected
    assert rows_that_failed(job) == [4, 5, 6, 7, 9, 11]
    assert outcomes(again) == expected | dict.fromkeys(list(expected)[:2], ("SKIPPED", "UNCHANGED"))
    assert messages(job)["row 4 A Bonn"] == "row 4: There is no warehouse named Bonn. There are: Kiel, Ulm."
    assert "compareOnHand is 9, but 0 are on hand of B" in messages(job)["row 5 B Kiel"]
    async with world.database.read() as session:
        assert sorted(await session.scalars(select(InventoryLevel.on_hand))) == [5, 7]

    # Of names that differ by case alone the very one is meant, or none; one that is archived is none.
    await warehouses(world, "KIEL")
    async with world.database.write() as session:
        session.add(Warehouse(name="Old", archived_at=clock.now()))
    job = await imported(world, "Inventory", "SKU,Warehouse,OnHand\nA,KIEL,9\nB,kIEL,1\nB,Old,0\n")
    codes = {int(subject.split()[1]): code for subject, (_, code) in outcomes(job).items()}
    assert codes == {2: "CHANGED", 3: "NOT_FOUND", 4: "NOT_FOUND"}
    assert messages(job)["row 2 A KIEL"] == "row 2: A in KIEL set from 0 to 9."
    assert messages(job)["row 4 B Old"].endswith(
        "There is no warehouse named Old. There are: KIEL, Kiel, Ulm."
    )


async def test_shipments(world: World) -> None:
    """T1, T12, M2: rows of an order become its packages, refused as shipOrder refuses; a file that is handed in again, damaged
    or longer, ships nothing twice.
    """
    goods = world.mall.add_goods()
    numbers = [order.number for order in fill(world, 4, items=[(goods, 2), (world.mall.add_goods(), 1)])]
    await world.import_orders()
    await warehouses(world, "Kiel")
    items: dict[str, list[str]] = {}
    by_id = {order.id: number for number, order in (await world.orders()).items()}
    for number, item in (await world.items()).items():
        items.setdefault(by_id[item.order_id], []).append(number)
    one, two, three, four = numbers
    cancelled = await cancel(world)
    rows = [
        f"{one},,,UPS,1Z-0 1,Kiel",  # refused: no letters and digits alone
        f"{one},,,UPS,1Z02,Kiel",  # left, as its order's other row is bad
        f"{two},{items[two][0]},1,UPS,1Z03,kiel",
        f"{two},{items[two][0]},1,UPS,1Z04,Kiel",
        f"{two},{items[two][1]},,UPS,1Z04,Kiel",
        f"{three},,,Flying Carpet,1Z05,Kiel",
        f"{four},{items[four][0]},9,UPS,1Z06,Kiel",
        f"{four},{items[four][1]},1,UPS,1Z07,Kiel",
        f"{cancelled},,,UPS,1Z08,Kiel",
        "PO-1,,,UPS,1Z09,Kiel",
        f"{three},,,UPS,6.01E+14,Kiel",
    ]
    job = await imported(world, "Shipments", SHIPMENTS + "\n".join(rows))

    codes = {int(subject.split()[1]): code for subject, (_, code) in outcomes(job).items()}
    assert codes == {2: "INVALID", 3: "ORDER_LEFT", 4: "SHIPPED", 5: "SHIPPED", 6: "SHIPPED", 7: "ORDER_LEFT", 8: "INVALID",
                     9: "ORDER_LEFT", 10: "CONFLICT", 11: "NOT_FOUND",
                     12: "INVALID"}  # fmt: skip
    assert rows_that_failed(job) == [2, 3, 7, 8, 9, 10, 11, 12]
    assert await packages(world) == {"1Z03": ("UPS", 1), "1Z04": ("UPS", 2)}

    mended = [*rows[1:5], f"{three},,,UPS,1Z05,Kiel", *rows[2:4], f"{four},{items[four][0]},1,UPS,1Z06,Kiel"]
    tried = await imported(world, "Shipments", SHIPMENTS + "\n".join(mended), validateOnly=True)
    assert await packages(world) == {"1Z03": ("UPS", 1), "1Z04": ("UPS", 2)}
    job = await imported(world, "Shipments", SHIPMENTS + "\n".join(mended))
    assert [code for _, code in outcomes(job).values()].count("SHIPPED") == 3
    assert [code for _, code in outcomes(job).values()].count("ALREADY_SHIPPED") == 3
    assert [code for _, code in outcomes(job).values()].count("REPEATED") == 2
    assert {code for _, code in outcomes(tried).values()} == {"VALID", "ALREADY_SHIPPED", "REPEATED"}
    shipped = {
        "1Z02": ("UPS", 3),
        "1Z03": ("UPS", 1),
        "1Z04": ("UPS", 2),
        "1Z05": ("UPS", 3),
        "1Z06": ("UPS", 1),
    }
    assert await packages(world) == shipped

    # Corrected by a person meanwhile, a package is still the one that the file made; what it holds isn't changed by a file.
    async with world.database.read() as session:
        ids = {p.tracking_number: p.id for p in await session.scalars(select(Package))}
    await world.api.ask(UPDATE, input={"packageId": encode("Package", ids["1Z06"]), "trackingNumber": "1Z66"})
    await world.api.ask(VOID, id=encode("Package", ids["1Z05"]))
    job = await imported(world, "Shipments", SHIPMENTS + "\n".join(
        [*mended, f"{four},{items[four][0]},2,USPS,1Z06,Kiel", f"{two},{items[two][0]},2,UPS,1Z03,Kiel"]
    ))  # fmt: skip
    codes = {int(subject.split()[1]): code for subject, (_, code) in outcomes(job).items()}
    assert codes[6] == "SHIPPED"  # The person took it back, so it is to be shipped.
    assert await packages(world) == {**{n: p for n, p in shipped.items() if n != "1Z06"}, "1Z66": ("UPS", 1)}


@one_database
async def test_what_was_done_is_not_done_again(world: World) -> None:
    """J2: a worker that is cut off in the middle of a file leaves the rest to others, who repeat no row and ship nothing twice."""
    numbers = [order.number for order in fill(world, 50)]
    await world.import_orders()
    await warehouses(world, "Kiel")
    rows = "".join(f"{number},,,UPS,1Z{place:05},Kiel\n" for place, number in enumerate(numbers))
    job_id = await ask(world, "Shipments", (SHIPMENTS + rows).encode())
    cut_off = 0
    async with asyncio.timeout(60):
        while (job := await world.standing(job_id))["status"] in {"QUEUED", "RUNNING"}:
            runner, sweeper = world.sweeper()
            await world.make_due_again()
            await sweeper.sweep()
            done = job["progress"]["done"]
            while (
                runner._running and job["status"] in {"QUEUED", "RUNNING"} and job["progress"]["done"] == done
            ):
                job = await world.standing(job_id)
            # In whatever it does at this moment.
            await runner.drain(seconds=0)
            cut_off += 1

    assert cut_off > 1
    job = await world.job(job_id)
    assert (job["status"], job["progress"]["succeeded"]) == ("SUCCEEDED", 50)
    assert {code for _, code in outcomes(job).values()} == {"SHIPPED"}
    assert len(await packages(world)) == 50


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_files_lock_as_everybody_does(world: World) -> None:
    """J2, I6: an import waits for a warehouse, an order or a product before it holds what whoever has these takes next."""
    goods = world.mall.add_goods()
    await warehouses(world, "Kiel")
    one, two = [order.number for order in fill(world, 2, items=[(goods, 1)])]
    ids = {"sku": goods.sku_id, "goods": goods.goods_id}
    mapped = (
        f"SKU,Name,WebsiteProductID,WebsiteProductIDVariantID\nA,Mug,{ids['goods']},{ids['sku']}\nB,Cup,,\n"
    )
    await imported(world, "Products", mapped)
    await world.import_orders()
    second = (await world.orders())[two].id
    for kind, content, held, then in (
        ("Inventory", "SKU,Warehouse,OnHand\nA,Kiel,5\n", select(Warehouse).with_for_update(), 1),
        ("Shipments", SHIPMENTS + f"{one},,,UPS,1Z01,Kiel\n{two},,,UPS,1Z02,Kiel\n",
         select(Order).where(Order.id == second).with_for_update(key_share=True), 1),
        ("Products", "SKU,Name,WebsiteProductID,WebsiteProductIDVariantID,UseDefaultSafetyQuantity\nB,,1,2,\nA,,,,no\n",
         select(Product).where(Product.id == 1).with_for_update(key_share=True), 2),
    ):  # fmt: skip
        job_id = await ask(world, kind, content.encode())
        async with world.database.write() as session:
            await session.execute(text("SET LOCAL lock_timeout = '50ms'"))
            await session.execute(held)
            running = asyncio.create_task(world.run_jobs(), context=contextvars.Context())
            await until_one_waits(session)
            await stock_changes.lock(session, [then])
        await running
        assert (await world.job(job_id))["status"] == "SUCCEEDED"


@one_database
async def test_many_orders_in_one_call(world: World) -> None:
    """T1, A8: of orders that are shipped in one call each is recorded or refused by itself, and again nothing is doubled."""
    one, two, three = [order.number for order in fill(world, 3)]
    await world.import_orders()
    await warehouses(world, "Kiel")
    ids = {number: encode("Order", order.id) for number, order in (await world.orders()).items()}

    def shipment(order_id: str, number: str, carrier: str = "UPS") -> dict[str, Any]:
        package = {"warehouseId": encode("Warehouse", 1), "carrier": carrier, "trackingNumber": number}
        return {"orderId": order_id, "packages": [package]}

    wanted = [shipment(ids[one], "1Z01"), shipment(ids[two], "1Z02", "Flying Carpet"), shipment("nobody", "1Z03"),
              shipment(ids[three], "1Z03"), shipment(ids[one], "1Z04")]  # fmt: skip
    document = """mutation($input: ShipOrdersInput!) { shipOrders(input: $input) {
      results { orderId isShipped userErrors { code field } } orders { channelOrderId } userErrors { code field } } }"""
    payload = await world.api.ask(document, input={"shipments": wanted})

    assert [result["isShipped"] for result in payload["results"]] == [True, False, False, True, False]
    assert [error["field"] for result in payload["results"] for error in result["userErrors"]] == [
        ["shipments", "1", "packages", "0", "carrier"], ["shipments", "2", "orderId"], ["shipments", "4", "orderId"],
    ]  # fmt: skip
    assert [order["channelOrderId"] for order in payload["orders"]] == [one, three]
    assert await packages(world) == {"1Z01": ("UPS", 1), "1Z03": ("UPS", 1)}
    again = await world.api.ask(document, input={"shipments": wanted})
    assert ([result["isShipped"] for result in again["results"]], again["orders"]) == ([False] * 5, [])
    assert await packages(world) == {"1Z01": ("UPS", 1), "1Z03": ("UPS", 1)}
    refused = await world.api.ask(document, input={"shipments": wanted * 21})
    assert (refused["results"], refused["orders"]) == ([], None)
    assert refused["userErrors"] == [{"code": "LIMIT_EXCEEDED", "field": ["shipments"]}]
