"""Redis emptied, killed, frozen and full: the row is the queue, so nothing may be lost with it."""

import asyncio
import signal

from redis.exceptions import RedisError

from tests.soak.shop import IMPORT
from tests.soak.trial import Trial

_EVERY_SECONDS = 2.0
_DOWN_SECONDS = 2.0
_FROZEN_SECONDS = 6.0
_FULL_SECONDS = 4.0


async def flush(trial: Trial) -> None:
    """FLUSHALL every two seconds. It counts where there was something to lose."""
    async with trial.installation.redis.client() as client:
        while trial.goes_on:
            await asyncio.sleep(_EVERY_SECONDS)
            trial.effective += bool(await client.dbsize())
            await client.flushall()
            trial.injected += 1
            async with trial.recovery():
                await trial.until_a_job_ends()


async def kill(trial: Trial) -> None:
    """kill -9, and started again empty. It counts where a job was asked for and acknowledged meanwhile."""
    redis = trial.installation.redis
    while trial.goes_on:
        redis.kill()
        trial.injected += 1
        async with trial.recovery():
            trial.effective += await _acknowledges(trial)
            await asyncio.sleep(_DOWN_SECONDS)
            redis.start()
            await redis.until_ready()
            await trial.until_a_job_ends()
        await asyncio.sleep(1)


async def freeze(trial: Trial) -> None:
    """SIGSTOP for some seconds. It counts where Redis didn't answer, and a job was acknowledged meanwhile."""
    redis = trial.installation.redis
    while trial.goes_on:
        redis.send(signal.SIGSTOP)
        trial.injected += 1
        try:
            trial.effective += await _is_silent(trial) and await _acknowledges(trial)
            await asyncio.sleep(_FROZEN_SECONDS)
        finally:
            redis.send(signal.SIGCONT)
        async with trial.recovery():
            await trial.until_a_job_ends()


async def fill(trial: Trial) -> None:
    """No memory left. It counts where a write was refused, and a job that was asked for then ended all the same."""
    async with trial.installation.redis.client() as client:
        while trial.goes_on:
            await client.config_set("maxmemory", 1)
            trial.injected += 1
            try:
                is_full = False
                try:
                    await client.set("soak", "x")
                except RedisError:
                    is_full = True
                async with trial.recovery():
                    await trial.until_a_job_ends()
                trial.effective += is_full
                await asyncio.sleep(_FULL_SECONDS)
            finally:
                await client.config_set("maxmemory", 0)
            await asyncio.sleep(1)


async def _acknowledges(trial: Trial) -> bool:
    try:
        await asyncio.wait_for(trial.shop.ask_for(IMPORT), 10)
    except TimeoutError:
        trial.found("lost", "no job was acknowledged without Redis")
        return False
    return True


async def _is_silent(trial: Trial) -> bool:
    try:
        async with trial.installation.redis.client() as client:
            await client.ping()
    except (RedisError, OSError):
        return True
    return False
