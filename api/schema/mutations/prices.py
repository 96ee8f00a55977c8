"""Mutations of prices and their floors."""

from collections.abc import Sequence
from decimal import Decimal

import strawberry

from api.context import Info, given
from api.schema.errors import mutation
from api.schema.mutations.payloads import JobPayload, PricesPayload
from api.schema.mutations.queued_jobs import request
from api.values import ids
from api.values.described import described_input, idempotency_key, optional, required
from domain.errors import Required
from domain.inventory.mutation_transaction import run_in_transaction
from domain.models import Role
from domain.prices import operations
from domain.queued_jobs.arguments import UploadPrices


@described_input
class PriceInput:
    """What a product is to cost."""

    product_id: strawberry.ID = required("The product.")
    amount: Decimal | None = optional(
        'What Temu is to pay for each piece, in units of the currency: "18.50". Null: nothing is wanted any more; what Temu has or '
        "reviews already stays."
    )
    currency_code: str | None = optional(
        "ISO 4217, such as USD: the one in which Temu asks for it. Needed with an amount."
    )
    reason: str | None = optional("Why, which Temu is told; 200 characters at most.")


@described_input
class UpdatePricesInput:
    """At most 500 a call."""

    company_id: strawberry.ID = required("The company that sells them.")
    prices: list[PriceInput] = required("All of them are kept, or none.")
    validate_only: bool = optional("Say what would be refused, change nothing.", False)


@described_input
class MinimumPriceInput:
    """Below what a product may never cost."""

    product_id: strawberry.ID = required("The product.")
    amount: Decimal | None = optional('The floor, in units of the currency: "15.00". Null: none any more.')
    currency_code: str | None = optional("ISO 4217, such as USD. Needed with an amount.")


@described_input
class SetMinimumPricesInput:
    """At most 500 a call."""

    company_id: strawberry.ID = required("The company that sells them.")
    minimums: list[MinimumPriceInput] = required("All of them are kept, or none.")


@described_input
class UploadPricesInput:
    """Whose prices are to go out."""

    company_id: strawberry.ID = required("The company.")
    product_ids: list[strawberry.ID] | None = optional(
        "Of these products, 500 at most; left out, or null: of all."
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.type
class PriceMutations:
    """Mutations of prices."""

    @mutation(Role.OPERATE)
    async def update_prices(self, info: Info, input: UpdatePricesInput) -> PricesPayload:
        """Say what products are to cost. Temu is not told before uploadPrices, or the schedule where allowPriceUpload is on. Below a
        product's minimum price nothing is taken; without one, only where requireMinimumPrice is off. What was refused is pending
        again; the same once more changes nothing.
        """
        context = info.context
        rows = await run_in_transaction(
            context.database,
            operations.update_prices,
            by=context.principal,
            company_id=ids.decode(input.company_id, "Company", "companyId"),
            inputs=[
                operations.PriceInput(*_amount(i, "prices", price), given(price.reason))
                for i, price in enumerate(input.prices)
            ],
            validate_only=input.validate_only,
            now=context.now,
        )
        return PricesPayload(product_ids=[row.product_id for row in rows])

    @mutation(Role.ADMINISTER)
    async def set_minimum_prices(self, info: Info, input: SetMinimumPricesInput) -> PricesPayload:
        """Set the floors of products: no price below one ever leaves, whoever asks for it. A price that is pending below its new floor
        is refused at once; what Temu has, or reviews by then, stays.
        """
        context = info.context
        rows = await run_in_transaction(
            context.database,
            operations.set_minimums,
            by=context.principal,
            company_id=ids.decode(input.company_id, "Company", "companyId"),
            inputs=[
                operations.MinimumInput(*_amount(i, "minimums", minimum))
                for i, minimum in enumerate(input.minimums)
            ],
            now=context.now,
        )
        return PricesPayload(product_ids=[row.product_id for row in rows])

    @mutation(Role.OPERATE)
    async def upload_prices(self, info: Info, input: UploadPricesInput) -> JobPayload:
        """Read what Temu asks for products, and have it told of the prices that are pending: each goods by one call, a ChannelAction of
        the kind CHANGE_PRICE that is followed until Temu has decided, which may take days. What it has already is not sent. Answers
        at once with the job, which has an outcome for each price.
        """
        wanted = given(input.product_ids)
        arguments = UploadPrices(None if wanted is None else ids.find_all(wanted, "Product"))
        return await request(info, operations.request_upload, arguments, input)


def _amount(
    place: int, member: str, price: PriceInput | MinimumPriceInput
) -> tuple[int, Decimal | None, str | None]:
    field: Sequence[str] = (member, str(place))
    if price.amount is strawberry.UNSET:
        raise Required("Give an amount, or null to take it away.", field=(*field, "amount"))
    number = ids.decode(price.product_id, "Product", *field, "productId")
    return number, price.amount, given(price.currency_code)
