"""What is recorded of which tables, and what of it a unit of work has changed."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, inspect
from sqlalchemy.orm import Session

from domain import clock, global_ids
from domain.models import (
    AccessToken,
    ApiKey,
    ApiKeyCompany,
    Base,
    ChannelAction,
    ChannelWarehouseMapping,
    Company,
    Order,
    Package,
    PackageCorrection,
    Product,
    ProductPrice,
    QueuedJob,
    Return,
    ShippingLabel,
    Warehouse,
    Webhook,
    WebhookDelivery,
)


@dataclass(frozen=True)
class Subject:
    """An object by its type in the schema, and the company that it belongs to; without a type, the installation."""

    type: str | None
    number: int | None
    company_id: int | None


def itself(row: Any) -> Subject:
    if row is None:
        return Subject(None, None, None)
    is_company = isinstance(row, Company)
    return Subject(type(row).__name__, row.id, row.id if is_company else getattr(row, "company_id", None))


@dataclass(frozen=True)
class _Watched:
    """The columns of a table that are shown, never a secret or a buyer's. Rows that are a part of another object in the schema
    are its member *part*: one of a list by the column *key*, or the only one. A change of *unseen* counts too.
    """

    shown: tuple[str, ...]
    subject: Callable[[Any], Subject] = itself
    part: str | None = None
    key: str | None = None
    unseen: str | None = None


def _company(row: Any) -> Subject:
    return Subject(Company.__name__, row.company_id, row.company_id)


# Of another company's product, which who may see the event may not see, only that there is one is told.
_SHADOWED = "shadow_of_id"
# Only what somebody asks for by a mutation or a command, not what follows from it: stock that a shipment takes is told by it.
WATCHED: Mapping[type[Base], _Watched] = {
    Company: _Watched(
        ("name", "store_type", "store_plugin", "region", "mall_id", "mall_type", "allow_inventory_upload",
         "allow_order_download", "allow_return_download", "allow_tracking_upload", "allow_price_upload",
         "require_minimum_price", "upload_tracking_per_item", "confirm_labels_automatically", "safety_quantity", "max_quantity",
         "sell_only_mapped_warehouses", "orders_not_before", "archived_at", "removed_at")
    ),
    AccessToken: _Watched(
        ("purpose", "last_four", "status"), _company, part="accessTokens", key="purpose", unseen="sealed"
    ),
    ChannelWarehouseMapping: _Watched(
        ("channel", "warehouse_id", "channel_warehouse_code"), _company, part="channelWarehouseMappings",
        key="warehouse_id",
    ),
    Warehouse: _Watched(("name", "is_sellable", "archived_at")),
    Product: _Watched(
        ("sku", "name", "shadow_of_id", "website_product_id", "website_product_variant_id",
         "use_default_safety_quantity", "safety_quantity", "archived_at")
    ),
    ProductPrice: _Watched(
        ("amount", "currency_code", "minimum_amount", "minimum_currency_code"),
        lambda row: Subject(Product.__name__, row.product_id, row.company_id), part="price",
    ),
    Order: _Watched(("shipping_status", "held_at", "cancellation_declined_at")),
    Package: _Watched(("order_id", "warehouse_id", "carrier", "tracking_number", "shipped_at", "voided_at")),
    PackageCorrection: _Watched(
        ("carrier", "tracking_number", "warehouse_id"),
        lambda row: Subject(Package.__name__, row.package_id, row.company_id), part="correction",
    ),
    ShippingLabel: _Watched(
        ("status", "warehouse_id", "service_id", "most_to_pay_amount", "currency_code", "package_number")
    ),
    Return: _Watched(("status",)),
    ChannelAction: _Watched(("kind", "status", "subject", "is_confirmed")),
    QueuedJob: _Watched(("type", "status", "cancel_requested")),
    # Neither the URL nor the document: the one may hold a secret, the other is long.
    Webhook: _Watched(
        ("name", "company_id", "event_types", "api_key_id", "secret_created_at", "previous_secret_until", "off_since",
         "updated_at")
    ),
    WebhookDelivery: _Watched(("webhook_id", "event_type", "status")),
    ApiKey: _Watched(("name", "hint", "role", "is_server_wide", "expires_at", "revoked_at")),
    ApiKeyCompany: _Watched(
        ("company_id",), lambda row: Subject(ApiKey.__name__, row.api_key_id, None), part="companies",
        key="company_id",
    ),
}  # fmt: skip


@dataclass
class _Change:
    before: Any
    after: Any
    # Whether it counts though nothing that is shown differs.
    is_certain: bool = False


class Changes:
    """What one unit of work has changed so far, each member of each object once."""

    def __init__(self) -> None:
        self._of: dict[Subject, dict[tuple[str, Hashable], _Change]] = {}
        self._added: set[Subject] = set()
        self._removed: set[Subject] = set()

    def look(self, session: Session, _context: object) -> None:
        """See what was flushed just now, of which the values of before are still known."""
        for row in session.new:
            self.look_at(type(row), row, {}, is_added=True)
        for row in session.dirty:
            state = inspect(row)
            changed = {attr.key: attr.history for attr in state.attrs if attr.history.has_changes()}
            # Of one that was never read nobody knows what it was.
            old = {name: history.deleted[0] for name, history in changed.items() if history.deleted}
            if changed:
                self.look_at(type(row), row, dict.fromkeys(changed) | old)
        for row in session.deleted:
            self.look_at(type(row), row, {}, is_removed=True)

    def look_at(
        self,
        table: type[Base],
        row: Any,
        old: Mapping[str, Any],
        *,
        is_added: bool = False,
        is_removed: bool = False,
    ) -> None:
        """Put a row of *table*, whose columns *old* had other values before."""
        watched = WATCHED.get(table)
        if watched is None:
            return
        subject = watched.subject(row)
        columns = table.__table__.c
        after = {name: _json(columns[name], getattr(row, name)) for name in watched.shown}
        before = after | {name: _json(columns[name], old[name]) for name in watched.shown if name in old}
        if watched.part is not None:
            key = watched.key and getattr(row, watched.key)
            is_certain = watched.unseen in old
            values = None if is_added else _camel(before), None if is_removed else _camel(after)
            self.put(subject, watched.part, key, *values, is_certain=is_certain)
            return
        (self._added if is_added else self._removed if is_removed else set[Subject]()).add(subject)
        for name in watched.shown:
            self.put(
                subject,
                _member(name),
                None,
                None if is_added else before[name],
                None if is_removed else after[name],
            )

    def put(
        self,
        subject: Subject,
        name: str,
        key: Hashable,
        before: Any,
        after: Any,
        *,
        is_certain: bool = False,
    ) -> None:
        """Of several changes of one member, what was before the first and is after the last counts."""
        change = self._of.setdefault(subject, {}).setdefault((name, key), _Change(before, after))
        change.after = after
        change.is_certain |= is_certain

    def rows(self) -> list[dict[str, Any]]:
        """What an audit event says of each object that differs."""
        return [
            {
                "company_id": subject.company_id, "subject_type": subject.type, "subject_id": subject.number,
                "before": None if subject in self._added else before,
                "after": None if subject in self._removed else after,
            }
            for subject, members in self._of.items()
            for before, after in _differing(members)
        ]  # fmt: skip


def _differing(
    members: Mapping[tuple[str, Hashable], _Change],
) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """The members that differ, before and after; nothing where none does."""
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for (name, key), change in members.items():
        if change.before == change.after and not change.is_certain:
            continue
        for side, value in ((before, change.before), (after, change.after)):
            if key is None:
                side[name] = value
            else:
                side.setdefault(name, []).extend([] if value is None else [value])
    return [(before, after)] if before else []


def _json(column: ColumnElement[Any], value: Any) -> Any:
    if column.name == _SHADOWED:
        return value is not None
    match value:
        case Enum():
            return value.value
        case Decimal():
            return format(value, "f")
        case datetime():
            return clock.rfc3339(value)
        case int() if column.foreign_keys:
            (reference,) = column.foreign_keys
            return global_ids.encode(_types()[reference.column.table.name], value)
        case _:
            return value


@cache
def _types() -> Mapping[str, str]:
    """Tables' classes are named as the schema's types."""
    return {mapper.local_table.name: mapper.class_.__name__ for mapper in Base.registry.mappers}  # type: ignore[attr-defined]


def _member(name: str) -> str:
    return "isShadow" if name == _SHADOWED else _camel_case(name)


def _camel(values: Mapping[str, Any]) -> dict[str, Any]:
    return {_camel_case(name): value for name, value in values.items()}


def _camel_case(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))
