"""The one place where an error of the domain becomes a userError, or a GraphQL error with a code."""

import inspect
from collections.abc import Awaitable, Callable
from typing import Any

import strawberry
from asgi_correlation_id.context import correlation_id
from graphql import GraphQLError
from strawberry.extensions import FieldExtension

from api.context import Info
from api.reading.answering import foresee
from api.values.described import described_type, description_of
from api.values.enums import RefusalCode
from domain import audit
from domain.errors import Broken, CursorExpired, Refused, StatementTooDeep, Unavailable
from domain.models import AuditActor, Role
from domain.telemetry import log


@described_type
class UserError:
    """What was wrong with the input, for a person to read and for code to branch on; the mutation changed nothing."""

    code: RefusalCode = strawberry.field(description="The kind of fault.")
    message: str = strawberry.field(description="What was wrong and what to do, for a person.")
    field: list[str] | None = strawberry.field(
        description='Where in the input, such as ["products", "3", "sku"]; null where no single field is to blame.'
    )

    @classmethod
    def of(cls, refusal: Refused) -> "UserError":
        """A refusal as the caller sees it."""
        field = None if refusal.field is None else list(refusal.field)
        return cls(code=refusal.code, message=refusal.message, field=field)


class Mutates(FieldExtension):
    """Stands on every mutation: the role that it needs, refusals as the payload's userErrors, and who is recorded to have
    changed what it changes.
    """

    def __init__(self, role: Role, payload: Callable[..., object]) -> None:
        self.role = role
        self._payload = payload

    async def resolve_async(
        self, next_: Callable[..., Awaitable[Any]], source: object, info: Info, **arguments: Any
    ) -> object:
        """Run the mutation if the key's role allows it, and if its reply can be had."""
        await foresee(info)
        try:
            info.context.principal.require(self.role)
            with audit.acting(_acting(info)):
                return await next_(source, info, **arguments)
        except Refused as refusal:
            return self._payload(user_errors=[UserError.of(refusal)])


def _acting(info: Info) -> audit.Acting:
    context = info.context
    return audit.Acting(
        AuditActor.API_KEY,
        info.field_name,
        context.now,
        api_key_id=context.principal.key_id,
        request_id=correlation_id.get(),
    )


def mutation(role: Role) -> Callable[[Callable[..., Awaitable[Any]]], Any]:
    """A mutation that needs this role, described in the schema by its docstring."""

    def declare(resolver: Callable[..., Awaitable[Any]]) -> Any:
        # Fields of a payload other than userErrors can all be left out.
        refuses = Mutates(role, inspect.signature(resolver).return_annotation)
        return strawberry.mutation(resolver, description=description_of(resolver), extensions=[refuses])

    return declare


def present(error: GraphQLError) -> GraphQLError:
    """An error as a client may see it: never a text from inside."""
    cause = error.original_error
    if cause is None or isinstance(cause, GraphQLError):
        return error
    if isinstance(cause, Refused):
        if error.path is not None:
            error.path = [*error.path, *cause.path]
        return _with_code(error, cause.message, cause.code.value)
    if isinstance(cause, StatementTooDeep):
        return _with_code(error, cause.message, "LIMIT_EXCEEDED", limit="depth")
    if isinstance(cause, CursorExpired):
        return _with_code(error, cause.message, "CURSOR_EXPIRED")
    if isinstance(cause, Unavailable):
        return _with_code(error, cause.message, "UNAVAILABLE")
    broken = Broken()
    log.error("api.broken", error_id=broken.id, exc_info=cause)
    return _with_code(error, broken.message, "INTERNAL", id=broken.id)


def _with_code(error: GraphQLError, message: str, code: str, **more: str) -> GraphQLError:
    # A Refused in a query is a bad argument, such as a cursor; the words for its code are the same as in mutations.
    extensions = {"code": "BAD_USER_INPUT" if code == RefusalCode.INVALID.value else code, **more}
    return GraphQLError(message, nodes=error.nodes, path=error.path, extensions=extensions)
