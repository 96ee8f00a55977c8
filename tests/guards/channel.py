"""Guards of what is done at Temu beside orders, shipments and stock: labels, refunds, returns, prices, listings, invoices, tokens."""

from tests.guards.guard import Edit, Guard, guard

LABELS = "tests/journeys/test_bought_labels.py"
RETURNS = "tests/journeys/test_returns.py"
PRICES = "tests/journeys/test_prices.py"
INVOICES = "tests/journeys/test_invoices.py"
AUTHORIZING = "tests/journeys/test_authorizing.py"

CHANNEL_GUARDS = (
    # What costs money, or can't be undone.
    guard(
        "one open action of a kind and a subject",
        "migrations/versions/0026_channel_actions.py",
        'unique=name.startswith("uq_"),',
        "unique=False,",
        "tests/guards/test_keys.py",
    ),
    guard(
        "open action with other values",
        "domain/channel_actions/requests.py",
        "if action.parameters != dict(parameters):",
        "if False:",
        "tests/journeys/test_sale_status.py::test_off_sale_and_on_again[sqlite]",
    ),
    guard(
        "most to pay directly before a label is bought",
        "domain/shipping/bought_labels/purchase.py",
        "if offer.currency_code != currency or offer.amount > most:",
        "if False:",
        f"{LABELS}::test_what_gets_no_label[sqlite]",
    ),
    guard(
        "order that may not be shipped directly before a label is bought",
        "domain/shipping/bought_labels/purchase.py",
        "        return await unless_shippable(session, action, now=now)\n\n    async def send",
        "        return None\n\n    async def send",
        f"{LABELS}::test_taken_back_before_it_left[sqlite]",
    ),
    guard(
        "pieces that have a label get no second one",
        "domain/shipping/bought_labels/contents.py",
        "            if all(self._items[item].order_id != order.id for item in taken):",
        "            if False:",
        f"{LABELS}::test_a_label_is_priced_and_bought[sqlite]",
    ),
    guard(
        "lost answer about a label is looked up in Temu's list",
        "domain/shipping/bought_labels/purchase.py",
        "            return await self._listed(temu, action)\n        rows",
        "            return Absent()\n        rows",
        f"{LABELS}::test_kills_between_all_steps[sqlite]",
    ),
    guard(
        "label that was asked for before is looked up",
        "domain/shipping/bought_labels/purchase.py",
        "if error.temu_code != labels.ALREADY_REQUESTED:",
        "if True:",
        f"{LABELS}::test_asked_for_before[sqlite]",
    ),
    guard(
        "failed label is tried again once",
        "domain/shipping/bought_labels/retry.py",
        "    if label.retried_at is not None:",
        "    if False:",
        f"{LABELS}::test_a_failed_label_goes_on[sqlite]",
    ),
    guard(
        "most to give back when a refund is asked for",
        "domain/returns/refunds.py",
        "    if row.refund_amount > most:",
        "    if False:",
        f"{RETURNS}::test_a_refund[sqlite]",
    ),
    guard(
        "refund that was given meanwhile",
        "domain/returns/refunds.py",
        '        if status in _IS_REFUNDED:\n            return NotDone("ENDED"',
        '        if False:\n            return NotDone("ENDED"',
        f"{RETURNS}::test_refunds_that_temu_refuses[sqlite]",
    ),
    guard(
        "receipt key",
        "migrations/versions/0029_returns.py",
        '        sa.UniqueConstraint("company_id", "idempotency_key", name="uq_return_receipts_idempotency_key"),\n',
        "",
        "tests/guards/test_keys.py",
    ),
    guard(
        "floor when a price is wanted",
        "domain/prices/operations.py",
        "        if refusal is not None:\n            price.amount, price.currency_code = before",
        "        if False:\n            price.amount, price.currency_code = before",
        f"{PRICES}::test_a_floor_is_never_passed[sqlite]",
    ),
    guard(
        "no price without a floor where one is required",
        "domain/prices/rules.py",
        "return _NO_MINIMUM if requires_minimum else None",
        "return None",
        f"{PRICES}::test_prices_that_nobody_takes[sqlite]",
    ),
    guard(
        "price that Temu has already",
        "domain/prices/upload.py",
        "if price.product_id in self._read and price.channel_amount == price.amount:",
        "if False:",
        f"{PRICES}::test_what_temu_has_is_not_sent[sqlite]",
    ),
    guard(
        "one change of a goods' prices at a time",
        "domain/prices/upload.py",
        "        if await _is_open(session, company.id, goods_id):",
        "        if False:",
        f"{PRICES}::test_the_latest_goes_out_after_an_open_one[sqlite]",
    ),
    guard(
        "price that is wanted no more",
        "domain/prices/changing.py",
        "                or not _is_wanted(row, asked)\n",
        "",
        f"{PRICES}::test_what_temu_has_is_not_sent[sqlite]",
    ),
    guard(
        "prices are taken SKU by SKU",
        "domain/prices/changing.py",
        "            if asked.sku in answer.taken\n",
        "            if answer.taken\n",
        f"{PRICES}::test_refusals_by_temu[sqlite]",
    ),
    guard(
        "price orders are followed SKU by SKU",
        "domain/prices/reviews.py",
        "            and asked.sku in map(str, order.sku_id_list or ())\n",
        "",
        "tests/domain/prices/test_reviews.py",
    ),
    guard(
        "listing that is so already",
        "domain/products/sale_status.py",
        "        if listing.status is _wished(is_for_sale=is_for_sale) and variant not in open_ones:",
        "        if False:",
        "tests/journeys/test_sale_status.py::test_off_sale_and_on_again[sqlite]",
    ),
    guard(
        "listing that Temu took off for its rules",
        "domain/products/sale_status.py",
        "if is_for_sale and listing.sub_status is ListingSubStatus.PUNISHED:",
        "if False:",
        "tests/journeys/test_sale_status.py::test_what_temu_would_refuse_and_does[sqlite]",
    ),
    guard(
        "invoice that is there",
        "domain/orders/invoice_upload.py",
        "    if row.state in THERE:",
        "    if False:",
        f"{INVOICES}::test_what_becomes_of_it_elsewhere[sqlite]",
    ),
    guard(
        "invoice that Temu lists already is not uploaded",
        "domain/orders/invoice_upload.py",
        "        if await _is_listed_already(temu, asked):",
        "        if False:",
        f"{INVOICES}::test_a_refusal_and_trouble_with_the_file[sqlite]",
    ),
    Guard(
        "invoice that Temu doesn't list may be there all the same",
        (
            Edit(
                "domain/orders/invoice_upload.py",
                "import Done, Ended, Found",
                "import Absent, Done, Ended, Found",
            ),
            Edit("domain/orders/invoice_upload.py", "asked) else Unknown()", "asked) else Absent()"),
        ),
        (f"{INVOICES}::test_a_lost_answer[False-sqlite]",),
    ),
    guard(
        "number of an invoice is one document's",
        "domain/orders/invoice_upload.py",
        "    if any((row.kind, row.recipient) != (kind, recipient) for row in same):",
        "    if False:",
        f"{INVOICES}::test_an_invoice_from_wanted_to_uploaded[sqlite]",
    ),
    # Authorising, by Temu's redirect.
    guard(
        "a state is good for ten minutes",
        "domain/companies/authorization_states.py",
        "    if datetime.fromtimestamp(int(until), UTC) <= now:",
        "    if False:",
        f"{AUTHORIZING}::test_what_is_late[sqlite]",
    ),
    guard(
        "an authorisation is for this app",
        "domain/companies/authorization.py",
        "    if app_key != resources.settings.temu_app_key:",
        "    if False:",
        f"{AUTHORIZING}::test_hostile_redirects[sqlite]",
    ),
    guard(
        "company that the key sees no more",
        "domain/companies/authorization.py",
        "company = await rows.get(session, Company, state.company_id, by=principal)",
        "company = await session.get_one(Company, state.company_id)",
        f"{AUTHORIZING}::test_what_ends_before_the_seller_agrees[sqlite]",
    ),
    guard(
        "token of another mall",
        "domain/companies/mall_claim.py",
        "    if company.mall_id not in {None, mall.id}:",
        "    if False:",
        f"{AUTHORIZING}::test_whose_mall_it_is[sqlite]",
    ),
    # Files.
    guard(
        "links to sheets of labels end",
        "domain/shipping/bought_labels/printing.py",
        "    if datetime.fromtimestamp(int(until), UTC) <= now:",
        "    if False:",
        "tests/domain/shipping/test_label_links.py",
    ),
    guard(
        "links to sheets of labels are for these alone",
        "domain/shipping/bought_labels/printing.py",
        "box.open(token, place=_PLACE)",
        'box.open(token, place="exports|link")',
        "tests/domain/shipping/test_label_links.py",
    ),
    guard(
        "links to sheets of labels are sealed",
        "domain/shipping/bought_labels/printing.py",
        'box.open(token, place=_PLACE).split("|")',
        '(token if "|" in token else box.open(token, place=_PLACE)).split("|")',
        "tests/domain/shipping/test_label_links.py",
    ),
    guard(
        "a secret has one text",
        "domain/secrets.py",
        "if version != _VERSION or base64.urlsafe_b64encode(raw).decode() != encoded:",
        "if version != _VERSION:",
        "tests/domain/test_secrets.py::test_nothing_may_be_changed",
    ),
    Guard(
        "place of sealed files",
        (
            Edit(
                "domain/secrets.py",
                "encrypt(nonce, content, place.encode())",
                "encrypt(nonce, content, None)",
            ),
            Edit(
                "domain/secrets.py",
                "content[_NONCE_BYTES:], place.encode())",
                "content[_NONCE_BYTES:], None)",
            ),
        ),
        ("tests/domain/test_secrets.py::test_files",),
    ),
    guard(
        "documents are sealed as they are handed in",
        "api/files.py",
        "documents.seal(resources.secrets, body), documents.name(media_type)",
        "body, documents.name(media_type)",
        f"{INVOICES}::test_an_invoice_from_wanted_to_uploaded[sqlite]",
    ),
)
