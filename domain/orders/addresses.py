"""
Where orders go: one call for each order that is to be shipped (O16).
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain.database import execute_for_each, put
from domain.errors import Refused
from domain.models import FulfilledBy, JobOutcomeStatus, Order, OrderAddress, OrderStatus
from domain.orders import queries
from domain.orders.details import Detail, Faults, failed, no_longer_wanted
from domain.orders.incoming_details import read_address, read_restriction
from domain.orders.notes import Note, add_notes
from domain.queued_jobs.run import Outcome, Step
from domain.temu.client import TemuClient
from domain.temu.errors import PermissionMissing

# The parts of an address, and why Temu wants its own label for it.
Found = tuple[Mapping[str, str | None], str | None]

# What a note calls each column of an address.
_PARTS = {
    "name": "recipient",
    "phone": "phone",
    "line1": "street",
    "line2": "street",
    "city": "city",
    "region": "region",
    "postal_code": "postal code",
    "country_code": "country",
}

_SET_RESTRICTION = (
    update(Order)
    .where(Order.id == bindparam("of_order"))
    .values(address_restriction=bindparam("restriction"))
)


class Addresses(Detail[Found]):
    """
    What Temu refuses for good fails that order and is asked again by later imports.
    """

    def __init__(self, temu: TemuClient, *, now: datetime) -> None:
        self._temu = temu
        self._now = now

    @property
    def wanted(self) -> ColumnElement[bool]:
        return Order.address_wanted.expression

    async def ask(self, order: Order) -> Found:
        message = await self._temu.address(order.channel_order_id)
        address = read_address(
            message, order_number=order.channel_order_id, region_id=order.channel_region_id
        )
        return address, read_restriction(message)

    async def keep(self, step: Step, answers: Sequence[tuple[Order, Found]]) -> None:
        await add_notes(step.session, await _moves(step.session, answers), now=self._now)
        rows = [{"order_id": order.id, **address} for order, (address, _) in answers]
        await put(step.session, OrderAddress, rows, key=("order_id",), news=tuple(_PARTS))
        restricted = [
            {"of_order": order.id, "restriction": restriction}
            for order, (_, restriction) in answers
            if restriction != order.address_restriction
        ]
        await execute_for_each(step.session, _SET_RESTRICTION, restricted)
        await no_longer_wanted(step, [order for order, _ in answers], self.wanted)

    async def refuse(self, step: Step, faults: Faults) -> None:
        # Shipped before it came in, or by others: nobody here needs its address, and Temu may no longer give it.
        needless = [order for order, e in faults if isinstance(e, Refused) and not _is_shipped_here(order)]
        await no_longer_wanted(step, needless, self.wanted)
        step.outcomes += [
            failed(order, "ADDRESS", f"The address could not be read: {error.message}")
            for order, error in faults
            if order not in needless
        ]

    async def forbidden(self, step: Step, error: PermissionMissing) -> None:
        message = f"Orders came in without address. {error.message}"
        step.outcomes.append(Outcome("(addresses)", JobOutcomeStatus.FAILED, "PERMISSION_MISSING", message))


async def ask_again_for_addresses(session: AsyncSession, company_id: int, numbers: Collection[str]) -> None:
    """
    Have the addresses of these orders asked for once more where they are still to be shipped.
    """
    await session.execute(
        update(Order)
        .where(
            *queries.imported(company_id, numbers),
            Order.status.not_in([OrderStatus.PENDING, OrderStatus.CANCELLED, OrderStatus.COMPLETED]),
        )
        .values(address_wanted=True)
    )


def _is_shipped_here(order: Order) -> bool:
    return order.status is not OrderStatus.COMPLETED and order.fulfilled_by is FulfilledBy.SELLER


async def _moves(session: AsyncSession, answers: Sequence[tuple[Order, Found]]) -> list[tuple[Order, Note]]:
    """
    A note for each order whose address was known and is another now (O13). It names the parts and nothing of what they
    say, which would keep personal data in a second place.
    """
    ids = [order.id for order, _ in answers]
    # For update: of two runs that read the same new address, one tells of it.
    statement = select(OrderAddress).where(OrderAddress.order_id.in_(ids)).with_for_update()
    known = {address.order_id: address for address in await session.scalars(statement)}
    notes: list[tuple[Order, Note]] = []
    for order, (address, _) in answers:
        before = known.get(order.id)
        parts = [words for name, words in _PARTS.items() if before and getattr(before, name) != address[name]]
        if parts:
            event = f"address-changed:{order.channel_updated_at.isoformat()}"
            body = f"The address was changed on Temu before shipping: {', '.join(dict.fromkeys(parts))}."
            notes.append((order, Note(event, body)))
    return notes
