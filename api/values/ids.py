"""Global ids as clients send them; domain/global_ids.py writes them."""

import base64
import binascii
import re
from collections.abc import Iterable

from domain.errors import NotFound
from domain.global_ids import encode as encode

_FORM = re.compile(r"([A-Za-z]+):([1-9][0-9]{0,18})\Z")
_LARGEST = 2**63 - 1
_NOUNS = {
    "ChannelAction": "action",
    "QueuedJob": "job",
    "OrderItem": "order item",
    "OrderNote": "note",
    "ShippingLabel": "label",
    "ReturnLine": "line of a return",
    "WebhookDelivery": "delivery",
}


def split(global_id: str) -> tuple[str, int] | None:
    """The kind and number in an id; None for anything that no id of ours is."""
    try:
        found = _FORM.match(base64.b64decode(global_id, validate=True).decode("ascii"))
    except (ValueError, binascii.Error):
        return None
    return (found[1], int(found[2])) if found and int(found[2]) <= _LARGEST else None


def find(global_id: str, kind: str) -> int | None:
    """The number of an id of *kind*; None for an id of anything else."""
    parts = split(global_id)
    return parts[1] if parts is not None and parts[0] == kind else None


def find_all(global_ids: Iterable[str], kind: str) -> list[int]:
    """The numbers of ids of *kind*; 0, which no row has, for an id of anything else: treated as unknown ones."""
    return [find(each, kind) or 0 for each in global_ids]


def decode(global_id: str, kind: str, *field: str) -> int:
    """The number of an id of *kind* given at *field*; raises NotFound."""
    number = find(global_id, kind)
    if number is None:
        raise NotFound(f"There is no {_NOUNS.get(kind, kind.lower())} with this {field[-1]}.", field=field)
    return number


def decode_given(global_id: str | None, kind: str, *field: str) -> int | None:
    """The same where an id is given, else None."""
    return None if global_id is None else decode(global_id, kind, *field)
