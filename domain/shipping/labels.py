"""Carrier and tracking number of a package, checked before it is recorded or corrected (T1, T5, T11)."""

from collections.abc import Sequence

from domain import text
from domain.errors import Conflict, Invalid
from domain.orders.restrictions import Restriction
from domain.shipping import matching, tracking_numbers
from domain.shipping.matching import Carrier, NoMatch

_LONGEST = 200
_NAMED = 5


def checked_number(number: str, *, field: tuple[str, ...]) -> str:
    """The key of a tracking number that Temu may take. Raises Required and Invalid."""
    number = text.line(number, field=field, at_most=_LONGEST)
    fault = tracking_numbers.fault(number)
    if fault is not None:
        raise Invalid(fault, field=field)
    return tracking_numbers.tracking_key(number)


def check_carrier(
    name: str,
    *,
    carriers: Sequence[Carrier] | None,
    restrictions: Sequence[Restriction],
    field: tuple[str, ...],
) -> None:
    """Refuse a carrier that Temu doesn't know, or doesn't take for an order with these *restrictions*. Without Temu's
    list, *carriers*, the name is compared as it is written. Raises Required, Invalid and Conflict.
    """
    name = text.line(name, field=field, at_most=_LONGEST)
    meant = Carrier(id="", name=name, brand="")
    if carriers is not None:
        try:
            meant = matching.carrier(name, carriers)
        except NoMatch as error:
            raise Invalid(unknown_carrier(name, error), field=field) from None
    restriction = forbidding(restrictions, meant)
    if restriction is not None:
        raise Conflict(forbidden(restriction, meant, restrictions, carriers or ()), field=field)


def forbidding(restrictions: Sequence[Restriction], carrier: Carrier) -> Restriction | None:
    """The restriction that forbids a label of this carrier, by its name or its brand; None where none does."""
    for restriction in restrictions:
        if restriction.forbids_all:
            return restriction
        if any(matching.is_of(carrier, name) for name in restriction.carriers):
            return restriction
    return None


def forbidden(
    restriction: Restriction,
    carrier: Carrier,
    restrictions: Sequence[Restriction],
    carriers: Sequence[Carrier],
) -> str:
    """What to tell of a carrier that an order may not go by, with others of *carriers* that it may."""
    if restriction.forbids_all:
        return wants_own_label(restriction.code)
    others = [each.name for each in carriers if each.name and forbidding(restrictions, each) is None]
    named = f" Temu takes {', '.join(dict.fromkeys(others[:_NAMED]))} and others." if others else ""
    return (
        f"Temu takes no label of {carrier.name} for this order ({restriction.code}).{named} Ship it by another carrier, "
        "or buy the label with buyShippingLabels or in the seller centre."
    )


def wants_own_label(code: str) -> str:
    return (
        f"Temu wants its own label on this order ({code}). Buy it with buyShippingLabels, at a price that shippingRates tells, or in "
        "the seller centre."
    )


def unknown_carrier(carrier: str, error: NoMatch) -> str:
    """What to tell of a carrier that Temu's list doesn't have (T5)."""
    nearest = f" The nearest: {', '.join(error.nearest)}." if error.nearest else ""
    return f"Temu knows no single carrier by {carrier!r} for this order's region.{nearest}"
