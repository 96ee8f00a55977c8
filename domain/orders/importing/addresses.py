"""Where orders go: one call for each order that is to be shipped (O16)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain.database.upsert import execute_for_each, upsert
from domain.errors import Refused
from domain.models import Company, FulfilledBy, Order, OrderAddress, OrderStatus
from domain.orders.importing.details import Detail, Faults, failed, mark_fetched
from domain.orders.importing.parse_details import REFUSALS, read_address, read_restriction
from domain.orders.notes import Note, add_notes
from domain.queued_jobs.run import Outcome, Step
from domain.temu.client import TemuClient
from domain.temu.errors import DataAgreementUnsigned, PermissionMissing, TemuRefused

Address = Mapping[str, str | None]
# The parts of an address, None where Temu keeps it back, and why Temu wants its own label for it.
Found = tuple[Address | None, str | None]

# What a note calls each column of an address.
_PARTS = {
    "name": "recipient",
    "phone": "phone",
    "line1": "street",
    "line2": "street",
    "city": "city",
    "district": "district",
    "region": "region",
    "postal_code": "postal code",
    "country_code": "country",
    "tax_code": "tax code",
    "tax_code_type": "tax code",
}
# What releases before this one did not keep: that it is known now doesn't mean that the buyer has changed it.
_KEPT_SINCE = ("district", "tax_code", "tax_code_type", "country_code")

_SET_RESTRICTION = (
    update(Order)
    .where(Order.id == bindparam("of_order"))
    .values(address_restriction=bindparam("restriction"))
)


class Addresses(Detail[Found]):
    """What Temu refuses for good fails that order and is asked again by later imports, unless the refusal is a
    restriction of the order: then that is what there is to know of its address.
    """

    wanted = Order.address_wanted.expression

    def __init__(self, temu: TemuClient, company_id: int, *, now: datetime) -> None:
        self._temu = temu
        self._company_id = company_id
        self._now = now
        # Whether an address has been read in this run, and that is recorded.
        self._is_agreed = False

    async def fetch(self, order: Order) -> Found:
        try:
            message = await self._temu.address(order.channel_order_id)
        except TemuRefused as refusal:
            if refusal.temu_code not in REFUSALS:
                raise
            return None, REFUSALS[refusal.temu_code]
        address = read_address(
            message, order_number=order.channel_order_id, region_id=order.channel_region_id
        )
        restriction = read_restriction(message)
        # With some restrictions nothing of the address is told (inferred): what was known of it stays.
        is_told = any(value for name, value in address.items() if name != "country_code")
        return (None if restriction and not is_told else address), restriction

    async def store(self, step: Step, answers: Sequence[tuple[Order, Found]]) -> None:
        told = [(order, address) for order, (address, _) in answers if address is not None]
        known = await _known(step.session, [order for order, _ in told])
        # The only place that writes addresses, and so the one that keeps what was erased from coming back (A5).
        told = [(o, address) for o, address in told if o.id not in known or known[o.id].erased_at is None]
        await add_notes(step.session, _change_notes(told, known), now=self._now)
        rows = [{"order_id": order.id, **address} for order, address in told]
        await upsert(step.session, OrderAddress, rows, key=("order_id",), news=tuple(_PARTS))
        restricted = [
            {"of_order": order.id, "restriction": restriction}
            for order, (_, restriction) in answers
            if restriction != order.address_restriction
        ]
        await execute_for_each(step.session, _SET_RESTRICTION, restricted)
        await mark_fetched(step, [order for order, _ in answers], self.wanted)
        if told and not self._is_agreed:
            self._is_agreed = True
            await _record_agreement(step.session, self._company_id, unsigned_since=None)

    async def record_faults(self, step: Step, faults: Faults) -> None:
        # Shipped before it came in, or by others: nobody here needs its address, and Temu may no longer give it.
        needless = [order for order, e in faults if isinstance(e, Refused) and not _is_shipped_here(order)]
        await mark_fetched(step, needless, self.wanted)
        step.outcomes += [
            failed(order, "ADDRESS", f"The address could not be read: {error.message}")
            for order, error in faults
            if order not in needless
        ]

    async def record_forbidden(self, step: Step, error: PermissionMissing) -> None:
        code = "PERMISSION_MISSING"
        if isinstance(error, DataAgreementUnsigned):
            code = "DATA_AGREEMENT_UNSIGNED"
            await _record_agreement(step.session, self._company_id, unsigned_since=self._now)
        message = f"Orders came in without address. {error.message}"
        step.outcomes.append(Outcome.failed("(addresses)", code, message))


async def _record_agreement(
    session: AsyncSession, company_id: int, *, unsigned_since: datetime | None
) -> None:
    """Note since when the seller's data agreement is found unsigned, or that it is not. Most often that is known."""
    column = Company.data_agreement_unsigned_since
    is_news = column.is_(None) if unsigned_since else column.is_not(None)
    await session.execute(
        update(Company)
        .where(Company.id == company_id, is_news)
        .values(data_agreement_unsigned_since=unsigned_since)
    )


def _is_shipped_here(order: Order) -> bool:
    return order.status is not OrderStatus.COMPLETED and order.fulfilled_by is FulfilledBy.SELLER


async def _known(session: AsyncSession, orders: Sequence[Order]) -> Mapping[int, OrderAddress]:
    """The addresses that are stored, by order. For update: of two runs that read the same new one, one tells of it."""
    statement = select(OrderAddress).where(OrderAddress.order_id.in_([order.id for order in orders]))
    rows = await session.scalars(statement.with_for_update())
    return {address.order_id: address for address in rows}


def _change_notes(
    told: Sequence[tuple[Order, Address]], known: Mapping[int, OrderAddress]
) -> list[tuple[Order, Note]]:
    """A note for each order whose address was known and is another now (O13). It names the parts and nothing of what
    they say, which would keep personal data in a second place.
    """
    notes: list[tuple[Order, Note]] = []
    for order, address in told:
        before = known.get(order.id)
        parts = [] if before is None else _changed(before, address)
        if parts:
            event = f"address-changed:{order.channel_updated_at.isoformat()}"
            body = f"The address was changed on Temu before shipping: {', '.join(parts)}."
            notes.append((order, Note(event, body)))
    return notes


def _changed(before: OrderAddress, address: Address) -> list[str]:
    """The words for the parts that differ from what was known, each once."""
    known = {name: getattr(before, name) for name in _PARTS}
    differ = [name for name in _PARTS if known[name] != address[name]]
    differ = [name for name in differ if known[name] is not None or name not in _KEPT_SINCE]
    district = address["district"]
    if known["district"] is None and district is not None:
        # It stood neither for the city nor in the street so far.
        without = {
            "line2": (address["line2"] or "").removesuffix(district).removesuffix(", ") or None,
            "city": None,
        }
        differ = [name for name in differ if name not in without or known[name] != without[name]]
    # A country that is read more exactly than before, as Jersey's, is not moved to by itself.
    return [] if differ == ["country_code"] else list(dict.fromkeys(_PARTS[name] for name in differ))
