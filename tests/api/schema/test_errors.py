"""Errors that are no userErrors: what a client sees of them, and which role each mutation asks for."""

import dataclasses
from typing import Any, NoReturn

import pytest
from graphql import GraphQLNonNull, GraphQLObjectType, Undefined

from api.schema.build import build
from api.schema.errors import Mutates
from domain.companies import queries as companies
from domain.database.session import Database
from domain.models import Role
from tests.api.looking import stored
from tests.fixtures.database import one_database
from tests.fixtures.world import World

SECRET = "postgresql://u:hunter2@h/d"
ROLES = {
    "createCompany": Role.ADMINISTER,
    "updateCompany": Role.ADMINISTER,
    "archiveCompany": Role.ADMINISTER,
    "unarchiveCompany": Role.ADMINISTER,
    "updateCompanySettings": Role.ADMINISTER,
    "removeCompany": Role.ADMINISTER,
    "beginAuthorization": Role.ADMINISTER,
    "setAccessToken": Role.ADMINISTER,
    "removeAccessToken": Role.ADMINISTER,
    "testSettings": Role.OPERATE,
    "createWarehouse": Role.ADMINISTER,
    "updateWarehouse": Role.ADMINISTER,
    "archiveWarehouse": Role.ADMINISTER,
    "unarchiveWarehouse": Role.ADMINISTER,
    "setChannelWarehouseMappings": Role.ADMINISTER,
    "upsertProducts": Role.OPERATE,
    "updateProduct": Role.OPERATE,
    "archiveProducts": Role.OPERATE,
    "unarchiveProducts": Role.OPERATE,
    "updateWebsiteProperties": Role.OPERATE,
    "setInventory": Role.OPERATE,
    "importOrders": Role.OPERATE,
    "rematchOrderItems": Role.OPERATE,
    "addOrderNote": Role.OPERATE,
    "updateOrderNote": Role.OPERATE,
    "deleteOrderNote": Role.OPERATE,
    "shippingRates": Role.OPERATE,
    "buyShippingLabels": Role.OPERATE,
    "retryShippingLabel": Role.OPERATE,
    "importReturns": Role.OPERATE,
    "issueRefund": Role.OPERATE,
    "receiveReturn": Role.OPERATE,
    "uploadReturnLabel": Role.OPERATE,
    "printShippingLabels": Role.OPERATE,
    "confirmLabelsShipped": Role.OPERATE,
    "acceptCancellation": Role.OPERATE,
    "declineCancellation": Role.OPERATE,
    "reportOutOfStock": Role.OPERATE,
    "uploadInvoice": Role.OPERATE,
    "cancelChannelAction": Role.OPERATE,
    "resolveChannelAction": Role.OPERATE,
    "holdOrder": Role.OPERATE,
    "releaseOrder": Role.OPERATE,
    "eraseBuyer": Role.ADMINISTER,
    "exportBuyer": Role.ADMINISTER,
    "exportInventory": Role.OPERATE,
    "exportOrders": Role.OPERATE,
    "exportOutcomes": Role.OPERATE,
    "importInventory": Role.OPERATE,
    "importPrices": Role.OPERATE,
    "importProducts": Role.OPERATE,
    "importShipments": Role.OPERATE,
    "importWebsiteProperties": Role.OPERATE,
    "matchWebsiteProperties": Role.OPERATE,
    "importListings": Role.OPERATE,
    "setListingsForSale": Role.OPERATE,
    "createProductsFromListings": Role.OPERATE,
    "shipOrder": Role.OPERATE,
    "shipOrders": Role.OPERATE,
    "shipOrdersTogether": Role.OPERATE,
    "updatePackage": Role.OPERATE,
    "voidPackage": Role.OPERATE,
    "updateInventoryOnChannel": Role.OPERATE,
    "updatePrices": Role.OPERATE,
    "setMinimumPrices": Role.ADMINISTER,
    "uploadPrices": Role.OPERATE,
    "uploadTracking": Role.OPERATE,
    "cancelQueuedJob": Role.OPERATE,
    "retryQueuedJob": Role.OPERATE,
    "createWebhook": Role.ADMINISTER,
    "updateWebhook": Role.ADMINISTER,
    "deleteWebhook": Role.ADMINISTER,
    "rotateWebhookSecret": Role.ADMINISTER,
    "pingWebhook": Role.ADMINISTER,
    "retryWebhookDelivery": Role.ADMINISTER,
    "refreshShippingDirectories": Role.OPERATE,
    "createApiKey": Role.ADMINISTER,
    "rotateApiKey": Role.ADMINISTER,
    "revokeApiKey": Role.ADMINISTER,
}
_PLAIN = {"ID": "Q29tcGFueTox", "String": "x", "Int": 1, "Boolean": True, "Decimal": "1"}


def _smallest_input(kind: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, field in kind.fields.items():
        if isinstance(field.type, GraphQLNonNull) and field.default_value is Undefined:
            inner = field.type.of_type
            fields[name] = _PLAIN.get(getattr(inner, "name", ""), [])
            if hasattr(inner, "values"):
                fields[name] = next(iter(inner.values))
            elif hasattr(inner, "fields"):
                fields[name] = _smallest_input(inner)
    return fields


def test_every_mutation_has_its_role() -> None:
    """A5: each mutation asks for the role that is written here, and a new one has to be written here."""
    mutation: Any = build().get_type_by_name("Mutation")
    asked = {
        build().config.name_converter.from_field(field): extension.role
        for field in mutation.fields
        for extension in field.extensions
        if isinstance(extension, Mutates)
    }

    assert asked == ROLES
    assert len(mutation.fields) == len(ROLES)


@one_database
async def test_who_may_do_what(world: World) -> None:
    """A5: a key whose role is too small is FORBIDDEN each mutation before anything else is looked at."""
    read, operate = await world.key(Role.READ, 1), await world.key(Role.OPERATE)
    kind = build()._schema.mutation_type
    assert isinstance(kind, GraphQLObjectType)
    before = await stored(world)
    for name, role in ROLES.items():
        wanted = kind.fields[name].args["input"].type
        document = f"mutation($i: {wanted}) {{ {name}(input: $i) {{ userErrors {{ code field }} }} }}"
        given = _smallest_input(getattr(wanted, "of_type", wanted))
        for key in [read] if role is Role.OPERATE else [read, operate]:
            assert await key.ask(document, i=given) == {"userErrors": [{"code": "FORBIDDEN", "field": None}]}
    assert await stored(world) == before
    # And no more is asked for than that.
    least = {Role.OPERATE: operate, Role.ADMINISTER: world.api}
    for name, role in ROLES.items():
        wanted = kind.fields[name].args["input"].type
        document = f"mutation($i: {wanted}) {{ {name}(input: $i) {{ userErrors {{ code message }} }} }}"
        payload = await least[role].ask(document, i=_smallest_input(getattr(wanted, "of_type", wanted)))
        assert "FORBIDDEN" not in str(payload), name


@one_database
async def test_our_own_mistake(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A8: an unexpected exception shows an id to quote, and no text from inside, in queries and mutations."""

    def broken(*_: Any, **__: Any) -> NoReturn:
        raise RuntimeError(SECRET)

    monkeypatch.setattr(companies, "tokens", broken)
    for document in (
        "{ companies { nodes { attention { code } } } }",
        '{ company(id: "Q29tcGFueTox") { attention { code } } }',
        'mutation { testSettings(input: {companyId: "Q29tcGFueTox"}) { ok } }',
    ):
        reply = await world.api.send(document)

        (error,) = reply["errors"]
        assert error["extensions"]["code"] == "INTERNAL"
        assert len(error["extensions"]["id"]) == 12
        assert error["extensions"]["id"] in error["message"]
        assert "hunter2" not in str(reply)
        assert "RuntimeError" not in str(reply)


async def test_the_database_is_away(world: World) -> None:
    """A8: while the database can't be reached the error says UNAVAILABLE, and nothing of where it is."""
    away = Database(f"postgresql+asyncpg://u:hunter2@127.0.0.1:1/{'x' * 8}")
    world.app.state.resources = dataclasses.replace(world.resources, database=away)

    reply = await world.api.send("{ companies { totalCount } }")

    await away.close()
    (error,) = reply["errors"]
    assert error["extensions"] == {"code": "UNAVAILABLE"}
    assert "hunter2" not in str(reply)
    assert "127.0.0.1" not in str(reply)
