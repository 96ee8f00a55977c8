"""Mutations of listings."""

import strawberry

from api.context import Info, given
from api.schema.errors import UserError, mutation
from api.schema.mutations.payloads import (
    JobPayload,
    ListingProductResult,
    ListingProductsPayload,
    ListingsPayload,
)
from api.schema.mutations.queued_jobs import request
from api.values import ids
from api.values.described import described_input, idempotency_key, optional, required
from domain.companies.job_requests import request_with_token
from domain.inventory.mutation_transaction import run_in_transaction
from domain.models import Role
from domain.products import listing_products, sale_status
from domain.queued_jobs.arguments import ImportListings


@described_input
class ImportListingsInput:
    """Whose mall's lists to read."""

    company_id: strawberry.ID = required("The company.")
    idempotency_key: str | None = idempotency_key()


@described_input
class SetListingsForSaleInput:
    """Listings to be put on sale, or taken off it; all of them, or none."""

    company_id: strawberry.ID = required("The company whose mall lists them.")
    listing_ids: list[strawberry.ID] = required("The listings; 250 at most.")
    is_for_sale: bool = required("Whether they are to be for sale.")


@described_input
class CreateProductsFromListingsInput:
    """Listings to become products, each by itself."""

    company_id: strawberry.ID = required("The company whose mall lists them.")
    listing_ids: list[strawberry.ID] | None = optional(
        "The listings; 500 at most. Left out, or null: the first 500 that no product is mapped to and that can become one."
    )


@strawberry.type
class ListingMutations:
    """Mutations of listings."""

    @mutation(Role.OPERATE)
    async def import_listings(self, info: Info, input: ImportListingsInput) -> JobPayload:
        """Read all that a company's mall lists on Temu, for sale and not; answers at once with the job, which has an outcome for
        each listing that is new, has changed or is gone. What is gone is told only by a reading that came to its end.
        """
        return await request(info, request_with_token, ImportListings(), input)

    @mutation(Role.OPERATE)
    async def set_listings_for_sale(self, info: Info, input: SetListingsForSaleInput) -> ListingsPayload:
        """Have Temu put listings on sale, or take them off it. Answers at once; a job tells Temu of each and looks when its lists
        show it. What is so already, by the last reading, is left alone; again answers the same actions. A CONFLICT for what is
        gone, what Temu took off for its rules, and for semi-managed malls.
        """
        actions, rows = await run_in_transaction(
            info.context.database,
            sale_status.set_for_sale,
            by=info.context.principal,
            company_id=ids.decode(input.company_id, "Company", "companyId"),
            listing_ids=ids.find_all(input.listing_ids, "Listing"),
            is_for_sale=input.is_for_sale,
            now=info.context.now,
        )
        return ListingsPayload(
            listing_ids=[row.id for row in rows], action_ids=[action.id for action in actions]
        )

    @mutation(Role.OPERATE)
    async def create_products_from_listings(
        self, info: Info, input: CreateProductsFromListingsInput
    ) -> ListingProductsPayload:
        """Make products of listings that no product is mapped to: the SKU is the merchant's code on Temu, the name its title and
        variant, and it is mapped to the listing, so that order items that wait for it are matched. A listing whose code is
        missing, damaged or taken becomes none, and its result says why; all others do. Again creates nothing twice. It has no stock
        before setInventory or importInventory: an update of stock in between tells Temu 0.
        """
        named = given(input.listing_ids)
        numbers = None if named is None else ids.find_all(named, "Listing")
        made = await run_in_transaction(
            info.context.database,
            listing_products.create,
            by=info.context.principal,
            company_id=ids.decode(input.company_id, "Company", "companyId"),
            listing_ids=numbers,
            now=info.context.now,
        )
        results: dict[str, ListingProductResult] = {}
        for i, number in enumerate(made.listing_ids if numbers is None else numbers):
            listing_id = strawberry.ID(ids.encode("Listing", number)) if named is None else named[i]
            refusal = made.refusals.get(number)
            if refusal is not None and named is not None:
                refusal.field = ("listingIds", str(i))
            errors = [] if refusal is None else [UserError.of(refusal)]
            results.setdefault(
                listing_id, ListingProductResult(listing_id=listing_id, is_created=number in made.created, user_errors=errors)
            )  # fmt: skip
        return ListingProductsPayload(
            results=list(results.values()),
            product_ids=[product.id for product in made.created.values()],
            matched_orders=made.matched_orders,
            remaining_count=made.remaining,
        )
