"""What happens to a document before it runs: read, limited, validated; and how long it may run after that.

One schema extension does it, so that no operation is executed without it.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Hashable, Iterable, Iterator
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSyntaxError,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    parse,
    validate,
)
from strawberry.extensions import SchemaExtension
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule
from strawberry.types import StreamExecutionResult

from api.documents import cost, limits
from api.documents.cache import Prepared, PreparedOperations, key_of
from api.documents.limits import Limits
from api.observability import request_log
from domain.access.points import Charge

# The escape of the character NUL, which no database column takes.
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u(?:0000|\{0+\})")


def preparation(
    most: Limits | None = None, *, introspection: bool = True, remembered: int = 1024
) -> Callable[[], SchemaExtension]:
    """The extension that a schema must have, made anew for each operation.

    `remembered` is how many of the latest good operations are neither read nor validated again. The context of an operation
    has `seen_from`, for what they differ by besides, `charge`, which takes the cost before it runs, and gets `prepared`; and
    `store_document`, where requests may name their document by a hash.
    """
    documents = Documents(most or Limits(), introspection=introspection, remembered=remembered)
    return lambda: Preparation(documents)


class Documents:
    """Documents of one schema, the latest good operations remembered."""

    def __init__(self, most: Limits, *, introspection: bool, remembered: int) -> None:
        self.limits = most
        self.introspection = introspection
        self.prepared = PreparedOperations(remembered)

    def read(self, text: str) -> DocumentNode:
        """The document; raises GraphQLError."""
        if _NUL.search(text):
            raise GraphQLError("The document holds the character NUL.", extensions={"code": "BAD_REQUEST"})
        try:
            return parse(text, max_lexical_tokens=self.limits.tokens, max_comments=self.limits.tokens)
        except GraphQLSyntaxError as error:
            if "Document contains more than" in error.message:
                raise limits.too_many_tokens(self.limits) from None
            error.extensions = {"code": "GRAPHQL_PARSE_FAILED"}
            raise

    def validate(self, document: DocumentNode, schema: Any, rules: tuple[Any, ...]) -> list[GraphQLError]:
        """What is wrong with a document."""
        rules = (*rules, MaybeNullValidationRule, OneOfInputValidationRule)
        if not self.introspection:
            rules = (*rules, NoSchemaIntrospectionCustomRule)
        errors = validate(
            schema,
            document,
            rules,
            max_errors=self.limits.validation_errors,
            hide_suggestions=not self.introspection,
        )
        for error in errors:
            # What a scalar raised over a value is the client's to see, not an exception of ours.
            error.original_error = None
            error.extensions = {"code": "GRAPHQL_VALIDATION_FAILED", **(error.extensions or {})}
        return errors


class Preparation(SchemaExtension):
    """Takes one operation from its text to its execution."""

    def __init__(self, documents: Documents) -> None:
        super().__init__()
        self._documents = documents
        self._key: Hashable | None = None
        self._prepared: Prepared | None = None
        self._operation: OperationDefinitionNode | None = None
        self._cost: int | None = None
        self._charge: Charge | None = None

    def on_parse(self) -> Iterator[None]:
        context = self.execution_context
        # Once there is a document, this property answers with its first operation where the client named none.
        name = context.operation_name
        text = context.query or ""
        self._key = key_of(text, name, context.variables or {}, context.context.seen_from)
        self._prepared = self._documents.prepared.get(self._key)
        if self._prepared is None:
            document = self._documents.read(text)
            self._operation = _chosen(document, name)
        else:
            document, self._operation = self._prepared.document, self._prepared.operation
        request_log.current().name(self._operation)
        context.graphql_document = document
        yield

    def on_validate(self) -> Iterator[None]:
        context = self.execution_context
        document, operation = context.graphql_document, self._operation
        if self._prepared is None and document is not None and operation is not None:
            # Strawberry shows the schema that validation needs in no other way.
            schema = context.schema._schema  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
            most, variables = self._documents.limits, context.variables or {}
            asked = cost.measure(schema, document, operation, variables=variables, limits=most)
            self._cost = asked.cost
            errors = limits.refusals(asked, operation, most)
            errors = errors or self._documents.validate(document, schema, context.validation_rules)
            if not errors:
                self._prepared = Prepared(context.query or "", document, operation, asked.cost)
                if self._key is not None:
                    self._documents.prepared.put(self._key, self._prepared)
            context.pre_execution_errors = errors
        if self._prepared is not None:
            # Nothing is wrong with it: else strawberry would validate it by itself.
            context.pre_execution_errors = []
            self._cost = self._prepared.cost
            context.context.prepared = self._prepared
        request = request_log.current()
        request.cost, request.runs = self._cost, self._prepared is not None
        yield

    async def on_execute(self) -> AsyncIterator[None]:
        # What asks for nothing takes time as well.
        cost = max(1, self._cost or 0)
        self._charge = charge = await self.execution_context.context.charge(cost)
        if charge is not None and not charge.is_granted:
            raise limits.throttled(cost, charge)
        if "persistedQuery" in (self.execution_context.operation_extensions or {}):
            await self.execution_context.context.store_document(
                self.execution_context.operation_extensions, self.execution_context.query or ""
            )
        time = asyncio.timeout(self._documents.limits.seconds)
        try:
            async with time:
                yield
        except TimeoutError:
            if not time.expired():
                raise
            raise limits.too_long(self._documents.limits) from None
        result = self.execution_context.result
        self._blame_variables(result.errors if result else None)

    def on_stream_result(self, result: StreamExecutionResult) -> Iterator[None]:
        self._blame_variables(getattr(result, "errors", None))
        yield

    def get_results(self) -> dict[str, Any]:
        if self._cost is None:
            return {}
        told: dict[str, Any] = {"requested": self._cost, "limit": self._documents.limits.cost}
        if self._charge is not None:
            told["throttleStatus"] = {
                "available": self._charge.available,
                "maximum": self._charge.maximum,
                "restoreRate": self._charge.restore_rate,
            }
        return {"cost": told}

    def _blame_variables(self, errors: Iterable[GraphQLError] | None) -> None:
        """Wrong variables are found on execution only, and told there as if something had been raised here."""
        for error in errors or ():
            if error.path or not isinstance(error.original_error, GraphQLError):
                continue
            error.original_error = None
            error.extensions = {"code": "BAD_USER_INPUT", **(error.extensions or {})}
            if not self._documents.introspection:
                error.message = error.message.partition(" Did you mean ")[0]


def _chosen(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    """The one operation to run."""
    operations = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    if name is not None:
        operations = [each for each in operations if each.name and each.name.value == name]
        problem = f"The document has no operation named {name[:100]!r}."
    elif operations:
        problem = "The document has several operations: say in operationName which one to run."
    else:
        problem = "The document has no operation to run."
    if len(operations) == 1 or (name is not None and operations):
        return operations[0]
    raise GraphQLError(problem, extensions={"code": "OPERATION_RESOLUTION_FAILURE"})
