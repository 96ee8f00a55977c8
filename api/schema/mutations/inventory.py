"""Mutations of warehouses and stock."""

import strawberry

from api.context import Info, given
from api.schema.errors import mutation
from api.schema.mutations.payloads import CompanyPayload, JobPayload, ProductsPayload, WarehousePayload
from api.schema.mutations.queued_jobs import request
from api.values import enums, ids
from api.values.described import described_input, idempotency_key, optional, required
from domain.inventory import operations, warehouses
from domain.inventory.mutation_transaction import run_in_transaction
from domain.models import Role
from domain.queued_jobs.arguments import UpdateInventory


@described_input
class CreateWarehouseInput:
    """A warehouse to create."""

    name: str = required("What people call it; 200 characters at most, unique.")
    is_sellable: bool = optional("Whether what lies there may be sold.", True)


@described_input
class UpdateWarehouseInput:
    """What of a warehouse is to be another; what is left out, or null, stays as it is."""

    warehouse_id: strawberry.ID = required("The warehouse.")
    name: str | None = optional("What people call it; 200 characters at most, unique.")
    is_sellable: bool | None = optional("Whether what lies there may be sold.")


@described_input
class WarehouseIdInput:
    """Names a warehouse."""

    warehouse_id: strawberry.ID = required("The warehouse.")


@described_input
class ChannelWarehouseMappingInput:
    """The name by which the channel knows a warehouse."""

    warehouse_id: strawberry.ID = required("The warehouse.")
    channel_warehouse_code: str = required("The Temu address name.")


@described_input
class SetChannelWarehouseMappingsInput:
    """All names by which a company's channel knows warehouses."""

    company_id: strawberry.ID = required("The company.")
    channel: enums.Channel = optional("Whose names they are.", enums.Channel.WEBSITE)
    mappings: list[ChannelWarehouseMappingInput] = required("They replace those there were; 500 at most.")


@described_input
class InventoryLevelInput:
    """What lies of a product in a warehouse."""

    product_id: strawberry.ID = required("The product; a shadow product has no stock of its own.")
    warehouse_id: strawberry.ID = required("The warehouse.")
    on_hand: int = required("Pieces that lie there, those that orders hold included.")
    compare_on_hand: int | None = optional("Change only if this many lie there now; otherwise CONFLICT.")


@described_input
class SetInventoryInput:
    """At most 500 a call; compareOnHand, where given, must equal the present figure or the whole call changes nothing
    (CONFLICT).
    """

    levels: list[InventoryLevelInput] = required("All of them are set, or none.")


@described_input
class UpdateInventoryOnChannelInput:
    """Without productIds: every mapped product of the company, changed or not."""

    company_id: strawberry.ID = required("The company.")
    channel: enums.Channel = optional("Whom to tell.", enums.Channel.WEBSITE)
    product_ids: list[strawberry.ID] | None = optional("These products only; 500 at most.")
    confirm_zeroing: bool = optional(
        "Set products to zero even where these are more than 20 and more than half of the mall's. Without it "
        "such zeros are held back, the job fails with advice, and Company.attention says ZEROING_STOPPED.",
        False,
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.type
class InventoryMutations:
    """Mutations of warehouses and stock."""

    @mutation(Role.ADMINISTER)
    async def create_warehouse(self, info: Info, input: CreateWarehouseInput) -> WarehousePayload:
        """Add a warehouse to the organisation; needs a key of the server."""
        row = await run_in_transaction(
            info.context.database,
            warehouses.create,
            by=info.context.principal,
            name=input.name,
            is_sellable=input.is_sellable,
        )
        return WarehousePayload(warehouse_id=row.id)

    @mutation(Role.ADMINISTER)
    async def update_warehouse(self, info: Info, input: UpdateWarehouseInput) -> WarehousePayload:
        """Give a warehouse another name, or have what lies there sold or not; needs a key of the server. Where that changes what
        is available of products, their channels are told by the next update.
        """
        row = await run_in_transaction(
            info.context.database,
            warehouses.update,
            by=info.context.principal,
            warehouse_id=_warehouse(input.warehouse_id),
            name=given(input.name),
            is_sellable=given(input.is_sellable),
        )
        return WarehousePayload(warehouse_id=row.id)

    @mutation(Role.ADMINISTER)
    async def archive_warehouse(self, info: Info, input: WarehouseIdInput) -> WarehousePayload:
        """Put a warehouse away; needs a key of the server. It is a CONFLICT while pieces lie in it or a company's channel has a
        name for it. From then on it is on no list and nothing can be put or packed there; what refers to it shows it still,
        and a package that was packed there and is voided leaves its pieces there. Again does nothing.
        """
        row = await run_in_transaction(
            info.context.database,
            warehouses.archive,
            by=info.context.principal,
            warehouse_id=_warehouse(input.warehouse_id),
            now=info.context.now,
        )
        return WarehousePayload(warehouse_id=row.id)

    @mutation(Role.ADMINISTER)
    async def unarchive_warehouse(self, info: Info, input: WarehouseIdInput) -> WarehousePayload:
        """Take an archived warehouse back; needs a key of the server. Again does nothing."""
        row = await run_in_transaction(
            info.context.database,
            warehouses.unarchive,
            by=info.context.principal,
            warehouse_id=_warehouse(input.warehouse_id),
        )
        return WarehousePayload(warehouse_id=row.id)

    @mutation(Role.ADMINISTER)
    async def set_channel_warehouse_mappings(
        self, info: Info, input: SetChannelWarehouseMappingsInput
    ) -> CompanyPayload:
        """Replace the names by which a company's channel knows warehouses."""
        company_id = ids.decode(input.company_id, "Company", "companyId")
        codes = [
            (
                ids.decode(m.warehouse_id, "Warehouse", "mappings", str(i), "warehouseId"),
                m.channel_warehouse_code,
            )
            for i, m in enumerate(input.mappings)
        ]
        context = info.context
        company = await run_in_transaction(
            context.database,
            operations.set_channel_warehouse_mappings,
            by=context.principal,
            company_id=company_id,
            channel=input.channel,
            codes=codes,
        )
        return CompanyPayload(company_id=company.id)

    @mutation(Role.OPERATE)
    async def update_inventory_on_channel(
        self, info: Info, input: UpdateInventoryOnChannelInput
    ) -> JobPayload:
        """Tell Temu what is available of a company's products; answers at once with the job that does it."""
        wanted = given(input.product_ids)
        product_ids = None if wanted is None else ids.find_all(wanted, "Product")
        arguments = UpdateInventory(product_ids, confirm_zeroing=input.confirm_zeroing)
        return await request(info, operations.request_update, arguments, input)

    @mutation(Role.OPERATE)
    async def set_inventory(self, info: Info, input: SetInventoryInput) -> ProductsPayload:
        """Set what lies where; all of it or nothing."""
        levels = [
            operations.LevelInput(
                product_id=ids.decode(level.product_id, "Product", "levels", str(i), "productId"),
                warehouse_id=ids.decode(level.warehouse_id, "Warehouse", "levels", str(i), "warehouseId"),
                on_hand=level.on_hand,
                compare_on_hand=given(level.compare_on_hand),
            )
            for i, level in enumerate(input.levels)
        ]
        context = info.context
        rows = await run_in_transaction(
            context.database, operations.set_levels, by=context.principal, levels=levels
        )
        return ProductsPayload(product_ids=[row.id for row in rows])


def _warehouse(global_id: strawberry.ID) -> int:
    # One that is none looks like any other to a key that may change none.
    return ids.find(global_id, "Warehouse") or 0
