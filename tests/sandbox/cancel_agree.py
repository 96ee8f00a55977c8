"""bg.aftersales.cancel.agree: the seller agrees to what a buyer asks to have cancelled."""

from tests.sandbox.asked import Asked, Json
from tests.sandbox.cancellations import OPEN
from tests.sandbox.refusals import AFTER_SALES_PARAMETERS, RefusedError


def agree_to_cancel(asked: Asked) -> Json:
    """Both numbers are required, and the answer holds nothing [A: tables of three regions]. How a request that is unknown or has
    ended is refused is not told: as the interface beside it refuses parameters [C].
    """
    number = asked.parameters.required_text("parentAfterSalesSn")
    order_number = asked.parameters.required_text("parentOrderSn")
    cancellations = asked.mall.cancellations
    for request in cancellations.listed():
        if request.number == number and request.order.number == order_number:
            if request.status not in OPEN:
                raise RefusedError(AFTER_SALES_PARAMETERS, "the request has ended")
            cancellations.grant(request, is_refunded=False, order_follows=True)
            return {}
    raise RefusedError(AFTER_SALES_PARAMETERS, "there is no such request")
