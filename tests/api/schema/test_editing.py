"""What people rename, and the notes that they write anew: whose they are, and what is refused where."""

from typing import Any

from graphql import GraphQLInterfaceType
from sqlalchemy import update

from api.schema.build import build
from api.values import ids
from domain import clock
from domain.models import Company, OrderNote, Role
from tests.api.looking import products, refused, stored
from tests.factories import NOW, make_order
from tests.fixtures.world import Api, World

NOTES = "order { notes { id body author createdAt editedAt updatedAt } }"
UNKNOWN = ids.encode("Product", 999)


def test_every_object_is_dated() -> None:
    """A1: every object with an id says when it was made and last changed. An audit event never changes, and what changes of a key
    or of a message has moments of its own.
    """
    schema = build()._schema
    node = schema.type_map["Node"]
    assert isinstance(node, GraphQLInterfaceType)
    fields = {kind.name: set(kind.fields) for kind in schema.get_possible_types(node)}
    assert "occurredAt" in fields.pop("AuditEvent")
    assert {"createdAt", "lastUsedAt", "expiresAt", "revokedAt"} <= fields.pop("ApiKey")
    assert {"createdAt", "attempts", "nextAttemptAt", "endedAt"} <= fields.pop("WebhookDelivery")
    assert {name for name, known in fields.items() if not {"createdAt", "updatedAt"} <= known} == set()


async def _run(api: Api, field: str, kind: str, answer: str, **given: Any) -> Any:
    document = (
        f"mutation($i: {kind}!) {{ {field}(input: $i) {{ {answer} userErrors {{ code message field }} }} }}"
    )
    return await api.ask(document, i=given)


async def test_what_is_refused(world: World) -> None:
    """A8: what can't be renamed or archived is refused at its place, and nothing is changed; a name and a SKU are taken as they are
    read, and a product keeps its own.
    """
    a, b = await products(world, world.company_id, "A", {"sku": "B", "name": "Lamp"})
    before = await stored(world)
    company, product, many = ("UpdateCompanyInput", "UpdateProductInput", "ProductIdsInput")
    own = {"companyId": world.company_id}
    for field, kind, given, code, path in (
        ("updateCompany", company, own | {"name": " "}, "REQUIRED", ["name"]),
        ("updateCompany", company, own | {"name": "x" * 201}, "INVALID", ["name"]),
        ("updateCompany", company, {"companyId": "x", "name": "x"}, "NOT_FOUND", ["companyId"]),
        ("updateProduct", product, {"productId": a, "sku": " B "}, "TAKEN", ["sku"]),
        ("updateProduct", product, {"productId": a, "sku": ""}, "REQUIRED", ["sku"]),
        ("updateProduct", product, {"productId": a, "name": "x" * 501}, "INVALID", ["name"]),
        ("updateProduct", product, {"productId": UNKNOWN, "name": "x"}, "NOT_FOUND", ["productId"]),
        ("archiveProducts", many, {"productIds": []}, "REQUIRED", ["productIds"]),
        ("archiveProducts", many, {"productIds": [a] * 501}, "LIMIT_EXCEEDED", ["productIds"]),
        ("archiveProducts", many, {"productIds": [a, UNKNOWN]}, "NOT_FOUND", ["productIds", "1"]),
    ):
        assert refused(await _run(world.api, field, kind, "", **given)) == (code, path), given
    assert await stored(world) == before
    answer = "product { sku name }"
    again = await _run(world.api, "updateProduct", product, answer, productId=b, sku=" B ", name=None)
    assert again["product"] == {"sku": "B", "name": "Lamp"}
    swapped = await _run(world.api, "updateProduct", product, answer, productId=b, sku="C", name="Light")
    assert swapped["product"] == {"sku": "C", "name": "Light"}
    found = 'query($id: ID!) { company(id: $id) { products(filter: {search: "lig"}) { nodes { sku } } } }'
    assert (await world.api.ask(found, id=world.company_id))["products"]["nodes"] == [{"sku": "C"}]


async def test_notes_of_ones_own(world: World) -> None:
    """A5, O3: a note is changed and taken away by the key that wrote it, and by no other; Tradewind's own stay."""
    async with world.database.write() as session:
        order = await make_order(session, await session.get_one(Company, 1))
        made = ids.encode("Order", order.id)
        told = OrderNote(order_id=order.id, body="x", author="Tradewind", created_at=NOW, event="cancelled")
        session.add(told)
    writer, other = await world.key(Role.OPERATE, 1), await world.key(Role.ADMINISTER)
    noted = await _run(writer, "addOrderNote", "AddOrderNoteInput", NOTES, orderId=made, body="Gift wrap.")
    its, note = noted["order"]["notes"]
    assert (note["editedAt"], note["updatedAt"]) == (None, note["createdAt"])
    change, remove = ("updateOrderNote", "UpdateOrderNoteInput"), ("deleteOrderNote", "DeleteOrderNoteInput")
    mine = {"noteId": note["id"]}

    for key in (other, world.api):
        assert refused(await _run(key, *change, "", **mine, body="x")) == ("FORBIDDEN", ["noteId"])
        assert refused(await _run(key, *remove, "", **mine)) == ("FORBIDDEN", ["noteId"])
    assert refused(await _run(writer, *change, "", **mine, body=" ")) == ("REQUIRED", ["body"])
    theirs = {"noteId": its["id"]}
    assert refused(await _run(writer, *remove, "", **theirs)) == ("FORBIDDEN", ["noteId"])
    same = await _run(writer, *change, NOTES, **mine, body="Gift wrap.")
    assert same["order"]["notes"] == [its, note]
    (_, edited) = (await _run(writer, *change, NOTES, **mine, body="No gift wrap."))["order"]["notes"]
    assert (edited["body"], edited["author"], edited["createdAt"]) == (
        "No gift wrap.", note["author"], note["createdAt"],
    )  # fmt: skip
    assert edited["updatedAt"] == edited["editedAt"] > note["createdAt"]

    async with world.database.write() as session:
        await session.execute(update(Company).where(Company.id == 1).values(archived_at=clock.now()))
    assert refused(await _run(writer, *remove, "", **mine)) == ("CONFLICT", ["noteId"])
    async with world.database.write() as session:
        await session.execute(update(Company).where(Company.id == 1).values(archived_at=None))
    assert (await _run(writer, *remove, NOTES, **mine))["order"]["notes"] == [its]
    assert refused(await _run(writer, *remove, "", **mine)) == ("NOT_FOUND", ["noteId"])
