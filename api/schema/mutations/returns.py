"""Mutations of returns, and the job that brings them in."""

from datetime import datetime
from decimal import Decimal

import strawberry

from api.context import Info, given
from api.schema.errors import mutation
from api.schema.mutations.payloads import ChannelActionPayload, JobPayload, ReturnPayload
from api.schema.mutations.queued_jobs import request
from api.values import enums, ids
from api.values.described import described_input, idempotency_key, optional, required
from domain.inventory.mutation_transaction import run_in_transaction
from domain.models import Role
from domain.queued_jobs.arguments import ImportReturns
from domain.returns import labels, operations, receipts, refunds
from domain.returns.labels import LabelInput
from domain.returns.receipts import ReceivedLine


@described_input
class ImportReturnsInput:
    """Without from: since the last import, or the last 90 days the first time."""

    company_id: strawberry.ID = required("The company.")
    from_: datetime | None = strawberry.field(
        name="from",
        default=strawberry.UNSET,
        description="Bring in what changed on Temu at this moment or later.",
    )
    idempotency_key: str | None = idempotency_key()


@described_input
class IssueRefundInput:
    """A return to refund, and how much that may be."""

    return_id: strawberry.ID = required("The return.")
    max_amount: Decimal = required(
        'The most that Temu may give back, in the currency of `Return.refund`: "19.90". Temu gives all of it back or nothing: where '
        "that is more by then, nothing is refunded."
    )


@described_input
class UploadReturnLabelInput:
    """A label that a buyer is to be given."""

    return_id: strawberry.ID = required("The return.")
    file_id: strawberry.ID = required(
        "The id that POST /files answered: a PDF or a PNG as raw body, 5 MiB at most. It lies sealed until Temu has it."
    )
    carrier: str = required("Who carries it: Temu's id or name of the carrier, as it knows them for returns.")
    tracking_number: str = required("The carrier's number of it.")
    return_warehouse: str | None = optional(
        "Where to: Temu's name or number of the place. May be left out where Temu offers only one."
    )


@described_input
class ReceivedReturnLineInput:
    """Pieces of one line that came in."""

    line_id: strawberry.ID = required("The line of the return.")
    quantity: int = required("Pieces of it, of those that are still to come back.")
    condition: enums.ReturnCondition = required("What they are like.")


@described_input
class ReceiveReturnInput:
    """What came in of a return; all of it is recorded, or nothing."""

    return_id: strawberry.ID = required("The return.")
    warehouse_id: strawberry.ID = required("Where it came in.")
    lines: list[ReceivedReturnLineInput] = required("What came in.")
    idempotency_key: str = required(
        "A name of your own for this parcel, 255 characters at most: given twice with the same input, the pieces are counted once, "
        "however long after; with other input it is CONFLICT."
    )


@strawberry.type
class ReturnMutations:
    """Mutations of returns."""

    @mutation(Role.OPERATE)
    async def import_returns(self, info: Info, input: ImportReturnsInput) -> JobPayload:
        """Bring in what buyers of a company send back or want refunded; answers at once with the job, and each return is an
        outcome. The schedule does the same where allowReturnDownload is on.
        """
        return await request(info, operations.request_import, ImportReturns(since=given(input.from_)), input)

    @mutation(Role.OPERATE)
    async def issue_refund(self, info: Info, input: IssueRefundInput) -> ChannelActionPayload:
        """Give a buyer all of the money back for a return; costs money. Answers at once, and a job has Temu do it, once. Asked again
        meanwhile, it is the same action; once Temu has done it, CONFLICT.
        """
        row = await run_in_transaction(
            info.context.database,
            refunds.issue,
            by=info.context.principal,
            return_id=ids.decode(input.return_id, "Return", "returnId"),
            most=input.max_amount,
            now=info.context.now,
        )
        return ChannelActionPayload(action_id=row.id)

    @mutation(Role.OPERATE)
    async def upload_return_label(self, info: Info, input: UploadReturnLabelInput) -> ChannelActionPayload:
        """Give a buyer a label for a return, where Temu asks for one (UPLOAD_LABEL in Return.availableOperations). Answers at once, and
        a job has Temu do it. The file is taken: its id is good for nothing else afterwards.
        """
        label = LabelInput(
            file_id=ids.decode(input.file_id, "File", "fileId"),
            carrier=input.carrier,
            tracking_number=input.tracking_number,
            warehouse=given(input.return_warehouse),
        )
        row = await run_in_transaction(
            info.context.database,
            labels.upload,
            label,
            by=info.context.principal,
            return_id=ids.decode(input.return_id, "Return", "returnId"),
            secrets=info.context.resources.secrets,
            now=info.context.now,
        )
        return ChannelActionPayload(action_id=row.id)

    @mutation(Role.OPERATE)
    async def receive_return(self, info: Info, input: ReceiveReturnInput) -> ReturnPayload:
        """Record what came in of a return: what can be sold lies on hand in the warehouse from then on, and is told to Temu as any
        stock; what is damaged is only counted. Never more than was to come back.
        """
        lines = [
            ReceivedLine(
                line_id=ids.decode(line.line_id, "ReturnLine", "lines", str(i), "lineId"),
                quantity=line.quantity,
                condition=line.condition,
            )
            for i, line in enumerate(input.lines)
        ]
        row = await run_in_transaction(
            info.context.database,
            receipts.receive,
            by=info.context.principal,
            return_id=ids.decode(input.return_id, "Return", "returnId"),
            warehouse_id=ids.decode(input.warehouse_id, "Warehouse", "warehouseId"),
            lines=lines,
            key=input.idempotency_key,
            now=info.context.now,
        )
        return ReturnPayload(return_id=row.id)
