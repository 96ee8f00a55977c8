"""Correcting what was confirmed: another number, carrier or address of packages that have left."""

from dataclasses import dataclass, replace

from tests.sandbox import refusals
from tests.sandbox.asked import Asked
from tests.sandbox.carrier_limits import check_carrier
from tests.sandbox.mall import Mall
from tests.sandbox.model import ParentOrder, Status
from tests.sandbox.parameters import Parameters
from tests.sandbox.refusals import RefusedError
from tests.sandbox.shipment_confirm import check_box
from tests.sandbox.shipment_request import Box
from tests.sandbox.shipping import Package


@dataclass(frozen=True, slots=True)
class Edit:
    package_number: str
    box: Box


def edit_shipments(asked: Asked) -> bool:
    """All of the call or nothing. The four fields are required [A]; that a package can't be edited any more once it is
    delivered, and which code a number gets that was used before, is told nowhere [C].
    """
    edits = [_edit(one) for one in asked.parameters.required_parts("editPackageRequestList")]
    found = [(edit, _packages(asked.mall, edit.package_number)) for edit in edits]
    for edit, packages in found:
        _check(asked.mall, edit, packages)
    for edit, packages in found:
        box = edit.box
        for package in packages:
            changed = replace(
                package,
                carrier_id=box.carrier_id,
                tracking_number=box.tracking_number,
                address_id=box.address_id,
            )
            asked.mall.replace_package(package, changed)
        asked.mall.sandbox.used_numbers.add(box.tracking_number.upper())
    for number in {_order(asked.mall, package).number for _, packages in found for package in packages}:
        asked.mall.touch(number)
    return True


def _edit(parameters: Parameters) -> Edit:
    number = parameters.required_text("packageSn")
    tracking_number = parameters.required_text("trackingNumber")
    carrier_id = parameters.required_whole("shipCompanyId")
    address_id = parameters.text("selfShippingWarehouseId")
    if not address_id:
        raise RefusedError(refusals.NO_SHIPPING_ADDRESS)
    return Edit(number, Box(carrier_id, tracking_number, address_id))


def _packages(mall: Mall, number: str) -> list[Package]:
    found = [package for package in mall.packages if package.number == number]
    if found:
        return found
    if any(box.number == number for package in mall.packages for box in package.sub_packages):
        raise RefusedError(refusals.SUB_PACKAGE_NOT_TO_EDIT)
    raise RefusedError(refusals.PACKAGE_UNKNOWN)


def _check(mall: Mall, edit: Edit, packages: list[Package]) -> None:
    orders = [_order(mall, package) for package in packages]
    if any(order.status in {Status.DELIVERED, Status.PARTLY_DELIVERED} for order in orders):
        raise RefusedError(refusals.PACKAGE_NOT_TO_EDIT)
    if any(order.own_label_forbidden for order in orders):
        raise RefusedError(refusals.OWN_LABEL_FORBIDDEN)
    try:
        check_box(mall, edit.box)
    except RefusedError as error:
        # The page of this interface has no code for a number that isn't the carrier's.
        if error.code in {refusals.CARRIER_OR_NUMBER_WRONG, refusals.NUMBER_INVALID}:
            raise RefusedError(refusals.INVALID_PARAMETERS, error.message) from None
        raise
    for order in orders:
        check_carrier(mall, order, edit.box.carrier_id)
    key = edit.box.tracking_number.upper()
    if key != packages[0].tracking_number.upper() and key in mall.sandbox.used_numbers:
        raise RefusedError(refusals.INVALID_PARAMETERS, "the tracking number was used before")


def _order(mall: Mall, package: Package) -> ParentOrder:
    return mall.parent_of(package.order_sn)
