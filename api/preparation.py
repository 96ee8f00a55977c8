"""What happens to a document before it runs: read, limited, validated; and how long it may run after that.

One schema extension does it, so that no operation is executed without it; what api/repeating.py answers was prepared when
it was executed in the same form.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
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

from api import counting, limits
from api.forms import PerForm
from api.latest import REMEMBERED_LENGTH, Latest
from api.limits import Asked, Limits

# The escape of the character NUL, which no database column takes.
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u(?:0000|\{0+\})")


def preparation(
    most: Limits | None = None, *, introspection: bool = True, remembered: int = 256
) -> Callable[[], SchemaExtension]:
    """
    The extension that a schema must have, made anew for each operation.

    `remembered` is how many of the latest good documents are neither read nor validated again.
    """
    documents = Documents(most or Limits(), introspection=introspection, remembered=remembered)
    return lambda: Preparation(documents)


class Documents:
    """Documents of one schema, the latest good ones remembered."""

    def __init__(self, most: Limits, *, introspection: bool, remembered: int) -> None:
        self.limits = most
        self.introspection = introspection
        self._good: Latest[str, DocumentNode] = Latest(remembered)
        self._asked: PerForm[Asked] = PerForm(2 * remembered)

    def known(self, text: str) -> DocumentNode | None:
        return self._good.get(text)

    def read(self, text: str) -> DocumentNode:
        if _NUL.search(text):
            raise GraphQLError("The document holds the character NUL.", extensions={"code": "BAD_REQUEST"})
        try:
            return parse(text, max_lexical_tokens=self.limits.tokens, max_comments=self.limits.tokens)
        except GraphQLSyntaxError as error:
            if "Document contains more than" in error.message:
                raise limits.too_many_tokens(self.limits) from None
            error.extensions = {"code": "GRAPHQL_PARSE_FAILED"}
            raise

    def asked(
        self,
        text: str,
        schema: Any,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],
    ) -> Asked:
        """What an operation asks for; counted once for each form of its variables, where the document is a good one."""
        known = self._asked.known(operation, variables)
        if known is not None:
            return known
        declared = {each.variable.name.value for each in operation.variable_definitions or ()}
        given = {name: value for name, value in variables.items() if name in declared}
        asked = counting.measure(schema, document, operation, variables=given, limits=self.limits)
        if self._good.get(text) is document:
            self._asked.keep(operation, variables, value=asked)
        return asked

    def validate(
        self, text: str, document: DocumentNode, schema: Any, rules: tuple[Any, ...]
    ) -> list[GraphQLError]:
        if self._good.get(text) is document:
            return []
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
        if not errors and len(text) <= REMEMBERED_LENGTH:
            self._good.keep(text, document)
        return errors


class Preparation(SchemaExtension):
    """Takes one operation from its text to its execution."""

    def __init__(self, documents: Documents) -> None:
        super().__init__()
        self._documents = documents
        self._operation: OperationDefinitionNode | None = None
        self._cost: int | None = None

    def on_parse(self) -> Iterator[None]:
        context = self.execution_context
        # Once there is a document, this property answers with its first operation where the client named none.
        name = context.operation_name
        text = context.query or ""
        document = self._documents.known(text) or self._documents.read(text)
        self._operation = _chosen(document, name)
        context.graphql_document = document
        yield

    def on_validate(self) -> Iterator[None]:
        context = self.execution_context
        document, operation = context.graphql_document, self._operation
        if document is not None and operation is not None:
            # Strawberry shows the schema that validation needs in no other way.
            schema = context.schema._schema  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
            most = self._documents.limits
            asked = self._documents.asked(
                context.query or "", schema, document, operation, context.variables or {}
            )
            self._cost = asked.cost
            context.pre_execution_errors = limits.refusals(
                asked, operation, most
            ) or self._documents.validate(context.query or "", document, schema, context.validation_rules)
        yield

    async def on_execute(self) -> AsyncIterator[None]:
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
        return {"cost": {"requested": self._cost, "limit": self._documents.limits.cost}}

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
