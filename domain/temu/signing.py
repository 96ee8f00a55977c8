"""The signature of a call, after Temu's guide "Signature method" and its Python example."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def sign(fields: Mapping[str, Any], app_secret: str) -> str:
    """Sign all *fields* of a body but `sign`: names in ASCII order, each followed by its value, between two secrets."""
    joined = "".join(f"{name}{_text(fields[name])}" for name in sorted(fields) if name != "sign")
    return hashlib.md5(f"{app_secret}{joined}{app_secret}".encode()).hexdigest().upper()  # noqa: S324 - Temu's choice


def _text(value: Any) -> str:
    """A value as Temu reads it: compact JSON without the outer quotes, so quotes inside a string stay escaped."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).strip('"')
