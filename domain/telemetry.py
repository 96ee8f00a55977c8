"""Structured logs: events with ids, never names, addresses, tokens or texts of others."""

import asyncio
import json
import logging
import re
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from functools import lru_cache
from time import monotonic
from types import TracebackType
from typing import Any

import orjson
import structlog
from structlog.typing import FilteringBoundLogger

from domain import tracing
from domain.errors import DomainError

_SECRET_NAMES = re.compile(
    r"token|secret|password|authorization|api_?key|sign$|address|phone|recipient|cookie", re.IGNORECASE
)
_SECRET_SHAPES = re.compile(
    r"tw_(?:live|test)_[0-9A-Za-z]+|Bearer\s+\S+|://[^/\s:@]+:[^/\s@]+@", re.IGNORECASE
)
_REDACTED = "[redacted]"
_CHATTY = (
    "aiosqlite",
    "alembic.runtime.plugins",
    "arq",
    "asyncpg",
    "httpcore",
    "httpx",
    "python_multipart",
    "redis",
    "sqlalchemy",
    "urllib3",
    "websockets",
    "uvicorn.websocket",
)
_DEEPEST_CAUSE = 10

_NAME = "tradewind"
log: FilteringBoundLogger = structlog.get_logger(_NAME)


class _StandardError(structlog.BytesLogger):
    """Lines to standard error. One that nobody reads any more ends no request and no job."""

    def msg(self, message: bytes) -> None:
        with suppress(OSError, ValueError):
            super().msg(message)

    debug = info = warning = error = critical = msg


def configure(*, log_format: str) -> None:
    """Send all logs, our own and those of libraries, to standard error in one form."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        _add_trace,
        structlog.processors.add_log_level,
        _add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(_traceback),
        redact,
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer(_as_json)
        if log_format == "json"
        else structlog.dev.ConsoleRenderer()
    )
    # Past the standard library's loggers: a request has a line, which takes a third of the time so.
    structlog.configure(
        processors=[*shared, renderer, _encoded],
        logger_factory=lambda *_: _StandardError(sys.stderr.buffer),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_Seldom("opentelemetry"))
    handler.addFilter(_is_no_cancellation)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=renderer, foreign_pre_chain=shared))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    # These tell each call, at INFO or at DEBUG, with URLs, arguments, rows, or what a socket carries: personal data, whatever
    # level somebody sets for all.
    for chatty in _CHATTY:
        logging.getLogger(chatty).setLevel(logging.WARNING)
    # At DEBUG it tells what WebSockets carry.
    logging.getLogger("uvicorn").setLevel(logging.INFO)
    # It warns of each id of a request that isn't taken over, which anyone may send.
    logging.getLogger("asgi_correlation_id").setLevel(logging.ERROR)


def _is_no_cancellation(record: logging.LogRecord) -> bool:
    """SQLAlchemy's pool tells with a traceback of a connection whose task was cancelled: so it goes at every stop."""
    kind = record.exc_info[0] if record.exc_info else None
    is_cancelled = kind is not None and issubclass(kind, asyncio.CancelledError)
    return not (is_cancelled and record.name.startswith("sqlalchemy.pool"))


class _Seldom(logging.Filter):
    """Lets each message of a library that says the same every few seconds pass once in ten minutes."""

    _SECONDS = 600

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._passed: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if not super().filter(record):
            return True
        message, now = str(record.msg), monotonic()
        if now - self._passed.get(message, -self._SECONDS) < self._SECONDS:
            return False
        self._passed[message] = now
        return True


def _traceback(exc_info: tuple[type[BaseException], BaseException, TracebackType | None]) -> str:
    return "\n\n".join(_described(exc_info[1]))


def _described(error: BaseException, *, deep: int = 0) -> list[str]:
    """Where an exception and what led to it came from, and of which kind each is. Its own words are told where they are ours
    or the operating system's: others may quote what was being read or written, a buyer's data among it.
    """
    if deep > _DEEPEST_CAUSE:
        return []
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    parts = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    before = [each for one in (cause, *parts) if one is not None for each in _described(one, deep=deep + 1)]
    words = f": {error}" if isinstance(error, DomainError | OSError) else ""
    frames = "".join(traceback.format_tb(error.__traceback__))
    return [*before, f"{frames}{type(error).__module__}.{type(error).__qualname__}{words}"]


def _add_trace(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    event.update(tracing.ids())
    return event


def _add_logger_name(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    record: logging.LogRecord | None = event.get("_record")
    event["logger"] = _NAME if record is None else record.name
    return event


def _as_json(event: Mapping[str, Any], **options: Any) -> str:
    try:
        return orjson.dumps(event, **options).decode()
    except TypeError:
        # Half a surrogate pair, or a number of more than 64 bits: the other one writes them, slowly.
        return json.dumps(event, **options)


def _encoded(_: object, __: str, line: Any) -> bytes:
    return str(line).encode(errors="backslashreplace")


def without_secrets(text: str) -> str:
    """The text, less what looks like a key or a password."""
    return _SECRET_SHAPES.sub(_REDACTED, text)


def redact(logger: object, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:  # noqa: ARG001
    """Hide values whose name or shape tells that they are secret or personal."""
    return {name: _clean(name, value) for name, value in event.items()}


@lru_cache(maxsize=1024)
def _is_secret(name: str) -> bool:
    return name != "event" and _SECRET_NAMES.search(name) is not None


def _clean(name: str, value: Any) -> Any:
    if _is_secret(name):
        return _REDACTED
    if isinstance(value, str):
        return without_secrets(value)
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, Mapping):
        return {str(key): _clean(str(key), inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(name, inner) for inner in value]
    return value
