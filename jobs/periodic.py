"""What a worker does again and again beside its jobs, as long as it runs."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from domain.errors import Unavailable
from domain.telemetry import log


async def run_periodically(
    look: Callable[[], Awaitable[None]],
    *,
    every_seconds: float,
    unavailable: str,
    failed: str,
    wake: asyncio.Event | None = None,
) -> None:
    """Await *look* until this is cancelled, each time *every_seconds* after it has ended, or as soon as *wake* is set from its
    beginning on. A database that is away for a while is waited for, and a fault in one look must not end all later ones:
    *unavailable* and *failed* are what the log calls them.
    """
    wake = wake or asyncio.Event()
    while True:
        wake.clear()
        try:
            await look()
        except Unavailable as error:
            log.warning(unavailable, reason=error.message)
        except Exception:  # noqa: BLE001 - see above
            log.exception(failed)
        with suppress(TimeoutError):
            async with asyncio.timeout(every_seconds):
                await wake.wait()
