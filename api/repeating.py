"""
Operations that are asked again: where the database answered every root field by itself, what it was asked is remembered
for the form of the operation, and asked again without executing anything.

Whatever is out of the ordinary the second time, a wrong variable or a cursor of another list, is left to the execution
of the operation, which tells it as always.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLSchema, OperationDefinitionNode
from graphql.execution import get_variable_values
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError

from api.context import Answered, Context
from api.forms import PerForm
from api.latest import REMEMBERED_LENGTH, Latest
from api.limits import Limits, too_long
from domain.errors import Unavailable
from domain.projection.asking import Scope


@dataclass(frozen=True)
class _Known:
    """
    An operation in one form: what answers each root field, in the order of the reply.
    """

    fields: Sequence[Answered]
    extensions: Mapping[str, Any] | None


class Repeats:
    """
    The operations that the database answered last.
    """

    def __init__(self, most: int, limits: Limits) -> None:
        self._limits = limits
        self._operations: Latest[tuple[str, str | None], OperationDefinitionNode] = Latest(most)
        self._known: PerForm[_Known] = PerForm(2 * most)

    async def again(
        self,
        schema: GraphQLSchema,
        text: str,
        name: str | None,
        variables: Mapping[str, Any] | None,
        context: Context,
    ) -> ExecutionResult | None:
        """
        The result of an operation that is known in this form; None for any other, and where anything goes wrong.
        """
        operation = self._operations.get((text, name))
        if operation is None:
            return None
        values: Any = get_variable_values(
            schema, operation.variable_definitions or (), dict(variables or {}), max_errors=1
        )
        if isinstance(values, list):
            return None
        known = self._known.known(operation, values.coerced, *_seen_from(context))
        if known is None:
            return None
        extensions = dict(known.extensions or {})
        try:
            async with asyncio.timeout(self._limits.seconds), asyncio.TaskGroup() as group:
                asking = [
                    group.create_task(_answered(each, context, values.coerced)) for each in known.fields
                ]
        except TimeoutError:
            return PreExecutionError(data=None, errors=[too_long(self._limits)], extensions=extensions)
        except ExceptionGroup as errors:
            # Whatever it is, the execution that follows meets it and tells of it; of trouble it need not ask again.
            context.trouble.extend(error for error in errors.exceptions if isinstance(error, Unavailable))
            return None
        return ExecutionResult(
            data={each.key: task.result() for each, task in zip(known.fields, asking, strict=True)},
            errors=None,
            extensions=extensions,
        )

    def remember(self, text: str, name: str | None, context: Context, result: ExecutionResult) -> None:
        """
        Remember the operation that was executed with this result, if the database answered all of it.
        """
        answered = {each.key: each for each in context.answered}
        if result.errors or not result.data or answered.keys() != result.data.keys():
            return
        if len(text) > REMEMBERED_LENGTH:
            return
        fields = [answered[key] for key in result.data]
        operation, variables = fields[0].operation, fields[0].variables
        self._operations.keep((text, name), operation)
        self._known.keep(operation, variables, *_seen_from(context), value=_Known(fields, result.extensions))


async def _answered(field: Answered, context: Context, variables: Mapping[str, Any]) -> object:
    return await field.answer(context, variables)


def _seen_from(context: Context) -> tuple[Scope, str]:
    """
    What a plan depends on besides the operation: whose rows it shows, and the database whose words it is in.
    """
    return Scope.of(context.principal.company_ids), context.database.engine.dialect.name
