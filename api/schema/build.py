"""The schema, put together; `python -m api.schema.build` writes schema.graphql, and what caches of front ends need of it."""

import functools
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import strawberry
from graphql import GraphQLError, GraphQLObjectType
from strawberry.schema.config import StrawberryConfig

from api.documents import trusted
from api.documents.cost import LIST_LENGTH
from api.documents.prepare import preparation
from api.reading.answering import Answering, ExecutionContext
from api.reading.registry import types_of
from api.schema import cache_policies
from api.schema.mutations.api_keys import ApiKeyMutations
from api.schema.mutations.buyers import BuyerMutations
from api.schema.mutations.cancellations import CancellationMutations
from api.schema.mutations.channel_actions import ChannelActionMutations
from api.schema.mutations.companies import CompanyMutations
from api.schema.mutations.exports import ExportMutations
from api.schema.mutations.imports import ImportMutations
from api.schema.mutations.inventory import InventoryMutations
from api.schema.mutations.invoices import InvoiceMutations
from api.schema.mutations.label_handover import LabelHandoverMutations
from api.schema.mutations.listings import ListingMutations
from api.schema.mutations.orders import OrderMutations
from api.schema.mutations.prices import PriceMutations
from api.schema.mutations.products import ProductMutations
from api.schema.mutations.queued_jobs import QueuedJobMutations
from api.schema.mutations.returns import ReturnMutations
from api.schema.mutations.shipping import ShippingMutations
from api.schema.mutations.shipping_labels import ShippingLabelMutations
from api.schema.mutations.webhooks import WebhookMutations
from api.schema.queries import Query
from api.schema.subscriptions import Subscription
from api.schema.types.api_key import ApiKey
from api.schema.types.audit import AuditEvent
from api.schema.types.channel_action import ChannelAction
from api.schema.types.company import Company
from api.schema.types.inventory import Warehouse
from api.schema.types.listing import Listing
from api.schema.types.order import Order, OrderItem, OrderNote
from api.schema.types.package import Package
from api.schema.types.product import Product
from api.schema.types.queued_job import QueuedJob
from api.schema.types.returns import Return, ReturnLine
from api.schema.types.shipping_label import ShippingLabel
from api.schema.types.webhook import Webhook, WebhookDelivery
from api.values.described import described_type
from api.values.scalars import SCALARS
from domain.reading.fields import Attribute, Batch, ById, ByIds, ByNumber, Many, Paged

FILE = Path(__file__).parent.parent.parent / "schema.graphql"


@described_type
class Mutation(
    CompanyMutations,
    InventoryMutations,
    ProductMutations,
    PriceMutations,
    ListingMutations,
    ImportMutations,
    ExportMutations,
    OrderMutations,
    BuyerMutations,
    ShippingMutations,
    CancellationMutations,
    InvoiceMutations,
    LabelHandoverMutations,
    ShippingLabelMutations,
    ReturnMutations,
    ChannelActionMutations,
    QueuedJobMutations,
    WebhookMutations,
    ApiKeyMutations,
):
    """What can be done. Each answers what it changed, or in userErrors why it changed nothing."""


class Schema(strawberry.Schema):
    """Strawberry's schema, less its log of errors, which would hold parts of queries. What it shows of rows is read by plans."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.answering = Answering(types_of(self))
        for known in self.answering.types.values():
            kind: Any = self._schema.type_map[known.name]
            for name, source in known.sources.items():
                if known.entity is None and isinstance(source, Many | Paged | ByNumber | ById | ByIds):
                    kind.fields[name].resolve = self.answering.field
                if isinstance(source, Attribute | Batch) and source.most is not None:
                    kind.fields[name].extensions[LIST_LENGTH] = source.most

    def trusted_documents(self, path: Path, *, introspection: bool) -> Mapping[str, str]:
        """The documents of a file by their ids, each of which can be run; raises ConfigurationError."""
        return trusted.load(path, self._schema, introspection=introspection)

    def process_errors(self, errors: list[GraphQLError], execution_context: Any = None) -> None:
        """Nothing: api.schema.errors.present logs what is ours."""


@functools.cache
def build(*, introspection: bool = True) -> Schema:
    """The schema that a server serves; all servers of a process serve the same one."""
    schema = Schema(
        Query,
        Mutation,
        Subscription,
        types=[
            ApiKey,
            AuditEvent,
            ChannelAction,
            ShippingLabel,
            Company,
            Product,
            Listing,
            Warehouse,
            Order,
            OrderItem,
            OrderNote,
            Package,
            QueuedJob,
            Return,
            ReturnLine,
            Webhook,
            WebhookDelivery,
        ],
        config=StrawberryConfig(scalar_map=SCALARS),
        execution_context_class=ExecutionContext,
        extensions=[preparation(introspection=introspection)],
    )
    _describe_arguments(schema)
    return schema


# Arguments that mean the same wherever they stand.
_ARGUMENTS = {
    "first": "How many from the beginning, or after the cursor: 1 to 250, 50 where none is asked for.",
    "after": "Begin behind this cursor.",
    "last": "How many from the end, or before the cursor: 1 to 250.",
    "before": "End before this cursor.",
    "filter": "Only those that meet every condition in it.",
    "orderBy": "In which order; in the one told above where none is given. A cursor is good for its own order only.",
    "id": "The global id.",
    "ids": "Global ids, 100 at most.",
    "input": "What to do.",
    "channel": "Of this channel.",
}


def _describe_arguments(schema: Schema) -> None:
    for kind in schema._schema.type_map.values():  # noqa: SLF001 - strawberry hands it out under no other name
        if isinstance(kind, GraphQLObjectType):
            for field in kind.fields.values():
                for name, argument in field.args.items():
                    argument.description = argument.description or _ARGUMENTS.get(name)


def text() -> str:
    """What schema.graphql must hold."""
    return build().as_str() + "\n"


def files() -> Mapping[Path, str]:
    """What is made of the schema, each file with its text."""
    return {FILE: text(), **cache_policies.files(build()._schema)}  # noqa: SLF001 - strawberry hands it out under no other name


if __name__ == "__main__":
    for path, written in files().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(written, encoding="utf-8")
        sys.stdout.write(f"wrote {path.name}\n")
