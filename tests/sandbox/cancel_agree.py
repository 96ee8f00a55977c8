"""bg.aftersales.cancel.agree: the seller agrees to what a buyer asks to have cancelled."""

from tests.sandbox import refusals
from tests.sandbox.asked import Asked, Json
from tests.sandbox.cancellations import RequestStatus
from tests.sandbox.model import Status
from tests.sandbox.refusals import AFTER_SALES_PARAMETERS, BAD_PARAMETERS, RefusedError

_LEFT = {Status.SHIPPED, Status.DELIVERED, Status.PARTLY_DELIVERED}


def agree_to_cancel(asked: Asked) -> Json:
    """
    Codes [A]; which of them stands for what is inferred from their words [C]: a request that has ended, or that Temu
    looks into, can't be agreed to (130010005), and one of another order is a wrong parameter.
    """
    try:
        number = asked.parameters.required_text("parentAfterSalesSn")
        order_number = asked.parameters.required_text("parentOrderSn")
    except RefusedError as error:
        code = AFTER_SALES_PARAMETERS if error.code == BAD_PARAMETERS else error.code
        raise RefusedError(code, error.message) from None
    cancellations = asked.mall.cancellations
    request = next((one for one in cancellations.listed() if one.number == number), None)
    if request is None or request.order.number != order_number:
        raise RefusedError(AFTER_SALES_PARAMETERS, "no such request of this order")
    if request.order.status in _LEFT:
        raise RefusedError(refusals.ALL_SHIPPED)
    if request.status is not RequestStatus.ASKED:
        raise RefusedError(refusals.OPERATION_FORBIDDEN)
    cancellations.grant(request, is_refunded=False, order_follows=cancellations.orders_follow_agreements)
    return {}
