"""What shipping knows: a mall's addresses, Temu's carriers, and the packages that were confirmed."""

import random
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class ShippingAddress:
    """Where a mall ships from; Temu calls it a warehouse."""

    id: str
    name: str
    is_default: bool = False
    sells_labels: bool = True
    """Whether Temu's own labels can be bought for it."""


@dataclass(frozen=True, slots=True)
class Carrier:
    id: int
    name: str
    brand: str


@dataclass(frozen=True, slots=True)
class SubPackage:
    """A further box of the one piece that a package holds."""

    number: str
    carrier_id: int
    tracking_number: str
    address_id: str


@dataclass(frozen=True, slots=True)
class Package:
    """One order line's part of a package; lines that travel together share its number."""

    number: str
    carrier_id: int
    tracking_number: str
    address_id: str
    order_sn: str
    sku_id: int
    quantity: int
    sub_packages: tuple[SubPackage, ...]
    confirmed_at: int
    """Unix seconds."""


CARRIERS: Final = (
    Carrier(960246690, "UPS", "UPS"),
    Carrier(960246691, "USPS", "USPS"),
    Carrier(960246692, "FedEx", "FedEx"),
    Carrier(960246693, "FedEx SmartPost", "FedEx"),
    Carrier(960246694, "DHL eCommerce", "DHL"),
    Carrier(960246695, "DHL Express", "DHL"),
    Carrier(960246696, "OnTrac", "OnTrac"),
    Carrier(960246697, "LaserShip", "OnTrac"),
    Carrier(960246698, "UniUni", "UniUni"),
    Carrier(960246699, "GOFO Express", "GOFO"),
    Carrier(960246700, "SpeedX", "SpeedX"),
    Carrier(960246701, "Amazon Shipping", "Amazon"),
    Carrier(960246702, "YunExpress", "YunExpress"),
    Carrier(960246703, "Purolator", "Purolator"),
)


def first_addresses(source: random.Random) -> list[ShippingAddress]:
    return [
        ShippingAddress(address_id(source), "Main warehouse", is_default=True),
        ShippingAddress(address_id(source), "Second warehouse"),
    ]


def address_id(source: random.Random) -> str:
    return f"WH-{source.randrange(10**17):017d}"


def package_number(source: random.Random) -> str:
    return f"PK-{source.randrange(10**19):019d}"
