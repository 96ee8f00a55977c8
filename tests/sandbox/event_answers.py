"""The interface with which an app subscribes to a mall's events."""

from tests.sandbox.asked import Asked
from tests.sandbox.refusals import (
    BAD_PARAMETERS,
    EVENT_NOT_AUTHORISED,
    EVENT_NOT_THE_APPS,
    EVENTS_TWICE,
    TOO_MANY_EVENTS,
    RefusedError,
)

AT_MOST = 20


def update_subscription(asked: Asked) -> bool:
    """All of it or nothing. Temu doesn't say what it makes of a call without any code; here it is refused [C]."""
    cancelled = asked.parameters.texts("cancelEventCodeList") or []
    permitted = asked.parameters.texts("permitEventCodeList") or []
    if len(cancelled) > AT_MOST or len(permitted) > AT_MOST:
        raise RefusedError(TOO_MANY_EVENTS)
    if set(cancelled) & set(permitted):
        raise RefusedError(EVENTS_TWICE)
    if not cancelled and not permitted:
        raise RefusedError(BAD_PARAMETERS, "neither list names an event")
    if not {*cancelled, *permitted} <= asked.mall.sandbox.events.app_events:
        raise RefusedError(EVENT_NOT_THE_APPS)
    if not set(permitted) <= asked.mall.authorised_events:
        raise RefusedError(EVENT_NOT_AUTHORISED)
    asked.mall.subscribed_events.difference_update(cancelled)
    asked.mall.subscribed_events.update(permitted)
    return True
