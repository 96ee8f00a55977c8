"""Actions as their readers may see them."""

from domain.filtering import Filter, among, during, equals
from domain.models import ChannelAction
from domain.pagination import Key

# The newest comes first.
ACTIONS = [Key(ChannelAction.id, descending=True)]
ACTION_FILTER = Filter(
    kind=among(ChannelAction.kind),
    status=among(ChannelAction.status),
    subject=equals(ChannelAction.subject),
    created_at=during(ChannelAction.created_at),
    sent_at=during(ChannelAction.sent_at),
    ended_at=during(ChannelAction.ended_at),
)
