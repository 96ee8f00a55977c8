"""Liveness and readiness, for whoever watches the server."""

import asyncio
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from domain import revision
from domain.errors import Unavailable
from domain.resources import Resources

_PATIENCE_SECONDS = 2.0


async def live(request: Request) -> Response:  # noqa: ARG001 - starlette's form
    """The process answers."""
    return JSONResponse({"status": "live"})


async def ready(request: Request) -> Response:
    """Whether requests can be served: 503 without a database or before its migration. Without Redis the server is only
    slower to start jobs, so that is told and nothing more.
    """
    resources: Resources = request.app.state.resources
    database, redis = await asyncio.gather(
        _checked(lambda: revision.problem(resources.database)), _checked(lambda: _pings(resources))
    )
    problems = {
        name: reason for name, reason in (("database", database), ("redis", redis)) if reason is not None
    }
    status = "unready" if database is not None else "degraded" if redis is not None else "ready"
    return JSONResponse(
        {"status": status, "problems": problems}, status_code=503 if status == "unready" else 200
    )


async def _checked(check: Callable[[], Awaitable[str | None]]) -> str | None:
    """What is wrong, or None."""
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            return await check()
    except (Unavailable, OSError, TimeoutError) as error:
        return f"does not answer ({type(error).__name__})"


async def _pings(resources: Resources) -> str | None:
    return (
        None
        if await resources.redis_answers()
        else "does not answer; jobs start within seconds instead of at once"
    )
