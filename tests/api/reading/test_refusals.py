"""What is refused of a reply, and when: before a mutation has done anything."""

import pytest

from api.values import ids
from tests.factories import make_company, make_item, make_order, make_product
from tests.fixtures.world import World

STEP = "orders(first: 1) { nodes { items { product { company { %s } } } } }"
DEEP = STEP % (STEP % "name")


@pytest.mark.parametrize(
    "selection,code,path",
    [
        ("orders(first: 1000) { totalCount }", "BAD_USER_INPUT", ["createCompany", "company", "orders"]),
        ('orders(after: "x") { totalCount }', "BAD_USER_INPUT", ["createCompany", "company", "orders"]),
        (
            "orders(filter: {search: $long}) { totalCount }",
            "BAD_USER_INPUT",
            ["createCompany", "company", "orders"],
        ),
    ],
)
async def test_before_anything_is_done(world: World, selection: str, code: str, path: list[str]) -> None:
    """A8: a mutation whose reply can't be had changes nothing: whoever sends it again makes no second company."""
    before = (await world.api.ask("{ companies { totalCount } }"))["totalCount"]
    variable = "($long: String)" if "$long" in selection else ""
    document = (
        f'mutation{variable} {{ createCompany(input: {{name: "New"}}) {{ company {{ {selection} }} }} }}'
    )
    reply = await world.api.send(document, long="x" * 501)
    (error,) = reply["errors"]
    assert (error["extensions"]["code"], error["path"]) == (code, path)
    assert (await world.api.ask("{ companies { totalCount } }"))["totalCount"] == before


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_too_deep_for_sqlite(world: World) -> None:
    """A6, A8: nor does one whose reply SQLite can't read."""
    before = (await world.api.ask("{ companies { totalCount } }"))["totalCount"]
    for _ in range(2):
        document = f'mutation {{ createCompany(input: {{name: "New"}}) {{ company {{ {DEEP} }} }} }}'
        (error,) = (await world.api.send(document))["errors"]
        assert error["extensions"] == {"code": "LIMIT_EXCEEDED", "limit": "depth"}
    assert (await world.api.ask("{ companies { totalCount } }"))["totalCount"] == before


async def test_lists_of_nothing_but_types(world: World) -> None:
    """A1: __typename alone may be asked of whatever is a list."""
    assert await world.api.ask("{ warehouses { __typename } }") == []
    async with world.database.write() as session:
        restricted = await make_order(session, await make_company(session), shipping_restrictions=["RESTRICT_X"],
                                      restriction_details=[{"code": "RESTRICT_X", "carriers": []}])  # fmt: skip
        await make_item(session, restricted)
    query = "{ orders { nodes { shippingRestrictionDetails { __typename } items { __typename } notes { __typename } } } }"
    (order,) = (await world.api.ask(query))["nodes"]
    assert order == {
        "shippingRestrictionDetails": [{"__typename": "ShippingRestriction"}],
        "items": [{"__typename": "OrderItem"}],
        "notes": [],
    }


async def test_how_many_fields(world: World) -> None:
    """A6: fields are counted wherever a fragment is spread, as each has a part in a statement; before any is made."""
    inner = "id name settings { storeType region accessToken { status scopes } }"
    spread = "companies(first: 1) { nodes { ...C } }"
    document = (
        f"query {{ {' '.join(f'a{n}: {spread}' for n in range(20))} }} fragment C on Company {{ {inner} "
    )
    document += " ".join(f"b{n}: products(first: 1) {{ nodes {{ id sku name }} }}" for n in range(5)) + " }"
    errors = (await world.api.send(document))["errors"]
    found = {error["extensions"]["limit"]: error["extensions"]["found"] for error in errors}
    assert found["fields"] == 20 * (2 + 8 + 5 * 5)


async def test_reservations_are_priced_as_many(world: World) -> None:
    """A6: an explanation names up to a hundred orders, and each inside of another costs as much."""
    async with world.database.write() as session:
        product = await make_product(session, await make_company(session))
    query = "query($id: ID!) { node(id: $id) { ... on Product { stockExplanation { reservations { order { items { product { "
    query += "stockExplanation { reservations { order { id } } } } } } } } } } }"
    reply = await world.api.send(query, id=ids.encode("Product", product.id))
    assert reply["extensions"]["cost"]["requested"] > 30_000
