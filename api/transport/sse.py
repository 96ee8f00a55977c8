"""Results as server-sent events, the way graphql-sse's distinct connections have them: next, next, complete."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress

from strawberry.types import ExecutionResult

from domain import metrics

_COMPLETE = b"event: complete\ndata:\n\n"

# Lines that begin with a colon say nothing; they keep proxies from closing a silent connection.
_HEARTBEAT = b":\n\n"


async def server_sent_events(
    results: AsyncGenerator[ExecutionResult, None],
    encode: Callable[[ExecutionResult], bytes],
    *,
    heartbeat_seconds: float,
) -> AsyncGenerator[bytes, None]:
    """The events of one operation, with a sign of life in each silence; leaving it early ends the operation."""
    queue: asyncio.Queue[bytes | None] = asyncio.Queue(maxsize=1)

    async def produce() -> None:
        # One task runs the operation from its beginning to its end, as resolvers may expect of theirs.
        async with aclosing(results):
            async for result in results:
                await queue.put(b"event: next\ndata: " + encode(result) + b"\n\n")
        await queue.put(None)

    producer = asyncio.create_task(produce())
    open_streams = metrics.OPEN_STREAMS.labels("sse")
    open_streams.inc()
    try:
        while True:
            try:
                async with asyncio.timeout(heartbeat_seconds):
                    event = await queue.get()
            except TimeoutError:
                yield _HEARTBEAT
                continue
            if event is None:
                break
            yield event
        yield _COMPLETE
    finally:
        open_streams.dec()
        producer.cancel()
        with suppress(asyncio.CancelledError):
            await producer
