"""Workers that die, freeze or are wrong about the time while they hold jobs."""

import asyncio
import json
import signal
import sys
import time
from functools import partial
from typing import Any

from tests.soak.programs import ROOT, Program
from tests.soak.trial import Trial, until

_TAKEN_OVER_SECONDS = 12.0
_REFUSED_SECONDS = 15.0
_MOST_CRASHES = 3
_CALL_SECONDS = 0.3
_A_DAY = 86_400
_SCHEDULE = """mutation($id: ID!, $on: Boolean!) {
  updateCompanySettings(input: {companyId: $id, allowOrderDownload: $on}) { userErrors { code } } }"""
_TICKS = (
    "SELECT coalesce(max(tick), 0) FROM schedule_ticks WHERE company_id = :company AND type = 'IMPORT_ORDERS'"
)
_SCHEDULED = "SELECT count(*) FROM queued_jobs WHERE company_id = :company AND trigger = 'SCHEDULE'"


async def kill(trial: Trial) -> None:
    """kill -9 of whoever holds a job. It counts where the row says so before and after."""
    _slow_down(trial)
    while trial.goes_on:
        await asyncio.sleep(trial.source.uniform(0.1, 1))
        job, worker = await _held(trial)
        if job is None or worker is None:
            continue
        worker.kill()
        trial.injected += 1
        worker.start()
        if not await _is_still_held(trial, job):
            continue
        trial.effective += 1
        async with trial.recovery():
            await until(partial(_goes_on, trial, job))
    trial.installation.sandbox.faults.clear()


async def freeze(trial: Trial) -> None:
    """SIGSTOP of whoever holds a job until another has it, then SIGCONT. It counts where the fence then refused it."""
    _slow_down(trial)
    while trial.goes_on:
        await asyncio.sleep(trial.source.uniform(0.1, 1))
        job, worker = await _held(trial)
        if job is None or worker is None:
            continue
        worker.send(signal.SIGSTOP)
        trial.injected += 1
        said = len(_said(worker, job.id))
        try:
            # Where it froze inside a transaction, nobody gets by until it goes on.
            is_taken_over = await _within(_TAKEN_OVER_SECONDS, partial(_goes_on, trial, job))
        finally:
            worker.send(signal.SIGCONT)
        if is_taken_over and await _within(_REFUSED_SECONDS, partial(_says_more, worker, job.id, said)):
            came_of_it = _said(worker, job.id)[said]
            if came_of_it == "job.lease_lost":
                trial.effective += 1
            elif came_of_it != "job.abandoned":
                trial.found(
                    "stale", f"job {job.id} was another's, and the worker that had it before: {came_of_it}"
                )
    trial.installation.sandbox.faults.clear()
    async with trial.recovery():
        await trial.until_a_job_ends()


def _slow_down(trial: Trial) -> None:
    """Have jobs take as long as they do at Temu, so that what hits a worker hits one."""
    trial.installation.sandbox.faults.add(
        "slow", times=None, seconds=_CALL_SECONDS, mall_id=trial.shop.mall.mall_id
    )


async def clock(trial: Trial) -> None:
    """A worker's clock is a day ahead, and then right again: the schedule acts on tomorrow, and must not skip today."""
    shop, rows = trial.shop, trial.installation.rows
    shift = trial.installation.folder / "shift"
    shift.write_text("0")
    right = trial.installation.workers[0]
    environment = trial.installation.environment | {"SOAK_CLOCK_SHIFT": str(shift)}
    command = [sys.executable, "-m", "tests.soak.shifted_worker"]
    wrong = Program(command, trial.installation.folder / "shifted.log", environment=environment, cwd=ROOT)
    await right.end()
    wrong.start()
    try:
        await wrong.until_it_says("worker.ready")
        await shop.client.ask(_SCHEDULE, id=shop.company_id, on=True)
        shift.write_text(str(_A_DAY))
        trial.injected += 1

        async def has_acted_on_tomorrow() -> bool:
            [(tick,)] = await rows.of(_TICKS, company=shop.company)
            return bool(tick > time.time() + _A_DAY / 2)

        trial.effective += await _within(30, has_acted_on_tomorrow)
        shift.write_text("0")
        [(before,)] = await rows.of(_SCHEDULED, company=shop.company)

        async def has_acted_today() -> bool:
            return bool((await rows.of(_SCHEDULED, company=shop.company))[0][0] > before + 1)

        async with trial.recovery():
            await until(has_acted_today)
    finally:
        await shop.client.ask(_SCHEDULE, id=shop.company_id, on=False)
        await wrong.end()
        right.start()


async def _held(trial: Trial) -> tuple[Any, Program | None]:
    """A job that runs, and the worker that holds it; a worker is left alone while any job of its died often without progress."""
    holders = await trial.holders()
    spared = {job.owner for job in holders if job.crashes >= _MOST_CRASHES}
    held = [job for job in holders if job.owner not in spared]
    if not held:
        return None, None
    job = trial.source.choice(held)
    pid = int(job.owner.rpartition(":")[2])
    return job, next(
        (each for each in trial.installation.workers if each.is_running and each.pid == pid), None
    )


async def _is_still_held(trial: Trial, job: Any) -> bool:
    now = await trial.job(job.id)
    return bool((now.status, now.fence, now.owner) == ("RUNNING", job.fence, job.owner))


async def _goes_on(trial: Trial, job: Any) -> bool:
    """Somebody else has claimed it since."""
    return bool((await trial.job(job.id)).fence > job.fence)


async def _says_more(worker: Program, job: int, said: int) -> bool:
    return len(_said(worker, job)) > said


def _said(worker: Program, job: int) -> list[str]:
    """What a worker's log tells of a job, in order."""
    lines = [json.loads(line) for line in worker.said().splitlines() if f'"job":{job},' in line]
    return [line["event"] for line in lines if line["job"] == job]


async def _within(seconds: float, holds: Any) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await until(holds)
    except TimeoutError:
        return False
    return True
