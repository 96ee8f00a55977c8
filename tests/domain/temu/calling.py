"""A process that calls Temu for one mall as fast as it may: `python -m tests.domain.temu.calling` with, as JSON, what
`Caller` names. It says "ready", begins with the next line of its input and ends with the second one.
"""

import asyncio
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass

import orjson
from redis.asyncio import Redis

from domain.temu.access import App, MallAccess
from domain.temu.rate_limiter import RateLimiter
from domain.temu.transport import Transport
from tests.fixtures.permits import permit_all

_AT_ONCE = 4


@dataclass(frozen=True)
class Caller:
    """Who calls, and where."""

    url: str
    app_key: str
    app_secret: str
    token: str
    redis_url: str
    calls_per_second: float

    async def start(self) -> asyncio.subprocess.Process:
        """The process, ready to begin."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "tests.domain.temu.calling", orjson.dumps(asdict(self)).decode()),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdout is not None
        assert await process.stdout.readline() == b"ready\n"
        return process


def tell(processes: Iterable[asyncio.subprocess.Process]) -> None:
    """Have processes begin, and when told once more, end."""
    for process in processes:
        assert process.stdin is not None
        process.stdin.write(b"\n")


async def _call(caller: Caller) -> None:
    redis = Redis.from_url(caller.redis_url)
    limiter = RateLimiter(redis, calls_per_second=caller.calls_per_second)
    transport = Transport(
        App(caller.app_key, caller.app_secret),
        limiter,
        forbidden_while=lambda: False,
        permit=permit_all,
        private_too=True,
    )

    async def go_on() -> None:
        while True:
            await transport.send(MallAccess(caller.url, caller.token), "bg.open.accesstoken.info.get", {})

    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.readline)
    calling = [asyncio.create_task(go_on()) for _ in range(_AT_ONCE)]
    await asyncio.to_thread(sys.stdin.readline)
    for task in calling:
        task.cancel()
    ends = await asyncio.gather(*calling, return_exceptions=True)
    await transport.close()
    await redis.aclose()
    for end in ends:
        if not isinstance(end, asyncio.CancelledError):
            raise end if isinstance(end, BaseException) else AssertionError


if __name__ == "__main__":
    asyncio.run(_call(Caller(**orjson.loads(sys.argv[1]))))
