"""What the channel is asked to do beside shipping."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from api.reading.declared import column, one, rows_of
from api.schema.relay import Node
from api.values import enums
from api.values.described import described_type
from domain import models

if TYPE_CHECKING:
    from api.schema.types.company import Company
    from api.schema.types.order import Order
    from api.schema.types.product import Product


@rows_of(models.ChannelAction)
@described_type
class ChannelAction(Node):
    """One thing that Temu is asked to do, such as agreeing to a request to cancel: sent once, and followed to its end."""

    kind: enums.ChannelActionKind = column("What Temu is asked to do.")
    status: enums.ChannelActionStatus = column("Where it stands.")
    subject: str = column("Temu's number of what it is done to, such as PA-211-12345.")
    code: str | None = column(
        "Why it was refused, or is UNCONFIRMED, for code to branch on: TEMU_ and Temu's own number, mostly."
    )
    message: str | None = column("The same for a person, with what to do.")
    reference: str | None = column(
        "Temu's number of what came of it, such as a package's; null where there is none."
    )
    attempts: int = column(
        "How often it was sent: more than once only where Temu had never heard of it.",
        lambda action: action.sends,
    )
    next_attempt_at: datetime | None = column(
        "When it is sent, or Temu asked about it, next; null where it has ended or waits for a person.",
        lambda action: action.due_at,
    )
    created_at: datetime = column("When it was asked for.")
    sent_at: datetime | None = column("When it was last sent; null until then.")
    ended_at: datetime | None = column("When it was done, refused or taken back.")
    updated_at: datetime = column("When it was last looked at.")
    company: Annotated["Company", strawberry.lazy("api.schema.types.company")] = one(
        "The company whose mall is asked.", lambda action, company: company.id == action.company_id
    )
    order: Annotated["Order", strawberry.lazy("api.schema.types.order")] | None = one(
        "The order that it is about.", lambda action, order: order.id == action.order_id
    )
    product: Annotated["Product", strawberry.lazy("api.schema.types.product")] | None = one(
        "The product that it is about.", lambda action, product: product.id == action.product_id
    )
