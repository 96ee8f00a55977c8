"""Filters of lists, as clients write them and as the domain's queries take them."""

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import strawberry
from strawberry.utils.str_converters import to_camel_case

from api.values import enums, ids
from api.values.described import described_input, optional
from domain.errors import Invalid

_IDS = {"company_id": "Company", "api_key_id": "ApiKey", "webhook_id": "Webhook"}
# As long as a product's name may be; what SQLite compares with has a limit too.
_LONGEST_SEARCH = 500


@described_input
class ProductFilter:
    """Which products; every condition given must hold."""

    search: str | None = optional("Part of the SKU or the name; 500 characters at most.")
    skus: list[str] | None = optional("One of these SKUs.")
    is_mapped: bool | None = optional("Whether it is mapped to a listing on Temu.")
    is_shadow: bool | None = optional("Whether it sells the stock of another company's product.")


@described_input
class OrderFilter:
    """Which orders; every condition given must hold."""

    company_id: strawberry.ID | None = optional("Orders of one company.")
    channel: enums.Channel | None = optional("From this channel.")
    order_source: enums.OrderSource | None = optional("That reached the back office this way.")
    status: list[enums.OrderStatus] | None = optional("In one of these states.")
    shipping_status: list[enums.ShippingStatus] | None = optional("Shipped as far as one of these says.")
    labels: list[enums.OrderLabel] | None = optional("With one of these labels of Temu's.")
    has_unknown_product: bool | None = optional("Whether an item is an Unknown product.")
    source_updated_for_shipping: bool | None = optional("Whether Temu knows how they were shipped.")
    ordered_from: datetime | None = optional("Placed at this moment or later.")
    ordered_to: datetime | None = optional("Placed before this moment.")
    search: str | None = optional(
        "Part of the channel order number, the recipient or a SKU; 500 characters at most."
    )


@described_input
class QueuedJobFilter:
    """Which jobs; every condition given must hold."""

    type: list[enums.JobType] | None = optional("Of one of these types.")
    status: list[enums.JobStatus] | None = optional("In one of these states.")


@described_input
class JobOutcomeFilter:
    """Which outcomes."""

    status: enums.JobOutcomeStatus | None = optional("That ended this way.")


@described_input
class AuditEventFilter:
    """Which audit events; every condition given must hold."""

    company_id: strawberry.ID | None = optional("About this company, or what belongs to it.")
    api_key_id: strawberry.ID | None = optional("Done with this key.")
    action: str | None = optional(
        'Done by this mutation or command, such as "setInventory" or "keys revoke".'
    )
    subject_id: strawberry.ID | None = optional("About this object, such as an order or a product.")
    from_: datetime | None = strawberry.field(
        name="from", default=strawberry.UNSET, description="At this moment or later."
    )
    to: datetime | None = optional("Before this moment.")


@described_input
class WebhookDeliveryFilter:
    """Which messages to receivers; every condition given must hold."""

    webhook_id: strawberry.ID | None = optional("Of this webhook.")
    status: list[enums.WebhookDeliveryStatus] | None = optional("In one of these states.")
    event_type: list[enums.WebhookEventType] | None = optional("About one of these.")
    subject_id: strawberry.ID | None = optional("About this object, such as an order or a product.")


_KINDS: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        ProductFilter,
        OrderFilter,
        QueuedJobFilter,
        JobOutcomeFilter,
        AuditEventFilter,
        WebhookDeliveryFilter,
    )
}


def read(kind: str, values: Mapping[str, Any] | None) -> dict[str, Any]:
    """The conditions of a filter of this type as graphql-core gives it, by the names of the domain's; null and left out alike
    are no condition. Raises Invalid.
    """
    found: dict[str, Any] = {}
    for field in dataclasses.fields(_KINDS[kind]):
        value = (values or {}).get(to_camel_case(field.name.removesuffix("_")))
        if value is None:
            continue
        if field.name == "search" and len(value) > _LONGEST_SEARCH:
            raise Invalid(f"search must have at most {_LONGEST_SEARCH} characters.", field=("search",))
        if field.name == "subject_id":
            found["subject_type"], found["subject_id"] = ids.split(value) or ("", 0)
            continue
        if field.name in _IDS:
            (value,) = ids.find_all([value], _IDS[field.name])
        found[field.name] = value
    return found
