"""Handing in mapping files and running what they ask for."""

from collections.abc import Mapping
from typing import Any

import httpx

from tests.fixtures.world import Api, World

HEADER = b"ProductID,WebsiteProductID,WebsiteProductIDVariantID\n"
IMPORT = """mutation($input: ImportWebsitePropertiesInput!) { importWebsiteProperties(input: $input) {
  job { id status type } userErrors { code message field } } }"""
MATCH = """mutation($input: MatchWebsitePropertiesInput!) { matchWebsiteProperties(input: $input) {
  job { id status type } userErrors { code message field } } }"""
UPSERT = """mutation($id: ID!, $products: [ProductInput!]!) {
  upsertProducts(input: {companyId: $id, products: $products}) {
    products { id } matchedOrders userErrors { code message field } } }"""


async def upload(
    world: World,
    content: Any,
    *,
    api: Api | None = None,
    media_type: str = "text/csv",
    query: str = "",
    headers: Mapping[str, str] | None = None,
) -> httpx.Response:
    """Hand in a file."""
    key = (api or world.api)._key
    sent = {"Content-Type": media_type, "Authorization": f"Bearer {key}"} | dict(headers or {})
    return await world.http.post(f"/files{query}", content=content, headers=sent)


async def ask_for_import(
    world: World, file_id: str, *, api: Api | None = None, company_id: str | None = None, **more: Any
) -> Any:
    """Ask for the import of a file."""
    asked = {"companyId": company_id or world.company_id, "fileId": file_id} | more
    return await (api or world.api).ask(IMPORT, input=asked)


async def import_file(world: World, content: bytes, **more: Any) -> dict[str, Any]:
    """Hand in a file, run what is due, and return the job as it ended."""
    reply = await upload(world, content)
    assert reply.status_code == 201, reply.text
    payload = await ask_for_import(world, reply.json()["id"], **more)
    assert payload["userErrors"] == []
    await world.run_jobs()
    return await world.job(payload["job"]["id"])


async def match(world: World, **more: Any) -> dict[str, Any]:
    """Match with the mall's listings, and return the job as it ended."""
    payload = await world.api.ask(MATCH, input={"companyId": world.company_id} | more)
    assert payload["userErrors"] == []
    await world.run_jobs()
    return await world.job(payload["job"]["id"])


async def add_products(world: World, *skus: str, **pairs: tuple[str, str]) -> None:
    """Products without a mapping, and by name with one."""
    products: list[dict[str, str]] = [{"sku": sku} for sku in skus]
    products += [
        {"sku": sku, "websiteProductId": goods, "websiteProductVariantId": variant}
        for sku, (goods, variant) in pairs.items()
    ]
    for start in range(0, len(products), 500):
        payload = await world.api.ask(UPSERT, id=world.company_id, products=products[start : start + 500])
        assert payload["userErrors"] == []


def outcomes(job: dict[str, Any]) -> dict[str, tuple[str, str | None]]:
    """Status and code by subject."""
    return {one["subject"]: (one["status"], one["code"]) for one in job["outcomes"]["nodes"]}
