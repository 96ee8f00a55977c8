"""Which carriers an order may not go by, as its fulfillment warnings say."""

from typing import Final

from tests.sandbox import refusals
from tests.sandbox.mall import Mall
from tests.sandbox.model import ParentOrder
from tests.sandbox.refusals import RefusedError

# The two that Temu's tables name, each with a code and a sentence of its own on the page of the shipment [A].
NOT_BY: Final = {
    "RESTRICT_FEDEX_SELF_SHIPPING": ("fedex", refusals.NOT_BY_FEDEX),
    "RESTRICT_USPS_SELF_SHIPPING": ("usps", refusals.NOT_BY_USPS),
}
EXCLUDED: Final = "BLOCK_LOGISTICS_PROVIDERS_"
"""Names in braces follow, with commas between."""


def check_carrier(mall: Mall, order: ParentOrder, carrier_id: int) -> None:
    """Whether a name is compared with the carrier's or with its brand is told nowhere: with both here [C]."""
    carrier = next(one for one in mall.sandbox.carriers if one.id == carrier_id)
    names = {carrier.name.lower(), carrier.brand.lower()}
    for warning in order.fulfillment_warnings:
        name, code = NOT_BY.get(warning, (None, 0))
        if name in names:
            raise RefusedError(code)
        if warning.startswith(EXCLUDED):
            excluded = warning.removeprefix(EXCLUDED).strip("{}").lower().split(",")
            if names & {one.strip() for one in excluded}:
                raise RefusedError(refusals.CARRIER_EXCLUDED)
