"""The file of trusted documents, checked where a server starts: each of them can be run, or the server says which can't and why."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from graphql import GraphQLError, GraphQLSchema, OperationDefinitionNode, specified_rules

from api.documents import cost, limits
from api.documents.limits import Limits
from api.documents.prepare import Documents
from domain.settings import ConfigurationError

_VARIABLE = "TRADEWIND_TRUSTED_DOCUMENTS"
# What an operation costs, and how much it is sent, depends on its variables.
_OF_VARIABLES = {"cost", "objects", "names"}


def load(path: Path, schema: GraphQLSchema, *, introspection: bool) -> Mapping[str, str]:
    """The documents by their ids. Raises ConfigurationError, which names each that is wrong."""
    try:
        found: Any = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{_VARIABLE}: {path} can't be read: {error.strerror}") from None
    except ValueError:
        raise ConfigurationError(f"{_VARIABLE}: {path} isn't JSON in UTF-8") from None
    if not isinstance(found, dict) or not all(isinstance(text, str) for text in found.values()):
        raise ConfigurationError(f"{_VARIABLE}: {path} must be an object of documents by their ids")
    documents = Documents(Limits(), introspection=introspection, remembered=0)
    faults = [
        f"{_VARIABLE}: the document {name[:100]!r}: {fault}"
        for name, text in found.items()
        if (fault := _fault(text, documents, schema)) is not None
    ]
    if faults:
        raise ConfigurationError("\n".join(faults))
    return found


def _fault(text: str, documents: Documents, schema: GraphQLSchema) -> str | None:
    """What is wrong with a document, in one line."""
    try:
        document = documents.read(text)
    except GraphQLError as error:
        return _line(error)
    operations = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    if not operations:
        return "The document has no operation to run."
    for operation in operations:
        asked = cost.measure(schema, document, operation, variables={}, limits=documents.limits)
        for refusal in limits.refusals(asked, operation, documents.limits):
            if (refusal.extensions or {})["limit"] not in _OF_VARIABLES:
                return _line(refusal)
    errors = documents.validate(document, schema, tuple(specified_rules))
    return _line(errors[0]) if errors else None


def _line(error: GraphQLError) -> str:
    place = f" (line {error.locations[0].line})" if error.locations else ""
    return " ".join(error.message.split()) + place
