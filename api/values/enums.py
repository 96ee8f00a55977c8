"""The domain's enums in the schema: one enum from column to client, described by the comments beside its members. All
that are imported here are in the schema.
"""

import inspect
import re
import sys
from enum import Enum, EnumType
from functools import cache
from typing import Any

import strawberry

from domain.attention.conditions import ChannelActionAttention as ChannelActionAttention
from domain.attention.conditions import OrderAttention as OrderAttention
from domain.attention.conditions import ProductAttention as ProductAttention
from domain.attention.items import AttentionSeverity as AttentionSeverity
from domain.audit.history import HistoryActor as HistoryActor
from domain.companies.queries import CompanyOrderField as CompanyOrderField
from domain.errors import RefusalCode as RefusalCode
from domain.inventory.queries import InventoryOrderField as InventoryOrderField
from domain.models import AccessTokenPurpose as AccessTokenPurpose
from domain.models import AccessTokenStatus as AccessTokenStatus
from domain.models import AuditActor as AuditActor
from domain.models import ChangeType as ChangeType
from domain.models import Channel as Channel
from domain.models import ChannelActionKind as ChannelActionKind
from domain.models import ChannelActionStatus as ChannelActionStatus
from domain.models import ExportFormat as ExportFormat
from domain.models import FulfilledBy as FulfilledBy
from domain.models import HoldReason as HoldReason
from domain.models import InvoiceKind as InvoiceKind
from domain.models import InvoiceRecipient as InvoiceRecipient
from domain.models import InvoiceState as InvoiceState
from domain.models import JobOutcomeStatus as JobOutcomeStatus
from domain.models import JobStatus as JobStatus
from domain.models import JobTrigger as JobTrigger
from domain.models import JobType as JobType
from domain.models import LabelOrigin as LabelOrigin
from domain.models import LengthUnit as LengthUnit
from domain.models import ListingStatus as ListingStatus
from domain.models import ListingSubStatus as ListingSubStatus
from domain.models import MallType as MallType
from domain.models import OrderLabel as OrderLabel
from domain.models import OrderSource as OrderSource
from domain.models import OrderStatus as OrderStatus
from domain.models import PriceState as PriceState
from domain.models import ReturnDelivery as ReturnDelivery
from domain.models import ReturnOperation as ReturnOperation
from domain.models import ReturnStatus as ReturnStatus
from domain.models import ReturnType as ReturnType
from domain.models import Role as Role
from domain.models import ShippingLabelStatus as ShippingLabelStatus
from domain.models import ShippingStatus as ShippingStatus
from domain.models import StorePlugin as StorePlugin
from domain.models import StoreType as StoreType
from domain.models import TemuRegion as TemuRegion
from domain.models import WebhookDeliveryStatus as WebhookDeliveryStatus
from domain.models import WebhookEventType as WebhookEventType
from domain.models import WebhookOffReason as WebhookOffReason
from domain.models import WeightUnit as WeightUnit
from domain.orders.available_actions import OrderAction as OrderAction
from domain.orders.queries import OrderOrderField as OrderOrderField
from domain.pagination import OrderDirection as OrderDirection
from domain.products.listing_queries import ListingOrderField as ListingOrderField
from domain.products.queries import ProductOrderField as ProductOrderField
from domain.products.queries import ProductStatus as ProductStatus
from domain.queued_jobs.queries import QueuedJobOrderField as QueuedJobOrderField
from domain.returns.queries import ReturnOrderField as ReturnOrderField
from domain.returns.receipts import ReturnCondition as ReturnCondition
from domain.statistics.periods import StatisticsInterval as StatisticsInterval

# Those that the schema calls by another name than the domain.
_NAMES = {RefusalCode: "UserErrorCode", Role: "ApiKeyRole"}
_NEXT = re.compile(r"\n\S")
_MEMBER = re.compile(r"^    (\w+) = .*?#: (.+)$", re.MULTILINE)


def _register(kind: Any) -> None:
    described = dict(_MEMBER.findall(_source(kind)))
    strawberry.enum(kind, name=_NAMES.get(kind), description=inspect.cleandoc(kind.__doc__ or ""))
    for value in kind.__strawberry_definition__.values:
        value.description = described.get(value.name)


def _source(kind: type[Enum]) -> str:
    # inspect would parse the whole module for each of its enums, which a start would wait for.
    _, rest = _module(kind.__module__).split(f"\nclass {kind.__name__}(", maxsplit=1)
    return _NEXT.split(rest, maxsplit=1)[0]


@cache
def _module(name: str) -> str:
    return inspect.getsource(sys.modules[name])


for _kind in [each for each in globals().values() if isinstance(each, EnumType) and each is not Enum]:
    _register(_kind)
