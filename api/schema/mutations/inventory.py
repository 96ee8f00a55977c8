"""Mutations of warehouses and stock."""

import strawberry

from api.context import Info, given
from api.schema.errors import Mutates
from api.schema.mutations.payloads import CompanyPayload, JobPayload, ProductsPayload, WarehousePayload
from api.values import enums, ids
from domain import models
from domain.inventory import changes, operations
from domain.models import Role


@strawberry.input(description="A warehouse to create.")
class CreateWarehouseInput:
    """A new warehouse."""

    name: str = strawberry.field(description="What people call it; 200 characters at most, unique.")
    is_sellable: bool = strawberry.field(default=True, description="Whether what lies there may be sold.")


@strawberry.input(description="The name by which the channel knows a warehouse.")
class ChannelWarehouseMappingInput:
    """A warehouse and its name."""

    warehouse_id: strawberry.ID = strawberry.field(description="The warehouse.")
    channel_warehouse_code: str = strawberry.field(description="The Temu address name.")


@strawberry.input(description="All names by which a company's channel knows warehouses.")
class SetChannelWarehouseMappingsInput:
    """All names."""

    company_id: strawberry.ID = strawberry.field(description="The company.")
    channel: enums.Channel = strawberry.field(
        default=enums.Channel.WEBSITE, description="Whose names they are."
    )
    mappings: list[ChannelWarehouseMappingInput] = strawberry.field(
        description="They replace those there were; 500 at most."
    )


@strawberry.input(description="What lies of a product in a warehouse.")
class InventoryLevelInput:
    """What lies where."""

    product_id: strawberry.ID = strawberry.field(
        description="The product; a shadow product has no stock of its own."
    )
    warehouse_id: strawberry.ID = strawberry.field(description="The warehouse.")
    on_hand: int = strawberry.field(description="Pieces that lie there, those that orders hold included.")
    compare_on_hand: int | None = strawberry.field(
        default=strawberry.UNSET, description="Change only if this many lie there now; otherwise CONFLICT."
    )


@strawberry.input(
    description="At most 500 a call; compareOnHand, where given, must equal the present figure or the whole call "
    "changes nothing (CONFLICT)."
)
class SetInventoryInput:
    """What lies where."""

    levels: list[InventoryLevelInput] = strawberry.field(description="All of them are set, or none.")


@strawberry.input(description="Without productIds: every mapped product of the company, changed or not.")
class UpdateInventoryOnChannelInput:
    """What to tell the channel of."""

    company_id: strawberry.ID = strawberry.field(description="The company.")
    channel: enums.Channel = strawberry.field(default=enums.Channel.WEBSITE, description="Whom to tell.")
    product_ids: list[strawberry.ID] | None = strawberry.field(
        default=strawberry.UNSET, description="These products only; 500 at most."
    )
    confirm_zeroing: bool = strawberry.field(
        default=False,
        description="Set products to zero even where these are more than 20 and more than half of the mall's. Without it "
        "such zeros are held back, the job fails with advice, and Company.attention says ZEROING_STOPPED.",
    )
    idempotency_key: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="Given twice with the same input within 24 hours, the first answer is given again.",
    )


@strawberry.type
class InventoryMutations:
    """Mutations of warehouses and stock."""

    @strawberry.mutation(
        description="Add a warehouse to the organisation; needs a key of the server.",
        extensions=[Mutates(Role.ADMINISTER)],
    )
    async def create_warehouse(self, info: Info, input: CreateWarehouseInput) -> WarehousePayload:  # noqa: A002
        async with info.context.database.write() as session:
            row = await operations.create_warehouse(
                session, by=info.context.principal, name=input.name, is_sellable=input.is_sellable
            )
        return WarehousePayload(warehouse_id=row.id)

    @strawberry.mutation(
        description="Replace the names by which a company's channel knows warehouses.",
        extensions=[Mutates(Role.ADMINISTER)],
    )
    async def set_channel_warehouse_mappings(
        self,
        info: Info,
        input: SetChannelWarehouseMappingsInput,  # noqa: A002 - the contract's name
    ) -> CompanyPayload:
        company_id = ids.decode(input.company_id, "Company", "companyId")
        codes = [
            (
                ids.decode(m.warehouse_id, "Warehouse", "mappings", str(i), "warehouseId"),
                m.channel_warehouse_code,
            )
            for i, m in enumerate(input.mappings)
        ]
        context = info.context

        async def unit() -> models.Company:
            async with context.database.write() as session:
                return await operations.set_channel_warehouse_mappings(
                    session, by=context.principal, company_id=company_id, channel=input.channel, codes=codes
                )

        return CompanyPayload(company_id=(await changes.retry_while_in_flight(unit)).id)

    @strawberry.mutation(
        description="Tell Temu what is available of a company's products; answers at once with the job that does it.",
        extensions=[Mutates(Role.OPERATE)],
    )
    async def update_inventory_on_channel(
        self,
        info: Info,
        input: UpdateInventoryOnChannelInput,  # noqa: A002 - the contract's name
    ) -> JobPayload:
        context = info.context
        company_id = ids.decode(input.company_id, "Company", "companyId")
        wanted = given(input.product_ids)
        # An id that names no product at all is refused with those that name none of this company's.
        product_ids = None if wanted is None else [ids.find(product, "Product") or 0 for product in wanted]
        async with context.database.write() as session:
            row = await operations.request_update(
                session,
                by=context.principal,
                company_id=company_id,
                product_ids=product_ids,
                confirm_zeroing=input.confirm_zeroing,
                key=given(input.idempotency_key),
                now=context.now,
            )
        return JobPayload(job_id=row.id)

    @strawberry.mutation(
        description="Set what lies where; all of it or nothing.", extensions=[Mutates(Role.OPERATE)]
    )
    async def set_inventory(self, info: Info, input: SetInventoryInput) -> ProductsPayload:  # noqa: A002
        levels = [
            operations.LevelInput(
                product_id=ids.decode(level.product_id, "Product", "levels", str(i), "productId"),
                warehouse_id=ids.decode(level.warehouse_id, "Warehouse", "levels", str(i), "warehouseId"),
                on_hand=level.on_hand,
                compare_on_hand=given(level.compare_on_hand),
            )
            for i, level in enumerate(input.levels)
        ]

        async def unit() -> list[models.Product]:
            async with info.context.database.write() as session:
                return await operations.set_levels(session, by=info.context.principal, levels=levels)

        rows = await changes.retry_while_in_flight(unit)
        return ProductsPayload(product_ids=[row.id for row in rows])
