"""What buyers send back or want refunded."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from api.reading.declared import column, many, money, one, rows_of
from api.schema.relay import Connection, Node
from api.schema.types.money import Money
from api.schema.types.order import Order, OrderItem
from api.values import enums
from api.values.described import described_type
from domain import models

if TYPE_CHECKING:
    from api.schema.types.company import Company


@rows_of(models.ReturnLine)
@described_type
class ReturnLine(Node):
    """Pieces of one order item that a buyer sends back, or wants the money back for."""

    channel_return_line_id: str = column("Temu's after-sales number below the return.")
    channel_order_item_id: str | None = column(
        "Temu's order number below the parent order; null where the token may not read details of returns."
    )
    website_product_id: str | None = column("Temu Goods ID.")
    website_product_variant_id: str | None = column("Temu SKU ID.")
    quantity: int = column("Pieces, of what orderItem.quantity counts.")
    reason_code: int | None = column(
        "Temu's number of the reason, such as 14; null where it didn't tell one."
    )
    reason: str | None = column(
        "Temu's words for that reason: \"Item defective or doesn't work\". What the buyer wrote beside it is not kept."
    )
    refund: Money | None = money(
        "What is asked back for it; null where Temu didn't tell.", lambda line: line.refund_amount
    )
    received_quantity: int = column("Pieces of these that came in and lie on hand again, by receiveReturn.")
    damaged_quantity: int = column("Pieces of these that came in damaged, and lie nowhere.")
    created_at: datetime = column("When it came in.")
    updated_at: datetime = column("When it was last changed.")
    order_item: OrderItem | None = one(
        "The item; null until its order has come in.", lambda line, item: item.id == line.order_item_id
    )


@rows_of(models.Return)
@described_type
class Return(Node):
    """That a buyer sends pieces of one order back, or wants the money back for them: one of Temu's parent after-sales orders."""

    channel_return_id: str = column("Temu's parent after-sales number, such as PO-211-00000000000000001-D01.")
    channel_order_id: str = column("Temu's parent order number.")
    type: enums.ReturnType = column("What the buyer wants.")
    status: enums.ReturnStatus = column("Where it stands at Temu.")
    delivery: enums.ReturnDelivery | None = column(
        "How it comes back; null where nothing does, or Temu didn't tell."
    )
    respond_by: datetime | None = column(
        "Until when it is to be answered; then Temu gives the money back by itself. Null where nothing has to be done."
    )
    available_operations: list[enums.ReturnOperation] = column(
        "What Temu lets be done with it now; empty where only Temu or the buyer can go on."
    )
    carrier: str | None = column("Who carries it back, as Temu names it; null until it is on its way.")
    tracking_numbers: list[str] = column("The carrier's numbers of its parcels.")
    refund: Money | None = money(
        "What the buyer gets back, or got: all of it, as Temu's interface refunds no part. Null where Temu didn't tell.",
        lambda row: row.refund_amount,
    )
    requested_at: datetime = column("When the buyer asked.")
    channel_updated_at: datetime = column("When it last changed at Temu.")
    created_at: datetime = column("When it came in.", lambda row: row.imported_at)
    updated_at: datetime = column("When it was last changed here; its lines have moments of their own.")
    company: Annotated["Company", strawberry.lazy("api.schema.types.company")] = one(
        "The company whose mall sold it.", lambda row, company: company.id == row.company_id
    )
    order: Order | None = one(
        "The order; null until it has come in.", lambda row, order: order.id == row.order_id
    )
    lines: list[ReturnLine] = many("What is sent back.", lambda row, line: line.return_id == row.id)


@described_type
class ReturnStatusCount:
    """How many returns of a list have one status."""

    status: enums.ReturnStatus = strawberry.field(description="The status.")
    count: int = strawberry.field(description="How many have it: 0 where none does.")


@described_type
class ReturnConnection(Connection[Return]):
    """A page of returns."""

    status_counts: list[ReturnStatusCount] = strawberry.field(
        description="How many returns have each status, whichever the filter's own `status` asks for; all of its other conditions "
        "hold."
    )
