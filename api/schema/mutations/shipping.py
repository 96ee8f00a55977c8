"""Mutations of packages, and the job that tells Temu of them."""

import strawberry

from api.context import Info, given
from api.schema.errors import UserError, mutation
from api.schema.mutations.companies import CompanyIdInput
from api.schema.mutations.payloads import (
    CompanyPayload,
    JobPayload,
    OrderPayload,
    OrdersPayload,
    ShipOrderResult,
    ShipOrdersPayload,
)
from api.schema.mutations.queued_jobs import request
from api.values import ids
from api.values.described import described_input, idempotency_key, optional, required
from domain.errors import Invalid, LimitExceeded, Refused, Required
from domain.models import Role
from domain.queued_jobs.arguments import UploadTracking
from domain.shipping import directories, operations, packages
from domain.shipping.change import PackageChange
from domain.shipping.combine import ParcelInput


@described_input
class PackageLineInput:
    """Pieces of one item in a package."""

    order_item_id: strawberry.ID = required("The item.")
    quantity: int = required("Pieces of it.")


@described_input
class SubPackageInput:
    """A further box of a piece that needs several; the package then holds that one piece alone."""

    carrier: str = required("Who carries it: Temu's id, code or name of the carrier.")
    tracking_number: str = required("The carrier's number of it.")


@described_input
class PackageInput:
    """Without lines: everything of the order that is still unshipped."""

    warehouse_id: strawberry.ID = required("Where it was packed.")
    carrier: str = required("Who carries it: Temu's id, code or name of the carrier.")
    tracking_number: str = required("The carrier's number of it; each can be used once only.")
    lines: list[PackageLineInput] | None = optional("What it holds.")
    sub_packages: list[SubPackageInput] | None = optional("Further boxes of its one piece; 10 at most.")


@described_input
class ShipOrderInput:
    """Packages of one order; all of them are recorded, or none."""

    order_id: strawberry.ID = required("The order.")
    packages: list[PackageInput] = required("Its packages; 50 at most.")


@described_input
class ShipOrdersInput:
    """Packages of several orders."""

    shipments: list[ShipOrderInput] = required(
        "Each is recorded, or refused, by itself; 100 at most, each order once."
    )


@described_input
class UpdatePackageInput:
    """What of a package is wrong; what is left out stays."""

    package_id: strawberry.ID = required("The package.")
    carrier: str | None = optional("Who carries it: Temu's id, code or name of the carrier.")
    tracking_number: str | None = optional("The carrier's number of it; each can be used once only.")
    warehouse_id: strawberry.ID | None = optional(
        "Where it was packed; its pieces are taken from this warehouse's stock instead."
    )


@described_input
class VoidPackageInput:
    """A package that was recorded by mistake."""

    package_id: strawberry.ID = required("The package.")


@described_input
class ShipOrdersTogetherInput:
    """A parcel that holds several orders of one buyer, all that is to be shipped of each of them."""

    order_ids: list[strawberry.ID] = required(
        "Its orders, 2 to 20: of one company, to one address, with nothing shipped before."
    )
    warehouse_id: strawberry.ID = required("Where it was packed.")
    carrier: str = required("Who carries it: Temu's id, code or name of the carrier.")
    tracking_number: str = required("The carrier's number of it; each can be used once only.")


@described_input
class UploadTrackingInput:
    """Without orderIds: every fully shipped order not yet updated at the source; and each line that is packed whole, where the
    company's uploadTrackingPerItem is on.
    """

    company_id: strawberry.ID = required("The company.")
    order_ids: list[strawberry.ID] | None = optional(
        "These orders only, and those that share a parcel with one of them; 500 at most."
    )
    idempotency_key: str | None = idempotency_key()


_MOST_SHIPMENTS = 100


def _package(i: int, package: PackageInput) -> packages.PackageInput:
    at = ("packages", str(i))
    lines = given(package.lines)
    return packages.PackageInput(
        warehouse_id=ids.decode(package.warehouse_id, "Warehouse", *at, "warehouseId"),
        carrier=package.carrier,
        tracking_number=package.tracking_number,
        lines=None
        if lines is None
        else [
            packages.LineInput(
                ids.decode(line.order_item_id, "OrderItem", *at, "lines", str(k), "orderItemId"),
                line.quantity,
            )
            for k, line in enumerate(lines)
        ],
        sub_packages=[
            packages.SubPackageInput(box.carrier, box.tracking_number)
            for box in given(package.sub_packages) or []
        ],
    )


@strawberry.type
class ShippingMutations:
    """Mutations of packages."""

    @mutation(Role.OPERATE)
    async def ship_order(self, info: Info, input: ShipOrderInput) -> OrderPayload:
        """Record packages of an order; the shipping status follows from the quantities, and what was packed is no longer on
        hand.
        """
        row = await operations.ship_order(
            info.context.resources,
            by=info.context.principal,
            order_id=ids.decode(input.order_id, "Order", "orderId"),
            shipped=[_package(i, package) for i, package in enumerate(input.packages)],
            now=info.context.now,
        )
        return OrderPayload(order_id=row.id)

    @mutation(Role.OPERATE)
    async def ship_orders(self, info: Info, input: ShipOrdersInput) -> ShipOrdersPayload:
        """Record packages of several orders, one after the other and each as shipOrder does it: one that is refused is in no
        other's way. Asked again, what was recorded is refused and nothing is doubled.
        """
        if not input.shipments:
            raise Required("Name at least one order.", field=("shipments",))
        if len(input.shipments) > _MOST_SHIPMENTS:
            raise LimitExceeded(f"At most {_MOST_SHIPMENTS} orders a call.", field=("shipments",))
        context = info.context
        shipping = operations.ShipOrders(context.resources, by=context.principal, now=context.now)
        results: list[ShipOrderResult] = []
        shipped: list[int] = []
        for i, one in enumerate(input.shipments):
            errors: list[UserError] = []
            try:
                if one.order_id in [each.order_id for each in input.shipments[:i]]:
                    raise Invalid("This order is given twice.", field=("orderId",))
                order_id = ids.decode(one.order_id, "Order", "orderId")
                wanted = [_package(k, package) for k, package in enumerate(one.packages)]
                shipped.append((await shipping.ship(order_id, wanted)).id)
            except Refused as refusal:
                refusal.field = ("shipments", str(i), *(refusal.field or ()))
                errors.append(UserError.of(refusal))
            results.append(ShipOrderResult(order_id=one.order_id, is_shipped=not errors, user_errors=errors))
        return ShipOrdersPayload(results=results, order_ids=shipped)

    @mutation(Role.OPERATE)
    async def ship_orders_together(self, info: Info, input: ShipOrdersTogetherInput) -> OrdersPayload:
        """Record one parcel that holds several orders of one buyer; Temu is told of all of them at once."""
        parcel = ParcelInput(
            order_ids=ids.find_all(input.order_ids, "Order"),
            warehouse_id=ids.decode(input.warehouse_id, "Warehouse", "warehouseId"),
            carrier=input.carrier,
            tracking_number=input.tracking_number,
        )
        context = info.context
        rows, advice = await operations.ship_together(
            context.resources, by=context.principal, parcel=parcel, now=context.now
        )
        return OrdersPayload(order_ids=[row.id for row in rows], advice=list(advice))

    @mutation(Role.OPERATE)
    async def update_package(self, info: Info, input: UpdatePackageInput) -> OrderPayload:
        """Correct a package. One that Temu has not been told of is changed at once; one that Temu has keeps what Temu holds
        until Temu has taken the correction, which an UPLOAD_TRACKING job tells it: see Package.correction. One that is one
        parcel with packages of other orders is refused: Temu knows them by one number.
        """
        row = await operations.update_package(
            info.context.resources,
            by=info.context.principal,
            package_id=ids.decode(input.package_id, "Package", "packageId"),
            change=PackageChange(
                carrier=given(input.carrier),
                tracking_number=given(input.tracking_number),
                warehouse_id=ids.decode_given(given(input.warehouse_id), "Warehouse", "warehouseId"),
            ),
            now=info.context.now,
        )
        return OrderPayload(order_id=row.id)

    @mutation(Role.OPERATE)
    async def void_package(self, info: Info, input: VoidPackageInput) -> OrderPayload:
        """Take back a package that Temu has not been told of: its pieces are to be shipped again, and lie in their
        warehouse. Of a parcel of several orders, all packages that Temu has not been told of are taken back with it. Again
        does nothing.
        """
        row = await operations.void_package(
            info.context.resources,
            by=info.context.principal,
            package_id=ids.decode(input.package_id, "Package", "packageId"),
            now=info.context.now,
        )
        return OrderPayload(order_id=row.id)

    @mutation(Role.OPERATE)
    async def upload_tracking(self, info: Info, input: UploadTrackingInput) -> JobPayload:
        """Tell Temu how orders of a company were shipped; answers at once with the job that does it."""
        wanted = given(input.order_ids)
        arguments = UploadTracking(None if wanted is None else ids.find_all(wanted, "Order"))
        return await request(info, operations.request_upload, arguments, input)

    @mutation(Role.OPERATE)
    async def refresh_shipping_directories(self, info: Info, input: CompanyIdInput) -> CompanyPayload:
        """Ask Temu now for a company's carriers and addresses. Where nobody does, they are read anew as orders are shipped."""
        context = info.context
        company_id = ids.decode(input.company_id, "Company", "companyId")
        await directories.refresh(
            context.resources, by=context.principal, company_id=company_id, now=context.now
        )
        return CompanyPayload(company_id=company_id)
