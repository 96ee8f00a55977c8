"""Structured logs: events with ids, never names, addresses, tokens or texts of others."""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

_SECRET_NAMES = re.compile(
    r"token|secret|password|authorization|api_?key|sign$|address|phone|recipient|cookie", re.IGNORECASE
)
_SECRET_SHAPES = re.compile(
    r"tw_(?:live|test)_[0-9A-Za-z]+|Bearer\s+\S+|://[^/\s:@]+:[^/\s@]+@", re.IGNORECASE
)
_REDACTED = "[redacted]"

log: structlog.stdlib.BoundLogger = structlog.get_logger("tradewind")


def configure(*, log_format: str) -> None:
    """Send all logs, our own and those of libraries, to standard error in one form."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        redact,
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer() if log_format == "json" else structlog.dev.ConsoleRenderer()
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=renderer, foreign_pre_chain=shared))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    # These tell each call, with URLs or arguments, at INFO.
    for chatty in ("httpx", "httpcore", "arq", "alembic.runtime.plugins"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def redact(logger: object, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:  # noqa: ARG001
    """Hide values whose name or shape tells that they are secret or personal."""
    return {name: _clean(name, value) for name, value in event.items()}


def _clean(name: str, value: Any) -> Any:
    if name != "event" and _SECRET_NAMES.search(name):
        return _REDACTED
    if isinstance(value, str):
        return _SECRET_SHAPES.sub(_REDACTED, value)
    if isinstance(value, Mapping):
        return {str(key): _clean(str(key), inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(name, inner) for inner in value]
    return value
