"""A parcel's weight and size as people write them, and as Temu wants them: always rounded up, never down. Pure.

[A] In the United States whole pounds, and ounces beside; elsewhere kilograms with two decimals. Lengths in inches there and in
centimetres elsewhere, with two decimals. That ounces are whole is the careful reading [C].
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from domain.errors import Invalid
from domain.models import LengthUnit, TemuRegion, WeightUnit

_GRAMS = {
    WeightUnit.GRAMS: Fraction(1),
    WeightUnit.KILOGRAMS: Fraction(1000),
    WeightUnit.OUNCES: Fraction("28.349523125"),
    WeightUnit.POUNDS: Fraction("453.59237"),
}
_CENTIMETERS = {LengthUnit.CENTIMETERS: Fraction(1), LengthUnit.INCHES: Fraction("2.54")}
_OUNCES_A_POUND = 16
# More than any parcel service takes: what is larger was mistyped.
_MOST_GRAMS, _MOST_CENTIMETERS = 1_000_000, 1_000


@dataclass(frozen=True)
class Weight:
    value: Decimal
    unit: WeightUnit


@dataclass(frozen=True)
class Dimensions:
    """The sides of a box."""

    length: Decimal
    width: Decimal
    height: Decimal
    unit: LengthUnit


def check(weight: Weight, dimensions: Dimensions, *, field: tuple[str, ...] = ()) -> None:
    """Refuse what no parcel weighs or measures. Raises Invalid."""
    if not 0 < Fraction(weight.value) * _GRAMS[weight.unit] <= _MOST_GRAMS:
        raise Invalid("weight must be above 0, and 1000 kg at most.", field=(*field, "weight", "value"))
    for name in ("length", "width", "height"):
        side = Fraction(getattr(dimensions, name)) * _CENTIMETERS[dimensions.unit]
        if not 0 < side <= _MOST_CENTIMETERS:
            message = f"{name} must be above 0, and 10 m at most."
            raise Invalid(message, field=(*field, "dimensions", name))


def in_temus_words(weight: Weight, dimensions: Dimensions, region: TemuRegion) -> Mapping[str, str]:
    """What Temu is told of a parcel in a region."""
    grams = Fraction(weight.value) * _GRAMS[weight.unit]
    is_american = region is TemuRegion.US
    unit = LengthUnit.INCHES if is_american else LengthUnit.CENTIMETERS
    factor = _CENTIMETERS[dimensions.unit] / _CENTIMETERS[unit]
    sides = {
        name: _hundredths(Fraction(getattr(dimensions, name)) * factor)
        for name in ("length", "width", "height")
    }
    if not is_american:
        return {"weight": _hundredths(grams / 1000), "weightUnit": "kg", **sides, "dimensionUnit": "cm"}
    pounds, ounces = divmod(math.ceil(grams / _GRAMS[WeightUnit.OUNCES]), _OUNCES_A_POUND)
    told = {"weight": str(pounds), "weightUnit": "lb", **sides, "dimensionUnit": "in"}
    return told | ({"extendWeight": str(ounces), "extendWeightUnit": "oz"} if ounces else {})


def _hundredths(value: Fraction) -> str:
    """With two decimals, rounded up."""
    return f"{Decimal(math.ceil(value * 100)) / 100:.2f}"
