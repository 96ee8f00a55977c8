"""Running one job: claim it, keep its lease, do it, and judge what came of it. The only place that judges an exception."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Collection, Generator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager, suppress
from random import Random, SystemRandom

import structlog

from domain import clock, metrics, tracing
from domain.companies import operations as companies
from domain.companies import queries
from domain.errors import Broken, CredentialsRefused, Paused, Refused, Unavailable
from domain.models import BULK_JOBS, JobTrigger, JobType, QueuedJob
from domain.queued_jobs import ends, lease, run_counts
from domain.queued_jobs.lease import LeaseLost
from domain.queued_jobs.run import CancelRequested, JobRun, Stopped
from domain.resources import Resources
from domain.telemetry import log
from domain.webhooks.deliver import LoadDocuments
from jobs import retry
from jobs.handlers import handle

_HEARTBEATS_PER_LEASE = 3
_RELEASE_SECONDS = 2.0
# So many slots a worker has at least that keeps one of them for events.
_SLOTS_FOR_EVENTS = 4
# After which a job that met the pause is due again. Those of OUTBOUND_JOBS wait for its end anyway.
_PAUSED_SECONDS = 5.0


class Runner:
    """*load_documents*: what runs the documents of webhooks' receivers."""

    def __init__(
        self,
        resources: Resources,
        *,
        owner: str,
        random: Random | None = None,
        load_documents: LoadDocuments | None = None,
    ) -> None:
        self._resources = resources
        self._load_documents = load_documents
        self._database = resources.database
        self._lease_seconds = resources.settings.lease_seconds
        self._owner = owner
        self._stop = asyncio.Event()
        self._running: dict[int, asyncio.Task[None]] = {}
        self._triggers: dict[int, JobTrigger] = {}
        self._bulk: set[int] = set()
        self._claiming = asyncio.Lock()
        # Set when a slot is freed of a worker that was full, or full for some: what came meanwhile need not wait for the next
        # sweep.
        self.slot_freed = asyncio.Event()
        self._random = random or SystemRandom()

    @property
    def free_slots(self) -> int:
        return 0 if self._stop.is_set() else self._resources.settings.worker_jobs - len(self._running)

    @property
    def triggers(self) -> frozenset[JobTrigger]:
        """Whose job the next may be (J9): of several slots the clock's jobs leave one to what somebody waits for, however many
        long sweeps are due; of four and more two, and people's jobs leave one to events and the stock that they push. Receivers
        that are slow to answer have a quarter of the slots at the most, out of those that the clock's jobs may have.
        """
        slots, running = self._resources.settings.worker_jobs, Counter(self._triggers.values())
        webhooks, others = running[JobTrigger.WEBHOOK], running.total() - running[JobTrigger.EVENT]
        for_events = 1 if slots >= _SLOTS_FOR_EVENTS else 0
        triggers = {JobTrigger.EVENT}
        if others < slots - for_events:
            triggers.add(JobTrigger.MANUAL)
            if webhooks + running[JobTrigger.SCHEDULE] < max(1, slots - 1 - for_events):
                triggers.add(JobTrigger.SCHEDULE)
                if webhooks < max(1, slots // 4):
                    triggers.add(JobTrigger.WEBHOOK)
        return frozenset(triggers)

    @property
    def without(self) -> Collection[JobType]:
        """The types that get no slot now: those that go through files and tables have half of them at the most (J9)."""
        return BULK_JOBS if len(self._bulk) >= max(1, self._resources.settings.worker_jobs // 2) else ()

    @property
    def running(self) -> frozenset[int]:
        return frozenset(self._running)

    def start(self, job_id: int) -> None:
        """Run the job beside others. Without a free slot its row waits: the sweeper of whoever has one finds it."""
        if job_id in self._running or self.free_slots <= 0:
            return
        task = asyncio.create_task(self.run(job_id), name=f"job {job_id}")
        self._running[job_id] = task
        metrics.WORKER_RUNNING.inc()
        task.add_done_callback(lambda _: self._ended(job_id))

    def _ended(self, job_id: int) -> None:
        if self.free_slots <= 0:
            self.slot_freed.set()
        del self._running[job_id]
        metrics.WORKER_RUNNING.dec()

    async def drain(self, *, seconds: float) -> None:
        """Take no more jobs, let each finish its unit of work and be released; what takes longer is cut off."""
        self._stop.set()
        tasks = list(self._running.values())
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=seconds)
            for task in late:
                task.cancel()
            if late:
                # Each gives its job back; where the database is away, the lease runs out instead.
                await asyncio.wait(late, timeout=_RELEASE_SECONDS)

    async def run(self, job_id: int) -> None:
        """Claim the job and run it to the end of this try; never raises but for cancellation."""
        with structlog.contextvars.bound_contextvars(job=job_id):
            try:
                job = None
                with _abandoning(None):
                    job = await self._claim(job_id)
                if job is not None:
                    run_time = metrics.JOB_RUN_SECONDS.labels(job.type.value).time()
                    with _job_span(job), run_time, _abandoning(job):
                        await self._run_claimed(job)
            finally:
                before = self.triggers, self.without
                self._triggers.pop(job_id, None)
                self._bulk.discard(job_id)
                if (self.triggers, self.without) != before:
                    self.slot_freed.set()

    async def _claim(self, job_id: int) -> QueuedJob | None:
        # One at a time: what a job is shows only when it is claimed, and then it counts at once.
        async with self._claiming:
            job = await lease.claim(
                self._database,
                job_id,
                owner=self._owner,
                lease_seconds=self._lease_seconds,
                now=clock.now(),
                triggers=self.triggers,
                without=self.without,
            )
            if job is not None:
                self._triggers[job_id] = job.trigger
                if job.type in BULK_JOBS:
                    self._bulk.add(job_id)
            return job

    async def _run_claimed(self, job: QueuedJob) -> None:
        log.info("job.started", type=job.type.value, attempt=job.attempts)
        if job.crashes >= retry.MOST_CRASHES:
            message = (
                f"The workers that ran this job died {job.crashes} times without getting any further. "
                "Look into the workers' logs before running it again."
            )
            await ends.fail(self._database, job, error=message, passing=False, now=clock.now())
            return
        async with self._database.read() as session:
            token = await queries.sealed_token(session, job.company_id, job.type)
        try:
            async with self._heartbeat(job):
                run = JobRun(self._database, job, lease_seconds=self._lease_seconds, stop=self._stop)
                await handle(self._resources, run, now=clock.now(), load_documents=self._load_documents)
            status = await ends.finish(self._database, job, now=clock.now())
            tracing.annotate({"job.outcome": "finished"})
            log.info("job.finished", type=job.type.value, status=status.value)
        except Stopped:
            await ends.release(self._database, job, now=clock.now())
            tracing.annotate({"job.outcome": "released"})
            log.info("job.released")
        except Paused as paused:
            await ends.release(
                self._database, job, now=clock.now(), delay_seconds=_PAUSED_SECONDS, paused=paused.message
            )
            log.info("job.paused")
        except CancelRequested:
            await ends.cancel(self._database, job, now=clock.now())
            tracing.annotate({"job.outcome": "cancelled"})
            log.info("job.cancelled")
        except LeaseLost:
            raise
        except asyncio.CancelledError:
            await asyncio.shield(ends.release(self._database, job, now=clock.now()))
            raise
        except Exception as error:  # noqa: BLE001 - every fault ends in a state that a person can read
            await self._judge(job, error, token=token)

    async def _judge(self, job: QueuedJob, error: Exception, *, token: str | None) -> None:
        now = clock.now()
        if isinstance(error, CredentialsRefused):
            await self._credentials_refused(job, error, token=token)
        elif isinstance(error, Unavailable):
            await self._retry_later(job, error)
        elif isinstance(error, Refused):
            await ends.fail(self._database, job, error=error.message, passing=error.may_pass, now=now)
        else:
            broken = Broken()
            log.error("job.broken", error_id=broken.id, exc_info=error)
            await ends.fail(self._database, job, error=broken.message, passing=False, now=now)
        tracing.annotate({"job.outcome": "failed"}, error=error)
        log.warning("job.attempt_failed", reason=type(error).__name__)

    async def _credentials_refused(
        self, job: QueuedJob, error: CredentialsRefused, *, token: str | None
    ) -> None:
        """
        Fail, with the schedule paused where it is the token (C4); where a newer token is in place, begin anew with it.
        """
        now, whose = clock.now(), ""
        if error.token_is_refused:
            async with self._database.write() as session:
                condemned = await companies.token_refused(
                    session, company_id=job.company_id, job_type=job.type, sealed=token, now=now
                )
            if condemned is None:
                await ends.release(self._database, job, now=now)
                return
            whose = condemned
        await ends.fail(self._database, job, error=f"{whose}{error.message}", passing=False, now=now)

    async def _retry_later(self, job: QueuedJob, error: Unavailable) -> None:
        now = clock.now()
        failures, since = await ends.since_progress(self._database, job.id)
        is_untried = error.retry_after is not None  # So it is no failure of this job's.
        if is_untried:
            failures = 0
        pause = retry.backoff_seconds(failures=failures, since=since or now, now=now, random=self._random)
        if pause is None:
            when = "a day without progress" if is_untried else f"{failures + 1} tries"
            message = f"{error.message} Given up after {when}; run it again when this has passed."
            await ends.fail(self._database, job, error=message, passing=True, now=now)
        elif error.retry_after is not None:
            # Not all at once, when that is over.
            delay = error.retry_after * self._random.uniform(1, 1.5)
            await ends.release(self._database, job, now=now, delay_seconds=delay, paused=error.message)
        else:
            await ends.retry_later(self._database, job, delay_seconds=pause, error=error.message, now=now)

    @asynccontextmanager
    async def _heartbeat(self, job: QueuedJob) -> AsyncGenerator[None]:
        """Renew the lease while the body runs, on the same loop: a worker that is blocked should lose its job."""
        body = asyncio.current_task()
        assert body is not None  # noqa: S101 - a coroutine runs in a task

        async def renew() -> None:
            while True:
                await asyncio.sleep(self._lease_seconds / _HEARTBEATS_PER_LEASE)
                try:
                    async with self._database.write() as session:
                        await lease.renew(session, job, lease_seconds=self._lease_seconds)
                except Unavailable as error:
                    log.warning("job.heartbeat_missed", reason=error.message)
                except LeaseLost:
                    body.cancel()
                    return
                except Exception:  # noqa: BLE001 - without it the lease runs out, which the next step finds out
                    log.exception("job.heartbeat_missed")

        heartbeat = asyncio.create_task(renew())
        try:
            yield
        except asyncio.CancelledError:
            if heartbeat.done():  # It ends by itself when the lease is lost.
                body.uncancel()
                raise LeaseLost(job.id) from None
            raise
        finally:
            heartbeat.cancel()
            with suppress(asyncio.CancelledError):
                await heartbeat


def _job_span(job: QueuedJob) -> AbstractContextManager[None]:
    name = job.type.value
    about: tracing.Attributes = {
        "job.id": job.id,
        "job.type": name,
        "job.trigger": job.trigger.value,
        "job.attempt": job.attempts,
    }
    return tracing.job_span(f"job {name}", about, traceparent=job.traceparent)


@contextmanager
def _abandoning(job: QueuedJob | None) -> Generator[None]:
    """Leave it to whoever claims it when its lease has run out, where this run can't even say how it ended."""
    try:
        yield
    except LeaseLost as error:
        _count_lost(job, run_counts.LEASE_LOST, error)
        log.warning("job.lease_lost")
    except Unavailable as error:
        # The database itself is in trouble: whoever reaches it goes on.
        _count_lost(job, run_counts.ABANDONED, error)
        log.warning("job.abandoned", reason=error.message)
    except Exception as error:  # noqa: BLE001 - one job's fault must not end the worker that runs the others
        _count_lost(job, run_counts.ABANDONED, error)
        log.exception("job.abandoned")


def _count_lost(job: QueuedJob | None, result: str, error: Exception) -> None:
    tracing.annotate({"job.outcome": result.lower()}, error=error)
    if job is not None:
        run_counts.count_run(job, result)
