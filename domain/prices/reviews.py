"""What Temu's price orders say of the prices that it was asked for. Pure.

A row of Temu's names no number that the answer to a change named [A], so an order is known by what it is about: it was not there
before the change, a seller asked for it, and it holds the SKU and the amount.
"""

from collections.abc import Collection, Sequence
from datetime import timedelta
from decimal import Decimal

import msgspec

from domain import clock
from domain.channel_actions.kinds import Absent, Done, Found, NotDone, Unknown, Working
from domain.models import ChannelAction, PriceState
from domain.temu.errors import one_line
from domain.temu.prices import Price, PriceMessage, PriceOrderMessage

# Statuses of a price order, by two copies of Temu's guide [A]. Any other is one of an order that is still open.
_ACCEPTED = {201: None, 203: None}
_REFUSED = {
    202: "Temu refuses this price.",
    205: "The seller has declined Temu's answer.",
    206: "Temu refuses this price.",
}
_COUNTERED = 101
# Until an order that was opened just now is listed: readings lag some seconds [B: of stock], and more is allowed for.
_LISTED_AFTER = timedelta(seconds=60)
# What was taken and is in no list after so long is followed no more [C].
_LISTED_WITHIN = timedelta(days=7)
_ADVICE = "Ask for another with updatePrices, or see to it in the seller centre."


class Asked(msgspec.Struct, frozen=True, rename="camel"):
    """One SKU of a change, as the action has it."""

    sku: str
    product_id: int
    amount: str
    currency_code: str
    reason: str | None = None

    @property
    def price(self) -> Price:
        """What it is to cost."""
        return Price(Decimal(self.amount), self.currency_code)


class Change(msgspec.Struct, frozen=True):
    """The parameters of an action: what is asked for, and the ids of the goods' price orders that there were before."""

    prices: list[Asked]
    known: list[str] = []


class Verdict(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """Where one SKU stands. *amount*: what it costs by now where that is ACCEPTED; where it is COUNTERED, what Temu would take."""

    state: PriceState
    amount: str | None = None
    code: str | None = None
    message: str | None = None


Verdicts = dict[str, Verdict]
_LOST = Verdict(
    PriceState.REFUSED,
    None,
    "NOT_LISTED",
    f"Temu took it, and has listed no price order of it for a week. Look in the seller centre what it costs. {_ADVICE}",
)


def change_of(action: ChannelAction) -> Change:
    """What an action asks for."""
    return msgspec.convert(action.parameters, Change)


def verdicts_of(result: object) -> Verdicts:
    """What the result of an action says, SKU by SKU."""
    return msgspec.convert(result or {}, Verdicts)


def is_open(order: PriceOrderMessage) -> bool:
    """Whether Temu has not decided of a price order, so that the SKU takes no other price meanwhile [A]."""
    return order.status not in {*_ACCEPTED, *_REFUSED}


def find(
    asked: Asked, orders: Sequence[PriceOrderMessage], known: Collection[str]
) -> PriceOrderMessage | None:
    """The price order that a change has opened for a SKU, of *orders* the newest first; None where there is none."""
    for order in orders:
        target = None if order.target_supplier_price is None else order.target_supplier_price.read()
        if (
            order.is_sellers
            and str(order.price_order_id) not in known
            and asked.sku in map(str, order.sku_id_list or ())
            and target in {None, asked.price}
        ):
            return order
    return None


def judge(order: PriceOrderMessage, asked: Asked) -> Verdict:
    """What a price order says of a SKU."""
    if order.status in _ACCEPTED:
        return Verdict(PriceState.ACCEPTED, _amount(order.supplier_price, asked) or asked.amount)
    if order.status in _REFUSED:
        words = ", ".join(one_line(each) for each in (order.reject_type_desc, order.reason) if each)
        message = f"{_REFUSED[order.status]}{f' ({words})' if words else ''} {_ADVICE}"
        return Verdict(PriceState.REFUSED, None, f"PRICE_ORDER_{order.status}", message)
    if order.status == _COUNTERED:
        return Verdict(PriceState.COUNTERED, _amount(order.suggest_supplier_price, asked))
    return Verdict(PriceState.UNDER_REVIEW)


def _amount(message: PriceMessage | None, asked: Asked) -> str | None:
    """In the currency that was asked for; None where Temu tells none in it."""
    price = None if message is None else message.read()
    return None if price is None or price.currency_code != asked.currency_code else f"{price.amount:f}"


def follow(action: ChannelAction, orders: Sequence[PriceOrderMessage]) -> Found:
    """What became of an action, by the goods' price orders as they are now."""
    change, told = change_of(action), verdicts_of(action.result)
    found: Verdicts = {}
    for asked in change.prices:
        order = find(asked, orders, change.known)
        earlier = told.get(asked.sku)
        if earlier is not None and earlier.state in {PriceState.ACCEPTED, PriceState.REFUSED}:
            found[asked.sku] = earlier
        elif order is not None:
            found[asked.sku] = judge(order, asked)
        elif earlier is not None:
            # Taken, as the answer said, and not listed yet; else the goods would wait for ever.
            is_lost = action.sent_at is not None and clock.now() - action.sent_at > _LISTED_WITHIN
            found[asked.sku] = _LOST if is_lost else earlier
    if not found:
        return Absent()
    if len(found) < len(change.prices):
        # The answer was lost, and Temu took some of its SKUs alone.
        since = action.in_doubt_since
        if since is not None and clock.now() - since < _LISTED_AFTER:
            return Unknown()
        message = f"Temu has opened no price order for this SKU, and its answer was lost. {_ADVICE}"
        left_out = Verdict(PriceState.REFUSED, None, "NOT_TAKEN", message)
        found |= {asked.sku: left_out for asked in change.prices if asked.sku not in found}
    return conclude(found, reference=action.reference)


def conclude(verdicts: Verdicts, *, reference: str | None = None) -> Done | NotDone | Working:
    """An action ends with its last SKU: done where Temu has taken one at least."""
    result = msgspec.to_builtins(verdicts)
    states = {each.state for each in verdicts.values()}
    if states <= {PriceState.ACCEPTED, PriceState.REFUSED}:
        if PriceState.ACCEPTED in states:
            return Done(reference, result)
        first = next(iter(verdicts.values()))
        return NotDone(first.code or "REFUSED", first.message or "", result)
    return Working(reference, result=result)
