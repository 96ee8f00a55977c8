"""Invoices of the EU, in Temu's words. All but the upload of the file is of one source [B]; the rest stands in
tests/temu_facts/interfaces.
"""

from collections.abc import Mapping, Sequence

from domain.temu.client import TemuClient
from domain.temu.errors import NotSent, TemuUnavailable
from domain.temu.interfaces import INVOICE_DETAILS, INVOICE_INFO, INVOICE_SIGNATURE, INVOICE_UPLOAD
from domain.temu.messages import Struct, convert, convert_or_unavailable

NUMBERS_A_CALL = 20
PDF = "application/pdf"
SUFFIX = ".pdf"


class InvoiceRow(Struct):
    """An invoice that Temu knows."""

    parent_order_sn: int | str | None = None
    invoice_number: int | str | None = None
    invoice_time: int | None = None


class InvoiceListMessage(Struct):
    """temu.pay.tax.invoice.info.query."""

    tax_invoice_info_list: list[InvoiceRow] | None = None


class OrderMeta(Struct):
    """When the order was paid back, of a credit note."""

    refund_time_millis: int | None = None


class InvoiceDetail(Struct):
    """What one document is to be of."""

    invoice_detail_type: int | None = None
    order_meta_info: OrderMeta | None = None


class InvoiceDetailsMessage(Struct):
    """temu.pay.tax.invoice.detail.query."""

    invoice_detail_info_list: list[InvoiceDetail] | None = None


class InvoiceSignature(Struct):
    """temu.pay.tax.get.galerie.signature."""

    signature: str | None = None


async def known_invoices(temu: TemuClient, order_numbers: Sequence[str]) -> Mapping[str, list[str]]:
    """The numbers of the documents that Temu knows, by the order's, the oldest first; of 20 orders at the most. What was uploaded is named by its number
    and may be listed by that name [C].
    """
    result = await temu.read(INVOICE_INFO, {"parentOrderSnList": list(order_numbers)}, may_be_empty=True)
    message = convert_or_unavailable(result, InvoiceListMessage, INVOICE_INFO)
    found: dict[str, list[str]] = {}
    for row in sorted(message.tax_invoice_info_list or [], key=lambda row: row.invoice_time or 0):
        if row.parent_order_sn is not None and row.invoice_number is not None:
            number = str(row.invoice_number).removesuffix(SUFFIX)
            found.setdefault(str(row.parent_order_sn), []).append(number)
    return found


async def invoice_details(temu: TemuClient, order_number: str) -> Sequence[InvoiceDetail]:
    """What an order's documents are to be of; none until Temu has the figures."""
    result = await temu.read(INVOICE_DETAILS, {"parentOrderSn": order_number}, may_be_empty=True)
    return convert(result, InvoiceDetailsMessage, INVOICE_DETAILS).invoice_detail_info_list or []


async def upload_file(temu: TemuClient, *, name: str, content: bytes) -> str:
    """Upload the file, which is no document of an order by that; returns its address. Whatever fails, nothing of the order has
    changed: raises NotSent then, and TemuRefused.
    """
    try:
        result = await temu.read(INVOICE_SIGNATURE, {})
        signature = convert_or_unavailable(result, InvoiceSignature, INVOICE_SIGNATURE).signature
        if not signature:
            raise NotSent("Temu gave no signature for the file.")
        return await temu.upload_file(signature=signature, name=name, media_type=PDF, content=content)
    except TemuUnavailable as error:
        raise NotSent(error.message) from error


async def upload(
    temu: TemuClient, *, order_number: str, name: str, address: str, direction: int, recipient: int
) -> None:
    """Have a file that was uploaded be the document of an order. Raises as send_once does."""
    parameters = {
        "parentOrderSn": order_number,
        "invoiceDirection": direction,
        "invoiceName": name,
        "recipientType": recipient,
        "fileUrl": address,
    }
    await temu.send_once(INVOICE_UPLOAD, parameters)
