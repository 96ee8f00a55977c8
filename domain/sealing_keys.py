"""The keys that seal access tokens, as TRADEWIND_ENCRYPTION_KEYS has them."""

import base64

_BYTES = 32


def parse(text: str) -> dict[str, bytes]:
    """Key id to key, the one that seals first. Raises ValueError with what is wrong, and nothing of a key."""
    keys: dict[str, bytes] = {}
    for entry in filter(None, (part.strip() for part in text.split(","))):
        key_id, colon, encoded = entry.partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except ValueError:
            key = b""
        if not colon or not key_id.isalnum() or not _is_random(key):
            message = "each key must be `id:base64 of 32 random bytes`, ids being letters and digits"
            raise ValueError(message)
        if key_id in keys:
            message = f"key id {key_id} is given twice"
            raise ValueError(message)
        keys[key_id] = key
    if not keys:
        message = "holds no key"
        raise ValueError(message)
    return keys


def _is_random(key: bytes) -> bool:
    """Whether it has the length of a key and doesn't look typed: of 32 random bytes hardly ever less than 16 differ."""
    return len(key) == _BYTES and len(set(key)) >= _BYTES // 2
