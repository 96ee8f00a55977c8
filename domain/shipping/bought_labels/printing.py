"""Printing labels together: a link to one PDF of their files, which is put together when it is fetched and stored nowhere."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from urllib.parse import quote

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from domain import audit, clock
from domain.access import rows
from domain.access.principal import Principal
from domain.errors import Conflict, Invalid, LimitExceeded, NotFound, Refused, Required
from domain.inventory.mutation_transaction import run_in_transaction
from domain.models import Role, ShippingLabel, ShippingLabelFile
from domain.resources import Resources, place_of_label_file
from domain.secrets import SecretBox, UnsealError
from domain.shipping.bought_labels import files, sheet
from domain.shipping.bought_labels.sheet_messages import SheetLimits

PATH = "/files/shipping-labels.pdf"
AT_MOST = 100
LASTS = timedelta(minutes=10)
_PLACE = "shipping_labels|link"
_FIELD = "labelIds"
_GONE = "This link is good no longer, or never was. Ask for another one with printShippingLabels."
_FETCHED_AGAIN = "The file of this label is not here yet, and is being fetched. Try again in a moment."
_KEY_GONE = "The file of this label can't be opened any more, as the server's keys have changed. Print it from the seller centre."
_ERASED = "The file of this label was erased with the buyer's data."


@dataclass(frozen=True)
class SheetLink:
    """Where the PDF can be fetched, and until when."""

    url: str
    expires_at: datetime


class _Missing(Conflict):
    """A file is not here, and may come."""


async def print_labels(
    resources: Resources, *, by: Principal, label_ids: Sequence[int], now: datetime
) -> SheetLink:
    """A link to the files of labels, in this order; what is not here is fetched. Raises NotFound, Required, Invalid, LimitExceeded,
    and Conflict for a label whose file is not here.
    """
    by.require(Role.OPERATE)
    try:
        companies = await run_in_transaction(resources.database, _print, by=by, label_ids=label_ids, now=now)
    except _Missing:
        await run_in_transaction(resources.database, files.want_again, label_ids, by=by, now=now)
        raise
    until = (now + LASTS).replace(microsecond=0)
    told = "|".join((_listed(companies), str(int(until.timestamp())), _listed(label_ids)))
    token = resources.secrets.seal(told, place=_PLACE)
    return SheetLink(f"{PATH}?token={quote(token)}", until)


async def _print(
    session: AsyncSession, *, by: Principal, label_ids: Sequence[int], now: datetime
) -> Collection[int]:
    """Record who was given these labels; returns the companies that they are of."""
    if not label_ids:
        raise Required("Name at least one label.", field=(_FIELD,))
    if len(label_ids) > AT_MOST:
        raise LimitExceeded(f"At most {AT_MOST} labels a sheet.", field=(_FIELD,))
    companies, size = set[int](), 0
    # In one order, so that two who print the same labels wait for each other.
    for i, label_id in sorted(enumerate(label_ids), key=itemgetter(1, 0)):
        try:
            label = await rows.get(session, ShippingLabel, label_id, by=by)
            if label_id in label_ids[:i]:
                raise Invalid("This label stands twice in this call.")
            size += await _record(session, label, now=now)
        except Refused as error:
            error.field = (_FIELD, str(i))
            raise
        companies.add(label.company_id)
    if size > SheetLimits().bytes:
        raise LimitExceeded("These label files are too large together. Print fewer at once.", field=(_FIELD,))
    return companies


async def _record(session: AsyncSession, label: ShippingLabel, *, now: datetime) -> int:
    """Record that a label is printed; returns the bytes of its file. Raises Conflict."""
    file = await session.get(ShippingLabelFile, label.id)
    if file is not None and file.erased_at is not None:
        raise Conflict(_ERASED)
    if file is None or file.fetched_at is None:
        raise _Missing(f"{_FETCHED_AGAIN} {file.error if file and file.error else ''}".strip())
    before = file.printed_at
    file.printed_at = before or now
    audit.record(session, label, "printedAt", before and clock.rfc3339(before), clock.rfc3339(now))
    return file.size or 0


async def sheet_of(resources: Resources, token: str, *, now: datetime) -> bytes:
    """The PDF that a link is to. Raises NotFound, LimitExceeded, Invalid for a file that can't be read, and Unavailable."""
    companies, label_ids = open_link(resources.secrets, token, now=now)
    database = resources.limited_to(companies).database
    contents: list[bytes] = []
    async with database.read() as session:
        for label_id in label_ids:
            file = await session.get(
                ShippingLabelFile, label_id, options=[undefer(ShippingLabelFile.content)]
            )
            if file is None or file.content is None or file.sealed is None:
                raise NotFound(_ERASED)
            place = place_of_label_file(label_id)
            try:
                contents.append(resources.secrets.open_file(file.sealed, file.content, place=place))
            except UnsealError:
                raise NotFound(_KEY_GONE) from None
    try:
        return await sheet.put_together(contents)
    except sheet.UnreadableFile as error:
        async with database.read() as session:
            of_label = select(ShippingLabel.tracking_number).where(
                ShippingLabel.id == label_ids[error.position]
            )
            number = await session.scalar(of_label)
        error.message = f"{number}: {error.message}"
        raise


def open_link(box: SecretBox, token: str, *, now: datetime) -> tuple[list[int], list[int]]:
    """The companies and the labels of a link. Raises NotFound."""
    try:
        companies, until, label_ids = box.open(token, place=_PLACE).split("|")
    except UnsealError:
        raise NotFound(_GONE) from None
    if datetime.fromtimestamp(int(until), UTC) <= now:
        raise NotFound(_GONE)
    return list(map(int, companies.split(","))), list(map(int, label_ids.split(",")))


def _listed(numbers: Collection[int]) -> str:
    return ",".join(map(str, numbers))
