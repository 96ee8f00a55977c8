"""Labels that were bought in the seller centre, or by another tool: they appear here with their tracking, and are printed and confirmed
like those that are bought here.

Temu lists packages whose labels are made and that have not left; of these, what is new is added, and what was cancelled since is
recorded. One that leaves the list has left, or was cancelled: Temu is asked which.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain import text
from domain.companies import malls
from domain.database.upsert import insert
from domain.errors import Paused, Refused, Unavailable
from domain.models import (
    ChannelWarehouseMapping,
    LabelOrigin,
    Order,
    OrderItem,
    OrderStatus,
    ShippingLabel,
    ShippingLabelLine,
    ShippingLabelStatus,
    Warehouse,
    literally,
)
from domain.queued_jobs.run import JobRun, not_permitted
from domain.resources import Resources
from domain.secrets import UnsealError
from domain.shipping import matching
from domain.shipping.bought_labels import files
from domain.shipping.bought_labels.confirmation import cancel_label
from domain.shipping.bought_labels.handover import Pieces, hand_over
from domain.shipping.directories import Directories
from domain.shipping.matching import NoMatch
from domain.telemetry import log
from domain.temu import label_shipping, labels
from domain.temu.client import TemuClient
from domain.temu.errors import PermissionMissing, TemuRefused
from domain.temu.interfaces import OPTIONAL_INTERFACES, UNSHIPPED_PACKAGES
from domain.temu.label_shipping import UnshippedPackage
from domain.temu.paging import read_rows

# Told by Temu's page of what it does by itself; the label's own time is told nowhere [A: 48 hours].
_LEAVES_BY_ITSELF = timedelta(hours=48)
_RESULTS_A_CALL = 20
# A label that was just made may not be listed yet; one that counts as sent once it is made never is [A: shipLater].
_LISTED_AFTER = timedelta(minutes=15)


async def import_labels(resources: Resources, run: JobRun, *, now: datetime) -> None:
    """Bring in what Temu lists, after the import that *run* did. Never fails: a later import tries again."""
    try:
        _, temu = await malls.connect(resources, run.company_id, run.job.type)
        await _LabelImport(resources, run, temu, now=now).run()
    except PermissionMissing as error:
        message = f"{OPTIONAL_INTERFACES[UNSHIPPED_PACKAGES]}. {error.message}"
        log.info("labels.not_permitted", company=run.company_id)
        if await _uses_labels(run):
            async with run.step(is_progress=False, even_if_stopping=True) as step:
                step.outcomes.append(not_permitted("(labels)", message))
    except (Refused, Unavailable, Paused, UnsealError) as error:
        log.warning("labels.not_imported", company=run.company_id, reason=type(error).__name__)


async def _uses_labels(run: JobRun) -> bool:
    async with run.database.read() as session:
        one = select(ShippingLabel.id).where(ShippingLabel.company_id == run.company_id).limit(1)
        return await session.scalar(one) is not None


class _LabelImport:
    def __init__(self, resources: Resources, run: JobRun, temu: TemuClient, *, now: datetime) -> None:
        self._run = run
        self._temu = temu
        self._now = now
        self._company_id = run.company_id
        self._directories = Directories(resources.database, temu, company_id=run.company_id)

    async def run(self) -> None:
        waiting: dict[str, UnshippedPackage] = {}
        rows = read_rows(
            lambda page: label_shipping.unshipped(self._temu, page=page),
            what="packages",
            check=self._run.check_lease,
            seen=lambda: len(waiting),
        )
        async for _, row in rows:
            number = text.shown(row.package_sn)
            if number and not row.is_further_box:
                waiting[number] = row
            elif number:
                waiting[f"({number})"] = row
        waiting = {number: row for number, row in waiting.items() if not row.is_further_box}
        async with self._run.database.read() as session:
            of_company = ShippingLabel.company_id == self._company_id
            bought = ShippingLabel.status == literally(ShippingLabelStatus.BOUGHT)
            open_labels = (await session.scalars(select(ShippingLabel).where(of_company, bought))).all()
            numbers = ShippingLabel.package_number.in_(waiting)
            known = set(
                await session.scalars(select(ShippingLabel.package_number).where(of_company, numbers))
            )
        await self._add({number: row for number, row in waiting.items() if number not in known})
        for label in open_labels:
            try:
                await self._follow(label, waiting.get(label.package_number or ""))
            except TemuRefused as error:
                # The others are followed all the same (T7).
                log.warning("labels.not_followed", label=label.id, temu_code=error.temu_code)

    async def _add(self, news: Mapping[str, UnshippedPackage]) -> None:
        numbers = sorted(news)
        for start in range(0, len(numbers), _RESULTS_A_CALL):
            chunk = numbers[start : start + _RESULTS_A_CALL]
            told = await self._results(chunk)
            places = await self._warehouses({each for row in told.values() if (each := _address_of(row))})
            async with self._run.transaction() as session:
                for number in chunk:
                    await self._add_one(session, number, news[number], told.get(number), places)
                await files.want(session, self._company_id, now=self._now)

    async def _results(self, numbers: Sequence[str]) -> Mapping[str, labels.ResultRow]:
        """What labels cost and where their parcels leave from, of those of which it can be had; they come in without."""
        try:
            return await labels.results(self._temu, numbers)
        except PermissionMissing:
            return {}
        except TemuRefused as error:
            log.info("labels.results_refused", company=self._company_id, temu_code=error.temu_code)
            if len(numbers) == 1:
                return {}
        # One that Temu doesn't know has all of them refused.
        found: dict[str, labels.ResultRow] = {}
        for number in numbers:
            found |= await self._results([number])
        return found

    async def _add_one(
        self,
        session: AsyncSession,
        number: str,
        package: UnshippedPackage,
        told: labels.ResultRow | None,
        places: Mapping[str, int],
    ) -> None:
        items = await _items_of(session, self._company_id, package.all_pieces())
        tracking = text.shown(package.tracking_number)
        if not items or len(items) < len(package.all_pieces()) or not tracking:
            return  # An order of it is not here yet, or never will be: a later import looks again.
        mine = await _labels_without_number(
            session, self._company_id, {item.id for item, _ in items.values()}
        )
        own = next((label for label in mine if label.status is ShippingLabelStatus.BOUGHT), None)
        if own is not None:
            # A person has said that it was bought, as no answer did.
            own.package_number, own.tracking_number = number, tracking
            own.carrier = own.carrier or text.shown(package.carrier_name)
        if mine:
            return  # What it is, is still being found out by whoever buys it.
        address = _address_of(told)
        told = told or labels.ResultRow()
        carrier = text.shown(package.carrier_name) or text.shown(told.shipping_company_name)
        row = {
            "company_id": self._company_id, "origin": LabelOrigin.SELLER_CENTER, "status": ShippingLabelStatus.BOUGHT,
            "package_number": number, "tracking_number": tracking, "carrier": carrier,
            "ship_company_id": text.shown(package.carrier_id) or None, "channel_warehouse_id": address or None,
            "warehouse_id": places.get(address, places.get("")), "bought_at": self._now,
            "estimated_amount": labels.amount(told.estimated_amount),
            "currency_code": text.shown(told.estimated_currency_code).upper() or None,
            "auto_confirm_at": self._now + _LEAVES_BY_ITSELF, "created_at": self._now, "updated_at": self._now,
        }  # fmt: skip
        inserted = insert(session, ShippingLabel).values(**row).on_conflict_do_nothing()
        label_id = await session.scalar(inserted.returning(ShippingLabel.id))
        if label_id is None:
            return  # It was bought here, and that was recorded meanwhile.
        session.add_all(
            ShippingLabelLine(
                label_id=label_id,
                order_item_id=item.id,
                order_id=item.order_id,
                company_id=self._company_id,
                quantity=min(quantity, item.quantity),
            )
            for item, quantity in items.values()
        )
        await session.flush()
        if not package.pieces():
            await cancel_label(session, await session.get_one(ShippingLabel, label_id), now=self._now)

    async def _follow(self, label: ShippingLabel, package: UnshippedPackage | None) -> None:
        """What became of a label that is made: all of it cancelled, or left."""
        if package is not None:
            if package.all_pieces() and not package.pieces():
                async with self._run.transaction() as session:
                    await cancel_label(session, await _locked(session, label), now=self._now)
            elif label.tracking_number is None and text.shown(package.tracking_number):
                async with self._run.transaction() as session:
                    (await _locked(session, label)).tracking_number = text.shown(package.tracking_number)
            return
        is_to_wait = label.auto_confirm_at is None or label.auto_confirm_at > self._now
        if is_to_wait and (label.bought_at or label.created_at) > self._now - _LISTED_AFTER:
            return
        bought = await self._bought_for(label)
        left = await self._left(label, bought)
        is_cancelled = not left and await self._is_cancelled_there(label, {parent for parent, _ in bought})
        async with self._run.transaction() as session:
            if left:
                await hand_over(session, await _locked(session, label), left, now=self._now)
            elif is_cancelled or await _is_cancelled(session, label):
                await cancel_label(session, await _locked(session, label), now=self._now)

    async def _bought_for(self, label: ShippingLabel) -> Pieces:
        async with self._run.database.read() as session:
            numbers = (
                select(Order.channel_order_id, OrderItem.channel_order_item_id, ShippingLabelLine.quantity)
                .join(OrderItem, OrderItem.id == ShippingLabelLine.order_item_id)
                .join(Order, Order.id == OrderItem.order_id)
                .where(ShippingLabelLine.label_id == label.id)
            )
            return {(order, item): quantity for order, item, quantity in await session.execute(numbers)}

    async def _left(self, label: ShippingLabel, bought: Pieces) -> Pieces:
        """What of a label Temu has as shipped."""
        found: dict[tuple[str, str], int] = {}
        for at, quantity in bought.items():
            for row in await self._temu.shipments(*at):
                if text.shown(row.package_sn) == label.package_number:
                    found[at] = quantity if row.quantity is None else row.quantity
        return found

    async def _is_cancelled_there(self, label: ShippingLabel, order_numbers: Collection[str]) -> bool:
        """Whether the label alone was cancelled, as in the seller centre, and what it was bought for is to be shipped still."""
        try:
            rows = await labels.listed(self._temu, sorted(order_numbers))
        except (PermissionMissing, TemuRefused) as error:
            log.info("labels.list_not_read", company=self._company_id, reason=type(error).__name__)
            return False
        mine = [row for row in rows if text.shown(row.package_sn) == label.package_number]
        return any(row.shipping_label_status == labels.CANCELLED for row in mine)

    async def _warehouses(self, addresses: Collection[str]) -> Mapping[str, int]:
        """The warehouses here that these addresses of Temu's are; by "" the only one there is."""
        statement = select(ChannelWarehouseMapping).where(
            ChannelWarehouseMapping.company_id == self._company_id
        )
        async with self._run.database.read() as session:
            mappings = (await session.scalars(statement)).all()
            some = select(Warehouse.id).where(Warehouse.archived_at.is_(None)).limit(2)
            in_use = (await session.scalars(some)).all()
        found = {"": in_use[0]} if len(in_use) == 1 else {}
        known = await self._directories.addresses() if mappings and addresses else ()
        for mapping in mappings:
            try:
                found[matching.address(mapping.channel_warehouse_code, known).id] = mapping.warehouse_id
            except NoMatch:
                continue
        return found


async def _is_cancelled(session: AsyncSession, label: ShippingLabel) -> bool:
    """Whether every order that a label was bought for is."""
    of_label = select(ShippingLabelLine.order_id).where(ShippingLabelLine.label_id == label.id)
    statuses = set(await session.scalars(select(Order.status).where(Order.id.in_(of_label))))
    return statuses == {OrderStatus.CANCELLED}


async def _locked(session: AsyncSession, label: ShippingLabel) -> ShippingLabel:
    return await session.get_one(ShippingLabel, label.id, with_for_update={"key_share": True})


async def _items_of(
    session: AsyncSession, company_id: int, pieces: Pieces
) -> Mapping[tuple[str, str], tuple[OrderItem, int]]:
    """The items here that a package holds, each with how many pieces."""
    statement = (
        select(OrderItem, Order.channel_order_id)
        .join(Order, Order.id == OrderItem.order_id)
        .where(Order.company_id == company_id, Order.channel_order_id.in_({parent for parent, _ in pieces}))
    )
    found: dict[tuple[str, str], tuple[OrderItem, int]] = {}
    for item, order in await session.execute(statement):
        at = order, item.channel_order_item_id
        if at in pieces:
            found[at] = item, pieces[at]
    return found


async def _labels_without_number(
    session: AsyncSession, company_id: int, item_ids: Collection[int]
) -> Sequence[ShippingLabel]:
    """Labels that are being bought here for such items, and whose number at Temu isn't known."""
    open_states = (
        ShippingLabelStatus.REQUESTED,
        ShippingLabelStatus.WORKING,
        ShippingLabelStatus.BOUGHT,
    )
    of_items = select(ShippingLabelLine.label_id).where(ShippingLabelLine.order_item_id.in_(item_ids))
    statement = select(ShippingLabel).where(
        ShippingLabel.company_id == company_id,
        ShippingLabel.id.in_(of_items),
        ShippingLabel.package_number.is_(None),
        ShippingLabel.status.in_(open_states),
    )
    return (await session.scalars(statement.order_by(ShippingLabel.id))).all()


def _address_of(row: labels.ResultRow | None) -> str:
    return "" if row is None else text.shown(row.warehouse_id)
