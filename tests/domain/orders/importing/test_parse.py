"""Temu's order rows: what is read from them, and what can't be."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.models import FulfilledBy, OrderLabel
from domain.orders.importing.parse import (
    ChannelState,
    IncomingItem,
    IncomingOrder,
    Unreadable,
    number_of,
    read,
)


def _row() -> dict[str, Any]:
    return {
        "parentOrderMap": {
            "parentOrderSn": "PO-211-1",
            "parentOrderStatus": 2,
            "parentOrderTime": 1_700_000_000,
            "updateTime": 1_700_000_100,
            "expectShipLatestTime": 1_700_200_000,
            "regionId": 211,
            "unknown": {"to": "us"},
        },
        "orderList": [
            {
                "orderSn": "211-1",
                "orderStatus": 2,
                "goodsId": 601099512345678,
                "skuId": "17592186044416",
                "quantity": 2,
                "originalOrderQuantity": 3,
                "canceledQuantityBeforeShipment": 1,
                "goodsName": "Łampa 北京",
                "fulfillmentType": "fulfillBySeller",
            }
        ],
    }


def _with(holder: str, name: str, value: object) -> dict[str, Any]:
    """A row with another value in one place; Ellipsis takes it out."""
    row = _row()
    place = {"": row, "parentOrderMap": row["parentOrderMap"], "orderList": row["orderList"][0]}[holder]
    if value is ...:
        del place[name]
    else:
        place[name] = value
    return row


def _line(**values: Any) -> dict[str, Any]:
    row = _row()
    row["orderList"][0].update(values)
    return row


def test_a_row_is_read() -> None:
    """O2: number, state, times, region and items are read, ids as text."""
    assert read(_row()) == IncomingOrder(
        number="PO-211-1",
        state=ChannelState.UNSHIPPED,
        ordered_at=datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC),
        updated_at=datetime(2023, 11, 14, 22, 15, tzinfo=UTC),
        latest_ship_at=datetime(2023, 11, 17, 5, 46, 40, tzinfo=UTC),
        region_id=211,
        items=[
            IncomingItem(
                number="211-1",
                state=ChannelState.UNSHIPPED,
                website_product_id="601099512345678",
                website_product_variant_id="17592186044416",
                title="Łampa 北京",
                quantity=3,
                cancelled=1,
                fulfilled_by=FulfilledBy.SELLER,
            )
        ],
    )


@pytest.mark.parametrize(
    "remaining,ordered,cancelled,expected",
    [
        (2, 3, 1, (3, 1)),
        (3, 3, 0, (3, 0)),
        (0, 3, 3, (3, 3)),
        (2, 3, None, (3, 1)),
        (2, None, 1, (3, 1)),
        (2, None, None, (2, 0)),
        (2, 0, 0, (2, 0)),
        (None, 3, 1, (3, 1)),
        (None, 3, None, (3, 0)),
        ("2", "3", "1", (3, 1)),
        (5, 3, None, (5, 0)),
        (3, 1, 0, (3, 0)),
    ],
)
def test_quantities(remaining: object, ordered: object, cancelled: object, expected: tuple[int, int]) -> None:
    """O8: pieces ordered and cancelled are right whichever of Temu's three fields is absent."""
    row = _line(quantity=remaining, originalOrderQuantity=ordered, canceledQuantityBeforeShipment=cancelled)

    (item,) = read(row).items

    assert (item.quantity, item.cancelled) == expected


@pytest.mark.parametrize(
    "quantities",
    [
        {"quantity": 0, "originalOrderQuantity": 0, "canceledQuantityBeforeShipment": 0},
        {"quantity": None, "originalOrderQuantity": None, "canceledQuantityBeforeShipment": None},
        {"originalOrderQuantity": -1},
        {"originalOrderQuantity": 3, "canceledQuantityBeforeShipment": 4},
        {"originalOrderQuantity": 3, "canceledQuantityBeforeShipment": -1},
        {"originalOrderQuantity": 1_000_001, "canceledQuantityBeforeShipment": 0},
    ],
)
def test_quantities_that_make_no_sense(quantities: dict[str, Any]) -> None:
    """O10: an order whose quantities contradict each other is not guessed at."""
    with pytest.raises(Unreadable, match="Temu's quantities of 211-1 make no sense"):
        read(_line(**quantities))


@pytest.mark.parametrize(
    "parent,line,state,cancelled",
    [
        (2, 2, ChannelState.UNSHIPPED, 1),
        (2, None, ChannelState.UNSHIPPED, 1),
        (2, 3, ChannelState.CANCELLED, 3),
        (3, 2, ChannelState.UNSHIPPED, 1),
        (4, 2, ChannelState.SHIPPED, 1),
        (4, 3, ChannelState.CANCELLED, 3),
        (5, 4, ChannelState.DELIVERED, 1),
        (41, 4, ChannelState.SHIPPED, 1),
        (41, 2, ChannelState.UNSHIPPED, 1),
        (51, 5, ChannelState.DELIVERED, 1),
        (1, 1, ChannelState.PENDING, 1),
    ],
)
def test_states(parent: int, line: int | None, state: ChannelState, cancelled: int) -> None:
    """O8, O11: a shipped or delivered parent has shipped all that isn't cancelled; a cancelled item has no piece left."""
    row = _line(orderStatus=line)
    row["parentOrderMap"]["parentOrderStatus"] = parent

    (item,) = read(row).items

    assert (item.state, item.cancelled) == (state, cancelled)


@pytest.mark.parametrize(
    "fulfilment,expected",
    [
        (None, FulfilledBy.SELLER),
        ("", FulfilledBy.SELLER),
        ("fulfillBySeller", FulfilledBy.SELLER),
        ("fulfillByCooperativeWarehouse", FulfilledBy.CHANNEL),
        ("something new", FulfilledBy.CHANNEL),
    ],
)
def test_fulfilment(fulfilment: str | None, expected: FulfilledBy) -> None:
    """O12: what anyone but the seller fulfils is told apart."""
    assert read(_line(fulfillmentType=fulfilment)).items[0].fulfilled_by is expected


@pytest.mark.parametrize(
    "holder,name,value,number,reason",
    [
        ("parentOrderMap", "parentOrderStatus", ..., "PO-211-1", "without parentOrderStatus"),
        ("parentOrderMap", "parentOrderStatus", 99, "PO-211-1", "parentOrderStatus 99, which"),
        ("parentOrderMap", "parentOrderStatus", [2], "PO-211-1", "parentOrderStatus"),
        ("parentOrderMap", "parentOrderTime", None, "PO-211-1", "without parentOrderTime"),
        ("parentOrderMap", "parentOrderTime", -5, "PO-211-1", "without parentOrderTime"),
        ("parentOrderMap", "parentOrderTime", 10**30, "PO-211-1", "which is no moment"),
        ("parentOrderMap", "updateTime", {"a": 1}, "PO-211-1", "updateTime"),
        ("", "orderList", [], "PO-211-1", "without any item"),
        ("", "orderList", None, "PO-211-1", "without any item"),
        ("", "orderList", "x", "PO-211-1", "orderList"),
        ("orderList", "orderSn", ..., "PO-211-1", "without its order number"),
        ("orderList", "orderSn", "x" * 65, "PO-211-1", "without its order number"),
        ("orderList", "orderSn", "2\0", "PO-211-1", "without its order number"),
        ("orderList", "goodsId", ..., "PO-211-1", "without goodsId"),
        ("orderList", "skuId", "abc", "PO-211-1", "without skuId"),
        ("orderList", "skuId", "١٢", "PO-211-1", "without skuId"),
        ("orderList", "orderStatus", 7, "PO-211-1", "orderStatus 7, which"),
        ("parentOrderMap", "parentOrderSn", ..., None, "without a parent order number"),
        ("parentOrderMap", "parentOrderSn", "", None, "without a parent order number"),
        ("parentOrderMap", "parentOrderSn", "x" * 65, None, "without a parent order number"),
        ("parentOrderMap", "parentOrderSn", "P\0", None, "without a parent order number"),
        ("parentOrderMap", "parentOrderSn", True, None, "without a parent order number"),
        ("", "parentOrderMap", [], None, "without a parent order number"),
        ("", "parentOrderMap", ..., None, "without a parent order number"),
    ],
)
def test_what_can_not_be_read(holder: str, name: str, value: object, number: str | None, reason: str) -> None:
    """O10: an order that can't be read tells its number, where it has one, and what is wrong."""
    with pytest.raises(Unreadable) as unreadable:
        read(_with(holder, name, value))

    assert unreadable.value.number == number
    assert unreadable.value.subject == (number or "(order without number)")
    assert reason in unreadable.value.reason


@pytest.mark.parametrize("row", [None, 5, "x", [], ["parentOrderMap"], {"parentOrderMap": "x"}])
def test_a_row_that_is_none(row: object) -> None:
    """O10: whatever stands where a row should be has no number, and is never an error of another kind."""
    assert number_of(row) is None
    with pytest.raises(Unreadable):
        read(row)


def test_what_may_be_absent() -> None:
    """O2, O9: pending orders have no ship-by time; update time, region and title may be missing as well."""
    row = _row()
    row["parentOrderMap"].update(expectShipLatestTime=0, updateTime=None, regionId=10**20)
    row["orderList"][0].update(goodsName=None, originalGoodsName="Lamp\0")

    order = read(row)

    assert order.latest_ship_at is None
    assert order.updated_at is None
    assert order.region_id == 211  # The number tells it too.
    assert order.items[0].title == "Lamp"


@pytest.mark.parametrize(
    "counts",
    [
        {"quantity": 0},
        {"quantity": None},
        {},
        {"quantity": -1},
        {"quantity": 0, "originalOrderQuantity": 2, "canceledQuantityBeforeShipment": 3},
        {"quantity": 10**9},
    ],
)
def test_a_cancelled_line_without_any_count(counts: dict[str, Any]) -> None:
    """O20: a line of status 3 is cancelled whatever its counts say, or don't."""
    row = _row()
    other = {**row["orderList"][0], "orderSn": "211-2"}
    for name in ("quantity", "originalOrderQuantity", "canceledQuantityBeforeShipment"):
        row["orderList"][0].pop(name)
    row["orderList"] = [{**row["orderList"][0], "orderStatus": 3} | counts, other]

    gone, left = read(row).items

    assert (gone.quantity, gone.cancelled, gone.is_cancelled) == (0, 0, True)
    assert (left.quantity, left.is_cancelled) == (3, False)


def _sold(*products: object) -> dict[str, Any]:
    return _line(skuId=None, productList=list(products))


@pytest.mark.parametrize("factor,pieces", [(1, 1), (6, 6), ("12", 12), (None, 1)])
def test_a_line_of_a_semi_managed_mall(factor: object, pieces: int) -> None:
    """C12: without a SKU id a line is of the one product in its list, so many pieces of it a unit."""
    (item,) = read(_sold({"productSkuId": 647702072241, "soldFactor": factor, "extCode": "x"})).items

    assert (item.website_product_variant_id, item.pieces_per_unit, item.quantity) == (
        "647702072241",
        pieces,
        3,
    )


def test_a_sku_id_goes_first() -> None:
    """C12: where a line has both, a local mall's is counted by its SKU and a semi-managed mall's by its product SKU."""
    (item,) = read(_line(productList=[{"productSkuId": 6, "soldFactor": 5}])).items

    assert (item.website_product_variant_id, item.pieces_per_unit) == ("17592186044416", 1)
    row = _line(productList=[{"productSkuId": 6, "soldFactor": 5}])
    (item,) = read(row, is_semi_managed=True).items
    assert (item.website_product_variant_id, item.pieces_per_unit) == ("6", 5)


@pytest.mark.parametrize(
    "products,reason",
    [
        ([{"productSkuId": 6}, {"productSkuId": 7}], "2 products in one line"),
        ([{"productSkuId": 6, "soldFactor": 0}], "soldFactor"),
        ([{"productSkuId": 6, "soldFactor": "some"}], "productList"),
        ([{"soldFactor": 1}], "productSkuId"),
        (["x"], "productList"),
        ([], "skuId"),
    ],
)
def test_products_that_can_not_be_counted(products: list[object], reason: str) -> None:
    """C12, O10: what would have to be guessed is refused, with what it was."""
    with pytest.raises(Unreadable, match=reason):
        read(_sold(*products))


def _labelled(*names: str, **parent: Any) -> IncomingOrder:
    row = _row()
    rows = [{"name": name, "value": 1} for name in names] + [{"name": "past_due", "value": 0}]
    row["parentOrderMap"] |= {
        "parentOrderLabel": rows,
        "shippingMethod": 1,
        "orderPaymentType": "PPD",
    } | parent
    return read(row)


@pytest.mark.parametrize("label", list(OrderLabel)[:10])
def test_labels(label: OrderLabel) -> None:
    """O19: each label that Temu's tables name is read, of the parent order and of its lines alike."""
    assert _labelled(label.value.lower()).labels == (label,)
    row = _line(orderLabel=[{"name": label.value.lower(), "value": 1}])
    assert read(row).labels == (label,)


@pytest.mark.parametrize(
    "parent,label",
    [
        ({"shippingMethod": 2}, "STORE_DELIVERY"),
        ({"shippingMethod": 3}, "CUSTOMER_PICKUP"),
        ({"shippingMethod": "3"}, "CUSTOMER_PICKUP"),
        ({"orderPaymentType": "COD"}, "CASH_ON_DELIVERY"),
        ({"fulfillmentWarning": ["REQUIRES_CUSTOMER_PICKUP"]}, "CUSTOMER_PICKUP"),
        ({"fulfillmentWarning": ["CONFIRMED_CHANGED_ADDRESS"]}, "ADDRESS_CHANGE_CONFIRMED"),
    ],
)
def test_what_counts_as_a_label(parent: dict[str, Any], label: str) -> None:
    """O19: pick-up, store delivery, cash on delivery and a new address are told in other places."""
    assert [one.value for one in _labelled(**parent).labels] == [label]


def test_notices() -> None:
    """O19: what has no name here is shown in Temu's words; what restricts labels is told elsewhere."""
    found = _labelled(
        "Y2_advance_sale", fulfillmentWarning=["SUGGEST_SIGNATURE_ON_DELIVERY", "RESTRICT_SELF_SHIPPING"]
    )

    assert (found.labels, found.notices) == ((), ("Y2_advance_sale", "SUGGEST_SIGNATURE_ON_DELIVERY"))


@pytest.mark.parametrize(
    "labels",
    [
        None,
        "x",
        7,
        {},
        [None, "x", {"name": None, "value": 1}, {"value": 1}, {"name": "past_due"}],
        [{"name": "past_due", "value": {}}, {"name": "past_due", "value": [1]}],
    ],
)
def test_labels_that_make_no_sense(labels: object) -> None:
    """O10, O19: no label is worth an order."""
    assert _labelled(parentOrderLabel=labels, shippingMethod=[{}], orderPaymentType=7).labels == ()


def test_warnings_with_holes() -> None:
    """O10, T10: a null in a list of warnings costs neither the order nor the warnings beside it."""
    found = _labelled(fulfillmentWarning=[None, "RESTRICT_SELF_SHIPPING", "SUGGEST_SIGNATURE_ON_DELIVERY"])

    assert (found.restrictions, found.notices) == (
        ("RESTRICT_SELF_SHIPPING",),
        ("SUGGEST_SIGNATURE_ON_DELIVERY",),
    )


def test_milliseconds_are_recognised() -> None:
    """O2: a time of thirteen digits is one in milliseconds."""
    row = _row()
    row["parentOrderMap"]["parentOrderTime"] = 1_700_000_000_000

    assert read(row).ordered_at == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


def test_an_item_listed_twice_is_one() -> None:
    """O3: the same order number twice below a parent is one item, as the later row tells it."""
    row = _row()
    row["orderList"].append({**row["orderList"][0], "canceledQuantityBeforeShipment": 2})

    (item,) = read(row).items

    assert item.cancelled == 2


def test_cancelled_as_a_whole() -> None:
    """O5, O8: an order is cancelled by its status, and also when each of its items is."""
    row = _line(quantity=0, canceledQuantityBeforeShipment=3)
    assert read(row).is_cancelled
    row["orderList"].append({**row["orderList"][0], "orderSn": "211-2", "canceledQuantityBeforeShipment": 2})
    assert not read(row).is_cancelled
    row["parentOrderMap"]["parentOrderStatus"] = 3
    assert read(row).is_cancelled


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
_PLACES = [("parentOrderMap", name) for name in _row()["parentOrderMap"]] + [
    ("orderList", name) for name in _row()["orderList"][0]
]


@settings(max_examples=300, deadline=None)
@given(place=st.sampled_from(_PLACES), value=_JSON)
def test_any_value_anywhere_is_read_or_unreadable(place: tuple[str, str], value: object) -> None:
    """O10: whatever Temu puts into a field, the order is read within the bounds of its columns, or Unreadable."""
    row = _with(*place, value)

    try:
        order = read(row)
    except Unreadable:
        return

    assert 0 < len(order.number) <= 64
    for item in order.items:
        assert 0 <= item.cancelled <= item.quantity <= 1_000_000
        assert item.quantity > 0
        assert item.website_product_id.isdecimal()
        assert "\0" not in item.title
