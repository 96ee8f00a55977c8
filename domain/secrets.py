"""
Sealing of secrets at rest: AES-256-GCM, bound to the place a value is stored in, so that it opens nowhere else.

Form: `v1.<key id>.<base64url of nonce, ciphertext and tag>`.
"""

import base64
import os
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12
_KEY_BYTES = 32


class UnsealError(Exception):
    """
    The sealed value was made with another key, for another place, or was changed.
    """


class SecretBox:
    """
    Seals and opens with a ring of keys: the first seals, each opens what it sealed.
    """

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._keys = dict(keys)
        self._primary = next(iter(self._keys))

    def seal(self, secret: str, *, place: str) -> str:
        """
        Encrypt *secret* for *place*, such as "access_tokens|sealed|company 7|ALL".
        """
        nonce = os.urandom(_NONCE_BYTES)
        sealed = nonce + AESGCM(self._keys[self._primary]).encrypt(nonce, secret.encode(), place.encode())
        return f"v1.{self._primary}.{base64.urlsafe_b64encode(sealed).decode()}"

    def open(self, sealed: str, *, place: str) -> str:
        """
        Decrypt what was sealed for *place*; raises UnsealError.
        """
        try:
            version, key_id, encoded = sealed.split(".")
            raw = base64.urlsafe_b64decode(encoded)
            key = self._keys[key_id]
            if version != "v1":
                raise UnsealError(version)
            return AESGCM(key).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], place.encode()).decode()
        except (ValueError, KeyError, InvalidTag) as error:
            message = "A stored secret can't be opened with the keys in TRADEWIND_ENCRYPTION_KEYS."
            raise UnsealError(message) from error

    def __repr__(self) -> str:
        return f"SecretBox({len(self._keys)} keys)"


def development_keys(folder: Path) -> dict[str, bytes]:
    """
    A key of this machine's own for development, made once and kept in *folder*, readable by its owner only.
    """
    path = folder / "development.key"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(os.urandom(_KEY_BYTES))
    except FileExistsError:
        pass  # Made by an earlier start, or by another process a moment ago: use that one.
    return {"dev": path.read_bytes()}
