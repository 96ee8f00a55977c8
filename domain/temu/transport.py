"""The one way to Temu: sign, wait for a slot, send, read, tell passing faults from lasting ones, try the passing again."""

import asyncio
import hashlib
import math
import random
import ssl
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import orjson

from domain import metrics, network, tracing
from domain.telemetry import log
from domain.temu.access import App, MallAccess
from domain.temu.call_metrics import counted
from domain.temu.circuit_breaker import CircuitBreaker
from domain.temu.errors import (
    AmountsNotReady,
    ClockRefused,
    HostAway,
    InternalFault,
    NotSent,
    RateLimited,
    TemuUnavailable,
)
from domain.temu.file_transport import FileTransport
from domain.temu.files import FileHosts
from domain.temu.rate_limiter import RateLimiter, Slot
from domain.temu.replies import Reply, is_of_a_host_in_trouble, receive, result_of
from domain.temu.signing import sign

# Seconds for a whole call, from its slot to the last part of its reply.
_LONGEST_CALL = 25.0
# Seconds old that parameters of this very moment may be when a call leaves.
_OLDEST_PARAMETERS = 1.0
# Seconds old that a permit may be then: what takes longer to connect waits for a connection of the pool.
_OLDEST_PERMIT = 4.0
# Seconds from the first slot on after which no other try begins.
_LONGEST_TRYING = 30.0
_TRIES = InternalFault.MOST_FAULTS
# Seconds before the second try, and before each later one twice as many; as many at random come on top.
_BACKOFF = 0.3
_HEADERS = {
    "Accept": "application/json",
    "Accept-Encoding": "gzip",
    "Content-Type": "application/json",
    "User-Agent": "Tradewind",
}

Parameters = Mapping[str, Any] | Callable[[], Awaitable[Mapping[str, Any]]]


class _ParametersTooOld(NotSent):
    """It took so long to be ready to send that what the call says may no longer hold."""


class Transport:
    """Sends calls for all malls of one app over one pool of connections. *private_too* and *tls* as in network.transport().

    *permit* is awaited before each try of a call that may change something, and raises where none may leave.
    """

    def __init__(
        self,
        app: App,
        limiter: RateLimiter,
        *,
        forbidden_while: Callable[[], bool],
        permit: Callable[[], Awaitable[None]],
        private_too: bool = False,
        tls: ssl.SSLContext | None = None,
        file_hosts: FileHosts | None = None,
    ) -> None:
        self._app = app
        self._limiter = limiter
        self._forbidden_while = forbidden_while
        self._permit = permit
        self._http = network.client(_HEADERS, seconds=_LONGEST_CALL, private_too=private_too, tls=tls)
        tracing.follow_client(self._http)
        # What goes beside the calls. Its requests are in no trace: a file's URL is a key to it.
        self.files = FileTransport(
            app,
            network.client(_HEADERS, seconds=_LONGEST_CALL, private_too=private_too, tls=tls),
            hosts=file_hosts or FileHosts(()),
            now=self.now,
            forbidden_while=forbidden_while,
            permit=permit,
        )
        self._breakers: dict[str, CircuitBreaker] = {}
        self.clock_offset = 0.0  # Seconds that Temu's clock is ahead of this machine's, as last noticed.

    def now(self) -> datetime:
        """This moment by Temu's clock."""
        return datetime.fromtimestamp(time.time() + self.clock_offset, UTC)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()
        await self.files.close()

    async def send(
        self,
        access: MallAccess,
        interface: str,
        parameters: Parameters,
        *,
        is_read: bool = False,
        patience: float | None = None,
        once: bool = False,
        may_be_empty: bool = False,
    ) -> Any:
        """Call *interface* and return its `result`. Raises what domain.temu.errors names, and what *permit* does unless
        *is_read*, which says that the call changes nothing at Temu.

        *parameters* that must be of this very moment are given as a function: it is called when the call has its slot,
        for each try anew. *patience*: seconds for the slot, the call and its tries, of which there is a second only after
        a fault that Temu itself told. *once*: try again only what can have had no effect; InternalFault is then for the
        caller to count. *may_be_empty*: no result is an answer too, and returned as an empty object.
        """
        if self._forbidden_while():
            message = f"{interface} called inside a database transaction"
            raise AssertionError(message)
        with tracing.span(f"temu {interface}", {"temu.interface": interface}):
            return await self._send(
                access,
                interface,
                parameters,
                is_read=is_read,
                patience=patience,
                once=once,
                may_be_empty=may_be_empty,
            )

    async def _send(
        self,
        access: MallAccess,
        interface: str,
        parameters: Parameters,
        *,
        is_read: bool,
        patience: float | None,
        once: bool,
        may_be_empty: bool,
    ) -> Any:
        now = asyncio.get_running_loop().time
        until = None if patience is None else now() + patience
        last_try = math.inf if until is None else until
        errors: list[TemuUnavailable] = []
        while True:
            try:
                self._breaker(access).check()
                slot = await self._slot(access, until=until)
                last_try = min(last_try, now() + _LONGEST_TRYING)  # From the first slot on.
                return await self._call(
                    access,
                    interface,
                    parameters,
                    slot,
                    is_read=is_read,
                    until=until,
                    may_be_empty=may_be_empty,
                )
            except _ParametersTooOld:
                if now() >= last_try:
                    raise
                continue
            except TemuUnavailable as error:
                errors.append(error)
            may_try = _may_try_again(errors[-1], once=once, is_awaited=until is not None)
            if len(errors) == _TRIES or now() >= last_try or not may_try:
                raise _final(errors, once=once)
            if until is None:
                await asyncio.sleep(_BACKOFF * 2 ** (len(errors) - 1) + random.uniform(0, _BACKOFF))  # noqa: S311

    async def _slot(self, access: MallAccess, *, until: float | None) -> Slot:
        line = self._name_of_mall(access) + (" bulk" if access.is_bulk else "")
        began, app = time.monotonic(), access.app or self._app
        try:
            async with asyncio.timeout_at(until):
                slot = await self._limiter.wait(app.key, line=line)
        except TimeoutError as error:
            metrics.TEMU_SLOTS_REFUSED.inc()
            raise NotSent("Temu's calls per second are all in use. Try again in a moment.") from error
        of_app = "main" if app.key == self._app.key else "partner"
        metrics.TEMU_SLOT_SECONDS.labels(of_app).observe(time.monotonic() - began)
        return slot

    async def _call(
        self,
        access: MallAccess,
        interface: str,
        parameters: Parameters,
        slot: Slot,
        *,
        is_read: bool,
        until: float | None,
        may_be_empty: bool,
    ) -> Any:
        """One try."""
        app = access.app or self._app
        if not is_read:
            await self._permit()
        values = await parameters() if callable(parameters) else parameters
        fetched = time.monotonic()
        body: dict[str, Any] = {
            # Nulls are left out: what their signature would be is not documented.
            **{name: value for name, value in values.items() if value is not None},
            "type": interface,
            "app_key": app.key,
            "access_token": access.token,
            "data_type": "JSON",
            "version": "V1",
        }
        body["timestamp"] = str(int(self.now().timestamp()))
        body["sign"] = sign(body, app.secret)

        def leave() -> None:
            age = time.monotonic() - fetched
            if (callable(parameters) and age > _OLDEST_PARAMETERS) or (not is_read and age > _OLDEST_PERMIT):
                raise _ParametersTooOld("Temu could not be reached in time.")
            self._limiter.leave(app.key, slot)

        with counted(interface):
            reply = await self._ask(access, orjson.dumps(body), leave, until=until)
            try:
                return result_of(interface, reply, may_be_empty=may_be_empty)
            except RateLimited:
                await self._limiter.slow_down(app.key)
                raise
            except ClockRefused:
                self._adjust_clock(reply.date)
                raise

    async def _ask(
        self, access: MallAccess, body: bytes, leave: Callable[[], None], *, until: float | None
    ) -> Reply:
        """As _post(), unless the host is known to be away."""
        with self._breaker(access).attempt() as attempt:
            try:
                reply = await self._post(access.url, body, leave, until=until)
            except _ParametersTooOld:
                raise
            except TemuUnavailable:
                # Where it was our patience that ended, nothing is said of the host.
                attempt.answered = False if until is None else None
                raise
            attempt.answered = not is_of_a_host_in_trouble(reply)
            return reply

    def _breaker(self, access: MallAccess) -> CircuitBreaker:
        host = access.url.partition("://")[2].partition("/")[0]
        if host not in self._breakers:
            self._breakers[host] = CircuitBreaker(host)
        return self._breakers[host]

    async def _post(self, url: str, body: bytes, leave: Callable[[], None], *, until: float | None) -> Reply:
        """Send *body*; *leave* is called when the connection is there, directly before the first byte."""
        has_left = False

        async def trace(event: str, _: object) -> None:
            nonlocal has_left
            if event == "http11.send_request_headers.started":
                leave()
                has_left = True

        latest = asyncio.get_running_loop().time() + _LONGEST_CALL
        try:
            async with (
                asyncio.timeout_at(latest if until is None else min(until, latest)),
                self._http.stream("POST", url, content=body, extensions={"trace": trace}) as response,
            ):
                return await receive(response)
        except (
            httpx.HTTPError,
            httpx.InvalidURL,
            OSError,
        ) as error:  # TimeoutError and ssl.SSLError are OSErrors.
            if not has_left:
                raise NotSent(_unreachable(error)) from error
            if isinstance(error, TimeoutError):
                raise TemuUnavailable("Temu did not answer in time.") from error
            raise TemuUnavailable(_unreachable(error)) from error

    def _name_of_mall(self, access: MallAccess) -> str:
        """A name for whoever *access* is of, that tells nobody the token."""
        key = hashlib.blake2b(self._app.secret.encode()).digest()
        return hashlib.blake2b(access.token.encode(), key=key, digest_size=12).hexdigest()

    def _adjust_clock(self, date: str | None) -> None:
        """Follow Temu's clock as its Date header tells it; the next try then carries the right moment."""
        try:
            theirs = parsedate_to_datetime(date or "").timestamp()
        except ValueError:
            return  # Without a date there is nothing to follow; the call fails with advice about the clock.
        self.clock_offset = theirs - time.time()
        log.warning("temu.clock_differs", seconds=round(self.clock_offset))


def _may_try_again(error: TemuUnavailable, *, once: bool, is_awaited: bool) -> bool:
    if isinstance(error, HostAway):
        return False
    if is_awaited:
        return isinstance(error, InternalFault | ClockRefused)
    if once:
        return isinstance(error, NotSent | RateLimited | ClockRefused)
    # Amounts take Temu minutes; the next import asks again.
    return not isinstance(error, AmountsNotReady)


def _final(errors: list[TemuUnavailable], *, once: bool) -> Exception:
    """What the tries come to: the last error, or a refusal where all three had Temu's fault and nothing says it passes."""
    last = errors[-1]
    is_lasting = len(errors) == _TRIES and all(isinstance(error, InternalFault) for error in errors)
    if isinstance(last, InternalFault) and is_lasting and not once:
        return last.as_refusal()
    return last


def _unreachable(error: Exception) -> str:
    return f"Temu could not be reached ({type(error).__name__})."
