"""How mutations change rows: an operation of the domain in a transaction of its own."""

from collections.abc import Awaitable, Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

from api.context import Context
from domain.inventory.changes import retry_while_in_flight

Result = TypeVar("Result")
Arguments = ParamSpec("Arguments")


async def write(
    context: Context,
    operation: Callable[Concatenate[Any, Arguments], Awaitable[Result]],
    *arguments: Arguments.args,
    **named: Arguments.kwargs,
) -> Result:
    """Run what takes a session; what lowers a figure of stock that is on its way to Temu waits for the answer."""

    async def unit() -> Result:
        async with context.database.write() as session:
            return await operation(session, *arguments, **named)

    return await retry_while_in_flight(unit)
