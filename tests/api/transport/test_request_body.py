"""From bytes to a request, or a refusal: no server, no schema."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.transport.body import (
    GraphQLRequest,
    RequestRefused,
    check_media_type,
    from_body,
    from_parameters,
    from_query_string,
)


def refusal_of(body: bytes) -> RequestRefused:
    with pytest.raises(RequestRefused) as caught:
        from_body(body)
    return caught.value


def with_variables(json_text: str) -> bytes:
    return f'{{"query": "{{ a }}", "variables": {{"v": {json_text}}}}}'.encode()


class TestJson:
    @pytest.mark.parametrize(
        "body, message",
        [
            (b"", "is empty"),
            (b'{"query": "{ a }"', "isn't valid JSON"),
            (b"query { a }", "isn't valid JSON"),
            (b'\xef\xbb\xbf{"query": "{ a }"}', "isn't valid JSON"),
            (b'{"query": "\xff"}', "isn't valid UTF-8"),
            (b'{"query": "\xed\xa0\x80"}', "isn't valid UTF-8"),
            (b'{"query": "{ a }"} {}', "isn't valid JSON"),
            (b'{"query": "a\nb"}', "isn't valid JSON"),
            (b"[" * 100_000 + b"]" * 100_000, "nested deeper than 32"),
            (b'{"a":' * 500 + b"1" + b"}" * 500, "nested deeper than 32"),
            (b'{"query": "{ a }", "query": "{ b }"}', "one name twice"),
            (b'{"query": "\\ud800"}', "half a surrogate pair"),
            (b'{"query": "\\u0000"}', "NUL character"),
            (b"1", "must be a JSON object"),
            (b'"x"', "must be a JSON object"),
            (b"null", "must be a JSON object"),
            (b"true", "must be a JSON object"),
            (b'[{"query": "{ a }"}, {"query": "{ a }"}]', "Several requests in one"),
            (b"{}", "parameter query"),
            (b'{"query": null}', "parameter query"),
            (b'{"query": ["{ a }"]}', "parameter query"),
            (b'{"query": " "}', "parameter query"),
            (b'{"query": "{ a }", "variables": []}', "parameter variables"),
            (b'{"query": "{ a }", "variables": "{}"}', "parameter variables"),
            (b'{"query": "{ a }", "extensions": 0}', "parameter extensions"),
            (b'{"query": "{ a }", "operationName": 1}', "parameter operationName"),
        ],
    )
    def test_refused(self, body: bytes, message: str) -> None:
        """A3, E9: what isn't one well-formed GraphQL request is refused with 400 and the reason."""
        refusal = refusal_of(body)

        assert (refusal.status, refusal.code) == (400, "BAD_REQUEST")
        assert message in refusal.message

    @pytest.mark.parametrize(
        "value, message",
        [
            ("9" * 10_000, "more than 19 digits"),
            ("-" + "9" * 20, "more than 19 digits"),
            ("NaN", "holds NaN"),
            ("Infinity", "holds Infinity"),
            ("-Infinity", "holds -Infinity"),
            ("1e999", "too large for a float"),
            ('{"a": 1, "a": 2}', "one name twice"),
            ('{"\\u0000": 1}', "NUL character"),
            ('["\\udc00"]', "half a surrogate pair"),
            ("[" * 31 + "]" * 31, "nested deeper than 32"),
        ],
    )
    def test_refused_value(self, value: str, message: str) -> None:
        """A3, E9: a value that two readers would read differently, or no database would store, is refused."""
        refusal = refusal_of(with_variables(value))

        assert refusal.status == 400
        assert message in refusal.message

    @pytest.mark.parametrize(
        "value",
        [
            "9" * 19,
            "-" + "9" * 19,
            "1.5",
            "[" * 30 + "]" * 30,
            '"\\ud83d\\ude00"',
            '"\u00fc\U0001f600"',
            "null",
            "{}",
        ],
    )
    def test_taken(self, value: str) -> None:
        """A3: every other value comes in as it was sent."""
        assert from_body(with_variables(value)).variables == {"v": json.loads(value)}

    @given(
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.integers() | st.text(st.characters()),
            lambda x: st.lists(x) | st.dictionaries(st.text(), x),
        )
    )
    def test_any_json(self, value: Any) -> None:
        """A3, E9: any JSON at all is a request or a refusal, never an exception."""
        for body in (json.dumps(value), json.dumps({"query": "{ a }", "variables": value})):
            with suppress(RequestRefused):
                assert from_body(body.encode()).query

    @given(st.binary())
    def test_any_bytes(self, body: bytes) -> None:
        """A3, E9: any bytes at all are a request or a refusal, never an exception."""
        assert refusal_of(body).status == 400


class TestQueryString:
    def test_parameters(self) -> None:
        """A3: a GET carries the same parameters, variables and extensions as JSON; others are passed over."""
        raw = b"query=%7B+a+%7D&variables=%7B%22v%22%3A1%7D&operationName=&extensions=&access_token=x&access_token=y"

        assert from_query_string(raw, most=1000) == GraphQLRequest("{ a }", {"v": 1}, None, None)

    @pytest.mark.parametrize(
        "raw, status",
        [
            (b"", 400),
            (b"query=", 400),
            (b"query=%7Ba%7D&query=%7Bb%7D", 400),
            (b"query=%ff", 400),
            (b"query=\xff", 400),
            (b"query=%00", 400),
            (b"query=%7Ba%7D&variables=[]", 400),
            (b"query=%7Ba%7D&variables=%7B", 400),
            (b"query=%7Ba%7D&variables=%7B%22v%22%3ANaN%7D", 400),
            (b"&".join([b"query=%7Ba%7D"] * 101), 400),
            (b"query=" + b"a" * 1000, 414),
        ],
    )
    def test_refused(self, raw: bytes, status: int) -> None:
        """A3, E9: a query string is held to the same rules as a body."""
        with pytest.raises(RequestRefused) as caught:
            from_query_string(raw, most=1000 + 5 * (status == 400) * 1000)

        assert caught.value.status == status


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "Application/JSON ; charset=UTF-8", 'application/json; charset="utf-8"'],
)
def test_media_type_taken(content_type: str) -> None:
    """A3: JSON in UTF-8 is taken, however it is spelled."""
    check_media_type(content_type, None)


@pytest.mark.parametrize(
    "content_type, content_encoding",
    [
        (None, None),
        ("", None),
        ("text/plain", None),
        ("application/x-www-form-urlencoded", None),
        ("multipart/form-data; boundary=x", None),
        ("application/graphql", None),
        ("application/json; charset=utf-16", None),
        ("text/plain, application/json", None),
        ("application/json", "gzip"),
    ],
)
def test_media_type_refused(content_type: str | None, content_encoding: str | None) -> None:
    """A3, E12: a form, plain text, no type, another encoding or a compressed body is refused with 415."""
    with pytest.raises(RequestRefused) as caught:
        check_media_type(content_type, content_encoding)

    assert caught.value.status == 415


def test_parameters_from_a_message() -> None:
    """A3: a WebSocket's payload is held to the same rules as a body."""
    assert from_parameters({"query": "{ a }", "operationName": None}) == GraphQLRequest("{ a }")
    with pytest.raises(RequestRefused):
        from_parameters({"query": "{ a }", "variables": 1})
