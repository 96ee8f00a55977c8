"""`python -m tests.soak.quick KIND FAULT...`: some faults with small numbers, for the tests. Ends with what was found, if anything."""

import asyncio
import random
import sys
from collections.abc import Collection

from tests.soak import evidence
from tests.soak.catalogue import FAULTS
from tests.soak.check import check
from tests.soak.installation import installation
from tests.soak.shop import Shop
from tests.soak.trial import Trial


async def run(kind: str, names: Collection[str]) -> list[str]:
    """What is wrong after these faults, each of which has to take effect."""
    source = random.Random(seed := random.SystemRandom().randrange(10**6))
    found: list[str] = []
    async with installation(kind) as running:
        shop = Shop(running, source, 1)
        await shop.open(orders=15)
        async with shop.traffic():
            for fault in (fault for fault in FAULTS if fault.name in names):
                trial = Trial(running, shop, source, seconds=0)
                trial.begin()
                await fault.run(trial)
                found += [f"{fault.name}: {finding}" for finding in trial.findings]
                found += [] if trial.effective else [f"{fault.name} took no effect"]
            await running.until_ready()
        await shop.settle()
        found += map(str, check(await evidence.history(shop)))
        await shop.client.close()
    return [f"seed {seed}: {each}" for each in found]


if __name__ == "__main__":
    wrong = asyncio.run(run(sys.argv[1], sys.argv[2:]))
    sys.exit("\n".join(wrong) or None)
