"""What Temu is told of a parcel: in its units, and never less than it is (T3)."""

from decimal import Decimal

import pytest

from domain.errors import Invalid
from domain.models import LengthUnit, TemuRegion, WeightUnit
from domain.shipping.bought_labels.measures import Dimensions, Weight, check, in_temus_words
from domain.temu import labels

BOX = Dimensions(Decimal(12), Decimal(8), Decimal("0.001"), LengthUnit.INCHES)
US, EU = TemuRegion.US, TemuRegion.EU


@pytest.mark.parametrize(
    "value,unit,region,told",
    [
        ("2.5", WeightUnit.POUNDS, US, ("2", "8")),
        ("2", WeightUnit.POUNDS, US, ("2", None)),
        ("16", WeightUnit.OUNCES, US, ("1", None)),
        ("15.01", WeightUnit.OUNCES, US, ("1", None)),
        ("1", WeightUnit.GRAMS, US, ("0", "1")),
        ("453.59237", WeightUnit.GRAMS, US, ("1", None)),
        ("453.59238", WeightUnit.GRAMS, US, ("1", "1")),
        ("1", WeightUnit.KILOGRAMS, US, ("2", "4")),
        ("1.2", WeightUnit.KILOGRAMS, EU, ("1.20", None)),
        ("1", WeightUnit.GRAMS, EU, ("0.01", None)),
        ("1201", WeightUnit.GRAMS, EU, ("1.21", None)),
        ("1", WeightUnit.POUNDS, TemuRegion.GLOBAL, ("0.46", None)),
    ],
)
def test_weights(value: str, unit: WeightUnit, region: TemuRegion, told: tuple[str, str | None]) -> None:
    words = in_temus_words(Weight(Decimal(value), unit), BOX, region)
    assert (words["weight"], words.get("extendWeight")) == told


def test_sides() -> None:
    """Of another system they are converted exactly, and rounded up."""
    weight = Weight(Decimal(1), WeightUnit.KILOGRAMS)
    assert [in_temus_words(weight, BOX, US)[side] for side in ("length", "height")] == ["12.00", "0.01"]
    assert [in_temus_words(weight, BOX, EU)[side] for side in ("length", "height")] == ["30.48", "0.01"]


@pytest.mark.parametrize("value", ["0", "-1", "1000.001"])
def test_no_parcel(value: str) -> None:
    with pytest.raises(Invalid):
        check(Weight(Decimal(value), WeightUnit.KILOGRAMS), BOX)
    sides = Dimensions(Decimal(value), Decimal(1), Decimal(1), LengthUnit.CENTIMETERS)
    with pytest.raises(Invalid):
        check(Weight(Decimal(1), WeightUnit.KILOGRAMS), sides)


@pytest.mark.parametrize(
    "told,amount",
    [
        ("5.43", "5.43"),
        ("$ 5.43", "5.43"),
        ("0.5", "0.5"),
        (7, "7"),
        ("5,43", None),
        ("", None),
        ("1-2", None),
        (True, None),
    ],
)
def test_amounts(told: object, amount: str | None) -> None:
    """A price that can't be read is none, so nothing is bought at it."""
    assert labels.amount(told) == (None if amount is None else Decimal(amount))
