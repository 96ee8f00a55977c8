"""The part that needs OpenTelemetry: its SDK with an exporter of OTLP over HTTP, and spans of our own."""

import os
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx
from opentelemetry import propagate, trace
from opentelemetry.context import Context, get_current
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
from opentelemetry.propagators.textmap import (
    CarrierT,
    Getter,
    Setter,
    TextMapPropagator,
    default_getter,
    default_setter,
)
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from sqlalchemy import event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.ext.asyncio import AsyncEngine

_CLOSING_SECONDS = 3.0
# Plans are long; their beginnings tell them apart.
_LONGEST_STATEMENT = 1_000
_W3C = TraceContextTextMapPropagator()
_SPAN = "tradewind_span"


class Traces:
    """Spans of this process, each a part of the one that its task is in."""

    def __init__(self, service: str) -> None:
        # The names that are here to stay; the instrumentations would use those of before.
        os.environ.setdefault("OTEL_SEMCONV_STABILITY_OPT_IN", "http")
        propagate.set_global_textmap(_OnlyInwards(propagate.get_global_textmap()))
        self._provider = TracerProvider(resource=_resource(service), shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        trace.set_tracer_provider(self._provider)
        self._tracer = self._provider.get_tracer("tradewind")

    def close(self) -> None:
        # A collector that is away is tried again and again, each time for longer; nobody waits for that.
        closing = threading.Thread(target=self._provider.shutdown, daemon=True)
        closing.start()
        closing.join(_CLOSING_SECONDS)

    @contextmanager
    def span(
        self,
        name: str,
        attributes: Mapping[str, str | int] | None,
        *,
        kind: SpanKind = SpanKind.INTERNAL,
        parent: Context | None = None,
    ) -> Generator[None]:
        with self._tracer.start_as_current_span(
            name, parent, kind, attributes, record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield
            except BaseException as error:
                _fail(span, error)
                raise

    @contextmanager
    def job_span(
        self, name: str, attributes: Mapping[str, str | int], *, traceparent: str | None
    ) -> Generator[None]:
        parent = _W3C.extract({"traceparent": traceparent or ""}, Context())
        with self.span(name, attributes, kind=SpanKind.CONSUMER, parent=parent):
            yield

    @contextmanager
    def statement_span(self, sql: str, system: str) -> Generator[None]:
        span = self._begin_statement(sql, system)
        try:
            yield
        except BaseException as error:
            _fail(span, error)
            raise
        finally:
            span.end()

    @contextmanager
    def untraced(self) -> Generator[None]:
        with trace.use_span(trace.INVALID_SPAN, record_exception=False, set_status_on_exception=False):
            yield

    def annotate(
        self, attributes: Mapping[str, str | int], *, name: str | None, error: BaseException | None
    ) -> None:
        span = trace.get_current_span()
        if not span.is_recording():
            return
        span.set_attributes(attributes)
        if name is not None:
            span.update_name(name)
        if error is not None:
            _fail(span, error)

    def traceparent(self) -> str | None:
        carrier: dict[str, str] = {}
        _W3C.inject(carrier)
        return carrier.get("traceparent")

    def ids(self) -> Mapping[str, str]:
        span = trace.get_current_span().get_span_context()
        if not span.is_valid:
            return {}
        return {
            "trace_id": trace.format_trace_id(span.trace_id),
            "span_id": trace.format_span_id(span.span_id),
        }

    def follow_client(self, client: httpx.AsyncClient) -> None:
        HTTPXClientInstrumentor.instrument_client(client)

    def follow_engine(self, engine: AsyncEngine) -> None:
        """By the engine's own events: the instrumentation package refuses SQLAlchemy 2.1."""
        system = "postgresql" if engine.dialect.name == "postgresql" else "sqlite"

        def begin(_: Any, __: Any, sql: str, ___: Any, execution: Any, ____: Any) -> None:
            setattr(execution, _SPAN, self._begin_statement(sql, system))

        def end(_: Any, __: Any, ___: Any, ____: Any, execution: Any, _____: Any) -> None:
            getattr(execution, _SPAN).end()

        def fail(failed: ExceptionContext) -> None:
            span: Span | None = getattr(failed.execution_context, _SPAN, None)
            if span is not None and span.is_recording():
                _fail(span, failed.original_exception)
                span.end()

        event.listen(engine.sync_engine, "before_cursor_execute", begin)
        event.listen(engine.sync_engine, "after_cursor_execute", end)
        event.listen(engine.sync_engine, "handle_error", fail)

    def _begin_statement(self, sql: str, system: str) -> Span:
        if not trace.get_current_span().is_recording():
            # The worker's looks for work, each second: they belong to no trace.
            return trace.INVALID_SPAN
        operation = sql.split(maxsplit=1)[0]
        attributes = {
            "db.system.name": system,
            "db.operation.name": operation,
            "db.query.text": sql[:_LONGEST_STATEMENT],
        }
        return self._tracer.start_span(operation, kind=SpanKind.CLIENT, attributes=attributes)


class _OnlyInwards(TextMapPropagator):
    """A caller's trace is continued, as OTEL_PROPAGATORS says; Temu is told of none, and of nobody's baggage."""

    def __init__(self, inner: TextMapPropagator) -> None:
        self._inner = inner

    def extract(
        self,
        carrier: CarrierT,
        context: Context | None = None,
        getter: Getter[CarrierT] = default_getter,
    ) -> Context:
        # Without any propagator, the inner one gives back what it gets, None too.
        return self._inner.extract(carrier, get_current() if context is None else context, getter)

    def inject(
        self,
        carrier: CarrierT,
        context: Context | None = None,
        setter: Setter[CarrierT] = default_setter,
    ) -> None:
        pass

    @property
    def fields(self) -> set[str]:
        return set()


def _resource(service: str) -> Resource:
    resource = Resource.create()
    named = "OTEL_SERVICE_NAME" in os.environ or "service.name=" in os.environ.get(
        "OTEL_RESOURCE_ATTRIBUTES", ""
    )
    return resource if named else resource.merge(Resource({SERVICE_NAME: service}))


def _fail(span: Span, error: BaseException) -> None:
    """By its kind: its text may quote what somebody sent."""
    kind = type(error).__name__
    span.set_attribute("error.type", kind)
    span.set_status(Status(StatusCode.ERROR, kind))
