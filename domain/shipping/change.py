"""Changes a recorded package: here where Temu doesn't have it yet, else by a job that has Temu correct it (T12)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from domain.access.principal import Principal
from domain.companies.job_requests import request_with_token
from domain.errors import Conflict, NotConfigured, NotFound, Required, Taken
from domain.inventory import warehouses
from domain.models import Order, Package, PackageCorrection
from domain.orders import matching as order_matching
from domain.orders import queries as orders
from domain.orders import restrictions
from domain.orders.notes import Note, add_notes
from domain.queued_jobs.arguments import UploadTracking
from domain.shipping import queries, stock
from domain.shipping.claim import refuse_in_doubt
from domain.shipping.labels import check_carrier, checked_number
from domain.shipping.matching import Carrier
from domain.shipping.packages import refuse_used_numbers
from domain.shipping.tracking_numbers import tracking_key
from domain.shipping.void import clear_refusal, locked

_FIELD = ("packageId",)
_IN_DOUBT = (
    "Temu is being told of an earlier correction of this package, and whether it has taken it is not known yet. Try again "
    "when the UPLOAD_TRACKING job has ended; where none runs, uploadTracking finds it out."
)


@dataclass(frozen=True)
class PackageChange:
    """What of a package is to be another; None is what stays."""

    carrier: str | None = None
    tracking_number: str | None = None
    warehouse_id: int | None = None


@dataclass(frozen=True)
class PackageLabel:
    """Carrier, tracking number and warehouse of a package, or of what it is to become."""

    carrier: str
    tracking_number: str
    warehouse_id: int

    @classmethod
    def by(cls, row: Package | PackageCorrection) -> "PackageLabel":
        return cls(row.carrier, row.tracking_number, row.warehouse_id)


async def change_package(
    session: AsyncSession,
    *,
    by: Principal,
    package_id: int,
    change: PackageChange,
    carriers: Sequence[Carrier] | None,
    now: datetime,
) -> Order:
    """Correct a package. One that Temu has keeps what Temu holds until it has taken the correction that this asks for.

    *carriers* as in packages.ship. Raises NotFound, Required, Invalid, Taken, Conflict, and NotConfigured without a token.
    """
    (order, package), *beside = await locked(session, by=by, package_id=package_id)
    if change == PackageChange():
        raise Required(
            "Give carrier, trackingNumber or warehouseId: what is wrong with the package.", field=_FIELD
        )
    if package.voided_at is not None:
        raise Conflict("This package was voided. Record another with shipOrder.", field=_FIELD)
    if beside:
        raise _parcel_conflict(package, [other for other, _ in beside])
    await _check(session, order, package, change, carriers)
    if package.uploaded_at is not None:
        await _request_correction(session, by, package, change, now=now)
        return order
    await refuse_in_doubt(session, order)
    before = PackageLabel.by(package)
    await apply(session, order, package, _changed(before, change))
    await clear_refusal(session, order)
    if PackageLabel.by(package) != before:
        body = f"The package {before.tracking_number} ({before.carrier}) is {package.tracking_number} ({package.carrier}) now."
        await add_notes(
            session, [(order, Note(f"package-changed:{package.id}:{now.isoformat()}", body))], now=now
        )
    return order


def _parcel_conflict(package: Package, others: Sequence[Order]) -> Conflict:
    """Temu knows the packages of a parcel by one number [A]: with one of them changed alone, the parcel would have two."""
    numbers = ", ".join(other.channel_order_id for other in others)
    advice = (
        "Take the parcel back with voidPackage and record it again with shipOrdersTogether."
        if package.uploaded_at is None
        else "Temu has it, so correct it in the seller centre."
    )
    message = f"This package is one parcel with {numbers} and can't be another by itself. {advice}"
    return Conflict(message, field=_FIELD)


async def apply(session: AsyncSession, order: Order, package: Package, label: PackageLabel) -> None:
    """Write another carrier, number or warehouse to a package, and move its pieces between the warehouses' stock."""
    package.carrier, package.tracking_number = label.carrier, label.tracking_number
    package.tracking_key = tracking_key(label.tracking_number)
    if package.warehouse_id == label.warehouse_id:
        return
    items = await orders.items(session, [order.id])
    lines = await queries.lines(session, [package.id])
    await stock.restore(session, [(*line, package.warehouse_id) for line in lines])
    package.warehouse_id = label.warehouse_id
    await stock.withdraw(session, [(*line, package.warehouse_id) for line in lines])
    await order_matching.reserve(session, [order], items)


def _changed(label: PackageLabel, change: PackageChange) -> PackageLabel:
    return PackageLabel(
        (change.carrier or label.carrier).strip(),
        (change.tracking_number or label.tracking_number).strip(),
        change.warehouse_id or label.warehouse_id,
    )


async def _check(
    session: AsyncSession,
    order: Order,
    package: Package,
    change: PackageChange,
    carriers: Sequence[Carrier] | None,
) -> None:
    if change.carrier is not None:
        forbidding = restrictions.of(order)
        check_carrier(change.carrier, carriers=carriers, restrictions=forbidding, field=("carrier",))
    wanted = [] if change.warehouse_id is None else [change.warehouse_id]
    if len(await warehouses.in_use(session, wanted)) < len(wanted):
        raise NotFound("There is no warehouse with this warehouseId.", field=("warehouseId",))
    if change.tracking_number is None:
        return
    field = ("trackingNumber",)
    key = checked_number(change.tracking_number, field=field)
    if any(box.tracking_key == key for box in await queries.sub_packages(session, [package.id])):
        raise Taken("One of the further boxes of this package has this tracking number.", field=field)
    await refuse_used_numbers(session, order, {key: field}, but_package=package.id)


async def _request_correction(
    session: AsyncSession, by: Principal, package: Package, change: PackageChange, *, now: datetime
) -> None:
    """Store what the package is to become, and have it sent to Temu. What is asked for again in part adds to what
    waits; what makes it what Temu holds takes back what waits.
    """
    known = await session.get(PackageCorrection, package.id)
    if known is not None and known.in_doubt_since is not None:
        raise Conflict(_IN_DOUBT, field=_FIELD)
    wanted = _changed(PackageLabel.by(known or package), change)
    if known is not None:
        await session.delete(known)
        await session.flush()
    if wanted == PackageLabel.by(package):
        return
    session.add(
        PackageCorrection(
            package_id=package.id,
            company_id=package.company_id,
            carrier=wanted.carrier,
            tracking_number=wanted.tracking_number,
            tracking_key=tracking_key(wanted.tracking_number),
            warehouse_id=wanted.warehouse_id,
            requested_at=now,
        )
    )
    await session.flush()
    arguments = UploadTracking(order_ids=[package.order_id])
    try:
        await request_with_token(session, arguments, by=by, company_id=package.company_id, key=None, now=now)
    except NotConfigured as error:
        error.field = _FIELD  # This input names no company.
        raise
