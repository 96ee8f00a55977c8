"""The seller's side of cancelling, in Temu's words."""

from collections.abc import Mapping, Sequence

from domain import text
from domain.temu.client import TemuClient
from domain.temu.errors import TemuRefused, one_line, shortened
from domain.temu.interfaces import CANCELLATION_AGREE, OUT_OF_STOCK, OUT_OF_STOCK_RESULT
from domain.temu.messages import Struct, convert_or_unavailable

# What is told of no report at all [A].
_NEVER_REPORTED = 140_040_004


class FailedLine(Struct):
    """Why a line was not taken, by codes of which no page has a list."""

    order_sn: int | str | None = None
    reason_list: list[int | str | None] | None = None


class OutOfStockMessage(Struct):
    """Whether a report was taken, to be reviewed."""

    apply_result: bool | None = None
    fail_reason_list: list[FailedLine] | None = None


class ReviewRow(Struct):
    """How the report of one line is going."""

    order_sn: int | str | None = None
    apply_status: int | None = None


class ReviewMessage(Struct):
    """How the reports of an order's lines are going."""

    apply_result_info_list: list[ReviewRow] | None = None


async def agree(temu: TemuClient, *, number: str, order_number: str) -> None:
    """Agree to a buyer's request [A: tables of three regions]; the answer holds nothing. Raises as send_once does."""
    await temu.send_once(CANCELLATION_AGREE, {"parentAfterSalesSn": number, "parentOrderSn": order_number})


async def report_out_of_stock(
    temu: TemuClient, *, order_number: str, item_numbers: Sequence[str]
) -> str | None:
    """Report that lines of an order can't be sent for want of stock, which Temu's risk control reviews [A]. Returns why it
    was not taken; None where it was. Raises as send_once does.
    """
    parameters = {"parentOrderSn": order_number, "orderSnList": list(item_numbers)}
    result = await temu.send_once(OUT_OF_STOCK, parameters)
    message = convert_or_unavailable(result, OutOfStockMessage, OUT_OF_STOCK)
    if message.apply_result is not False:
        return None
    reasons = [
        f"{text.shown(line.order_sn)}: {one_line(', '.join(map(text.shown, line.reason_list or [])))}"
        for line in message.fail_reason_list or []
    ]
    return shortened("; ".join(reasons)) or one_line(None)


async def out_of_stock_reviews(
    temu: TemuClient, *, order_number: str, item_numbers: Sequence[str]
) -> Mapping[str, int | None]:
    """By item number, Temu's number for how its report is going; none of one that was never reported [A]."""
    parameters = {"parentOrderSn": order_number, "orderSnList": list(item_numbers)}
    try:
        result = await temu.read(OUT_OF_STOCK_RESULT, parameters)
    except TemuRefused as error:
        if error.temu_code == _NEVER_REPORTED:
            return {}
        raise
    message = convert_or_unavailable(result, ReviewMessage, OUT_OF_STOCK_RESULT)
    return {str(row.order_sn): row.apply_status for row in message.apply_result_info_list or []}
