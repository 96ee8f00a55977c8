"""The schema as the transports run it: each operation answered with what a client may see, and as bytes."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import aclosing
from time import perf_counter
from typing import Any, TypeVar

import orjson
from graphql import GraphQLError
from starlette.requests import HTTPConnection
from strawberry import Schema
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType

from api.observability import metrics, request_log
from api.transport.body import GraphQLRequest
from domain import tracing

Connect = Callable[[HTTPConnection, str | None], Awaitable[object]]
"""From a connection and its Authorization value to the context of one operation, or `api.authentication.Unauthenticated`.
The context has `key_ended()`, which returns when the key doesn't open any more what it did."""

DocumentOf = Callable[[GraphQLRequest, Any], Awaitable[str]]
"""From a request and the context of its operation to the document to run; raises GraphQLError."""

Result = TypeVar("Result")

Present = Callable[[GraphQLError], GraphQLError]
"""From an error as it happened to the error as a client may see it."""

# A message quotes what is wrong, and that may be as long as a request.
_MESSAGE_LENGTH = 500


async def as_sent(request: GraphQLRequest, _context: object) -> str:
    """The document of a request, where all clients send theirs."""
    return request.query or ""


class Operations:
    """Runs operations of one schema.

    `present` sees every error that is shown, and no others: of more than `errors`, the rest is only counted.
    """

    def __init__(
        self,
        schema: Schema,
        present: Present,
        *,
        document_of: DocumentOf = as_sent,
        errors: int = 10,
    ) -> None:
        if type(schema).process_errors is Schema.process_errors:
            # Strawberry's own writes each error to the log, with the part of the query that it is about.
            raise TypeError("The schema must say in process_errors what it logs; strawberry's logs queries.")
        self._schema = schema
        self._present = present
        self._document_of = document_of
        self._errors = errors

    async def execute(
        self, request: GraphQLRequest, context: object, allowed: Iterable[OperationType]
    ) -> ExecutionResult:
        """Run a query or mutation. `InvalidOperationTypeError` is raised before anything of another kind runs."""
        with tracing.span("GraphQL"):
            began = perf_counter()
            try:
                arguments = await self._arguments(request, context, allowed)
            except GraphQLError as error:
                return self.failed(error)
            shown = self._presented(await self._schema.execute(**arguments))
            metrics.count_operation(request_log.current(), perf_counter() - began)
            return shown

    async def stream(
        self, request: GraphQLRequest, context: object, allowed: Iterable[OperationType] | None = None
    ) -> AsyncGenerator[ExecutionResult, None]:
        """Run any operation: one result of a query or mutation, each event of a subscription."""
        with tracing.span("GraphQL"):
            async with aclosing(self._stream(request, context, allowed)) as results:
                async for result in results:
                    yield result

    async def _stream(
        self, request: GraphQLRequest, context: object, allowed: Iterable[OperationType] | None
    ) -> AsyncGenerator[ExecutionResult, None]:
        began = perf_counter()
        try:
            results = await self._schema.stream(**await self._arguments(request, context, allowed))
            async with aclosing(_while_key_opens(results, context)) as opened:
                async for result in opened:
                    if isinstance(result, ExecutionResult):
                        yield self._presented(result)
        except Exception as error:  # noqa: BLE001 - a stream has begun: whatever went wrong, it ends with a word
            yield self.failed(error)
        finally:
            metrics.count_operation(request_log.current(), perf_counter() - began)

    async def _arguments(
        self, request: GraphQLRequest, context: object, allowed: Iterable[OperationType] | None
    ) -> dict[str, Any]:
        return {
            "query": await self._document_of(request, context),
            "variable_values": request.variables,
            "context_value": context,
            "operation_name": request.operation_name,
            "operation_extensions": request.extensions,
            "allowed_operation_types": allowed,
        }

    def failed(self, error: Exception) -> PreExecutionError:
        """The result of an operation that didn't come to run."""
        if not isinstance(error, GraphQLError):
            error = GraphQLError("The operation could not be run.", original_error=error)
        shown = [self._shown(error)]
        request_log.current().fail(shown)
        return PreExecutionError(data=None, errors=shown)

    def encode(self, payload: Mapping[str, Any]) -> bytes:
        """A reply as JSON; one that JSON can't hold becomes an error of ours, told like any other."""
        try:
            return encode_json(payload)
        except TypeError as error:
            failed = self.failed(error).errors or []
            return encode_json({"data": None, "errors": [each.formatted for each in failed]})

    def reply(self, result: ExecutionResult) -> bytes:
        """A result as the bytes of a reply."""
        return self.encode(_payload_of(result))

    def _presented(self, result: ExecutionResult) -> ExecutionResult:
        if result.errors:
            count = len(result.errors)
            result.errors = self._shortened(result.errors)
            request_log.current().fail(result.errors, count=count)
        return result

    def _shown(self, error: GraphQLError) -> GraphQLError:
        shown = self._present(error)
        if len(shown.message) > _MESSAGE_LENGTH:
            shown.message = shown.message[:_MESSAGE_LENGTH] + "..."
        return shown

    def _shortened(self, errors: Sequence[GraphQLError]) -> list[GraphQLError]:
        if len(errors) <= self._errors:
            return [self._shown(error) for error in errors]
        shown = [self._shown(error) for error in errors[: self._errors - 1]]
        rest = f"There are {len(errors) - len(shown)} more errors, which this reply leaves out."
        return [*shown, GraphQLError(rest, extensions={"code": "MORE_ERRORS"})]


async def _while_key_opens(
    results: AsyncGenerator[Result, None], context: Any
) -> AsyncGenerator[Result, None]:
    """The results; of a subscription only until its key ends, which its last one says. A mutation isn't broken off.

    One task runs them from beginning to end, as resolvers may expect of theirs.
    """
    ended: asyncio.Task[None] | None = None
    try:
        async with aclosing(results):
            while (result := await _next(results, ended)) is not None:
                yield result
                if ended is None and request_log.current().type == OperationType.SUBSCRIPTION.value:
                    # Each tells its present state at once, so nothing was missed.
                    ended = asyncio.create_task(context.key_ended())
    finally:
        if ended is not None:
            ended.cancel()
            await asyncio.wait([ended])


async def _next(results: AsyncGenerator[Result, None], ended: asyncio.Task[None] | None) -> Result | None:
    """The next result, None at their end. Raises GraphQLError once the key has *ended*."""
    if ended is None:
        return await anext(results, None)
    if ended.done():
        raise _key_ended(ended)
    loop, waiting = asyncio.get_running_loop(), asyncio.timeout(None)
    is_over = False

    def stop(_: object) -> None:
        # One that was called for may come after a result that was there at the same moment.
        if not is_over:
            waiting.reschedule(loop.time())

    ended.add_done_callback(stop)
    try:
        async with waiting:
            try:
                return await anext(results, None)
            finally:
                is_over = True
    except TimeoutError:
        if not waiting.expired():
            raise
    finally:
        ended.remove_done_callback(stop)
    raise _key_ended(ended)


def _key_ended(ended: asyncio.Task[None]) -> GraphQLError:
    ended.result()
    message = "The API key of this subscription was revoked, has expired or has changed: subscribe again."
    return GraphQLError(message, extensions={"code": "UNAUTHENTICATED"})


def _payload_of(result: ExecutionResult) -> dict[str, Any]:
    """A result as GraphQL writes it; `data` is left out where nothing was executed."""
    payload: dict[str, Any] = {}
    if not is_request_error(result):
        payload["data"] = result.data
    if result.errors:
        payload["errors"] = [error.formatted for error in result.errors]
    if result.extensions:
        payload["extensions"] = result.extensions
    return payload


def is_request_error(result: ExecutionResult) -> bool:
    """Whether the operation never came to execute: an error of execution knows at which field it happened."""
    return result.data is None and bool(result.errors) and all(not each.path for each in result.errors or ())


def encode_json(value: object) -> bytes:
    """The one place where replies become bytes. A TypeError says that JSON can't hold the value."""
    return orjson.dumps(value)
