"""Temu's pushes, read: with the guide's own examples, and with what nobody but Temu can send."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from domain.temu.webhooks import Malformed, NotGenuine, open_webhook
from tests.sandbox.events import Form, Message
from tests.sandbox.mall import Sandbox

# From Temu's guide, letter by letter.
APP = ("demo-test-app", b"12345678abcdefgh")
EXAMPLE = {
    "x-tm-app-key": "demo-test-app",
    "x-tm-event-code": "bg_test_event",
    "x-tm-timestamp": "1726127013525",
    "x-tm-ext-param": "{}",
}
BODY = b'{"eventData": "sQmNTAKR2o4HrmCO3OchFgGyJU5Qta57+JQxxgVyVPU="}'
OF_THE_BASE_STRING = "b5143d1a831453afbcf76d4621baa74a2dc07a486f26f5a956c6e50c61a338fb"
OF_THE_REQUEST = "987875c01ea5c7f608502fb92e1de102c59e1c9195c010ab8a80bdb501a04fbc"
THEN = datetime.fromtimestamp(1726127013.525, UTC)

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
CHANGED = "bg_order_status_change_event"
SANDBOX = Sandbox(app_key="demo-test-app", app_secret="0123456789abcdef-and-more", clock=NOW.timestamp)
SANDBOX_APP = (SANDBOX.app_key, SANDBOX.app_secret.encode())
DATA = {"mallId": 635517726820719, "parentOrderSn": "PO-211-1"}


def _open(message: Message, now: datetime = NOW) -> tuple[str | None, str | None]:
    event = open_webhook(*SANDBOX_APP, message.headers, message.body, now=now)
    return event.mall_id, event.order_number


@pytest.mark.parametrize("signature", [OF_THE_BASE_STRING, OF_THE_REQUEST, OF_THE_BASE_STRING.upper()])
def test_the_guides_examples(signature: str) -> None:
    """O14: both signatures that Temu's guide gives for its example are right, in either case."""
    event = open_webhook(*APP, {**EXAMPLE, "x-tm-signature": signature}, BODY, now=THEN)

    assert (event.code, event.sent_at) == ("bg_test_event", THEN)
    assert (event.mall_id, event.order_number) == (None, None)


@pytest.mark.parametrize("form", ["plain", "plain without extra", "query", "equals"])
@pytest.mark.parametrize("extra", ["{}", '{"a":"ü"}', "", None])
def test_each_documented_form(form: Form, extra: str | None) -> None:
    """O14: each form that the guides document is accepted, with or without x-tm-ext-param, as it comes over the wire."""
    message = SANDBOX.events.message(CHANGED, DATA, form=form, extra=extra)
    as_read = {name: value.encode().decode("latin-1") for name, value in message.headers.items()}

    assert _open(Message(as_read, message.body)) == ("635517726820719", "PO-211-1")


@pytest.mark.parametrize("equals, joint", [("", "&"), (":", ""), ("=", ";"), ("=", "&&"), ("=", "\n")])
def test_no_other_form(equals: str, joint: str) -> None:
    """O14: a signature over the same values in a form that no guide documents is refused."""
    message = SANDBOX.events.message(CHANGED, DATA)
    fields = {name: value for name, value in message.headers.items() if name != "x-tm-signature"}
    fields["eventData"] = msgspec.json.encode(DATA).decode()
    text = joint.join(f"{name}{equals}{fields[name]}" for name in sorted(fields))
    other = hmac.new(SANDBOX.app_secret.encode(), text.encode(), hashlib.sha256).hexdigest()

    with pytest.raises(NotGenuine):
        _open(Message({**message.headers, "x-tm-signature": other}, message.body))


@pytest.mark.parametrize("name", ["x-tm-app-key", "x-tm-event-code", "x-tm-timestamp", "x-tm-signature"])
def test_every_header_counts(name: str) -> None:
    """O14: a push is refused when any of its headers is another than the one signed, or missing."""
    message = SANDBOX.events.message(CHANGED, DATA)
    changed = message.headers | {
        name: message.headers[name][:-1] + "0" if name != "x-tm-event-code" else "bg"
    }
    if changed == message.headers:
        changed[name] = message.headers[name][:-1] + "1"
    missing = {other: value for other, value in message.headers.items() if other != name}

    for headers in (changed, missing):
        with pytest.raises((NotGenuine, Malformed)):
            _open(Message(headers, message.body))


def test_nothing_moves_from_one_value_to_the_next() -> None:
    """O14: where no separator is signed, a code can't take in the name that follows it to make one message two."""
    message = SANDBOX.events.message(CHANGED, DATA)
    moved = {name: value for name, value in message.headers.items() if name != "x-tm-ext-param"}
    moved["x-tm-event-code"] += "x-tm-ext-param{}"

    with pytest.raises(Malformed):
        _open(Message(moved, message.body))


def test_the_unsigned_header_makes_no_new_event() -> None:
    """O14: the same push with another x-tm-ext-param, which one form leaves unsigned, is the same event."""
    message = SANDBOX.events.message(CHANGED, DATA, form="plain without extra")
    keys = {
        open_webhook(*SANDBOX_APP, message.headers | {"x-tm-ext-param": extra}, message.body, now=NOW).key
        for extra in ("{}", '{"id":1}', "")
    }

    assert len(keys) == 1


@pytest.mark.parametrize("seconds", [-301, 301])
def test_old_and_future_ones(seconds: int) -> None:
    """O14: a push that was signed more than 300 seconds before or after now is refused."""
    fresh = int((NOW + timedelta(seconds=seconds * 299 // 301)).timestamp() * 1000)
    stale = int((NOW + timedelta(seconds=seconds)).timestamp() * 1000)

    assert _open(SANDBOX.events.message(CHANGED, DATA, timestamp=fresh)) == ("635517726820719", "PO-211-1")
    with pytest.raises(NotGenuine, match="300 seconds"):
        _open(SANDBOX.events.message(CHANGED, DATA, timestamp=stale))


@pytest.mark.parametrize(
    "timestamp", ["", "1777636800", "17776368000000", "-177763680000", "\u0661" * 13, "1e12"]
)
def test_moments_of_another_shape(timestamp: str) -> None:
    """O14: x-tm-timestamp must be milliseconds of thirteen digits."""
    with pytest.raises(Malformed, match="milliseconds"):
        _open(SANDBOX.events.message(CHANGED, DATA, timestamp=timestamp))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"eventData": null}',
        b'{"eventData": ""}',
        b'{"eventData": "no base64!"}',
        b'{"eventData": "AAAA"}',
        b'{"eventData": "sQmNTAKR2o4HrmCO3OchFh=="}',
        b"\xff\xfe",
        b'{"eventData": "' + b"A" * 20,
        b'{"eventData": "\xff"}',
        b'{"\xff": 1, "eventData": "AAAA"}',
        b'{"a": ' + b"[" * 200_000,
    ],
)
def test_bodies_that_are_none(body: bytes) -> None:
    """O14: a body that can't be Temu's is malformed."""
    with pytest.raises(Malformed):
        _open(Message(SANDBOX.events.message(CHANGED, DATA).headers, body))


@pytest.mark.parametrize(
    "data",
    [
        "[]",
        "5",
        "no JSON",
        '{"mallId": {}}',
        '{"mallId": 1.5}',
        "\ufeff{}",
        "[" * 9999,
        '{"a": ' + "[" * 99_999,
    ],
)
def test_signed_but_no_event(data: str) -> None:
    """O14: what is signed but says nothing that an event can say is malformed."""
    with pytest.raises(Malformed, match="eventData"):
        _open(SANDBOX.events.message(CHANGED, data))


def test_padding_tells_nothing() -> None:
    """O14: a message whose padding is wrong gets the very answer of one whose signature is wrong."""
    message = SANDBOX.events.message(CHANGED, DATA)
    key = SANDBOX.app_secret.encode()[:16]
    encryptor = Cipher(algorithms.AES128(key), modes.CBC(key)).encryptor()
    unpadded = base64.b64encode(encryptor.update(b"x" * 32) + encryptor.finalize()).decode()
    answers = []
    for headers, body in (
        (message.headers, msgspec.json.encode({"eventData": unpadded})),
        (message.headers | {"x-tm-signature": "0" * 64}, message.body),
    ):
        with pytest.raises(NotGenuine) as refused:
            _open(Message(headers, body))
        answers.append(refused.value.message)

    assert answers[0] == answers[1]


@pytest.mark.parametrize("signature", ["", "ü" * 64, "0" * 10_000, "  "])
def test_signatures_of_any_shape(signature: str) -> None:
    """O14: whatever stands in x-tm-signature is compared, not trusted."""
    message = SANDBOX.events.message(CHANGED, DATA)

    with pytest.raises(NotGenuine):
        _open(Message(message.headers | {"x-tm-signature": signature}, message.body))


def test_ids_are_text_or_nothing() -> None:
    """O14: ids come as numbers or text; what can't be an id is none."""
    assert _open(SANDBOX.events.message(CHANGED, {"mallId": "7", "parentOrderSn": 8})) == ("7", "8")
    odd = {"mallId": "7; drop", "parentOrderSn": "PO\n1"}
    assert _open(SANDBOX.events.message(CHANGED, odd)) == (None, None)
