"""Labels that malls buy from Temu: the services there are, what was bought, and what is left of the mall's money."""

import math
import random
from collections import Counter
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

from tests.sandbox.shipping import package_number


class LabelState(IntEnum):
    WORKING = 0
    MADE = 1
    FAILED = 2
    CANCELLED = 3


@dataclass(frozen=True, slots=True)
class Service:
    """A way to send a parcel; Temu calls it a channel."""

    channel_id: int
    ship_company_id: int
    name: str
    logistics_type: str
    base_cents: int
    most_kilograms: float
    sign_service_id: int = 0
    """0: nobody signs."""

    def cents(self, kilograms: float) -> int:
        return self.base_cents + 50 * math.ceil(kilograms)


SERVICES: Final = (
    Service(19409681780736, 960246691, "USPS", "USPS_GROUND_ADVANTAGE", 400, 31.0),
    Service(19409681780737, 960246690, "UPS", "UPS_GROUND", 700, 68.0, sign_service_id=1001),
    Service(19409681780738, 960246692, "FedEx", "FEDEX_2DAY", 1500, 5.0, sign_service_id=1002),
)


@dataclass(frozen=True, slots=True)
class Measures:
    """As they were told, for whoever asks; and the weight to reckon with."""

    weight: str
    weight_unit: str
    extend_weight: str
    extend_weight_unit: str
    length: str
    width: str
    height: str
    dimension_unit: str
    kilograms: float

    def told(self) -> dict[str, str]:
        return {
            "weight": self.weight,
            "weightUnit": self.weight_unit,
            "extendWeight": self.extend_weight,
            "extendWeightUnit": self.extend_weight_unit,
            "length": self.length,
            "width": self.width,
            "height": self.height,
            "dimensionUnit": self.dimension_unit,
        }


@dataclass(slots=True)
class Label:
    number: str
    """packageSn."""
    service: Service
    warehouse_id: str
    measures: Measures
    pieces: Counter[tuple[str, str]]
    """By parent order and order."""
    cents: int
    created_at: int
    ship_later_hours: int | None
    sign_service_id: int = 0
    state: LabelState = LabelState.WORKING
    fails_with: str = ""
    """What it is going to fail with; it is made where this is empty."""
    tracking_number: str = ""
    looks: int = 0
    retries: int = 0
    was_confirmed: bool = False
    """Whether its orders count as shipped."""

    @property
    def is_alive(self) -> bool:
        """Whether it was paid for."""
        return self.state in {LabelState.WORKING, LabelState.MADE}

    def covers(self, order_sns: set[str]) -> bool:
        return any(order_sn in order_sns for _, order_sn in self.pieces)


@dataclass(slots=True)
class LabelDesk:
    """One mall's labels and money."""

    source: random.Random
    services: list[Service] = field(default_factory=lambda: list(SERVICES))
    labels: list[Label] = field(default_factory=list)
    balance_cents: int = 1_000_000
    is_reserved: bool = False
    """Temu keeps the mall's money back, so it buys nothing (120018063)."""
    surcharge_cents: int = 0
    """On every price from now on."""
    looks_until_made: int = 1
    """How often a label is told as being made before it is."""
    fail_next: list[str] = field(default_factory=list)
    """The reasons with which the next labels fail, one by one; empty for one that doesn't."""
    failed_block: bool = False
    """Whether an order whose label failed can't have a new one bought, but only that one tried again. Not told [C]."""
    unlisted_for: int = 0
    """How many of the next lists of labels are as they were before the newest label."""

    def buy(self, label: Label) -> None:
        label.fails_with = self.fail_next.pop(0) if self.fail_next else ""
        self.balance_cents -= label.cents
        if label not in self.labels:
            self.labels.append(label)

    def look(self, label: Label) -> None:
        """Somebody asks for its result: it is made, or fails, once that was asked often enough."""
        label.looks += 1
        if label.state is LabelState.WORKING and label.looks > self.looks_until_made:
            self.finish(label)

    def finish(self, label: Label) -> None:
        if label.fails_with:
            label.state = LabelState.FAILED
            self.balance_cents += label.cents
        else:
            label.state = LabelState.MADE
            label.tracking_number = f"9400{self.source.randrange(10**18):018d}"

    @property
    def spent_cents(self) -> int:
        """What was paid for labels that are made or being made."""
        return sum(one.cents for one in self.labels if one.is_alive)

    def by_number(self, number: str) -> Label | None:
        return next((one for one in self.labels if one.number == number), None)

    def new_number(self) -> str:
        return package_number(self.source)
