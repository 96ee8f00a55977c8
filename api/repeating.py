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

import orjson
from graphql import GraphQLSchema, OperationDefinitionNode
from graphql.execution import get_variable_values
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError

from api import answers
from api.context import Context, Statement
from api.forms import PerForm
from api.latest import REMEMBERED_LENGTH, Latest
from api.limits import Limits, too_long
from domain.errors import Invalid, Unavailable
from domain.projection.asking import NotProjectable

Variables = Mapping[str, Any] | None


@dataclass(frozen=True)
class _Known:
    """
    An operation in one form: what the database is asked for each root field, in the order of the reply.
    """

    fields: Sequence[tuple[str, Statement]]
    extensions: Mapping[str, Any] | None


class Repeats:
    """
    The operations that the database answered last.
    """

    def __init__(self, most: int, limits: Limits) -> None:
        self._limits = limits
        self._operations: Latest[tuple[str, str | None], OperationDefinitionNode] = Latest(most)
        # By the form of variables as they are sent: what an operation costs is counted by that.
        self._known: PerForm[_Known] = PerForm(2 * most)

    async def again(
        self, schema: GraphQLSchema, text: str, name: str | None, variables: Variables, context: Context
    ) -> ExecutionResult | None:
        """
        The result of an operation that is known in this form; None for any other, and where anything goes wrong.
        """
        operation = self._operations.get((text, name))
        if operation is None:
            return None
        known = self._known.known(operation, variables or {}, *answers.seen_from(context))
        if known is None:
            return None
        values: Any = get_variable_values(
            schema, operation.variable_definitions or (), dict(variables or {}), max_errors=1
        )
        if isinstance(values, list):
            return None
        try:
            statements = [statement(context, values.coerced) for _, statement in known.fields]
        except (NotProjectable, Invalid):
            return None
        extensions = dict(known.extensions or {})
        try:
            async with asyncio.timeout(self._limits.seconds):
                asking = (context.database.json(*statement) for statement in statements)
                replies = await asyncio.gather(*asking, return_exceptions=True)
        except TimeoutError:
            return PreExecutionError(data=None, errors=[too_long(self._limits)], extensions=extensions)
        data: dict[str, orjson.Fragment | None] = {}
        for (key, _), reply in zip(known.fields, replies, strict=True):
            if isinstance(reply, Unavailable):
                context.trouble[key] = reply
            elif not isinstance(reply, BaseException):
                data[key] = None if reply is None else orjson.Fragment(reply)
        # The execution that follows tells of trouble without asking again, and meets any other fault by itself.
        complete = len(data) == len(known.fields)
        return ExecutionResult(data=data, errors=None, extensions=extensions) if complete else None

    def remember(
        self, text: str, name: str | None, variables: Variables, context: Context, result: ExecutionResult
    ) -> None:
        """
        Remember the operation that was executed with this result, if the database answered all of it.
        """
        answered = {each.key: each for each in context.answered}
        if result.errors or not result.data or answered.keys() != result.data.keys():
            return
        is_short = sum(each.letters for each in answered.values()) <= answers.LONGEST_KEPT
        if len(text) > REMEMBERED_LENGTH or not is_short:
            return
        fields = [(key, answered[key].statement) for key in result.data]
        operation = context.answered[0].operation
        self._operations.keep((text, name), operation)
        known = _Known(fields, result.extensions)
        self._known.keep(operation, variables or {}, *answers.seen_from(context), value=known)
