"""What a running server and a running worker tell Prometheus."""

import asyncio
import socket
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from websockets.asyncio.client import connect

from api.observability.metrics import _MOST_OPERATIONS
from domain.settings import Settings
from tests.deploy.prometheus_names import used
from tests.domain.declared_metrics import declared_metrics
from tests.fixtures.database import one_database
from tests.fixtures.scraped import PROMETHEUS_LABELS, Scraped, free_port
from tests.fixtures.serving import served
from tests.fixtures.workers import start_worker
from tests.fixtures.world import IMPORT, World

PATIENCE_SECONDS = 60.0
LIST = "bg.order.list.v2.get"


async def _scraped(url: str) -> Scraped:
    async with httpx.AsyncClient(timeout=20, trust_env=False, verify=False) as http:
        reply = await http.get(f"{url}/metrics")
    assert reply.status_code == 200
    assert reply.headers["content-type"].startswith("text/plain; version=")
    return Scraped.of(reply.text)


async def _scraped_when(url: str, is_so: Callable[[Scraped], bool]) -> Scraped:
    """The first scrape of which it is so."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            try:
                told = await _scraped(url)
            except httpx.TransportError:
                told = None  # It is starting.
            if told is not None and is_so(told):
                return told
            await asyncio.sleep(0.05)


@asynccontextmanager
async def _worker(settings: Settings, redis_url: str, log: Path) -> AsyncGenerator[str]:
    """Where the metrics of a worker process are."""
    port = free_port()
    process = start_worker(settings.model_copy(update={"metrics_port": port}), redis_url, log)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        assert await asyncio.to_thread(process.wait, 30) == 0


def _grown(before: Scraped, after: Scraped, name: str, **labels: str) -> float:
    return (after.value(name, **labels) or 0) - (before.value(name, **labels) or 0)


@one_database
async def test_a_worker_tells_of_its_jobs(
    world: World, settings: Settings, redis_url: str, tmp_path: Path
) -> None:
    """A7: a job's run, its calls to Temu and their waits for slots are counted by the worker that ran it."""
    world.mall.add_order(ordered_at=world.mall.now())
    world.sandbox.faults.add("http_status", interface=LIST, status=502)
    await world.api.ask(IMPORT, input={"companyId": world.company_id})
    done = {"type": "IMPORT_ORDERS", "trigger": "MANUAL", "result": "SUCCEEDED"}

    async with _worker(settings, redis_url, tmp_path / "log") as url:
        told = await _scraped_when(url, lambda told: told.value("tradewind_job_runs_total", **done) == 1)
        told = await _scraped_when(url, lambda told: told.value("tradewind_worker_running_jobs") == 0)

    assert told.value("tradewind_job_run_duration_seconds_count", type="IMPORT_ORDERS") == 1
    assert told.value("tradewind_job_crashes_total", type="IMPORT_ORDERS") == 0
    assert told.value("tradewind_worker_slots") == settings.worker_jobs
    assert told.value("tradewind_temu_calls_total", interface=LIST, outcome="UNAVAILABLE") == 1
    listed = told.value("tradewind_temu_calls_total", interface=LIST, outcome="OK") or 0
    assert listed >= 1
    assert told.value("tradewind_temu_call_duration_seconds_count", interface=LIST) == listed + 1
    tries = sum(value for (name, _), value in told.samples.items() if name == "tradewind_temu_calls_total")
    assert told.value("tradewind_temu_slot_wait_seconds_count", app="main") == tries
    assert told.value("tradewind_temu_calls_per_second_limit") == 300
    assert (told.value("tradewind_event_loop_lag_seconds_count") or 0) >= 0
    assert (told.value("tradewind_database_up"), told.value("tradewind_redis_up")) == (1, 1)


@one_database
async def test_a_server_tells_of_its_requests(world: World) -> None:
    """A7: requests are counted by operation, type, code and status; what could not run has no name of its own."""
    async with served(world) as url:
        before = await _scraped(url)
        await world.api.ask("query Companies { companies { nodes { id } } }")
        await world.api.ask("{ companies { nodes { name } } }")
        await world.api.send("query Wrong { nothing }")
        await world.http.post("/graphql", json={"query": "{ __typename }"})
        await world.http.get("/nowhere/at/all")
        after = await _scraped(url)

    def grown(name: str, **labels: str) -> float:
        return _grown(before, after, name, **labels)

    operations = "tradewind_operations_total"
    assert grown(operations, operation="Companies", type="query", code="OK") == 1
    assert grown(operations, operation="anonymous", type="query", code="OK") == 1
    assert grown(operations, operation="other", type="unknown", code="GRAPHQL_VALIDATION_FAILED") == 1
    assert "Wrong" not in after.values_of(operations, "operation")
    assert grown("tradewind_operation_duration_seconds_count", operation="Companies") == 1
    assert grown("tradewind_operation_cost_total", operation="Companies") > 0
    requests = "tradewind_http_requests_total"
    assert grown(requests, route="/graphql", method="POST", status="200") == 3
    assert grown(requests, route="/graphql", method="POST", status="401") == 1
    assert grown(requests, route="none", method="GET", status="404") == 1


@one_database
async def test_names_that_clients_make_up(world: World) -> None:
    """A7: however many names of operations clients make up, so many are told apart."""
    for number in range(_MOST_OPERATIONS + 20):
        await world.api.ask(f"query MadeUp{number} {{ __typename }}")
    async with served(world) as url:
        told = await _scraped(url)

    names = told.values_of("tradewind_operations_total", "operation")
    assert len(names - {"anonymous", "other"}) == _MOST_OPERATIONS
    assert told.values_of("tradewind_operation_cost_total", "operation") <= names


@one_database
async def test_open_streams(world: World) -> None:
    """A7: a server tells how many WebSockets and event streams clients hold open."""
    job = (await world.api.ask(IMPORT, input={"companyId": world.company_id}))["job"]["id"]
    follow = {"query": "subscription($id: ID!) { queuedJob(id: $id) { status } }", "variables": {"id": job}}
    headers = {"Authorization": f"Bearer {world.api._key}", "Accept": "text/event-stream"}

    def are_open(number: int) -> Callable[[Scraped], bool]:
        return lambda told: all(
            told.value("tradewind_open_streams", protocol=protocol) == number
            for protocol in ("websocket", "sse")
        )

    async with served(world, ws="websockets-sansio") as url:
        address = f"{url.replace('http', 'ws')}/graphql"
        async with (
            connect(address, subprotocols=["graphql-transport-ws"]),  # type: ignore[list-item]
            httpx.AsyncClient() as http,
            http.stream("POST", f"{url}/graphql", json=follow, headers=headers) as events,
        ):
            assert events.status_code == 200
            await _scraped_when(url, are_open(1))
        await _scraped_when(url, are_open(0))


async def test_the_installation(world: World, settings: Settings, redis_url: str, tmp_path: Path) -> None:
    """A7: queue, workers, flows, tokens and attention are told by each process, and name no company and no mall; whatever
    alerts and dashboard ask for is told, with the labels that they use.
    """
    world.mall.add_order(ordered_at=world.mall.now())
    await world.import_orders()
    await world.api.ask(
        "mutation($id: ID!) { updateCompanySettings(input: {companyId: $id, allowOrderDownload: true}) "
        "{ userErrors { message } } }",
        id=world.company_id,
    )
    async with served(world) as url, _worker(settings, redis_url, tmp_path / "log") as worker_url:
        of_worker = await _scraped_when(
            worker_url, lambda told: told.value("tradewind_event_loop_lag_seconds_count") not in {None, 0.0}
        )
        of_server = await _scraped(url)

    assert of_server.value("tradewind_tokens", purpose="ALL", status="VALID") == 1
    assert of_server.value("tradewind_flow_companies", flow="IMPORT_ORDERS", state="ON_TIME") == 1
    assert of_server.value("tradewind_flow_lag_seconds", flow="IMPORT_ORDERS") == 0
    assert of_server.value("tradewind_queue_oldest_due_seconds", trigger="MANUAL") == 0
    assert of_server.value("tradewind_attention_companies", code="UNKNOWN_PRODUCTS", severity="WARNING") == 1
    declared = {name: frozenset(labels) for name, (_, labels, _) in declared_metrics().items()}
    for name, labels in used().items():
        told = [each for each in (of_server, of_worker) if name in each.names]
        assert told, name
        known = frozenset[str]().union(*(each.labels(name) for each in told)) or declared.get(
            name, frozenset()
        )
        assert labels <= known | PROMETHEUS_LABELS, name
    for each in (of_server, of_worker):
        values = {value for (name, pairs) in each.samples if name.startswith("trade") for _, value in pairs}
        assert not {"Nordlicht", world.mall.token, str(world.mall.mall_id)} & values


async def test_a_port_in_use(settings: Settings, redis_url: str, tmp_path: Path) -> None:
    """R6: a worker whose metrics can't be served ends with one line that names the setting."""
    with socket.create_server(("127.0.0.1", 0)) as theirs:
        taken = settings.model_copy(update={"metrics_port": theirs.getsockname()[1]})
        process = start_worker(taken, redis_url, tmp_path / "log")
        status = await asyncio.to_thread(process.wait, 60)

    lines = (tmp_path / "log").read_text(encoding="utf-8").splitlines()
    assert status == 1
    assert len([line for line in lines if line.startswith("TRADEWIND_METRICS_PORT: ")]) == 1
    assert not [line for line in lines if "Traceback" in line]
