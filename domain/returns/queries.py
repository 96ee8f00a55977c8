"""Returns as their readers may see them."""

from datetime import timedelta
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, and_

from domain.database.dialect_sql import later
from domain.filtering import NOW, Filter, Flag, among, during, equals, holds_any, states
from domain.models import Return
from domain.models.returns import RESPOND_BY
from domain.pagination import Key
from domain.ranges import range_of

# So long before Temu refunds by itself, a person is told.
DUE_WITHIN = timedelta(hours=24)
# The one asked for last comes first.
RETURNS = [Key(Return.requested_at, descending=True), Key(Return.id, descending=True)]


class ReturnOrderField(Enum):
    """By what returns can be sorted."""

    REQUESTED_AT = "REQUESTED_AT"  #: when the buyer asked
    RESPOND_BY = "RESPOND_BY"  #: until when they are to be answered; of which nothing has to be done, as if it were the last
    UPDATED_AT = "UPDATED_AT"  #: when they last changed here


_BY = {
    ReturnOrderField.REQUESTED_AT: Key(Return.requested_at),
    ReturnOrderField.RESPOND_BY: RESPOND_BY,
    ReturnOrderField.UPDATED_AT: Key(Return.updated_at),
}
RETURN_ORDERS = {field: [key, Key(Return.id)] for field, key in _BY.items()}
# What is counted beside a list, and the condition that chooses among it.
RETURN_STATES = "status", states(Return.status)
# With a deadline that ends within a day. What has ended has none; where it is over, Temu has decided.
IS_DUE: ColumnElement[Any] = and_(Return.respond_by > NOW, Return.respond_by < later(NOW, DUE_WITHIN))
RETURN_FILTER = Filter(
    status=among(Return.status),
    type=equals(Return.type),
    channel_return_ids=among(Return.channel_return_id),
    channel_order_ids=among(Return.channel_order_id),
    tracking_numbers=holds_any(Return.tracking_numbers),
    available_operations=holds_any(Return.available_operations),
    respond_by=range_of(Return, RESPOND_BY, with_end=False),
    requested_at=during(Return.requested_at),
    updated_at=during(Return.updated_at),
    is_due=Flag(IS_DUE),
)
