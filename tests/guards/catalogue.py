"""What guards there are: how each is taken away, by text that is replaced, and the quickest tests that then fail."""

from dataclasses import dataclass

_TABLES = "migrations/versions/0001_first_tables.py"
_QUEUE = "tests/journeys/test_queue.py"
_TENANCY = "tests/api/reading/test_tenancy.py"


@dataclass(frozen=True)
class Edit:
    """In the file at *path*, *old* stands exactly once."""

    path: str
    old: str
    new: str


@dataclass(frozen=True)
class Guard:
    name: str
    edits: tuple[Edit, ...]
    tests: tuple[str, ...]
    """What pytest is given; one failure is enough."""


def _guard(name: str, path: str, old: str, new: str, *tests: str) -> Guard:
    return Guard(name, (Edit(path, old, new),), tests)


def _constraint(line: str) -> tuple[str, str, str]:
    return _TABLES, f"        {line}\n", ""


GUARDS = (
    # The queue.
    _guard(
        "fence of a step",
        "domain/queued_jobs/run.py",
        "is_cancelled = await lease.renew(session, self.job, lease_seconds=self._lease_seconds)",
        "is_cancelled = False",
        f"{_QUEUE}::test_a_zombie_writes_nothing[sqlite]",
    ),
    _guard(
        "fence in the row",
        "domain/queued_jobs/lease.py",
        "QueuedJob.id == job.id, QueuedJob.fence == job.fence, QueuedJob.status",
        "QueuedJob.id == job.id, QueuedJob.status",
        f"{_QUEUE}::test_a_zombie_writes_nothing[sqlite]",
    ),
    _guard(
        "lane index",
        _TABLES,
        '        ["lane"],\n        unique=True,',
        '        ["lane"],\n        unique=False,',
        f"{_QUEUE}::test_a_job_is_claimed_once",
    ),
    _guard(
        "same work waits once",
        _TABLES,
        '        ["lane", "scope"],\n        unique=True,',
        '        ["lane", "scope"],\n        unique=False,',
        f"{_QUEUE}::test_the_same_work_waits_once",
    ),
    _guard(
        "idempotency key",
        *_constraint(
            'sa.UniqueConstraint("company_id", "idempotency_key", name="uq_queued_jobs_idempotency_key"),'
        ),
        f"{_QUEUE}::test_an_idempotency_key",
    ),
    _guard(
        "idempotency key with other input",
        "domain/queued_jobs/requests.py",
        "if (job.lane, job.scope) != (lane, job_scope):",
        "if False:",
        f"{_QUEUE}::test_an_idempotency_key[sqlite]",
    ),
    _guard(
        "claim of what is free",
        "domain/queued_jobs/lease.py",
        "QueuedJob.id == job_id, is_free(), may_be",
        "QueuedJob.id == job_id, may_be",
        f"{_QUEUE}::test_a_zombie_writes_nothing[sqlite]",
    ),
    # Orders and stock.
    _guard(
        "order key",
        _TABLES,
        '        sa.UniqueConstraint(\n            "company_id", "channel", "channel_order_id", name="uq_orders_company_channel_order"\n        ),\n',
        "",
        "tests/guards/test_keys.py",
    ),
    _guard(
        "line key",
        *_constraint(
            'sa.UniqueConstraint("order_id", "channel_order_item_id", name="uq_order_items_order_channel_item"),'
        ),
        "tests/guards/test_keys.py",
    ),
    _guard(
        "note key",
        *_constraint('sa.UniqueConstraint("order_id", "event", name="uq_order_notes_event"),'),
        "tests/guards/test_keys.py",
    ),
    _guard(
        "reservation key",
        *_constraint('sa.PrimaryKeyConstraint("order_item_id", name=op.f("pk_reservations")),'),
        "tests/guards/test_keys.py",
    ),
    _guard(
        "compareOnHand",
        "domain/inventory/operations.py",
        "if level.compare_on_hand is not None and level.compare_on_hand != on_hand:",
        "if False:",
        "tests/api/schema/test_inventory.py",
    ),
    _guard(
        "figure in flight",
        "domain/inventory/changes.py",
        "if await session.scalar(flying.limit(1)) is not None:",
        "if False:",
        "tests/journeys/test_inventory_out.py::test_stock_waits_for_a_figure_on_its_way",
    ),
    _guard(
        "figure in flight is stored before it leaves",
        "domain/inventory/push.py",
        "                await _record_flight(session, self._run.company_id, sent, now=clock.now())\n",
        "",
        "tests/journeys/test_inventory_out.py::test_stock_waits_for_a_figure_on_its_way",
    ),
    _guard(
        "version of a stock change",
        "domain/inventory/push.py",
        ', StockChange.version <= bindparam("up_to")',
        "",
        "tests/journeys/test_inventory_answers.py::test_what_changes_while_a_figure_is_on_its_way[sqlite]",
    ),
    _guard(
        "lock of stock",
        "domain/inventory/changes.py",
        "await session.execute(rows.with_for_update(key_share=True))",
        "await session.execute(rows)",
        "tests/guards/test_locks.py",
    ),
    _guard(
        "lock of an order that is shipped",
        "domain/access/rows.py",
        "statement.with_for_update(key_share=True) if for_update else statement",
        "statement",
        "tests/guards/test_locks.py",
    ),
    _guard(
        "lock of orders that are confirmed",
        "domain/orders/queries.py",
        "return (await session.scalars(statement.with_for_update(key_share=True))).all()",
        "return (await session.scalars(statement)).all()",
        "tests/guards/test_locks.py",
    ),
    # What goes out and comes in.
    _guard(
        "pause of what goes out",
        "domain/outbound.py",
        "may_leave = (Installation.outbound_paused_at.is_(None), Installation.generation >= self._known)",
        "may_leave = (Installation.generation >= self._known,)",
        "tests/domain/test_outbound.py::test_a_pause_holds_in_every_process",
    ),
    _guard(
        "pause of a restored copy",
        "domain/outbound.py",
        "may_leave = (Installation.outbound_paused_at.is_(None), Installation.generation >= self._known)",
        "may_leave = (Installation.outbound_paused_at.is_(None),)",
        "tests/domain/test_outbound.py",
    ),
    _guard(
        "intent before a shipment's call",
        "domain/shipping/claim.py",
        '{"order_id": order_id, "company_id": company_id, "in_doubt_since": now}',
        '{"order_id": order_id, "company_id": company_id, "in_doubt_since": None}',
        "tests/journeys/test_shipping.py::test_a_worker_that_dies_after_confirming",
    ),
    _guard(
        "window of webhooks",
        "domain/temu/webhooks.py",
        "if abs(now - sent_at) > _OLDEST:",
        "if False:",
        "tests/domain/temu/test_webhooks.py::test_old_and_future_ones",
    ),
    _guard(
        "signature of webhooks",
        "domain/temu/webhooks.py",
        "if not _is_signed(values, data, secret):",
        "if False:",
        "tests/domain/temu/test_webhooks.py::test_no_other_form",
    ),
    _guard(
        "event key",
        "migrations/versions/0006_events.py",
        '        sa.UniqueConstraint("key", name=op.f("uq_channel_events_key")),\n',
        "",
        "tests/api/test_webhooks.py::test_a_repeated_event",
    ),
    _guard(
        "certificate of Temu",
        "domain/temu/transport.py",
        "verify=tls or _trusted(),",
        "verify=False,",
        "tests/domain/temu/test_connections.py::test_a_stranger_gets_nothing",
    ),
    _guard(
        "no redirects",
        "domain/temu/transport.py",
        "follow_redirects=False,",
        "follow_redirects=True,",
        "tests/domain/temu/test_connections.py::test_redirects_are_not_followed",
    ),
    _guard(
        "no proxies of the environment",
        "domain/temu/transport.py",
        "            trust_env=False,\n            follow",
        "            trust_env=True,\n            follow",
        "tests/domain/temu/test_connections.py::test_proxies_of_the_environment_are_not_used",
    ),
    _guard(
        "public hosts in production",
        "domain/settings.py",
        'if parts.scheme != "https" or _is_private(parts.hostname or ""):',
        'if parts.scheme != "https":',
        "tests/domain/test_settings.py::test_production_calls_nobody_at_home",
    ),
    # Who may what.
    Guard(
        "place of sealed tokens",
        (
            Edit("domain/secrets.py", "secret.encode(), place.encode())", "secret.encode(), None)"),
            Edit("domain/secrets.py", "raw[_NONCE_BYTES:], place.encode())", "raw[_NONCE_BYTES:], None)"),
        ),
        ("tests/domain/test_secrets.py::test_it_opens_nowhere_else",),
    ),
    _guard(
        "tenant filter of mutations",
        "domain/access/principal.py",
        "return statement if self.company_ids is None else statement.where(company_id.in_(self.company_ids))",
        "return statement",
        f"{_TENANCY}::test_another_companys_is_like_none",
    ),
    _guard(
        "role checks",
        "domain/access/principal.py",
        "        if not self.has(role):\n",
        "        if False:\n",
        "tests/api/schema/test_errors.py::test_who_may_do_what[sqlite]",
    ),
    _guard(
        "revoked keys",
        "domain/access/api_keys.py",
        ", ApiKey.revoked_at.is_(None))",
        ")",
        "tests/domain/access/test_api_keys.py::test_a_revoked_key",
    ),
    _guard(
        "trust in a key ends",
        "domain/access/key_cache.py",
        "if principal is not None and time.monotonic() - seen < self._trusted_seconds:",
        "if principal is not None:",
        "tests/domain/access/test_key_cache.py",
    ),
    _guard(
        "limit of cost",
        "api/documents/limits.py",
        '        ("cost", asked.cost, limits.cost),\n',
        "",
        "tests/api/documents/test_limits.py",
    ),
    _guard(
        "limit of depth",
        "api/documents/limits.py",
        '        ("depth", asked.depth, limits.depth),\n',
        "",
        "tests/api/documents/test_limits.py",
    ),
    _guard(
        "limit of aliases",
        "api/documents/limits.py",
        '        ("aliases", asked.aliases, limits.aliases),\n',
        "",
        "tests/api/documents/test_limits.py",
    ),
    _guard(
        "redaction in logs",
        "domain/telemetry.py",
        "        structlog.processors.format_exc_info,\n        redact,\n",
        "        structlog.processors.format_exc_info,\n",
        "tests/api/test_request_log.py",
    ),
)
