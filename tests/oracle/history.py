"""What became of orders and products: who changed them, and what Temu did."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from domain.models import ApiKey, AuditEvent, Change, Order, OrderNote, Package, Product
from tests.oracle.pages import Listed, Values, microseconds
from tests.oracle.rows import Seen, global_id

_TOLD = {
    "order.created": "It came in from Temu.",
    "order.released": "It may be shipped from now on.",
    "order.tracking_uploaded": "Temu knows how it was shipped.",
    "inventory.pushed": "Temu took a figure of its stock.",
    "inventory.refused": "Temu refused a figure of its stock.",
}


def _entry(place: Values, occurred_at: datetime, subject: tuple[str, int], **more: Any) -> Mapping[str, Any]:
    told = {"actor": "CHANNEL", "author": None, "message": None, "before": None, "after": None}
    of = {"occurredAt": occurred_at, "subjectType": subject[0], "subjectId": global_id(*subject)}
    return {"place": (microseconds(occurred_at), *place), **told, **of, **more}


def _events(subjects: set[tuple[str, int]], seen: Seen) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    for event in seen.all(AuditEvent):
        subject = (event.subject_type or "", event.subject_id or 0)
        if subject in subjects and seen.visible(event) is not None:
            key = seen.one(ApiKey, id=event.api_key_id)
            more = {"type": event.action, "actor": event.actor, "author": key and key.name}
            found.append(
                _entry(
                    (0, event.id), event.occurred_at, subject, before=event.before, after=event.after, **more
                )
            )
    return found


def _changes(subject: tuple[str, int], kinds: set[str], seen: Seen) -> list[Mapping[str, Any]]:
    return [
        _entry(
            (2, change.id),
            change.occurred_at,
            subject,
            type=change.type.value,
            message=_TOLD[change.type.value],
        )
        for change in seen.all(Change, subject_type=subject[0], subject_id=subject[1])
        if change.type.value in kinds and seen.visible(change) is not None
    ]


def _of_order(order: Order, seen: Seen) -> list[Mapping[str, Any]]:
    packages = {("Package", package.id) for package in seen.all(Package, order_id=order.id)}
    subject = ("Order", order.id)
    notes = [
        _entry((1, note.id), note.created_at, subject, type="note", message=note.body)
        for note in seen.all(OrderNote, order_id=order.id)
        if note.event is not None and not note.event.startswith(("package-changed:", "package-voided:"))
    ]
    told = {"order.created", "order.released", "order.tracking_uploaded"}
    return _events({subject} | packages, seen) + notes + _changes(subject, told, seen)


def _of_product(product: Product, seen: Seen) -> list[Mapping[str, Any]]:
    subject = ("Product", product.id)
    return _events({subject}, seen) + _changes(subject, {"inventory.pushed", "inventory.refused"}, seen)


def _place(entry: Mapping[str, Any]) -> Values:
    place: Values = entry["place"]
    return place


LISTS = {
    "Order.history": Listed("history", _of_order, _place, descending=True),
    "Product.history": Listed("history", _of_product, _place, descending=True),
}
