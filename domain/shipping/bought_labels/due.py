"""What becomes due of labels without anybody asking: files that are not here yet, and parcels whose time ends."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.access.principal import WORKER
from domain.companies import schedule
from domain.database.session import Database
from domain.errors import DomainError, Unavailable
from domain.models import (
    ChannelAction,
    ChannelActionKind,
    Company,
    JobTrigger,
    JobType,
    Order,
    OrderStatus,
    ShippingLabel,
    ShippingLabelFile,
    ShippingLabelStatus,
    literally,
)
from domain.shipping.bought_labels import files
from domain.shipping.bought_labels.confirmation import confirm
from domain.shipping.bought_labels.queries import is_order_of
from domain.telemetry import log

# So long before the channel says by itself that a parcel left, it is told where the company wants that.
BEFORE_THE_END = timedelta(hours=6)
_BATCH = 100


async def request_due(database: Database, *, now: datetime) -> None:
    """Have files fetched and parcels confirmed that are due."""
    async with database.read() as session:
        with_files, labels = await _with_files(session, now=now), await _to_confirm(session, now=now)
    for company_id in with_files:
        try:
            async with database.write() as session:
                await files.request(session, company_id, now=now)
        except Unavailable:
            raise
        except DomainError as error:
            log.warning("label_files.refused", company=company_id, reason=error.message)
    for label_id in labels:
        try:
            async with database.write() as session:
                trigger = JobTrigger.SCHEDULE
                await confirm(
                    session, by=WORKER, label_ids=[label_id], warehouse_id=None, now=now, trigger=trigger
                )
        except Unavailable:
            raise
        except DomainError as error:
            log.info("label_confirmation.refused", label=label_id, reason=type(error).__name__)


async def _with_files(session: AsyncSession, *, now: datetime) -> Sequence[int]:
    is_due = or_(
        exists().where(ShippingLabelFile.company_id == Company.id, ShippingLabelFile.due_at <= now),
        exists().where(ShippingLabel.company_id == Company.id, files.IS_WANTED),
    )
    may_ask = schedule.may_ask_for(JobType.FETCH_LABEL_FILES, now=now)
    statement = select(Company.id).where(is_due, *may_ask)
    return (await session.scalars(statement.order_by(Company.id))).all()


async def _to_confirm(session: AsyncSession, *, now: datetime) -> Sequence[int]:
    """Labels of companies that want it, of which nothing was sent so far: what the channel refused is for a person. One whose order is
    held back waits for that; of one whose orders are cancelled nothing leaves.
    """
    orders = exists().where(is_order_of(ShippingLabel, Order))
    was_sent = exists().where(
        ChannelAction.company_id == ShippingLabel.company_id,
        ChannelAction.kind == ChannelActionKind.CONFIRM_SHIPPING_LABEL,
        ChannelAction.subject == ShippingLabel.package_number,
    )
    statement = (
        select(ShippingLabel.id)
        .join(Company, Company.id == ShippingLabel.company_id)
        .where(
            Company.confirm_labels_automatically,
            *schedule.is_ready(JobType.SEND_ORDER_ACTIONS),
            ShippingLabel.status == literally(ShippingLabelStatus.BOUGHT),
            ShippingLabel.warehouse_id.is_not(None),
            ShippingLabel.package_number.is_not(None),
            ShippingLabel.auto_confirm_at <= now + BEFORE_THE_END,
            ~was_sent,
            ~orders.where(Order.status == literally(OrderStatus.ON_HOLD)),
            or_(~orders, orders.where(Order.status != literally(OrderStatus.CANCELLED))),
        )
    )
    return (await session.scalars(statement.order_by(ShippingLabel.id).limit(_BATCH))).all()
