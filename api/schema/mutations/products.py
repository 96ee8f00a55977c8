"""Mutations of products and their website properties."""

from datetime import datetime

import strawberry

from api.context import Info, given
from api.schema.errors import mutation
from api.schema.mutations.payloads import JobPayload, ProductPayload, ProductsPayload
from api.schema.mutations.queued_jobs import request
from api.values import ids
from api.values.described import described_input, idempotency_key, optional, required
from domain.companies.job_requests import request_with_token
from domain.errors import Required
from domain.inventory.mutation_transaction import run_in_transaction
from domain.models import Role
from domain.products import editing, operations
from domain.queued_jobs.arguments import ImportWebsiteProperties, MatchWebsiteProperties
from domain.tables.requests import request_import


@described_input
class ProductInput:
    """A product to create or change; what is left out, or null, stays as it is."""

    sku: str = required("The seller's own code; 100 characters at most.")
    name: str | None = optional("What people call it; a new product without one is called by its SKU.")
    shadow_of_sku: str | None = optional("SKU in the company given by shadowOfCompanyId.")
    shadow_of_company_id: strawberry.ID | None = optional("The company whose product's stock it sells.")
    website_product_id: str | None = optional("Temu Goods ID.")
    website_product_variant_id: str | None = optional("Temu SKU ID.")


@described_input
class UpsertProductsInput:
    """At most 500 a call; an existing SKU is updated."""

    company_id: strawberry.ID = required("The company that sells them.")
    products: list[ProductInput] = required("All of them are kept, or none.")


@described_input
class UpdateProductInput:
    """What a product is called; what is left out, or null, stays as it is."""

    product_id: strawberry.ID = required("The product.")
    sku: str | None = optional("The seller's own code; 100 characters at most, unique within the company.")
    name: str | None = optional("What people call it; 500 characters at most.")


@described_input
class ProductIdsInput:
    """Names products; all of them are changed, or none."""

    product_ids: list[strawberry.ID] = required("The products; 500 at most.")


@described_input
class UpdateWebsitePropertiesInput:
    """Website properties to change; those left out stay as they are."""

    product_id: strawberry.ID = required("The product.")
    website_product_id: str | None = optional("Temu Goods ID; null for both ids takes the mapping away.")
    website_product_variant_id: str | None = optional(
        "Temu SKU ID; null for both ids takes the mapping away."
    )
    use_default_safety_quantity: bool | None = optional("Whether the company's safety quantity holds.")
    safety_quantity: int | None = optional("The product's own safety quantity, in pieces.")


@described_input
class ImportWebsitePropertiesInput:
    """A mapping file to go through, and how."""

    company_id: strawberry.ID = required("The company whose products it maps.")
    file_id: strawberry.ID = required(
        "The id that POST /files answered: the file as raw body, its media type, the API key as bearer token."
    )
    validate_only: bool = optional("Report every row, change nothing.", False)
    idempotency_key: str | None = idempotency_key()


@described_input
class MatchWebsitePropertiesInput:
    """Whose products to match with Temu's listings, and how."""

    company_id: strawberry.ID = required("The company.")
    apply: bool = optional("Make the mappings that are found, instead of proposing them as outcomes.", False)
    idempotency_key: str | None = idempotency_key()


@strawberry.type
class ProductMutations:
    """Mutations of products."""

    @mutation(Role.OPERATE)
    async def upsert_products(self, info: Info, input: UpsertProductsInput) -> ProductsPayload:
        """Create products, or change those whose SKU the company has. A mapping to a listing for which order items wait has
        them matched.
        """
        context = info.context
        rows, matched = await run_in_transaction(
            context.database,
            operations.upsert,
            by=context.principal,
            company_id=ids.decode(input.company_id, "Company", "companyId"),
            inputs=[_product(i, product) for i, product in enumerate(input.products)],
            now=context.now,
        )
        return ProductsPayload(product_ids=[row.id for row in rows], matched_orders=matched)

    @mutation(Role.OPERATE)
    async def update_product(self, info: Info, input: UpdateProductInput) -> ProductPayload:
        """Give a product another name or SKU. Its id, mapping, stock and orders stay; what names it by its SKU from now on, such
        as a mapping file, names it by the new one, and retryQueuedJob of an earlier job no longer finds it.
        """
        row = await run_in_transaction(
            info.context.database,
            editing.update,
            by=info.context.principal,
            product_id=ids.decode(input.product_id, "Product", "productId"),
            sku=given(input.sku),
            name=given(input.name),
        )
        return ProductPayload(product_id=row.id)

    @mutation(Role.OPERATE)
    async def archive_products(self, info: Info, input: ProductIdsInput) -> ProductsPayload:
        """Archive products that are not sold any more. One that is mapped stays mapped, so that its orders go on being matched,
        and nothing of it is available: Temu is told zero by the next update. Zeros of most of a mall are held back as ever, see
        updateInventoryOnChannel. Its own stock stays, and shadows of it go on selling that. Again does nothing.
        """
        return await _archive(info, input, info.context.now)

    @mutation(Role.OPERATE)
    async def unarchive_products(self, info: Info, input: ProductIdsInput) -> ProductsPayload:
        """Take archived products back: the next update tells Temu again what is available of them. Again does nothing."""
        return await _archive(info, input, None)

    @mutation(Role.OPERATE)
    async def update_website_properties(
        self, info: Info, input: UpdateWebsitePropertiesInput
    ) -> ProductPayload:
        """Change a product's website properties, one product at a time."""
        context = info.context
        _refuse_null(input)
        row, matched = await run_in_transaction(
            context.database,
            operations.update_website_properties,
            by=context.principal,
            product_id=ids.decode(input.product_id, "Product", "productId"),
            website_ids=_website_ids(input),
            use_default_safety_quantity=given(input.use_default_safety_quantity),
            safety_quantity=given(input.safety_quantity),
            now=context.now,
        )
        return ProductPayload(product_id=row.id, matched_orders=matched)

    @mutation(Role.OPERATE)
    async def import_website_properties(self, info: Info, input: ImportWebsitePropertiesInput) -> JobPayload:
        """Map products by the rows of a file with the columns ProductID (the SKU), WebsiteProductID and
        WebsiteProductIDVariantID; answers at once with the job, which has an outcome for each row.
        """
        arguments = ImportWebsiteProperties(ids.decode(input.file_id, "File", "fileId"), input.validate_only)
        return await request(info, request_import, arguments, input)

    @mutation(Role.OPERATE)
    async def match_website_properties(self, info: Info, input: MatchWebsitePropertiesInput) -> JobPayload:
        """Map products that have no listing yet to Temu's listings of the mall that carry their SKU as the merchant's code,
        or propose it; answers at once with the job, which has an outcome for each.
        """
        return await request(info, request_with_token, MatchWebsiteProperties(input.apply), input)


async def _archive(info: Info, products: ProductIdsInput, now: datetime | None) -> ProductsPayload:
    rows = await run_in_transaction(
        info.context.database,
        editing.archive,
        by=info.context.principal,
        product_ids=ids.find_all(products.product_ids, "Product"),
        now=now,
    )
    return ProductsPayload(product_ids=[row.id for row in rows])


def _product(i: int, product: ProductInput) -> operations.ProductInput:
    company_id, at = given(product.shadow_of_company_id), ("products", str(i), "shadowOfCompanyId")
    return operations.ProductInput(
        sku=product.sku,
        name=given(product.name),
        shadow_of_sku=given(product.shadow_of_sku),
        shadow_of_company_id=ids.decode_given(company_id, "Company", *at),
        website_product_id=given(product.website_product_id),
        website_product_variant_id=given(product.website_product_variant_id),
    )


def _refuse_null(properties: UpdateWebsitePropertiesInput) -> None:
    """Raise Required where null is given for what must have a value, or for one id of a mapping without the other."""
    for value, name in (
        (properties.use_default_safety_quantity, "useDefaultSafetyQuantity"),
        (properties.safety_quantity, "safetyQuantity"),
    ):
        if value is None:
            raise Required(f"{name} can be left out, but not be null.", field=(name,))
    pair = {
        "websiteProductId": properties.website_product_id,
        "websiteProductVariantId": properties.website_product_variant_id,
    }
    null = [name for name, value in pair.items() if value is None]
    if len(null) == 1:
        raise Required("A mapping has both ids. Give null for both to take it away.", field=(null[0],))


def _website_ids(properties: UpdateWebsitePropertiesInput) -> tuple[str | None, str | None] | None:
    """None where neither id is given; two times None where both are to be taken away."""
    pair = (properties.website_product_id, properties.website_product_variant_id)
    return None if pair == (strawberry.UNSET, strawberry.UNSET) else (given(pair[0]), given(pair[1]))
