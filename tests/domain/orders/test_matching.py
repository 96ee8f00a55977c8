"""Items and products: matched by goods id and SKU id within the company, now or as soon as a mapping is made."""

from sqlalchemy import select, update

from domain.models import Company, JobTrigger, JobType, MallType, Product, QueuedJob
from tests.domain.orders.looking import dump, fill, map_goods, reserved
from tests.fixtures.world import World

REMATCH = """mutation($id: ID!) { rematchOrderItems(input: {companyId: $id}) {
  job { id } userErrors { message } } }"""


async def test_items_wait_for_their_mapping(world: World) -> None:
    """O4, M1: unknown items keep Temu's ids; a mapping has all of them matched and reserved without anyone asking."""
    goods, other = world.mall.add_goods(), world.mall.add_goods()
    fill(world, 3, status=1, items=[(goods, 2), (other, 5)])
    world.mall.add_order(status=5, items=[(goods, 7)])
    await world.import_orders()
    assert {item.product_id for item in (await world.items()).values()} == {None}
    assert await reserved(world) == 0

    await map_goods(world, goods)
    await world.run_jobs()

    async with world.database.read() as session:
        product = (await session.scalars(select(Product))).one()
        job = (
            await session.scalars(select(QueuedJob).where(QueuedJob.type == JobType.REMATCH_ORDER_ITEMS))
        ).one()
    assert {(item.quantity, item.product_id) for item in (await world.items()).values()} == {
        (2, product.id),
        (5, None),
        (7, product.id),
    }
    assert await reserved(world) == 6
    assert (job.trigger, job.status.value) == (JobTrigger.EVENT, "SUCCEEDED")
    assert (job.succeeded, job.skipped) == (4, 3)


async def test_matching_on_demand(world: World) -> None:
    """O4, O3: asked for by hand, a match tells of each waiting item; again it changes nothing."""
    goods = world.mall.add_goods()
    (order,) = fill(world, 1, status=1, items=[(goods, 2)])
    await world.import_orders()
    before = await dump(world)

    payload = await world.api.ask(REMATCH, id=world.company_id)
    await world.run_jobs()

    assert await dump(world) == before
    job = await world.job(payload["job"]["id"])
    assert job["outcomes"]["nodes"] == [
        {
            "subject": order.items[0].number,
            "status": "SKIPPED",
            "code": "UNKNOWN_PRODUCT",
            "message": f"No product is mapped to goods id {goods.goods_id} and SKU id {goods.sku_id}.",
            "retryable": False,
        }
    ]


async def test_both_ids_have_to_fit(world: World) -> None:
    """O4, M3: a product that shares only one of the two ids, or belongs to another company, is not taken."""
    goods, other = world.mall.add_goods(), world.mall.add_goods()
    upsert = """mutation($id: ID!, $goods: String!, $sku: String!) {
      upsertProducts(input: {companyId: $id, products: [
        {sku: "X", websiteProductId: $goods, websiteProductVariantId: $sku}]}) { userErrors { message } } }"""
    half = {"goods": str(goods.goods_id), "sku": str(other.sku_id)}
    assert (await world.api.ask(upsert, id=world.company_id, **half))["userErrors"] == []
    stranger = await world.new_company("Südwind")
    whole = {"goods": str(goods.goods_id), "sku": str(goods.sku_id)}
    assert (await world.api.ask(upsert, id=stranger, **whole))["userErrors"] == []
    fill(world, 1, status=1, items=[(goods, 1)])

    await world.import_orders()

    (item,) = (await world.items()).values()
    assert item.product_id is None


async def test_a_semi_managed_malls_skus_are_known_by_themselves(world: World) -> None:
    """O4, C12: of a semi-managed mall the SKU id alone decides, as its list and its orders name different goods ids; but not
    where two products have it.
    """
    goods, twice = world.mall.add_goods(), world.mall.add_goods()
    async with world.database.write() as session:
        await session.execute(update(Company).values(mall_type=MallType.SEMI_MANAGED))
    fill(world, 1, status=1, items=[(goods, 2), (twice, 3)])
    await world.import_orders()
    upsert = """mutation($id: ID!, $products: [ProductInput!]!) {
      upsertProducts(input: {companyId: $id, products: $products}) { matchedOrders userErrors { message } } }"""
    ids = [
        ("A", "7", goods.product_sku_id),
        ("B", "8", twice.product_sku_id),
        ("C", "9", twice.product_sku_id),
    ]
    products = [
        {"sku": sku, "websiteProductId": number, "websiteProductVariantId": str(variant)}
        for sku, number, variant in ids
    ]

    made = await world.api.ask(upsert, id=world.company_id, products=products)
    await world.run_jobs()

    assert made == {"matchedOrders": 1, "userErrors": []}
    async with world.database.read() as session:
        skus = {product.id: product.sku for product in await session.scalars(select(Product))}
    found = {item.quantity: skus.get(item.product_id or 0) for item in (await world.items()).values()}
    assert found == {2: "A", 3: None}
    assert await reserved(world) == 2


async def test_a_shadow_holds_the_stock_of_what_it_shows(world: World) -> None:
    """M5, O4: an item of a shadow product is the shadow's, and holds the stock of the product it shows."""
    goods = world.mall.add_goods(sku_code="SHADOW")
    owner = await world.new_company("Stock")
    sku = """mutation($id: ID!) { upsertProducts(input: {companyId: $id, products: [{sku: "REAL"}]}) {
      products { id } } }"""
    await world.api.ask(sku, id=owner)
    shadow = """mutation($id: ID!, $owner: ID!, $goods: String!, $sku: String!) {
      upsertProducts(input: {companyId: $id, products: [{sku: "SHADOW", shadowOfSku: "REAL",
        shadowOfCompanyId: $owner, websiteProductId: $goods, websiteProductVariantId: $sku}]}) {
        userErrors { message } } }"""
    ids = {"goods": str(goods.goods_id), "sku": str(goods.sku_id)}
    payload = await world.api.ask(shadow, id=world.company_id, owner=owner, **ids)
    assert payload["userErrors"] == []
    fill(world, 1, status=1, items=[(goods, 4)])

    await world.import_orders()

    async with world.database.read() as session:
        products = {product.sku: product.id for product in await session.scalars(select(Product))}
    (item,) = (await world.items()).values()
    assert item.product_id == products["SHADOW"]
    rows = await dump(world)
    assert rows["reservations"] == [(item.id, products["REAL"], None, 4)]
