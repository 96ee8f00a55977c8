"""The quick half of `python3 dev soak`: some of its faults once each, on a whole installation under load."""

import random

import pytest

from tests.soak import evidence
from tests.soak.catalogue import FAULTS
from tests.soak.check import check
from tests.soak.installation import installation
from tests.soak.shop import Shop
from tests.soak.trial import Trial

SOME = {"sqlite": ("server-killed",), "postgresql": ("worker-killed",)}


@pytest.mark.parametrize("kind", SOME)
async def test_nothing_is_lost(kind: str) -> None:
    """J1, J2, J8, T6, I6: a server or a worker dies under load, with effect, and
    what the client, Temu and the database then know is the same: nothing lost, done twice, stale or left open.
    """
    source = random.Random(seed := random.SystemRandom().randrange(10**6))
    async with installation(kind) as running:
        shop = Shop(running, source, 1)
        await shop.open(orders=15)
        async with shop.traffic():
            for fault in (fault for fault in FAULTS if fault.name in SOME[kind]):
                trial = Trial(running, shop, source, seconds=0)
                trial.begin()
                await fault.run(trial)
                assert (trial.effective > 0, trial.findings) == (True, []), (fault.name, seed)
            await running.until_ready()
        await shop.settle()
        assert check(await evidence.history(shop)) == [], seed
        await shop.client.close()
