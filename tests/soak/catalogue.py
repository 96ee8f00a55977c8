"""Every fault by its name."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.soak.faults import disk, postgresql, redis, server, temu, workers
from tests.soak.trial import Trial

_BOTH = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Fault:
    name: str
    run: Callable[[Trial], Awaitable[None]]
    databases: tuple[str, ...] = _BOTH


FAULTS = (
    Fault("worker-killed", workers.kill),
    Fault("worker-frozen", workers.freeze),
    Fault("clock-ahead", workers.clock),
    Fault("redis-flushed", redis.flush),
    Fault("redis-killed", redis.kill),
    Fault("redis-frozen", redis.freeze),
    Fault("redis-full", redis.fill),
    Fault("database-restarted", postgresql.restart, ("postgresql",)),
    Fault("connections-killed", postgresql.cut, ("postgresql",)),
    Fault("pool-exhausted", server.crowd),
    Fault("callers-gone", server.leave),
    Fault("server-killed", server.kill),
    Fault("server-stopped", server.stop),
    Fault("disk-full", disk.fill),
    Fault("temu-answers-badly", temu.answer_badly),
)
