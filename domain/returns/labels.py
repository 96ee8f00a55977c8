"""Giving a buyer a label for a return, where Temu asks for one: its file lies sealed here until Temu has it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain import documents, files, text
from domain.access import rows
from domain.access.principal import Principal
from domain.channel_actions import requests
from domain.channel_actions.kinds import Absent, Done, Ended, Found, NotDone, Sent, Unknown, Working
from domain.database.upsert import upsert
from domain.errors import Conflict, Invalid
from domain.models import (
    ChannelAction,
    ChannelActionKind,
    File,
    Return,
    ReturnLabel,
    ReturnOperation,
    ReturnStatus,
)
from domain.resources import Resources, place_of_return_label
from domain.returns.parse import STATUSES, told_operations
from domain.returns.refunds import record_end
from domain.secrets import SecretBox, UnsealError
from domain.shipping import matching
from domain.shipping.labels import checked_number
from domain.shipping.matching import Carrier, NoMatch
from domain.temu import returns
from domain.temu.client import TemuClient
from domain.temu.messages import id_number
from domain.temu.regions import region_id_of_order
from domain.temu.returns import ReturnLabelMessage, ReturnWarehouse

_FIELD = ("returnId",)
_LONGEST = 200
# What a return is once the buyer has a label [C]: no page says it.
_HAS_LABEL = (ReturnStatus.RETURN_REQUESTED, ReturnStatus.IN_TRANSIT, ReturnStatus.RECEIVED)
# pickUpTimeScheduleMode [A].
_AS_THE_BUYER_CHOSE, _AT_THE_LATEST = 1, 3


@dataclass(frozen=True)
class LabelInput:
    """A label: its file, who carries it by which number, and where to; without a warehouse, to the only one that Temu offers."""

    file_id: int
    carrier: str
    tracking_number: str
    warehouse: str | None = None


async def upload(
    session: AsyncSession,
    label: LabelInput,
    *,
    by: Principal,
    return_id: int,
    secrets: SecretBox,
    now: datetime,
) -> ChannelAction:
    """Have Temu give the buyer a label. The file that was handed in is taken, and lies sealed from then on. Raises NotFound,
    NotConfigured, Required, Invalid, and Conflict where Temu wants no label.
    """
    row = await rows.get(session, Return, return_id, by=by, for_update=True)
    carrier = text.line(label.carrier, field=("carrier",), at_most=_LONGEST)
    number = checked_number(label.tracking_number, field=("trackingNumber",))
    warehouse = label.warehouse and text.line(label.warehouse, field=("returnWarehouse",), at_most=_LONGEST)
    parameters = {
        "orderNumber": row.channel_order_id,
        "file": label.file_id,
        "carrier": carrier,
        "trackingNumber": number,
        "warehouse": warehouse,
    }
    if not await _is_open(session, row):
        if ReturnOperation.UPLOAD_LABEL.value not in row.available_operations:
            message = f"Temu asks for no label for this return: it is {row.status.value}. Run importReturns for its latest state."
            raise Conflict(message, field=_FIELD)
        await _store(session, row, label.file_id, by=by, secrets=secrets, now=now)
    return await requests.request(
        session,
        ChannelActionKind.UPLOAD_RETURN_LABEL,
        by=by,
        company_id=row.company_id,
        subject=row.channel_return_id,
        parameters=parameters,
        order_id=row.order_id,
        is_once=False,
        now=now,
        field=_FIELD,
    )


async def _is_open(session: AsyncSession, row: Return) -> bool:
    """Whether a label of it is being uploaded, whose file was taken then."""
    open_ = select(func.count()).where(
        ChannelAction.company_id == row.company_id,
        ChannelAction.kind == ChannelActionKind.UPLOAD_RETURN_LABEL,
        ChannelAction.subject == row.channel_return_id,
        ChannelAction.ended_at.is_(None),
    )
    return bool(await session.scalar(open_))


async def _store(
    session: AsyncSession, row: Return, file_id: int, *, by: Principal, secrets: SecretBox, now: datetime
) -> None:
    file = await files.get(session, by=by, file_id=file_id)
    if file.media_type not in documents.MEDIA_TYPES:
        message = "A label is a PDF or a PNG, which was handed in with POST /files."
        raise Invalid(message, field=("fileId",))
    content = documents.open_document(secrets, await files.content(session, file.id))
    sealed, hidden = secrets.seal_file(content, place=place_of_return_label(row.id))
    label = {
        "return_id": row.id, "company_id": row.company_id, "media_type": file.media_type,
        "sha256": hashlib.sha256(content).hexdigest(), "sealed": sealed, "content": hidden, "created_at": now,
    }  # fmt: skip
    news = ("media_type", "sha256", "sealed", "content", "created_at")
    await upsert(session, ReturnLabel, [label], key=("return_id",), news=news)
    # It names the buyer, and nobody needs it as it came.
    await session.execute(delete(File).where(File.id == file_id))


class UploadReturnLabel:
    """Giving a buyer a label; the subject is the return's number."""

    def __init__(self, resources: Resources) -> None:
        self._resources = resources

    async def send(self, temu: TemuClient, action: ChannelAction) -> Sent:
        """Upload the file, and then the label with its address. What comes before the last call may be done again."""
        parameters, number = action.parameters, action.subject
        order_number = parameters["orderNumber"]
        file = await self._file(action)
        if file is None:
            return NotDone(
                "FILE_GONE",
                "The file of the label is not kept any more, or can't be opened. Upload it again.",
            )
        prepared = await returns.prepare_label(temu, number, order_number)
        warehouse = _warehouse(prepared.available_return_warehouse_list or [], parameters["warehouse"])
        if isinstance(warehouse, NotDone):
            return warehouse
        carrier = _carrier(
            await returns.carriers(temu, await _region_of(temu, warehouse, order_number)),
            parameters["carrier"],
        )
        if isinstance(carrier, NotDone):
            return carrier
        media_type, content = file
        name = f"label.{documents.SUFFIX[media_type]}"
        url = await returns.upload_file(temu, name=name, media_type=media_type, content=content)
        label = {
            "mallWarehouseId": str(warehouse.warehouse_id),
            "returnLabelUrl": url,
            "carrierId": id_number(carrier.id),
            "trackingNumber": parameters["trackingNumber"],
        }
        await returns.upload_label(temu, number, order_number, label=label, pick_up=_pick_up(prepared))
        return Done()

    async def look_up(self, temu: TemuClient, action: ChannelAction) -> Found:
        """Whether Temu still asks for the label."""
        message = await returns.detail(temu, action.subject, action.parameters["orderNumber"])
        status = STATUSES.get(message.parent_after_sales_status or 0)
        if ReturnOperation.UPLOAD_LABEL.value in told_operations(message):
            return Absent()
        if status in _HAS_LABEL:
            return Done()
        if status in {None, ReturnStatus.LABEL_REQUESTED, ReturnStatus.IN_REVIEW}:
            return Unknown()
        return NotDone("ENDED", "The return has ended, so no label is wanted any more.")

    async def record(
        self, session: AsyncSession, action: ChannelAction, answer: Ended | Working, *, now: datetime
    ) -> None:
        """Forget the file, and have the return brought in as it is now."""
        of_return = select(Return.id).where(
            Return.company_id == action.company_id, Return.channel_return_id == action.subject
        )
        forgotten = update(ReturnLabel).where(ReturnLabel.return_id.in_(of_return))
        await session.execute(forgotten.values(sealed=None, content=None))
        await record_end(session, action, answer, ReturnOperation.UPLOAD_LABEL, now=now)

    async def _file(self, action: ChannelAction) -> tuple[str, bytes] | None:
        """The label's media type and what it holds; None where it is gone."""
        statement = (
            select(ReturnLabel.return_id, ReturnLabel.media_type, ReturnLabel.sealed, ReturnLabel.content)
            .join(Return, Return.id == ReturnLabel.return_id)
            .where(Return.company_id == action.company_id, Return.channel_return_id == action.subject)
        )
        async with self._resources.database.read() as session:
            found = (await session.execute(statement)).one_or_none()
        if found is None or found.sealed is None or found.content is None:
            return None
        place = place_of_return_label(found.return_id)
        try:
            content = self._resources.secrets.open_file(found.sealed, found.content, place=place)
        except UnsealError:
            return None
        return found.media_type, content


def _warehouse(offered: Sequence[ReturnWarehouse], wanted: str | None) -> ReturnWarehouse | NotDone:
    """The place that the label goes to, by its name or number."""
    names = [str(each.warehouse_name or each.warehouse_id) for each in offered]
    if wanted is None:
        found = [each for each in offered if each.warehouse_id is not None]
    else:
        key = wanted.casefold()
        found = [
            each
            for each, name in zip(offered, names, strict=True)
            if key in {name.casefold(), str(each.warehouse_id).casefold()} and each.warehouse_id is not None
        ]
    if len(found) == 1:
        return found[0]
    told = ", ".join(names) or "none"
    return NotDone(
        "WAREHOUSE", f"Name one of the places that Temu takes this return at as returnWarehouse: {told}."
    )


def _carrier(offered: Sequence[returns.ReturnCarrier], wanted: str) -> Carrier | NotDone:
    known = [Carrier(str(each.carrier_id), str(each.carrier_name or ""), "") for each in offered]
    try:
        return matching.carrier(wanted, known)
    except NoMatch as fault:
        told = ", ".join(fault.nearest) or "none"
        return NotDone("CARRIER", f"Temu knows no carrier of returns named {wanted}. The nearest: {told}.")


async def _region_of(temu: TemuClient, warehouse: ReturnWarehouse, order_number: str) -> int:
    """The region of a place; of one that the mall doesn't ship from, that of the order, which the buyer sends from [C]."""
    for address in await temu.shipping_addresses():
        if str(address.warehouse_id) == str(warehouse.warehouse_id) and address.region_id1 is not None:
            return address.region_id1
    return region_id_of_order(order_number) or 0


def _pick_up(prepared: ReturnLabelMessage) -> Mapping[str, Any]:
    """When it is fetched, where the buyer wants that: at the first time that the buyer chose, or at Temu's latest moment."""
    for each in prepared.user_selected_pick_up_time_list or []:
        if each.start_timestamp and each.end_timestamp:
            chosen = {"startTimestamp": each.start_timestamp, "endTimestamp": each.end_timestamp}
            return {"pickUpTimeScheduleMode": _AS_THE_BUYER_CHOSE, **chosen}
    latest = prepared.merchant_latest_pick_up_time
    return {"pickUpTimeScheduleMode": _AT_THE_LATEST, "latestTimestamp": latest} if latest else {}


async def forget_old(session: AsyncSession, *, before: datetime) -> int:
    """Forget files of labels that were never told, as of an action that was taken back; returns how many."""
    old = update(ReturnLabel).where(ReturnLabel.created_at < before, ReturnLabel.sealed.is_not(None))
    forgotten = old.values(sealed=None, content=None).returning(ReturnLabel.return_id)
    return len((await session.scalars(forgotten)).all())
