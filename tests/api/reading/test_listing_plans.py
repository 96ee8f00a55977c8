"""What the databases do for lists of listings: each order stands on an index, and which product a listing has is looked up."""

from typing import Any

import pytest

from domain.models import Company, Role
from tests.api.reading.test_order_plans import Plans
from tests.factories import make_listing, make_product
from tests.fixtures.world import World

LIST = """query($id: ID!, $by: ListingOrder, $filter: ListingFilter, $after: String) { company(id: $id) {
  listings(orderBy: $by, filter: $filter, first: 5, after: $after) {
    nodes { id product { id } } pageInfo { endCursor } } } }"""
OF_PRODUCTS = "query($id: ID!) { company(id: $id) { products(first: 5) { nodes { listing { id } } } } }"
INDEXES = {"TITLE": "title", "SKU": "sku", "UPDATED_AT": "updated"}


async def test_each_order_and_join_stands_on_an_index(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A2: in each order, from both ends, a page of a company's listings is read from where it begins; products are found by their
    SKU id, listings of products too.
    """
    async with world.database.write() as session:
        company = await session.get_one(Company, 1)
        for i in range(20):
            listing = await make_listing(session, company, title=f"L{i}")
            pair = {
                name: getattr(listing, name) for name in ("website_product_id", "website_product_variant_id")
            }
            await make_product(session, company, **(pair if i % 2 else {}))
    plans, api = Plans(world, monkeypatch, "listings"), await world.key(Role.READ, 1)
    for field, name in INDEXES.items():
        for direction in ("ASC", "DESC"):
            by: dict[str, Any] = {"field": field, "direction": direction}
            after = None
            for _ in range(2):
                page = (await api.ask(LIST, id=world.company_id, by=by, after=after))["listings"]
                steps = await plans.every_step()
                assert any(f"ix_listings_company_{name}" in step for step in steps), (field, direction, steps)
                after = page["pageInfo"]["endCursor"]
    for is_mapped in (True, False):
        found = await api.ask(LIST, id=world.company_id, filter={"isMapped": is_mapped})
        assert len(found["listings"]["nodes"]) == 5
        steps = await plans.every_step()
        assert any("ix_products_company_variant" in step for step in steps), "\n".join(steps)
    await api.ask(OF_PRODUCTS, id=world.company_id)
    steps = await plans.every_step()
    assert any("uq_listings_website_ids" in step for step in steps), "\n".join(steps)
