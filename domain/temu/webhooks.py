"""Verifies a webhook event that claims to be Temu's: its signature, and its age against a replay. The key that it gets is that
of every duplicate.

Temu's guide contradicts itself about what is signed. Two of the forms below were checked by computing them; no real
event has been seen yet, so each form that the guide documents is accepted, and no other.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES128
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

from domain.errors import Refused
from domain.temu.messages import Struct

APP_KEY, CODE, TIMESTAMP = "x-tm-app-key", "x-tm-event-code", "x-tm-timestamp"
SIGNATURE, EXTRA = "x-tm-signature", "x-tm-ext-param"
HEADERS = (APP_KEY, CODE, TIMESTAMP, SIGNATURE, EXTRA)
RETURN_CHANGED = "bg_aftersales_status_change"
# Those of the guide's list that tell of an order.
CODES = (
    "bg_order_status_change_event",
    "bg_trade_logistics_address_changed",
    RETURN_CHANGED,
    "bg_cancel_order_status_change",
)
# A block of AES-128, its key and its initialisation vector: a secret has to be so long at least.
SECRET_BYTES = 16
_DATA = "eventData"
_OLDEST = timedelta(seconds=300)
# Names are signed together with values, and in some forms nothing parts them. A code or a moment of any other shape
# could take in a name that follows, and one signature would then fit two messages.
_CODE_SHAPE = re.compile(r"[0-9A-Za-z_]{1,64}", re.ASCII)
_TIMESTAMP_SHAPE = re.compile(r"\d{13}", re.ASCII)
_ORDER_NUMBER_SHAPE = re.compile(r"[0-9A-Za-z-]{1,64}", re.ASCII)
_MALL_SHAPE = re.compile(r"\d{1,20}", re.ASCII)

# How name and value, and two pairs, are joined, and whether x-tm-ext-param is signed.
_FORMS = (
    # The worked example's base string; its signature was computed and is right. [A]
    ("", "", True),
    # The example of a whole request: its signature is right only without x-tm-ext-param. [A]
    ("", "", False),
    # Step 3 of the newer guide and its Java code, which leaves out blank values. [B: text only]
    ("=", "&", True),
    # The older guide: `key=value` "without any additional characters between them". [B: text only]
    ("=", "", True),
)


class Malformed(Refused):
    """No webhook event of Temu's looks like this."""


class NotGenuine(Refused):
    """The signature is not Temu's, or the event is too old: it may be a replay."""


@dataclass(frozen=True)
class Event:
    """A webhook event that is Temu's. *key* is the same for a duplicate, as no id is documented.

    Mall and order are None in events that are about none, such as that of the partner platform's test button.
    """

    key: str
    code: str
    sent_at: datetime
    mall_id: str | None
    order_number: str | None
    # Of an event about a return, which it is, and when it changed.
    return_number: str | None = None
    changed_at: datetime | None = None


class _Data(Struct):
    """What all documented events have in common. Ids come as numbers or as text."""

    mall_id: int | str | None = None
    parent_order_sn: int | str | None = None
    # In events about returns and about requests to cancel alone; the moment is in milliseconds [A].
    parent_after_sales_sn: int | str | None = None
    update_at: Any = None


class _Body(Struct):
    event_data: str


def open_webhook(
    app_key: str, secret: bytes, headers: Mapping[str, str], body: bytes, *, now: datetime
) -> Event:
    """Verify a webhook and read the event in it. *headers* are those of HEADERS that were sent, by their lower-case names.

    Raises Malformed and NotGenuine, which never tell what the message held; whoever sent it is not to learn which.
    """
    values = {name: headers.get(name, "") for name in HEADERS}
    # All is done before anything is refused, with what stands in for what can't be read: so neither an answer nor the time that
    # it takes tells how far a forged message came.
    sealed = _sealed(body)
    data, is_padded = _decrypt(sealed or bytes(SECRET_BYTES), secret)
    is_genuine = _is_signed(values, data, secret) and is_padded
    if values[APP_KEY] != app_key:
        raise NotGenuine("The message is for another app.")
    sent_at = _moment(values[TIMESTAMP])
    if not _CODE_SHAPE.fullmatch(values[CODE]):
        raise Malformed(f"{CODE} must be the code of an event.")
    if abs(now - sent_at) > _OLDEST:
        raise NotGenuine(
            f"{TIMESTAMP} differs by more than {_OLDEST.seconds} seconds from this server's clock."
        )
    if sealed is None:
        raise Malformed(
            "The body must be a JSON object with eventData in base64, whole blocks of AES-128-CBC."
        )
    if not is_genuine:
        raise NotGenuine("The message is not signed with this app's secret.")
    said = _parse(data)
    # Not from x-tm-ext-param, which one form leaves unsigned: whoever changed it could send the same event again.
    key = hashlib.sha256(b"\n".join([values[CODE].encode(), values[TIMESTAMP].encode(), data])).hexdigest()
    return Event(
        key=key,
        code=values[CODE],
        sent_at=sent_at,
        mall_id=_shaped(said.mall_id, _MALL_SHAPE),
        order_number=_shaped(said.parent_order_sn, _ORDER_NUMBER_SHAPE),
        return_number=(
            _shaped(said.parent_after_sales_sn, _ORDER_NUMBER_SHAPE)
            if values[CODE] == RETURN_CHANGED
            else None
        ),
        changed_at=_changed_at(said.update_at),
    )


def _moment(text: str) -> datetime:
    if not _TIMESTAMP_SHAPE.fullmatch(text):
        raise Malformed(f"{TIMESTAMP} must be milliseconds since 1970.")
    return datetime.fromtimestamp(int(text) / 1000, UTC)


def _sealed(body: bytes) -> bytes | None:
    """The bytes of eventData; None where there are none that may have been encrypted."""
    try:
        text = msgspec.json.decode(body, type=_Body).event_data
        sealed = base64.b64decode(text, validate=True)
    except (msgspec.MsgspecError, binascii.Error, ValueError, RecursionError):
        return None
    # In one way only: another one of writing the same bytes would be another message with the same signature.
    is_one = base64.b64encode(sealed).decode() == text
    return sealed if is_one and sealed and len(sealed) % SECRET_BYTES == 0 else None


def _decrypt(sealed: bytes, secret: bytes) -> tuple[bytes, bool]:
    """What was encrypted, and whether its padding is right; where it isn't, with it. Key and initialisation vector are both the
    secret's first 16 bytes: Temu's choice.
    """
    start = secret[:SECRET_BYTES]
    decryptor = Cipher(AES128(start), CBC(start)).decryptor()
    padded = decryptor.update(sealed) + decryptor.finalize()
    unpadder = PKCS7(SECRET_BYTES * 8).unpadder()
    try:
        return unpadder.update(padded) + unpadder.finalize(), True
    except ValueError:
        return padded, False


def _is_signed(values: Mapping[str, str], data: bytes, secret: bytes) -> bool:
    # Examples are in lower case, Temu's Java code writes upper case.
    given = values[SIGNATURE].lower().encode("latin-1", "replace")
    # All are compared, so that the time it takes doesn't tell which form was near.
    matches = [
        hmac.compare_digest(given, hmac.new(secret, signed, hashlib.sha256).hexdigest().encode())
        for signed in _signed_forms(values, data)
    ]
    return any(matches)


def _signed_forms(values: Mapping[str, str], data: bytes) -> list[bytes]:
    """What may have been signed: names in ascending order with their values, each form's own way."""
    # Headers arrive as bytes that were read as Latin-1; written so again they are what Temu signed.
    fields = {name: values[name].encode("latin-1", "replace") for name in (APP_KEY, CODE, TIMESTAMP, EXTRA)}
    fields[_DATA] = data
    return [
        between_pairs.encode().join(
            name.encode() + between_name_and_value.encode() + fields[name]
            for name in sorted(fields)
            if fields[name].strip() and (name != EXTRA or has_extra)
        )
        for between_name_and_value, between_pairs, has_extra in _FORMS
    ]


def _parse(data: bytes) -> _Data:
    try:
        return msgspec.json.decode(data, type=_Data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise Malformed("eventData must hold a JSON object with ids as numbers or text.") from None


def _changed_at(stamp: Any) -> datetime | None:
    """A moment in milliseconds; None for what isn't one, as nothing depends on it but how far back is read."""
    text = str(stamp)
    return datetime.fromtimestamp(int(text) / 1000, UTC) if _TIMESTAMP_SHAPE.fullmatch(text) else None


def _shaped(value: int | str | None, shape: re.Pattern[str]) -> str | None:
    """An id as text; None for what can't be one, as for what is absent."""
    text = "" if value is None else str(value)
    return text if shape.fullmatch(text) else None
