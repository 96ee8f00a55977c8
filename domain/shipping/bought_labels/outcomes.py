"""What became of labels that Temu has the order for: read from its answers, and stored with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain import text
from domain.channel_actions.kinds import Done, Found, NotDone, Unknown, Working
from domain.models import ShippingLabel, ShippingLabelStatus
from domain.temu import labels
from domain.temu.labels import ResultRow

LABEL_FAILED, LABEL_CANCELLED = "LABEL_FAILED", "LABEL_CANCELLED"
_RESULT = "labels"
_BETWEEN = ","
_LONGEST_REFERENCE = 200
_LONGEST_NUMBER = 64
_RETRY = (
    "Nothing was paid for it. Try it again with retryShippingLabel, or buy another with buyShippingLabels."
)
# As where its order is cancelled meanwhile. What became of its money no interface tells.
_CANCELLED = (
    "Temu has cancelled this label. Its pieces are free: run importOrders for what is left of the order."
)


@dataclass(frozen=True)
class Standing:
    """Where one label stands at Temu."""

    package_number: str
    failure: str | None
    tracking_number: str | None
    carrier: str | None
    amount: str | None
    currency_code: str | None
    is_cancelled: bool = False


def reference(package_numbers: Sequence[str]) -> str | None:
    """Package numbers as an action keeps them; None where they are too many, and have to be found anew."""
    told = _BETWEEN.join(package_numbers)
    return told if told and len(told) <= _LONGEST_REFERENCE else None


def numbers_of(told: str | None) -> list[str]:
    """The same read."""
    return told.split(_BETWEEN) if told else []


def judge(
    rows: Sequence[ResultRow], pieces: Sequence[Mapping[str, int]], package_numbers: Sequence[str]
) -> Found:
    """What Temu's rows say of labels whose parcels hold *pieces*."""
    by_number = {text.shown(row.package_sn): row for row in rows}
    ordered = in_order([by_number.get(number) for number in package_numbers], pieces)
    if any(row is None for row in ordered):
        return Unknown()
    known = [row for row in ordered if row is not None]
    statuses = {row.shipping_label_status for row in known}
    if not statuses <= {labels.WORKING, labels.MADE, labels.FAILED, labels.CANCELLED}:
        return Unknown()
    if labels.WORKING in statuses:
        return Working(reference(package_numbers))
    standings = [_standing(row) for row in known]
    result = {_RESULT: [vars(each) for each in standings]}
    failures = [each.failure for each in standings if each.failure is not None]
    if not failures:
        return Done(reference(package_numbers), result)
    if all(each.is_cancelled for each in standings):
        return NotDone(LABEL_CANCELLED, _CANCELLED, result)
    many = f"{len(failures)} of {len(standings)} labels failed. " if len(standings) > 1 else ""
    return NotDone(LABEL_FAILED, f"{many}Temu could not make the label: {failures[0]} {_RETRY}", result)


def in_order(
    rows: Sequence[ResultRow | None], pieces: Sequence[Mapping[str, int]]
) -> Sequence[ResultRow | None]:
    """Rows in the order of the parcels that they are of, by what they hold where each tells it, or else as they are."""
    left = list(rows)
    found: list[ResultRow | None] = []
    for wanted in pieces:
        row = next(
            (r for r in left if r is not None and labels.contents(r.order_send_info_list) == wanted), None
        )
        if row is None:
            return rows
        left.remove(row)
        found.append(row)
    return found


def standings(answer: Done | NotDone) -> Sequence[Standing]:
    """What an end tells of each label; nothing where Temu never had the order for them."""
    return [Standing(**each) for each in (answer.result or {}).get(_RESULT, ())]


async def of_action(session: AsyncSession, action_id: int) -> Sequence[ShippingLabel]:
    """The labels that an action is to buy, or to try again, in the order of its parcels."""
    statement = select(ShippingLabel).where(ShippingLabel.action_id == action_id).order_by(ShippingLabel.id)
    return (await session.scalars(statement.with_for_update())).all()


async def store_numbers(session: AsyncSession, rows: Sequence[ShippingLabel], numbers: Sequence[str]) -> None:
    """Temu has the order: its package numbers, where it told one for each."""
    for row in rows:
        row.status = ShippingLabelStatus.WORKING
        row.failure_code = row.failure = None
    if len(numbers) == len(rows):
        for row, number in zip(rows, numbers, strict=True):
            await _store_number(session, row, number)


async def forget_numbers(
    session: AsyncSession, rows: Sequence[ShippingLabel], standings: Sequence[Standing]
) -> None:
    """Take numbers off labels that are another's of them after all: they were told in another order than asked for."""
    for row, found in zip(rows, standings, strict=False):
        if row.package_number != found.package_number:
            row.package_number = None
    await session.flush()


async def store_standing(
    session: AsyncSession, row: ShippingLabel, found: Standing, *, since: datetime | None, now: datetime
) -> None:
    """A label that was ordered at *since* is made, or failed."""
    await _store_number(session, row, found.package_number)
    row.carrier = found.carrier or row.carrier
    if found.amount is not None and found.currency_code == row.currency_code:
        row.estimated_amount = Decimal(found.amount)
    if found.failure is not None:
        row.status = ShippingLabelStatus.CANCELLED if found.is_cancelled else ShippingLabelStatus.FAILED
        row.failure_code = LABEL_CANCELLED if found.is_cancelled else LABEL_FAILED
        row.failure = found.failure
        return
    row.failure_code = row.failure = None
    row.tracking_number = found.tracking_number
    bought(row, since=since, now=now)


def bought(row: ShippingLabel, *, since: datetime | None, now: datetime) -> None:
    """A label is made. Temu counts from when that was, which is after it was ordered: from then, to be on the safe side."""
    row.status, row.bought_at = ShippingLabelStatus.BOUGHT, now
    row.auto_confirm_at = (since or now) + timedelta(hours=row.ship_later_hours or 0)


async def _store_number(session: AsyncSession, row: ShippingLabel, number: str) -> None:
    if row.package_number == number or not number or len(number) > _LONGEST_NUMBER:
        return
    same = select(ShippingLabel.id).where(
        ShippingLabel.company_id == row.company_id, ShippingLabel.package_number == number
    )
    # It may have come in as one bought elsewhere, before its answer did: that row has it then.
    if await session.scalar(same) is None:
        row.package_number = number
        await session.flush()


def _standing(row: ResultRow) -> Standing:
    is_cancelled = row.shipping_label_status == labels.CANCELLED
    failure = (
        (labels.reason(row) or "Temu gives no reason.")
        if row.shipping_label_status == labels.FAILED
        else None
    )
    cost = labels.amount(row.estimated_amount)
    return Standing(
        package_number=text.shown(row.package_sn),
        failure=_CANCELLED if is_cancelled else failure,
        tracking_number=text.shown(row.tracking_number)[:200] or None,
        carrier=text.shown(row.shipping_company_name)[:200] or None,
        amount=None if cost is None else format(cost, "f"),
        currency_code=text.shown(row.estimated_currency_code).upper() or None,
        is_cancelled=is_cancelled,
    )
