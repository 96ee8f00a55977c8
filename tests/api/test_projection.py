"""
What the database answers by itself equals what the resolvers say, to the byte.
"""

import random
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any, NoReturn

import orjson
import pytest
from graphql import GraphQLObjectType, get_named_type
from sqlalchemy import event

from api import ids, projecting, repeating, schema
from domain.access.key_ring import KeyRing
from domain.companies.projection import COMPANY
from domain.direct import DirectPostgreSQL, Rows
from domain.models import Company, OrderAddress, OrderNote, OrderStatus, Role
from domain.orders.projection import ORDER
from domain.products.projection import PRODUCT
from domain.projection.compiling import NotProjectable
from domain.projection.fields import Entity, Many, One, Paged, Part, Value
from tests.factories import NOW, make_company, make_item, make_order, make_product
from tests.fixtures.world import Api, World

ODD = "Zoë \"Å\\b/ 李 \t\n\r\x01\x1f\x7f \u2028 😀 %s :p0 $1 '; --"
ISSUE = """query($c: ID!, $n: Int!) { company(id: $c) { orders(first: $n) { edges { cursor node {
  id channelOrderId status shippingStatus total { amount currencyCode } orderedAt company { name }
  items { quantity unitPrice { amount currencyCode } product { sku name
    websiteProperties { websiteProductId websiteProductVariantId } } } } }
  pageInfo { hasNextPage endCursor } } } }"""


async def _fill(world: World) -> dict[str, list[str]]:
    """
    Two companies with orders of every kind; ids by type, one of each that nobody has.
    """
    found: dict[str, list[str]] = {"Order": [], "Product": [], "Company": [world.company_id]}
    async with world.database.write() as session:
        first = await session.get_one(Company, 1)
        first.name, first.orders_not_before, first.max_quantity = ODD, NOW + timedelta(microseconds=5), 7
        second = await make_company(session, name="Other")
        found["Company"].append(ids.encode("Company", second.id))
        for company in (first, second):
            product = await make_product(session, company, sku=f"{ODD[:20]}{company.id}", website_product_id="1",
                                         website_product_variant_id=str(company.id))  # fmt: skip
            found["Product"].append(ids.encode("Product", product.id))
            for i, status in enumerate([*OrderStatus, *OrderStatus]):
                order = await make_order(
                    session,
                    company,
                    status=status,
                    ordered_at=NOW + timedelta(hours=i // 2, microseconds=[0, 1, 120_000][i % 3]),
                    latest_ship_at=NOW if i % 2 else None,
                    total_amount=[None, Decimal("19.90"), Decimal(0), Decimal("1234567.8900")][i % 4],
                    currency_code=[None, "USD", "JPY", "EUR"][i % 4],
                )
                found["Order"].append(ids.encode("Order", order.id))
                for k in range(i % 3):
                    amount = Decimal("3.10") if k else None
                    await make_item(session, order, title=ODD if k else "", unit_price_amount=amount,
                                    currency_code="USD", product_id=product.id if i % 2 else None)  # fmt: skip
                if i % 3:
                    session.add(OrderAddress(order_id=order.id, name=ODD, city="Köln"))
                session.add(OrderNote(order_id=order.id, body=ODD, author="x", created_at=NOW, event=None))
    for kind, known in found.items():
        known += [ids.encode(kind, 999), "nonsense"]
    return found


class Writer:
    """
    Writes queries from the schema, of what projections declare and now and then of what they don't.
    """

    def __init__(self, source: random.Random, known: dict[str, list[str]], cursors: list[str]) -> None:
        self._source = source
        self._known = known
        self._cursors = cursors
        self._types = schema.build()._schema.type_map
        self.variables = {"yes": True, "no": False, "n": source.randrange(1, 6)}

    def document(self) -> str:
        """
        One query of one or two root fields.
        """
        roots = [self._root() for _ in range(self._source.randrange(1, 3))]
        fields = " ".join(f"r{i}: {root}" for i, root in enumerate(roots))
        fragments = (
            "fragment OnOrder on Order { id __typename notes { body } } fragment OnNode on Node { id }"
        )
        # Each variable and fragment has to be used.
        use = (
            "orders(first: $n) { nodes { id @include(if: $yes) status @skip(if: $no) ...OnOrder ...OnNode } }"
        )
        return f"query($yes: Boolean!, $no: Boolean!, $n: Int!) {{ {fields} last: {use} }} {fragments}"

    def _root(self) -> str:
        name, entity = self._source.choice(
            [
                ("company", COMPANY),
                ("order", ORDER),
                ("product", PRODUCT),
                ("companies", None),
                ("orders", None),
            ]
        )
        if entity is not None:
            global_id = self._source.choice(self._known[entity.type])
            return f'{name}(id: "{global_id}") {self._object(entity, 3)}'
        return f"{name}{self._page()} {self._connection(COMPANY if name == 'companies' else ORDER, 3)}"

    def _object(self, entity: Entity | Part, depth: int) -> str:
        names = self._source.sample(
            sorted(entity.fields), k=min(len(entity.fields), 1 + self._source.randrange(6))
        )
        parts = [self._member(entity, name, depth) for name in names]
        kind = self._types[entity.type]
        assert isinstance(kind, GraphQLObjectType)
        parts.append(self._source.choice(["__typename", "", "", f"... on {entity.type} {{ __typename }}"]))
        if "id" in entity.fields:
            parts.append(
                self._source.choice(["...OnNode", "... on Node @skip(if: $no) { id }", "... { id }", ""])
            )
        if entity is ORDER:
            parts.append(self._source.choice(["...OnOrder", "shippingRestrictions", "", "", "", ""]))
        return "{ " + " ".join(part or "__typename" for part in parts) + " }"

    def _member(self, entity: Entity | Part, name: str, depth: int) -> str:
        alias = self._source.choice(["", "", f"a{self._source.randrange(9)}{name}: "])
        directive = self._source.choice(
            ["", "", "", " @include(if: $yes)", " @include(if: $no)", " @skip(if: $yes)"]
        )
        known = entity.fields[name]
        if isinstance(known, Value):
            return f"{alias}{name}{directive}"
        if depth == 0:
            return "__typename"
        if isinstance(known, Part):
            return f"{alias}{name}{directive} {self._object(known, depth - 1)}"
        if isinstance(known, One | Many):
            return f"{alias}{name}{directive} {self._object(known.entity, depth - 1)}"
        assert isinstance(known, Paged)
        return f"{alias}{name}{self._page()}{directive} {self._connection(known.entity, depth - 1)}"

    def _connection(self, entity: Entity, depth: int) -> str:
        node = self._object(entity, depth)
        parts = [
            "totalCount",
            f"nodes {node}",
            f"edges {{ cursor node {node} __typename }}",
            "edges { cursor }",
            "pageInfo { hasNextPage hasPreviousPage startCursor endCursor __typename }",
            "pageInfo { hasPreviousPage }",
            "__typename",
        ]
        return "{ " + " ".join(self._source.sample(parts, k=self._source.randrange(1, 4))) + " }"

    def _page(self) -> str:
        cursor = self._source.choice(self._cursors)
        given = [
            "",
            "(first: $n)",
            "(first: 3)",
            "(last: 2)",
            f'(first: 2, after: "{cursor}")',
            f'(last: 2, before: "{cursor}")',
            f'(before: "{cursor}")',
            f'(first: 3, after: "{self._cursors[0]}", before: "{cursor}")',
            "(first: 0)",
            '(after: "nonsense")',
        ]
        return self._source.choices(given, weights=[3, 3, 3, 3, 3, 3, 2, 2, 1, 1])[0]


async def _raw(api: Api, document: str, variables: dict[str, Any]) -> bytes:
    reply = await api._http.post(
        "/graphql",
        json={"query": document, "variables": variables},
        headers={"Authorization": f"Bearer {api._key}"},
    )
    return reply.content


@pytest.mark.parametrize("seed", range(2))
async def test_both_ways_say_the_same(world: World, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    """A2, A5: generated queries are answered alike by projections and resolvers, to the byte, whoever asks."""
    known = await _fill(world)
    limited = await world.key(Role.READ, 1)
    page = await world.api.ask("{ orders { edges { cursor } } }")
    cursors = [edge["cursor"] for edge in page["edges"]][:6]
    projected: list[object] = []

    class Counted(projecting.Answer):
        async def __call__(self, *arguments: Any) -> orjson.Fragment | None:
            projected.append(self)
            return await super().__call__(*arguments)

    def nothing(*_: Any) -> NoReturn:
        raise NotProjectable

    async def never(*_: Any) -> None:
        return None

    monkeypatch.setattr(projecting, "Answer", Counted)
    source = random.Random(seed)
    for _ in range(40):
        writer = Writer(source, known, cursors)
        document = writer.document()
        for api in (world.api, limited):
            one = await _raw(api, document, writer.variables)
            two = await _raw(api, document, writer.variables)
            with monkeypatch.context() as ordinary:
                ordinary.setattr(projecting.Projects, "_answer", nothing)
                ordinary.setattr(repeating.Repeats, "again", never)
                other = await _raw(api, document, writer.variables)
            assert one == two == other, document
    assert len(projected) > 100


async def test_a_page_is_one_statement(world: World) -> None:
    """A2: a page of orders with all that belongs to each takes one statement, where the key was seen just now."""
    await _fill(world)
    world.app.state.keys = KeyRing(world.database, trusted_seconds=60)
    await world.api.ask("{ companies { totalCount } }")
    with _noted(world) as statements:
        page = await world.api.ask(ISSUE, c=world.company_id, n=50)

    assert len(page["orders"]["edges"]) == 10
    assert len([text for text in statements if "FROM orders" in text]) == 1
    assert len([text for text in statements if "SELECT" in text]) == 1

    left_out = ISSUE.replace("$n: Int!)", "$n: Int!, $a: String)").replace(
        "first: $n)", "first: $n, after: $a)"
    )
    with _noted(world) as statements:
        assert await world.api.ask(left_out, c=world.company_id, n=50) == page
    assert len([text for text in statements if "SELECT" in text]) == 1


@contextmanager
def _noted(world: World) -> Generator[list[str]]:
    """
    What the database is asked, by SQLAlchemy and by the driver alone.
    """
    statements: list[str] = []
    engine, direct = world.database.engine.sync_engine, world.database._direct
    rows = direct.rows

    def note(*arguments: Any) -> None:
        statements.append(arguments[2])

    async def noted(sql: str, values: Sequence[Any]) -> Rows:
        statements.append(sql)
        return await rows(sql, values)

    if isinstance(direct, DirectPostgreSQL):
        direct.rows = noted  # type: ignore[method-assign]
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)
        direct.rows = rows  # type: ignore[method-assign]


async def test_texts_differ_within_one_plan(world: World) -> None:
    """A2: an operation asked again with another cursor, id or page is answered for these, and a wrong one refused."""
    known = await _fill(world)
    query = "query($c: ID!, $n: Int, $a: String, $d: Boolean = false) { company(id: $c) { name @skip(if: $d) "
    query += "orders(first: $n, after: $a) { nodes { id } pageInfo { endCursor } } } }"
    seen: list[str] = []
    after = None
    for size in (3, 3, 2):
        page = (await world.api.ask(query, c=world.company_id, n=size, a=after))["orders"]
        seen += [node["id"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
    assert len(set(seen)) == 8
    assert seen == [
        node["id"] for node in (await world.api.ask(query, c=world.company_id))["orders"]["nodes"][:8]
    ]

    other = next(company for company in known["Company"] if company != world.company_id)
    names = {(await world.api.ask(query, c=company))["name"] for company in (world.company_id, other)}
    assert len(names) == 2
    assert "name" not in await world.api.ask(query, c=other, d=True)
    wrongs: list[dict[str, Any]] = [{"a": "nothing of ours"}, {"n": 0}, {"n": 251}]
    for wrong in wrongs:
        reply = await world.api.send(query, c=world.company_id, **wrong)
        assert reply["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    assert await world.api.ask(query, c="nothing of ours") is None


def test_what_is_declared_is_in_the_schema() -> None:
    """A1: each projection declares fields that its type has, of the kind that they have there."""
    types = schema.build()._schema.type_map
    seen: list[Entity | Part] = [COMPANY, ORDER, PRODUCT]
    for entity in seen:
        kind = types[entity.type]
        assert isinstance(kind, GraphQLObjectType)
        for name, known in entity.fields.items():
            returned = get_named_type(kind.fields[name].type)
            if isinstance(known, Part):
                assert returned.name == known.type
                seen.append(known)
            elif isinstance(known, One | Many) and known.entity not in seen:
                assert returned.name == known.entity.type
                seen.append(known.entity)
