"""The disk of the database is full: what can't be written isn't acknowledged, and once there is room all goes on."""

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tests.demo.documents import UPSERT_PRODUCTS
from tests.soak import evidence
from tests.soak.check import check
from tests.soak.client import NotDone, Unanswered
from tests.soak.installation import Installation, installation
from tests.soak.shop import Shop
from tests.soak.trial import Trial

_MEGABYTES = {"sqlite": 32, "postgresql": 96}
_TRIES = 300
_PRODUCTS = "SELECT sku FROM products WHERE company_id = :company"


class NoSmallDisk(Exception):
    """Why there is no disk to be filled."""


async def fill(trial: Trial) -> None:
    """An installation of its own on a small disk. It counts the mutations that found no room."""
    kind = trial.installation.kind
    with _small_disk(_MEGABYTES[kind]) as disk:
        async with installation(kind, data=disk, programs=trial.programs) as running:
            shop = Shop(running, trial.source, 0)
            await shop.open(orders=20)
            trial.injected += 1
            try:
                acknowledged = await _fill(trial, shop, disk)
                async with trial.recovery():
                    (disk / "filler").unlink()
                    await running.until_ready()
                    acknowledged |= await _add(shop, 10**6, until_done=True)
                    await shop.settle()
                await _judge(trial, running, shop, acknowledged)
            finally:
                await shop.client.close()


async def _fill(trial: Trial, shop: Shop, disk: Path) -> set[str]:
    """The SKUs of what was acknowledged until there was no room."""
    with (disk / "filler").open("wb", buffering=0) as filler:
        while True:
            try:
                filler.write(bytes(65536))
            except OSError:
                break
    acknowledged: set[str] = set()
    for number in range(_TRIES):
        try:
            acknowledged |= await _add(shop, number)
        except (Unanswered, NotDone):
            trial.effective += 1
            if trial.effective >= 3:
                return acknowledged
    return acknowledged


async def _add(shop: Shop, number: int, *, until_done: bool = False) -> set[str]:
    products = [{"sku": f"FULL-{number}-{i}", "name": "x" * 400} for i in range(50)]
    ask = shop.client.ask if until_done else shop.client.once
    payload = await asyncio.wait_for(ask(UPSERT_PRODUCTS, companyId=shop.company_id, products=products), 60)
    assert not payload["userErrors"], payload
    return {product["sku"] for product in products}


async def _judge(trial: Trial, running: Installation, shop: Shop, acknowledged: set[str]) -> None:
    here = {sku for (sku,) in await running.rows.of(_PRODUCTS, company=shop.company)}
    for sku in sorted(acknowledged - here):
        trial.found("lost", f"product {sku} was acknowledged and isn't here")
    trial.findings += check(await evidence.history(shop))


@contextmanager
def _small_disk(megabytes: int) -> Generator[Path]:
    """Raises NoSmallDisk."""
    mount = shutil.which("mount")
    if os.geteuid() != 0 or mount is None:
        raise NoSmallDisk("only root can make a small disk")
    with tempfile.TemporaryDirectory(prefix="tw-small-") as folder:
        options = f"size={megabytes}m,mode=755"
        done = subprocess.run(
            [mount, "-t", "tmpfs", "-o", options, "tmpfs", folder], check=False, capture_output=True
        )
        if done.returncode != 0:
            raise NoSmallDisk(done.stderr.decode().strip())
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)
