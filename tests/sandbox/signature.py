"""The signature that every call carries, computed by the sandbox's own hand."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def signature_of(fields: Mapping[str, Any], app_secret: str) -> str:
    """The signature of a body: all its fields but `sign`, by name, between two copies of the secret."""
    joined = "".join(name + _written(fields[name]) for name in sorted(fields) if name != "sign")
    return hashlib.md5((app_secret + joined + app_secret).encode(errors="surrogatepass")).hexdigest().upper()


def is_signed(fields: Mapping[str, Any], app_secret: str) -> bool:
    given = fields.get("sign")
    # Lower case is refused: Temu's own description asks for upper case.
    return isinstance(given, str) and given == signature_of(fields, app_secret)


def _written(value: Any) -> str:
    # Also strings are written as JSON, so a quote or a backslash inside one is signed escaped. And `strip` takes
    # a quote that a string itself ends with; a client that doesn't do the same is refused by Temu as well.
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).strip('"')
