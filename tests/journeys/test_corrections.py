"""
Packages that are corrected at Temu after their upload: told once, asked about where the answer is lost, and explained.
"""

from typing import Any

import pytest
from sqlalchemy import delete, select

from domain.models import AccessToken, JobType, PackageCorrection, QueuedJob
from tests.fixtures.database import one_database
from tests.fixtures.world import World
from tests.journeys.test_shipping import CONFIRM, STOCK, UPSERT, WAREHOUSE, Desk, _errors, _outcomes
from tests.journeys.test_shipping_by_line import SETTINGS
from tests.sandbox.model import ParentOrder

# What Temu answers is the same to both; tests of what is written run on both elsewhere.
pytestmark = one_database

EDIT = "bg.logistics.shipment.shippingtype.update"
SHIPMENT = "bg.logistics.shipment.v2.get"
_PACKAGE = """carrier trackingNumber uploadedAt warnings warehouse { name }
  correction { carrier trackingNumber refusal requestedAt warehouse { name } }"""
UPDATE = f"""mutation($input: UpdatePackageInput!) {{ updatePackage(input: $input) {{
  order {{ packages {{ {_PACKAGE} }} }} userErrors {{ code message field }} }} }}"""
PACKAGE = f"query($id: ID!) {{ node(id: $id) {{ ... on Package {{ {_PACKAGE} }} }} }}"
JOBS = "query($id: ID!) { company(id: $id) { queuedJobs(first: 1) { nodes { id } } } }"
ATTENTION = "query($id: ID!) { company(id: $id) { attention { code count message } } }"


@pytest.fixture
async def desk(world: World) -> Desk:
    """A desk in a warehouse that the channel has no code for."""
    made = await world.api.ask(WAREHOUSE, name="Kiel")
    return Desk(world, made["warehouse"]["id"])


async def _uploaded(desk: Desk, world: World, *pieces: int) -> tuple[ParentOrder, str]:
    """An order whose package Temu has, and the package's id."""
    order = world.mall.add_order(items=[(world.mall.add_goods(), each) for each in pieces or (1,)])
    await world.import_orders()
    shipped = await desk.shipped(order, desk.package(trackingNumber="WRONG0001"))
    world.mall.number_warnings["WRONG0001"] = "Looks wrong."
    assert (await desk.upload())["status"] == "SUCCEEDED"
    return order, shipped["packages"][0]["id"]


async def _update(world: World, package_id: str, **change: Any) -> dict[str, Any]:
    payload: dict[str, Any] = await world.api.ask(UPDATE, input={"packageId": package_id} | change)
    return payload


async def _package(world: World, package_id: str) -> dict[str, Any]:
    package: dict[str, Any] = await world.api.ask(PACKAGE, id=package_id)
    return package


async def _last_job(world: World) -> dict[str, Any]:
    async with world.database.read() as session:
        jobs = (
            select(QueuedJob).where(QueuedJob.type == JobType.UPLOAD_TRACKING).order_by(QueuedJob.id.desc())
        )
        assert (await session.scalars(jobs.limit(1))).first() is not None
    [job] = (await world.api.ask(JOBS, id=world.company_id))["queuedJobs"]["nodes"]
    return await world.job(job["id"])


def _edits(world: World) -> int:
    return len(world.sandbox.ledger.of(EDIT))


async def test_a_number_is_corrected_at_temu(desk: Desk, world: World) -> None:
    """T12: until Temu has taken a correction, the package says what Temu holds and what it is to become."""
    order, package_id = await _uploaded(desk, world, 2, 1)

    payload = await _update(world, package_id, trackingNumber="RIGHT 0001", carrier="USPS")
    [before] = payload["order"]["packages"]
    await world.run_jobs()
    after = await _package(world, package_id)

    assert payload["userErrors"] == []
    assert (before["carrier"], before["trackingNumber"]) == ("UPS", "WRONG0001")
    assert before["warnings"] == ["Looks wrong."]
    assert before["correction"] | {"requestedAt": ""} == {
        "carrier": "USPS",
        "trackingNumber": "RIGHT 0001",
        "refusal": None,
        "requestedAt": "",
        "warehouse": {"name": "Kiel"},
    }
    assert (after["carrier"], after["trackingNumber"], after["correction"]) == ("USPS", "RIGHT 0001", None)
    assert (after["warnings"], after["uploadedAt"]) == ([], before["uploadedAt"])
    job = await _last_job(world)
    assert job["status"] == "SUCCEEDED"
    assert job["progress"] == {"done": 1, "total": 1, "succeeded": 1, "failed": 0, "skipped": 0}
    assert _outcomes(job) == {order.number: ("SUCCEEDED", "CORRECTED")}
    assert {(p.tracking_number, p.carrier_id) for p in world.mall.packages} == {("RIGHT0001", 960246691)}
    assert _edits(world) == 1
    notes = "{ orders { nodes { notes { body } } } }"
    [found] = (await world.api.ask(notes))["nodes"]
    assert found["notes"] == [{"body": "Temu has RIGHT 0001 (USPS) in place of WRONG0001 now."}]


@pytest.mark.parametrize("kind", ["drop_after", "truncated", "drop", "inner_failure"])
async def test_a_lost_answer(desk: Desk, world: World, kind: str) -> None:
    """T6, T12: where the answer is lost, Temu is asked; what it has not taken is told again by the next try."""
    order, package_id = await _uploaded(desk, world)
    options = {"code": 4000000} if kind == "inner_failure" else {}
    world.sandbox.faults.add(kind, interface=EDIT, **options)

    await _update(world, package_id, trackingNumber="RIGHT0001")
    await world.run_jobs()
    await world.make_due()
    await world.run_jobs()

    assert (await _package(world, package_id))["trackingNumber"] == "RIGHT0001"
    assert _outcomes(await _last_job(world)) == {order.number: ("SUCCEEDED", "CORRECTED")}
    assert [package.tracking_number for package in world.mall.packages] == ["RIGHT0001"]
    assert _edits(world) == (2 if kind == "drop" else 1)


async def test_while_the_answer_is_open(desk: Desk, world: World) -> None:
    """T12: while nobody knows whether Temu has taken a correction, it can't be made another."""
    _, package_id = await _uploaded(desk, world)
    world.sandbox.faults.add("drop_after", interface=EDIT)
    world.sandbox.faults.add("http_status", interface=SHIPMENT, status=503, times=3, skip=1)
    await _update(world, package_id, trackingNumber="RIGHT0001")
    await world.run_jobs()

    payload = await _update(world, package_id, trackingNumber="OTHER0001")
    await world.make_due()
    await world.run_jobs()
    later = await _update(world, package_id, trackingNumber="OTHER0001")
    await world.run_jobs()

    assert _errors(payload) == [("CONFLICT", ["packageId"])]
    assert later["userErrors"] == []
    assert later["order"]["packages"][0]["trackingNumber"] == "RIGHT0001"
    assert (await _package(world, package_id))["trackingNumber"] == "OTHER0001"
    assert _edits(world) == 2


async def test_a_refusal_is_explained(desk: Desk, world: World) -> None:
    """T7, T12, C11: what Temu doesn't let be corrected says so, is shown, and can be tried again or taken back."""
    order, package_id = await _uploaded(desk, world)
    world.mall.deliver(order.number)

    await _update(world, package_id, trackingNumber="RIGHT0001")
    await world.run_jobs()
    refused = await _package(world, package_id)
    job = await _last_job(world)
    attention = {a["code"]: a for a in (await world.api.ask(ATTENTION, id=world.company_id))["attention"]}
    again = await desk.upload()

    assert _outcomes(job) == _outcomes(again) == {order.number: ("FAILED", "TEMU_120015529")}
    assert refused["trackingNumber"] == "WRONG0001"
    assert "corrected no more" in refused["correction"]["refusal"]
    assert attention["CORRECTIONS_REFUSED"]["count"] == 1
    assert "corrected no more" in attention["CORRECTIONS_REFUSED"]["message"]
    # What Temu holds is what it is to be.
    back = await _update(world, package_id, trackingNumber="WRONG0001")
    assert back["order"]["packages"][0]["correction"] is None
    async with world.database.read() as session:
        assert (await session.scalars(select(PackageCorrection))).all() == []


async def test_what_cant_be_corrected(desk: Desk, world: World) -> None:
    """T5, T12: a package that Temu doesn't have, and an address that isn't the mall's, fail with what there is."""
    first, package_id = await _uploaded(desk, world)
    await _update(world, package_id, warehouseId=await desk.warehouse("Rostock", "Rostock 7"))
    await world.run_jobs()
    unknown_address = _outcomes(await _last_job(world))
    world.mall.replace_package(
        world.mall.packages[0], type(world.mall.packages[0])(**_as_dict(world.mall.packages[0], "OTHERS0001"))
    )
    await _update(world, package_id, warehouseId=desk.warehouse_id, trackingNumber="RIGHT0001")
    await world.run_jobs()
    job = await _last_job(world)

    assert unknown_address == {first.number: ("FAILED", "ADDRESS_UNKNOWN")}
    assert _outcomes(job) == {first.number: ("FAILED", "PACKAGE_UNKNOWN")}
    assert "OTHERS0001" in job["error"]
    assert _edits(world) == 0


def _as_dict(package: Any, tracking_number: str) -> dict[str, Any]:
    return {name: getattr(package, name) for name in package.__slots__} | {"tracking_number": tracking_number}


async def test_corrected_in_the_seller_centre(desk: Desk, world: World) -> None:
    """T6, T12: what Temu has already as it is to be is taken as done, without a call."""
    order, package_id = await _uploaded(desk, world)
    package = world.mall.packages[0]
    world.mall.replace_package(package, type(package)(**_as_dict(package, "RIGHT0001")))

    await _update(world, package_id, trackingNumber="right0001")
    await world.run_jobs()

    assert _outcomes(await _last_job(world)) == {order.number: ("SUCCEEDED", "CORRECTED")}
    assert _edits(world) == 0


async def test_without_the_permission(desk: Desk, world: World) -> None:
    """C14, T12: a token that may not correct fails what is to be corrected, names the interface, and uploads go on."""
    order, package_id = await _uploaded(desk, world)
    world.mall.scopes = world.mall.scopes - {EDIT}
    other = world.mall.add_order()
    await world.import_orders()
    await desk.shipped(other)
    await _update(world, package_id, trackingNumber="RIGHT0001")
    await world.run_jobs()

    job = await desk.upload()
    advice = "mutation($id: ID!) { testSettings(input: {companyId: $id}) { advice } }"

    assert _outcomes(job) == {
        order.number: ("FAILED", "PERMISSION_MISSING"),
        other.number: ("SUCCEEDED", "UPLOADED"),
    }
    assert EDIT in (await _package(world, package_id))["correction"]["refusal"]
    lines = (await world.api.ask(advice, id=world.company_id))["advice"]
    assert any(EDIT in line and "can't be corrected" in line for line in lines)
    world.mall.scopes = world.mall.scopes | {EDIT}
    assert _outcomes(await desk.upload()) == {order.number: ("SUCCEEDED", "CORRECTED")}


async def test_an_address_is_corrected(desk: Desk, world: World) -> None:
    """T3, T12: another warehouse is another address at Temu, and the pieces are taken from there once Temu has it."""
    goods = world.mall.add_goods()
    ids = {"websiteProductId": str(goods.goods_id), "websiteProductVariantId": str(goods.sku_id)}
    made = await world.api.ask(UPSERT, id=world.company_id, products=[{"sku": "LAMP", **ids}])
    south = await desk.warehouse("Ulm", "Second warehouse")
    levels = [
        {"productId": made["products"][0]["id"], "warehouseId": each, "onHand": 5}
        for each in (desk.warehouse_id, south)
    ]
    await world.api.ask(STOCK, input={"levels": levels})
    order = world.mall.add_order(items=[(goods, 2)])
    await world.import_orders()
    package_id = (await desk.shipped(order))["packages"][0]["id"]
    await desk.upload()

    async def on_hand() -> dict[str, int]:
        asked = "query($id: ID!) { product(id: $id) { inventory { onHand warehouse { name } } } }"
        product = await world.api.ask(asked, id=made["products"][0]["id"])
        return {level["warehouse"]["name"]: level["onHand"] for level in product["inventory"]}

    assert await on_hand() == {"Kiel": 3, "Ulm": 5}
    world.sandbox.faults.add("drop", interface=EDIT)
    await _update(world, package_id, warehouseId=south)
    await world.run_jobs()
    assert await on_hand() == {"Kiel": 3, "Ulm": 5}
    await world.make_due()
    await world.run_jobs()

    assert await on_hand() == {"Kiel": 5, "Ulm": 3}
    assert (await _package(world, package_id))["warehouse"] == {"name": "Ulm"}
    assert [package.address_id for package in world.mall.packages] == [world.mall.addresses[1].id]


async def test_a_number_that_waits_is_taken(desk: Desk, world: World) -> None:
    """T9, T12: a number that a correction waits to use is used; a second correction takes the first one's place."""
    _, package_id = await _uploaded(desk, world)
    other = world.mall.add_order()
    await world.import_orders()
    await _update(world, package_id, trackingNumber="RIGHT0001")
    taken = await desk.ship(other, desk.package(trackingNumber="right 0001"))

    await _update(world, package_id, carrier="USPS")
    await _update(world, package_id, trackingNumber="RIGHT0002")
    await desk.shipped(other, desk.package(trackingNumber="RIGHT0001"))
    await world.run_jobs()

    assert _errors(taken) == [("TAKEN", ["packages", "0", "trackingNumber"])]
    found = await _package(world, package_id)
    assert (found["carrier"], found["trackingNumber"]) == ("USPS", "RIGHT0002")
    assert _edits(world) == 1


@pytest.mark.parametrize("code", [3000034, 3000022])
async def test_refused_credentials_leave_no_doubt(desk: Desk, world: World, code: int) -> None:
    """C6, T12: where Temu refuses token or app it has not looked at the correction, which may be made another."""
    _, package_id = await _uploaded(desk, world)
    world.sandbox.faults.add("error", interface=EDIT, code=code)
    await _update(world, package_id, trackingNumber="RIGHT0001")
    await world.run_jobs()

    later = await _update(world, package_id, trackingNumber="OTHER0001")

    assert (await _last_job(world))["status"] in {"FAILED", "QUEUED"}
    assert later["userErrors"] == []
    assert later["order"]["packages"][0]["correction"]["trackingNumber"] == "OTHER0001"


async def test_without_a_token(desk: Desk, world: World) -> None:
    """T12: what can't be told is refused at once, at a field that the input has."""
    _, package_id = await _uploaded(desk, world)
    async with world.database.write() as session:
        await session.execute(delete(AccessToken))

    payload = await _update(world, package_id, trackingNumber="RIGHT0001")

    assert _errors(payload) == [("NOT_CONFIGURED", ["packageId"])]
    assert (await _package(world, package_id))["correction"] is None


async def _half_told(desk: Desk, world: World) -> tuple[ParentOrder, str]:
    """
    An order of which Temu has one line, another that waits to be told, and the first one's package to be corrected.
    """
    settings = {"companyId": world.company_id, "uploadTrackingPerItem": True}
    await world.api.ask(SETTINGS, input=settings)
    order = world.mall.add_order(items=[(world.mall.add_goods(), 1) for _ in range(2)])
    await world.import_orders()
    first, second = [item["id"] for item in (await desk.orders())[order.number]["items"]]
    shipped = await desk.shipped(order, desk.package(lines=[{"orderItemId": first, "quantity": 1}]))
    await desk.upload()
    await desk.shipped(order, desk.package(lines=[{"orderItemId": second, "quantity": 1}]))
    package_id = shipped["packages"][0]["id"]
    await _update(world, package_id, trackingNumber="RIGHT0001")
    return order, package_id


async def test_a_refused_line_stays_confirmed_beside_a_correction(desk: Desk, world: World) -> None:
    """T7, T12, T13: that Temu has taken a correction hides no failure of the order's other line."""
    order, package_id = await _half_told(desk, world)
    world.sandbox.faults.add("error", interface=CONFIRM, code=120014001)

    await world.run_jobs()

    job = await _last_job(world)
    assert _outcomes(job) == {order.number: ("FAILED", "TEMU_120014001")}
    assert job["progress"] == {"done": 1, "total": 1, "succeeded": 0, "failed": 1, "skipped": 0}
    assert (await _package(world, package_id))["trackingNumber"] == "RIGHT0001"


async def test_a_line_in_trouble_is_confirmed_before_a_correction(desk: Desk, world: World) -> None:
    """T6, T12, T13: while trouble with a line passes, a correction of the same order doesn't end the order for this job."""
    order, package_id = await _half_told(desk, world)
    world.sandbox.faults.add("drop", interface=CONFIRM)
    world.sandbox.faults.add("http_status", interface=SHIPMENT, status=503, times=3)

    await world.run_jobs()
    await world.make_due()
    await world.run_jobs()

    assert (await _last_job(world))["status"] == "SUCCEEDED"
    assert (await _package(world, package_id))["correction"] is None
    assert (await world.orders())[order.number].source_updated_for_shipping
    assert len(world.mall.packages) == 2
