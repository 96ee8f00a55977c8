"""Replies with strings that strict JSON refuses; no I/O."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.temu.reply_json import loads


@pytest.mark.parametrize(
    "body,value",
    [
        (rb'{"a": "\ud83d"}', {"a": "\ufffd"}),
        (rb'{"a": "x\udc00y", "b": 1}', {"a": "x\ufffdy", "b": 1}),
        (rb'{"a": "\ud83d\ude00"}', {"a": "\U0001f600"}),
        (rb'{"a": "\ud83d\ude00\ud83d"}', {"a": "\U0001f600\ufffd"}),
        (rb'{"\ud83d": [{"a": "\ud83d"}]}', {"\ufffd": [{"a": "\ufffd"}]}),
        (b'{"a": "\xff"}', {"a": "\ufffd"}),
        (b'{"a": "\xed\xa0\xbd"}', {"a": "\ufffd" * 3}),
        (b'{"a": "x\ty\n"}', {"a": "x\ty\n"}),
        (rb'{"a": "5\x"}', {"a": "5\ufffdx"}),
        (rb'{"a": "\u12"}', {"a": "\ufffdu12"}),
        (rb'{"a": "it\'s"}', {"a": "it\ufffd's"}),
        (rb'{"a": "c:\\x", "b": "\ud83d"}', {"a": "c:\\x", "b": "\ufffd"}),
        (b'{"a": %s, "b": 1}' % (b"9" * 5000), {"a": "\ufffd", "b": 1}),
        (b'{"a": %s}' % (b"9" * 400), {"a": int("9" * 400)}),
        (rb'{"a": "say \"x\"", "b": "\q"}', {"a": 'say "x"', "b": "\ufffdq"}),
    ],
)
def test_a_string_that_strict_json_refuses(body: bytes, value: Any) -> None:
    """O21: what is wrong with a string is mended there, and everything else stays as it is."""
    assert loads(body) == value


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b'{"a": 1', b'{"a": NaN}', b'{"a": "\xff', b"<html>", b"[" * 100_000, b"1" * 5000 + b"x"],
)
def test_what_is_no_json(body: bytes) -> None:
    """O21: what is no JSON for another reason stays unreadable."""
    with pytest.raises(ValueError):  # noqa: PT011 - whatever it says, the reply is unreadable
        loads(body)


@given(st.recursive(st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(), st.lists))
def test_what_is_strict_stays(value: Any) -> None:
    """O21: of strict JSON nothing is changed, with or without a string beside it that has to be mended."""
    assert loads(json.dumps(value).encode()) == value
    assert loads(b'[%s, "\\ud83d"]' % json.dumps(value).encode()) == [value, "\ufffd"]
