"""One order's details, address and amounts."""

from typing import Final

from tests.sandbox.asked import Asked, Json
from tests.sandbox.model import OrderLine, ParentOrder, Status
from tests.sandbox.order_rows import detail
from tests.sandbox.refusals import ADDRESS_REFUSED, AMOUNTS_NOT_READY, ORDER_UNKNOWN, RefusedError
from tests.sandbox.shipping_answers import package_numbers

# Nothing is taxed or discounted here, so that the sums are plain to check.
NOTHING: Final = (
    "estimatedRevenueDeduction",
    "taxTotal",
    "taxTotalAfterDiscount",
    "temuTaxTotal",
    "productTaxAmount",
    "shipTaxAmount",
    "totalDiscount",
    "discountFromTEMU",
    "discountFromSeller",
)


# Parts of an address that are null, and not empty, where there are none.
OPTIONAL: Final = ("regionName3", "regionName4", "taxCode")


def order_detail(asked: Asked) -> Json:
    asked.parameters.texts("fulfillmentTypeList")
    order = _order(asked)
    result = detail(order)
    for told, line in zip(result["orderList"], order.items, strict=True):
        told["packageSnInfo"] = package_numbers(asked.mall, line)
    return result


def shipping_info(asked: Asked) -> Json:
    """Refused while the order is pending: the buyer may still change the address."""
    order = asked.mall.orders.get(asked.parameters.required_text("parentOrderSn"))
    if order is None or order.status == Status.PENDING:
        raise RefusedError(ADDRESS_REFUSED)
    refusal = asked.mall.address_refusal or order.address_refusal
    if refusal is not None:
        raise RefusedError(refusal)
    warning = {"isRestriction": order.restriction is not None, "reason": order.restriction}
    if isinstance(order.restriction, int):
        return {
            **dict.fromkeys(order.address),
            "addressLineAll": None,
            "addressExtra": None,
            "warning": warning,
        }
    address = order.address
    first, _, last = address["receiptName"].partition(" ")
    lines = (address["addressLine1"], address["addressLine2"], address["addressLine3"])
    return {
        **address,
        **{name: address[name] or None for name in OPTIONAL},
        "addressLineAll": " ".join(line for line in lines if line),
        "taxCodeType": 1 if address["taxCode"] else None,
        "addressExtra": {
            "firstName": first,
            "lastName": last,
            "additionalFirstName": "",
            "additionalLastName": "",
            "contactlessDropPoint": "",
        },
        "warning": warning,
    }


def amounts(asked: Asked) -> Json:
    order = _order(asked)
    if not order.amounts_ready:
        raise RefusedError(AMOUNTS_NOT_READY)
    return {
        "parentOrderMap": _parent_amounts(order),
        "orderList": [_line_amounts(order, line) for line in order.items],
        "warning": [],
    }


def _order(asked: Asked) -> ParentOrder:
    order = asked.mall.orders.get(asked.parameters.required_text("parentOrderSn"))
    if order is None:
        raise RefusedError(ORDER_UNKNOWN)
    return order


def _base_price(line: OrderLine) -> int:
    """What the seller gets for a piece: four fifths of what the buyer pays."""
    return line.unit_price_cents * 4 // 5


def _parent_amounts(order: ParentOrder) -> Json:
    remaining = any(line.remaining for line in order.items)
    shipping = order.shipping_cents if remaining else 0
    retail = sum(line.unit_price_cents * line.remaining for line in order.items)
    base = sum(_base_price(line) * line.remaining for line in order.items)
    refunds = sum(line.unit_price_cents * line.cancelled for line in order.items)
    amounts = {
        "basePriceTotal": base,
        "retailPriceTotal": retail,
        "retailPriceTotalTaxExcl": retail,
        "retailPriceTotalTaxIncl": retail,
        "customerPaid": retail + shipping,
        "estimatedRevenue": base + shipping,
        "shippingAmountTotal": shipping,
        "shipAmountTotalTaxIncl": shipping,
        "refundsTotal": refunds,
    }
    return {"parentOrderSn": order.number, **_in_currency(order, amounts | dict.fromkeys(NOTHING, 0))}


def _line_amounts(order: ParentOrder, line: OrderLine) -> Json:
    amounts = {
        "unitBasePrice": _base_price(line),
        "basePrice": _base_price(line) * line.remaining,
        "unitRetailPrice": line.unit_price_cents,
        "unitRetailPriceVatExcl": line.unit_price_cents,
        "unitRetailPriceVatIncl": line.unit_price_cents,
        "retailPriceTotalTaxIncl": line.unit_price_cents * line.remaining,
    } | dict.fromkeys(
        (
            "shipAmountTotalTaxIncl",
            "shipTaxAmount",
            "productTaxAmount",
            "discountFromTEMU",
            "discountFromSeller",
        ),
        0,
    )
    return {
        "orderSn": line.number,
        # As ordered at first, unlike that of the list [A: tables and Javadoc].
        "quantity": line.quantity_ordered,
        "productTaxRate": 0,
        "shipTaxRate": 0,
        **_in_currency(order, amounts),
    }


def _in_currency(order: ParentOrder, amounts: dict[str, int]) -> Json:
    return {
        name: {"currency": order.currency, "amount": _written(order, amount)}
        for name, amount in amounts.items()
    }


def _written(order: ParentOrder, amount: int) -> int | float | str:
    if order.amounts_in == "decimals":
        return amount / 100
    return f"{amount / 100:.2f}" if order.amounts_in == "decimal text" else amount
