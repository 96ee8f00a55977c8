"""Following what buyers ask to have cancelled, as a stage of an import (O15).

Open requests are listed. Those known here as open and not met there have ended, and Temu has no list of what ended
since: so they are asked for by the numbers of their orders. All of it may be repeated without effect.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy import select

from domain.database.upsert import upsert
from domain.errors import CredentialsRefused, Refused
from domain.models import CancellationRequest, CancellationState, Order
from domain.orders import holds, matching, queries
from domain.orders.holds import ended_note
from domain.orders.importing import label_requests
from domain.orders.importing.checkpoint import AddressStage, CancellationStage
from domain.orders.importing.label_requests import is_by_label
from domain.orders.importing.parse import IncomingOrder, Unreadable, read
from domain.orders.importing.parse_cancellations import (
    PENDING_GROUP,
    SHOWN_WITHIN,
    IncomingCancellation,
    UnreadableRequest,
    newest,
    read_cancellation,
    state_of,
)
from domain.orders.importing.write import OrderWriter
from domain.orders.notes import add_notes
from domain.queued_jobs.run import JobRun, Outcome, Step, not_permitted
from domain.temu.client import NUMBERS_A_CALL, TemuClient
from domain.temu.errors import PermissionMissing
from domain.temu.paging import ListIncomplete, read_rows

_SUBJECT = "(cancellation requests)"


class CancellationSync:
    """One run's look at the requests of one mall."""

    def __init__(self, run: JobRun, temu: TemuClient, *, now: datetime, is_semi_managed: bool) -> None:
        self._run = run
        self._temu = temu
        self._now = now
        self._is_semi_managed = is_semi_managed

    async def run(self, at: CancellationStage) -> AddressStage:
        """Hold orders back, let them go on, or follow what was granted. Where Temu refuses the question, orders go on
        as without it, and one outcome says so; that the token may not ask it, testSettings tells, as of amounts.
        """
        outcomes: list[Outcome] = []
        try:
            found = await self._read(outcomes)
        except PermissionMissing as error:
            message = (
                f"Buyers' requests to cancel aren't seen, so their orders aren't held back. {error.message}"
            )
            outcomes = [not_permitted(_SUBJECT, message)] if error.is_apps else []
        except (ListIncomplete, CredentialsRefused):
            raise
        except Refused as error:
            message = f"Buyers' requests to cancel could not be looked at: {error.message}"
            outcomes = [Outcome.skipped(_SUBJECT, "CANCELLATIONS", message)]
        else:
            for start in range(0, len(found), NUMBERS_A_CALL):
                await self._write(found[start : start + NUMBERS_A_CALL])
        after = at.to(AddressStage)
        async with self._run.step(checkpoint=after) as step:
            step.outcomes += outcomes
            await label_requests.open_and_end_by_labels(step.session, self._run.company_id, now=self._now)
            step.remaining = 0
        return after

    async def _read(self, outcomes: list[Outcome]) -> Sequence[IncomingCancellation]:
        listed = newest(_readable(await self._list(group=PENDING_GROUP), outcomes))
        async with self._run.database.read() as session:
            open_ = await holds.open_requests(session, self._run.company_id)
        known = [request for request in open_ if not is_by_label(request)]
        # Asked last, so that of two answers about one request this is the newer.
        asked = sorted({request.channel_order_id for request in known if request.number not in listed})
        for start in range(0, len(asked), NUMBERS_A_CALL):
            rows = await self._list(order_numbers=asked[start : start + NUMBERS_A_CALL])
            listed |= newest(_readable(rows, outcomes))
        for one in known:
            if one.number not in listed and self._now >= one.requested_at + SHOWN_WITHIN:
                # Temu does not list it any more, though it was never seen to end.
                listed[one.number] = IncomingCancellation(
                    one.number, one.channel_order_id, CancellationState.LAPSED, one.requested_at, {}
                )
        return list(listed.values())

    async def _list(self, *, group: int | None = None, order_numbers: Sequence[str] = ()) -> list[Any]:
        """All rows of a list. A request that ends meanwhile leaves a group: then the list is read by a later run (O17)."""
        rows = read_rows(
            lambda page: self._temu.cancellations(page=page, group=group, order_numbers=order_numbers),
            what="requests to cancel",
            check=self._run.check_lease,
        )
        return [row async for _, row in rows]

    async def _write(self, requests: Sequence[IncomingCancellation]) -> None:
        """Write some requests and what follows from them. What has ended follows from the order itself, which is asked
        for once more: it was listed before the request was looked at, and its label may say that it waits.
        """
        ended = {r.order_number for r in requests if r.state is not CancellationState.OPEN}
        orders = {order.number: order for order in await self._fetch_orders(sorted(ended))}
        states = {r.number: state_of(r, orders.get(r.order_number), now=self._now) for r in requests}
        async with self._run.step() as step:
            company = await matching.lock_mappings(step.session, self._run.company_id)
            of_requests = queries.imported(
                self._run.company_id, {request.order_number for request in requests}
            )
            found = await queries.locked(step.session, *of_requests)
            known = {order.channel_order_id: order for order in found}
            rows = [
                {
                    "company_id": self._run.company_id, "number": request.number, "state": request.state,
                    "channel_order_id": request.order_number, "requested_at": request.requested_at,
                }
                for request in requests if request.state is CancellationState.OPEN
            ]  # fmt: skip
            # One that is known stays as it is: open, or ended, which is the newer state (O3).
            await upsert(step.session, CancellationRequest, rows)
            await self._end(step, known, states)
            for request in requests:
                if request.state is CancellationState.GRANTED and request.order_number in known:
                    # Whatever a person decided here: Temu has agreed, and the order only doesn't show it yet.
                    known[request.order_number].cancellation_declined_at = None
            writer = OrderWriter(step.session, company, now=self._now)
            step.outcomes += await writer.write([o for n, o in orders.items() if n in known], [])
            before = {number: order.status for number, order in known.items()}
            await holds.apply(step.session, self._run.company_id, list(known.values()), now=self._now)
            step.outcomes += [
                Outcome.succeeded(
                    number, "UPDATED", is_done=not (order.address_wanted or order.amounts_wanted)
                )
                for number, order in known.items()
                if order.status is not before[number]
            ]

    async def _fetch_orders(self, numbers: Sequence[str]) -> Sequence[IncomingOrder]:
        found: list[IncomingOrder] = []
        for row in (await self._temu.orders_by_number(numbers)).rows if numbers else ():
            # The stage before has told of what can't be read, and the request stays until it can be.
            with suppress(Unreadable):
                found.append(read(row, is_semi_managed=self._is_semi_managed))
        return found

    async def _end(
        self, step: Step, orders: Mapping[str, Order], states: Mapping[str, CancellationState]
    ) -> None:
        statement = select(CancellationRequest).where(
            CancellationRequest.company_id == self._run.company_id,
            CancellationRequest.number.in_(states),
            CancellationRequest.state == CancellationState.OPEN,
        )
        found = (await step.session.scalars(statement)).all()
        notes = []
        for request in found:
            request.state = states[request.number]
            note = ended_note(request)
            order = orders.get(request.channel_order_id)
            if note is not None and order is not None:
                notes.append((order, note))
        await step.session.flush()
        await add_notes(step.session, notes, now=self._now)


def _readable(rows: Sequence[Any], outcomes: list[Outcome]) -> list[IncomingCancellation]:
    """What can be read of *rows*; the others become one outcome, which names the first fault."""
    found: list[IncomingCancellation] = []
    for row in rows:
        try:
            request = read_cancellation(row)
        except UnreadableRequest as fault:
            outcomes.append(Outcome.failed(_SUBJECT, "UNREADABLE", str(fault)))
            continue
        if request is not None:
            found.append(request)
    return found
