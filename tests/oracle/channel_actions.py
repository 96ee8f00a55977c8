"""What the channel is asked to do beside shipping."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from domain.models import ChannelAction, Company, Order, Product
from tests.oracle.pages import Listed, Values, is_in
from tests.oracle.rows import Fields, Seen


def _of(column: str) -> Callable[[Any, Seen], list[ChannelAction]]:
    return lambda parent, seen: seen.all(ChannelAction, **{column: parent.id})


def _newest_first(action: ChannelAction) -> Values:
    return (action.id,)


def _matches(action: ChannelAction, wanted: Mapping[str, Any], seen: Seen) -> bool:
    return (
        wanted.get("subject") in {None, action.subject}
        and action.kind.value in wanted.get("kind", [action.kind.value])
        and action.status.value in wanted.get("status", [action.status.value])
        and ("attention" not in wanted or _needs_a_person(action, wanted["attention"], seen))
        and is_in(action.created_at, wanted.get("createdAt"))
        and is_in(action.sent_at, wanted.get("sentAt"))
        and is_in(action.ended_at, wanted.get("endedAt"))
    )


def _needs_a_person(action: ChannelAction, code: str, seen: Seen) -> bool:
    """C11: what an item of attention with this code counts."""
    company, now = seen.get(Company, id=action.company_id), seen.rows.now
    if company.store_plugin is None or company.archived_at is not None:
        return False
    week_ago, status = now - timedelta(days=7), action.status.value
    same = seen.all(ChannelAction, company_id=action.company_id, subject=action.subject)
    match code:
        case "CHANNEL_ACTIONS_REFUSED":
            is_last = action.id == max(each.id for each in same if each.kind is action.kind)
            is_new = action.ended_at is not None and action.ended_at > week_ago
            return status == "REFUSED" and action.kind.value != "CHANGE_PRICE" and is_new and is_last
        case "CHANNEL_ACTIONS_UNCONFIRMED":
            return status == "UNCONFIRMED" and action.ended_at is None
        case _:
            return status == "WORKING" and action.sent_at is not None and action.sent_at < week_ago


def _listed(column: str) -> Listed:
    return Listed("channel_actions", _of(column), _newest_first, descending=True, matches=_matches)


LISTS = {
    "Company.channelActions": _listed("company_id"),
    "Order.channelActions": _listed("order_id"),
    "Product.channelActions": _listed("product_id"),
}
FIELDS: Fields = {
    "ChannelAction.attempts": lambda action, _: action.sends,
    "ChannelAction.nextAttemptAt": lambda action, _: action.due_at,
    "ChannelAction.company": lambda action, seen: seen.visible(seen.get(Company, id=action.company_id)),
    "ChannelAction.order": lambda action, seen: seen.one(Order, id=action.order_id),
    "ChannelAction.product": lambda action, seen: seen.one(Product, id=action.product_id),
}
