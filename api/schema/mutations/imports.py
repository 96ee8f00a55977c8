"""Mutations that apply the rows of files: each answers with the job that does it."""

import strawberry

from api.context import Info
from api.schema.errors import mutation
from api.schema.mutations.payloads import JobPayload
from api.schema.mutations.queued_jobs import request
from api.values import ids
from api.values.described import described_input, idempotency_key, optional, required
from domain.models import Role
from domain.queued_jobs.arguments import ImportInventory, ImportPrices, ImportProducts, ImportShipments
from domain.tables.requests import request_import

_FILE = "The id that POST /files answered: the file as raw body, its media type, the API key as bearer token."
_TRIAL = "Report every row, change nothing."


@described_input
class ImportProductsInput:
    """A file of products, as GET /files/templates/products.csv begins one."""

    company_id: strawberry.ID = required("The company that sells them.")
    file_id: strawberry.ID = required(_FILE)
    validate_only: bool = optional(_TRIAL, False)
    idempotency_key: str | None = idempotency_key()


@described_input
class ImportInventoryInput:
    """A file of stock, as GET /files/templates/inventory.csv begins one."""

    company_id: strawberry.ID = required("The company whose products lie there.")
    file_id: strawberry.ID = required(_FILE)
    validate_only: bool = optional(_TRIAL, False)
    idempotency_key: str | None = idempotency_key()


@described_input
class ImportPricesInput:
    """A file of prices, as GET /files/templates/prices.csv begins one."""

    company_id: strawberry.ID = required("The company whose products they are of.")
    file_id: strawberry.ID = required(_FILE)
    validate_only: bool = optional(_TRIAL, False)
    idempotency_key: str | None = idempotency_key()


@described_input
class ImportShipmentsInput:
    """A file of shipments, as GET /files/templates/shipments.csv begins one."""

    company_id: strawberry.ID = required("The company whose orders were shipped.")
    file_id: strawberry.ID = required(_FILE)
    validate_only: bool = optional(_TRIAL, False)
    idempotency_key: str | None = idempotency_key()


@strawberry.type
class ImportMutations:
    """Mutations that apply the rows of files."""

    @mutation(Role.OPERATE)
    async def import_products(self, info: Info, input: ImportProductsInput) -> JobPayload:
        """Create products, or change those whose SKU the company has, by the rows of a file with the columns SKU and Name, and
        more that it may have; answers at once with the job, which has an outcome for each row. Empty cells leave what is
        there.
        """
        companies = info.context.principal.company_ids
        visible = None if companies is None else sorted(companies)
        file_id = ids.decode(input.file_id, "File", "fileId")
        arguments = ImportProducts(file_id, input.validate_only, visible)
        return await request(info, request_import, arguments, input)

    @mutation(Role.OPERATE)
    async def import_inventory(self, info: Info, input: ImportInventoryInput) -> JobPayload:
        """Set what lies in warehouses by the rows of a file with the columns SKU, Warehouse and OnHand, and CompareOnHand where
        it has that; answers at once with the job, which has an outcome for each row.
        """
        file_id = ids.decode(input.file_id, "File", "fileId")
        return await request(info, request_import, ImportInventory(file_id, input.validate_only), input)

    @mutation(Role.OPERATE)
    async def import_prices(self, info: Info, input: ImportPricesInput) -> JobPayload:
        """Say what products are to cost by the rows of a file with the columns SKU, Price and Currency, and Reason where it has that:
        as by updatePrices, so nothing leaves before uploadPrices or the schedule. Answers at once with the job, which has an outcome
        for each row.
        """
        file_id = ids.decode(input.file_id, "File", "fileId")
        return await request(info, request_import, ImportPrices(file_id, input.validate_only), input)

    @mutation(Role.OPERATE)
    async def import_shipments(self, info: Info, input: ImportShipmentsInput) -> JobPayload:
        """Record packages by the rows of a file with the columns ChannelOrderID, Carrier, TrackingNumber and Warehouse, and
        OrderItemID and Quantity where it has those; answers at once with the job, which has an outcome for each row. What is
        refused is what shipOrder refuses, an order as a whole; a row whose package is recorded already is SKIPPED.
        """
        file_id = ids.decode(input.file_id, "File", "fileId")
        return await request(info, request_import, ImportShipments(file_id, input.validate_only), input)
