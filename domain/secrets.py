"""Sealing of secrets at rest: AES-256-GCM, bound to the place a value is stored in, so that it opens nowhere else.

Form: `v1.<key id>.<base64url of nonce, ciphertext and tag>`.
"""

import base64
import hmac
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.errors import NotConfigured
from domain.settings import ConfigurationError

_NONCE_BYTES = 12
_KEY_BYTES = 32
_VERSION = "v1"


class UnsealError(NotConfigured):
    """The sealed value was made with another key, for another place, or was changed. *lacks_key*: there is none of the
    id that it names.
    """

    def __init__(self, key_id: str, *, lacks_key: bool) -> None:
        self.key_id = key_id
        self.lacks_key = lacks_key
        super().__init__(
            "A stored secret can't be opened with the keys in TRADEWIND_ENCRYPTION_KEYS. Give back the key that "
            "sealed it, or set the token again with setAccessToken."
        )


class SecretBox:
    """Seals and opens with a ring of keys: the first seals, each opens what it sealed."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._keys = dict(keys)
        self._primary = next(iter(self._keys))

    @property
    def key_ids(self) -> list[str]:
        """The ids of the keys, that of the one that seals first."""
        return list(self._keys)

    def seal(self, secret: str, *, place: str) -> str:
        """Encrypt *secret* for *place*, such as "access_tokens|sealed|company 7|ALL"."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = nonce + AESGCM(self._keys[self._primary]).encrypt(nonce, secret.encode(), place.encode())
        return f"{_VERSION}.{self._primary}.{base64.urlsafe_b64encode(sealed).decode()}"

    def open(self, sealed: str, *, place: str) -> str:
        """Decrypt what was sealed for *place*; raises UnsealError."""
        try:
            version, key_id, encoded = sealed.split(".")
            raw = _raw(version, encoded)
            key = self._keys[key_id]
            return AESGCM(key).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], place.encode()).decode()
        except (ValueError, KeyError, InvalidTag) as error:
            raise UnsealError(key_id_of(sealed), lacks_key=isinstance(error, KeyError)) from error

    def seal_file(self, content: bytes, *, place: str) -> tuple[str, bytes]:
        """Encrypt a file for *place*: the key of its own that it gets, sealed, and what it is then. Another first key of the ring seals
        the former alone anew.
        """
        key, nonce = AESGCM.generate_key(_KEY_BYTES * 8), os.urandom(_NONCE_BYTES)
        sealed = self.seal(base64.b64encode(key).decode(), place=place)
        return sealed, nonce + AESGCM(key).encrypt(nonce, content, place.encode())

    def open_file(self, sealed: str, content: bytes, *, place: str) -> bytes:
        """Decrypt a file that was sealed for *place*; raises UnsealError."""
        key = AESGCM(base64.b64decode(self.open(sealed, place=place)))
        try:
            return key.decrypt(content[:_NONCE_BYTES], content[_NONCE_BYTES:], place.encode())
        # ValueError: of what is left of it, not even a nonce.
        except (InvalidTag, ValueError) as error:
            raise UnsealError(key_id_of(sealed), lacks_key=False) from error

    def digest(self, text: str, *, place: str) -> str:
        """Equal for equal texts of a *place*, and for nobody without the key a way to guess them."""
        return hmac.new(self._keys[self._primary], f"digest|{place}|{text}".encode(), "sha256").hexdigest()

    def __repr__(self) -> str:
        return f"SecretBox({len(self._keys)} keys)"


def key_id_of(sealed: str) -> str:
    """The id of the key that sealed a value, as it says itself."""
    return sealed.partition(".")[2].partition(".")[0]


def _raw(version: str, encoded: str) -> bytes:
    raw = base64.b64decode(encoded, altchars=b"-_", validate=True)
    # One secret has one text: base64 would read others as the same bytes.
    if version != _VERSION or base64.urlsafe_b64encode(raw).decode() != encoded:
        raise ValueError(version)
    return raw


def development_keys(folder: Path) -> dict[str, bytes]:
    """A key of this machine's own for development, made once and kept in *folder*, readable by its owner only."""
    path = folder / "development.key"
    folder.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        _store_once(os.urandom(_KEY_BYTES), path)
    key = path.read_bytes()
    if len(key) != _KEY_BYTES:
        message = f"{path} is no key: remove it, and set again the tokens that were sealed with it."
        raise ConfigurationError(message)
    return {"dev": key}


def _store_once(key: bytes, path: Path) -> None:
    """Write *path* whole or not at all: who starts at the same moment reads this key or finds none, never half of one."""
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key)
    try:
        # Unlike a renaming it leaves alone what another process has put there a moment ago.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        Path(draft).unlink()
