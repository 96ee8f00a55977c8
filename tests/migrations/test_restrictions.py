"""What the migration of restrictions and corrections makes of rows that are there, and what going back leaves."""

from sqlalchemy import select

from domain.database.session import Database
from domain.migration import migrate
from domain.models import Order, Package, PackageLine
from tests.factories import NOW, make_company, make_item, make_order, make_warehouse

WORDS = {
    "none": [],
    "fedex": ["RESTRICT_FEDEX_SELF_SHIPPING"],
    "several": ["RESTRICT_NEW", "RESTRICT_USPS_SELF_SHIPPING", 'RESTRICT_"ODD"'],
}


async def test_words_are_read(database: Database) -> None:
    """R4, T11: what the words of orders concern is read from them when the migration comes; voided packages go with it."""
    async with database.write() as session:
        company, warehouse = await make_company(session), await make_warehouse(session)
        for number, words in WORDS.items():
            await make_order(session, company, channel_order_id=number, shipping_restrictions=words)
        order = await make_order(session, company)
        item = await make_item(session, order, quantity=2)
        for voided_at in (None, NOW):
            package = Package(order_id=order.id, company_id=company.id, warehouse_id=warehouse.id, carrier="UPS",
                              tracking_number="1", tracking_key="1", shipped_at=NOW, voided_at=voided_at)  # fmt: skip
            session.add(package)
            await session.flush()
            session.add(PackageLine(package_id=package.id, order_item_id=item.id, quantity=1))

    await migrate(database, to="0008")
    await migrate(database)

    async with database.read() as session:
        orders = {order.channel_order_id: order for order in await session.scalars(select(Order))}
        packages = (await session.scalars(select(Package))).all()
        lines = (await session.scalars(select(PackageLine))).all()
    assert orders["none"].restriction_details == []
    assert orders["fedex"].restriction_details == [
        {"code": "RESTRICT_FEDEX_SELF_SHIPPING", "carriers": ["FedEx"]}
    ]
    assert orders["several"].restriction_details == [
        {"code": "RESTRICT_NEW", "carriers": []},
        {"code": "RESTRICT_USPS_SELF_SHIPPING", "carriers": ["USPS"]},
        {"code": 'RESTRICT_"ODD"', "carriers": []},
    ]
    assert [(package.upload_warnings, package.voided_at) for package in packages] == [([], None)]
    assert [(line.quantity, line.withdrawn_quantity) for line in lines] == [(1, None)]
