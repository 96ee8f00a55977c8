"""The mutation by which an order gets its invoice."""

import strawberry

from api.context import Info
from api.schema.errors import mutation
from api.schema.mutations.payloads import ChannelActionPayload
from api.values import enums, ids
from api.values.described import described_input, required
from domain.inventory.mutation_transaction import run_in_transaction
from domain.models import InvoiceKind, InvoiceRecipient, Role
from domain.orders import invoice_upload


@described_input
class UploadInvoiceInput:
    """An order's invoice, or a credit note."""

    order_id: strawberry.ID = required("The order; it has left.")
    file_id: strawberry.ID = required(
        "The PDF, handed in with POST /files as application/pdf; 5 MiB at most. It is the order's alone from now on."
    )
    number: str = required("The document's own number, such as RE-2026-00042; 64 characters at most.")
    kind: enums.InvoiceKind = strawberry.field(default=InvoiceKind.INVOICE, description="What it is.")
    recipient: enums.InvoiceRecipient = strawberry.field(
        default=InvoiceRecipient.CONSUMER, description="Whom it is written to."
    )


@strawberry.type
class InvoiceMutations:
    """Mutations of invoices."""

    @mutation(Role.OPERATE)
    async def upload_invoice(self, info: Info, input: UploadInvoiceInput) -> ChannelActionPayload:
        """Give an order of a company in the region EU its invoice, or a credit note; answers at once, and a job uploads it, once:
        where its answer is lost and Temu doesn't list it, the action is UNCONFIRMED after a day, and never sent again by itself. An
        order that has one is a CONFLICT. The file is sealed here until Temu has it, and then removed.
        """
        row = await run_in_transaction(
            info.context.database,
            invoice_upload.upload,
            by=info.context.principal,
            secrets=info.context.resources.secrets,
            order_id=ids.decode(input.order_id, "Order", "orderId"),
            file_id=ids.decode(input.file_id, "File", "fileId"),
            number=input.number,
            kind=input.kind,
            recipient=input.recipient,
            now=info.context.now,
        )
        return ChannelActionPayload(action_id=row.id)
