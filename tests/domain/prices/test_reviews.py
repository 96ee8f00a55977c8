"""What Temu's price orders say of an action, as a table."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from domain import clock
from domain.channel_actions.kinds import Absent, Done, NotDone, Unknown, Working
from domain.models import ChannelAction, PriceState
from domain.prices import reviews
from domain.prices.reviews import Asked, Change, Verdict
from domain.temu.prices import PriceMessage, PriceOrderMessage

BLUE, RED = Asked("1", 11, "18.50", "USD"), Asked("2", 12, "17.00", "USD")


def _order(
    status: int,
    skus: str = "1",
    *,
    target: str | None = "18.5",
    number: int = 1,
    final: str | None = None,
    **more: Any,
) -> PriceOrderMessage:
    return PriceOrderMessage(
        price_order_id=number,
        sku_id_list=[*skus],
        status=status,
        target_supplier_price=None if target is None else PriceMessage(target, "USD"),
        supplier_price=None if final is None else PriceMessage(final, "USD"),
        **more,
    )


def _action(
    *asked: Asked,
    known: tuple[str, ...] = (),
    told: dict[str, PriceState] | None = None,
    doubt: int | None = None,
    days: int = 0,
) -> Callable[[], ChannelAction]:
    """Makes an action that is in *doubt* for so many seconds, and was sent so many *days* ago."""
    result = (
        None if told is None else msgspec.to_builtins({sku: Verdict(state) for sku, state in told.items()})
    )

    def make() -> ChannelAction:
        return ChannelAction(
            subject="9",
            parameters=msgspec.to_builtins(Change([*asked], [*known])),
            result=result,
            sent_at=clock.now() - timedelta(days=days),
            in_doubt_since=None if doubt is None else clock.now() - timedelta(seconds=doubt),
        )

    return make


def _states(found: Any) -> dict[str, tuple[str, str | None]]:
    return {sku: (each["state"], each.get("amount")) for sku, each in found.result.items()}


IN_REVIEW = {"1": PriceState.UNDER_REVIEW}


@pytest.mark.parametrize(
    "action, orders, kind, states",
    [
        # In doubt, with nothing of ours there: none, another SKU's, another amount, one of before, a proposal of Temu's own.
        (_action(BLUE, doubt=5), [], Absent, None),
        (_action(BLUE, doubt=5), [_order(100, "2")], Absent, None),
        (_action(BLUE, doubt=5), [_order(100, target="18.49")], Absent, None),
        (_action(BLUE, doubt=5, known=("1",)), [_order(201)], Absent, None),
        (_action(BLUE, doubt=5), [_order(101, pricing_type=1)], Absent, None),
        # Found; the newest counts, and one whose amount isn't told is taken for ours.
        (_action(BLUE, doubt=5), [_order(100)], Working, {"1": ("UNDER_REVIEW", None)}),
        (_action(BLUE, doubt=5), [_order(100, target=None)], Working, {"1": ("UNDER_REVIEW", None)}),
        (_action(BLUE, doubt=5), [_order(201, number=2), _order(206)], Done, {"1": ("ACCEPTED", "18.50")}),
        # A part of a lost call: what is missing may be listed late, and was not taken after a minute.
        (_action(BLUE, RED, doubt=5), [_order(100)], Unknown, None),
        (_action(BLUE, RED, doubt=61), [_order(201)], Done, {"1": ("ACCEPTED", "18.50"), "2": ("REFUSED", None)}),
        # Answered, and followed.
        (_action(BLUE, told=IN_REVIEW), [], Working, {"1": ("UNDER_REVIEW", None)}),
        (_action(BLUE, told=IN_REVIEW, days=6), [], Working, {"1": ("UNDER_REVIEW", None)}),
        (_action(BLUE, told=IN_REVIEW, days=8), [], NotDone, {"1": ("REFUSED", None)}),
        (_action(BLUE, told=IN_REVIEW, days=8), [_order(100)], Working, {"1": ("UNDER_REVIEW", None)}),
        (_action(BLUE, told=IN_REVIEW), [_order(999)], Working, {"1": ("UNDER_REVIEW", None)}),
        (_action(BLUE, told=IN_REVIEW), [_order(204)], Working, {"1": ("UNDER_REVIEW", None)}),
        (
            _action(BLUE, told=IN_REVIEW),
            [_order(101, suggest_supplier_price=PriceMessage("16", "USD"))],
            Working,
            {"1": ("COUNTERED", "16.00")},
        ),
        (_action(BLUE, told=IN_REVIEW), [_order(203, final="16")], Done, {"1": ("ACCEPTED", "16.00")}),
        *((_action(BLUE, told=IN_REVIEW), [_order(each)], NotDone, {"1": ("REFUSED", None)}) for each in (202, 205, 206)),
        # What has ended stays so, whatever comes after.
        (
            _action(BLUE, RED, told=IN_REVIEW | {"2": PriceState.REFUSED}),
            [_order(100, "12", target=None)],
            Working,
            {"1": ("UNDER_REVIEW", None), "2": ("REFUSED", None)},
        ),
    ],
)  # fmt: skip
def test_what_price_orders_say(
    action: Callable[[], ChannelAction],
    orders: list[PriceOrderMessage],
    kind: type,
    states: dict[str, Any] | None,
) -> None:
    """T6, T7: SKU by SKU; what was there before counts for nothing, and what can't be told is left open."""
    found = reviews.follow(action(), orders)
    assert isinstance(found, kind)
    assert states is None or _states(found) == states


def test_an_amount_of_another_currency() -> None:
    """J2: what Temu proposes in another currency than was asked for is no amount in that."""
    order = _order(101, suggest_supplier_price=PriceMessage("300", "MXN"))
    assert reviews.judge(order, BLUE) == Verdict(PriceState.COUNTERED)


@pytest.mark.parametrize("told", [None, "", "x", "NaN", "-1", "1E9", "1" * 13, "0.123456789"])
def test_amounts_that_make_no_sense(told: str | None) -> None:
    """T7: they are no price."""
    assert PriceMessage(told, "USD").read() is None
    assert PriceMessage("18.5", "DOLLARS").read() is None
