"""temu.pay.tax.*: which invoices orders want, what is known of them, and the upload of one."""

from tests.sandbox import refusals
from tests.sandbox.asked import Asked, Json
from tests.sandbox.invoices import Direction, Document, Recipient
from tests.sandbox.model import ParentOrder
from tests.sandbox.parameters import Parameters
from tests.sandbox.refusals import RefusedError

NUMBERS_AT_MOST = 20


def invoice_info(asked: Asked) -> Json:
    """At most 20 numbers [B]; an order without an invoice, or of another mall, is left out [C]."""
    numbers = asked.parameters.texts("parentOrderSnList") or []
    if not 1 <= len(numbers) <= NUMBERS_AT_MOST:
        raise RefusedError(refusals.INVOICE_QUERY, "1 to 20 numbers")
    orders = [asked.mall.orders[number] for number in numbers if number in asked.mall.orders]
    invoices = asked.mall.invoices
    rows = [
        {
            "parentOrderSn": order.number,
            "invoiceNumber": one.name.removesuffix(".pdf"),
            "invoiceTime": one.at * 1000,
        }
        for order in orders
        for one in invoices.of(order)
        if invoices.are_listed
    ]
    return {"taxInvoiceInfoList": rows}


def invoice_details(asked: Asked) -> Json:
    """The figures of each document; amounts in the smallest unit [B]."""
    number = asked.parameters.required_text("parentOrderSn")
    order = _order(asked, number, refusals.INVOICE_QUERY)
    owed = asked.mall.invoices.owed(order)
    return {"invoiceDetailInfoList": [_details(order, *each, at=i) for i, each in enumerate(owed)]}


def invoice_signature(asked: Asked) -> Json:
    return {"signature": asked.mall.invoices.sign()}


def upload_invoice(asked: Asked) -> Json:
    parameters = asked.parameters
    order = _order(asked, parameters.required_text("parentOrderSn"), refusals.INVOICE_ORDER)
    direction = parameters.required_whole("invoiceDirection", within=range(1, 3))
    recipient = parameters.required_whole("recipientType", within=range(1, 3))
    name, content = parameters.required_text("invoiceName"), _content(asked, parameters)
    if not asked.mall.invoices.owed(order):
        raise RefusedError(refusals.INVOICE_ORDER, "the order has not left")
    document = Document(
        order.number, Direction(direction), Recipient(recipient), name, content, asked.mall.now()
    )
    asked.mall.invoices.documents.append(document)
    return {"success": True}


def _content(asked: Asked, parameters: Parameters) -> bytes:
    content = asked.mall.invoices.files.get(parameters.required_text("fileUrl"), b"")
    if not content.startswith(b"%PDF-"):
        raise RefusedError(refusals.INVOICE_CONTENT)
    return content


def _order(asked: Asked, number: str, code: int) -> ParentOrder:
    if number not in asked.mall.orders:
        raise RefusedError(code, "no such order")
    return asked.mall.orders[number]


def _details(order: ParentOrder, direction: Direction, recipient: Recipient, *, at: int) -> Json:
    return {
        "invoiceDetailType": int(recipient),
        "invoiceType": int(direction),
        "currency": order.currency,
        "orderMetaInfo": {
            "parentOrderSn": order.number,
            "orderTimeMillis": order.ordered_at * 1000,
            "refundTimeMillis": (order.ordered_at + at) * 1000
            if direction is Direction.CREDIT_NOTE
            else None,
        },
        "goodsInfoList": [
            {"orderSn": line.number, "quantity": line.remaining, "unitPriceWithVAT": line.unit_price_cents}
            for line in order.items
        ],
    }
