"""Documents that requests name by an id instead of sending them: automatic persisted queries as Apollo's clients speak them, and
trusted documents, which the operator hands over in a file.
"""

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from graphql import GraphQLError

from api.transport.body import GraphQLRequest
from domain.document_store import DocumentStore

_DIGEST = re.compile(r"[0-9a-f]{64}")
_PREFIX = "sha256:"


class DocumentsById:
    """Where the document of a request comes from. *trusted*: texts by their ids; where there are *only* these, nothing else is
    run.
    """

    def __init__(
        self, store: DocumentStore, trusted: Mapping[str, str] | None = None, *, only_trusted: bool = False
    ) -> None:
        self._store = store
        self._trusted = trusted or {}
        self._only_trusted = only_trusted

    async def text_of(self, request: GraphQLRequest) -> str:
        """The document to run; raises GraphQLError, whose code says what the client is to do."""
        digest = digest_of(request.extensions)
        named = request.document_id or digest
        trusted = None if named is None else self._trusted.get(named) or self._trusted.get(_bare(named))
        if trusted is not None:
            if request.query is not None and request.query != trusted:
                raise _refused("BAD_REQUEST", "The document sent is another one than the id names.")
            return trusted
        if self._only_trusted:
            raise _not_trusted(named)
        if request.query is None:
            return await self._known(named or "")
        if digest is not None and _digest_of(request.query) != digest:
            # As Apollo's servers word it.
            raise _refused("BAD_REQUEST", "provided sha does not match query")
        return request.query

    async def store(self, extensions: Mapping[str, Any] | None, text: str, *, key_id: int) -> None:
        """Remember a document that was found good, where the request gives its hash; what ran may be the one that documentId names."""
        digest = digest_of(extensions)
        if digest is not None and digest == _digest_of(text) and not self._only_trusted:
            await self._store.put(digest, text, key_id=key_id)

    async def _known(self, named: str) -> str:
        digest = _bare(named)
        found = await self._store.get(digest) if _DIGEST.fullmatch(digest) else None
        if found is None:
            # Clients look for these very words, and then send the document with its hash.
            raise _refused("PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound")
        return found


def digest_of(extensions: Mapping[str, Any] | None) -> str | None:
    """The hash in Apollo's extension; None without one. Raises GraphQLError."""
    given = (extensions or {}).get("persistedQuery")
    if given is None:
        return None
    if not isinstance(given, dict) or given.get("version") != 1:
        raise _refused("BAD_REQUEST", "Unsupported persisted query version")
    digest = given.get("sha256Hash")
    if not isinstance(digest, str) or not digest:
        raise _refused("BAD_REQUEST", "The extension persistedQuery must have the member sha256Hash.")
    return digest


def _digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _bare(named: str) -> str:
    """GraphQL over HTTP writes the kind of a hash before it."""
    return named.removeprefix(_PREFIX)


def _not_trusted(named: str | None) -> GraphQLError:
    if named is None:
        message = "This server runs trusted documents only: name one by its documentId."
        return _refused("PERSISTED_QUERY_ID_REQUIRED", message)
    message = f"This server runs trusted documents only, and {named[:100]!r} is none of them."
    return _refused("PERSISTED_QUERY_NOT_IN_LIST", message)


def _refused(code: str, message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": code})
