"""Queued jobs and what became of each thing they worked on. The row is the queue; arq only says that one is waiting.

Times that decide who may run a job are milliseconds since 1970 by the database's own clock, which all workers share.
"""

from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.models.base import Base, Id, Json, enum_column, where
from domain.pagination import NEVER, Key


class JobType(Enum):
    """What a job does."""

    IMPORT_ORDERS = "IMPORT_ORDERS"  #: bring in a company's orders
    UPDATE_INVENTORY = "UPDATE_INVENTORY"  #: tell the channel what is available of products
    UPLOAD_PRICES = "UPLOAD_PRICES"  #: read the channel's prices, and have it told of those that are wanted
    UPLOAD_TRACKING = "UPLOAD_TRACKING"  #: tell the channel how a company's orders were shipped
    FETCH_LABEL_FILES = "FETCH_LABEL_FILES"  #: fetch the files of shipping labels
    SEND_ORDER_ACTIONS = "SEND_ORDER_ACTIONS"  #: have the channel do what was asked for about orders
    SEND_PRODUCT_ACTIONS = "SEND_PRODUCT_ACTIONS"  #: the same about products and listings
    REMATCH_ORDER_ITEMS = "REMATCH_ORDER_ITEMS"  #: match waiting items with products mapped since
    IMPORT_RETURNS = "IMPORT_RETURNS"  #: bring in what buyers send back or want refunded
    IMPORT_LISTINGS = "IMPORT_LISTINGS"  #: read what a company's mall lists
    IMPORT_PRODUCTS = "IMPORT_PRODUCTS"  #: add and change products by the rows of a file
    IMPORT_INVENTORY = "IMPORT_INVENTORY"  #: set what lies in warehouses by the rows of a file
    IMPORT_PRICES = "IMPORT_PRICES"  #: set what is wanted for products by the rows of a file
    IMPORT_SHIPMENTS = "IMPORT_SHIPMENTS"  #: record packages of orders by the rows of a file
    IMPORT_WEBSITE_PROPERTIES = "IMPORT_WEBSITE_PROPERTIES"  #: map products by the rows of a file
    DELIVER_WEBHOOKS = "DELIVER_WEBHOOKS"  #: tell a receiver what has changed
    MATCH_WEBSITE_PROPERTIES = "MATCH_WEBSITE_PROPERTIES"  #: map products by SKU codes of Temu's listings
    EXPORT_ORDERS = "EXPORT_ORDERS"  #: write orders into a file
    EXPORT_INVENTORY = "EXPORT_INVENTORY"  #: write products and their stock into a file
    EXPORT_OUTCOMES = "EXPORT_OUTCOMES"  #: write what became of a job's subjects into a file


# What such a job does is to change something at the channel, or to tell others of changes; it waits while that is paused.
OUTBOUND_JOBS = (
    JobType.UPDATE_INVENTORY,
    JobType.UPLOAD_TRACKING,
    JobType.SEND_ORDER_ACTIONS,
    JobType.SEND_PRODUCT_ACTIONS,
    JobType.DELIVER_WEBHOOKS,
)
# One file is written at a time for a company.
EXPORT_JOBS = (JobType.EXPORT_ORDERS, JobType.EXPORT_INVENTORY, JobType.EXPORT_OUTCOMES)
# What is done whether or not the company has a channel.
JOBS_WITHOUT_PLUGIN = (
    JobType.IMPORT_PRODUCTS,
    JobType.IMPORT_INVENTORY,
    JobType.IMPORT_PRICES,
    JobType.IMPORT_SHIPMENTS,
    *EXPORT_JOBS,
)
# What goes through files or tables as long as it takes: it leaves slots of a worker to what somebody waits for.
BULK_JOBS = (*JOBS_WITHOUT_PLUGIN, JobType.IMPORT_WEBSITE_PROPERTIES)


class JobStatus(Enum):
    """Where a job stands; the last four are ends."""

    QUEUED = "QUEUED"  #: waiting for a worker, or for the moment of its next try
    RUNNING = "RUNNING"  #: a worker holds its lease
    SUCCEEDED = "SUCCEEDED"  #: done, nothing failed
    PARTIALLY_SUCCEEDED = "PARTIALLY_SUCCEEDED"  #: done, with failures that the outcomes name
    FAILED = "FAILED"  #: given up; `error` says what to do
    CANCELLED = "CANCELLED"  #: stopped because a person asked; what was done is kept


ENDED = (JobStatus.SUCCEEDED, JobStatus.PARTIALLY_SUCCEEDED, JobStatus.FAILED, JobStatus.CANCELLED)


class JobTrigger(Enum):
    """Who asked for a job."""

    MANUAL = "MANUAL"  #: a person or a program, through the API
    SCHEDULE = "SCHEDULE"  #: the clock
    EVENT = "EVENT"  #: something that happened, such as a mapping
    WEBHOOK = "WEBHOOK"  #: something that happened, of which a receiver is to be told


class JobOutcomeStatus(Enum):
    """What became of one order, product or row."""

    SUCCEEDED = "SUCCEEDED"  #: done
    FAILED = "FAILED"  #: not done; the message says why
    SKIPPED = "SKIPPED"  #: left alone on purpose; the message says why


# Of SQLite in words that it sees to follow from either status alone.
_IS_ACTIVE = where("status IN ('QUEUED', 'RUNNING')", sqlite="status = 'QUEUED' OR status = 'RUNNING'")

_IS_QUEUED = where("status = 'QUEUED'")


class QueuedJob(Base):
    """One piece of work that was accepted and will end."""

    __tablename__ = "queued_jobs"
    __table_args__ = (
        UniqueConstraint("company_id", "idempotency_key", name="uq_queued_jobs_idempotency_key"),
        # Two jobs of one lane never run at the same time (C6), whoever claims them.
        Index("uq_queued_jobs_running_lane", "lane", unique=True, **where("status = 'RUNNING'")),
        # The same work doesn't wait twice (J3). A job that ran before may wait beside it for its next try.
        Index("uq_queued_jobs_waiting", "lane", "scope", unique=True,
              **where("status = 'QUEUED' AND fence = 0 AND idempotency_key IS NULL")),
        Index("ix_queued_jobs_active", "run_at", **_IS_ACTIVE),
        # Jobs that are due first: of each trigger, and of each lane.
        Index("ix_queued_jobs_due", "trigger", "run_at", "id", **_IS_QUEUED),
        Index("ix_queued_jobs_due_lane", "lane", "trigger", "run_at", "id", **_IS_QUEUED),
        # The same work that waits, whatever key it was asked for with (J3).
        Index("ix_queued_jobs_same_work", "lane", "scope", "fence", "id", **_IS_QUEUED),
        # A webhook has one job, which runs again each time that there is something to deliver.
        Index("uq_queued_jobs_webhook", "lane", unique=True, **where("type = 'DELIVER_WEBHOOKS'")),
        Index("ix_queued_jobs_company_newest", "company_id", "id"),
        Index("ix_queued_jobs_finished", "finished_at"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    type: Mapped[JobType] = mapped_column(enum_column(JobType))
    status: Mapped[JobStatus] = mapped_column(enum_column(JobStatus))
    trigger: Mapped[JobTrigger] = mapped_column(enum_column(JobTrigger))
    # Ids and moments only: never a name, an address or a token.
    arguments: Mapped[dict[str, Any]] = mapped_column(Json)
    lane: Mapped[str] = mapped_column(String(100))
    scope: Mapped[str] = mapped_column(String(64))
    idempotency_key: Mapped[str | None] = mapped_column(String(255))

    attempts: Mapped[int] = mapped_column(default=0)
    # Tries since the last progress that ended in passing trouble, or in silence; each has a limit of its own.
    passing_failures: Mapped[int] = mapped_column(default=0)
    crashes: Mapped[int] = mapped_column(default=0)
    run_at: Mapped[int] = mapped_column(BigInteger)
    owner: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[int | None] = mapped_column(BigInteger)
    # Counts the claims; every write of a run names its own, so a run that lost its lease writes nothing more.
    fence: Mapped[int] = mapped_column(BigInteger, default=0)
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    # The trace of whoever asked for it (W3C Trace Context), so that its run is told of there.
    traceparent: Mapped[str | None] = mapped_column(String(64))
    checkpoint: Mapped[dict[str, Any] | None] = mapped_column(Json)

    progress_done: Mapped[int] = mapped_column(default=0)
    progress_total: Mapped[int | None]
    succeeded: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    skipped: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(Text)
    # Whether the same job may succeed when run again without anybody changing anything (J4).
    error_is_passing: Mapped[bool | None]

    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    # When a checkpoint was last stored.
    progressed_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


# As jobs are sorted by when they ended, where that may be still to come (domain/queued_jobs/queries.py).
FINISHED = Key(QueuedJob.finished_at, missing=NEVER)
Index("ix_queued_jobs_ended", FINISHED.place(QueuedJob), QueuedJob.id)
Index("ix_queued_jobs_company_ended", QueuedJob.company_id, FINISHED.place(QueuedJob), QueuedJob.id)


class JobOutcome(Base):
    """What became of one subject of a job: an order number, a SKU, a row."""

    __tablename__ = "job_outcomes"
    __table_args__ = (
        UniqueConstraint("job_id", "subject", name="uq_job_outcomes_subject"),
        Index("ix_job_outcomes_failures_first", "job_id", "rank", "id"),
        Index("ix_job_outcomes_subject_job", "subject", "job_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("queued_jobs.id", ondelete="CASCADE"))
    subject: Mapped[str] = mapped_column(String(200))
    status: Mapped[JobOutcomeStatus] = mapped_column(enum_column(JobOutcomeStatus))
    # Failures first: 0 failed, 1 skipped, 2 succeeded.
    rank: Mapped[int]
    code: Mapped[str | None] = mapped_column(String(64))
    message: Mapped[str | None] = mapped_column(Text)
    retryable: Mapped[bool] = mapped_column(default=False)


class ScheduleTick(Base):
    """One due moment of one schedule: the row exists once, however many workers see the clock strike."""

    __tablename__ = "schedule_ticks"

    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"), primary_key=True)
    type: Mapped[JobType] = mapped_column(enum_column(JobType), primary_key=True)
    tick: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
