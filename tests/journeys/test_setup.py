"""Setting a company up: settings, tokens and what Temu says of them, products, shadows, stock."""

from typing import Any

import pytest

from domain.models import Role
from tests.fixtures.database import one_database
from tests.fixtures.world import World

SETTINGS = """mutation($input: UpdateCompanySettingsInput!) { updateCompanySettings(input: $input) {
  company { settings { storeType storePlugin region safetyQuantity maxQuantity allowOrderDownload } }
  userErrors { code field } } }"""
TOKEN = """mutation($id: ID!, $token: String!, $purpose: AccessTokenPurpose! = ALL) {
  setAccessToken(input: {companyId: $id, accessToken: $token, purpose: $purpose}) {
    company { settings {
      accessToken { status lastFour mallId missingScopes expiresAt } productAccessToken { status lastFour } } }
    userErrors { code message field } } }"""
TEST = """mutation($id: ID!) { testSettings(input: {companyId: $id}) { ok advice
  company { settings { accessToken { status missingScopes } } } userErrors { code } } }"""
UPSERT = """mutation($id: ID!, $products: [ProductInput!]!) { upsertProducts(input: {companyId: $id, products: $products}) {
  products { id sku name shadowOf { sku } } userErrors { code message field } } }"""
STOCK = """mutation($levels: [InventoryLevelInput!]!) { setInventory(input: {levels: $levels}) {
  products { sku aggregateSellableQuantity availableQuantity } userErrors { code field } } }"""
ORDERS_IN = "query($id: ID!) { company(id: $id) { orders { totalCount } products { totalCount } } }"


def _error(payload: Any) -> tuple[str, list[str] | None]:
    (error,) = payload["userErrors"]
    return error["code"], error["field"]


async def test_the_plugin_needs_a_custom_store(world: World) -> None:
    """C1: a company has no store at first; the Temu plugin needs storeType CUSTOM, and nothing else is changed."""
    company_id = (
        await world.api.ask('mutation { createCompany(input: {name: " Sued "}) { company { id name } } }')
    )["company"]["id"]

    refused = await world.api.ask(
        SETTINGS, input={"companyId": company_id, "storePlugin": "TEMU", "safetyQuantity": 9}
    )
    accepted = await world.api.ask(
        SETTINGS,
        input={"companyId": company_id, "storeType": "CUSTOM", "storePlugin": "TEMU", "safetyQuantity": 2},
    )
    back = await world.api.ask(SETTINGS, input={"companyId": company_id, "storeType": "NONE"})

    assert _error(refused) == ("INVALID", ["storePlugin"])
    settings = accepted["company"]["settings"]
    assert (settings["storeType"], settings["storePlugin"], settings["safetyQuantity"]) == (
        "CUSTOM",
        "TEMU",
        2,
    )
    assert _error(back) == ("INVALID", ["storeType"])


@pytest.mark.parametrize(
    "change,code,field",
    [
        ({"safetyQuantity": -1}, "INVALID", "safetyQuantity"),
        ({"safetyQuantity": 2_000_000}, "INVALID", "safetyQuantity"),
        ({"safetyQuantity": None}, "REQUIRED", "safetyQuantity"),
        ({"maxQuantity": -1}, "INVALID", "maxQuantity"),
        ({"region": None}, "REQUIRED", "region"),
    ],
)
@one_database
async def test_settings_that_can_not_be(world: World, change: dict[str, Any], code: str, field: str) -> None:
    """C1, A8: a setting that can't be is a userError that names it."""
    assert _error(await world.api.ask(SETTINGS, input={"companyId": world.company_id} | change)) == (
        code,
        [field],
    )


async def test_a_token_is_never_told(world: World) -> None:
    """C2: a token is known by its last four characters, its state and its mall; the secret is nowhere in a reply."""
    reply = await world.api.send(TOKEN, id=world.company_id, token=world.mall.token)

    token = reply["data"]["setAccessToken"]["company"]["settings"]["accessToken"]
    assert world.mall.token not in str(reply)
    assert token["status"] == "VALID"
    assert token["lastFour"] == world.mall.token[-4:]
    assert token["mallId"] == str(world.mall.mall_id)
    assert token["missingScopes"] == []
    bare = (await world.api.ask('mutation { createCompany(input: {name: "Bare"}) { company { id } } }'))[
        "company"
    ]["id"]
    assert _error(await world.api.ask(TOKEN, id=bare, token="x" * 40)) == ("NOT_CONFIGURED", ["companyId"])


@pytest.mark.parametrize("token", ["", "   ", "two words", "x" * 1001, "tök" * 10])
@one_database
async def test_a_token_that_is_none(world: World, token: str) -> None:
    """C2: what can't be a token is refused, and the one in place stays."""
    payload = await world.api.ask(TOKEN, id=world.company_id, token=token)

    assert payload["userErrors"][0]["field"] == ["accessToken"]
    assert (await world.api.ask(TEST, id=world.company_id))["ok"] is True


@one_database
async def test_a_wrong_token_says_so(world: World) -> None:
    """C3: a token that Temu refuses is kept as REJECTED; testing says why and what to do, in one line."""
    payload = await world.api.ask(TOKEN, id=world.company_id, token="wrong-" * 6)

    report = await world.api.ask(TEST, id=world.company_id)

    assert payload["company"]["settings"]["accessToken"]["status"] == "REJECTED"
    assert report["ok"] is False
    assert len(report["advice"]) == 1
    assert "Temu doesn't know this access token" in report["advice"][0]


@one_database
async def test_missing_permissions_are_named(world: World) -> None:
    """C3: each interface that the token doesn't permit is named, with what stops working without it."""
    world.mall.scopes = world.mall.scopes - {"bg.order.amount.query"}

    report = await world.api.ask(TEST, id=world.company_id)

    assert report["company"]["settings"]["accessToken"]["missingScopes"] == ["bg.order.amount.query"]
    assert report["ok"] is False
    (advice,) = report["advice"]
    assert advice.startswith("bg.order.amount.query is not permitted: orders come in without amounts.")


@one_database
async def test_temu_away(world: World) -> None:
    """C3: where Temu can't be reached that is the advice, and what is known of the token stays."""
    world.sandbox.faults.add("http_status", times=None, status=503)

    report = await world.api.ask(TEST, id=world.company_id)

    assert report["ok"] is False
    assert report["company"]["settings"]["accessToken"]["status"] == "VALID"
    assert report["advice"][0].endswith("Try again in some minutes.")


async def test_an_untested_token_is_asked_about_before_it_is_used(world: World) -> None:
    """C7, C10: a token set while Temu was away is UNTESTED, and an import first asks whose mall it is."""
    other_mall = world.sandbox.add_mall()
    other_mall.add_order()
    world.sandbox.faults.add("http_status", times=None, status=503)
    payload = await world.api.ask(TOKEN, id=world.company_id, token=other_mall.token)
    world.sandbox.faults.clear()

    job = await world.import_orders()

    assert payload["company"]["settings"]["accessToken"]["status"] == "UNTESTED"
    assert job["status"] == "FAILED"
    assert "belongs to another mall" in job["error"]
    assert await world.orders() == {}


async def test_the_token_set_last_is_used(world: World) -> None:
    """C8: of a token for everything and one for orders the one set last is in use."""
    await world.api.ask(TOKEN, id=world.company_id, token="wrong-" * 6, purpose="ORDERS")
    refused = await world.api.ask(TEST, id=world.company_id)
    await world.api.ask(TOKEN, id=world.company_id, token=world.mall.token)

    assert refused["ok"] is False
    assert (await world.api.ask(TEST, id=world.company_id))["ok"] is True


@one_database
async def test_expiry_is_watched(world: World) -> None:
    """C4: within 30 days of its end a token is EXPIRING, and testing says so."""
    world.mall.expires_at = world.mall.now() + 20 * 86400

    report = await world.api.ask(TEST, id=world.company_id)

    assert report["company"]["settings"]["accessToken"]["status"] == "EXPIRING"
    assert "The token expires on" in report["advice"][0]


@one_database
async def test_the_wrong_region(world: World) -> None:
    """C3: a token whose mall belongs to another region says which."""
    await world.api.ask(SETTINGS, input={"companyId": world.company_id, "region": "EU"})

    report = await world.api.ask(TEST, id=world.company_id)

    assert "belongs to region US" in report["advice"][0]


async def test_one_mall_one_company(world: World) -> None:
    """C7, C10: a mall that another company has is TAKEN, another mall's token is CONFLICT; neither changes anything."""
    other_mall = world.sandbox.add_mall()
    other_company = await world.new_company("Sued", other_mall)

    conflict = await world.api.ask(TOKEN, id=world.company_id, token=other_mall.token)
    third = await world.new_company("West")
    taken = await world.api.ask(TOKEN, id=third, token=other_mall.token)

    assert _error(conflict) == ("CONFLICT", ["accessToken"])
    assert _error(taken) == ("TAKEN", ["accessToken"])
    assert (await world.api.ask(TEST, id=world.company_id))["ok"] is True
    assert (await world.api.ask(TEST, id=other_company))["ok"] is True
    assert (await world.api.ask(TEST, id=third))["advice"] == ["Set the mall's token with setAccessToken."]


async def test_two_tokens(world: World) -> None:
    """C8: a mall may have a second token for products and stock, beside the one for orders."""
    second = world.mall.add_token("products")

    payload = await world.api.ask(TOKEN, id=world.company_id, token=second, purpose="PRODUCTS")

    settings = payload["company"]["settings"]
    assert settings["productAccessToken"] == {"status": "VALID", "lastFour": second[-4:]}
    assert settings["accessToken"]["lastFour"] == world.mall.token[-4:]


@one_database
async def test_the_second_token_is_checked(world: World) -> None:
    """C8: testing says when the token for products is missing, and when it is the one for orders by mistake."""
    company_id = await world.new_company("Across the border")
    mall = world.sandbox.add_mall()
    await world.api.ask(TOKEN, id=company_id, token=mall.add_token("orders"), purpose="ORDERS")

    missing = await world.api.ask(TEST, id=company_id)
    await world.api.ask(TOKEN, id=company_id, token=mall.add_token("orders"), purpose="PRODUCTS")
    wrong = await world.api.ask(TEST, id=company_id)
    await world.api.ask(TOKEN, id=company_id, token=mall.add_token("products"), purpose="PRODUCTS")
    right = await world.api.ask(TEST, id=company_id)

    assert [line[:50] for line in missing["advice"]] == ["The token for products and stock is missing: a mal"]
    assert [line[:50] for line in wrong["advice"]] == ["The token for products permits no interface of pro"]
    assert (right["ok"], right["advice"]) == (True, [])


async def test_removing_the_plugin_keeps_everything(world: World) -> None:
    """C10: without its plugin a company keeps its orders and products."""
    world.mall.add_order()
    await world.import_orders()
    await world.api.ask(UPSERT, id=world.company_id, products=[{"sku": "A"}])

    await world.api.ask(
        SETTINGS, input={"companyId": world.company_id, "storeType": "NONE", "storePlugin": None}
    )

    assert await world.api.ask(ORDERS_IN, id=world.company_id) == {
        "orders": {"totalCount": 1},
        "products": {"totalCount": 1},
    }


async def test_one_listing_one_product(world: World) -> None:
    """M1, M3: a pair of ids maps to one product; a second is TAKEN, naming the first, and nothing is changed."""
    ids = {"websiteProductId": "601", "websiteProductVariantId": "17"}
    await world.api.ask(UPSERT, id=world.company_id, products=[{"sku": "A"} | ids])

    payload = await world.api.ask(UPSERT, id=world.company_id, products=[{"sku": "C"}, {"sku": "B"} | ids])

    assert _error(payload) == ("TAKEN", ["products", "1", "websiteProductVariantId"])
    assert "Product A is mapped" in payload["userErrors"][0]["message"]
    counts = await world.api.ask(ORDERS_IN, id=world.company_id)
    assert counts["products"]["totalCount"] == 1


@pytest.mark.parametrize(
    "product,code,field",
    [
        ({"sku": ""}, "REQUIRED", "sku"),
        ({"sku": "x" * 101}, "INVALID", "sku"),
        ({"sku": "a\u0007b"}, "INVALID", "sku"),
        ({"sku": "A", "name": "x" * 501}, "INVALID", "name"),
        ({"sku": "A", "websiteProductId": "601"}, "REQUIRED", "websiteProductVariantId"),
        (
            {"sku": "A", "websiteProductId": "6.01E+14", "websiteProductVariantId": "1"},
            "INVALID",
            "websiteProductId",
        ),
        ({"sku": "A", "shadowOfSku": "B"}, "REQUIRED", "shadowOfCompanyId"),
        ({"sku": "A", "shadowOfSku": "B", "shadowOfCompanyId": "nonsense"}, "NOT_FOUND", "shadowOfCompanyId"),
    ],
)
@one_database
async def test_products_that_can_not_be(world: World, product: dict[str, str], code: str, field: str) -> None:
    """M1, A8: a product that can't be is a userError at its place, and none of the call is kept."""
    payload = await world.api.ask(UPSERT, id=world.company_id, products=[{"sku": "Good"}, product])

    assert _error(payload) == (code, ["products", "1", field])
    assert payload["products"] is None
    assert (await world.api.ask(ORDERS_IN, id=world.company_id))["products"]["totalCount"] == 0


async def test_a_shadow_sells_the_others_stock(world: World) -> None:
    """M5, I1, I2: a shadow's stock is the shadowed product's, less what all of them reserved and the safety quantity."""
    other = await world.new_company("Default")
    original = (await world.api.ask(UPSERT, id=other, products=[{"sku": "ORIG"}]))["products"][0]
    goods = world.mall.add_goods()
    shadow = {
        "sku": "SHADOW",
        "shadowOfSku": "ORIG",
        "shadowOfCompanyId": other,
        "websiteProductId": str(goods.goods_id),
        "websiteProductVariantId": str(goods.sku_id),
    }
    made = (await world.api.ask(UPSERT, id=world.company_id, products=[shadow]))["products"][0]
    assert made["shadowOf"] == {"sku": "ORIG"}
    await world.api.ask(
        SETTINGS, input={"companyId": world.company_id, "safetyQuantity": 2, "maxQuantity": 4}
    )
    warehouse = (
        await world.api.ask('mutation { createWarehouse(input: {name: "East"}) { warehouse { id } } }')
    )["warehouse"]["id"]

    on_hand = {"productId": original["id"], "warehouseId": warehouse, "onHand": 10}
    await world.api.ask(STOCK, levels=[on_hand])
    refused = await world.api.ask(STOCK, levels=[on_hand | {"productId": made["id"]}])
    world.mall.add_order(items=[(goods, 3)])
    await world.import_orders()

    assert _error(refused) == ("INVALID", ["levels", "0", "productId"])
    document = """query($id: ID!) { product(id: $id) { aggregateSellableQuantity availableQuantity
      inventory { onHand reserved warehouse { name } } } }"""
    assert await world.api.ask(document, id=made["id"]) == {
        "aggregateSellableQuantity": 7,
        "availableQuantity": 4,
        "inventory": [{"onHand": 10, "reserved": 3, "warehouse": {"name": "East"}}],
    }
    assert (await world.api.ask(document, id=original["id"]))["availableQuantity"] == 7


async def test_shadows_that_can_not_be(world: World) -> None:
    """M5: a shadow of a shadow, of itself or within the company is INVALID; one with stock can't become a shadow."""
    other = await world.new_company("Default")
    third = await world.new_company("Third")
    await world.api.ask(UPSERT, id=other, products=[{"sku": "ORIG"}])
    await world.api.ask(
        UPSERT,
        id=world.company_id,
        products=[{"sku": "S", "shadowOfSku": "ORIG", "shadowOfCompanyId": other}],
    )

    of_shadow = [{"sku": "X", "shadowOfSku": "S", "shadowOfCompanyId": world.company_id}]
    within = [{"sku": "Y", "shadowOfSku": "ORIG", "shadowOfCompanyId": other}]
    unknown = [{"sku": "X", "shadowOfSku": "nothing", "shadowOfCompanyId": other}]

    assert _error(await world.api.ask(UPSERT, id=third, products=of_shadow)) == (
        "INVALID",
        ["products", "0", "shadowOfSku"],
    )
    assert _error(await world.api.ask(UPSERT, id=other, products=within)) == (
        "INVALID",
        ["products", "0", "shadowOfCompanyId"],
    )
    assert _error(await world.api.ask(UPSERT, id=third, products=unknown)) == (
        "NOT_FOUND",
        ["products", "0", "shadowOfSku"],
    )


async def test_stock_is_compared_and_set(world: World) -> None:
    """A8: setInventory with a compareOnHand that differs is CONFLICT, and nothing of the call is kept."""
    products = (await world.api.ask(UPSERT, id=world.company_id, products=[{"sku": "A"}, {"sku": "B"}]))[
        "products"
    ]
    warehouse = (
        await world.api.ask('mutation { createWarehouse(input: {name: "East"}) { warehouse { id } } }')
    )["warehouse"]["id"]
    levels = [{"productId": p["id"], "warehouseId": warehouse, "onHand": 5} for p in products]

    assert (await world.api.ask(STOCK, levels=levels))["userErrors"] == []
    clash = await world.api.ask(STOCK, levels=[levels[0] | {"onHand": 9}, levels[1] | {"compareOnHand": 4}])
    same = await world.api.ask(STOCK, levels=[levels[0] | {"compareOnHand": 5, "onHand": 6}])

    assert _error(clash) == ("CONFLICT", ["levels", "1", "compareOnHand"])
    assert same["products"] == [{"sku": "A", "aggregateSellableQuantity": 6, "availableQuantity": 6}]


async def test_only_the_server_creates(world: World) -> None:
    """A5: a company's key creates no company and no warehouse, and a reader's changes nothing."""
    administers = await world.key(Role.ADMINISTER, 1)
    reads = await world.key(Role.READ, 1)

    created = await administers.ask('mutation { createCompany(input: {name: "X"}) { userErrors { code } } }')
    built = await administers.ask('mutation { createWarehouse(input: {name: "X"}) { userErrors { code } } }')
    changed = await reads.ask(SETTINGS, input={"companyId": world.company_id, "safetyQuantity": 1})

    assert created == {"userErrors": [{"code": "FORBIDDEN"}]}
    assert built == {"userErrors": [{"code": "FORBIDDEN"}]}
    assert changed["userErrors"][0]["code"] == "FORBIDDEN"
