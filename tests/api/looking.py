"""What is stored, and what a refusal says: shared by the tests of mutations."""

from typing import Any

from sqlalchemy import select

from domain.models import Base
from tests.fixtures.world import World

SETTINGS = """mutation($input: UpdateCompanySettingsInput!) { updateCompanySettings(input: $input) {
  company { settings { storeType storePlugin region safetyQuantity maxQuantity allowOrderDownload
    allowInventoryUpload allowTrackingUpload sellOnlyMappedWarehouses ordersNotBefore } }
  userErrors { code message field } } }"""
TOKEN = """mutation($input: SetAccessTokenInput!) { setAccessToken(input: $input) {
  company { settings {
    accessToken { status lastFour mallId scopes missingScopes expiresAt testedAt }
    productAccessToken { status lastFour mallId scopes missingScopes expiresAt testedAt } } }
  userErrors { code message field } } }"""
TEST = """mutation($id: ID!) { testSettings(input: {companyId: $id}) { ok advice
  company { settings { accessToken { status lastFour mallId scopes missingScopes expiresAt }
    productAccessToken { status missingScopes } } } userErrors { code message field } } }"""
UPSERT = """mutation($id: ID!, $products: [ProductInput!]!) {
  upsertProducts(input: {companyId: $id, products: $products}) {
    products { id sku name shadowOf { sku } websiteProperties { websiteProductId websiteProductVariantId } }
    userErrors { code message field } } }"""
PROPERTIES = """mutation($input: UpdateWebsitePropertiesInput!) { updateWebsiteProperties(input: $input) {
  product { websiteProperties {
    websiteProductId websiteProductVariantId useDefaultSafetyQuantity safetyQuantity } }
  userErrors { code message field } } }"""
STOCK = """mutation($levels: [InventoryLevelInput!]!) { setInventory(input: {levels: $levels}) {
  products { sku aggregateSellableQuantity availableQuantity inventory { onHand reserved warehouse { name } } }
  userErrors { code message field } } }"""
NAMES = """mutation($input: SetChannelWarehouseMappingsInput!) { setChannelWarehouseMappings(input: $input) {
  company { channelWarehouseMappings { channel channelWarehouseCode warehouse { name } } }
  userErrors { code message field } } }"""
WAREHOUSE = """mutation($name: String!, $sellable: Boolean! = true) {
  createWarehouse(input: {name: $name, isSellable: $sellable}) {
    warehouse { id name isSellable } userErrors { code message field } } }"""


def refused(payload: Any) -> tuple[str, list[str] | None]:
    """Code and field of a refusal, which holds nothing else."""
    (error,) = payload["userErrors"]
    assert 0 < len(error["message"]) < 200
    assert all(not value for name, value in payload.items() if name != "userErrors")
    return error["code"], error["field"]


async def stored(world: World) -> dict[str, list[str]]:
    """Every row of every table but those of keys, whose last use is noted, and the log, which follows from the others."""
    async with world.database.read() as session:
        return {
            table.name: sorted(str(row) for row in await session.execute(select(table)))
            for table in Base.metadata.sorted_tables
            if not table.name.startswith(("api_key", "changes"))
        }


async def products(world: World, company_id: str, *inputs: Any) -> list[str]:
    """The ids of products that are kept now, given as inputs or as SKUs."""
    given = [{"sku": each} if isinstance(each, str) else each for each in inputs]
    payload = await world.api.ask(UPSERT, id=company_id, products=given)
    assert payload["userErrors"] == []
    return [product["id"] for product in payload["products"]]


async def warehouse(world: World, name: str = "East", *, sellable: bool = True) -> str:
    """The id of a new warehouse."""
    payload = await world.api.ask(WAREHOUSE, name=name, sellable=sellable)
    number: str = payload["warehouse"]["id"]
    return number
