"""From bytes that anyone may have sent to a request that GraphQL can be asked, or a refusal that says why not.

Nothing here knows the schema: only size, encoding, JSON and the five parameters of a GraphQL request.
"""

import asyncio
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request

from api.authentication import Throttled

_DEPTH = 32
_INTEGER_DIGITS = 19

# NUL fits into no database column; half a surrogate pair into no UTF-8.
_UNUSABLE = re.compile("[\0\ud800-\udfff]")


class RequestRefused(Exception):
    """A request that is answered before GraphQL sees it."""

    def __init__(
        self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})
        self.extensions: dict[str, object] = {"code": code}


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """The parameters of one GraphQL request, each of the right type. *query* is left out where the document is named instead, by
    *document_id* or in *extensions*.
    """

    query: str | None
    variables: dict[str, Any] | None = None
    operation_name: str | None = None
    extensions: dict[str, Any] | None = field(default=None)
    document_id: str | None = None


def throttled(error: Throttled) -> RequestRefused:
    """What is answered to a wrong key after many."""
    headers = {"Retry-After": str(error.retry_after), "Connection": "close"}
    refusal = RequestRefused(429, "THROTTLED", str(error), headers)
    refusal.extensions["retryAfter"] = error.retry_after
    return refusal


@lru_cache(maxsize=64)
def check_media_type(content_type: str | None, content_encoding: str | None) -> None:
    """Only JSON in UTF-8 is read: the types a browser's form can send would open the door to other sites."""
    header = Message()
    header["content-type"] = content_type or ""
    charset = header.get_param("charset", "utf-8")
    is_json = bool(content_type) and header.get_content_type() == "application/json"
    if not is_json or str(charset).lower() not in {"utf-8", "utf8"}:
        raise RequestRefused(
            415,
            "UNSUPPORTED_MEDIA_TYPE",
            "Send the request as Content-Type: application/json, in UTF-8.",
            {"Accept-Post": "application/json", "Connection": "close"},
        )
    if (content_encoding or "identity").strip().lower() != "identity":
        raise RequestRefused(
            415, "UNSUPPORTED_MEDIA_TYPE", "Send the body uncompressed.", {"Connection": "close"}
        )


async def read_body(request: Request, *, most: int, seconds: float) -> bytes:
    """The whole body, refused as soon as it is known to be longer than `most` bytes or slower than `seconds`."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and (len(declared) > _INTEGER_DIGITS or int(declared) > most):
        raise _too_large(most)
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for chunk in request.stream():
                body += chunk
                if len(body) > most:
                    raise _too_large(most)
    except TimeoutError:
        message = f"The body was not sent within {seconds:g} seconds."
        raise RequestRefused(408, "REQUEST_TIMEOUT", message, {"Connection": "close"}) from None
    return bytes(body)


def from_body(body: bytes) -> GraphQLRequest:
    """The request in the body of a POST."""
    if not body:
        raise _bad("The body is empty: send a JSON object with a query.")
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise _bad("The body isn't valid UTF-8.") from None
    return from_parameters(load_json(text))


def from_query_string(raw: bytes, *, most: int) -> GraphQLRequest:
    """The request in the query string of a GET, where variables and extensions are JSON."""
    if len(raw) > most:
        raise RequestRefused(414, "URI_TOO_LONG", "The query string is too long: send the request by POST.")
    try:
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=100)
    except ValueError:
        raise _bad("The query string isn't valid UTF-8 in percent encoding.") from None
    parameters: dict[str, object] = {}
    for name, value in pairs:
        if name not in {"query", "documentId", "variables", "operationName", "extensions"}:
            continue
        if name in parameters:
            raise _bad(f"The parameter {name} is given twice.")
        is_json = name in {"variables", "extensions"}
        parameters[name] = (load_json(value) if is_json else value) if value else None
    _check_values(parameters)
    return from_parameters(parameters)


def from_parameters(parameters: object) -> GraphQLRequest:
    """The request in decoded JSON, wherever it came from."""
    if isinstance(parameters, list):
        raise _bad("Several requests in one aren't taken: send each by itself.")
    if not isinstance(parameters, dict):
        raise _bad("A request must be a JSON object with a query.")
    extensions = _object(parameters, "extensions")
    query, document_id = parameters.get("query"), parameters.get("documentId")
    is_named = document_id is not None or "persistedQuery" in (extensions or {})
    if not (query is None and is_named) and (not isinstance(query, str) or not query.strip()):
        raise _bad("The parameter query must be a string with a GraphQL document.")
    if document_id is not None and (not isinstance(document_id, str) or not document_id):
        raise _bad("The parameter documentId must be a string or null.")
    operation_name = parameters.get("operationName")
    if operation_name is not None and not isinstance(operation_name, str):
        raise _bad("The parameter operationName must be a string or null.")
    return GraphQLRequest(query, _object(parameters, "variables"), operation_name, extensions, document_id)


def load_json(text: str) -> object:
    """JSON that means the same to every reader: no repeated names, no numbers that some would round."""
    try:
        value = json.loads(
            text,
            object_pairs_hook=_unique_names,
            parse_int=_integer,
            parse_float=_float,
            parse_constant=_constant,
        )
    except json.JSONDecodeError as error:
        raise _bad(f"This isn't valid JSON: {error.msg}, line {error.lineno} column {error.colno}.") from None
    except RecursionError:
        raise _too_deep() from None
    if "\\u" in text or text.count("{") + text.count("[") > _DEPTH:
        # Without an escape there is no odd character in it: as they are, JSON and UTF-8 have none.
        _check_values(value)
    return value


def _check_values(value: object) -> None:
    todo = [(value, 1)]
    while todo:
        each, depth = todo.pop()
        if isinstance(each, str):
            if _UNUSABLE.search(each):
                raise _bad("The JSON holds a NUL character or half a surrogate pair.")
        elif isinstance(each, dict | list):
            if depth > _DEPTH:
                raise _too_deep()
            if isinstance(each, dict):
                todo.extend((name, depth) for name in each)
                each = each.values()
            todo.extend((inner, depth + 1) for inner in each)


def _object(parameters: dict[str, Any], name: str) -> dict[str, Any] | None:
    value = parameters.get(name)
    if value is not None and not isinstance(value, dict):
        raise _bad(f"The parameter {name} must be an object or null.")
    return value


def _unique_names(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _bad("The JSON has an object that gives one name twice.")
    return found


def _integer(digits: str) -> int:
    if len(digits.lstrip("-")) > _INTEGER_DIGITS:
        raise _bad(f"The JSON holds an integer of more than {_INTEGER_DIGITS} digits: send it as a string.")
    return int(digits)


def _float(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise _bad("The JSON holds a number too large for a float: send it as a string.")
    return number


def _constant(name: str) -> float:
    raise _bad(f"The JSON holds {name}, which isn't JSON.")


def _bad(message: str) -> RequestRefused:
    return RequestRefused(400, "BAD_REQUEST", message)


def _too_deep() -> RequestRefused:
    return _bad(f"The JSON is nested deeper than {_DEPTH} levels.")


def _too_large(most: int) -> RequestRefused:
    # What is still being sent isn't read: the connection ends with the answer.
    message = f"The body is larger than {most} bytes."
    return RequestRefused(413, "PAYLOAD_TOO_LARGE", message, {"Connection": "close"})
