"""Looking for what is wrong with an installation, part by part, with one line of advice for each fault.

What it says is for the operator's eyes, and holds no secret all the same.
"""

import asyncio
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from enum import Enum
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import httpx
from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError
from sqlalchemy import select

from domain import clock, faults, network, revision
from domain.access import api_keys
from domain.companies import sealed_tokens
from domain.companies.authorization import REDIRECT_PATH
from domain.database import roles
from domain.database.dialect_sql import database_milliseconds
from domain.errors import DomainError
from domain.models import TemuRegion
from domain.resources import Resources
from domain.settings import Environment, Settings, unknown_variables
from domain.temu.errors import AppRefused, ClockRefused, TokenRefused

# Temu takes moments that are five minutes off; two clocks further apart than this are not kept in time.
_CLOCK_SECONDS = 5.0
_TEMU_SECONDS = 15.0
# No token is like it: Temu judges the app before it looks for the token.
_NO_TOKEN = "tradewind-doctor"  # noqa: S105 - nobody's


class Verdict(Enum):
    """How a part does."""

    OK = "OK"  #: as it should be
    WARNING = "WARNING"  #: works, though it could be better
    FAULT = "FAULT"  #: something doesn't work


@dataclass(frozen=True)
class Finding:
    """What was seen of one part, and what to do about it."""

    part: str
    verdict: Verdict
    what: str
    advice: str = ""


def names() -> Sequence[Finding]:
    """Variables that are named like settings and are none."""
    return [
        Finding("settings", Verdict.WARNING, f"{name} is no setting of this release.", "Unset it.")
        for name in sorted(unknown_variables())
    ]


def folder(settings: Settings) -> Finding | None:
    """Whether the data folder can be written; None where nothing is stored there."""
    if settings.database_url is not None and settings.redis_url is not None:
        return None
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.data_dir):
            pass
    except OSError as error:
        fault = faults.describe(error)
        advice = fault.advice if fault else "Set TRADEWIND_DATA_DIR."
        return Finding("data folder", Verdict.FAULT, f"{settings.data_dir} can't be written.", advice)
    return Finding("data folder", Verdict.OK, f"{settings.data_dir} can be written.")


async def database(resources: Resources) -> Sequence[Finding]:
    """The database, its clock, its migration, and whether what is sealed in it can be opened."""
    part = "database"
    try:
        async with resources.database.read() as session:
            its = (await session.scalar(select(database_milliseconds())) or 0) / 1000
            own = clock.now().timestamp()
        problem = await revision.problem(resources.database)
    except Exception as error:
        fault = faults.describe(error, resources.settings)
        if fault is None:
            raise
        return [Finding(part, Verdict.FAULT, fault.what, fault.advice)]
    found = [
        Finding(part, Verdict.OK, f"{resources.database.engine.dialect.name} answers."),
        _clock("database", own - its),
    ]
    if problem is not None:
        what, _, advice = problem.partition(": ")
        return [
            *found,
            Finding("migrations", Verdict.FAULT, f"The database {what}.", f"{advice.capitalize()}."),
        ]
    async with resources.database.read() as session:
        keys = await api_keys.expiring(session, now=clock.now())
        unopened = await sealed_tokens.unopened(session, resources)
        role = await roles.own(session)
    sealed = Finding("encryption keys", Verdict.OK, "They open every stored token.")
    if unopened is not None:
        what, _, advice = unopened.words.partition(". ")
        sealed = Finding("encryption keys", Verdict.FAULT, f"{what}.", f"{advice}.")
    advice = "Make another by `tradewind keys create`, have it used, and revoke this one."
    expiring = [
        Finding("API keys", Verdict.WARNING, f"{key.id} ({key.name}) expires at {key.expires_at}.", advice)
        for key in keys
    ]
    return [
        *found,
        Finding("migrations", Verdict.OK, "The tables fit this release."),
        sealed,
        *expiring,
        *_role(role),
    ]


def _role(role: roles.Own | None) -> Sequence[Finding]:
    if role is None:
        return []
    if role.weakness is not None:
        return [Finding("database role", Verdict.WARNING, *role.weakness)]
    return [
        Finding("database role", Verdict.OK, f"{role.name} owns nothing; row-level security holds for it.")
    ]


async def redis(client: Redis) -> Sequence[Finding]:
    """Whether Redis answers, and keeps what it is given."""
    part = "redis"
    try:
        facts: dict[str, Any] = await client.info()
    except (RedisError, OSError) as error:
        advice = "See that it runs, and correct TRADEWIND_REDIS_URL. Until then jobs start within seconds instead of at once."
        return [Finding(part, Verdict.FAULT, f"It doesn't answer: {error}", advice)]
    found = [
        Finding(
            part, Verdict.OK, f"Version {facts.get('valkey_version') or facts.get('redis_version')} answers."
        )
    ]
    policy = facts.get("maxmemory_policy")
    if policy != "noeviction":
        what = f"Its maxmemory-policy is {policy}: when it is full it throws away what jobs need."
        found.append(Finding(part, Verdict.FAULT, what, "Set maxmemory-policy to noeviction."))
    if not facts.get("aof_enabled") and not await _saves(client):
        what = "It keeps nothing on disk, so a restart forgets how far this installation is."
        found.append(Finding(part, Verdict.WARNING, what, "Set appendonly to yes."))
    return found


async def _saves(client: Redis) -> bool:
    try:
        answer = await client.config_get("save")
    except ResponseError:
        return False  # A service that lets nobody ask.
    return bool(answer.get("save"))


async def temu(resources: Resources) -> Sequence[Finding]:
    """Whether each host of Temu's can be reached, keeps our time, and takes this server's app, and browsers come back from there."""
    settings = resources.settings
    hosts = {
        settings.temu_url_us: TemuRegion.US,
        settings.temu_url_eu: TemuRegion.EU,
        settings.temu_url_global: TemuRegion.GLOBAL,
    }
    found = await asyncio.gather(*(_host(resources, url, region) for url, region in hosts.items()))
    if settings.temu_url_partner not in hosts:
        found.append(await _host(resources, settings.temu_url_partner, None))
    if resources.transport is None:
        advice = "Set TRADEWIND_TEMU_APP_KEY and TRADEWIND_TEMU_APP_SECRET."
        found.append([Finding("temu app", Verdict.FAULT, "No app is set: nothing can be called.", advice)])
    elif resources.transport.clock_offset:
        # Calls follow Temu's clock once it has refused one, so they go through all the same.
        found.append([_clock("Temu", -resources.transport.clock_offset)])
    found.append(await _public_url(settings))
    return [finding for of_host in found for finding in of_host]


async def _public_url(settings: Settings) -> list[Finding]:
    """Whether a server of ours is where Temu is told to send sellers back to; nothing where they authorise by hand."""
    if settings.public_url is None:
        return []
    part, url = "public URL", settings.public_url + REDIRECT_PATH
    advice = "See that the reverse proxy passes /authorize/temu on, and correct TRADEWIND_PUBLIC_URL."
    try:
        calling = network.transport(private_too=True)
        async with httpx.AsyncClient(transport=calling, trust_env=False, timeout=_TEMU_SECONDS) as client:
            answer = await client.head(url)
    except httpx.HTTPError as error:
        # It may be that this machine alone can't: what counts are browsers.
        what = f"{url} can't be reached from here ({type(error).__name__})."
        return [Finding(part, Verdict.WARNING, what, advice)]
    if answer.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
        what = f"{url} answers {answer.status_code}, as no server of ours does."
        return [Finding(part, Verdict.WARNING, what, advice)]
    return [Finding(part, Verdict.OK, "It reaches a server.")]


async def _host(resources: Resources, url: str, region: TemuRegion | None) -> list[Finding]:
    host = urlsplit(url).netloc
    part = f"temu {host}"
    try:
        private_too = resources.settings.env is Environment.DEVELOPMENT
        calling = network.transport(private_too=private_too)
        async with httpx.AsyncClient(transport=calling, trust_env=False, timeout=_TEMU_SECONDS) as client:
            began = clock.now()
            answer = await client.get(url)
    except httpx.HTTPError as error:
        advice = "See that this machine may call it by HTTPS, and that its name is known here."
        return [Finding(part, Verdict.FAULT, f"It can't be reached ({type(error).__name__}).", advice)]
    found = [Finding(part, Verdict.OK, "It answers.")]
    its = _moment(answer.headers.get("date"))
    if its is not None:
        found.append(_clock(host, (began - its).total_seconds()))
    if resources.transport is not None:
        found.append(await _app(resources, region, part))
    return found


async def _app(resources: Resources, region: TemuRegion | None, part: str) -> Finding:
    accepted = Finding(part, Verdict.OK, "It takes this server's app.")
    client = resources.partner(_NO_TOKEN) if region is None else resources.temu(region, _NO_TOKEN)
    try:
        async with asyncio.timeout(_TEMU_SECONDS):
            await client.token_info()
    except TokenRefused:
        return accepted
    except AppRefused as error:
        if region is None:
            advice = "For semi-managed malls, set TRADEWIND_TEMU_APP_KEY_PARTNER and _SECRET_PARTNER."
            return Finding(part, Verdict.WARNING, error.message, advice)
        return Finding(part, Verdict.FAULT, "It refuses this server's app.", error.message)
    except ClockRefused as error:
        return Finding(part, Verdict.FAULT, error.message, "Have this machine's clock set by NTP.")
    except (DomainError, TimeoutError) as error:
        return Finding(
            part, Verdict.FAULT, str(error) or "It doesn't answer in time.", "Try again in a while."
        )
    return accepted


def _clock(whose: str, ahead: float) -> Finding:
    """*ahead*: seconds by which this machine's clock is ahead of another one."""
    part = f"clock against {whose}"
    if abs(ahead) <= _CLOCK_SECONDS:
        return Finding(part, Verdict.OK, "The clocks agree.")
    direction = "ahead" if ahead > 0 else "behind"
    what = f"This machine's clock is {abs(ahead):.0f} seconds {direction}."
    return Finding(part, Verdict.FAULT, what, "Have the clocks of both machines set by NTP.")


def _moment(stamp: str | None) -> datetime | None:
    try:
        return None if stamp is None else parsedate_to_datetime(stamp)
    except ValueError:
        return None
