"""Results as server-sent events, the way graphql-sse's distinct connections have them: next, next, complete."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress

from strawberry.types import ExecutionResult

from api.observability import request_log
from domain import metrics

_COMPLETE = b"event: complete\ndata:\n\n"

# Lines that begin with a colon say nothing; they keep proxies from closing a silent connection.
_HEARTBEAT = b":\n\n"


async def server_sent_events(
    results: AsyncGenerator[ExecutionResult, None],
    encode: Callable[[ExecutionResult], bytes],
    *,
    heartbeat_seconds: float,
    closing: asyncio.Event,
) -> AsyncGenerator[bytes, None]:
    """The events of one operation, with a sign of life in each silence; leaving it early ends the operation. *closing*: ends
    a subscription that waits, without saying that it is complete, so that its client asks another server.
    """
    request = request_log.current()
    queue: asyncio.Queue[bytes | None] = asyncio.Queue(maxsize=1)

    async def produce() -> None:
        # One task runs the operation from its beginning to its end, as resolvers may expect of theirs.
        async with aclosing(results):
            async for result in results:
                await queue.put(b"event: next\ndata: " + encode(result) + b"\n\n")
        await queue.put(None)

    producer = asyncio.create_task(produce())
    closes = asyncio.create_task(closing.wait())
    getting = asyncio.create_task(queue.get())
    open_streams = metrics.OPEN_STREAMS.labels("sse")
    open_streams.inc()
    try:
        while True:
            # What isn't a subscription comes to its end by itself, of which the client has to hear.
            ends = {getting, closes} if request.type == "subscription" else {getting}
            await asyncio.wait(ends, timeout=heartbeat_seconds, return_when=asyncio.FIRST_COMPLETED)
            if not getting.done():
                if closes in ends and closes.done():
                    return
                yield _HEARTBEAT
                continue
            event = getting.result()
            if event is None:
                break
            yield event
            getting = asyncio.create_task(queue.get())
        yield _COMPLETE
    finally:
        open_streams.dec()
        closes.cancel()
        getting.cancel()
        producer.cancel()
        with suppress(asyncio.CancelledError):
            await producer
