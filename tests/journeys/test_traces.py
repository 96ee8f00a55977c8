"""Traces, as a collector gets them from a server and a worker; and what neither traces nor logs may hold."""

import json
import subprocess
import sys
from collections.abc import Generator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.demo import documents
from tests.demo.client import Client
from tests.demo.processes import _command, _environment, _process, _wait_until_ready, free_port
from tests.fixtures.collector import Collector, Seen, collecting
from tests.sandbox.mall import Mall, Sandbox
from tests.sandbox.server import PATH, SandboxServer

_ROOT = Path(__file__).parent.parent.parent
_TRACE, _SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
_IMPORT = documents.IMPORT_ORDERS.replace("mutation(", "mutation BringIn(")
_AUTHORISE = "mutation Authorise($companyId: ID!) { beginAuthorization(input: {companyId: $companyId}) { url userErrors { message } } }"
_SERVER, _CLIENT, _CONSUMER = 2, 3, 5


@dataclass
class Run:
    """An import, from a mutation with a trace of its caller's to the end of its job."""

    collector: Collector
    sandbox: Sandbox
    mall: Mall
    key: str
    state: str
    log: str

    def named(self, name: str) -> list[Seen]:
        return [span for span in self.collector.spans if span.name == name]

    def parent(self, span: Seen) -> Seen:
        (parent,) = [each for each in self.collector.spans if each.span_id == span.parent_id]
        return parent


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Generator[Run]:
    folder = tmp_path_factory.mktemp("traces")
    log = folder / "log"
    with ExitStack() as stack:
        collector = stack.enter_context(collecting())
        sandbox = Sandbox(calls_per_second=1000)
        mall = sandbox.add_mall(region="US", orders=5)
        temu = stack.enter_context(SandboxServer(sandbox))
        environment = _environment(folder, sandbox, temu.url) | {
            "TRADEWIND_LOG_FORMAT": "json",
            "TRADEWIND_TEMU_CALLS_PER_SECOND": "1000",
            **collector.environment(),
        }
        _command(environment, "migrate")
        key = _command(environment, "keys", "create", "--admin", "--name", "test")
        url = f"http://127.0.0.1:{(port := free_port())}"
        seller = temu.url.removesuffix(PATH)
        environment |= {"TRADEWIND_PUBLIC_URL": url, "TRADEWIND_TEMU_SELLER_URL_US": seller}
        with _process(environment, log, "serve", "--port", str(port)):
            _wait_until_ready(url, log)
            client = stack.enter_context(Client(url, key))
            company = client.run(documents.CREATE_COMPANY, name="Canary Brand")["company"]["id"]
            client.run(
                documents.CHOOSE_PLUGIN.replace("region: US", "region: US, allowTrackingUpload: true"),
                companyId=company,
            )
            client.run(documents.SET_TOKEN, companyId=company, token=mall.token)
            job = _import(url, key, company)
            with _process(environment, log, "worker"):
                for _ in client.follow(documents.FOLLOW_JOB.replace("(", " Follow(", 1), id=job):
                    pass
                collector.wait_for(lambda span: span.name == "job UPLOAD_TRACKING")
            query = "query Look { companies(first: 1) { nodes { name } } }"
            authorization = {"Authorization": f"Bearer {key}"}
            httpx.get(f"{url}/graphql", params={"query": query + " # Canary Comment"}, headers=authorization)
            httpx.post(
                f"{url}/graphql",
                json={"query": query.replace("Look", "Stream")},
                headers={**authorization, "Accept": "text/event-stream"},
            )
            httpx.get(f"{url}/{key}")
            begun = client.run(_AUTHORISE, companyId=company)["url"]
            assert httpx.get(begun, follow_redirects=True).status_code == 200
            state = parse_qs(urlsplit(begun).query)["state"][0]
        yield Run(collector, sandbox, mall, key, state, log.read_text(encoding="utf-8"))


def _import(url: str, key: str, company: str) -> str:
    reply = httpx.post(
        f"{url}/graphql",
        json={"query": _IMPORT, "variables": {"companyId": company}},
        headers={
            "Authorization": f"Bearer {key}",
            "traceparent": f"00-{_TRACE}-{_SPAN}-01",
            "X-Request-Id": "import-1",
        },
    )
    assert reply.headers["x-request-id"] == "import-1"
    job: str = reply.json()["data"]["importOrders"]["job"]["id"]
    return job


def test_one_trace_from_the_mutation_to_each_call(run: Run) -> None:
    """A7: the caller's trace goes on through the request, the mutation and its job to each call to Temu."""
    (mutation,) = run.named("mutation BringIn")
    (job,) = run.named("job IMPORT_ORDERS")
    request = run.parent(mutation)
    assert (request.name, request.kind, request.trace_id, request.parent_id) == (
        "POST /graphql", _SERVER, _TRACE, _SPAN,
    )  # fmt: skip
    assert (request.service, job.service) == ("tradewind-server", "tradewind-worker")
    assert mutation.attributes["graphql.operation.name"] == "BringIn"
    assert (job.kind, job.parent_id, job.attributes["job.id"]) == (
        _CONSUMER, mutation.span_id, mutation.attributes["job.id"],
    )  # fmt: skip
    assert job.attributes["job.outcome"] == "finished"
    assert (job.attributes["job.type"], job.attributes["job.attempt"]) == ("IMPORT_ORDERS", 1)

    asked = [span for span in run.collector.spans if "temu.interface" in span.attributes]
    of_the_job = [span for span in asked if span.trace_id == _TRACE]
    assert {span.parent_id for span in of_the_job} == {job.span_id}
    calls = [span for span in run.named("POST") if span.trace_id == _TRACE]
    assert sorted(span.parent_id for span in calls) == sorted(span.span_id for span in of_the_job)
    assert {span.attributes["http.response.status_code"] for span in calls} == {200}
    interfaces = {span.attributes["temu.interface"] for span in of_the_job}
    assert {"bg.order.list.v2.get", "bg.order.shippinginfo.v2.get", "bg.order.amount.query"} <= interfaces
    # Also those of other traces.
    assert len(run.named("POST")) == len(run.sandbox.ledger.calls)


def test_statements_are_parts_without_their_values(run: Run) -> None:
    """A7: each statement within a trace is a span with its SQL; the looks for work are in no trace."""
    statements = [span for span in run.collector.spans if "db.query.text" in span.attributes]
    assert {"SELECT", "INSERT", "UPDATE"} <= {span.attributes["db.operation.name"] for span in statements}
    assert all(span.parent_id for span in statements)
    (insert,) = [
        span for span in statements if "INSERT INTO queued_jobs" in span.text and span.trace_id == _TRACE
    ]
    assert run.parent(insert).name == "mutation BringIn"


def test_the_clocks_jobs_have_a_trace(run: Run) -> None:
    """A7: it begins where the clock asks for the job."""
    for job in run.named("job UPLOAD_TRACKING"):
        begun = run.parent(job)
        assert (begun.name, begun.parent_id) == ("schedule UPLOAD_TRACKING", "")


def test_events_and_websockets(run: Run) -> None:
    """A7: a stream is a part of its request; an operation over a WebSocket, which may be open for days, of nothing."""
    (stream,) = run.named("query Stream")
    assert run.parent(stream).name == "POST /graphql"
    (followed,) = run.named("subscription Follow")
    assert followed.parent_id == ""
    looks = [span for span in run.collector.spans if span.parent_id == followed.span_id]
    assert all("queued_jobs.owner" not in span.text for span in looks)


def test_every_line_of_a_job(run: Run) -> None:
    """A7: names the job, the trace and the span; and each of a request its id."""
    lines = [json.loads(line) for line in run.log.splitlines() if line.startswith("{")]
    (mutation,) = [line for line in lines if line.get("operation") == "BringIn"]
    assert (mutation["request_id"], mutation["trace_id"]) == ("import-1", _TRACE)
    job = run.named("job IMPORT_ORDERS")[0]
    of_jobs = [line for line in lines if line["event"].startswith("job.")]
    assert all(line["trace_id"] and line["span_id"] for line in of_jobs)
    assert {
        (line["trace_id"], line["span_id"]) for line in of_jobs if line["job"] == job.attributes["job.id"]
    } == {(_TRACE, job.span_id)}


def test_no_secret_and_no_person(run: Run) -> None:
    """A7: neither spans nor logs hold a token, a key, what a caller sent, or whom an order is for."""
    told = run.log + "".join(span.text for span in run.collector.spans)
    canaries = {
        *run.sandbox.tokens,
        *run.sandbox.authorizations.codes,
        run.state,
        run.key,
        "Canary",
        "127.0.0.1:0",
    }
    assert len(run.sandbox.tokens) > 1
    for order in run.mall.orders.values():
        canaries |= {order.address[name] for name in ("receiptName", "mobile", "mail", "addressLine1")}
    assert not [canary for canary in canaries if canary and canary in told]


_BROKEN = """
import asyncio, httpx
from domain import telemetry, tracing
from domain.settings import Settings
from starlette.routing import Route
telemetry.configure(log_format="json")
tracing.start("broken")
from api.app import create_app
async def broken(request):
    with tracing.span("within"):
        raise RuntimeError("a text with a canary")
app = create_app(Settings(env="development"))
app.router.routes.insert(0, Route("/broken", broken))
async def main():
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://tradewind") as client:
        assert (await client.get("/broken")).status_code == 500
asyncio.run(main())
tracing.stop()
"""


def _run(script: str, environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=_ROOT,
        env={"PATH": "", "PYTHONWARNINGS": "error"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


def test_an_authorisation_is_one_trace(run: Run) -> None:
    """A7, C2: the redirect is a span by its path alone, and the call that exchanges its code is a part of it."""
    (redirect,) = run.named("GET /authorize/temu")
    (call,) = run.named("temu bg.open.accesstoken.create")
    assert call.trace_id == redirect.trace_id


def test_an_error_is_told_by_its_kind() -> None:
    """A7: a span says what kind of error ended it, not its text."""
    with collecting() as collector:
        _run(_BROKEN, collector.environment())
    assert {(span.name, span.status) for span in collector.spans} == {("within", 2), ("GET", 2)}
    within = next(span for span in collector.spans if span.name == "within")
    assert within.attributes == {"error.type": "RuntimeError"}
    assert not [span for span in collector.spans if "canary" in span.text]


def test_temu_is_told_of_no_trace() -> None:
    """A7: whoever is called doesn't learn which trace the call is a part of, nor a caller's baggage."""
    script = """
import asyncio, os, httpx
from domain import tracing
tracing.start("caller")
async def main():
    async with httpx.AsyncClient() as client:
        tracing.follow_client(client)
        with tracing.span("call"):
            await client.post(os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"] + "/v1/traces", content=b"")
asyncio.run(main())
tracing.stop()
"""
    with collecting() as collector:
        _run(script, collector.environment())
    assert [span.name for span in collector.spans] == ["POST", "call"]
    assert len(collector.headers) >= 2
    assert not {"traceparent", "tracestate", "baggage"} & set().union(*collector.headers)


@pytest.mark.parametrize(
    "wrong",
    [
        {"OTEL_PROPAGATORS": "pigeon"},
        {"OTEL_BSP_SCHEDULE_DELAY": "x"},
    ],
)
def test_a_variable_that_cannot_be_used(wrong: dict[str, str]) -> None:
    """A7: the process goes on, with a line that says what is wrong."""
    script = """
from domain import telemetry, tracing
telemetry.configure(log_format="json")
tracing.start("test")
with tracing.span("something"):
    telemetry.log.info("going on")
tracing.stop()
"""
    told = _run(script, {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"} | wrong)
    lines = [json.loads(line) for line in told.splitlines()]
    assert any("going on" in line["event"] for line in lines)
    assert any("OTEL_" in line["event"] or "propagator" in line["event"].lower() for line in lines)


def test_callers_that_are_not_followed() -> None:
    """A7: OTEL_PROPAGATORS=none has a request begin a trace of its own, whatever its caller says."""
    script = _BROKEN.replace(
        'get("/broken")', f'get("/broken", headers={{"traceparent": "00-{_TRACE}-{_SPAN}-01"}})'
    )
    with collecting() as collector:
        _run(script, collector.environment() | {"OTEL_PROPAGATORS": "none"})
    assert len({span.trace_id for span in collector.spans} - {_TRACE}) == 1
    with collecting() as collector:
        _run(script, collector.environment())
    assert {span.trace_id for span in collector.spans} == {_TRACE}


def test_a_collector_that_is_away() -> None:
    """A7: it costs some lines in the log and no more than seconds at the end."""
    script = """
import time
from domain import telemetry, tracing
telemetry.configure(log_format="json")
tracing.start("lonely")
for round in range(20):
    with tracing.span("unheard"):
        time.sleep(0.05)
began = time.monotonic()
tracing.stop()
assert time.monotonic() - began < 5
"""
    told = _run(
        script, {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9", "OTEL_BSP_SCHEDULE_DELAY": "20"}
    )
    lines = [json.loads(line) for line in told.splitlines()]
    assert 1 <= len(lines) <= 3
    assert all(line["logger"].startswith("opentelemetry.") for line in lines)


_LOADED = """
import asyncio, sys
from domain import telemetry, tracing
from domain.settings import Settings
telemetry.configure(log_format="json")
tracing.start("test")
import jobs.worker
from api.app import create_app
create_app(Settings(env="development")).build_middleware_stack()
with tracing.span("nothing"):
    assert tracing.ids() == {} and tracing.traceparent() is None
tracing.stop()
print([name for name in sys.modules if name.startswith("opentelemetry")][:3], file=sys.stderr)
"""


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"OTEL_SERVICE_NAME": "tradewind"},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": ""},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9", "OTEL_SDK_DISABLED": "true"},
        {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:9", "OTEL_TRACES_EXPORTER": "none"},
    ],
)
def test_off(environment: dict[str, str]) -> None:
    """A7: where the environment doesn't ask for traces, nothing of OpenTelemetry is loaded."""
    assert _run(_LOADED, environment) == "[]\n"
