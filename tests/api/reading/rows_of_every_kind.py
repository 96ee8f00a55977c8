"""
Rows of every kind for comparing replies: odd texts and none, several companies, shadows, reservations, packages, jobs.
"""

from datetime import timedelta
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain import clock
from domain.access import api_keys
from domain.models import (
    AccessToken,
    AccessTokenPurpose,
    AccessTokenStatus,
    ApiKey,
    AuditActor,
    AuditEvent,
    CancellationRequest,
    CancellationState,
    Channel,
    ChannelAction,
    ChannelActionKind,
    ChannelActionStatus,
    ChannelStock,
    ChannelWarehouseMapping,
    CombinedPackage,
    Company,
    Export,
    ExportFormat,
    ExportPart,
    InvoiceKind,
    InvoiceRecipient,
    InvoiceState,
    JobOutcome,
    JobOutcomeStatus,
    JobStatus,
    JobTrigger,
    LabelOrigin,
    LengthUnit,
    ListingStatus,
    ListingSubStatus,
    MallType,
    Order,
    OrderAddress,
    OrderInvoice,
    OrderItem,
    OrderNote,
    OrderStatus,
    Package,
    PackageCorrection,
    PackageLine,
    PriceState,
    Product,
    ProductPrice,
    Reservation,
    ReturnDelivery,
    ReturnOperation,
    ReturnStatus,
    ReturnType,
    Role,
    ShippingLabelFile,
    ShippingLabelStatus,
    StockChange,
    SubPackage,
    Warehouse,
    Webhook,
    WebhookAttempt,
    WebhookDelivery,
    WebhookDeliveryStatus,
    WebhookEventType,
    WebhookOffReason,
    WeightUnit,
)
from tests.factories import (
    NOW,
    make_company,
    make_item,
    make_job,
    make_label,
    make_level,
    make_listing,
    make_order,
    make_product,
    make_return,
    make_return_line,
    make_warehouse,
)

ODD = "Zoë \"Å\\b/ 李 \t\n\r\x01\x1f\x7f \u2028 😀 %s :p0 $1 ?1 '; --"
ALL_KINDS = (
    "AuditEvent",
    "ChannelAction",
    "Company",
    "Listing",
    "Order",
    "Product",
    "ShippingLabel",
    "Warehouse",
    "OrderItem",
    "OrderNote",
    "Package",
    "QueuedJob",
    "Return",
    "ReturnLine",
    "Webhook",
    "WebhookDelivery",
)
PLAIN = "Plain 100% a_b"


async def fill(session: AsyncSession) -> None:
    """Three companies, the first of which is there already."""
    first = await session.get_one(Company, 1)
    first.name, first.orders_not_before, first.max_quantity = ODD, NOW + timedelta(microseconds=5), 7
    first.sell_only_mapped_warehouses = first.upload_tracking_per_item = True
    first.mall_type = MallType.SEMI_MANAGED
    companies = [
        first,
        await make_company(
            session, name="Other", safety_quantity=2, stock_rules_changed=True, allow_order_download=True
        ),
        await make_company(session, name="", store_plugin=None),
    ]
    warehouses = [
        await make_warehouse(session, name=name, is_sellable=sells)
        for name, sells in (("b", True), (ODD, True), ("a", False))
    ]
    await make_warehouse(session, name="c", archived_at=NOW)
    await _tokens(session, companies)
    products = [await _products(session, company, warehouses) for company in companies]
    # A shadow of a product of another company, in either direction.
    products[1][1].shadow_of_id, products[0][2].shadow_of_id = products[0][0].id, products[2][0].id
    for company, own in zip(companies, products, strict=True):
        await _jobs(session, company)
        for i, status in enumerate([*OrderStatus, *OrderStatus]):
            await _order(session, company, own, warehouses, i, status)
        await _combine(session, company)
        await _invoices(session, company)
    await _events(session, companies)
    await _webhooks(session, companies)
    await _actions(session, companies)
    await _labels(session, companies)
    await _returns(session, companies)
    await _listings(session, companies)


async def _events(session: AsyncSession, companies: list[Company]) -> None:
    if await session.get(ApiKey, 1) is None:
        await api_keys.create(session, name="any", role=Role.READ, company_ids=None, now=NOW)
    for i in range(30):
        company = [*companies, None][i % 4]
        session.add(
            AuditEvent(
                occurred_at=NOW + timedelta(hours=i // 3, microseconds=[0, 1, 120_000][i % 3]),
                actor=[*AuditActor][i % 3],
                api_key_id=1 if i % 3 == 0 else None,
                request_id=None if i % 2 else "a.b-c",
                company_id=None if company is None else company.id,
                action=[ODD[:90], "a", "100%"][i % 3],
                subject_type=None
                if company is None
                else ["Company", "Order", "Package", "Product"][i // 2 % 4],
                subject_id=None if company is None else 1 + i % 3,
                before=None if i % 5 == 0 else {"b": ODD, "a": [1.5, None, {"c": True}]},
                after=None if i % 5 == 1 else {},
            )
        )


async def _actions(session: AsyncSession, companies: list[Company]) -> None:
    for company in companies:
        orders = (await session.scalars(select(Order).where(Order.company_id == company.id).limit(2))).all()
        products = (
            await session.scalars(select(Product).where(Product.company_id == company.id).limit(2))
        ).all()
        for i, status in enumerate(ChannelActionStatus):
            has_ended = status.value in {"SUCCEEDED", "REFUSED", "CANCELLED"}
            session.add(
                ChannelAction(
                    company_id=company.id, kind=[*ChannelActionKind][i % len(ChannelActionKind)], status=status,
                    subject=[f"PA-{i}", f"{ODD[:80]}{i}"][i % 2], order_id=[orders[i % 2].id, None][i % 2],
                    product_id=[None, products[i // 2 % 2].id][i % 2], parameters={}, sends=i, due_at=[NOW, None][i % 2],
                    reference=[None, ODD][i % 2], code=[None, "TEMU_1"][i % 2], message=[None, ODD][i % 2], created_at=NOW,
                    sent_at=[NOW, None][i % 2], ended_at=NOW if has_ended else None,
                )
            )  # fmt: skip
            await session.flush()


async def _labels(session: AsyncSession, companies: list[Company]) -> None:
    warehouse_id = await session.scalar(select(Warehouse.id).limit(1))
    for company in companies:
        of_company = select(Order).where(Order.company_id == company.id).order_by(Order.id)
        orders = (await session.scalars(of_company.limit(4))).all()
        action_id = await session.scalar(
            select(ChannelAction.id).where(ChannelAction.company_id == company.id).limit(1)
        )
        for i, status in enumerate(ShippingLabelStatus):
            known = i % 2 == 0
            size = (
                {
                    "weight": Decimal("2.50"),
                    "weight_unit": WeightUnit.POUNDS,
                    "length": Decimal(12),
                    "width": Decimal(8),
                    "height": Decimal("4.5"),
                    "length_unit": LengthUnit.INCHES,
                }
                if known
                else {}
            )
            moment = NOW if known else None
            label = await make_label(
                session, orders[i % 4], status=status, origin=[*LabelOrigin][i % 2], package_number=[None, f"PK-{i}"][i % 2],
                tracking_number=[ODD, None][i % 2], failure=[None, ODD][i % 2], failure_code=[None, "LABEL_FAILED"][i % 2],
                carrier=[ODD, None][i % 2], estimated_amount=Decimal("5.00") if known else None, currency_code="USD",
                most_to_pay_amount=[None, Decimal(6)][i % 2], warehouse_id=warehouse_id if known else None,
                action_id=action_id if known else None, bought_at=moment, auto_confirm_at=moment, **size,
            )  # fmt: skip
            if known:
                session.add(ShippingLabelFile(
                    label_id=label.id, company_id=label.company_id, error=ODD, size=7, due_at=NOW, printed_at=NOW,
                ))  # fmt: skip


async def _returns(session: AsyncSession, companies: list[Company]) -> None:
    for company in companies:
        orders = (await session.scalars(select(Order).where(Order.company_id == company.id).limit(2))).all()
        items = (
            await session.scalars(select(OrderItem).where(OrderItem.order_id == orders[0].id).limit(1))
        ).all()
        for i, status in enumerate(ReturnStatus):
            row = await make_return(
                session, orders[i % 2], status=status, order_id=[orders[i % 2].id, None][i // 2 % 2],
                type=[*ReturnType][i % 2], delivery=[None, *ReturnDelivery][i % 3],
                respond_by=[None, NOW + timedelta(hours=i), NOW - timedelta(hours=i)][i % 3],
                available_operations=[each.value for each in ReturnOperation][: i % 3], carrier=[None, ODD[:90]][i % 2],
                tracking_numbers=[[], [ODD, "1Z"]][i % 2], refund_amount=[None, Decimal("19.90"), Decimal(0)][i % 3],
                currency_code=["EUR", "JPY", None][i // 2 % 3], requested_at=NOW - timedelta(hours=i // 2),
            )  # fmt: skip
            for j in range(i % 3):
                await make_return_line(
                    session, row, order_item_id=[items[0].id if items else None, None][j], quantity=j + 1,
                    channel_order_item_id=[None, "211-1"][j], website_product_id=["601", None][j],
                    reason_code=[None, 14][j], reason=[ODD, None][j], refund_amount=Decimal("9.95"), currency_code="EUR",
                    received_quantity=j,
                )  # fmt: skip


async def _listings(session: AsyncSession, companies: list[Company]) -> None:
    for company in companies:
        # The first is mapped, the second by its SKU alone, as of semi-managed malls.
        for i, goods in enumerate(["1", "2", "9", "9", "10", "11"]):
            await make_listing(
                session, company, website_product_id=goods, website_product_variant_id=str(company.id if i < 2 else 40 + i),
                sku=["", "a_b", "ab", ODD[:40], "Z", "a_b"][i], title=["", ODD, PLAIN, "z" * 500, "a", "a"][i],
                spec=[None, ODD][i % 2], image_url=[None, "https://a/b"][i % 2], status=[*ListingStatus][i % len(ListingStatus)],
                sub_status=[None, *ListingSubStatus][i % 4], sub_status_code=[None, 8][i % 2],
                price_amount=[None, Decimal("3.10")][i % 2], currency_code=[None, "USD"][i % 2], stock=[None, 0, 7][i % 3],
                seen_at=NOW + timedelta(microseconds=i), gone_at=NOW if i % 4 == 3 else None, created_at=NOW,
                updated_at=NOW + timedelta(hours=i // 2),
            )  # fmt: skip


async def _webhooks(session: AsyncSession, companies: list[Company]) -> None:
    for i, company in enumerate([*companies, None]):
        company_id = None if company is None else company.id
        webhook = Webhook(
            company_id=company_id, api_key_id=1, name=ODD[:90], description=[None, ODD][i % 2], url="https://example.com/x",
            event_types=["ORDER_CREATED", "JOB_FINISHED"][: 1 + i % 2], document=["{ a }", None][i % 2], sealed="x",
            secret_created_at=NOW, cursor_xid=0, cursor_id=0, off_since=[None, NOW][i % 2],
            off_reason=[None, [*WebhookOffReason][i]][i % 2], created_at=NOW, updated_at=NOW + timedelta(microseconds=i),
        )  # fmt: skip
        session.add(webhook)
        await session.flush()
        for j, status in enumerate([*WebhookDeliveryStatus, WebhookDeliveryStatus.FAILED]):
            delivery = WebhookDelivery(
                webhook_id=webhook.id, company_id=company_id, subject_company_id=[companies[j % 3].id, company_id][i % 2],
                change_id=j, message_id=f"msg_{i}{j}", event_type=[*WebhookEventType][j], subject_type=["Order", "Product"][j % 2],
                subject_id=1 + j, occurred_at=NOW, body=[ODD, None][j % 2], status=status, attempts=j,
                next_attempt_at=[NOW, None][j % 2], created_at=NOW,
            )  # fmt: skip
            session.add(delivery)
            await session.flush()
            for k in range(j):
                session.add(WebhookAttempt(delivery_id=delivery.id, attempted_at=NOW, milliseconds=k, error=[None, ODD][k % 2],
                                           request_headers='{"b":"ü"}', response_status=[None, 204][k % 2]))  # fmt: skip


async def _tokens(session: AsyncSession, companies: list[Company]) -> None:
    now = clock.now()
    of_first = await session.get_one(AccessToken, (1, AccessTokenPurpose.ALL))
    of_first.expires_at, of_first.scopes, of_first.missing_scopes = now + timedelta(days=10), [ODD, "a"], []
    of_first.associated_mall_ids = ["634418212345678", ODD]
    for company, purpose, status, days in (
        (companies[0], AccessTokenPurpose.PRODUCTS, AccessTokenStatus.VALID, 31),
        (companies[1], AccessTokenPurpose.ALL, AccessTokenStatus.REJECTED, 5),
        (companies[1], AccessTokenPurpose.ORDERS, AccessTokenStatus.VALID, -1),
        (companies[1], AccessTokenPurpose.PRODUCTS, AccessTokenStatus.UNTESTED, None),
    ):
        expires_at = None if days is None else now + timedelta(days=days)
        session.add(AccessToken(company_id=company.id, purpose=purpose, status=status, sealed="x", last_four="",
                                scopes=["ö"], missing_scopes=["b", "a"], expires_at=expires_at))  # fmt: skip


async def _products(session: AsyncSession, company: Company, warehouses: list[Warehouse]) -> list[Product]:
    made = [
        await make_product(session, company, sku=f"{ODD[:20]}{company.id}", website_product_id="1",
                           website_product_variant_id=str(company.id), safety_quantity=1),
        await make_product(session, company, sku="a_b", name=PLAIN, use_default_safety_quantity=False),
        await make_product(session, company, sku="ab", name="", website_product_id="9"),
        await make_product(session, company, sku="Z", name="z" * 500, archived_at=NOW),
    ]  # fmt: skip
    for i, warehouse in enumerate(warehouses):
        await make_level(session, made[0], warehouse, 10 * i)
        await make_level(session, made[1], warehouse, 3)
    session.add(
        ChannelStock(product_id=made[0].id, company_id=company.id, accepted_quantity=3, accepted_at=NOW)
    )
    session.add(
        ChannelStock(product_id=made[1].id, company_id=company.id, in_flight_since=NOW, refusal=ODD, refused_at=NOW,
                     channel_quantity=0, channel_read_at=NOW, drifting_since=NOW)
    )  # fmt: skip
    session.add(
        ProductPrice(product_id=made[0].id, company_id=company.id, state=PriceState.COUNTERED, amount=Decimal("18.50"),
                     currency_code="USD", reason=ODD, wanted_at=NOW, minimum_amount=Decimal(15), minimum_currency_code="EUR",
                     proposed_amount=Decimal("17.00"), channel_read_at=NOW)
    )  # fmt: skip
    session.add(
        ProductPrice(product_id=made[1].id, company_id=company.id, state=PriceState.REFUSED, channel_amount=Decimal("0.10"),
                     channel_currency_code="USD", requested_at=NOW, refused_at=NOW, refusal_code="TEMU_1", refusal=ODD)
    )  # fmt: skip
    session.add(
        StockChange(product_id=made[0].id, company_id=company.id, changed_at=NOW, held_back_since=NOW)
    )
    session.add(StockChange(product_id=made[2].id, company_id=company.id, changed_at=NOW))
    session.add(ChannelWarehouseMapping(company_id=company.id, channel=Channel.WEBSITE,
                                        warehouse_id=warehouses[1].id, channel_warehouse_code=ODD))  # fmt: skip
    return made


async def _jobs(session: AsyncSession, company: Company) -> None:
    for i, status in enumerate(JobStatus):
        job = await make_job(
            session,
            company,
            status=status,
            lane=f"{company.id}-{i}",
            progress_total=None if i % 2 else i,
            error=ODD if i % 2 else None,
            error_is_passing=[None, True, False][i % 3],
            started_at=NOW + timedelta(microseconds=i) if i else None,
            finished_at=NOW + timedelta(hours=i // 2) if i > 1 else None,
            trigger=[*JobTrigger][i % 3],
        )
        if i == 1:
            await _export(session, job.id)
        for k in range(2 * i):
            rank = [0, 2, 1][k % 3]
            status_of = [JobOutcomeStatus.FAILED, JobOutcomeStatus.SKIPPED, JobOutcomeStatus.SUCCEEDED][rank]
            session.add(JobOutcome(job_id=job.id, subject=f"{ODD} {k}", status=status_of, rank=rank, code="x" if k else None,
                                   message=ODD if k % 2 else None, retryable=bool(k % 2)))  # fmt: skip


async def _export(session: AsyncSession, job_id: int) -> None:
    session.add(
        Export(job_id=job_id, format=ExportFormat.CSV, for_spreadsheet=False, includes_buyers=False, parts=1,
               created_at=NOW, expires_at=NOW)
    )  # fmt: skip
    await session.flush()
    session.add(ExportPart(job_id=job_id, position=0, content=b"x"))


async def _order(
    session: AsyncSession,
    company: Company,
    products: list[Product],
    warehouses: list[Warehouse],
    i: int,
    status: OrderStatus,
) -> None:
    order = await make_order(
        session,
        company,
        status=status,
        ordered_at=NOW + timedelta(hours=i // 2, microseconds=[0, 1, 120_000][i % 3]),
        latest_ship_at=NOW if i % 2 else None,
        source_updated_for_shipping=bool(i % 3),
        total_amount=[None, Decimal("19.90"), Decimal(0), Decimal("1234567.8900")][i % 4],
        currency_code=[None, "USD", "JPY", "EUR"][i % 4],
        shipping_restrictions=[[], [ODD], ["a", ODD]][i % 3],
        restriction_details=[
            [],
            [{"code": ODD, "carriers": []}],
            [{"code": "a", "carriers": ["b"]}, {"code": ODD, "carriers": [ODD, "", PLAIN]}],
        ][i % 3],
        address_restriction=[None, "", ODD, "b"][i % 4],
        held_at=[None, NOW][i % 2],
        held_because=[None, ODD][i % 2],
    )
    items = [
        await make_item(session, order, title=ODD if k else "", quantity=5, currency_code="USD",
                        unit_price_amount=Decimal("3.10") if k else None,
                        product_id=products[k].id if i % 2 else None)
        for k in range(i % 3)
    ]  # fmt: skip
    for k, item in enumerate(items):
        if item.product_id is not None:
            session.add(Reservation(order_item_id=item.id, product_id=products[k].stock_product_id, quantity=2,
                                    warehouse_id=None if i % 5 == 0 else warehouses[k].id))  # fmt: skip
    if i % 3:
        session.add(OrderAddress(order_id=order.id, name=[ODD, None][i % 2], city="Köln", tax_code="007",
                                 district=[None, ODD][i % 2], tax_code_type=[None, "1"][i % 2]))  # fmt: skip
    session.add(
        OrderNote(
            order_id=order.id, body=ODD, author="x", created_at=NOW, event=None, edited_at=[None, NOW][i % 2]
        )
    )
    for event in ("cancelled", "package-voided:1"):
        session.add(OrderNote(order_id=order.id, body=ODD, author="y", created_at=NOW, event=event))
    await _packages(session, order, items, warehouses[0])
    for k, state in enumerate(
        [CancellationState.OPEN, CancellationState.OPEN, CancellationState.DENIED][: i % 4]
    ):
        asked = NOW + timedelta(hours=[2, 1, 0][k], microseconds=k)
        if i % 3 == 0:
            order.cancellation_declined_at = NOW + timedelta(hours=[3, 1][k % 2])
        session.add(CancellationRequest(company_id=company.id, number=f"{order.id}-{k}", state=state, requested_at=asked,
                                        channel_order_id=order.channel_order_id))  # fmt: skip


async def _invoices(session: AsyncSession, company: Company) -> None:
    """In each state, of kinds and recipients in turn."""
    orders = (
        await session.scalars(select(Order).where(Order.company_id == company.id).order_by(Order.id))
    ).all()
    for i, order in enumerate(orders[: 2 * len(InvoiceState)]):
        session.add(
            OrderInvoice(
                order_id=order.id, company_id=company.id, kind=[*InvoiceKind][i % 2], recipient=[*InvoiceRecipient][i % 2],
                state=[*InvoiceState][i % len(InvoiceState)], number=[None, f"R-{i}"][i % 2], refusal=[None, ODD][i % 2],
                uploaded_at=[NOW, None][i % 2], created_at=NOW, updated_at=NOW,
            )
        )  # fmt: skip


async def _combine(session: AsyncSession, company: Company) -> None:
    """Two parcels, of two orders and of three."""
    firsts = select(func.min(Package.id)).where(Package.company_id == company.id).group_by(Package.order_id)
    ids = sorted(await session.scalars(firsts))
    for parcel in (ids[:2], ids[2:5]):
        session.add_all(CombinedPackage(package_id=each, parcel_id=parcel[0]) for each in parcel)


async def _packages(
    session: AsyncSession, order: Order, items: list[OrderItem], warehouse: Warehouse
) -> None:
    for number, item in enumerate(items):
        package = Package(order_id=order.id, company_id=order.company_id, warehouse_id=warehouse.id, carrier=ODD,
                          tracking_number=f"T{number}", tracking_key=f"T{order.id}-{number}", shipped_at=NOW,
                          uploaded_at=NOW if number else None, upload_warnings=[[], [ODD, ""]][number % 2],
                          voided_at=[None, None, NOW][order.id % 3] if number else None)  # fmt: skip
        session.add(package)
        await session.flush()
        if order.id % 2:
            session.add(PackageCorrection(package_id=package.id, company_id=order.company_id, carrier="UPS",
                                          tracking_number=ODD, tracking_key=f"C{package.id}", warehouse_id=warehouse.id,
                                          requested_at=NOW, refusal=[None, ODD][number % 2]))  # fmt: skip
        for each in items[number:]:
            session.add(PackageLine(package_id=package.id, order_item_id=each.id, quantity=1))
        for position in range(number + 1):
            session.add(SubPackage(package_id=package.id, position=position, carrier="c", tracking_number=f"S{item.id}",
                                   tracking_key=f"S{item.id}-{position}"))  # fmt: skip
