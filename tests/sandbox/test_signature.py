"""The signature, against texts that were joined by hand and digested by another program."""

from typing import Any

import pytest

from tests.sandbox.signature import is_signed, signature_of

SECRET = "s3cret"

VECTORS: list[tuple[dict[str, Any], str]] = [
    ({"type": "bg.order.list.v2.get", "timestamp": 1711009072}, "5E5B5F9F8B4BDB487C614160AAA18759"),
    ({"name": 'say "hi" \\o/'}, "B82BA8B6A895DD520B5C26FD53AFA92B"),
    ({"size": '5"'}, "28D96134ABDED644A6E56E2B19176387"),
    (
        {"b": False, "a": {"z": 1, "b": [True, None, 1.5, "Zoë 北京"]}, "A": 1},
        "49CDEE8BE16389AD43CB701326F1A0B0",
    ),
    ({"parentOrderSnList": ["PO-211-1", "PO-211-2"]}, "6E13B0D747EBE4E670F59174C60DEDB6"),
]


@pytest.mark.parametrize("fields,expected", VECTORS)
def test_signature_is_the_digest_of_the_joined_fields(fields: dict[str, Any], expected: str) -> None:
    """Text is signed in its escaped form, everything else as compact JSON with its keys as sent (R3)."""
    assert signature_of(fields, SECRET) == expected


def test_sign_itself_is_not_signed() -> None:
    """The field that carries the signature takes no part in it (R3)."""
    fields = VECTORS[0][0] | {"sign": "whatever"}
    assert signature_of(fields, SECRET) == VECTORS[0][1]


def test_only_the_exact_signature_is_accepted() -> None:
    """Lower case, another type, or nothing at all is no signature (R3)."""
    fields, expected = VECTORS[0]
    assert is_signed(fields | {"sign": expected}, SECRET)
    assert not is_signed(fields | {"sign": expected.lower()}, SECRET)
    assert not is_signed(fields | {"sign": 5}, SECRET)
    assert not is_signed(fields, SECRET)


def test_order_of_nested_keys_counts() -> None:
    """An inner object is signed as it was sent: sorting its keys gives another signature (R3)."""
    assert signature_of({"a": {"z": 1, "b": 2}}, SECRET) != signature_of({"a": {"b": 2, "z": 1}}, SECRET)


def test_half_a_character_is_signed_and_not_an_error() -> None:
    """JSON may hold a lone surrogate; a call with one is refused for its signature, and breaks nothing (R3)."""
    assert not is_signed({"name": "\ud800", "sign": "X"}, SECRET)
