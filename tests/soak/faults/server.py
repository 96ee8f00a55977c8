"""The server killed and stopped among requests, callers that go away, and more of them than there are connections."""

import asyncio
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, closing
from typing import Any

import httpx
import orjson

from tests.demo.documents import CREATE_WAREHOUSE
from tests.soak.shop import IMPORT
from tests.soak.trial import Trial

_AT_ONCE = 10
_CROWD, _CROWD_SECONDS = 200, 20.0
_COME_AGAIN = ("UNAVAILABLE", "TIMEOUT")
_GONE, _GONE_AT_ONCE = 500, 25
_LEAVE_WITHIN = 0.03
_EXIT_SECONDS = 30.0
_MANY = """query($companyId: ID!) { orders(first: 250, filter: {companyId: $companyId}) {
  nodes { id channelOrderId shippingAddress { name city } items { id title product { sku } } packages { id } } } }"""


async def kill(trial: Trial) -> None:
    """kill -9 among keyed mutations. It counts where the answer of one was lost: it is asked for again by its key."""
    server, client = trial.installation.server, trial.shop.client
    while trial.goes_on:
        unknown = client.unknown
        asked = [asyncio.create_task(trial.shop.ask_for(IMPORT)) for _ in range(_AT_ONCE)]
        await asyncio.sleep(trial.source.uniform(0.0, 0.15))
        server.kill()
        trial.injected += 1
        async with trial.recovery():
            # Those whose answers it took along know it only now.
            await asyncio.sleep(0.05)
            trial.effective += client.unknown > unknown
            server.start()
            await asyncio.gather(*asked)
        await asyncio.sleep(1)


async def stop(trial: Trial) -> None:
    """SIGTERM among requests. It counts the requests that were under way: each has to be answered."""
    installation = trial.installation
    while trial.goes_on:
        async with _http(trial) as http:
            asked = [asyncio.create_task(_answer(http, trial, _MANY)) for _ in range(2 * _AT_ONCE)]
            await asyncio.sleep(trial.source.uniform(0.05, 0.3))
            under_way = [task for task in asked if not task.done()]
            began = time.monotonic()
            code = asyncio.create_task(installation.server.end(signal.SIGTERM, seconds=_EXIT_SECONDS))
            trial.injected += 1
            trial.effective += len(under_way)
            answers = await asyncio.gather(*under_way)
        cut_off = [answer for answer in answers if answer != "ok"]
        for answer in cut_off:
            trial.found("lost", f"a request under way at SIGTERM: {answer}")
        # Told to, it ends by the signal itself, as a shell's programs do.
        if (ended := await code) not in {0, -signal.SIGTERM}:
            trial.found("lost", f"the server ended with {ended} within {_EXIT_SECONDS:.0f} s")
        trial.notes.append(f"drained in {time.monotonic() - began:.1f} s")
        async with trial.recovery():
            await installation.until_ready()
            await trial.until_a_job_ends()


async def crowd(trial: Trial) -> None:
    """200 mutations while every connection waits for a lock. It counts those that are told to come again."""
    while trial.goes_on:
        names = [f"{trial.shop.number}/{trial.injected + number}" for number in range(_CROWD)]
        async with _http(trial) as http:
            async with _locked(trial):
                began = time.monotonic()
                asked = [
                    asyncio.create_task(_answer(http, trial, CREATE_WAREHOUSE, name=name)) for name in names
                ]
                trial.injected += _CROWD
                done, waiting = await asyncio.wait(asked, timeout=_CROWD_SECONDS)
                told = Counter(task.result() for task in done)
                trial.notes.append(f"{dict(told)} within {time.monotonic() - began:.1f} s")
            async with trial.recovery():
                await asyncio.gather(*waiting)
                assert await _answer(http, trial, CREATE_WAREHOUSE, name=f"{names[0]} later") == "ok"
                await trial.until_a_job_ends()
        answers = [task.result() for task in asked]
        trial.effective += sum(answer in _COME_AGAIN for answer in answers)
        for answer in set(answers) - {"ok", *_COME_AGAIN}:
            trial.found("lost", f"{answers.count(answer)} of {_CROWD} were told {answer}")
        await _all_there(trial, {name for name, answer in zip(names, answers, strict=True) if answer == "ok"})


async def leave(trial: Trial) -> None:
    """500 callers go away before they are answered. It counts those whose answer hadn't begun."""
    for _ in range(_GONE // _GONE_AT_ONCE):
        gone = await asyncio.gather(*(_go_away(trial) for _ in range(_GONE_AT_ONCE)))
        trial.injected += len(gone)
        trial.effective += sum(gone)
    async with trial.recovery():
        await trial.until_a_job_ends()


async def _go_away(trial: Trial) -> bool:
    body = orjson.dumps({"query": _MANY, "variables": {"companyId": trial.shop.company_id}})
    reader, writer = await asyncio.open_connection("127.0.0.1", trial.installation.port)
    head = (
        f"POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {trial.installation.key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    writer.write(head.encode() + body)
    try:
        await asyncio.wait_for(reader.read(1), trial.source.uniform(0, _LEAVE_WITHIN))
    except TimeoutError:
        return True
    finally:
        writer.transport.abort()
    return False


async def _answer(http: httpx.AsyncClient, trial: Trial, document: str, **variables: Any) -> str:
    """What it was told: "ok", the code of an error, or what became of the connection."""
    given = {"companyId": trial.shop.company_id} if "companyId" in document else {}
    try:
        reply = await http.post("/graphql", json={"query": document, "variables": given | variables})
    except httpx.TransportError as error:
        return type(error).__name__
    answer = reply.json()
    return str(answer["errors"][0]["extensions"]["code"]) if "errors" in answer else "ok"


async def _all_there(trial: Trial, names: set[str]) -> None:
    rows = await trial.installation.rows.of("SELECT name FROM warehouses")
    for name in names - {name for (name,) in rows}:
        trial.found("lost", f"warehouse {name} was acknowledged and isn't here")


@asynccontextmanager
async def _http(trial: Trial) -> AsyncGenerator[httpx.AsyncClient]:
    headers = {"Authorization": f"Bearer {trial.installation.key}"}
    limits = httpx.Limits(max_connections=None)
    url = trial.installation.url
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=60, limits=limits) as http:
        yield http


@asynccontextmanager
async def _locked(trial: Trial) -> AsyncGenerator[None]:
    """What every such mutation writes is held by somebody else, who does nothing."""
    server = trial.installation.postgresql
    if server is None:
        path = trial.installation.environment["TRADEWIND_DATABASE_URL"].partition(":///")[2]
        with closing(sqlite3.connect(path, isolation_level=None, timeout=30)) as file:
            file.execute("BEGIN IMMEDIATE")
            yield
            file.execute("ROLLBACK")
        return
    connection = await server.connect()
    try:
        async with connection.transaction():
            await connection.execute("LOCK TABLE warehouses IN ACCESS EXCLUSIVE MODE")
            yield
    finally:
        await connection.close()
