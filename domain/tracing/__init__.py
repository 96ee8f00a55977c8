"""Traces by OpenTelemetry, where its standard environment asks for them. Elsewhere nothing of it is imported, and what stands
here does nothing.

A span holds ids, names of operations and interfaces, kinds of errors and SQL without its values; never the text of an error.
"""

import logging
import os
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx
    from sqlalchemy.ext.asyncio import AsyncEngine

    from domain.tracing.traces import Traces

Attributes = Mapping[str, str | int]

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_NOTHING = nullcontext()
_log = logging.getLogger(__name__)
_traces: "Traces | None" = None


def start(service: str) -> None:
    """Trace from here on what this process does, as *service*, if the environment says where traces go."""
    global _traces  # noqa: PLW0603 - one a process, as in OpenTelemetry itself
    if not _is_wanted():
        return
    try:
        from domain.tracing.traces import Traces  # noqa: PLC0415 - only here is OpenTelemetry imported

        _traces = Traces(service)
    except ValueError as error:
        # No reason not to serve.
        _log.error("tracing.off: one of the OTEL_ variables can't be used (%s)", error)


def stop() -> None:
    """Send what was not sent yet, for some seconds at the most. Blocks."""
    global _traces  # noqa: PLW0603 - the same
    if _traces is not None:
        _traces.close()
        _traces = None


def is_on() -> bool:
    """Whether this process traces."""
    return _traces is not None


def span(name: str, attributes: Attributes | None = None) -> AbstractContextManager[None]:
    """A part of what this task does. What the body raises is told by its kind."""
    return _NOTHING if _traces is None else _traces.span(name, attributes)


def job_span(name: str, attributes: Attributes, *, traceparent: str | None) -> AbstractContextManager[None]:
    """A try of a job, in the trace of whoever asked for it."""
    return _NOTHING if _traces is None else _traces.job_span(name, attributes, traceparent=traceparent)


def statement_span(sql: str, system: str) -> AbstractContextManager[None]:
    """A statement that is asked of a driver itself; the engine's have theirs by `follow_engine`."""
    return _NOTHING if _traces is None else _traces.statement_span(sql, system)


def untraced() -> AbstractContextManager[None]:
    """The body is no part of any trace: what is done time and again as long as somebody listens."""
    return _NOTHING if _traces is None else _traces.untraced()


def annotate(attributes: Attributes, *, name: str | None = None, error: BaseException | None = None) -> None:
    """Say more of the present span: what it is about, what it is called by now, that it came to an *error*."""
    if _traces is not None:
        _traces.annotate(attributes, name=name, error=error)


def traceparent() -> str | None:
    """The present span, for whoever goes on elsewhere (W3C Trace Context)."""
    return None if _traces is None else _traces.traceparent()


def ids() -> Mapping[str, str]:
    """trace_id and span_id of the present span; empty where there is none."""
    return {} if _traces is None else _traces.ids()


def follow_engine(engine: "AsyncEngine") -> None:
    """Have a span for each statement that is part of a trace."""
    if _traces is not None:
        _traces.follow_engine(engine)


def follow_client(client: "httpx.AsyncClient") -> None:
    """Have a span for each request."""
    if _traces is not None:
        _traces.follow_client(client)


def _is_wanted() -> bool:
    is_disabled = os.environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true"
    has_other_exporter = os.environ.get("OTEL_TRACES_EXPORTER", "").strip().lower() not in {"", "otlp"}
    return any(map(os.environ.get, _ENDPOINTS)) and not is_disabled and not has_other_exporter
