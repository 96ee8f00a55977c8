"""Cursors of what is followed: how far somebody has come in the log of changes, and when that was."""

import base64
import binascii
import json
from datetime import UTC, datetime, timedelta

from domain.changes.log import Position
from domain.errors import CursorExpired, Invalid

_NAME = "changes"
_LARGEST = 2**63 - 1
# Clocks of servers differ, and what is removed is counted from when it happened, which was before it could be read.
_MARGIN = timedelta(hours=1)


def encode(position: Position, *, moment: datetime) -> str:
    """A position of which nothing after it is older than *moment*."""
    plain = json.dumps([_NAME, position.xid, position.id, int(moment.timestamp())], separators=(",", ":"))
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def decode(cursor: str, *, now: datetime, keep: timedelta) -> Position:
    """The position, of a log whose changes are kept for so long. Raises Invalid, and CursorExpired for one that is older."""
    try:
        plain = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
        name, xid, number, seconds = plain
        if name != _NAME or not all(
            type(each) is int and 0 <= each <= _LARGEST for each in (xid, number, seconds)
        ):
            raise TypeError(plain)  # noqa: TRY301 - refused as all that can't be read
        moment = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, TypeError, OverflowError, OSError, RecursionError, binascii.Error):
        message = "after is not a cursor of a subscription. Use the cursor of one of its events as it is."
        raise Invalid(message, field=("after",)) from None
    if moment < now - keep + _MARGIN:
        raise CursorExpired
    return Position(xid, number)
