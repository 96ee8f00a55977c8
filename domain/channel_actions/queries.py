"""Actions as their readers may see them."""

from domain.filtering import Filter, among, equals
from domain.models import ChannelAction
from domain.pagination import Key

# The newest comes first.
ACTIONS = [Key(ChannelAction.id, descending=True)]
ACTION_FILTER = Filter(
    kind=among(ChannelAction.kind), status=among(ChannelAction.status), subject=equals(ChannelAction.subject)
)
