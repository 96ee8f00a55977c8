"""The transaction of a mutation: recorded as what it is, and run again while a figure of the stock that it lowers is on its way
to Temu (I6).
"""

from collections.abc import Awaitable, Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

from domain import audit
from domain.database.session import Database
from domain.inventory.changes import retry_while_in_flight

Result = TypeVar("Result")
Arguments = ParamSpec("Arguments")


async def run_in_transaction(
    database: Database,
    operation: Callable[Concatenate[Any, Arguments], Awaitable[Result]],
    *arguments: Arguments.args,
    **named: Arguments.kwargs,
) -> Result:
    """Run what takes a session in a transaction of its own, which is committed when this returns."""

    async def unit() -> Result:
        async with audit.write(database) as session:
            return await operation(session, *arguments, **named)

    return await retry_while_in_flight(unit)
