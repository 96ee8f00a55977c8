"""What a query must be answered: schema.graphql, executed over rows in memory by one plain function a field.

Slow and obvious, and independent of how the product reads: it shares with it the classes of rows, the folding
of texts, and what is said of attention and schedules.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any

from graphql import (
    ExecutionResult,
    GraphQLError,
    GraphQLResolveInfo,
    GraphQLScalarType,
    GraphQLSchema,
    build_schema,
    execute_sync,
    get_named_type,
    parse,
)

from domain.models import (
    AuditEvent,
    ChannelAction,
    Company,
    Listing,
    Order,
    OrderItem,
    OrderNote,
    Package,
    Product,
    QueuedJob,
    Return,
    ReturnLine,
    ShippingLabel,
    Warehouse,
    Webhook,
    WebhookDelivery,
)
from tests.oracle import (
    audit,
    channel_actions,
    companies,
    history,
    listings,
    orders,
    packages,
    products,
    queued_jobs,
    returns,
    shipping_labels,
    webhooks,
)
from tests.oracle.pages import Listed, page
from tests.oracle.rows import Fields, Rows, Seen, global_id_of

NODES = {
    kind.__name__: kind
    for kind in (
        AuditEvent,
        ChannelAction,
        Company,
        Listing,
        Order,
        OrderItem,
        OrderNote,
        Package,
        Product,
        QueuedJob,
        ShippingLabel,
        Return,
        ReturnLine,
        Warehouse,
        Webhook,
        WebhookDelivery,
    )
}
LISTS: Mapping[str, Listed] = (
    audit.LISTS
    | channel_actions.LISTS
    | returns.LISTS
    | companies.LISTS
    | history.LISTS
    | listings.LISTS
    | products.LISTS
    | orders.LISTS
    | queued_jobs.LISTS
    | shipping_labels.LISTS
    | webhooks.LISTS
)
FIELDS: Fields = {
    **audit.FIELDS, **channel_actions.FIELDS, **companies.FIELDS, **listings.FIELDS, **products.FIELDS, **orders.FIELDS, **packages.FIELDS,
    **queued_jobs.FIELDS, **returns.FIELDS, **shipping_labels.FIELDS,
    **webhooks.FIELDS,
}  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """*is_refused*: an argument that was met can't be taken, such as a cursor of another list."""

    data: Mapping[str, Any] | None
    is_refused: bool


def answer(
    rows: Rows, company_ids: frozenset[int] | None, document: str, variables: Mapping[str, Any]
) -> Answer:
    """What the key of these companies must be answered; None: of all companies."""
    result = execute_sync(
        SCHEMA,
        parse(document),
        context_value=Seen(rows, company_ids),
        variable_values=dict(variables),
        field_resolver=_resolve,
        type_resolver=_type_of,
    )
    assert isinstance(result, ExecutionResult)
    # A GraphQLError is a refusal; any other is a fault of this reader's own.
    for error in result.errors or ():
        if not isinstance(error.original_error, GraphQLError):
            raise error
    return Answer(result.data, is_refused=bool(result.errors))


def _type_of(row: Any, *_: Any) -> str:
    return type(row).__name__


def _resolve(parent: Any, info: GraphQLResolveInfo[Seen], **given: Any) -> Any:
    value = _value(parent, info, given)
    return value.value if isinstance(value, Enum) else value


def _value(parent: Any, info: GraphQLResolveInfo[Seen], given: Mapping[str, Any]) -> Any:
    """By list, by function, by global id, and what is left is a column of the row."""
    name, seen = f"{info.parent_type.name}.{info.field_name}", info.context
    if name in LISTS:
        return page(LISTS[name], parent, given, seen)
    if name in FIELDS:
        return FIELDS[name](parent, seen)
    if info.parent_type.name == "Query":
        kind = get_named_type(info.return_type).name
        return seen.by_global_id(given["id"], *(NODES.values() if kind == "Node" else [NODES[kind]]))
    if isinstance(parent, dict):
        return parent[info.field_name]
    if info.field_name == "id":
        return global_id_of(parent)
    return getattr(parent, re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", info.field_name))


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _read(moment: Any) -> datetime:
    return datetime.fromisoformat(moment)


def _schema() -> GraphQLSchema:
    schema = build_schema((Path(__file__).parents[2] / "schema.graphql").read_text(encoding="utf-8"))
    moment, decimal = schema.type_map["DateTime"], schema.type_map["Decimal"]
    assert isinstance(moment, GraphQLScalarType)
    assert isinstance(decimal, GraphQLScalarType)
    moment.coerce_output_value = _written
    moment.parse_value = moment.coerce_input_value = _read  # type: ignore[assignment, method-assign]
    decimal.coerce_output_value = "{:f}".format
    return schema


SCHEMA = _schema()
