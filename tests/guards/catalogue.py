"""What guards there are: how each is taken away, by text that is replaced, and the quickest tests that then fail."""

from tests.guards.channel import CHANNEL_GUARDS
from tests.guards.guard import Edit, Guard
from tests.guards.guard import guard as _guard

_TABLES = "migrations/versions/0001_first_tables.py"
_QUEUE = "tests/journeys/test_queue.py"
_TENANCY = "tests/api/reading/test_tenancy.py"


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
        "is_free(without=without), QueuedJob.trigger.in_(triggers)",
        "QueuedJob.trigger.in_(triggers),",
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
        "locked = statement.with_for_update(key_share=True)",
        "locked = statement",
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
        "receipt of a return counts once for its key",
        "domain/returns/receipts.py",
        "    if earlier is not None:",
        "    if False:",
        "tests/journeys/test_returns.py::test_what_came_in_lies_on_hand_again[sqlite]",
    ),
    _guard(
        "no more of a return comes in than was sent back",
        "domain/returns/receipts.py",
        "        if each.quantity > rest:",
        "        if False:",
        "tests/journeys/test_returns.py::test_what_came_in_lies_on_hand_again[sqlite]",
    ),
    _guard(
        "older message about a return changes nothing",
        "domain/returns/write.py",
        "        if one.number not in created and is_older(",
        "        if False and is_older(",
        "tests/journeys/test_returns.py::test_an_older_message_never_overwrites[sqlite]",
    ),
    _guard(
        "refund is bound to what was agreed to when it leaves",
        "domain/returns/refunds.py",
        "        if refusal is not None:",
        "        if False:",
        "tests/journeys/test_returns.py::test_refunds_that_temu_refuses[sqlite]",
    ),
    _guard(
        "action marked as in doubt before it is sent",
        "domain/channel_actions/sending.py",
        "action.status, action.in_doubt_since = ChannelActionStatus.IN_DOUBT, now",
        "pass",
        "tests/journeys/test_channel_actions.py::test_kills_between_all_steps[sqlite]",
    ),
    _guard(
        "action in doubt is asked about",
        "domain/channel_actions/sending.py",
        "        found = await self._look_up(temu, action)",
        "        return await self._send_again(temu, action)\n        found = await self._look_up(temu, action)",
        "tests/journeys/test_channel_actions.py::test_a_lost_answer_is_asked_about[sqlite-drop_after]",
    ),
    _guard(
        "action is not sent again at once",
        "domain/channel_actions/sending.py",
        "if clock.now() - action.in_doubt_since < _SHOWN_AFTER:",
        "if False:",
        "tests/journeys/test_channel_actions.py::test_a_lost_answer_is_asked_about[sqlite-drop]",
    ),
    _guard(
        "lease is looked at directly before an action leaves",
        "domain/temu/client.py",
        "                await self._guard()",
        "                pass",
        "tests/journeys/test_channel_actions.py::test_a_worker_that_lost_its_lease_sends_nothing[sqlite]",
    ),
    _guard(
        "floor of a price directly before it leaves",
        "domain/prices/changing.py",
        "refusal = rules.why_not(row, requires_minimum=company.require_minimum_price)",
        "refusal = None",
        "tests/journeys/test_prices.py::test_a_floor_is_never_passed[sqlite]",
    ),
    _guard(
        "floor that rises while a lower price is told",
        "domain/prices/operations.py",
        "if amount is not None and told is not None and (is_other or told.price.amount < amount):",
        "if False:",
        "tests/journeys/test_prices.py::test_a_floor_is_never_passed[sqlite]",
    ),
    _guard(
        "what no list shows is asked for by its id",
        "domain/products/listing_import.py",
        "found = await _find(sources, set(pairs.values()))",
        "found = dict[WebsiteIds, ListingRow]()",
        "tests/journeys/test_listings.py::test_what_moves_between_the_lists_while_they_are_read[sqlite]",
    ),
    _guard(
        "price orders of before are no answer",
        "domain/prices/reviews.py",
        "and str(order.price_order_id) not in known",
        "and known is not None",
        "tests/domain/prices/test_reviews.py",
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
        "is_genuine = _is_signed(values, data, secret) and is_padded",
        "is_genuine = True",
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
        "domain/network.py",
        "verify=tls or _trusted(),",
        "verify=False,",
        "tests/domain/test_network.py::test_certificates",
    ),
    _guard(
        "no redirects",
        "domain/network.py",
        "follow_redirects=False,",
        "follow_redirects=True,",
        "tests/domain/temu/test_connections.py::test_redirects_are_not_followed",
    ),
    _guard(
        "no proxies of the environment",
        "domain/network.py",
        # Either of the two is enough.
        "        transport=transport(private_too=private_too, tls=tls),\n        trust_env=False,\n",
        "        trust_env=True,\n",
        "tests/domain/temu/test_connections.py::test_proxies_of_the_environment_are_not_used",
    ),
    _guard(
        "public hosts in production",
        "domain/setting_values.py",
        "and is_host and parts.port",
        "and parts.port",
        "tests/domain/test_settings.py::test_production_calls_temu_alone",
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
        "    .where(ApiKey.revoked_at.is_(None))\n",
        "",
        "tests/domain/access/test_api_keys.py::test_a_revoked_key",
    ),
    _guard(
        "trust in a key ends",
        "domain/access/key_cache.py",
        "if holder is None or time.monotonic() - seen >= self._trusted_seconds:",
        "if holder is None:",
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
        "        structlog.processors.ExceptionRenderer(_traceback),\n        redact,\n",
        "        structlog.processors.ExceptionRenderer(_traceback),\n",
        "tests/api/test_request_log.py",
    ),
    # The edge.
    _guard(
        "bytes of a request's head",
        "api/transport/connections.py",
        "        if self._head_bytes > self._limits.head_bytes:\n",
        "        if False:\n",
        "tests/api/transport/test_connections.py",
    ),
    _guard(
        "slowing of wrong keys",
        "api/authentication.py",
        "if retry_after and not (",
        "if False and not (",
        "tests/api/test_wrong_keys.py::test_wrong_keys_of_an_address[sqlite]",
    ),
    _guard(
        "points of a key",
        "api/documents/prepare.py",
        "if charge is not None and not charge.is_granted:",
        "if False:",
        "tests/api/test_throttling.py::test_points_are_told_and_end[sqlite]",
    ),
    _guard(
        "expiry of keys",
        "domain/access/key_cache.py",
        "if holder.expires_at is not None and holder.has_expired(now):",
        "if False:",
        "tests/domain/access/test_api_keys.py::test_a_key_that_expires[sqlite]",
    ),
    _guard(
        "private addresses",
        "domain/network.py",
        "if not addresses or not all(map(is_public, addresses)):",
        "if not addresses:",
        "tests/domain/test_network.py::test_a_public_name_of_a_private_address",
    ),
    _guard(
        "order of an object's messages",
        "domain/webhooks/dispatch.py",
        "~exists().where(is_earlier)",
        "exists().where(WebhookDelivery.id > 0)",
        "tests/domain/webhooks/test_dispatch.py::test_indexes_that_are_used[sqlite]",
    ),
    _guard(
        "private receivers",
        "domain/webhooks/urls.py",
        "if _is_address(parsed.host) and not is_public(parsed.host):",
        "if False:",
        "tests/domain/webhooks/test_urls.py::test_public_ones_alone",
    ),
    _guard(
        "who is told",
        "domain/webhooks/deliver.py",
        "if holder is None or not holder.has(Role.ADMINISTER):",
        "if holder is None:\n        holder = Principal(0, Role.ADMINISTER, None)\n    if False:",
        "tests/journeys/test_webhooks_out.py::test_secrets_and_keys[sqlite]",
    ),
    # Companies apart.
    _guard(
        "row-level security",
        "migrations/versions/0019_post_row_level_security.py",
        "ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
        "ENABLE ROW LEVEL SECURITY",
        "tests/domain/database/test_companies.py::test_every_table_has_its_policy",
    ),
    _guard(
        "database limited to the key's companies",
        "api/app.py",
        "resources = resources.limited_to(principal.company_ids)",
        "pass",
        _TENANCY,
    ),
    _guard(
        "parents of the same company",
        "migrations/versions/0018_children_of_one_company.py",
        'return ForeignKey(name, ("company_id", column), parent, ("company_id", "id"), on_delete)',
        'return ForeignKey(name, (column,), parent, ("id",), on_delete)',
        "tests/domain/database/test_companies.py::test_parents_are_of_the_same_company[sqlite]",
    ),
    # Buyers, and who changed what.
    _guard(
        "Temu's words without a buyer's",
        "domain/temu/wording.py",
        "return word[0] if word[0].upper() in known or _explains(word[0]) else HIDDEN",
        "return word[0]",
        "tests/domain/temu/test_wording.py::test_what_may_be_a_buyers_is_not",
    ),
    _guard(
        "what was erased stays so",
        "domain/orders/importing/addresses.py",
        " if o.id not in known or known[o.id].erased_at is None]",
        "]",
        "tests/journeys/test_buyers.py::test_a_buyer_is_erased_and_stays_so[sqlite]",
    ),
    _guard(
        "audit events stay as they are",
        "migrations/versions/0016_audit_expiry_and_erasure.py",
        "        op.execute(statement)\n",
        "        pass\n",
        "tests/domain/audit/test_retention.py::test_events_are_never_changed",
    ),
    # Authorising.
    _guard(
        "a state is used once",
        "domain/companies/authorization_states.py",
        "        Authorization.used_at.is_(None),\n",
        "",
        "tests/journeys/test_authorizing.py::test_a_state_is_good_once",
    ),
    _guard(
        "no host but the configured ones",
        "domain/companies/authorization.py",
        "    if not regions:\n        raise Conflict(_OTHER_HOST)\n",
        "    regions = regions or [*TemuRegion]\n",
        "tests/journeys/test_authorizing.py::test_hostile_redirects",
    ),
    _guard(
        "who began an authorisation may still",
        "domain/companies/authorization.py",
        "principal is None or not principal.has(Role.ADMINISTER)",
        "principal is None",
        "tests/journeys/test_authorizing.py::test_what_ends_before_the_seller_agrees[sqlite]",
    ),
    # Clocks.
    _guard(
        "ticks of tomorrow",
        "domain/companies/schedule.py",
        "ScheduleTick.tick.between(tick, int(latest.timestamp())),",
        "ScheduleTick.tick >= tick,",
        "tests/jobs/test_clock.py::test_ticks_of_another_day[sqlite]",
    ),
    _guard(
        "nothing is removed by a clock in doubt",
        "jobs/sweeper.py",
        "if clock.is_sure() and abs(by_temu) <= clock.TOLERANCE.total_seconds():",
        "if True:",
        "tests/jobs/test_clock.py::test_nothing_is_removed_by_a_clock_in_doubt",
    ),
    # Following.
    _guard(
        "no change before all that came earlier has ended",
        "domain/changes/log.py",
        "return (Change.xid < _ENDED,) if _has_transactions(session) else ()",
        "return ()",
        "tests/domain/changes/test_log.py::test_what_is_committed_later_is_read_later",
    ),
    _guard(
        "whose changes are told",
        "domain/changes/following.py",
        "return is_theirs and change.type in self.types",
        "return change.type in self.types",
        "tests/api/schema/test_changes.py::test_whose_changes",
    ),
    *CHANNEL_GUARDS,
)
