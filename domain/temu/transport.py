"""
The one way to Temu: sign, wait for a turn, send, read, tell passing faults from lasting ones, try the passing again.
"""

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any

import orjson
import stamina

from domain.telemetry import log
from domain.temu import reply_json
from domain.temu.errors import (
    NO_CODE,
    SUCCESS,
    AmountsNotReady,
    ClockRefused,
    InternalFault,
    NotSent,
    RateLimited,
    TemuRefused,
    TemuUnavailable,
    error_for,
)
from domain.temu.rate_limit import RateLimiter
from domain.temu.signing import sign
from domain.temu.wire import Reply, Wire

# Seconds for a whole call, from its turn to the last part of its reply.
_LONGEST_CALL = 25.0
# Seconds from the first try on after which no other begins.
_LONGEST_TRYING = 30.0
_TRIES = InternalFault.MOST_FAULTS
# Temu's codes have nine digits; a longer number would be none that can be kept and looked up.
_LARGEST_CODE = 10**12
_TOO_MANY_REQUESTS, _SERVER_ERROR = 429, 500


Parameters = Mapping[str, Any] | Callable[[], Awaitable[Mapping[str, Any]]]


@dataclass(frozen=True)
class App:
    """
    This server's app at Temu's partner platform.
    """

    key: str
    secret: str = field(repr=False)


@dataclass(frozen=True)
class MallAccess:
    """
    How to call for one mall: the router that takes its token, the token, and the app where it is not the one of all.
    """

    url: str
    token: str = field(repr=False)
    app: App | None = None


class Transport:
    """
    Sends calls for all malls of one app over kept connections.
    """

    def __init__(self, app: App, limiter: RateLimiter, *, forbidden_while: Callable[[], bool]) -> None:
        self._app = app
        self._limiter = limiter
        self._forbidden_while = forbidden_while
        self._wire = Wire()
        self.clock_offset = 0.0  # Seconds that Temu's clock is ahead of ours, as last noticed.

    async def close(self) -> None:
        """
        Close the connections.
        """
        self._wire.close()
        await self._limiter.close()

    async def send(
        self,
        access: MallAccess,
        interface: str,
        parameters: Parameters,
        *,
        patience: float | None = None,
        once: bool = False,
        may_be_empty: bool = False,
    ) -> Any:
        """
        Call *interface* and return its `result`. Raises what domain.temu.errors names.

        *parameters* that must be of this very moment are given as a function: it is asked when the call has its turn,
        for each try anew. *patience*: for so many seconds at the most, and no second try after a time-out. *once*: try
        again only what can have had no effect; InternalFault is then for the caller to count. *may_be_empty*: no result
        is an answer too, and returned as an empty object.
        """
        if self._forbidden_while():
            message = f"{interface} called inside a database transaction"
            raise AssertionError(message)
        if patience is not None:
            return await self._send_to_someone_waiting(
                access, interface, parameters, seconds=patience, may_be_empty=may_be_empty
            )
        troubles: list[TemuUnavailable] = []

        async def send() -> Any:
            try:
                return await self._send_once(access, interface, parameters, may_be_empty=may_be_empty)
            except TemuUnavailable as trouble:
                troubles.append(trouble)
                raise

        try:
            return await _tried(send, _had_no_effect if once else _is_worth_another_try)
        except InternalFault as fault:
            if once or not all(isinstance(trouble, InternalFault) for trouble in troubles):
                raise
            # Answered so by every try: nothing says that it passes.
            raise fault.as_refusal() from None

    async def _send_to_someone_waiting(
        self,
        access: MallAccess,
        interface: str,
        parameters: Parameters,
        *,
        seconds: float,
        may_be_empty: bool,
    ) -> Any:
        ends = time.monotonic() + seconds
        faults = 0
        while True:
            try:
                return await self._send_by_temus_clock(
                    access, interface, parameters, seconds=seconds, may_be_empty=may_be_empty
                )
            except InternalFault as fault:
                faults, seconds = faults + 1, ends - time.monotonic()
                if faults == InternalFault.MOST_FAULTS or seconds <= 0:
                    raise fault.as_refusal() from None

    async def _send_by_temus_clock(
        self,
        access: MallAccess,
        interface: str,
        parameters: Parameters,
        *,
        seconds: float,
        may_be_empty: bool,
    ) -> Any:
        async def send() -> Any:
            return await self._send_once(
                access, interface, parameters, seconds=seconds, may_be_empty=may_be_empty
            )

        try:
            return await send()
        except ClockRefused:
            return await send()  # By Temu's clock now.

    async def _send_once(
        self,
        access: MallAccess,
        interface: str,
        parameters: Parameters,
        *,
        seconds: float | None = None,
        may_be_empty: bool = False,
    ) -> Any:
        app = access.app or self._app
        turn = await self._limiter.wait(app.key, mall=self._name_of_mall(access))
        values = await parameters() if callable(parameters) else parameters
        body: dict[str, Any] = {
            # Nulls are left out: what their signature would be is not documented.
            **{name: value for name, value in values.items() if value is not None},
            "type": interface,
            "app_key": app.key,
            "access_token": access.token,
            "data_type": "JSON",
            "version": "V1",
        }
        body["timestamp"] = str(int(time.time() + self.clock_offset))
        body["sign"] = sign(body, app.secret)
        try:
            async with asyncio.timeout(_LONGEST_CALL if seconds is None else seconds):
                reply = await self._wire.post(access.url, orjson.dumps(body), leaving=turn.use)
        except TimeoutError as error:
            raise TemuUnavailable("Temu did not answer in time.") from error
        try:
            return _read(interface, reply, may_be_empty=may_be_empty)
        except RateLimited:
            await self._limiter.slow_down(app.key)
            raise
        except ClockRefused:
            self._note_clock(reply.headers)
            raise

    def _name_of_mall(self, access: MallAccess) -> str:
        """
        A name for whoever *access* is of, that tells nobody the token.
        """
        key = hashlib.blake2b(self._app.secret.encode()).digest()
        return hashlib.blake2b(access.token.encode(), key=key, digest_size=12).hexdigest()

    def _note_clock(self, headers: Mapping[str, str]) -> None:
        """
        Follow Temu's clock as its Date header tells it; the next try then carries the right moment.
        """
        try:
            theirs = parsedate_to_datetime(headers["date"]).timestamp()
        except (KeyError, ValueError):
            return  # Without a date there is nothing to follow; the call fails with advice about the clock.
        self.clock_offset = theirs - time.time()
        log.warning("temu.clock_differs", seconds=round(self.clock_offset))


async def _tried(send: Callable[[], Awaitable[Any]], is_worth_it: Callable[[Exception], bool]) -> Any:
    """
    What *send* returns, tried again where that is worth it.
    """
    began = time.monotonic()
    try:
        return await send()
    except TemuUnavailable as error:
        left = _LONGEST_TRYING - (time.monotonic() - began)
        if left <= 0 or not is_worth_it(error):
            raise
        trouble = error
    # Only now, since what stamina does for a try takes as long as reading the reply. It hears of the first.
    async for attempt in stamina.retry_context(
        on=is_worth_it,
        attempts=_TRIES,
        timeout=left,
        wait_initial=0.3,
        wait_max=5,
        wait_jitter=0.5,
    ):
        with attempt:
            if attempt.num == 1:
                raise trouble
            return await send()
    raise AssertionError  # The loop above returns or raises.


def _is_worth_another_try(error: Exception) -> bool:
    # Amounts take Temu minutes; the next import asks again.
    return isinstance(error, TemuUnavailable) and not isinstance(error, AmountsNotReady)


def _had_no_effect(error: Exception) -> bool:
    return isinstance(error, NotSent | RateLimited | ClockRefused)


def _read(interface: str, reply: Reply, *, may_be_empty: bool) -> Any:
    """
    The `result` of a reply, or the error that it stands for.
    """
    if reply.status == _TOO_MANY_REQUESTS:
        message = "Temu limits the calls of this app. They go on more slowly."
        raise RateLimited(message)
    try:
        envelope = reply_json.loads(reply.body)
    except ValueError:
        envelope = None
    if not isinstance(envelope, dict) or reply.status >= _SERVER_ERROR:
        message = f"Temu answered {interface} with HTTP {reply.status} and no readable reply."
        raise TemuUnavailable(message)
    _raise_for_failure(interface, envelope)
    result = envelope.get("result")
    if result is None and may_be_empty:
        return {}
    if result is None:
        # The other interfaces that we call answer with something, even if it is an empty list.
        message = f"Temu answered {interface} without a result."
        raise TemuUnavailable(message)
    # Seen by one source: a call that succeeded outside and failed inside.
    if isinstance(result, dict) and result.get("success") is False:
        _raise_for_failure(interface, result)
    return result


def _raise_for_failure(interface: str, envelope: Mapping[str, Any]) -> None:
    success = envelope.get("success")
    try:
        number = int(envelope.get("errorCode") or NO_CODE)
    except (TypeError, ValueError):
        number = NO_CODE
    if abs(number) > _LARGEST_CODE:
        number = NO_CODE
    if success is True or (success is None and number == SUCCESS):
        return
    if number in {NO_CODE, SUCCESS}:
        message = f"Temu said that {interface} failed, without a code."
        raise TemuRefused(message, temu_code=NO_CODE)
    raise error_for(interface, number, envelope.get("errorMsg"))
