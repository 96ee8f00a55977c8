"""Whether a server or worker can do its work, and waiting until it can."""

import asyncio
from collections.abc import Callable

from domain import faults, revision
from domain.companies import sealed_tokens
from domain.database import roles
from domain.resources import Resources
from domain.settings import ConfigurationError, unknown_variables
from domain.telemetry import log

_LOOK_EVERY_SECONDS = 1.0


async def until_ready(resources: Resources, *, report: Callable[[str], None]) -> None:
    """Return when the database is there with the tables of this release. *report* is called with each new reason why not.
    Raises what waiting can't mend, such as a database that is none, or ConfigurationError for a wrong encryption key.
    """
    reported = None
    while (reason := await _problem(resources)) is not None:
        if reason != reported:
            report(reason)
        reported = reason
        await asyncio.sleep(_LOOK_EVERY_SECONDS)


async def _problem(resources: Resources) -> str | None:
    try:
        problem = await revision.problem(resources.database)
        if problem is not None:
            return f"The database {problem}."
        await _check_keys(resources)
        await resources.outbound.check()
        await _report_role(resources)
    except ConfigurationError:
        raise
    except Exception as error:
        fault = faults.describe(error, resources.settings)
        if fault is None or not fault.may_pass:
            raise
        return fault.line
    return None


async def _check_keys(resources: Resources) -> None:
    """A key that is lost is told, and the tokens that it sealed can be set again; one that is wrong is a mistake."""
    async with resources.database.read() as session:
        unopened = await sealed_tokens.unopened(session, resources)
    if unopened is not None and unopened.wrong:
        raise ConfigurationError(unopened.words)
    if unopened is not None:
        log.error("tokens.unopened", reason=unopened.words)


async def _report_role(resources: Resources) -> None:
    async with resources.database.read() as session:
        role = await roles.own(session)
    if role is not None and role.weakness is not None:
        log.warning("database.role", reason=" ".join(role.weakness))


def report_unknown_variables() -> None:
    """Variables that may be settings of another release, or nobody's; those that look misspelt end the start."""
    names = sorted(unknown_variables())
    if names:
        log.warning("settings.unknown", names=names)
