"""One fault tried on one installation: what was injected, what of it took effect, and how long each took to get over."""

import asyncio
import random
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.soak.check import Finding, Kind
from tests.soak.installation import Installation
from tests.soak.shop import IMPORT, Shop

_PATIENCE_SECONDS = 60.0
_RUNNING = """SELECT id, type, owner, fence, crashes, lease_until FROM queued_jobs
  WHERE status = 'RUNNING' AND company_id = :company"""
_JOB = "SELECT status, fence, progressed_at, owner FROM queued_jobs WHERE id = :id"


@dataclass
class Trial:
    installation: Installation
    shop: Shop
    source: random.Random
    seconds: float
    programs: Path | None = None
    """PostgreSQL's, for a further server."""
    injected: int = 0
    effective: int = 0
    longest: float = 0
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    _until: float = 0

    def begin(self) -> None:
        """Its time runs from now."""
        self._until = time.monotonic() + self.seconds

    @property
    def goes_on(self) -> bool:
        """Until its time is over; and longer, but not for ever, where nothing has taken effect yet."""
        left = self._until - time.monotonic()
        return left > 0 or (self.effective == 0 and left > -_PATIENCE_SECONDS)

    def found(self, kind: Kind, words: str) -> None:
        self.findings.append(Finding(kind, words))

    @asynccontextmanager
    async def recovery(self) -> AsyncGenerator[None]:
        """The body waits for something that shows that the fault is over."""
        began = time.monotonic()
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                yield
        except TimeoutError:
            self.found("lost", f"not recovered after {_PATIENCE_SECONDS:.0f} s")
        self.longest = max(self.longest, time.monotonic() - began)

    async def until_a_job_ends(self) -> None:
        """One that is asked for now: the whole way from a request to its end works."""
        number = await self.shop.ask_for(IMPORT)
        await until(lambda: self._has_ended(number))

    async def holders(self) -> list[Any]:
        """The shop's jobs that run now, with who holds their leases."""
        return await self.installation.rows.of(_RUNNING, company=self.shop.company)

    async def job(self, number: int) -> Any:
        [row] = await self.installation.rows.of(_JOB, id=number)
        return row

    async def _has_ended(self, number: int) -> bool:
        return (await self.job(number)).status not in {"QUEUED", "RUNNING"}


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    while not await holds():
        await asyncio.sleep(0.05)
