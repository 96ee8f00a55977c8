"""A mall's addresses, the carriers of its region, and the packages that Temu holds of an order."""

import random
from typing import Final

from tests.sandbox import refusals
from tests.sandbox.asked import Asked, Json
from tests.sandbox.mall import Mall, Sandbox
from tests.sandbox.model import REGIONS, OrderLine, Status
from tests.sandbox.refusals import RefusedError
from tests.sandbox.shipping import Package, SubPackage, package_number

OWN_LABEL: Final = 1
"""packageDeliveryType: 1 is the seller by a carrier that isn't integrated into Temu [A]."""
NO_WARNING: Final = 0
HAVE_LEFT: Final = frozenset({Status.SHIPPED, Status.DELIVERED})


def warehouses(asked: Asked) -> Json:
    """All, or those alone that can have Temu's own labels."""
    are_sellers_only = bool(asked.parameters.flag("returnEnableBuyShippingLabelOnly"))
    return {
        "warehouseList": [
            {
                "warehouseId": address.id,
                "warehouseName": address.name,
                "defaultWarehouse": address.is_default,
                "warehouseBrand": "",
                "regionId1": REGIONS[asked.mall.region].region_id,
                "warehouseManagementType": 1,
                "enableBuyShippingLabel": address.sells_labels,
            }
            for address in asked.mall.addresses
            if address.sells_labels or not are_sellers_only
        ]
    }


def carriers(asked: Asked) -> list[Json]:
    """Those of the mall's own region; no carrier of the sandbox serves another one."""
    region_id = asked.parameters.required_whole("regionId")
    if region_id != REGIONS[asked.mall.region].region_id:
        return []
    return [
        {
            "logisticsServiceProviderId": carrier.id,
            "logisticsServiceProviderName": carrier.name,
            "logisticsBrandName": carrier.brand,
        }
        for carrier in asked.mall.sandbox.carriers
    ]


def shipment(asked: Asked) -> Json:
    """What was confirmed; an order that left without that, as from the seller center, has a package all the same."""
    order = asked.mall.orders.get(asked.parameters.required_text("parentOrderSn"))
    order_sn = asked.parameters.required_text("orderSn")
    line = None if order is None else next((one for one in order.items if one.number == order_sn), None)
    if line is None:
        raise RefusedError(refusals.SHIPMENT_ORDER_UNKNOWN)
    packages = _packages_of(asked.mall, line)
    return {"shipmentInfoDTO": [_told(asked.mall.sandbox, package) for package in packages]}


def package_numbers(mall: Mall, line: OrderLine) -> list[Json]:
    """As the order's own interface tells of them."""
    return [
        {"packageSn": package.number, "packageDeliveryType": OWN_LABEL, "callSuccess": True}
        for package in _packages_of(mall, line)
    ]


def _packages_of(mall: Mall, line: OrderLine) -> list[Package]:
    confirmed = [*mall.packages_of(line.number), *_bought(mall, line)]
    if confirmed or line.status not in HAVE_LEFT:
        return confirmed
    return [_made_up(mall, line)]


def _bought(mall: Mall, line: OrderLine) -> list[Package]:
    """Packages that left with a label of Temu's [A: the guide has their numbers read here]."""
    return [
        Package(
            number=label.number,
            carrier_id=label.service.ship_company_id,
            tracking_number=label.tracking_number,
            address_id=label.warehouse_id,
            order_sn=line.number,
            sku_id=line.goods.sku_id,
            quantity=min(label.pieces[at], line.remaining),
            sub_packages=(),
            confirmed_at=label.created_at,
        )
        for label in mall.labels.labels
        for at in label.pieces
        if label.was_confirmed and at[1] == line.number
    ]


def _made_up(mall: Mall, line: OrderLine) -> Package:
    """The same one for an order whenever it is asked for."""
    source = random.Random(f"package/{line.number}")
    return Package(
        number=package_number(source),
        carrier_id=mall.sandbox.carriers[0].id,
        tracking_number=f"1Z{source.randrange(10**16):016d}",
        address_id=mall.addresses[0].id,
        order_sn=line.number,
        sku_id=line.goods.sku_id,
        quantity=line.remaining,
        sub_packages=(),
        confirmed_at=0,
    )


def _told(sandbox: Sandbox, package: Package) -> Json:
    return {
        **_box(sandbox, package),
        "skuId": package.sku_id,
        "quantity": package.quantity,
        "trackingWarningLabel": NO_WARNING,
        "cooperativeWarehouseDTO": None,
        "subPackageShipmentInfoList": [_box(sandbox, box) for box in package.sub_packages],
    }


def _box(sandbox: Sandbox, box: Package | SubPackage) -> Json:
    names = {carrier.id: carrier.name for carrier in sandbox.carriers}
    return {
        "packageSn": box.number,
        "packageDeliveryType": OWN_LABEL,
        "carrierId": box.carrier_id,
        "carrierName": names.get(box.carrier_id, ""),
        "trackingNumber": box.tracking_number,
    }
