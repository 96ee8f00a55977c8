"""What orders cost: one call for each order (O16)."""

from collections.abc import Sequence

from sqlalchemy import bindparam, update

from domain.database.upsert import execute_for_each
from domain.errors import Refused
from domain.models import Order, OrderItem
from domain.orders.importing.details import Detail, Faults, failed, mark_fetched
from domain.orders.importing.parse_details import IncomingAmounts, read_amounts
from domain.queued_jobs.run import Step, not_permitted
from domain.temu.client import TemuClient
from domain.temu.errors import AmountsNotReady, PermissionMissing

_SET_TOTAL = (
    update(Order)
    .where(Order.id == bindparam("of_order"))
    .values(total_amount=bindparam("amount"), currency_code=bindparam("currency"))
)
_SET_UNIT_PRICE = (
    update(OrderItem)
    .where(
        OrderItem.order_id == bindparam("of_order"), OrderItem.channel_order_item_id == bindparam("number")
    )
    .values(unit_price_amount=bindparam("amount"), currency_code=bindparam("currency"))
)


class Amounts(Detail[IncomingAmounts]):
    """Where the token may not know, or Temu has yet to compute, totals stay empty; nothing fails, later imports ask again."""

    wanted = Order.amounts_wanted.expression

    def __init__(self, temu: TemuClient) -> None:
        self._temu = temu

    async def fetch(self, order: Order) -> IncomingAmounts:
        return read_amounts(await self._temu.amounts(order.channel_order_id))

    async def store(self, step: Step, answers: Sequence[tuple[Order, IncomingAmounts]]) -> None:
        totals = [
            {"of_order": order.id, "amount": found.total.amount, "currency": found.total.currency_code}
            for order, found in answers
            if found.total is not None
        ]
        prices = [
            {"of_order": order.id, "number": number, "amount": price.amount, "currency": price.currency_code}
            for order, found in answers
            for number, price in found.unit_prices.items()
        ]
        await execute_for_each(step.session, _SET_TOTAL, totals)
        await execute_for_each(step.session, _SET_UNIT_PRICE, prices)
        await mark_fetched(step, [order for order, _ in answers], self.wanted)

    async def record_faults(self, step: Step, faults: Faults) -> None:
        for_good = [order for order, error in faults if isinstance(error, Refused)]
        await mark_fetched(step, for_good, self.wanted)
        step.outcomes += [
            failed(order, "AMOUNTS", f"The amounts could not be read: {error.message}")
            for order, error in faults
            if not isinstance(error, AmountsNotReady)
        ]

    async def record_forbidden(self, step: Step, error: PermissionMissing) -> None:
        # O16: totals stay null. What the token lacks, testSettings tells.
        if error.is_apps:
            message = f"Orders came in without amounts. {error.message}"
            step.outcomes.append(not_permitted("(amounts)", message))
